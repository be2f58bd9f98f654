//! What an apply left behind: which changes are made, which are half way, whether anything was written.

use crate::exec::event::StepError;
use crate::exec::{ErrorKind, StepState, Summary};
use crate::kinds::tagging::applied;
use crate::kinds::{self, Plan, Step, certificate};
use crate::model::{Action, Change, Left, Ref, StepVerb, Verb};

/// How far a change got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// All of it is made.
    Done,
    /// What it was to delete is left, because something uses it.
    Left,
    /// Some of its steps are done.
    HalfWay,
    /// A call of it got no answer, and no other is done: the next plan finds out.
    InDoubt,
    /// None of it is made.
    NotDone,
}

impl End {
    /// The word that is shown.
    pub fn as_str(self) -> &'static str {
        match self {
            End::Done => "done",
            End::Left => "left",
            End::HalfWay => "half way",
            End::InDoubt => "in doubt",
            End::NotDone => "not done",
        }
    }
}

/// Whether a run changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Nothing for certain.
    Nothing,
    /// Perhaps: a call got no answer.
    Perhaps,
    /// Something.
    Something,
}

/// Each change of the plan with its end, in the order of the plan.
pub fn ends<'p>(plan: &'p Plan, summary: &Summary) -> Vec<(&'p Change, End)> {
    plan.changes.iter().map(|change| (change, end(change, plan, summary))).collect()
}

fn end(change: &Change, plan: &Plan, summary: &Summary) -> End {
    let steps: Vec<&Step> = steps_of(change, plan);
    let done = steps.iter().filter(|step| is_done(step, summary)).count();
    let left = steps.iter().any(|step| summary.left.contains_key(&step.id));
    match (done, steps.len()) {
        // A change without steps of its own rests on all that was done.
        (0, 0) if plan.steps.iter().all(|step| is_done(step, summary)) => End::Done,
        (done, all) if done == all && left && change.verb == Verb::Delete => End::Left,
        (done, all) if done == all && all > 0 => End::Done,
        (0, _) if steps.iter().any(|step| is_lost(step, summary)) => End::InDoubt,
        (0, _) => End::NotDone,
        (_, _) => End::HalfWay,
    }
}

/// Whether every call is done, so that only waits are not.
pub fn all_made(plan: &Plan, summary: &Summary) -> bool {
    plan.steps.iter().filter(|step| !is_wait(step)).all(|step| is_done(step, summary))
}

/// The steps that make a change: its own, and those that others share with it.
fn steps_of<'p>(change: &Change, plan: &'p Plan) -> Vec<&'p Step> {
    // The record of the apply is no part of what the load balancer was to become.
    let own = |step: &&Step| step.subject == change.id && !is_wait(step) && !applied::is_record(&step.action);
    let mut steps: Vec<&Step> = plan.steps.iter().filter(own).collect();
    if change.fields.iter().any(|field| field.key == "priority") {
        let shared = |step: &&Step| step.verb == StepVerb::Reorder && step.subject != change.id;
        let same = |step: &&Step| listener_of(step.subject.key()) == listener_of(change.id.key());
        steps.extend(plan.steps.iter().filter(shared).filter(same));
    }
    if steps.is_empty() && change.verb == Verb::Delete {
        // What is deleted without a step of its own goes with what holds it.
        let holders = [kinds::listener::id(listener_of(change.id.key())), kinds::load_balancer::id()];
        let holder = |step: &&Step| step.verb == StepVerb::Delete && holders.contains(&step.subject);
        steps.extend(plan.steps.iter().filter(holder).take(1));
    }
    steps
}

fn listener_of(key: &str) -> &str {
    key.split_once('/').map_or(key, |(listener, _)| listener)
}

fn is_wait(step: &Step) -> bool {
    match step.action {
        Action::Wait { .. } => true,
        Action::Call(_) => false,
    }
}

/// Whether a step is done.
pub fn is_done(step: &Step, summary: &Summary) -> bool {
    matches!(summary.states.get(&step.id), Some(StepState::Done))
}

/// All that is left because something uses it: what the plan foresaw, and what the run found, each once.
pub fn left(plan: &Plan, summary: &Summary) -> Vec<Left> {
    let mut all = plan.left.clone();
    for step in &plan.steps {
        let (Some(users), Some(arn)) = (summary.left.get(&step.id), certificate_of(step)) else { continue };
        if !all.iter().any(|one| one.arn == arn) {
            let used_by = users.split(", ").map(str::to_owned).collect();
            all.push(Left { id: step.subject.clone(), arn: arn.to_owned(), used_by });
        }
    }
    all
}

/// The certificate that a step deletes, or the records of which it deletes.
fn certificate_of(step: &Step) -> Option<&str> {
    let Action::Call(kinds::Call::Certificate(call)) = &step.action else { return None };
    let certificate = match call {
        certificate::Call::DeleteCertificate { certificate, .. }
        | certificate::Call::DeleteServerCertificate { certificate }
        | certificate::Call::DeleteValidationRecords { certificate, .. } => certificate,
        certificate::Call::RequestCertificate { .. }
        | certificate::Call::ChangeResourceRecordSets { .. }
        | certificate::Call::ImportCertificate { .. }
        | certificate::Call::UploadServerCertificate { .. } => return None,
    };
    match certificate {
        Ref::Known(arn) => Some(arn),
        Ref::Output { .. } => None,
    }
}

/// How many steps are done.
pub fn steps_done(plan: &Plan, summary: &Summary) -> usize {
    plan.steps.iter().filter(|step| is_done(step, summary)).count()
}

/// The steps that failed, with why, in the order of the plan.
pub fn failures<'a>(plan: &'a Plan, summary: &'a Summary) -> Vec<(&'a Step, &'a StepError)> {
    let failed = |step: &'a Step| match summary.states.get(&step.id) {
        Some(StepState::Failed(error)) => Some((step, error)),
        Some(StepState::Done | StepState::Skipped { .. } | StepState::Stopped | StepState::NotBegun)
        | None => None,
    };
    plan.steps.iter().filter_map(failed).collect()
}

/// Whether anything was changed.
pub fn written(plan: &Plan, summary: &Summary) -> Written {
    let calls = || plan.steps.iter().filter(|step| !is_wait(step));
    if calls().any(|step| is_done(step, summary)) {
        return Written::Something;
    }
    if calls().any(|step| is_lost(step, summary)) { Written::Perhaps } else { Written::Nothing }
}

/// Whether a call may have taken effect although it is not done.
fn is_lost(step: &Step, summary: &Summary) -> bool {
    match summary.states.get(&step.id) {
        Some(StepState::Failed(StepError::Service(error))) => error.kind == ErrorKind::Unavailable,
        Some(StepState::Stopped) => true,
        Some(
            StepState::Failed(
                StepError::TimedOut { .. }
                | StepError::Hopeless { .. }
                | StepError::ListenerChanged
                | StepError::MissingOutput(_),
            )
            | StepState::Done
            | StepState::Skipped { .. }
            | StepState::NotBegun,
        )
        | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::ServiceError;
    use crate::model::Verb;
    use crate::output::fixtures::{change, failed, field, plan, refusal, step, summary, wait};

    #[test]
    fn a_change_is_done_when_all_its_steps_are() {
        let plan = plan(
            vec![
                change(Verb::Create, "target_group/a", "", ""),
                change(Verb::Update, "target_group/b", "", ""),
                change(Verb::Create, "target_group/c", "", ""),
            ],
            vec![
                step("target_group/a", StepVerb::Create, ""),
                wait("target_group/a", 60),
                step("target_group/b", StepVerb::Change, ""),
                step("target_group/b", StepVerb::Register, ""),
                step("target_group/c", StepVerb::Create, ""),
            ],
        );
        let states =
            vec![StepState::Done, StepState::Stopped, StepState::Done, failed(), StepState::NotBegun];
        let summary = summary(&plan, states);
        let ends: Vec<End> = ends(&plan, &summary).into_iter().map(|(_, end)| end).collect();
        assert_eq!(ends, [End::Done, End::HalfWay, End::NotDone]);
        assert_eq!((steps_done(&plan, &summary), written(&plan, &summary)), (2, Written::Something));
        assert_eq!(failures(&plan, &summary).len(), 1);
    }

    #[test]
    fn moved_rules_share_a_step_and_children_go_with_their_parent() {
        let mut moved = change(Verb::Update, "rule/https/a", "", "");
        moved.fields.push(field("priority", "10", "20"));
        let plan = plan(
            vec![
                moved,
                change(Verb::Delete, "rule/http/b", "", ""),
                change(Verb::Delete, "listener/http", "", ""),
            ],
            vec![step("listener/https", StepVerb::Reorder, ""), step("listener/http", StepVerb::Delete, "")],
        );
        let summary = summary(&plan, vec![StepState::Done, failed()]);
        let ends: Vec<End> = ends(&plan, &summary).into_iter().map(|(_, end)| end).collect();
        assert_eq!(ends, [End::Done, End::NotDone, End::NotDone]);
    }

    #[test]
    fn a_refused_call_changed_nothing_and_a_lost_one_perhaps() {
        let plan = plan(Vec::new(), vec![step("load_balancer", StepVerb::Create, "")]);
        assert_eq!(written(&plan, &summary(&plan, vec![failed()])), Written::Nothing);
        let lost = ServiceError { kind: ErrorKind::Unavailable, ..refusal() };
        let states = vec![StepState::Failed(StepError::Service(lost))];
        assert_eq!(written(&plan, &summary(&plan, states)), Written::Perhaps);
        let one = Plan { changes: vec![change(Verb::Create, "load_balancer", "", "")], ..plan.clone() };
        for (state, end) in [(StepState::Stopped, End::InDoubt), (failed(), End::NotDone)] {
            assert_eq!(ends(&one, &summary(&one, vec![state]))[0].1, end);
        }
        assert_eq!(written(&plan, &summary(&plan, vec![StepState::Stopped])), Written::Perhaps);
    }
}
