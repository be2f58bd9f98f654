//! The table of a load balancer's fields. Keys, ranges and defaults: API, `LoadBalancerAttribute`.

use serde_json::{Value, json};

use super::model::{AccessLogs, IpAddressType, LoadBalancer, Scheme};
use crate::at;
use crate::base::Ty;
use crate::kinds::show::{show_set, show_tags};
use crate::model::field::{Carrier, Field, Form};

type Row = Field<LoadBalancer>;

fn show_access_logs(value: &Value) -> String {
    match serde_json::from_value::<Option<AccessLogs>>(value.clone()) {
        Ok(Some(AccessLogs { bucket, prefix })) if prefix.is_empty() => format!("s3://{bucket}"),
        Ok(Some(AccessLogs { bucket, prefix })) => format!("s3://{bucket}/{prefix}"),
        Ok(None) | Err(_) => "off".to_owned(),
    }
}

/// The rows of what is logged; AWS's keys are these with `.s3.enabled`, `.s3.bucket` and `.s3.prefix` behind them.
pub const LOGS: [&str; 3] = ["access_logs", "connection_logs", "health_check_logs"];

/// All fields of a load balancer, in the order in which changes are shown.
pub static FIELDS: &[Row] = &[
    Row::new("name", Form::Scalar(Ty::Text { max: 32 }), Carrier::Fixed, at!(name), "The name in AWS."),
    Row::new(
        "scheme",
        Form::Scalar(Ty::OneOf(Scheme::WORDS)),
        Carrier::Fixed,
        at!(scheme),
        "Reachable from the internet or only from inside the VPC.",
    ),
    Field {
        default: |_| json!(IpAddressType::Ipv4),
        ..Row::new(
            "ip_address_type",
            Form::Scalar(Ty::OneOf(IpAddressType::WORDS)),
            Carrier::Operation("SetIpAddressType"),
            at!(ip_address_type),
            "The addresses that clients use.",
        )
    },
    Row::new(
        "subnets",
        Form::Structure(show_set),
        Carrier::Operation("SetSubnets"),
        at!(subnets),
        "At least two subnets, each in its own Availability Zone.",
    ),
    Row::new(
        "security_groups",
        Form::Structure(show_set),
        Carrier::Operation("SetSecurityGroups"),
        at!(security_groups),
        "The security groups of the load balancer.",
    ),
    Row::new(
        "access_logs",
        Form::Structure(show_access_logs),
        Carrier::Attributes,
        at!(access_logs),
        "The S3 bucket that access logs go to.",
    ),
    Row::new(
        "connection_logs",
        Form::Structure(show_access_logs),
        Carrier::Attributes,
        at!(connection_logs),
        "The S3 bucket that logs of TLS connections go to.",
    ),
    Row::new(
        "health_check_logs",
        Form::Structure(show_access_logs),
        Carrier::Attributes,
        at!(health_check_logs),
        "The S3 bucket that logs of health checks go to.",
    ),
    Row::attribute(
        "deletion_protection",
        "deletion_protection.enabled",
        Ty::Bool,
        |_| json!(false),
        "AWS refuses to delete the load balancer. Left out, it stays as it is.",
    ),
    Row::attribute(
        "idle_timeout",
        "idle_timeout.timeout_seconds",
        Ty::Seconds { min: 1, max: 4000 },
        |_| json!(60),
        "How long a connection without data stays open.",
    ),
    Row::attribute(
        "client_keep_alive",
        "client_keep_alive.seconds",
        Ty::Seconds { min: 60, max: 604_800 },
        |_| json!(3600),
        "How long a client's connection may be kept alive.",
    ),
    Row::attribute("http2", "routing.http2.enabled", Ty::Bool, |_| json!(true), "Whether HTTP/2 is offered."),
    Row::attribute(
        "drop_invalid_header_fields",
        "routing.http.drop_invalid_header_fields.enabled",
        Ty::Bool,
        |_| json!(false),
        "Whether headers with invalid names are removed.",
    ),
    Row::attribute(
        "desync_mitigation_mode",
        "routing.http.desync_mitigation_mode",
        Ty::OneOf(&["monitor", "defensive", "strictest"]),
        |_| json!("defensive"),
        "What happens to requests that could desynchronise connections.",
    ),
    Row::attribute(
        "preserve_host_header",
        "routing.http.preserve_host_header.enabled",
        Ty::Bool,
        |_| json!(false),
        "Whether targets get the Host header unchanged.",
    ),
    Row::attribute(
        "xff_header_processing",
        "routing.http.xff_header_processing.mode",
        Ty::OneOf(&["append", "preserve", "remove"]),
        |_| json!("append"),
        "What happens to X-Forwarded-For.",
    ),
    Row::attribute(
        "xff_client_port",
        "routing.http.xff_client_port.enabled",
        Ty::Bool,
        |_| json!(false),
        "Whether X-Forwarded-For holds the client's port.",
    ),
    Row::attribute(
        "tls_version_and_cipher_headers",
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
        Ty::Bool,
        |_| json!(false),
        "Whether targets get headers with the TLS version and cipher suite.",
    ),
    Row::attribute(
        "waf_fail_open",
        "waf.fail_open.enabled",
        Ty::Bool,
        |_| json!(false),
        "Whether requests pass when AWS WAF cannot be reached.",
    ),
    Row::attribute(
        "zonal_shift",
        "zonal_shift.config.enabled",
        Ty::Bool,
        |_| json!(false),
        "Whether traffic may be shifted away from a zone.",
    ),
    Field {
        default: |_| json!({}),
        ..Row::new("tags", Form::Structure(show_tags), Carrier::Tags, at!(tags), "Tags beside the stack's.")
    },
];

/// The field that, left out, stays as it is: protection is never switched off without being asked.
pub const UNTOUCHED_WHEN_LEFT_OUT: &str = "deletion_protection";
