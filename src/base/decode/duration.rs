//! Durations: `30s`, `1h30m`, `1d`, or whole seconds.

use std::{fmt, rc::Rc, str::FromStr};

use super::{Cx, Decode, Generator, Schema, schema};
use crate::base::{
    diag::Diagnostic,
    yaml::{Node, shortened},
};

/// The units, largest first, in seconds.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// A duration in whole seconds. Shown in the largest exact units: `1d`, `1h30m`, `0s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(pub u64);

/// Why a text is not a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDuration {
    /// No number, an unknown unit, a sign, a fraction, blanks.
    #[error("write it like `30s`, `5m`, `1h30m` or `1d`; a bare number is seconds")]
    Form,
    /// Milliseconds.
    #[error("milliseconds are too fine: whole seconds are the smallest unit, such as `1s`")]
    Milliseconds,
    /// A unit twice, or a smaller one before a larger one.
    #[error("each unit comes once, the larger one first, as in `1d12h30m`")]
    Order,
    /// More seconds than fit.
    #[error("it is too large")]
    Overflow,
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.0;
        for (name, unit) in UNITS {
            if rest >= unit {
                write!(f, "{}{name}", rest / unit)?;
                rest %= unit;
            }
        }
        Ok(())
    }
}

impl FromStr for Seconds {
    type Err = BadDuration;

    fn from_str(text: &str) -> Result<Self, BadDuration> {
        if text.ends_with("ms") && text.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(BadDuration::Milliseconds);
        }
        let mut rest = text;
        let mut total: u64 = 0;
        // Units that may still come: each one only after the larger ones.
        let mut units = UNITS.as_slice();
        while !rest.is_empty() || text.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at_checked(digits).ok_or(BadDuration::Form)?;
            if number.is_empty() {
                return Err(BadDuration::Form);
            }
            let number: u64 = number.parse().map_err(|_| BadDuration::Overflow)?;
            let mut letters = after.chars();
            let Some(unit) = letters.next() else {
                // A bare number, but not one that follows a unit: `1h30`.
                return if units.len() == UNITS.len() { Ok(Seconds(number)) } else { Err(BadDuration::Form) };
            };
            let index = units.iter().position(|(name, _)| *name == unit);
            let Some(index) = index else {
                let known = UNITS.iter().any(|(name, _)| *name == unit);
                return Err(if known { BadDuration::Order } else { BadDuration::Form });
            };
            let (_, seconds) = units.get(index).ok_or(BadDuration::Form)?;
            let part = number.checked_mul(*seconds).ok_or(BadDuration::Overflow)?;
            total = total.checked_add(part).ok_or(BadDuration::Overflow)?;
            units = units.get(index + 1..).unwrap_or_default();
            rest = letters.as_str();
        }
        Ok(Seconds(total))
    }
}

impl Decode for Seconds {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        read(node, cx, "a duration")
    }

    fn schema(_: &mut Generator) -> Schema {
        schema::duration(0, None)
    }
}

/// A duration; `wanted` is what a message says when it is none.
pub(super) fn read(node: &Rc<Node>, cx: &mut Cx<'_>, wanted: &str) -> Option<Seconds> {
    let text = cx.text(node, wanted)?;
    match text.parse() {
        Ok(seconds) => Some(seconds),
        Err(error) => {
            let message = format!("{} must be {wanted}, found `{}`", cx.subject(node), shortened(text));
            let error: BadDuration = error;
            cx.report(Diagnostic::error("bad-duration", message).at(node.at, "").help(error.to_string()));
            None
        }
    }
}
