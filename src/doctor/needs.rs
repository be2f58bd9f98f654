//! What is worth a further look, once it is known what is wrong.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::facts::{Facts, Target};
use super::traffic::{self, largest_share};
use super::{certificates, reach};

/// So many targets are looked into. API: DescribeNetworkInterfaces, `Filters`: 200 values at most.
const MOST_TARGETS: usize = 100;

/// What to read beside the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Hosts that need a certificate.
    pub hosts: BTreeSet<String>,
    /// Instances that do not answer, and get requests.
    pub instances: Vec<String>,
    /// Addresses that do not answer, and get requests.
    pub addresses: Vec<String>,
    /// So many more instances and addresses do not answer, and are not looked into.
    pub left: usize,
}

impl Needs {
    /// What these facts ask for; `host` is the one that was asked about.
    pub fn of(facts: &Facts, host: Option<&str>) -> Self {
        let entries = traffic::entries(facts);
        let mut silent: BTreeSet<&str> = BTreeSet::new();
        for (key, group) in facts.groups.iter().filter(|(_, group)| !group.is_function()) {
            if largest_share(&entries, key) > 0 {
                silent.extend(group.registered().filter(|one| reach::is_silent(one)).map(id));
            }
        }
        let taken = |is: &dyn Fn(&str) -> bool| -> (Vec<String>, usize) {
            let mut all: Vec<String> = silent.iter().filter(|id| is(id)).map(|id| (*id).to_owned()).collect();
            let left = all.len().saturating_sub(MOST_TARGETS);
            all.truncate(MOST_TARGETS);
            (all, left)
        };
        let (instances, more) = taken(&|id| id.starts_with("i-"));
        // What has an IPv6 address is not looked into: interfaces are asked for by their IPv4 addresses.
        let (addresses, others) = taken(&|id| id.parse::<Ipv4Addr>().is_ok());
        let hosts = certificates::wanting(facts, &entries, host);
        Self { hosts, instances, addresses, left: more + others }
    }
}

fn id(target: &Target) -> &str {
    &target.id
}
