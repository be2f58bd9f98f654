//! Running a plan: which step is ready, what is retried, what is told to those who watch. Knows no SDK.

pub mod clock;
pub mod event;
pub mod limits;
pub mod retry;
pub mod run;
pub mod service;
mod step;
#[cfg(test)]
mod tests;

pub use clock::{Clock, SystemClock};
pub use event::{Event, Observer};
pub use run::{Outcome, Settings, StepState, Summary, run};
pub use service::{ErrorKind, Outputs, Probe, Service, ServiceError};
