//! A target group that cannot become the wanted one in place: the new one takes its place without a lost request.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use albctl::exec::Outcome;
use albctl::kinds::action::{Action, Weighted};
use albctl::kinds::rule::{self, Condition};
use albctl::kinds::targets::{self, Target};
use albctl::kinds::{Call, Plan};
use albctl::model::{Ref, Verb};
use albctl::plan::Options;
use albctl_sandbox::state::TargetGroup;
use albctl_sandbox::{Fault, FaultKind, Match, State};

use crate::support::Stage;
use crate::watch::healthy_groups;

const HEAD: &str = "version: 1
stack: shop
vpc: vpc-0a
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
";

/// The fields of group `web`, the other groups, the default action and the rules.
fn spec(web: &str, default: &str, rules: &[&str]) -> String {
    let rules: String = rules.iter().map(|rule| format!("      - {{ {rule} }}\n")).collect();
    let rules = if rules.is_empty() { rules } else { format!("    rules:\n{rules}") };
    format!(
        "{HEAD}target_groups:\n  web: {{ target_type: ip, deregistration_delay: 30s, {web} }}\n  \
         api: {{ port: 81, target_type: ip, targets: [10.0.9.9] }}\n\
         listeners:\n  http:\n    port: 80\n    default: {{ {default} }}\n{rules}"
    )
}

const LISTED: &str = "targets: [10.0.0.1, 10.0.0.2]";
const RULE: &str = "name: a, when: { path: /a }, then: { forward: web }";

/// No listener or rule gives weight to a group without a healthy target while another one of its identity has one.
fn assert_sound(stage: &Stage, when: &str) {
    let id = |group: &TargetGroup| group.tags.current.get("albctl:id").cloned();
    stage.sandbox.edit(|state: &mut State| {
        let serves = healthy_groups(state);
        for region in state.regions.values() {
            let tuples = region.rules.values().flat_map(|rule| &rule.actions).flat_map(|action| {
                action.forward_config.iter().flat_map(|it| it.target_groups.iter().flatten())
            });
            for tuple in tuples.filter(|tuple| tuple.weight != Some(0)) {
                let group = &region.target_groups[&tuple.target_group_arn];
                let twin =
                    |(arn, other): (&String, &TargetGroup)| serves.contains(arn) && id(other) == id(group);
                assert!(
                    serves.contains(&tuple.target_group_arn) || !region.target_groups.iter().any(twin),
                    "{when}: requests go to {}, which has no healthy target",
                    group.name
                );
            }
        }
    });
}

/// Runs a plan to its end; after each call the state is sound.
fn run(stage: &Stage, plan: &Plan) {
    let outcome = stage.run(plan);
    assert!(matches!(outcome, Outcome::Completed(_)), "{outcome:#?}\nof {plan:#?}");
}

/// Lets all targets become healthy.
fn settle(stage: &Stage) {
    stage.sandbox.advance(Duration::from_secs(600));
}

/// Applies both, and the second with a failure from each call on; every state on the way is sound, the next apply
/// goes on, and nothing is left behind. Returns the plan from one to the other and the calls that it makes.
fn change(before: &str, after: &str) -> (Plan, Vec<String>) {
    let (plan, written, population) = applied(before, after);
    for nth in 1..=written.len() {
        interrupted(before, after, nth, fail(), population);
    }
    (plan, written)
}

/// Applies both: no call is refused, and nothing is left to do.
fn applied(before: &str, after: &str) -> (Plan, Vec<String>, [usize; 4]) {
    let stage = Stage::new();
    stage.apply(before);
    settle(&stage);
    stage.written();
    let plan = stage.plan(after);
    run(&stage, &plan);
    assert!(stage.plan(after).is_empty(), "{:#?}", stage.plan(after));
    let calls = stage.sandbox.calls();
    assert!(calls.iter().all(|call| call.error.is_none()), "{calls:#?}");
    let written = stage.written();
    let population = stage.population();
    (plan, written, population)
}

fn fail() -> FaultKind {
    FaultKind::Fail { code: "AccessDenied".to_owned(), status: 403, message: "injected".to_owned() }
}

fn interrupted(before: &str, after: &str, nth: usize, kind: FaultKind, population: [usize; 4]) {
    let when = format!("after a failure of write {nth} ({kind:?})");
    let stage = Stage::new();
    stage.apply(before);
    settle(&stage);
    let count = if kind == FaultKind::DropAfter { 5 } else { 0 };
    stage.sandbox.inject(Fault { matches: Match::Mutating, nth, count, kind });
    let outcome = stage.run(&stage.plan(after));
    stage.sandbox.clear_faults();
    assert_sound(&stage, &when);
    if !matches!(outcome, Outcome::Completed(_)) {
        run(&stage, &stage.plan(after));
    }
    let rest = stage.plan(after);
    assert!(rest.is_empty(), "{when}: {:#?}", rest.changes);
    assert_eq!(stage.population(), population, "{when}");
}

fn steps(plan: &Plan) -> Vec<String> {
    let ids = plan.steps.iter().map(|step| step.id.to_string());
    // The record of the apply stands at the end of every plan.
    ids.filter(|id| id != "load_balancer:applied").collect()
}

#[test]
fn a_group_with_listed_targets_is_replaced_without_a_lost_request() {
    let before = spec(&format!("port: 80, {LISTED}"), "forward: api", &[RULE]);
    let after = spec(&format!("port: 8080, {LISTED}"), "forward: api", &[RULE]);
    let (plan, written) = change(&before, &after);
    for nth in 1..=written.len() {
        // The call takes effect, and no answer to it or to the next attempts comes back.
        interrupted(&before, &after, nth, FaultKind::DropAfter, [1, 2, 1, 2]);
    }
    assert_eq!(
        steps(&plan),
        [
            "target_group/web:create",
            "target_group/web:attributes",
            "target_group/web:register",
            "rule/http/a:attach",
            "target_group/web:healthy",
            "rule/http/a:switch",
            "target_group/web:drain",
            "target_group/web:delete",
        ]
    );
    assert_eq!(written.len(), 6);
    let drain = plan.steps.iter().find(|step| step.id.as_str() == "target_group/web:drain").expect("a drain");
    assert!(drain.needs.iter().any(|need| need.as_str() == "rule/http/a:switch"), "{:?}", drain.needs);
    let [change] = plan.changes.as_slice() else { panic!("{:#?}", plan.changes) };
    assert_eq!((change.id.as_str(), change.verb), ("target_group/web", Verb::Replace));
    assert!(change.label.starts_with("shop-web -> shop-web-"), "{}", change.label);
    assert_eq!(change.fields.iter().map(|field| field.key.as_str()).collect::<Vec<_>>(), ["port"]);
    let how = "new group, 2 targets healthy, rule/http/a switches, 30s drain, old one deleted";
    assert_eq!(change.how.as_deref(), Some(how));
}

/// The operations that write, from one spec to the other, where nothing else is of interest.
fn operations(before: &str, after: &str) -> Vec<String> {
    applied(before, after).1
}

const REPLACEMENT: [&str; 6] = [
    "CreateTargetGroup",
    "ModifyTargetGroupAttributes",
    "RegisterTargets",
    "ModifyRule",
    "ModifyRule",
    "DeleteTargetGroup",
];

#[test]
fn every_field_that_no_call_changes_makes_a_replacement() {
    let with = |fields: &str| spec(&format!("{fields}, {LISTED}"), "forward: api", &[RULE]);
    let plain = with("port: 80");
    for fields in ["port: 81", "port: 80, protocol: HTTPS", "port: 80, vpc: vpc-0b", "port: 80, name: other"]
    {
        assert_eq!(operations(&plain, &with(fields)), REPLACEMENT, "{fields}");
    }
    let instances = plain.replacen("target_type: ip", "target_type: instance", 1);
    let instances = instances.replace("10.0.0.1, 10.0.0.2", "i-0a, i-0b");
    assert_eq!(operations(&plain, &instances), REPLACEMENT);
}

#[test]
fn without_a_delay_the_old_group_goes_as_soon_as_nothing_refers_to_it() {
    let rules = [RULE, "name: b, when: { path: /b }, then: { forward: { web: 1, api: 1 } }"];
    let with = |port: u16| {
        let text = spec(&format!("port: {port}, {LISTED}"), "forward: web", &rules);
        text.replace("deregistration_delay: 30s", "deregistration_delay: 0")
    };
    let (plan, _, _) = applied(&with(80), &with(81));
    assert!(!steps(&plan).iter().any(|id| id.ends_with(":drain")));
    let without = with(81)
        .replace("port: 80\n    default: { forward: web }", "port: 80\n    default: { fixed_response: 404 }");
    applied(&with(80), &without);
}

#[test]
fn a_plain_name_is_used_when_it_is_free_and_going_back_meets_no_taken_name() {
    let with = |fields: &str| spec(&format!("{fields}, {LISTED}"), "forward: api", &[RULE]);
    let stage = Stage::new();
    let mut labels = Vec::new();
    for fields in ["port: 80", "port: 81", "port: 80", "port: 81", "port: 81, name: other", "port: 81"] {
        let plan = stage.apply(&with(fields));
        let label = plan.changes.iter().find(|change| change.id.as_str() == "target_group/web");
        labels.push(label.map(|change| change.label.clone()).unwrap_or_default());
        settle(&stage);
    }
    let hash = labels[1].strip_prefix("shop-web -> ").expect("a replacement").to_owned();
    assert_eq!(labels[2], format!("{hash} -> shop-web"));
    assert_eq!(labels[3], labels[1]);
    assert_eq!(labels[4], format!("{hash} -> other"));
    assert_eq!(labels[5], "other -> shop-web");
    assert_eq!(stage.population()[1], 2);
}

#[test]
fn every_referrer_switches_and_keeps_its_weights_and_stickiness() {
    let rules = [
        "name: a, when: { path: /a }, then: { forward: { web: 90, api: 10 }, group_stickiness: 1h }",
        "name: b, when: { path: /b }, then: { forward: web }",
        "name: c, when: { path: /c }, then: { forward: api }",
    ];
    let with = |port: u16| spec(&format!("port: {port}, {LISTED}"), "forward: web", &rules);
    let (plan, written) = change(&with(80), &with(81));
    let count = |name: &str| written.iter().filter(|operation| *operation == name).count();
    assert_eq!((count("ModifyRule"), count("ModifyListener"), count("CreateTargetGroup")), (4, 2, 1));
    let how = plan.changes[0].how.clone().unwrap_or_default();
    assert!(how.contains("listener/http, rule/http/a, rule/http/b switch, 30s drain"), "{how}");
    let attach = plan.steps.iter().find(|step| step.id.as_str() == "rule/http/a:attach").expect("attached");
    let text = serde_json::to_string(&attach.action).expect("data");
    assert!(text.contains("\"stickiness\":3600") && text.contains("\"weight\":90"), "{text}");
    assert!(text.contains("\"weight\":0"), "{text}");
}

#[test]
fn what_changes_in_the_same_plan_gets_its_wanted_form_after_the_new_group_is_healthy() {
    let before = spec(&format!("port: 80, {LISTED}"), "forward: api", &[RULE]);
    let port = format!("port: 81, {LISTED}");
    let canary = "name: a, when: { path: [/a, /b] }, then: { forward: { web: 95, api: 5 } }";
    let (plan, _) = change(&before, &spec(&port, "forward: api", &[canary]));
    let ids = steps(&plan);
    let at = |id: &str| ids.iter().position(|one| one == id).unwrap_or_else(|| panic!("no {id} in {ids:?}"));
    assert!(at("rule/http/a:attach") < at("target_group/web:healthy"));
    assert!(at("target_group/web:healthy") < at("rule/http/a:modify"));
    assert!(!ids.iter().any(|id| id.ends_with(":switch")), "{ids:?}");

    // A rule of another name takes over: the new group gets healthy beside the old one in the rule that goes.
    let other = "name: b, when: { path: /a }, then: { forward: web }";
    change(&before, &spec(&port, "forward: api", &[other]));
    // A rule that had nothing to do with the group joins, and one leaves it.
    let both = [RULE, "name: b, when: { path: /b }, then: { forward: web }"];
    change(&before, &spec(&port, "forward: web", &both));
    change(&before, &spec(&port, "forward: web", &["name: a, when: { path: /a }, then: { forward: api }"]));
    // Nothing refers to it any more.
    let gone = spec(&port, "forward: api", &["name: a, when: { path: /a }, then: { forward: api }"]);
    change(&before, &gone);
}

#[test]
fn two_groups_of_one_rule_are_replaced_together() {
    let rule = "name: a, when: { path: /a }, then: { forward: { web: 90, api: 10 } }";
    let with = |port: u16| {
        let text = spec(&format!("port: {port}, {LISTED}"), "fixed_response: 404", &[rule]);
        text.replace(
            "port: 81, target_type: ip, targets",
            &format!("port: {}, target_type: ip, targets", port + 1000),
        )
    };
    let (_, written) = change(&with(80), &with(90));
    assert_eq!(written.iter().filter(|operation| *operation == "ModifyRule").count(), 2);
}

#[test]
fn a_group_that_nothing_refers_to_is_made_anew() {
    let with = |port: u16| spec(&format!("port: {port}, {LISTED}"), "forward: api", &[]);
    let (plan, written) = change(&with(80), &with(81));
    assert_eq!(written.last().map(String::as_str), Some("DeleteTargetGroup"));
    assert!(!steps(&plan).iter().any(|id| id.ends_with("healthy") || id.ends_with("drain")));
}

/// Registers addresses with the group of the given name, as ECS would.
fn register(stage: &Stage, name: &str, addresses: &[&str]) {
    let arn = group_arn(stage, name).unwrap_or_else(|| panic!("no group {name}"));
    let target = |id: &&str| Target { id: (*id).to_owned(), port: Some(8080), zone: None };
    let targets: BTreeSet<Target> = addresses.iter().map(target).collect();
    stage.stranger(&Call::Targets(targets::Call::RegisterTargets { target_group: arn, targets }));
}

fn group_arn(stage: &Stage, name: &str) -> Option<String> {
    let mut found = None;
    stage.sandbox.edit(|state| {
        let groups = state.regions.values().flat_map(|region| &region.target_groups);
        found = groups.filter(|(_, group)| group.name == name).map(|(arn, _)| arn.clone()).next();
    });
    found
}

/// The names and weights of the groups that the rule with this path forwards to, sorted.
fn weights(stage: &Stage) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    stage.sandbox.edit(|state| {
        for region in state.regions.values() {
            let ours = region.rules.values().filter(|rule| rule.priority.is_some());
            for tuple in ours.flat_map(|rule| &rule.actions).flat_map(|action| {
                action.forward_config.iter().flat_map(|it| it.target_groups.iter().flatten())
            }) {
                let name = region.target_groups[&tuple.target_group_arn].name.clone();
                found.push((name, tuple.weight.unwrap_or(1)));
            }
        }
    });
    found.sort();
    found
}

fn hashed(plan: &Plan) -> String {
    let label = &plan.changes[0].label;
    label.split_once(" -> ").unwrap_or_else(|| panic!("{label}")).1.to_owned()
}

#[test]
fn a_group_that_others_fill_is_replaced_in_two_applies() {
    let with = |port: u16| spec(&format!("port: {port}"), "forward: api", &[RULE]);
    let stage = Stage::new();
    stage.apply(&with(80));
    register(&stage, "shop-web", &["10.0.0.1", "10.0.0.2"]);
    settle(&stage);
    stage.written();

    let first = stage.plan(&with(8080));
    stage.complete(&first);
    assert_eq!(stage.written(), ["CreateTargetGroup", "ModifyTargetGroupAttributes", "ModifyRule"]);
    let [left] = first.unfinished.as_slice() else { panic!("{:?}", first.unfinished) };
    assert_eq!((left.id.as_str(), left.port), ("target_group/web", 8080));
    let new = hashed(&first);
    assert_eq!(weights(&stage), [("shop-web".to_owned(), 1), (new.clone(), 0)]);
    let how = first.changes[0].how.clone().unwrap_or_default();
    assert!(how.starts_with("two applies. ") && how.contains("attached to rule/http/a at weight 0"), "{how}");

    // Nothing to do until it has as many healthy targets as the old one.
    let waits = |have: &str| {
        let plan = stage.plan(&with(8080));
        assert!(plan.is_empty(), "{plan:#?}");
        assert!(plan.unfinished[0].until.contains(have), "{:?}", plan.unfinished);
        assert_eq!(plan.unfinished[0].arn, Ref::Known(group_arn(&stage, &new).expect("it is live")));
    };
    waits("0 of at least 2");
    register(&stage, &new, &["10.0.1.1"]);
    waits("0 of at least 2");
    settle(&stage);
    waits("1 of at least 2");
    register(&stage, &new, &["10.0.1.2"]);
    settle(&stage);

    stage.written();
    let second = stage.plan(&with(8080));
    run(&stage, &second);
    assert!(stage.plan(&with(8080)).is_empty());
    assert_eq!(stage.written(), ["ModifyRule", "DeleteTargetGroup"]);
    assert_eq!(steps(&second), ["rule/http/a:switch", "target_group/web:drain", "target_group/web:delete"]);
    assert_eq!(second.changes[0].verb, Verb::Replace);
    assert_eq!(second.changes[0].label, format!("shop-web -> {new}"));
    assert_eq!(weights(&stage), [(new, 1)]);
    assert_sound(&stage, "at the end");
}

#[test]
fn other_changes_go_on_while_a_new_group_waits_for_targets() {
    let with = |port: u16, rules: &[&str]| spec(&format!("port: {port}"), "forward: api", rules);
    let stage = Stage::new();
    stage.apply(&with(80, &[RULE]));
    register(&stage, "shop-web", &["10.0.0.1"]);
    settle(&stage);
    // In the apply that begins it, and while it waits: what forwards to the group goes on using the old one.
    let canary = "name: a, when: { path: [/a, /b] }, then: { forward: { web: 95, api: 5 } }";
    let joins = "name: b, when: { path: /c }, then: { forward: web }";
    let first = stage.plan(&with(8080, &[canary]));
    stage.complete(&first);
    let new = hashed(&first);
    let api = ("shop-api".to_owned(), 5);
    assert_eq!(weights(&stage), [api.clone(), ("shop-web".to_owned(), 95), (new.clone(), 0)]);
    let second = stage.plan(&with(8080, &[canary, joins]));
    assert_eq!(second.unfinished.len(), 1);
    stage.complete(&second);
    let both = |old, new_weight| [("shop-web".to_owned(), old), (new.clone(), new_weight)];
    let mut expected = vec![api];
    expected.extend([both(1, 0), both(95, 0)].concat());
    expected.sort();
    assert_eq!(weights(&stage), expected);
    assert!(stage.plan(&with(8080, &[canary, joins])).is_empty());
    // Going back keeps the old group and removes the new one.
    stage.written();
    stage.apply(&with(80, &[canary, joins]));
    assert_eq!(stage.written(), ["ModifyRule", "ModifyRule", "DeleteTargetGroup"]);
    assert_eq!(stage.population()[1], 2);
}

#[test]
fn a_begun_replacement_may_become_another_one_or_be_destroyed() {
    let with = |port: u16| spec(&format!("port: {port}"), "forward: api", &[RULE]);
    let stage = Stage::new();
    stage.apply(&with(80));
    register(&stage, "shop-web", &["10.0.0.1"]);
    settle(&stage);
    for port in [81, 82] {
        stage.complete(&stage.plan(&with(port)));
    }
    assert_eq!(weights(&stage).len(), 3, "the old one and two new ones: {:?}", weights(&stage));
    let waiting = stage.plan(&with(82));
    let Ref::Known(arn) = &waiting.unfinished[0].arn else { panic!("{waiting:#?}") };
    let name = arn.split('/').nth(1).expect("a name").to_owned();
    register(&stage, &name, &["10.0.1.1"]);
    settle(&stage);
    stage.apply(&with(82));
    assert_eq!(weights(&stage), [(name, 1)]);
    assert_eq!(stage.population()[1], 2);
    stage.complete(&stage.plan(&with(83)));
    stage.destroy(&with(83));
    assert_eq!(stage.population(), [0, 0, 0, 0]);
}

#[test]
fn an_interrupted_first_apply_is_begun_again_and_an_interrupted_second_one_goes_on() {
    let with = |port: u16| spec(&format!("port: {port}"), "forward: web", &[RULE]);
    interrupted_twice(&with(80), &with(81), 4);
}

#[test]
fn the_same_of_a_group_that_gets_another_key() {
    let with = |port: u16| spec(&format!("name: shop-web, port: {port}"), "forward: web", &[RULE]);
    let renamed = with(81).replace("  web: {", "  site: {").replace("forward: web", "forward: site");
    interrupted_twice(&with(80), &renamed, 5);
}

/// Others register the targets of a replaced group: both applies that it takes fail, at each of so many writes.
fn interrupted_twice(before: &str, after: &str, writes: usize) {
    for nth in 1..=writes {
        let stage = Stage::new();
        stage.apply(before);
        register(&stage, "shop-web", &["10.0.0.1"]);
        settle(&stage);
        let first = stage.plan(after);
        let new = hashed(&first);
        stage.sandbox.inject(Fault { matches: Match::Mutating, nth, count: 0, kind: fail() });
        assert!(matches!(stage.run(&first), Outcome::Incomplete(_)), "{nth}");
        stage.sandbox.clear_faults();
        assert_sound(&stage, &format!("failure {nth}"));
        let again = stage.plan(after);
        assert_eq!(again.unfinished.len(), 1, "{nth}");
        stage.complete(&again);
        assert!(stage.plan(after).is_empty(), "{nth}");
        register(&stage, &new, &["10.0.1.1"]);
        settle(&stage);
        stage.sandbox.inject(Fault { matches: Match::Mutating, nth: nth.min(3), count: 0, kind: fail() });
        assert!(matches!(stage.run(&stage.plan(after)), Outcome::Incomplete(_)), "{nth}");
        stage.sandbox.clear_faults();
        assert_sound(&stage, &format!("second failure {nth}"));
        stage.apply(after);
        assert_eq!(stage.population()[1], 2);
    }
}

#[test]
fn additive_targets_are_replaced_in_two_applies_too() {
    let with = |port: u16| {
        spec(&format!("port: {port}, targets: {{ additive: [10.0.0.1] }}"), "forward: api", &[RULE])
    };
    let stage = Stage::new();
    stage.apply(&with(80));
    register(&stage, "shop-web", &["10.0.0.7"]);
    settle(&stage);
    let first = stage.plan(&with(81));
    stage.complete(&first);
    settle(&stage);
    assert!(stage.plan(&with(81)).unfinished[0].until.contains("1 of at least 2"));
    register(&stage, &hashed(&first), &["10.0.0.7"]);
    settle(&stage);
    stage.apply(&with(81));
    assert_eq!(stage.population()[1], 2);
}

#[test]
fn where_weight_0_is_impossible_the_plan_switches_at_once_and_says_so() {
    let cookie = "stickiness: { app_cookie: { name: SID, duration: 1h } }";
    let with = |port: u16| spec(&format!("port: {port}, {cookie}, {LISTED}"), "forward: api", &[RULE]);
    let stage = Stage::new();
    stage.apply(&with(80));
    settle(&stage);
    let plan = stage.apply(&with(81));
    let ids = steps(&plan);
    let at = |id: &str| ids.iter().position(|one| one == id).unwrap_or_else(|| panic!("no {id} in {ids:?}"));
    assert!(at("target_group/web:register") < at("rule/http/a:switch"));
    assert!(at("rule/http/a:switch") < at("target_group/web:healthy"));
    assert!(at("target_group/web:healthy") < at("target_group/web:delete"));
    assert!(!ids.iter().any(|id| id.ends_with(":attach")));
    let how = plan.changes[0].how.clone().unwrap_or_default();
    assert!(how.contains("switches at once (app_cookie") && how.contains("502, 503 or 504"), "{how}");

    // Interrupted before the targets are there, it registers them before it switches.
    let stage = Stage::new();
    stage.apply(&with(80));
    settle(&stage);
    let matches = Match::Operation("RegisterTargets".to_owned());
    stage.sandbox.inject(Fault { matches, nth: 1, count: 0, kind: fail() });
    assert!(matches!(stage.run(&stage.plan(&with(81))), Outcome::Incomplete(_)));
    stage.sandbox.clear_faults();
    let plan = stage.apply(&with(81));
    let switch =
        plan.steps.iter().find(|step| step.id.as_str() == "rule/http/a:switch").expect("it switches");
    assert!(switch.needs.iter().any(|need| need.as_str() == "targets/web:register"), "{:?}", switch.needs);
    assert_eq!(stage.population()[1], 2);

    // One that others fill waits until it has targets: never an empty group.
    let external = |port: u16| spec(&format!("port: {port}, {cookie}"), "forward: api", &[RULE]);
    let stage = Stage::new();
    stage.apply(&external(80));
    register(&stage, "shop-web", &["10.0.0.1"]);
    settle(&stage);
    let first = stage.plan(&external(81));
    stage.complete(&first);
    assert_eq!(weights(&stage), [("shop-web".to_owned(), 1)]);
    assert!(stage.plan(&external(81)).unfinished[0].until.contains("0 of at least 1 targets registered"));
    register(&stage, &hashed(&first), &["10.0.0.1"]);
    stage.apply(&external(81));
    assert_eq!(weights(&stage), [(hashed(&first), 1)]);
}

#[test]
fn a_forward_without_room_switches_at_once_or_with_the_help_of_another() {
    let full = "name: a, when: { path: /a }, then: { forward: { web: 1, g1: 1, g2: 1, g3: 1, g4: 1 } }";
    let more: String = (1..5).map(|key| format!("  g{key}: {{ port: {key}, target_type: ip }}\n")).collect();
    let with = |port: u16, rules: &[&str]| {
        let text = spec(&format!("port: {port}, {LISTED}"), "forward: api", rules);
        text.replace("listeners:", &format!("{more}listeners:"))
    };
    let stage = Stage::new();
    stage.apply(&with(80, &[full]));
    settle(&stage);
    let plan = stage.apply(&with(81, &[full]));
    assert!(plan.changes[0].how.as_deref().is_some_and(|how| how.contains("no room")), "{:?}", plan.changes);
    // With another rule that has room the new group is healthy before either switches.
    let rules = [full, "name: b, when: { path: /b }, then: { forward: web }"];
    let (plan, _) = change(&with(80, &rules), &with(81, &rules));
    assert!(steps(&plan).contains(&"rule/http/b:attach".to_owned()));
    assert!(!steps(&plan).contains(&"rule/http/a:attach".to_owned()));
}

/// A rule of others on our listener, which forwards to our group.
fn strange_rule(stage: &Stage, text: &str) {
    let call = rule::Call::CreateRule {
        listener: stage.arn(text, "listener/http"),
        priority: 99,
        when: vec![Condition::Path(BTreeSet::from(["/theirs".to_owned()]))],
        then: Action::Forward {
            groups: vec![Weighted { group: stage.arn(text, "target_group/web"), weight: 1 }],
            stickiness: None,
        },
        tags: BTreeMap::new(),
    };
    stage.stranger(&Call::Rule(call));
}

#[test]
fn a_group_that_a_strange_rule_uses_is_not_deleted() {
    let before = spec(&format!("port: 80, {LISTED}"), "forward: api", &[RULE]);
    let after = format!(
        "{HEAD}target_groups: {{ api: {{ port: 81, target_type: ip, targets: [10.0.9.9] }} }}\n\
         listeners: {{ http: {{ port: 80, default: {{ forward: api }} }} }}\n"
    );
    let stage = Stage::new();
    stage.apply(&before);
    strange_rule(&stage, &before);
    stage.written();
    let refusal = stage.refusal(&after);
    assert!(refusal.starts_with("refused[group-in-use]: target_group/web is not in the spec"), "{refusal}");
    assert!(refusal.contains("the rule of priority 99 on http"), "{refusal}");
    assert_eq!(stage.written(), Vec::<String>::new());
    // The stranger goes because the spec says so, and where everything goes only what holds it is named.
    let policy = after.replace("port: 80,", "port: 80, strangers: delete,");
    assert!(stage.plan_with(&policy, &Options::default()).is_ok());
    let all = stage.destroy_with(&after, &Options::default()).expect_err("it holds a stranger");
    assert!(all.contains("refused[holds-strangers]") && !all.contains("group-in-use"), "{all}");
    let prune = Options { prune: true, ..Options::default() };
    let plan = stage.plan_with(&after, &prune).expect("pruning is allowed").plan;
    run(&stage, &plan);
    assert!(stage.plan(&after).is_empty());
    assert_eq!(stage.population(), [1, 1, 1, 1]);
}

#[test]
fn a_group_that_a_strange_rule_uses_is_not_replaced() {
    let with = |port: u16| spec(&format!("port: {port}, {LISTED}"), "forward: api", &[RULE]);
    let stage = Stage::new();
    stage.apply(&with(80));
    strange_rule(&stage, &with(80));
    assert!(stage.plan(&with(80)).is_empty());
    let refusal = stage.refusal(&with(81));
    assert!(refusal.starts_with("refused[group-in-use]: target_group/web cannot be replaced"), "{refusal}");
    assert!(refusal.contains("the rule of priority 99 on http"), "{refusal}");
    let prune = Options { prune: true, ..Options::default() };
    let plan = stage.plan_with(&with(81), &prune).expect("pruning is allowed").plan;
    run(&stage, &plan);
    assert_eq!(stage.population(), [1, 2, 1, 2]);
}

#[test]
fn an_ignored_field_makes_no_replacement() {
    let with = |more: &str| spec(&format!("{more}, {LISTED}"), "forward: api", &[RULE]);
    let stage = Stage::new();
    stage.apply(&with("port: 80"));
    let ignoring = with("port: 80, vpc: vpc-0b, ignore: [vpc]");
    assert!(stage.plan(&ignoring).is_empty());
}
