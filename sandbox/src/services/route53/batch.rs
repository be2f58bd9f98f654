//! A batch of changes against a zone: what the zone would hold, or everything that is wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::input::{Action, Change};
use super::{alias, routing, values};
use crate::domain_name::is_within;
use crate::services::Ctx;
use crate::state::route53::{Data, HostedZone, RecordKey, RecordSet, RecordType};

/// The record sets of a zone by what identifies them.
pub(super) type Records = BTreeMap<RecordKey, RecordSet>;

/// The zone's records after the batch, or messages of InvalidChangeBatch. Nothing is written.
pub(super) fn apply(ctx: &Ctx<'_>, id: &str, changes: Vec<Change>) -> Result<Vec<RecordSet>, Vec<String>> {
    let Some(zone) = ctx.state.route53.zones.get(id) else { return Err(Vec::new()) };
    let mut messages = alone(zone, &changes);
    let mut records: Records = zone.records.iter().map(|record| (record.key(), record.clone())).collect();
    let mut written = BTreeSet::new();
    if messages.is_empty() {
        for change in changes {
            if change.action != Action::Delete {
                written.insert(change.record.key());
            }
            messages.extend(one(&mut records, zone, change));
        }
    }
    if messages.is_empty() {
        messages.extend(together(ctx, id, &zone.name, &records, &written));
    }
    if messages.is_empty() { Ok(records.into_values().collect()) } else { Err(messages) }
}

/// What is wrong with each change by itself, and with two changes of one record set.
fn alone(zone: &HostedZone, changes: &[Change]) -> Vec<String> {
    let mut messages = Vec::new();
    let mut earlier: BTreeMap<RecordKey, Vec<Action>> = BTreeMap::new();
    for change in changes {
        let record = &change.record;
        if let Some(message) = &change.bad_name {
            messages.push(message.clone());
            continue;
        }
        if !is_within(&record.name, &zone.name) {
            messages
                .push(format!("RRSet with DNS name {} is not permitted in zone {}", record.name, zone.name));
        }
        if change.action != Action::Delete {
            messages.extend(values::check(record));
        }
        let actions = earlier.entry(record.key()).or_default();
        actions.push(change.action);
        // Only a deletion can be followed by another change of the same record set.
        if !matches!(actions.as_slice(), [_] | [Action::Delete, Action::Create | Action::Upsert]) {
            messages.push(format!(
                "The request contains an invalid set of changes for a resource record set '{} {}'",
                record.record_type, record.name
            ));
        }
    }
    messages
}

/// Makes one change, unless what is there forbids it.
fn one(records: &mut Records, zone: &HostedZone, change: Change) -> Option<String> {
    let record = change.record;
    let (key, shown) = (record.key(), shown(&record));
    match change.action {
        Action::Create if records.contains_key(&key) => {
            return Some(format!("Tried to create resource record set {shown} but it already exists"));
        }
        Action::Create => drop(records.insert(key, record)),
        Action::Upsert => upsert(records, record),
        Action::Delete => match records.get(&key) {
            None => return Some(format!("Tried to delete resource record set {shown} but it was not found")),
            Some(live) if !is_same(live, &record) => {
                return Some(format!(
                    "Tried to delete resource record set {shown} but the values provided do not match the \
                     current values"
                ));
            }
            Some(_) if record.is_required(&zone.name) => {
                return Some(match record.record_type {
                    RecordType::Soa => "A HostedZone must contain exactly one SOA record.".to_owned(),
                    _ns => "A HostedZone must contain at least one NS record for the zone itself.".to_owned(),
                });
            }
            Some(_) => drop(records.remove(&key)),
        },
    }
    None
}

/// An UPSERT of what is there already changes nothing, so the name servers go on answering with it.
fn upsert(records: &mut Records, mut record: RecordSet) {
    let key = record.key();
    if let Some(live) = records.get(&key)
        && is_same(live, &record)
    {
        record.in_sync = live.in_sync;
    }
    records.insert(key, record);
}

/// ChangeResourceRecordSets, `DELETE`: all values must be given as they are; their order does not matter.
fn is_same(a: &RecordSet, b: &RecordSet) -> bool {
    let data = match (&a.data, &b.data) {
        (Data::Values { ttl, values }, Data::Values { ttl: other_ttl, values: others }) => {
            ttl == other_ttl && values.iter().collect::<BTreeSet<_>>() == others.iter().collect()
        }
        (one, other) => one == other,
    };
    data && a.routing == b.routing && a.health_check == b.health_check
}

/// `[name='www.example.com.', type='A']`, with the set identifier if it has one.
fn shown(record: &RecordSet) -> String {
    let identifier = record.set_identifier.as_ref().map(|id| format!(", set-identifier='{id}'"));
    let (name, kind) = (&record.name, record.record_type);
    format!("[name='{name}', type='{kind}'{}]", identifier.unwrap_or_default())
}

/// What the records that were written forbid among themselves and the others.
fn together(
    ctx: &Ctx<'_>,
    id: &str,
    zone: &str,
    records: &Records,
    written: &BTreeSet<RecordKey>,
) -> Vec<String> {
    let mut messages = Vec::new();
    for record in written.iter().filter_map(|key| records.get(key)) {
        messages.extend(cname_conflict(zone, records, record));
        messages.extend(routing::check(records, record));
        messages.extend(alias::check(ctx, id, records, record));
    }
    messages.dedup();
    messages
}

/// RFC 1034, 3.6.2: a CNAME is alone. Developer guide, "CNAME": none at the zone apex.
fn cname_conflict(zone: &str, records: &Records, record: &RecordSet) -> Option<String> {
    let (name, kind) = (&record.name, record.record_type);
    let mut others = records.values().filter(|other| other.name == *name && other.record_type != kind);
    if kind == RecordType::Cname {
        if name == zone {
            return Some(format!(
                "RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {zone}"
            ));
        }
        return others.next().map(|_| {
            format!(
                "RRSet of type CNAME with DNS name {name} is not permitted as it conflicts with other \
                 records with the same DNS name in zone {zone}"
            )
        });
    }
    others.find(|other| other.record_type == RecordType::Cname).map(|_| {
        format!(
            "RRSet of type {kind} with DNS name {name} is not permitted because a conflicting RRSet of type  \
             CNAME with the same DNS name already exists in zone {zone}"
        )
    })
}
