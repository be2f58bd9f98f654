//! Gives every wanted rule its priority, and finds which live rules must move.

use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::rule::plan::Move;
use crate::kinds::rule::priorities::{self, MAX, NoRoom, Slot};
use crate::kinds::{Desired, Live, Resource, listener, rule};
use crate::model::ResourceId;

/// The moves of each listener, by its key.
pub type Moves = BTreeMap<String, Vec<Move>>;

/// Fills in `priority` of all wanted rules.
pub fn assign(desired: &mut Desired, live: &Live, options: &Options, problems: &mut Diagnostics) -> Moves {
    let mut all = Moves::new();
    for (key, order) in desired.rule_order.clone() {
        let numbers = Numbers::of(&key, desired, live, options);
        let slots: Vec<Slot> = order.iter().map(|id| numbers.slot(id, desired)).collect();
        match priorities::choose(&slots, &numbers.strangers, &numbers.doomed_in_place(&slots)) {
            Ok(chosen) => {
                let mut moves = numbers.moves(&order, &chosen);
                moves.extend(numbers.evade(&chosen));
                set(desired, &order, &chosen);
                all.insert(key, moves);
            }
            Err(NoRoom(index)) => problems.push(no_room(desired, order.get(index), &key, &numbers)),
        }
    }
    all
}

/// The numbers in use on one listener.
struct Numbers {
    live: BTreeMap<ResourceId, u32>,
    strangers: BTreeSet<u32>,
    doomed: BTreeMap<ResourceId, u32>,
}

impl Numbers {
    fn of(key: &str, desired: &Desired, live: &Live, options: &Options) -> Self {
        let prefix = format!("{}/{key}/", rule::KIND);
        let mut numbers = Self { live: BTreeMap::new(), strangers: BTreeSet::new(), doomed: BTreeMap::new() };
        for (id, existing) in live.resources.iter().filter(|(id, _)| id.as_str().starts_with(&prefix)) {
            let Resource::Rule(rule) = &existing.resource else { continue };
            let side =
                if desired.resources.contains_key(id) { &mut numbers.live } else { &mut numbers.doomed };
            side.insert(id.clone(), rule.priority);
        }
        let parent = listener::id(key);
        // A stranger that is about to be pruned still holds its number while rules are created.
        let _ = options;
        numbers.strangers = live
            .strangers
            .iter()
            .filter(|stranger| stranger.kind == rule::KIND && stranger.parent == parent)
            .map(|stranger| stranger.number)
            .collect();
        numbers
    }

    fn slot(&self, id: &ResourceId, desired: &Desired) -> Slot {
        let explicit = match desired.resources.get(id).map(|wanted| &wanted.resource) {
            Some(Resource::Rule(rule)) if rule.explicit_priority => Some(rule.priority),
            Some(_) | None => None,
        };
        Slot { live: self.live.get(id).copied(), explicit }
    }

    /// The numbers of doomed rules that no explicit priority claims; those claimed will be moved away.
    fn doomed_in_place(&self, slots: &[Slot]) -> BTreeSet<u32> {
        let claimed: BTreeSet<u32> = slots.iter().filter_map(|slot| slot.explicit).collect();
        self.doomed.values().copied().filter(|number| !claimed.contains(number)).collect()
    }

    fn moves(&self, order: &[ResourceId], chosen: &[u32]) -> Vec<Move> {
        order
            .iter()
            .zip(chosen)
            .filter_map(|(id, &to)| {
                let from = *self.live.get(id)?;
                (from != to).then(|| Move { id: id.clone(), from, to })
            })
            .collect()
    }

    /// Doomed rules whose number a wanted rule demands move to the nearest free number.
    fn evade(&self, chosen: &[u32]) -> Vec<Move> {
        let mut used: BTreeSet<u32> =
            self.strangers.union(&chosen.iter().copied().collect()).copied().collect();
        let in_place = |number: &u32| !chosen.contains(number);
        used.extend(self.doomed.values().filter(|number| in_place(number)));
        let mut moves = Vec::new();
        for (id, &from) in self.doomed.iter().filter(|(_, number)| !in_place(number)) {
            let above = (1..from).rev().find(|number| !used.contains(number));
            let below = (from + 1..=MAX).find(|number| !used.contains(number));
            let nearest = [above, below].into_iter().flatten().min_by_key(|number| number.abs_diff(from));
            if let Some(to) = nearest {
                used.insert(to);
                moves.push(Move { id: id.clone(), from, to });
            }
        }
        moves
    }
}

fn set(desired: &mut Desired, order: &[ResourceId], chosen: &[u32]) {
    for (id, &number) in order.iter().zip(chosen) {
        if let Some(Resource::Rule(rule)) = desired.resources.get_mut(id).map(|wanted| &mut wanted.resource) {
            rule.priority = number;
        }
    }
}

fn no_room(desired: &Desired, id: Option<&ResourceId>, key: &str, numbers: &Numbers) -> Diagnostic {
    let message = format!("there is no room for the rules of `{key}` in this order");
    let mut diagnostic = Diagnostic::refused("no-room-for-priority", message);
    if let Some(wanted) = id.and_then(|id| desired.resources.get(id)) {
        let place = wanted.fields.get("priority").copied().unwrap_or(wanted.place);
        diagnostic = diagnostic.at(place, "no free numbers around this rule");
    }
    if !numbers.strangers.is_empty() {
        let held: Vec<String> = numbers.strangers.iter().map(ToString::to_string).collect();
        diagnostic = diagnostic.note(format!("held by rules that are not in the spec: {}", held.join(", ")));
    }
    diagnostic.help("leave `priority` out, or choose numbers with gaps between them")
}
