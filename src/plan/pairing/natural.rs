//! Natural keys: what AWS tells resources of one parent apart by.

use std::collections::BTreeMap;

use super::Pairing;
use crate::kinds::certificate::model::Store;
use crate::kinds::rule::Rule;
use crate::kinds::{Resource, target_group};
use crate::model::ResourceId;

impl Pairing<'_> {
    /// Pairs live resources of a kind that the spec does not have with wanted ones that are not live.
    pub(super) fn natural(&mut self, kind: &str) {
        let mut lonely = self.without_wanted(kind);
        // Of several equal rules the first in the order of evaluation is taken first.
        lonely.sort_by_key(|id| self.live.resources.get(id).map(|one| place(&one.resource)));
        let mut pairs: BTreeMap<ResourceId, ResourceId> = BTreeMap::new();
        for wanted in self.without_live(kind) {
            let Some(model) = self.desired.resources.get(&wanted).map(|one| &one.resource) else { continue };
            let twin = |id: &ResourceId| {
                self.live.resources.get(id).is_some_and(|existing| same(&existing.resource, model))
            };
            if let Some(index) = lonely.iter().position(twin) {
                pairs.insert(lonely.remove(index), wanted);
            }
        }
        self.rekey(kind, &pairs);
    }
}

/// The place in the order of evaluation.
fn place(resource: &Resource) -> u32 {
    match resource {
        Resource::Rule(rule) => rule.priority,
        Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Listener(_) => 0,
    }
}

/// Whether two resources of one parent have the same natural key: a target group its AWS name, a listener its
/// port, a rule its conditions and action. A stack has one load balancer, whose key never changes.
pub(super) fn same(live: &Resource, wanted: &Resource) -> bool {
    match (live, wanted) {
        (Resource::TargetGroup(live), Resource::TargetGroup(wanted)) => {
            target_group::replace::is_name_of(wanted, &live.name)
        }
        (Resource::Listener(live), Resource::Listener(wanted)) => live.port == wanted.port,
        // The path of a server certificate has its key, and cannot change.
        (Resource::Certificate(live), Resource::Certificate(wanted)) => {
            let [a, b] = [live, wanted].map(|one| (one.store, &one.names, &one.key, &one.fingerprint));
            live.store != Store::Iam && a == b
        }
        (Resource::Rule(live), Resource::Rule(wanted)) => {
            live.listener == wanted.listener && alike(live, wanted)
        }
        (
            Resource::Certificate(_)
            | Resource::DnsRecord(_)
            | Resource::LoadBalancer(_)
            | Resource::TargetGroup(_)
            | Resource::Targets(_)
            | Resource::Listener(_)
            | Resource::Rule(_),
            _,
        ) => false,
    }
}

/// Whether two rules answer the same requests in the same way.
pub(super) fn alike(live: &Rule, wanted: &Rule) -> bool {
    live.when == wanted.when && live.then == wanted.then
}
