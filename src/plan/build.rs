//! The way from the two sides to a finished plan.

use std::collections::BTreeMap;

use super::replace::{self, Replacements};
use super::{
    Options, Planned, WaitFor, basis, certificates, dns, functions, inherit, order, pairing, rules, safety,
    saved, servers, steps, strangers, validation,
};
use crate::base::{Diagnostics, SourceMap};
use crate::diff;
use crate::kinds::context::Context;
use crate::kinds::tagging::applied;
use crate::kinds::{Action, Condition, Desired, Live, Step, Wanted, listener, load_balancer};
use crate::model::{Plan, Verb};

/// Plans the way from what is live to what is wanted.
///
/// # Errors
/// Refusals: names that others hold, changes that cannot be made in place, strangers in the way, protection.
pub fn build(
    desired: &Desired,
    live: &Live,
    options: &Options,
    sources: &SourceMap,
) -> Result<Planned, Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut resolved = desired.clone();
    functions::resolve(&mut resolved, live, &mut problems);
    let desired = &resolved;
    let live = &*rules::leftovers::settle(desired, live);
    safety::ambiguous(live, &mut problems);
    safety::source::check(&desired.stack, live, options, &mut problems);
    let mut desired = desired.clone();
    let live = &pairing::pair(&desired, live, options, &mut problems);
    let live = &replace::settle(&desired, live);
    let live = &certificates::settle(&mut desired, live, &mut problems);
    inherit::inherit(&mut desired, live);
    replace::keep_names(&mut desired, live);
    let live = &dns::settle(&mut desired, live, options, &mut problems);
    let rule_plans = rules::assign::assign(&mut desired, live, options, &mut problems);
    let place = |wanted: &Wanted| saved::place_text(wanted.place, sources);
    let mut changes = diff::diff(&desired, live, place);
    listener::ports::explain(&mut changes, &desired, live);
    rule_plans.listeners.iter().for_each(|one| one.explain(&mut changes));
    for change in changes.iter_mut().filter(|change| change.place.is_none()) {
        change.place = desired.resources.get(&change.id).and_then(place);
    }
    let left = certificates::left::leave(&mut changes, live);
    let replacements = Replacements::find(&mut desired, live, &changes);
    replacements.check(&desired, live, options, &mut problems);
    certificates::check(&desired, live, &changes, &mut problems);
    safety::check(&desired, live, &changes, options, &mut problems);
    safety::consequences(&desired, live, &changes, options, &mut problems);
    if problems.has_errors() {
        return Err(problems);
    }
    let verbs: BTreeMap<_, Verb> = changes.iter().map(|change| (change.id.clone(), change.verb)).collect();
    let mut cx = Context::new(&desired, live, verbs);
    replacements.hold(&mut cx);
    steps::add(&mut cx, &changes, &rule_plans, options);
    replacements.weave(&mut cx);
    load_balancer::plan::resume(&mut cx, options.wait != WaitFor::None);
    replacements.present(&desired, &mut changes, place);
    certificates::present(&desired, live, &mut changes, sources);
    validation::Records::of(&cx, options).present(&mut changes);
    let unfinished = replacements.unfinished(&cx);
    strangers::warn(&desired, live, options, &mut problems);
    changes.extend(strangers::prune(&mut cx, live, options));
    changes.extend(dns::memory_change(&changes, &desired, live));
    if !changes.is_empty() {
        servers::forget(&mut cx);
    }
    if changes.is_empty() {
        changes.extend(safety::source::change(live, options));
    }
    // What leaves something to another apply has not applied the spec.
    let whole = !changes.is_empty() && unfinished.is_empty();
    if whole && desired.resources.contains_key(&load_balancer::id()) {
        applied::record(&mut cx);
    }
    let mut steps = order::ordered(cx.into_steps());
    limit(&mut steps, options);
    let plan = Plan {
        stack: desired.stack.clone(),
        account: live.account.clone(),
        region: live.region.clone(),
        changes,
        basis: basis::of(&steps, &live.rules),
        steps,
        unfinished,
        left,
    };
    safety::written(&plan, &desired, live, &mut problems);
    super::lint::check(&plan, live, &mut problems);
    if problems.has_errors() {
        Err(problems)
    } else {
        Ok(Planned { plan, warnings: problems, live: live.clone() })
    }
}

/// Gives the waits the limit that the user sets. How long a group drains is no limit: it is known before.
fn limit(steps: &mut [Step], options: &Options) {
    let Some(limit) = options.wait_timeout else { return };
    for step in steps {
        match &mut step.action {
            Action::Wait { condition: Condition::Drained(_), .. } | Action::Call(_) => {}
            Action::Wait { condition: _, limit_seconds } => *limit_seconds = limit,
        }
    }
}

/// What is live, with the current one of each several groups in its place. Nothing is planned.
pub fn current(desired: &Desired, live: &Live) -> Live {
    let mut resolved = desired.clone();
    functions::resolve(&mut resolved, live, &mut Diagnostics::default());
    replace::settle(&resolved, live)
}

/// Plans the removal of everything that the stack owns. The spec, where there is one, is not compared.
///
/// # Errors
/// Refusals: deletion protection, strangers in the way.
pub fn destroy(
    stack: &str,
    desired: Option<&Desired>,
    live: &Live,
    options: &Options,
    sources: &SourceMap,
) -> Result<Planned, Diagnostics> {
    let nothing = Desired {
        stack: stack.to_owned(),
        account: desired.and_then(|desired| desired.account.clone()),
        region: desired.and_then(|desired| desired.region.clone()),
        resources: BTreeMap::new(),
        rule_order: BTreeMap::new(),
        moved: Vec::new(),
        former_stack: None,
        dns_role: None,
        strangers: BTreeMap::new(),
    };
    build(&nothing, live, options, sources)
}
