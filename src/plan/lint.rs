//! What must hold of any finished plan, checked apart from the code that is meant to uphold it.

mod before;
mod certificates;
mod groups;
mod numbers;

use std::collections::BTreeSet;

use before::Before;

use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::{Call, Live, Plan, Step, certificate, listener, load_balancer, rule, target_group};
use crate::model::step::HasRefs;
use crate::model::{Action, Ref, StepId};

/// Reports every broken invariant as an error of code `plan-defect`. What is asserted holds in every order of the steps
/// that their needs allow, not only in that of the plan.
pub fn check(plan: &Plan, live: &Live, problems: &mut Diagnostics) {
    let before = Before::of(plan);
    let mut report = |message: String| report(problems, message);
    references(plan, &mut report);
    deletions(&before, &mut report);
    numbers::check(&before, live, &mut report);
    groups::check(&before, live, &mut report);
    certificates::check(&before, live, &mut report);
    if plan.changes.is_empty() && plan.writes() > 0 {
        report("there are calls but no changes".to_owned());
    }
}

/// Steps have names of their own, stand after what they need, and need whose outputs they use.
fn references(plan: &Plan, report: &mut dyn FnMut(String)) {
    let mut seen: BTreeSet<&StepId> = BTreeSet::new();
    for step in &plan.steps {
        for need in step.needs.iter().filter(|need| !seen.contains(need)) {
            report(format!("step `{}` stands before `{need}`, which it needs", step.id));
        }
        each_ref(step, &mut |reference| match reference {
            Ref::Output { step: source, .. } if !step.needs.contains(source) => {
                report(format!("step `{}` uses an output of `{source}` but does not need it", step.id));
            }
            Ref::Output { .. } | Ref::Known(_) => {}
        });
        if !seen.insert(&step.id) {
            report(format!("two steps are called `{}`", step.id));
        }
    }
}

/// What a step deletes no other step refers to, unless it is surely done before.
fn deletions(before: &Before<'_>, report: &mut dyn FnMut(String)) {
    for (place, step) in before.steps() {
        let Some(arn) = deleted(step) else { continue };
        for (other, user) in before.steps().filter(|(other, _)| *other != place) {
            let mut refers = false;
            each_ref(user, &mut |reference| refers |= is_known(reference, arn));
            if refers && !before.is_before(other, place) {
                report(format!("step `{}` refers to `{arn}`, which `{}` may have deleted", user.id, step.id));
            }
        }
    }
}

fn known(reference: &Ref) -> Option<&str> {
    match reference {
        Ref::Known(arn) => Some(arn),
        Ref::Output { .. } => None,
    }
}

fn is_known(reference: &Ref, arn: &str) -> bool {
    known(reference) == Some(arn)
}

/// The ARN of the live listener or rule that a step gives another action.
fn writes_to(step: &Step) -> Option<&str> {
    let Action::Call(call) = &step.action else { return None };
    let reference = match call {
        Call::Listener(listener::Call::ModifyListener { listener, .. }) => listener,
        Call::Rule(rule::Call::ModifyRule { rule, .. }) => rule,
        Call::Listener(_)
        | Call::Rule(_)
        | Call::LoadBalancer(_)
        | Call::TargetGroup(_)
        | Call::Targets(_)
        | Call::Certificate(_)
        | Call::DnsRecord(_)
        | Call::Tagging(_) => return None,
    };
    known(reference)
}

fn report(problems: &mut Diagnostics, message: String) {
    problems.push(
        Diagnostic::error("plan-defect", message)
            .note("this is a defect of albctl; nothing of the plan was run"),
    );
}

fn each_ref(step: &Step, visit: &mut dyn FnMut(&Ref)) {
    match &step.action {
        Action::Call(call) => call.each_ref(visit),
        Action::Wait { condition, .. } => condition.each_ref(visit),
    }
}

/// The ARN of what a step deletes.
fn deleted(step: &Step) -> Option<&str> {
    let Action::Call(call) = &step.action else { return None };
    let reference = match call {
        Call::LoadBalancer(load_balancer::Call::DeleteLoadBalancer { load_balancer }) => load_balancer,
        Call::TargetGroup(target_group::Call::DeleteTargetGroup { target_group }) => target_group,
        Call::Listener(listener::Call::DeleteListener { listener }) => listener,
        Call::Rule(rule::Call::DeleteRule { rule }) => rule,
        Call::Certificate(
            certificate::Call::DeleteCertificate { certificate, .. }
            | certificate::Call::DeleteServerCertificate { certificate },
        ) => certificate,
        Call::LoadBalancer(_)
        | Call::TargetGroup(_)
        | Call::Targets(_)
        | Call::Listener(_)
        | Call::Rule(_)
        | Call::Certificate(_)
        | Call::DnsRecord(_)
        | Call::Tagging(_) => return None,
    };
    known(reference)
}
