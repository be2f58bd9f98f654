//! Which rules keep their priority, and what numbers the others get.
//!
//! The order in the spec is the order of evaluation. As many rules as possible keep their number: a longest chain
//! of rules whose numbers leave enough room for all that stand between them. Plain longest increasing
//! subsequence is not enough, since two kept neighbours may have no free number between them.

use std::collections::BTreeSet;

/// The largest priority. API: CreateRule, `Priority`.
pub const MAX: u32 = 50_000;

/// The distance between numbers where there is room for it: later rules fit between without moving others.
const STEP: u32 = 10;

/// What is known of one wanted rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The number it has now.
    pub live: Option<u32>,
    /// The number that the spec demands.
    pub explicit: Option<u32>,
}

/// There are not enough free numbers around the rule at this index of the wanted list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRoom(pub usize);

/// Chooses the number of every wanted rule, in the wanted order.
///
/// `strangers` holds the numbers of rules that are not ours, `doomed` those of our rules that will be deleted
/// last and so still hold theirs when new ones are created.
///
/// # Errors
/// [`NoRoom`] with the index of a rule whose explicit number leaves too little room, or of the first rule.
pub fn choose(slots: &[Slot], strangers: &BTreeSet<u32>, doomed: &BTreeSet<u32>) -> Result<Vec<u32>, NoRoom> {
    let taken: BTreeSet<u32> = strangers.union(doomed).copied().collect();
    let free = Free::new(&taken);
    let kept = keep(slots, &free)?;
    let mut numbers = vec![0; slots.len()];
    let mut from = Edge { index: 0, number: 0 };
    let ends = kept.iter().map(|&(index, number)| Edge { index: index + 1, number });
    for to in ends.chain([Edge { index: slots.len() + 1, number: MAX + 1 }]) {
        let count = to.index - from.index - 1;
        let chosen = spread(from.number, to.number, count, strangers, &taken).ok_or(NoRoom(from.index))?;
        for (offset, number) in chosen.into_iter().enumerate() {
            numbers[from.index + offset] = number;
        }
        if to.index <= slots.len() {
            numbers[to.index - 1] = to.number;
        }
        from = to;
    }
    Ok(numbers)
}

/// An end of a gap: a kept rule by its position (from 1) and number, or one of the two ends of all numbers.
#[derive(Clone, Copy)]
struct Edge {
    index: usize,
    number: u32,
}

/// Counts the numbers that are not taken.
struct Free {
    taken: Vec<u32>,
}

impl Free {
    fn new(taken: &BTreeSet<u32>) -> Self {
        Self { taken: taken.iter().copied().collect() }
    }

    /// How many free numbers there are from 1 to `number`.
    fn up_to(&self, number: u32) -> usize {
        number as usize - self.taken.partition_point(|&taken| taken <= number)
    }
}

/// The best chain that ends at one rule.
#[derive(Clone, Copy)]
struct Chain {
    length: usize,
    previous: Option<usize>,
}

/// The longest chain of rules that keep their number, with all explicit ones in it: (index, number).
fn keep(slots: &[Slot], free: &Free) -> Result<Vec<(usize, u32)>, NoRoom> {
    let number = |index: usize| slots[index].explicit.or(slots[index].live);
    let fits_ends = |index: usize, number: u32| {
        (1..=MAX).contains(&number)
            && free.up_to(number) > index
            && free.up_to(MAX) - free.up_to(number) >= slots.len() - index - 1
    };
    let mut chains: Vec<Option<Chain>> = vec![None; slots.len()];
    for index in 0..slots.len() {
        let Some(own) = number(index).filter(|&own| fits_ends(index, own)) else {
            if slots[index].explicit.is_some() {
                return Err(NoRoom(index));
            }
            continue;
        };
        let mut best = no_explicit_before(slots, index).then_some(Chain { length: 1, previous: None });
        for before in (0..index).rev() {
            if let (Some(chain), Some(other)) = (chains[before], number(before)) {
                let room = own > other && free.up_to(own) - free.up_to(other) >= index - before;
                if room && best.is_none_or(|best| chain.length + 1 > best.length) {
                    best = Some(Chain { length: chain.length + 1, previous: Some(before) });
                }
            }
            if slots[before].explicit.is_some() {
                break;
            }
        }
        if best.is_none() && slots[index].explicit.is_some() {
            return Err(NoRoom(index));
        }
        chains[index] = best;
    }
    Ok(unwind(slots, &chains, number))
}

fn no_explicit_before(slots: &[Slot], index: usize) -> bool {
    slots[..index].iter().all(|slot| slot.explicit.is_none())
}

/// Follows the best chain back from its end; the end may not leave out an explicit number.
fn unwind(
    slots: &[Slot],
    chains: &[Option<Chain>],
    number: impl Fn(usize) -> Option<u32>,
) -> Vec<(usize, u32)> {
    let last_explicit = slots.iter().rposition(|slot| slot.explicit.is_some()).unwrap_or(0);
    let mut end: Option<(usize, usize)> = None;
    for (index, chain) in chains.iter().enumerate().skip(last_explicit) {
        let length = chain.map_or(0, |chain| chain.length);
        if length > end.map_or(0, |(_, best)| best) {
            end = Some((index, length));
        }
    }
    let mut kept = Vec::new();
    let mut next = end.map(|(index, _)| index);
    while let Some(index) = next {
        kept.extend(number(index).map(|own| (index, own)));
        next = chains[index].and_then(|chain| chain.previous);
    }
    kept.reverse();
    kept
}

/// `count` free numbers between `low` and `high`, both excluded: below the next stranger if they fit there, so
/// that a new rule stays between the same strangers as the rule before it.
fn spread(
    low: u32,
    high: u32,
    count: usize,
    strangers: &BTreeSet<u32>,
    taken: &BTreeSet<u32>,
) -> Option<Vec<u32>> {
    let stranger = strangers.range(low + 1..high).next().copied();
    [stranger, Some(high)].into_iter().flatten().find_map(|high| spread_in(low, high, count, taken))
}

fn spread_in(low: u32, high: u32, count: usize, taken: &BTreeSet<u32>) -> Option<Vec<u32>> {
    if count == 0 {
        return Some(Vec::new());
    }
    if high > MAX {
        let steps: Vec<u32> = ((low / STEP + 1) * STEP..high)
            .step_by(STEP as usize)
            .filter(|number| !taken.contains(number))
            .take(count)
            .collect();
        if steps.len() == count {
            return Some(steps);
        }
    }
    let free: Vec<u32> = (low + 1..high).filter(|number| !taken.contains(number)).collect();
    if free.len() < count {
        return None;
    }
    Some((1..=count).map(|nth| free[nth * (free.len() + 1) / (count + 1) - 1]).collect())
}
