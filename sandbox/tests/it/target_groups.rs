use serde_json::{Value, json};

use crate::harness::{aws, forward, listener, target_group, text, with};

fn create(changes: Value) -> Value {
    with(target_group("tg"), changes)
}

#[test]
fn a_new_group() {
    let aws = aws();
    let made = aws.ok("CreateTargetGroup", create(json!({ "TargetType": null })))["TargetGroups"][0].clone();
    let arn = text(&made["TargetGroupArn"]);
    assert!(arn.starts_with("arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/tg/"));
    let want = [
        ("TargetGroupName", "tg"),
        ("Protocol", "HTTP"),
        ("ProtocolVersion", "HTTP1"),
        ("Port", "80"),
        ("VpcId", "vpc-0aaa"),
        ("TargetType", "instance"),
        ("IpAddressType", "ipv4"),
        ("HealthCheckEnabled", "true"),
        ("HealthCheckProtocol", "HTTP"),
        ("HealthCheckPort", "traffic-port"),
        ("HealthCheckPath", "/"),
        ("HealthCheckIntervalSeconds", "30"),
        ("HealthCheckTimeoutSeconds", "5"),
        ("HealthyThresholdCount", "5"),
        ("UnhealthyThresholdCount", "2"),
    ];
    for (name, value) in want {
        assert_eq!(made[name], value, "{name}");
    }
    assert_eq!(made["Matcher"], json!({ "HttpCode": "200" }));
    assert_eq!(aws.describe_group(&arn), made);
}

#[test]
fn a_new_lambda_group() {
    let aws = aws();
    let made = aws.ok("CreateTargetGroup", json!({ "Name": "fn", "TargetType": "lambda" }))["TargetGroups"]
        [0]
    .clone();
    for absent in ["Protocol", "ProtocolVersion", "Port", "VpcId", "HealthCheckProtocol", "HealthCheckPort"] {
        assert_eq!(made[absent], Value::Null, "{absent}");
    }
    assert_eq!(made["HealthCheckEnabled"], "false");
    assert_eq!(made["HealthCheckIntervalSeconds"], "35");
    assert_eq!(made["HealthCheckTimeoutSeconds"], "30");
    assert_eq!(made["UnhealthyThresholdCount"], "5");
    let lambda = |changes| with(json!({ "Name": "fn2", "TargetType": "lambda" }), changes);
    for change in [
        json!({ "Protocol": "HTTP" }),
        json!({ "Port": 80 }),
        json!({ "VpcId": "vpc-0aaa" }),
        json!({ "ProtocolVersion": "HTTP2" }),
        json!({ "IpAddressType": "ipv6" }),
        json!({ "HealthCheckProtocol": "HTTP" }),
        json!({ "HealthCheckPort": "traffic-port" }),
    ] {
        assert!(aws.invalid("CreateTargetGroup", lambda(change)).contains("lambda"));
    }
    let arn = text(&made["TargetGroupArn"]);
    aws.ok("ModifyTargetGroup", json!({ "TargetGroupArn": arn, "HealthCheckEnabled": true }));
}

#[test]
fn a_new_grpc_group() {
    let aws = aws();
    let grpc = |changes| with(create(json!({ "ProtocolVersion": "GRPC" })), changes);
    let made = aws.ok("CreateTargetGroup", grpc(json!({})))["TargetGroups"][0].clone();
    assert_eq!(made["HealthCheckPath"], "/AWS.ALB/healthcheck");
    assert_eq!(made["Matcher"], json!({ "GrpcCode": "12" }));
    aws.invalid("CreateTargetGroup", grpc(json!({ "Name": "x", "Matcher": { "HttpCode": "200" } })));
    aws.invalid("CreateTargetGroup", grpc(json!({ "Name": "x", "Matcher": { "GrpcCode": "100" } })));
    aws.ok("CreateTargetGroup", grpc(json!({ "Name": "x", "Matcher": { "GrpcCode": "0-99" } })));
    aws.invalid("CreateTargetGroup", create(json!({ "Name": "y", "Matcher": { "GrpcCode": "0" } })));
}

#[test]
fn required_and_possible() {
    let aws = aws();
    for change in [
        json!({ "Protocol": null }),
        json!({ "Port": null }),
        json!({ "VpcId": null }),
        json!({ "Port": 0 }),
        json!({ "Port": 65_536 }),
        json!({ "Port": "http" }),
        json!({ "VpcId": "default" }),
        json!({ "TargetControlPort": 0 }),
        json!({ "Protocol": "SMTP" }),
        json!({ "Matcher": {"HttpCode": "500"} }),
    ] {
        aws.invalid("CreateTargetGroup", create(change));
    }
    aws.edit(|state| assert!(state.missing.insert("vpc-0aaa".into())));
    aws.invalid("CreateTargetGroup", create(json!({})));
    aws.edit(|state| state.missing.clear());
    for change in [json!({ "Protocol": "TCP" }), json!({ "TargetType": "alb" })] {
        aws.refused("InvalidConfigurationRequest", "CreateTargetGroup", create(change));
    }
}

#[test]
fn names() {
    let aws = aws();
    for name in ["", "under_score", "-a", "a-", "a--b", &"x".repeat(33)] {
        aws.invalid("CreateTargetGroup", create(json!({ "Name": name })));
    }
    aws.ok("CreateTargetGroup", create(json!({ "Name": "x".repeat(32) })));
}

#[test]
fn health_checks() {
    let aws = aws();
    let bad = [
        json!({ "HealthCheckEnabled": false }),
        json!({ "HealthCheckProtocol": "TCP" }),
        json!({ "HealthCheckPort": "0" }),
        json!({ "HealthCheckPort": "http" }),
        json!({ "HealthCheckPath": "health" }),
        json!({ "HealthCheckPath": "" }),
        json!({ "HealthCheckPath": format!("/{}", "x".repeat(1024)) }),
        json!({ "HealthCheckIntervalSeconds": 4 }),
        json!({ "HealthCheckIntervalSeconds": 301 }),
        json!({ "HealthCheckTimeoutSeconds": 1 }),
        json!({ "HealthCheckTimeoutSeconds": 121, "HealthCheckIntervalSeconds": 300 }),
        json!({ "HealthyThresholdCount": 1 }),
        json!({ "HealthyThresholdCount": 11 }),
        json!({ "UnhealthyThresholdCount": 1 }),
        json!({ "UnhealthyThresholdCount": 11 }),
        json!({ "Matcher": { "HttpCode": "199" } }),
        json!({ "Matcher": {"HttpCode": "200", "GrpcCode": "0"} }),
    ];
    let group = aws.target_group("existing");
    for change in bad {
        aws.invalid("CreateTargetGroup", create(change.clone()));
        aws.invalid("ModifyTargetGroup", with(change, json!({ "TargetGroupArn": group })));
    }
    let slow = json!({ "HealthCheckTimeoutSeconds": 30 });
    let message = aws.invalid("CreateTargetGroup", create(slow));
    assert_eq!(message, "Health check timeout '30' must be smaller than the interval '30'");
}

#[test]
fn modifying_keeps_the_rest() {
    let aws = aws();
    let group = aws.target_group("tg");
    let before = aws.describe_group(&group);
    let change = json!({ "HealthCheckPath": "/health", "Matcher": { "HttpCode": "200-299" }, "HealthCheckPort": "9090" });
    let answer = aws.ok("ModifyTargetGroup", with(change.clone(), json!({ "TargetGroupArn": group })));
    assert_eq!(answer["TargetGroups"][0], with(before, change));
    assert_eq!(aws.describe_group(&group), answer["TargetGroups"][0]);
    let gone = json!({ "TargetGroupArn": group.replace("/tg/", "/zz/") });
    aws.refused("TargetGroupNotFound", "ModifyTargetGroup", gone);
    aws.invalid("ModifyTargetGroup", json!({ "TargetGroupArn": group, "Port": 81 }));
}

#[test]
fn creating_is_idempotent() {
    let aws = aws();
    let first = aws.ok("CreateTargetGroup", create(json!({})));
    assert_eq!(aws.ok("CreateTargetGroup", create(json!({}))), first);
    for change in [
        json!({ "Port": 81 }),
        json!({ "VpcId": "vpc-0bbb" }),
        json!({ "HealthCheckPath": "/x" }),
        json!({ "ProtocolVersion": "HTTP2" }),
        json!({ "TargetType": "instance" }),
        json!({ "Protocol": "HTTPS" }),
    ] {
        aws.refused("DuplicateTargetGroupName", "CreateTargetGroup", create(change));
    }
    aws.quota("target-groups", 1);
    aws.ok("CreateTargetGroup", create(json!({})));
    aws.refused("TooManyTargetGroups", "CreateTargetGroup", create(json!({ "Name": "other" })));
}

#[test]
fn describing() {
    let aws = aws();
    let (lb, a, b) = (aws.load_balancer("lb"), aws.target_group("a"), aws.target_group("b"));
    aws.ok("CreateListener", with(listener(&lb, 80), json!({ "DefaultActions": [forward(&a)] })));
    let of_lb = aws.ok("DescribeTargetGroups", json!({ "LoadBalancerArn": lb }));
    assert_eq!(of_lb["TargetGroups"].as_array().unwrap().len(), 1);
    assert_eq!(of_lb["TargetGroups"][0]["LoadBalancerArns"], json!([lb]));
    let named = aws.ok("DescribeTargetGroups", json!({ "Names": ["b", "a"] }));
    assert_eq!(named["TargetGroups"][0]["TargetGroupArn"], b);
    assert_eq!(aws.ok("DescribeTargetGroups", json!({}))["TargetGroups"].as_array().unwrap().len(), 2);
    aws.refused("TargetGroupNotFound", "DescribeTargetGroups", json!({ "Names": ["nope"] }));
    let gone = a.replace("/a/", "/zz/");
    aws.refused("TargetGroupNotFound", "DescribeTargetGroups", json!({ "TargetGroupArns": [gone] }));
    aws.refused(
        "LoadBalancerNotFound",
        "DescribeTargetGroups",
        json!({ "LoadBalancerArn": lb.replace("/lb/", "/z/") }),
    );
    aws.invalid("DescribeTargetGroups", json!({ "LoadBalancerArn": lb, "Names": ["a"] }));
    aws.invalid("DescribeTargetGroups", json!({ "TargetGroupArns": [a], "Names": ["a"] }));
    let page = aws.ok("DescribeTargetGroups", json!({ "PageSize": 1 }));
    assert_eq!(page["TargetGroups"].as_array().unwrap().len(), 1);
    assert!(page["NextMarker"].is_string());
}

#[test]
fn deleting() {
    let aws = aws();
    let (lb, group) = (aws.load_balancer("lb"), aws.target_group("tg"));
    let delete = json!({ "TargetGroupArn": group });
    let l = aws.listener(&lb, 80);
    aws.ok("ModifyListener", json!({ "ListenerArn": l, "DefaultActions": [forward(&group)] }));
    let message = aws.refused("ResourceInUse", "DeleteTargetGroup", delete.clone());
    assert!(message.ends_with("is currently in use by a listener or a rule"));
    aws.ok("DeleteListener", json!({ "ListenerArn": l }));
    aws.ok("DeleteTargetGroup", delete.clone());
    aws.ok("DeleteTargetGroup", delete);
    aws.invalid("DeleteTargetGroup", json!({ "TargetGroupArn": lb }));
}
