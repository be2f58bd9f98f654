//! The log of handled calls: what tests count and look at.

use serde_json::Value;

/// One handled call, in the order of handling.
#[derive(Debug, Clone, PartialEq)]
pub struct CallRecord {
    /// `acm`, `ec2`, `elbv2`, `iam`, `lambda`, `route53`, `sts` or `tagging`; for anything else what the request
    /// says.
    pub service: String,
    /// The AWS API name, such as `CreateRule`.
    pub operation: String,
    /// Whether the operation writes.
    pub mutating: bool,
    /// The region it was signed for.
    pub region: String,
    /// The parameters as sent; secrets are replaced.
    pub params: Value,
    /// The wire code of the error that the sandbox made, such as `PriorityInUse`; None if the call took effect
    /// and its answer was sent or dropped on the way back. A call dropped before it took effect has `Dropped`.
    pub error: Option<String>,
}
