//! Attributes of target groups (TargetGroupAttribute, `Key`).

use serde::Deserialize;
use serde_json::Value;

use super::Ctx;
use super::attributes::{self, Attribute, Given, Values, row};
use crate::services::refuse;
use crate::state::TargetGroup;
use crate::state::elbv2::{Attributes, TargetType};
use crate::wire::ApiError;

const DEREGISTRATION_DELAY: &str = "deregistration_delay.timeout_seconds";
const STICKINESS: &str = "stickiness.enabled";
const STICKINESS_TYPE: &str = "stickiness.type";
const COOKIE_NAME: &str = "stickiness.app_cookie.cookie_name";
const SLOW_START: &str = "slow_start.duration_seconds";
const ALGORITHM: &str = "load_balancing.algorithm.type";
const ANOMALY: &str = "load_balancing.algorithm.anomaly_mitigation";
const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";
const MULTI_VALUE: &str = "lambda.multi_value_headers.enabled";
const FAILOVER: &str = "target_group_health.dns_failover.minimum_healthy_targets";
const ROUTING: &str = "target_group_health.unhealthy_state_routing.minimum_healthy_targets";

const WEEK: u32 = 604_800;
/// There is no documented greatest number of healthy targets; more than a group can hold makes no sense.
const MOST_TARGETS: u32 = 1_000_000;

const TABLE: &[Attribute] = &[
    row(DEREGISTRATION_DELAY, Values::Int(0, 3600), "300"),
    row(STICKINESS, Values::Bool, "false"),
    row(STICKINESS_TYPE, Values::Text, "lb_cookie"),
    row("stickiness.lb_cookie.duration_seconds", Values::Int(1, WEEK), "86400"),
    row(COOKIE_NAME, Values::Text, ""),
    row("stickiness.app_cookie.duration_seconds", Values::Int(1, WEEK), "86400"),
    row(
        ALGORITHM,
        Values::OneOf(&["round_robin", "least_outstanding_requests", "weighted_random"]),
        "round_robin",
    ),
    row(ANOMALY, Values::OneOf(&["on", "off"]), "off"),
    row(SLOW_START, Values::ZeroOr(30, 900), "0"),
    row(
        CROSS_ZONE,
        Values::OneOf(&["true", "false", "use_load_balancer_configuration"]),
        "use_load_balancer_configuration",
    ),
    row(
        "target_group_health.dns_failover.minimum_healthy_targets.count",
        Values::OffOr(1, MOST_TARGETS),
        "1",
    ),
    row("target_group_health.dns_failover.minimum_healthy_targets.percentage", Values::OffOr(1, 100), "off"),
    row(
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
        Values::Int(1, MOST_TARGETS),
        "1",
    ),
    row(
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        Values::OffOr(1, 100),
        "off",
    ),
    row(MULTI_VALUE, Values::Bool, "false"),
];

/// User guide, "Target group attributes": which attributes go with which type of target.
fn applies(key: &str, target_type: TargetType) -> bool {
    match target_type {
        TargetType::Lambda => matches!(key, MULTI_VALUE | CROSS_ZONE),
        TargetType::Instance | TargetType::Ip | TargetType::Alb => key != MULTI_VALUE,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeAttributes {
    target_group_arn: String,
}

pub(super) fn describe(ctx: &Ctx<'_>, input: DescribeAttributes) -> Result<Value, ApiError> {
    Ok(render(ctx.see(&input.target_group_arn)?))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifyAttributes {
    target_group_arn: String,
    attributes: Vec<Given>,
}

/// All or nothing, as ModifyLoadBalancerAttributes is documented to be; the attributes are checked together, so
/// that two that depend on each other can change in one call.
pub(super) fn modify(ctx: &mut Ctx<'_>, input: ModifyAttributes) -> Result<Value, ApiError> {
    let group = ctx.get::<TargetGroup>(&input.target_group_arn)?;
    let changes = attributes::check(input.attributes, TABLE, "Target group")?;
    let foreign = changes.keys().find(|key| !applies(key, group.target_type));
    // ModifyTargetGroupAttributes, API: InvalidConfigurationRequest.
    refuse(foreign.is_some(), || {
        ApiError::configuration(format!(
            "The attribute '{}' is not supported for target groups with target type '{}'",
            foreign.map_or("", |k| k),
            group.target_type
        ))
    })?;
    let mut merged = group.attributes.clone();
    merged.extend(changes);
    check_stickiness(ctx, group, &merged)?;
    check_algorithm(ctx, &merged)?;
    check_cross_zone(group, &merged)?;
    check_health(&merged)?;
    let group = ctx.get_mut::<TargetGroup>(&input.target_group_arn)?;
    group.attributes = merged;
    Ok(render(group))
}

fn get<'a>(merged: &'a Attributes, key: &str) -> &'a str {
    attributes::value(merged, TABLE, key)
}

fn check_stickiness(ctx: &Ctx<'_>, group: &TargetGroup, merged: &Attributes) -> Result<(), ApiError> {
    let (kind, cookie) = (get(merged, STICKINESS_TYPE), get(merged, COOKIE_NAME));
    // TargetGroupAttribute, `stickiness.type`: source_ip and the like are for other load balancers.
    refuse(!matches!(kind, "lb_cookie" | "app_cookie"), || {
        let protocol = group.protocol.map_or("", |p| p.as_str());
        ApiError::configuration(format!(
            "Stickiness type '{kind}' is not supported for target groups with the {protocol} protocol"
        ))
    })?;
    // TargetGroupAttribute, `stickiness.app_cookie.cookie_name`: these prefixes are reserved. AWSALBAPP and
    // AWSALBTG, which the documentation lists too, begin with the first.
    refuse(cookie.starts_with("AWSALB"), || {
        ApiError::configuration(format!(
            "The cookie name '{cookie}' is reserved for use by the load balancer"
        ))
    })?;
    // A guess: RFC 6265, 4.1.1, the name of a cookie is a token.
    let token = |c: char| c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?={}".contains(c);
    ctx.guess(!cookie.chars().all(token), || {
        ApiError::validation(format!("The cookie name '{cookie}' is not valid"))
    })?;
    refuse(kind == "app_cookie" && cookie.is_empty() && get(merged, STICKINESS) == "true", || {
        ApiError::configuration(
            "You must set an application cookie name to enable stickiness of type 'app_cookie'",
        )
    })
}

fn check_algorithm(ctx: &Ctx<'_>, merged: &Attributes) -> Result<(), ApiError> {
    let algorithm = get(merged, ALGORITHM);
    let slow_start = get(merged, SLOW_START) != "0";
    // User guide, "Slow start mode": not with least outstanding requests.
    refuse(slow_start && algorithm == "least_outstanding_requests", || {
        ApiError::configuration("Slow start is not supported with the algorithm 'least_outstanding_requests'")
    })?;
    // TargetGroupAttribute, `anomaly_mitigation`: only when the algorithm is weighted_random.
    refuse(get(merged, ANOMALY) == "on" && algorithm != "weighted_random", || {
        ApiError::configuration("Anomaly mitigation is only supported with the algorithm 'weighted_random'")
    })?;
    // A guess: what else weighted_random excludes has a single second-hand source.
    let sticky = get(merged, STICKINESS) == "true";
    ctx.guess(algorithm == "weighted_random" && (slow_start || sticky), || {
        ApiError::configuration("The algorithm 'weighted_random' does not support slow start or stickiness")
    })
}

/// User guide, "Cross-zone load balancing for target groups".
fn check_cross_zone(group: &TargetGroup, merged: &Attributes) -> Result<(), ApiError> {
    if get(merged, CROSS_ZONE) != "false" {
        return Ok(());
    }
    refuse(group.target_type == TargetType::Lambda, || {
        ApiError::configuration("Cross-zone load balancing cannot be turned off for Lambda function targets")
    })?;
    refuse(get(merged, STICKINESS) == "true", || {
        ApiError::configuration("Stickiness is not supported when cross-zone load balancing is off")
    })?;
    refuse(group.targets.iter().any(|t| t.zone.as_deref() == Some("all")), || {
        ApiError::configuration(
            "Cross-zone load balancing cannot be turned off: a target has the Availability Zone 'all'",
        )
    })
}

/// User guide, "Target group health": the DNS threshold is at least the routing threshold.
fn check_health(merged: &Attributes) -> Result<(), ApiError> {
    for measure in ["count", "percentage"] {
        let number = |of: &str| get(merged, &format!("{of}.{measure}")).parse::<u32>().ok();
        let refused =
            matches!((number(FAILOVER), number(ROUTING)), (Some(dns), Some(routing)) if dns < routing);
        refuse(refused, || {
            ApiError::configuration(format!(
                "The DNS failover threshold ({measure}) must be greater than or equal to the unhealthy state routing threshold"
            ))
        })?;
    }
    Ok(())
}

/// The deregistration delay in seconds.
pub(super) fn deregistration_delay(group: &TargetGroup) -> u64 {
    // Attribute values are checked when they are set, so the default is never used.
    get(&group.attributes, DEREGISTRATION_DELAY).parse().unwrap_or(300)
}

/// Whether targets only get traffic from their own zone.
pub(super) fn is_zonal(group: &TargetGroup) -> bool {
    get(&group.attributes, CROSS_ZONE) == "false"
}

fn render(group: &TargetGroup) -> Value {
    attributes::describe(&group.attributes, TABLE.iter().filter(|row| applies(row.key, group.target_type)))
}
