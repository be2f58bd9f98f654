//! What ChangeResourceRecordSets is given, and what is wrong with it whatever the zone holds: `InvalidInput`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::invalid;
use crate::domain_name::canonical;
use crate::services::refuse;
use crate::state::Millis;
use crate::state::route53::{Data, Failover, RecordSet, RecordType, Routing};
use crate::wire::ApiError;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Action {
    Create,
    Delete,
    Upsert,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Action::Create => "CREATE",
            Action::Delete => "DELETE",
            Action::Upsert => "UPSERT",
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ChangeResourceRecordSets {
    pub(super) hosted_zone_id: String,
    pub(super) change_batch: ChangeBatch,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ChangeBatch {
    pub(super) comment: Option<String>,
    #[serde(default)]
    pub(super) changes: Vec<ChangeInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ChangeInput {
    action: Action,
    resource_record_set: RecordInput,
}

/// ResourceRecordSet. Geoproximity and IP-based routing and traffic policies are not in the sandbox.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RecordInput {
    name: String,
    #[serde(rename = "Type")]
    record_type: RecordType,
    set_identifier: Option<String>,
    weight: Option<u8>,
    region: Option<String>,
    geo_location: Option<GeoLocation>,
    failover: Option<Failover>,
    multi_value_answer: Option<bool>,
    #[serde(rename = "TTL")]
    ttl: Option<u32>,
    resource_records: Option<Vec<ResourceRecord>>,
    alias_target: Option<AliasTarget>,
    health_check_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct GeoLocation {
    continent_code: Option<String>,
    country_code: Option<String>,
    subdivision_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ResourceRecord {
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AliasTarget {
    hosted_zone_id: String,
    #[serde(rename = "DNSName")]
    dns_name: String,
    evaluate_target_health: bool,
}

/// A change whose form is right.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) action: Action,
    pub(super) record: RecordSet,
    /// The name is none: the message, which belongs to the batch and is told with what else is wrong in it.
    pub(super) bad_name: Option<String>,
}

impl ChangeInput {
    /// The change, or what is missing or contradictory in it. `in_sync` is when the name servers will have
    /// it.
    pub(super) fn read(self, in_sync: Millis) -> Result<Change, ApiError> {
        let action = self.action;
        let input = self.resource_record_set;
        // How Route 53 shows a change in the messages of InvalidInput.
        let shown = format!(
            "Change with [Action={action}, Name={}, Type={}, SetIdentifier={}]",
            input.name,
            input.record_type,
            input.set_identifier.as_deref().unwrap_or("null")
        );
        let routing = input.routing(&shown)?;
        let (name, bad_name) = name_of(&input.name);
        let record = RecordSet {
            name,
            record_type: input.record_type,
            set_identifier: input.set_identifier,
            routing,
            data: data(input.ttl, input.resource_records, input.alias_target, &shown)?,
            health_check: input.health_check_id,
            in_sync,
        };
        Ok(Change { action, record, bad_name })
    }
}

/// The canonical name; of what is none the name as given and the message.
fn name_of(name: &str) -> (String, Option<String>) {
    match canonical(name) {
        Ok(name) => (name, None),
        Err(error) => {
            (name.to_owned(), Some(format!("FATAL problem: {} encountered with '{name}'", error.problem())))
        }
    }
}

impl RecordInput {
    /// ResourceRecordSet, `SetIdentifier`: of every routing policy but the simple one, which has neither.
    fn routing(&self, shown: &str) -> Result<Routing, ApiError> {
        let multivalue = self.multi_value_answer.filter(|multivalue| *multivalue);
        let policies: Vec<Routing> = [
            self.weight.map(Routing::Weighted),
            self.region.clone().map(Routing::Latency),
            self.failover.map(Routing::Failover),
            self.geo_location.as_ref().map(|place| Routing::Geolocation(place.members())),
            multivalue.map(|_| Routing::Multivalue),
        ]
        .into_iter()
        .flatten()
        .collect();
        const POLICIES: &str = "[Weight, Region, Failover, GeoLocation, MultiValueAnswer]";
        let identifier = self.set_identifier.as_deref();
        refuse(identifier.is_some_and(|id| !(1..=128).contains(&id.chars().count())), || {
            invalid(format!("Invalid request: SetIdentifier must have 1 to 128 characters in {shown}"))
        })?;
        match (policies.as_slice(), identifier) {
            ([], None) => Ok(Routing::Simple),
            ([policy], Some(_)) => Ok(policy.clone()),
            ([], Some(_)) => Err(invalid(format!(
                "Invalid request: Expected exactly one of {POLICIES}, but found none in {shown}"
            ))),
            ([_], None) => Err(invalid(format!("Invalid request: Missing field 'SetIdentifier' in {shown}"))),
            ([_, _, ..], _) => Err(invalid(format!(
                "Invalid request: Expected exactly one of {POLICIES}, but found more than one in {shown}"
            ))),
        }
    }
}

impl GeoLocation {
    fn members(&self) -> BTreeMap<String, String> {
        let members = [
            ("ContinentCode", &self.continent_code),
            ("CountryCode", &self.country_code),
            ("SubdivisionCode", &self.subdivision_code),
        ];
        members.into_iter().filter_map(|(name, code)| Some((name.to_owned(), code.clone()?))).collect()
    }
}

/// ResourceRecordSet: either an alias target, or a TTL and records.
fn data(
    ttl: Option<u32>,
    records: Option<Vec<ResourceRecord>>,
    alias: Option<AliasTarget>,
    shown: &str,
) -> Result<Data, ApiError> {
    let records = records.filter(|records| !records.is_empty());
    let expected = |found: &str| {
        invalid(format!(
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or \
             TrafficPolicyInstanceId], but found {found} in {shown}"
        ))
    };
    match (ttl, records, alias) {
        (Some(ttl), Some(records), None) => {
            // TTL: a long of the model, 0 to 2147483647.
            refuse(ttl > i32::MAX.unsigned_abs(), || {
                invalid(format!("Invalid request: TTL too large in {shown}"))
            })?;
            Ok(Data::Values { ttl, values: records.into_iter().map(|record| record.value).collect() })
        }
        (None, None, Some(alias)) => Ok(Data::Alias {
            zone: alias.hosted_zone_id,
            // What is no name stays as it is, and does not lie in the target's zone either.
            dns_name: canonical(&alias.dns_name).unwrap_or(alias.dns_name),
            evaluate_target_health: alias.evaluate_target_health,
        }),
        (None, None, None) => Err(expected("none")),
        (Some(_), Some(_), Some(_)) | (Some(_), None, Some(_)) | (None, Some(_), Some(_)) => {
            Err(expected("more than one"))
        }
        (None, Some(_), None) => Err(invalid(format!("Invalid request: Missing field 'TTL' in {shown}"))),
        (Some(_), None, None) => {
            Err(invalid(format!("Invalid request: Missing field 'ResourceRecords' in {shown}")))
        }
    }
}
