use std::time::Duration;

use albctl_sandbox::{Fault, FaultKind, Match, Outcome};
use serde_json::{Value, json};

use crate::harness::{Aws, answer, aws, load_balancer, xml};

fn inject(aws: &Aws, matches: Match, nth: usize, count: usize, kind: FaultKind) {
    aws.sandbox.inject(Fault { matches, nth, count, kind });
}

fn describe(aws: &Aws) -> u16 {
    aws.call("DescribeLoadBalancers", json!({})).status
}

fn exists(aws: &Aws) -> bool {
    aws.ok("DescribeLoadBalancers", json!({}))["LoadBalancers"] != ""
}

#[test]
fn the_nth_call_and_some_more() {
    let aws = aws();
    let kind = FaultKind::Fail { code: "HealthUnavailable".into(), status: 500, message: "no".into() };
    inject(&aws, Match::Any, 2, 2, kind);
    assert_eq!((0..5).map(|_| describe(&aws)).collect::<Vec<_>>(), [200, 500, 500, 200, 200]);
    let errors: Vec<_> = aws.sandbox.calls().into_iter().map(|c| c.error).collect();
    assert_eq!(errors[1].as_deref(), Some("HealthUnavailable"));
    assert_eq!(aws.sandbox.faults_hit(), 2);
    aws.sandbox.clear_faults();
    assert_eq!(aws.sandbox.faults_hit(), 0);
}

#[test]
fn for_ever_until_cleared() {
    let aws = aws();
    inject(&aws, Match::Operation("DescribeLoadBalancers".into()), 1, 0, FaultKind::Throttle);
    assert_eq!((describe(&aws), describe(&aws)), (400, 400));
    aws.target_group("tg");
    aws.sandbox.clear_faults();
    assert_eq!(describe(&aws), 200);
}

#[test]
fn reading_and_writing() {
    let aws = aws();
    inject(&aws, Match::Mutating, 1, 1, FaultKind::Throttle);
    inject(&aws, Match::Reading, 2, 1, FaultKind::Throttle);
    assert_eq!(describe(&aws), 200);
    assert_eq!(aws.call("CreateLoadBalancer", load_balancer("lb")).status, 400);
    assert!(aws.call("CreateLoadBalancer", load_balancer("lb")).status == 200);
    assert_eq!((describe(&aws), describe(&aws)), (400, 200));
}

#[test]
fn throttled_per_protocol() {
    let aws = aws();
    inject(&aws, Match::Any, 1, 0, FaultKind::Throttle);
    let body = xml(&aws.call("DescribeLoadBalancers", json!({})).body);
    assert_eq!(
        (&body["Error"]["Code"], &body["Error"]["Message"]),
        (&json!("Throttling"), &json!("Rate exceeded"))
    );
    let (status, body) = aws.tagging("GetResources", json!({}));
    assert_eq!(
        (status, &body["__type"], &body["message"]),
        (400, &json!("ThrottledException"), &json!("Rate exceeded"))
    );
}

#[test]
fn dropped_before_and_after() {
    let aws = aws();
    inject(&aws, Match::Mutating, 1, 1, FaultKind::DropBefore);
    inject(&aws, Match::Mutating, 2, 1, FaultKind::DropAfter);
    let create = aws.request("CreateLoadBalancer", load_balancer("lb"));
    assert_eq!(aws.send(&create), Outcome::Dropped);
    assert!(!exists(&aws), "it had no effect");
    assert_eq!(aws.send(&create), Outcome::Dropped);
    assert!(exists(&aws), "it took effect");
    let errors: Vec<_> = aws.sandbox.calls().into_iter().filter(|c| c.mutating).map(|c| c.error).collect();
    assert_eq!(errors, [Some("Dropped".to_owned()), None]);
}

#[test]
fn a_500_though_it_took_effect() {
    let aws = aws();
    inject(&aws, Match::Any, 1, 1, FaultKind::FailAfter);
    let response = aws.call("CreateLoadBalancer", load_balancer("lb"));
    let body: Value = xml(&response.body);
    assert_eq!((response.status, &body["Error"]["Code"]), (500, &json!("InternalFailure")));
    assert!(exists(&aws));
    inject(&aws, Match::Any, 1, 1, FaultKind::FailAfter);
    assert_eq!(aws.tagging("GetResources", json!({})).0, 500);
}

#[test]
fn delays() {
    let aws = aws();
    let second = Duration::from_secs(1);
    inject(&aws, Match::Any, 1, 1, FaultKind::Delay(second));
    inject(&aws, Match::Any, 1, 1, FaultKind::Delay(second));
    inject(&aws, Match::Any, 1, 1, FaultKind::Throttle);
    let before = aws.sandbox.now();
    let answered = aws.sandbox.handle(&aws.request("DescribeLoadBalancers", json!({})));
    assert_eq!(answered.delay, second * 2);
    assert_eq!(answer(answered.outcome).status, 400, "delays come on top");
    assert!(aws.sandbox.now() < before + second, "whoever waits moves the clock");
    let next = aws.sandbox.handle(&aws.request("DescribeLoadBalancers", json!({})));
    assert_eq!(next.delay, Duration::ZERO);
}

#[test]
fn faults_are_not_persisted() {
    let aws = aws();
    inject(&aws, Match::Any, 1, 0, FaultKind::Throttle);
    let snapshot = aws.sandbox.snapshot();
    let other = crate::harness::aws();
    other.sandbox.restore(snapshot).unwrap();
    assert_eq!(describe(&other), 200);
}
