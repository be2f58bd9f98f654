//! Deleting the records that validated a certificate which goes.
//!
//! API: DescribeCertificate, `InUseBy`; ListResourceRecordSets and ChangeResourceRecordSets of Route 53.

use aws_sdk_route53::Client;
use aws_sdk_route53::types as api;

use super::records::{CHANGE, describe, find};
use crate::aws::Clients;
use crate::aws::error::{classify, refused};
use crate::exec::retry::RECORDS_IN_USE;
use crate::exec::{ErrorKind, Outputs, ServiceError};
use crate::kinds::certificate::call::Placed;
use crate::kinds::dns_record::aws::through;

/// How often a record is looked at again that somebody changed between the look and the deletion.
const LOOKS: usize = 3;

/// Deletes those of the records that have exactly their value; any other is nobody's but its writer's.
pub async fn delete(
    clients: &Clients,
    certificate: &str,
    records: &[Placed],
) -> Result<Outputs, ServiceError> {
    match describe(clients, certificate).await {
        Ok(detail) if !detail.in_use_by().is_empty() => {
            let users = detail.in_use_by().join(", ");
            return Err(ServiceError {
                code: Some(RECORDS_IN_USE.to_owned()),
                ..refused(CHANGE, format!("the certificate is still in use by {users}"))
            });
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
