//! The sequences of all listeners of a stack: numbers for all wanted rules, and the quota that the listeners share.

use std::collections::{BTreeMap, BTreeSet};

use super::arrange::Goal;
use super::deck::{Deck, Whose, deck, wanted};
use super::sequence::{Refusal, Sequence, growth, sequence};
use super::shape::{Operation, Shape, WantedRule};
use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::{Desired, Live, Resource, listener, rule};
use crate::model::{Change, ResourceId, Verb};
use crate::plan::Options;
use crate::route::Request;

/// Quota `rules-per-application-load-balancer`, AWS's default: for whoever may not read the account's own.
const QUOTA: usize = 100;

/// The rules of one listener and the way to them.
#[derive(Clone, Debug)]
pub struct ListenerRules {
    /// Both sides.
    pub deck: Deck,
    /// The calls.
    pub sequence: Sequence,
    requests: Vec<Request>,
}

/// The listeners that are live and wanted, in the order in which their rules are changed.
#[derive(Clone, Debug, Default)]
pub struct RulePlans {
    /// The listeners.
    pub listeners: Vec<ListenerRules>,
    /// The quota allows them only one after the other.
    pub one_by_one: bool,
}

/// Chooses `priority` of all wanted rules and the way to get there.
pub fn assign(
    desired: &mut Desired,
    live: &Live,
    options: &Options,
    problems: &mut Diagnostics,
) -> RulePlans {
    let (mut decks, mut fresh) = (Vec::new(), 0);
    for key in desired.rule_order.keys().cloned().collect::<Vec<_>>() {
        match deck(&key, desired, live, options) {
            Some(deck) => decks.push(deck),
            None => fresh += first_numbers(&key, desired, live, problems),
        }
    }
    let there = live.resources.keys().filter(|id| id.kind() == rule::KIND).count()
        + live.twins.values().map(Vec::len).sum::<usize>()
        + live.strangers.iter().filter(|one| one.kind == rule::KIND).count();
    // More than the quota cannot be there, so that a larger number tells of a raised quota.
    let quota = Quota { limit: live.rule_quota.unwrap_or(QUOTA).max(there), there, fresh };
    let plans = quota.plan(decks, desired, problems);
    for one in &plans.listeners {
        let ids = one.deck.wanted.iter().map(|(id, _)| id);
        for (id, number) in ids.zip(&one.sequence.numbers) {
            set(desired, id, *number);
        }
    }
    plans
}

fn set(desired: &mut Desired, id: &ResourceId, number: u32) {
    if let Some(Resource::Rule(rule)) = desired.resources.get_mut(id).map(|wanted| &mut wanted.resource) {
        rule.priority = number;
    }
}

/// The numbers of the rules of a new listener. Returns how many rules there are.
fn first_numbers(key: &str, desired: &mut Desired, live: &Live, problems: &mut Diagnostics) -> usize {
    let wanted = wanted(key, desired);
    let slot = |rule: &rule::Rule| WantedRule {
        live: None,
        explicit: rule.explicit_priority.then_some(rule.priority),
        differs: false,
    };
    let shape = Shape {
        live: Vec::new(),
        wanted: wanted.iter().map(|(_, rule)| slot(rule)).collect(),
        default_differs: false,
        spare: 0,
    };
    match Goal::of(&shape) {
        Ok(goal) => wanted.iter().zip(goal.numbers).for_each(|((id, _), number)| set(desired, id, number)),
        Err(no_room) => {
            let problem = Refusal::from(no_room);
            problems.push(refused(problem, key, wanted.iter().map(|(id, _)| id), &[], desired, None));
        }
    }
    wanted.iter().filter(|(id, _)| !live.resources.contains_key(id)).count()
}

/// How many rules there may be on the load balancer, are there now, and come with new listeners.
#[derive(Clone, Copy)]
struct Quota {
    limit: usize,
    there: usize,
    fresh: usize,
}

impl Quota {
    /// Each listener for itself if the quota allows that, else one after the other: those that shrink first.
    fn plan(self, mut decks: Vec<Deck>, desired: &Desired, problems: &mut Diagnostics) -> RulePlans {
        let Some(spare) = self.limit.checked_sub(self.there + self.fresh) else {
            problems.push(self.exceeded());
            return RulePlans::default();
        };
        let at_once: Result<Vec<ListenerRules>, _> = decks.iter().map(|deck| plan_one(deck, spare)).collect();
        let fits = |plans: &Vec<ListenerRules>| {
            plans.iter().map(|one| growth(&one.sequence.operations)).sum::<usize>() <= spare
        };
        if let Ok(listeners) = at_once
            && fits(&listeners)
        {
            return RulePlans { listeners, one_by_one: false };
        }
        decks.sort_by_key(|deck| net(&deck.shape(0)));
        let (mut room, mut listeners) = (spare, Vec::new());
        for deck in &decks {
            match plan_one(deck, room) {
                Ok(one) => {
                    room = room.saturating_add_signed(-net(&deck.shape(0)));
                    listeners.push(one);
                }
                Err(refusal) => {
                    let ids = deck.wanted.iter().map(|(id, _)| id);
                    problems.push(refused(refusal, &deck.key, ids, &deck.live, desired, Some((self, room))));
                }
            }
        }
        RulePlans { listeners, one_by_one: true }
    }

    fn exceeded(self) -> Diagnostic {
        let message = format!(
            "{} new rules do not fit: the load balancer has {} of {}",
            self.fresh, self.there, self.limit
        );
        with_quota_help(Diagnostic::refused("rule-quota", message))
    }
}

fn with_quota_help(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic
        .note("quota `rules-per-application-load-balancer`; the rules of all listeners count, default rules do not")
        .help("take rules out of the spec and apply that first, or have the quota raised")
}

/// How many rules more there are at the end.
fn net(shape: &Shape) -> isize {
    let count = |number: usize| isize::try_from(number).unwrap_or(isize::MAX);
    let goes = shape.live.iter().filter(|live| live.fate.goes()).count();
    let comes = shape.wanted.iter().filter(|wanted| wanted.live.is_none()).count();
    count(comes) - count(goes)
}

fn plan_one(deck: &Deck, spare: usize) -> Result<ListenerRules, Refusal> {
    let shape = deck.shape(spare);
    let goal = Goal::of(&shape)?;
    let (forms, requests) = deck.contents(&shape, &goal);
    let sequence = sequence(&shape, &forms)?;
    Ok(ListenerRules { deck: deck.clone(), sequence, requests })
}

fn refused<'a>(
    refusal: Refusal,
    key: &str,
    mut ids: impl Iterator<Item = &'a ResourceId>,
    live: &[super::deck::Card],
    desired: &Desired,
    quota: Option<(Quota, usize)>,
) -> Diagnostic {
    match refusal {
        Refusal::Quota { needed } => {
            let (there, limit, room) =
                quota.map_or((0, QUOTA, 0), |(quota, room)| (quota.there, quota.limit, room));
            let message = format!(
                "the rules of `{key}` cannot change without {needed} more for a while; {room} more fit on the load balancer"
            );
            let diagnostic = Diagnostic::refused("rule-quota", message);
            let diagnostic = match desired.resources.get(&listener::id(key)) {
                Some(wanted) => diagnostic.at(wanted.place, "the rules of this listener"),
                None => diagnostic,
            };
            with_quota_help(diagnostic.note(format!("it has {there} of {limit}")))
        }
        Refusal::NoRoom(index) => {
            let message = format!("there is no room for the rules of `{key}` in this order");
            let mut diagnostic = Diagnostic::refused("no-room-for-priority", message);
            if let Some(wanted) = ids.nth(index).and_then(|id| desired.resources.get(id)) {
                let place = wanted.fields.get("priority").copied().unwrap_or(wanted.place);
                diagnostic = diagnostic.at(place, "no free numbers around this rule");
            }
            let held: Vec<String> = live
                .iter()
                .filter(|card| card.whose == Whose::Stranger)
                .map(|card| card.rule.priority.to_string())
                .collect();
            if !held.is_empty() {
                diagnostic =
                    diagnostic.note(format!("held by rules that are not in the spec: {}", held.join(", ")));
            }
            diagnostic.help("leave `priority` out, or choose numbers with gaps between them")
        }
    }
}

impl ListenerRules {
    /// Says in the changes which rules are made anew and why, and which leftovers go.
    pub fn explain(&self, changes: &mut Vec<Change>) {
        let mut hows: BTreeMap<&ResourceId, (Verb, Vec<String>)> = BTreeMap::new();
        for (&wanted, &request) in &self.sequence.made_anew {
            let (_, hows) = hows.entry(&self.deck.wanted[wanted].0).or_insert((Verb::Replace, Vec::new()));
            hows.push(self.why(request));
        }
        let ids: BTreeSet<&ResourceId> = self.deck.wanted.iter().map(|(id, _)| id).collect();
        for card in
            self.deck.live.iter().filter(|card| card.whose == Whose::Leftover && ids.contains(&card.id))
        {
            let (_, hows) = hows.entry(&card.id).or_insert((Verb::Update, Vec::new()));
            let rule = &card.rule;
            let text = format!("left over from an interrupted apply, deleted: priority {}", rule.priority);
            hows.push(format!("{text}: {}", rule.describe()));
        }
        for (id, (verb, how)) in hows {
            let how = Some(how.join("; "));
            match changes.iter_mut().find(|change| change.id == *id) {
                Some(change) => {
                    change.verb = if verb == Verb::Replace { verb } else { change.verb };
                    change.how = how;
                }
                None => {
                    let at = changes.iter().position(|one| one.verb == Verb::Delete).unwrap_or(changes.len());
                    let label =
                        self.deck.wanted.iter().zip(&self.sequence.numbers).find(|((own, _), _)| own == id);
                    let label = label.map(|(_, number)| format!("priority {number}")).unwrap_or_default();
                    let (summary, fields) = (String::new(), Vec::new());
                    let change =
                        Change { id: id.clone(), verb, label, summary, fields, how, note: None, place: None };
                    changes.insert(at, change);
                }
            }
        }
    }

    fn why(&self, request: Option<usize>) -> String {
        let example = request.and_then(|request| self.requests.get(request));
        let what = example.map_or_else(|| "some request".to_owned(), ToString::to_string);
        format!("made anew, new ARN: in place, {what} would get a third answer for a while")
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.sequence.operations.is_empty()
    }

    /// The operations, in order.
    pub fn operations(&self) -> &[Operation] {
        &self.sequence.operations
    }
}
