//! What the lint asserts of finished plans: real ones pass (see [`crate::support::Stage`]), and each defect is found.

use albctl::base::Diagnostics;
use albctl::kinds::{Call, Live, Plan, rule};
use albctl::model::{Action, StepVerb};
use albctl::plan::{Options, Planned, lint};

use crate::support::Stage;

const SPEC: &str = "version: 1
stack: shop
vpc: vpc-0a
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
target_groups:
  web: { port: 80, target_type: ip }
  api: { port: 81, target_type: ip }
listeners:
  http:
    port: 80
    default: { forward: web }
    rules:
      - { name: a, when: { path: \"/x/*\" }, then: { forward: api } }
      - { name: b, when: { path: \"*/y\" }, then: { forward: web } }
      - { name: c, when: { path: \"/c\" }, then: { forward: web } }
";

/// A plan that deletes a group and a rule, makes others, and moves others.
fn planned() -> Planned {
    let stage = Stage::new();
    stage.apply(SPEC);
    let after = SPEC
        .replace("  api: { port: 81, target_type: ip }\n", "")
        .replace("path: \"/x/*\" }, then: { forward: api", "path: \"/z/*\" }, then: { forward: web")
        .replace("name: c, when: { path: \"/c\" }", "name: d, when: { path: [\"/c\", \"/d\"] }");
    let (head, rules) = after.split_at(after.find("      - { name: a").expect("the rules"));
    let rules: Vec<&str> = rules.lines().collect();
    let after = format!("{head}{}\n{}\n{}\n", rules[2], rules[1], rules[0]);
    stage.plan_with(&after, &Options::default()).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn reports(plan: &Plan, live: &Live) -> Vec<String> {
    let mut problems = Diagnostics::default();
    lint::check(plan, live, &mut problems);
    problems.sorted().into_iter().map(|one| one.message.clone()).collect()
}

fn broken(change: impl FnOnce(&mut Plan)) -> Vec<String> {
    let Planned { mut plan, live, .. } = planned();
    assert_eq!(reports(&plan, &live), Vec::<String>::new());
    change(&mut plan);
    reports(&plan, &live)
}

fn expect(reports: &[String], part: &str) {
    assert!(reports.iter().any(|one| one.contains(part)), "no `{part}` in {reports:#?}");
}

#[test]
fn a_step_that_stands_before_what_it_needs_is_found() {
    let reports = broken(|plan| plan.steps.reverse());
    expect(&reports, "stands before");
}

#[test]
fn a_step_that_uses_what_it_does_not_need_is_found() {
    let stage = Stage::new();
    let Planned { mut plan, live, .. } = stage.plan_with(SPEC, &Options::default()).expect("a plan");
    plan.steps.iter_mut().for_each(|step| step.needs.clear());
    expect(&reports(&plan, &live), "uses an output of");
}

#[test]
fn two_steps_of_one_name_are_found() {
    let reports = broken(|plan| {
        let first = plan.steps[0].clone();
        plan.steps.push(first);
    });
    expect(&reports, "two steps are called");
}

#[test]
fn a_group_that_is_still_referred_to_is_not_deleted() {
    let is_deletion = |id: &str| id == "target_group/api:delete";
    let reports = broken(|plan| {
        let deletion = plan.steps.iter_mut().find(|step| is_deletion(step.id.as_str())).expect("it goes");
        deletion.needs.clear();
    });
    expect(&reports, "deletes a group that rule/http/a may still forward to");
}

#[test]
fn nothing_that_may_be_deleted_is_referred_to() {
    let reports = broken(|plan| {
        let rule = plan.steps.iter().find_map(|step| match &step.action {
            Action::Call(Call::Rule(rule::Call::DeleteRule { rule })) => Some(rule.clone()),
            Action::Call(_) | Action::Wait { .. } => None,
        });
        let rule = rule.expect("a rule goes");
        let mut again = plan.steps[0].clone();
        again.id = albctl::model::StepId::new(&again.subject, "again");
        again.needs.clear();
        again.action = Action::Call(Call::Rule(rule::Call::ModifyRule {
            rule,
            when: None,
            then: None,
            reset_transforms: false,
        }));
        plan.steps.insert(0, again);
    });
    expect(&reports, "may have deleted");
}

#[test]
fn two_rules_of_one_priority_are_found() {
    let reports = broken(|plan| {
        for step in &mut plan.steps {
            if let Action::Call(Call::Rule(rule::Call::CreateRule { priority, .. })) = &mut step.action {
                *priority = 20;
            }
        }
    });
    expect(&reports, "two rules have the priority 20");
    let reports = broken(|plan| {
        for step in &mut plan.steps {
            if let Action::Call(Call::Rule(rule::Call::CreateRule { priority, .. })) = &mut step.action {
                *priority = 50_001;
            }
        }
    });
    expect(&reports, "a rule has the priority 50001");
}

#[test]
fn calls_on_the_rules_of_a_listener_have_a_fixed_order() {
    let reports = broken(|plan| {
        for step in plan.steps.iter_mut().filter(|step| step.verb == StepVerb::Create) {
            step.needs.clear();
        }
    });
    expect(&reports, "in no fixed order");
}

const CERTIFIED: &str = "version: 1
stack: shop
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
certificates:
  c: { self_signed: { domain: c.example.com, key: EC_prime256v1 } }
  d: { acm: { domain: d.example.com } }
listeners:
  web: { port: 443, certificates: [c, d], default: { fixed_response: 404 } }
";

/// What the lint reports when the step of this name waits for no certificate.
fn too_early(live: Option<&str>, step: &str) -> Vec<String> {
    let stage = crate::certificates::staged();
    if let Some(listener) = live {
        let (head, _) = CERTIFIED.split_once("certificates:\n").expect("certificates");
        stage.apply(&format!("{head}listeners:\n{listener}"));
    }
    let Planned { mut plan, live, .. } = stage.plan_with(CERTIFIED, &Options::default()).expect("a plan");
    assert_eq!(reports(&plan, &live), Vec::<String>::new());
    let early = plan.steps.iter_mut().find(|one| one.id.as_str() == step).expect("the step");
    early.needs.retain(|need| !need.as_str().starts_with("certificate/d"));
    reports(&plan, &live)
}

#[test]
fn a_listener_that_turns_to_https_before_its_certificates_are_issued_is_found() {
    let http = "  web: { port: 80, default: { fixed_response: 404 } }\n";
    for (live, step) in [(Some(http), "listener/web:modify"), (None, "listener/web:create")] {
        expect(
            &too_early(live, step),
            "before the certificate of `listener/web:add_certificate d` is issued",
        );
    }
}
