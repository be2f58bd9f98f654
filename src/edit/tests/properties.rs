//! What holds for any spec-like text and any edit of it: the result parses, says exactly what was asked for, and
//! lines that were not touched are the same to the byte.

use std::rc::Rc;

use proptest::prelude::*;

use super::*;
use crate::base::{Node, NodeKind};

/// A value with the layout in which it is written.
#[derive(Clone, Debug)]
enum Tree {
    Scalar(String),
    Flow(Value),
    /// In braces over several lines, each entry with what stands behind it.
    Wide(Vec<(String, Value, String)>),
    Map(Vec<Entry>),
    List(Vec<Tree>, bool),
    Text(Vec<String>),
}

#[derive(Clone, Debug)]
struct Entry {
    before: String,
    key: String,
    value: Tree,
    comment: String,
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "d-e", "port", "users", "ö", "x.y"]).prop_map(str::to_owned)
}

fn scalar() -> impl Strategy<Value = String> {
    let all = vec![
        "1h",
        "/health",
        "\"q # x\"",
        "'it''s'",
        "80",
        "~",
        "",
        "\"\\u00e9}\"",
        "a b",
        "http://x/#y",
        "\"${v}\"",
        "$${v}",
    ];
    prop::sample::select(all).prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["1h", "/h", "x: y", "", "~", "#", "'", "é", "80", "a, b", "{", "${v}"])
            .prop_map(Value::text),
        "[ -~]{0,8}".prop_map(Value::text),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map(word(), inner, 0..4)
                .prop_map(|map| Value::Map(map.into_iter().collect())),
        ]
    })
}

fn comment() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "", "", " # c", "   #\tü: { [", "\t# tab"]).prop_map(str::to_owned)
}

fn before() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "", "", "\n", "# about, it: { x\n", "\n#\n\n"]).prop_map(str::to_owned)
}

fn entries(inner: impl Strategy<Value = Tree> + Clone + 'static) -> impl Strategy<Value = Vec<Entry>> {
    prop::collection::btree_map(word(), (before(), inner, comment()), 1..5).prop_map(|map| {
        map.into_iter().map(|(key, (before, value, comment))| Entry { before, key, value, comment }).collect()
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        4 => scalar().prop_map(Tree::Scalar),
        2 => value().prop_map(Tree::Flow),
        1 => prop::collection::btree_map(word(), (value(), comment()), 1..4).prop_map(|map| {
            Tree::Wide(map.into_iter().map(|(key, (value, comment))| (key, value, comment)).collect())
        }),
        1 => prop::collection::vec("[a-z]{1,4}( #x)?", 1..3).prop_map(Tree::Text),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            entries(inner.clone().boxed()).prop_map(Tree::Map),
            (prop::collection::vec(inner, 1..4), any::<bool>())
                .prop_map(|(items, deep)| Tree::List(items, deep)),
        ]
    })
}

/// Writes a value behind its key or dash: with what stands between, and its own lines.
fn write(tree: &Tree, indent: usize, comment: &str, out: &mut String) {
    let pad = " ".repeat(indent);
    match tree {
        Tree::Scalar(text) if text.is_empty() => out.push_str(&format!("{comment}\n")),
        Tree::Scalar(text) => out.push_str(&format!(" {text}{comment}\n")),
        Tree::Flow(value) => out.push_str(&format!(" {}{comment}\n", flow(value))),
        Tree::Text(rows) => {
            out.push_str(" |\n");
            rows.iter().for_each(|row| out.push_str(&format!("{pad}{row}\n")));
        }
        Tree::Wide(entries) => {
            out.push_str(" {\n");
            for (at, (key, value, comment)) in entries.iter().enumerate() {
                let comma = if at + 1 < entries.len() { "," } else { "" };
                out.push_str(&format!("{pad}{key}: {}{comma}{comment}\n", flow(value)));
            }
            out.push_str(&format!("{}}}{comment}\n", " ".repeat(indent - 1)));
        }
        Tree::Map(entries) => {
            out.push_str(&format!("{comment}\n"));
            map(entries, indent, out);
        }
        Tree::List(items, deep) => {
            out.push_str(&format!("{comment}\n"));
            let at = if *deep { indent } else { indent - 2 };
            list(items, at, out);
        }
    }
}

fn flow(value: &Value) -> String {
    value.flow(&lines::Style { newline: "\n", step: 2, json: false })
}

fn map(entries: &[Entry], indent: usize, out: &mut String) {
    for entry in entries {
        out.push_str(&entry.before);
        out.push_str(&format!("{}{}:", " ".repeat(indent), entry.key));
        write(&entry.value, indent + 2, &entry.comment, out);
    }
}

fn list(items: &[Tree], indent: usize, out: &mut String) {
    for item in items {
        out.push_str(&format!("{}-", " ".repeat(indent)));
        match item {
            Tree::Map(entries) => {
                let mut inner = String::new();
                let mut entries = entries.clone();
                entries[0].before.clear();
                map(&entries, indent + 2, &mut inner);
                out.push_str(&format!(" {}", &inner[indent + 2..]));
            }
            Tree::List(..) => out.push_str(" [x, y]\n"),
            other => write(other, indent + 2, " # i", out),
        }
    }
}

/// A text in one of the ways in which files are saved.
fn file() -> impl Strategy<Value = String> {
    (entries(tree().boxed()), 0..4_u8).prop_map(|(entries, how)| {
        let mut text = String::new();
        map(&entries, 0, &mut text);
        match how {
            0 => text.replace('\n', "\r\n"),
            1 => text.trim_end().to_owned(),
            _ => text,
        }
    })
}

/// All paths of a tree.
fn paths(node: &Rc<Node>, at: &[Segment], out: &mut Vec<Vec<Segment>>) {
    out.push(at.to_vec());
    let below = |segment: Segment| [at, &[segment]].concat();
    match &node.kind {
        NodeKind::Scalar { .. } => {}
        NodeKind::Seq(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| paths(item, &below(Segment::Index(index)), out));
        }
        NodeKind::Map(entries) => {
            entries.iter().for_each(|(key, value)| paths(value, &below(Segment::Key(key.name.clone())), out));
        }
    }
}

#[derive(Clone, Debug)]
struct Chance {
    pick: prop::sample::Index,
    deeper: Vec<String>,
    change: u8,
    value: Value,
    layout: Layout,
}

fn chance() -> impl Strategy<Value = Chance> {
    let layout = prop::sample::select(vec![Layout::Auto, Layout::Flow, Layout::Block]);
    let deeper = prop::collection::vec(word(), 0..3);
    (any::<prop::sample::Index>(), deeper, 0..5_u8, value(), layout)
        .prop_map(|(pick, deeper, change, value, layout)| Chance { pick, deeper, change, value, layout })
}

fn edit_of(root: &Rc<Node>, chance: &Chance) -> Edit {
    let mut all = Vec::new();
    paths(root, &[], &mut all);
    let mut path = chance.pick.get(&all).clone();
    let change = match chance.change {
        0 => Change::Remove,
        1 => Change::Append(chance.value.clone()),
        2 => Change::Prepend(chance.value.clone()),
        _ => {
            path.extend(chance.deeper.iter().map(|word| Segment::from(word.as_str())));
            Change::Set(chance.value.clone())
        }
    };
    Edit { path, change, layout: chance.layout, after: None, short_form: None }
}

/// How many of the lines of the old text are in the new one, in order, from both ends.
fn lines_kept(old: &str, new: &str) -> bool {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut rest = new.iter();
    old.iter().all(|line| rest.any(|other| other == line))
}

fn check(text: &str, chance: &Chance) -> Result<bool, TestCaseError> {
    let doc = match walk::Doc::read("a.yaml", text) {
        Ok(doc) => doc,
        Err(error) => {
            return Err(TestCaseError::fail(format!("the generator wrote bad YAML: {error}\n{text}")));
        }
    };
    let edit = edit_of(&doc.root, chance);
    let new = match apply(text, "a.yaml", std::slice::from_ref(&edit)) {
        Ok(new) => new,
        Err(error) => {
            prop_assert!(error.diagnostic.code.starts_with("edit-"), "{error}\n{text}");
            // What is refused for no reason of its own is a mistake of the editor.
            prop_assert!(error.diagnostic.code != "edit-unsafe", "{error} {edit:?}\n{text}");
            return Ok(false);
        }
    };
    let after = walk::Doc::read("a.yaml", &new).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let goal = match &edit.change {
        Change::Set(value) => {
            expect::expected(&doc.root, &edit.path, &expect::Goal::Is(value.node(&doc.style)), None)
        }
        Change::Append(value) => {
            expect::expected(&doc.root, &edit.path, &expect::Goal::Longer(&value.node(&doc.style)), None)
        }
        Change::Prepend(value) => {
            expect::expected(&doc.root, &edit.path, &expect::Goal::Led(&value.node(&doc.style)), None)
        }
        Change::Remove => expect::expected(&doc.root, &edit.path, &expect::Goal::Gone, None),
    };
    let goal = goal.ok_or_else(|| TestCaseError::fail("it cannot be wanted"))?;
    prop_assert!(expect::equal(&goal, &after.root), "{edit:?}\n{text}\n=>\n{new}");
    prop_assert_eq!(text.ends_with('\n'), new.ends_with('\n'), "{:?}\n{}\n=>\n{}", edit, text, new);
    let crlf = new.matches("\r\n").count();
    prop_assert_eq!(crlf, if text.contains("\r\n") { new.matches('\n').count() } else { 0 });
    // The lines outside of the hunks are the same, and together the hunks are the whole difference.
    let gone: usize = count(text, &new, LineKind::Old);
    let come: usize = count(text, &new, LineKind::New);
    prop_assert_eq!(text.lines().count() + come, new.lines().count() + gone);
    let fresh = expect::at_path(&doc.root, &edit.path).is_none();
    if fresh && matches!(edit.change, Change::Set(_)) {
        // A new key writes at most one line anew: that of the braces, the null or the last entry before it.
        prop_assert!(gone <= 1, "{edit:?}\n{text}\n=>\n{new}");
        prop_assert!(gone == 1 || lines_kept(text, &new), "{edit:?}\n{text}\n=>\n{new}");
    }
    Ok(true)
}

fn count(old: &str, new: &str, kind: LineKind) -> usize {
    hunks(old, new, "x").iter().flat_map(|hunk| &hunk.lines).filter(|line| line.kind == kind).count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_says_what_was_asked_for(text in file(), chance in chance()) {
        check(&text, &chance)?;
    }

    #[test]
    fn setting_back_what_was_there_gives_the_text_back(text in file(), chance in chance()) {
        let doc = walk::Doc::read("a.yaml", &text).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let edit = Edit { change: Change::Set(Value::text("other")), ..edit_of(&doc.root, &chance) };
        let old = expect::at_path(&doc.root, &edit.path).and_then(|node| Some((node.text()?.to_owned(), node.at.span)));
        let Some((old, span)) = old else { return Ok(()) };
        let written = text.get(span.start as usize..span.end as usize).unwrap_or_default();
        if written.starts_with(['"', '\'']) || written.is_empty() || written == "~" || written.contains('$') {
            return Ok(());
        }
        let Ok(there) = apply(&text, "a.yaml", std::slice::from_ref(&edit)) else { return Ok(()) };
        let back = Edit { change: Change::Set(Value::text(old)), ..edit };
        let back = apply(&there, "a.yaml", &[back]).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(back == text || !value::key(written, &doc.style).eq(written), "{text}\n=>\n{back}");
    }
}

#[test]
fn most_edits_by_chance_are_made() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut made, mut all) = (0, 0);
    for _ in 0..300 {
        let (text, chance) = (file(), chance()).new_tree(&mut runner).expect("a case").current();
        made += usize::from(check(&text, &chance).expect("it holds"));
        all += 1;
    }
    assert!(made * 2 > all, "{made} of {all}");
}
