//! What is not ours: warned of or removed, when the user asks for it.

use super::Options;
use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::context::Context;
use crate::kinds::{Call, Desired, Live, Step, listener, rule, target_group};
use crate::model::world::User;
use crate::model::{Change, Ref, ResourceId, StepId, StepVerb, Stranger, StrangerPolicy, Verb};

/// How the name of a stranger begins, which has none in the spec.
pub const UNMANAGED: &str = "unmanaged-";

/// Adds the deletion of the strangers that are to go, but for those that go with what holds them, and returns the
/// changes: all of them with `--prune`, else those of listeners whose spec says so.
pub fn prune(cx: &mut Context<'_>, live: &Live, options: &Options) -> Vec<Change> {
    let doomed: Vec<&Stranger> = doomed(cx.desired, live, options).collect();
    let changes = doomed.into_iter().map(|stranger| remove(cx, stranger)).collect();
    // A stranger may forward to a group that goes: it goes first.
    let is_removal = |step: &Step| step.verb == StepVerb::Delete && step.subject.key().contains(UNMANAGED);
    let removals = cx.steps_of(is_removal);
    let groups =
        cx.steps_of(|step| step.verb == StepVerb::Delete && step.subject.kind() == target_group::KIND);
    for group in groups {
        cx.require(&group, removals.clone());
    }
    changes
}

/// The strangers that are to go.
fn doomed<'a>(
    desired: &'a Desired,
    live: &'a Live,
    options: &'a Options,
) -> impl Iterator<Item = &'a Stranger> {
    live.strangers.iter().filter(|one| go(desired, options, &one.parent))
}

/// What goes on using a target group, by the group's ARN, and is not ours to change.
pub fn users<'a>(
    desired: &'a Desired,
    live: &'a Live,
    options: &'a Options,
    group: &str,
) -> impl Iterator<Item = &'a User> {
    let goes = move |user: &User| doomed(desired, live, options).any(|stranger| stranger.arn == user.arn);
    live.lent.get(group).into_iter().flatten().filter(move |user| !goes(user))
}

/// What to do about something that uses a group.
pub fn release(live: &Live, user: &User) -> &'static str {
    if live.strangers.iter().any(|stranger| stranger.arn == user.arn) {
        "change what refers to it, or delete it: --prune"
    } else {
        "change what refers to it"
    }
}

/// Warns of strangers where the spec says so.
pub fn warn(desired: &Desired, live: &Live, options: &Options, problems: &mut Diagnostics) {
    for (id, wanted) in desired.resources.iter().filter(|_| !options.prune) {
        let held: Vec<&Stranger> = live.strangers.iter().filter(|one| one.parent == *id).collect();
        if held.is_empty() || policy(desired, id) != StrangerPolicy::Warn {
            continue;
        }
        let place = wanted.fields.get(POLICY).copied().unwrap_or(wanted.place);
        let message = format!("{id} holds rules that are not in the spec");
        let mut diagnostic = Diagnostic::warning("strangers", message).at(place, "");
        for one in held {
            diagnostic = diagnostic.note(format!("priority {}: {}", one.number, one.summary));
        }
        problems.push(diagnostic.help("write them into the spec, or remove them: --prune"));
    }
}

/// The key of a listener that says what becomes of its strangers.
const POLICY: &str = "strangers";

fn policy(desired: &Desired, listener: &ResourceId) -> StrangerPolicy {
    desired.strangers.get(listener).copied().unwrap_or(StrangerPolicy::Keep)
}

/// Whether what is not ours and is held by `parent` is to go: with `--prune` all, else where the spec says so.
pub fn go(desired: &Desired, options: &Options, parent: &ResourceId) -> bool {
    options.prune || policy(desired, parent) == StrangerPolicy::Delete
}

/// The identity that a stranger has in a plan.
pub fn id(stranger: &Stranger) -> ResourceId {
    let holder = match stranger.parent.key() {
        "" => String::new(),
        key => format!("{key}/"),
    };
    ResourceId::new(stranger.kind, &format!("{holder}{UNMANAGED}{}", stranger.number))
}

fn remove(cx: &mut Context<'_>, stranger: &Stranger) -> Change {
    let id = id(stranger);
    let goes_with_parent =
        cx.is_deleted(&stranger.parent) || cx.is_deleted(&crate::kinds::load_balancer::id());
    // A rule on a listener that stays goes with the changes of its other rules.
    if !goes_with_parent && !cx.has(&StepId::new(&id, "delete")) {
        let arn = Ref::Known(stranger.arn.clone());
        let call = if stranger.kind == rule::KIND {
            Call::Rule(rule::Call::DeleteRule { rule: arn })
        } else {
            Call::Listener(listener::Call::DeleteListener { listener: arn })
        };
        // In doubt both stay: strangers go after all that the spec wants is there.
        let needs =
            cx.steps_of(|step| step.verb != StepVerb::Delete && !matches!(step.verb, StepVerb::Healthy));
        cx.call(&id, "delete", StepVerb::Delete, stranger.summary.clone(), call, &needs);
    }
    Change {
        id,
        verb: Verb::Delete,
        label: stranger.name.clone(),
        summary: format!("not in the spec: {}", stranger.summary),
        fields: Vec::new(),
        how: None,
        note: None,
        place: None,
    }
}
