//! `stickiness enable|disable|show`: whether a client keeps its target.

use serde_json::json;

use super::uses::{self, Use};
use super::{Fix, Keep};
use crate::base::{Diagnostic, Diagnostics, Place, Seconds};
use crate::kinds::target_group::fits;
use crate::kinds::target_group::model::{Stickiness, TargetGroup};
use crate::kinds::{Live, Resource, target_group};
use crate::model::ResourceId;

/// The shortest and the longest time that a client keeps its target, in seconds. API: `TargetGroupAttribute`.
const DURATIONS: std::ops::RangeInclusive<u32> = 1..=604_800;

/// Gives groups of one load balancer a stickiness.
///
/// # Errors
/// What AWS would refuse: a function, a reserved cookie, a duration out of range, what stickiness does not go with.
pub fn set(live: &Live, groups: &[ResourceId], wanted: &Stickiness) -> Result<Fix, Vec<Diagnostic>> {
    let mut problems = Diagnostics::new();
    problems.extend(out_of_range(wanted));
    let mut fix = Fix::of(live);
    for id in groups {
        let Some(Resource::TargetGroup(model)) =
            fix.desired.resources.get_mut(id).map(|wanted| &mut wanted.resource)
        else {
            problems.push(unreadable(id));
            continue;
        };
        model.stickiness = wanted.clone();
        check(id, model, &mut problems);
        problems.extend(weighted_app_cookie(live, id, wanted));
        fix.keep.push(keep(id, wanted));
    }
    if problems.has_errors() {
        return Err(problems.sorted());
    }
    fix.warnings = problems.sorted();
    fix.effect = effect(wanted);
    for id in groups {
        fix.used_by.extend(used_by(live, id, groups.len() > 1));
        // Groups of one rule share its warning.
        for warning in may_change_group(live, id, wanted) {
            if fix.warnings.iter().all(|one| one.message != warning.message) {
                fix.warnings.push(warning);
            }
        }
    }
    fix.unchanged = format!("stickiness is {}", show(wanted));
    fix.undo = undo(live, groups);
    Ok(fix)
}

fn out_of_range(wanted: &Stickiness) -> Option<Diagnostic> {
    let (Stickiness::LbCookie { duration } | Stickiness::AppCookie { duration, .. }) = wanted else {
        return None;
    };
    let message =
        format!("{} is no duration of a stickiness: it lasts 1s to 7d", Seconds(u64::from(*duration)));
    (!DURATIONS.contains(duration)).then(|| Diagnostic::error("out-of-range", message))
}

fn unreadable(id: &ResourceId) -> Diagnostic {
    let message = format!("{id} is not a target group of an application load balancer");
    Diagnostic::error("wrong-kind", message)
        .note("its protocol is neither HTTP nor HTTPS, and it has no function")
}

/// What does not go with stickiness. API: `TargetGroupAttribute`.
fn check(id: &ResourceId, model: &TargetGroup, problems: &mut Diagnostics) {
    if model.is_function() {
        let message = format!("{id} has a function for a target, and functions cannot be sticky");
        problems.push(
            Diagnostic::error("conflicting-keys", message)
                .note("stickiness is for groups of instances and addresses"),
        );
        return;
    }
    let mut found = Diagnostics::new();
    fits::check(model, Place::NONE, &|_| None, &mut found);
    // What is wrong otherwise is live and works: it is not the matter here.
    let about = |one: &&Diagnostic| one.message.contains("sticki") || one.message.contains("cookie");
    problems.extend(found.iter().filter(about).cloned().map(|one| {
        match one.code {
            "conflicting-keys" => one
                .note(format!("{id} has cross_zone: false"))
                .help(format!("albctl attr set {} cross_zone=use_load_balancer_configuration", id.key())),
            _ => one,
        }
    }));
}

/// An application cookie does not work where requests are spread over several groups. API: `TargetGroupAttribute`.
fn weighted_app_cookie(live: &Live, id: &ResourceId, wanted: &Stickiness) -> Vec<Diagnostic> {
    if !matches!(wanted, Stickiness::AppCookie { .. }) {
        return Vec::new();
    }
    let spread = uses::of(live, id.key()).into_iter().filter(|one| one.groups > 1);
    spread
        .map(|one| {
            let message =
                format!("app_cookie does not work where several groups have weights: {}", one.place);
            Diagnostic::error("conflicting-keys", message)
                .note(format!("it sends {}", one.then))
                .help("use the load balancer's own cookie: leave --app-cookie out")
        })
        .collect()
}

/// What happens to a client, a line each.
pub fn effect(stickiness: &Stickiness) -> Vec<String> {
    let keeps = |cookie: &str, duration: u32| {
        format!(
            "a browser gets the cookie {cookie} with its next response and then stays on one target for {}.",
            Seconds(u64::from(duration))
        )
    };
    let others = "Clients that keep no cookies are spread as before. A target that fails loses its clients.";
    match stickiness {
        Stickiness::Off => vec![
            "each request of a client may go to another target.".to_owned(),
            "What a client left on a target (a login, an upload) is not there for its next request.".to_owned(),
        ],
        Stickiness::LbCookie { duration } => vec![keeps("AWSALB", *duration), others.to_owned()],
        Stickiness::AppCookie { name, duration } => vec![
            format!(
                "once the application answers with the cookie {name}, the load balancer adds AWSALBAPP-0, and the \
                 client stays on that target for {}.",
                Seconds(u64::from(*duration))
            ),
            "While no answer carries that cookie, requests are spread as before. A target that fails loses its \
             clients."
                .to_owned(),
        ],
    }
}

/// What forwards to a group, in words.
pub fn used_by(live: &Live, id: &ResourceId, named: bool) -> Vec<String> {
    let found = uses::of(live, id.key());
    let name = if named { format!("{} by ", id.key()) } else { String::new() };
    match found.as_slice() {
        [] => vec![format!("{name}nothing: no listener or rule forwards to it")],
        uses => uses.iter().map(|one| format!("{name}{}", one.words())).collect(),
    }
}

/// A sticky group beside others: the target is kept, the group is not.
pub fn may_change_group(live: &Live, id: &ResourceId, wanted: &Stickiness) -> Vec<Diagnostic> {
    if *wanted == Stickiness::Off {
        return Vec::new();
    }
    let warn = |one: &Use| {
        let message = format!(
            "{} sends {} without group_stickiness: a client can still change group",
            one.id, one.then
        );
        Diagnostic::warning("group-stickiness", message)
    };
    uses::of(live, id.key()).iter().filter(|one| one.may_change_group()).map(warn).collect()
}

/// `lb_cookie 1h`
pub fn show(stickiness: &Stickiness) -> String {
    let field = target_group::fields::FIELDS.iter().find(|row| row.key == fits::STICKINESS);
    field.map(|row| row.show(&json!(stickiness))).unwrap_or_default()
}

/// The command that gives all groups back what they have, if that is the same for all.
fn undo(live: &Live, groups: &[ResourceId]) -> Option<String> {
    let was = |id: &ResourceId| match &live.resources.get(id)?.resource {
        Resource::TargetGroup(model) => Some((model.name.clone(), model.stickiness.clone())),
        _ => None,
    };
    let all: Vec<(String, Stickiness)> = groups.iter().filter_map(was).collect();
    let (_, first) = all.first()?;
    if all.iter().any(|(_, other)| other != first) {
        return None;
    }
    let names = all.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" ");
    Some(match first {
        Stickiness::Off => format!("stickiness disable {names}"),
        Stickiness::LbCookie { duration } => {
            format!("stickiness enable {names} --duration {}", Seconds(u64::from(*duration)))
        }
        Stickiness::AppCookie { name, duration } => format!(
            "stickiness enable {names} --app-cookie {name} --duration {}",
            Seconds(u64::from(*duration))
        ),
    })
}

/// How a spec writes it.
fn keep(id: &ResourceId, wanted: &Stickiness) -> Keep {
    let time = |seconds: u32| Seconds(u64::from(seconds)).to_string();
    let value = match wanted {
        Stickiness::Off => json!("off"),
        Stickiness::LbCookie { duration } => json!({ "lb_cookie": time(*duration) }),
        Stickiness::AppCookie { name, duration } => {
            json!({ "app_cookie": { "name": name, "duration": time(*duration) } })
        }
    };
    Keep { id: id.clone(), field: fits::STICKINESS.to_owned(), value }
}

/// The group of an identity.
pub fn group<'a>(live: &'a Live, id: &ResourceId) -> Option<&'a TargetGroup> {
    match &live.resources.get(id)?.resource {
        Resource::TargetGroup(model) => Some(model),
        Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::Targets(_)
        | Resource::Listener(_)
        | Resource::Rule(_) => None,
    }
}

/// The identity under which a group was read, by its ARN.
pub fn id_of(live: &Live, arn: &str) -> Option<ResourceId> {
    let is_it = |(id, one): &(&ResourceId, &crate::kinds::Existing)| {
        one.arn == arn && id.kind() == target_group::KIND
    };
    live.resources.iter().find(is_it).map(|(id, _)| id.clone())
}
