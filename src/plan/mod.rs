//! From what is wanted and what is live to a plan: which calls, in which order; what is refused; what must hold
//! of any finished plan.

mod basis;
mod build;
mod certificates;
mod dns;
mod fix;
mod functions;
mod identity;
mod inherit;
pub mod lint;
mod order;
mod pairing;
mod renewals;
mod replace;
pub mod rules;
mod safety;
pub mod saved;
mod servers;
mod steps;
mod strangers;
#[cfg(test)]
mod tests;
mod validation;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::base::Diagnostics;
use crate::kinds::{Live, Plan};

pub use build::{build, current, destroy};
pub use fix::{fix, remaining};
pub use identity::{ID_DIGITS, digest, id, short};
pub use renewals::of as renewals;
pub use safety::{
    ALLOW, EMPTY_TARGET_GROUP, NEW_SOURCE, NO_HEALTHY_TARGET, NOT_WRITTEN, health_wanted, last_apply,
};

/// What an apply waits for before it is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitFor {
    /// Nothing: done when the last call is.
    None,
    /// A new load balancer is active.
    #[default]
    Active,
    /// That, and the targets that were registered are healthy.
    Healthy,
}

/// What the user allows and asks for beside the spec.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Remove what is not ours from our listeners, and let a listener or load balancer that holds such go.
    pub prune: bool,
    /// What to wait for.
    pub wait: WaitFor,
    /// Each wait gives up after so many seconds; none: after its own limit.
    #[serde(default)]
    pub wait_timeout: Option<u64>,
    /// Take over what has a wanted name or port and is not ours.
    pub adopt: bool,
    /// Whose things may be taken over: `cloudformation`, `lbc`, or the name of a stack.
    pub adopt_from: BTreeSet<String>,
    /// The command that plans this spec, as one would type it; empty where it is not known. For help only, so it is
    /// not kept.
    #[serde(skip)]
    pub command: String,
    /// Delete the validation records of a certificate with it, where nothing else needs them.
    #[serde(default)]
    pub delete_validation_records: bool,
    /// Refusals that are lifted, by code.
    pub allow: BTreeSet<String>,
    /// The spec's path in its repository; none: it comes from no file.
    pub source: Option<String>,
}

impl Options {
    /// Whether the refusal of this code is lifted.
    pub fn allows(&self, code: &str) -> bool {
        self.allow.contains(code)
    }
}

/// A plan, and what should be known about it.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// Warnings about it.
    pub warnings: Diagnostics,
    /// What is live, under the keys of the spec.
    pub live: Live,
}
