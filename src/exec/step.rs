//! One step: its attempts, its retries, its looks at a condition.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use tokio::sync::{mpsc, watch};

use super::clock::Clock;
use super::event::StepError;
use super::gate::{self, Gates};
use super::limits::{self, Category, Limiter};
use super::retry;
use super::service::{ErrorKind, Outputs, Probe, Service, ServiceError};
use crate::kinds::{Call, Condition, Step};
use crate::model::{Action, Ref, StepId};

/// The time between two looks at a condition.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What all steps of a run share.
pub(super) struct Runner<'a, S, C> {
    pub service: &'a S,
    pub clock: &'a C,
    pub limiter: &'a Limiter,
    pub stop: watch::Receiver<u8>,
    pub notes: mpsc::UnboundedSender<Note>,
    pub begin: SystemTime,
    pub gates: Gates<'a>,
}

/// What a step tells before it ends.
pub(super) enum Note {
    /// An attempt failed and another follows.
    Retrying { step: StepId, at: Duration, error: ServiceError, after: Duration },
    /// A look at a condition.
    Waiting { step: StepId, at: Duration, state: String, limit: Duration, waited: Duration },
}

impl Note {
    pub fn step(&self) -> &StepId {
        match self {
            Self::Retrying { step, .. } | Self::Waiting { step, .. } => step,
        }
    }
}

/// How a step ended, and what it took.
pub(super) struct Ended {
    pub result: Result,
    pub took: Duration,
    pub writes: usize,
    pub reads: usize,
}

/// How a step ended.
pub(super) enum Result {
    Done {
        outputs: Outputs,
        state: Option<String>,
    },
    /// Not deleted, because something uses it: no failure, and what needs the step goes on.
    Left {
        /// Who.
        used_by: String,
    },
    Stopped,
    Failed(StepError),
}

impl<S: Service, C: Clock> Runner<'_, S, C> {
    /// Time since the beginning of the run.
    pub fn at(&self) -> Duration {
        self.since(self.begin)
    }

    pub(super) fn since(&self, then: SystemTime) -> Duration {
        self.clock.now().duration_since(then).unwrap_or_default()
    }

    /// Sleeps, or returns `false` as soon as the run is to stop.
    pub(super) async fn sleep(&self, duration: Duration) -> bool {
        let mut stop = self.stop.clone();
        tokio::select! {
            biased;
            () = stop_reaches(&mut stop, 1) => false,
            () = self.clock.sleep(duration) => true,
        }
    }

    /// Ends when what is under way is to be given up.
    async fn abandoned(&self) {
        stop_reaches(&mut self.stop.clone(), 2).await;
    }
}

/// Ends when the stop signal is at least `level`; never when nobody can send it any more.
pub(super) async fn stop_reaches(stop: &mut watch::Receiver<u8>, level: u8) {
    if stop.wait_for(|&value| value >= level).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Runs one step to its end.
pub(super) async fn run<S: Service, C: Clock>(
    runner: &Runner<'_, S, C>,
    step: &Step,
    outputs: &BTreeMap<StepId, Outputs>,
) -> Ended {
    let begin = runner.clock.now();
    let mut counts = Counts::default();
    let result = tokio::select! {
        biased;
        result = act(runner, step, outputs, &mut counts) => result,
        () = runner.abandoned() => Result::Stopped,
    };
    Ended { result, took: runner.since(begin), writes: counts.writes, reads: counts.reads }
}

#[derive(Default)]
pub(super) struct Counts {
    writes: usize,
    pub reads: usize,
}

async fn act<S: Service, C: Clock>(
    runner: &Runner<'_, S, C>,
    step: &Step,
    outputs: &BTreeMap<StepId, Outputs>,
    counts: &mut Counts,
) -> Result {
    let mut on_new = false;
    let mut resolve = |reference: &Ref| match reference {
        Ref::Known(value) => Ok(value.clone()),
        Ref::Output { step, key } => {
            on_new = true;
            let made = outputs.get(step).and_then(|outputs| outputs.get(key));
            made.cloned().ok_or_else(|| StepError::MissingOutput(step.to_string()))
        }
    };
    match &step.action {
        Action::Call(call) => match call.map(&mut resolve) {
            Ok(call) => perform(runner, step, &call, on_new, counts).await,
            Err(error) => Result::Failed(error),
        },
        Action::Wait { condition, limit_seconds } => match condition.map(&mut resolve) {
            Ok(condition) => {
                wait(runner, step, &condition, Duration::from_secs(*limit_seconds), counts).await
            }
            Err(error) => Result::Failed(error),
        },
    }
}

/// Attempts a call until it is done or refused for good. `on_new`: it names something that this run has made.
async fn perform<S: Service, C: Clock>(
    runner: &Runner<'_, S, C>,
    step: &Step,
    call: &Call<String>,
    on_new: bool,
    counts: &mut Counts,
) -> Result {
    if let Err(error) = gate::pass(runner, call, counts).await {
        return Result::Failed(error);
    }
    let operation = call.operation();
    let begin = runner.clock.now();
    let mut answer_lost = false;
    for attempt in 1.. {
        runner.limiter.take(limits::category(operation), runner.clock).await;
        counts.writes += 1;
        let error = match runner.service.perform(call).await {
            Ok(outputs) => return Result::Done { outputs, state: None },
            Err(error) => error,
        };
        if is_already_gone(operation, &error) {
            return Result::Done { outputs: Outputs::new(), state: None };
        }
        answer_lost |= error.kind == ErrorKind::Unavailable;
        if answer_lost {
            counts.reads += 1;
            runner.limiter.take(Category::ElbReading, runner.clock).await;
            if let Ok(Some(outputs)) = runner.service.find_result(call).await {
                return Result::Done { outputs, state: None };
            }
        }
        let Some(after) = retry::next(operation, &error, attempt, runner.since(begin), on_new) else {
            if is_left(operation, &error) {
                return Result::Left { used_by: error.message };
            }
            return Result::Failed(error.into());
        };
        let note = Note::Retrying { step: step.id.clone(), at: runner.at(), error: error.clone(), after };
        // The run listens as long as steps are under way; a note that nobody hears is not an error.
        let _ = runner.notes.send(note);
        if !runner.sleep(after).await {
            // Interrupted is an outcome of its own: the error was one that passes.
            return Result::Stopped;
        }
    }
    Result::Stopped
}

/// What is to be deleted and does not exist is deleted. API: DeleteListener, DeleteRule, DeleteTargetGroup.
fn is_already_gone(operation: &str, error: &ServiceError) -> bool {
    let removes = operation.starts_with("Delete") || operation.starts_with("Deregister");
    removes && error.kind == ErrorKind::NotFound
}

/// An old certificate that something goes on using does no harm: it is no reason for an apply to fail. Its validation
/// records stay with it. API: DeleteCertificate, DeleteServerCertificate.
fn is_left(operation: &str, error: &ServiceError) -> bool {
    let certificate = ["DeleteCertificate", "DeleteServerCertificate"].contains(&operation)
        && error.is(&["ResourceInUseException", "ConflictException", "DeleteConflict"]);
    certificate || error.is(&[retry::RECORDS_IN_USE, retry::STILL_USED])
}

/// How long a change of records takes that cannot be followed, because its id was in an answer that was lost: "generally
/// within 60 seconds". API: GetChange.
const SYNC: Duration = Duration::from_secs(60);

/// Whether AWS is asked about the condition: time alone passes by itself.
fn is_asked(condition: &Condition<String>) -> bool {
    match condition {
        Condition::Drained(_) => false,
        Condition::RecordsInSync(condition) => !condition.change.is_empty(),
        Condition::LoadBalancerActive(_) | Condition::TargetsHealthy(_) | Condition::CertificateIssued(_) => {
            true
        }
    }
}

/// The category of a call that looks at a condition.
fn category(condition: &Condition<String>) -> Category {
    match condition {
        Condition::RecordsInSync(_) => Category::Route53,
        Condition::CertificateIssued(_) => Category::Acm,
        Condition::LoadBalancerActive(_) | Condition::TargetsHealthy(_) | Condition::Drained(_) => {
            Category::ElbReading
        }
    }
}

/// Looks once at a condition, `waited` after the wait began.
async fn look<S: Service, C: Clock>(
    runner: &Runner<'_, S, C>,
    condition: &Condition<String>,
    waited: Duration,
) -> std::result::Result<Probe, ServiceError> {
    match condition {
        Condition::Drained(drained) => {
            let state = format!("old group, {}", crate::base::Seconds(drained.seconds));
            let over = waited >= Duration::from_secs(drained.seconds);
            Ok(if over { Probe::Holds(state) } else { Probe::NotYet(state) })
        }
        Condition::RecordsInSync(lost) if lost.change.is_empty() => {
            let state = "its answer was lost, and with it the way to follow it".to_owned();
            Ok(if waited >= SYNC { Probe::Holds(state) } else { Probe::NotYet(state) })
        }
        asked @ (Condition::LoadBalancerActive(_)
        | Condition::TargetsHealthy(_)
        | Condition::CertificateIssued(_)
        | Condition::RecordsInSync(_)) => runner.service.probe(asked).await,
    }
}

/// Looks at a condition until it holds, never will, or the limit has passed. A look that fails for a reason that
/// passes is one more look that found nothing.
async fn wait<S: Service, C: Clock>(
    runner: &Runner<'_, S, C>,
    step: &Step,
    condition: &Condition<String>,
    limit: Duration,
    counts: &mut Counts,
) -> Result {
    let begin = runner.clock.now();
    let mut failures = 0;
    loop {
        if is_asked(condition) {
            counts.reads += 1;
            runner.limiter.take(category(condition), runner.clock).await;
        }
        let looked = look(runner, condition, runner.since(begin)).await;
        let waited = runner.since(begin);
        let (state, pause) = match looked {
            Ok(Probe::Holds(state)) => return Result::Done { outputs: Outputs::new(), state: Some(state) },
            Ok(Probe::Never(state)) => return Result::Failed(StepError::Hopeless { state }),
            Ok(Probe::NotYet(state)) => {
                failures = 0;
                (state, LOOK_EVERY)
            }
            Err(error) => {
                failures += 1;
                let Some(after) = retry::next(&error.operation, &error, failures, waited, false) else {
                    return Result::Failed(error.into());
                };
                let step = step.id.clone();
                let state = error.message.clone();
                let _ = runner.notes.send(Note::Retrying { step, at: runner.at(), error, after });
                (state, after)
            }
        };
        if waited >= limit {
            return Result::Failed(StepError::TimedOut { state, limit });
        }
        let note = Note::Waiting { step: step.id.clone(), at: runner.at(), state, limit, waited };
        let _ = runner.notes.send(note);
        if !runner.sleep(pause.min(limit - waited)).await {
            return Result::Stopped;
        }
    }
}
