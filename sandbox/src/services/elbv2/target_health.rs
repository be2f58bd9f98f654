//! DescribeTargetHealth: what the clock, the references and the tests make of a target.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Value, json};

use super::targets::TargetDescription;
use super::{Ctx, target_group_attributes};
use crate::services::refuse;
use crate::state::elbv2::TargetType;
use crate::state::{Health, Target, TargetGroup};
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeTargetHealth {
    target_group_arn: String,
    targets: Option<Vec<TargetDescription>>,
    include: Option<Vec<String>>,
}

/// A state, its reason code and description (TargetHealth).
struct Verdict {
    state: Cow<'static, str>,
    reason: Option<String>,
    description: Option<String>,
}

impl Verdict {
    fn new(state: &'static str, reason: &str, description: &str) -> Self {
        Verdict {
            state: state.into(),
            reason: Some(reason.to_owned()),
            description: Some(description.to_owned()),
        }
    }
}

pub(super) fn describe(ctx: &Ctx<'_>, input: DescribeTargetHealth) -> Result<Value, ApiError> {
    let arn = &input.target_group_arn;
    let group = ctx.see::<TargetGroup>(arn)?;
    let include = input.include.unwrap_or_default();
    // API model, DescribeTargetHealthInputIncludeEnum.
    let unknown = include.iter().find(|i| !matches!(i.as_str(), "AnomalyDetection" | "All"));
    refuse(unknown.is_some(), || {
        let set = "Member must satisfy enum value set: [AnomalyDetection, All]";
        ApiError::constraint(unknown.map_or("", |u| u), "include", set)
    })?;
    let present: Vec<&Target> = group.targets.iter().filter(|t| t.is_present(ctx.now)).collect();
    let asked = input.targets.unwrap_or_default();
    let mut answers: Vec<Value> = Vec::new();
    if asked.is_empty() {
        answers.extend(present.iter().map(|t| answer(ctx, arn, group, t)));
    }
    for given in &asked {
        let found: Vec<_> = present.iter().filter(|t| given.names(t, group)).collect();
        answers.extend(found.iter().map(|t| answer(ctx, arn, group, t)));
        if found.is_empty() {
            answers.push(not_registered(given, group));
        }
    }
    if !include.is_empty() {
        for answer in &mut answers {
            answer["AnomalyDetection"] = json!({ "Result": "normal", "MitigationInEffect": "no" });
        }
    }
    Ok(json!({ "TargetHealthDescriptions": answers }))
}

fn answer(ctx: &Ctx<'_>, arn: &str, group: &TargetGroup, target: &Target) -> Value {
    let check_port = match group.health_check.port.as_deref() {
        Some("traffic-port") => target.port.map(|p| p.to_string()),
        port => port.map(str::to_owned),
    };
    let target_json = json!({ "Id": target.id, "Port": target.port, "AvailabilityZone": target.zone });
    render(target_json, check_port, &verdict(ctx, arn, group, target))
}

fn not_registered(given: &TargetDescription, group: &TargetGroup) -> Value {
    let verdict =
        Verdict::new("unused", "Target.NotRegistered", "Target is not registered to the target group");
    render(json!({ "Id": given.id, "Port": given.port(group) }), None, &verdict)
}

fn render(target: Value, check_port: Option<String>, verdict: &Verdict) -> Value {
    let health =
        json!({ "State": verdict.state, "Reason": verdict.reason, "Description": verdict.description });
    json!({ "Target": target, "HealthCheckPort": check_port, "TargetHealth": health })
}

/// User guide, "Target health status", in the order in which one state hides another.
fn verdict(ctx: &Ctx<'_>, arn: &str, group: &TargetGroup, target: &Target) -> Verdict {
    if target.drains_until.is_some() {
        return Verdict::new(
            "draining",
            "Target.DeregistrationInProgress",
            "Target deregistration is in progress",
        );
    }
    let Some(attached) = group.attached_since else {
        let text = "Target group is not configured to receive traffic from the load balancer";
        return Verdict::new("unused", "Target.NotInUse", text);
    };
    if is_out_of_zone(ctx, arn, group, target) {
        let text = "Target is in an Availability Zone that is not enabled for the load balancer";
        return Verdict::new("unused", "Target.NotInUse", text);
    }
    if ctx.state.stopped_instances.contains(&target.id) {
        return Verdict::new("unused", "Target.InvalidState", "Target is in the stopped state");
    }
    if let Some(health) = forced(ctx, target) {
        return health;
    }
    if group.target_type == TargetType::Lambda && !group.health_check.enabled {
        let text = "Health checks are not enabled for this target";
        return Verdict::new("unavailable", "Target.HealthCheckDisabled", text);
    }
    let since = attached.max(target.registered);
    let checks = u64::from(group.health_check.interval) * u64::from(group.health_check.healthy_threshold);
    if ctx.now < since.saturating_add(checks * 1000) {
        return Verdict::new("initial", "Elb.RegistrationInProgress", "Target registration is in progress");
    }
    Verdict { state: "healthy".into(), reason: None, description: None }
}

/// TargetDescription, `AvailabilityZone`: it only matters when cross-zone load balancing is off.
fn is_out_of_zone(ctx: &Ctx<'_>, arn: &str, group: &TargetGroup, target: &Target) -> bool {
    let Some(zone) =
        target.zone.as_deref().filter(|z| *z != "all" && target_group_attributes::is_zonal(group))
    else {
        return false;
    };
    let resources = ctx.resources();
    let users = resources.users();
    let mut load_balancers =
        users.get(arn).into_iter().flatten().filter_map(|lb| resources.load_balancers.get(lb));
    !load_balancers.any(|lb| lb.subnets.contains_key(zone))
}

/// The health that a test gave the target.
fn forced(ctx: &Ctx<'_>, target: &Target) -> Option<Verdict> {
    let with_port = target.port.map(|port| format!("{}:{port}", target.id));
    let health = &ctx.state.target_health;
    let forced = with_port.and_then(|key| health.get(&key)).or_else(|| health.get(&target.id))?;
    Some(match forced {
        Health::Healthy => Verdict { state: "healthy".into(), reason: None, description: None },
        Health::Unhealthy { reason } => Verdict {
            state: "unhealthy".into(),
            reason: Some(reason.clone()),
            description: Some("Health checks failed".to_owned()),
        },
        Health::Said { state, reason, description } => {
            let (reason, description) = (reason.clone(), description.clone());
            Verdict { state: state.clone().into(), reason, description }
        }
    })
}
