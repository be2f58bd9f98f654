//! Which live resource is which wanted one, where their keys do not say so: renamed keys, `moved:`, a stack with
//! another name, things that are not ours and are taken over.
//!
//! The live side gets the keys of the spec, before anything is compared; what its tags said is kept in
//! [`Live::former`](crate::model::Live::former), from which the diff and the steps that rewrite tags follow.
//! What holds others comes before them: load balancer, target groups, listeners, rules.

mod adopt;
mod certificates;
mod keys;
mod moved;
mod natural;
mod stacks;

use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use crate::base::Diagnostics;
use crate::kinds::tagging::ownership;
use crate::kinds::{Desired, Live, certificate, listener, load_balancer, rule, target_group};
use crate::model::{Former, ResourceId};

pub use adopt::{adopting, cannot_adopt};

/// What is live, under the keys of the spec.
pub fn pair(desired: &Desired, live: &Live, options: &Options, problems: &mut Diagnostics) -> Live {
    let mut pairing = Pairing {
        desired,
        options,
        live: live.clone(),
        adopted: BTreeSet::new(),
        owners: BTreeMap::new(),
        problems,
    };
    pairing.only_our_stacks();
    for kind in [load_balancer::KIND, certificate::KIND, target_group::KIND, listener::KIND, rule::KIND] {
        pairing.moved(kind);
        if kind == rule::KIND {
            pairing.rules_follow_their_listeners();
        }
        pairing.natural(kind);
        match (options.adopt, kind == certificate::KIND) {
            (true, true) => pairing.adopt_certificates(),
            (true, false) => pairing.adopt(kind),
            (false, _) => {}
        }
    }
    pairing.strangers();
    pairing.refuse_owners();
    pairing.former();
    pairing.live
}

/// The work on one plan.
struct Pairing<'a> {
    desired: &'a Desired,
    options: &'a Options,
    live: Live,
    /// What is taken over.
    adopted: BTreeSet<ResourceId>,
    /// What would be taken from whom without leave.
    owners: BTreeMap<ownership::Owner, Vec<ResourceId>>,
    problems: &'a mut Diagnostics,
}

impl Pairing<'_> {
    /// The live resources of a kind that the spec does not have.
    fn without_wanted(&self, kind: &str) -> Vec<ResourceId> {
        let lonely = |id: &&ResourceId| id.kind() == kind && !self.desired.resources.contains_key(*id);
        self.live.resources.keys().filter(lonely).cloned().collect()
    }

    /// The wanted resources of a kind that are not live, in the order of the spec.
    fn without_live(&self, kind: &str) -> Vec<ResourceId> {
        let lonely = |id: &&ResourceId| id.kind() == kind && !self.live.resources.contains_key(*id);
        let mut found: Vec<ResourceId> = self.desired.resources.keys().filter(lonely).cloned().collect();
        found.sort_by_key(|id| self.desired.resources.get(id).map(|wanted| wanted.order));
        found
    }

    /// Tells what the resources that the spec has were before, where that is something else.
    fn former(&mut self) {
        for (id, existing) in &self.live.resources {
            let taggable = existing.resource.tags().is_some() && self.desired.resources.contains_key(id);
            let former = match (existing.tags.get(ownership::ID), existing.tags.get(ownership::STACK)) {
                _ if !taggable => continue,
                _ if self.adopted.contains(id) => Former::Others,
                (Some(old), Some(stack)) if old != id.as_str() || *stack != self.desired.stack => {
                    Former::Ours { id: ResourceId::from_tag(old), stack: stack.clone() }
                }
                (Some(_) | None, _) => continue,
            };
            self.live.former.insert(id.clone(), former);
        }
    }
}
