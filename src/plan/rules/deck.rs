//! The rules of one listener, both sides, collected from what is wanted and what is live.

use std::collections::{BTreeMap, BTreeSet};

use super::arrange::Goal;
use super::bits::Bits;
use super::check::{Form, Forms};
use super::sequence::differing;
use super::shape::{Fate, LiveRule, Shape, WantedRule};
use crate::kinds::action::Action;
use crate::kinds::listener::Listener;
use crate::kinds::rule::{Condition, Rule};
use crate::kinds::{Desired, Existing, Live, Resource, listener, rule};
use crate::model::ResourceId;
use crate::plan::{Options, strangers};
use crate::route::{Answer, Matcher, Request, Scheme, Source, draw};

/// Whose a live rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Ours, and the one of its identity.
    Ours,
    /// Ours, left behind by an interrupted change.
    Leftover,
    /// Somebody else's.
    Stranger,
}

/// A live rule.
#[derive(Clone, Debug)]
pub struct Card {
    /// Its identity; that of a stranger is made up.
    pub id: ResourceId,
    /// Its ARN.
    pub arn: String,
    /// Whose it is.
    pub whose: Whose,
    /// Its canonical form.
    pub rule: Rule,
}

/// The rules of a listener that is live and wanted.
#[derive(Clone, Debug)]
pub struct Deck {
    /// The listener's key in the spec.
    pub key: String,
    /// In the order of evaluation.
    pub live: Vec<Card>,
    /// In the wanted order; numbers are not chosen yet.
    pub wanted: Vec<(ResourceId, Rule)>,
    /// The listener as it is.
    pub old: Listener,
    /// And as it is wanted.
    pub new: Listener,
    /// Strangers are deleted too.
    pub prune: bool,
}

/// The rules of the listener `key`; `None` unless it is both live and wanted.
pub fn deck(key: &str, desired: &Desired, live: &Live, options: &Options) -> Option<Deck> {
    let id = listener::id(key);
    let (Resource::Listener(old), Resource::Listener(new)) =
        (&live.resources.get(&id)?.resource, &desired.resources.get(&id)?.resource)
    else {
        return None;
    };
    let (old, new) = (old.clone(), new.clone());
    let wanted = wanted(key, desired);
    let prune = strangers::go(desired, options, &id);
    Some(Deck { key: key.to_owned(), live: cards(&id, live), wanted, old, new, prune })
}

/// The wanted rules of a listener, in order.
pub fn wanted(key: &str, desired: &Desired) -> Vec<(ResourceId, Rule)> {
    let rule = |id: &ResourceId| match &desired.resources.get(id)?.resource {
        Resource::Rule(rule) => Some((id.clone(), rule.clone())),
        Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Listener(_) => None,
    };
    desired.rule_order.get(key).into_iter().flatten().filter_map(rule).collect()
}

fn cards(parent: &ResourceId, live: &Live) -> Vec<Card> {
    let card = |id: &ResourceId, existing: &Existing, whose: Whose| match &existing.resource {
        Resource::Rule(rule) => (rule.listener == parent.key()).then(|| Card {
            id: id.clone(),
            arn: existing.arn.clone(),
            whose,
            rule: rule.clone(),
        }),
        Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Listener(_) => None,
    };
    let own = live.resources.iter().map(|(id, existing)| (id, existing, Whose::Ours));
    let twins =
        live.twins.iter().flat_map(|(id, twins)| twins.iter().map(move |twin| (id, twin, Whose::Leftover)));
    let mut cards: Vec<Card> =
        own.chain(twins).filter_map(|(id, existing, whose)| card(id, existing, whose)).collect();
    for stranger in live.strangers.iter().filter(|one| one.kind == rule::KIND && one.parent == *parent) {
        let rule = match live.strange.get(&stranger.arn) {
            Some(Resource::Rule(rule)) => rule.clone(),
            Some(_) | None => opaque(parent.key(), stranger),
        };
        let id = strangers::id(stranger);
        cards.push(Card { id, arn: stranger.arn.clone(), whose: Whose::Stranger, rule });
    }
    cards.sort_by_key(|card| card.rule.priority);
    cards
}

/// A rule of which nothing is known but its number.
fn opaque(listener: &str, stranger: &crate::model::Stranger) -> Rule {
    let description = stranger.arn.clone();
    Rule {
        listener: listener.to_owned(),
        priority: stranger.number,
        explicit_priority: false,
        when: vec![Condition::Unknown { description: description.clone() }],
        then: Action::Unknown { description },
        transforms: Vec::new(),
        tags: BTreeMap::new(),
    }
}

impl Deck {
    /// The same without contents. `spare`: how many rules more there may be.
    pub fn shape(&self, spare: usize) -> Shape {
        let index = |id: &ResourceId| self.wanted.iter().position(|(wanted, _)| wanted == id);
        let fate = |card: &Card| match card.whose {
            Whose::Ours => index(&card.id).map_or(Fate::Goes, Fate::Becomes),
            Whose::Leftover => Fate::Goes,
            Whose::Stranger if self.prune => Fate::GoesUnmoved,
            Whose::Stranger => Fate::Stays,
        };
        let live: Vec<LiveRule> =
            self.live.iter().map(|card| LiveRule { number: card.rule.priority, fate: fate(card) }).collect();
        let wanted = self.wanted.iter().enumerate().map(|(index, (_, rule))| {
            let own = live.iter().position(|live| live.fate == Fate::Becomes(index));
            WantedRule {
                live: own,
                explicit: rule.explicit_priority.then_some(rule.priority),
                differs: own.is_some_and(|own| differs(&self.live[own].rule, rule)),
            }
        });
        let wanted = wanted.collect();
        let default_differs = self.old.default != self.new.default;
        Shape { live, wanted, default_differs, spare }
    }

    /// Requests that tell the rules apart, and what becomes of them; none where nothing can be answered differently.
    pub fn contents(&self, shape: &Shape, goal: &Goal) -> (Forms, Vec<Request>) {
        let changed: BTreeSet<usize> = differing(shape, goal);
        let stays = |fate: Fate| match fate {
            Fate::Becomes(wanted) => !changed.contains(&wanted),
            Fate::Stays => true,
            Fate::Goes | Fate::GoesUnmoved => false,
        };
        let mut sources: Vec<Source<'_>> = Vec::new();
        for (card, live) in self.live.iter().zip(&shape.live) {
            sources.push(Source { when: &card.rule.when, focus: !stays(live.fate) });
        }
        for (index, (_, rule)) in self.wanted.iter().enumerate() {
            let focus = shape.wanted[index].live.is_none() || changed.contains(&index);
            sources.push(Source { when: &rule.when, focus });
        }
        let none = !shape.default_differs && sources.iter().all(|source| !source.focus);
        let scheme = match self.new.protocol {
            listener::model::Protocol::Http => Scheme::Http,
            listener::model::Protocol::Https => Scheme::Https,
        };
        let requests = if none { Vec::new() } else { draw(&sources, scheme, self.new.port) };
        self.forms(requests)
    }

    /// Of requests that the same rules match one is kept.
    fn forms(&self, requests: Vec<Request>) -> (Forms, Vec<Request>) {
        let rules: Vec<&Rule> =
            self.live.iter().map(|card| &card.rule).chain(self.wanted.iter().map(|(_, rule)| rule)).collect();
        let matchers: Vec<Matcher> = rules.iter().map(|rule| Matcher::new(&rule.when)).collect();
        let mut seen: BTreeMap<Vec<bool>, Request> = BTreeMap::new();
        for request in requests {
            let signature = matchers.iter().map(|matcher| matcher.matches(&request)).collect();
            seen.entry(signature).or_insert(request);
        }
        let (signatures, requests): (Vec<Vec<bool>>, Vec<Request>) = seen.into_iter().unzip();
        let mut numbers: BTreeMap<Answer, usize> = BTreeMap::new();
        let mut number = |answer: Answer| {
            let next = numbers.len();
            *numbers.entry(answer).or_insert(next)
        };
        let mut forms: Vec<Form> = Vec::with_capacity(rules.len());
        for (index, rule) in rules.iter().enumerate() {
            let hits = Bits::of(signatures.len(), |request| signatures[request][index]);
            forms.push(Form { hits, answer: number(Answer::of(&rule.then, &rule.transforms)) });
        }
        let (old_default, new_default) =
            (number(Answer::of(&self.old.default, &[])), number(Answer::of(&self.new.default, &[])));
        let wanted = forms.split_off(self.live.len());
        let answers = numbers.len();
        let requests_count = requests.len();
        (Forms { requests: requests_count, answers, live: forms, wanted, old_default, new_default }, requests)
    }
}

fn differs(live: &Rule, wanted: &Rule) -> bool {
    live.when != wanted.when || live.then != wanted.then || live.transforms != wanted.transforms
}
