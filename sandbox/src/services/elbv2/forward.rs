//! Forward actions, and what they make of target groups.

use std::collections::BTreeSet;

use super::actions::Place;
use super::{Ctx, Kind, targets};
use crate::services::refuse;
use crate::state::elbv2::{
    Action, ForwardConfig, GroupStickiness, IpAddressType, Protocol, ProtocolVersion, TargetGroupTuple,
    TargetIpType,
};
use crate::state::{LoadBalancer, TargetGroup, quota};
use crate::wire::ApiError;

/// The canonical form: the configuration always, the group's ARN beside it if there is just one.
pub(super) fn normalise(
    arn: Option<String>,
    config: Option<ForwardConfig>,
) -> Result<(Option<String>, ForwardConfig), ApiError> {
    let config =
        config.unwrap_or(ForwardConfig { target_groups: None, target_group_stickiness_config: None });
    let mut groups = config.target_groups.unwrap_or_default();
    if let Some(arn) = arn {
        let one = TargetGroupTuple { target_group_arn: arn, weight: None };
        // Action, `ForwardConfig`: if both are given, it has just the group of TargetGroupArn.
        let agrees =
            groups.is_empty() || matches!(&groups[..], [g] if g.target_group_arn == one.target_group_arn);
        refuse(!agrees, || {
            ApiError::validation(
                "The target group ARN and the forward configuration must specify the same, single target group",
            )
        })?;
        if groups.is_empty() {
            groups.push(one);
        }
    }
    check_tuples(&groups)?;
    if let [single] = groups.as_mut_slice() {
        single.weight.get_or_insert(1);
    }
    let single = matches!(groups.as_slice(), [_]);
    let arn = groups.first().filter(|_| single).map(|g| g.target_group_arn.clone());
    let stickiness = stickiness(config.target_group_stickiness_config)?;
    Ok((arn, ForwardConfig { target_groups: Some(groups), target_group_stickiness_config: Some(stickiness) }))
}

fn check_tuples(groups: &[TargetGroupTuple]) -> Result<(), ApiError> {
    refuse(groups.is_empty(), || ApiError::validation("A forward action must specify a target group"))?;
    let arns: BTreeSet<&String> = groups.iter().map(|g| &g.target_group_arn).collect();
    refuse(arns.len() < groups.len(), || {
        ApiError::validation("A target group cannot be specified more than once in a forward action")
    })?;
    for group in groups {
        Kind::TargetGroup.check(&group.target_group_arn)?;
        // User guide, "Forward actions": weights are required for several groups, and are 0 to 999.
        refuse(groups.len() > 1 && group.weight.is_none(), || {
            ApiError::validation("A weight must be specified for each target group when there are several")
        })?;
        refuse(group.weight.is_some_and(|w| w > 999), || {
            ApiError::validation(format!(
                "The weight '{}' must be in the range 0 to 999",
                group.weight.unwrap_or_default()
            ))
        })?;
    }
    Ok(())
}

/// TargetGroupStickinessConfig: off by default; 1 to 604800 seconds, required when it is on.
fn stickiness(given: Option<GroupStickiness>) -> Result<GroupStickiness, ApiError> {
    let given = given.unwrap_or(GroupStickiness { enabled: None, duration_seconds: None });
    let enabled = given.enabled.unwrap_or(false);
    refuse(enabled && given.duration_seconds.is_none(), || {
        ApiError::validation("The duration must be specified to enable target group stickiness")
    })?;
    refuse(given.duration_seconds.is_some_and(|d| !(1..=604_800).contains(&d)), || {
        ApiError::validation("The target group stickiness duration must be in the range 1 to 604800")
    })?;
    Ok(GroupStickiness { enabled: Some(enabled), duration_seconds: given.duration_seconds })
}

/// What CreateListener, ModifyListener, CreateRule and ModifyRule check about the groups of actions that are
/// in canonical form.
pub(super) fn check_groups(ctx: &Ctx<'_>, place: &Place<'_>, actions: &[Action]) -> Result<(), ApiError> {
    let wanted: BTreeSet<&str> = actions.iter().flat_map(Action::target_groups).collect();
    // API: TooManyTargetGroups; the quota is per action.
    let most = ctx.state.quota(quota::TARGET_GROUPS_PER_ACTION);
    refuse(wanted.len() > most, || {
        ApiError::new("TooManyTargetGroups", format!("An action can have at most {most} target groups"))
    })?;
    for arn in &wanted {
        check_group(ctx, place, arn, ctx.get::<TargetGroup>(arn)?)?;
    }
    check_totals(ctx, place, wanted)
}

fn check_group(ctx: &Ctx<'_>, place: &Place<'_>, arn: &str, group: &TargetGroup) -> Result<(), ApiError> {
    let resources = ctx.resources();
    let users = resources.users();
    let elsewhere = users.get(arn).is_some_and(|users| users.iter().any(|user| user != place.load_balancer));
    // API: TargetGroupAssociationLimit; a group serves one load balancer.
    refuse(elsewhere, || {
        let message = format!(
            "The following target groups cannot be associated with more than one load balancer: {arn}"
        );
        ApiError::new("TargetGroupAssociationLimit", message)
    })?;
    // User guide, "Protocol versions": HTTP2 and GRPC need an HTTPS listener.
    let version = group.protocol_version.unwrap_or(ProtocolVersion::Http1);
    refuse(version != ProtocolVersion::Http1 && place.protocol != Protocol::Https, || {
        let message = format!(
            "The protocol version '{version}' of target group '{arn}' is only supported with HTTPS listeners"
        );
        ApiError::new("IncompatibleProtocols", message)
    })?;
    // A guess at the code: IPv6 groups need a dualstack load balancer.
    let load_balancer = resources.load_balancers.get(place.load_balancer);
    let ipv4_only = load_balancer.is_some_and(|lb: &LoadBalancer| lb.ip_address_type == IpAddressType::Ipv4);
    ctx.guess(ipv4_only && group.ip_address_type == TargetIpType::Ipv6, || {
        ApiError::configuration(format!("The target group '{arn}' needs a dualstack load balancer"))
    })
}

/// API: TooManyUniqueTargetGroupsPerLoadBalancer, TooManyTargets, TooManyRegistrationsForTargetId.
fn check_totals(ctx: &Ctx<'_>, place: &Place<'_>, wanted: BTreeSet<&str>) -> Result<(), ApiError> {
    let mut groups = ctx.resources().groups_of(place.load_balancer, place.replaced.map(|(rule, _)| rule));
    if wanted.is_subset(&groups) {
        return Ok(());
    }
    groups.extend(wanted);
    let most = ctx.state.quota(quota::TARGET_GROUPS_PER_LOAD_BALANCER);
    refuse(groups.len() > most, || {
        let message = format!("A load balancer can have at most {most} target groups");
        ApiError::new("TooManyUniqueTargetGroupsPerLoadBalancer", message)
    })?;
    targets::check_load_balancer(ctx, groups.into_iter(), &[])
}
