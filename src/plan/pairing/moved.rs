//! `moved: { from: KEY }` of a resource.

use std::collections::BTreeMap;

use super::Pairing;
use crate::base::Diagnostic;
use crate::kinds::{Resource, rule};
use crate::model::{Moved, ResourceId};

impl Pairing<'_> {
    /// Gives the resources of a kind that the spec calls moved their new keys.
    pub(super) fn moved(&mut self, kind: &str) {
        let desired = self.desired;
        let mut pairs: BTreeMap<ResourceId, ResourceId> = BTreeMap::new();
        for moved in desired.moved.iter().filter(|moved| moved.to.kind() == kind) {
            match self.find(moved) {
                Some(old) if !self.live.resources.contains_key(&moved.to) => {
                    pairs.insert(old, moved.to.clone());
                }
                Some(_) => self.blocked(moved),
                None => self.nothing_moved(moved),
            }
        }
        self.rekey(kind, &pairs);
    }

    /// The live resource that moves. A rule is found under the key that its listener had or has.
    fn find(&self, moved: &Moved) -> Option<ResourceId> {
        let holder = |key: &str| key.split_once('/').map(|(listener, _)| listener.to_owned());
        let stays = |id: &ResourceId| match self.live.resources.get(id).map(|one| &one.resource) {
            Some(Resource::Rule(rule)) => holder(moved.to.key()).as_deref() == Some(rule.listener.as_str()),
            Some(_) => true,
            None => false,
        };
        if stays(&moved.from) {
            return Some(moved.from.clone());
        }
        if moved.to.kind() != rule::KIND || holder(moved.from.key()) != holder(moved.to.key()) {
            return None;
        }
        let name = |id: &ResourceId| id.key().split_once('/').map(|(_, name)| name.to_owned());
        let same = |id: &&ResourceId| id.kind() == rule::KIND && name(id) == name(&moved.from) && stays(id);
        let free = |id: &&ResourceId| !self.desired.resources.contains_key(*id);
        self.live.resources.keys().find(|id| same(id) && free(id)).cloned()
    }

    fn nothing_moved(&mut self, moved: &Moved) {
        let elsewhere = self.live.resources.contains_key(&moved.from);
        let diagnostic = if elsewhere {
            let message = format!("{} is a rule of another listener, which cannot take it along", moved.from);
            Diagnostic::warning("cannot-move", message)
                .at(moved.place, "")
                .note("AWS has no call that moves a rule: it is made anew, and the old one deleted")
        } else {
            let message = format!("nothing is live as {} any more", moved.from);
            Diagnostic::warning("nothing-moved", message).at(moved.place, "")
        };
        self.problems.push(diagnostic.help("`moved` can be removed from the spec"));
    }

    fn blocked(&mut self, moved: &Moved) {
        let message = format!("{} does not become {}, which is live too", moved.from, moved.to);
        self.problems.push(
            Diagnostic::warning("cannot-move", message)
                .at(moved.place, "")
                .note(format!("{} is not in the spec: it will be deleted", moved.from))
                .help("`moved` can be removed from the spec"),
        );
    }
}
