//! Weights: sums that are nothing, and shares of groups that cannot answer. AWS has no failover between weighted groups.

use super::facts::{Facts, Group};
use super::finding::{Finding, Link};
use super::traffic::Entry;
use crate::kinds::action::behind;

/// What is wrong with the weights of forwards.
pub fn find(facts: &Facts, entries: &[Entry<'_>]) -> Vec<Finding> {
    entries.iter().flat_map(|entry| of_entry(facts, entry)).collect()
}

fn of_entry(facts: &Facts, entry: &Entry<'_>) -> Vec<Finding> {
    let groups = entry.then.groups();
    let total: u32 = groups.iter().map(|one| one.weight).sum();
    if groups.is_empty() {
        return Vec::new();
    }
    if total == 0 {
        return vec![zero(facts, entry)];
    }
    let weighty = groups.iter().filter(|one| one.weight > 0).count();
    let lame = |one: &&crate::kinds::action::Weighted<crate::kinds::action::GroupKey>| {
        weighty > 1 && one.weight > 0 && !can_answer(facts, &one.group.0)
    };
    let told = groups.iter().filter(lame);
    told.filter_map(|one| {
        let group = facts.groups.get(&one.group.0)?;
        Some(share(facts, entry, group, one.weight * 100 / total))
    })
    .collect()
}

/// Whether a group has a target that may answer; of one that was not read nothing is known.
fn can_answer(facts: &Facts, key: &str) -> bool {
    facts.groups.get(key).is_none_or(|group| group.healthy() > 0)
}

fn name_of<'a>(facts: &'a Facts, key: &'a str) -> &'a str {
    facts.groups.get(key).map_or(key, |group| group.name.as_str())
}

fn zero(facts: &Facts, entry: &Entry<'_>) -> Finding {
    let place = entry.place();
    let groups = entry.then.groups();
    let names: Vec<&str> = groups.iter().map(|one| name_of(facts, &one.group.0)).collect();
    let weights: Vec<String> = names.iter().map(|name| format!("{name} 0")).collect();
    // The first that can answer, else the first.
    let best =
        groups.iter().position(|one| facts.groups.get(&one.group.0).is_some_and(|it| it.healthy() > 0));
    let best = best.unwrap_or(0);
    let words: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(index, name)| format!("{name}={}", if index == best { 100 } else { 0 }))
        .collect();
    let sentence = format!("all weights of {place} are 0: its requests go to no group and are answered 503");
    Finding::new("weights-zero", Link::TargetGroup, 98, entry.id.as_str(), sentence)
        .seen(format!("weights: {}", weights.join(", ")))
        .explains(&[503])
        .mended(facts, entry, &words)
}

impl Finding {
    /// With the command that shares the requests so; where albctl does not write the action, with what to do.
    fn mended(self, facts: &Facts, entry: &Entry<'_>, words: &[String]) -> Self {
        if !behind::is(entry.then) {
            return self.mend(format!(
                "weights set {} {}",
                entry.word(&facts.balancer.name),
                words.join(" ")
            ));
        }
        let arn = facts.live.resources.get(entry.id).map_or("", |one| one.arn.as_str());
        let change = behind::instead(entry.id, arn, entry.then.first());
        let found = self.seen(format!("{}: {}", entry.place(), entry.then.describe()));
        let found = found.seen(behind::why(entry.then.first()));
        found.advise(format!("wanted: {}; {}", words.join(" "), change.join("; ")))
    }
}

fn share(facts: &Facts, entry: &Entry<'_>, group: &Group, share: u32) -> Finding {
    let empty = group.registered().next().is_none();
    let draining = empty && !group.targets.is_empty();
    let (code, what, explains): (_, _, &[u16]) = match (empty, draining) {
        (true, true) => ("weight-on-draining", "whose targets are all being deregistered", &[502, 503, 504]),
        (true, false) => ("weight-on-empty", "which has no targets", &[503]),
        (false, _) => ("weight-on-unhealthy", "which has no healthy target", &[502, 504]),
    };
    let place = entry.place();
    let sentence = format!("{place} sends {share}% of its requests to {}, {what}", group.name);
    let groups = entry.then.groups();
    let words: Vec<String> = groups
        .iter()
        .map(|one| {
            let weight = if can_answer(facts, &one.group.0) { one.weight } else { 0 };
            format!("{}={weight}", name_of(facts, &one.group.0))
        })
        .collect();
    let others: Vec<String> = groups
        .iter()
        .filter_map(|one| {
            let group = facts.groups.get(&one.group.0)?;
            Some(format!("{} weight {}: {}", group.name, one.weight, group.words()))
        })
        .collect();
    let found = Finding::new(code, Link::TargetGroup, 90, &group.name, sentence)
        .all_seen(others)
        .seen("a group keeps its share whatever becomes of its targets: there is no failover between groups")
        .explains(explains);
    let found = Finding { of: Some(entry.id.as_str().to_owned()), ..found };
    let someone = groups.iter().any(|one| one.weight > 0 && can_answer(facts, &one.group.0));
    match someone {
        true => found.mended(facts, entry, &words),
        false => found.mend(format!("targets add {} TARGET", group.name)),
    }
}
