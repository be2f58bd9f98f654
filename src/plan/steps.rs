//! From changes to steps: each kind plans its own, in an order in which every step finds what it needs.

use std::collections::BTreeSet;

use super::rules::assign::RulePlans;
use super::{Options, WaitFor, dns, rules};
use crate::kinds::context::{Context, parents};
use crate::kinds::targets::Target;
use crate::kinds::{
    Action as StepAction, Call, Resource, Step, certificate, listener, load_balancer, rule, tagging,
    target_group, targets,
};
use crate::model::{Change, ResourceId, StepId, StepVerb, Verb};

/// Adds the steps of all changes, and of what goes with a stack: names, certificates, what the load balancer remembers.
pub fn add(cx: &mut Context<'_>, changes: &[Change], rule_plans: &RulePlans, options: &Options) {
    own(cx, changes, rule_plans, options);
    super::certificates::retire(cx, options);
    super::servers::remember(cx);
    dns::add(cx, changes, options.wait != WaitFor::None);
    wait_for_targets(cx, changes, options);
}

/// Adds the steps of the changes of a fix, which knows nothing of the rest of a stack and leaves it alone.
pub fn mend(cx: &mut Context<'_>, changes: &[Change], rule_plans: &RulePlans, options: &Options) {
    own(cx, changes, rule_plans, options);
    wait_for_targets(cx, changes, options);
}

/// The steps of the changes themselves: creations and updates from the ground up, then deletions from the top down.
fn own(cx: &mut Context<'_>, changes: &[Change], rule_plans: &RulePlans, options: &Options) {
    let kinds = [certificate::KIND, target_group::KIND, targets::KIND, load_balancer::KIND, listener::KIND];
    for kind in kinds {
        if kind == listener::KIND {
            listener::ports::set_aside(cx);
        }
        for change in changes.iter().filter(|change| change.id.kind() == kind) {
            create_or_update(cx, change, options);
        }
    }
    for change in changes {
        rewrite_identity(cx, change);
    }
    let chained = rules::steps::add(cx, rule_plans, changes);
    let is_chained = |id: &ResourceId| {
        id.kind() == rule::KIND && id.key().split_once('/').is_some_and(|(key, _)| chained.contains(key))
    };
    for change in changes.iter().filter(|one| one.id.kind() == rule::KIND && !is_chained(&one.id)) {
        create_or_update(cx, change, options);
    }
    targets_go_last(cx);
    for kind in [rule::KIND, listener::KIND, load_balancer::KIND, target_group::KIND] {
        let gone = |change: &&Change| change.verb == Verb::Delete && change.id.kind() == kind;
        for change in changes.iter().filter(gone).filter(|change| !is_chained(&change.id)) {
            delete(cx, &change.id);
        }
    }
}

fn wait_for_targets(cx: &mut Context<'_>, changes: &[Change], options: &Options) {
    if options.wait == WaitFor::Healthy {
        for change in changes.iter().filter(|change| change.id.kind() == targets::KIND) {
            wait_healthy(cx, change);
        }
    }
}

fn create_or_update(cx: &mut Context<'_>, change: &Change, options: &Options) {
    let desired = cx.desired;
    let Some(wanted) = desired.resources.get(&change.id) else { return };
    let live = cx.existing(&change.id).map(|existing| &existing.resource);
    match (&wanted.resource, live) {
        (Resource::TargetGroup(model), None) => target_group::plan::create(cx, &change.id, model),
        (Resource::TargetGroup(model), Some(_)) if cx.is_replaced(&change.id) => {
            target_group::plan::replace(cx, &change.id, model);
        }
        // The new group gets them when it is made.
        (Resource::Targets(_), _) if cx.is_replaced(&target_group::id(change.id.key())) => {}
        (Resource::TargetGroup(model), Some(_)) => target_group::plan::update(cx, change, model),
        (Resource::Targets(model), live) => {
            let none = BTreeSet::new();
            let registered = match live {
                Some(Resource::Targets(live)) => &live.targets,
                Some(_) | None => &none,
            };
            targets::plan::update(cx, &change.id, registered, &model.targets);
        }
        (Resource::LoadBalancer(model), None) => {
            load_balancer::plan::create(cx, &change.id, model, options.wait != WaitFor::None);
        }
        (Resource::LoadBalancer(model), Some(_)) => load_balancer::plan::update(cx, change, model),
        (Resource::Listener(model), Some(Resource::Listener(live))) => {
            listener::plan::update(cx, change, live, model);
        }
        (Resource::Listener(model), _) => listener::plan::create(cx, &change.id, model),
        // The rules of a listener that is live are in its chain: these are those of a new one.
        (Resource::Rule(model), None) => {
            let holder = change.id.key().split_once('/').map_or("", |(key, _)| key);
            let listed = listener::plan::lists_certificates(cx, &listener::id(holder));
            rule::plan::create(cx, &change.id, model, model.priority, &listed);
        }
        (Resource::Rule(model), Some(_)) => {
            rule::plan::modify(cx, change, model, &[]);
        }
        (Resource::Certificate(model), None) => certificate::plan::create(cx, &change.id, model),
        (Resource::Certificate(model), Some(_)) if cx.is_replaced(&change.id) => {
            certificate::plan::create(cx, &change.id, model);
        }
        (Resource::Certificate(model), Some(_)) => certificate::plan::update(cx, change, model),
        (Resource::DnsRecord(_), _) => {}
    }
}

/// Whether a step takes a function away from a group, which can have no second one beside it.
fn makes_room(step: &Step) -> bool {
    let StepAction::Call(Call::Targets(targets::Call::DeregisterTargets { targets, .. })) = &step.action
    else {
        return false;
    };
    targets.iter().any(Target::is_function)
}

/// Targets leave a group only after every listener and rule that turns to another one has done so.
fn targets_go_last(cx: &mut Context<'_>) {
    let leaving: Vec<(StepId, ResourceId)> = cx
        .steps_where(|step| step.verb == StepVerb::Deregister && !makes_room(step))
        .map(|step| (step.id.clone(), target_group::id(step.subject.key())))
        .collect();
    for (step, group) in leaving {
        let others = cx.steps_that_detach(&group);
        cx.require(&step, others);
    }
}

/// The tags that say whose a resource is, where they change and no other tag does: then the kind's own step
/// carries both.
fn rewrite_identity(cx: &mut Context<'_>, change: &Change) {
    let renamed = cx.live.former.contains_key(&change.id) && change.verb != Verb::Replace;
    if !renamed || change.fields.iter().any(|field| field.key == "tags") {
        return;
    }
    let desired = cx.desired;
    let tags = desired.resources.get(&change.id).and_then(|wanted| wanted.resource.tags());
    if let Some(tags) = tags {
        tagging::plan::steps(cx, &change.id, tags);
    }
}

/// A resource whose holder is deleted too goes with it and needs no call.
fn delete(cx: &mut Context<'_>, id: &ResourceId) {
    if parents(id).iter().any(|parent| cx.is_deleted(parent)) {
        return;
    }
    let Some(existing) = cx.existing(id) else { return };
    match &existing.resource {
        Resource::LoadBalancer(_) => load_balancer::plan::delete(cx, id),
        Resource::TargetGroup(_) => target_group::plan::delete(cx, id),
        Resource::Listener(_) => listener::plan::delete(cx, id),
        Resource::Rule(model) => {
            rule::plan::delete(cx, id, "delete", cx.arn(id), model.describe(), &[]);
        }
        // Targets go with their group; a group whose targets leave the spec becomes external.
        Resource::Targets(_) | Resource::Certificate(_) | Resource::DnsRecord(_) => {}
    }
}

/// Targets are checked only while a listener or rule refers to their group, so the wait follows those steps.
fn wait_healthy(cx: &mut Context<'_>, change: &Change) {
    if cx.is_replaced(&target_group::id(change.id.key())) {
        return;
    }
    let desired = cx.desired;
    let Some(Resource::Targets(model)) = desired.resources.get(&change.id).map(|wanted| &wanted.resource)
    else {
        return;
    };
    let live: BTreeSet<Target> = match cx.existing(&change.id).map(|existing| &existing.resource) {
        Some(Resource::Targets(live)) => live.targets.clone(),
        Some(_) | None => BTreeSet::new(),
    };
    let new: BTreeSet<Target> = model.targets.difference(&live).cloned().collect();
    let key = change.id.key();
    let referred = desired.resources.values().any(|wanted| match &wanted.resource {
        Resource::Listener(listener) => listener.default.groups().iter().any(|one| one.group.0 == key),
        Resource::Rule(rule) => rule.then.groups().iter().any(|one| one.group.0 == key),
        Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_) => false,
    });
    // What is not checked is ready when it is registered.
    let checked = match desired.resources.get(&target_group::id(key)).map(|wanted| &wanted.resource) {
        Some(Resource::TargetGroup(group)) => group.health_check.enabled,
        Some(_) | None => true,
    };
    if new.is_empty() || !referred || !checked {
        return;
    }
    let needs = cx.steps_of(|step| {
        let attaches = matches!(step.verb, StepVerb::Create | StepVerb::Change);
        step.subject == change.id || (attaches && [listener::KIND, rule::KIND].contains(&step.subject.kind()))
    });
    targets::plan::wait_healthy(cx, &change.id, new, &needs);
}
