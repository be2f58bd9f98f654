//! Removing what is not ours, when the user asks for it.

use crate::kinds::context::Context;
use crate::kinds::{Call, Live, Step, listener, rule, target_group};
use crate::model::{Change, Ref, ResourceId, StepVerb, Stranger, Verb};

/// How the name of a stranger begins, which has none in the spec.
pub const UNMANAGED: &str = "unmanaged-";

/// Adds the deletion of every stranger that does not go with what holds it, and returns the changes.
pub fn prune(cx: &mut Context<'_>, live: &Live) -> Vec<Change> {
    let changes = live.strangers.iter().map(|stranger| remove(cx, stranger)).collect();
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

fn remove(cx: &mut Context<'_>, stranger: &Stranger) -> Change {
    let holder = match stranger.parent.key() {
        "" => String::new(),
        key => format!("{key}/"),
    };
    let id = ResourceId::new(stranger.kind, &format!("{holder}{UNMANAGED}{}", stranger.number));
    let goes_with_parent =
        cx.is_deleted(&stranger.parent) || cx.is_deleted(&crate::kinds::load_balancer::id());
    if !goes_with_parent {
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
