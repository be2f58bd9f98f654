//! Giving live resources other keys, with all that stands under them and all that refers to them.

use std::collections::{BTreeMap, BTreeSet};

use super::Pairing;
use crate::kinds::action::GroupKey;
use crate::kinds::tagging::ownership;
use crate::kinds::{Existing, Resource, listener, rule, target_group, targets};
use crate::model::ResourceId;
use crate::model::world::Tags;

/// Takes what stands under the old identities out, under the new ones.
fn moved<T>(
    map: &mut BTreeMap<ResourceId, T>,
    pairs: &BTreeMap<ResourceId, ResourceId>,
) -> Vec<(ResourceId, T)> {
    pairs.iter().filter_map(|(old, new)| Some((new.clone(), map.remove(old)?))).collect()
}

impl Pairing<'_> {
    /// Gives live resources of one kind the keys of the spec, all at once: from old identity to new.
    pub(super) fn rekey(&mut self, kind: &str, pairs: &BTreeMap<ResourceId, ResourceId>) {
        if pairs.is_empty() {
            return;
        }
        self.put(pairs);
        if kind == target_group::KIND {
            let key = |id: &ResourceId| id.key().to_owned();
            let keys: BTreeMap<String, String> =
                pairs.iter().map(|(old, new)| (key(old), key(new))).collect();
            let under = |id: &ResourceId| targets::id(id.key());
            self.put(&pairs.iter().map(|(old, new)| (under(old), under(new))).collect());
            self.refer(&keys);
        }
        if kind == listener::KIND {
            let twins = self.live.twins.values_mut().flatten();
            for existing in self.live.resources.values_mut().chain(twins) {
                let Resource::Rule(rule) = &mut existing.resource else { continue };
                if let Some(new) = pairs.get(&listener::id(&rule.listener)) {
                    rule.listener = new.key().to_owned();
                }
            }
            for stranger in &mut self.live.strangers {
                if let Some(new) = pairs.get(&stranger.parent) {
                    stranger.parent = new.clone();
                }
            }
        }
    }

    fn put(&mut self, pairs: &BTreeMap<ResourceId, ResourceId>) {
        for (id, existing) in moved(&mut self.live.resources, pairs) {
            let existing = self.under(&id, existing);
            self.live.resources.insert(id, existing);
        }
        // What a replacement under way knows of them goes along.
        let apart = moved(&mut self.live.apart, pairs);
        self.live.apart.extend(apart);
        for (id, all) in moved(&mut self.live.leftovers, pairs) {
            let all = all.into_iter().map(|one| self.under(&id, one)).collect();
            self.live.leftovers.insert(id, all);
        }
        let twins = moved(&mut self.live.twins, pairs);
        self.live.twins.extend(twins);
    }

    /// The same live resource under another identity: which tags the diff compares depends on what is wanted.
    pub(super) fn under(&self, id: &ResourceId, mut existing: Existing) -> Existing {
        let none = Tags::new();
        let wanted = self.desired.resources.get(id).and_then(|wanted| wanted.resource.tags());
        let compared = ownership::comparable(&existing.tags, wanted.unwrap_or(&none));
        if let Some(tags) = existing.resource.tags_mut() {
            *tags = compared;
        }
        match &mut existing.resource {
            Resource::Targets(targets) => id.key().clone_into(&mut targets.group),
            Resource::Rule(rule) => {
                let listener = id.key().split_once('/').map_or("", |(listener, _)| listener);
                listener.clone_into(&mut rule.listener);
            }
            Resource::LoadBalancer(_) | Resource::TargetGroup(_) | Resource::Listener(_) => {}
        }
        existing
    }

    /// Names target groups in all live actions by other keys.
    pub(super) fn refer(&mut self, keys: &BTreeMap<String, String>) {
        let candidates = self.live.candidates.iter_mut().map(|one| &mut one.resource);
        let own = self.live.resources.values_mut().map(|one| &mut one.resource);
        let apart = self.live.apart.values_mut().chain(self.live.strange.values_mut());
        let twins = self.live.twins.values_mut().flatten().map(|one| &mut one.resource);
        for action in own.chain(candidates).chain(apart).chain(twins).filter_map(Resource::action_mut) {
            let Ok(renamed) = action.map::<GroupKey, std::convert::Infallible>(&mut |group| {
                Ok(GroupKey(keys.get(&group.0).unwrap_or(&group.0).clone()))
            });
            *action = renamed.canonical();
        }
    }

    /// A rule is under the listener that holds it, whatever its tag says.
    pub(super) fn rules_follow_their_listeners(&mut self) {
        let mut pairs = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for (id, existing) in &self.live.resources {
            let Resource::Rule(model) = &existing.resource else { continue };
            let name = id.key().split_once('/').map_or("", |(_, name)| name);
            let new = rule::id(&model.listener, name);
            let free = !self.live.resources.contains_key(&new) && taken.insert(new.clone());
            if free {
                pairs.insert(id.clone(), new);
            }
        }
        self.rekey(rule::KIND, &pairs);
    }
}
