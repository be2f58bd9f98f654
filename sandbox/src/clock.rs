//! Sandbox time: milliseconds since the Unix epoch, moved by calls, by waiting, or by the wall clock.

use std::time::{Duration, Instant, SystemTime};

/// Milliseconds since the Unix epoch, in sandbox time.
pub type Millis = u64;

/// Where the clock of a new sandbox starts: 2026-01-01T00:00:00Z.
pub(crate) const START: Millis = 1_767_225_600_000;

/// What a handled call takes.
pub(crate) const CALL: Duration = Duration::from_millis(20);

/// Whole milliseconds of a duration, saturating.
pub(crate) fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}

/// Sandbox time that follows the wall clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WallClock {
    since: Instant,
    start: Millis,
    speed: f64,
}

impl WallClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where the sandbox looks at real time"
    )]
    pub(crate) fn start(now: Millis, speed: f64) -> Self {
        WallClock { since: Instant::now(), start: now, speed }
    }

    pub(crate) fn now(&self) -> Millis {
        let elapsed = self.since.elapsed().as_secs_f64() * self.speed;
        // A float becomes an integer with saturation, so a silly speed gives a late time, not a panic.
        self.start.saturating_add((elapsed * 1000.0) as Millis)
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.start = self.start.saturating_add(millis(by));
    }

    pub(crate) fn speed(&self) -> f64 {
        self.speed
    }
}

/// The same moment as the standard library's type. Saturates at the last time it can hold.
pub(crate) fn system_time(at: Millis) -> SystemTime {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(at)).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// ISO 8601 in UTC with milliseconds, as awsQuery answers write timestamps.
pub(crate) fn iso8601(at: Millis) -> String {
    let (days, rest) = (at / 86_400_000, at % 86_400_000);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", rest % 1000)
}

/// Year, month and day of a day since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn civil(days: u64) -> (u64, u64, u64) {
    let z = days + 719_468;
    let era = z / 146_097;
    let day_of_era = z % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(iso8601(START), "2026-01-01T00:00:00.000Z");
        assert_eq!(iso8601(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso8601(1_709_210_096_789), "2024-02-29T12:34:56.789Z");
        assert_eq!(iso8601(4_102_444_799_999), "2099-12-31T23:59:59.999Z");
    }

    #[test]
    fn the_wall_clock_is_scaled_and_can_jump() {
        let mut wall = WallClock::start(START, 0.0);
        assert_eq!(wall.now(), START);
        wall.advance(Duration::from_secs(1));
        assert_eq!(wall.now(), START + 1000);
        assert!(WallClock::start(START, f64::INFINITY).now() >= START);
    }
}
