//! Functions, their policies, and functions as targets.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Aws, aws, text};

const ELB: &str = "elasticloadbalancing.amazonaws.com";

fn permission(id: &str, source: Option<&str>) -> Value {
    let mut body = json!({ "StatementId": id, "Action": "lambda:InvokeFunction", "Principal": ELB });
    if let Some(source) = source {
        body["SourceArn"] = json!(source);
    }
    body
}

fn group(aws: &Aws, name: &str) -> String {
    let made = aws.ok("CreateTargetGroup", json!({ "Name": name, "TargetType": "lambda" }));
    text(&made["TargetGroups"][0]["TargetGroupArn"])
}

fn of(group: &str, function: &str) -> Value {
    json!({ "TargetGroupArn": group, "Targets": [{ "Id": function }] })
}

/// AccessDenied is the one refusal of ELBv2 that is no 400.
#[track_caller]
fn denied(aws: &Aws, group: &str, function: &str) {
    let before = aws.without_clock();
    let response = aws.call("RegisterTargets", of(group, function));
    let body = crate::harness::xml(&response.body);
    assert_eq!((response.status, text(&body["Error"]["Code"])), (403, "AccessDenied".into()), "{body}");
    let want = format!(
        "elasticloadbalancing principal does not have permission to invoke {function} from target group {group}"
    );
    assert_eq!(body["Error"]["Message"], want);
    assert_eq!(aws.without_clock(), before);
}

#[test]
fn reading_a_function() {
    let aws = aws();
    let arn = aws.function("warm");
    aws.edit(|state| {
        let function = state.regions.get_mut("us-east-1").unwrap().functions.get_mut("warm").unwrap();
        function.aliases.insert("live".into());
        function.versions = 2;
        assert_eq!(state.create_function("us-east-1", "warm"), None, "it is there");
    });
    let (status, configuration) = aws.lambda("GET", "warm/configuration", Value::Null);
    assert_eq!((status, &configuration["FunctionArn"]), (200, &json!(arn)));
    assert_eq!((&configuration["State"], &configuration["Version"]), (&json!("Active"), &json!("$LATEST")));
    for (path, qualified) in [("warm?Qualifier=live", "live"), ("warm:2", "2"), ("warm%3A2?Qualifier=2", "2")]
    {
        let (status, function) = aws.lambda("GET", path, Value::Null);
        assert_eq!(
            (status, &function["Configuration"]["FunctionArn"]),
            (200, &json!(format!("{arn}:{qualified}")))
        );
    }
    let encoded = arn.replace(':', "%3A");
    assert_eq!(aws.lambda("GET", &encoded, Value::Null).0, 200);
    let gone = |path: &str| aws.lambda_refused(404, "ResourceNotFoundException", "GET", path, Value::Null);
    assert_eq!(gone("cold"), "Function not found: arn:aws:lambda:us-east-1:000000000000:function:cold");
    gone("warm:3");
    gone("warm?Qualifier=test");
    aws.lambda_refused(400, "InvalidParameterValueException", "GET", "warm:1?Qualifier=2", Value::Null);
    aws.lambda_refused(400, "ValidationException", "GET", "a%20b", Value::Null);
    aws.lambda_refused(404, "UnknownOperationException", "GET", "warm/aliases", Value::Null);
    let elsewhere = Aws { region: "eu-west-1", ..crate::harness::aws() };
    elsewhere.function("warm");
    elsewhere.lambda_refused(404, "ResourceNotFoundException", "GET", "warm", Value::Null);
}

#[test]
fn permissions() {
    let aws = aws();
    let arn = aws.function("f");
    let gone = |method: &str, path: &str| {
        aws.lambda_refused(404, "ResourceNotFoundException", method, path, Value::Null)
    };
    assert_eq!(gone("GET", "f/policy"), "The resource you requested does not exist.");
    gone("DELETE", "f/policy/one");
    let mut body =
        permission("one", Some("arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/g/1"));
    body["SourceAccount"] = json!("000000000000");
    let (status, made) = aws.lambda("POST", "f/policy", body.clone());
    assert_eq!(status, 201);
    let statement: Value = serde_json::from_str(made["Statement"].as_str().unwrap()).unwrap();
    let want = json!({
        "Sid": "one", "Effect": "Allow", "Principal": { "Service": ELB }, "Action": "lambda:InvokeFunction",
        "Resource": arn,
        "Condition": {
            "StringEquals": { "AWS:SourceAccount": "000000000000" },
            "ArnLike": { "AWS:SourceArn": body["SourceArn"] },
        },
    });
    assert_eq!(statement, want);
    aws.lambda("POST", "f/policy", permission("two", None));
    let (status, policy) = aws.lambda("GET", "f/policy", Value::Null);
    let document: Value = serde_json::from_str(policy["Policy"].as_str().unwrap()).unwrap();
    assert_eq!((status, &document["Statement"][0]), (200, &want));
    assert_eq!(document["Statement"].as_array().unwrap().len(), 2);
    // AddPermission: ResourceConflictException.
    let conflict = aws.lambda_refused(409, "ResourceConflictException", "POST", "f/policy", body);
    assert!(conflict.starts_with("The statement id (one) provided already exists."), "{conflict}");
    assert_eq!(gone("DELETE", "f/policy/three"), "Statement three is not found in resource policy.");
    let revision = text(&policy["RevisionId"]);
    aws.lambda_refused(
        412,
        "PreconditionFailedException",
        "DELETE",
        "f/policy/one?RevisionId=x",
        Value::Null,
    );
    assert_eq!(
        aws.lambda("DELETE", &format!("f/policy/one?RevisionId={revision}"), Value::Null),
        (204, Value::Null)
    );
    assert_eq!(aws.lambda("DELETE", "f/policy/two", Value::Null).0, 204);
    gone("GET", "f/policy");
    gone("GET", "other/policy");
}

#[test]
fn refused_permissions() {
    let aws = aws();
    aws.function("f");
    let with = |member: &str, value: Value| {
        let mut body = permission("one", None);
        body[member] = value;
        body
    };
    for (member, bad) in [
        ("StatementId", "a b"),
        ("StatementId", ""),
        ("Action", "invoke"),
        ("Action", "lambda:"),
        ("Principal", ""),
        ("SourceAccount", "123"),
        ("SourceArn", "targetgroup/g/1"),
    ] {
        aws.lambda_refused(400, "ValidationException", "POST", "f/policy", with(member, json!(bad)));
    }
    let post = |code: &str, path: &str, body: Value| aws.lambda_refused(400, code, "POST", path, body);
    post("InvalidParameterValueException", "f/policy", json!({ "StatementId": "one" }));
    post("InvalidParameterValueException", "f/policy", with("Surprise", json!(1)));
    post("InvalidParameterValueException", "f:$LATEST/policy", permission("one", None));
    post("InvalidRequestContentException", "f/policy", json!([]));
    aws.lambda_refused(404, "ResourceNotFoundException", "POST", "g/policy", permission("one", None));
    aws.lambda_refused(404, "ResourceNotFoundException", "POST", "f:live/policy", permission("one", None));
}

#[test]
fn registering_needs_the_permission() {
    let aws = aws();
    let (arn, g, other) = (aws.function("f"), group(&aws, "g"), group(&aws, "other"));
    denied(&aws, &g, &arn);
    aws.lambda("POST", "f/policy", permission("other", Some(&other)));
    denied(&aws, &g, &arn);
    let mut foreign = permission("account", Some(&g));
    foreign["SourceAccount"] = json!("123456789012");
    aws.lambda("POST", "f/policy", foreign);
    let mut action = permission("action", Some(&g));
    action["Action"] = json!("lambda:GetFunction");
    aws.lambda("POST", "f/policy", action);
    let mut principal = permission("principal", Some(&g));
    principal["Principal"] = json!("events.amazonaws.com");
    aws.lambda("POST", "f/policy", principal);
    denied(&aws, &g, &arn);
    aws.lambda("POST", "f/policy", permission("mine", Some(&g)));
    aws.ok("RegisterTargets", of(&g, &arn));
    assert_eq!(aws.health(&g).len(), 1);
    aws.lambda("DELETE", "f/policy/mine", Value::Null);
    denied(&aws, &g, &arn);
    assert_eq!(aws.health(&g).len(), 1, "it stays registered");
    let pattern = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/*";
    aws.lambda("POST", "f/policy", permission("all", Some(pattern)));
    aws.ok("RegisterTargets", of(&g, &arn));
}

#[test]
fn an_alias_has_a_policy_of_its_own() {
    let aws = aws();
    let (arn, g) = (aws.function("f"), group(&aws, "g"));
    let alias = format!("{arn}:live");
    aws.refused("InvalidTarget", "RegisterTargets", of(&g, &alias));
    aws.edit(|state| {
        let function = state.regions.get_mut("us-east-1").unwrap().functions.get_mut("f").unwrap();
        function.aliases.insert("live".into());
    });
    aws.lambda("POST", "f/policy", permission("one", Some(&g)));
    denied(&aws, &g, &alias);
    let (_, made) = aws.lambda("POST", "f/policy?Qualifier=live", permission("one", Some(&g)));
    assert!(text(&made["Statement"]).contains(&alias));
    aws.ok("RegisterTargets", of(&g, &alias));
}

#[test]
fn a_permission_takes_its_time() {
    let aws = aws();
    let (arn, g) = (aws.function("f"), group(&aws, "g"));
    aws.edit(|state| state.permission_lag = Duration::from_secs(5));
    aws.lambda("POST", "f/policy", permission("one", Some(&g)));
    denied(&aws, &g, &arn);
    aws.wait(5);
    aws.ok("RegisterTargets", of(&g, &arn));
}
