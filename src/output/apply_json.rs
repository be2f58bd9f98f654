//! How an apply ended, for programs.

use serde_json::{Value, json};

use super::apply_text::{self, Ended};
use super::result::{self, End};
use crate::exec::event::StepError;
use crate::exec::{Outcome, StepState};
use crate::kinds::Step;
use crate::model::{Action, Unfinished};

/// The answer of `apply` and `destroy`.
pub fn render(ended: Ended<'_>, outcome: &Outcome, exit: u8) -> Value {
    let mut answer = ended.header.to_json();
    let changes: Vec<Value> = result::ends(ended.plan, ended.summary)
        .into_iter()
        .map(|(change, end)| json!({"id": change.id, "verb": change.verb, "state": end_word(end)}))
        .collect();
    answer["plan_id"] = json!(ended.id);
    answer["outcome"] = json!(word(outcome));
    answer["changes"] = json!(changes);
    answer["steps"] = ended.plan.steps.iter().map(|step| self::step(step, ended)).collect();
    answer["unfinished"] = ended.plan.unfinished.iter().map(|one| unfinished(one, ended)).collect();
    answer["left"] = json!(result::left(ended.plan, ended.summary));
    let gone = ended.destroy && matches!(outcome, Outcome::Completed(_));
    answer["dns_name"] = json!(ended.dns_name.filter(|_| !gone));
    answer["writes"] = json!(ended.summary.writes);
    answer["reads"]["calls"] = json!(ended.reads + ended.summary.reads);
    answer["seconds"] = json!(ended.summary.elapsed.as_secs_f64());
    answer["exit_code"] = json!(exit);
    answer
}

fn unfinished(one: &Unfinished, ended: Ended<'_>) -> Value {
    json!({"id": one.id, "arn": apply_text::arn_of(one, ended.summary), "port": one.port, "until": one.until})
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Completed(_) => "completed",
        Outcome::Incomplete(_) => "incomplete",
        Outcome::Interrupted(_) => "interrupted",
    }
}

fn end_word(end: End) -> &'static str {
    match end {
        End::Done => "done",
        End::Left => "left",
        End::HalfWay => "half_way",
        End::InDoubt => "in_doubt",
        End::NotDone => "not_done",
    }
}

fn step(step: &Step, ended: Ended<'_>) -> Value {
    let operation = match &step.action {
        Action::Call(call) => Some(call.operation()),
        Action::Wait { .. } => None,
    };
    let mut value = json!({
        "id": step.id, "subject": step.subject, "verb": step.verb, "summary": step.summary, "operation": operation,
    });
    let state = match ended.summary.states.get(&step.id) {
        Some(StepState::Done) if ended.summary.left.contains_key(&step.id) => "left",
        Some(StepState::Done) => "done",
        Some(StepState::Failed(failure)) => {
            value["error"] = error(failure);
            "failed"
        }
        Some(StepState::Skipped { because }) => {
            value["because"] = json!(because);
            "skipped"
        }
        Some(StepState::Stopped) => "stopped",
        Some(StepState::NotBegun) | None => "not_begun",
    };
    value["state"] = json!(state);
    if let Some(outputs) = ended.summary.outputs.get(&step.id) {
        value["outputs"] = json!(outputs);
    }
    value
}

fn error(failure: &StepError) -> Value {
    match failure {
        StepError::Service(error) => json!({
            "operation": error.operation,
            "code": error.code,
            "message": error.message,
            "request_id": error.request_id,
        }),
        StepError::TimedOut { .. } => json!({"code": "timed-out", "message": failure.to_string()}),
        StepError::Hopeless { .. } => json!({"code": "hopeless", "message": failure.to_string()}),
        StepError::ListenerChanged => json!({"code": "listener-changed", "message": failure.to_string()}),
        StepError::MissingOutput(_) => json!({"code": "missing-output", "message": failure.to_string()}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::fixtures::{example, failed, header, summary};
    use crate::output::header::Where;

    #[test]
    fn every_step_has_its_state() {
        let plan = example();
        let mut states = vec![StepState::Done; 7];
        states[1] = failed();
        states[4] = StepState::Skipped { because: plan.steps[1].id.clone() };
        states[5] = StepState::NotBegun;
        states[6] = StepState::Stopped;
        let summary = summary(&plan, states);
        let header = header(Where::Sandbox);
        let ended = Ended {
            plan: &plan,
            id: "7c41e9",
            header: &header,
            summary: &summary,
            reads: 12,
            destroy: false,
            dns_name: None,
        };
        let answer = render(ended, &Outcome::Incomplete(summary.clone()), 5);
        for (pointer, wanted) in [
            ("/outcome", json!("incomplete")),
            ("/sandbox", json!(true)),
            ("/exit_code", json!(5)),
            ("/reads/calls", json!(15)),
            ("/writes", json!(6)),
            ("/changes/0/state", json!("done")),
            ("/changes/1/state", json!("not_done")),
            ("/steps/0/state", json!("done")),
            ("/steps/1/state", json!("failed")),
            ("/steps/1/error/code", json!("TooManyTargetGroups")),
            ("/steps/4/state", json!("skipped")),
            ("/steps/4/because", json!("target_group/orders:create")),
            ("/steps/5/state", json!("not_begun")),
            ("/steps/6/state", json!("stopped")),
        ] {
            assert_eq!(answer.pointer(pointer), Some(&wanted), "{pointer}");
        }
    }
}
