//! What the executor needs of AWS: perform a call, look at a condition. The only door to the outside.

use std::collections::BTreeMap;
use std::future::Future;

use crate::kinds::{Call, Condition};
use crate::model::OutputKey;

/// What a call's answer yields for later steps.
pub type Outputs = BTreeMap<OutputKey, String>;

/// What a look at a condition found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// It holds; the state in words.
    Holds(String),
    /// Not yet; the state in words.
    NotYet(String),
    /// It will never hold; the state in words.
    Never(String),
}

/// What a failure means for the one who called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The rate limit: the call took no effect, try again later.
    Throttled,
    /// No answer, or a failure on AWS's side: the call may have taken effect.
    Unavailable,
    /// The endpoint cannot be reached at all: the call took no effect.
    Unreachable,
    /// The credentials are missing, expired or invalid.
    Credentials,
    /// The caller may not do this.
    Denied,
    /// The resource named does not exist, or cannot be seen yet.
    NotFound,
    /// AWS refused for any other reason.
    Refused,
}

/// A failed call.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{operation}: {message}")]
pub struct ServiceError {
    /// The API operation.
    pub operation: String,
    /// What it means.
    pub kind: ErrorKind,
    /// AWS's code, as on the wire; none where there was no answer.
    pub code: Option<String>,
    /// AWS's message, or what went wrong on the way.
    pub message: String,
    /// AWS's request id.
    pub request_id: Option<String>,
}

impl ServiceError {
    /// Whether AWS's code is one of `codes`.
    pub fn is(&self, codes: &[&str]) -> bool {
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }
}

/// AWS, as the executor sees it: one attempt a call, no retries of its own.
pub trait Service {
    /// Makes one attempt at a call that writes.
    fn perform(&self, call: &Call<String>) -> impl Future<Output = Result<Outputs, ServiceError>>;

    /// Whether the rules of a listener, in the order of their priorities and with those of others, are `expected`:
    /// the ARN and priority of each. One attempt. A listener that is gone has other rules.
    fn rules_unchanged(
        &self,
        listener: &str,
        expected: &[(String, u32)],
    ) -> impl Future<Output = Result<bool, ServiceError>>;

    /// Looks once whether a condition holds.
    fn probe(&self, condition: &Condition<String>) -> impl Future<Output = Result<Probe, ServiceError>>;

    /// After an attempt whose answer was lost or whose retry was refused as a duplicate: what the call would have
    /// made, if it is there, equal and ours.
    fn find_result(&self, call: &Call<String>)
    -> impl Future<Output = Result<Option<Outputs>, ServiceError>>;
}
