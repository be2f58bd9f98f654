//! Certificates of the stack that have no place in it any more and that others still use: they are left as they are, and
//! the plan says so. A later plan, made when nobody uses them any more, deletes them. API: DescribeCertificate,
//! `InUseBy`.

use std::collections::BTreeMap;

use crate::kinds::{Existing, Live, Resource, certificate, load_balancer};
use crate::model::{Change, Left, ResourceId, Verb};

/// The ARNs of all that uses a certificate beside our load balancer, from which plans take it themselves.
pub fn users<'l>(live: &Live, existing: &'l Existing) -> Vec<&'l str> {
    let Resource::Certificate(model) = &existing.resource else { return Vec::new() };
    let ours = live.resources.get(&load_balancer::id()).map(|one| one.arn.as_str());
    model.used_by.iter().map(String::as_str).filter(|user| Some(*user) != ours).collect()
}

/// Takes the deletions of such certificates out of the changes. Returns all that are left, by ARN.
pub fn leave(changes: &mut Vec<Change>, live: &Live) -> Vec<Left> {
    let gone = |id: &ResourceId, verbs: &[Verb]| {
        changes.iter().any(|change| change.id == *id && verbs.contains(&change.verb))
    };
    let current = live.resources.iter().filter(|(id, _)| gone(id, &[Verb::Delete, Verb::Replace]));
    let others = live.leftovers.iter().flat_map(|(id, all)| all.iter().map(move |one| (id, one)));
    let left: BTreeMap<&str, Left> = current
        .chain(others)
        .filter(|(id, _)| id.kind() == certificate::KIND)
        .filter_map(|(id, one)| {
            let used_by: Vec<String> = users(live, one).into_iter().map(str::to_owned).collect();
            let left = Left { id: id.clone(), arn: one.arn.clone(), used_by };
            (!left.used_by.is_empty()).then_some((one.arn.as_str(), left))
        })
        .collect();
    let stays = |change: &Change| {
        let arn = live.resources.get(&change.id).map(|one| one.arn.as_str());
        change.verb == Verb::Delete && arn.is_some_and(|arn| left.contains_key(arn))
    };
    changes.retain(|change| !stays(change));
    left.into_values().collect()
}
