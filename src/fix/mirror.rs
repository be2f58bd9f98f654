//! What is live as what is wanted: the spec that nobody wrote.

use std::collections::BTreeMap;

use crate::base::Place;
use crate::kinds::tagging::ownership;
use crate::kinds::{Desired, Existing, Live, Resource, Wanted, load_balancer, target_group};
use crate::model::ResourceId;

/// A spec that wants exactly what is live. Of resources that nobody owns the stack's name is empty: what is made beside
/// them gets no tags of an owner.
pub fn mirror(live: &Live) -> Desired {
    let resources: BTreeMap<ResourceId, Wanted> = live
        .resources
        .iter()
        .enumerate()
        .map(|(order, (id, existing))| {
            let mut resource = existing.resource.clone();
            match &mut resource {
                // A rule keeps its number, whatever the others get.
                Resource::Rule(rule) => rule.explicit_priority = true,
                Resource::Certificate(_)
                | Resource::DnsRecord(_)
                | Resource::Listener(_)
                | Resource::LoadBalancer(_)
                | Resource::TargetGroup(_)
                | Resource::Targets(_) => {}
            }
            // Every value is asked for, none is a default that nobody wrote.
            let fields = resource.field_keys().into_iter().map(|key| (key.to_owned(), Place::NONE)).collect();
            let wanted =
                Wanted { resource, place: Place::NONE, fields, note: None, ignore: Vec::new(), order };
            (id.clone(), wanted)
        })
        .collect();
    Desired {
        stack: owner(live).unwrap_or_default(),
        account: None,
        region: None,
        resources,
        rule_order: BTreeMap::new(),
        moved: Vec::new(),
        former_stack: None,
        dns_role: None,
        strangers: BTreeMap::new(),
    }
}

/// The stack that owns the load balancer, or, where none was read, the target groups.
pub fn owner(live: &Live) -> Option<String> {
    let stack = |existing: &Existing| existing.tags.get(ownership::STACK).cloned();
    match live.resources.get(&load_balancer::id()) {
        // Whose groups it forwards to says nothing of whose it is.
        Some(balancer) => stack(balancer),
        None => {
            let groups = live.resources.iter().filter(|(id, _)| id.kind() == target_group::KIND);
            groups.filter_map(|(_, group)| stack(group)).next()
        }
    }
}
