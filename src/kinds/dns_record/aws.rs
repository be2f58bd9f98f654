//! DNS records on the wire.

use super::Call;
use crate::aws::Clients;
use crate::aws::error::refused;
use crate::exec::{Outputs, ServiceError};

/// Makes one attempt at a call.
///
/// # Errors
/// AWS refuses, or does not answer.
pub async fn perform(_: &Clients, call: &Call<String>) -> Result<Outputs, ServiceError> {
    Err(refused(call.operation(), "not built yet"))
}
