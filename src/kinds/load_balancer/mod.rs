//! The Application Load Balancer itself.
//!
//! API: CreateLoadBalancer, SetSubnets, SetSecurityGroups, SetIpAddressType, ModifyLoadBalancerAttributes,
//! DeleteLoadBalancer. Name, scheme and VPC cannot change; deletion takes listeners and rules along.

pub mod aws;
pub mod call;
pub mod check;
pub mod fields;
pub mod model;
pub mod plan;
pub mod spec;

pub use call::{Call, Condition};
pub use model::LoadBalancer;

/// The kind's word in identities.
pub const KIND: &str = "load_balancer";

/// The identity: a stack has one load balancer.
pub fn id() -> crate::model::ResourceId {
    crate::model::ResourceId::new(KIND, "")
}
