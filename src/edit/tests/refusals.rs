//! What is not done: why, where it comes from, and what to write by hand.

use super::*;

/// `code line: message | helps`.
fn refused(text: &str, edit: Edit) -> String {
    let Err(error) = apply(text, "a.yaml", &[edit]) else { panic!("it was done") };
    let line = error.place().map_or(0, |(file, line)| {
        assert_eq!(file, "a.yaml");
        line
    });
    let said = &error.diagnostic;
    format!("{} {line}: {} | {}", said.code, said.message, said.helps.join(" | "))
}

#[test]
fn aliases_anchors_and_merge_keys() {
    let text = "x: &hc { interval: 5s }\na: { hc: *hc }\nb:\n  <<: *hc\n  p: 1\nl: [&i 1, *i]\n";
    for (edit, wanted) in [
        (
            set("a.hc.interval", text_("1s")),
            "edit-alias 2: `hc` is an alias: its value is written in line 1, for other places too | by hand, under `a.hc`: interval: 1s",
        ),
        (
            set("b.interval", text_("1s")),
            "edit-merge-key 1: `interval` comes through `<<`, from line 1 | by hand, under `b`: interval: 1s",
        ),
        (
            set("x.interval", text_("1s")),
            "edit-anchor 1: `x` has the anchor `&hc`: other places may take what is in it | by hand, under `x`: interval: 1s",
        ),
        (
            Edit::remove(path("l[1]")),
            "edit-alias 6: `item 2 of the list` is an alias: its value is written in line 6, for other places too | by hand, take out `l[1]`",
        ),
        (
            set("l[0]", text_("2")),
            "edit-anchor 6: `item 1 of the list` has the anchor `&i`: other places may take what is in it | by hand, under `l`: 2",
        ),
    ] {
        assert_eq!(refused(text, edit), wanted);
    }
    // Beside them, all is well.
    assert_eq!(edited(text, set("b.q", text_("2"))), text.replace("  p: 1\n", "  p: 1\n  q: 2\n"));
}

fn text_(value: &str) -> Value {
    Value::text(value)
}

#[test]
fn variables() {
    let text = "vars: { canary: 5, list: [] }\na: { w: \"${canary}\", l: \"${list}\", s: \"x-${canary}\", e: \"$${no}\" }\n";
    let by = "change the variable: `vars: { canary: VALUE }` | by hand, ";
    let from = "edit-variable 2: this value comes from the variable `canary` | ";
    assert_eq!(refused(text, set("a.w", text_("9"))), format!("{from}{by}under `a`: w: 9"));
    assert_eq!(refused(text, set("a.s", text_("9"))), format!("{from}{by}under `a`: s: 9"));
    assert_eq!(refused(text, Edit::remove(path("a.w"))), format!("{from}{by}take out `a.w`"));
    assert!(refused(text, Edit::append(path("a.l"), text_("9"))).starts_with("edit-variable 2:"));
    assert!(refused(text, set("a.l[0]", text_("9"))).starts_with("edit-variable 2:"));
    assert!(refused(text, set("a", cookie("1h"))).starts_with("edit-variable 2:"));
    assert!(edited(text, set("a.e", text_("9"))).contains("e: 9"));
    assert!(edited(text, set("vars.canary", text_("9"))).starts_with("vars: { canary: 9, list"));
}

#[test]
fn what_is_something_else_or_not_there() {
    let text = "a: 1\nl: [x]\nm: { k: v }\n";
    assert!(refused(text, set("a.b", text_("1"))).starts_with("edit-not-a-map 1: `1` stands here"));
    assert!(refused(text, set("l.b", text_("1"))).starts_with("edit-not-a-map 2:"));
    assert!(refused(text, set("m[0]", text_("1"))).starts_with("edit-not-a-list 3:"));
    assert!(refused(text, Edit::append(path("m"), text_("1"))).starts_with("edit-not-a-list 3:"));
    assert!(refused(text, set("l[5]", text_("1"))).starts_with("edit-missing 2:"));
    assert!(
        refused(text, Edit::remove(path("m.z"))).starts_with("edit-missing 3: there is no `m.z` to remove")
    );
    assert!(refused("a: [\n", set("a", text_("1"))).starts_with("yaml-syntax"));
}

#[test]
fn texts_of_many_lines_and_tags() {
    let text = "a: |\n  x\n  y\nb: 'q\n  r'\nc: !!str 5\nd: |\n  one\nl:\n  - |\n    x\n  - b\n";
    assert!(
        refused(text, set("a", text_("1")))
            .starts_with("edit-many-lines 2: this text goes over several lines")
    );
    assert!(refused(text, set("b", text_("1"))).starts_with("edit-many-lines 4:"));
    assert!(refused(text, set("c", text_("1"))).starts_with("edit-tag 6:"));
    assert!(refused(text, set("d", text_("1"))).starts_with("edit-many-lines 8:"));
    assert!(refused(text, set("l[0]", text_("1"))).starts_with("edit-many-lines"));
    assert_eq!(edited(text, set("l[1]", text_("1"))), text.replace("- b", "- 1"));
}

#[test]
fn a_comment_in_the_way_is_not_lost() {
    assert!(refused("a: { b: 1, # x\n  c: 2 }\n", Edit::remove(path("a.b"))).starts_with("edit-layout"));
    assert!(
        refused("r:\n  - a: 1\n    # about b\n    b: 2\n", Edit::remove(path("r[0].a")))
            .starts_with("edit-layout")
    );
}

#[test]
fn an_error_moves_into_another_source_map() {
    let error = apply("x: &a { b: 1 }\nc: *a\n", "s.yaml", &[set("c.b", text_("2"))]).expect_err("refused");
    assert_eq!(error.to_string().split(": ").next(), Some("s.yaml:2"));
    let mut sources = crate::base::SourceMap::new();
    sources.add("other.yaml", "zzz");
    let diagnostic = error.into_diagnostic(&mut sources);
    let names: Vec<&str> = diagnostic.labels.iter().map(|label| sources.name(label.span.source)).collect();
    assert_eq!(names, ["s.yaml", "s.yaml"]);
    assert_eq!(sources.slice(diagnostic.labels[0].span), "c");
}

#[test]
fn a_text_that_says_anything_else_does_not_pass_the_check() {
    let before = "a: { b: 1 } # c\nd: \"5\"\nl: [x, y]\n";
    let doc = walk::Doc::read("a.yaml", before).expect("yaml");
    let edit = set("a.b", text_("2"));
    let passes = |text: &str| check::one(&doc, text, "a.yaml", &edit).is_ok();
    assert!(passes("a: { b: 2 } # c\nd: \"5\"\nl: [x, y]\n"));
    for wrong in [
        before,
        "a: { b: \"2\" }\nd: \"5\"\nl: [x, y]\n",
        "a: { b: 2 }\nd: 5\nl: [x, y]\n",
        "a: { b: 2, e: 1 }\nd: \"5\"\nl: [x, y]\n",
        "a: { b: 2 }\nd: \"5\"\nl: [y, x]\n",
        "a: { b: 2 }\nl: [x, y]\nd: \"5\"\n",
        "a: { b: 2 }\nd: \"5\"\n",
        "a: { b: 2\nd: \"5\"\nl: [x, y]\n",
    ] {
        assert!(!passes(wrong), "{wrong}");
    }
}

#[test]
fn a_refusal_is_shown_with_its_lines() {
    let spec = "x-check: &hc { interval: 5s }\ntarget_groups:\n  orders: { health_check: *hc }\n";
    let edit = set("target_groups.orders.health_check.interval", text_("10s"));
    let error = apply(spec, "shop.yaml", &[edit]).expect_err("refused");
    let said = &error.diagnostic;
    assert_eq!((said.code, error.place()), ("edit-alias", Some(("shop.yaml", 3))));
    let also: Vec<_> = said.labels.iter().filter(|label| !label.primary).collect();
    assert_eq!(error.sources.position(also[0].span).0, 1);
    assert_eq!(said.helps, ["by hand, under `target_groups.orders.health_check`: interval: 10s"]);
}
