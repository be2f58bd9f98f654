//! A target group that leaves the spec while something forwards to it: refused before anything is done.

use std::collections::{BTreeMap, BTreeSet};

use albctl::kinds::action::{Action, Weighted};
use albctl::kinds::rule::{self, Condition};
use albctl::kinds::{Call, listener};
use albctl::plan::Options;
use albctl_sandbox::Sandbox;

use crate::support::Stage;

const OTHERS: &str = "version: 1
stack: others
vpc: vpc-0a
load_balancer: { scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: [sg-0a] }
listeners: { web: { port: 80, default: { fixed_response: 404 } } }
";

/// `spare` is in the spec or not; the listener has these further fields and this rule.
fn spec(spare: bool, more: &str, rule: &str) -> String {
    let spare = if spare { ", spare: { port: 81 }" } else { "" };
    format!(
        "version: 1
stack: shop
vpc: vpc-0a
load_balancer: {{ scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: [sg-0a] }}
target_groups: {{ web: {{ port: 80 }}{spare} }}
listeners:
  http:
    port: 80
    {more}
    rules:
      - {{ name: a, when: {{ path: /a }}, {rule} }}
"
    )
}

const DEFAULT: &str = "default: { forward: web }";
const RULE: &str = "then: { forward: web }";

/// Somebody forwards to a group on a listener.
fn use_it(stage: &Stage, listener: String, group: String) {
    let call = rule::Call::CreateRule {
        listener,
        priority: 9,
        when: vec![Condition::Path(BTreeSet::from(["/theirs".to_owned()]))],
        then: Action::Forward { groups: vec![Weighted { group, weight: 1 }], stickiness: None },
        tags: BTreeMap::new(),
    };
    stage.stranger(&Call::Rule(call));
}

#[test]
fn another_load_balancer_keeps_a_group() {
    let stage = Stage::new();
    let (with, without) = (spec(true, DEFAULT, RULE), spec(false, DEFAULT, RULE));
    stage.apply(OTHERS);
    stage.apply(&with);
    let group = || stage.arn(&with, "target_group/spare");
    use_it(&stage, stage.arn(OTHERS, "listener/web"), group());
    assert!(stage.plan(&with).is_empty());
    let refusal = stage.refusal(&without);
    assert!(
        refusal.starts_with(
            "refused[group-in-use]: target_group/spare is not in the spec and cannot be deleted: load balancer \
             `others` forwards to it"
        ),
        "{refusal}"
    );
    assert!(!refusal.contains("--prune"), "what is on another load balancer is never pruned: {refusal}");
    let prune = Options { prune: true, ..Options::default() };
    assert!(stage.plan_with(&without, &prune).is_err());
    assert!(
        stage.plan_with(&with.replace("port: 81", "port: 82"), &prune).is_err(),
        "nor can it be replaced"
    );
    assert!(stage.destroy_with(&with, &prune).is_err());
    // It is asked whether that load balancer still is there.
    stage.complete(&stage.destroy_with(OTHERS, &prune).expect("its rule may go"));
    stage.apply(&without);
}

#[test]
fn a_load_balancer_that_is_gone_keeps_nothing() {
    let stage = Stage::new();
    let with = spec(true, DEFAULT, RULE);
    stage.apply(&with);
    let dead = |sandbox: &Sandbox| {
        sandbox.edit(|state| {
            for region in state.regions.values_mut() {
                region.load_balancers.clear();
            }
        });
    };
    dead(&stage.sandbox);
    let plan = stage.destroy_with(&with, &Options::default());
    assert!(plan.is_ok_and(|plan| plan.changes.len() >= 2), "the groups can go");
}

#[test]
fn an_ignored_action_keeps_its_group() {
    let stage = Stage::new();
    stage.apply(&spec(true, DEFAULT, "then: { forward: spare }"));
    let ignoring = "then: { forward: web }, ignore: [then]";
    assert!(stage.plan(&spec(true, DEFAULT, ignoring)).is_empty());
    let refusal = stage.refusal(&spec(false, DEFAULT, ignoring));
    for word in [
        "refused[group-in-use]: target_group/spare is not in the spec and cannot be deleted: rule/http/a keeps \
         forwarding to it",
        "test.yaml:11",
        "`ignore: [then]` keeps what is live",
        "do not ignore `then`",
    ] {
        assert!(refusal.contains(word), "{word}\n{refusal}");
    }
    stage.apply(&spec(false, DEFAULT, RULE));
}

#[test]
fn an_ignored_default_action_keeps_its_group() {
    let stage = Stage::new();
    stage.apply(&spec(true, "default: { forward: spare }", RULE));
    let refusal = stage.refusal(&spec(false, "default: { forward: web }\n    ignore: [default]", RULE));
    assert!(refusal.contains("cannot be deleted: listener/http keeps forwarding to it"), "{refusal}");
    assert!(refusal.contains("`ignore: [default]` keeps what is live"), "{refusal}");
}

#[test]
fn a_strange_rule_keeps_a_group_unless_it_goes_too() {
    let stage = Stage::new();
    let (with, without) = (spec(true, DEFAULT, RULE), spec(false, DEFAULT, RULE));
    stage.apply(&with);
    use_it(&stage, stage.arn(&with, "listener/http"), stage.arn(&with, "target_group/spare"));
    let refusal = stage.refusal(&without);
    assert!(
        refusal.contains("cannot be deleted: the rule of priority 9 on http forwards to it"),
        "{refusal}"
    );
    assert!(refusal.contains("--prune"), "{refusal}");
    let snapshot = stage.sandbox.snapshot();
    stage.apply_with(&without, &Options { prune: true, ..Options::default() });
    stage.sandbox.restore(snapshot).expect("a snapshot");
    stage.apply(&spec(false, &format!("{DEFAULT}\n    strangers: delete"), RULE));
}

#[test]
fn a_rule_of_a_strange_listener_keeps_a_group_too() {
    let stage = Stage::new();
    let (with, without) = (spec(true, DEFAULT, RULE), spec(false, DEFAULT, RULE));
    stage.apply(&with);
    let call = listener::Call::CreateListener {
        load_balancer: stage.arn(&with, "load_balancer"),
        port: 8080,
        protocol: listener::model::Protocol::Http,
        ssl_policy: None,
        certificate: None,
        default: Action::FixedResponse { status: 404, content_type: None, body: None },
        tags: BTreeMap::new(),
    };
    let listener = stage.stranger(&Call::Listener(call));
    use_it(&stage, listener, stage.arn(&with, "target_group/spare"));
    let refusal = stage.refusal(&without);
    assert!(refusal.contains("the rule of priority 9 on a listener that is not in the spec"), "{refusal}");
    stage.apply_with(&without, &Options { prune: true, ..Options::default() });
}
