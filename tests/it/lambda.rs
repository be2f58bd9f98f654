//! Lambda functions as targets: group, permission, registration, and all of it back again. Every run of a plan is
//! watched: see [`crate::watch`].

use std::time::Duration;

use albctl::exec::Outcome;
use albctl::model::Verb;
use albctl::plan::Options;
use albctl_sandbox::{Fault, FaultKind, Match};

use crate::support::{Stage, desired, mistakes};

/// A stack whose default action is a function; the text of the group.
fn spec(groups: &str, default: &str) -> String {
    format!(
        "version: 1
stack: shop
vpc: vpc-0a
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
target_groups:
{groups}
listeners:
  http:
    port: 80
    default: {{ {default} }}
    rules:
      - {{ name: a, when: {{ path: /a }}, then: {{ fixed_response: 200 }} }}
"
    )
}

fn warm(function: &str) -> String {
    spec(&format!("  warm: {{ function: \"{function}\" }}"), "forward: warm")
}

/// A stage with the functions `warm` (aliases `live` and `next`) and `other`.
fn stage() -> Stage {
    let stage = Stage::new();
    stage.sandbox.edit(|state| {
        for name in ["warm", "other"] {
            state.create_function("us-east-1", name).expect("a new function");
        }
        let region = state.regions.get_mut("us-east-1").expect("a region");
        let warm = region.functions.get_mut("warm").expect("the function");
        warm.aliases.extend(["live".to_owned(), "next".to_owned()]);
    });
    stage
}

/// The statements of all policies: function with alias, statement id, source.
fn statements(stage: &Stage) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    stage.sandbox.edit(|state| {
        for (name, function) in state.regions.values().flat_map(|region| &region.functions) {
            for (qualifier, policy) in &function.policies {
                for one in &policy.statements {
                    let source = one.source_arn.clone().unwrap_or_default();
                    all.push((format!("{name}:{qualifier}"), one.id.clone(), source));
                }
            }
        }
    });
    all
}

/// The targets of all groups.
fn registered(stage: &Stage) -> Vec<String> {
    let mut all = Vec::new();
    stage.sandbox.edit(|state| {
        let groups = state.regions.values().flat_map(|region| region.target_groups.values());
        all.extend(groups.flat_map(|group| group.targets.iter().map(|target| target.id.clone())));
    });
    all
}

const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:";

#[test]
fn a_function_is_permitted_then_registered() {
    let stage = stage();
    let text = warm("warm:live");
    let plan = stage.apply(&text);
    let writes = stage.writes();
    let of_group: Vec<&str> = writes
        .iter()
        .map(|call| call.operation.as_str())
        .filter(|one| !one.contains("Listener") && !one.contains("Rule") && !one.contains("LoadBalancer"))
        .collect();
    assert_eq!(of_group, ["CreateTargetGroup", "AddPermission", "RegisterTargets"]);
    let create = &writes.iter().find(|call| call.operation == "CreateTargetGroup").expect("the group").params;
    for absent in ["Protocol", "Port", "VpcId", "HealthCheckProtocol", "HealthCheckPort"] {
        assert!(create[absent].is_null(), "{create}");
    }
    assert_eq!(create["HealthCheckEnabled"].to_string().trim_matches('"'), "false");
    let arn = stage.arn(&text, "target_group/warm");
    assert_eq!(statements(&stage), [("warm:live".to_owned(), "albctl-shop-warm".to_owned(), arn)]);
    assert_eq!(registered(&stage), [format!("{ARN}warm:live")]);
    let change = plan.changes.iter().find(|one| one.id.as_str() == "target_group/warm").expect("a change");
    assert_eq!(change.summary, "lambda warm:live");
    stage.destroy(&text);
    assert_eq!((statements(&stage), stage.population()), (Vec::new(), [0; 4]));
}

#[test]
fn an_arn_and_a_name_are_one_function() {
    let stage = stage();
    stage.apply(&warm("warm:live"));
    assert!(stage.plan(&warm(&format!("{ARN}warm:live"))).is_empty());
    let refusal = stage.refusal(&warm("arn:aws:lambda:eu-west-1:000000000000:function:warm"));
    assert!(refusal.contains("refused[function-elsewhere]"), "{refusal}");
}

#[test]
fn a_permission_that_is_not_yet_in_effect_is_waited_for() {
    let stage = stage();
    stage.sandbox.edit(|state| state.permission_lag = Duration::from_secs(20));
    stage.apply(&warm("warm"));
    let refused = stage.sandbox.calls().iter().filter(|call| call.error.is_some()).count();
    assert!(refused > 0 && registered(&stage) == [format!("{ARN}warm")], "{refused} refusals");
}

#[test]
fn a_permission_that_never_comes_ends_the_apply() {
    let stage = stage();
    stage.sandbox.edit(|state| state.permission_lag = Duration::from_secs(3600));
    let plan = stage.plan(&warm("warm"));
    assert!(matches!(stage.run(&plan), Outcome::Incomplete(_)));
    stage.sandbox.edit(|state| state.permission_lag = Duration::ZERO);
    stage.apply(&warm("warm"));
}

#[test]
fn another_function_or_alias_is_another_group_and_no_request_is_lost() {
    for (from, to) in [("warm:live", "warm:next"), ("warm:live", "other"), ("warm", "other")] {
        let stage = stage();
        stage.apply(&warm(from));
        stage.written();
        let plan = stage.apply(&warm(to));
        let change =
            plan.changes.iter().find(|one| one.id.as_str() == "target_group/warm").expect("a change");
        assert_eq!(change.verb, Verb::Replace);
        let how = change.how.as_deref().expect("how it is done");
        assert!(
            how.contains("a function is ready as soon as it is registered") && !how.contains("drain"),
            "{how}"
        );
        let expected = [
            "CreateTargetGroup",
            "AddPermission",
            "RegisterTargets",
            "ModifyListener",
            "RemovePermission",
            "DeleteTargetGroup",
        ];
        assert_eq!(stage.written(), expected, "{from} to {to}");
        assert_eq!(registered(&stage), [format!("{ARN}{to}")]);
        assert_eq!(statements(&stage).len(), 1);
    }
}

#[test]
fn a_group_that_leaves_the_spec_takes_its_permission_along() {
    let stage = stage();
    stage.apply(&warm("warm:live"));
    stage.written();
    let none = spec("  web: { port: 80 }", "fixed_response: 404");
    stage.apply_with(&none, &Options::default());
    let written = stage.written();
    let place = |operation: &str| written.iter().position(|one| one == operation);
    assert!(place("ModifyListener") < place("RemovePermission"), "{written:?}");
    assert!(place("RemovePermission") < place("DeleteTargetGroup"), "{written:?}");
    assert_eq!(statements(&stage), []);
}

#[test]
fn what_others_take_away_is_given_again() {
    let stage = stage();
    let text = warm("warm:live");
    stage.apply(&text);
    stage.sandbox.edit(|state| {
        for function in state.regions.values_mut().flat_map(|region| region.functions.values_mut()) {
            function.policies.clear();
        }
    });
    stage.written();
    let plan = stage.apply(&text);
    let [change] = plan.changes.as_slice() else { panic!("{:#?}", plan.changes) };
    assert_eq!((change.verb, change.fields[0].key.as_str()), (Verb::Update, "permission"));
    assert_eq!(change.fields[0].to_text, "load balancers may invoke it");
    assert_eq!(stage.written(), ["AddPermission"]);
}

#[test]
fn a_function_that_others_registered_goes_before_ours_comes() {
    let stage = stage();
    let text = warm("warm:live");
    stage.apply(&text);
    stage.sandbox.edit(|state| {
        for group in state.regions.values_mut().flat_map(|region| region.target_groups.values_mut()) {
            group.targets[0].id = format!("{ARN}other");
        }
    });
    stage.written();
    stage.apply(&text);
    assert_eq!(stage.written(), ["DeregisterTargets", "RegisterTargets"]);
    assert_eq!(registered(&stage), [format!("{ARN}warm:live")]);
}

#[test]
fn a_statement_of_a_group_that_is_gone_is_replaced() {
    let stage = stage();
    let text = warm("warm:live");
    stage.apply(&text);
    let old = stage.arn(&text, "target_group/warm");
    // Everything goes past albctl, but for the policy of the function.
    stage.sandbox.edit(|state| {
        for region in state.regions.values_mut() {
            region.load_balancers.clear();
            region.listeners.clear();
            region.rules.clear();
            region.target_groups.clear();
        }
    });
    stage.apply(&text);
    let new = stage.arn(&text, "target_group/warm");
    assert_ne!(old, new);
    assert_eq!(statements(&stage), [("warm:live".to_owned(), "albctl-shop-warm".to_owned(), new)]);
}

#[test]
fn health_checks_of_a_function_are_switched_on_and_off() {
    let stage = stage();
    let off = warm("warm");
    let on = spec(
        "  warm: { function: warm, health_check: { enabled: true, path: /up, interval: 60s }, multi_value_headers: true }",
        "forward: warm",
    );
    stage.apply(&off);
    stage.written();
    stage.apply(&on);
    assert_eq!(stage.written(), ["ModifyTargetGroup", "ModifyTargetGroupAttributes"]);
    stage.apply(&off);
    assert_eq!(stage.written(), ["ModifyTargetGroup", "ModifyTargetGroupAttributes"]);
}

#[test]
fn instances_make_way_for_a_function_and_come_back() {
    let stage = stage();
    let web = spec("  warm: { port: 80, target_type: ip, targets: [10.0.0.1] }", "forward: warm");
    stage.apply(&web);
    stage.sandbox.advance(Duration::from_secs(600));
    stage.apply(&warm("warm"));
    assert_eq!(statements(&stage).len(), 1);
    stage.apply(&web);
    assert_eq!(statements(&stage), []);
}

/// Goes from one to the other with a failure, or a lost answer, at each call; the end is always the same.
fn converges(before: Option<&str>, after: &str) {
    let ready = || {
        let stage = stage();
        if let Some(before) = before {
            stage.apply(before);
            stage.sandbox.advance(Duration::from_secs(600));
        }
        stage.written();
        stage
    };
    let calm = ready();
    calm.apply_with(after, &Options::default());
    let (writes, population) = (calm.all_writes().len(), calm.population());
    let ids = |stage: &Stage| statements(stage).into_iter().map(|(on, id, _)| (on, id)).collect::<Vec<_>>();
    for nth in 1..=writes {
        let denied =
            FaultKind::Fail { code: "AccessDenied".to_owned(), status: 403, message: "injected".to_owned() };
        for kind in [denied, FaultKind::DropAfter] {
            let stage = ready();
            stage.sandbox.inject(Fault { matches: Match::Mutating, nth, count: 1, kind: kind.clone() });
            let plan = stage.plan_with(after, &Options::default()).expect("a plan").plan;
            let _ended = stage.run(&plan);
            stage.sandbox.clear_faults();
            stage.sandbox.advance(Duration::from_secs(600));
            stage.apply_with(after, &Options::default());
            assert_eq!(stage.population(), population, "{kind:?} at write {nth}");
            assert_eq!(registered(&stage), registered(&calm), "{kind:?} at write {nth}");
            let mut found = ids(&stage);
            found.sort();
            let mut expected = ids(&calm);
            expected.sort();
            // A second replacement may give the group its other name.
            assert_eq!(found.len(), expected.len(), "{kind:?} at write {nth}: {found:?}, not {expected:?}");
        }
    }
}

#[test]
fn a_failure_at_each_call_of_a_creation_converges() {
    converges(None, &warm("warm:live"));
}

#[test]
fn a_failure_at_each_call_of_a_change_of_function_converges() {
    converges(Some(&warm("warm:live")), &warm("other"));
    converges(Some(&warm("warm:live")), &warm("warm:next"));
}

#[test]
fn a_failure_at_each_call_of_a_removal_converges() {
    let none = spec("  web: { port: 80 }", "fixed_response: 404");
    converges(Some(&warm("warm:live")), &none);
}

#[test]
fn an_interrupted_creation_whose_function_is_changed_leaves_nothing_behind() {
    for nth in 1..=5 {
        let stage = stage();
        let kind =
            FaultKind::Fail { code: "AccessDenied".to_owned(), status: 403, message: "injected".to_owned() };
        stage.sandbox.inject(Fault { matches: Match::Mutating, nth, count: 0, kind });
        let plan = stage.plan(&warm("warm:live"));
        let _ended = stage.run(&plan);
        stage.sandbox.clear_faults();
        stage.apply(&warm("other"));
        let on: Vec<String> = statements(&stage).into_iter().map(|(on, _, _)| on).collect();
        assert_eq!(on, ["other:"], "interrupted at write {nth}");
    }
}

#[test]
fn defaults_that_a_function_cannot_have_are_dropped() {
    let text = warm("warm").replace(
        "target_groups:",
        "defaults: { target_group: { port: 80, target_type: ip, health_check: /up, deregistration_delay: 30s } }\ntarget_groups:",
    );
    let (wanted, _) = desired(&text);
    let group = wanted.resources.get(&albctl::kinds::target_group::id("warm")).expect("the group");
    assert_eq!(group.resource.summary(), "lambda warm");
    let own = warm("warm").replace("function: \"warm\"", "function: warm, port: 80");
    assert!(mistakes(&own).contains("a target group of a function has no `port`"), "{}", mistakes(&own));
}

#[test]
fn a_policy_that_may_not_be_read_is_told_and_changes_nothing() {
    let stage = stage();
    let text = warm("warm:live");
    stage.apply(&text);
    let kind =
        FaultKind::Fail { code: "AccessDeniedException".to_owned(), status: 403, message: "no".to_owned() };
    let matches = Match::Operation("GetPolicy".to_owned());
    stage.sandbox.inject(Fault { matches, nth: 1, count: 0, kind });
    let planned = stage.plan_with(&text, &Options::default()).expect("a plan");
    assert!(planned.plan.is_empty(), "{:#?}", planned.plan.changes);
    let note = "lambda:GetPolicy is denied: whether load balancers may invoke warm:live is not known";
    assert_eq!(planned.live.notes, [note]);
}

#[test]
fn a_group_that_is_adopted_remembers_its_function() {
    let stage = stage();
    let text = warm("warm:live");
    stage.apply(&text);
    stage.sandbox.edit(|state| {
        for region in state.regions.values_mut() {
            region.target_groups.values_mut().for_each(|group| group.tags = Default::default());
        }
    });
    stage.written();
    let adopt = Options { adopt: true, ..Options::default() };
    stage.apply_with(&text, &adopt);
    let writes = stage.writes();
    let [tags] = writes.as_slice() else { panic!("{writes:#?}") };
    assert!(tags.params.to_string().contains(&format!("{ARN}warm:live")), "{tags:?}");
    stage.apply(&spec("  web: { port: 80 }", "fixed_response: 404"));
    assert_eq!(statements(&stage), []);
}

#[test]
fn a_stack_without_functions_asks_lambda_nothing() {
    let stage = stage();
    let web = spec("  web: { port: 80 }", "forward: web");
    stage.apply(&web);
    stage.sandbox.clear_calls();
    stage.plan(&web);
    assert!(stage.sandbox.calls().iter().all(|call| call.operation != "GetPolicy"));
    stage.apply(&warm("warm"));
    stage.sandbox.clear_calls();
    stage.plan(&warm("warm"));
    let asked = stage.sandbox.calls().iter().filter(|call| call.operation == "GetPolicy").count();
    assert_eq!(asked, 1);
}
