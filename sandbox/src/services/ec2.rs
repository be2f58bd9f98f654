//! Elastic Compute Cloud, as far as load balancers need it: what security groups let through, and which of them targets
//! have.

mod interfaces;

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Ctx, Operation, elbv2, refuse};
use crate::ACCOUNT;
use crate::state::{IpRule, SecurityGroup};
use crate::wire::{ApiError, Params};

/// The throttling of EC2 is not in the sandbox.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "DescribeNetworkInterfaces",
        mutating: false,
        category: None,
        // Ids, owners and most filters are not in the sandbox.
        run: |ctx, params| interfaces::describe(ctx, input(params)?),
    },
    Operation {
        name: "DescribeSecurityGroups",
        mutating: false,
        category: None,
        // Filters, names and pages are not in the sandbox.
        run: |ctx, params| describe_security_groups(ctx, input(params)?),
    },
];

/// EC2, "Error codes for the Amazon EC2 API": UnknownParameter.
fn input<T: DeserializeOwned>(params: &Params) -> Result<T, ApiError> {
    params.decode().map_err(|error| ApiError::new("UnknownParameter", error.message))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeSecurityGroups {
    group_id: Option<Vec<String>>,
}

/// DescribeSecurityGroups: those that are named; else those that the state or a load balancer names.
fn describe_security_groups(ctx: &Ctx<'_>, input: DescribeSecurityGroups) -> Result<Value, ApiError> {
    let ids = match input.group_id {
        Some(ids) => ids.into_iter().collect(),
        None => known(ctx),
    };
    for id in &ids {
        refuse(!elbv2::is_id("sg", id), || {
            ApiError::new("InvalidGroupId.Malformed", format!("Invalid id: \"{id}\" (expecting \"sg-...\")"))
        })?;
        refuse(ctx.state.missing.contains(id), || {
            ApiError::new("InvalidGroup.NotFound", format!("The security group '{id}' does not exist"))
        })?;
    }
    let all: Vec<Value> = ids.iter().map(|id| describe(ctx, id)).collect();
    Ok(json!({ "securityGroupInfo": all }))
}

fn known(ctx: &Ctx<'_>) -> BTreeSet<String> {
    let used = ctx.resources().load_balancers.values().flat_map(|one| &one.security_groups);
    let set = ctx.state.security_groups.keys();
    used.chain(set).chain([&ctx.state.default_security_group]).cloned().collect()
}

fn describe(ctx: &Ctx<'_>, id: &str) -> Value {
    let group: SecurityGroup = ctx.state.security_groups.get(id).cloned().unwrap_or_default();
    let name = if *id == ctx.state.default_security_group { "default" } else { id.trim_start_matches("sg-") };
    let rules = |rules: &[IpRule]| -> Value { rules.iter().map(permission).collect() };
    json!({
        "ownerId": ACCOUNT,
        "groupId": id,
        "groupName": name,
        "groupDescription": name,
        "vpcId": ctx.state.vpc,
        "ipPermissions": rules(&group.inbound),
        "ipPermissionsEgress": rules(&group.outbound),
    })
}

/// `IpPermission`; where the protocol is `-1` AWS names no ports.
fn permission(rule: &IpRule) -> Value {
    let list = |key: &str, all: &[String]| -> Value { all.iter().map(|one| json!({ key: one })).collect() };
    let groups: Value =
        rule.groups.iter().map(|group| json!({ "userId": ACCOUNT, "groupId": group })).collect();
    json!({
        "ipProtocol": rule.protocol,
        "fromPort": rule.ports.map(|(from, _)| from),
        "toPort": rule.ports.map(|(_, to)| to),
        "groups": groups,
        "ipRanges": list("cidrIp", &rule.cidrs),
        "ipv6Ranges": list("cidrIpv6", &rule.ipv6_cidrs),
        "prefixListIds": list("prefixListId", &rule.prefix_lists),
    })
}
