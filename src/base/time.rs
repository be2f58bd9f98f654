//! Moments in UTC, as people and file names write them.

use std::time::{Duration, SystemTime};

const DAY: u64 = 24 * 60 * 60;

/// A moment, to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utc {
    year: u64,
    month: u64,
    day: u64,
    second: u64,
    millisecond: u32,
}

impl From<SystemTime> for Utc {
    /// A time before 1970 becomes its beginning.
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let (year, month, day) = civil(since.as_secs() / DAY);
        Self { year, month, day, second: since.as_secs() % DAY, millisecond: since.subsec_millis() }
    }
}

impl Utc {
    /// `2026-11-18T14:02Z`
    pub fn minute(self) -> String {
        let Self { year, month, day, second, millisecond: _ } = self;
        format!("{year}-{month:02}-{day:02}T{:02}:{:02}Z", second / 3600, second / 60 % 60)
    }

    /// `2026-11-18T14:02:05Z`
    pub fn second(self) -> String {
        let minute = self.minute();
        format!("{}:{:02}Z", minute.trim_end_matches('Z'), self.second % 60)
    }

    /// `20261118T140205.123Z`: sorts as it passes, and is a file name everywhere.
    pub fn compact(self) -> String {
        let second = self.second().replace(['-', ':'], "");
        format!("{}.{:03}Z", second.trim_end_matches('Z'), self.millisecond)
    }
}

/// Year, month and day of a number of days since 1970-01-01 in the Gregorian calendar: years are counted from March, so
/// that the leap day is the last of its year.
fn civil(days: u64) -> (u64, u64, u64) {
    const ERA: u64 = 146_097;
    let days = days + 719_468;
    let of_era = days % ERA;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / (ERA - 1)) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (days / ERA * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// Whole days from now until a time, both in seconds since 1970: 0 on its last day; from its end on one less than the
/// whole days since then, so -1 on the first day after it.
pub fn days_until(now: u64, end: u64) -> i64 {
    let days = |seconds: u64| i64::try_from(seconds / DAY).unwrap_or(i64::MAX);
    if now < end { days(end - now) } else { -1 - days(now - end) }
}

/// How long ago something ended, of its [`days_until`]: whole days, everywhere alike.
pub fn days_ago(days: i64) -> String {
    match -1 - days {
        ..=0 => "today".to_owned(),
        1 => "1 day ago".to_owned(),
        ago => format!("{ago} days ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        let at = |seconds: u64| Utc::from(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0).second(), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_400).second(), "2000-02-29T00:00:00Z");
        assert_eq!(at(1_709_251_199).second(), "2024-02-29T23:59:59Z");
        assert_eq!(at(4_107_542_400).second(), "2100-03-01T00:00:00Z");
        let at = at(1_795_010_525);
        assert_eq!(
            (at.minute(), at.compact()),
            ("2026-11-18T14:02Z".to_owned(), "20261118T140205.000Z".to_owned())
        );
    }

    #[test]
    fn days_left_and_days_ago_are_two_sides_of_one_number() {
        assert_eq!([days_until(0, DAY - 1), days_until(0, DAY), days_until(DAY, DAY - 1)], [0, 1, -1]);
        assert_eq!([days_until(DAY, DAY), days_until(3 * DAY, 0), days_until(3 * DAY - 1, 0)], [-1, -4, -3]);
        assert_eq!([-1, -2, -127].map(days_ago), ["today", "1 day ago", "126 days ago"]);
    }
}
