//! Misbehaviour on request: how reliability is tested.

use std::time::Duration;

/// What goes wrong, and for which calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which calls count.
    pub matches: Match,
    /// The first matching call since the injection that it happens to; 1 is the next one.
    pub nth: usize,
    /// How many matching calls in a row it happens to; 0 is for ever.
    pub count: usize,
    /// What happens.
    pub kind: FaultKind,
}

/// A set of calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// Every call.
    Any,
    /// Calls that write.
    Mutating,
    /// Calls that only read.
    Reading,
    /// Calls of one operation, by its AWS API name.
    Operation(String),
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// The call is refused with this wire code, HTTP status and message, and has no effect.
    Fail {
        /// The wire code, such as `ResourceInUse`.
        code: String,
        /// The HTTP status; 500 and above are retried by clients.
        status: u16,
        /// The message.
        message: String,
    },
    /// The call is throttled ("Rate exceeded") and has no effect.
    Throttle,
    /// The answer is late by this much.
    Delay(Duration),
    /// The connection breaks before the call takes effect.
    DropBefore,
    /// The connection breaks after the call took effect.
    DropAfter,
    /// The answer is a 500 though the call took effect.
    FailAfter,
}

/// A fault, and how many calls it has counted.
#[derive(Debug, Clone)]
struct Armed {
    fault: Fault,
    seen: usize,
}

/// The injected faults, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<Armed>,
    /// How many calls something happened to.
    hits: usize,
}

impl Faults {
    pub(crate) fn inject(&mut self, fault: Fault) {
        self.armed.push(Armed { fault, seen: 0 });
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn hits(&self) -> usize {
        self.hits
    }

    /// What happens to this call. Every fault counts it; of several that apply, the oldest one happens,
    /// and delays come on top.
    pub(crate) fn next(&mut self, operation: &str, mutating: bool) -> Planned {
        let mut planned = Planned::default();
        for armed in self.armed.iter_mut().filter(|a| a.fault.matches.covers(operation, mutating)) {
            armed.seen += 1;
            let position = armed.seen.checked_sub(armed.fault.nth.max(1));
            let applies = position.is_some_and(|p| armed.fault.count == 0 || p < armed.fault.count);
            match &armed.fault.kind {
                _ if !applies => {}
                FaultKind::Delay(by) => planned.delay = planned.delay.saturating_add(*by),
                kind => {
                    planned.kind.get_or_insert_with(|| kind.clone());
                }
            }
        }
        self.hits += usize::from(planned.kind.is_some() || !planned.delay.is_zero());
        planned
    }
}

/// What will happen to one call.
#[derive(Debug, Default)]
pub(crate) struct Planned {
    pub(crate) kind: Option<FaultKind>,
    pub(crate) delay: Duration,
}

impl Match {
    fn covers(&self, operation: &str, mutating: bool) -> bool {
        match self {
            Match::Any => true,
            Match::Mutating => mutating,
            Match::Reading => !mutating,
            Match::Operation(name) => name == operation,
        }
    }
}
