//! How diagnostics look.

use std::rc::Rc;

use super::*;
use crate::base::{
    Cx, Diagnostics, Limits, Node, ObjectReader, Place, SourceId, Ty, VarValue, Vars, object, parse,
    substitute,
};

/// What is said about a file, read as a health check, with the variables of a second file.
fn said(text: &str, vars: &str) -> String {
    let mut sources = SourceMap::new();
    let mut diags = Diagnostics::new();
    let id = sources.add("shop.yaml", text);
    let vars_id = sources.add("prod.yaml", vars);
    let tree = parse(vars_id, if vars.is_empty() { "{}" } else { vars }, &Limits::default(), &mut diags);
    let tree = tree.expect("variables");
    let value = |node: &Rc<Node>| VarValue { node: Rc::clone(node), origin_text: "prod.yaml".to_owned() };
    let entries = tree.entries().unwrap_or_default().iter();
    let vars: Vars = entries.map(|(key, node)| (key.name.clone(), value(node))).collect();
    if let Some(root) = parse(id, text, &Limits::default(), &mut diags) {
        let root = substitute(&root, &vars, &mut diags);
        object(&root, &mut Cx::new(&mut diags), "health_check", read);
    }
    render(&diags.sorted(), &sources, false)
}

fn read(r: &mut ObjectReader<'_, '_>) -> Option<()> {
    r.required::<String>("path", "");
    r.scalar("interval", "", Ty::Seconds { min: 5, max: 300 });
    r.scalar("protocol", "", Ty::OneOf(&["HTTP", "HTTPS"]));
    r.optional::<u16>("healthy_threshold", "");
    r.later("grpc", "");
    Some(())
}

fn assert_said(text: &str, expected: &str) {
    assert_eq!(said(text, ""), expected.strip_prefix('\n').unwrap_or(expected));
}

#[test]
fn an_unknown_key() {
    assert_said(
        "path: /\nhelthy_threshold: 2\n",
        "
error[unknown-key]: `helthy_threshold` is not a field of `health_check`
 --> shop.yaml:2:1
  |
2 | helthy_threshold: 2
  | ^^^^^^^^^^^^^^^^ did you mean `healthy_threshold`?
",
    );
}

#[test]
fn several_with_a_blank_line_between() {
    assert_said(
        "path: /\ninterval: 1h\nprotocol: TCP\ngrpc: {}\n",
        "
error[out-of-range]: `interval` must be from 5s to 5m, found 1h
 --> shop.yaml:2:11
  |
2 | interval: 1h
  |           ^^

error[unknown-word]: `TCP` is not a value of `protocol`
 --> shop.yaml:3:11
  |
3 | protocol: TCP
  |           ^^^
  |
  = note: values: HTTP, HTTPS

error[not-supported-yet]: `grpc` is not supported yet
 --> shop.yaml:4:1
  |
4 | grpc: {}
  | ^^^^
",
    );
}

#[test]
fn a_missing_key_a_null_and_a_bad_duration() {
    assert_said(
        "healthy_threshold:\ninterval: 500ms\n",
        "
error[null-value]: `healthy_threshold` has no value
 --> shop.yaml:1:1
  |
1 | healthy_threshold:
  | ^^^^^^^^^^^^^^^^^
  |
  = help: leave the line out for the default, or write a value

error[missing-key]: `health_check` needs `path`
 --> shop.yaml:1:1
  |
1 | healthy_threshold:
  | ^^^^^^^^^^^^^^^^^ `path` is missing

error[bad-duration]: `interval` must be a duration from 5s to 5m, found `500ms`
 --> shop.yaml:2:11
  |
2 | interval: 500ms
  |           ^^^^^
  |
  = help: milliseconds are too fine: whole seconds are the smallest unit, such as `1s`
",
    );
}

#[test]
fn a_duplicate_shows_both_places() {
    assert_said(
        "path: /a\ninterval: 5s\npath: /b\n",
        "
error[duplicate-key]: `path` is given twice
 --> shop.yaml:3:1
  |
1 | path: /a
  | ---- first given here
2 | interval: 5s
3 | path: /b
  | ^^^^ given again here
",
    );
}

#[test]
fn labels_far_apart_are_two_snippets() {
    let text = format!("path: /a\n{}path: /b\n", "# more\n".repeat(100));
    assert_said(
        &text,
        "
error[duplicate-key]: `path` is given twice
   --> shop.yaml:102:1
    |
102 | path: /b
    | ^^^^ given again here
    |
   ::: shop.yaml:1:1
    |
  1 | path: /a
    | ---- first given here
",
    );
}

#[test]
fn a_value_from_another_file_shows_the_use_and_the_origin() {
    let expected = "\
error[out-of-range]: `interval` must be from 5s to 5m, found 1h
 --> shop.yaml:2:11
  |
2 | interval: ${wait}
  |           ^^^^^^^
  |
 ::: prod.yaml:2:7
  |
2 | wait: 1h
  |       -- the value comes from here
";
    assert_eq!(said("path: /\ninterval: ${wait}\n", "a: 1\nwait: 1h\n"), expected);
}

#[test]
fn an_unknown_variable() {
    assert_eq!(
        said("path: /${dmain}\n", "domain: x\n"),
        "\
error[unknown-variable]: there is no variable `dmain`
 --> shop.yaml:1:8
  |
1 | path: /${dmain}
  |        ^^^^^^^^ did you mean `domain`?
  |
  = note: variables: domain
"
    );
}

#[test]
fn text_that_must_be_quoted() {
    assert_said(
        "path: [*, /a]\n",
        "
error[quote-needed]: text that begins with `*` must be quoted
 --> shop.yaml:1:8
  |
1 | path: [*, /a]
  |        ^ quote it: \"*\"
",
    );
    assert_said(
        "{ path: ${x} }",
        "
error[quote-needed]: a variable inside `{ }` or `[ ]` must be quoted
 --> shop.yaml:1:9
  |
1 | { path: ${x} }
  |         ^^^^ quote it: \"${x}\"
",
    );
}

#[test]
fn a_tab_and_an_open_bracket() {
    assert_said(
        "path: /\ninterval:\n\t5s\n",
        "
error[yaml-syntax]: a tab cannot be used for indentation
 --> shop.yaml:3:1
  |
3 |     5s
  | ^^^^ a tab
  |
  = help: indent with spaces
",
    );
    assert_said(
        "path: [a\n",
        "
error[yaml-syntax]: this `[` is never closed
 --> shop.yaml:1:7
  |
1 | path: [a
  |       ^
",
    );
}

#[test]
fn an_empty_file() {
    assert_said(
        "",
        "
error[empty-file]: there is nothing in this file
--> shop.yaml:1:1
",
    );
}

#[test]
fn only_the_first_line_of_a_block_is_underlined() {
    assert_said(
        "path:\n  - a\n  - b\n",
        "
error[wrong-type]: `path` must be text, found a list
 --> shop.yaml:1:1
  |
1 | path:
  | ^^^^
",
    );
    assert_said(
        "- path\n- b\n",
        "
error[wrong-type]: `health_check` must be a map, found a list
 --> shop.yaml:1:1
  |
1 | - path
  | ^^^^^^
",
    );
}

#[test]
fn control_characters_are_shown_escaped() {
    let mut sources = SourceMap::new();
    let text = "a: \"\u{1b}[31m\u{202e}ä\" # x\r\nb: 1\r\n";
    let id = sources.add("e\u{1b}vil.yaml", text);
    let start = text.find('ä').unwrap_or_default();
    let place = Place::from(Span::new(id, start, start + 2));
    let diag = Diagnostic::error("x", "no\u{7}").at(place, "\u{9b}").note("n\u{1b}").help("h\u{0}");
    assert_eq!(
        render(&[diag], &sources, false),
        r#"error[x]: no\u{7}
 --> e\u{1b}vil.yaml:1:23
  |
1 | a: "\u{1b}[31m\u{202e}ä" # x
  |                       ^ \u{9b}
  |
  = note: n\u{1b}
  = help: h\u{0}
"#
    );
}

#[test]
fn without_a_place_there_is_no_snippet() {
    let sources = SourceMap::new();
    let diags = [
        Diagnostic::refused("taken", "the name is taken").help("choose another"),
        Diagnostic::warning("late", "it is late"),
        Diagnostic::error("x", "y").at(Place::NONE, "z"),
    ];
    let expected = "\
refused[taken]: the name is taken
 = help: choose another

warning[late]: it is late

error[x]: y
";
    assert_eq!(render(&diags, &sources, false), expected);
    assert_eq!(render(&[], &sources, false), "");
    assert!(render(&diags, &sources, true).contains("\u{1b}["));
}

#[test]
fn long_lines_are_cut_to_the_width() {
    let text = format!("path: /\ninterval: 1h # {}\n", "x".repeat(500));
    assert!(said(&text, "").lines().all(|line| line.chars().count() <= Look::PLAIN.width));
}

#[test]
fn of_very_many_the_first_are_shown() {
    let diags: Vec<_> = (0..SHOWN + 7).map(|n| Diagnostic::error("x", format!("number {n}"))).collect();
    let text = render(&diags, &SourceMap::new(), false);
    assert!(text.ends_with("number 199\n\n... and 7 more\n"), "{text}");
}

#[test]
fn as_json() {
    let mut sources = SourceMap::new();
    let id = sources.add("a.yaml", "ä: 1\nb: 2\n");
    let place = Place { span: Span::new(id, 6, 7), origin: Some(Span::new(id, 0, 2)) };
    let diag = Diagnostic::error("x", "y").at(place, "here").note("n").help("h");
    assert_eq!(
        to_json(&diag, &sources),
        json!({
            "level": "error", "code": "x", "message": "y", "notes": ["n"], "help": ["h"],
            "file": "a.yaml", "line": 2, "column": 1, "end_line": 2, "end_column": 2,
            "labels": [
                { "file": "a.yaml", "line": 2, "column": 1, "end_line": 2, "end_column": 2, "text": "here",
                  "primary": true },
                { "file": "a.yaml", "line": 1, "column": 1, "end_line": 1, "end_column": 2,
                  "text": "the value comes from here", "primary": false },
            ],
        })
    );
    let nowhere = to_json(&Diagnostic::warning("x", "y"), &sources);
    assert_eq!(
        (&nowhere["file"], &nowhere["line"], &nowhere["labels"]),
        (&Value::Null, &Value::Null, &json!([]))
    );
    assert_eq!(SourceId(0), id);
}
