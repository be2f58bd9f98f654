//! The canonical form of a DNS record.

use serde::{Deserialize, Serialize};

use super::fields::FIELDS;
use crate::model::field::{Field, Model};

/// A DNS record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsRecord {
    /// The name, in lower case and without the dot at its end.
    pub name: String,
}

impl Model for DnsRecord {
    const FIELDS: &'static [Field<Self>] = FIELDS;
}
