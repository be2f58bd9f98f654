//! Groups of gRPC and HTTP/2 that somebody made by hand are seen and mended as all others; what albctl cannot read is
//! said to be that.

use std::time::Duration;

use albctl::kinds::rule::Condition;
use aws_sdk_elasticloadbalancingv2::types as api;

use super::scene::{Scene, forward, register};

/// A group of this version behind a rule of the listener of HTTPS; its ARN.
fn group(scene: &Scene, name: &str, version: &str, path: &str) -> String {
    let request = scene.stage.clients.elb.create_target_group().name(name).protocol(api::ProtocolEnum::Http);
    let request = request.protocol_version(version).port(50051).vpc_id("vpc-0a");
    let made = scene.stage.runtime.block_on(request.target_type(api::TargetTypeEnum::Ip).send());
    let arn = made.expect("a group").target_groups()[0].target_group_arn().expect("an ARN").to_owned();
    scene.rule(5, vec![Condition::Path([path.to_owned()].into())], forward(&[(&arn, 1)], None));
    scene.stage.sandbox.clear_calls();
    arn
}

/// One of gRPC with these targets.
fn grpc(targets: &[&str]) -> (Scene, String) {
    let scene = Scene::new();
    register(&scene.stage, &scene.groups["web-empty"], &["10.0.0.5"], 8080);
    let arn = group(&scene, "web-grpc", "GRPC", "/shop.Orders/*");
    if !targets.is_empty() {
        register(&scene.stage, &arn, targets, 50051);
    }
    scene.stage.sandbox.advance(Duration::from_secs(600));
    scene.stage.sandbox.clear_calls();
    (scene, arn)
}

/// What the last call of this name was given.
fn sent(scene: &Scene, operation: &str) -> serde_json::Value {
    let calls = scene.stage.sandbox.calls();
    let last = calls.iter().rev().find(|call| call.operation == operation && call.error.is_none());
    last.unwrap_or_else(|| panic!("no {operation} in {calls:#?}")).params.clone()
}

#[test]
fn an_empty_one_is_not_healthy() {
    let (scene, _) = grpc(&[]);
    for word in ["web", "web-grpc", "web/443"] {
        let ran = scene.albctl(&format!("health {word} --wait --timeout 5s"));
        assert_eq!(ran.code, 1, "{ran:#?}");
        assert!(ran.out.contains("web-grpc"), "{ran:#?}");
    }
    let status = scene.albctl("status web");
    assert!(status.out.contains("protocol_version GRPC"), "{status:#?}");
    assert!(status.out.contains("no targets"), "{status:#?}");
}

#[test]
fn what_doctor_proposes_mends_it() {
    let (scene, arn) = grpc(&[]);
    let found = scene.first("web", "no-targets", &["web-grpc"]);
    let mend = found.text("mend").replace("albctl --sandbox ", "").replace("ADDRESS", "10.0.0.8");
    let ran = scene.albctl(&format!("{mend} --yes"));
    assert_eq!(ran.code, 0, "{mend}: {ran:#?}");
    assert_eq!(sent(&scene, "RegisterTargets")["TargetGroupArn"], arn);
    scene.stage.sandbox.advance(Duration::from_secs(600));
    assert_eq!(scene.albctl("health web --wait --timeout 5s").code, 0);
    scene.says(
        "10.0.0.8",
        "unhealthy",
        "Target.ResponseCodeMismatch",
        "Health checks failed with these codes: [0]",
    );
    let found = scene.first("web", "check-answer", &["gRPC /AWS.ALB/healthcheck on"]);
    found.mends("albctl --sandbox health set web-grpc --codes 12,0");
    let ran = scene.albctl("health set web-grpc --codes 12,0 --yes");
    assert_eq!(ran.code, 0, "{ran:#?}");
    assert_eq!(sent(&scene, "ModifyTargetGroup")["Matcher"], serde_json::json!({ "GrpcCode": "12,0" }));
}

#[test]
fn each_fix_works() {
    let (scene, _) = grpc(&["10.0.0.8", "10.0.0.9"]);
    for (line, write) in [
        ("stickiness enable web-grpc --yes", "ModifyTargetGroupAttributes"),
        ("stickiness disable web-grpc --yes", "ModifyTargetGroupAttributes"),
        ("targets add web-grpc 10.0.0.7 --yes", "RegisterTargets"),
        ("targets remove web-grpc 10.0.0.7 --yes", "DeregisterTargets"),
        ("targets drain web-grpc 10.0.0.9 --yes", "DeregisterTargets"),
        ("health set web-grpc --codes 0-5 --yes", "ModifyTargetGroup"),
        ("health set web-grpc --path /grpc.health.v1.Health/Check --interval 10s --yes", "ModifyTargetGroup"),
        ("attr set web-grpc deregistration_delay=30s --yes", "ModifyTargetGroupAttributes"),
        ("weights set web/443/5 web-grpc=90 web-users=10 --yes", "ModifyRule"),
        ("weights set web/443/20 web-users=90 web-grpc=10 --yes", "ModifyRule"),
    ] {
        scene.stage.sandbox.clear_calls();
        let ran = scene.albctl(line);
        assert_eq!(ran.code, 0, "{line}: {ran:#?}");
        assert_eq!(scene.writes(), [write], "{line}");
    }
    let shown = scene.albctl("targets list web-grpc");
    assert!(
        shown.out.contains("gRPC /grpc.health.v1.Health/Check on 50051 every 10s, expects 0-5"),
        "{shown:#?}"
    );
    for line in ["stickiness show web-grpc", "attr get web-grpc", "health web-grpc", "targets list web-grpc"]
    {
        assert_eq!(scene.albctl(line).code, 0, "{line}");
    }
}

#[test]
fn codes_are_those_of_the_version() {
    let (scene, _) = grpc(&["10.0.0.8"]);
    for line in ["health set web-grpc --codes 200 --yes", "health set web-grpc --codes 0-100 --yes"] {
        let ran = scene.albctl(line);
        assert_eq!(ran.code, 2, "{line}: {ran:#?}");
        assert!(ran.err.contains("from 0 to 99"), "{ran:#?}");
    }
    let scene = Scene::new();
    group(&scene, "web-h2", "HTTP2", "/h2");
    assert_eq!(scene.albctl("health set web-h2 --codes 12 --yes").code, 2);
    assert_eq!(scene.albctl("health set web-h2 --codes 200-299 --yes").code, 0);
    assert_eq!(sent(&scene, "ModifyTargetGroup")["Matcher"], serde_json::json!({ "HttpCode": "200-299" }));
}

#[test]
fn a_listener_of_http_gets_none() {
    let (scene, _) = grpc(&["10.0.0.8"]);
    let ran = scene.albctl("weights set web/80/default web-users=90 web-grpc=10 --yes");
    assert_eq!(ran.code, 6, "{ran:#?}");
    assert!(
        ran.err.contains("`web-grpc` is of GRPC, which only a listener of HTTPS forwards to"),
        "{ran:#?}"
    );
    assert_eq!(scene.writes(), Vec::<String>::new());
}

#[test]
fn a_group_of_a_network_load_balancer_is_said_to_be_one() {
    let scene = Scene::new();
    scene.plant(|state| {
        for region in state.regions.values_mut() {
            let group = region.target_groups.values_mut().find(|group| group.name == "web-empty");
            group.expect("the group").protocol = Some(albctl_sandbox::state::elbv2::Protocol::Tcp);
        }
    });
    for line in [
        "stickiness enable web-empty --yes",
        "stickiness show web-empty",
        "targets list web-empty",
        "targets add web-empty 10.0.0.9 --yes",
        "health web-empty",
        "health web-empty --wait --timeout 5s",
        "health web --wait --timeout 5s",
        "health set web-empty --path /up --yes",
        "attr get web-empty",
        "attr set web-empty slow_start=30s --yes",
    ] {
        let ran = scene.albctl(line);
        assert_eq!(ran.code, 1, "{line}: {ran:#?}");
        let told = "`web-empty` is not a target group of an application load balancer";
        assert!(ran.err.contains(told) && ran.err.contains("it is ip TCP:8080"), "{line}: {ran:#?}");
        assert_eq!(scene.writes(), Vec::<String>::new(), "{line}");
    }
}
