//! Listener rules: conditions, an action and a priority that follows from the order in the spec.
//!
//! API: CreateRule, ModifyRule, SetRulePriorities, DeleteRule.

pub mod aws;
pub mod call;
pub mod check;
pub mod condition;
pub mod fields;
pub mod model;
pub mod plan;
pub mod priorities;
pub mod spec;
#[cfg(test)]
mod tests;

pub use call::Call;
pub use condition::Condition;
pub use model::Rule;

/// The kind's word in identities.
pub const KIND: &str = "rule";

/// The identity of the rule `name` of the listener that the spec calls `listener`.
pub fn id(listener: &str, name: &str) -> crate::model::ResourceId {
    crate::model::ResourceId::new(KIND, &format!("{listener}/{name}"))
}
