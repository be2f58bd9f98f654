//! CreateTargetGroup, DescribeTargetGroups, ModifyTargetGroup, DeleteTargetGroup.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::health_checks::{self, Given, GivenMatcher};
use super::tags::{self, Tag};
use super::{Ctx, Kind, arn, names, paging};
use crate::services::refuse;
use crate::state::elbv2::{Attributes, Protocol, ProtocolVersion, TargetIpType, TargetType};
use crate::state::ids::IdKind;
use crate::state::{LoadBalancer, Tags, TargetGroup, quota};
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateTargetGroup {
    name: String,
    protocol: Option<Protocol>,
    protocol_version: Option<ProtocolVersion>,
    port: Option<u16>,
    vpc_id: Option<String>,
    health_check_protocol: Option<Protocol>,
    health_check_port: Option<String>,
    health_check_enabled: Option<bool>,
    health_check_path: Option<String>,
    health_check_interval_seconds: Option<u32>,
    health_check_timeout_seconds: Option<u32>,
    healthy_threshold_count: Option<u32>,
    unhealthy_threshold_count: Option<u32>,
    matcher: Option<GivenMatcher>,
    target_type: Option<TargetType>,
    tags: Option<Vec<Tag>>,
    ip_address_type: Option<TargetIpType>,
    target_control_port: Option<u16>,
}

pub(super) fn create(ctx: &mut Ctx<'_>, input: CreateTargetGroup) -> Result<Value, ApiError> {
    names::check_target_group(&input.name)?;
    let target_type = input.target_type.unwrap_or(TargetType::Instance);
    let version = check_kind(ctx, &input, target_type)?;
    let given = Given {
        protocol: input.health_check_protocol,
        port: input.health_check_port,
        enabled: input.health_check_enabled,
        path: input.health_check_path,
        interval: input.health_check_interval_seconds,
        timeout: input.health_check_timeout_seconds,
        healthy_threshold: input.healthy_threshold_count,
        unhealthy_threshold: input.unhealthy_threshold_count,
        matcher: input.matcher,
    };
    let defaults = health_checks::defaults(target_type, version);
    let health_check = health_checks::apply(&defaults, given, target_type, version)?;
    let tags = tags::check_new(ctx, input.tags)?;
    let wanted = TargetGroup {
        name: input.name,
        target_type,
        protocol: input.protocol,
        protocol_version: version,
        port: input.port,
        vpc: input.vpc_id,
        ip_address_type: input.ip_address_type.unwrap_or(TargetIpType::Ipv4),
        target_control_port: input.target_control_port,
        health_check,
        attributes: Attributes::new(),
        created: ctx.now,
        attached_since: None,
        targets: Vec::new(),
        tags: Tags::new(tags, ctx.now),
    };
    if let Some((arn, existing)) = by_name(ctx, &wanted.name) {
        // CreateTargetGroup: idempotent; other settings under the same name are DuplicateTargetGroupName.
        refuse(!same_settings(existing, &wanted), || duplicate(&wanted.name))?;
        return Ok(json!({ "TargetGroups": [describe_one(arn, existing, &ctx.resources().users())] }));
    }
    refuse(ctx.resources().target_groups.len() >= ctx.state.quota(quota::TARGET_GROUPS), || {
        ApiError::new("TooManyTargetGroups", "The maximum number of target groups has been reached")
    })?;
    let arn = arn::target_group(ctx.region, &wanted.name, &ctx.state.ids.next(IdKind::TargetGroup));
    ctx.resources_mut().target_groups.insert(arn.clone(), wanted);
    Ok(json!({ "TargetGroups": [describe_one(&arn, ctx.get(&arn)?, &BTreeMap::new())] }))
}

/// What goes together; the answer is the protocol version, filled in.
fn check_kind(
    ctx: &Ctx<'_>,
    input: &CreateTargetGroup,
    target_type: TargetType,
) -> Result<Option<ProtocolVersion>, ApiError> {
    match target_type {
        TargetType::Lambda => check_lambda(input).map(|()| None),
        TargetType::Instance | TargetType::Ip => check_network(ctx, input).map(Some),
        // User guide: a group of type alb belongs to a Network Load Balancer, which the sandbox does not have.
        TargetType::Alb => Err(ApiError::configuration("The sandbox has no target groups of type 'alb'")),
    }
}

/// CreateTargetGroup: "If the target is a Lambda function, this parameter does not apply."
fn check_lambda(input: &CreateTargetGroup) -> Result<(), ApiError> {
    let refused = |what: &str| {
        ApiError::validation(format!(
            "{what} cannot be specified for target groups with target type 'lambda'"
        ))
    };
    refuse(input.protocol.is_some(), || refused("Protocol"))?;
    refuse(input.port.is_some(), || refused("Port"))?;
    refuse(input.vpc_id.is_some(), || refused("VPC ID"))?;
    refuse(input.protocol_version.is_some(), || refused("Protocol version"))?;
    refuse(input.ip_address_type == Some(TargetIpType::Ipv6), || refused("IP address type 'ipv6'"))
}

/// CreateTargetGroup: protocol, port and VPC are required; Application Load Balancers route HTTP and HTTPS.
fn check_network(ctx: &Ctx<'_>, input: &CreateTargetGroup) -> Result<ProtocolVersion, ApiError> {
    let required = |what: &str| ApiError::validation(format!("A {what} must be specified"));
    let protocol = input.protocol.ok_or_else(|| required("protocol"))?;
    refuse(!matches!(protocol, Protocol::Http | Protocol::Https), || {
        ApiError::configuration(format!("The sandbox has no target groups with the protocol '{protocol}'"))
    })?;
    let port = input.port.ok_or_else(|| required("port"))?;
    refuse(port == 0, || {
        ApiError::constraint("0", "port", "Member must have value greater than or equal to 1")
    })?;
    let vpc = input.vpc_id.as_ref().ok_or_else(|| required("VPC ID"))?;
    names::check_id("vpc", vpc)?;
    refuse(ctx.state.missing.contains(vpc), || {
        ApiError::validation(format!("The VPC ID '{vpc}' is not found"))
    })?;
    refuse(input.target_control_port == Some(0), || {
        ApiError::constraint("0", "targetControlPort", "Member must have value greater than or equal to 1")
    })?;
    Ok(input.protocol_version.unwrap_or(ProtocolVersion::Http1))
}

fn by_name<'c>(ctx: &'c Ctx<'_>, name: &str) -> Option<(&'c String, &'c TargetGroup)> {
    ctx.resources().target_groups.iter().find(|(_, group)| group.name == name)
}

fn same_settings(a: &TargetGroup, b: &TargetGroup) -> bool {
    a.target_type == b.target_type
        && a.protocol == b.protocol
        && a.protocol_version == b.protocol_version
        && a.port == b.port
        && a.vpc == b.vpc
        && a.ip_address_type == b.ip_address_type
        && a.target_control_port == b.target_control_port
        && a.health_check == b.health_check
}

fn duplicate(name: &str) -> ApiError {
    let message = format!("A target group with the same name '{name}' exists, but with different settings");
    ApiError::new("DuplicateTargetGroupName", message)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeTargetGroups {
    load_balancer_arn: Option<String>,
    target_group_arns: Option<Vec<String>>,
    names: Option<Vec<String>>,
    marker: Option<String>,
    page_size: Option<u32>,
}

pub(super) fn describe(ctx: &Ctx<'_>, input: DescribeTargetGroups) -> Result<Value, ApiError> {
    let arns = input.target_group_arns.unwrap_or_default();
    let names = input.names.unwrap_or_default();
    let filters = [input.load_balancer_arn.is_some(), !arns.is_empty(), !names.is_empty()];
    // DescribeTargetGroups: "you can specify one of the following to filter the results".
    refuse(filters.into_iter().filter(|f| *f).count() > 1, || {
        ApiError::validation(
            "Target group names, target group ARNs, and a load balancer ARN cannot be specified together",
        )
    })?;
    let users = ctx.resources().users();
    let found: Vec<Value> = if let Some(load_balancer) = &input.load_balancer_arn {
        ctx.see::<LoadBalancer>(load_balancer)?;
        let groups = ctx.see_all::<TargetGroup>();
        let used =
            groups.filter(|(arn, _)| users.get(arn.as_str()).is_some_and(|u| u.contains(load_balancer)));
        used.map(|(arn, group)| describe_one(arn, group, &users)).collect()
    } else if !arns.is_empty() {
        let one = |arn: &String| ctx.see(arn).map(|group| describe_one(arn, group, &users));
        arns.iter().map(one).collect::<Result<_, _>>()?
    } else if !names.is_empty() {
        let one = |name: &String| {
            let found = by_name(ctx, name).filter(|(_, group)| ctx.sees(group.created));
            found
                .map(|(arn, group)| describe_one(arn, group, &users))
                .ok_or_else(|| Kind::TargetGroup.not_found())
        };
        names.iter().map(one).collect::<Result<_, _>>()?
    } else {
        ctx.see_all::<TargetGroup>().map(|(arn, group)| describe_one(arn, group, &users)).collect()
    };
    paging::page("TargetGroups", found, input.marker.as_deref(), input.page_size)
}

fn describe_one(arn: &str, group: &TargetGroup, users: &BTreeMap<&str, BTreeSet<String>>) -> Value {
    let mut answer = json!({
        "TargetGroupArn": arn,
        "TargetGroupName": group.name,
        "Protocol": group.protocol,
        "ProtocolVersion": group.protocol_version,
        "Port": group.port,
        "VpcId": group.vpc,
        "LoadBalancerArns": users.get(arn).cloned().unwrap_or_default(),
        "TargetType": group.target_type,
        "IpAddressType": group.ip_address_type,
        "TargetControlPort": group.target_control_port,
    });
    health_checks::describe(&group.health_check, &mut answer);
    answer
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifyTargetGroup {
    target_group_arn: String,
    health_check_protocol: Option<Protocol>,
    health_check_port: Option<String>,
    health_check_path: Option<String>,
    health_check_enabled: Option<bool>,
    health_check_interval_seconds: Option<u32>,
    health_check_timeout_seconds: Option<u32>,
    healthy_threshold_count: Option<u32>,
    unhealthy_threshold_count: Option<u32>,
    matcher: Option<GivenMatcher>,
}

pub(super) fn modify(ctx: &mut Ctx<'_>, input: ModifyTargetGroup) -> Result<Value, ApiError> {
    let arn = input.target_group_arn;
    let group = ctx.get::<TargetGroup>(&arn)?;
    let given = Given {
        protocol: input.health_check_protocol,
        port: input.health_check_port,
        enabled: input.health_check_enabled,
        path: input.health_check_path,
        interval: input.health_check_interval_seconds,
        timeout: input.health_check_timeout_seconds,
        healthy_threshold: input.healthy_threshold_count,
        unhealthy_threshold: input.unhealthy_threshold_count,
        matcher: input.matcher,
    };
    let check = health_checks::apply(&group.health_check, given, group.target_type, group.protocol_version)?;
    ctx.get_mut::<TargetGroup>(&arn)?.health_check = check;
    Ok(json!({ "TargetGroups": [describe_one(&arn, ctx.get(&arn)?, &ctx.resources().users())] }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteTargetGroup {
    target_group_arn: String,
}

/// The API model lists no NotFound for DeleteTargetGroup, so deleting a missing group succeeds.
pub(super) fn delete(ctx: &mut Ctx<'_>, input: DeleteTargetGroup) -> Result<Value, ApiError> {
    let arn = input.target_group_arn;
    Kind::TargetGroup.check(&arn)?;
    // DeleteTargetGroup, API: ResourceInUse.
    refuse(ctx.resources().users().contains_key(arn.as_str()), || {
        let message = format!("Target group '{arn}' is currently in use by a listener or a rule");
        ApiError::new("ResourceInUse", message)
    })?;
    ctx.forget(&arn);
    Ok(json!({}))
}
