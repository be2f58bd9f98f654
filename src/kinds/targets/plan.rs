//! From a change of a group's targets to calls.

use std::collections::BTreeSet;

use super::call::{Call, Condition};
use super::model::{Target, Targets};
use crate::kinds;
use crate::kinds::context::Context;
use crate::kinds::target_group;
use crate::model::{ResourceId, StepId, StepVerb};

/// How long new targets may take to become healthy.
pub const HEALTHY_LIMIT_SECONDS: u64 = 300;

/// The step that registers.
const REGISTER: &str = "register";

/// What it is, in one line.
pub fn summary(model: &Targets) -> String {
    if model.targets.is_empty() { "none".to_owned() } else { show(&model.targets) }
}

/// Registers what is missing, then deregisters what is too much.
pub fn update(cx: &mut Context<'_>, id: &ResourceId, live: &BTreeSet<Target>, wanted: &BTreeSet<Target>) {
    let group = target_group::id(id.key());
    let add: BTreeSet<Target> = wanted.difference(live).cloned().collect();
    let remove: BTreeSet<Target> = live.difference(wanted).cloned().collect();
    // A group has one function at most: the other one goes first, and until the wanted one is there requests are
    // answered 503. Only what others registered is met like this: another function in the spec is another group.
    if [&add, &remove].iter().all(|set| set.iter().any(Target::is_function)) {
        let gone = deregister(cx, id, &group, remove, &[]);
        return register(cx, id, &group, add, &[gone]);
    }
    let has_new = !add.is_empty();
    if has_new {
        register(cx, id, &group, add, &[]);
    }
    if !remove.is_empty() {
        let needs = if has_new { vec![StepId::new(id, REGISTER)] } else { Vec::new() };
        deregister(cx, id, &group, remove, &needs);
    }
}

fn register(
    cx: &mut Context<'_>,
    id: &ResourceId,
    group: &ResourceId,
    targets: BTreeSet<Target>,
    needs: &[StepId],
) {
    let needs: Vec<StepId> = needs.iter().cloned().chain(target_group::plan::permitted(cx, group)).collect();
    let summary = show(&targets);
    let call = kinds::Call::Targets(Call::RegisterTargets { target_group: cx.arn(group), targets });
    cx.call(id, REGISTER, StepVerb::Register, summary, call, &needs);
}

fn deregister(
    cx: &mut Context<'_>,
    id: &ResourceId,
    group: &ResourceId,
    targets: BTreeSet<Target>,
    needs: &[StepId],
) -> StepId {
    let summary = show(&targets);
    let call = kinds::Call::Targets(Call::DeregisterTargets { target_group: cx.arn(group), targets });
    cx.call(id, "deregister", StepVerb::Deregister, summary, call, needs)
}

/// Waits until the given targets are healthy, once all of `needs` is done.
pub fn wait_healthy(cx: &mut Context<'_>, id: &ResourceId, targets: BTreeSet<Target>, needs: &[StepId]) {
    let target_group = cx.arn(&target_group::id(id.key()));
    let condition = kinds::Condition::TargetsHealthy(Condition { target_group, targets });
    cx.wait(id, StepVerb::Healthy, condition, HEALTHY_LIMIT_SECONDS, needs);
}

fn show(targets: &BTreeSet<Target>) -> String {
    targets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
