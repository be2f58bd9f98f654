//! Variables in the tree.

use super::*;
use crate::base::vars::is_variable_name;

/// The text with `vars` (another YAML text) put in, as a tree, and what was found.
fn put(vars: &str, text: &str) -> (Rc<Node>, Vec<String>) {
    let (sources, root, diags) = put_located(vars, text);
    (root, lines(&diags, &sources))
}

fn put_located(vars: &str, text: &str) -> (SourceMap, Rc<Node>, Diagnostics) {
    let Parsed { mut sources, root, mut diags } = parsed(text);
    let id = sources.add("vars.yaml", vars);
    let tree = parse(id, vars, &Limits::default(), &mut diags);
    let entries = tree.as_ref().and_then(|tree| tree.entries()).unwrap_or_default().iter();
    let value = |node: &Rc<Node>| VarValue { node: Rc::clone(node), origin_text: "vars.yaml".to_owned() };
    let vars: Vars = entries.map(|(key, node)| (key.name.clone(), value(node))).collect();
    let root = substitute(&root.expect("a tree"), &vars, &mut diags);
    (sources, root, diags)
}

fn text_of<'n>(root: &'n Rc<Node>, key: &str) -> (&'n str, bool) {
    match &root.get(key).expect("a key").kind {
        NodeKind::Scalar { text, plain } => (text.as_str(), *plain),
        other => panic!("{other:?}"),
    }
}

#[test]
fn alone_a_variable_brings_its_value_with_its_type() {
    let (root, found) = put("n: 5\ns: '5'\nl: [1, { a: x }]", "a: ${n}\nb: \"${n}\"\nc: ${s}\nd: ${l}");
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(text_of(&root, "a"), ("5", true));
    assert_eq!(text_of(&root, "b"), ("5", true));
    assert_eq!(text_of(&root, "c"), ("5", false));
    assert_eq!(root.get("d").and_then(|list| list.items()).map(<[_]>::len), Some(2));
    assert_eq!(root.size, 1 + 3 + 4);
}

#[test]
fn inside_text_scalars_are_put_in() {
    let (root, found) =
        put("env: prod\nn: 1.10", "a: shop-${env}-${n}\nb: \"${env}${env}\"\nc: $${env}\nd: $$${x} $y $");
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(text_of(&root, "a"), ("shop-prod-1.10", true));
    assert_eq!(text_of(&root, "b"), ("prodprod", false));
    assert_eq!(text_of(&root, "c"), ("${env}", true));
    assert_eq!(text_of(&root, "d"), ("$${x} $y $", true));
}

#[test]
fn what_is_wrong_with_variables() {
    let (root, found) = put(
        "canary: 5\nlist: [1]\nnone: ~",
        "a: ${canry}\nb: 'x ${list}'\nc: ${none}\nd: ${none}\ne: \"${open\"\nf: ${Canary}\ng: '${env:HOME}'\n\
         h: ${}\ni: '${ canary }'\n'${canary}': 1\nj: ${zzzzzz}",
    );
    assert_eq!(
        found,
        [
            "1:4 unknown-variable: there is no variable `canry` [did you mean `canary`?] (variables: canary, list, none)",
            "2:7 bad-variable: `${list}` stands inside text, but its value is a list [only text fits here]",
            "3:4 missing-variable: the variable `none` has no value [used here]",
            "5:5 bad-variable: `${` is never closed {for a literal `${` write `$${`}",
            "6:4 bad-variable: `${Canary}`: the name of a variable has no capital letters {for a literal `${` write `$${`}",
            "7:5 bad-variable: `${env:HOME}` is not a variable: there are only names (a-z, 0-9 and _), no expressions \
             {for a literal `${` write `$${`}",
            "8:4 bad-variable: `${}` names no variable {for a literal `${` write `$${`}",
            "9:5 bad-variable: write `${canary}`, without blanks {for a literal `${` write `$${`}",
            "10:1 bad-variable: the key `${canary}` holds a variable (keys are identities: variables stand in values only)",
            "11:4 unknown-variable: there is no variable `zzzzzz` (variables: canary, list, none)",
        ]
    );
    for key in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] {
        assert!(root.get(key).is_some_and(|node| node.poisoned), "{key}");
    }
    assert!(root.get("${canary}").is_none());
}

#[test]
fn without_any_variables() {
    let root = parsed("a: ${x}").root.expect("a tree");
    let mut diags = Diagnostics::new();
    substitute(&root, &Vars::new(), &mut diags);
    assert_eq!(diags.iter().map(|d| d.notes.join("")).collect::<Vec<_>>(), ["no variables are declared"]);
}

#[test]
fn values_hold_no_variables() {
    let (root, found) = put("a: x\nb: [1, '${a}']\nc: $${a}", "d: ${b}\ne: ${c}\nf: ${b}");
    assert_eq!(
        found,
        [
            "2:8 variable-in-variable: the value of `b` holds a variable itself (`b` comes from vars.yaml) {write the \
          value out; for a literal `${` write `$${`}"
        ]
    );
    assert!(root.get("d").is_some_and(|node| node.poisoned));
    assert_eq!(text_of(&root, "e"), ("${a}", true));
}

#[test]
fn a_value_keeps_the_use_and_the_origin() {
    let (sources, root, _) = put_located("n: 5\nm: { port: 70000 }", "a:\n  b: ${n}\nc: \"x${n}\"\nd: ${m}");
    let places = |node: &Node| {
        (sources.slice(node.at.span).to_owned(), node.at.origin.map(|span| sources.slice(span).to_owned()))
    };
    let both = |used: &str, origin: &str| (used.to_owned(), Some(origin.to_owned()));
    let b = root.get("a").and_then(|a| a.get("b")).expect("b");
    assert_eq!(places(b), both("${n}", "5"));
    assert_eq!(places(root.get("c").expect("c")), both("\"x${n}\"", "5"));
    let port = root.get("d").and_then(|d| d.get("port")).expect("port");
    assert_eq!(places(port), both("${m}", "70000"));
}

#[test]
fn text_given_on_the_command_line_takes_the_wanted_type() {
    let Parsed { mut sources, root, mut diags } = parsed("a: ${n}\nb: ${n}");
    let id = sources.add("--var n", "5");
    let vars = Vars::from([("n".to_owned(), VarValue::from_text(id, "5", "--var n=5"))]);
    let root = substitute(&root.expect("a tree"), &vars, &mut diags);
    let mut cx = Cx::new(&mut diags);
    assert_eq!(u16::decode(root.get("a").expect("a"), &mut cx), Some(5));
    assert_eq!(String::decode(root.get("b").expect("b"), &mut cx), Some("5".to_owned()));
    assert!(diags.is_empty());
}

#[test]
fn nothing_changes_without_variables() {
    let root = parsed("a: [1, { b: c }]").root.expect("a tree");
    assert!(Rc::ptr_eq(&substitute(&root, &Vars::new(), &mut Diagnostics::new()), &root));
}

#[test]
fn a_large_value_times_many_uses_is_bounded() {
    let value = format!("v: [{}]", vec!["x"; 1000].join(", "));
    let uses = format!("a: [{}]", vec!["'${v}'"; 1000].join(", "));
    let (root, found) = put(&value, &uses);
    assert!(root.size <= 1_000_000);
    assert!(found.iter().all(|line| line.contains("too-many-nodes")) && !found.is_empty());
}

#[test]
fn names() {
    for (name, legal) in
        [("a", true), ("_a9", true), ("", false), ("9a", false), ("A", false), ("a-b", false)]
    {
        assert_eq!(is_variable_name(name), legal, "{name}");
    }
}
