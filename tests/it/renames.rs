//! Renamed keys, `moved:` and renamed stacks: one AddTags a resource, and nothing is made anew.

use std::collections::BTreeMap;

use albctl::cli;
use albctl::model::{Plan, ResourceId, Verb};
use albctl::plan::Options;

use proptest::prelude::*;

use crate::generator::specs;
use crate::support::{Stage, desired};

const HEAD: &str = "version: 1
stack: shop
vpc: vpc-0a
load_balancer:
  name: shop-alb
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
";

const FULL: &str = "target_groups:
  web: { name: web-tg, port: 80, target_type: ip, targets: [10.0.0.1, 10.0.0.2] }
  api: { name: api-tg, port: 81, target_type: ip }
listeners:
  http:
    port: 80
    default: { forward: web }
    rules:
      - { name: a, when: { path: /a }, then: { forward: web } }
      - { name: b, when: { path: /b }, then: { forward: { web: 90, api: 10 } } }
";

fn full() -> String {
    format!("{HEAD}{FULL}")
}

/// All of the stack by ARN: its identity.
fn by_arn(stage: &Stage, text: &str) -> BTreeMap<String, String> {
    let (live, _) = stage.observe(&cli::scope::of(&desired(text).0));
    let taggable = live.resources.iter().filter(|(id, _)| id.kind() != "targets");
    taggable.map(|(id, existing)| (existing.arn.clone(), id.to_string())).collect()
}

fn verbs<C, W>(plan: &Plan<C, W>) -> Vec<String> {
    plan.changes.iter().map(|change| format!("{:?} {}", change.verb, change.id)).collect()
}

/// Applies both in turn: the calls of the second, its changes, and that every ARN is kept, under the identities of
/// the second spec.
fn renamed(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let stage = Stage::new();
    stage.apply(before);
    let arns = by_arn(&stage, before);
    stage.written();
    let plan = stage.apply(after);
    let written = stage.written();
    let now = by_arn(&stage, after);
    assert_eq!(arns.keys().collect::<Vec<_>>(), now.keys().collect::<Vec<_>>(), "every ARN is kept");
    let wanted = desired(after).0.resources;
    let mut wanted: Vec<String> =
        wanted.keys().filter(|id| id.kind() != "targets").map(ToString::to_string).collect();
    let mut found: Vec<String> = now.into_values().collect();
    wanted.sort();
    found.sort();
    assert_eq!(found, wanted, "the tags are those of the spec");
    (written, verbs(&plan))
}

#[test]
fn a_listener_takes_its_rules_along() {
    let (written, changes) = renamed(&full(), &full().replace("  http:", "  main:"));
    assert_eq!(written, ["AddTags"; 3]);
    assert_eq!(changes, ["Rename listener/main", "Rename rule/main/a", "Rename rule/main/b"]);
}

#[test]
fn a_target_group_takes_its_targets_along_and_what_refers_to_it_does_not_change() {
    let after = full().replace("  web: {", "  site: {").replace("forward: web", "forward: site");
    let after = after.replace("web: 90", "site: 90");
    let (written, changes) = renamed(&full(), &after);
    assert_eq!(written, ["AddTags"]);
    assert_eq!(changes, ["Rename target_group/site"]);
    let fewer = after.replace("targets: [10.0.0.1, 10.0.0.2]", "targets: [10.0.0.2, 10.0.0.3]");
    let (mut written, changes) = renamed(&full(), &fewer);
    written.sort();
    assert_eq!(written, ["AddTags", "DeregisterTargets", "RegisterTargets"], "the live targets are known");
    assert_eq!(changes, ["Rename target_group/site", "Update targets/site"]);
}

#[test]
fn a_rule_of_equal_conditions_and_action_is_the_same_rule() {
    let (written, changes) = renamed(&full(), &full().replace("name: b,", "name: c,"));
    assert_eq!(written, ["AddTags"], "the key and the name that the console shows in one call");
    assert_eq!(changes, ["Rename rule/http/c"]);
}

#[test]
fn of_two_rules_that_leave_the_spec_the_one_that_matches_is_renamed() {
    let stage = Stage::new();
    stage.apply(&full());
    let arn = stage.arn(&full(), "rule/http/b");
    stage.written();
    let after = full()
        .replace("      - { name: a, when: { path: /a }, then: { forward: web } }\n", "")
        .replace("name: b,", "name: c,");
    let plan = stage.apply(&after);
    assert_eq!(verbs(&plan), ["Rename rule/http/c", "Delete rule/http/a"]);
    let mut written = stage.written();
    written.sort();
    assert_eq!(written, ["AddTags", "DeleteRule"]);
    assert_eq!(stage.arn(&after, "rule/http/c"), arn);
}

#[test]
fn two_equal_rules_are_renamed_in_the_order_of_evaluation() {
    let twins = |one: &str, other: &str| {
        full().replace("name: a,", &format!("name: {one},")).replace(
            "      - { name: b, when: { path: /b }, then: { forward: { web: 90, api: 10 } } }\n",
            &format!("      - {{ name: {other}, when: {{ path: /a }}, then: {{ forward: web }} }}\n"),
        )
    };
    let (before, after) = (twins("a", "b"), twins("c", "d"));
    let stage = Stage::new();
    stage.apply(&before);
    let arns = [stage.arn(&before, "rule/http/a"), stage.arn(&before, "rule/http/b")];
    stage.apply(&after);
    assert_eq!([stage.arn(&after, "rule/http/c"), stage.arn(&after, "rule/http/d")], arns);
}

#[test]
fn a_renamed_resource_may_change_too() {
    let after = full()
        .replace("  http:", "  main:")
        .replace("default: { forward: web }", "default: { fixed_response: 404 }")
        .replace("  api: {", "  rest: { deregistration_delay: 30s,")
        .replace("api: 10", "rest: 10")
        .replace("name: a, when: { path: /a }", "name: a, when: { path: [/a, /aa] }");
    let (mut written, changes) = renamed(&full(), &after);
    written.sort();
    assert_eq!(
        written,
        [
            "AddTags",
            "AddTags",
            "AddTags",
            "AddTags",
            "ModifyListener",
            "ModifyRule",
            "ModifyTargetGroupAttributes"
        ]
    );
    assert_eq!(
        changes,
        ["Rename target_group/rest", "Rename listener/main", "Rename rule/main/a", "Rename rule/main/b"]
    );
}

#[test]
fn listener_group_and_rules_are_renamed_at_once() {
    let after = full()
        .replace("  http:", "  main:")
        .replace("  web: {", "  site: {")
        .replace("forward: web", "forward: site")
        .replace("web: 90", "site: 90")
        .replace("name: a,", "name: x,");
    let (written, changes) = renamed(&full(), &after);
    assert_eq!(written, ["AddTags"; 4]);
    assert!(changes.iter().all(|change| change.starts_with("Rename ")), "{changes:?}");
}

#[test]
fn the_plan_shows_the_old_key_first() {
    let stage = Stage::new();
    stage.apply(&full());
    let plan = stage.plan(&full().replace("  http:", "  main:"));
    let change = &plan.changes[0];
    assert_eq!(change.verb, Verb::Rename);
    assert_eq!(change.fields[0].key, "key");
    assert_eq!((change.fields[0].from_text.as_str(), change.fields[0].to_text.as_str()), ("http", "main"));
    assert_eq!(serde_json::to_value(change.verb).expect("a word"), "rename");
    let rule = &plan.changes[1].fields;
    assert_eq!((rule[0].from_text.as_str(), rule[0].to_text.as_str(), rule.len()), ("http/a", "main/a", 1));
}

#[test]
fn a_rename_that_was_interrupted_goes_on() {
    let stage = Stage::new();
    stage.apply(&full());
    let after = full().replace("  http:", "  main:");
    let listener = stage.arn(&full(), "listener/http");
    stage.stranger(&tag(&listener, "albctl:id", "listener/main"));
    stage.written();
    assert_eq!(verbs(&stage.apply(&after)), ["Rename rule/main/a", "Rename rule/main/b"]);
    assert_eq!(stage.written(), ["AddTags"; 2]);
}

fn tag(arn: &str, key: &str, value: &str) -> albctl::kinds::Call<String> {
    albctl::kinds::Call::Tagging(albctl::kinds::tagging::Call::AddTags {
        resource: arn.to_owned(),
        tags: BTreeMap::from([(key.to_owned(), value.to_owned())]),
    })
}

#[test]
fn moved_says_what_no_natural_key_does() {
    let listener =
        full().replace("  http:\n    port: 80", "  main:\n    moved: { from: http }\n    port: 8080");
    let (mut written, changes) = renamed(&full(), &listener);
    written.sort();
    assert_eq!(written, ["AddTags", "AddTags", "AddTags", "ModifyListener"]);
    assert_eq!(changes[0], "Rename listener/main");

    let rule =
        full().replace("name: a, when: { path: /a }", "name: x, moved: { from: a }, when: { path: /x }");
    let (mut written, changes) = renamed(&full(), &rule);
    written.sort();
    assert_eq!(written, ["AddTags", "ModifyRule"]);
    assert_eq!(changes, ["Rename rule/http/x"]);

    let group = full()
        .replace("  web: {", "  site: { moved: { from: web }, deregistration_delay: 30s,")
        .replace("forward: web", "forward: site")
        .replace("web: 90", "site: 90");
    let (mut written, changes) = renamed(&full(), &group);
    written.sort();
    assert_eq!(written, ["AddTags", "ModifyTargetGroupAttributes"]);
    assert_eq!(changes, ["Rename target_group/site"]);
}

#[test]
fn a_rule_may_be_moved_under_a_listener_that_is_renamed() {
    for from in ["http/a", "a"] {
        let after = full().replace("  http:", "  main:").replace(
            "name: a, when: { path: /a }",
            &format!("name: x, moved: {{ from: {from} }}, when: {{ path: /x }}"),
        );
        let (mut written, changes) = renamed(&full(), &after);
        written.sort();
        assert_eq!(written, ["AddTags", "AddTags", "AddTags", "ModifyRule"], "{from}");
        assert_eq!(changes, ["Rename listener/main", "Rename rule/main/x", "Rename rule/main/b"]);
    }
}

fn warnings(stage: &Stage, text: &str) -> Vec<String> {
    let planned = stage.plan_with(text, &Options::default()).expect("a plan");
    planned.warnings.iter().map(|one| format!("{}: {}", one.code, one.message)).collect()
}

#[test]
fn a_move_that_is_done_can_be_removed() {
    let stage = Stage::new();
    stage.apply(&full());
    let after = full().replace("name: a,", "name: x, moved: { from: a },");
    assert!(warnings(&stage, &after).is_empty());
    stage.apply(&after);
    assert_eq!(warnings(&stage, &after), ["nothing-moved: nothing is live as rule/http/a any more"]);
}

#[test]
fn a_rule_cannot_be_moved_to_another_listener() {
    let two = |rules: [&str; 2]| {
        format!(
            "{HEAD}listeners:\n  one: {{ port: 80, default: {{ fixed_response: 404 }}, rules: [{}] }}\n  \
             two: {{ port: 81, default: {{ fixed_response: 404 }}, rules: [{}] }}\n",
            rules[0], rules[1]
        )
    };
    let rule = "{ name: a, when: { path: /a }, then: { fixed_response: 403 } }";
    let stage = Stage::new();
    stage.apply(&two([rule, ""]));
    let after = two(["", &rule.replace("name: a,", "name: a, moved: { from: one/a },")]);
    assert!(warnings(&stage, &after)[0].starts_with("cannot-move: rule/one/a is a rule of another listener"));
    assert_eq!(verbs(&stage.apply(&after)), ["Create rule/two/a", "Delete rule/one/a"]);
}

#[test]
fn what_is_live_already_is_not_moved_over() {
    let stage = Stage::new();
    stage.apply(&full());
    let after = full().replace(
        "      - { name: a, when: { path: /a }, then: { forward: web } }\n      - { name: b,",
        "      - { name: b, moved: { from: a },",
    );
    assert_eq!(
        warnings(&stage, &after),
        ["cannot-move: rule/http/a does not become rule/http/b, which is live too"]
    );
    assert_eq!(verbs(&stage.apply(&after)), ["Delete rule/http/a"]);
}

#[test]
fn nothing_moves_away_from_a_key_that_is_still_there() {
    let wrong = |text: &str| crate::support::mistakes(text);
    let still = full().replace("name: b,", "name: b, moved: { from: a },");
    assert!(wrong(&still).contains("error[moved-still-there]: rule/http/b cannot come from rule/http/a"));
    let twice = full()
        .replace("name: a,", "name: a, moved: { from: x },")
        .replace("name: b,", "name: b, moved: { from: x },");
    assert!(wrong(&twice).contains("both come from rule/http/x"), "{}", wrong(&twice));
    let balancer = full().replace("  name: shop-alb\n", "  name: shop-alb\n  moved: { from: old }\n");
    assert!(wrong(&balancer).contains("`moved: { from: stack/NAME }` at the top"), "{}", wrong(&balancer));
    let form = full().replace("  http:\n", "  http:\n    moved: { from: a/b }\n");
    assert!(wrong(&form).contains("error[bad-key]"), "{}", wrong(&form));
    for top in ["moved: { from: old }", "moved: { from: stack/shop }"] {
        assert!(wrong(&format!("{top}\n{}", full())).contains("error["), "{top}");
    }
}

#[test]
fn a_stack_that_is_renamed_keeps_everything() {
    let after = format!("moved: {{ from: stack/shop }}\n{}", full().replace("stack: shop", "stack: store"));
    let (written, changes) = renamed(&full(), &after);
    assert_eq!(written, ["AddTags"; 6]);
    assert!(changes.iter().all(|change| change.starts_with("Rename ")), "{changes:?}");
    let stage = Stage::new();
    stage.apply(&full());
    let plan = stage.plan(&after);
    let first = &plan.changes[0];
    assert_eq!(first.id, ResourceId::from_tag("load_balancer"));
    assert_eq!(first.fields[0].key, "stack");
    stage.apply(&after);
    assert_eq!(warnings(&stage, &after), ["nothing-moved: nothing of the stack `shop` is live any more"]);
}

#[test]
fn a_stack_that_is_renamed_with_keys_at_once_and_destroyed_before_it_is_taken() {
    let after = format!("moved: {{ from: stack/shop }}\n{}", full().replace("stack: shop", "stack: store"))
        .replace("  http:", "  main:")
        .replace("name: a, when: { path: /a }", "name: x, moved: { from: a }, when: { path: /x }");
    let (mut written, _) = renamed(&full(), &after);
    written.sort();
    assert_eq!(written[..6], ["AddTags"; 6]);
    assert_eq!(written[6..], ["ModifyRule"]);
    let stage = Stage::new();
    stage.apply(&full());
    assert!(stage.destroy(&after).is_empty(), "what is still another stack's is not destroyed");
}

#[test]
fn resources_of_the_stack_before_that_left_the_spec_are_deleted() {
    let stage = Stage::new();
    stage.apply(&full());
    let after = format!("moved: {{ from: stack/shop }}\n{}", full().replace("stack: shop", "stack: store"))
        .replace("      - { name: a, when: { path: /a }, then: { forward: web } }\n", "");
    assert!(verbs(&stage.apply(&after)).contains(&"Delete rule/http/a".to_owned()));
}

/// Of any spec: with every listener and every rule under another key, nothing but tags is written.
#[test]
fn any_spec_with_other_keys_is_the_same_stack() {
    let config = proptest::test_runner::Config { cases: 40, failure_persistence: None, ..Default::default() };
    let rng = proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
    let law = |spec: crate::generator::Spec| {
        let before = spec.yaml();
        let after = before.replace("- { name: r", "- { name: other").replace("\n  l", "\n  m");
        let stage = Stage::new();
        stage.apply(&before);
        let old = by_arn(&stage, &before);
        stage.written();
        stage.apply(&after);
        let written = stage.written();
        prop_assert!(written.iter().all(|operation| operation == "AddTags"), "{:?}\n{}", written, before);
        let now = by_arn(&stage, &after);
        prop_assert_eq!(old.keys().collect::<Vec<_>>(), now.keys().collect::<Vec<_>>());
        Ok(())
    };
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(config, rng);
    if let Err(failure) = runner.run(&specs(), law) {
        panic!("{failure}");
    }
}
