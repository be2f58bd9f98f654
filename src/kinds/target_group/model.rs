//! The canonical form of a target group.

use serde::{Deserialize, Serialize};

use super::fields::FIELDS;
use crate::model::field::{Attributes, Field, Model};
use crate::model::world::Tags;
use crate::word_enum;

word_enum! {
    /// What is registered. API: `TargetType`; cannot be changed.
    TargetType {
        /// EC2 instances.
        Instance = "instance",
        /// IP addresses.
        Ip = "ip",
    }
}

word_enum! {
    /// How targets and health checks are spoken to. API: `Protocol`.
    Protocol {
        /// HTTP.
        Http = "HTTP",
        /// HTTPS; the certificate of the target is not validated.
        Https = "HTTPS",
    }
}

/// The health check. API: parameters `HealthCheck*` and `Matcher` of CreateTargetGroup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// HTTP or HTTPS.
    pub protocol: Protocol,
    /// `traffic-port` or a port.
    pub port: String,
    /// Path and query, starting with `/`.
    pub path: String,
    /// Seconds between checks: 5 to 300.
    pub interval: u32,
    /// Seconds until a check has failed: 2 to 120, less than the interval.
    pub timeout: u32,
    /// Passes in a row that make a target healthy: 2 to 10.
    pub healthy_threshold: u32,
    /// Failures in a row that make it unhealthy: 2 to 10.
    pub unhealthy_threshold: u32,
    /// `200`, `200,202`, `200-299`.
    pub success_codes: String,
}

/// Whether a client keeps its target. API: attributes `stickiness.*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stickiness {
    /// Requests are spread.
    Off,
    /// By the load balancer's cookie AWSALB.
    LbCookie {
        /// Seconds: 1 to 604800.
        duration: u32,
    },
    /// By a cookie of the application.
    AppCookie {
        /// The application's cookie.
        name: String,
        /// Seconds: 1 to 604800.
        duration: u32,
    },
}

/// A target group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetGroup {
    /// Unique in account and region, at most 32 characters.
    pub name: String,
    /// Instances or IP addresses.
    pub target_type: TargetType,
    /// How targets are spoken to.
    pub protocol: Protocol,
    /// The port of targets that are registered without one.
    pub port: u16,
    /// The VPC of the targets.
    pub vpc: String,
    /// How targets are checked.
    pub health_check: HealthCheck,
    /// Whether clients keep their target.
    pub stickiness: Stickiness,
    /// The scalar attributes, by row.
    pub attributes: Attributes,
    /// The tags that the spec gives.
    pub tags: Tags,
}

impl Model for TargetGroup {
    const FIELDS: &'static [Field<Self>] = FIELDS;

    fn attributes(&self) -> Option<&Attributes> {
        Some(&self.attributes)
    }

    fn attributes_mut(&mut self) -> Option<&mut Attributes> {
        Some(&mut self.attributes)
    }
}
