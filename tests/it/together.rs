//! Several kinds of change at once, which must not get in each other's way: rules in another order with other contents,
//! groups that are replaced, keys that are renamed. Every run of a plan is watched: see [`crate::watch`].

use std::collections::BTreeSet;
use std::time::Duration;

use albctl::exec::Outcome;
use albctl::plan::Options;
use albctl_sandbox::{Fault, FaultKind, Match};

use crate::support::Stage;

/// The port of group `web` (another one needs a new group), the key of group `api`, the default action and the rules.
fn spec(port: u16, api: &str, listener: &str, default: &str, rules: &[&str]) -> String {
    let rules: String = rules.iter().map(|rule| format!("      - {{ {rule} }}\n")).collect();
    let rules = if rules.is_empty() { rules } else { format!("    rules:\n{rules}") };
    format!(
        "version: 1
stack: shop
vpc: vpc-0a
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
target_groups:
  web: {{ port: {port}, target_type: ip, deregistration_delay: 30s, targets: [10.0.0.1, 10.0.0.2] }}
  {api}: {{ port: 81, name: shop-api, target_type: ip, targets: [10.0.9.9] }}
listeners:
  {listener}:
    port: 80
    default: {{ {default} }}
{rules}"
    )
}

fn rule(name: &str, path: &str, group: &str) -> String {
    format!("name: {name}, when: {{ path: \"{path}\" }}, then: {{ forward: {group} }}")
}

fn options() -> Options {
    Options { allow: BTreeSet::from(["mass-deletion".to_owned()]), ..Options::default() }
}

/// Goes from one to the other without and with a failure at each call, watched all the way; the end is that of the
/// undisturbed way, and a plan after it is empty. The two applies are watched as one, too.
fn from_to(before: &str, after: &str) -> Vec<String> {
    let ready = || {
        let stage = Stage::new();
        stage.apply(before);
        stage.sandbox.advance(Duration::from_secs(600));
        stage.written();
        stage
    };
    let stage = ready();
    stage.apply_with(after, &options());
    assert!(stage.sandbox.calls().iter().all(|call| call.error.is_none()));
    let written = stage.written();
    let population = stage.population();
    for nth in 1..=written.len() {
        let kind =
            FaultKind::Fail { code: "AccessDenied".to_owned(), status: 403, message: "injected".to_owned() };
        let stage = ready();
        stage.watch();
        stage.sandbox.inject(Fault { matches: Match::Mutating, nth, count: 0, kind });
        let outcome = stage.run(&stage.plan_with(after, &options()).expect("a plan").plan);
        assert!(!matches!(outcome, Outcome::Completed(_)), "write {nth} did not fail");
        stage.sandbox.clear_faults();
        stage.sandbox.advance(Duration::from_secs(600));
        stage.apply_with(after, &options());
        stage.watched();
        assert_eq!(stage.population(), population, "after a failure of write {nth}");
    }
    written
}

#[test]
fn a_replaced_group_and_rules_that_swap_contents() {
    let (a, b) = (rule("a", "/x/*", "web"), rule("b", "*/y", "api"));
    let before = spec(80, "api", "http", "fixed_response: 404", &[&a, &b]);
    let swapped = [rule("a", "*/y", "api"), rule("b", "/x/*", "web")];
    let after = spec(8080, "api", "http", "fixed_response: 404", &[&swapped[0], &swapped[1]]);
    let calls = from_to(&before, &after);
    assert!(calls.iter().any(|call| call == "CreateTargetGroup"), "{calls:?}");
}

#[test]
fn a_replaced_group_whose_only_rule_goes_while_another_comes() {
    let before = spec(80, "api", "http", "forward: api", &[&rule("a", "/x/*", "web")]);
    let after = spec(8080, "api", "http", "forward: web", &[&rule("n", "/x/y*", "api")]);
    from_to(&before, &after);
    from_to(&after, &before);
}

#[test]
fn a_replaced_group_and_rules_in_another_order() {
    let (a, b, c) = (rule("a", "/x/*", "web"), rule("b", "/x/y*", "api"), rule("c", "/*", "web"));
    let before = spec(80, "api", "http", "fixed_response: 404", &[&a, &b, &c]);
    let after = spec(8080, "api", "http", "forward: web", &[&c, &b, &a]);
    from_to(&before, &after);
}

#[test]
fn renamed_keys_and_rules_that_change() {
    let before =
        spec(80, "api", "http", "forward: web", &[&rule("a", "/x/*", "web"), &rule("b", "*/y", "api")]);
    let rules = [rule("a", "*/y", "backend"), rule("b", "/x/*", "web")];
    let after = spec(80, "backend", "site", "forward: web", &[&rules[0], &rules[1]]);
    from_to(&before, &after);
    let moved = spec(8080, "backend", "site", "forward: backend", &[&rules[1], &rules[0]]);
    from_to(&before, &moved);
}

#[test]
fn a_group_that_is_renamed_and_replaced_at_once() {
    let web = |text: String, key: &str| text.replace("  web: {", &format!("  {key}: {{ name: shop-web,"));
    let goes = rule("r", "/x/*", "web");
    let before = web(spec(80, "api", "http", "forward: web", &[&goes]), "web");
    // By its name, with a rule that goes and a default action that turns to the new one.
    let after = web(spec(8080, "api", "http", "forward: site", &[]), "site");
    let calls = from_to(&before, &after);
    assert_eq!(calls[..2], ["AddTags", "CreateTargetGroup"], "one key for both before there are two");
    // And because the spec says so, under another name.
    let moved = "  site: { moved: { from: web }, name: shop-site,";
    let after = after.replace("  site: { name: shop-web,", moved);
    let calls = from_to(&before, &after);
    assert_eq!(calls[..2], ["AddTags", "CreateTargetGroup"]);
    // Nothing is renamed but by the way: no call more than there was.
    let calls = from_to(&before, &web(spec(8080, "api", "http", "forward: web", &[]), "web"));
    assert_eq!(calls[0], "CreateTargetGroup");
}

#[test]
fn a_replaced_group_without_weight_is_waited_for_from_when_it_is_attached() {
    let text = |groups: &str, default: &str, rules: &str| {
        format!(
            "version: 1
stack: shop
vpc: vpc-0a
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
target_groups:
{groups}listeners:
  http:
    port: 80
    default: {{ {default} }}
{rules}"
        )
    };
    let before = text(
        "  a: { target_type: ip, port: 81, stickiness: { app_cookie: { name: SID, duration: 2h } } }\n  \
           b: { target_type: ip, port: 82, targets: [10.0.0.1, 10.0.0.2] }\n",
        "fixed_response: 404",
        "    rules:
      - { name: one, when: { path: /a }, then: { forward: a } }
      - { name: two, when: { path: /b }, then: { forward: b } }\n",
    );
    let after = text(
        "  a: { target_type: ip, port: 80, targets: [10.0.0.1] }\n  b: { target_type: ip, port: 81, targets: [10.0.0.1] }\n",
        "forward: { b: 1, a: 0 }",
        "",
    );
    let stage = Stage::new();
    stage.apply(&before);
    stage.sandbox.advance(Duration::from_secs(600));
    stage.apply_with(&after, &options());
}
