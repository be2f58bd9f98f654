//! What a plan refuses: nothing is wrong with the text of the spec, but it will not be done.

mod behind;
mod downgrade;
mod groups;
mod health;
mod loss;
pub(super) mod source;
mod versions;

use crate::base::{Diagnostic, Diagnostics, Place};
use crate::kinds::tagging::ownership;
use crate::kinds::{Desired, Live, Resource, certificate, listener, load_balancer, target_group};
use crate::model::world::Holder;
use crate::model::{Change, ResourceId, Verb};

use super::{Options, pairing};

pub use behind::{NOT_WRITTEN, check as written};
pub use health::{EMPTY_TARGET_GROUP, NO_HEALTHY_TARGET, wanted as health_wanted};
pub use source::{NEW_SOURCE, last_apply};

/// The codes of refusals that `--allow CODE` lifts, each exactly that.
pub const ALLOW: &[&str] =
    &[EMPTY_TARGET_GROUP, loss::MASS_DELETION, NEW_SOURCE, NO_HEALTHY_TARGET, downgrade::HTTPS_TO_HTTP];

/// How a refusal is lifted.
fn all_the_same(code: &str) -> String {
    format!("do it all the same: --allow {code}")
}

/// Refuses resources of one identity that cannot be told apart.
pub fn ambiguous(live: &Live, problems: &mut Diagnostics) {
    for (id, arns) in &live.ambiguous {
        let message = format!("{} live resources carry the identity `{id}` of this stack", arns.len());
        let mut diagnostic = Diagnostic::refused("ambiguous-identity", message);
        for arn in arns {
            diagnostic = diagnostic.note(arn.clone());
        }
        problems.push(diagnostic.help(format!(
            "delete the one that should not be there, or remove its tags `{}` and `{}`",
            ownership::STACK,
            ownership::ID
        )));
    }
}

/// Refuses what must not or cannot be done.
pub fn check(
    desired: &Desired,
    live: &Live,
    changes: &[Change],
    options: &Options,
    problems: &mut Diagnostics,
) {
    for change in changes {
        match change.verb {
            Verb::Create => natural_key(desired, live, change, options, problems),
            Verb::Update | Verb::Rename => {
                port_taken(desired, live, &change.id, options, problems);
                zone_change(desired, live, &change.id, problems);
            }
            Verb::Replace if change.id.kind() == target_group::KIND => {
                natural_key(desired, live, change, options, problems);
            }
            Verb::Replace if change.id.kind() == certificate::KIND => {}
            Verb::Adopt => pairing::cannot_adopt(desired, live, change, problems),
            Verb::Replace => replacement(desired, change, problems),
            Verb::Delete => {
                protected(desired, live, &change.id, problems);
                groups::in_use(desired, live, &change.id, changes, options, problems);
                if !options.prune {
                    holds_strangers(live, change, changes, problems);
                }
            }
        }
    }
}

/// Refuses what would take a service down, as far as that can be told from what is live.
pub fn consequences(
    desired: &Desired,
    live: &Live,
    changes: &[Change],
    options: &Options,
    problems: &mut Diagnostics,
) {
    loss::protected(desired, live, changes, problems);
    loss::mass_deletion(desired, live, changes, options, problems);
    health::check(desired, live, changes, options, problems);
    downgrade::check(desired, live, changes, options, problems);
    versions::check(desired, live, changes, problems);
}

/// The place of a field in the spec, else of the resource.
fn place(desired: &Desired, id: &ResourceId, field: &str) -> Option<Place> {
    let wanted = desired.resources.get(id)?;
    Some(wanted.fields.get(field).copied().unwrap_or(wanted.place))
}

fn located(diagnostic: Diagnostic, place: Option<Place>, label: impl Into<String>) -> Diagnostic {
    match place {
        Some(place) => diagnostic.at(place, label),
        None => diagnostic,
    }
}

/// A field differs that no API call changes. A target group is replaced; a load balancer is the stack's address.
fn replacement(desired: &Desired, change: &Change, problems: &mut Diagnostics) {
    for field in change.fields.iter().filter(|field| field.replaces) {
        let message = format!("`{}` of {} cannot change in place", field.key, change.id);
        let label = format!("live: {}", field.from_text);
        let diagnostic = Diagnostic::refused("needs-replacement", message);
        problems.push(
            located(diagnostic, place(desired, &change.id, &field.key), label)
                .note("AWS has no call that changes it, and it is part of the load balancer's DNS name")
                .note(
                    "a new load balancer needs new target groups, since a group serves one load balancer, and a \
                     move of all DNS records: replacing one is not supported yet",
                )
                .help(format!("keep `{}: {}`", field.key, field.from_text)),
        );
    }
}

/// What a new resource is told apart by in AWS is held by something else.
fn natural_key(
    desired: &Desired,
    live: &Live,
    change: &Change,
    options: &Options,
    problems: &mut Diagnostics,
) {
    let id = &change.id;
    match desired.resources.get(id).map(|wanted| &wanted.resource) {
        Some(Resource::LoadBalancer(model)) => {
            problems.extend(name_taken(desired, live, id, &model.name, options));
        }
        Some(Resource::TargetGroup(model)) => {
            problems.extend(name_taken(desired, live, id, &model.name, options));
        }
        Some(Resource::Listener(_)) => port_taken(desired, live, id, options, problems),
        Some(
            Resource::Targets(_) | Resource::Rule(_) | Resource::Certificate(_) | Resource::DnsRecord(_),
        )
        | None => {}
    }
}

fn name_taken(
    desired: &Desired,
    live: &Live,
    id: &ResourceId,
    name: &str,
    options: &Options,
) -> Option<Diagnostic> {
    let words = id.kind().replace('_', " ");
    let at = |message: String| {
        let diagnostic = Diagnostic::refused("name-taken", message);
        located(diagnostic, place(desired, id, "name"), format!("wanted for {id}"))
    };
    if let Some(holder) = live.holders.iter().find(|one| one.kind == id.kind() && one.name == name) {
        let message = format!("{words} `{name}` exists and is not this stack's");
        return Some(held_by_other(at(message), holder, options));
    }
    let (other, _) = live.resources.iter().find(|(other, existing)| {
        other.kind() == id.kind() && *other != id && existing.resource.label() == name
    })?;
    let help = format!("keep the name for the key `{}`, or use another name", other.key());
    Some(at(format!("{words} `{name}` belongs to {other} of this stack")).help(help))
}

fn held_by_other(diagnostic: Diagnostic, holder: &Holder, options: &Options) -> Diagnostic {
    let mut diagnostic = diagnostic.note(format!("live: {}", holder.summary)).note(holder.arn.clone());
    if !holder.tags.is_empty() {
        let tags: Vec<String> = holder.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
        diagnostic = diagnostic.note(format!("its tags: {}", tags.join(", ")));
    }
    let owner = ownership::owner(&holder.tags, "");
    diagnostic = diagnostic.help("use another name");
    if options.adopt {
        // It was read in full and is no candidate: a Network Load Balancer, or a group that albctl cannot describe.
        return diagnostic.note("it is of a kind that albctl does not manage, and cannot be taken over");
    }
    if let Some(owner) = &owner {
        diagnostic = diagnostic.note(owner.consequence());
    }
    let from: Vec<String> = owner.into_iter().map(|owner| owner.word).collect();
    diagnostic
        .help(format!("take it over: {} (shows all that would change)", pairing::adopting(options, &from)))
}

/// Something that keeps the wanted port has it: a listener that is not in the spec, or one of ours whose port is
/// ignored.
fn port_taken(
    desired: &Desired,
    live: &Live,
    id: &ResourceId,
    options: &Options,
    problems: &mut Diagnostics,
) {
    let port = |id: &ResourceId| match desired.resources.get(id).map(|wanted| &wanted.resource) {
        Some(Resource::Listener(model)) => Some(model.port),
        Some(_) | None => None,
    };
    let Some(wanted) = port(id) else { return };
    let own = desired.resources.keys().find(|other| *other != id && port(other) == Some(wanted));
    let stranger = live
        .strangers
        .iter()
        .find(|stranger| stranger.kind == listener::KIND && stranger.number == u32::from(wanted));
    let (what, help) = match (own, stranger) {
        (Some(other), _) => (format!("{other} of this stack"), "use another port".to_owned()),
        (None, Some(stranger)) => (
            format!("a listener that is not in the spec ({})", stranger.summary),
            format!("use another port, or take it over: {}", pairing::adopting(options, &[])),
        ),
        (None, None) => return,
    };
    let message = format!("port {wanted} is held by {what}");
    let diagnostic = Diagnostic::refused("port-taken", message);
    problems.push(located(diagnostic, place(desired, id, "port"), format!("wanted for {id}")).help(help));
}

/// The same target under another zone: whether AWS takes it for another target or for the same one is not
/// documented, and deregistering the old one may take the new one along.
fn zone_change(desired: &Desired, live: &Live, id: &ResourceId, problems: &mut Diagnostics) {
    let wanted = desired.resources.get(id).map(|wanted| &wanted.resource);
    let existing = live.resources.get(id).map(|existing| &existing.resource);
    let (Some(Resource::Targets(wanted)), Some(Resource::Targets(live))) = (wanted, existing) else { return };
    for target in wanted.targets.difference(&live.targets) {
        let twin = live.targets.iter().find(|other| other.id == target.id && other.port == target.port);
        let Some(twin) = twin else { continue };
        let message = format!("the zone of a registered target cannot change: {twin} -> {target}");
        let diagnostic = Diagnostic::refused("zone-change", message);
        problems.push(
            located(diagnostic, place(desired, id, "targets"), "")
                .help("take the target out of the list, apply, and put it back with its new zone"),
        );
    }
}

fn protected(desired: &Desired, live: &Live, id: &ResourceId, problems: &mut Diagnostics) {
    let Some(Resource::LoadBalancer(model)) = live.resources.get(id).map(|existing| &existing.resource)
    else {
        return;
    };
    if model.attributes.get("deletion_protection") == Some(&serde_json::Value::Bool(true)) {
        let diagnostic =
            Diagnostic::refused("deletion-protection", format!("{id} {} is protected", model.name));
        problems.push(
            located(diagnostic, place(desired, id, "deletion_protection"), "")
                .help("set `deletion_protection: false` and apply; then it can be deleted"),
        );
    }
}

fn holds_strangers(live: &Live, change: &Change, changes: &[Change], problems: &mut Diagnostics) {
    // What a listener holds is said of the listener, where that is deleted too.
    let said =
        |parent: &ResourceId| changes.iter().any(|other| other.verb == Verb::Delete && other.id == *parent);
    let holds =
        |parent: &ResourceId| *parent == change.id || (change.id == load_balancer::id() && !said(parent));
    let held: Vec<_> = live.strangers.iter().filter(|stranger| holds(&stranger.parent)).collect();
    if held.is_empty() {
        return;
    }
    let message = format!("{} holds what is not in the spec and would go with it", change.id);
    let mut diagnostic = Diagnostic::refused("holds-strangers", message);
    for stranger in held {
        let name = if stranger.name.is_empty() { String::new() } else { format!(" \"{}\"", stranger.name) };
        diagnostic =
            diagnostic.note(format!("{} {}{name}: {}", stranger.kind, stranger.number, stranger.summary));
    }
    problems.push(diagnostic.help("delete it all the same: --prune"));
}
