//! Several live rules of one identity: what an interrupted change left behind.

use std::borrow::Cow;

use crate::kinds::{Desired, Existing, Live, Resource, Wanted, rule};

/// Decides which of several live rules of one identity is the rule, and which are leftovers: the one that is as
/// wanted stays, of several the one that is evaluated first. What is not wanted at all goes, however many there
/// are. The others stay ambiguous.
pub fn settle<'a>(desired: &Desired, live: &'a Live) -> Cow<'a, Live> {
    let mut live = Cow::Borrowed(live);
    let rules: Vec<_> = live.ambiguous.keys().filter(|id| id.kind() == rule::KIND).cloned().collect();
    for id in rules {
        let Some(wanted) = desired.resources.get(&id) else {
            live.to_mut().ambiguous.remove(&id);
            continue;
        };
        let Some(mut all) = live.resources.get(&id).map(|first| vec![first.clone()]) else { continue };
        all.extend(live.twins.get(&id).into_iter().flatten().cloned());
        let best = all
            .iter()
            .enumerate()
            .filter(|(_, existing)| is_as_wanted(existing, wanted))
            .min_by_key(|(_, existing)| number(existing));
        if let Some((index, _)) = best {
            let current = all.remove(index);
            let live = live.to_mut();
            live.ambiguous.remove(&id);
            live.resources.insert(id.clone(), current);
            live.twins.insert(id, all);
        }
    }
    live
}

fn number(existing: &Existing) -> u32 {
    match &existing.resource {
        Resource::Rule(rule) => rule.priority,
        Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Listener(_) => 0,
    }
}

/// Conditions and action are those that the spec gives; what it ignores does not count.
fn is_as_wanted(existing: &Existing, wanted: &Wanted) -> bool {
    let (Resource::Rule(live), Resource::Rule(rule)) = (&existing.resource, &wanted.resource) else {
        return false;
    };
    let ignored = |key: &str| wanted.ignore.iter().any(|ignored| ignored == key);
    (ignored("when") || live.when == rule.when)
        && (ignored("then") || live.then == rule.then)
        && (ignored("transforms") || live.transforms == rule.transforms)
}
