//! Plans and outcomes in a few lines, for messages of tests that fail.

use albctl::exec::{Outcome, StepState};
use albctl::kinds::Plan;

/// A plan: its changes, how they are made, and its steps with what they need.
pub fn plan(plan: &Plan) -> String {
    let changes = plan.changes.iter().map(|change| {
        let fields: Vec<&str> = change.fields.iter().map(|field| field.key.as_str()).collect();
        let how = change.how.as_deref().unwrap_or_default();
        format!("  {:?} {} {fields:?} {how}\n", change.verb, change.id)
    });
    let steps = plan.steps.iter().map(|step| {
        let needs: Vec<&str> = step.needs.iter().map(|need| need.as_str()).collect();
        format!("  {}: {} <- {}\n", step.id, step.summary, needs.join(", "))
    });
    changes.chain(["  steps:\n".to_owned()]).chain(steps).collect()
}

/// How a run ended: its steps that are not done.
pub fn outcome(outcome: &Outcome) -> String {
    let (word, summary) = match outcome {
        Outcome::Completed(summary) => ("completed", summary),
        Outcome::Incomplete(summary) => ("incomplete", summary),
        Outcome::Interrupted(summary) => ("interrupted", summary),
    };
    let open = summary.states.iter().filter_map(|(step, state)| match state {
        StepState::Done => None,
        StepState::Failed(error) => Some(format!("  {step}: {error}\n")),
        StepState::Skipped { .. } | StepState::Stopped | StepState::NotBegun => {
            Some(format!("  {step}: {state:?}\n"))
        }
    });
    std::iter::once(format!("{word}\n")).chain(open).collect()
}
