//! The calls that change DNS records. `R` is how values that may not be known yet are named.

use serde::{Deserialize, Serialize};

use crate::model::RecordSet;

/// One API call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", deny_unknown_fields)]
pub enum Call<R> {
    /// API: ChangeResourceRecordSets: one batch, which takes effect as a whole or not at all. What is replaced is
    /// deleted and created: a deletion must name all values, so that nothing is overwritten that changed meanwhile.
    ChangeResourceRecordSets {
        /// The id of the hosted zone.
        zone: String,
        /// The role through which it is reached.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        role: Option<String>,
        /// What must be there and goes.
        delete: Vec<RecordSet<String>>,
        /// What comes.
        create: Vec<RecordSet<R>>,
    },
}

impl<R> Call<R> {
    /// The same call with every reference replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&R) -> Result<S, E>) -> Result<Call<S>, E> {
        Ok(match self {
            Self::ChangeResourceRecordSets { zone, role, delete, create } => Call::ChangeResourceRecordSets {
                zone: zone.clone(),
                role: role.clone(),
                delete: delete.clone(),
                create: create.iter().map(|set| set.map(&mut *f)).collect::<Result<_, _>>()?,
            },
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
    /// The id of the change; empty where the answer that had it was lost.
    pub change: R,
    /// The role through which its zone is reached.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub role: Option<String>,
}
