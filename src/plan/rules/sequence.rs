//! The calls that bring the rules of one listener from what is live to what is wanted, so that after each of them
//! every request is answered as before or as after, and changes at most once.
//!
//! Rules are changed in place where an order of steps can be found that the checker accepts. Where none can, as few
//! as possible are made anew. That always works: while the new rules are created from the top down, what a request
//! meets first is an old rule with all old ones above it still there, or a new one with all new ones above it; the
//! same holds while the old ones are then deleted from the bottom up, wherever the two stand among each other.

use std::collections::{BTreeMap, BTreeSet};

use super::arrange::{Goal, Style, Until, anchors, arrange};
use super::check::{Checker, Forms};
use super::number::number;
use super::search::{Obstacles, search};
use super::shape::{Op, Operation, Shape};
use super::verify::verify;
use crate::kinds::rule::priorities::NoRoom;

/// Of more rules than these it is not tried which ones alone must be made anew.
const MOST_TRIED: usize = 12;

const ALL_STYLES: &[Style] = &[Style::ByNumber, Style::Below, Style::Above];

/// A rule that is made anew cannot have its number while the old one holds it.
const FOR_ANEW: &[Style] = &[Style::Below, Style::Above];

/// The calls for one listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// In order; each needs the one before.
    pub operations: Vec<Operation>,
    /// The final number of every wanted rule.
    pub numbers: Vec<u32>,
    /// What it ends with.
    pub goal: Goal,
    /// The wanted rules that are live and made anew, with a request that stood in the way where one is known.
    pub made_anew: BTreeMap<usize, Option<usize>>,
}

/// Why there is no such sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There are not enough numbers around the wanted rule of this index.
    NoRoom(usize),
    /// It needs so many rules more than now for a while, which are more than there may be.
    Quota {
        /// The rules that come on top of those that are live.
        needed: usize,
    },
}

impl From<NoRoom> for Refusal {
    fn from(NoRoom(index): NoRoom) -> Self {
        Self::NoRoom(index)
    }
}

/// The wanted rules whose contents or place differ from what is live: only requests of these, of new rules and of
/// rules that go can be answered differently.
pub fn differing(shape: &Shape, goal: &Goal) -> BTreeSet<usize> {
    let anchors = anchors(shape, goal);
    let differs = |wanted: usize| {
        shape.wanted[wanted].live.is_some_and(|live| shape.wanted[wanted].differs || !anchors.contains(&live))
    };
    (0..shape.wanted.len()).filter(|&wanted| differs(wanted)).collect()
}

/// Finds the sequence.
///
/// # Errors
/// Quotas and numbers, never safety: see above.
pub fn sequence(shape: &Shape, forms: &Forms) -> Result<Sequence, Refusal> {
    let goal = Goal::of(shape)?;
    if let Some(found) = any(shape, forms, &goal) {
        return Ok(found);
    }
    let boundless = Shape { spare: usize::MAX, ..shape.clone() };
    match any(&boundless, forms, &goal) {
        Some(found) => Err(Refusal::Quota { needed: growth(&found.operations) }),
        None => Err(Refusal::NoRoom(0)),
    }
}

/// The first goal that can be reached: the one in which most rules keep their number; where numbers are scarce
/// between strangers, one that uses no number of a rule that moves; and at last one that uses none of any live rule.
fn any(shape: &Shape, forms: &Forms, goal: &Goal) -> Option<Sequence> {
    let quest = |goal: Goal| Quest { shape, forms, checker: Checker::of(forms, &goal), goal };
    quest(goal.clone()).shortest().or_else(|| {
        let roomy = quest(Goal::roomy(shape, goal).ok()?);
        roomy.shortest().or_else(|| {
            [Some(differing(shape, goal)), everything(shape)].into_iter().flatten().find_map(|set| {
                let fresh = quest(Goal::of(&shape.anew(&set)).ok()?);
                fresh.attempt(&set, ALL_STYLES).ok()
            })
        })
    })
}

/// All rules that are live and wanted, where the quota lets them be there twice: rules that do not change are not made
/// anew only to get others past a quota.
fn everything(shape: &Shape) -> Option<BTreeSet<usize>> {
    (shape.spare >= shape.wanted.len()).then(|| shape.kept())
}

/// How many rules more than at the start there are at most.
pub fn growth(operations: &[Operation]) -> usize {
    let (mut there, mut most) = (0_isize, 0_isize);
    for operation in operations {
        match operation {
            Operation::Create { .. } => there += 1,
            Operation::Delete { .. } => there -= 1,
            Operation::SetPriorities(_) | Operation::Modify { .. } | Operation::SetDefault => {}
        }
        most = most.max(there);
    }
    most.unsigned_abs()
}

struct Quest<'a> {
    shape: &'a Shape,
    forms: &'a Forms,
    goal: Goal,
    checker: Checker<'a>,
}

impl Quest<'_> {
    /// The sequence that makes the fewest rules anew.
    fn shortest(&self) -> Option<Sequence> {
        let obstacles = match self.attempt(&BTreeSet::new(), ALL_STYLES) {
            Ok(found) => return Some(found),
            Err(obstacles) => obstacles,
        };
        let differing = differing(self.shape, &self.goal);
        let ones =
            differing.iter().filter(|_| differing.len() <= MOST_TRIED).map(|&one| BTreeSet::from([one]));
        let stuck = self.stuck(&obstacles, &differing);
        let sets = ones.chain([stuck, differing.clone()]).chain(everything(self.shape));
        let mut found =
            sets.filter(|set| !set.is_empty()).find_map(|set| self.attempt(&set, FOR_ANEW).ok())?;
        if (2..=MOST_TRIED).contains(&found.made_anew.len()) {
            for one in found.made_anew.keys().copied().collect::<Vec<_>>() {
                let fewer: BTreeSet<usize> =
                    found.made_anew.keys().copied().filter(|own| *own != one).collect();
                if let Ok(better) = self.attempt(&fewer, FOR_ANEW) {
                    found = better;
                }
            }
        }
        for (wanted, request) in &mut found.made_anew {
            let own = |op: &&Op| match **op {
                Op::Modify(live) => self.shape.wanted[*wanted].live == Some(live),
                Op::Reorder => true,
                Op::Create(_) | Op::Delete(_) | Op::Default => false,
            };
            *request = obstacles.keys().find(own).and_then(|op| obstacles.get(op)).copied();
        }
        Some(found)
    }

    /// The rules whose change in place stands still.
    fn stuck(&self, obstacles: &Obstacles, differing: &BTreeSet<usize>) -> BTreeSet<usize> {
        let moved = obstacles.contains_key(&Op::Reorder);
        let stuck = |wanted: &usize| {
            let rule = &self.shape.wanted[*wanted];
            rule.live.is_some_and(|live| obstacles.contains_key(&Op::Modify(live)))
                || (moved && !rule.differs)
        };
        differing.iter().copied().filter(stuck).collect()
    }

    fn attempt(&self, anew: &BTreeSet<usize>, styles: &[Style]) -> Result<Sequence, Obstacles> {
        let shape = self.shape.anew(anew);
        let mut best: Option<Sequence> = None;
        let mut obstacles = Obstacles::new();
        for &style in styles {
            for until in [Until::High, Until::Low] {
                let arrangement = arrange(&shape, &self.goal, style, until);
                match search(&shape, &arrangement, &self.checker) {
                    Ok(ops) => {
                        let found = number(&shape, &arrangement, &ops).map(|operations| Sequence {
                            operations,
                            numbers: arrangement.numbers.clone(),
                            goal: self.goal.clone(),
                            made_anew: anew.iter().map(|&wanted| (wanted, None)).collect(),
                        });
                        let sound = found.filter(|found| verify(&shape, self.forms, found).is_ok());
                        best = shorter(best, sound);
                    }
                    Err(more) => more.into_iter().for_each(|(op, request)| {
                        obstacles.entry(op).or_insert(request);
                    }),
                }
                let least = best
                    .as_ref()
                    .is_some_and(|best| renumberings(best) <= usize::from(arrangement.reorders()));
                if least || !arrangement.reorders() {
                    break;
                }
            }
            if best.as_ref().is_some_and(|best| renumberings(best) == 0) {
                break;
            }
        }
        best.ok_or(obstacles)
    }
}

fn shorter(one: Option<Sequence>, other: Option<Sequence>) -> Option<Sequence> {
    match (one, other) {
        (Some(one), Some(other)) if renumberings(&other) < renumberings(&one) => Some(other),
        (Some(one), _) => Some(one),
        (None, other) => other,
    }
}

fn renumberings(sequence: &Sequence) -> usize {
    sequence.operations.iter().filter(|one| matches!(one, Operation::SetPriorities(_))).count()
}
