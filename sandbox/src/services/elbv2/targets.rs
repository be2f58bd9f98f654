//! RegisterTargets and DeregisterTargets.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, names, target_group_attributes};
use crate::clock::Millis;
use crate::services::{lambda, refuse};
use crate::state::elbv2::{TargetIpType, TargetType};
use crate::state::network::is_zone;
use crate::state::{Region, Target, TargetGroup, quota};
use crate::wire::ApiError;

/// TargetDescription.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TargetDescription {
    pub(super) id: String,
    pub(super) port: Option<u16>,
    pub(super) availability_zone: Option<String>,
    quic_server_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Targets {
    target_group_arn: String,
    targets: Vec<TargetDescription>,
}

impl Target {
    /// Registered, or draining and not gone yet.
    pub(super) fn is_present(&self, now: Millis) -> bool {
        self.drains_until.is_none_or(|until| now < until)
    }

    fn is_registered(&self) -> bool {
        self.drains_until.is_none()
    }
}

impl TargetDescription {
    /// The port it stands for: its own, or the group's; a function has none.
    pub(super) fn port(&self, group: &TargetGroup) -> Option<u16> {
        match group.target_type {
            TargetType::Lambda => None,
            TargetType::Instance | TargetType::Ip | TargetType::Alb => self.port.or(group.port),
        }
    }

    /// Whether it names that target. Without a zone it names the target in any zone.
    pub(super) fn names(&self, target: &Target, group: &TargetGroup) -> bool {
        self.id == target.id
            && self.port(group) == target.port
            && self.availability_zone.as_ref().is_none_or(|zone| Some(zone) == target.zone.as_ref())
    }
}

pub(super) fn register(ctx: &mut Ctx<'_>, input: Targets) -> Result<Value, ApiError> {
    let arn = input.target_group_arn;
    let group = ctx.get::<TargetGroup>(&arn)?;
    refuse(input.targets.is_empty(), || ApiError::validation("At least one target must be specified"))?;
    for target in &input.targets {
        check(ctx, &arn, group, target)?;
        check_draining(ctx, group, target)?;
    }
    let mut targets: Vec<Target> = group.targets.iter().filter(|t| t.is_present(ctx.now)).cloned().collect();
    for given in &input.targets {
        add(&mut targets, given, group, ctx.now);
    }
    check_counts(ctx, &arn, group, &targets)?;
    ctx.get_mut::<TargetGroup>(&arn)?.targets = targets;
    Ok(json!({}))
}

/// Registering a registered target changes nothing; a draining one is registered anew.
fn add(targets: &mut Vec<Target>, given: &TargetDescription, group: &TargetGroup, now: Millis) {
    let port = given.port(group);
    let same = |t: &Target| t.id == given.id && t.port == port && t.zone == given.availability_zone;
    match targets.iter_mut().find(|t| same(t)) {
        Some(target) if target.is_registered() => {}
        Some(target) => (target.drains_until, target.registered) = (None, now),
        None => targets.push(Target {
            id: given.id.clone(),
            port,
            zone: given.availability_zone.clone(),
            registered: now,
            drains_until: None,
        }),
    }
}

fn check(ctx: &Ctx<'_>, arn: &str, group: &TargetGroup, target: &TargetDescription) -> Result<(), ApiError> {
    refuse(target.port == Some(0), || {
        ApiError::constraint("0", "targets.member.port", "Member must have value greater than or equal to 1")
    })?;
    // TargetDescription, `QuicServerId`: can't be used with protocols other than QUIC and TCP_QUIC.
    refuse(target.quic_server_id.is_some(), || {
        ApiError::configuration("A QUIC server ID cannot be used with the protocol of the target group")
    })?;
    match group.target_type {
        TargetType::Instance => check_instance(ctx, target),
        TargetType::Ip => check_ip(ctx, group.ip_address_type, target),
        TargetType::Lambda | TargetType::Alb => lambda::check_invocable(ctx, &target.id, arn),
    }
}

fn invalid_target(message: String) -> ApiError {
    ApiError::new("InvalidTarget", message)
}

/// RegisterTargets: the instance must be in the running state.
fn check_instance(ctx: &Ctx<'_>, target: &TargetDescription) -> Result<(), ApiError> {
    let id = &target.id;
    refuse(!names::is_id("i", id), || ApiError::validation(format!("Instance ID '{id}' is not valid")))?;
    refuse(ctx.state.missing.contains(id), || {
        invalid_target(format!("The following targets do not exist: '{id}'"))
    })?;
    refuse(ctx.state.stopped_instances.contains(id), || {
        let text = "The following targets are not in a running state and cannot be registered";
        invalid_target(format!("{text}: '{id}'"))
    })?;
    // TargetDescription, `AvailabilityZone`: not supported if the target type is instance.
    refuse(target.availability_zone.is_some(), || {
        ApiError::validation(
            "You cannot specify an Availability Zone for target groups with target type 'instance'",
        )
    })
}

/// TargetDescription, `Id`: an address of the VPC's subnets or of RFC 1918 or RFC 6598. The sandbox's VPC has no
/// other addresses.
fn check_ip(ctx: &Ctx<'_>, family: TargetIpType, target: &TargetDescription) -> Result<(), ApiError> {
    let id = &target.id;
    match family {
        TargetIpType::Ipv4 => {
            let address = id.parse::<Ipv4Addr>();
            let address = address.map_err(|_| {
                ApiError::validation(format!("The IP address '{id}' is not a valid IPv4 address"))
            })?;
            refuse(!names::is_private(address), || {
                invalid_target(format!("The IP address '{id}' is not in an allowed range"))
            })?;
        }
        TargetIpType::Ipv6 => {
            refuse(id.parse::<Ipv6Addr>().is_err(), || {
                ApiError::validation(format!("The IP address '{id}' is not a valid IPv6 address"))
            })?;
        }
    }
    // TargetDescription, `AvailabilityZone`: one of the region, or `all`. The code and the text are a guess.
    let zone = target.availability_zone.as_deref();
    refuse(zone.is_some_and(|z| z != "all" && !is_zone(ctx.region, z)), || {
        ApiError::validation(format!("'{}' is not a valid Availability Zone", zone.unwrap_or_default()))
    })
}

/// User guide, "Deregister targets": an IP address can be registered again once its deregistration delay is over.
/// The code of the refusal is a guess.
fn check_draining(ctx: &Ctx<'_>, group: &TargetGroup, target: &TargetDescription) -> Result<(), ApiError> {
    let draining = |t: &Target| !t.is_registered() && t.is_present(ctx.now) && target.names(t, group);
    ctx.guess(group.target_type == TargetType::Ip && group.targets.iter().any(draining), || {
        invalid_target(format!("The target '{}' is being deregistered", target.id))
    })
}

/// RegisterTargets, API: TooManyTargets, TooManyRegistrationsForTargetId.
fn check_counts(ctx: &Ctx<'_>, arn: &str, group: &TargetGroup, targets: &[Target]) -> Result<(), ApiError> {
    let registered = targets.iter().filter(|t| t.is_registered()).count();
    let most = match group.target_type {
        TargetType::Lambda => 1,
        TargetType::Instance | TargetType::Ip | TargetType::Alb => ctx.state.quota(quota::TARGETS_PER_GROUP),
    };
    refuse(registered > most, || too_many(format!("A target group can have at most {most} targets")))?;
    let resources = ctx.resources();
    let users = resources.users();
    for load_balancer in users.get(arn).into_iter().flatten() {
        let groups = resources.groups_of(load_balancer, None);
        let others = groups.into_iter().filter(|g| *g != arn);
        check_load_balancer(ctx, others, targets)?;
    }
    Ok(())
}

/// The targets of a load balancer: those of these groups, and `more`.
pub(super) fn check_load_balancer<'a>(
    ctx: &Ctx<'_>,
    groups: impl Iterator<Item = &'a str>,
    more: &[Target],
) -> Result<(), ApiError> {
    let all = registered(ctx.resources(), groups).chain(more).filter(|t| t.is_registered());
    let mut by_id: BTreeMap<&str, usize> = BTreeMap::new();
    for target in all {
        *by_id.entry(&target.id).or_default() += 1;
    }
    let most = ctx.state.quota(quota::TARGETS_PER_LOAD_BALANCER);
    refuse(by_id.values().sum::<usize>() > most, || {
        too_many(format!("A load balancer can have at most {most} targets"))
    })?;
    let most = ctx.state.quota(quota::REGISTRATIONS_PER_TARGET);
    refuse(by_id.values().any(|n| *n > most), || {
        let message = format!("A target can be registered at most {most} times with a load balancer");
        ApiError::new("TooManyRegistrationsForTargetId", message)
    })
}

fn registered<'r, 'a>(
    region: &'r Region,
    groups: impl Iterator<Item = &'a str>,
) -> impl Iterator<Item = &'r Target> {
    let groups: BTreeSet<&str> = groups.collect();
    groups.into_iter().filter_map(|arn| region.target_groups.get(arn)).flat_map(|group| &group.targets)
}

fn too_many(message: String) -> ApiError {
    ApiError::new("TooManyTargets", message)
}

/// DeregisterTargets: "If the specified target does not exist, the action returns successfully." A target of a
/// group that is in use drains; of another group, and a function, it is gone at once.
pub(super) fn deregister(ctx: &mut Ctx<'_>, input: Targets) -> Result<Value, ApiError> {
    let (now, arn) = (ctx.now, input.target_group_arn);
    ctx.get::<TargetGroup>(&arn)?;
    refuse(input.targets.is_empty(), || ApiError::validation("At least one target must be specified"))?;
    let group = ctx.get_mut::<TargetGroup>(&arn)?;
    let drains = group.attached_since.is_some() && group.target_type != TargetType::Lambda;
    let delay = if drains { target_group_attributes::deregistration_delay(group) } else { 0 };
    let until = now.saturating_add(delay.saturating_mul(1000));
    let mut targets = group.targets.clone();
    let named = |t: &Target| t.is_registered() && input.targets.iter().any(|given| given.names(t, group));
    for target in targets.iter_mut().filter(|t| named(t)) {
        target.drains_until = Some(until);
    }
    targets.retain(|t| t.is_present(now));
    group.targets = targets;
    Ok(json!({}))
}
