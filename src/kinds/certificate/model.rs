//! The canonical form of a certificate.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::fields::FIELDS;
use crate::model::field::{Field, Model};
use crate::model::world::Tags;

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The first name.
    pub domain: String,
    /// All names, the first among them.
    pub names: BTreeSet<String>,
    /// The tags that the spec gives.
    pub tags: Tags,
}

impl Model for Certificate {
    const FIELDS: &'static [Field<Self>] = FIELDS;
}
