//! What each part of a load balancer is called, whoever owns it.

use std::collections::{BTreeMap, BTreeSet};

use super::owner;
use crate::aws::observe::Scope;
use crate::aws::observe::snapshot::Snapshot;
use crate::fix::Focus;
use crate::kinds::tagging::ownership;
use crate::kinds::{listener, load_balancer, rule, target_group};
use crate::model::ResourceId;

/// The scope under which a snapshot is put together: everything has a name, and targets are read of all groups.
pub(super) fn scope(snapshot: &Snapshot, focus: &Focus) -> Scope {
    let balancer = focus.balancer.as_ref().filter(|arn| snapshot.load_balancers.contains_key(*arn));
    let of_groups = || snapshot.groups.keys().find_map(|arn| owner(snapshot.tags.get(arn)));
    let stack = match balancer {
        Some(arn) => owner(snapshot.tags.get(arn)),
        None => of_groups(),
    };
    let mut names = Names { snapshot, stack, taken: BTreeSet::new(), named: BTreeMap::new() };
    if let Some(arn) = balancer {
        names.give(arn, load_balancer::id());
    }
    names.groups();
    names.listeners();
    let keys = names.named.values().filter(|id| id.kind() == target_group::KIND);
    let managed_targets = keys.map(|id| id.key().to_owned()).collect();
    Scope { stack: names.stack.unwrap_or_default(), managed_targets, named: names.named, ..Scope::default() }
}

struct Names<'a> {
    snapshot: &'a Snapshot,
    /// The stack that owns the load balancer.
    stack: Option<String>,
    taken: BTreeSet<ResourceId>,
    named: BTreeMap<String, ResourceId>,
}

impl Names<'_> {
    /// The identity in the tags, where the stack of the load balancer owns the resource.
    fn own(&self, arn: &str, kind: &str) -> Option<ResourceId> {
        let tags = self.snapshot.tags.get(arn)?;
        let ours = tags.get(ownership::STACK).is_some_and(|stack| Some(stack) == self.stack.as_ref());
        let id = ResourceId::from_tag(tags.get(ownership::ID).filter(|_| ours)?);
        (id.kind() == kind).then_some(id)
    }

    /// Gives a name, or, where another has it, one like it.
    fn give(&mut self, arn: &str, id: ResourceId) {
        let mut free = id.clone();
        for number in 2.. {
            if self.taken.insert(free.clone()) {
                break;
            }
            free = ResourceId::new(id.kind(), &format!("{}~{number}", id.key()));
        }
        self.named.insert(arn.to_owned(), free);
    }

    fn groups(&mut self) {
        let snapshot = self.snapshot;
        // Those with a key come first, so that no other one takes it.
        let (own, other): (Vec<_>, Vec<_>) =
            snapshot.groups.iter().partition(|(arn, _)| self.own(arn, target_group::KIND).is_some());
        for (arn, group) in own.into_iter().chain(other) {
            let name = group.target_group_name().unwrap_or(arn);
            let id = self.own(arn, target_group::KIND).unwrap_or_else(|| target_group::id(name));
            self.give(arn, id);
        }
    }

    fn listeners(&mut self) {
        let snapshot = self.snapshot;
        for one in snapshot.listeners.values().flatten() {
            let (Some(arn), Some(port)) = (one.listener_arn(), one.port()) else { continue };
            let id = self.own(arn, listener::KIND).unwrap_or_else(|| listener::id(&port.to_string()));
            self.give(arn, id);
            let Some(key) = self.named.get(arn).map(|id| id.key().to_owned()) else { continue };
            self.rules(arn, &key);
        }
    }

    fn rules(&mut self, listener_arn: &str, listener: &str) {
        let snapshot = self.snapshot;
        for one in snapshot.rules.get(listener_arn).into_iter().flatten() {
            let (Some(arn), Some(priority)) = (one.rule_arn(), rule::aws::priority(one)) else { continue };
            let own = self.own(arn, rule::KIND);
            let own = own.filter(|id| id.key().split_once('/').is_some_and(|(key, _)| key == listener));
            let numbered = || ResourceId::new(rule::KIND, &format!("{listener}/{priority}"));
            self.give(arn, own.unwrap_or_else(numbered));
        }
    }
}
