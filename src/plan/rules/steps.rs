//! From the sequence of a listener to steps of the plan, each of which needs the one before.

use std::collections::{BTreeMap, BTreeSet};

use super::assign::{ListenerRules, RulePlans};
use super::deck::{Card, Whose};
use super::shape::{Hand, Operation};
use crate::kinds::context::Context;
use crate::kinds::rule::Rule;
use crate::kinds::rule::plan::Move;
use crate::kinds::{listener, rule, tagging};
use crate::model::{Change, OutputKey, Ref, ResourceId, StepId};

/// Adds the steps of all rules on listeners that are live and stay. Returns the keys of these listeners.
pub fn add(cx: &mut Context<'_>, plans: &RulePlans, changes: &[Change]) -> BTreeSet<String> {
    let mut before = None;
    for one in &plans.listeners {
        let last = Chain { cx, one, changes, last: before.clone() }.run();
        if plans.one_by_one {
            before = last;
        }
    }
    plans.listeners.iter().map(|one| one.deck.key.clone()).collect()
}

struct Chain<'a, 'c> {
    cx: &'a mut Context<'c>,
    one: &'a ListenerRules,
    changes: &'a [Change],
    /// The step that the next one needs.
    last: Option<StepId>,
}

impl Chain<'_, '_> {
    fn run(mut self) -> Option<StepId> {
        let mut numbers: BTreeMap<Hand, u32> = BTreeMap::new();
        for (index, card) in self.one.deck.live.iter().enumerate() {
            numbers.insert(Hand::Live(index), card.rule.priority);
        }
        let mut reorders = 0;
        for operation in self.one.operations() {
            let step = match operation {
                Operation::SetPriorities(moves) => {
                    reorders += 1;
                    self.reorder(moves, &mut numbers, reorders)
                }
                Operation::Create { wanted, number } => {
                    numbers.insert(Hand::New(*wanted), *number);
                    self.create(*wanted, *number)
                }
                Operation::Modify { live } => self.modify(*live),
                Operation::Delete { live } => Some(self.delete(*live)),
                Operation::SetDefault => self.default(),
            };
            self.last = step.or(self.last);
        }
        self.tags();
        self.last
    }

    fn needs(&self) -> Vec<StepId> {
        self.last.iter().cloned().collect()
    }

    fn card(&self, live: usize) -> &Card {
        &self.one.deck.live[live]
    }

    fn wanted(&self, index: usize) -> (ResourceId, Rule) {
        self.one.deck.wanted[index].clone()
    }

    fn reorder(
        &mut self,
        moves: &[(Hand, u32)],
        numbers: &mut BTreeMap<Hand, u32>,
        nth: usize,
    ) -> Option<StepId> {
        let mut all = Vec::with_capacity(moves.len());
        for &(hand, to) in moves {
            let from = numbers.insert(hand, to).unwrap_or_default();
            let (id, rule) = match hand {
                Hand::Live(live) => (self.card(live).id.clone(), Ref::Known(self.card(live).arn.clone())),
                Hand::New(wanted) => {
                    let (id, _) = self.wanted(wanted);
                    let step = StepId::new(&id, "create");
                    (id, Ref::Output { step, key: OutputKey::Arn })
                }
            };
            all.push(Move { id, rule, from, to });
        }
        let what = if nth == 1 { "priorities".to_owned() } else { format!("priorities_{nth}") };
        rule::plan::reorder(self.cx, &self.one.deck.key, &what, all, &self.needs())
    }

    fn create(&mut self, wanted: usize, number: u32) -> Option<StepId> {
        let (id, rule) = self.wanted(wanted);
        let needs = self.needs();
        Some(rule::plan::create(self.cx, &id, &rule, number, &needs))
    }

    fn modify(&mut self, live: usize) -> Option<StepId> {
        let id = self.card(live).id.clone();
        let change = self.changes.iter().find(|change| change.id == id)?;
        let (_, rule) = self.one.deck.wanted.iter().find(|(own, _)| *own == id)?;
        rule::plan::modify(self.cx, change, rule, &self.needs())
    }

    fn delete(&mut self, live: usize) -> StepId {
        let Card { id, arn, whose, rule } = self.card(live).clone();
        let what = match whose {
            Whose::Ours | Whose::Stranger => "delete".to_owned(),
            Whose::Leftover => format!("delete_leftover {arn}"),
        };
        let needs = self.needs();
        rule::plan::delete(self.cx, &id, &what, Ref::Known(arn), rule.describe(), &needs)
    }

    /// The call that changes the default action is the listener's own: it takes its place in the chain.
    fn default(&mut self) -> Option<StepId> {
        let step = StepId::new(&listener::id(&self.one.deck.key), "modify");
        if !self.cx.has(&step) {
            return None;
        }
        let needs = self.needs();
        self.cx.require(&step, needs);
        Some(step)
    }

    /// Tags of rules that stay; a rule that is made anew has them from the start.
    fn tags(&mut self) {
        for (index, (id, rule)) in self.one.deck.wanted.iter().enumerate() {
            let changed =
                |change: &&Change| change.id == *id && change.fields.iter().any(|one| one.key == "tags");
            let anew = self.one.sequence.made_anew.contains_key(&index);
            if !anew && self.changes.iter().any(|change| changed(&change)) {
                tagging::plan::steps(self.cx, id, &rule.tags);
            }
        }
    }
}
