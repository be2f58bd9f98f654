//! DNS records: in which zone each belongs, which of the live ones are ours, and the steps from one to the other.
//!
//! Route 53's records carry no tags. Ours are those that the load balancer's tags remember *and* that lead to the load
//! balancer; whatever else stands at a wanted name is not ours and is never overwritten.

mod claim;
mod memory;
mod outside;
mod refuse;
mod steps;
mod zones;

use std::collections::BTreeSet;

use super::Options;
use crate::base::Diagnostics;
use crate::kinds::dns_record::memory as tags;
use crate::kinds::dns_record::{self, DnsRecord};
use crate::kinds::{Desired, Live, Resource, load_balancer};
use crate::model::{LiveRecord, ResourceId};

pub use memory::change as memory_change;
pub use steps::add;

/// Finds the zones of the wanted records, and gives the live side those that are ours, each under its identity.
pub fn settle(desired: &mut Desired, live: &Live, options: &Options, problems: &mut Diagnostics) -> Live {
    let memory = match live.resources.get(&load_balancer::id()) {
        Some(balancer) => tags::read(&balancer.tags),
        None => tags::Memory::new(),
    };
    let mut settling =
        Settling { desired, live: live.clone(), memory, options, problems, taken: BTreeSet::new() };
    settling.outside();
    settling.zones();
    settling.claims();
    settling.leftovers();
    settling.strangers();
    let live = settling.live;
    problems.extend(memory::no_room(desired, &live));
    live
}

struct Settling<'a> {
    desired: &'a mut Desired,
    live: Live,
    /// What the tags remember.
    memory: tags::Memory,
    options: &'a Options,
    problems: &'a mut Diagnostics,
    /// The live record sets that belong to a record of ours, or are taken over.
    taken: BTreeSet<LiveRecord>,
}

impl Settling<'_> {
    /// The wanted records in the order of the spec.
    fn wanted(&self) -> Vec<(ResourceId, DnsRecord)> {
        let mut all: Vec<_> = self.desired.resources.iter().collect();
        all.sort_by_key(|(_, wanted)| wanted.order);
        all.into_iter().filter_map(|(id, wanted)| Some((id.clone(), of(&wanted.resource)?.clone()))).collect()
    }

    /// Whether a live record set is ours: remembered, and leading to the load balancer.
    fn is_ours(&self, one: &LiveRecord) -> bool {
        let key = (one.set.name.clone(), one.set.set.clone());
        let remembered = self.memory.get(&key).is_some_and(|zones| zones.contains_key(&one.zone));
        remembered && self.leads(one)
    }

    fn leads(&self, one: &LiveRecord) -> bool {
        self.live.dns_name.as_deref().is_some_and(|name| one.set.leads_to(name))
    }

    /// The record sets of a name in a zone that nothing has yet.
    fn at(&self, zone: &str, name: &str) -> Vec<LiveRecord> {
        let there =
            |one: &&LiveRecord| one.zone == zone && one.set.name == name && !self.taken.contains(*one);
        self.live.dns.records.iter().filter(there).cloned().collect()
    }

    /// What leads to the load balancer and is not ours.
    fn strangers(&mut self) {
        let strange = |one: &&LiveRecord| self.leads(one) && !self.taken.contains(*one);
        self.live.dns.strangers = self.live.dns.records.iter().filter(strange).cloned().collect();
    }
}

/// The record in a resource.
fn of(resource: &Resource) -> Option<&DnsRecord> {
    match resource {
        Resource::DnsRecord(model) => Some(model),
        Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Listener(_)
        | Resource::Rule(_)
        | Resource::Certificate(_) => None,
    }
}

/// What the load balancer's tags are to remember when all is done.
fn wanted_memory(desired: &Desired) -> tags::Memory {
    dns_record::memory::of(desired.resources.values().filter_map(|wanted| of(&wanted.resource)))
}
