//! The styles in which people write, one by one: text before, edit, text after.

use super::*;

fn check(before: &str, edit: Edit, after: &str) {
    let found = edited(before, edit);
    assert!(found == after, "\n--- wanted\n{after}\n--- found\n{found}\n{found:?}");
}

#[test]
fn a_scalar_keeps_its_comment() {
    check("a:\n  t: 60s   # why\n  b: 1\n", set("a.t", text("120s")), "a:\n  t: 120s   # why\n  b: 1\n");
}

#[test]
fn a_quoted_scalar_is_replaced_with_its_quotes() {
    check("a: \"x # no comment\" # c\n", set("a", text("y")), "a: y # c\n");
    check("a: 'x'\nb: 2\n", set("a", text("p: q")), "a: \"p: q\"\nb: 2\n");
}

#[test]
fn a_key_comes_behind_the_last_one() {
    let before = "groups:\n  orders:\n    port: 80   # as ever\n    # off: { x }\n\n  users: {}\n";
    let after = "groups:\n  orders:\n    port: 80   # as ever\n    stickiness: { lb_cookie: 1h }\n    # off: { x }\n\n  users: {}\n";
    check(before, set("groups.orders.stickiness", cookie("1h")), after);
}

#[test]
fn a_key_comes_behind_a_named_one() {
    let edit = || set("g.c", text("3")).after("a");
    check("g:\n  a:\n    x: 1 # c\n  b: 2\n", edit(), "g:\n  a:\n    x: 1 # c\n  c: 3\n  b: 2\n");
    check("g: { a: 1, b: 2 }\n", edit(), "g: { a: 1, c: 3, b: 2 }\n");
    check("g:\n  a: # c\n  b: 2\n", edit(), "g:\n  a: # c\n  c: 3\n  b: 2\n");
    check("g: { b: 2 }\n", edit(), "g: { b: 2, c: 3 }\n");
}

#[test]
fn maps_in_braces() {
    let edit = || set("o.s", cookie("1h"));
    check("o: { p: 80 }  # c\n", edit(), "o: { p: 80, s: { lb_cookie: 1h } }  # c\n");
    check("o: {p: 80}\n", edit(), "o: {p: 80, s: { lb_cookie: 1h }}\n");
    check("o: {}\n", edit(), "o: { s: { lb_cookie: 1h } }\n");
    check("o: { p: 80, }\n", edit(), "o: { p: 80, s: { lb_cookie: 1h }, }\n");
    check("o: { \"p\": \"}\" }\n", edit(), "o: { \"p\": \"}\", s: { lb_cookie: 1h } }\n");
}

#[test]
fn maps_in_braces_over_several_lines() {
    check(
        "o: {\n  p: 80, # x, y\n  q: 1   # last }\n}\n",
        set("o.s", text("1")),
        "o: {\n  p: 80, # x, y\n  q: 1,   # last }\n  s: 1\n}\n",
    );
    check("o: {\n    p: 80,\n}\n", set("o.s", text("1")), "o: {\n    p: 80,\n    s: 1,\n}\n");
    check(
        "o: { p: 80,\n     q: 1\n   }\n",
        set("o.s", text("1")),
        "o: { p: 80,\n     q: 1,\n     s: 1\n   }\n",
    );
    check("o: {\n  p: 80, # x\n  q: 1 # y\n}\n", Edit::remove(path("o.q")), "o: {\n  p: 80, # x\n}\n");
    check("o: {\n  p: 80, # x\n  q: 1 # y\n}\n", Edit::remove(path("o.p")), "o: {\n  q: 1 # y\n}\n");
}

#[test]
fn missing_maps_are_made_on_the_way() {
    check("a: 1\n", set("b.c.d", text("x")), "a: 1\nb: { c: { d: x } }\n");
    let edit =
        set("b.c", Value::map([("d", text("x")), ("e", Value::texts(["1", "2"]))])).laid_out(Layout::Block);
    check("a: 1\n", edit, "a: 1\nb:\n  c: { d: x, e: [1, 2] }\n");
    check(
        "g:\n  orders:\n  users: {}\n",
        set("g.orders.s", text("1")),
        "g:\n  orders: { s: 1 }\n  users: {}\n",
    );
    check("g:\n  orders: ~ # c\n", set("g.orders.s", text("1")), "g:\n  orders: { s: 1 } # c\n");
    check("g: { orders, users }\n", set("g.orders.s", text("1")), "g: { orders: { s: 1 }, users }\n");
}

#[test]
fn a_map_that_is_too_long_for_a_line_gets_lines() {
    let long = "x".repeat(60);
    let value = Value::map([("a", text(&long)), ("b", Value::map([("c", text(&long)), ("d", text("1"))]))]);
    let after = format!("q:\n    z: 1\n    k:\n        a: {long}\n        b: {{ c: {long}, d: 1 }}\n");
    check("q:\n    z: 1\n", set("q.k", value), &after);
}

#[test]
fn a_listener_as_a_block() {
    let value = Value::map([("port", text("80")), ("default", Value::map([("redirect", text("https"))]))]);
    check(
        "listeners:\n  https:\n    port: 443\ndns: []\n",
        set("listeners.http", value.clone()).laid_out(Layout::Block),
        "listeners:\n  https:\n    port: 443\n  http:\n    port: 80\n    default: { redirect: https }\ndns: []\n",
    );
    check(
        "listeners:\n  https: { port: 443 }\n",
        set("listeners.http", value),
        "listeners:\n  https: { port: 443 }\n  http: { port: 80, default: { redirect: https } }\n",
    );
}

#[test]
fn lists_get_items_in_their_style() {
    let add = |value: Value| Edit::append(path("l"), value);
    check("l: [a, b] # c\n", add(text("c")), "l: [a, b, c] # c\n");
    check("l: []\n", add(text("c")), "l: [c]\n");
    check("l:\n  - a # x\n  - b # y\n\nm: 1\n", add(text("c")), "l:\n  - a # x\n  - b # y\n  - c\n\nm: 1\n");
    check("l:\n- a\n- b\nm: 1\n", add(text("c")), "l:\n- a\n- b\n- c\nm: 1\n");
    check("l:\n- { a: 1 }\n", add(Value::map([("a", text("2"))])), "l:\n- { a: 1 }\n- { a: 2 }\n");
    check("l: one\n", add(text("two")), "l: [one, two]\n");
    check("l: \"1, 2\"\n", add(text("two")), "l: [\"1, 2\", two]\n");
    check("m: 1\n", add(text("two")), "m: 1\nl: [two]\n");
    check("l:\n", add(text("two")), "l: [two]\n");
    check("l: [\n  a, # x\n  b  # y\n]\n", add(text("c")), "l: [\n  a, # x\n  b,  # y\n  c\n]\n");
}

#[test]
fn rules_get_rules_in_their_style() {
    let rule = Value::map([("name", text("b")), ("then", Value::map([("forward", text("x"))]))]);
    check(
        "rules:\n  - name: a\n    then: { forward: y }   # c\n",
        Edit::append(path("rules"), rule.clone()),
        "rules:\n  - name: a\n    then: { forward: y }   # c\n  - name: b\n    then: { forward: x }\n",
    );
    check(
        "rules:\n  - { name: a, then: { forward: y } }\n",
        Edit::append(path("rules"), rule),
        "rules:\n  - { name: a, then: { forward: y } }\n  - { name: b, then: { forward: x } }\n",
    );
}

#[test]
fn a_weight_in_a_rule() {
    let before = "rules:\n  # the first\n  - { name: a, then: { forward: { users: 95, canary: 5 } } } # c\n  - name: b\n    then:\n      forward: { users: 100 }\n";
    let after = "rules:\n  # the first\n  - { name: a, then: { forward: { users: 90, canary: 10 } } } # c\n  - name: b\n    then:\n      forward: { users: 100 }\n";
    let weights = Value::map([("users", text("90")), ("canary", text("10"))]);
    check(before, set("rules[0].then.forward", weights), after);
    check(before, set("rules[1].then.forward.users", text("50")), &before.replace("users: 100", "users: 50"));
    check(
        "rules:\n  - then: { forward: users }\n",
        set("rules[0].then.forward", Value::map([("users", text("9")), ("c", text("1"))])),
        "rules:\n  - then: { forward: { users: 9, c: 1 } }\n",
    );
}

#[test]
fn keys_go() {
    let gone = |at: &str| Edit::remove(path(at));
    check("a: 1\n# about b\nb: 2 # c\nd: 3\n", gone("b"), "a: 1\n# about b\nd: 3\n");
    check("a:\n  b:\n    c: 1\n    d: 2\n  e: 3\n", gone("a.b"), "a:\n  e: 3\n");
    check("a: { b: 1, c: 2, d: 3 }\n", gone("a.b"), "a: { c: 2, d: 3 }\n");
    check("a: { b: 1, c: 2, d: 3 }\n", gone("a.c"), "a: { b: 1, d: 3 }\n");
    check("a: { b: 1, c: 2, d: 3 }\n", gone("a.d"), "a: { b: 1, c: 2 }\n");
    check("a: { b: 1 }\nc: 1\n", gone("a.b"), "a: {}\nc: 1\n");
    check("a:  # why\n  b: 1 # gone\nc: 1\n", gone("a.b"), "a: {}  # why\nc: 1\n");
    check("a:\n  b: |\n    x\n    y\n\n  c: 1\n", gone("a.b"), "a:\n\n  c: 1\n");
    check("r:\n  - name: a\n    b: 1\n", gone("r[0].name"), "r:\n  - b: 1\n");
    check("a: 1\nb:\nc: 2\n", gone("b"), "a: 1\nc: 2\n");
    check("a: 1\nb: 2", gone("b"), "a: 1");
}

#[test]
fn items_go() {
    let gone = |at: &str| Edit::remove(path(at));
    check("l:\n  - a # x\n  # about b\n  - b\n  - c\n", gone("l[0]"), "l:\n  # about b\n  - b\n  - c\n");
    check(
        "l:\n- { id: 1 }\n- id: 2\n  port: 8\n- { id: 3 }\n",
        gone("l[1]"),
        "l:\n- { id: 1 }\n- { id: 3 }\n",
    );
    check("l: [a, b, c]\n", gone("l[1]"), "l: [a, c]\n");
    check("l: [a, b, c]\n", gone("l[0]"), "l: [b, c]\n");
    check("l: [a]\n", gone("l[0]"), "l: []\n");
    check("l:\n  - a\nm: 1\n", gone("l[0]"), "l: []\nm: 1\n");
}

#[test]
fn a_map_is_changed_key_by_key() {
    let before = "h:\n  path: \"/x\"   # kept as it is\n  interval: 30s # c\n  matcher: 200\n";
    let value = Value::map([("path", text("/x")), ("interval", text("10s")), ("timeout", text("5s"))]);
    let after = "h:\n  path: \"/x\"   # kept as it is\n  interval: 10s # c\n  timeout: 5s\n";
    check(before, set("h", value), after);
}

#[test]
fn one_map_takes_the_place_of_another() {
    check(
        "s:  # why\n  app_cookie:\n    name: X # y\nz: 1\n",
        set("s", cookie("1h")),
        "s: { lb_cookie: 1h }  # why\nz: 1\n",
    );
    check("s: { app_cookie: { name: X } } # c\n", set("s", cookie("1h")), "s: { lb_cookie: 1h } # c\n");
    check("s: off # c\n", set("s", cookie("1h")), "s: { lb_cookie: 1h } # c\n");
    check(
        "s: off # c\nt: 1\n",
        set("s", cookie("1h")).laid_out(Layout::Block),
        "s: # c\n  lb_cookie: 1h\nt: 1\n",
    );
    check("s:\n  lb_cookie: 1h\n", set("s", text("off")), "s: off\n");
}

#[test]
fn what_is_so_already_stays_untouched() {
    let before = "s: {lb_cookie:   \"1h\"}\n";
    check(before, set("s", cookie("1h")), before);
    check(before, set("s.lb_cookie", text("1h")), before);
}

#[test]
fn line_breaks_and_the_end_of_the_file_stay() {
    check("a:\r\n  b: 1 # c\r\nd: 2\r\n", set("a.e", text("3")), "a:\r\n  b: 1 # c\r\n  e: 3\r\nd: 2\r\n");
    check("a:\n  b: 1", set("a.e", text("3")), "a:\n  b: 1\n  e: 3");
    check("a:\n  b: 1 # c", set("a.e", text("3")), "a:\n  b: 1 # c\n  e: 3");
    check("\u{feff}a: 1\r\n", set("b", text("3")), "\u{feff}a: 1\r\nb: 3\r\n");
    check("---\na: 1\n...\n", set("b", text("3")), "---\na: 1\nb: 3\n...\n");
}

#[test]
fn other_letters_and_tabs_stay() {
    check(
        "ä: { ß: \"😀\" } # \tü\nb:\t1\n",
        set("ä.x", text("é")),
        "ä: { ß: \"😀\", x: \"é\" } # \tü\nb:\t1\n",
    );
    check("a: 1\t# tab\nb: 2\n", set("a", text("2")), "a: 2\t# tab\nb: 2\n");
}

#[test]
fn texts_of_many_lines_beside_an_edit_stay() {
    let before = "a:\n  body: |\n    one\n\n    two # no comment\n\n# c\nb: >-\n  x\n  y\n";
    let after = "a:\n  body: |\n    one\n\n    two # no comment\n  s: 1\n\n# c\nb: >-\n  x\n  y\n";
    check(before, set("a.s", text("1")), after);
    check(before, set("z", text("1")), &format!("{before}z: 1\n"));
}

#[test]
fn a_short_form_is_written_out() {
    let edit = || set("g.health_check.interval", text("10s")).short_form("path");
    check("g:\n  health_check: /h # c\n", edit(), "g:\n  health_check: { path: /h, interval: 10s } # c\n");
    check(
        "g: { health_check: \"${p}\" }\n",
        edit(),
        "g: { health_check: { path: \"$${p}\", interval: 10s } }\n".replace("$$", "$").as_str(),
    );
    check("g: {}\n", edit(), "g: { health_check: { interval: 10s } }\n");
    check(
        "g:\n  health_check: /h\n",
        set("g.health_check.path", text("/x")).short_form("path"),
        "g:\n  health_check: /x\n",
    );
}

#[test]
fn json_stays_json() {
    let edit = set("a.s", Value::map([("lb", text("1h")), ("n", text("5")), ("b", text("true"))]));
    let found = apply("{\n  \"a\": { \"p\": 80 }\n}\n", "a.json", &[edit]).expect("an edit");
    assert_eq!(found, "{\n  \"a\": { \"p\": 80, \"s\": { \"lb\": \"1h\", \"n\": 5, \"b\": true } }\n}\n");
    let found =
        apply("{\n  \"a\": 1,\n  \"b\": 2\n}\n", "a.json", &[Edit::remove(path("b"))]).expect("an edit");
    assert_eq!(found, "{\n  \"a\": 1\n}\n");
}

#[test]
fn texts_that_look_like_something_else_are_quoted() {
    for word in [
        "", "~", "null", "- a", "a: b", "a #b", "*x", "&x", "!x", "%x", "@x", "`x", "{", "[", "'", "\"",
        "a\nb", "\t", " a", "a ", "#", "?", "-", "...", "a,b", "\\", "é", "${x}",
    ] {
        for before in ["a: 1\nb: 2\n", "{ a: 1, b: 2 }\n"] {
            let after = edited(before, set("a", text(word)));
            let doc = walk::Doc::read("a.yaml", &after).expect("yaml");
            let found = doc.root.get("a").and_then(|node| node.text()).expect("text");
            assert_eq!(found, word.replace("${", "$${"), "{after}");
            assert!(!doc.root.get("a").expect("a").is_null());
        }
    }
}

#[test]
fn several_edits_build_on_each_other() {
    let edits = [
        set("a.b", text("1")),
        Edit::append(path("a.l"), text("x")),
        Edit::append(path("a.l"), text("y")),
        Edit::remove(path("a.b")),
    ];
    assert_eq!(apply("z: 1\n", "a.yaml", &edits).expect("edits"), "z: 1\na: { l: [x, y] }\n");
}

#[test]
fn items_without_a_value_get_one() {
    check("l:\n  - # c\n  -\n", set("l[0]", text("x")), "l:\n  - x # c\n  -\n");
    check("l:\n  - # c\n  -\n", set("l[1]", text("x")), "l:\n  - # c\n  - x\n");
    check("l:\n- # c\n- b\n", Edit::remove(path("l[0]")), "l:\n- b\n");
    check("l:\n- # c\n", Edit::remove(path("l[0]")), "l: []\n");
    check("l:\n- a: 1\n  b:\n- c\n", set("l[0]", text("x")), "l:\n- x\n- c\n");
    check("a: $x, y\n", Edit::append(path("a"), text("z")), "a: [\"$x, y\", z]\n");
}

#[test]
fn an_item_comes_before_the_first() {
    let edit = || Edit::prepend(path("l"), text("z"));
    check("l: [a, b] # c\n", edit(), "l: [z, a, b] # c\n");
    check("l: [ # c\n  a,\n  b,\n]\n", edit(), "l: [ # c\n  z,\n  a,\n  b,\n]\n");
    check("l: []\n", edit(), "l: [z]\n");
    check("l: a # c\n", edit(), "l: [z, a] # c\n");
    check("k: 1\n", edit(), "k: 1\nl: [z]\n");
    check(
        "l: # of all\n  # the main one\n  - a # why\n  - b\n",
        edit(),
        "l: # of all\n  - z\n  # the main one\n  - a # why\n  - b\n",
    );
    check("l:\r\n- a\r\nk: 1\r\n", edit(), "l:\r\n- z\r\n- a\r\nk: 1\r\n");
    check("l:\n  - { n: a }\n", edit(), "l:\n  - z\n  - { n: a }\n");
}

#[test]
fn an_item_before_one_with_an_anchor_is_refused() {
    for before in ["l: [&x a, *x]\n", "l:\n  - &x a\n  - *x\n", "k: &x [a]\nl: *x\n"] {
        let error = apply(before, "a.yaml", &[Edit::prepend(path("l"), text("z"))]).unwrap_err();
        assert!(["edit-anchor", "edit-alias"].contains(&error.diagnostic.code), "{error}");
    }
}
