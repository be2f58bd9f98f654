//! The table of a target group's fields. Keys, ranges and defaults: API, CreateTargetGroup and
//! `TargetGroupAttribute`; where sources disagree on a default (timeout, unhealthy threshold), the ALB guide's.

use serde_json::{Value, json};

use super::model::{HealthCheck, Protocol, ProtocolVersion, Stickiness, TargetGroup, TargetType};
use crate::at;
use crate::base::{OFF, Seconds, Ty};
use crate::kinds::show::show_tags;
use crate::kinds::targets::function;
use crate::model::field::{Access, Carrier, Field, Form};

type Row = Field<TargetGroup>;

/// AWS says "the maximum number of targets", which is a quota that can be raised: no number of an API. API:
/// `TargetGroupAttribute`.
const MOST_TARGETS: i64 = 1_000_000;

const fn fixed(key: &'static str, ty: Ty, access: Access<TargetGroup>, doc: &'static str) -> Row {
    Row::new(key, Form::Scalar(ty), Carrier::Fixed, access, doc)
}

const fn health(
    key: &'static str,
    ty: Ty,
    default: fn(&TargetGroup) -> Value,
    access: Access<TargetGroup>,
    doc: &'static str,
) -> Row {
    let applies: fn(&TargetGroup) -> bool = is_checked;
    Row {
        default,
        applies,
        ..Row::new(key, Form::Scalar(ty), Carrier::Operation("ModifyTargetGroup"), access, doc)
    }
}

/// An attribute of groups of instances and addresses.
const fn network(
    key: &'static str,
    aws: &'static str,
    ty: Ty,
    default: fn(&TargetGroup) -> Value,
    doc: &'static str,
) -> Row {
    Row { applies: is_network, ..Row::attribute(key, aws, ty, default, doc) }
}

fn is_function(group: &TargetGroup) -> bool {
    group.is_function()
}

fn is_network(group: &TargetGroup) -> bool {
    !group.is_function()
}

/// While targets are not checked, how they would be has no meaning.
fn is_checked(group: &TargetGroup) -> bool {
    group.health_check.enabled
}

fn show_function(value: &Value) -> String {
    value.as_str().map_or_else(|| "none".to_owned(), function::short)
}

fn show_permission(value: &Value) -> String {
    if value.as_bool() == Some(true) { "load balancers may invoke it" } else { "none" }.to_owned()
}

/// The default of a function, and of everything else.
fn by_type(group: &TargetGroup, function: Value, other: Value) -> Value {
    if group.is_function() { function } else { other }
}

fn show_stickiness(value: &Value) -> String {
    match serde_json::from_value::<Stickiness>(value.clone()) {
        Ok(Stickiness::LbCookie { duration }) => format!("lb_cookie {}", Seconds(u64::from(duration))),
        Ok(Stickiness::AppCookie { name, duration }) => {
            format!("app_cookie {name} {}", Seconds(u64::from(duration)))
        }
        Ok(Stickiness::Off) | Err(_) => "off".to_owned(),
    }
}

/// All fields of a target group, in the order in which changes are shown.
pub static FIELDS: &[Row] = &[
    fixed("name", Ty::Text { max: 32 }, at!(name), "The name in AWS; by default STACK-KEY."),
    Field {
        default: |_| json!(TargetType::Instance),
        ..fixed(
            "target_type",
            Ty::OneOf(TargetType::WORDS),
            at!(target_type),
            "Whether instances, IP addresses or a Lambda function are registered.",
        )
    },
    Field {
        key: "function",
        doc: "The Lambda function that answers.",
        form: Form::Structure(show_function),
        carrier: Carrier::Fixed,
        applies: is_function,
        default: |_| Value::Null,
        access: at!(function),
    },
    Field {
        key: "permission",
        doc: "Whether load balancers may invoke the function.",
        form: Form::Structure(show_permission),
        carrier: Carrier::Operation("AddPermission"),
        applies: is_function,
        // What albctl itself sees to is no default.
        default: |_| Value::Null,
        access: at!(permission),
    },
    Field {
        default: |group| by_type(group, Value::Null, json!(Protocol::Http)),
        applies: is_network,
        ..fixed("protocol", Ty::OneOf(Protocol::WORDS), at!(protocol), "How targets are spoken to.")
    },
    Field {
        default: |_| json!(ProtocolVersion::DEFAULT),
        applies: is_network,
        ..fixed(
            "protocol_version",
            Ty::OneOf(ProtocolVersion::WORDS),
            at!(protocol_version),
            "What requests are sent in; HTTP2 and GRPC need a listener of HTTPS.",
        )
    },
    Field {
        applies: is_network,
        ..fixed(
            "port",
            Ty::Int { min: 1, max: 65_535 },
            at!(port),
            "The port of targets registered without one.",
        )
    },
    Field {
        applies: is_network,
        ..fixed("vpc", Ty::Text { max: 64 }, at!(vpc), "The VPC of the targets; by default the stack's.")
    },
    Field {
        applies: is_function,
        ..health(
            "health_check.enabled",
            Ty::Bool,
            |group| json!(!group.is_function()),
            at!(health_check.enabled),
            "Whether a function is checked, which invokes it; other targets always are.",
        )
    },
    health(
        "health_check.protocol",
        Ty::OneOf(Protocol::WORDS),
        |group| by_type(group, Value::Null, json!(Protocol::Http)),
        at!(health_check.protocol),
        "HTTP or HTTPS.",
    ),
    health(
        "health_check.port",
        Ty::Text { max: 12 },
        |group| by_type(group, Value::Null, json!("traffic-port")),
        at!(health_check.port),
        "`traffic-port` or a port from 1 to 65535.",
    ),
    health(
        "health_check.path",
        Ty::Text { max: 1024 },
        |group| json!(HealthCheck::default_path(group.protocol_version)),
        at!(health_check.path),
        "Path and query of the check, starting with `/`; for GRPC a method: `/package.service/method`.",
    ),
    health(
        "health_check.interval",
        Ty::Seconds { min: 5, max: 300 },
        |group| by_type(group, json!(35), json!(30)),
        at!(health_check.interval),
        "The time between two checks of a target.",
    ),
    health(
        "health_check.timeout",
        Ty::Seconds { min: 2, max: 120 },
        |group| by_type(group, json!(30), json!(5)),
        at!(health_check.timeout),
        "How long a check may take; less than the interval.",
    ),
    health(
        "health_check.healthy_threshold",
        Ty::Int { min: 2, max: 10 },
        |_| json!(5),
        at!(health_check.healthy_threshold),
        "Passes in a row that make a target healthy.",
    ),
    health(
        "health_check.unhealthy_threshold",
        Ty::Int { min: 2, max: 10 },
        |group| by_type(group, json!(5), json!(2)),
        at!(health_check.unhealthy_threshold),
        "Failures in a row that make a target unhealthy.",
    ),
    health(
        "health_check.success_codes",
        Ty::Text { max: 128 },
        |group| json!(HealthCheck::default_codes(group.protocol_version)),
        at!(health_check.success_codes),
        "The status codes of a passed check: `200`, `200,202`, `200-299`; for GRPC `0`, `0,12`, `0-5`.",
    ),
    Field {
        key: "stickiness",
        doc: "Whether a client keeps its target.",
        form: Form::Structure(show_stickiness),
        carrier: Carrier::Attributes,
        applies: is_network,
        default: |_| json!(Stickiness::Off),
        access: at!(stickiness),
    },
    Row {
        applies: is_function,
        ..Row::attribute(
            "multi_value_headers",
            "lambda.multi_value_headers.enabled",
            Ty::Bool,
            |_| json!(false),
            "Whether a function gets headers and query parameters as lists of values.",
        )
    },
    network(
        "deregistration_delay",
        "deregistration_delay.timeout_seconds",
        Ty::Seconds { min: 0, max: 3600 },
        |_| json!(300),
        "How long a deregistered target may finish its requests.",
    ),
    network(
        "slow_start",
        "slow_start.duration_seconds",
        Ty::Seconds { min: 0, max: 900 },
        |_| json!(0),
        "How long a new target's share grows; 0 is off, else 30s to 15m.",
    ),
    network(
        "algorithm",
        "load_balancing.algorithm.type",
        Ty::OneOf(&["round_robin", "least_outstanding_requests", "weighted_random"]),
        |_| json!("round_robin"),
        "How a target is chosen.",
    ),
    network(
        "anomaly_mitigation",
        "load_balancing.algorithm.anomaly_mitigation",
        Ty::OneOf(&["on", "off"]),
        |_| json!("off"),
        "Whether targets with anomalies get less; needs algorithm weighted_random.",
    ),
    network(
        "cross_zone",
        "load_balancing.cross_zone.enabled",
        Ty::OneOf(&["true", "false", "use_load_balancer_configuration"]),
        |_| json!("use_load_balancer_configuration"),
        "Whether requests cross Availability Zones.",
    ),
    network(
        "target_group_health.dns_failover.count",
        "target_group_health.dns_failover.minimum_healthy_targets.count",
        Ty::OffOr { min: 1, max: MOST_TARGETS },
        |_| json!(1),
        "With fewer healthy targets, the load balancer's DNS name does not lead to the zone.",
    ),
    network(
        "target_group_health.dns_failover.percentage",
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        Ty::OffOr { min: 1, max: 100 },
        |_| json!(OFF),
        "The same as a part of all targets.",
    ),
    network(
        "target_group_health.unhealthy_state_routing.count",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
        Ty::Int { min: 1, max: MOST_TARGETS },
        |_| json!(1),
        "With fewer healthy targets, requests go to all targets, the unhealthy ones too.",
    ),
    network(
        "target_group_health.unhealthy_state_routing.percentage",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        Ty::OffOr { min: 1, max: 100 },
        |_| json!(OFF),
        "The same as a part of all targets.",
    ),
    Field {
        key: "tags",
        doc: "Tags beside the stack's.",
        form: Form::Structure(show_tags),
        carrier: Carrier::Tags,
        applies: |_| true,
        default: |_| json!({}),
        access: at!(tags),
    },
];
