//! Attributes of load balancers (LoadBalancerAttribute, `Key`).

use serde::Deserialize;
use serde_json::Value;

use super::Ctx;
use super::attributes::{self, Attribute, Given, Values, row};
use crate::services::refuse;
use crate::state::LoadBalancer;
use crate::state::elbv2::{Attributes, Scheme};
use crate::wire::ApiError;

const PROTECTION: &str = "deletion_protection.enabled";
const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";
const DENY_IGW: &str = "ipv6.deny_all_igw_traffic";

/// What writes to a bucket: three times the same attributes.
const LOGS: [&str; 3] = ["access_logs.s3", "connection_logs.s3", "health_check_logs.s3"];

/// The order of DescribeLoadBalancerAttributes. The default of `ipv6.deny_all_igw_traffic` is that of an
/// internet-facing load balancer.
const TABLE: &[Attribute] = &[
    row(PROTECTION, Values::Bool, "false"),
    row(CROSS_ZONE, Values::Bool, "true"),
    row("access_logs.s3.enabled", Values::Bool, "false"),
    row("access_logs.s3.bucket", Values::Text, ""),
    row("access_logs.s3.prefix", Values::Text, ""),
    row("connection_logs.s3.enabled", Values::Bool, "false"),
    row("connection_logs.s3.bucket", Values::Text, ""),
    row("connection_logs.s3.prefix", Values::Text, ""),
    row("health_check_logs.s3.enabled", Values::Bool, "false"),
    row("health_check_logs.s3.bucket", Values::Text, ""),
    row("health_check_logs.s3.prefix", Values::Text, ""),
    row("idle_timeout.timeout_seconds", Values::Int(1, 4000), "60"),
    row("client_keep_alive.seconds", Values::Int(60, 604_800), "3600"),
    row(DENY_IGW, Values::Bool, "false"),
    row(
        "routing.http.desync_mitigation_mode",
        Values::OneOf(&["monitor", "defensive", "strictest"]),
        "defensive",
    ),
    row("routing.http.drop_invalid_header_fields.enabled", Values::Bool, "false"),
    row("routing.http.preserve_host_header.enabled", Values::Bool, "false"),
    row("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", Values::Bool, "false"),
    row("routing.http.xff_client_port.enabled", Values::Bool, "false"),
    row(
        "routing.http.xff_header_processing.mode",
        Values::OneOf(&["append", "preserve", "remove"]),
        "append",
    ),
    row("routing.http2.enabled", Values::Bool, "true"),
    row("waf.fail_open.enabled", Values::Bool, "false"),
    row("zonal_shift.config.enabled", Values::Bool, "false"),
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeAttributes {
    load_balancer_arn: String,
}

pub(super) fn describe(ctx: &Ctx<'_>, input: DescribeAttributes) -> Result<Value, ApiError> {
    Ok(render(ctx.see(&input.load_balancer_arn)?))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifyAttributes {
    load_balancer_arn: String,
    attributes: Vec<Given>,
}

/// ModifyLoadBalancerAttributes: "If any of the specified attributes can't be modified as requested, the call
/// fails. Any existing attributes that you do not modify retain their current values."
pub(super) fn modify(ctx: &mut Ctx<'_>, input: ModifyAttributes) -> Result<Value, ApiError> {
    let load_balancer = ctx.get::<LoadBalancer>(&input.load_balancer_arn)?;
    // API model, LoadBalancerAttributes: at most 20.
    refuse(input.attributes.len() > 20, || {
        ApiError::constraint("[..]", "attributes", "Member must have length less than or equal to 20")
    })?;
    let changes = attributes::check(input.attributes, TABLE, "Load balancer")?;
    // LoadBalancerAttribute: "The default for Application Load Balancers is true, and can't be changed."
    refuse(changes.get(CROSS_ZONE).is_some_and(|v| v != "true"), || {
        ApiError::configuration(format!(
            "The attribute '{CROSS_ZONE}' cannot be changed for Application Load Balancers"
        ))
    })?;
    let mut merged = load_balancer.attributes.clone();
    merged.extend(changes);
    LOGS.iter().try_for_each(|log| check_log(ctx, &merged, log))?;
    let load_balancer = ctx.get_mut::<LoadBalancer>(&input.load_balancer_arn)?;
    load_balancer.attributes = merged;
    Ok(render(load_balancer))
}

fn check_log(ctx: &Ctx<'_>, merged: &Attributes, log: &str) -> Result<(), ApiError> {
    let value = |name: &str| attributes::value(merged, TABLE, &format!("{log}.{name}")).to_owned();
    let (bucket, prefix) = (value("bucket"), value("prefix"));
    // User guide, "Enable access logs": the prefix must not include AWSLogs.
    refuse(prefix.contains("AWSLogs"), || {
        ApiError::configuration(format!("The value of '{log}.prefix' must not contain 'AWSLogs'"))
    })?;
    // A guess: no slash at the ends.
    ctx.guess(prefix.starts_with('/') || prefix.ends_with('/'), || {
        ApiError::configuration(format!("The value of '{log}.prefix' must not begin or end with '/'"))
    })?;
    if value("enabled") != "true" {
        return Ok(());
    }
    // LoadBalancerAttribute, `access_logs.s3.bucket`: required if access logs are enabled.
    refuse(bucket.is_empty(), || {
        ApiError::configuration(format!("The value of '{log}.bucket' must be specified to enable logs"))
    })?;
    // ModifyLoadBalancerAttributes, API: InvalidConfigurationRequest when the bucket's policy does not allow it.
    refuse(ctx.state.bucket_denied.contains(&bucket), || {
        ApiError::configuration(format!(
            "Access Denied for bucket: {bucket}. Please check S3bucket permission"
        ))
    })
}

/// Whether DeleteLoadBalancer is refused.
pub(super) fn is_protected(load_balancer: &LoadBalancer) -> bool {
    attributes::value(&load_balancer.attributes, TABLE, PROTECTION) == "true"
}

fn render(load_balancer: &LoadBalancer) -> Value {
    let mut set = load_balancer.attributes.clone();
    if load_balancer.scheme == Scheme::Internal {
        // LoadBalancerAttribute, `ipv6.deny_all_igw_traffic`: true for internal load balancers.
        set.entry(DENY_IGW.to_owned()).or_insert_with(|| "true".to_owned());
    }
    attributes::describe(&set, TABLE.iter())
}
