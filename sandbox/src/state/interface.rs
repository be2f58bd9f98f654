//! Network interfaces of targets. There is no EC2 here that makes them: every registered instance and address has one
//! with the default security group unless the state says otherwise ([`State::network_interfaces`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Region, State};

/// A network interface. API: `NetworkInterface` of EC2.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkInterface {
    /// The instance that it is attached to, with the index of the device: 0 is the primary interface.
    pub instance: Option<(String, u32)>,
    /// Its private IPv4 addresses, the primary one first.
    pub addresses: Vec<String>,
    /// `Groups`: ids of its security groups.
    pub security_groups: Vec<String>,
}

impl State {
    /// The interface of an address, with these security groups.
    pub fn set_address_groups(&mut self, address: &str, groups: &[&str]) {
        let one = NetworkInterface {
            instance: None,
            addresses: vec![address.to_owned()],
            security_groups: groups.iter().map(|id| (*id).to_owned()).collect(),
        };
        self.network_interfaces.insert(id_of(address), one);
    }

    /// The primary interface of an instance, with these security groups.
    pub fn set_instance_groups(&mut self, instance: &str, groups: &[&str]) {
        let one = NetworkInterface {
            instance: Some((instance.to_owned(), 0)),
            addresses: Vec::new(),
            security_groups: groups.iter().map(|id| (*id).to_owned()).collect(),
        };
        self.network_interfaces.insert(id_of(instance), one);
    }

    /// The interfaces of a region by their ids: those that the state says, and one of each other registered target.
    pub(crate) fn interfaces(&self, region: &Region) -> BTreeMap<String, NetworkInterface> {
        let mut all = self.network_interfaces.clone();
        for target in region.target_groups.values().flat_map(|group| &group.targets) {
            let (instance, address) = (target.id.starts_with("i-"), target.id.parse::<std::net::Ipv4Addr>());
            if !instance && address.is_err() {
                continue;
            }
            let known = all.values().any(|one| {
                one.addresses.contains(&target.id)
                    || one.instance.as_ref().is_some_and(|(id, _)| *id == target.id)
            });
            if !known {
                let one = NetworkInterface {
                    instance: instance.then(|| (target.id.clone(), 0)),
                    addresses: if instance { Vec::new() } else { vec![target.id.clone()] },
                    security_groups: vec![self.default_security_group.clone()],
                };
                all.insert(id_of(&target.id), one);
            }
        }
        all
    }
}

/// An id of the right form that belongs to a target.
fn id_of(target: &str) -> String {
    // FNV-1a: ids stay the same from run to run.
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("eni-0{:016x}", target.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}
