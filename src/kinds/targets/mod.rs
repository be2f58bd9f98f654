//! The targets of a target group, where the spec manages them.
//!
//! API: RegisterTargets, DeregisterTargets, DescribeTargetHealth. A target is identified by id and port.

pub mod aws;
pub mod call;
pub mod check;
pub mod fields;
pub mod function;
pub mod model;
pub mod plan;
pub mod reason;
pub mod spec;

pub use call::{Call, Condition};
pub use model::{Target, Targets};

/// The kind's word in identities.
pub const KIND: &str = "targets";

/// The identity of the targets of the group that the spec calls `key`.
pub fn id(key: &str) -> crate::model::ResourceId {
    crate::model::ResourceId::new(KIND, key)
}
