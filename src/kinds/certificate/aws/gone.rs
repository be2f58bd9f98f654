//! Deleting a certificate of ACM that goes, and the records that validated it, unless somebody uses it.
//!
//! API: DeleteCertificate; DescribeCertificate, `InUseBy`; ListResourceRecordSets and ChangeResourceRecordSets of Route 53.

use aws_sdk_route53::Client;
use aws_sdk_route53::types as api;

use super::records::{CHANGE, describe, find};
use crate::aws::Clients;
use crate::aws::error::{classify, refused};
use crate::exec::retry::{RECORDS_IN_USE, STILL_USED};
use crate::exec::{ErrorKind, Outputs, ServiceError};
use crate::kinds::certificate::call::Placed;
use crate::kinds::dns_record::aws::through;

/// How often a record is looked at again that somebody changed between the look and the deletion.
const LOOKS: usize = 3;

/// Deletes a certificate of ACM. One that something uses stays, and the refusal names who.
pub async fn delete(clients: &Clients, certificate: &str, ours: &[String]) -> Result<Outputs, ServiceError> {
    const OPERATION: &str = "DeleteCertificate";
    let answer = clients.acm.delete_certificate().certificate_arn(certificate).send().await;
    let Err(error) = answer.map_err(|error| classify(OPERATION, error)) else { return Ok(Outputs::new()) };
    if !error.is(&["ResourceInUseException"]) {
        return Err(error);
    }
    // Who may not ask waits as if it were ours.
    let Ok(detail) = describe(clients, certificate).await else { return Err(error) };
    let users = detail.in_use_by();
    if users.is_empty() {
        return Err(error);
    }
    let code = if is_lasting(users, ours) { Some(STILL_USED.to_owned()) } else { error.code.clone() };
    Err(ServiceError { code, message: users.join(", "), ..error })
}

/// Whether anybody but `ours` is among the users: what this plan does not end, no waiting ends.
fn is_lasting(users: &[String], ours: &[String]) -> bool {
    users.iter().any(|user| !ours.contains(user))
}

/// Deletes those of the records that have exactly their value; any other is nobody's but its writer's.
pub async fn delete_records(
    clients: &Clients,
    certificate: &str,
    records: &[Placed],
    ours: &[String],
) -> Result<Outputs, ServiceError> {
    match describe(clients, certificate).await {
        Ok(detail) if !detail.in_use_by().is_empty() => {
            let users = detail.in_use_by();
            let code = if is_lasting(users, ours) { STILL_USED } else { RECORDS_IN_USE };
            return Err(ServiceError { code: Some(code.to_owned()), ..refused(CHANGE, users.join(", ")) });
        }
        Ok(_) => {}
        // Somebody deleted it: the records are to go all the same.
        Err(error) if error.kind == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    for placed in records {
        let role = placed.zone.role.as_deref();
        let client = clients.route53_as(role).await;
        match remove(&client, placed).await {
            // With its zone a record is gone, too.
            Err(error) if error.kind == ErrorKind::NotFound => {}
            other => other.map_err(|error| through(error, role))?,
        }
    }
    Ok(Outputs::new())
}

/// Deletes a record. A deletion names the whole set, so that what somebody changes meanwhile stays.
async fn remove(client: &Client, placed: &Placed) -> Result<(), ServiceError> {
    let Placed { zone, record } = placed;
    for look in 1..=LOOKS {
        let Some(set) = find(client, zone, record).await? else { return Ok(()) };
        // Beside other values it is a record that somebody else keeps.
        if set.resource_records().len() != 1 {
            return Ok(());
        }
        let built =
            |error: aws_smithy_types::error::operation::BuildError| refused(CHANGE, error.to_string());
        let change = api::Change::builder().action(api::ChangeAction::Delete).resource_record_set(set);
        let batch = api::ChangeBatch::builder().changes(change.build().map_err(built)?);
        let request = client.change_resource_record_sets().hosted_zone_id(&zone.id);
        let answer = request.change_batch(batch.build().map_err(built)?).send().await;
        match answer.map_err(|error| classify(CHANGE, error)) {
            Err(error) if error.is(&["InvalidChangeBatch"]) && look < LOOKS => {}
            other => return other.map(drop),
        }
    }
    Ok(())
}
