//! A fix as a plan: both sides come from what is live, so there is nothing to pair, to adopt or to remember.

use std::collections::BTreeMap;

use super::{Options, Planned, basis, order, rules, safety, steps};
use crate::base::Diagnostics;
use crate::diff;
use crate::kinds::context::Context;
use crate::kinds::{Desired, Live, Resource, listener, rule};
use crate::model::{Plan, ResourceId};

/// Plans the way from what is live to what a fix wants, which is the same but for what it mends.
///
/// # Errors
/// Refusals, as of any plan.
pub fn fix(desired: &Desired, live: &Live, options: &Options) -> Result<Planned, Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut desired = Desired { rule_order: touched(desired, live), ..desired.clone() };
    let rule_plans = rules::assign::assign(&mut desired, live, options, &mut problems);
    let mut changes = diff::diff(&desired, live, |_| None);
    listener::ports::explain(&mut changes, &desired, live);
    rule_plans.listeners.iter().for_each(|one| one.explain(&mut changes));
    safety::check(&desired, live, &changes, options, &mut problems);
    safety::consequences(&desired, live, &changes, options, &mut problems);
    if problems.has_errors() {
        return Err(problems);
    }
    let verbs = changes.iter().map(|change| (change.id.clone(), change.verb)).collect();
    let mut cx = Context::new(&desired, live, verbs);
    steps::mend(&mut cx, &changes, &rule_plans, options);
    let steps = order::ordered(cx.into_steps());
    let plan = Plan {
        stack: desired.stack.clone(),
        account: live.account.clone(),
        region: live.region.clone(),
        changes,
        basis: basis::of(&steps, &live.rules),
        steps,
        unfinished: Vec::new(),
        left: Vec::new(),
    };
    safety::written(&plan, &desired, live, &mut problems);
    super::lint::check(&plan, live, &mut problems);
    if problems.has_errors() {
        return Err(problems);
    }
    Ok(Planned { plan, warnings: problems, live: live.clone() })
}

/// What a fix left undone: what is still not as it is wanted.
pub fn remaining(desired: &Desired, live: &Live) -> Vec<crate::model::Change> {
    diff::diff(desired, live, |_| None)
}

/// The order of the rules of each listener whose rules differ; the rules of others are not planned at all.
fn touched(desired: &Desired, live: &Live) -> BTreeMap<String, Vec<ResourceId>> {
    let mut orders: BTreeMap<String, Vec<(u32, ResourceId)>> = BTreeMap::new();
    let mut differs: Vec<String> = Vec::new();
    for (id, wanted) in &desired.resources {
        let Resource::Rule(rule) = &wanted.resource else { continue };
        orders.entry(rule.listener.clone()).or_default().push((rule.priority, id.clone()));
        let same = live.resources.get(id).is_some_and(|one| match &one.resource {
            Resource::Rule(live) => live.when == rule.when && live.then == rule.then,
            Resource::Certificate(_)
            | Resource::DnsRecord(_)
            | Resource::LoadBalancer(_)
            | Resource::TargetGroup(_)
            | Resource::Targets(_)
            | Resource::Listener(_) => false,
        });
        if !same {
            differs.push(rule.listener.clone());
        }
    }
    for (id, existing) in live.resources.iter().filter(|(id, _)| !desired.resources.contains_key(*id)) {
        if let (rule::KIND, Resource::Rule(rule)) = (id.kind(), &existing.resource) {
            orders.entry(rule.listener.clone()).or_default();
            differs.push(rule.listener.clone());
        }
    }
    orders.retain(|listener, _| differs.contains(listener));
    let sorted = |mut rules: Vec<(u32, ResourceId)>| {
        rules.sort();
        rules.into_iter().map(|(_, id)| id).collect()
    };
    orders.into_iter().map(|(listener, rules)| (listener, sorted(rules))).collect()
}
