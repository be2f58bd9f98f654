//! The calls that change a load balancer, and the state that can be waited for. `R` is how ARNs are named:
//! by reference in plans, as text when they run.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::model::{IpAddressType, Scheme};
use crate::model::world::Tags;

/// One API call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", deny_unknown_fields)]
pub enum Call<R> {
    /// API: CreateLoadBalancer.
    CreateLoadBalancer {
        /// The AWS name.
        name: String,
        /// Internet-facing or internal.
        scheme: Scheme,
        /// IPv4, dualstack.
        ip_address_type: IpAddressType,
        /// At least two.
        subnets: BTreeSet<String>,
        /// At least one.
        security_groups: BTreeSet<String>,
        /// Ownership tags included.
        tags: Tags,
    },
    /// API: SetSubnets; replaces the whole set.
    SetSubnets {
        /// The load balancer.
        load_balancer: R,
        /// The whole set.
        subnets: BTreeSet<String>,
    },
    /// API: SetSecurityGroups; replaces the whole set.
    SetSecurityGroups {
        /// The load balancer.
        load_balancer: R,
        /// The whole set.
        security_groups: BTreeSet<String>,
    },
    /// API: SetIpAddressType.
    SetIpAddressType {
        /// The load balancer.
        load_balancer: R,
        /// The new type.
        ip_address_type: IpAddressType,
    },
    /// API: ModifyLoadBalancerAttributes; attributes not sent keep their value.
    ModifyLoadBalancerAttributes {
        /// The load balancer.
        load_balancer: R,
        /// AWS's keys and texts.
        attributes: BTreeMap<String, String>,
    },
    /// API: DeleteLoadBalancer; listeners and rules go with it.
    DeleteLoadBalancer {
        /// The load balancer.
        load_balancer: R,
    },
}

impl<R> Call<R> {
    /// The same call with every reference replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&R) -> Result<S, E>) -> Result<Call<S>, E> {
        Ok(match self {
            Self::CreateLoadBalancer { name, scheme, ip_address_type, subnets, security_groups, tags } => {
                Call::CreateLoadBalancer {
                    name: name.clone(),
                    scheme: *scheme,
                    ip_address_type: *ip_address_type,
                    subnets: subnets.clone(),
                    security_groups: security_groups.clone(),
                    tags: tags.clone(),
                }
            }
            Self::SetSubnets { load_balancer, subnets } => {
                Call::SetSubnets { load_balancer: f(load_balancer)?, subnets: subnets.clone() }
            }
            Self::SetSecurityGroups { load_balancer, security_groups } => Call::SetSecurityGroups {
                load_balancer: f(load_balancer)?,
                security_groups: security_groups.clone(),
            },
            Self::SetIpAddressType { load_balancer, ip_address_type } => {
                Call::SetIpAddressType { load_balancer: f(load_balancer)?, ip_address_type: *ip_address_type }
            }
            Self::ModifyLoadBalancerAttributes { load_balancer, attributes } => {
                Call::ModifyLoadBalancerAttributes {
                    load_balancer: f(load_balancer)?,
                    attributes: attributes.clone(),
                }
            }
            Self::DeleteLoadBalancer { load_balancer } => {
                Call::DeleteLoadBalancer { load_balancer: f(load_balancer)? }
            }
        })
    }

    /// The API operation's name.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::CreateLoadBalancer { .. } => "CreateLoadBalancer",
            Self::SetSubnets { .. } => "SetSubnets",
            Self::SetSecurityGroups { .. } => "SetSecurityGroups",
            Self::SetIpAddressType { .. } => "SetIpAddressType",
            Self::ModifyLoadBalancerAttributes { .. } => "ModifyLoadBalancerAttributes",
            Self::DeleteLoadBalancer { .. } => "DeleteLoadBalancer",
        }
    }
}

/// A state of a load balancer that a plan waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition<R> {
    /// The load balancer that must leave `provisioning` and become `active`.
    pub load_balancer: R,
}
