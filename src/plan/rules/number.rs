//! From an order of steps to calls with numbers: no two rules hold one number at any time, and strangers keep theirs.

use std::collections::{BTreeMap, BTreeSet};

use super::arrange::{Arrangement, hand};
use super::shape::{Fate, Hand, Op, Operation, Shape};
use crate::kinds::rule::priorities::{self, Slot};

/// Gives every step its numbers; `None` when there are not enough.
///
/// Where rules stand in each other's way, one call makes room before all else; where the final numbers leave no
/// room for what still goes, a last call gives them.
pub fn number(shape: &Shape, arrangement: &Arrangement, ops: &[Op]) -> Option<Vec<Operation>> {
    let now = shape.live.iter().enumerate().map(|(live, rule)| (Hand::Live(live), rule.number)).collect();
    let mut numbering = Numbering { shape, finals: finals(shape, arrangement), now, operations: Vec::new() };
    let (first, second) = match ops.iter().position(|op| *op == Op::Reorder) {
        Some(at) => (&ops[..at], &ops[at + 1..]),
        None => (&[][..], ops),
    };
    if first.iter().any(|op| matches!(op, Op::Create(_))) {
        let numbers = numbering.loose(&arrangement.before, first)?;
        numbering.segment(first, &numbers);
    } else {
        numbering.segment(first, &BTreeMap::new());
    }
    let numbers = numbering.last(&arrangement.after, second)?;
    numbering.segment(second, &numbers);
    let finals = numbering.finals.clone();
    numbering.set(&finals);
    Some(numbering.operations)
}

fn finals(shape: &Shape, arrangement: &Arrangement) -> BTreeMap<Hand, u32> {
    arrangement.numbers.iter().enumerate().map(|(wanted, &number)| (hand(shape, wanted), number)).collect()
}

struct Numbering<'a> {
    shape: &'a Shape,
    finals: BTreeMap<Hand, u32>,
    /// The numbers of all rules that are there.
    now: BTreeMap<Hand, u32>,
    operations: Vec<Operation>,
}

impl Numbering<'_> {
    /// Those of a list that are there or are created by these steps.
    fn there(&self, list: &[Hand], ops: &[Op]) -> Vec<Hand> {
        let created: BTreeSet<Hand> = ops
            .iter()
            .filter_map(|op| match op {
                Op::Create(wanted) => Some(Hand::New(*wanted)),
                Op::Reorder | Op::Modify(_) | Op::Delete(_) | Op::Default => None,
            })
            .collect();
        list.iter().copied().filter(|hand| self.now.contains_key(hand) || created.contains(hand)).collect()
    }

    /// Numbers in the order of a list that change as few as possible.
    fn loose(&self, list: &[Hand], ops: &[Op]) -> Option<BTreeMap<Hand, u32>> {
        let preferred = |hand: Hand| self.now.get(&hand).or_else(|| self.finals.get(&hand)).copied();
        self.choose(list, ops, |hand| Slot { live: preferred(hand), explicit: self.fixed(hand) })
    }

    /// The numbers for the last steps: the final ones if what goes finds its place between them, else such that a
    /// last call can give the final ones.
    fn last(&self, list: &[Hand], ops: &[Op]) -> Option<BTreeMap<Hand, u32>> {
        let own = |hand: Hand| self.now.get(&hand).copied();
        let final_number = |hand: Hand| self.finals.get(&hand).copied();
        let strict = self.choose(list, ops, |hand| Slot {
            live: own(hand),
            explicit: self.fixed(hand).or_else(|| final_number(hand)),
        });
        strict.or_else(|| {
            self.choose(list, ops, |hand| Slot {
                live: final_number(hand).or_else(|| own(hand)),
                explicit: self.fixed(hand),
            })
        })
    }

    fn choose(&self, list: &[Hand], ops: &[Op], slot: impl Fn(Hand) -> Slot) -> Option<BTreeMap<Hand, u32>> {
        let there = self.there(list, ops);
        let slots: Vec<Slot> = there.iter().map(|hand| slot(*hand)).collect();
        let chosen = priorities::choose(&slots, &BTreeSet::new(), &BTreeSet::new()).ok()?;
        Some(there.into_iter().zip(chosen).collect())
    }

    /// The number of a rule that is not ours, which it keeps.
    fn fixed(&self, hand: Hand) -> Option<u32> {
        match hand {
            Hand::New(_) => None,
            Hand::Live(live) => match self.shape.live[live].fate {
                Fate::Stays | Fate::GoesUnmoved => Some(self.shape.live[live].number),
                Fate::Becomes(_) | Fate::Goes => None,
            },
        }
    }

    /// One call that moves the rules that are there to these numbers, if any has another.
    fn set(&mut self, numbers: &BTreeMap<Hand, u32>) {
        let mut moves = Vec::new();
        for (hand, number) in &mut self.now {
            if let Some(&to) = numbers.get(hand).filter(|to| *to != number) {
                moves.push((*hand, to));
                *number = to;
            }
        }
        if !moves.is_empty() {
            moves.sort_by_key(|(_, number)| *number);
            self.operations.push(Operation::SetPriorities(moves));
        }
    }

    /// Steps between which nothing is reordered.
    fn segment(&mut self, ops: &[Op], numbers: &BTreeMap<Hand, u32>) {
        self.set(numbers);
        for op in ops {
            match *op {
                Op::Create(wanted) => {
                    let number = numbers.get(&Hand::New(wanted)).copied().unwrap_or_default();
                    self.now.insert(Hand::New(wanted), number);
                    self.operations.push(Operation::Create { wanted, number });
                }
                Op::Modify(live) => self.operations.push(Operation::Modify { live }),
                Op::Delete(live) => {
                    self.now.remove(&Hand::Live(live));
                    self.operations.push(Operation::Delete { live });
                }
                Op::Default => self.operations.push(Operation::SetDefault),
                // It is between the segments.
                Op::Reorder => {}
            }
        }
    }
}
