//! The calls that register and deregister targets. `R` is how ARNs are named: by reference in plans, as text
//! when they run.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::model::Target;

/// One API call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", deny_unknown_fields)]
pub enum Call<R> {
    /// API: RegisterTargets; idempotent.
    RegisterTargets {
        /// The target group.
        target_group: R,
        /// The targets to add.
        targets: BTreeSet<Target>,
    },
    /// API: DeregisterTargets; the port is always sent, without it AWS may do nothing.
    DeregisterTargets {
        /// The target group.
        target_group: R,
        /// The targets to remove.
        targets: BTreeSet<Target>,
    },
}

impl<R> Call<R> {
    /// The same call with every reference replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&R) -> Result<S, E>) -> Result<Call<S>, E> {
        Ok(match self {
            Self::RegisterTargets { target_group, targets } => {
                Call::RegisterTargets { target_group: f(target_group)?, targets: targets.clone() }
            }
            Self::DeregisterTargets { target_group, targets } => {
                Call::DeregisterTargets { target_group: f(target_group)?, targets: targets.clone() }
            }
        })
    }

    /// The API operation's name.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::RegisterTargets { .. } => "RegisterTargets",
            Self::DeregisterTargets { .. } => "DeregisterTargets",
        }
    }
}

/// A state of targets that a plan waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition<R> {
    /// The group whose targets are to be healthy.
    pub target_group: R,
    /// Which of them.
    pub targets: BTreeSet<Target>,
}
