use albctl_sandbox::state::Health;
use serde_json::{Value, json};

use crate::harness::{Aws, aws, forward, listener, text, with};

fn of(group: &str, targets: Value) -> Value {
    json!({ "TargetGroupArn": group, "Targets": targets })
}

/// A group of targets that a listener forwards to.
fn attached(aws: &Aws, name: &str) -> String {
    let (lb, group) = (aws.load_balancer(&format!("lb-{name}")), aws.target_group(name));
    attach(aws, &lb, &group, 80);
    group
}

fn attach(aws: &Aws, lb: &str, group: &str, port: u16) {
    aws.ok("CreateListener", with(listener(lb, port), json!({ "DefaultActions": [forward(group)] })));
}

fn pair(state: &str, reason: &str) -> (String, String) {
    (state.to_owned(), reason.to_owned())
}

#[test]
fn identity_is_id_and_port() {
    let aws = aws();
    let group = aws.target_group("tg");
    aws.ok("RegisterTargets", of(&group, json!([{ "Id": "10.0.0.1" }, { "Id": "10.0.0.1", "Port": 81 }])));
    aws.ok("RegisterTargets", of(&group, json!([{ "Id": "10.0.0.1", "Port": 80 }])));
    let health = aws.ok("DescribeTargetHealth", json!({ "TargetGroupArn": group }));
    let list = health["TargetHealthDescriptions"].as_array().unwrap();
    let ports: Vec<&Value> = list.iter().map(|t| &t["Target"]["Port"]).collect();
    assert_eq!(ports, ["80", "81"]);
    assert_eq!(list[0]["HealthCheckPort"], "80", "traffic-port is the target's");
    aws.ok("DeregisterTargets", of(&group, json!([{ "Id": "10.0.0.1" }])));
    aws.ok("DeregisterTargets", of(&group, json!([{ "Id": "10.0.0.9" }])));
    assert_eq!(aws.health(&group).len(), 1, "an unused group does not drain");
}

#[test]
fn the_life_of_a_target() {
    let aws = aws();
    let group = aws.target_group("tg");
    aws.ok("RegisterTargets", of(&group, json!([{ "Id": "10.0.0.1" }])));
    assert_eq!(aws.health(&group), [pair("unused", "Target.NotInUse")]);
    aws.wait(1000);
    let lb = aws.load_balancer("lb");
    attach(&aws, &lb, &group, 80);
    assert_eq!(aws.health(&group), [pair("initial", "Elb.RegistrationInProgress")]);
    aws.wait(149);
    assert_eq!(aws.health(&group), [pair("initial", "Elb.RegistrationInProgress")]);
    aws.wait(1);
    assert_eq!(aws.health(&group), [pair("healthy", "")]);
    // A later target starts anew; the first is not disturbed.
    aws.ok("RegisterTargets", of(&group, json!([{ "Id": "10.0.0.1" }, { "Id": "10.0.0.2" }])));
    assert_eq!(aws.health(&group), [pair("healthy", ""), pair("initial", "Elb.RegistrationInProgress")]);
    aws.ok("DeregisterTargets", of(&group, json!([{ "Id": "10.0.0.1" }])));
    assert_eq!(aws.health(&group)[0], pair("draining", "Target.DeregistrationInProgress"));
    let again = of(&group, json!([{ "Id": "10.0.0.1" }]));
    aws.refused("InvalidTarget", "RegisterTargets", again.clone());
    aws.wait(300);
    assert_eq!(aws.health(&group), [pair("healthy", "")]);
    aws.ok("RegisterTargets", again);
    assert_eq!(aws.health(&group)[1], pair("initial", "Elb.RegistrationInProgress"));
}

#[test]
fn detaching_makes_unused() {
    let aws = aws();
    let (lb, group) = (aws.load_balancer("lb"), aws.target_group("tg"));
    aws.ok("RegisterTargets", of(&group, json!([{ "Id": "10.0.0.1" }])));
    let l = aws.listener(&lb, 80);
    aws.ok("ModifyListener", json!({ "ListenerArn": l, "DefaultActions": [forward(&group)] }));
    aws.wait(150);
    assert_eq!(aws.health(&group), [pair("healthy", "")]);
    let fixed = crate::harness::fixed();
    aws.ok("ModifyListener", json!({ "ListenerArn": l, "DefaultActions": [fixed] }));
    assert_eq!(aws.health(&group), [pair("unused", "Target.NotInUse")]);
    aws.ok("ModifyListener", json!({ "ListenerArn": l, "DefaultActions": [forward(&group)] }));
    assert_eq!(aws.health(&group), [pair("initial", "Elb.RegistrationInProgress")]);
}

#[test]
fn the_delay_is_the_groups() {
    let aws = aws();
    let group = attached(&aws, "tg");
    let delay = json!([{ "Key": "deregistration_delay.timeout_seconds", "Value": "10" }]);
    aws.ok("ModifyTargetGroupAttributes", json!({ "TargetGroupArn": group, "Attributes": delay }));
    aws.ok("RegisterTargets", of(&group, json!([{ "Id": "10.0.0.1" }])));
    aws.ok("DeregisterTargets", of(&group, json!([{ "Id": "10.0.0.1" }])));
    aws.wait(9);
    assert_eq!(aws.health(&group).len(), 1);
    aws.wait(1);
    assert!(aws.health(&group).is_empty());
}

#[test]
fn given_health() {
    let aws = aws();
    let group = attached(&aws, "tg");
    aws.ok("RegisterTargets", of(&group, json!([{ "Id": "10.0.0.1" }, { "Id": "10.0.0.1", "Port": 81 }])));
    aws.edit(|state| {
        state.target_health.insert("10.0.0.1".into(), Health::Healthy);
        state
            .target_health
            .insert("10.0.0.1:81".into(), Health::Unhealthy { reason: "Target.Timeout".into() });
    });
    assert_eq!(aws.health(&group), [pair("healthy", ""), pair("unhealthy", "Target.Timeout")]);
}

#[test]
fn asking_for_some() {
    let aws = aws();
    let group = attached(&aws, "tg");
    aws.ok("RegisterTargets", of(&group, json!([{ "Id": "10.0.0.1" }, { "Id": "10.0.0.2" }])));
    let some = json!([{ "Id": "10.0.0.2" }, { "Id": "10.0.0.3" }]);
    let asked = with(of(&group, some), json!({ "Include": ["All"] }));
    let answer = aws.ok("DescribeTargetHealth", asked);
    let list = answer["TargetHealthDescriptions"].as_array().unwrap();
    assert_eq!(list.len(), 2);
    assert_eq!(list[0]["Target"]["Id"], "10.0.0.2");
    assert_eq!(list[0]["AnomalyDetection"]["Result"], "normal");
    assert_eq!(list[1]["TargetHealth"]["Reason"], "Target.NotRegistered");
    aws.invalid("DescribeTargetHealth", json!({ "TargetGroupArn": group, "Include": ["Everything"] }));
    let gone = group.replace("/tg/", "/zz/");
    aws.refused("TargetGroupNotFound", "DescribeTargetHealth", json!({ "TargetGroupArn": gone }));
    aws.refused("TargetGroupNotFound", "RegisterTargets", of(&gone, json!([{ "Id": "10.0.0.1" }])));
    aws.refused("TargetGroupNotFound", "DeregisterTargets", of(&gone, json!([{ "Id": "10.0.0.1" }])));
}

#[test]
fn addresses() {
    let aws = aws();
    let group = aws.target_group("tg");
    for bad in ["not-an-ip", "10.0.0", "10.0.0.256", "::1", "i-0aaa"] {
        aws.invalid("RegisterTargets", of(&group, json!([{ "Id": bad }])));
    }
    aws.refused("InvalidTarget", "RegisterTargets", of(&group, json!([{ "Id": "8.8.8.8" }])));
    for zone in ["eu-west-1a", "us-east-1z", "us-east-1", "us-east-1ab", ""] {
        let target = json!([{ "Id": "10.0.0.1", "AvailabilityZone": zone }]);
        aws.invalid("RegisterTargets", of(&group, target));
    }
    aws.invalid("RegisterTargets", of(&group, json!([{ "Id": "10.0.0.1", "Port": 0 }])));
    aws.invalid("RegisterTargets", of(&group, json!([])));
    aws.invalid("DeregisterTargets", of(&group, json!([])));
    let quic = json!([{ "Id": "10.0.0.1", "QuicServerId": "0x0123456789abcdef" }]);
    aws.refused("InvalidConfigurationRequest", "RegisterTargets", of(&group, quic));
    let six = aws.target_group_with("six", json!({ "IpAddressType": "ipv6" }));
    aws.invalid("RegisterTargets", of(&six, json!([{ "Id": "10.0.0.1" }])));
    aws.ok("RegisterTargets", of(&six, json!([{ "Id": "2001:db8::1" }])));
}

#[test]
fn instances() {
    let aws = aws();
    let group = aws.target_group_with("tg", json!({ "TargetType": "instance" }));
    aws.invalid("RegisterTargets", of(&group, json!([{ "Id": "10.0.0.1" }])));
    aws.invalid("RegisterTargets", of(&group, json!([{ "Id": "i-0aaa", "AvailabilityZone": "us-east-1a" }])));
    aws.edit(|state| {
        state.stopped_instances.insert("i-0bbb".into());
        state.missing.insert("i-0ccc".into());
    });
    aws.refused("InvalidTarget", "RegisterTargets", of(&group, json!([{ "Id": "i-0bbb" }])));
    aws.refused("InvalidTarget", "RegisterTargets", of(&group, json!([{ "Id": "i-0ccc" }])));
    aws.ok("RegisterTargets", of(&group, json!([{ "Id": "i-0aaa" }])));
    let lb = aws.load_balancer("lb");
    attach(&aws, &lb, &group, 80);
    aws.edit(|state| assert!(state.stopped_instances.insert("i-0aaa".into())));
    assert_eq!(aws.health(&group), [pair("unused", "Target.InvalidState")]);
    aws.ok("DeregisterTargets", of(&group, json!([{ "Id": "i-0aaa" }])));
    aws.edit(|state| state.stopped_instances.clear());
    aws.ok("RegisterTargets", of(&group, json!([{ "Id": "i-0aaa" }])));
    assert_eq!(aws.health(&group), [pair("initial", "Elb.RegistrationInProgress")], "registered anew");
}

#[test]
fn functions() {
    let aws = aws();
    let made = aws.ok("CreateTargetGroup", json!({ "Name": "fn", "TargetType": "lambda" }));
    let group = text(&made["TargetGroups"][0]["TargetGroupArn"]);
    let function =
        |name: &str| json!([{ "Id": format!("arn:aws:lambda:us-east-1:000000000000:function:{name}") }]);
    for name in ["f", "g"] {
        aws.function(name);
        let permission = json!({
            "StatementId": "elb", "Action": "lambda:InvokeFunction",
            "Principal": "elasticloadbalancing.amazonaws.com", "SourceArn": group,
        });
        assert_eq!(aws.lambda("POST", &format!("{name}/policy"), permission).0, 201);
    }
    for elsewhere in ["eu-west-1:000000000000", "us-east-1:123456789012"] {
        let elsewhere = json!([{ "Id": format!("arn:aws:lambda:{elsewhere}:function:f") }]);
        aws.refused("InvalidTarget", "RegisterTargets", of(&group, elsewhere));
    }
    aws.refused("InvalidTarget", "RegisterTargets", of(&group, json!([{ "Id": "10.0.0.1" }])));
    aws.refused("InvalidTarget", "RegisterTargets", of(&group, function("gone")));
    aws.ok("RegisterTargets", of(&group, function("f")));
    aws.refused("TooManyTargets", "RegisterTargets", of(&group, function("g")));
    let lb = aws.load_balancer("lb");
    attach(&aws, &lb, &group, 80);
    assert_eq!(aws.health(&group), [pair("unavailable", "Target.HealthCheckDisabled")]);
    aws.ok("ModifyTargetGroup", json!({ "TargetGroupArn": group, "HealthCheckEnabled": true }));
    assert_eq!(aws.health(&group), [pair("initial", "Elb.RegistrationInProgress")]);
    aws.ok("DeregisterTargets", of(&group, function("f")));
    assert!(aws.health(&group).is_empty(), "functions do not drain");
}

#[test]
fn zones() {
    let aws = aws();
    let group = attached(&aws, "tg");
    let zonal = json!([{ "Key": "load_balancing.cross_zone.enabled", "Value": "false" }]);
    aws.ok("ModifyTargetGroupAttributes", json!({ "TargetGroupArn": group, "Attributes": zonal }));
    let targets = json!([
        { "Id": "10.0.0.1", "AvailabilityZone": "us-east-1a" },
        { "Id": "10.0.0.2", "AvailabilityZone": "us-east-1f" },
    ]);
    aws.ok("RegisterTargets", of(&group, targets));
    assert_eq!(
        aws.health(&group),
        [pair("initial", "Elb.RegistrationInProgress"), pair("unused", "Target.NotInUse")]
    );
}

#[test]
fn quotas() {
    let aws = aws();
    let (lb, a, b) = (aws.load_balancer("lb"), aws.target_group("a"), aws.target_group("b"));
    let limit = |name: &str, max| aws.quota(name, max);
    let two = json!([{ "Id": "10.0.0.1" }, { "Id": "10.0.0.2" }]);
    limit("targets-per-target-group", 1);
    aws.refused("TooManyTargets", "RegisterTargets", of(&a, two.clone()));
    limit("targets-per-target-group", 2);
    aws.ok("RegisterTargets", of(&a, two.clone()));
    aws.ok("RegisterTargets", of(&b, two.clone()));
    attach(&aws, &lb, &a, 80);
    let attach_b = with(listener(&lb, 81), json!({ "DefaultActions": [forward(&b)] }));
    limit("targets-per-application-load-balancer", 3);
    aws.refused("TooManyTargets", "CreateListener", attach_b.clone());
    limit("targets-per-application-load-balancer", 4);
    limit("target-id-registrations-per-application-load-balancer", 1);
    aws.refused("TooManyRegistrationsForTargetId", "CreateListener", attach_b.clone());
    limit("target-id-registrations-per-application-load-balancer", 2);
    aws.ok("CreateListener", attach_b);
    limit("targets-per-target-group", 10);
    aws.refused("TooManyTargets", "RegisterTargets", of(&a, json!([{ "Id": "10.0.0.3" }])));
}

#[test]
fn what_a_test_says_of_a_target_is_said() {
    let aws = aws();
    let group = attached(&aws, "tg");
    aws.ok("RegisterTargets", of(&group, json!([{ "Id": "10.0.0.1" }])));
    let said = |state: &str| Health::Said {
        state: state.to_owned(),
        reason: Some("Target.ResponseCodeMismatch".to_owned()),
        description: Some("Health checks failed with these codes: [404]".to_owned()),
    };
    aws.sandbox.edit(|state| state.target_health.insert("10.0.0.1".into(), said("unhealthy")));
    let answer = aws.ok("DescribeTargetHealth", json!({ "TargetGroupArn": group }));
    let health = &answer["TargetHealthDescriptions"][0]["TargetHealth"];
    assert_eq!(health["Description"], "Health checks failed with these codes: [404]");
    assert_eq!(aws.health(&group), [pair("unhealthy", "Target.ResponseCodeMismatch")]);
}
