//! The executor: one dispatcher, a stable ready queue, bounded parallelism.
//!
//! After a failure, steps that do not depend on it still finish; the rest are skipped, with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{mpsc, watch};

use super::clock::Clock;
use super::event::{Event, Observer, StepError};
use super::gate::Gates;
use super::limits::Limiter;
use super::service::{Outputs, Service};
use super::step::{self, Ended, Note, Runner};
use crate::kinds::{Plan, Step};
use crate::model::{Action, StepId};

/// How a plan is run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How many calls may be under way at once: at least 1. Waits do not count.
    pub parallelism: usize,
}

/// How a step ended.
#[derive(Clone, Debug)]
pub enum StepState {
    /// Done.
    Done,
    /// Failed for good.
    Failed(StepError),
    /// Not run, because the step named failed.
    Skipped {
        /// The step that failed.
        because: StepId,
    },
    /// Given up half way when the run was interrupted.
    Stopped,
    /// Not begun when the run was interrupted.
    NotBegun,
}

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The end of every step of the plan.
    pub states: BTreeMap<StepId, StepState>,
    /// What the done steps yielded.
    pub outputs: BTreeMap<StepId, Outputs>,
    /// The done steps that did not delete what something still uses, with who.
    pub left: BTreeMap<StepId, String>,
    /// Attempts at calls that write.
    pub writes: usize,
    /// Looks at conditions, and reads to resolve lost answers.
    pub reads: usize,
    /// Time from beginning to end.
    pub elapsed: Duration,
}

/// How a run ended. Interrupted is an outcome, not an error.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Every step is done.
    Completed(Summary),
    /// At least one step failed.
    Incomplete(Summary),
    /// Stopped on request.
    Interrupted(Summary),
}

/// Runs a plan to its end. `stop` turns to 1 to start no new step, to 2 to give up what is under way.
pub async fn run<S: Service, C: Clock>(
    plan: &Plan,
    service: &S,
    clock: &C,
    limiter: &Limiter,
    settings: Settings,
    stop: watch::Receiver<u8>,
    observer: &mut dyn Observer,
) -> Outcome {
    let (notes, mut heard) = mpsc::unbounded_channel();
    let begin = clock.now();
    let gates = Gates::new(&plan.basis);
    let runner = Runner { service, clock, limiter, stop: stop.clone(), notes, begin, gates };
    let mut board = Board::new(plan, settings.parallelism.max(1));
    let mut under_way: FuturesUnordered<LocalBoxFuture<'_, (usize, Ended)>> = FuturesUnordered::new();
    let mut stop = stop;
    board.stopping = *stop.borrow() > 0;
    loop {
        while let Some(index) = board.next_ready() {
            let step = &plan.steps[index];
            observer.event(&Event::Started { step, at: runner.at() });
            let outputs = board.outputs_for(step);
            let runner = &runner;
            under_way.push(Box::pin(async move { (index, step::run(runner, step, &outputs).await) }));
        }
        if under_way.is_empty() {
            break;
        }
        tokio::select! {
            biased;
            Some(note) = heard.recv() => tell(plan, observer, &note),
            () = step::stop_reaches(&mut stop, 1), if !board.stopping => {
                board.stopping = true;
                observer.event(&Event::Stopping);
            }
            Some((index, ended)) = under_way.next() => {
                while let Ok(note) = heard.try_recv() { tell(plan, observer, &note); }
                board.finish(index, ended, runner.at(), observer);
            }
        }
    }
    board.close(runner.at())
}

fn tell(plan: &Plan, observer: &mut dyn Observer, note: &Note) {
    let Some(step) = plan.steps.iter().find(|step| step.id == *note.step()) else { return };
    match note {
        Note::Retrying { at, error, after, .. } => {
            observer.event(&Event::Retrying { step, at: *at, error, after: *after });
        }
        Note::Waiting { at, state, limit, waited, .. } => {
            observer.event(&Event::Waiting { step, at: *at, state, limit: *limit, waited: *waited });
        }
    }
}

/// Which steps are ready, under way, ended.
struct Board<'a> {
    plan: &'a Plan,
    summary: Summary,
    ready: BTreeSet<usize>,
    open: Vec<BTreeSet<StepId>>,
    calls_under_way: usize,
    parallelism: usize,
    failed: bool,
    stopping: bool,
}

impl<'a> Board<'a> {
    fn new(plan: &'a Plan, parallelism: usize) -> Self {
        let open: Vec<BTreeSet<StepId>> =
            plan.steps.iter().map(|step| step.needs.iter().cloned().collect()).collect();
        let ready = (0..plan.steps.len()).filter(|&index| open[index].is_empty()).collect();
        Self {
            plan,
            summary: Summary::default(),
            ready,
            open,
            calls_under_way: 0,
            parallelism,
            failed: false,
            stopping: false,
        }
    }

    /// What the steps that this one needs have yielded.
    fn outputs_for(&self, step: &Step) -> BTreeMap<StepId, Outputs> {
        let yielded = |need: &StepId| Some((need.clone(), self.summary.outputs.get(need)?.clone()));
        step.needs.iter().filter_map(yielded).collect()
    }

    fn is_call(&self, index: usize) -> bool {
        matches!(self.plan.steps[index].action, Action::Call(_))
    }

    /// The first ready step of the plan's order for which there is room.
    fn next_ready(&mut self) -> Option<usize> {
        if self.stopping {
            return None;
        }
        let room = self.calls_under_way < self.parallelism;
        let index = self.ready.iter().copied().find(|&index| room || !self.is_call(index))?;
        self.ready.remove(&index);
        self.calls_under_way += usize::from(self.is_call(index));
        Some(index)
    }

    fn finish(&mut self, index: usize, ended: Ended, at: Duration, observer: &mut dyn Observer) {
        let step = &self.plan.steps[index];
        let Ended { result, took, writes, reads } = ended;
        self.calls_under_way -= usize::from(self.is_call(index));
        self.summary.writes += writes;
        self.summary.reads += reads;
        let state = match result {
            step::Result::Done { outputs, state } => {
                self.summary.outputs.insert(step.id.clone(), outputs);
                observer.event(&Event::Done { step, at, took, state: state.as_deref() });
                self.release(&step.id);
                StepState::Done
            }
            step::Result::Left { used_by } => {
                observer.event(&Event::Left { step, at, took, used_by: &used_by });
                self.summary.left.insert(step.id.clone(), used_by);
                self.release(&step.id);
                StepState::Done
            }
            step::Result::Stopped => {
                observer.event(&Event::Stopped { step, at, took });
                StepState::Stopped
            }
            step::Result::Failed(error) => {
                observer.event(&Event::Failed { step, at, took, error: &error });
                self.failed = true;
                self.skip_dependents(step, at, observer);
                StepState::Failed(error)
            }
        };
        self.summary.states.insert(step.id.clone(), state);
    }

    /// Makes ready what waited for nothing but this step.
    fn release(&mut self, done: &StepId) {
        for (index, open) in self.open.iter_mut().enumerate() {
            if open.remove(done) && open.is_empty() {
                self.ready.insert(index);
            }
        }
    }

    /// Marks everything that needs the failed step, directly or not.
    fn skip_dependents(&mut self, failed: &'a Step, at: Duration, observer: &mut dyn Observer) {
        let mut gone: BTreeSet<&StepId> = BTreeSet::from([&failed.id]);
        for step in &self.plan.steps {
            let known = self.summary.states.contains_key(&step.id) || gone.contains(&step.id);
            if known || !step.needs.iter().any(|need| gone.contains(need)) {
                continue;
            }
            gone.insert(&step.id);
            let because = failed.id.clone();
            self.summary.states.insert(step.id.clone(), StepState::Skipped { because });
            observer.event(&Event::Skipped { step, at, because: failed });
        }
    }

    fn close(mut self, elapsed: Duration) -> Outcome {
        let mut interrupted = false;
        for step in &self.plan.steps {
            let state = self.summary.states.entry(step.id.clone()).or_insert(StepState::NotBegun);
            interrupted |= matches!(state, StepState::NotBegun | StepState::Stopped);
        }
        self.summary.elapsed = elapsed;
        match (interrupted, self.failed) {
            (true, _) => Outcome::Interrupted(self.summary),
            (false, true) => Outcome::Incomplete(self.summary),
            (false, false) => Outcome::Completed(self.summary),
        }
    }
}
