//! Finding an order of steps that the checker accepts: natural orders first, then whatever is safe next, going back
//! where that leads nowhere.

use std::collections::{BTreeMap, BTreeSet};

use super::arrange::Arrangement;
use super::bits::Bits;
use super::check::{Checker, State};
use super::shape::{Fate, Op, Shape};

/// What a search that found nothing knows: the steps that it could not do, with a request that stood in the way.
pub type Obstacles = BTreeMap<Op, usize>;

/// An order of all steps of a change in which each is safe.
///
/// # Errors
/// What stood in the way.
pub fn search(shape: &Shape, arrangement: &Arrangement, checker: &Checker<'_>) -> Result<Vec<Op>, Obstacles> {
    let mut obstacles = Obstacles::new();
    for ops in preferences(shape, arrangement) {
        let budget = 500 + ops.len() * ops.len();
        let mut search = Search {
            shape,
            arrangement,
            checker,
            ops,
            budget,
            dead: BTreeSet::new(),
            obstacles: BTreeMap::new(),
        };
        let mut done = Vec::new();
        if search.from(&State::start(shape), &checker.nothing(), &mut done) {
            return Ok(done);
        }
        let exhausted = search.budget > 0;
        for (op, request) in search.obstacles {
            obstacles.entry(op).or_insert(request);
        }
        if exhausted {
            // Every order was tried: another preference finds nothing either.
            break;
        }
    }
    Err(obstacles)
}

/// All steps, in the orders in which they are tried.
fn preferences(shape: &Shape, arrangement: &Arrangement) -> Vec<Vec<Op>> {
    let creates: Vec<Op> =
        (0..shape.wanted.len()).filter(|&index| shape.wanted[index].live.is_none()).map(Op::Create).collect();
    let modify =
        |wanted: usize| shape.wanted[wanted].live.filter(|_| shape.wanted[wanted].differs).map(Op::Modify);
    let modifies: Vec<Op> = (0..shape.wanted.len()).filter_map(modify).collect();
    let up: Vec<Op> = modifies.iter().rev().copied().collect();
    let gone = |live: usize| matches!(shape.live[live].fate, Fate::Goes | Fate::GoesUnmoved);
    let deletes: Vec<Op> = (0..shape.live.len()).rev().filter(|&live| gone(live)).map(Op::Delete).collect();
    let reorder: Vec<Op> = arrangement.reorders().then_some(Op::Reorder).into_iter().collect();
    let default: Vec<Op> = shape.default_differs.then_some(Op::Default).into_iter().collect();
    let interleaved: Vec<Op> = (0..shape.wanted.len())
        .filter_map(|wanted| match shape.wanted[wanted].live {
            None => Some(Op::Create(wanted)),
            Some(_) => modify(wanted),
        })
        .collect();
    vec![
        [&reorder, &modifies, &creates, &default, &deletes].map(Vec::as_slice).concat(),
        [&creates, &reorder, &modifies, &default, &deletes].map(Vec::as_slice).concat(),
        [&reorder, &default, &up, &creates, &deletes].map(Vec::as_slice).concat(),
        [&interleaved, &reorder, &default, &deletes].map(Vec::as_slice).concat(),
    ]
}

struct Search<'a> {
    shape: &'a Shape,
    arrangement: &'a Arrangement,
    checker: &'a Checker<'a>,
    ops: Vec<Op>,
    /// Checks that may still be made.
    budget: usize,
    /// States from which there is no way.
    dead: BTreeSet<State>,
    obstacles: Obstacles,
}

impl Search<'_> {
    fn from(&mut self, state: &State, switched: &Bits, done: &mut Vec<Op>) -> bool {
        if done.len() == self.ops.len() {
            return true;
        }
        let mut blocked = Obstacles::new();
        for index in 0..self.ops.len() {
            let op = self.ops[index];
            if state.has(op) {
                continue;
            }
            let next = state.after(op);
            if next.growth() > self.shape.spare || self.dead.contains(&next) {
                continue;
            }
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            match self.checker.state(self.shape, self.arrangement, &next, switched) {
                Ok(switched) => {
                    done.push(op);
                    if self.from(&next, &switched, done) {
                        return true;
                    }
                    done.pop();
                }
                Err(request) => {
                    blocked.insert(op, request);
                }
            }
        }
        if self.obstacles.is_empty() {
            self.obstacles = blocked;
        }
        self.dead.insert(state.clone());
        false
    }
}
