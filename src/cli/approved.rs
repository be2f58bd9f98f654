//! Plans that were approved before the command: it runs exactly these, or none.

use super::again;
use super::context::App;
use super::failure::Failure;
use super::saved;
use super::stack::{Prepared, Stack};
use crate::base::Diagnostic;
use crate::kinds::Plan;
use crate::output::text::count;
use crate::output::{plan_diff, plan_json};
use crate::plan::saved::SavedPlan;

/// What was approved.
pub enum Approved {
    /// The plan whose digest begins like this: at least six hex digits.
    Id(String),
    /// The plan in a file.
    Saved(Box<SavedPlan>),
}

impl Approved {
    /// Refuses any other plan. One that leaves nothing to do is no other: somebody applied it.
    ///
    /// # Errors
    /// What is planned now is not what was approved.
    pub fn check(&self, app: &mut App, stack: &Stack, now: &Prepared) -> Result<(), Failure> {
        if now.planned.plan.is_empty() || self.is(&now.digest) {
            return Ok(());
        }
        match self {
            Self::Id(id) => Err(changed(app, stack, id, now)),
            Self::Saved(saved) => Err(stale(stack, saved, now)),
        }
    }

    fn is(&self, digest: &str) -> bool {
        match self {
            Self::Id(id) => digest.starts_with(id.as_str()),
            Self::Saved(saved) => saved.id == digest,
        }
    }
}

/// `Plan 7c41e9, as approved: 7 changes, 13 steps.`
pub fn line(id: &str, plan: &Plan) -> String {
    let (changes, steps) = (count(plan.changes.len(), "change"), count(plan.steps.len(), "step"));
    format!("Plan {id}, as approved: {changes}, {steps}.")
}

/// Only the id was given: what is planned now is shown in whole, and the differences if the plan was made here.
fn changed(app: &mut App, stack: &Stack, id: &str, now: &Prepared) -> Failure {
    let message = format!("this is plan {}, and {id} was approved", now.id);
    let mut diagnostic = Diagnostic::refused("plan-changed", message);
    match saved::remembered(app, &stack.desired.stack, id) {
        Some(then) => {
            diagnostic = plan_diff::lines(&then.plan, &now.planned.plan)
                .into_iter()
                .fold(diagnostic, Diagnostic::note);
        }
        None => {
            let text = now.text(app.ui.out_look());
            app.ui.answer(&format!("{}{}\n\n", text.body, text.line));
            diagnostic = diagnostic.note("the plan above is what would be done now");
        }
    }
    let help =
        format!("look at what would be done now: {}", again::command(&app.global, "plan", &stack.spec));
    let warnings = now.warnings(stack);
    let mut answer = plan_json::render(now.view(), &now.header, &warnings, &app.sources);
    answer["spec"] = stack.spec.clone().into();
    Failure { answer: Some(answer), ..Failure::refused(vec![diagnostic.help(help)]) }
}

fn stale(stack: &Stack, saved: &SavedPlan, now: &Prepared) -> Failure {
    let then = crate::plan::short(&saved.id);
    let message = format!("plan {then} is out of date: what is live now would make it {}", now.id);
    let mut diagnostic = Diagnostic::refused("stale-plan", message);
    let lines = plan_diff::lines(&saved.plan, &now.planned.plan);
    diagnostic = lines.into_iter().fold(diagnostic, Diagnostic::note);
    if saved.albctl != env!("CARGO_PKG_VERSION") {
        let made = format!("it was made by albctl {}; this is {}", saved.albctl, env!("CARGO_PKG_VERSION"));
        diagnostic = diagnostic.note(made);
    }
    let mut answer = now.header.to_json();
    answer["spec"] = stack.spec.clone().into();
    answer["plan_id"] = now.id.clone().into();
    let help = "make the plan again: albctl plan SPEC --out FILE";
    Failure { answer: Some(answer), ..Failure::refused(vec![diagnostic.help(help)]) }
}
