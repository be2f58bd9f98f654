//! The canonical form of a group's targets.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::fields::FIELDS;
use crate::model::field::{Field, Model};

/// One target. API: `TargetDescription`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// An instance id or an IP address.
    pub id: String,
    /// The port; the group's where the spec gives none.
    pub port: u16,
    /// An Availability Zone, or `all` for an address outside the VPC.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub zone: Option<String>,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.id, self.port)?;
        self.zone.as_ref().map_or(Ok(()), |zone| write!(f, " ({zone})"))
    }
}

/// The registered targets of one group; those that drain are not registered any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// The group's key in the spec.
    pub group: String,
    /// All of them.
    pub targets: BTreeSet<Target>,
    /// Targets that the spec does not name stay registered.
    #[serde(default)]
    pub additive: bool,
}

impl Model for Targets {
    const FIELDS: &'static [Field<Self>] = FIELDS;
}
