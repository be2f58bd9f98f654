//! Zones of the load balancer in which a group has nothing that could answer.

use super::facts::{Facts, Group};
use super::finding::{Finding, Link};
use super::traffic::{Entry, largest_share, used_by};

/// The zone of targets outside of the VPC, which are in none of its zones.
const ALL: &str = "all";

/// Where requests stay in their zone, zones without a target answer 503.
pub fn find(facts: &Facts, entries: &[Entry<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, group) in &facts.groups {
        let share = largest_share(entries, key);
        // What answers nowhere is told by `targets`; where a zone is not known nothing can be said.
        let known = group.registered().all(|one| one.zone.is_some());
        if share == 0 || group.healthy() == 0 || group.is_function() || !known {
            continue;
        }
        let used = used_by(entries, key);
        let zones = facts.balancer.zones.iter();
        found.extend(
            zones.filter_map(|zone| of_zone(group, zone)).map(|one| one.all_seen(used.iter().cloned())),
        );
    }
    found
}

fn of_zone(group: &Group, zone: &str) -> Option<Finding> {
    let here = |of: &Option<String>| of.as_deref().is_some_and(|own| own == zone || own == ALL);
    let registered = group.registered().filter(|one| here(&one.zone)).count();
    let healthy = group.registered().filter(|one| here(&one.zone) && one.is_healthy()).count();
    if healthy > 0 {
        return None;
    }
    let name = &group.name;
    let (code, what) = match registered {
        0 => ("zone-without-targets", "no target"),
        _ => ("zone-without-healthy", "no healthy target"),
    };
    let others = format!("{name}: {}; {registered} in {zone}, {healthy} of them healthy", group.words());
    if !group.is_zonal() {
        let sentence = format!("{name} has {what} in {zone}: requests from there cross to another zone");
        return Some(
            Finding::new("zone-uneven", Link::Targets, 3, name, sentence)
                .seen(others)
                .advise(format!("register a target in {zone}, so that the loss of a zone is survived")),
        );
    }
    let sentence = format!(
        "{name} has {what} in {zone}, and requests may not cross zones: those that come in there are answered {}",
        if registered == 0 { "503" } else { "by what is not healthy" }
    );
    let likelihood = if registered == 0 { 86 } else { 84 };
    Some(
        Finding::new(code, Link::Targets, likelihood, name, sentence)
            .seen(others)
            .seen("load_balancing.cross_zone.enabled is false")
            .explains(if registered == 0 { &[503] } else { &[502, 503, 504] })
            .mend(format!("attr set {name} cross_zone=true"))
            .advise(format!("or register a target in {zone}")),
    )
}
