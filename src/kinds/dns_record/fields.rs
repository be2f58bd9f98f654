//! The table of a DNS record's fields. API: ChangeResourceRecordSets, `ResourceRecordSet`.

use serde_json::{Value, json};

use super::model::{DnsRecord, InZone, RecordType, zone_words};
use crate::at;
use crate::base::Ty;
use crate::model::field::{Access, Carrier, Field, Form};
use crate::model::record_set::Failover;

/// The default of a CNAME's TTL in seconds: the Route 53 console's.
pub const TTL: u32 = 300;

const CALL: Carrier = Carrier::Operation("ChangeResourceRecordSets");

fn show_zone(value: &Value) -> String {
    serde_json::from_value::<InZone>(value.clone())
        .map_or_else(|_| value.to_string(), |zone| zone_words(&zone))
}

fn show_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A zone is the same one whatever way the spec found it.
fn zone_of(model: &DnsRecord) -> Value {
    let InZone { id, name, .. } = &model.zone;
    json!({ "choice": "longest", "private": false, "role": null, "id": id, "name": name })
}

fn set_zone(model: &mut DnsRecord, value: Value) -> bool {
    let Ok(InZone { id, name, .. }) = serde_json::from_value(value) else { return false };
    (model.zone.id, model.zone.name) = (id, name);
    true
}

fn set_type(model: &mut DnsRecord, value: Value) -> bool {
    let Some(text) = value.as_str() else { return false };
    let alias = text.strip_prefix("alias ");
    model.alias = alias.is_some();
    model.types = alias.unwrap_or(text).split(", ").map(str::to_owned).collect();
    true
}

/// All fields of a DNS record.
pub static FIELDS: &[Field<DnsRecord>] = &[
    Field::new(
        "zone",
        Form::Structure(show_zone),
        CALL,
        Access::Typed { get: zone_of, set: set_zone },
        "The hosted zone: by default the one with the longest name that the record's name ends with.",
    ),
    Field::new(
        "type",
        Form::Structure(show_text),
        CALL,
        Access::Typed { get: |model| Value::from(model.type_words()), set: set_type },
        "An alias (A, and AAAA where the load balancer has IPv6), or a CNAME.",
    ),
    Field::new("target", Form::Structure(show_text), CALL, at!(target), "What the record leads to."),
    Field {
        applies: |model| !model.alias,
        default: |model| if model.alias { Value::Null } else { json!(TTL) },
        ..Field::new(
            "ttl",
            // API: `TTL`.
            Form::Scalar(Ty::Seconds { min: 0, max: 2_147_483_647 }),
            CALL,
            at!(ttl),
            "How long resolvers keep a CNAME; an alias has the TTL of its target.",
        )
    },
    Field {
        applies: |model| model.alias,
        default: |model| if model.alias { json!(true) } else { Value::Null },
        ..Field::new(
            "evaluate_target_health",
            Form::Scalar(Ty::Bool),
            CALL,
            at!(evaluate_target_health),
            "Whether an alias is not answered while the load balancer has no healthy target.",
        )
    },
    Field::new(
        "weighted.weight",
        // API: `Weight`.
        Form::Scalar(Ty::Int { min: 0, max: 255 }),
        CALL,
        at!(weight),
        "The share of this record among all sets of its name; 0: never, unless all are 0.",
    ),
    Field::new(
        "latency.region",
        Form::Scalar(Ty::Text { max: 64 }),
        CALL,
        at!(region),
        "The AWS region from which latency is measured; by default the stack's.",
    ),
    Field::new(
        "failover.type",
        Form::Scalar(Ty::OneOf(Failover::WORDS)),
        CALL,
        at!(failover),
        "Whether this record answers first, or when the primary one is unhealthy.",
    ),
];

/// The words of `type` in a spec.
pub const TYPES: &[&str] = RecordType::WORDS;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::kinds::dns_record::model::{Provider, TARGET};
    use crate::model::field::changes;
    use crate::model::zone::Choice;

    fn record(alias: bool) -> DnsRecord {
        let types = if alias { "A" } else { "CNAME" };
        DnsRecord {
            name: "a.example.com".to_owned(),
            set: None,
            zone: InZone {
                choice: Choice::Longest,
                private: false,
                role: None,
                id: "Z1".to_owned(),
                name: "example.com".to_owned(),
            },
            provider: Provider::Route53,
            alias,
            types: BTreeSet::from([types.to_owned()]),
            target: TARGET.to_owned(),
            ttl: (!alias).then_some(300),
            evaluate_target_health: alias.then_some(true),
            weight: Some(1),
            region: None,
            failover: None,
        }
    }

    #[test]
    fn every_row_is_one_difference() {
        for alias in [true, false] {
            let wanted = record(alias);
            for field in FIELDS.iter().filter(|field| (field.applies)(&wanted)) {
                let other = match field.key {
                    "zone" => json!({
                        "choice": "longest", "private": false, "role": null, "id": "Z2", "name": "example.com"
                    }),
                    "type" => json!(if alias { "alias A, AAAA" } else { "A" }),
                    "target" => json!("192.0.2.1"),
                    "ttl" => json!(60),
                    "evaluate_target_health" => json!(false),
                    "weighted.weight" => json!(2),
                    "latency.region" => json!("eu-west-1"),
                    "failover.type" => json!("primary"),
                    key => panic!("no other value of `{key}`"),
                };
                let mut live = wanted.clone();
                assert!(field.set(&mut live, other.clone()), "`{}` does not take {other}", field.key);
                assert_eq!(field.get(&live), other);
                let found = changes(&live, &wanted, |_| true);
                let keys: Vec<&str> = found.iter().map(|change| change.key.as_str()).collect();
                assert_eq!(keys, [field.key]);
                assert_ne!(found[0].from_text, found[0].to_text);
            }
        }
    }
}
