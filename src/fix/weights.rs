//! `weights show|set`: how the requests of a rule, or of a listener's default, are shared between target groups.

mod amount;
mod words;

use serde_json::{Value, json};

pub use amount::{Amount, Share, weights};
pub use words::{Row, clients, percent, rows};

use super::{Fix, Keep, place};
use crate::base::{Diagnostic, Seconds};
use crate::kinds::action::{Action, GroupKey, Weighted, behind};
use crate::kinds::target_group::model::{Stickiness, TargetGroup};
use crate::kinds::{Live, Resource, listener, target_group};
use crate::model::ResourceId;
use crate::model::world::HealthState;

/// Lifts the refusal of giving requests to a group without a healthy target.
const NO_HEALTHY_TARGET: &str = "no-healthy-target";

/// Why there is no fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The command line is wrong, in a way that only what is live shows.
    Usage(Diagnostic),
    /// AWS would refuse it, or it is not safe.
    Unsafe(Vec<Diagnostic>),
}

/// The forward of a rule or listener: its groups and for how long a client keeps its group.
///
/// # Errors
/// It does something else with its requests.
pub fn forward<'l>(
    live: &'l Live,
    id: &ResourceId,
) -> Result<(&'l [Weighted<GroupKey>], Option<u32>), Diagnostic> {
    match place::action(live, id).map(Action::routed) {
        Some(Action::Forward { groups, stickiness }) => Ok((groups, *stickiness)),
        Some(other) => {
            let message = format!("{id} forwards nothing: its action is {}", other.describe());
            let diagnostic = Diagnostic::error("wrong-kind", message);
            Err(match other {
                Action::Unknown { .. } => {
                    diagnostic.note("albctl does not know this action, and leaves it alone")
                }
                Action::Forward { .. }
                | Action::Redirect(_)
                | Action::FixedResponse { .. }
                | Action::Behind { .. } => {
                    diagnostic.note("only an action that forwards shares its requests between target groups")
                }
            })
        }
        None => Err(Diagnostic::error("not-found", format!("{id} is not there"))),
    }
}

/// What comes before a forward, in words; none: nothing does.
pub fn first(live: &Live, id: &ResourceId) -> Option<String> {
    let action = place::action(live, id).filter(|action| behind::is(action))?;
    let first = action.first().join(", ");
    Some(format!(
        "Requests come here after {first}. Shares of such an action are shown, and changed only in AWS."
    ))
}

/// Shares the requests of a rule or a listener's default anew; the groups that are not named leave it.
///
/// # Errors
/// It forwards nothing, what AWS would refuse, or requests for a group without a healthy target, unless that is
/// `allowed`.
pub fn set(live: &Live, id: &ResourceId, wanted: &[(GroupKey, u32)], allowed: bool) -> Result<Fix, Refusal> {
    let (before, stickiness) = forward(live, id).map_err(|problem| Refusal::Unsafe(vec![problem]))?;
    place::behind(live, id).map_or(Ok(()), |problem| Err(Refusal::Unsafe(vec![problem])))?;
    alone(before, wanted).map_or(Ok(()), |problem| Err(Refusal::Usage(problem)))?;
    let groups = wanted.iter().map(|(group, weight)| Weighted { group: group.clone(), weight: *weight });
    let after = Action::Forward { groups: groups.collect(), stickiness }.canonical();
    let change = words::Change { live, id, before, after: after.groups(), stickiness };
    let misfits = versions(&change);
    if !misfits.is_empty() {
        return Err(Refusal::Unsafe(misfits));
    }
    let mut problems = app_cookie(&change);
    let (refused, warned): (Vec<_>, Vec<_>) =
        unhealthy(&change, allowed).into_iter().partition(Diagnostic::stops);
    problems.extend(refused);
    if !problems.is_empty() {
        return Err(Refusal::Unsafe(problems));
    }
    let mut fix = Fix::of(live);
    fix.unchanged = format!("the shares are {}", words::told(before));
    if same_shares(before, after.groups()) {
        return Ok(fix);
    }
    fix.warnings = warned;
    fix.warnings.extend(target_sticky(&change));
    fix.effect = change.effect();
    fix.used_by = vec![place::words(live, id)];
    fix.undo =
        place::word(live, id).map(|word| format!("weights set {word} {}", words::arguments(live, before)));
    fix.keep = vec![keep(id, after.groups(), stickiness)];
    if let Some(action) = fix.desired.resources.get_mut(id).and_then(|wanted| wanted.resource.action_mut()) {
        *action = after;
    }
    Ok(fix)
}

/// One group alone gets all requests whatever its weight: who names one of several with a part meant something else.
fn alone(before: &[Weighted<GroupKey>], wanted: &[(GroupKey, u32)]) -> Option<Diagnostic> {
    let [(group, weight)] = wanted else { return None };
    let others: Vec<String> =
        before.iter().filter(|one| one.group != *group).map(|one| one.group.to_string()).collect();
    if others.is_empty() || *weight == amount::WHOLE {
        return None;
    }
    let message =
        format!("`{group}={weight}` alone would get all requests: a share needs the other groups, too");
    let rest: Vec<String> = others.iter().map(|other| format!("{other}=...")).collect();
    Some(
        Diagnostic::error("bad-value", message)
            .help(format!("name all: {group}={weight} {}", rest.join(" ")))
            .help(format!("or give it all, so that the others leave: {group}={}", amount::WHOLE)),
    )
}

/// Whether each group has the same part of the requests on both sides, and the same groups are there.
fn same_shares(before: &[Weighted<GroupKey>], after: &[Weighted<GroupKey>]) -> bool {
    let total = |all: &[Weighted<GroupKey>]| all.iter().map(|one| one.weight).sum::<u32>();
    let (old, new) = (total(before), total(after));
    // Of nothing everybody has the same part, which is none.
    before.len() == after.len()
        && (old == 0) == (new == 0)
        && before.iter().all(|one| {
            after.iter().any(|other| other.group == one.group && other.weight * old == one.weight * new)
        })
}

/// The target group of a key, where it was read.
fn group<'l>(live: &'l Live, key: &GroupKey) -> Option<&'l TargetGroup> {
    super::stickiness::group(live, &target_group::id(&key.0))
}

/// How many targets of a group are healthy, and how many it has; none where that was not read.
pub fn health(live: &Live, key: &GroupKey) -> Option<(usize, usize)> {
    let arn = match key.foreign_arn() {
        Some(arn) => arn,
        None => &live.resources.get(&target_group::id(&key.0))?.arn,
    };
    let targets = live.health.get(arn)?;
    let healthy = targets.iter().filter(|one| one.state == HealthState::Healthy).count();
    Some((healthy, targets.len()))
}

/// Groups that have no healthy target and are to get requests: refused where the share grows, unless it is allowed; a
/// share that shrinks or stays only makes things better.
fn unhealthy(change: &words::Change<'_>, allowed: bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for one in change.after.iter().filter(|one| one.weight > 0) {
        let Some((0, all)) = health(change.live, &one.group) else { continue };
        let (key, share) = (&one.group, percent(one.weight, words::total(change.after)));
        let why = match all {
            0 => "it has no targets".to_owned(),
            1 => "its only target is not healthy".to_owned(),
            all => format!("none of its {all} targets is healthy"),
        };
        let message = format!("`{key}` would get {share} of the requests without a healthy target");
        let grows =
            words::exceeds(one.weight, change.after, words::weight_of(change.before, key), change.before);
        let diagnostic = match grows && !allowed {
            true => Diagnostic::refused(NO_HEALTHY_TARGET, message),
            false => Diagnostic::warning(NO_HEALTHY_TARGET, message),
        };
        let diagnostic = diagnostic
            .note(format!("{why}; a group keeps its share: the load balancer sends it to no other group"));
        found.push(match (diagnostic.stops(), change.with_zero(key)) {
            (true, Some(command)) => diagnostic
                .help(format!("attach it first, so that AWS checks its targets: albctl {command}"))
                .help(format!("do it all the same: --allow {NO_HEALTHY_TARGET}")),
            (true, None) => diagnostic.help(format!("do it all the same: --allow {NO_HEALTHY_TARGET}")),
            (false, _) => diagnostic,
        });
    }
    found
}

/// An application's cookie does not work where requests are spread over several groups. API: `TargetGroupAttribute`.
fn app_cookie(change: &words::Change<'_>) -> Vec<Diagnostic> {
    if words::sharing(change.after) < 2 || words::sharing(change.before) > 1 {
        return Vec::new();
    }
    let cookie = |one: &&Weighted<GroupKey>| {
        let sticky = group(change.live, &one.group).map(|group| &group.stickiness);
        matches!(sticky, Some(Stickiness::AppCookie { .. }))
    };
    let refuse = |one: &Weighted<GroupKey>| {
        let message =
            format!("`{}` is sticky by app_cookie, which a weighted forward does not support", one.group);
        Diagnostic::refused("conflicting-keys", message)
            .note("clients would not keep their target: ELB guide, sticky sessions")
            .help(format!("albctl stickiness enable {} --duration 1d", words::name(change.live, &one.group)))
    };
    change.after.iter().filter(cookie).map(refuse).collect()
}

/// Groups that are new to a listener of HTTP and speak HTTP/2 or gRPC. API: IncompatibleProtocols.
fn versions(change: &words::Change<'_>) -> Vec<Diagnostic> {
    let secure = place::listener_of(change.live, change.id)
        .is_none_or(|(_, listener)| listener.protocol == listener::model::Protocol::Https);
    if secure {
        return Vec::new();
    }
    let refuse = |one: &Weighted<GroupKey>| {
        let version = group(change.live, &one.group)?.protocol_version;
        let message = format!("`{}` is of {version}, which only a listener of HTTPS forwards to", one.group);
        let problem = Diagnostic::refused("needs-https", message)
            .note(format!("{} is of a listener of HTTP", change.id))
            .help("name a rule of a listener of HTTPS, or a group of HTTP1");
        version.needs_https().then_some(problem)
    };
    change.after.iter().filter_map(refuse).collect()
}

/// Clients that keep their target do not keep their group.
fn target_sticky(change: &words::Change<'_>) -> Option<Diagnostic> {
    if change.stickiness.is_some() || words::sharing(change.after) < 2 {
        return None;
    }
    let is_sticky = |one: &&Weighted<GroupKey>| {
        group(change.live, &one.group).is_some_and(|group| group.stickiness != Stickiness::Off)
    };
    let sticky: Vec<String> =
        change.after.iter().filter(is_sticky).map(|one| one.group.to_string()).collect();
    if sticky.is_empty() {
        return None;
    }
    let message = format!("clients keep their target in {}, but not their group", sticky.join(" and "));
    Some(
        Diagnostic::warning("group-stickiness", message)
            .note(format!("{} has no group stickiness: a client can change group", change.id)),
    )
}

/// How a spec writes it.
fn keep(id: &ResourceId, groups: &[Weighted<GroupKey>], stickiness: Option<u32>) -> Keep {
    let field = if id.kind() == listener::KIND { "default" } else { "then" };
    let forward = match groups {
        [only] => json!(only.group.to_string()),
        several => several.iter().map(|one| (one.group.to_string(), json!(one.weight))).collect(),
    };
    let mut value = json!({ "forward": forward });
    if let Some(seconds) = stickiness {
        value["group_stickiness"] = Value::String(Seconds(u64::from(seconds)).to_string());
    }
    Keep { id: id.clone(), field: field.to_owned(), value }
}

/// A group that another load balancer has. API: `TargetGroupAssociationLimit`.
pub fn elsewhere(group: &super::find::Group, balancer: &str) -> Option<Diagnostic> {
    let other = group.balancers.iter().find(|one| *one != balancer)?;
    let message = format!(
        "target group `{}` serves another load balancer, {}",
        group.name,
        other.split('/').nth(2).unwrap_or(other)
    );
    Some(
        Diagnostic::refused("group-elsewhere", message)
            .note("a target group serves one load balancer: AWS answers TargetGroupAssociationLimit")
            .help("make a target group of its own for this load balancer"),
    )
}

/// A group that AWS would not take for a load balancer. API: `TargetGroupAssociationLimit`; `TargetGroup`, `Protocol`.
pub fn unfit(live: &Live, group: &super::find::Group, balancer: &str) -> Option<Diagnostic> {
    if let Some(problem) = elsewhere(group, balancer) {
        return Some(problem);
    }
    let read = live.resources.values().any(|one| {
        one.arn == group.arn
            && match &one.resource {
                Resource::TargetGroup(_) => true,
                Resource::Certificate(_)
                | Resource::DnsRecord(_)
                | Resource::LoadBalancer(_)
                | Resource::Targets(_)
                | Resource::Listener(_)
                | Resource::Rule(_) => false,
            }
    });
    let message = format!("`{}` is not a target group that albctl can put here", group.name);
    let mut refusal = Diagnostic::refused("wrong-kind", message);
    if let Some(what) = &group.foreign {
        refusal = refusal.note(format!("it is {what}"));
    }
    (!read).then(|| refusal.note("groups of HTTP and HTTPS can be, and groups of a function"))
}

#[cfg(test)]
mod tests;
