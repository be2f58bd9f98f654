//! Random pairs of specs.

use std::fmt;

use crate::generator::Spec;
use crate::generator::dice::Dice;

use super::faults::Chaos;

/// The pairs that begin with the same spec, so that it is applied once.
pub const OF_A_NUMBER: usize = 4;

/// From one spec to another, with what others do and what goes wrong on the way.
#[derive(Clone, Debug)]
pub struct Pair {
    pub number: u64,
    pub before: Spec,
    pub after: Spec,
    /// The sorts of changes from one to the other; none: the other is drawn by itself.
    pub sorts: Vec<&'static str>,
    /// The seed of what others do between the two; none: nothing.
    pub strangers: Option<u64>,
    pub chaos: Chaos,
}

/// The pairs of a number.
pub fn drawn(number: u64) -> Vec<Pair> {
    let mut dice = Dice::new(number);
    let before = Spec::random(&mut dice);
    let strangers = dice.chance(50).then(|| dice.next());
    let pair = |_| {
        let (after, sorts) = match dice.chance(20) {
            true => (Spec::random(&mut dice), Vec::new()),
            false => before.changed(&mut dice),
        };
        Pair { number, before: before.clone(), after, sorts, strangers, chaos: Chaos::random(&mut dice) }
    };
    (0..OF_A_NUMBER).map(pair).collect()
}

impl Pair {
    /// Pairs with one thing less.
    pub fn smaller(&self) -> Vec<Self> {
        let alone = self.strangers.map(|_| Self { strangers: None, ..self.clone() });
        let both = self.before.smaller().into_iter().filter_map(|before| {
            // What goes from both is no change less.
            let after = self.after.smaller().into_iter().find(|after| *after == before);
            after.map(|after| Self { before, after, ..self.clone() })
        });
        let after = self.after.smaller().into_iter().map(|after| Self { after, ..self.clone() });
        let before = self.before.smaller().into_iter().map(|before| Self { before, ..self.clone() });
        alone.into_iter().chain(both).chain(after).chain(before).collect()
    }
}

/// What tells one failure from another: its words up to the first detail.
pub fn headline(problem: &str) -> &str {
    problem.split([':', '\n']).next().unwrap_or_default()
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "ALBCTL_LAW={} (made smaller)", self.number)?;
        writeln!(
            f,
            "the fault: {:?}, strangers: {:?}, changes: {:?}",
            self.chaos, self.strangers, self.sorts
        )?;
        write!(f, "--- A\n{}--- B\n{}", self.before.yaml(), self.after.yaml())
    }
}
