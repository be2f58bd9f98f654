//! Which of several live groups of one identity is the current one, and what it may be called.

use std::collections::BTreeSet;

use super::routes;
use crate::kinds::{Desired, Existing, Live, Resource, Wanted, target_group, targets};
use crate::model::ResourceId;

/// Puts the current group of each identity into `resources` and the others into `leftovers`: current is the one
/// that can become the wanted one in place; of several, or where none can, the one that gets requests, then one
/// that is referred to, then the lowest ARN.
#[must_use]
pub fn settle(desired: &Desired, live: &Live) -> Live {
    let mut settled = live.clone();
    let actions = routes::live_actions(live);
    let weight = |arn: &String| {
        actions.values().filter_map(|action| routes::weight(action, |group| group == arn)).max()
    };
    let rank = |id: &ResourceId, one: &Existing| {
        let current = desired.resources.get(id).is_some_and(|wanted| is_current(wanted, one));
        let weight = weight(&one.arn);
        (!current, weight.unwrap_or(0) == 0, weight.is_none(), one.arn.clone())
    };
    for (id, others) in live.leftovers.iter().filter(|(id, _)| id.kind() == target_group::KIND) {
        let all = live.resources.get(id).into_iter().chain(others);
        let Some(best) = all.min_by_key(|one| rank(id, one)) else { continue };
        let arn = best.arn.clone();
        choose(&mut settled, id, &arn);
        choose(&mut settled, &targets::id(id.key()), &arn);
    }
    settled
}

/// Makes the one of the given ARN the current one of its identity.
fn choose(live: &mut Live, id: &ResourceId, arn: &str) {
    let (Some(current), Some(others)) = (live.resources.get_mut(id), live.leftovers.get_mut(id)) else {
        return;
    };
    if let Some(best) = others.iter_mut().find(|one| one.arn == arn) {
        std::mem::swap(current, best);
    }
}

/// Whether a live group can become the wanted one in place.
fn is_current(wanted: &Wanted, existing: &Existing) -> bool {
    match (&wanted.resource, &existing.resource) {
        (Resource::TargetGroup(model), Resource::TargetGroup(live)) => {
            target_group::replace::is_current(model, live, |key| wanted.ignore.iter().any(|it| it == key))
        }
        (_, _) => true,
    }
}

/// The wanted groups whose live form cannot become the wanted one: a new group must take its place.
pub fn due(desired: &Desired, live: &Live) -> BTreeSet<ResourceId> {
    let differs = |id: &ResourceId, wanted: &Wanted| {
        live.resources.get(id).is_some_and(|existing| !is_current(wanted, existing))
    };
    let groups = desired.resources.iter().filter(|(id, _)| id.kind() == target_group::KIND);
    groups.filter(|(id, wanted)| differs(id, wanted)).map(|(id, _)| id.clone()).collect()
}

/// Gives each wanted group that is live the name it has, where that is one of the names of its form: both are
/// equal, so that nothing differs.
pub fn keep_names(desired: &mut Desired, live: &Live) {
    for (id, wanted) in &mut desired.resources {
        let (Resource::TargetGroup(model), Some(existing)) = (&mut wanted.resource, live.resources.get(id))
        else {
            continue;
        };
        let name = existing.resource.label();
        if target_group::replace::is_name_of(model, &name) {
            model.name = name;
        }
    }
}
