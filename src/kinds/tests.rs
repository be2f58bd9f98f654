//! What holds of every kind's table of fields.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::action::{Action, GroupKey, Weighted};
use super::certificate::model::Store;
use super::listener::model::Protocol as ListenerProtocol;
use super::target_group::model::{HealthCheck, Protocol, ProtocolVersion, Stickiness, TargetType};
use super::*;
use crate::base::Ty;
use crate::model::field::{Carrier, Form, Model, changes, decode_attributes, encode_attributes};

pub(crate) fn load_balancer() -> load_balancer::LoadBalancer {
    let mut model = load_balancer::LoadBalancer {
        name: "shop".to_owned(),
        scheme: load_balancer::model::Scheme::Internal,
        ip_address_type: load_balancer::model::IpAddressType::Ipv4,
        subnets: BTreeSet::from(["subnet-0a".to_owned(), "subnet-0b".to_owned()]),
        security_groups: BTreeSet::from(["sg-0a".to_owned()]),
        access_logs: None,
        connection_logs: None,
        health_check_logs: None,
        attributes: BTreeMap::new(),
        tags: BTreeMap::new(),
    };
    decode_attributes(&mut model, &BTreeMap::new());
    model
}

pub(crate) fn target_group() -> target_group::TargetGroup {
    let mut model = target_group::TargetGroup {
        name: "shop-web".to_owned(),
        target_type: TargetType::Ip,
        function: None,
        permission: true,
        protocol: Some(Protocol::Http),
        protocol_version: ProtocolVersion::DEFAULT,
        port: Some(80),
        vpc: Some("vpc-0a".to_owned()),
        health_check: HealthCheck {
            enabled: true,
            protocol: Some(Protocol::Http),
            port: Some("traffic-port".to_owned()),
            path: "/".to_owned(),
            interval: 30,
            timeout: 5,
            healthy_threshold: 5,
            unhealthy_threshold: 2,
            success_codes: "200".to_owned(),
        },
        stickiness: Stickiness::Off,
        ecs: None,
        attributes: BTreeMap::new(),
        tags: BTreeMap::new(),
    };
    decode_attributes(&mut model, &BTreeMap::new());
    model
}

/// A group of a function that is checked: every row applies to it or to the other one.
fn function_group() -> target_group::TargetGroup {
    let function = "arn:aws:lambda:us-east-1:123456789012:function:warm".to_owned();
    let model = target_group::TargetGroup {
        target_type: TargetType::Lambda,
        function: Some(function),
        protocol: None,
        port: None,
        vpc: None,
        health_check: HealthCheck { enabled: true, ..HealthCheck::off() },
        ..target_group()
    };
    for field in target_group::TargetGroup::FIELDS {
        assert!((field.applies)(&model) || (field.applies)(&target_group()), "`{}` never applies", field.key);
    }
    model
}

fn forward(key: &str) -> Action<GroupKey> {
    Action::Forward {
        groups: vec![Weighted { group: GroupKey(key.to_owned()), weight: 1 }],
        stickiness: None,
    }
}

fn listener() -> listener::Listener {
    listener::Listener {
        protocol: ListenerProtocol::Https,
        port: 443,
        ssl_policy: Some("ELBSecurityPolicy-2016-08".to_owned()),
        certificates: vec![certificate::CertificateKey("arn:a".to_owned())],
        default_in_sni: true,
        sni: BTreeSet::new(),
        default: forward("web"),
        attributes: BTreeMap::new(),
        tags: BTreeMap::new(),
    }
}

fn certificate(store: Store, fingerprint: Option<&str>) -> certificate::Certificate {
    certificate::Certificate {
        store,
        domain: "api.example.com".to_owned(),
        names: BTreeSet::from(["api.example.com".to_owned()]),
        key: "RSA_2048".to_owned(),
        self_signed: false,
        state: certificate::model::GOOD.to_owned(),
        pending: false,
        fingerprint: fingerprint.map(str::to_owned),
        origin: None,
        path: Some("/albctl/us-east-1/shop/api/".to_owned()),
        not_after: None,
        records: Vec::new(),
        used_by: Vec::new(),
        freed_by: Vec::new(),
        tags: BTreeMap::new(),
    }
}

fn rule() -> rule::Rule {
    rule::Rule {
        listener: "https".to_owned(),
        priority: 10,
        explicit_priority: false,
        when: vec![rule::Condition::Path(BTreeSet::from(["/a".to_owned()]))],
        then: forward("web"),
        transforms: Vec::new(),
        tags: BTreeMap::new(),
    }
}

/// Another legal value of a scalar row.
fn another(ty: Ty, value: &Value) -> Value {
    match ty {
        Ty::Bool => json!(value != &json!(true)),
        Ty::Int { min, max } | Ty::OffOr { min, max } | Ty::Seconds { min, max } => {
            if value == &json!(max) {
                json!(min)
            } else {
                json!(max)
            }
        }
        Ty::Text { .. } => json!(format!("{}x", value.as_str().unwrap_or_default())),
        Ty::OneOf(words) => {
            words.iter().map(|word| json!(word)).find(|word| word != value).unwrap_or(Value::Null)
        }
    }
}

/// Sets each row to another value and expects exactly one difference, under that row's key: a row that reads
/// one field and writes another, or two rows of one field, show here.
/// Of rows that mean nothing for this model there is nothing to compare.
fn each_row_is_one_difference<M: Model>(model: &M, structured: &[(&str, Value)]) {
    for field in M::FIELDS.iter().filter(|field| (field.applies)(model)) {
        let value = field.get(model);
        let other = match field.form {
            Form::Scalar(ty) => another(ty, &value),
            Form::Structure(_) => {
                let given = structured.iter().find(|(key, _)| *key == field.key);
                given.unwrap_or_else(|| panic!("no other value of `{}` given", field.key)).1.clone()
            }
        };
        let mut changed = model.clone();
        assert!(field.set(&mut changed, other.clone()), "`{}` does not take {other}", field.key);
        let found = changes(model, &changed, |_| true);
        let keys: Vec<&str> = found.iter().map(|change| change.key.as_str()).collect();
        assert_eq!(keys, [field.key]);
        assert_ne!(found[0].from_text, found[0].to_text, "`{}` looks the same", field.key);
        assert!(changes(model, model, |_| true).is_empty());
    }
}

/// Every attribute row survives being sent and read back.
fn attributes_survive<M: Model + PartialEq + std::fmt::Debug>(model: &M) {
    let mut changed = model.clone();
    for field in M::FIELDS.iter().filter(|field| (field.applies)(model)) {
        if let (Carrier::Attribute(_), Form::Scalar(ty)) = (field.carrier, field.form) {
            let value = another(ty, &field.get(model));
            field.set(&mut changed, value);
        }
    }
    let sent = encode_attributes(&changed, |_| true);
    let mut read = model.clone();
    decode_attributes(&mut read, &sent);
    assert_eq!(read, changed);
}

#[test]
fn rows_and_fields_of_every_kind_fit_together() {
    let tags = ("tags", json!({"team": "web"}));
    each_row_is_one_difference(
        &load_balancer(),
        &[
            ("subnets", json!(["subnet-0c", "subnet-0d"])),
            ("security_groups", json!(["sg-0b"])),
            ("access_logs", json!({"bucket": "logs", "prefix": ""})),
            ("connection_logs", json!({"bucket": "logs", "prefix": "tls"})),
            ("health_check_logs", json!({"bucket": "logs", "prefix": "health"})),
            tags.clone(),
        ],
    );
    each_row_is_one_difference(
        &target_group(),
        &[("stickiness", json!({"lb_cookie": {"duration": 60}})), tags.clone()],
    );
    let function = json!("arn:aws:lambda:us-east-1:123456789012:function:other");
    each_row_is_one_difference(
        &function_group(),
        &[("function", function), ("permission", json!(false)), tags.clone()],
    );
    let target = json!([{"id": "10.0.0.1", "port": 80}]);
    let none = targets::Targets { group: "web".to_owned(), targets: BTreeSet::new(), additive: false };
    each_row_is_one_difference(&none, &[("targets", target)]);
    let mut read = listener();
    decode_attributes(&mut read, &BTreeMap::new());
    each_row_is_one_difference(
        &read,
        &[
            ("certificates", json!(["arn:b"])),
            ("certificates.default_in_sni", json!(false)),
            (
                "default",
                json!({"fixed_response": {"status": 404, "content_type": "text/plain", "body": null}}),
            ),
            tags.clone(),
        ],
    );
    let certificate_rows = [
        ("domain", json!("www.example.com")),
        ("names", json!(["www.example.com"])),
        ("key", json!("EC_prime256v1")),
        ("self_signed", json!(true)),
        ("state", json!("EXPIRED")),
        ("validation", json!(true)),
        ("import.certificate", json!("22")),
        ("iam.certificate", json!("22")),
        ("iam.path", json!("/albctl/us-east-1/shop/other/")),
        tags.clone(),
    ];
    for (store, fingerprint) in [(Store::Acm, None), (Store::Import, Some("11")), (Store::Iam, Some("11"))] {
        let model = certificate(store, fingerprint);
        let other = if store == Store::Iam { "acm" } else { "iam" };
        let rows = [&[("store", json!(other))], certificate_rows.as_slice()].concat();
        each_row_is_one_difference(&model, &rows);
    }
    each_row_is_one_difference(
        &rule(),
        &[
            ("when", json!([{"host": ["a.example.com"]}])),
            ("then", json!({"fixed_response": {"status": 404, "content_type": "text/plain", "body": null}})),
            ("transforms", json!(["url-rewrite"])),
            tags,
        ],
    );
}

#[test]
fn scalar_attributes_survive_the_round_trip() {
    attributes_survive(&load_balancer());
    attributes_survive(&target_group());
    attributes_survive(&function_group());
    let mut listener = listener();
    decode_attributes(&mut listener, &BTreeMap::new());
    attributes_survive(&listener);
}

#[test]
fn a_field_that_does_not_apply_is_not_compared() {
    let (mut http, mut other) = (listener(), listener());
    http.protocol = ListenerProtocol::Http;
    other.protocol = ListenerProtocol::Http;
    other.ssl_policy = None;
    assert!(changes(&other, &http, |_| true).is_empty());
}

#[test]
fn a_change_knows_whether_the_spec_asked_for_it() {
    let (mut live, wanted) = (load_balancer(), load_balancer());
    live.attributes.insert("idle_timeout".to_owned(), json!(120));
    let found = changes(&live, &wanted, |_| false);
    assert_eq!(
        (found[0].from_text.as_str(), found[0].to_text.as_str(), found[0].default),
        ("2m", "1m", true)
    );
    assert!(!changes(&live, &wanted, |key| key == "idle_timeout")[0].default);
    // What albctl works out by itself is no default.
    assert!(!changes(&wanted, &live, |_| false)[0].default);
}
