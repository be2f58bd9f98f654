//! The records that validate a certificate, and the wait until ACM has seen them.
//!
//! API: DescribeCertificate; ListResourceRecordSets and ChangeResourceRecordSets of Route 53.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_acm::types as api;
use aws_sdk_route53::Client;
use aws_sdk_route53::types as route53;

use super::read::records;
use crate::aws::Clients;
use crate::aws::error::{classify, incomplete, refused};
use crate::exec::retry::RECORDS_PENDING;
use crate::exec::{ErrorKind, Outputs, Probe, ServiceError};
use crate::kinds::certificate::call::{Condition, ZoneRef};
use crate::kinds::certificate::model::Cname;
use crate::kinds::certificate::plan::based;
use crate::kinds::dns_record::aws::through;
use crate::model::zone;

/// How long resolvers keep a validation record, in seconds.
const TTL: i64 = 300;

const DESCRIBE: &str = "DescribeCertificate";
pub(super) const CHANGE: &str = "ChangeResourceRecordSets";

pub(super) async fn describe(clients: &Clients, arn: &str) -> Result<api::CertificateDetail, ServiceError> {
    let answer = clients.acm.describe_certificate().certificate_arn(arn).send().await;
    let answer = answer.map_err(|error| classify(DESCRIBE, error))?;
    answer.certificate.ok_or_else(|| incomplete(DESCRIBE, "certificate"))
}

/// Writes the records of a certificate into the zones of its names. What is there with the same value is used.
pub async fn write(
    clients: &Clients,
    certificate: &str,
    zones: &BTreeMap<String, ZoneRef>,
) -> Result<Outputs, ServiceError> {
    let pending = || ServiceError {
        kind: ErrorKind::Refused,
        code: Some(RECORDS_PENDING.to_owned()),
        ..refused(CHANGE, "ACM has not said yet which records it looks for")
    };
    let detail = match describe(clients, certificate).await {
        // It cannot be seen at once.
        Err(error) if error.kind == ErrorKind::NotFound => return Err(pending()),
        other => other?,
    };
    let found = records(&detail);
    let mut by_zone: BTreeMap<&ZoneRef, Vec<Cname>> = BTreeMap::new();
    for (name, zone) in zones {
        let Some(record) = found.iter().find(|one| one.domain == *name) else { return Err(pending()) };
        by_zone.entry(zone).or_default().push(record.clone());
    }
    for (zone, records) in by_zone {
        let client = clients.route53_as(zone.role.as_deref()).await;
        let written = put(&client, zone, records).await;
        written.map_err(|error| through(error, zone.role.as_deref()))?;
    }
    Ok(Outputs::new())
}

/// Writes those of the records that the zone does not have.
async fn put(client: &Client, zone: &ZoneRef, records: Vec<Cname>) -> Result<(), ServiceError> {
    let mut missing = Vec::new();
    for record in records {
        if !exists(client, zone, &record).await? {
            missing.push(record);
        }
    }
    if missing.is_empty() { Ok(()) } else { upsert(client, zone, &missing).await }
}

/// Whether the zone has the record with this value.
async fn exists(client: &Client, zone: &ZoneRef, record: &Cname) -> Result<bool, ServiceError> {
    find(client, zone, record).await.map(|found| found.is_some())
}

/// The record set of this name and value, alone or among others.
pub(super) async fn find(
    client: &Client,
    zone: &ZoneRef,
    record: &Cname,
) -> Result<Option<route53::ResourceRecordSet>, ServiceError> {
    const LIST: &str = "ListResourceRecordSets";
    let request = client
        .list_resource_record_sets()
        .hosted_zone_id(&zone.id)
        .start_record_name(&record.name)
        .start_record_type(route53::RrType::Cname)
        .max_items(1);
    let answer = request.send().await.map_err(|error| classify(LIST, error))?;
    let is_it = |set: &route53::ResourceRecordSet| {
        set.r#type == route53::RrType::Cname
            && zone::normal(&set.name) == record.name
            && set.resource_records().iter().any(|one| zone::normal(&one.value) == record.value)
    };
    Ok(answer.resource_record_sets.into_iter().find(is_it))
}

async fn upsert(client: &Client, zone: &ZoneRef, records: &[Cname]) -> Result<(), ServiceError> {
    let built = |error: aws_smithy_types::error::operation::BuildError| refused(CHANGE, error.to_string());
    let mut changes = Vec::new();
    for record in records {
        let value =
            route53::ResourceRecord::builder().value(format!("{}.", record.value)).build().map_err(built)?;
        let set = route53::ResourceRecordSet::builder()
            .name(format!("{}.", record.name))
            .r#type(route53::RrType::Cname)
            .ttl(TTL)
            .resource_records(value)
            .build()
            .map_err(built)?;
        let action = route53::ChangeAction::Upsert;
        changes
            .push(route53::Change::builder().action(action).resource_record_set(set).build().map_err(built)?);
    }
    let batch = route53::ChangeBatch::builder().set_changes(Some(changes)).build().map_err(built)?;
    let request = client.change_resource_record_sets().hosted_zone_id(&zone.id).change_batch(batch);
    request.send().await.map(drop).map_err(|error| classify(CHANGE, error))
}

/// Looks whether a certificate is issued.
pub async fn issued(clients: &Clients, condition: &Condition<String>) -> Result<Probe, ServiceError> {
    let Condition { certificate, elsewhere } = condition;
    let detail = match describe(clients, certificate).await {
        Err(error) if error.kind == ErrorKind::NotFound => {
            return Ok(Probe::NotYet("not yet visible".to_owned()));
        }
        other => other?,
    };
    let status = detail.status().map_or("unknown", api::CertificateStatus::as_str);
    Ok(match status {
        "ISSUED" => Probe::Holds(match detail.not_after() {
            Some(end) => format!("valid to {}", day(end.secs())),
            None => "ISSUED".to_owned(),
        }),
        "PENDING_VALIDATION" => Probe::NotYet(waiting(&detail, elsewhere)),
        _ => match detail.failure_reason() {
            Some(reason) => Probe::Never(format!("{status} ({})", reason.as_str())),
            None => Probe::Never(status.to_owned()),
        },
    })
}

fn day(seconds: i64) -> String {
    let since = std::time::Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    let minute = crate::base::time::Utc::from(std::time::SystemTime::UNIX_EPOCH + since).minute();
    minute.split('T').next().unwrap_or_default().to_owned()
}

/// Which names are not validated; on further lines the records that somebody else is to create, those of the names that
/// are kept elsewhere.
fn waiting(detail: &api::CertificateDetail, elsewhere: &BTreeSet<String>) -> String {
    let open =
        |option: &&api::DomainValidation| option.validation_status() != Some(&api::DomainStatus::Success);
    let names: Vec<String> =
        detail.domain_validation_options().iter().filter(open).map(|one| based(&one.domain_name)).collect();
    let names: BTreeSet<String> = names.into_iter().collect();
    let names: Vec<String> = names.into_iter().collect();
    let open = |record: &Cname| names.contains(&record.domain) && elsewhere.contains(&record.domain);
    let wanted = records(detail).into_iter().filter(open);
    let lines = wanted.map(|record| {
        let Cname { domain, name, value } = record;
        format!(
            "\nCreate this record where {domain} is kept (the zone is not in Route 53):\n    \
             {name}.   CNAME   {value}."
        )
    });
    let state = match names.as_slice() {
        [] => "PENDING_VALIDATION".to_owned(),
        names => format!("PENDING_VALIDATION of {}", names.join(", ")),
    };
    state + &lines.collect::<String>()
}
