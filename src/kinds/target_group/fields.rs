//! The table of a target group's fields. Keys, ranges and defaults: API, CreateTargetGroup and
//! `TargetGroupAttribute`; where sources disagree on a default (timeout, unhealthy threshold), the ALB guide's.

use serde_json::{Value, json};

use super::model::{Protocol, Stickiness, TargetGroup, TargetType};
use crate::at;
use crate::base::{Seconds, Ty};
use crate::kinds::show::show_tags;
use crate::model::field::{Access, Carrier, Field, Form};

type Row = Field<TargetGroup>;

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
    Row { default, ..Row::new(key, Form::Scalar(ty), Carrier::Operation("ModifyTargetGroup"), access, doc) }
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
            "Whether instances or IP addresses are registered.",
        )
    },
    Field {
        default: |_| json!(Protocol::Http),
        ..fixed("protocol", Ty::OneOf(Protocol::WORDS), at!(protocol), "How targets are spoken to.")
    },
    fixed("port", Ty::Int { min: 1, max: 65_535 }, at!(port), "The port of targets registered without one."),
    fixed("vpc", Ty::Text { max: 64 }, at!(vpc), "The VPC of the targets; by default the stack's."),
    health(
        "health_check.protocol",
        Ty::OneOf(Protocol::WORDS),
        |_| json!(Protocol::Http),
        at!(health_check.protocol),
        "HTTP or HTTPS.",
    ),
    health(
        "health_check.port",
        Ty::Text { max: 12 },
        |_| json!("traffic-port"),
        at!(health_check.port),
        "`traffic-port` or a port from 1 to 65535.",
    ),
    health(
        "health_check.path",
        Ty::Text { max: 1024 },
        |_| json!("/"),
        at!(health_check.path),
        "Path and query of the check, starting with `/`.",
    ),
    health(
        "health_check.interval",
        Ty::Seconds { min: 5, max: 300 },
        |_| json!(30),
        at!(health_check.interval),
        "The time between two checks of a target.",
    ),
    health(
        "health_check.timeout",
        Ty::Seconds { min: 2, max: 120 },
        |_| json!(5),
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
        |_| json!(2),
        at!(health_check.unhealthy_threshold),
        "Failures in a row that make a target unhealthy.",
    ),
    health(
        "health_check.success_codes",
        Ty::Text { max: 128 },
        |_| json!("200"),
        at!(health_check.success_codes),
        "The status codes of a passed check: `200`, `200,202`, `200-299`.",
    ),
    Field {
        key: "stickiness",
        doc: "Whether a client keeps its target.",
        form: Form::Structure(show_stickiness),
        carrier: Carrier::Attributes,
        applies: |_| true,
        default: |_| json!(Stickiness::Off),
        access: at!(stickiness),
    },
    Row::attribute(
        "deregistration_delay",
        "deregistration_delay.timeout_seconds",
        Ty::Seconds { min: 0, max: 3600 },
        |_| json!(300),
        "How long a deregistered target may finish its requests.",
    ),
    Row::attribute(
        "slow_start",
        "slow_start.duration_seconds",
        Ty::Seconds { min: 0, max: 900 },
        |_| json!(0),
        "How long a new target's share grows; 0 is off, else 30s to 15m.",
    ),
    Row::attribute(
        "algorithm",
        "load_balancing.algorithm.type",
        Ty::OneOf(&["round_robin", "least_outstanding_requests", "weighted_random"]),
        |_| json!("round_robin"),
        "How a target is chosen.",
    ),
    Row::attribute(
        "anomaly_mitigation",
        "load_balancing.algorithm.anomaly_mitigation",
        Ty::OneOf(&["on", "off"]),
        |_| json!("off"),
        "Whether targets with anomalies get less; needs algorithm weighted_random.",
    ),
    Row::attribute(
        "cross_zone",
        "load_balancing.cross_zone.enabled",
        Ty::OneOf(&["true", "false", "use_load_balancer_configuration"]),
        |_| json!("use_load_balancer_configuration"),
        "Whether requests cross Availability Zones.",
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
