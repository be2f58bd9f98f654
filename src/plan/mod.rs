//! From what is wanted and what is live to a plan: which calls, in which order; what is refused; what must hold
//! of any finished plan.

mod build;
mod inherit;
pub mod lint;
mod numbers;
mod order;
mod replace;
mod safety;
mod steps;
mod strangers;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::base::Diagnostics;
use crate::kinds::Plan;

pub use build::{build, destroy};

/// What an apply waits for before it is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Remove what is not ours from our listeners, and let a listener or load balancer that holds such go.
    pub prune: bool,
    /// What to wait for.
    pub wait: WaitFor,
    /// Refusals that are lifted, by code.
    pub allow: BTreeSet<String>,
}

/// A plan, and what should be known about it.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// Warnings about it.
    pub warnings: Diagnostics,
}

/// Names a plan: the first six hex digits of the SHA-256 of its canonical JSON. The same spec against the same live
/// state gives the same id.
pub fn id(plan: &Plan) -> String {
    let json = serde_json::to_value(plan).map(|value| canonical(&value)).unwrap_or_default();
    let digest = Sha256::digest(json.as_bytes());
    digest.iter().take(3).map(|byte| format!("{byte:02x}")).collect()
}

/// JSON with the keys of objects in byte order, whatever order the library keeps.
fn canonical(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(entries) => {
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by_key(|(key, _)| *key);
            let one = |(key, value): &(&String, &serde_json::Value)| {
                format!("{}:{}", serde_json::Value::from(key.as_str()), canonical(value))
            };
            format!("{{{}}}", sorted.iter().map(one).collect::<Vec<_>>().join(","))
        }
        serde_json::Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        scalar => scalar.to_string(),
    }
}
