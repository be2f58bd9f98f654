//! Elastic Load Balancing v2, for Application Load Balancers.

mod account_limits;
mod actions;
mod arn;
mod attributes;
mod authenticate;
mod certificates;
mod conditions;
mod find;
mod forward;
mod health_checks;
mod listener_attributes;
mod listener_certificates;
mod listeners;
mod load_balancer_attributes;
mod load_balancers;
mod names;
mod network;
mod paging;
mod redirect;
mod regexes;
mod rule_priorities;
mod rules;
mod ssl_policies;
mod tags;
mod target_group_attributes;
mod target_groups;
mod target_health;
mod targets;
mod tls;
mod transforms;

use arn::Kind;
pub(crate) use arn::load_balancer_of;
pub(super) use load_balancers::hosted_zone;
pub(super) use names::is_id;
pub(super) use tags::{all as tagged, is_tag_char};

use super::{Ctx, Operation};
use crate::rates::Category;

/// A row of the table: `read`, `write` or a writing operation of another throttling category.
macro_rules! operation {
    (read $name:literal $function:path) => {
        operation!($name, false, Category::NonMutating, $function)
    };
    (write $name:literal $function:path) => {
        operation!($name, true, Category::Mutating, $function)
    };
    (write $name:literal $function:path, $category:expr) => {
        operation!($name, true, $category, $function)
    };
    ($name:literal, $mutating:literal, $category:expr, $function:path) => {
        Operation {
            name: $name,
            mutating: $mutating,
            category: Some($category),
            run: |ctx, params| $function(ctx, params.decode()?),
        }
    };
}

pub(super) const OPERATIONS: &[Operation] = &[
    operation!(write "AddListenerCertificates" listener_certificates::add),
    operation!(write "AddTags" tags::add),
    operation!(write "CreateListener" listeners::create),
    operation!(write "CreateLoadBalancer" load_balancers::create, Category::ResourceIntensive),
    operation!(write "CreateRule" rules::create),
    operation!(write "CreateTargetGroup" target_groups::create),
    operation!(write "DeleteListener" listeners::delete),
    operation!(write "DeleteLoadBalancer" load_balancers::delete),
    operation!(write "DeleteRule" rules::delete),
    operation!(write "DeleteTargetGroup" target_groups::delete),
    operation!(write "DeregisterTargets" targets::deregister, Category::Registration),
    operation!(read "DescribeAccountLimits" account_limits::describe),
    operation!(read "DescribeCapacityReservation" load_balancers::describe_capacity),
    operation!(read "DescribeListenerAttributes" listener_attributes::describe),
    operation!(read "DescribeListenerCertificates" listener_certificates::describe),
    operation!(read "DescribeListeners" listeners::describe),
    operation!(read "DescribeLoadBalancerAttributes" load_balancer_attributes::describe),
    operation!(read "DescribeLoadBalancers" load_balancers::describe),
    operation!(read "DescribeRules" rules::describe),
    operation!(read "DescribeSSLPolicies" ssl_policies::describe),
    operation!(read "DescribeTags" tags::describe),
    operation!(read "DescribeTargetGroupAttributes" target_group_attributes::describe),
    operation!(read "DescribeTargetGroups" target_groups::describe),
    operation!(read "DescribeTargetHealth" target_health::describe),
    operation!(write "ModifyListener" listeners::modify),
    operation!(write "ModifyListenerAttributes" listener_attributes::modify),
    operation!(write "ModifyLoadBalancerAttributes" load_balancer_attributes::modify),
    operation!(write "ModifyRule" rules::modify),
    operation!(write "ModifyTargetGroup" target_groups::modify),
    operation!(write "ModifyTargetGroupAttributes" target_group_attributes::modify),
    operation!(write "RegisterTargets" targets::register, Category::Registration),
    operation!(write "RemoveListenerCertificates" listener_certificates::remove),
    operation!(write "RemoveTags" tags::remove),
    operation!(write "SetIpAddressType" network::set_ip_address_type),
    operation!(write "SetRulePriorities" rule_priorities::set),
    operation!(write "SetSecurityGroups" network::set_security_groups),
    operation!(write "SetSubnets" network::set_subnets, Category::ResourceIntensive),
];
