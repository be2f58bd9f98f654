//! What happens while a plan runs, as data for any number of consumers.

use std::time::Duration;

use super::service::ServiceError;
use crate::kinds::Step;

/// One thing that happened. Times are durations since the run began.
#[derive(Debug)]
pub enum Event<'a> {
    /// A call was sent, or a wait began.
    Started {
        /// The step.
        step: &'a Step,
        /// Since the beginning of the run.
        at: Duration,
    },
    /// An attempt failed and another follows.
    Retrying {
        /// The step.
        step: &'a Step,
        /// Since the beginning of the run.
        at: Duration,
        /// Why.
        error: &'a ServiceError,
        /// How long until the next attempt.
        after: Duration,
    },
    /// A wait looked, and the state was this.
    Waiting {
        /// The step.
        step: &'a Step,
        /// Since the beginning of the run.
        at: Duration,
        /// The state in words.
        state: &'a str,
        /// When the wait will give up, from its beginning.
        limit: Duration,
        /// How long it has lasted.
        waited: Duration,
    },
    /// The step is done.
    Done {
        /// The step.
        step: &'a Step,
        /// Since the beginning of the run.
        at: Duration,
        /// How long it took.
        took: Duration,
        /// For a wait, the state in words at its end.
        state: Option<&'a str>,
    },
    /// The step did not delete what something still uses, and never will in this run.
    Left {
        /// The step.
        step: &'a Step,
        /// Since the beginning of the run.
        at: Duration,
        /// How long it took.
        took: Duration,
        /// Who uses it.
        used_by: &'a str,
    },
    /// The step failed for good.
    Failed {
        /// The step.
        step: &'a Step,
        /// Since the beginning of the run.
        at: Duration,
        /// How long it took.
        took: Duration,
        /// What failed.
        error: &'a StepError,
    },
    /// The step is not run, because one that it needs failed.
    Skipped {
        /// The step.
        step: &'a Step,
        /// Since the beginning of the run.
        at: Duration,
        /// The step that failed.
        because: &'a Step,
    },
    /// The step was under way when the run was interrupted, and was given up.
    Stopped {
        /// The step.
        step: &'a Step,
        /// Since the beginning of the run.
        at: Duration,
        /// How long it had lasted.
        took: Duration,
    },
    /// An interrupt was seen: no new step starts.
    Stopping,
}

/// Why a step failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StepError {
    /// The call was refused or got no answer.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The wait's limit passed.
    #[error("still {state} after {}", crate::base::Seconds(limit.as_secs()))]
    TimedOut {
        /// The last state in words.
        state: String,
        /// The limit.
        limit: Duration,
    },
    /// The wait will never end well.
    #[error("{state}")]
    Hopeless {
        /// The state in words.
        state: String,
    },
    /// The rules of the listener are not those that the plan was made from.
    #[error("someone else is changing this listener")]
    ListenerChanged,
    /// A plan that does not fit itself: a reference to an output that its step did not yield.
    #[error("the plan refers to an output that `{0}` did not yield")]
    MissingOutput(String),
}

/// A consumer of events.
pub trait Observer {
    /// Is told of each event, in order.
    fn event(&mut self, event: &Event<'_>);
}
