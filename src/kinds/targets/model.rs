//! The canonical form of a group's targets.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::fields::FIELDS;
use super::function;
use crate::model::field::{Field, Model};

/// One target. API: `TargetDescription`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// An instance id, an IP address or the ARN of a function.
    pub id: String,
    /// The port; the group's where the spec gives none. A function has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub port: Option<u16>,
    /// An Availability Zone, or `all` for an address outside the VPC.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub zone: Option<String>,
}

impl Target {
    /// Whether it is a function.
    pub fn is_function(&self) -> bool {
        self.port.is_none()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.id)?,
            None => f.write_str(&function::short(&self.id))?,
        }
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

impl Targets {
    /// The one target of a group of a function.
    pub fn of_function(group: &str, function: &str) -> Self {
        let target = Target { id: function.to_owned(), port: None, zone: None };
        Self { group: group.to_owned(), targets: BTreeSet::from([target]), additive: false }
    }
}

impl Model for Targets {
    const FIELDS: &'static [Field<Self>] = FIELDS;
}
