//! `targets remove` and `targets drain`: which registrations are meant, and who loses what. API: DeregisterTargets, which
//! takes a target that is registered under another port for done and does nothing.

use std::collections::BTreeSet;

use super::effect::{healthy, of_leaving, then, when};
use super::{Members, Word, gone, keep, listed, members, name, named, unfit, wanted};
use crate::base::Diagnostic;
use crate::fix::{Fix, stickiness, uses};
use crate::kinds::Live;
use crate::kinds::target_group::TargetGroup;
use crate::kinds::targets::Target;
use crate::model::ResourceId;
use crate::model::world::TargetHealth;
use crate::plan::{EMPTY_TARGET_GROUP, NO_HEALTHY_TARGET};

/// The registrations that words mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaving {
    /// Those that are to go: id and port.
    pub going: BTreeSet<(String, Option<u16>)>,
    /// Those that leave already.
    pub gone: BTreeSet<(String, Option<u16>)>,
}

/// Finds the registrations that words mean. `all_ports`: a target without a port means all of its registrations.
///
/// # Errors
/// One that is not registered (with those that are), or several where one is meant.
pub fn leaving(
    live: &Live,
    group: &ResourceId,
    words: &[Word],
    all_ports: bool,
) -> Result<Leaving, Vec<Diagnostic>> {
    if let Some(problem) = unfit(live, group) {
        return Err(vec![problem]);
    }
    let known = members(live, group);
    let mut found = Leaving::default();
    let mut problems = Vec::new();
    for word in words {
        let meant = |one: &&TargetHealth| {
            one.id == word.id
                && word.port.is_none_or(|port| one.port == Some(port))
                && (word.zone.is_none() || one.zone == word.zone)
        };
        let going: Vec<&TargetHealth> = known.registered.iter().filter(meant).collect();
        let gone: Vec<&TargetHealth> = known.draining.iter().filter(meant).collect();
        let key = |one: &&TargetHealth| (one.id.clone(), one.port);
        match (going.as_slice(), gone.as_slice()) {
            ([], []) => problems.push(not_registered(group, word, known)),
            ([], gone) => found.gone.extend(gone.iter().map(key)),
            ([_, _, ..], _) if !all_ports => problems.push(several(group, word, &going)),
            (going, _) => found.going.extend(going.iter().map(key)),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn not_registered(group: &ResourceId, word: &Word, known: Members<'_>) -> Diagnostic {
    let zone = word.zone.as_ref().map(|zone| format!(" in {zone}")).unwrap_or_default();
    let message = format!("{}{zone} is not registered with {group}", name(&word.id, word.port));
    let zoned = |one: &&TargetHealth| {
        let zone = one.zone.as_ref().map(|zone| format!("@{zone}")).unwrap_or_default();
        format!("{}{zone}", name(&one.id, one.port))
    };
    let own: Vec<&TargetHealth> = known.registered.iter().filter(|one| one.id == word.id).collect();
    let diagnostic = Diagnostic::error("not-registered", message);
    if own.is_empty() {
        return diagnostic.note(format!("registered: {}", listed(known.registered)));
    }
    let first = own.first().map(|one| name(&one.id, one.port)).unwrap_or_default();
    diagnostic
        .note(format!("it is registered as {}", own.iter().map(zoned).collect::<Vec<_>>().join(", ")))
        .note("AWS would take the call, and do nothing")
        .help(format!("name what is registered: {first}"))
}

fn several(group: &ResourceId, word: &Word, found: &[&TargetHealth]) -> Diagnostic {
    let message = format!("{} is registered with {group} {} times", word.id, found.len());
    Diagnostic::refused("several-ports", message)
        .note(listed(found.iter().copied()))
        .help("name the port of the one that is meant, or all of them: --all-ports")
}

/// Deregisters. `allowed`: also where requests then have no healthy target.
///
/// # Errors
/// A group to which something forwards would be left without a healthy target.
pub fn remove(
    live: &Live,
    group: &ResourceId,
    leaving: &Leaving,
    allowed: bool,
) -> Result<Fix, Vec<Diagnostic>> {
    let Some(model) = stickiness::group(live, group) else { return Err(Vec::new()) };
    let known = members(live, group);
    let goes = |one: &TargetHealth| leaving.going.contains(&(one.id.clone(), one.port));
    let before: Vec<&TargetHealth> = known.registered.iter().collect();
    let after: Vec<&TargetHealth> = known.registered.iter().filter(|one| !goes(one)).collect();
    let refusal = unserved(live, group, model, &before, &after);
    if let Some(refusal) = refusal.filter(|_| !allowed && !leaving.going.is_empty()) {
        return Err(vec![refusal]);
    }
    let mut fix = Fix::of(live);
    let mut removed: Vec<Target> = Vec::new();
    {
        let all = wanted(&mut fix.desired, group).ok_or_else(|| vec![gone(group)])?;
        all.targets.retain(|one| {
            let goes = leaving.going.contains(&(one.id.clone(), one.port));
            removed.extend(goes.then(|| one.clone()));
            !goes
        });
        fix.keep.push(keep(group, all));
    }
    fix.decided = vec![EMPTY_TARGET_GROUP];
    let names: Vec<String> = leaving.gone.iter().map(|(id, port)| name(id, *port)).collect();
    let leave = if names.len() == 1 { "leaves" } else { "leave" };
    fix.unchanged = format!("{} {leave} {} already", names.join(", "), model.name);
    if removed.is_empty() {
        return Ok(fix);
    }
    fix.used_by = stickiness::used_by(live, group, false);
    fix.effect = of_leaving(live, group, model, &before, &after);
    let removed: Vec<String> = removed.iter().map(named).collect();
    fix.undo = Some(format!("targets add {} {}", model.name, removed.join(" ")));
    Ok(fix)
}

/// Requests that have a target today and would have none that is healthy.
fn unserved(
    live: &Live,
    group: &ResourceId,
    model: &TargetGroup,
    before: &[&TargetHealth],
    after: &[&TargetHealth],
) -> Option<Diagnostic> {
    let loses = healthy(after) == 0 && (healthy(before) > 0 || after.is_empty());
    let uses = uses::of(live, group.key());
    let used = uses.iter().filter(|one| one.weight > 0);
    let notes: Vec<String> =
        used.map(|one| format!("{}{}: {}", one.place, when(one), then(one, before, after))).collect();
    if !loses || notes.is_empty() {
        return None;
    }
    let left = match after {
        [] => "no target stays".to_owned(),
        after => format!("what stays: {}", states(after)),
    };
    let message = format!("this would leave {group} without a healthy target");
    let diagnostic =
        notes.into_iter().fold(Diagnostic::refused(NO_HEALTHY_TARGET, message), Diagnostic::note);
    Some(
        diagnostic
            .note(left)
            .help(format!("register others first: albctl targets add {} TARGET --wait", model.name))
            .help(format!("do it all the same: --allow {NO_HEALTHY_TARGET}")),
    )
}

fn states(targets: &[&TargetHealth]) -> String {
    let one = |target: &&TargetHealth| format!("{} {}", name(&target.id, target.port), target.status);
    targets.iter().map(one).collect::<Vec<_>>().join(", ")
}
