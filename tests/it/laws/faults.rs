//! What goes wrong in an apply.

use albctl_sandbox::{Fault, FaultKind, Match};

use crate::generator::dice::Dice;

/// One fault at one call of an apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chaos {
    pub kind: Kind,
    /// Only calls that write are counted.
    pub writes: bool,
    /// Where, of all calls, in thousandths.
    pub place: usize,
    /// To how many calls in a row; a crash ends them all.
    pub times: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Refused for good.
    Fail,
    /// A failure on AWS's side: nothing happened.
    Unavailable,
    /// A failure on AWS's side, though the call took effect.
    UnavailableAfter,
    Throttle,
    DropBefore,
    DropAfter,
    /// The process ends before the call is made: it makes no other.
    CrashBefore,
    /// The process ends before the answer comes.
    CrashAfter,
}

pub const KINDS: &[Kind] = &[
    Kind::Fail,
    Kind::Unavailable,
    Kind::UnavailableAfter,
    Kind::Throttle,
    Kind::DropBefore,
    Kind::DropAfter,
    Kind::CrashBefore,
    Kind::CrashAfter,
];

impl Chaos {
    pub fn random(dice: &mut Dice) -> Self {
        Self {
            kind: dice.pick(KINDS),
            writes: dice.chance(80),
            place: dice.within(0..1_000),
            times: dice.pick(&[1, 1, 2, 5]),
        }
    }

    /// The faults that make it, in an apply of so many calls, of which so many write. A crash is told by what AWS
    /// sees of it: no call arrives any more.
    pub fn faults(self, calls: usize, writes: usize) -> Vec<Fault> {
        let (all, matches) = if self.writes { (writes, Match::Mutating) } else { (calls, Match::Any) };
        let nth = 1 + self.place * all / 1_000;
        let one =
            |kind: FaultKind, nth: usize, count: usize, matches: Match| Fault { matches, nth, count, kind };
        let fail = |code: &str, status: u16| FaultKind::Fail {
            code: code.to_owned(),
            status,
            message: "injected".to_owned(),
        };
        match self.kind {
            Kind::Fail => vec![one(fail("AccessDenied", 403), nth, self.times, matches)],
            Kind::Unavailable => vec![one(fail("InternalFailure", 500), nth, self.times, matches)],
            Kind::UnavailableAfter => vec![one(FaultKind::FailAfter, nth, self.times, matches)],
            Kind::Throttle => vec![one(FaultKind::Throttle, nth, self.times, matches)],
            Kind::DropBefore => vec![one(FaultKind::DropBefore, nth, self.times, matches)],
            Kind::DropAfter => vec![one(FaultKind::DropAfter, nth, self.times, matches)],
            Kind::CrashBefore => vec![one(FaultKind::DropBefore, nth, 0, matches)],
            Kind::CrashAfter => vec![
                one(FaultKind::DropAfter, nth, 1, matches.clone()),
                one(FaultKind::DropBefore, nth + 1, 0, matches),
            ],
        }
    }
}
