//! The calls that change DNS records. `R` is how values that may not be known yet are named.

use serde::{Deserialize, Serialize};

/// One API call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", deny_unknown_fields)]
pub enum Call<R> {
    /// API: ChangeResourceRecordSets: one batch, which takes effect as a whole or not at all.
    ChangeResourceRecordSets {
        /// The load balancer's DNS name.
        dns_name: R,
    },
}

impl<R> Call<R> {
    /// The same call with every reference replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&R) -> Result<S, E>) -> Result<Call<S>, E> {
        Ok(match self {
            Self::ChangeResourceRecordSets { dns_name } => {
                Call::ChangeResourceRecordSets { dns_name: f(dns_name)? }
            }
        })
    }

    /// The API operation's name.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::ChangeResourceRecordSets { .. } => "ChangeResourceRecordSets",
        }
    }
}

/// A change of records that a plan waits for. API: GetChange, `INSYNC`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition<R> {
    /// The change.
    pub change: R,
}
