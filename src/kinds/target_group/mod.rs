//! Target groups: where requests are forwarded to, and how targets are checked.
//!
//! API: CreateTargetGroup, ModifyTargetGroup (health check only), ModifyTargetGroupAttributes,
//! DeleteTargetGroup. Name, type, protocol, its version, port and VPC cannot
//! change. A group of type lambda has one function, for
//! its whole life, and may invoke it: AddPermission and RemovePermission of Lambda.

pub mod aws;
pub mod call;
pub mod check;
pub mod fields;
pub mod fits;
pub mod model;
pub mod permission;
pub mod plan;
pub mod replace;
pub mod spec;

pub use call::{Call, Drained};
pub use model::TargetGroup;

/// The kind's word in identities.
pub const KIND: &str = "target_group";

/// The identity of the group that the spec calls `key`.
pub fn id(key: &str) -> crate::model::ResourceId {
    crate::model::ResourceId::new(KIND, key)
}
