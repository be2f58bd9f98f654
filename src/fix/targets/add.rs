//! `targets add`: what AWS would refuse is said before. API: RegisterTargets, `TargetDescription`.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use super::word::is_instance;
use super::zone::ALL;
use super::{Word, Zones, effect, gone, keep, listed, members, name, named, unfit, wanted};
use crate::base::{Diagnostic, Diagnostics};
use crate::fix::{Fix, stickiness, uses};
use crate::kinds::Live;
use crate::kinds::target_group::TargetGroup;
use crate::kinds::target_group::model::TargetType;
use crate::kinds::targets::Target;
use crate::kinds::targets::reason::delay;
use crate::model::ResourceId;

/// The targets that words mean, with the group's port and the zone given for all.
pub fn ready(live: &Live, group: &ResourceId, words: &[Word], zone: Option<&str>) -> BTreeSet<Target> {
    let port = stickiness::group(live, group).and_then(|model| model.port);
    let one = |word: &Word| Target {
        id: word.id.clone(),
        port: word.port.or(port),
        zone: word.zone.clone().or_else(|| zone.map(str::to_owned)),
    };
    words.iter().map(one).collect()
}

/// Registers targets.
///
/// # Errors
/// What AWS would refuse.
pub fn add(
    live: &Live,
    group: &ResourceId,
    new: &BTreeSet<Target>,
    zones: Zones<'_>,
) -> Result<Fix, Vec<Diagnostic>> {
    if let Some(problem) = unfit(live, group) {
        return Err(vec![problem]);
    }
    let Some(model) = stickiness::group(live, group) else { return Err(Vec::new()) };
    let mut problems = Diagnostics::new();
    let mut fix = Fix::of(live);
    for target in new {
        problems.extend(misfit(live, group, model, target, zones));
    }
    problems.extend(twins(new));
    let crosses = model.attributes.get("cross_zone").and_then(serde_json::Value::as_str) != Some("false");
    let unserved = |target: &Target| zones.unserved(target.zone.as_deref()?, crosses);
    problems.extend(new.iter().filter_map(unserved));
    if problems.has_errors() {
        return Err(problems.sorted());
    }
    let known = members(live, group);
    let is_new =
        |target: &&Target| !known.registered.iter().any(|one| one.id == target.id && one.port == target.port);
    let fresh: BTreeSet<Target> = new.iter().filter(is_new).cloned().collect();
    {
        let all = wanted(&mut fix.desired, group).ok_or_else(|| vec![gone(group)])?;
        // A zone that is left out is no wish for another one.
        let same = |target: &Target| all.targets.iter().any(|one| is_same(one, target));
        let more: Vec<Target> = new.iter().filter(|target| !same(target)).cloned().collect();
        all.targets.extend(more);
        fix.keep.push(keep(group, all));
    }
    fix.warnings = problems.sorted();
    fix.warnings.extend(beside(live, group, &fresh));
    fix.used_by = stickiness::used_by(live, group, false);
    let names: Vec<String> = new.iter().map(named).collect();
    let are = if names.len() == 1 { "is" } else { "are" };
    fix.unchanged = format!("{} {are} registered with {}", names.join(", "), model.name);
    let fresh: Vec<String> = fresh.iter().map(|one| name(&one.id, one.port)).collect();
    if fresh.is_empty() {
        return Ok(fix);
    }
    fix.effect = effect::of_new(live, group, model, &fresh);
    fix.undo = Some(format!("targets remove {} {}", model.name, fresh.join(" ")));
    Ok(fix)
}

fn is_same(live: &Target, wanted: &Target) -> bool {
    live.id == wanted.id && live.port == wanted.port && (wanted.zone.is_none() || wanted.zone == live.zone)
}

fn bad(message: String) -> Diagnostic {
    Diagnostic::error("bad-target", message)
}

/// A target that AWS would refuse for this group.
fn misfit(
    live: &Live,
    group: &ResourceId,
    model: &TargetGroup,
    target: &Target,
    zones: Zones<'_>,
) -> Option<Diagnostic> {
    let id = &target.id;
    match model.target_type {
        TargetType::Instance if !is_instance(id) => Some(
            bad(format!("`{id}` is an address, and {group} takes instances"))
                .help("give the instance's id, such as i-0a1b2c3d"),
        ),
        TargetType::Instance => target.zone.as_ref().map(|zone| {
            bad(format!("a zone ({zone}) is for addresses: AWS knows where an instance is"))
                .help(format!("leave the zone away: {}", name(id, target.port)))
        }),
        TargetType::Ip if is_instance(id) => Some(
            bad(format!("`{id}` is an instance, and {group} takes addresses"))
                .help("give the private address of the instance"),
        ),
        TargetType::Ip => address(live, group, model, target).or_else(|| {
            let zone = target.zone.as_deref().filter(|_| !is_there(live, group, target))?;
            zones.misfit(zone)
        }),
        TargetType::Lambda => None,
    }
}

/// Whether it is registered, in that zone.
fn is_there(live: &Live, group: &ResourceId, target: &Target) -> bool {
    let same = |one: &crate::model::world::TargetHealth| {
        one.id == target.id && one.port == target.port && one.zone == target.zone
    };
    members(live, group).registered.iter().any(same)
}

/// API: `TargetDescription`, Id: of the VPC's ranges, or of RFC 1918 or RFC 6598, never a public one.
fn address(live: &Live, group: &ResourceId, model: &TargetGroup, target: &Target) -> Option<Diagnostic> {
    let id = &target.id;
    let cross_zone = model.attributes.get("cross_zone").and_then(serde_json::Value::as_str);
    let leaving = members(live, group).draining;
    let registered = members(live, group).registered;
    let same = |one: &&crate::model::world::TargetHealth| one.id == *id && one.port == target.port;
    if registered.iter().any(|one| same(&one)) {
        return None;
    }
    if leaving.iter().any(|one| same(&one)) {
        let message = format!("{} still leaves {group}", name(id, target.port));
        let note = "AWS takes an address anew only when its deregistration delay is over";
        return Some(Diagnostic::error("still-draining", message).note(note).help(format!(
            "wait until it is gone (at most {}): albctl targets list {}",
            delay(model),
            model.name
        )));
    }
    let address = match id.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address,
        Ok(IpAddr::V6(_)) => {
            let message = format!("`{id}` is an IPv6 address, and {group} takes IPv4 addresses");
            return Some(bad(message).note("albctl reads groups of the address type ipv4 only"));
        }
        Err(_) => return Some(bad(format!("`{id}` is no IP address"))),
    };
    match target.zone.as_deref() {
        Some(ALL) if cross_zone == Some("false") => Some(
            Diagnostic::error("conflicting-keys", "the zone `all` does not go with `cross_zone: \"false\"`")
                .help(format!("albctl attr set {} cross_zone=use_load_balancer_configuration", model.name)),
        ),
        Some(ALL) if !is_private(address) => Some(
            bad(format!("`{id}` is a public address, and AWS takes none as a target"))
                .note("addresses outside the VPC are of 10/8, 172.16/12, 192.168/16 or 100.64/10"),
        ),
        None if !is_private(address) => Some(
            bad(format!("`{id}` is not of a private range"))
                .note("private are 10/8, 172.16/12, 192.168/16 and 100.64/10; AWS takes no public address")
                .help("if it is of the VPC's own range, say the zone that it is in: --zone us-east-1a"),
        ),
        Some(_) | None => None,
    }
}

/// RFC 1918 and RFC 6598.
fn is_private(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_private() || (first == 100 && (64..128).contains(&second))
}

/// One target in two zones of one command.
fn twins(new: &BTreeSet<Target>) -> Vec<Diagnostic> {
    let twice = |target: &&Target| {
        new.iter().any(|other| other.id == target.id && other.port == target.port && other.zone < target.zone)
    };
    let message = |target: &Target| format!("{} stands here with two zones", name(&target.id, target.port));
    new.iter().filter(twice).map(|target| bad(message(target))).collect()
}

/// The same target under another port: wanted now and then, and a slip more often.
fn beside(live: &Live, group: &ResourceId, new: &BTreeSet<Target>) -> Vec<Diagnostic> {
    let registered = members(live, group).registered;
    let warn = |target: &Target| {
        let other = registered.iter().filter(|one| one.id == target.id && one.port != target.port);
        let other: Vec<_> = other.collect();
        let message = format!("{} is registered on another port, too: {}", target.id, listed(other.clone()));
        (!other.is_empty()).then(|| {
            Diagnostic::warning("other-port", message).note("it gets its share of requests on each of them")
        })
    };
    new.iter().filter_map(warn).collect()
}

/// Whether anything forwards to a group, without which AWS checks none of its targets.
pub fn is_used(live: &Live, group: &ResourceId) -> bool {
    !uses::of(live, group.key()).is_empty()
}
