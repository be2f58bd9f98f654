//! Subnets, security groups and address types of load balancers.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, names};
use crate::services::refuse;
use crate::state::LoadBalancer;
use crate::state::elbv2::{IpAddressType, Scheme, TargetIpType};
use crate::wire::ApiError;

/// SubnetMapping.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SubnetMapping {
    subnet_id: Option<String>,
    allocation_id: Option<String>,
    #[serde(rename = "PrivateIPv4Address")]
    private_ipv4_address: Option<String>,
    #[serde(rename = "IPv6Address")]
    ipv6_address: Option<String>,
    source_nat_ipv6_prefix: Option<String>,
}

/// Checked subnets: by zone, and those that get their zone by this call.
pub(super) struct Subnets {
    pub(super) by_zone: BTreeMap<String, String>,
    fresh: Vec<(String, String)>,
}

impl Subnets {
    /// Remembers the zones of subnets that were not seen before.
    pub(super) fn remember(self, ctx: &mut Ctx<'_>) -> BTreeMap<String, String> {
        ctx.resources_mut().subnet_zones.extend(self.fresh);
        self.by_zone
    }
}

/// The subnets of CreateLoadBalancer and SetSubnets, checked.
pub(super) fn check_subnets(
    ctx: &Ctx<'_>,
    subnets: Option<Vec<String>>,
    mappings: Option<Vec<SubnetMapping>>,
) -> Result<Subnets, ApiError> {
    let subnets = chosen(subnets.unwrap_or_default(), mappings.unwrap_or_default())?;
    for subnet in &subnets {
        names::check_id("subnet", subnet)?;
        // CreateLoadBalancer, API: SubnetNotFound.
        refuse(ctx.state.missing.contains(subnet), || {
            ApiError::new("SubnetNotFound", format!("The subnet ID '{subnet}' does not exist"))
        })?;
    }
    let (zones, fresh) = ctx.resources().zones_of(ctx.region, &subnets);
    let by_zone: BTreeMap<String, String> = zones.into_iter().zip(subnets.iter().cloned()).collect();
    // CreateLoadBalancer, `Subnets`: only one subnet per Availability Zone.
    refuse(by_zone.len() < subnets.len(), || {
        ApiError::configuration(
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        )
    })?;
    // CreateLoadBalancer, `Subnets`: from at least two Availability Zones.
    refuse(by_zone.len() < 2, || {
        ApiError::validation("At least two subnets in two different Availability Zones must be specified")
    })?;
    Ok(Subnets { by_zone, fresh })
}

/// CreateLoadBalancer, `Subnets`: either subnets or mappings, not both; mappings of an Application Load
/// Balancer name the subnet and nothing else.
fn chosen(subnets: Vec<String>, mappings: Vec<SubnetMapping>) -> Result<Vec<String>, ApiError> {
    refuse(!subnets.is_empty() && !mappings.is_empty(), || {
        ApiError::validation("You must specify either subnets or subnet mappings, not both")
    })?;
    if mappings.is_empty() {
        return Ok(subnets);
    }
    mappings.into_iter().map(mapped).collect()
}

fn mapped(mapping: SubnetMapping) -> Result<String, ApiError> {
    let SubnetMapping {
        subnet_id,
        allocation_id,
        private_ipv4_address,
        ipv6_address,
        source_nat_ipv6_prefix,
    } = mapping;
    // SubnetMapping: these are for Network Load Balancers.
    let for_network = [allocation_id, private_ipv4_address, ipv6_address, source_nat_ipv6_prefix];
    refuse(for_network.iter().any(Option::is_some), || {
        ApiError::configuration(
            "You cannot specify addresses for the subnets of an Application Load Balancer",
        )
    })?;
    subnet_id.ok_or_else(|| ApiError::validation("A subnet mapping must specify a subnet ID"))
}

/// Security groups, checked.
pub(super) fn check_security_groups(
    ctx: &Ctx<'_>,
    groups: Vec<String>,
) -> Result<BTreeSet<String>, ApiError> {
    for group in &groups {
        names::check_id("sg", group)?;
        // CreateLoadBalancer, API: InvalidSecurityGroup.
        refuse(ctx.state.missing.contains(group), || {
            ApiError::new(
                "InvalidSecurityGroup",
                format!("One or more security groups are invalid: '{group}'"),
            )
        })?;
    }
    let groups: BTreeSet<String> = groups.into_iter().collect();
    // A guess: the VPC quota of 5 security groups per network interface holds for load balancers.
    ctx.guess(groups.len() > 5, || {
        ApiError::configuration("You can specify at most 5 security groups for a load balancer")
    })?;
    Ok(groups)
}

/// User guide, "IP address type": `dualstack-without-public-ipv4` is for internet-facing load balancers.
pub(super) fn check_ip_address_type(scheme: Scheme, ip_type: IpAddressType) -> Result<(), ApiError> {
    let refused = scheme == Scheme::Internal && ip_type == IpAddressType::DualstackWithoutPublicIpv4;
    refuse(refused, || {
        ApiError::configuration(format!(
            "The IP address type '{ip_type}' is not supported for internal load balancers"
        ))
    })
}

/// A guess at the code: a load balancer with IPv6 target groups must be dualstack.
fn check_groups(ctx: &Ctx<'_>, arn: &str, ip_type: IpAddressType) -> Result<(), ApiError> {
    let resources = ctx.resources();
    let groups = resources.groups_of(arn, None).into_iter();
    let ipv6 = groups
        .filter_map(|g| resources.target_groups.get(g))
        .any(|g| g.ip_address_type == TargetIpType::Ipv6);
    ctx.guess(ipv6 && ip_type == IpAddressType::Ipv4, || {
        ApiError::configuration(
            "The load balancer has IPv6 target groups, so it cannot use the IP address type 'ipv4'",
        )
    })
}

/// `AvailabilityZones` of an answer.
pub(super) fn zones_json(subnets: &BTreeMap<String, String>) -> Value {
    subnets.iter().map(|(zone, subnet)| json!({ "ZoneName": zone, "SubnetId": subnet })).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SetSubnets {
    load_balancer_arn: String,
    subnets: Option<Vec<String>>,
    subnet_mappings: Option<Vec<SubnetMapping>>,
    ip_address_type: Option<IpAddressType>,
    enable_prefix_for_ipv6_source_nat: Option<String>,
}

pub(super) fn set_subnets(ctx: &mut Ctx<'_>, input: SetSubnets) -> Result<Value, ApiError> {
    let arn = input.load_balancer_arn;
    let load_balancer = ctx.get::<LoadBalancer>(&arn)?;
    check_source_nat(input.enable_prefix_for_ipv6_source_nat.as_deref())?;
    let ip_type = input.ip_address_type.unwrap_or(load_balancer.ip_address_type);
    check_ip_address_type(load_balancer.scheme, ip_type)?;
    check_groups(ctx, &arn, ip_type)?;
    let subnets = check_subnets(ctx, input.subnets, input.subnet_mappings)?.remember(ctx);
    let load_balancer = ctx.get_mut::<LoadBalancer>(&arn)?;
    load_balancer.subnets = subnets;
    load_balancer.ip_address_type = ip_type;
    Ok(json!({ "AvailabilityZones": zones_json(&load_balancer.subnets), "IpAddressType": ip_type }))
}

/// EnablePrefixForIpv6SourceNat: for Network Load Balancers with UDP listeners.
pub(super) fn check_source_nat(setting: Option<&str>) -> Result<(), ApiError> {
    refuse(setting.is_some(), || {
        ApiError::configuration("Source NAT prefixes are not supported for Application Load Balancers")
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SetSecurityGroups {
    load_balancer_arn: String,
    security_groups: Vec<String>,
    enforce_security_group_inbound_rules_on_private_link_traffic: Option<String>,
}

pub(super) fn set_security_groups(ctx: &mut Ctx<'_>, input: SetSecurityGroups) -> Result<Value, ApiError> {
    ctx.get::<LoadBalancer>(&input.load_balancer_arn)?;
    // SetSecurityGroups: that parameter is for Network Load Balancers.
    refuse(input.enforce_security_group_inbound_rules_on_private_link_traffic.is_some(), || {
        ApiError::configuration(
            "PrivateLink traffic settings are not supported for Application Load Balancers",
        )
    })?;
    refuse(input.security_groups.is_empty(), || {
        ApiError::validation("At least one security group must be specified")
    })?;
    let groups = check_security_groups(ctx, input.security_groups)?;
    let load_balancer = ctx.get_mut::<LoadBalancer>(&input.load_balancer_arn)?;
    load_balancer.security_groups = groups;
    Ok(json!({ "SecurityGroupIds": load_balancer.security_groups }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SetIpAddressType {
    load_balancer_arn: String,
    ip_address_type: IpAddressType,
}

pub(super) fn set_ip_address_type(ctx: &mut Ctx<'_>, input: SetIpAddressType) -> Result<Value, ApiError> {
    let scheme = ctx.get::<LoadBalancer>(&input.load_balancer_arn)?.scheme;
    check_ip_address_type(scheme, input.ip_address_type)?;
    check_groups(ctx, &input.load_balancer_arn, input.ip_address_type)?;
    ctx.get_mut::<LoadBalancer>(&input.load_balancer_arn)?.ip_address_type = input.ip_address_type;
    Ok(json!({ "IpAddressType": input.ip_address_type }))
}
