//! The calls that change tags. `R` is how ARNs are named: by reference in plans, as text when they run.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::world::Tags;

/// One API call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", deny_unknown_fields)]
pub enum Call<R> {
    /// API: AddTags; overwrites tags of the same key.
    AddTags {
        /// The resource.
        resource: R,
        /// The tags.
        tags: Tags,
    },
    /// API: RemoveTags.
    RemoveTags {
        /// The resource.
        resource: R,
        /// The keys.
        keys: BTreeSet<String>,
    },
}

impl<R> Call<R> {
    /// The same call with every reference replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&R) -> Result<S, E>) -> Result<Call<S>, E> {
        Ok(match self {
            Self::AddTags { resource, tags } => Call::AddTags { resource: f(resource)?, tags: tags.clone() },
            Self::RemoveTags { resource, keys } => {
                Call::RemoveTags { resource: f(resource)?, keys: keys.clone() }
            }
        })
    }

    /// The API operation's name.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::AddTags { .. } => "AddTags",
            Self::RemoveTags { .. } => "RemoveTags",
        }
    }
}
