//! What is tried again, when, and for how long: a pure policy over (operation, error, attempt, time).
//!
//! There is no jitter: one process with a rate limiter is no herd, and the same failures give the same run.

use std::time::Duration;

use super::service::{ErrorKind, ServiceError};

/// The first pause after throttling or a missing answer; it doubles with each attempt.
const FIRST: Duration = Duration::from_millis(500);

/// The longest pause between two attempts of a throttled call.
const LONGEST: Duration = Duration::from_secs(20);

/// A throttled call is tried for so long. Generous: throttling passes, and a half-done apply is worse than a slow one.
const THROTTLED_FOR: Duration = Duration::from_secs(600);

/// So many attempts at a call that gets no answer. Calls that write are among them: the executor first finds out
/// whether the lost call took effect.
const UNANSWERED_ATTEMPTS: u32 = 4;

/// The code of albctl's own refusal to write records that ACM has not given yet.
pub const RECORDS_PENDING: &str = "RecordsPending";

/// The code of albctl's own refusal to delete the validation records of a certificate that is in use.
pub const RECORDS_IN_USE: &str = "RecordsInUse";

/// The code of albctl's own refusal to delete what others use, who are in the message: no waiting helps.
pub const STILL_USED: &str = "StillUsed";

/// A refusal that AWS is known to give for a while only.
struct Temporary {
    operations: &'static [&'static str],
    codes: &'static [&'static str],
    /// A part of AWS's message, where the code alone also means something lasting.
    message: Option<&'static str>,
    step: Duration,
    limit: Duration,
    /// It passes only for what this plan makes: what was there when it was read, and is not there now, was deleted.
    of_new: bool,
    reason: &'static str,
}

/// What was read and is not found is looked for so long: the answer may come from a part of AWS that lags behind.
const READ_BEFORE: Duration = Duration::from_secs(4);

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The table, most special rows first.
static TEMPORARY: &[Temporary] = &[
    Temporary {
        operations: &["DeleteTargetGroup"],
        codes: &["ResourceInUse"],
        message: None,
        step: seconds(2),
        limit: seconds(120),
        of_new: false,
        reason: "the deletion of a rule, listener or load balancer takes a while to release its target groups",
    },
    Temporary {
        operations: &["DeleteLoadBalancer", "DeleteListener"],
        codes: &["ResourceInUse"],
        message: None,
        step: seconds(5),
        limit: seconds(120),
        of_new: false,
        reason: "what used it (an endpoint service, an accelerator) was removed a moment ago",
    },
    Temporary {
        operations: &["CreateListener", "ModifyListener", "AddListenerCertificates"],
        codes: &["CertificateNotFound"],
        message: None,
        step: seconds(5),
        // Certificates of others were found before anything was called: it is a fresh one.
        limit: seconds(300),
        of_new: false,
        reason: "a certificate that was issued or uploaded a moment ago is not yet visible to the load balancer",
    },
    Temporary {
        operations: &["ChangeResourceRecordSets"],
        codes: &[RECORDS_PENDING],
        message: None,
        step: seconds(3),
        limit: seconds(120),
        of_new: false,
        reason: "ACM takes some seconds to say which records it looks for",
    },
    Temporary {
        operations: &["ChangeResourceRecordSets"],
        codes: &[RECORDS_IN_USE],
        message: None,
        step: seconds(10),
        limit: seconds(180),
        of_new: false,
        reason: "it takes a while until it is known that a load balancer no longer uses a certificate",
    },
    Temporary {
        operations: &["DeleteCertificate", "DeleteServerCertificate"],
        codes: &["ResourceInUseException", "ConflictException", "DeleteConflict"],
        message: None,
        step: seconds(10),
        limit: seconds(180),
        of_new: false,
        reason: "it takes a while until it is known that a load balancer no longer uses a certificate",
    },
    Temporary {
        operations: &["ModifyLoadBalancerAttributes"],
        codes: &["InvalidConfigurationRequest"],
        message: Some("Access Denied for bucket"),
        step: seconds(5),
        limit: seconds(120),
        of_new: false,
        reason: "a bucket policy that was written a moment ago is not yet in effect",
    },
    Temporary {
        operations: &["CreateRule", "AddListenerCertificates"],
        codes: &["ListenerNotFound"],
        message: None,
        step: seconds(2),
        limit: seconds(20),
        of_new: true,
        reason: "a listener cannot be seen at once after its creation",
    },
    Temporary {
        operations: &["CreateListener", "CreateRule", "ModifyListener", "ModifyRule", "RegisterTargets"],
        codes: &["TargetGroupNotFound", "LoadBalancerNotFound"],
        message: None,
        step: seconds(2),
        limit: seconds(60),
        of_new: true,
        reason: "a target group or load balancer cannot be seen at once after its creation",
    },
    Temporary {
        operations: &["RegisterTargets"],
        codes: &["AccessDenied", "InvalidTarget"],
        message: Some("permission to invoke"),
        step: seconds(2),
        limit: seconds(60),
        of_new: false,
        reason: "a permission to invoke a function is not in effect at once",
    },
    Temporary {
        operations: &[
            "ModifyLoadBalancerAttributes",
            "ModifyTargetGroupAttributes",
            "ModifyListenerAttributes",
            "AddTags",
        ],
        codes: &["LoadBalancerNotFound", "TargetGroupNotFound", "ListenerNotFound", "RuleNotFound"],
        message: None,
        step: seconds(2),
        limit: seconds(20),
        of_new: true,
        reason: "a resource cannot be seen at once after its creation",
    },
];

impl Temporary {
    fn covers(&self, operation: &str, error: &ServiceError) -> bool {
        self.operations.contains(&operation)
            && error.is(self.codes)
            && self.message.is_none_or(|part| error.message.contains(part))
    }
}

/// How long to wait before the next attempt at a call; `None`: the error stands.
///
/// `attempt` counts from 1 and is the one that failed with `error`; `elapsed` is the time since the first began;
/// `on_new`: the call names something that this plan has made.
pub fn next(
    operation: &str,
    error: &ServiceError,
    attempt: u32,
    elapsed: Duration,
    on_new: bool,
) -> Option<Duration> {
    let pause = FIRST.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1))).min(LONGEST);
    let within = |pause: Duration, limit: Duration| (elapsed + pause <= limit).then_some(pause);
    match error.kind {
        ErrorKind::Throttled => within(pause, THROTTLED_FOR),
        ErrorKind::Unavailable | ErrorKind::Unreachable => (attempt < UNANSWERED_ATTEMPTS).then_some(pause),
        ErrorKind::NotFound | ErrorKind::Refused | ErrorKind::Denied => {
            let row = TEMPORARY.iter().find(|row| row.covers(operation, error))?;
            let lasts = if row.of_new && !on_new { row.limit.min(READ_BEFORE) } else { row.limit };
            within(row.step, lasts)
        }
        ErrorKind::Credentials => None,
    }
}

/// Why an error is expected to pass, in words for people; `None` for those that are not in the table.
pub fn reason(operation: &str, error: &ServiceError) -> Option<&'static str> {
    TEMPORARY.iter().find(|row| row.covers(operation, error)).map(|row| row.reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: ErrorKind, code: &str, message: &str) -> ServiceError {
        ServiceError {
            operation: "X".to_owned(),
            kind,
            code: (!code.is_empty()).then(|| code.to_owned()),
            message: message.to_owned(),
            request_id: None,
        }
    }

    /// All pauses of a call that always fails in the same way.
    fn pauses(operation: &str, error: &ServiceError) -> Vec<f64> {
        pauses_on(operation, error, true)
    }

    fn pauses_on(operation: &str, error: &ServiceError, on_new: bool) -> Vec<f64> {
        let (mut pauses, mut elapsed, mut attempt) = (Vec::new(), Duration::ZERO, 1);
        while let Some(pause) = next(operation, error, attempt, elapsed, on_new) {
            pauses.push(pause.as_secs_f64());
            elapsed += pause;
            attempt += 1;
        }
        pauses
    }

    #[test]
    fn throttling_backs_off_to_twenty_seconds_and_ends_after_ten_minutes() {
        let pauses = pauses("CreateRule", &error(ErrorKind::Throttled, "Throttling", "Rate exceeded"));
        assert_eq!(pauses[..8], [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0]);
        let total: f64 = pauses.iter().sum();
        assert!((580.0..=600.0).contains(&total), "{total}");
    }

    #[test]
    fn a_missing_answer_gives_four_attempts() {
        for kind in [ErrorKind::Unavailable, ErrorKind::Unreachable] {
            assert_eq!(pauses("DescribeRules", &error(kind, "", "")), [0.5, 1.0, 2.0]);
            assert_eq!(pauses("CreateRule", &error(kind, "InternalFailure", "")), [0.5, 1.0, 2.0]);
        }
    }

    #[test]
    fn lasting_refusals_are_not_tried_again() {
        let none: [f64; 0] = [];
        assert_eq!(pauses("CreateRule", &error(ErrorKind::Refused, "PriorityInUse", "")), none);
        assert_eq!(pauses("DescribeRules", &error(ErrorKind::NotFound, "ListenerNotFound", "")), none);
        assert_eq!(pauses("CreateRule", &error(ErrorKind::Denied, "AccessDenied", "")), none);
        assert_eq!(pauses("CreateRule", &error(ErrorKind::Credentials, "ExpiredToken", "")), none);
    }

    #[test]
    fn known_temporary_refusals_are_tried_for_their_time() {
        let case = |operation: &str, code: &str, message: &str| {
            let kind = if code.ends_with("NotFound") { ErrorKind::NotFound } else { ErrorKind::Refused };
            let pauses = pauses(operation, &error(kind, code, message));
            (pauses.len(), pauses.first().copied().unwrap_or_default())
        };
        assert_eq!(case("DeleteTargetGroup", "ResourceInUse", ""), (60, 2.0));
        assert_eq!(case("DeleteLoadBalancer", "ResourceInUse", ""), (24, 5.0));
        assert_eq!(case("CreateRule", "ListenerNotFound", ""), (10, 2.0));
        assert_eq!(case("AddListenerCertificates", "ListenerNotFound", ""), (10, 2.0));
        assert_eq!(case("AddListenerCertificates", "CertificateNotFound", ""), (60, 5.0));
        assert_eq!(case("DeleteCertificate", "ResourceInUseException", ""), (18, 10.0));
        assert_eq!(case("ChangeResourceRecordSets", "RecordsPending", ""), (40, 3.0));
        assert_eq!(case("ChangeResourceRecordSets", "RecordsInUse", ""), (18, 10.0));
        assert_eq!(case("CreateListener", "TargetGroupNotFound", ""), (30, 2.0));
        assert_eq!(case("AddTags", "RuleNotFound", ""), (10, 2.0));
        let bucket = "Access Denied for bucket: logs. Please check S3bucket permission";
        assert_eq!(case("ModifyLoadBalancerAttributes", "InvalidConfigurationRequest", bucket), (24, 5.0));
        assert_eq!(case("ModifyLoadBalancerAttributes", "InvalidConfigurationRequest", "bad key"), (0, 0.0));
        let denied = |message: &str| {
            let pauses = pauses("RegisterTargets", &error(ErrorKind::Denied, "AccessDenied", message));
            (pauses.len(), pauses.first().copied().unwrap_or_default())
        };
        let invoke =
            "elasticloadbalancing principal does not have permission to invoke f from target group g";
        assert_eq!((denied(invoke), denied("you may not")), ((30, 2.0), (0, 0.0)));
    }

    #[test]
    fn what_was_read_and_is_gone_is_not_waited_for() {
        let gone = error(ErrorKind::NotFound, "TargetGroupNotFound", "");
        assert_eq!(pauses_on("ModifyTargetGroupAttributes", &gone, false), [2.0, 2.0]);
        assert_eq!(pauses_on("ModifyTargetGroupAttributes", &gone, true).len(), 10);
        let fresh = error(ErrorKind::NotFound, "CertificateNotFound", "");
        assert_eq!(pauses_on("ModifyListener", &fresh, false).len(), 60);
    }

    #[test]
    fn every_row_says_why() {
        for row in TEMPORARY {
            assert!(!row.reason.is_empty() && !row.operations.is_empty() && !row.codes.is_empty());
            assert!(row.step <= row.limit);
        }
    }
}
