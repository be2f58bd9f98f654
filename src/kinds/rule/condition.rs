//! The canonical form of rule conditions. API: `RuleCondition`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One pair of a query-string condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QueryPair {
    /// None: any key with the value.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key: Option<String>,
    /// With wildcards `*` and `?`.
    pub value: String,
}

/// One condition; all conditions of a rule must hold, any value of a condition suffices.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// API: host-header; patterns, without regard to case.
    Host(BTreeSet<String>),
    /// API: path-pattern; patterns, case-sensitive, never the query.
    Path(BTreeSet<String>),
    /// API: http-request-method; exact.
    Method(BTreeSet<String>),
    /// API: http-header.
    Header {
        /// The header's name, without regard to case.
        name: String,
        /// Patterns, without regard to case.
        values: BTreeSet<String>,
    },
    /// API: query-string.
    Query(BTreeSet<QueryPair>),
    /// API: source-ip; CIDR blocks.
    SourceIp(BTreeSet<String>),
    /// Something live that albctl does not know; never wanted, so it always differs.
    Unknown {
        /// The API's text of it.
        description: String,
    },
}

impl Condition {
    /// How many values it has: what AWS counts against the five of a rule.
    pub fn values(&self) -> usize {
        match self {
            Self::Host(values) | Self::Path(values) | Self::Method(values) | Self::SourceIp(values) => {
                values.len()
            }
            Self::Header { values, .. } => values.len(),
            Self::Query(pairs) => pairs.len(),
            Self::Unknown { .. } => 0,
        }
    }

    /// In a few words: `path /api/users, /api/users/*`.
    pub fn show(&self) -> String {
        let list = |values: &BTreeSet<String>| values.iter().cloned().collect::<Vec<_>>().join(", ");
        match self {
            Self::Host(values) => format!("host {}", list(values)),
            Self::Path(values) => format!("path {}", list(values)),
            Self::Method(values) => format!("method {}", list(values)),
            Self::Header { name, values } => format!("header {name}: {}", list(values)),
            Self::Query(pairs) => {
                let one = |pair: &QueryPair| match &pair.key {
                    Some(key) => format!("{key}={}", pair.value),
                    None => pair.value.clone(),
                };
                format!("query {}", pairs.iter().map(one).collect::<Vec<_>>().join(", "))
            }
            Self::SourceIp(values) => format!("source_ip {}", list(values)),
            Self::Unknown { description } => format!("({description})"),
        }
    }
}

/// Conditions in their one form: sorted, none twice.
pub fn canonical(mut conditions: Vec<Condition>) -> Vec<Condition> {
    conditions.sort();
    conditions.dedup();
    conditions
}

/// All conditions in a few words.
pub fn show(conditions: &[Condition]) -> String {
    conditions.iter().map(Condition::show).collect::<Vec<_>>().join("; ")
}

/// Prints the JSON value of a list of conditions, for rows of field tables.
pub fn show_value(value: &Value) -> String {
    match serde_json::from_value::<Vec<Condition>>(value.clone()) {
        Ok(conditions) => show(&conditions),
        Err(_) => value.to_string(),
    }
}
