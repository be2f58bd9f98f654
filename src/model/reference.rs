//! References to values that may not be known until an earlier step has run.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Names a step within its plan: `IDENTITY:WHAT`, such as `rule/https/users:create`. Stable from plan to plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(String);

impl StepId {
    /// The step that does `what` (a word of its kind) for the resource `subject`.
    pub fn new(subject: &super::ResourceId, what: &str) -> Self {
        Self(format!("{subject}:{what}"))
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A value that a step's answer holds and that later steps may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputKey {
    /// The ARN of the resource that the step created.
    Arn,
    /// `DNSName` of a load balancer.
    DnsName,
    /// `CanonicalHostedZoneId` of a load balancer: the zone of its own name.
    HostedZone,
    /// The id of a change of DNS records. API: `ChangeInfo`.
    Change,
}

/// A value in a call: known when the plan was made, or the output of an earlier step.
///
/// The edges of the plan's graph come from here: a step that holds `Output { step, .. }` runs after `step`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ref {
    /// The value itself.
    Known(String),
    /// What `step` will have answered under `key`.
    Output {
        /// The step that yields the value.
        step: StepId,
        /// Which of its outputs.
        key: OutputKey,
    },
}
