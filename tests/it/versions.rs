//! Groups of HTTP/2 and gRPC: from state to state, and specs that AWS would refuse.

use std::time::Duration;

use albctl::model::Verb;
use albctl::plan::Options;
use serde_json::{Value, json};

use crate::support::{Stage, mistakes};

const HEAD: &str = "version: 1
stack: shop
vpc: vpc-0a
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
certificates:
  a: { use: \"arn:aws:acm:us-east-1:000000000000:certificate/1a\" }
";

const SECURE: &str = "port: 443, certificates: [a]";

/// Groups `rpc` and `h2` with these fields, behind a listener with these.
fn spec(rpc: &str, h2: &str, listener: &str) -> String {
    format!(
        "{HEAD}target_groups:\n  rpc: {{ target_type: ip, targets: [10.0.0.1], {rpc} }}\n  \
         h2: {{ target_type: ip, port: 8443, protocol: HTTPS, targets: [10.0.0.2], {h2} }}\n\
         listeners:\n  main:\n    {}\n    default: {{ forward: h2 }}\n    \
         rules: [ {{ name: rpc, when: {{ path: /shop.Orders/* }}, then: {{ forward: rpc }} }} ]\n",
        listener.replace(", ", "\n    ")
    )
}

const GRPC: &str = "port: 50051, protocol_version: GRPC";
const HTTP2: &str = "protocol_version: HTTP2";

/// The parameters of the calls of this name since the last time.
fn params(stage: &Stage, operation: &str) -> Vec<Value> {
    stage.writes().into_iter().filter(|call| call.operation == operation).map(|call| call.params).collect()
}

fn live() -> Stage {
    let stage = Stage::new();
    stage.apply(&spec(GRPC, HTTP2, SECURE));
    stage.sandbox.advance(Duration::from_secs(600));
    stage
}

#[test]
fn both_are_made_with_their_own_checks() {
    let stage = live();
    let made = params(&stage, "CreateTargetGroup");
    let of = |name: &str| made.iter().find(|one| one["Name"] == name).unwrap_or_else(|| panic!("{made:#?}"));
    let (rpc, h2) = (of("shop-rpc"), of("shop-h2"));
    assert_eq!((&rpc["ProtocolVersion"], &rpc["Matcher"]), (&json!("GRPC"), &json!({ "GrpcCode": "12" })));
    assert_eq!(rpc["HealthCheckPath"], "/AWS.ALB/healthcheck");
    assert_eq!((&h2["ProtocolVersion"], &h2["Matcher"]), (&json!("HTTP2"), &json!({ "HttpCode": "200" })));
    assert_eq!(h2["HealthCheckPath"], "/");
}

#[test]
fn a_group_of_http_1_says_nothing_of_it() {
    let stage = Stage::new();
    stage.apply(&spec("port: 80", "protocol_version: HTTP1", SECURE));
    for call in params(&stage, "CreateTargetGroup") {
        assert!(call.get("ProtocolVersion").is_none_or(Value::is_null), "{call}");
    }
}

#[test]
fn a_check_changes_in_place() {
    let stage = live();
    stage.writes();
    let check = "health_check: { path: /grpc.health.v1.Health/Check, success_codes: 0-5 }";
    let after = spec(&format!("{GRPC}, {check}"), &format!("{HTTP2}, health_check: /up"), SECURE);
    stage.apply(&after);
    let calls = params(&stage, "ModifyTargetGroup");
    let matchers: Vec<&Value> = calls.iter().map(|call| &call["Matcher"]).collect();
    assert!(matchers.contains(&&json!({ "GrpcCode": "0-5" })), "{calls:#?}");
    assert!(matchers.contains(&&json!({ "HttpCode": "200" })), "{calls:#?}");
    let back = spec(GRPC, HTTP2, SECURE);
    stage.apply(&back);
    assert_eq!(stage.written(), ["ModifyTargetGroup", "ModifyTargetGroup"], "the defaults again");
}

#[test]
fn another_version_is_another_group() {
    for (before, after) in [(GRPC, "port: 50051"), (GRPC, "port: 50051, protocol_version: HTTP2")] {
        for (before, after) in [(before, after), (after, before)] {
            let stage = Stage::new();
            stage.apply(&spec(before, HTTP2, SECURE));
            stage.sandbox.advance(Duration::from_secs(600));
            let plan = stage.apply(&spec(after, HTTP2, SECURE));
            let change = plan.changes.iter().find(|change| change.id.key() == "rpc").expect("a change");
            assert_eq!(change.verb, Verb::Replace, "{before} to {after}");
            assert!(change.fields.iter().any(|field| field.key == "protocol_version" && field.replaces));
            assert_eq!(stage.population()[1], 2, "the old group is gone");
        }
    }
}

#[test]
fn what_aws_would_refuse_is_refused_first() {
    let plain = "port: 80, protocol: HTTP";
    let told = mistakes(&spec(GRPC, HTTP2, plain));
    for name in ["`rpc` is of GRPC", "`h2` is of HTTP2"] {
        assert!(told.contains(&format!("{name}, which only a listener of HTTPS forwards to")), "{told}");
    }
    for (rpc, code, words) in [
        (
            "port: 1, protocol_version: GRPC, health_check: { success_codes: \"200\" }",
            "bad-value",
            "from 0 to 99",
        ),
        (
            "port: 1, protocol_version: GRPC, health_check: { success_codes: 0-100 }",
            "bad-value",
            "from 0 to 99",
        ),
        (
            "port: 1, protocol_version: GRPC, health_check: { success_codes: \"01\" }",
            "bad-value",
            "from 0 to 99",
        ),
        (
            "port: 1, protocol_version: GRPC, health_check: { success_codes: 5-0 }",
            "bad-value",
            "from 0 to 99",
        ),
        (
            "port: 1, protocol_version: HTTP2, health_check: { success_codes: \"12\" }",
            "bad-value",
            "from 200 to 499",
        ),
        ("port: 1, protocol_version: HTTP3", "unknown-word", "HTTP1"),
        ("port: 1, protocol_version: grpc", "unknown-word", "GRPC"),
        ("function: warm, protocol_version: GRPC", "conflicting-keys", "protocol_version"),
    ] {
        let told = mistakes(
            &spec(rpc, HTTP2, SECURE).replace("target_type: ip, targets: [10.0.0.1], function", "function"),
        );
        assert!(told.contains(code) && told.contains(words), "{rpc}:\n{told}");
    }
    let good = spec(
        "port: 1, protocol_version: GRPC, health_check: { success_codes: \"0,12,90-99\" }",
        HTTP2,
        SECURE,
    );
    assert_eq!(mistakes(&good), "");
}

#[test]
fn the_defaults_of_all_groups_are_not_those_of_a_function() {
    let text = spec(GRPC, HTTP2, SECURE).replace(
        "target_groups:\n",
        "defaults: { target_group: { protocol_version: GRPC } }\ntarget_groups:\n  warm: { function: warm }\n",
    );
    assert_eq!(mistakes(&text), "");
}

#[test]
fn a_listener_changes_its_protocol_before_or_after() {
    let (plain, http1) = ("port: 443, protocol: HTTP", "protocol_version: HTTP1");
    let meant = Options { allow: ["https-to-http".to_owned()].into(), ..Options::default() };
    let states =
        [spec(GRPC, HTTP2, SECURE), spec("port: 50051", http1, SECURE), spec("port: 50051", http1, plain)];
    let stage = live();
    let refused = stage.plan_with(&states[2], &meant).expect_err("too much at once");
    assert!(refused.contains("refused[needs-https]: listener/main would become HTTP"), "{refused}");
    for next in &states[1..] {
        stage.apply_with(next, &meant);
        stage.sandbox.advance(Duration::from_secs(600));
    }
    let refused = stage.refusal(&states[0]);
    assert!(refused.contains("refused[needs-https]: listener/main would become HTTPS"), "{refused}");
    stage.apply(&states[1]);
    stage.apply(&states[0]);
}
