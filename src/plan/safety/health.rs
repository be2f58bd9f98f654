//! Requests that have a healthy target today keep one.
//!
//! What counts, for a group with weight above 0:
//! - a target that AWS calls healthy and that stays registered: the group serves;
//! - a target that is registered, or will be by this plan, and that AWS has not checked: it may well serve. AWS checks
//!   no target of a group that nothing forwards to, and a load balancer whose targets are all unchecked sends requests
//!   to all of them. That is a warning, not a refusal;
//! - no target, or only targets that AWS calls unhealthy: nothing serves.
//!
//! Exchanging all listed targets for others is therefore allowed: the new ones are registered before the old ones go.
//! Deleting a rule, or answering its requests otherwise than by forwarding, is what the spec says in so many words.

use std::collections::BTreeSet;

use super::{located, place};
use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::action::{Action, GroupKey};
use crate::kinds::targets::Targets;
use crate::kinds::{Desired, Live, Plan, Resource, target_group, targets};
use crate::model::world::{HealthState, TargetHealth};
use crate::model::{Change, ResourceId};
use crate::plan::Options;

/// Lifts the refusal of forwards that would have no healthy target any more.
pub const NO_HEALTHY_TARGET: &str = "no-healthy-target";

/// Lifts the refusal of taking all targets away from a group.
pub const EMPTY_TARGET_GROUP: &str = "empty-target-group";

/// The ARNs of the target groups whose health decides whether a plan is refused, and is not yet known.
pub fn wanted(desired: &Desired, live: &Live, plan: &Plan) -> BTreeSet<String> {
    let mut arns = BTreeSet::new();
    for change in &plan.changes {
        match sides(desired, live, &change.id) {
            Some(Sides::Routes { before, after }) => {
                let groups = before.groups().iter().chain(after.groups());
                arns.extend(groups.filter_map(|one| arn(live, &one.group)));
            }
            Some(Sides::Targets { wanted }) => arns.extend(arn(live, &GroupKey(wanted.group.clone()))),
            None => {}
        }
    }
    arns.retain(|arn| !live.health.contains_key(arn));
    arns
}

/// Refuses what takes the last healthy target from requests or from a group, as far as health is known.
pub fn check(
    desired: &Desired,
    live: &Live,
    changes: &[Change],
    options: &Options,
    problems: &mut Diagnostics,
) {
    for change in changes {
        match sides(desired, live, &change.id) {
            // Before health was read there is nothing to say.
            Some(Sides::Routes { before, after }) if !is_known(live, before, after) => {}
            Some(Sides::Routes { before, after }) => {
                let found = forward(desired, live, &change.id, before, after);
                problems.extend(found.filter(|one| !one.stops() || !options.allows(one.code)));
            }
            Some(Sides::Targets { wanted }) if !options.allows(EMPTY_TARGET_GROUP) => {
                problems.extend(emptied(desired, live, &change.id, wanted));
            }
            Some(Sides::Targets { .. }) | None => {}
        }
    }
}

/// What of a changed resource health has to do with.
enum Sides<'a> {
    /// Of a rule or listener: other groups, or other weights.
    Routes { before: &'a Action<GroupKey>, after: &'a Action<GroupKey> },
    /// Of managed targets: those that are wanted.
    Targets { wanted: &'a Targets },
}

fn sides<'a>(desired: &'a Desired, live: &'a Live, id: &ResourceId) -> Option<Sides<'a>> {
    let wanted = &desired.resources.get(id)?.resource;
    let existing = &live.resources.get(id)?.resource;
    match (existing, wanted) {
        (Resource::Listener(before), Resource::Listener(after)) if before.default != after.default => {
            Some(Sides::Routes { before: &before.default, after: &after.default })
        }
        (Resource::Rule(before), Resource::Rule(after)) if before.then != after.then => {
            Some(Sides::Routes { before: &before.then, after: &after.then })
        }
        (Resource::Targets(_), Resource::Targets(wanted)) => Some(Sides::Targets { wanted }),
        (
            Resource::Listener(_)
            | Resource::Rule(_)
            | Resource::Targets(_)
            | Resource::Certificate(_)
            | Resource::DnsRecord(_)
            | Resource::LoadBalancer(_)
            | Resource::TargetGroup(_),
            _,
        ) => None,
    }
}

fn is_known(live: &Live, before: &Action<GroupKey>, after: &Action<GroupKey>) -> bool {
    let groups = before.groups().iter().chain(after.groups());
    groups.filter_map(|one| arn(live, &one.group)).all(|arn| live.health.contains_key(&arn))
}

/// The ARN of a group that is live.
fn arn(live: &Live, key: &GroupKey) -> Option<String> {
    match key.foreign_arn() {
        Some(arn) => Some(arn.to_owned()),
        None => live.resources.get(&target_group::id(&key.0)).map(|existing| existing.arn.clone()),
    }
}

fn health<'a>(live: &'a Live, key: &GroupKey) -> &'a [TargetHealth] {
    arn(live, key).and_then(|arn| live.health.get(&arn)).map(Vec::as_slice).unwrap_or_default()
}

fn healthy(targets: &[TargetHealth]) -> usize {
    targets.iter().filter(|one| one.state == HealthState::Healthy).count()
}

/// What a group will be able to do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outlook {
    Nothing,
    Unchecked,
    Serves,
}

impl From<HealthState> for Outlook {
    fn from(state: HealthState) -> Self {
        match state {
            HealthState::Healthy => Self::Serves,
            HealthState::Unchecked => Self::Unchecked,
            HealthState::Unhealthy => Self::Nothing,
        }
    }
}

fn outlook(desired: &Desired, live: &Live, key: &GroupKey) -> Outlook {
    let known = health(live, key);
    let wanted = desired.resources.get(&targets::id(&key.0)).map(|wanted| &wanted.resource);
    let best = match wanted {
        Some(Resource::Targets(managed)) => managed
            .targets
            .iter()
            .map(|target| {
                let same = |one: &&TargetHealth| one.id == target.id && one.port == target.port;
                let new = if target.is_function() { Outlook::Serves } else { Outlook::Unchecked };
                known.iter().find(same).map_or(new, |one| one.state.into())
            })
            .max(),
        Some(_) | None => known.iter().map(|one| one.state.into()).max(),
    };
    best.unwrap_or(Outlook::Nothing)
}

/// A forward that has healthy targets today and would have none, or none that AWS has checked.
fn forward(
    desired: &Desired,
    live: &Live,
    id: &ResourceId,
    before: &Action<GroupKey>,
    after: &Action<GroupKey>,
) -> Option<Diagnostic> {
    let served: Vec<_> = before
        .groups()
        .iter()
        .filter(|one| one.weight > 0 && healthy(health(live, &one.group)) > 0)
        .map(|one| &one.group)
        .collect();
    let groups = after.groups();
    if served.is_empty() || groups.is_empty() {
        return None;
    }
    let weighty: Vec<_> = groups.iter().filter(|one| one.weight > 0).map(|one| &one.group).collect();
    let best = weighty.iter().map(|key| outlook(desired, live, key)).max().unwrap_or(Outlook::Nothing);
    let today: Vec<String> = served.iter().map(|key| today(live, key)).collect();
    let label = format!("requests of this {}, today {}", id.kind(), today.join(", "));
    let field = if id.kind() == crate::kinds::rule::KIND { "then" } else { "default" };
    let place = place(desired, id, field);
    let described = |key: &&&GroupKey| format!("`{key}` {}", state(desired, live, key));
    let notes: Vec<String> = weighty.iter().map(|key| described(&key)).collect();
    let diagnostic = match best {
        Outlook::Serves => return None,
        Outlook::Unchecked => {
            let message = format!("AWS has not checked any target that {id} would forward to");
            Diagnostic::warning("unchecked-targets", message)
        }
        Outlook::Nothing => {
            Diagnostic::refused(NO_HEALTHY_TARGET, "this plan would leave requests without a healthy target")
        }
    };
    let diagnostic = notes.into_iter().fold(located(diagnostic, place, label), Diagnostic::note);
    let attached: Vec<String> = served.iter().map(|key| format!("{key}: 100")).collect();
    let new = weighty.iter().filter(|key| !served.contains(key)).map(|key| format!("{key}: 0"));
    let both: Vec<String> = attached.into_iter().chain(new).collect();
    let diagnostic = diagnostic.help(format!(
        "first attach the group at weight 0, so that AWS checks its targets:\n{field}: {{ forward: {{ {} }} }}",
        both.join(", ")
    ));
    Some(match best {
        Outlook::Nothing => diagnostic.help(super::all_the_same(NO_HEALTHY_TARGET)),
        Outlook::Serves | Outlook::Unchecked => diagnostic,
    })
}

/// `2 of 2 healthy in `orders``
fn today(live: &Live, key: &GroupKey) -> String {
    let known = health(live, key);
    format!("{} of {} healthy in `{key}`", healthy(known), known.len())
}

/// What a group that nothing speaks for is like, in words.
fn state(desired: &Desired, live: &Live, key: &GroupKey) -> String {
    let managed = match desired.resources.get(&targets::id(&key.0)).map(|wanted| &wanted.resource) {
        Some(Resource::Targets(managed)) => Some(managed.targets.len()),
        Some(_) | None => None,
    };
    let known = health(live, key);
    match (managed, known.len()) {
        (Some(0), _) => "would have no targets: `targets` is empty".to_owned(),
        (None, 0) if key.foreign_arn().is_none() => "is external and has no targets".to_owned(),
        (None, 0) => "has no targets".to_owned(),
        (managed, all) => {
            format!("has {} of {} targets healthy", healthy(known), managed.unwrap_or(all))
        }
    }
}

/// A managed group from which the spec takes all targets, healthy ones among them.
fn emptied(desired: &Desired, live: &Live, id: &ResourceId, wanted: &Targets) -> Option<Diagnostic> {
    let known = health(live, &GroupKey(wanted.group.clone()));
    let lost = healthy(known);
    if lost == 0 || !wanted.targets.is_empty() {
        return None;
    }
    let group = target_group::id(&wanted.group);
    let message = format!("this plan would take every target from {group}");
    let label = format!("today {lost} of {} healthy", known.len());
    Some(
        located(Diagnostic::refused(EMPTY_TARGET_GROUP, message), place(desired, id, "targets"), label)
            .help("leave `targets` out if others register them from now on")
            .help(super::all_the_same(EMPTY_TARGET_GROUP)),
    )
}
