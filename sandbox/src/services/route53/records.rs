//! ListResourceRecordSets.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{bare, invalid, page_size, zone};
use crate::domain_name::{NameError, canonical, sort_key};
use crate::services::{Ctx, refuse};
use crate::state::route53::{Data, RecordSet, RecordType, Routing};
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct List {
    hosted_zone_id: String,
    start_record_name: Option<String>,
    start_record_type: Option<RecordType>,
    start_record_identifier: Option<String>,
    max_items: Option<usize>,
}

/// ListResourceRecordSets, `MaxItems`: at most 300.
const PAGE: usize = 300;

/// What record sets are sorted by: name with the labels reversed, type, set identifier.
type Place<'r> = (Vec<u8>, &'r str, &'r str);

fn place(record: &RecordSet) -> Place<'_> {
    (
        sort_key(&record.name),
        record.record_type.as_str(),
        record.set_identifier.as_deref().unwrap_or_default(),
    )
}

pub(super) fn list(ctx: &Ctx<'_>, input: List) -> Result<Value, ApiError> {
    let zone = zone(ctx, bare(&input.hosted_zone_id))?;
    // ListResourceRecordSets: "Specifying type without specifying name returns an InvalidInput error."
    refuse(input.start_record_type.is_some() && input.start_record_name.is_none(), || {
        invalid("If you specify StartRecordType, you must also specify StartRecordName")
    })?;
    // StartRecordIdentifier is of one name and type.
    refuse(input.start_record_identifier.is_some() && input.start_record_type.is_none(), || {
        invalid("If you specify StartRecordIdentifier, you must also specify StartRecordType")
    })?;
    let name = input.start_record_name.as_deref().map(start_name).transpose()?;
    let kind = input.start_record_type.map(RecordType::as_str).unwrap_or_default();
    let identifier = input.start_record_identifier.as_deref().unwrap_or_default();
    let start: Place<'_> = (name.unwrap_or_default(), kind, identifier);
    let mut records: Vec<(Place<'_>, &RecordSet)> = zone.records.iter().map(|r| (place(r), r)).collect();
    records.retain(|(place, _)| *place >= start);
    records.sort_by(|(a, _), (b, _)| a.cmp(b));
    let size = page_size(input.max_items, PAGE)?;
    let next = records.get(size).map(|(_, record)| *record);
    let page: Vec<Value> = records.iter().take(size).map(|(_, record)| record_json(record)).collect();
    Ok(json!({
        "ResourceRecordSets": page,
        "IsTruncated": next.is_some(),
        "NextRecordName": next.map(|record| &record.name),
        "NextRecordType": next.map(|record| record.record_type),
        "NextRecordIdentifier": next.and_then(|record| record.set_identifier.as_ref()),
        "MaxItems": size,
    }))
}

fn start_name(name: &str) -> Result<Vec<u8>, ApiError> {
    let problem = |error: NameError| {
        invalid(format!(
            "Invalid StartRecordName: FATAL problem: {} encountered with '{name}'",
            error.problem()
        ))
    };
    Ok(sort_key(&canonical(name).map_err(problem)?))
}

fn record_json(record: &RecordSet) -> Value {
    let mut json = json!({
        "Name": record.name,
        "Type": record.record_type,
        "SetIdentifier": record.set_identifier,
        "HealthCheckId": record.health_check,
    });
    let routing = match &record.routing {
        Routing::Simple => None,
        Routing::Weighted(weight) => Some(("Weight", json!(weight))),
        Routing::Latency(region) => Some(("Region", json!(region))),
        Routing::Failover(failover) => Some(("Failover", json!(failover))),
        Routing::Geolocation(place) => Some(("GeoLocation", json!(place))),
        Routing::Multivalue => Some(("MultiValueAnswer", json!(true))),
    };
    if let Some((member, value)) = routing {
        json[member] = value;
    }
    match &record.data {
        Data::Values { ttl, values } => {
            json["TTL"] = json!(ttl);
            json["ResourceRecords"] = values.iter().map(|value| json!({ "Value": value })).collect();
        }
        Data::Alias { zone, dns_name, evaluate_target_health } => {
            json["AliasTarget"] = json!({
                "HostedZoneId": zone,
                "DNSName": dns_name,
                "EvaluateTargetHealth": evaluate_target_health,
            });
        }
    }
    json
}
