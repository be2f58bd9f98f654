//! What a failure of the SDK means. Decided by AWS's code, never by its message.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::exec::{ErrorKind, ServiceError};

/// The header that holds the request id in answers of awsQuery and JSON services.
const REQUEST_ID: &str = "x-amzn-requestid";

/// Turns a failed call of `operation` into what the executor understands.
pub fn classify<E>(operation: &str, error: SdkError<E, HttpResponse>) -> ServiceError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match &error {
        SdkError::ServiceError(answered) => from_answer(operation, answered.err(), answered.raw()),
        SdkError::DispatchFailure(failure) => {
            let kind = failure.as_connector_error().map_or(ErrorKind::Unavailable, connector_kind);
            from_chain(operation, credentials_or(kind, &error), &error)
        }
        SdkError::ConstructionFailure(_) => {
            from_chain(operation, credentials_or(ErrorKind::Refused, &error), &error)
        }
        // A timeout, an answer that cannot be read, and what later SDKs add: the call may have taken effect.
        _ => ServiceError {
            request_id: error.raw_response().and_then(request_id),
            ..from_chain(operation, ErrorKind::Unavailable, &error)
        },
    }
}

/// A call that albctl itself cannot make, whatever AWS would say.
pub fn refused(operation: &str, message: impl Into<String>) -> ServiceError {
    ServiceError {
        operation: operation.to_owned(),
        kind: ErrorKind::Refused,
        code: None,
        message: message.into(),
        request_id: None,
    }
}

/// An answer of AWS that lacks what it must hold.
pub fn incomplete(operation: &str, what: &str) -> ServiceError {
    ServiceError { kind: ErrorKind::Unavailable, ..refused(operation, format!("the answer holds no {what}")) }
}

fn from_answer<E: ProvideErrorMetadata + Error>(
    operation: &str,
    err: &E,
    raw: &HttpResponse,
) -> ServiceError {
    let status = raw.status().as_u16();
    let message = match (err.message(), err.code()) {
        (Some(message), _) if !message.is_empty() => message.to_owned(),
        (_, Some(code)) => code.to_owned(),
        (_, None) => format!("HTTP {status} with an answer that is not AWS's"),
    };
    ServiceError {
        operation: operation.to_owned(),
        kind: kind_of(err.code(), status),
        code: err.code().map(str::to_owned),
        message,
        request_id: request_id(raw),
    }
}

/// What an answer with this code and HTTP status means.
fn kind_of(code: Option<&str>, status: u16) -> ErrorKind {
    match code {
        Some(
            "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "RequestThrottled"
            // Another change of the same hosted zone is under way; nothing was done. API: ChangeResourceRecordSets.
            | "PriorRequestNotComplete",
        ) => ErrorKind::Throttled,
        Some("AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "AuthorizationError") => {
            ErrorKind::Denied
        }
        Some(
            "ExpiredToken"
            | "ExpiredTokenException"
            | "InvalidClientTokenId"
            | "UnrecognizedClientException"
            | "SignatureDoesNotMatch"
            | "InvalidSignatureException"
            | "IncompleteSignature"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "RequestExpired",
        ) => ErrorKind::Credentials,
        Some("NoSuchEntity" | "NoSuchHostedZone" | "NoSuchChange") => ErrorKind::NotFound,
        Some(code) if code.ends_with("NotFound") || code.ends_with("NotFoundException") => ErrorKind::NotFound,
        Some(_) | None if status == 429 => ErrorKind::Throttled,
        // A success that cannot be read, and any failure on AWS's side: the call may have taken effect.
        Some(_) | None if !(300..500).contains(&status) => ErrorKind::Unavailable,
        Some(_) | None => ErrorKind::Refused,
    }
}

fn request_id(raw: &HttpResponse) -> Option<String> {
    raw.headers().get(REQUEST_ID).map(str::to_owned)
}

fn from_chain(operation: &str, kind: ErrorKind, error: &(dyn Error + 'static)) -> ServiceError {
    ServiceError {
        operation: operation.to_owned(),
        kind,
        code: None,
        message: innermost(error),
        request_id: None,
    }
}

fn credentials_or(kind: ErrorKind, error: &(dyn Error + 'static)) -> ErrorKind {
    if chain(error).any(|one| one.is::<CredentialsError>()) { ErrorKind::Credentials } else { kind }
}

/// Whether the call was sent at all. In doubt it was: a retry then begins by looking whether it took effect.
fn connector_kind(error: &ConnectorError) -> ErrorKind {
    // The connection's own error types are private to the HTTP client, so that their texts must do; AWS has no
    // part in them.
    const BEFORE_SENDING: &[&str] =
        &["client error (Connect)", "HTTP connect", "dns error", "tcp connect error"];
    let refused = |one: &(dyn Error + 'static)| {
        one.downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionRefused)
    };
    let before = |one: &(dyn Error + 'static)| {
        let text = one.to_string();
        BEFORE_SENDING.iter().any(|part| text.contains(part))
    };
    if error.is_user() {
        ErrorKind::Refused
    } else if chain(error).any(|one| refused(one) || before(one)) {
        ErrorKind::Unreachable
    } else {
        ErrorKind::Unavailable
    }
}

/// The error and all its causes, the outermost first.
pub(crate) fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |one: &&'a (dyn Error + 'static)| Error::source(*one))
}

/// The causes in words. The outer layers of the SDK only say "dispatch failure", "io error"; the first cause that
/// says more is the message, followed by what lies below it.
fn innermost(error: &(dyn Error + 'static)) -> String {
    const EMPTY: &[&str] =
        &["dispatch failure", "io error", "timeout", "other", "user error", "failed to construct request"];
    let mut texts: Vec<String> = chain(error).map(ToString::to_string).collect();
    let last = texts.pop().unwrap_or_default();
    texts.retain(|text| !EMPTY.contains(&text.as_str()) && !text.contains(&last));
    texts.push(last);
    texts.dedup();
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::operation::describe_rules::DescribeRulesError;
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;

    use super::*;

    fn answer(code: Option<&str>, status: u16) -> ServiceError {
        let mut meta = ErrorMetadata::builder().message("a message");
        if let Some(code) = code {
            meta = meta.code(code);
        }
        let mut raw = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::empty());
        raw.headers_mut().insert("x-amzn-requestid", "request-1");
        classify("DescribeRules", SdkError::service_error(DescribeRulesError::generic(meta.build()), raw))
    }

    fn dispatch(error: ConnectorError) -> ServiceError {
        classify::<DescribeRulesError>("DescribeRules", SdkError::dispatch_failure(error))
    }

    #[test]
    fn codes_decide() {
        for (code, status, kind) in [
            ("Throttling", 400, ErrorKind::Throttled),
            ("ThrottlingException", 400, ErrorKind::Throttled),
            ("TooManyRequestsException", 429, ErrorKind::Throttled),
            ("RequestLimitExceeded", 503, ErrorKind::Throttled),
            ("PriorRequestNotComplete", 429, ErrorKind::Throttled),
            ("AccessDenied", 403, ErrorKind::Denied),
            ("AccessDeniedException", 400, ErrorKind::Denied),
            ("UnauthorizedOperation", 403, ErrorKind::Denied),
            ("ExpiredToken", 403, ErrorKind::Credentials),
            ("InvalidClientTokenId", 403, ErrorKind::Credentials),
            ("SignatureDoesNotMatch", 403, ErrorKind::Credentials),
            ("ListenerNotFound", 400, ErrorKind::NotFound),
            ("PriorityInUse", 400, ErrorKind::Refused),
            ("ValidationError", 400, ErrorKind::Refused),
            ("InternalFailure", 500, ErrorKind::Unavailable),
            ("ServiceUnavailable", 503, ErrorKind::Unavailable),
        ] {
            let error = answer(Some(code), status);
            assert_eq!(error.kind, kind, "{code}");
            assert_eq!(error.code.as_deref(), Some(code));
            assert_eq!(error.message, "a message");
            assert_eq!(error.request_id.as_deref(), Some("request-1"));
        }
    }

    #[test]
    fn an_answer_without_a_code_is_judged_by_its_status() {
        assert_eq!(answer(None, 200).kind, ErrorKind::Unavailable);
        assert_eq!(answer(None, 502).kind, ErrorKind::Unavailable);
        assert_eq!(answer(None, 403).kind, ErrorKind::Refused);
    }

    #[test]
    fn without_an_answer_it_depends_on_whether_the_call_was_sent() {
        let io = |kind| std::io::Error::new(kind, "why");
        let lost = dispatch(ConnectorError::io(io(std::io::ErrorKind::ConnectionReset).into()));
        assert_eq!((lost.kind, lost.message.as_str()), (ErrorKind::Unavailable, "why"));
        let refused = dispatch(ConnectorError::io(io(std::io::ErrorKind::ConnectionRefused).into()));
        assert_eq!(refused.kind, ErrorKind::Unreachable);
        let dns = dispatch(ConnectorError::io("dns error: no such host".into()));
        assert_eq!(dns.kind, ErrorKind::Unreachable);
        let slow = dispatch(ConnectorError::timeout("HTTP connect timeout occurred after 3s".into()));
        assert_eq!(slow.kind, ErrorKind::Unreachable);
        let silent = dispatch(ConnectorError::timeout("HTTP read timeout occurred after 15s".into()));
        assert_eq!(silent.kind, ErrorKind::Unavailable);
        let attempt = classify::<DescribeRulesError>("DescribeRules", SdkError::timeout_error("15 s"));
        assert_eq!(attempt.kind, ErrorKind::Unavailable);
    }

    #[test]
    fn failures_of_the_credentials_are_recognised() {
        let missing = CredentialsError::not_loaded("tried everything");
        let error = dispatch(ConnectorError::other(missing.into(), None));
        assert_eq!(error.kind, ErrorKind::Credentials);
        assert_eq!(error.message, "the credential provider was not enabled: tried everything");
    }
}
