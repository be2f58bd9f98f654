//! Which record sets of one name and type go together (ResourceRecordSet, `SetIdentifier` and the members of
//! the routing policies).

use std::mem::discriminant;

use super::batch::Records;
use crate::state::route53::{Data, Failover, RecordSet, Routing};

pub(super) fn check(records: &Records, record: &RecordSet) -> Option<String> {
    let others = records.values().filter(|other| {
        other.name == record.name
            && other.record_type == record.record_type
            && other.set_identifier != record.set_identifier
    });
    let others: Vec<&RecordSet> = others.collect();
    let subject = subject(record);
    // "You can't create different routing policies with the same name and type."
    if others.iter().any(|other| discriminant(&other.routing) != discriminant(&record.routing)) {
        return Some(format!(
            "{subject} cannot be created as other RRSets exist with the same name and type."
        ));
    }
    // `Region`: one latency set for a region; `Failover`: one primary, one secondary; `GeoLocation`: one for
    // a place.
    let twin = others.iter().find(|other| other.routing == record.routing);
    match (&record.routing, twin) {
        (Routing::Latency(region), Some(_)) => {
            Some(format!("{subject} cannot be created as another latency RRSet exists for region {region}."))
        }
        (Routing::Failover(failover), Some(_)) => {
            Some(format!("{subject} cannot be created as a failover {failover} RRSet already exists."))
        }
        (Routing::Geolocation(_), Some(_)) => {
            Some(format!("{subject} cannot be created as another RRSet exists for the same location."))
        }
        (Routing::Weighted(_), _) if others.len() >= MOST_WEIGHTED => {
            Some(format!("{subject} cannot be created as {MOST_WEIGHTED} RRSets exist already."))
        }
        _ => single(record, &subject),
    }
}

/// Developer guide, "Quotas": weighted records of one name and type.
const MOST_WEIGHTED: usize = 100;

/// What a policy forbids to the record set alone.
fn single(record: &RecordSet, subject: &str) -> Option<String> {
    match (&record.routing, &record.data) {
        // `Region`: "You can only specify one ResourceRecord per latency resource record set."
        (Routing::Latency(_), Data::Values { values, .. }) if values.len() > 1 => Some(format!(
            "{subject} cannot have more than one ResourceRecord, because it is a latency RRSet."
        )),
        // `MultiValueAnswer`: "You can't create multivalue answer alias records."
        (Routing::Multivalue, Data::Alias { .. }) => {
            Some(format!("{subject} cannot be an alias, because it is a multivalue answer RRSet."))
        }
        (
            Routing::Simple
            | Routing::Weighted(_)
            | Routing::Latency(_)
            | Routing::Failover(Failover::Primary | Failover::Secondary)
            | Routing::Geolocation(_)
            | Routing::Multivalue,
            Data::Values { .. } | Data::Alias { .. },
        ) => None,
    }
}

fn subject(record: &RecordSet) -> String {
    let identifier = record.set_identifier.as_ref().map(|id| format!(", SetIdentifier {id}"));
    let (name, kind) = (&record.name, record.record_type);
    format!("RRSet with DNS name {name}, type {kind}{}", identifier.unwrap_or_default())
}
