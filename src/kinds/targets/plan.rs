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

/// What it is, in one line.
pub fn summary(model: &Targets) -> String {
    if model.targets.is_empty() { "none".to_owned() } else { show(&model.targets) }
}

/// Registers what is missing, then deregisters what is too much.
pub fn update(cx: &mut Context<'_>, id: &ResourceId, live: &BTreeSet<Target>, wanted: &BTreeSet<Target>) {
    let group = target_group::id(id.key());
    let add: BTreeSet<Target> = wanted.difference(live).cloned().collect();
    let remove: BTreeSet<Target> = live.difference(wanted).cloned().collect();
    let mut needs = Vec::new();
    if !add.is_empty() {
        let summary = show(&add);
        let call = kinds::Call::Targets(Call::RegisterTargets { target_group: cx.arn(&group), targets: add });
        needs.push(cx.call(id, "register", StepVerb::Register, summary, call, &[]));
    }
    if !remove.is_empty() {
        let summary = show(&remove);
        let call = Call::DeregisterTargets { target_group: cx.arn(&group), targets: remove };
        cx.call(id, "deregister", StepVerb::Deregister, summary, kinds::Call::Targets(call), &needs);
    }
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
