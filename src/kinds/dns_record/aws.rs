//! DNS records on the wire. API: ChangeResourceRecordSets, ListResourceRecordSets, GetChange.

use aws_sdk_route53::Client;
use aws_sdk_route53::operation::change_resource_record_sets::ChangeResourceRecordSetsError as ChangeError;
use aws_sdk_route53::types as api;

use super::{Call, Condition};
use crate::aws::Clients;
use crate::aws::error::{classify, refused};
use crate::exec::{ErrorKind, Outputs, Probe, ServiceError};
use crate::model::record_set::{Failover, target_name};
use crate::model::{Answer, OutputKey, RecordSet, Routing, zone};

/// Makes one attempt at a call.
///
/// # Errors
/// AWS refuses, or does not answer.
pub async fn perform(clients: &Clients, call: &Call<String>) -> Result<Outputs, ServiceError> {
    let operation = call.operation();
    let Call::ChangeResourceRecordSets { zone, role, delete, create } = call;
    let changes = delete
        .iter()
        .map(|set| change(api::ChangeAction::Delete, set))
        .chain(create.iter().map(|set| change(api::ChangeAction::Create, set)))
        .collect::<Result<Vec<_>, _>>()
        .and_then(|changes| {
            api::ChangeBatch::builder().set_changes(Some(changes)).build().map_err(unbuilt)
        })?;
    let client = clients.route53_as(role.as_deref()).await;
    let request = client.change_resource_record_sets().hosted_zone_id(zone).change_batch(changes);
    let answer = request.send().await.map_err(|error| {
        let told = error.as_service_error().and_then(messages);
        let error = through(classify(operation, error), role.as_deref());
        ServiceError { message: told.unwrap_or(error.message.clone()), ..error }
    })?;
    let change = answer.change_info.map(|info| zone::plain_id(&info.id).to_owned()).unwrap_or_default();
    Ok(Outputs::from([(OutputKey::Change, change)]))
}

/// All that is wrong with a batch. API: `InvalidChangeBatch`, `messages`.
fn messages(error: &ChangeError) -> Option<String> {
    let batch = match error {
        ChangeError::InvalidChangeBatch(batch) => batch,
        _ => return None,
    };
    let all = batch.messages().join("; ");
    Some(all).filter(|all| !all.is_empty()).or(batch.message().map(str::to_owned))
}

/// Credentials that fail are those of the role.
pub fn through(error: ServiceError, role: Option<&str>) -> ServiceError {
    match role {
        Some(role) if error.kind == ErrorKind::Credentials => {
            ServiceError { message: format!("the role {role} cannot be used: {}", error.message), ..error }
        }
        Some(_) | None => error,
    }
}

fn unbuilt(error: impl std::error::Error) -> ServiceError {
    refused("ChangeResourceRecordSets", error.to_string())
}

fn change(action: api::ChangeAction, set: &RecordSet<String>) -> Result<api::Change, ServiceError> {
    api::Change::builder().action(action).resource_record_set(to_api(set)?).build().map_err(unbuilt)
}

fn to_api(set: &RecordSet<String>) -> Result<api::ResourceRecordSet, ServiceError> {
    let RecordSet { name, kind, set, routing, answer, health_check } = set;
    let mut builder = api::ResourceRecordSet::builder()
        .name(name)
        .r#type(kind.as_str().into())
        .set_set_identifier(set.clone())
        .set_health_check_id(health_check.clone());
    builder = match routing {
        Routing::Simple => builder,
        Routing::Weighted(weight) => builder.weight(i64::from(*weight)),
        Routing::Latency(region) => builder.region(region.as_str().into()),
        Routing::Failover(Failover::Primary) => builder.failover(api::ResourceRecordSetFailover::Primary),
        Routing::Failover(Failover::Secondary) => builder.failover(api::ResourceRecordSetFailover::Secondary),
        Routing::Other(word) => {
            return Err(refused("ChangeResourceRecordSets", format!("{word} records cannot be written")));
        }
    };
    builder = match answer {
        Answer::Alias { zone, dns_name, evaluate_target_health } => {
            let target = api::AliasTarget::builder()
                .hosted_zone_id(zone)
                .dns_name(dns_name)
                .evaluate_target_health(*evaluate_target_health);
            builder.alias_target(target.build().map_err(unbuilt)?)
        }
        Answer::Values { ttl, values } => {
            let one = |value: &String| api::ResourceRecord::builder().value(value).build().map_err(unbuilt);
            let records = values.iter().map(one).collect::<Result<Vec<_>, _>>()?;
            builder.ttl(i64::from(*ttl)).set_resource_records(Some(records))
        }
    };
    builder.build().map_err(unbuilt)
}

/// The canonical form of a record set.
pub fn from_api(set: &api::ResourceRecordSet) -> RecordSet<String> {
    let routing = if let Some(weight) = set.weight() {
        u8::try_from(weight).map_or_else(|_| Routing::Other("weighted".to_owned()), Routing::Weighted)
    } else if let Some(region) = set.region() {
        Routing::Latency(region.as_str().to_owned())
    } else if let Some(failover) = set.failover() {
        Failover::from_word(&failover.as_str().to_ascii_lowercase())
            .map_or_else(|| Routing::Other("failover".to_owned()), Routing::Failover)
    } else if set.set_identifier().is_some() {
        Routing::Other(other_policy(set).to_owned())
    } else {
        Routing::Simple
    };
    let answer = match set.alias_target() {
        Some(target) => Answer::Alias {
            zone: zone::plain_id(target.hosted_zone_id()).to_owned(),
            dns_name: target.dns_name().to_owned(),
            evaluate_target_health: target.evaluate_target_health(),
        },
        None => Answer::Values {
            ttl: set.ttl().and_then(|ttl| u32::try_from(ttl).ok()).unwrap_or_default(),
            values: set.resource_records().iter().map(|one| one.value().to_owned()).collect(),
        },
    };
    RecordSet {
        name: zone::normal(set.name()),
        kind: set.r#type().as_str().to_owned(),
        set: set.set_identifier().map(str::to_owned),
        routing,
        answer,
        health_check: set.health_check_id().map(str::to_owned),
    }
}

fn other_policy(set: &api::ResourceRecordSet) -> &'static str {
    if set.geo_location().is_some() {
        "geolocation"
    } else if set.geo_proximity_location().is_some() {
        "geoproximity"
    } else if set.multi_value_answer().is_some() {
        "multivalue"
    } else {
        "IP-based"
    }
}

/// A page of record sets from a name on, and where the next one begins: there is none when the name has changed. The
/// last page holds other names, too.
///
/// # Errors
/// AWS refuses, or does not answer.
pub async fn page(
    client: &Client,
    zone: &str,
    name: &str,
    from: Option<Place>,
) -> Result<(Vec<RecordSet<String>>, Option<Place>), ServiceError> {
    const OPERATION: &str = "ListResourceRecordSets";
    /// As many sets as there may be of one name and type.
    const PAGE: i32 = 100;
    let from = from.unwrap_or_else(|| Place { name: name.to_owned(), kind: None, set: None });
    let answer = client
        .list_resource_record_sets()
        .hosted_zone_id(zone)
        .start_record_name(from.name)
        .set_start_record_type(from.kind)
        .set_start_record_identifier(from.set)
        .max_items(PAGE)
        .send()
        .await
        .map_err(|error| classify(OPERATION, error))?;
    let sets: Vec<RecordSet<String>> = answer.resource_record_sets().iter().map(from_api).collect();
    let next = answer.next_record_name().filter(|next| answer.is_truncated() && zone::normal(next) == name);
    let next = next.map(|next| Place {
        name: next.to_owned(),
        kind: answer.next_record_type().cloned(),
        set: answer.next_record_identifier().map(str::to_owned),
    });
    Ok((sets, next))
}

/// Where a page begins.
#[derive(Clone, Debug)]
pub struct Place {
    name: String,
    kind: Option<api::RrType>,
    set: Option<String>,
}

/// After an attempt whose answer was lost: what it would have done is done, if all that was to come is there and all
/// that was to go is gone. The change's id is lost: who waits for it can only wait for as long as such changes take.
///
/// # Errors
/// AWS refuses, or does not answer.
pub async fn find_result(clients: &Clients, call: &Call<String>) -> Result<Option<Outputs>, ServiceError> {
    let Call::ChangeResourceRecordSets { zone, role, delete, create } = call;
    let client = clients.route53_as(role.as_deref()).await;
    let names: std::collections::BTreeSet<&str> =
        delete.iter().chain(create).map(|set| set.name.as_str()).collect();
    let mut live = Vec::new();
    for name in names {
        let mut from = None;
        loop {
            let (sets, next) = page(&client, zone, name, from).await?;
            live.extend(sets);
            if next.is_none() {
                break;
            }
            from = next;
        }
    }
    let there = |set: &RecordSet<String>| live.iter().any(|one| equal(one, set));
    let gone = |set: &RecordSet<String>| create.iter().any(|new| new.key() == set.key()) || !there(set);
    let done = create.iter().all(there) && delete.iter().all(gone);
    Ok(done.then(|| Outputs::from([(OutputKey::Change, String::new())])))
}

/// Whether two record sets are the same, however their targets are written.
fn equal(one: &RecordSet<String>, other: &RecordSet<String>) -> bool {
    let plain = |set: &RecordSet<String>| {
        let Ok(set) = set.map::<_, std::convert::Infallible>(&mut |text: &String| Ok(target_name(text)));
        set
    };
    plain(one) == plain(other)
}

/// Whether a change is in sync. API: GetChange.
///
/// # Errors
/// AWS refuses, or does not answer.
pub async fn probe(clients: &Clients, condition: &Condition<String>) -> Result<Probe, ServiceError> {
    let Condition { change, role } = condition;
    let client = clients.route53_as(role.as_deref()).await;
    match client.get_change().id(change).send().await.map_err(|error| classify("GetChange", error)) {
        Ok(answer) => {
            let status = answer.change_info.map(|info| info.status);
            Ok(match status {
                Some(api::ChangeStatus::Insync) => Probe::Holds("in sync".to_owned()),
                Some(_) | None => Probe::NotYet("pending".to_owned()),
            })
        }
        Err(error) => Err(through(error, role.as_deref())),
    }
}
