//! The one way in which anything is read: a slot, a token, a count, and another attempt where that may help.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use tokio::sync::Semaphore;

use crate::aws::client::Clients;
use crate::exec::limits::{Limiter, category};
use crate::exec::{Clock, ServiceError, retry};

/// What reading took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Calls, all attempts counted.
    pub calls: usize,
    /// Rounds: how often one had to wait for an answer before the next question was known.
    pub rounds: usize,
    /// Calls by API operation.
    pub by_operation: BTreeMap<String, usize>,
    /// From beginning to end.
    pub elapsed: Duration,
    /// The longest time that a call waited for the rate limiter.
    pub limited: Duration,
}

/// Reads through the clients, within the rate limits, and counts.
pub struct Reader<'a, C> {
    pub(super) clients: &'a Clients,
    clock: &'a C,
    limiter: &'a Limiter,
    slots: Semaphore,
    started: SystemTime,
    reads: RefCell<Reads>,
    /// How many roles had been assumed before.
    assumed: usize,
}

impl<'a, C: Clock> Reader<'a, C> {
    /// A reader with at most `parallelism` calls under way.
    pub fn new(clients: &'a Clients, clock: &'a C, limiter: &'a Limiter, parallelism: usize) -> Self {
        let slots = Semaphore::new(parallelism.clamp(1, Semaphore::MAX_PERMITS));
        let (started, assumed) = (clock.now(), clients.roles.assumed());
        Self { clients, clock, limiter, slots, started, reads: RefCell::default(), assumed }
    }

    /// What was read so far; the SDK's own calls for credentials of roles are among it. API: AssumeRole.
    pub fn reads(&self) -> Reads {
        let mut reads = Reads { elapsed: self.since(self.started), ..self.reads.borrow().clone() };
        let assumed = self.clients.roles.assumed().saturating_sub(self.assumed);
        if assumed > 0 {
            reads.calls += assumed;
            *reads.by_operation.entry("AssumeRole".to_owned()).or_default() += assumed;
        }
        reads
    }

    /// The time on the clock.
    pub fn now(&self) -> SystemTime {
        self.clock.now()
    }

    fn since(&self, start: SystemTime) -> Duration {
        self.clock.now().duration_since(start).unwrap_or_default()
    }

    /// A new round begins.
    pub(super) fn round(&self) {
        self.reads.borrow_mut().rounds += 1;
    }

    /// One call with all its attempts.
    pub(super) async fn read<T>(
        &self,
        operation: &'static str,
        attempt: impl AsyncFn() -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        // The semaphore is never closed, so that there is always a slot in the end.
        let _slot = self.slots.acquire().await;
        let started = self.clock.now();
        let mut attempts = 0;
        loop {
            let waited = self.limiter.take(category(operation), self.clock).await;
            self.count(operation, waited);
            attempts += 1;
            let error = match attempt().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match retry::next(operation, &error, attempts, self.since(started), false) {
                Some(pause) => self.clock.sleep(pause).await,
                None => return Err(error),
            }
        }
    }

    /// A call whose answer comes in pages; `page` is given the marker of the page and returns that of the next one.
    pub(super) async fn pages<T>(
        &self,
        operation: &'static str,
        page: impl AsyncFn(Option<String>) -> Result<(Vec<T>, Option<String>), ServiceError>,
    ) -> Result<Vec<T>, ServiceError> {
        let (mut all, mut marker) = (Vec::new(), None);
        loop {
            let (items, next) = self.read(operation, async || page(marker.clone()).await).await?;
            all.extend(items);
            match next.filter(|next| !next.is_empty()) {
                Some(next) => marker = Some(next),
                None => return Ok(all),
            }
        }
    }

    fn count(&self, operation: &str, waited: Duration) {
        let mut reads = self.reads.borrow_mut();
        reads.calls += 1;
        reads.limited = reads.limited.max(waited);
        *reads.by_operation.entry(operation.to_owned()).or_default() += 1;
    }
}
