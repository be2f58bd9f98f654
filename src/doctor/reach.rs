//! The targets' own security groups: whether they let the load balancer in. Only looked at where targets do not answer.
//!
//! Security groups only allow, and requests of a load balancer carry its groups (VPC guide, "Security group rules"): a
//! port that no rule is for, or only rules for other groups, is closed. Where a rule for the port is for a range or a
//! prefix list the load balancer's addresses may be in it, and nothing is said.

use std::collections::BTreeSet;

use super::facts::{Facts, Group, Interface, IpRule, Reach, SecurityGroup, Target};
use super::finding::{Finding, Link};
use super::network::{ids, lines, outcome, ports, region, shown};
use super::traffic::{Entry, largest_share, used_by};

/// Nothing comes back from it. API: `Target.Timeout`.
pub(super) fn is_silent(target: &Target) -> bool {
    target.reason.as_deref() == Some("Target.Timeout")
}

/// The groups that keep the load balancer out.
pub fn find(facts: &Facts, entries: &[Entry<'_>]) -> Vec<Finding> {
    let own = &facts.balancer.security_groups;
    let Some(reach) = facts.reach.as_ref().filter(|_| !own.is_empty()) else { return Vec::new() };
    let mut found = Vec::new();
    for (key, group) in facts.groups.iter().filter(|(_, group)| !group.is_function()) {
        let share = largest_share(entries, key);
        if share > 0 {
            let used = used_by(entries, key);
            found.extend(of_group(facts, reach, group, share).map(|one| one.all_seen(used)));
        }
    }
    found
}

/// Whether the security groups of all targets that do not answer, and get requests, were looked at.
pub fn is_complete(facts: &Facts, entries: &[Entry<'_>]) -> bool {
    let own = &facts.balancer.security_groups;
    let Some(reach) = facts.reach.as_ref().filter(|_| !own.is_empty()) else { return false };
    let used = facts.groups.iter().filter(|(key, one)| !one.is_function() && largest_share(entries, key) > 0);
    let mut silent = used.flat_map(|(_, group)| group.registered().filter(|one| is_silent(one)));
    silent.all(|target| groups_of(reach, target).is_some())
}

/// A target that the load balancer cannot reach.
struct Kept<'a> {
    target: &'a Target,
    /// The ports that are closed.
    ports: Vec<u16>,
    /// Its security groups.
    groups: Vec<&'a SecurityGroup>,
}

fn of_group(facts: &Facts, reach: &Reach, group: &Group, share: u32) -> Option<Finding> {
    let silent: Vec<&Target> = group.registered().filter(|one| is_silent(one)).collect();
    let kept: Vec<Kept<'_>> = silent.iter().filter_map(|target| kept(facts, reach, group, target)).collect();
    if kept.is_empty() {
        return None;
    }
    let mut base: u8 = if group.healthy() == 0 { 96 } else { 60 };
    base -= if share < 100 { 3 } else { 0 };
    let (name, balancer) = (&group.name, &facts.balancer.name);
    let whom = match (kept.len(), group.registered().count()) {
        (some, all) if some == all => format!("the targets of {name}"),
        (some, all) => format!("{some} of {all} targets of {name}"),
    };
    let mut groups: Vec<SecurityGroup> = Vec::new();
    // The group to mend, and the port.
    let mut closed: BTreeSet<(&str, u16)> = BTreeSet::new();
    for one in &kept {
        groups.extend(
            one.groups
                .iter()
                .filter(|one| !groups.contains(one))
                .map(|one| (*one).clone())
                .collect::<Vec<_>>(),
        );
        let id = one.groups.first().map_or("GROUP", |one| one.id.as_str());
        closed.extend(one.ports.iter().map(|port| (id, *port)));
    }
    let mut numbers: Vec<u16> = closed.iter().map(|(_, port)| *port).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let numbers: Vec<String> = numbers.iter().map(u16::to_string).collect();
    let port = format!("port{} {}", if numbers.len() == 1 { "" } else { "s" }, numbers.join(", "));
    let ports = kept.iter().flat_map(|one| one.ports.iter().map(|port| (one.target, *port)));
    let (outcome, explained) = outcome(group, ports);
    let sentence =
        format!("no inbound rule of {} lets {balancer} in to {whom} on {port}: {outcome}", ids(&groups));
    let own = facts.balancer.security_groups.join(", ");
    let source = facts.balancer.security_groups.first().map_or("GROUP", String::as_str);
    let commands: Vec<String> = closed
        .iter()
        .map(|(id, port)| {
            format!(
                "aws ec2 authorize-security-group-ingress{} --group-id {id} --protocol tcp --port {port} \
                 --source-group {source}",
                region(facts)
            )
        })
        .collect();
    let targets = kept.iter().map(|one| {
        let ids: Vec<&str> = one.groups.iter().map(|one| one.id.as_str()).collect();
        format!("{}  {}, has {}", one.target.place(), one.target.state, ids.join(", "))
    });
    Some(
        Finding::new("target-security-group", Link::Targets, base, name, sentence)
            .seen(format!("{balancer} has {own}"))
            .all_seen(lines(&groups, "inbound", |one| &one.inbound))
            .all_seen(shown(targets.collect()))
            .explains(explained)
            .advise(commands.join(" && ")),
    )
}

/// The ports of a target on which certainly nobody lets the load balancer in.
fn kept<'a>(facts: &Facts, reach: &'a Reach, group: &Group, target: &'a Target) -> Option<Kept<'a>> {
    let found = groups_of(reach, target)?;
    let own = &facts.balancer.security_groups;
    let lets_in = |rule: &IpRule| {
        let others = rule.others.iter().any(|other| own.contains(other) || !other.starts_with("sg-"));
        others || !rule.cidrs.is_empty()
    };
    let is_closed = |port: &u16| {
        !found.iter().flat_map(|group| &group.inbound).any(|rule| rule.is_for(*port) && lets_in(rule))
    };
    let ports: Vec<u16> = ports(group, target).into_iter().filter(is_closed).collect();
    (!ports.is_empty()).then_some(Kept { target, ports, groups: found })
}

/// The security groups of a target; none: not all of them are known.
fn groups_of<'a>(reach: &'a Reach, target: &Target) -> Option<Vec<&'a SecurityGroup>> {
    let interface = interface(reach, target)?;
    let of = |id: &String| reach.groups.iter().find(|group| group.id == *id);
    // A group that is missing from the answer may let everything in.
    let found = interface.security_groups.iter().map(of).collect::<Option<Vec<_>>>()?;
    (!found.is_empty()).then_some(found)
}

/// The interface at which requests to a target come in; none: it is not known, or not the only one.
fn interface<'a>(reach: &'a Reach, target: &Target) -> Option<&'a Interface> {
    let mut all = reach.interfaces.iter().filter(|one| match one.instance.as_deref() {
        Some(instance) if instance == target.id => one.primary,
        _ => one.addresses.contains(&target.id),
    });
    let only = all.next()?;
    all.next().is_none().then_some(only)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interface_of_a_target_is_its_only_one() {
        let one = |id: &str, instance: Option<&str>, primary: bool, address: &str| Interface {
            id: id.to_owned(),
            instance: instance.map(str::to_owned),
            primary,
            addresses: vec![address.to_owned()],
            security_groups: Vec::new(),
        };
        let reach = Reach {
            interfaces: vec![
                one("eni-1", Some("i-0a"), false, "10.0.0.1"),
                one("eni-2", Some("i-0a"), true, "10.0.0.2"),
                one("eni-3", None, false, "10.0.0.3"),
                one("eni-4", None, false, "10.0.0.3"),
            ],
            groups: Vec::new(),
        };
        let of = |id: &str| {
            let target = Target {
                id: id.to_owned(),
                port: None,
                zone: None,
                state: String::new(),
                reason: None,
                description: None,
            };
            interface(&reach, &target).map(|one| one.id.as_str())
        };
        assert_eq!(of("i-0a"), Some("eni-2"));
        assert_eq!(of("10.0.0.1"), Some("eni-1"));
        assert_eq!((of("10.0.0.3"), of("10.0.0.9")), (None, None));
    }
}
