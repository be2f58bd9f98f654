//! The step checker: after a step every request is answered as before the change or as after it, and none goes back.

use super::arrange::{Arrangement, Goal, Place};
use super::bits::Bits;
use super::shape::{Fate, Hand, Op, Shape};

/// Which requests a rule matches, and how it answers them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The requests.
    pub hits: Bits,
    /// The answer, by its number.
    pub answer: usize,
}

/// The contents of all rules, on a fixed set of requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forms {
    /// How many requests there are.
    pub requests: usize,
    /// How many answers there are.
    pub answers: usize,
    /// Of the live rules.
    pub live: Vec<Form>,
    /// Of the wanted rules.
    pub wanted: Vec<Form>,
    /// The default action's answer now.
    pub old_default: usize,
    /// The default action's answer at the end.
    pub new_default: usize,
}

/// How far a change has come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct State {
    done: Bits,
    live: usize,
    growth: isize,
}

impl State {
    /// Nothing is done.
    pub fn start(shape: &Shape) -> Self {
        let live = shape.live.len();
        Self { done: Bits::none(2 + 2 * live + shape.wanted.len()), live, growth: 0 }
    }

    /// The state after one step more.
    #[must_use]
    pub fn after(&self, op: Op) -> Self {
        let mut next = self.clone();
        next.done.put(self.place(op));
        next.growth += match op {
            Op::Create(_) => 1,
            Op::Delete(_) => -1,
            Op::Reorder | Op::Modify(_) | Op::Default => 0,
        };
        next
    }

    /// Whether a step is done.
    pub fn has(&self, op: Op) -> bool {
        self.done.has(self.place(op))
    }

    /// How many rules more there are than at the start; fewer count as none.
    pub fn growth(&self) -> usize {
        usize::try_from(self.growth).unwrap_or(0)
    }

    fn place(&self, op: Op) -> usize {
        match op {
            Op::Reorder => 0,
            Op::Default => 1,
            Op::Modify(live) => 2 + live,
            Op::Delete(live) => 2 + self.live + live,
            Op::Create(wanted) => 2 + 2 * self.live + wanted,
        }
    }
}

/// Answers before and after the whole change, ready to compare.
pub struct Checker<'a> {
    forms: &'a Forms,
    /// For each answer, the requests that get it before the change.
    old: Vec<Bits>,
    /// And after it.
    new: Vec<Bits>,
    /// The requests that the change concerns.
    differ: Bits,
}

impl<'a> Checker<'a> {
    /// A checker of a change.
    pub fn new(forms: &'a Forms, before: &[&Form], after: &[&Form]) -> Self {
        let old = answers(forms, before, forms.old_default);
        let new = answers(forms, after, forms.new_default);
        let mut differ = Bits::of(forms.requests, |_| true);
        for (old, new) in old.iter().zip(&new) {
            differ.remove(&old.and(new));
        }
        Self { forms, old, new, differ }
    }

    /// A checker of a change of which the end is known.
    pub fn of(forms: &'a Forms, goal: &Goal) -> Self {
        let before: Vec<&Form> = forms.live.iter().collect();
        let last = |place: &Place| match *place {
            Place::Wanted(wanted) => &forms.wanted[wanted],
            Place::Stranger(live) => &forms.live[live],
        };
        let after: Vec<&Form> = goal.order.iter().map(last).collect();
        Self::new(forms, &before, &after)
    }

    /// No request is answered in the new way yet.
    pub fn nothing(&self) -> Bits {
        Bits::none(self.forms.requests)
    }

    /// Checks a list of rules. `switched` are the requests that were answered in the new way before; returns those
    /// that are now.
    ///
    /// # Errors
    /// A request that is answered as neither before nor after the change, or goes back.
    pub fn check<'f>(
        &self,
        rules: impl Iterator<Item = &'f Form>,
        default: usize,
        switched: &Bits,
    ) -> Result<Bits, usize> {
        let mut open = Bits::of(self.forms.requests, |_| true);
        let mut now = self.nothing();
        let everything = open.clone();
        let rules = rules.map(|form| (&form.hits, form.answer));
        for (hits, answer) in rules.chain([(&everything, default)]) {
            let got = hits.and(&open);
            if got.is_empty() {
                continue;
            }
            let as_new = got.and(&self.new[answer]);
            let mut wrong = got.clone();
            wrong.remove(&as_new);
            let mut as_old = self.old[answer].clone();
            as_old.remove(switched);
            wrong.remove(&as_old);
            if let Some(request) = wrong.first() {
                return Err(request);
            }
            now.add(&as_new);
            open.remove(&got);
        }
        Ok(now.and(&self.differ))
    }

    /// Checks the rules that are there in a state of a change.
    ///
    /// # Errors
    /// As [`Checker::check`].
    pub fn state(
        &self,
        shape: &Shape,
        arrangement: &Arrangement,
        state: &State,
        switched: &Bits,
    ) -> Result<Bits, usize> {
        let list = if state.has(Op::Reorder) { &arrangement.after } else { &arrangement.before };
        let form = |hand: &Hand| match *hand {
            Hand::New(wanted) => state.has(Op::Create(wanted)).then(|| &self.forms.wanted[wanted]),
            Hand::Live(live) => match shape.live[live].fate {
                Fate::Becomes(wanted) if state.has(Op::Modify(live)) => Some(&self.forms.wanted[wanted]),
                _ if state.has(Op::Delete(live)) => None,
                Fate::Becomes(_) | Fate::Stays | Fate::Goes | Fate::GoesUnmoved => {
                    Some(&self.forms.live[live])
                }
            },
        };
        let default = if state.has(Op::Default) { self.forms.new_default } else { self.forms.old_default };
        self.check(list.iter().filter_map(form), default, switched)
    }
}

/// For each answer, the requests that get it from a list of rules.
fn answers(forms: &Forms, rules: &[&Form], default: usize) -> Vec<Bits> {
    let mut answers = vec![Bits::none(forms.requests); forms.answers];
    let mut open = Bits::of(forms.requests, |_| true);
    for form in rules {
        answers[form.answer].add(&form.hits.and(&open));
        open.remove(&form.hits);
    }
    answers[default].add(&open);
    answers
}
