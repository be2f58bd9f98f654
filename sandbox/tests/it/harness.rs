//! A client in a hundred lines: JSON parameters become a form, XML answers become JSON.

use std::time::Duration;

use albctl_sandbox::{Outcome, Request, Response, Sandbox, State};
use serde_json::{Map, Value, json};

/// A sandbox and a client of one region.
pub struct Aws {
    pub sandbox: Sandbox,
    pub region: &'static str,
}

/// A new sandbox in us-east-1.
pub fn aws() -> Aws {
    Aws { sandbox: Sandbox::in_memory(), region: "us-east-1" }
}

impl Aws {
    /// The call must succeed; the answer is its result.
    #[track_caller]
    pub fn ok(&self, operation: &str, params: Value) -> Value {
        let response = self.call(operation, params);
        let body = xml(&response.body);
        assert_eq!(response.status, 200, "{operation}: {body}");
        body[format!("{operation}Result")].clone()
    }

    /// The call must be refused with this code, and must change nothing; the answer is the message.
    #[track_caller]
    pub fn refused(&self, code: &str, operation: &str, params: Value) -> String {
        let before = self.without_clock();
        let response = self.call(operation, params);
        let body = xml(&response.body);
        assert_eq!(body["Error"]["Code"], code, "{operation}: {body}");
        assert_eq!(response.status, 400);
        assert_eq!(self.without_clock(), before, "a refused call changed something");
        body["Error"]["Message"].as_str().unwrap().to_owned()
    }

    /// Refused as long as guesses are refused, and accepted when they are not.
    #[track_caller]
    pub fn refused_on_a_guess(&self, code: &str, operation: &str, params: Value) {
        self.refused(code, operation, params.clone());
        self.edit(|state| state.strict_guesses = false);
        self.ok(operation, params);
        self.edit(|state| state.strict_guesses = true);
    }

    /// ValidationError.
    #[track_caller]
    pub fn invalid(&self, operation: &str, params: Value) -> String {
        self.refused("ValidationError", operation, params)
    }

    pub fn call(&self, operation: &str, params: Value) -> Response {
        answer(self.send(&self.request(operation, params)))
    }

    pub fn send(&self, request: &Request) -> Outcome {
        self.sandbox.handle(request).outcome
    }

    pub fn request(&self, operation: &str, params: Value) -> Request {
        self.query("elasticloadbalancing", "2015-12-01", operation, params)
    }

    /// A request of an awsQuery service.
    fn query(&self, service: &str, version: &str, operation: &str, params: Value) -> Request {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", operation).append_pair("Version", version);
        flatten(&mut form, "", &params);
        let scope = format!("Credential=AKID/20260101/{}/{service}/aws4_request", self.region);
        Request {
            method: "POST".into(),
            uri: "/".into(),
            headers: vec![
                ("content-type".into(), "application/x-www-form-urlencoded".into()),
                (
                    "authorization".into(),
                    format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"),
                ),
            ],
            body: form.finish().into_bytes(),
        }
    }

    /// GetResources of the tagging API: the ARNs.
    pub fn tagged(&self, params: Value) -> Vec<String> {
        let (status, body) = self.tagging("GetResources", params);
        assert_eq!(status, 200, "{body}");
        let list = body["ResourceTagMappingList"].as_array().unwrap();
        list.iter().map(|r| r["ResourceARN"].as_str().unwrap().to_owned()).collect()
    }

    pub fn tagging(&self, operation: &str, params: Value) -> (u16, Value) {
        self.json("tagging", "ResourceGroupsTaggingAPI_20170126", operation, params)
    }

    /// ACM: the call must succeed.
    #[track_caller]
    pub fn acm(&self, operation: &str, params: Value) -> Value {
        let (status, body) = self.json("acm", "CertificateManager", operation, params);
        assert_eq!(status, 200, "{operation}: {body}");
        body
    }

    /// ACM: the call must be refused with this code, and must change nothing; the answer is the message.
    #[track_caller]
    pub fn acm_refused(&self, code: &str, operation: &str, params: Value) -> String {
        let before = self.without_clock();
        let (status, body) = self.json("acm", "CertificateManager", operation, params);
        assert_eq!((status, &body["__type"]), (400, &json!(code)), "{operation}: {body}");
        assert_eq!(self.without_clock(), before, "a refused call changed something");
        text(&body["message"])
    }

    /// ACM: the call must be throttled; the answer is the message. The buckets go on, so the state does change.
    #[track_caller]
    pub fn acm_throttled(&self, operation: &str, params: Value) -> String {
        let (status, body) = self.json("acm", "CertificateManager", operation, params);
        assert_eq!((status, &body["__type"]), (400, &json!("ThrottlingException")), "{operation}: {body}");
        text(&body["message"])
    }

    /// IAM: the call must succeed; the answer is its result.
    #[track_caller]
    pub fn iam(&self, operation: &str, params: Value) -> Value {
        let response = answer(self.send(&self.query("iam", "2010-05-08", operation, params)));
        let body = xml(&response.body);
        assert_eq!(response.status, 200, "{operation}: {body}");
        body[format!("{operation}Result")].clone()
    }

    /// IAM: the call must be refused with this status and code, and must change nothing; the answer is the message.
    #[track_caller]
    pub fn iam_refused(&self, status: u16, code: &str, operation: &str, params: Value) -> String {
        let before = self.without_clock();
        let response = answer(self.send(&self.query("iam", "2010-05-08", operation, params)));
        let body = xml(&response.body);
        assert_eq!((response.status, &body["Error"]["Code"]), (status, &json!(code)), "{operation}: {body}");
        assert_eq!(self.without_clock(), before, "a refused call changed something");
        text(&body["Error"]["Message"])
    }

    /// EC2: status and body of the answer.
    pub fn ec2(&self, operation: &str, params: Value) -> (u16, String) {
        let response = answer(self.send(&self.query("ec2", "2016-11-15", operation, params)));
        (response.status, String::from_utf8(response.body).unwrap())
    }

    /// A call of an awsJson service.
    fn json(&self, service: &str, target: &str, operation: &str, params: Value) -> (u16, Value) {
        let scope =
            format!("AWS4-HMAC-SHA256 Credential=AKID/20260101/{}/{service}/aws4_request", self.region);
        let response = answer(self.send(&Request {
            method: "POST".into(),
            uri: "/".into(),
            headers: vec![
                ("content-type".into(), "application/x-amz-json-1.1".into()),
                ("x-amz-target".into(), format!("{target}.{operation}")),
                ("authorization".into(), scope),
            ],
            body: params.to_string().into_bytes(),
        }));
        (response.status, serde_json::from_slice(&response.body).unwrap())
    }

    pub fn edit<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        self.sandbox.edit(change)
    }

    pub fn quota(&self, name: &str, max: u64) {
        self.edit(|state| {
            state.quotas.insert(name.to_owned(), max);
        });
    }

    pub fn wait(&self, seconds: u64) {
        self.sandbox.advance(Duration::from_secs(seconds));
    }

    pub fn without_clock(&self) -> Value {
        let mut snapshot = self.sandbox.snapshot();
        snapshot["now"] = Value::Null;
        snapshot
    }

    // What most tests start from.

    pub fn load_balancer(&self, name: &str) -> String {
        let made = self.ok("CreateLoadBalancer", load_balancer(name));
        text(&made["LoadBalancers"][0]["LoadBalancerArn"])
    }

    pub fn target_group(&self, name: &str) -> String {
        let made = self.ok("CreateTargetGroup", target_group(name));
        text(&made["TargetGroups"][0]["TargetGroupArn"])
    }

    pub fn target_group_with(&self, name: &str, changes: Value) -> String {
        let made = self.ok("CreateTargetGroup", with(target_group(name), changes));
        text(&made["TargetGroups"][0]["TargetGroupArn"])
    }

    pub fn listener(&self, load_balancer: &str, port: u16) -> String {
        let made = self.ok("CreateListener", listener(load_balancer, port));
        text(&made["Listeners"][0]["ListenerArn"])
    }

    pub fn https(&self, load_balancer: &str, port: u16) -> String {
        let made = self.ok("CreateListener", https(load_balancer, port));
        text(&made["Listeners"][0]["ListenerArn"])
    }

    pub fn rule(&self, listener: &str, priority: u32) -> String {
        let made = self.ok("CreateRule", rule(listener, priority));
        text(&made["Rules"][0]["RuleArn"])
    }

    pub fn describe_rule(&self, rule: &str) -> Value {
        self.ok("DescribeRules", json!({ "RuleArns": [rule] }))["Rules"][0].clone()
    }

    pub fn describe_listener(&self, listener: &str) -> Value {
        self.ok("DescribeListeners", json!({ "ListenerArns": [listener] }))["Listeners"][0].clone()
    }

    pub fn describe_group(&self, group: &str) -> Value {
        self.ok("DescribeTargetGroups", json!({ "TargetGroupArns": [group] }))["TargetGroups"][0].clone()
    }

    /// The attributes of an answer, as an object.
    pub fn attributes(&self, operation: &str, arn_name: &str, arn: &str) -> Value {
        let answer = self.ok(operation, json!({ arn_name: arn }));
        let list = answer["Attributes"].as_array().unwrap();
        list.iter().map(|a| (text(&a["Key"]), a["Value"].clone())).collect()
    }

    /// State and reason of each target.
    pub fn health(&self, group: &str) -> Vec<(String, String)> {
        let answer = self.ok("DescribeTargetHealth", json!({ "TargetGroupArn": group }));
        let list = answer["TargetHealthDescriptions"].as_array().cloned().unwrap_or_default();
        list.iter().map(|t| (text(&t["TargetHealth"]["State"]), text(&t["TargetHealth"]["Reason"]))).collect()
    }
}

pub const CERT: &str = "arn:aws:acm:us-east-1:123456789012:certificate/c-1";
pub const CERT2: &str = "arn:aws:acm:us-east-1:123456789012:certificate/c-2";

pub fn load_balancer(name: &str) -> Value {
    json!({ "Name": name, "Subnets": ["subnet-0aaa", "subnet-0bbb"], "SecurityGroups": ["sg-0aaa"] })
}

pub fn target_group(name: &str) -> Value {
    json!({ "Name": name, "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-0aaa", "TargetType": "ip" })
}

pub fn listener(load_balancer: &str, port: u16) -> Value {
    json!({ "LoadBalancerArn": load_balancer, "Protocol": "HTTP", "Port": port, "DefaultActions": [fixed()] })
}

pub fn https(load_balancer: &str, port: u16) -> Value {
    let certificates = json!([{ "CertificateArn": CERT }]);
    with(listener(load_balancer, port), json!({ "Protocol": "HTTPS", "Certificates": certificates }))
}

pub fn rule(listener: &str, priority: u32) -> Value {
    let condition =
        json!({ "Field": "path-pattern", "PathPatternConfig": { "Values": [format!("/p{priority}/*")] } });
    json!({ "ListenerArn": listener, "Priority": priority, "Conditions": [condition], "Actions": [fixed()] })
}

pub fn fixed() -> Value {
    let config = json!({ "StatusCode": "404", "ContentType": "text/plain", "MessageBody": "no" });
    json!({ "Type": "fixed-response", "FixedResponseConfig": config })
}

pub fn forward(group: &str) -> Value {
    json!({ "Type": "forward", "TargetGroupArn": group })
}

/// `base` with some members replaced; null removes one.
pub fn with(mut base: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(base.as_object_mut().unwrap().remove(name)),
            value => base[name] = value.clone(),
        }
    }
    base
}

/// The text of a value; empty for one that is absent.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[track_caller]
pub fn answer(outcome: Outcome) -> Response {
    match outcome {
        Outcome::Answer(response) => response,
        Outcome::Dropped => panic!("the call was dropped"),
    }
}

fn flatten(form: &mut form_urlencoded::Serializer<'_, String>, name: &str, value: &Value) {
    let below = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
    match value {
        Value::Object(fields) if name.ends_with("ExtraParams") => {
            for (i, (key, value)) in fields.iter().enumerate() {
                flatten(form, &below(&format!("entry.{}.key", i + 1)), &json!(key));
                flatten(form, &below(&format!("entry.{}.value", i + 1)), value);
            }
        }
        Value::Object(fields) => fields.iter().for_each(|(key, value)| flatten(form, &below(key), value)),
        Value::Array(items) if items.is_empty() => drop(form.append_pair(name, "")),
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                flatten(form, &below(&format!("member.{}", i + 1)), item);
            }
        }
        Value::String(text) => drop(form.append_pair(name, text)),
        other => drop(form.append_pair(name, &other.to_string())),
    }
}

/// The content of the outermost element: text, an array of `member`s, or an object.
pub fn xml(body: &[u8]) -> Value {
    let text = std::str::from_utf8(body).unwrap();
    let (_, value, rest) = element(text);
    assert_eq!(rest, "");
    value
}

fn element(text: &str) -> (&str, Value, &str) {
    let (tag, mut rest) = text.strip_prefix('<').unwrap().split_once('>').unwrap();
    let name = tag.split(' ').next().unwrap();
    let end = format!("</{name}>");
    let mut members = Vec::new();
    let mut fields = Map::new();
    let content = rest;
    while rest.starts_with('<') && !rest.starts_with("</") {
        let (child, value, after) = element(rest);
        match child {
            "member" | "entry" => members.push(value),
            _ => assert!(fields.insert(child.to_owned(), value).is_none(), "{child} twice in {name}"),
        }
        rest = after;
    }
    if !members.is_empty() {
        return (name, Value::Array(members), rest.strip_prefix(&end).unwrap());
    }
    if !fields.is_empty() {
        return (name, Value::Object(fields), rest.strip_prefix(&end).unwrap());
    }
    let (inner, after) = content.split_once(&end).unwrap();
    let unescaped =
        inner.replace("&lt;", "<").replace("&gt;", ">").replace("&#xD;", "\r").replace("&amp;", "&");
    (name, Value::String(unescaped), after)
}
