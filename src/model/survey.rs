//! What there is of load balancers in a region, whoever owns it.

use std::collections::BTreeMap;

use super::world::{FoundCertificate, Front, Tags, TargetHealth};

/// All application load balancers of a region. What may not be read is none, and a note says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// 12 digits.
    pub account: String,
    /// The ARN of the caller.
    pub caller: String,
    /// When it was read, in seconds since 1970.
    pub now: u64,
    /// By name.
    pub balancers: Vec<Surveyed>,
    /// The certificates of all listeners by ARN, each once; none: it is gone. One that may not be read is missing.
    pub certificates: BTreeMap<String, Option<FoundCertificate>>,
    /// What could not be read, a line for each operation.
    pub notes: Vec<String>,
}

/// A load balancer. API: `LoadBalancer`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surveyed {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// API: `DNSName`.
    pub dns_name: Option<String>,
    /// `internet-facing`, `internal`.
    pub scheme: String,
    /// Its state.
    pub front: Front,
    /// Its tags.
    pub tags: Option<Tags>,
    /// By port.
    pub listeners: Option<Vec<SurveyedListener>>,
    /// The target groups that are attached to it, by name.
    pub groups: Option<Vec<SurveyedGroup>>,
}

/// A listener. API: `Listener`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyedListener {
    /// Its ARN.
    pub arn: String,
    /// Its port.
    pub port: u16,
    /// `HTTP`, `HTTPS`.
    pub protocol: String,
    /// The ARNs of its certificates, the default first; the others may be unknown.
    pub certificates: Vec<String>,
    /// Whether `certificates` has all of them.
    pub complete: bool,
    /// Whether its default action forwards with all weights 0, so that no target group gets a request.
    pub weightless: bool,
}

/// A target group. API: `TargetGroup`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyedGroup {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `instance`, `ip`, `lambda`.
    pub target_type: String,
    /// Its registered targets.
    pub targets: Option<Vec<TargetHealth>>,
}
