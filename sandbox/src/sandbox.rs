//! The sandbox itself: one state behind a lock, and what happens to a call on its way through.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::call::CallRecord;
use crate::clock::{self, Millis, WallClock};
use crate::fault::{Fault, FaultKind, Faults};
use crate::services::{self, Ctx, Operation};
use crate::state::{State, ids};
use crate::store::{self, OpenError, Store};
use crate::wire::{self, Answered, ApiError, Call, Outcome, Request, Response, Unidentified};

/// An AWS control plane in memory, or in memory and one file.
///
/// All methods take `&self`: share it in an `Arc`. Calls are handled one at a time.
#[derive(Debug)]
pub struct Sandbox(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: State,
    store: Option<Store>,
    /// The state differs from the file.
    unsaved: bool,
    wall: Option<WallClock>,
    faults: Faults,
    calls: VecDeque<CallRecord>,
    /// Answers given: the source of request ids, which are not part of the state (reading must not change it).
    answers: u64,
}

impl Sandbox {
    /// A new, empty sandbox; nothing is written anywhere.
    pub fn in_memory() -> Self {
        Sandbox(Mutex::new(Inner::default()))
    }

    /// The sandbox whose state is this file; a missing file (and folder) is made. The file is locked until the
    /// sandbox is dropped, and replaced after each call that writes.
    ///
    /// # Errors
    /// [`OpenError`]: in use, written by another version, damaged, or not readable.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let (store, state) = Store::open(path)?;
        let mut inner = Inner::default();
        // Saved at once, so that a place that cannot be written is found now and not by the first call.
        (inner.state, inner.store, inner.unsaved) = (state, Some(store), true);
        inner.save()?;
        Ok(Sandbox(Mutex::new(inner)))
    }

    /// Handles one call: the answer of AWS, or what a fault makes of it.
    ///
    /// The delay has not passed yet when this returns: the caller waits, or [`advance`](Self::advance)s.
    pub fn handle(&self, request: &Request) -> Answered {
        self.inner().handle(request)
    }

    /// The sandbox time.
    pub fn now(&self) -> SystemTime {
        clock::system_time(self.inner().tick())
    }

    /// Lets time pass: target groups get healthy, load balancers active, buckets fill.
    pub fn advance(&self, by: Duration) {
        let mut inner = self.inner();
        inner.advance(by);
        inner.save_quietly();
    }

    /// From now on sandbox time runs `speed` times as fast as the wall clock; calls no longer move it.
    pub fn follow_wall_clock(&self, speed: f64) {
        let mut inner = self.inner();
        let now = inner.tick();
        inner.wall = Some(WallClock::start(now, speed));
    }

    /// The speed given to [`follow_wall_clock`](Self::follow_wall_clock), if it was.
    pub(crate) fn speed(&self) -> Option<f64> {
        self.inner().wall.map(|wall| wall.speed())
    }

    /// The calls handled since this sandbox was opened or the log cleared, in order; of very many the last 100,000.
    pub fn calls(&self) -> Vec<CallRecord> {
        self.inner().calls.iter().cloned().collect()
    }

    /// Empties the log of calls.
    pub fn clear_calls(&self) {
        self.inner().calls.clear();
    }

    /// Adds a fault; it counts calls from now on.
    pub fn inject(&self, fault: Fault) {
        self.inner().faults.inject(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.inner().faults.clear();
    }

    /// How many calls a fault has happened to since the faults were last removed.
    pub fn faults_hit(&self) -> usize {
        self.inner().faults.hits()
    }

    /// The whole state as JSON, as the state file has it.
    pub fn snapshot(&self) -> Value {
        let mut inner = self.inner();
        inner.tick();
        // The state's maps have string keys and its numbers are finite, so this cannot fail.
        serde_json::to_value(&inner.state).unwrap_or_default()
    }

    /// Replaces the whole state by an earlier [`snapshot`](Self::snapshot).
    ///
    /// # Errors
    /// [`OpenError::Format`] or [`OpenError::Corrupt`], and nothing changes; [`OpenError::Io`] if the file
    /// cannot be written.
    pub fn restore(&self, snapshot: Value) -> Result<(), OpenError> {
        let mut inner = self.inner();
        inner.state = store::from_value(snapshot)?;
        let now = inner.state.now;
        inner.wall = inner.wall.map(|wall| WallClock::start(now, wall.speed()));
        inner.unsaved = true;
        inner.save()
    }

    /// Changes the state directly: how tests set quotas, missing ids, target health and time switches. Gives
    /// what the change gives.
    pub fn edit<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut inner = self.inner();
        inner.tick();
        let given = change(&mut inner.state);
        inner.settle();
        inner.unsaved = true;
        inner.save_quietly();
        given
    }

    /// A thread that panicked in `edit` leaves a state that is still a state, so poisoning is ignored.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    /// Reading moves the clock without saving; the last position is written here.
    fn drop(&mut self) {
        self.tick();
        self.save_quietly();
    }
}

/// A sandbox that is served for days must not grow for ever.
const MOST_CALLS: usize = 100_000;

/// What became of a call, before faults on the way back.
type CallResult = Result<Value, ApiError>;

impl Inner {
    /// The time now, which is also written to the state.
    fn tick(&mut self) -> Millis {
        if let Some(wall) = &self.wall {
            let now = wall.now();
            self.unsaved |= self.state.now != now;
            self.state.now = now;
        }
        self.state.now
    }

    fn advance(&mut self, by: Duration) {
        self.tick();
        match &mut self.wall {
            Some(wall) => wall.advance(by),
            None => self.state.now = self.state.now.saturating_add(clock::millis(by)),
        }
        self.unsaved = true;
        self.tick();
        self.settle();
    }

    /// Does what time and the last change bring about by themselves.
    fn settle(&mut self) {
        self.unsaved |= self.state.settle_certificates();
    }

    fn save(&mut self) -> Result<(), OpenError> {
        if let (Some(store), true) = (&self.store, self.unsaved) {
            store.save(&self.state)?;
        }
        self.unsaved = false;
        Ok(())
    }

    /// For callers that have no way to report: the state stays unsaved, so that the next call tries again and
    /// reports it.
    fn save_quietly(&mut self) {
        _ = self.save();
    }

    fn handle(&mut self, request: &Request) -> Answered {
        // On the wall clock no time is spent here, but it went on since the last call.
        self.advance(if self.wall.is_none() { clock::CALL } else { Duration::ZERO });
        match wire::identify(request) {
            Ok(call) => self.handle_call(&call),
            Err(unidentified) => self.handle_unidentified(*unidentified),
        }
    }

    fn handle_unidentified(&mut self, request: Unidentified) -> Answered {
        let id = self.request_id();
        let response = wire::refusal(request.protocol, &request.error, &id);
        self.record(CallRecord {
            service: request.service,
            operation: request.operation,
            mutating: false,
            region: request.region,
            params: Value::Null,
            error: Some(request.error.code),
        });
        Answered { outcome: Outcome::Answer(response), delay: Duration::ZERO }
    }

    fn handle_call(&mut self, call: &Call) -> Answered {
        let operation = call.service.operation(&call.operation);
        let mutating = operation.is_some_and(|o| o.mutating);
        let planned = self.faults.next(&call.operation, mutating);
        let result = match &planned.kind {
            Some(FaultKind::DropBefore) => Err(ApiError::new("Dropped", "")),
            Some(FaultKind::Throttle) => Err(call.service.throttled()),
            Some(FaultKind::Fail { code, status, message }) => {
                Err(ApiError { code: code.clone(), status: *status, message: message.clone() })
            }
            Some(FaultKind::DropAfter | FaultKind::FailAfter | FaultKind::Delay(_)) | None => {
                self.perform(call, operation)
            }
        };
        self.log(call, mutating, &result);
        let outcome = match planned.kind {
            Some(FaultKind::DropBefore | FaultKind::DropAfter) => Outcome::Dropped,
            Some(FaultKind::FailAfter) => {
                let lost = Err(call.service.internal("The call took effect; this answer was injected."));
                Outcome::Answer(self.respond(call, lost))
            }
            Some(FaultKind::Fail { .. } | FaultKind::Throttle | FaultKind::Delay(_)) | None => {
                Outcome::Answer(self.respond(call, result))
            }
        };
        Answered { outcome, delay: planned.delay }
    }

    fn perform(&mut self, call: &Call, operation: Option<&Operation>) -> CallResult {
        let Some(operation) = operation else { return Err(call.service.unknown_operation(&call.operation)) };
        let now = self.state.now;
        if let (Some(category), Some(rates)) = (operation.category, &mut self.state.rates)
            && !rates.take(&call.region, category, now)
        {
            return Err(call.service.throttled());
        }
        let mut ctx = Ctx { state: &mut self.state, region: &call.region, now };
        let result = services::run(&mut ctx, operation, &call.params)?;
        if operation.mutating {
            self.settle();
            self.unsaved = true;
            self.save().map_err(|e| call.service.internal(&report(&e)))?;
        }
        Ok(result)
    }

    fn log(&mut self, call: &Call, mutating: bool, result: &CallResult) {
        self.record(CallRecord {
            service: call.service.name().to_owned(),
            operation: call.operation.clone(),
            mutating,
            region: call.region.clone(),
            params: wire::loggable(&call.params),
            error: result.as_ref().err().map(|e| e.code.clone()),
        });
    }

    fn record(&mut self, record: CallRecord) {
        if self.calls.len() >= MOST_CALLS {
            self.calls.pop_front();
        }
        self.calls.push_back(record);
    }

    fn respond(&mut self, call: &Call, result: CallResult) -> Response {
        let id = self.request_id();
        match result {
            Ok(value) => wire::answer(call.service, &call.operation, &value, &id),
            Err(error) => wire::refusal(call.service.protocol(), &error, &id),
        }
    }

    fn request_id(&mut self) -> String {
        self.answers += 1;
        ids::request_id(self.answers)
    }
}

/// An error and its causes on one line.
fn report(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
