//! A target group is deleted only when nothing refers to it any more. API: DeleteTargetGroup, `ResourceInUse`.

use std::collections::BTreeMap;

use super::before::Before;
use super::{deleted, is_known};
use crate::kinds::action::GroupKey;
use crate::kinds::{Existing, Live, Resource, Step, listener, load_balancer, target_group};
use crate::model::ResourceId;
use crate::plan::replace::action_in;

/// A live listener or rule that forwards to a group.
struct Referrer<'l> {
    id: &'l ResourceId,
    arn: &'l str,
    /// The ARN of its listener and of the load balancer, with which it goes.
    holders: Vec<&'l str>,
    /// The ARNs of the groups.
    groups: Vec<String>,
}

/// Reports deletions of groups to which something may still refer at that time.
pub fn check(before: &Before<'_>, live: &Live, report: &mut dyn FnMut(String)) {
    let referrers = referrers(live);
    for (place, step) in before.steps() {
        let Some(arn) = deleted(step).filter(|_| step.subject.kind() == target_group::KIND) else { continue };
        let users = referrers.iter().filter(|one| one.groups.iter().any(|group| group == arn));
        for user in users.filter(|user| !before.any(place, |step| user.lets_go(step, arn))) {
            let what = user.id;
            report(format!("step `{}` deletes a group that {what} may still forward to", step.id));
        }
    }
}

fn referrers(live: &Live) -> Vec<Referrer<'_>> {
    let twins = live.twins.iter().flat_map(|(id, all)| all.iter().map(move |one| (id, one)));
    let arn_of = |id: &ResourceId| live.resources.get(id).map(|one| one.arn.as_str());
    let keys: BTreeMap<&str, &str> = live
        .resources
        .iter()
        .filter(|(id, _)| id.kind() == target_group::KIND)
        .map(|(id, group)| (id.key(), group.arn.as_str()))
        .collect();
    let one = |(id, existing): (&'_ ResourceId, &'_ Existing)| -> Option<(Vec<String>, Option<ResourceId>)> {
        // With several groups of one identity the forms that tell them apart.
        let resource = live.apart.get(id).filter(|_| arn_of(id) == Some(&existing.arn));
        let (action, holder) = match resource.unwrap_or(&existing.resource) {
            Resource::Listener(listener) => (&listener.default, None),
            Resource::Rule(rule) => (&rule.then, Some(listener::id(&rule.listener))),
            Resource::LoadBalancer(_) | Resource::TargetGroup(_) | Resource::Targets(_) => return None,
        };
        let arn =
            |key: &GroupKey| keys.get(key.0.as_str()).map_or_else(|| key.0.clone(), |arn| (*arn).to_owned());
        Some((action.groups().iter().map(|one| arn(&one.group)).collect(), holder))
    };
    live.resources
        .iter()
        .chain(twins)
        .filter_map(|(id, existing)| {
            let (groups, listener) = one((id, existing))?;
            let listener = listener.and_then(|listener| arn_of(&listener));
            let holders = listener.into_iter().chain(arn_of(&load_balancer::id())).collect();
            Some(Referrer { id, arn: &existing.arn, holders, groups })
        })
        .collect()
}

impl Referrer<'_> {
    /// Whether after this step the group is not referred to: by another action, or because it is gone.
    fn lets_go(&self, step: &Step, group: &str) -> bool {
        if let Some(gone) = deleted(step) {
            return gone == self.arn || self.holders.contains(&gone);
        }
        let changed = action_in(step).filter(|_| super::writes_to(step) == Some(self.arn));
        changed.is_some_and(|action| !action.groups().iter().any(|one| is_known(&one.group, group)))
    }
}
