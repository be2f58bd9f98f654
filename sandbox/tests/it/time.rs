//! The clock, eventual consistency and throttling.

use std::time::{Duration, SystemTime};

use albctl_sandbox::Rates;
use serde_json::{Value, json};

use crate::harness::{aws, listener, load_balancer, rule, text, xml};

#[test]
fn the_clock_starts_in_2026_and_calls_take_20_ms() {
    let aws = aws();
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    assert_eq!(aws.sandbox.now(), start);
    aws.ok("DescribeLoadBalancers", json!({}));
    aws.ok("DescribeLoadBalancers", json!({}));
    assert_eq!(aws.sandbox.now(), start + Duration::from_millis(40));
    aws.wait(60);
    assert_eq!(aws.sandbox.now(), start + Duration::from_millis(60_040));
}

#[test]
fn following_the_wall_clock() {
    let aws = aws();
    aws.wait(5);
    let before = aws.sandbox.now();
    aws.sandbox.follow_wall_clock(0.0);
    aws.ok("DescribeLoadBalancers", json!({}));
    assert_eq!(aws.sandbox.now(), before, "calls no longer move it");
    aws.wait(5);
    assert_eq!(aws.sandbox.now(), before + Duration::from_secs(5));
    aws.sandbox.follow_wall_clock(1e9);
    assert!(aws.sandbox.now() > before + Duration::from_secs(5));
}

#[test]
fn provisioning_is_settable() {
    let aws = aws();
    aws.edit(|state| state.provisioning = Duration::ZERO);
    let made = aws.ok("CreateLoadBalancer", load_balancer("lb"));
    assert_eq!(made["LoadBalancers"][0]["State"]["Code"], "active");
}

#[test]
fn fresh_resources_are_invisible_for_a_while() {
    let aws = aws();
    aws.edit(|state| state.invisible_after_create = Duration::from_secs(10));
    let tags = json!([{ "Key": "own", "Value": "s" }]);
    let lb = text(
        &aws.ok("CreateLoadBalancer", crate::harness::with(load_balancer("lb"), json!({ "Tags": tags })))["LoadBalancers"]
            [0]["LoadBalancerArn"],
    );
    let group = aws.target_group("tg");
    // Writing to a fresh resource works.
    let l = text(&aws.ok("CreateListener", listener(&lb, 80))["Listeners"][0]["ListenerArn"]);
    let r = text(&aws.ok("CreateRule", rule(&l, 1))["Rules"][0]["RuleArn"]);
    let reads = [
        ("LoadBalancerNotFound", "DescribeLoadBalancers", json!({ "LoadBalancerArns": [lb] })),
        ("LoadBalancerNotFound", "DescribeLoadBalancers", json!({ "Names": ["lb"] })),
        ("LoadBalancerNotFound", "DescribeLoadBalancerAttributes", json!({ "LoadBalancerArn": lb })),
        ("LoadBalancerNotFound", "DescribeListeners", json!({ "LoadBalancerArn": lb })),
        ("ListenerNotFound", "DescribeListeners", json!({ "ListenerArns": [l] })),
        ("ListenerNotFound", "DescribeRules", json!({ "ListenerArn": l })),
        ("ListenerNotFound", "DescribeListenerAttributes", json!({ "ListenerArn": l })),
        ("ListenerNotFound", "DescribeListenerCertificates", json!({ "ListenerArn": l })),
        ("RuleNotFound", "DescribeRules", json!({ "RuleArns": [r] })),
        ("TargetGroupNotFound", "DescribeTargetGroups", json!({ "Names": ["tg"] })),
        ("TargetGroupNotFound", "DescribeTargetGroupAttributes", json!({ "TargetGroupArn": group })),
        ("TargetGroupNotFound", "DescribeTargetHealth", json!({ "TargetGroupArn": group })),
        ("RuleNotFound", "DescribeTags", json!({ "ResourceArns": [r] })),
    ];
    for (code, operation, params) in &reads {
        aws.refused(code, operation, params.clone());
    }
    assert_eq!(aws.ok("DescribeTargetGroups", json!({}))["TargetGroups"], "");
    assert!(aws.tagged(json!({})).is_empty());
    // Creating again finds it.
    assert_eq!(text(&aws.ok("CreateListener", listener(&lb, 80))["Listeners"][0]["ListenerArn"]), l);
    aws.wait(10);
    for (_, operation, params) in &reads {
        aws.ok(operation, params.clone());
    }
    assert_eq!(aws.tagged(json!({})), [lb]);
    aws.rule(&l, 2);
    let seen = aws.ok("DescribeRules", json!({ "ListenerArn": l }));
    assert_eq!(seen["Rules"].as_array().unwrap().len(), 2, "the fresh one is not among them");
}

#[test]
fn the_tagging_api_lags() {
    let aws = aws();
    aws.edit(|state| {
        state.tagging_lag = Duration::from_secs(10);
        state.tagging_keeps_deleted = Duration::from_secs(20);
    });
    let tags = json!([{ "Key": "own", "Value": "s" }]);
    let group = aws.target_group_with("tg", json!({ "Tags": tags }));
    let find = |value: &str| aws.tagged(json!({ "TagFilters": [{ "Key": "own", "Values": [value] }] }));
    assert!(find("s").is_empty());
    aws.wait(10);
    assert_eq!(find("s"), [group.as_str()]);
    let tags = json!([{ "Key": "own", "Value": "t" }]);
    aws.ok("AddTags", json!({ "ResourceArns": [group], "Tags": tags }));
    assert_eq!((find("s").len(), find("t").len()), (1, 0), "the old value");
    aws.wait(10);
    assert_eq!((find("s").len(), find("t").len()), (0, 1));
    aws.ok("DeleteTargetGroup", json!({ "TargetGroupArn": group }));
    assert_eq!(find("t"), [group], "deleted, but still returned");
    aws.wait(20);
    assert!(find("t").is_empty());
}

#[test]
fn throttling() {
    let aws = aws();
    aws.edit(|state| state.rates = Some(Rates::aws()));
    let call = || aws.call("DescribeLoadBalancers", json!({}));
    let answers: Vec<_> = (0..60).map(|_| call()).collect();
    let throttled: Vec<_> = answers.iter().filter(|r| r.status != 200).collect();
    // 60 calls take 1.2 s, in which 12 tokens come back.
    assert!((7..=9).contains(&throttled.len()), "{}", throttled.len());
    let body = xml(&throttled[0].body);
    assert_eq!(body["Error"], json!({ "Type": "Sender", "Code": "Throttling", "Message": "Rate exceeded" }));
    aws.wait(4);
    assert_eq!(call().status, 200);
    let (status, body) = aws.tagging("GetResources", json!({}));
    assert_eq!(
        (status, &body["ResourceTagMappingList"]),
        (200, &json!([])),
        "other services are not limited"
    );
    let error: Option<Value> = aws.sandbox.calls().iter().find_map(|c| c.error.as_ref().map(|e| json!(e)));
    assert_eq!(error, Some(json!("Throttling")));
}

#[test]
fn resource_intensive_calls_have_their_own_bucket() {
    let aws = aws();
    aws.edit(|state| state.rates = Some(Rates::aws()));
    (0..10).for_each(|i| drop(aws.load_balancer(&format!("lb{i}"))));
    assert_eq!(aws.call("CreateLoadBalancer", load_balancer("more")).status, 400);
    aws.target_group("tg");
}
