//! What somebody makes without albctl, as the console would.

use std::collections::BTreeSet;

use albctl::kinds::target_group::model::{HealthCheck, Protocol, ProtocolVersion, TargetType};
use albctl::kinds::targets::Target;
use albctl::kinds::{Call, target_group, targets};
use albctl::model::world::Tags;

use crate::support::Stage;

/// A target group over HTTP; all that is checked of it is what differs from AWS's defaults.
pub struct Group {
    pub name: String,
    pub target_type: TargetType,
    pub port: u16,
    pub path: &'static str,
    /// So many passed checks in a row make a target healthy.
    pub healthy_threshold: u32,
    pub tags: Tags,
}

impl Group {
    /// For addresses, with AWS's own health check.
    pub fn new(name: &str, port: u16) -> Self {
        let (target_type, path, healthy_threshold) = (TargetType::Ip, "/", 5);
        Self { name: name.to_owned(), target_type, port, path, healthy_threshold, tags: Tags::new() }
    }

    /// For addresses that are healthy after two good answers on `/health`.
    pub fn quick(name: &str, port: u16) -> Self {
        Self { path: "/health", healthy_threshold: 2, ..Self::new(name, port) }
    }

    /// Makes it; its ARN.
    pub fn make(self, stage: &Stage) -> String {
        stage.stranger(&Call::TargetGroup(target_group::Call::CreateTargetGroup {
            name: self.name,
            target_type: self.target_type,
            protocol: Some(Protocol::Http),
            protocol_version: ProtocolVersion::DEFAULT,
            port: Some(self.port),
            vpc: Some("vpc-0a".to_owned()),
            health_check: HealthCheck {
                enabled: true,
                protocol: Some(Protocol::Http),
                port: Some("traffic-port".to_owned()),
                path: self.path.to_owned(),
                interval: 30,
                timeout: 5,
                healthy_threshold: self.healthy_threshold,
                unhealthy_threshold: 2,
                success_codes: "200".to_owned(),
            },
            tags: self.tags,
        }))
    }
}

/// Puts addresses into a group.
pub fn register(stage: &Stage, group: &str, addresses: &[&str], port: u16) {
    let target = |id: &&str| Target { id: (*id).to_owned(), port: Some(port), zone: None };
    let targets: BTreeSet<Target> = addresses.iter().map(target).collect();
    if !targets.is_empty() {
        let target_group = group.to_owned();
        stage.stranger(&Call::Targets(targets::Call::RegisterTargets { target_group, targets }));
    }
}
