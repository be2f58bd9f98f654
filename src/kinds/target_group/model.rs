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
    /// `200`, `200,202`, `200-299`.
    pub success_codes: String,
}

impl HealthCheck {
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
