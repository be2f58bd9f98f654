//! Certificates on the wire.

use super::Call;
use crate::aws::Clients;
use crate::aws::error::classify;
use crate::exec::{Outputs, ServiceError};

/// Makes one attempt at a call.
///
/// # Errors
/// AWS refuses, or does not answer.
pub async fn perform(clients: &Clients, call: &Call<String>) -> Result<Outputs, ServiceError> {
    let operation = call.operation();
    match call {
        Call::DeleteCertificate { certificate } => {
            let request = clients.acm.delete_certificate().certificate_arn(certificate);
            request.send().await.map_err(|error| classify(operation, error))?;
        }
    }
    Ok(Outputs::new())
}
