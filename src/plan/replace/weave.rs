//! The steps of replacements, woven into those that the changes make: what gives requests to a new group waits
//! until it is healthy, and what deletes an old one until nothing refers to it.

use std::collections::BTreeSet;

use super::routes::{action_in, modify, weight};
use super::{Mode, Referrer, Replacement, Replacements};
use crate::kinds::action::{Action, Weighted};
use crate::kinds::context::{Context, parents};
use crate::kinds::tagging::ownership;
use crate::kinds::targets::{self, plan::HEALTHY_LIMIT_SECONDS};
use crate::kinds::{Call, Condition, Existing, Step, tagging, target_group};
use crate::model::world::Tags;
use crate::model::{Action as StepAction, Ref, ResourceId, StepId, StepVerb};

/// A drain may take so much longer than the delay.
const DRAIN_GRACE_SECONDS: u64 = 30;

/// What gives an old group the last requests, or takes them: its name in the plan.
const ATTACH: &str = "attach";
const SWITCH: &str = "switch";

/// What gives an old group its new identity: its name in the plan.
const KEY: &str = "key";

impl Replacements {
    /// Adds the steps of all replacements to a context that has those of all changes.
    pub fn weave(&self, cx: &mut Context<'_>) {
        self.all.iter().for_each(|one| one.rename(cx));
        self.attach(cx);
        let gates: Vec<Option<StepId>> = self.all.iter().map(|one| one.gate(cx)).collect();
        self.switch(cx);
        for (one, gate) in self.all.iter().zip(&gates) {
            one.require(cx, gate.as_ref());
        }
        for (one, gate) in self.all.iter().zip(gates) {
            if !one.is_held() {
                let ready = gate.into_iter().chain(one.healthy_after(cx)).collect::<Vec<StepId>>();
                for (index, old) in one.olds.iter().enumerate() {
                    one.remove(cx, old, index, &ready, self.has_targets(old));
                }
            }
        }
    }

    /// Whether a leftover has targets, and so may have requests that it is to finish.
    fn has_targets(&self, old: &Existing) -> bool {
        self.health.get(&old.arn).is_some_and(|health| health.registered > 0)
    }

    /// One call for each referrer, with all the new groups that are attached to it.
    fn attach(&self, cx: &mut Context<'_>) {
        let lacking = |one: &Replacement| -> Vec<ResourceId> {
            // What goes or forwards elsewhere helps a new group to get healthy, but there is nothing to begin with.
            let missing =
                |referrer: &&&Referrer| referrer.new.is_none() && (referrer.stays || one.mode == Mode::Gated);
            one.attached().iter().filter(missing).map(|referrer| referrer.id.clone()).collect()
        };
        let attaching = |one: &&Replacement| matches!(one.mode, Mode::Gated | Mode::Begin);
        let all: Vec<&Replacement> = self.all.iter().filter(attaching).collect();
        let referrers: BTreeSet<ResourceId> = all.iter().flat_map(|one| lacking(one)).collect();
        for id in referrers {
            let here: Vec<&Replacement> =
                all.iter().copied().filter(|one| lacking(one).contains(&id)).collect();
            // A step that changes the action anyway attaches what is held.
            let gated = here.iter().any(|one| one.mode == Mode::Gated);
            if !gated && cx.steps().iter().any(|step| step.subject == id && action_in(step).is_some()) {
                continue;
            }
            let Some(live) = here.iter().flat_map(|one| &one.referrers).find(|one| one.id == id) else {
                continue;
            };
            let mut action = known(&live.action);
            let mut needs = Vec::new();
            for one in &here {
                if let Action::Forward { groups, .. } = &mut action {
                    groups.push(Weighted { group: cx.arn(&one.id), weight: 0 });
                }
                needs.extend(one.setup(cx));
            }
            let call = modify(cx, &id, action);
            cx.call(&id, ATTACH, StepVerb::Change, "new group attached at weight 0", call, &needs);
        }
    }

    /// What the spec wants of the referrers that no change gives it yet.
    fn switch(&self, cx: &mut Context<'_>) {
        let desired = cx.desired;
        let switching = self.all.iter().filter(|one| !one.is_held());
        let referrers: BTreeSet<&ResourceId> = switching
            .flat_map(|one| &one.referrers)
            .filter(|referrer| desired.resources.contains_key(&referrer.id))
            .map(|referrer| &referrer.id)
            .collect();
        for id in referrers {
            let own = |step: &Step| {
                step.subject == *id && action_in(step).is_some() && step.id != StepId::new(id, ATTACH)
            };
            let wanted =
                desired.resources.get(id).and_then(|wanted| super::routes::action_of(&wanted.resource));
            let Some(action) = wanted.filter(|_| !cx.steps().iter().any(own)) else { continue };
            let call = modify(cx, id, cx.action(action));
            cx.call(id, SWITCH, StepVerb::Change, "all requests to the new group", call, &[]);
        }
    }
}

fn known(action: &Action<String>) -> Action<Ref> {
    let Ok(action) = action.map::<_, std::convert::Infallible>(&mut |arn| Ok(Ref::Known(arn.clone())));
    action
}

/// What deletes a resource, or what it goes with.
fn deletes(step: &Step, id: &ResourceId) -> bool {
    step.verb == StepVerb::Delete && (step.subject == *id || parents(id).contains(&step.subject))
}

impl Replacement {
    /// Gives what goes the identity that it has in the spec before a group of that identity is made or renamed: an
    /// apply that ends half way must leave both under one key, or the next one sees two groups, not a replacement.
    fn rename(&self, cx: &mut Context<'_>) {
        let mut renamed = Vec::new();
        for old in &self.olds {
            let mut tags = cx.tags(&self.id, &Tags::new());
            // What else albctl writes on a group says what that group is, and stays.
            let is_identity = |key: &str| [ownership::STACK, ownership::ID].contains(&key);
            tags.retain(|key, value| is_identity(key) && old.tags.get(key) != Some(value));
            if tags.is_empty() {
                continue;
            }
            let resource = Ref::Known(old.arn.clone());
            let call = Call::Tagging(tagging::Call::AddTags { resource, tags });
            let name = old.resource.label();
            let what = if renamed.is_empty() { KEY.to_owned() } else { format!("{KEY} {name}") };
            let summary = format!("old group {name} under its new key");
            renamed.push(cx.call(&self.id, &what, StepVerb::Change, summary, call, &[]));
        }
        cx.require_all(|step| step.subject == self.id && !renamed.contains(&step.id), &renamed);
    }

    /// The steps that make the new group what it is: its creation, attributes, targets.
    fn setup(&self, cx: &Context<'_>) -> Vec<StepId> {
        let both = [self.id.clone(), targets::id(self.id.key())];
        cx.steps_of(|step| {
            both.contains(&step.subject)
                && matches!(step.action, StepAction::Call(_))
                && step.verb != StepVerb::Delete
        })
    }

    /// The wait until the new group's targets are healthy, in a replacement that has one before the switch.
    fn gate(&self, cx: &mut Context<'_>) -> Option<StepId> {
        if self.mode != Mode::Gated {
            return None;
        }
        let attached: BTreeSet<StepId> =
            self.attached().iter().map(|referrer| StepId::new(&referrer.id, ATTACH)).collect();
        let mut needs = self.setup(cx);
        needs.extend(cx.steps_of(|step| attached.contains(&step.id)));
        self.healthy(cx, &needs)
    }

    fn healthy(&self, cx: &mut Context<'_>, needs: &[StepId]) -> Option<StepId> {
        let targets = self.targets.clone().filter(|targets| !targets.is_empty())?;
        let target_group = cx.arn(&self.id);
        let condition = Condition::TargetsHealthy(targets::call::Condition { target_group, targets });
        // No target passes before the checks that its group asks for.
        let check = &self.model.health_check;
        let checks = u64::from(check.interval) * (u64::from(check.healthy_threshold) + 1);
        let limit = HEALTHY_LIMIT_SECONDS.max(checks);
        Some(cx.wait(&self.id, StepVerb::Healthy, condition, limit, needs))
    }

    /// The same wait after the switch, where the new group could not be checked before.
    fn healthy_after(&self, cx: &mut Context<'_>) -> Option<StepId> {
        if !matches!(self.mode, Mode::Direct(_)) || !self.model.health_check.enabled {
            return None;
        }
        let new = cx.arn(&self.id);
        // Also one that gives it no weight makes AWS check its targets; before that none gets healthy.
        let needs = cx.steps_of(|step| names(step, &new));
        self.healthy(cx, &needs)
    }

    /// Lets what gives requests to the new group wait for all that must be before.
    fn require(&self, cx: &mut Context<'_>, gate: Option<&StepId>) {
        let new = cx.arn(&self.id);
        let mut needs = self.setup(cx);
        cx.require_all(|step| names(step, &new), &needs);
        let Some(gate) = gate else { return };
        needs = vec![gate.clone()];
        let has_it = |id: &ResourceId| {
            self.referrers.iter().any(|one| one.id == *id && one.new.is_some_and(|weight| weight > 0))
        };
        cx.require_all(|step| gives(step, &new) && !has_it(&step.subject), &needs);
        // The new group may be attached to what goes, and must be healthy before.
        let leaving: Vec<&ResourceId> =
            self.referrers.iter().filter(|one| !one.stays).map(|one| &one.id).collect();
        cx.require_all(|step| leaving.iter().any(|id| deletes(step, id)), &needs);
        // And what it is attached to keeps it until then.
        for referrer in self.attached() {
            let attach = StepId::new(&referrer.id, ATTACH);
            needs.extend(cx.steps_of(|step| step.id == attach));
            let own = |step: &Step| {
                let changes = action_in(step).is_some() || step.verb == StepVerb::Delete;
                step.subject == referrer.id && changes && step.id != attach
            };
            cx.require_all(own, &needs);
            needs.truncate(1);
        }
    }

    /// Lets an old group finish its requests once nothing refers to it, and deletes it.
    fn remove(
        &self,
        cx: &mut Context<'_>,
        old: &Existing,
        index: usize,
        ready: &[StepId],
        has_targets: bool,
    ) {
        let name = old.resource.label();
        let what = |word: &str| if index == 0 { word.to_owned() } else { format!("{word} {name}") };
        let of_old = |one: &&Referrer| weight(&one.action, |arn| *arn == old.arn).is_some();
        let referrers: Vec<&Referrer> = self.referrers.iter().filter(of_old).collect();
        let mut needs = cx.steps_of(|step| {
            let named =
                |id: &ResourceId| deletes(step, id) || (step.subject == *id && action_in(step).is_some());
            // What else has the identity of a rule may name the group too.
            let leftover = step.verb == StepVerb::Delete && cx.live.twins.contains_key(&step.subject);
            referrers.iter().any(|one| named(&one.id)) || leftover || self.is_unread(cx, step)
        });
        needs.extend(self.setup(cx));
        needs.extend(ready.iter().cloned());
        let served = referrers.iter().any(|one| weight(&one.action, |arn| *arn == old.arn) > Some(0));
        let left = referrers.is_empty() && self.new.is_some() && has_targets;
        let seconds = Self::delay(old);
        if (served || left) && seconds > 0 {
            let target_group = Ref::Known(old.arn.clone());
            let condition = Condition::Drained(target_group::Drained { target_group, seconds });
            let limit = seconds + DRAIN_GRACE_SECONDS;
            let id = self.id.clone();
            needs.push(cx.wait_as(&id, &what("drain"), StepVerb::Drain, condition, limit, &needs));
        }
        let needs = target_group::plan::revoke(cx, &self.id.clone(), &what("revoke"), old, &needs);
        let target_group = Ref::Known(old.arn.clone());
        let call = Call::TargetGroup(target_group::Call::DeleteTargetGroup { target_group });
        let summary = format!("old group {name}");
        cx.call(&self.id, &what("delete"), StepVerb::Delete, summary, call, &needs);
    }

    /// Whether a step gives another action to a listener or rule of which it is not known where it forwards to.
    fn is_unread(&self, cx: &Context<'_>, step: &Step) -> bool {
        let live = cx.existing(&step.subject).and_then(|one| super::routes::action_of(&one.resource));
        action_in(step).is_some() && matches!(live, Some(Action::Unknown { .. }))
    }
}

/// Whether a step lets requests go to the group.
fn gives(step: &Step, group: &Ref) -> bool {
    action_in(step).is_some_and(|action| weight(action, |one| one == group) > Some(0))
}

/// Whether a step names the group at all.
fn names(step: &Step, group: &Ref) -> bool {
    action_in(step).is_some_and(|action| weight(action, |one| one == group).is_some())
}
