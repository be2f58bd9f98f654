//! Health checks of target groups: defaults, and what is allowed.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::services::refuse;
use crate::state::elbv2::{HealthCheck, Matcher, Protocol, ProtocolVersion, TargetType};
use crate::wire::ApiError;

/// The health-check parameters of CreateTargetGroup and ModifyTargetGroup.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) protocol: Option<Protocol>,
    pub(super) port: Option<String>,
    pub(super) enabled: Option<bool>,
    pub(super) path: Option<String>,
    pub(super) interval: Option<u32>,
    pub(super) timeout: Option<u32>,
    pub(super) healthy_threshold: Option<u32>,
    pub(super) unhealthy_threshold: Option<u32>,
    pub(super) matcher: Option<GivenMatcher>,
}

/// Matcher.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct GivenMatcher {
    http_code: Option<String>,
    grpc_code: Option<String>,
}

/// CreateTargetGroup: the defaults. The user guide says a timeout of 5 seconds where the API reference says 6 or
/// 10, and the API reference an unhealthy threshold of 5 for lambda.
pub(super) fn defaults(target_type: TargetType, version: Option<ProtocolVersion>) -> HealthCheck {
    let lambda = target_type == TargetType::Lambda;
    let grpc = version == Some(ProtocolVersion::Grpc);
    HealthCheck {
        enabled: !lambda,
        protocol: (!lambda).then_some(Protocol::Http),
        port: (!lambda).then(|| "traffic-port".to_owned()),
        path: if grpc { "/AWS.ALB/healthcheck".to_owned() } else { "/".to_owned() },
        interval: if lambda { 35 } else { 30 },
        timeout: if lambda { 30 } else { 5 },
        healthy_threshold: 5,
        unhealthy_threshold: if lambda { 5 } else { 2 },
        matcher: match grpc {
            true => Matcher { http_code: None, grpc_code: Some("12".to_owned()) },
            false => Matcher { http_code: Some("200".to_owned()), grpc_code: None },
        },
    }
}

/// The health check with what is given changed, checked as a whole.
pub(super) fn apply(
    current: &HealthCheck,
    given: Given,
    target_type: TargetType,
    version: Option<ProtocolVersion>,
) -> Result<HealthCheck, ApiError> {
    check_lambda(&given, target_type)?;
    let Given {
        protocol,
        port,
        enabled,
        path,
        interval,
        timeout,
        healthy_threshold,
        unhealthy_threshold,
        matcher,
    } = given;
    let check = HealthCheck {
        enabled: enabled.unwrap_or(current.enabled),
        protocol: protocol.or(current.protocol),
        port: port.or_else(|| current.port.clone()),
        path: path.unwrap_or_else(|| current.path.clone()),
        interval: interval.unwrap_or(current.interval),
        timeout: timeout.unwrap_or(current.timeout),
        healthy_threshold: healthy_threshold.unwrap_or(current.healthy_threshold),
        unhealthy_threshold: unhealthy_threshold.unwrap_or(current.unhealthy_threshold),
        matcher: match matcher {
            Some(matcher) => check_matcher(matcher, version)?,
            None => current.matcher.clone(),
        },
    };
    check_values(&check, target_type)?;
    Ok(check)
}

/// CreateTargetGroup: a function has no port and no protocol to check.
fn check_lambda(given: &Given, target_type: TargetType) -> Result<(), ApiError> {
    let lambda = target_type == TargetType::Lambda;
    let refused = |what: &str| {
        ApiError::validation(format!(
            "{what} cannot be specified for target groups with target type 'lambda'"
        ))
    };
    refuse(lambda && given.protocol.is_some(), || refused("Health check protocol"))?;
    refuse(lambda && given.port.is_some(), || refused("Health check port"))
}

fn check_values(check: &HealthCheck, target_type: TargetType) -> Result<(), ApiError> {
    // CreateTargetGroup, `HealthCheckEnabled`: always on unless the target type is lambda.
    refuse(!check.enabled && target_type != TargetType::Lambda, || {
        ApiError::validation(format!(
            "Health check enabled must be true for target groups with target type '{target_type}'"
        ))
    })?;
    // CreateTargetGroup, `HealthCheckProtocol`: TCP is not supported for HTTP and HTTPS groups, others for none.
    let protocol = check.protocol.filter(|p| !matches!(p, Protocol::Http | Protocol::Https));
    refuse(protocol.is_some(), || {
        ApiError::validation(
            "Health check protocol must be HTTP or HTTPS for target groups with this protocol",
        )
    })?;
    // CreateTargetGroup, `HealthCheckPort`.
    let port_ok = |p: &String| p == "traffic-port" || p.parse::<u16>().is_ok_and(|p| p > 0);
    refuse(check.port.as_ref().is_some_and(|p| !port_ok(p)), || {
        ApiError::validation("Health check port must be 'traffic-port' or in the range 1 to 65535")
    })?;
    // API model, Path: 1 to 1024 characters; user guide: a path starts with a slash.
    refuse(!check.path.starts_with('/') || check.path.chars().count() > 1024, || {
        ApiError::validation(format!(
            "Health check path '{}' must be 1 to 1024 characters and start with '/'",
            check.path
        ))
    })?;
    range("Health check interval", check.interval, 5, 300)?;
    range("Health check timeout", check.timeout, 2, 120)?;
    range("Healthy threshold count", check.healthy_threshold, 2, 10)?;
    range("Unhealthy threshold count", check.unhealthy_threshold, 2, 10)?;
    refuse(check.timeout >= check.interval, || {
        let (timeout, interval) = (check.timeout, check.interval);
        ApiError::validation(format!(
            "Health check timeout '{timeout}' must be smaller than the interval '{interval}'"
        ))
    })
}

/// API model: HealthCheckIntervalSeconds, HealthCheckTimeoutSeconds, HealthCheckThresholdCount.
fn range(what: &str, value: u32, min: u32, max: u32) -> Result<(), ApiError> {
    refuse(!(min..=max).contains(&value), || {
        ApiError::validation(format!("{what} '{value}' must be in the range {min} to {max}"))
    })
}

/// Matcher: gRPC codes for GRPC groups, HTTP codes for all others.
fn check_matcher(matcher: GivenMatcher, version: Option<ProtocolVersion>) -> Result<Matcher, ApiError> {
    let GivenMatcher { http_code, grpc_code } = matcher;
    let grpc = version == Some(ProtocolVersion::Grpc);
    let wrong = if grpc { &http_code } else { &grpc_code };
    let (name, codes, min, max) =
        if grpc { ("GRPC", &grpc_code, 0, 99) } else { ("HTTP", &http_code, 200, 499) };
    let codes = codes.as_deref().unwrap_or_default();
    refuse(wrong.is_some() || !are_codes(codes, min, max), || {
        ApiError::validation(format!(
            "Health check matcher must be {name} codes within the range {min} to {max}"
        ))
    })?;
    Ok(Matcher { http_code, grpc_code })
}

/// `200`, `200,202`, `200-299` and mixes.
fn are_codes(text: &str, min: u32, max: u32) -> bool {
    let code = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u32>().ok().filter(|c| digits && (min..=max).contains(c))
    };
    text.split(',').all(|part| match part.split_once('-') {
        Some((from, to)) => matches!((code(from), code(to)), (Some(from), Some(to)) if from <= to),
        None => code(part).is_some(),
    })
}

/// The health-check members of a target group in an answer.
pub(super) fn describe(check: &HealthCheck, into: &mut Value) {
    into["HealthCheckEnabled"] = json!(check.enabled);
    into["HealthCheckProtocol"] = json!(check.protocol);
    into["HealthCheckPort"] = json!(check.port);
    into["HealthCheckPath"] = json!(check.path);
    into["HealthCheckIntervalSeconds"] = json!(check.interval);
    into["HealthCheckTimeoutSeconds"] = json!(check.timeout);
    into["HealthyThresholdCount"] = json!(check.healthy_threshold);
    into["UnhealthyThresholdCount"] = json!(check.unhealthy_threshold);
    into["Matcher"] = json!(check.matcher);
}

#[cfg(test)]
mod tests {
    use super::are_codes;

    #[test]
    fn code_lists() {
        for good in ["200", "200,202", "200-299", "200-299,301,400-499"] {
            assert!(are_codes(good, 200, 499), "{good}");
        }
        for bad in ["", "199", "500", "200-", "-200", "299-200", "200,", "2xx", "+200", "200 "] {
            assert!(!are_codes(bad, 200, 499), "{bad}");
        }
    }
}
