//! A certificate of the stack that others use when it is to go: left at once, told, and deleted when it is free.

use std::time::Duration;

use albctl::exec::{Outcome, StepState};
use albctl::kinds::Plan;
use albctl::model::Verb;

use crate::certificates::{acm, spec, staged};
use crate::support::Stage;

const OWN: &str = "  api: { acm: { domain: api.example.com } }";
const WIDER: &str = "  api: { acm: { domain: api.example.com, alternative_names: [www.example.com] } }";

/// Another stack whose listener has the certificate of this one.
fn other(arn: &str) -> String {
    spec(&format!("  ext: {{ use: \"{arn}\" }}"), "ext").replace("stack: shop", "stack: blog")
}

/// A stage with our stack and the other one that uses our certificate; its ARN and the other's load balancer.
fn shared() -> (Stage, String, String) {
    let stage = staged();
    let text = spec(OWN, "api");
    stage.apply(&text);
    let arn = stage.arn(&text, "certificate/api");
    stage.apply(&other(&arn));
    let user = stage.arn(&other(&arn), "load_balancer");
    stage.writes();
    (stage, arn, user)
}

fn assert_left(plan: &Plan, arn: &str, user: &str) {
    let left: Vec<_> = plan.left.iter().map(|one| (one.arn.as_str(), one.used_by.clone())).collect();
    assert_eq!(left, [(arn, vec![user.to_owned()])]);
    assert!(!plan.changes.iter().any(|one| one.verb == Verb::Delete && one.id.as_str() == "certificate/api"));
}

fn now(stage: &Stage) -> u64 {
    stage.sandbox.edit(|state| state.now) / 1000
}

#[test]
fn a_replaced_certificate_that_others_use_is_left_without_a_try() {
    let (stage, arn, user) = shared();
    let text = spec(WIDER, "api");
    // The plan after it is empty, too.
    let plan = stage.apply(&text);
    assert_left(&plan, &arn, &user);
    let how = plan.changes.iter().find_map(|one| one.how.clone()).unwrap_or_default();
    assert!(how.contains("old one left: others use it"), "{how}");
    assert!(!stage.written().contains(&"DeleteCertificate".to_owned()));
    let next = stage.plan(&text);
    assert_left(&next, &arn, &user);
    // Once the other stack is gone, the next plan deletes it, and the one after has nothing to tell.
    stage.destroy(&other(&arn));
    stage.sandbox.advance(Duration::from_secs(60));
    stage.writes();
    let plan = stage.apply(&text);
    assert_eq!((plan.left.len(), stage.written()), (0, vec!["DeleteCertificate".to_owned()]));
    assert_eq!(acm(&stage).len(), 1);
}

#[test]
fn a_destroy_leaves_what_others_use_and_the_next_one_has_nothing_to_do() {
    let (stage, arn, user) = shared();
    let text = spec(OWN, "api");
    let begin = now(&stage);
    let plan = stage.destroy(&text);
    assert_left(&plan, &arn, &user);
    assert!(now(&stage) - begin < 60, "nothing was waited for");
    let again = stage.destroy_with(&text, &Default::default()).expect("a plan");
    assert!(again.is_empty());
    assert_left(&again, &arn, &user);
    stage.destroy(&other(&arn));
    stage.sandbox.advance(Duration::from_secs(60));
    stage.destroy(&text);
    assert!(acm(&stage).is_empty());
}

#[test]
fn a_use_that_begins_after_the_plan_is_found_by_one_try() {
    let stage = staged();
    let text = spec(OWN, "api");
    stage.apply(&text);
    let arn = stage.arn(&text, "certificate/api");
    let plan = stage.plan(&spec(WIDER, "api"));
    assert!(plan.left.is_empty());
    stage.apply(&other(&arn));
    let user = stage.arn(&other(&arn), "load_balancer");
    stage.writes();
    let outcome = stage.run(&plan);
    let Outcome::Completed(summary) = outcome else { panic!("{outcome:?}") };
    let deletions = stage.written().into_iter().filter(|call| call == "DeleteCertificate").count();
    assert_eq!(deletions, 1, "no try after it is known that others use it");
    assert!(summary.states.values().all(|state| matches!(state, StepState::Done)));
    let left: Vec<&String> = summary.left.values().collect();
    assert_eq!(left.len(), 1);
    assert!(left[0].contains(&user), "{left:?}");
    assert!(stage.plan(&spec(WIDER, "api")).is_empty());
}

#[test]
fn a_use_of_our_own_that_lags_is_waited_for() {
    let stage = staged();
    stage.apply(&spec(OWN, "api"));
    stage.writes();
    let plan = stage.apply(&spec(WIDER, "api"));
    assert!(plan.left.is_empty());
    let deletions = stage.written().into_iter().filter(|call| call == "DeleteCertificate").count();
    assert!(deletions > 1, "ACM notices late: {deletions}");
    assert_eq!(acm(&stage).len(), 1);
}

#[test]
fn a_load_balancer_that_is_gone_keeps_no_certificate() {
    let stage = staged();
    let text = spec(OWN, "api");
    stage.apply(&text);
    // A destroy that ends after the load balancer: ACM still names it.
    let plan = stage.destroy_with(&text, &Default::default()).expect("a plan");
    let balancer = stage.arn(&text, "load_balancer");
    let delete = albctl::kinds::load_balancer::Call::DeleteLoadBalancer { load_balancer: balancer };
    stage.stranger(&albctl::kinds::Call::LoadBalancer(delete));
    drop(plan);
    let plan = stage.destroy(&text);
    assert!(plan.left.is_empty(), "{:?}", plan.left);
    assert!(acm(&stage).is_empty());
}

#[test]
fn validation_records_stay_with_a_certificate_that_is_left() {
    let (stage, arn, user) = shared();
    let options = albctl::plan::Options { delete_validation_records: true, ..Default::default() };
    let plan = stage.apply_with(&spec(WIDER, "api"), &options);
    assert_left(&plan, &arn, &user);
    let records = stage.written().into_iter().filter(|call| call == "ChangeResourceRecordSets").count();
    assert_eq!(records, 1, "those of the new one are written, none is deleted");
}

#[test]
fn a_domain_finds_no_certificate_that_the_plan_takes_away() {
    let stage = staged();
    stage.apply(
        &spec("  c: { acm: { domain: a.shop.example } }", "c").replace("a.shop.example", "a.b.example.com"),
    );
    let wanted = spec("  c: { use: a.b.example.com }", "c");
    let refusal = stage.refusal(&wanted);
    assert!(
        refusal.contains(
            "refused[certificate-going]: the only certificate for a.b.example.com is this stack's own \
             certificate/c, which this plan would delete"
        ),
        "{refusal}"
    );
    assert!(refusal.contains("test.yaml:") && refusal.contains("help:"), "{refusal}");
    // One that is replaced is no more to be had.
    let both = spec(
        "  c: { acm: { domain: a.b.example.com, alternative_names: [c.b.example.com] } }\n  \
         z: { use: a.b.example.com }",
        "c, z",
    );
    let refusal = stage.refusal(&both);
    assert!(refusal.contains("which this plan would replace"), "{refusal}");
    // Another one is taken, though it is older.
    let foreign = "arn:aws:acm:us-east-1:000000000000:certificate/foreign";
    stage.sandbox.edit(|state| {
        let now = state.now;
        state.now = now - 86_400_000;
        state.add_issued_certificate("us-east-1", foreign, &["*.b.example.com"]);
        state.now = now;
    });
    let plan = stage.apply(&wanted);
    assert!(format!("{:?}", plan.steps).contains(foreign), "{plan:?}");
    assert!(acm(&stage).is_empty(), "its own is gone");
}

#[test]
fn a_use_that_never_ends_is_left_after_the_bounded_wait() {
    let stage = staged();
    stage.apply(&spec(OWN, "api"));
    let balancer = stage.arn(&spec(OWN, "api"), "load_balancer");
    stage.sandbox.edit(|state| state.acm.in_use_lag = Duration::from_secs(3600));
    let plan = stage.plan(&spec(WIDER, "api"));
    stage.writes();
    let begin = now(&stage);
    let outcome = stage.run(&plan);
    let Outcome::Completed(summary) = outcome else { panic!("an apply never fails for it: {outcome:?}") };
    assert_eq!(summary.left.values().collect::<Vec<_>>(), [&balancer], "only our own load balancer");
    assert!(now(&stage) - begin < 600);
    assert!(!stage.plan(&spec(WIDER, "api")).is_empty(), "the next apply tries again");
}
