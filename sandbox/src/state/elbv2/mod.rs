//! Elastic Load Balancing v2: what a region holds. The shapes below actions and conditions are the API's own,
//! in the canonical form in which AWS returns them.

mod actions;
mod conditions;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::tags::Tags;
use super::wire_enum::wire_enum;
use crate::clock::Millis;

pub use actions::*;
pub use conditions::*;

wire_enum! {
    /// CreateLoadBalancer, `Scheme`.
    Scheme { InternetFacing = "internet-facing", Internal = "internal" }
}

wire_enum! {
    /// CreateLoadBalancer, `Type`.
    LoadBalancerType { Application = "application", Network = "network", Gateway = "gateway" }
}

wire_enum! {
    /// CreateLoadBalancer, `IpAddressType`.
    IpAddressType {
        Ipv4 = "ipv4",
        Dualstack = "dualstack",
        DualstackWithoutPublicIpv4 = "dualstack-without-public-ipv4",
    }
}

wire_enum! {
    /// LoadBalancerState, `Code`.
    LoadBalancerStateCode {
        Active = "active",
        Provisioning = "provisioning",
        ActiveImpaired = "active_impaired",
        Failed = "failed",
    }
}

wire_enum! {
    /// ProtocolEnum.
    Protocol {
        Http = "HTTP",
        Https = "HTTPS",
        Tcp = "TCP",
        Tls = "TLS",
        Udp = "UDP",
        TcpUdp = "TCP_UDP",
        Geneve = "GENEVE",
        Quic = "QUIC",
        TcpQuic = "TCP_QUIC",
    }
}

wire_enum! {
    /// CreateTargetGroup, `ProtocolVersion`.
    ProtocolVersion { Http1 = "HTTP1", Http2 = "HTTP2", Grpc = "GRPC" }
}

wire_enum! {
    /// CreateTargetGroup, `TargetType`.
    TargetType { Instance = "instance", Ip = "ip", Lambda = "lambda", Alb = "alb" }
}

wire_enum! {
    /// CreateTargetGroup, `IpAddressType`.
    TargetIpType { Ipv4 = "ipv4", Ipv6 = "ipv6" }
}

wire_enum! {
    /// MutualAuthenticationAttributes, `Mode`.
    MutualAuthenticationMode { Off = "off", Passthrough = "passthrough", Verify = "verify" }
}

wire_enum! {
    /// MutualAuthenticationAttributes, `AdvertiseTrustStoreCaNames`.
    OnOff { On = "on", Off = "off" }
}

/// Attribute values that were set, by key; what is not here has its default.
pub type Attributes = BTreeMap<String, String>;

/// An Application Load Balancer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadBalancer {
    /// Unique in the region.
    pub name: String,
    /// The public DNS name.
    pub dns_name: String,
    /// Internal or not.
    pub scheme: Scheme,
    /// The address families that clients can use.
    pub ip_address_type: IpAddressType,
    /// When it was created.
    pub created: Millis,
    /// The VPC it is in.
    pub vpc: String,
    /// Its subnets by zone.
    pub subnets: BTreeMap<String, String>,
    /// Its security groups.
    pub security_groups: BTreeSet<String>,
    /// The IPAM pool for its public addresses.
    pub ipam_pool: Option<String>,
    /// Its attributes.
    pub attributes: Attributes,
    /// Its state, if a test wants another than the clock says.
    pub forced_state: Option<LoadBalancerStateCode>,
    /// Its tags.
    pub tags: Tags,
}

/// A listener. Its default actions are those of its default rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// 1 to 65535, unique on its load balancer.
    pub port: u16,
    /// HTTP or HTTPS.
    pub protocol: Protocol,
    /// HTTPS only: the security policy.
    pub ssl_policy: Option<String>,
    /// HTTPS only: the ARN of the default certificate.
    pub default_certificate: Option<String>,
    /// HTTPS only: ARNs of the certificate list. The default certificate may be in it as well.
    pub certificates: BTreeSet<String>,
    /// HTTPS only: how client certificates are handled.
    pub mutual_authentication: Option<MutualAuthentication>,
    /// Its attributes.
    pub attributes: Attributes,
    /// When it was created.
    pub created: Millis,
    /// Its tags.
    pub tags: Tags,
}

/// MutualAuthenticationAttributes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct MutualAuthentication {
    /// How client certificates are handled; `off` by default.
    pub mode: Option<MutualAuthenticationMode>,
    /// `verify` only: the trust store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_store_arn: Option<String>,
    /// `verify` only: whether expired certificates are accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_client_certificate_expiry: Option<bool>,
    /// Output only, for shared trust stores; accepted and dropped.
    #[serde(skip_serializing)]
    pub trust_store_association_status: Option<String>,
    /// `verify` only: whether CA names are advertised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advertise_trust_store_ca_names: Option<OnOff>,
}

/// A rule of a listener.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// 1 to 50000, unique on its listener; None is the default rule.
    pub priority: Option<u32>,
    /// All of them must hold; the default rule has none.
    pub conditions: Vec<Condition>,
    /// By ascending order; the last one routes.
    pub actions: Vec<Action>,
    /// What changes in the request before it is forwarded.
    pub transforms: Vec<Transform>,
    /// When it was created.
    pub created: Millis,
    /// Its tags.
    pub tags: Tags,
}

/// A target group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetGroup {
    /// Unique in the region.
    pub name: String,
    /// What its targets are.
    pub target_type: TargetType,
    /// Not for lambda: HTTP or HTTPS.
    pub protocol: Option<Protocol>,
    /// Not for lambda.
    pub protocol_version: Option<ProtocolVersion>,
    /// Not for lambda: the port of targets that have none of their own.
    pub port: Option<u16>,
    /// Not for lambda.
    pub vpc: Option<String>,
    /// The address family of its targets.
    pub ip_address_type: TargetIpType,
    /// The port of the target optimizer's agent.
    pub target_control_port: Option<u16>,
    /// How targets are checked.
    pub health_check: HealthCheck,
    /// Its attributes.
    pub attributes: Attributes,
    /// When it was created.
    pub created: Millis,
    /// Since when a rule refers to it; None if none does. Health checks start then.
    pub attached_since: Option<Millis>,
    /// Its targets, draining ones included, in the order of registration.
    pub targets: Vec<Target>,
    /// Its tags.
    pub tags: Tags,
}

/// The health check of a target group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthCheck {
    /// Always true except for lambda.
    pub enabled: bool,
    /// Not for lambda: HTTP or HTTPS.
    pub protocol: Option<Protocol>,
    /// Not for lambda: `traffic-port` or a port.
    pub port: Option<String>,
    /// The path of the request.
    pub path: String,
    /// Seconds between checks, 5 to 300.
    pub interval: u32,
    /// Seconds to wait for the answer, 2 to 120.
    pub timeout: u32,
    /// Passed checks in a row until healthy, 2 to 10.
    pub healthy_threshold: u32,
    /// Failed checks in a row until unhealthy, 2 to 10.
    pub unhealthy_threshold: u32,
    /// The codes that pass.
    pub matcher: Matcher,
}

/// Matcher: exactly one of the two.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Matcher {
    /// Such as `200`, `200,202`, `200-299`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_code: Option<String>,
    /// GRPC only: such as `12`, `0-5`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grpc_code: Option<String>,
}

/// A registered or draining target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Instance id, IP address or function ARN.
    pub id: String,
    /// Not for lambda: the port it gets traffic on.
    pub port: Option<u16>,
    /// `all`, or the zone that was given when it was registered.
    pub zone: Option<String>,
    /// When it was registered.
    pub registered: Millis,
    /// When draining ends; None if it is registered.
    pub drains_until: Option<Millis>,
}
