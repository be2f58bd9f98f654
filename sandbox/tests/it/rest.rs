//! Clients of the REST protocols: Route 53 (XML) and Lambda (JSON).

use albctl_sandbox::{Request, Response};
use serde_json::{Value, json};

use crate::harness::{Aws, answer, text};

/// The lists of Route 53, with the element of their items.
const LISTS: &[(&str, &str)] = &[
    ("Changes", "Change"),
    ("ResourceRecords", "ResourceRecord"),
    ("AddTags", "Tag"),
    ("RemoveTagKeys", "Key"),
    ("ResourceIds", "ResourceId"),
];

fn request(service: &str, region: &str, method: &str, uri: &str, body: String) -> Request {
    let scope = format!("AWS4-HMAC-SHA256 Credential=AKID/20260101/{region}/{service}/aws4_request");
    Request {
        method: method.into(),
        uri: uri.into(),
        headers: vec![("authorization".into(), scope)],
        body: body.into_bytes(),
    }
}

/// An answer of Route 53: its elements as JSON; a list is an array of its items' contents.
pub fn xml(body: &[u8]) -> Value {
    crate::harness::xml(&unlisted(std::str::from_utf8(body).unwrap()))
}

/// The lists' items as `member`s, which the reader of the awsQuery answers knows.
fn unlisted(text: &str) -> Vec<u8> {
    let lists = [
        ("HostedZones", "HostedZone"),
        ("ResourceRecordSets", "ResourceRecordSet"),
        ("ResourceRecords", "ResourceRecord"),
        ("NameServers", "NameServer"),
        ("ResourceTagSets", "ResourceTagSet"),
        ("Tags", "Tag"),
        ("VPCs", "VPC"),
    ];
    let mut text = text.to_owned();
    for (list, item) in lists {
        let mut out = String::new();
        let mut rest = text.as_str();
        let (open, close) = (format!("<{list}>"), format!("</{list}>"));
        while let Some((before, after)) = rest.split_once(&open) {
            let (inside, after) = after.split_once(&close).unwrap();
            let inside = inside.replace(&format!("<{item}>"), "<member>");
            let inside = inside.replace(&format!("</{item}>"), "</member>");
            out.push_str(&format!("{before}{open}{inside}{close}"));
            rest = after;
        }
        text = out + rest;
    }
    text.into_bytes()
}

fn element(out: &mut String, name: &str, value: &Value) {
    out.push_str(&format!("<{name}>"));
    content(out, name, value);
    out.push_str(&format!("</{name}>"));
}

fn content(out: &mut String, name: &str, value: &Value) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| element(out, name, value)),
        Value::Array(items) => {
            let item = LISTS.iter().find(|(list, _)| *list == name).unwrap().1;
            items.iter().for_each(|value| element(out, item, value));
        }
        Value::String(text) => out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;")),
        other => out.push_str(&other.to_string()),
    }
}

impl Aws {
    /// A call of Route 53; null is no body.
    pub fn route53(&self, method: &str, path: &str, body: Value) -> Response {
        let mut xml = String::new();
        if !body.is_null() {
            element(&mut xml, "Input", &body);
        }
        let path = format!("/2013-04-01/{path}");
        answer(self.send(&request("route53", "us-east-1", method, &path, xml)))
    }

    /// The call must succeed; the answer is the content of its outermost element.
    #[track_caller]
    pub fn dns(&self, method: &str, path: &str, body: Value) -> Value {
        let response = self.route53(method, path, body);
        let body = xml(&response.body);
        assert!(matches!(response.status, 200 | 201), "{method} {path}: {body}");
        body
    }

    /// The call must be refused with this code, and must change nothing; the answer is the message.
    #[track_caller]
    pub fn dns_refused(&self, code: &str, method: &str, path: &str, body: Value) -> String {
        let before = self.without_clock();
        let response = self.route53(method, path, body);
        let body = xml(&response.body);
        assert_eq!(body["Error"]["Code"], code, "{method} {path}: {body}");
        let status = match code {
            "NoSuchHostedZone" | "NoSuchChange" | "NoSuchHealthCheck" | "UnknownOperationException" => 404,
            "HostedZoneAlreadyExists" => 409,
            _ => 400,
        };
        assert_eq!(response.status, status);
        assert_eq!(self.without_clock(), before, "a refused call changed something");
        text(&body["Error"]["Message"])
    }

    /// A public zone; its id.
    pub fn zone(&self, name: &str) -> String {
        self.zone_with(
            json!({ "Name": name, "CallerReference": format!("{name}-{}", self.sandbox.calls().len()) }),
        )
    }

    pub fn zone_with(&self, input: Value) -> String {
        let id = text(&self.dns("POST", "hostedzone", input)["HostedZone"]["Id"]);
        id.strip_prefix("/hostedzone/").unwrap().to_owned()
    }

    #[track_caller]
    pub fn change(&self, zone: &str, changes: Value) -> Value {
        let body = json!({ "ChangeBatch": { "Changes": changes } });
        self.dns("POST", &format!("hostedzone/{zone}/rrset/"), body)["ChangeInfo"].clone()
    }

    /// InvalidChangeBatch, with this message in it.
    #[track_caller]
    pub fn bad_batch(&self, zone: &str, changes: Value, part: &str) {
        self.change_refused("InvalidChangeBatch", zone, changes, part);
    }

    #[track_caller]
    pub fn change_refused(&self, code: &str, zone: &str, changes: Value, part: &str) {
        let body = json!({ "ChangeBatch": { "Changes": changes } });
        let message = self.dns_refused(code, "POST", &format!("hostedzone/{zone}/rrset/"), body);
        assert!(message.contains(part), "{message}");
    }

    pub fn records(&self, zone: &str, query: &str) -> Value {
        self.dns("GET", &format!("hostedzone/{zone}/rrset{query}"), Value::Null)
    }

    /// The records of a zone that are not its NS and SOA.
    pub fn own_records(&self, zone: &str) -> Vec<Value> {
        let list = self.records(zone, "")["ResourceRecordSets"].as_array().unwrap().clone();
        list.into_iter().filter(|r| r["Type"] != "NS" && r["Type"] != "SOA").collect()
    }

    /// A call of Lambda; null is no body. Status and answer; the code of an error is under `code`.
    pub fn lambda(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let path = format!("/2015-03-31/functions/{path}");
        let response = answer(self.send(&request("lambda", self.region, method, &path, body)));
        if response.body.is_empty() {
            return (response.status, Value::Null);
        }
        let mut value: Value = serde_json::from_slice(&response.body).unwrap();
        if let Some((_, code)) = response.headers.iter().find(|(name, _)| name == "x-amzn-errortype") {
            value["code"] = json!(code);
        }
        (response.status, value)
    }

    /// The call must be refused with this status and code, and change nothing; the answer is the message.
    #[track_caller]
    pub fn lambda_refused(&self, status: u16, code: &str, method: &str, path: &str, body: Value) -> String {
        let before = self.without_clock();
        let (got, value) = self.lambda(method, path, body);
        assert_eq!((got, text(&value["code"])), (status, code.to_owned()), "{value}");
        assert_eq!(self.without_clock(), before, "a refused call changed something");
        text(&value["Message"])
    }

    /// A function; its ARN.
    pub fn function(&self, name: &str) -> String {
        self.edit(|state| state.create_function("us-east-1", name)).unwrap()
    }
}

/// A change of one record with values.
pub fn record(action: &str, name: &str, kind: &str, values: &[&str]) -> Value {
    let records: Vec<Value> = values.iter().map(|value| json!({ "Value": value })).collect();
    let set = json!({ "Name": name, "Type": kind, "TTL": 60, "ResourceRecords": records });
    json!({ "Action": action, "ResourceRecordSet": set })
}

/// A change of an alias to a load balancer.
pub fn alias(action: &str, name: &str) -> Value {
    let target = json!({
        "HostedZoneId": "Z35SXDOTRQ7X7K",
        "DNSName": "dualstack.My-LB-1.us-east-1.elb.amazonaws.com",
        "EvaluateTargetHealth": true,
    });
    let set = json!({ "Name": name, "Type": "A", "AliasTarget": target });
    json!({ "Action": action, "ResourceRecordSet": set })
}

/// The change with members of its record set replaced; null removes one.
pub fn but(mut change: Value, members: Value) -> Value {
    change["ResourceRecordSet"] = crate::harness::with(change["ResourceRecordSet"].take(), members);
    change
}
