//! What must hold of any finished plan, checked apart from the code that is meant to uphold it.

use std::collections::BTreeSet;

use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::{Call, Plan, Step, listener, load_balancer, rule, target_group};
use crate::model::step::HasRefs;
use crate::model::{Action, Ref, StepId};

/// Reports every broken invariant as an error of code `plan-defect`.
pub fn check(plan: &Plan, problems: &mut Diagnostics) {
    let mut before: BTreeSet<&StepId> = BTreeSet::new();
    let mut deleted: BTreeSet<&str> = BTreeSet::new();
    for step in &plan.steps {
        for need in step.needs.iter().filter(|need| !before.contains(need)) {
            report(problems, format!("step `{}` stands before `{need}`, which it needs", step.id));
        }
        each_ref(step, &mut |reference| match reference {
            Ref::Output { step: source, .. } if !step.needs.contains(source) => {
                report(
                    problems,
                    format!("step `{}` uses an output of `{source}` but does not need it", step.id),
                );
            }
            Ref::Known(arn) if deleted.contains(arn.as_str()) => {
                report(problems, format!("step `{}` refers to `{arn}`, which was deleted before", step.id));
            }
            Ref::Output { .. } | Ref::Known(_) => {}
        });
        deleted.extend(deleted_arn(step));
        if !before.insert(&step.id) {
            report(problems, format!("two steps are called `{}`", step.id));
        }
    }
    if plan.changes.is_empty() && plan.writes() > 0 {
        report(problems, "there are calls but no changes".to_owned());
    }
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

fn deleted_arn(step: &Step) -> Option<&str> {
    let Action::Call(call) = &step.action else { return None };
    let reference = match call {
        Call::LoadBalancer(load_balancer::Call::DeleteLoadBalancer { load_balancer }) => load_balancer,
        Call::TargetGroup(target_group::Call::DeleteTargetGroup { target_group }) => target_group,
        Call::Listener(listener::Call::DeleteListener { listener }) => listener,
        Call::Rule(rule::Call::DeleteRule { rule }) => rule,
        Call::LoadBalancer(_)
        | Call::TargetGroup(_)
        | Call::Targets(_)
        | Call::Listener(_)
        | Call::Rule(_)
        | Call::Tagging(_) => return None,
    };
    match reference {
        Ref::Known(arn) => Some(arn),
        Ref::Output { .. } => None,
    }
}
