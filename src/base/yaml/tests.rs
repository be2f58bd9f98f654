//! Text -> tree.

use std::rc::Rc;

use crate::base::{
    Diagnostics, Limits, Node, NodeKind, SourceMap, decode_utf8, merge, parse,
    tests::{Parsed, lines, parsed},
};

/// The tree in one line: quotes show what is not plain.
fn shown(node: &Node) -> String {
    match &node.kind {
        _ if node.poisoned => "!".to_owned(),
        NodeKind::Scalar { text, plain: true } => text.clone(),
        NodeKind::Scalar { text, plain: false } => format!("{text:?}"),
        NodeKind::Seq(items) => {
            format!("[{}]", items.iter().map(|i| shown(i)).collect::<Vec<_>>().join(", "))
        }
        NodeKind::Map(entries) => {
            let entries: Vec<_> = entries.iter().map(|(k, v)| format!("{}: {}", k.name, shown(v))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn tree(text: &str) -> String {
    let Parsed { sources, root, diags } = parsed(text);
    assert_eq!(lines(&diags, &sources), Vec::<String>::new(), "{text}");
    shown(&root.expect("a tree"))
}

/// What is found in a text, and the tree that is left.
fn found(text: &str) -> (Vec<String>, Option<String>) {
    let Parsed { sources, root, diags } = parsed(text);
    (lines(&diags, &sources), root.map(|root| shown(&root)))
}

/// What is found in a text of which nothing is left.
fn fatal(text: &str) -> Vec<String> {
    let (lines, tree) = found(text);
    assert_eq!(tree, None, "{text}");
    lines
}

#[test]
fn scalars_keep_their_source_text() {
    assert_eq!(
        tree("a: 1.10\nb: no\nc: 012345678901\nd: '1'\ne: \"x\\ty\"\nf: |\n  g\nh:\ni: ~\n"),
        "{a: 1.10, b: no, c: 012345678901, d: \"1\", e: \"x\\ty\", f: \"g\\n\", h: ~, i: ~}"
    );
}

#[test]
fn core_tags_say_how_a_scalar_is_meant() {
    assert_eq!(tree("a: !!str 5\nb: !!int 5\nc: ! 5\nd: !!map {}"), "{a: \"5\", b: 5, c: \"5\", d: {}}");
    let (lines, _) = found("a: !Ref x\nb: !!binary y");
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("1:9 yaml-syntax: the tag `!Ref` means nothing here"), "{lines:?}");
}

#[test]
fn crlf_bom_and_json_are_fine() {
    assert_eq!(tree("\u{feff}a: 1\r\nb: [x]\r\n"), "{a: 1, b: [x]}");
    assert_eq!(tree(r#"{"a": "b", "c": [1, true, {"d": 2}]}"#), "{a: \"b\", c: [1, true, {d: 2}]}");
}

#[test]
fn spans_are_bytes_of_the_source() {
    let text = "ä: 1\nlist:\n  - a\n  - { b: c }\n\n# end\nlast: \"x\"\n";
    let Parsed { sources, root, .. } = parsed(text);
    let root = root.expect("a tree");
    let slice = |key: &str| sources.slice(root.get(key).expect("a key").at.span);
    assert_eq!(slice("ä"), "1");
    assert_eq!(slice("list"), "- a\n  - { b: c }");
    assert_eq!(slice("last"), "\"x\"");
    let (key, _) = root.entry("last").expect("a key");
    assert_eq!(sources.slice(key.at.span), "last");
    assert_eq!(sources.position(key.at.span), (7, 1));
    assert_eq!(sources.slice(root.at.span), text.trim_end());
}

#[test]
fn aliases_share_and_count() {
    let Parsed { root, .. } = parsed("a: &x [1, 2]\nb: *x\n");
    let root = root.expect("a tree");
    let (a, b) = (root.get("a").expect("a"), root.get("b").expect("b"));
    assert!(Rc::ptr_eq(a, b));
    assert_eq!((a.size, root.size, root.height), (3, 7, 3));
}

#[test]
fn merge_keys() {
    let text = "a: &a { x: 1, y: 1 }\nb: &b { y: 2, z: 2 }\nc: { <<: *a, y: 9 }\nd: { y: 9, <<: [*a, *b] }\n";
    assert_eq!(tree(text), "{a: {x: 1, y: 1}, b: {y: 2, z: 2}, c: {x: 1, y: 9}, d: {y: 9, x: 1, z: 2}}");
    assert_eq!(tree("'<<': 1"), "{<<: 1}");
    assert_eq!(
        found("a: { <<: 1, b: 2 }").0,
        ["1:6 bad-merge: `<<` merges a map or a list of maps, found `1`"]
    );
    let (lines, _) = found("a: &a {x: 1}\nb: { <<: *a, <<: *a }");
    assert_eq!(
        lines,
        [
            "2:14 duplicate-key: `<<` is given twice [given again here] {merge several maps with a list: `<<: [*a, *b]`}"
        ]
    );
}

#[test]
fn duplicate_keys_are_reported_and_the_first_wins() {
    let (lines, left) = found("a: 1\nb: 2\na: 3\na: 4\nb: 5");
    assert_eq!(
        lines,
        [
            "3:1 duplicate-key: `a` is given twice [given again here]",
            "4:1 duplicate-key: `a` is given twice [given again here]",
            "5:1 duplicate-key: `b` is given twice [given again here]",
        ]
    );
    assert_eq!(left.as_deref(), Some("{a: 1, b: 2}"));
}

#[test]
fn anchors_that_are_not_there() {
    let (lines, left) = found("base: &defaults {}\na: *default\nb: &self [*self]\n");
    assert_eq!(
        lines,
        [
            "2:4 unknown-anchor: there is no anchor `&default` above this line [did you mean `*defaults`?] \
             {if it is text, quote it: \"*default\"}",
            "3:11 unknown-anchor: an alias cannot stand inside what it stands for",
        ]
    );
    assert_eq!(left.as_deref(), Some("{base: {}, a: !, b: [!]}"));
}

#[test]
fn keys_are_text() {
    let (lines, left) = found("? [a]\n: 1\n~: 2\n? { b: c }\n: 3\nd: 4\n80: 5");
    assert_eq!(
        lines,
        [
            "1:3 bad-key: a key must be text, found a list",
            "3:1 bad-key: a key must be text, found nothing",
            "4:3 bad-key: a key must be text, found a map",
        ]
    );
    assert_eq!(left.as_deref(), Some("{d: 4, 80: 5}"));
}

#[test]
fn wildcards_without_quotes_do_not_stop_the_reading() {
    let (lines, left) = found("host: *.x.com\npath: [*/a, /b]\nok: *-b\n");
    assert_eq!(
        lines,
        [
            "1:7 quote-needed: text that begins with `*` must be quoted [quote it: \"*.x.com\"]",
            "2:8 quote-needed: text that begins with `*` must be quoted [quote it: \"*/a\"]",
            "3:5 quote-needed: text that begins with `*` must be quoted [quote it: \"*-b\"]",
        ]
    );
    assert_eq!(left.as_deref(), Some("{host: !, path: [!, /b], ok: !}"));
}

#[test]
fn text_that_yaml_takes_for_something_else() {
    let cases = [
        ("path: *", "1:7 quote-needed: text that begins with `*` must be quoted [quote it: \"*\"]"),
        ("path: [*, /a]", "1:8 quote-needed: text that begins with `*` must be quoted [quote it: \"*\"]"),
        ("a: @x # why", "1:4 quote-needed: text that begins with `@` must be quoted [quote it: \"@x\"]"),
        ("a: `x`", "1:4 quote-needed: text that begins with ``` must be quoted [quote it: \"`x`\"]"),
        ("a: %x", "1:4 quote-needed: text that begins with `%` must be quoted [quote it: \"%x\"]"),
        ("%x: 1", "1:1 quote-needed: text that begins with `%` must be quoted [quote it: \"%x: 1\"]"),
        ("a: ,x", "1:4 quote-needed: text that begins with `,` must be quoted [quote it: \",x\"]"),
        (
            "a: { b: ${x} }",
            "1:9 quote-needed: a variable inside `{ }` or `[ ]` must be quoted [quote it: \"${x}\"]",
        ),
        (
            "a: [x, pre-${x}.com]",
            "1:8 quote-needed: a variable inside `{ }` or `[ ]` must be quoted [quote it: \"pre-${x}.com\"]",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(fatal(text), [expected], "{text}");
    }
    assert_eq!(tree("a: ${x}/b\nc: '*'\nd: /x/*\ne: a@b"), "{a: ${x}/b, c: \"*\", d: /x/*, e: a@b}");
}

#[test]
fn syntax_errors_are_said_in_words() {
    let tab = "a tab cannot be used for indentation [a tab] {indent with spaces}";
    let cases = [
        ("a:\n\tb: 1", format!("2:1 yaml-syntax: {tab}")),
        ("a: 1\n\tb: 2", format!("2:1 yaml-syntax: {tab}")),
        ("a: {b: 1", "1:4 yaml-syntax: this `{` is never closed".to_owned()),
        ("a: 'x", "1:4 yaml-syntax: this quote is never closed".to_owned()),
        ("a: }", "1:4 yaml-syntax: this bracket closes nothing".to_owned()),
        (
            "a: b: c",
            "1:5 yaml-syntax: a `:` is not allowed here {quote text that contains `: `; or the indentation of \
             this line is wrong}"
                .to_owned(),
        ),
        (
            "- a\nb: 1",
            "2:1 yaml-syntax: expected the next `- ` of the list here {check the indentation of this line}".to_owned(),
        ),
        ("a: '/x'*", "1:8 yaml-syntax: text goes on after the closing quote {quote all of it}".to_owned()),
        ("a: \u{1}", "1:4 yaml-syntax: the character `\\u{1}` is not allowed here".to_owned()),
    ];
    for (text, expected) in cases {
        assert_eq!(fatal(text), [expected], "{text}");
    }
}

#[test]
fn what_was_found_before_a_syntax_error_stays() {
    assert_eq!(fatal("a: 1\na: 2\nb: {a: 1, a: 2}\nc: }\n").len(), 2);
}

#[test]
fn empty_files_and_second_documents() {
    for text in ["", "# only a comment\n", "---\n", "~"] {
        assert_eq!(fatal(text), ["1:1 empty-file: there is nothing in this file"], "{text:?}");
    }
    assert_eq!(
        fatal("---\na: 1\n---\nb: 2\n"),
        [
            "3:1 second-document: a file holds one document, and a second one begins here {remove the `---`, or \
          split the file}"
        ]
    );
}

fn limited(text: &str, limits: Limits) -> Vec<String> {
    let mut sources = SourceMap::new();
    let id = sources.add("a.yaml", text);
    let mut diags = Diagnostics::new();
    assert!(parse(id, text, &limits, &mut diags).is_none());
    lines(&diags, &sources)
}

#[test]
fn limits() {
    assert_eq!(
        limited("a: 12345", Limits { bytes: 7, ..Limits::default() }),
        ["1:1 file-too-large: the file has 8 bytes, more than the 7 that are read"]
    );
    assert_eq!(
        limited("[1, 2, 3, 4]", Limits { nodes: 4, ..Limits::default() }),
        [
            "1:11 too-many-nodes: the file stands for more than 4 values [the limit is passed here] (every use of an \
          alias counts as if it were written out)"
        ]
    );
    let depth = Limits { depth: 3, ..Limits::default() };
    assert_eq!(limited("a: [[[x]]]", depth), ["1:6 too-deep: nested deeper than 3 levels"]);
    assert_eq!(limited("a: &x [[1]]\nb: [*x]", depth), ["2:5 too-deep: nested deeper than 3 levels"]);
    assert_eq!(
        limited(&"[".repeat(100_000), Limits::default()),
        ["1:65 too-deep: nested deeper than 64 levels"]
    );
    assert_eq!(limited(&"- ".repeat(100_000), Limits::default()).len(), 1);
}

#[test]
fn a_billion_laughs_are_one_located_error() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let uses = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{uses}]\n"));
    }
    let found = limited(&text, Limits::default());
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("6:20 "), "{found:?}");
    assert!(found[0].contains("too-many-nodes"), "{found:?}");
}

#[test]
fn bytes_that_are_not_utf8() {
    let said = |bytes: &[u8]| decode_utf8("prod.yaml", bytes.to_vec()).map_err(|diag| diag.message);
    assert_eq!(said(b"a: 1\r\n"), Ok("a: 1\r\n".to_owned()));
    assert_eq!(said(b"\xEF\xBB\xBFa: 1"), Ok("a: 1".to_owned()));
    assert_eq!(said(b"\xFF\xFEa\0"), Err("`prod.yaml` is UTF-16 text".to_owned()));
    let expected = "`prod.yaml` is not UTF-8 text: see line 2, column 3";
    assert_eq!(said(b"a: 1\n\xC3\xA4x\xE4secret"), Err(expected.to_owned()));
}

#[test]
fn merging_for_extends() {
    let merged = |base: &str, overlay: &str| {
        let (base, overlay) = (parsed(base).root.expect("base"), parsed(overlay).root.expect("overlay"));
        shown(&merge(&base, &overlay))
    };
    assert_eq!(
        merged("a: 1\nb: { c: 1, d: [1, 2] }\ne: x", "f: 9\nb: { d: [3], g: 4 }\na: { h: 1 }"),
        "{a: {h: 1}, b: {c: 1, d: [3], g: 4}, e: x, f: 9}"
    );
    assert_eq!(merged("a: { b: 1 }", "a: ~"), "{a: ~}");
    assert_eq!(merged("[1]", "[2]"), "[2]");
}

#[test]
fn merged_nodes_are_located_where_they_were_written() {
    let mut sources = SourceMap::new();
    let (base, prod) = ("a: 1\nb: { c: 2 }\n", "b: { d: 3 }\n");
    let (base_id, prod_id) = (sources.add("base.yaml", base), sources.add("prod.yaml", prod));
    let mut diags = Diagnostics::new();
    let base = parse(base_id, base, &Limits::default(), &mut diags).expect("base");
    let prod = parse(prod_id, prod, &Limits::default(), &mut diags).expect("prod");
    let merged = merge(&base, &prod);
    let source = |node: &Rc<Node>| sources.name(node.at.span.source).to_owned();
    let b = merged.get("b").expect("b");
    assert_eq!(source(merged.get("a").expect("a")), "base.yaml");
    assert_eq!(source(b), "prod.yaml");
    assert_eq!(source(b.get("c").expect("c")), "base.yaml");
}

#[test]
fn nodes_without_a_key_and_in_messages() {
    let root = parsed("a: 1\nb: [2]\nc: { d: 'x' }").root.expect("a tree");
    assert_eq!(shown(&root.without("b")), "{a: 1, c: {d: \"x\"}}");
    assert!(Rc::ptr_eq(&root.without("none"), &root));
    let long = Node::scalar("x".repeat(100), true, root.at);
    assert_eq!(long.describe().len(), 2 * 28 + 3 + 2);
}
