//! What is live as what is wanted: the spec that nobody wrote.

use std::collections::BTreeMap;

use crate::base::Place;
use crate::kinds::tagging::ownership;
use crate::kinds::{Desired, Live, Resource, Wanted, load_balancer, target_group};
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
    let of = |id: &ResourceId| live.resources.get(id)?.tags.get(ownership::STACK).cloned();
    let groups = live.resources.keys().filter(|id| id.kind() == target_group::KIND);
    of(&load_balancer::id()).or_else(|| groups.filter_map(of).next())
}
