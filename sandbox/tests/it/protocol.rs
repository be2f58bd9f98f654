//! What is on the wire, and how requests are told apart.

use albctl_sandbox::{ACCOUNT, Request, Sandbox};
use serde_json::{Value, json};

use crate::harness::{answer, aws, fixed, listener, rule, target_group, text, with, xml};

fn get(uri: &str) -> Request {
    Request { method: "GET".into(), uri: uri.into(), ..Request::default() }
}

fn header<'a>(response: &'a albctl_sandbox::Response, name: &str) -> &'a str {
    response.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap()
}

#[test]
fn a_sandbox_can_be_shared() {
    fn check<T: Send + Sync>() {}
    check::<Sandbox>();
}

#[test]
fn an_answer() {
    let aws = aws();
    let response = aws.call("DescribeLoadBalancers", json!({}));
    let body = String::from_utf8(response.body.clone()).unwrap();
    let id = header(&response, "x-amzn-requestid");
    assert_eq!(header(&response, "content-type"), "text/xml");
    assert_eq!(
        body,
        format!(
            "<DescribeLoadBalancersResponse xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\">\
             <DescribeLoadBalancersResult><LoadBalancers></LoadBalancers></DescribeLoadBalancersResult>\
             <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></DescribeLoadBalancersResponse>"
        )
    );
    let other = aws.call("DescribeLoadBalancers", json!({}));
    assert_ne!(header(&other, "x-amzn-requestid"), id);
}

#[test]
fn an_error() {
    let aws = aws();
    let response = aws.call("DescribeLoadBalancers", json!({ "Names": ["no<pe"] }));
    let id = header(&response, "x-amzn-requestid").to_owned();
    let body = xml(&response.body);
    assert_eq!(response.status, 400);
    assert_eq!(body["RequestId"], id);
    assert_eq!(body["Error"]["Message"], "Load balancers '[no<pe]' not found");
}

#[test]
fn unknown_operations_and_parameters() {
    let aws = aws();
    aws.refused("InvalidAction", "DescribeTrustStores", json!({}));
    let message = aws.invalid("DescribeLoadBalancers", json!({ "Nome": "a" }));
    assert!(message.contains("Unknown parameter 'Nome'"), "{message}");
    let l = aws.listener(&aws.load_balancer("lb"), 80);
    let nested = with(
        rule(&l, 1),
        json!({ "Conditions": [{ "Field": "path-pattern", "PathPatternConfig": { "Value": ["/"] } }] }),
    );
    let message = aws.invalid("CreateRule", nested);
    assert!(message.contains("'conditions.1.member.pathPatternConfig.value'"), "{message}");
    let nested = with(rule(&l, 1), json!({ "Actions": [fixed(), { "Type": "forward", "Order": "x" }] }));
    let message = aws.invalid("CreateRule", nested);
    assert!(message.contains("Value 'x' at 'actions.2.member.order'"), "{message}");
    let message = aws.invalid("CreateRule", json!({ "ListenerArn": l }));
    assert!(message.contains("Value null at 'conditions'"), "{message}");
    let message = aws.invalid("CreateTargetGroup", with(target_group("x"), json!({ "Protocol": "SMTP" })));
    assert!(message.contains("enum value set: [HTTP, HTTPS"), "{message}");
    let many: Vec<Value> = (0..12).map(|i| json!({ "Type": "forward", "Order": i })).collect();
    aws.invalid("CreateListener", with(listener("x", 1), json!({ "DefaultActions": many })));
}

#[test]
fn the_region_is_that_of_the_signature() {
    let mut aws = aws();
    aws.region = "eu-west-1";
    aws.load_balancer("lb");
    aws.region = "us-east-1";
    assert_eq!(aws.ok("DescribeLoadBalancers", json!({}))["LoadBalancers"], "");
    assert_eq!(aws.sandbox.calls()[0].region, "eu-west-1");
}

#[test]
fn unsigned_requests() {
    let aws = aws();
    let identity = answer(aws.send(&get("/?Action=GetCallerIdentity&Version=2011-06-15")));
    let body = xml(&identity.body);
    assert_eq!(body["GetCallerIdentityResult"]["Account"], ACCOUNT);
    assert_eq!(body["GetCallerIdentityResult"]["Arn"], "arn:aws:iam::000000000000:user/sandbox");
    assert!(!text(&body["GetCallerIdentityResult"]["UserId"]).is_empty());
    assert_eq!(answer(aws.send(&get("/?Action=GetCallerIdentity"))).status, 200);
    assert_eq!(answer(aws.send(&get("/?Action=DescribeRules&Version=2015-12-01"))).status, 400);
    assert_eq!(answer(aws.send(&get("/?Action=DescribeAccountLimits"))).status, 200);
    assert_eq!(aws.sandbox.calls()[0].region, "us-east-1");
}

#[test]
fn other_services() {
    let aws = aws();
    let ec2 = answer(aws.send(&get("/?Action=DescribeVpcs&Version=2016-11-15")));
    assert_eq!(xml(&ec2.body)["Errors"]["Error"]["Code"], "InvalidAction");
    let mut classic = aws.request("DescribeLoadBalancers", json!({ "LoadBalancerNames": ["lb"] }));
    classic.body = String::from_utf8(classic.body).unwrap().replace("2015-12-01", "2012-06-01").into_bytes();
    assert_eq!(xml(&answer(aws.send(&classic)).body)["Error"]["Code"], "InvalidAction");
    let bucket = answer(aws.send(&get("/bucket")));
    assert_eq!((bucket.status, &xml(&bucket.body)["Error"]["Code"]), (501, &json!("NotImplemented")));
    let target = ("x-amz-target".to_owned(), "DynamoDB_20120810.ListTables".to_owned());
    let other = answer(aws.send(&Request { headers: vec![target], ..get("/") }));
    let body: Value = serde_json::from_slice(&other.body).unwrap();
    assert_eq!(body["__type"], "UnknownOperationException");
    assert_eq!(header(&other, "content-type"), "application/x-amz-json-1.1");
    let (status, body) = aws.tagging("TagResources", json!({}));
    assert_eq!((status, &body["__type"]), (400, &json!("UnknownOperationException")));
    assert_eq!(aws.sandbox.calls().len(), 5, "they are in the log too");
}

#[test]
fn malformed_requests() {
    let aws = aws();
    let garbage = Request { body: vec![0xff, 0xfe, b'&', b'='], ..aws.request("DescribeRules", json!({})) };
    assert!(answer(aws.send(&garbage)).status >= 400);
    let conflict = answer(aws.send(&get("/?Action=DescribeRules&RuleArns=&RuleArns.member.1=x")));
    assert_eq!(xml(&conflict.body)["Error"]["Code"], "MalformedQueryString");
    let target = "ResourceGroupsTaggingAPI_20170126.GetResources".to_owned();
    let json = Request { headers: vec![("x-amz-target".into(), target)], body: b"{".to_vec(), ..get("/") };
    let body: Value = serde_json::from_slice(&answer(aws.send(&json)).body).unwrap();
    assert_eq!(body["__type"], "SerializationException");
    let signature = Request {
        headers: vec![("authorization".into(), "Credential=a/b".into())],
        ..get("/?Action=DescribeRules")
    };
    assert_eq!(answer(aws.send(&signature)).status, 400);
}

#[test]
fn the_log_of_calls() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    aws.refused("LoadBalancerNotFound", "DescribeLoadBalancers", json!({ "Names": ["a", "b"] }));
    let calls = aws.sandbox.calls();
    assert_eq!((calls[0].service.as_str(), calls[0].operation.as_str()), ("elbv2", "CreateLoadBalancer"));
    assert!(calls[0].mutating && !calls[1].mutating);
    assert_eq!(calls[0].error, None);
    assert_eq!(calls[1].error.as_deref(), Some("LoadBalancerNotFound"));
    assert_eq!(calls[1].params, json!({ "Names": ["a", "b"] }));
    aws.sandbox.clear_calls();
    aws.ok("DescribeRules", json!({ "ListenerArn": aws.listener(&lb, 80) }));
    assert_eq!(aws.sandbox.calls().len(), 2);
}

#[test]
fn account_limits() {
    let aws = aws();
    let answer = aws.ok("DescribeAccountLimits", json!({}));
    let limits = answer["Limits"].as_array().unwrap();
    let max = |name: &str| limits.iter().find(|l| l["Name"] == name).map(|l| text(&l["Max"]));
    for (name, value) in [
        ("application-load-balancers", "50"),
        ("target-groups", "3000"),
        ("targets-per-application-load-balancer", "1000"),
        ("listeners-per-application-load-balancer", "50"),
        ("rules-per-application-load-balancer", "100"),
        ("certificates-per-application-load-balancer", "25"),
        ("target-groups-per-application-load-balancer", "100"),
        ("target-groups-per-action-on-application-load-balancer", "5"),
        ("condition-values-per-alb-rule", "5"),
        ("condition-wildcards-per-alb-rule", "6"),
        ("targets-per-target-group", "1000"),
        ("network-load-balancers", "50"),
    ] {
        assert_eq!(max(name).as_deref(), Some(value), "{name}");
    }
    aws.quota("target-groups", 7);
    let page = aws.ok("DescribeAccountLimits", json!({ "PageSize": 1 }));
    assert!(page["NextMarker"].is_string());
    let answer = aws.ok("DescribeAccountLimits", json!({}));
    assert!(answer["Limits"].as_array().unwrap().contains(&json!({ "Name": "target-groups", "Max": "7" })));
}

#[test]
fn ssl_policies() {
    let aws = aws();
    let all =
        aws.ok("DescribeSSLPolicies", json!({ "LoadBalancerType": "application" }))["SslPolicies"].clone();
    assert_eq!(all.as_array().unwrap().len(), 45);
    let name = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";
    let one = aws.ok("DescribeSSLPolicies", json!({ "Names": [name] }))["SslPolicies"][0].clone();
    assert_eq!(one["Name"], name);
    assert_eq!(one["SslProtocols"], json!(["TLSv1.3", "TLSv1.2"]));
    assert_eq!(one["Ciphers"][0], json!({ "Name": "TLS_AES_128_GCM_SHA256", "Priority": "1" }));
    let old = aws.ok("DescribeSSLPolicies", json!({ "Names": ["ELBSecurityPolicy-2016-08"] }));
    assert_eq!(old["SslPolicies"][0]["SslProtocols"], json!(["TLSv1.2", "TLSv1.1", "TLSv1"]));
    aws.refused("SSLPolicyNotFound", "DescribeSSLPolicies", json!({ "Names": [name, "2016-08"] }));
    aws.invalid("DescribeSSLPolicies", json!({ "LoadBalancerType": "gateway" }));
    let page = aws.ok("DescribeSSLPolicies", json!({ "PageSize": 40 }));
    let rest = aws.ok("DescribeSSLPolicies", json!({ "PageSize": 40, "Marker": page["NextMarker"] }));
    assert_eq!(rest["SslPolicies"].as_array().unwrap().len(), 5);
}

#[test]
fn roles_are_assumed_unless_they_are_missing() {
    let aws = aws();
    let role = "arn:aws:iam::555566667777:role/dns-writer";
    let query = |role: &str| {
        let query = format!("/?Action=AssumeRole&Version=2011-06-15&RoleArn={role}&RoleSessionName=tests");
        answer(aws.send(&get(&query)))
    };
    let body = xml(&query(role).body)["AssumeRoleResult"].clone();
    let expiration = text(&body["Credentials"]["Expiration"]);
    assert!(expiration.starts_with("2026-01-01T01:00:00."), "an hour: {expiration}");
    assert_eq!(
        text(&body["AssumedRoleUser"]["Arn"]),
        "arn:aws:sts::555566667777:assumed-role/dns-writer/tests"
    );
    aws.sandbox.edit(|state| state.missing.insert(role.to_owned()));
    assert_eq!(query(role).status, 403);
    assert_eq!(query("dns-writer").status, 400);
}
