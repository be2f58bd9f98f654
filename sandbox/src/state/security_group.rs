//! Security groups: what they let in and out. There is no EC2 here that makes them: whatever has the form of an id
//! exists, and lets everything through unless the state says otherwise ([`State::security_groups`]).

use serde::{Deserialize, Serialize};

use super::State;

/// The rules of a security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityGroup {
    /// `IpPermissions`
    pub inbound: Vec<IpRule>,
    /// `IpPermissionsEgress`
    pub outbound: Vec<IpRule>,
}

impl Default for SecurityGroup {
    /// Everything from everywhere, and to everywhere.
    fn default() -> Self {
        Self { inbound: vec![IpRule::all()], outbound: vec![IpRule::all()] }
    }
}

/// Ports, and from or to where. API: `IpPermission` of EC2.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IpRule {
    /// `tcp`, `udp`, `icmp`, a number; `-1` is every protocol.
    pub protocol: String,
    /// The first and the last port; none where the protocol is `-1`.
    pub ports: Option<(u16, u16)>,
    /// `IpRanges`, IPv4
    pub cidrs: Vec<String>,
    /// `Ipv6Ranges`
    pub ipv6_cidrs: Vec<String>,
    /// `PrefixListIds`
    pub prefix_lists: Vec<String>,
    /// `UserIdGroupPairs`: ids of groups.
    pub groups: Vec<String>,
}

impl IpRule {
    /// Every protocol and port, everywhere.
    pub fn all() -> Self {
        Self {
            protocol: "-1".to_owned(),
            cidrs: vec!["0.0.0.0/0".to_owned()],
            ipv6_cidrs: vec!["::/0".to_owned()],
            ..Self::default()
        }
    }

    /// One port of TCP, for an IPv4 range.
    pub fn tcp(port: u16, cidr: &str) -> Self {
        Self {
            protocol: "tcp".to_owned(),
            ports: Some((port, port)),
            cidrs: vec![cidr.to_owned()],
            ..Self::default()
        }
    }
}

impl State {
    /// Sets what a security group lets in and out.
    pub fn set_security_group(&mut self, id: &str, inbound: Vec<IpRule>, outbound: Vec<IpRule>) {
        self.security_groups.insert(id.to_owned(), SecurityGroup { inbound, outbound });
    }
}
