//! The canonical form of a target group.

use serde::{Deserialize, Serialize};

use super::fields::FIELDS;
use crate::kinds::targets::function;
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
        /// One Lambda function.
        Lambda = "lambda",
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

word_enum! {
    /// What HTTP requests are sent to targets in. API: `ProtocolVersion`; cannot be changed.
    ProtocolVersion {
        /// HTTP/1.1, whatever clients speak.
        Http1 = "HTTP1",
        /// HTTP/2; clients must speak it, or gRPC, too.
        Http2 = "HTTP2",
        /// gRPC: checks call a method, and pass or fail by its gRPC status.
        Grpc = "GRPC",
    }
}

impl ProtocolVersion {
    /// Of what does not say it. API: CreateTargetGroup.
    pub const DEFAULT: Self = Self::Http1;

    /// Whether it is what a call says by saying nothing.
    pub fn is_default(&self) -> bool {
        *self == Self::DEFAULT
    }

    /// Whether only a listener of HTTPS forwards to such a group. ALB guide, "Target groups", protocol version; API:
    /// IncompatibleProtocols.
    pub fn needs_https(self) -> bool {
        match self {
            Self::Http1 => false,
            Self::Http2 | Self::Grpc => true,
        }
    }

    /// The default of saved plans and calls that do not say it.
    pub(super) fn unsaid() -> Self {
        Self::DEFAULT
    }
}

/// The health check. API: parameters `HealthCheck*` and `Matcher` of CreateTargetGroup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// Whether targets are checked at all; only functions need not be. What is not checked has all else at its default.
    #[serde(default = "checked", skip_serializing_if = "is_checked")]
    pub enabled: bool,
    /// HTTP or HTTPS; none for a function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    /// `traffic-port` or a port; none for a function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
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
    /// HTTP codes: `200`, `200,202`, `200-299`; of a group of gRPC those of gRPC: `0`, `0-5`.
    pub success_codes: String,
}

impl HealthCheck {
    /// What is checked where nothing is said. API: CreateTargetGroup, `HealthCheckPath`.
    pub fn default_path(version: ProtocolVersion) -> &'static str {
        match version {
            ProtocolVersion::Http1 | ProtocolVersion::Http2 => "/",
            ProtocolVersion::Grpc => "/AWS.ALB/healthcheck",
        }
    }

    /// The codes that pass where nothing is said; 12 is "unimplemented". API: `Matcher`.
    pub fn default_codes(version: ProtocolVersion) -> &'static str {
        match version {
            ProtocolVersion::Http1 | ProtocolVersion::Http2 => "200",
            ProtocolVersion::Grpc => "12",
        }
    }

    /// The check of a function whose checks are off. API: CreateTargetGroup, defaults for lambda.
    pub fn off() -> Self {
        Self {
            enabled: false,
            protocol: None,
            port: None,
            path: "/".to_owned(),
            interval: 35,
            timeout: 30,
            healthy_threshold: 5,
            unhealthy_threshold: 5,
            success_codes: "200".to_owned(),
        }
    }
}

/// Plans of versions that knew no functions do not say it.
fn checked() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it")]
fn is_checked(enabled: &bool) -> bool {
    *enabled
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

/// A container of an ECS task. API: `LoadBalancer` of ECS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ecs {
    /// Its name in the task definition.
    pub container: String,
    /// Its port.
    pub port: Option<u16>,
}

/// A target group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetGroup {
    /// Unique in account and region, at most 32 characters.
    pub name: String,
    /// Instances, IP addresses or a function.
    pub target_type: TargetType,
    /// The function of a group of type lambda: its ARN, once it is known where the load balancer is.
    pub function: Option<String>,
    /// Load balancers may invoke the function for this group.
    pub permission: bool,
    /// How targets are spoken to; none for a function.
    pub protocol: Option<Protocol>,
    /// What requests are sent in; of a function, for which it means nothing, the default. Left out where it is the
    /// default, so that plans of versions that knew no other read, and are no others.
    #[serde(default = "ProtocolVersion::unsaid", skip_serializing_if = "ProtocolVersion::is_default")]
    pub protocol_version: ProtocolVersion,
    /// The port of targets that are registered without one; none for a function.
    pub port: Option<u16>,
    /// The VPC of the targets; none for a function.
    pub vpc: Option<String>,
    /// How targets are checked.
    pub health_check: HealthCheck,
    /// Whether clients keep their target.
    pub stickiness: Stickiness,
    /// The scalar attributes, by row.
    pub attributes: Attributes,
    /// The container that ECS registers, which only `albctl output` is interested in: neither compared nor sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ecs: Option<Ecs>,
    /// The tags that the spec gives.
    pub tags: Tags,
}

impl TargetGroup {
    /// Whether its target is a function.
    pub fn is_function(&self) -> bool {
        self.target_type == TargetType::Lambda
    }

    /// Whether its targets speak gRPC.
    pub fn is_grpc(&self) -> bool {
        self.protocol_version == ProtocolVersion::Grpc
    }

    /// What people call its function.
    pub fn function_name(&self) -> String {
        self.function.as_deref().map(function::short).unwrap_or_default()
    }
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
