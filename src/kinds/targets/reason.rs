//! Why a target is in the state that it is in, in plain words. API: `TargetHealthReasonEnum`.

use crate::base::Seconds;
use crate::kinds::target_group::TargetGroup;
use crate::model::world::TargetHealth;

/// What is known when a reason is told.
struct Case<'a> {
    group: &'a TargetGroup,
    target: &'a TargetHealth,
    /// Whether anything forwards to the group.
    used: bool,
}

/// The words of a reason.
type Words = fn(&Case<'_>) -> String;

/// All reasons that AWS names, in the order of its documentation.
const REASONS: &[(&str, Words)] = &[
    ("Elb.RegistrationInProgress", |_| "is being registered".to_owned()),
    ("Elb.InitialHealthChecking", |_| "its first checks are under way".to_owned()),
    ("Target.ResponseCodeMismatch", |case| {
        let expected = &case.group.health_check.success_codes;
        match case.target.description.as_deref().and_then(codes) {
            Some(codes) => format!("answered {codes}, expected {expected}"),
            None => format!("answered with another code than {expected}"),
        }
    }),
    ("Target.Timeout", |case| {
        let check = &case.group.health_check;
        format!("no answer within {} (path {})", Seconds(u64::from(check.timeout)), check.path)
    }),
    ("Target.FailedHealthChecks", |_| {
        "the connection was refused or broken off, or the answer is no HTTP".to_owned()
    }),
    ("Elb.InternalError", |_| "an error inside the load balancer: AWS mends it".to_owned()),
    ("Target.NotRegistered", |_| "is not registered".to_owned()),
    ("Target.NotInUse", |case| match case.used {
        false => "no listener or rule forwards to the group: it is not checked".to_owned(),
        true => "its zone is not enabled on the load balancer".to_owned(),
    }),
    ("Target.InvalidState", |_| "the instance is stopped or terminated".to_owned()),
    ("Target.IpUnusable", |_| "the address is that of a load balancer: it cannot be a target".to_owned()),
    ("Target.DeregistrationInProgress", |case| {
        format!("is leaving: requests under way have up to {} to finish", delay(case.group))
    }),
    ("Target.HealthCheckDisabled", |_| "is not checked: its requests are sent all the same".to_owned()),
];

/// Whether there are words for a reason.
pub fn known(code: &str) -> bool {
    REASONS.iter().any(|(known, _)| *known == code)
}

/// Why a target is in its state; nothing of a healthy one. `used`: a listener or rule forwards to the group. What AWS may
/// say one day is told as it is.
pub fn words(group: &TargetGroup, target: &TargetHealth, used: bool) -> Option<String> {
    let code = target.reason.as_deref()?;
    let known = REASONS.iter().find(|(known, _)| *known == code);
    Some(match known {
        Some((_, words)) => words(&Case { group, target, used }),
        None => target.description.clone().unwrap_or_else(|| code.to_owned()),
    })
}

/// How long a target that leaves may finish its requests. API: `deregistration_delay.timeout_seconds`.
pub fn delay(group: &TargetGroup) -> Seconds {
    /// AWS's own delay, where the attribute was not read.
    const DEFAULT: u64 = 300;
    let seconds = group.attributes.get("deregistration_delay").and_then(serde_json::Value::as_u64);
    Seconds(seconds.unwrap_or(DEFAULT))
}

/// The codes of `Health checks failed with these codes: [500, 503]`.
fn codes(description: &str) -> Option<&str> {
    let (_, rest) = description.split_once('[')?;
    let (codes, _) = rest.split_once(']')?;
    (!codes.is_empty()).then_some(codes)
}
