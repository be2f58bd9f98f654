//! The one clock: what time it is, and sleeping.

use std::future::Future;
use std::time::{Duration, Instant, SystemTime};

/// Time for limits, back-off and waits. The sandbox has its own, which sleeping advances at once, so that tests
/// and trials never wait.
pub trait Clock {
    /// The current time.
    fn now(&self) -> SystemTime;

    /// Returns after `duration` of this clock.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;
}

/// Wall time.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    start: Instant,
    epoch: SystemTime,
}

impl SystemClock {
    /// A clock that starts at the given wall time and then follows the machine's monotonic clock, so that a
    /// correction of the wall time never shortens or lengthens a wait.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn starting_at(epoch: SystemTime) -> Self {
        Self { start: Instant::now(), epoch }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        self.epoch + self.start.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
