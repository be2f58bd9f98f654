//! The calls that make and delete certificates. `R` is how ARNs are named: by reference in plans, as text when they run.

use serde::{Deserialize, Serialize};

/// One API call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", deny_unknown_fields)]
pub enum Call<R> {
    /// API: DeleteCertificate of ACM.
    DeleteCertificate {
        /// The certificate.
        certificate: R,
    },
}

impl<R> Call<R> {
    /// The same call with every reference replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&R) -> Result<S, E>) -> Result<Call<S>, E> {
        Ok(match self {
            Self::DeleteCertificate { certificate } => {
                Call::DeleteCertificate { certificate: f(certificate)? }
            }
        })
    }

    /// The API operation's name.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::DeleteCertificate { .. } => "DeleteCertificate",
        }
    }
}

/// A state of a certificate that a plan waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition<R> {
    /// The certificate that is to be issued.
    pub certificate: R,
}
