//! Where every rule stands while a change is under way: the old and the new rules in one list.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::{Fate, Hand, Shape};
use crate::kinds::rule::priorities::{self, NoRoom, Slot};

/// How new rules stand among those that go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Where the numbers of the goal put them; rules that go keep theirs. Not for rules that are made anew.
    ByNumber,
    /// Below the rules that go, between the same rules that stay.
    Below,
    /// Above them.
    Above,
}

/// Where rules that are created before the rest is reordered stand until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// As high as their final place allows.
    High,
    /// As low.
    Low,
}

/// A place in the list that a change ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The wanted rule of this index.
    Wanted(usize),
    /// The live rule of this index, which is not ours.
    Stranger(usize),
}

/// What a change ends with, whichever way it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// The numbers of the wanted rules, as far as the way leaves them their choice.
    pub numbers: Vec<u32>,
    /// The order of evaluation.
    pub order: Vec<Place>,
}

impl Goal {
    /// Chooses numbers so that as many rules as possible keep theirs.
    ///
    /// # Errors
    /// The index of a wanted rule that there is no room for.
    pub fn of(shape: &Shape) -> Result<Self, NoRoom> {
        Ok(Self::with(shape, numbers(shape, &BTreeSet::new())?))
    }

    /// The same, but no rule takes a number that another has now that moves away from it in `goal`.
    ///
    /// # Errors
    /// As [`Goal::of`].
    pub fn roomy(shape: &Shape, goal: &Self) -> Result<Self, NoRoom> {
        let moves = |live: &&super::shape::LiveRule| match live.fate {
            Fate::Becomes(wanted) => goal.numbers[wanted] != live.number,
            Fate::Goes | Fate::GoesUnmoved | Fate::Stays => false,
        };
        let left = shape.live.iter().filter(moves).map(|live| live.number).collect();
        Ok(Self::with(shape, numbers(shape, &left)?))
    }

    fn with(shape: &Shape, numbers: Vec<u32>) -> Self {
        let mut list: Vec<(u32, Place)> =
            numbers.iter().enumerate().map(|(wanted, &number)| (number, Place::Wanted(wanted))).collect();
        let strangers = shape.live.iter().enumerate().filter(|(_, live)| live.fate == Fate::Stays);
        list.extend(strangers.map(|(index, live)| (live.number, Place::Stranger(index))));
        list.sort_unstable();
        Self { numbers, order: list.into_iter().map(|(_, place)| place).collect() }
    }

    fn hands(&self, shape: &Shape) -> Vec<Hand> {
        let hand = |place: &Place| match *place {
            Place::Wanted(wanted) => hand(shape, wanted),
            Place::Stranger(live) => Hand::Live(live),
        };
        self.order.iter().map(hand).collect()
    }
}

/// One list of all rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// The final number of every wanted rule, in the wanted order.
    pub numbers: Vec<u32>,
    /// All rules, in the order that holds until they are reordered.
    pub before: Vec<Hand>,
    /// All rules, in the order that holds from then on.
    pub after: Vec<Hand>,
}

impl Arrangement {
    /// Whether live rules pass each other, so that one call has to reorder them.
    pub fn reorders(&self) -> bool {
        self.before != self.after
    }
}

/// The numbers of the wanted rules: none that a stranger, a rule that goes or one of `avoid` has.
fn numbers(shape: &Shape, avoid: &BTreeSet<u32>) -> Result<Vec<u32>, NoRoom> {
    let slot = |wanted: &super::shape::WantedRule| Slot {
        live: wanted.live.map(|live| shape.live[live].number),
        explicit: wanted.explicit,
    };
    let slots: Vec<Slot> = shape.wanted.iter().map(slot).collect();
    let held = |fates: &[Fate]| -> BTreeSet<u32> {
        shape.live.iter().filter(|live| fates.contains(&live.fate)).map(|live| live.number).collect()
    };
    let strangers = held(&[Fate::Stays, Fate::GoesUnmoved]);
    let claimed: BTreeSet<u32> = slots.iter().filter_map(|slot| slot.explicit).collect();
    let goes: BTreeSet<u32> = held(&[Fate::Goes]).union(avoid).copied().collect();
    let doomed = goes.difference(&claimed).copied().collect();
    // Where numbers are scarce those of rules that go are used too: they make room.
    priorities::choose(&slots, &strangers, &doomed)
        .or_else(|_| priorities::choose(&slots, &strangers, &BTreeSet::new()))
}

/// Puts all rules into one list.
pub fn arrange(shape: &Shape, goal: &Goal, style: Style, until: Until) -> Arrangement {
    let (after, numbers) = match style {
        Style::ByNumber => (by_number(shape, &goal.numbers), goal.numbers.clone()),
        Style::Below | Style::Above => {
            let after = merged(shape, &goal.hands(shape), &anchors(shape, goal), style);
            let numbers = numbers_in(shape, &after).unwrap_or_else(|_| goal.numbers.clone());
            (after, numbers)
        }
    };
    let live: Vec<Hand> = (0..shape.live.len()).map(Hand::Live).collect();
    let kept_order: Vec<Hand> = after.iter().copied().filter(|hand| matches!(hand, Hand::Live(_))).collect();
    let before = if kept_order == live { after.clone() } else { with_new(&live, &after, until) };
    Arrangement { numbers, before, after }
}

/// The rule that a wanted one will be.
pub fn hand(shape: &Shape, wanted: usize) -> Hand {
    shape.wanted[wanted].live.map_or(Hand::New(wanted), Hand::Live)
}

/// The live rules that keep their place towards each other: those that keep their number, and as many others as fit.
pub fn anchors(shape: &Shape, goal: &Goal) -> BTreeSet<usize> {
    let place: BTreeMap<usize, usize> = goal
        .hands(shape)
        .into_iter()
        .enumerate()
        .filter_map(|(place, hand)| match hand {
            Hand::Live(live) => Some((live, place)),
            Hand::New(_) => None,
        })
        .collect();
    let stays = |live: usize| match shape.live[live].fate {
        Fate::Becomes(wanted) => goal.numbers[wanted] == shape.live[live].number,
        Fate::Stays => true,
        Fate::Goes | Fate::GoesUnmoved => false,
    };
    let mut anchors: BTreeSet<usize> = place.keys().copied().filter(|&live| stays(live)).collect();
    for (&live, &at) in &place {
        let fits = anchors.iter().all(|other| *other == live || (*other < live) == (place[other] < at));
        if fits {
            anchors.insert(live);
        }
    }
    anchors
}

fn by_number(shape: &Shape, numbers: &[u32]) -> Vec<Hand> {
    // Of a new rule and one that goes from the number that it claims, the new one stands above.
    let mut list: Vec<(u32, bool, Hand)> =
        numbers.iter().enumerate().map(|(wanted, &number)| (number, false, hand(shape, wanted))).collect();
    for (index, live) in shape.live.iter().enumerate() {
        if !matches!(live.fate, Fate::Becomes(_)) {
            list.push((live.number, true, Hand::Live(index)));
        }
    }
    list.sort_unstable();
    list.into_iter().map(|(_, _, hand)| hand).collect()
}

/// Between each two anchors: what comes, and what goes.
fn merged(shape: &Shape, goal: &[Hand], anchors: &BTreeSet<usize>, style: Style) -> Vec<Hand> {
    let goes = |live: usize| matches!(shape.live[live].fate, Fate::Goes | Fate::GoesUnmoved);
    let anchor = |hand: &Hand| matches!(hand, Hand::Live(live) if anchors.contains(live));
    let mut list = Vec::with_capacity(goal.len() + shape.live.len());
    let mut old = (0..shape.live.len()).peekable();
    let mut coming: Vec<Hand> = Vec::new();
    let mut flush = |coming: &mut Vec<Hand>, until: Option<usize>, list: &mut Vec<Hand>| {
        let mut going = Vec::new();
        while let Some(live) = old.next_if(|&live| Some(live) != until) {
            going.extend(goes(live).then_some(Hand::Live(live)));
        }
        old.next();
        let (first, second) = if style == Style::Above {
            (std::mem::take(coming), going)
        } else {
            (going, std::mem::take(coming))
        };
        list.extend(first.into_iter().chain(second));
    };
    for hand in goal {
        match hand {
            Hand::Live(live) if anchor(hand) => {
                flush(&mut coming, Some(*live), &mut list);
                list.push(*hand);
            }
            Hand::Live(_) | Hand::New(_) => coming.push(*hand),
        }
    }
    flush(&mut coming, None, &mut list);
    list
}

/// Final numbers that leave room for the rules that go, at their places in the list.
fn numbers_in(shape: &Shape, list: &[Hand]) -> Result<Vec<u32>, NoRoom> {
    let slots: Vec<Slot> = list
        .iter()
        .map(|hand| {
            let explicit = explicit(shape, *hand);
            let live = match hand {
                Hand::Live(live) => Some(shape.live[*live].number),
                Hand::New(_) => None,
            };
            Slot { live, explicit }
        })
        .collect();
    let chosen = priorities::choose(&slots, &BTreeSet::new(), &BTreeSet::new()).map_err(|_| NoRoom(0))?;
    let of: BTreeMap<Hand, u32> = list.iter().copied().zip(chosen).collect();
    Ok((0..shape.wanted.len()).map(|wanted| of.get(&hand(shape, wanted)).copied().unwrap_or(0)).collect())
}

/// The number that a rule cannot but have at the end, or, if it is not ours, all the time.
fn explicit(shape: &Shape, hand: Hand) -> Option<u32> {
    match hand {
        Hand::New(wanted) => shape.wanted[wanted].explicit,
        Hand::Live(live) => match shape.live[live].fate {
            Fate::Becomes(wanted) => shape.wanted[wanted].explicit,
            Fate::Stays | Fate::GoesUnmoved => Some(shape.live[live].number),
            Fate::Goes => None,
        },
    }
}

/// The live rules in their order, with the new ones at places that agree with their final ones.
fn with_new(live: &[Hand], after: &[Hand], until: Until) -> Vec<Hand> {
    let place: BTreeMap<Hand, usize> = after.iter().enumerate().map(|(place, hand)| (*hand, place)).collect();
    let mut list = live.to_vec();
    let new: Vec<Hand> = after.iter().copied().filter(|hand| matches!(hand, Hand::New(_))).collect();
    match until {
        Until::High => {
            let mut from = 0;
            for hand in new {
                let at = (from..list.len()).find(|&at| place[&list[at]] > place[&hand]).unwrap_or(list.len());
                list.insert(at, hand);
                from = at + 1;
            }
        }
        Until::Low => {
            let mut to = list.len();
            for hand in new.into_iter().rev() {
                let at = (0..to).rev().find(|&at| place[&list[at]] < place[&hand]).map_or(0, |at| at + 1);
                list.insert(at, hand);
                to = at;
            }
        }
    }
    list
}
