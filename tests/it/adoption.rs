//! Taking over what others made, and what becomes of what stays theirs.

use std::collections::{BTreeMap, BTreeSet};

use albctl::kinds::action::{Action, Weighted};
use albctl::kinds::load_balancer::model::{IpAddressType, Scheme};
use albctl::kinds::rule::Condition;
use albctl::kinds::{Call, listener, load_balancer, rule, tagging, targets};
use albctl::plan::Options;

use proptest::prelude::*;

use crate::by_hand;
use crate::generator::specs;
use crate::support::Stage;

const SPEC: &str = "version: 1
stack: shop
vpc: vpc-0a
load_balancer:
  name: shop-alb
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
target_groups:
  web: { name: web-tg, port: 80, target_type: ip, targets: [10.0.0.1] }
listeners:
  http:
    port: 80
    default: { forward: web }
    rules:
      - { name: a, when: { path: /a }, then: { forward: web } }
";

type Tags = BTreeMap<String, String>;

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// What somebody made past albctl, by ARN.
struct Theirs {
    balancer: String,
    group: String,
    listener: String,
    rule: String,
    other_rule: String,
}

fn balancer(stage: &Stage, tags: Tags) -> String {
    stage.stranger(&Call::LoadBalancer(load_balancer::Call::CreateLoadBalancer {
        name: "shop-alb".to_owned(),
        scheme: Scheme::Internal,
        ip_address_type: IpAddressType::Ipv4,
        subnets: ["subnet-0a", "subnet-0b"].map(str::to_owned).into(),
        security_groups: ["sg-0a".to_owned()].into(),
        tags,
    }))
}

fn group(stage: &Stage, port: u16, tags: Tags) -> String {
    by_hand::Group { tags, ..by_hand::Group::new("web-tg", port) }.make(stage)
}

fn forward(group: &str) -> Action<String> {
    Action::Forward { groups: vec![Weighted { group: group.to_owned(), weight: 1 }], stickiness: None }
}

fn listener(stage: &Stage, balancer: &str, port: u16, default: Action<String>, tags: Tags) -> String {
    stage.stranger(&Call::Listener(listener::Call::CreateListener {
        load_balancer: balancer.to_owned(),
        port,
        protocol: listener::model::Protocol::Http,
        ssl_policy: None,
        certificate: None,
        default,
        tags,
    }))
}

fn rule(
    stage: &Stage,
    listener: &str,
    priority: u32,
    path: &str,
    then: Action<String>,
    tags: Tags,
) -> String {
    stage.stranger(&Call::Rule(rule::Call::CreateRule {
        listener: listener.to_owned(),
        priority,
        when: vec![Condition::Path(BTreeSet::from([path.to_owned()]))],
        then,
        tags,
    }))
}

/// All that the spec describes, a rule and a listener that it does not, and one more target.
fn theirs(stage: &Stage, tags: &Tags) -> Theirs {
    let balancer = balancer(stage, tags.clone());
    let group = group(stage, 80, tags.clone());
    let listener = listener(stage, &balancer, 80, forward(&group), tags.clone());
    let then = forward(&group);
    let other_rule = rule(stage, &listener, 1, "/other", then.clone(), tags.clone());
    let rule = rule(stage, &listener, 7, "/a", then.clone(), tags.clone());
    self::listener(stage, &balancer, 8080, then, tags.clone());
    let target = |id: &str| targets::Target { id: id.to_owned(), port: Some(80), zone: None };
    stage.stranger(&Call::Targets(targets::Call::RegisterTargets {
        target_group: group.clone(),
        targets: [target("10.0.0.1"), target("10.0.0.9")].into(),
    }));
    stage.written();
    Theirs { balancer, group, listener, rule, other_rule }
}

fn adopt(from: &[&str]) -> Options {
    let adopt_from = from.iter().map(|owner| (*owner).to_owned()).collect();
    Options { adopt: true, adopt_from, ..Options::default() }
}

fn refusal(stage: &Stage, text: &str, options: &Options) -> String {
    match stage.plan_with(text, options) {
        Ok(planned) => panic!("not refused: {:#?}", planned.plan.changes),
        Err(refusal) => refusal,
    }
}

fn verbs(stage: &Stage, text: &str, options: &Options) -> Vec<String> {
    let plan = stage.plan_with(text, options).unwrap_or_else(|refusal| panic!("{refusal}")).plan;
    plan.changes.iter().map(|change| format!("{:?} {}", change.verb, change.id)).collect()
}

#[test]
fn what_others_made_is_taken_over_with_all_that_the_spec_describes() {
    let stage = Stage::new();
    let theirs = theirs(&stage, &Tags::new());
    let before = stage.population();
    let planned = stage.plan_with(SPEC, &adopt(&[])).unwrap_or_else(|refusal| panic!("{refusal}"));
    let changes: Vec<String> =
        planned.plan.changes.iter().map(|change| format!("{:?} {}", change.verb, change.id)).collect();
    assert_eq!(
        changes,
        [
            "Adopt load_balancer",
            "Adopt target_group/web",
            "Update targets/web",
            "Adopt listener/http",
            "Adopt rule/http/a"
        ]
    );
    assert_eq!(planned.plan.changes[0].summary, "will be tagged as this stack's");
    let strangers: Vec<(&str, u32, &str)> =
        planned.live.strangers.iter().map(|one| (one.kind, one.number, one.arn.as_str())).collect();
    assert_eq!(strangers[0].0, "listener");
    assert_eq!(strangers[1], ("rule", 1, theirs.other_rule.as_str()), "what matches nothing stays theirs");

    stage.apply_with(SPEC, &adopt(&[]));
    let mut written = stage.written();
    written.sort();
    assert_eq!(written, ["AddTags", "AddTags", "AddTags", "AddTags", "DeregisterTargets"]);
    assert_eq!(stage.population(), before, "nothing is made, nothing goes");
    let ids = [
        ("load_balancer", &theirs.balancer),
        ("target_group/web", &theirs.group),
        ("listener/http", &theirs.listener),
        ("rule/http/a", &theirs.rule),
    ];
    for (id, arn) in ids {
        assert_eq!(stage.arn(SPEC, id), *arn, "{id}");
    }
    assert!(verbs(&stage, SPEC, &adopt(&[])).is_empty(), "there is nothing left to take over");
}

#[test]
fn everything_that_would_change_is_shown() {
    let stage = Stage::new();
    theirs(&stage, &Tags::new());
    let text = SPEC
        .replace("  name: shop-alb\n", "  name: shop-alb\n  idle_timeout: 2m\n")
        .replace("default: { forward: web }", "default: { fixed_response: 404 }")
        .replace("target_type: ip,", "target_type: ip, deregistration_delay: 30s,")
        .replace("path: /a }", "path: /b }");
    let plan = stage.plan_with(&text, &adopt(&[])).unwrap_or_else(|refusal| panic!("{refusal}")).plan;
    let fields: Vec<(String, Vec<&str>)> = plan
        .changes
        .iter()
        .map(|change| {
            let keys = change.fields.iter().map(|field| field.key.as_str()).collect();
            (format!("{:?} {}", change.verb, change.id), keys)
        })
        .collect();
    assert_eq!(fields[0], ("Adopt load_balancer".to_owned(), vec!["idle_timeout"]));
    assert_eq!(fields[1], ("Adopt target_group/web".to_owned(), vec!["deregistration_delay"]));
    assert_eq!(fields[3], ("Adopt listener/http".to_owned(), vec!["default"]));
    assert_eq!(fields[4].0, "Create rule/http/a", "a rule of other conditions is not this one");
    stage.apply_with(&text, &adopt(&[]));
}

#[test]
fn a_group_is_taken_over_by_a_stack_that_exists() {
    let stage = Stage::new();
    let bare = SPEC.split("target_groups:").next().expect("the head").to_owned();
    stage.apply(&bare);
    let arn = group(&stage, 80, Tags::new());
    stage.written();
    assert!(refusal(&stage, SPEC, &Options::default()).contains("refused[name-taken]"));
    stage.apply_with(SPEC, &adopt(&[]));
    assert_eq!(stage.arn(SPEC, "target_group/web"), arn);
}

#[test]
fn listeners_and_rules_of_our_own_load_balancer_are_taken_over() {
    let stage = Stage::new();
    let bare = SPEC.split("listeners:").next().expect("the head").to_owned();
    stage.apply(&bare);
    let group = stage.arn(&bare, "target_group/web");
    let listener = listener(&stage, &stage.arn(&bare, "load_balancer"), 80, forward(&group), Tags::new());
    let rule = rule(&stage, &listener, 3, "/a", forward(&group), Tags::new());
    let refused = refusal(&stage, SPEC, &Options::default());
    assert!(
        refused.contains("refused[port-taken]") && refused.contains("albctl plan SPEC --adopt"),
        "{refused}"
    );
    stage.written();
    stage.apply_with(SPEC, &adopt(&[]));
    assert_eq!(stage.written(), ["AddTags"; 2]);
    assert_eq!(stage.arn(SPEC, "listener/http"), listener);
    assert_eq!(stage.arn(SPEC, "rule/http/a"), rule);
    assert_eq!(stage.rules(SPEC), [("rule/http/a".to_owned(), 3)]);
}

#[test]
fn an_adoption_that_was_interrupted_goes_on() {
    let stage = Stage::new();
    let theirs = theirs(&stage, &Tags::new());
    // Whichever of the tags were written: the rest follows.
    for (arn, id) in [(&theirs.balancer, "load_balancer"), (&theirs.rule, "rule/http/a")] {
        let tags = tags(&[("albctl:stack", "shop"), ("albctl:id", id)]);
        stage.stranger(&Call::Tagging(tagging::Call::AddTags { resource: arn.clone(), tags }));
    }
    stage.written();
    stage.apply_with(SPEC, &adopt(&[]));
    let added: Vec<String> = stage.written().into_iter().filter(|call| call == "AddTags").collect();
    assert_eq!(added.len(), 3, "the group, the listener, and the name of the rule");
    assert_eq!(stage.arn(SPEC, "rule/http/a"), theirs.rule);
    assert_eq!(stage.arn(SPEC, "listener/http"), theirs.listener);
}

#[test]
fn without_being_asked_nothing_is_taken_and_the_refusal_says_how() {
    let stage = Stage::new();
    theirs(&stage, &Tags::new());
    let refused =
        refusal(&stage, SPEC, &Options { command: "albctl plan prod.yaml".to_owned(), ..Options::default() });
    assert!(refused.contains("load balancer `shop-alb` exists and is not this stack's"), "{refused}");
    assert!(refused.contains("target group `web-tg` exists and is not this stack's"), "{refused}");
    let help = "take it over: albctl plan prod.yaml --adopt (shows all that would change)";
    assert!(refused.contains(help), "{refused}");
    assert!(stage.written().is_empty());
}

#[test]
fn what_others_manage_is_taken_from_them_only_by_name() {
    type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str);
    let owners: [Case; 4] = [
        ("cloudformation", &[("aws:cloudformation:stack-name", "edge")], "CloudFormation would go on"),
        ("lbc", &[("elbv2.k8s.aws/cluster", "prod")], "the AWS Load Balancer Controller would go on"),
        ("lbc", &[("ingress.k8s.aws/stack", "ns/web")], "the AWS Load Balancer Controller would go on"),
        ("edge", &[("albctl:stack", "edge"), ("albctl:id", "load_balancer")], "the stack `edge` of albctl"),
    ];
    for (owner, marks, words) in owners {
        let stage = Stage::new();
        mark(&stage, &theirs(&stage, &Tags::new()), marks);
        let refused = refusal(&stage, SPEC, &Options::default());
        let command = format!("albctl plan SPEC --adopt --adopt-from {owner}");
        assert!(refused.contains(&command) && refused.contains(words), "{refused}");
        let refused = refusal(&stage, SPEC, &adopt(&[]));
        assert!(refused.starts_with("refused[adopt-from]: load_balancer would be taken from"), "{refused}");
        assert!(refused.contains(&command) && refused.contains(words), "{refused}");
        assert_eq!(refused.matches("refused[").count(), 1, "{refused}");
        assert!(refusal(&stage, SPEC, &adopt(&["others"])).contains("--adopt-from others"));
        stage.apply_with(SPEC, &adopt(&[owner]));
    }
}

/// Tags of the balancer that say whose it is; the sandbox keeps `aws:` tags for AWS itself, so that they are written
/// past its API.
fn mark(stage: &Stage, theirs: &Theirs, marks: &[(&str, &str)]) {
    stage.sandbox.edit(|state| {
        for region in state.regions.values_mut() {
            let balancer = region.load_balancers.get_mut(&theirs.balancer).expect("it was made");
            for (key, value) in marks {
                balancer.tags.current.insert((*key).to_owned(), (*value).to_owned());
            }
        }
    });
}

#[test]
fn what_would_have_to_be_replaced_is_not_taken_over() {
    let stage = Stage::new();
    group(&stage, 81, Tags::new());
    let refused = refusal(&stage, SPEC, &adopt(&[]));
    assert!(refused.starts_with("refused[adopt-differs]"), "{refused}");
    assert!(refused.contains("`port` is 81, the spec wants 80"), "{refused}");
}

#[test]
fn a_listener_that_goes_is_not_taken_along_with_rules_of_others() {
    let stage = Stage::new();
    theirs(&stage, &Tags::new());
    stage.apply_with(SPEC, &adopt(&[]));
    let bare = SPEC.split("listeners:").next().expect("the head").to_owned();
    assert!(refusal(&stage, &bare, &Options::default()).contains("refused[holds-strangers]"));
    let prune = Options { prune: true, ..Options::default() };
    assert!(stage.plan_with(&bare, &prune).is_ok());
}

fn with_policy(policy: &str) -> String {
    SPEC.replace("    port: 80\n", &format!("    port: 80\n    strangers: {policy}\n"))
}

#[test]
fn a_listener_says_what_becomes_of_rules_that_are_not_in_the_spec() {
    let stage = Stage::new();
    stage.apply(SPEC);
    let on = stage.arn(SPEC, "listener/http");
    let fixed = Action::FixedResponse { status: 403, content_type: None, body: None };
    let stranger = rule(&stage, &on, 77, "/theirs", fixed.clone(), Tags::new());
    listener(&stage, &stage.arn(SPEC, "load_balancer"), 8080, fixed, Tags::new());
    stage.written();
    for (policy, count) in [("keep", 0), ("warn", 1)] {
        let planned = stage.plan_with(&with_policy(policy), &Options::default()).expect("a plan");
        assert!(planned.plan.is_empty(), "{policy}");
        let warnings: Vec<String> = planned.warnings.iter().map(|one| format!("{one:?}")).collect();
        assert_eq!(warnings.len(), count, "{policy}: {warnings:?}");
        assert_eq!(planned.live.strangers.len(), 2, "they are shown all the same");
        if policy == "warn" {
            assert!(
                warnings[0].contains("listener/http holds rules that are not in the spec"),
                "{warnings:?}"
            );
            assert!(warnings[0].contains("priority 77"), "{warnings:?}");
        }
    }
    stage.apply(&with_policy("delete"));
    let writes = stage.writes();
    assert_eq!(writes.len(), 1, "the listener of others is not this listener's");
    assert_eq!(
        (writes[0].operation.as_str(), &writes[0].params["RuleArn"]),
        ("DeleteRule", &stranger.into())
    );
    assert!(crate::support::mistakes(&with_policy("forget")).contains("error["));
}

/// Of any stack whose tags are all lost: with `--adopt`, nothing but tags is written, and nothing is made anew.
#[test]
fn any_stack_without_tags_is_taken_over_as_it_is() {
    let config = proptest::test_runner::Config { cases: 40, failure_persistence: None, ..Default::default() };
    let rng = proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
    let law = |spec: crate::generator::Spec| {
        let text = spec.yaml();
        let stage = Stage::new();
        stage.apply(&text);
        let before = stage.population();
        stage.sandbox.edit(|state| {
            for region in state.regions.values_mut() {
                region.load_balancers.values_mut().for_each(|one| one.tags.current.clear());
                region.target_groups.values_mut().for_each(|one| one.tags.current.clear());
                region.listeners.values_mut().for_each(|one| one.tags.current.clear());
                region.rules.values_mut().for_each(|one| one.tags.current.clear());
            }
        });
        stage.written();
        stage.apply_with(&text, &adopt(&[]));
        let written = stage.written();
        prop_assert!(written.iter().all(|operation| operation == "AddTags"), "{:?}\n{}", written, text);
        prop_assert_eq!(stage.population(), before);
        Ok(())
    };
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(config, rng);
    if let Err(failure) = runner.run(&specs(), law) {
        panic!("{failure}");
    }
}
