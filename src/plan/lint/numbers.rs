//! The numbers of the rules on each live listener, call by call.

use std::collections::BTreeMap;

use super::before::Before;
use crate::kinds::rule::priorities::MAX;
use crate::kinds::{Call, Live, Step, rule};
use crate::model::{Action, OutputKey, Ref};

/// The numbers of the rules of one listener, and the last step that wrote to them.
struct Numbers {
    rules: BTreeMap<Ref, u32>,
    last: Option<usize>,
}

/// Reports calls that give a rule a number that is taken or out of range, and calls on rules of one listener of which
/// it is not fixed which comes first.
pub fn check(before: &Before<'_>, live: &Live, report: &mut dyn FnMut(String)) {
    let known = |(arn, number): &(String, u32)| (Ref::Known(arn.clone()), *number);
    let mut listeners: BTreeMap<Ref, Numbers> = live
        .rules
        .iter()
        .map(|(arn, rules)| {
            (Ref::Known(arn.clone()), Numbers { rules: rules.iter().map(known).collect(), last: None })
        })
        .collect();
    for (place, step) in before.steps() {
        let Action::Call(Call::Rule(call)) = &step.action else { continue };
        let Some(numbers) = written(call, &mut listeners) else { continue };
        if numbers.last.is_some_and(|last| !before.is_before(last, place)) {
            report(format!(
                "step `{}` and another one write rules of one listener in no fixed order",
                step.id
            ));
        }
        numbers.last = Some(place);
        numbers.perform(call, step, report);
    }
}

/// The rules of the listener to which a call writes, unless that is new: nothing is in the way there.
fn written<'n>(call: &rule::Call<Ref>, listeners: &'n mut BTreeMap<Ref, Numbers>) -> Option<&'n mut Numbers> {
    let rule = match call {
        rule::Call::CreateRule { listener, .. } => return listeners.get_mut(listener),
        // Its number stays, and other writers of one rule are ordered by what refers to it.
        rule::Call::ModifyRule { .. } => return None,
        rule::Call::DeleteRule { rule } => rule,
        rule::Call::SetRulePriorities { priorities } => &priorities.first()?.0,
    };
    listeners.values_mut().find(|numbers| numbers.rules.contains_key(rule))
}

impl Numbers {
    fn perform(&mut self, call: &rule::Call<Ref>, step: &Step, report: &mut dyn FnMut(String)) {
        match call {
            rule::Call::CreateRule { priority, .. } => {
                let step = step.id.clone();
                let made = Ref::Output { step, key: OutputKey::Arn };
                self.rules.insert(made, *priority);
            }
            rule::Call::SetRulePriorities { priorities } => self.rules.extend(priorities.iter().cloned()),
            rule::Call::DeleteRule { rule } => {
                self.rules.remove(rule);
            }
            rule::Call::ModifyRule { .. } => {}
        }
        let mut numbers: Vec<u32> = self.rules.values().copied().collect();
        numbers.sort_unstable();
        let twice = numbers.windows(2).find(|pair| pair[0] == pair[1]);
        let outside = numbers.iter().find(|number| !(1..=MAX).contains(*number));
        if let Some(pair) = twice {
            report(format!("after step `{}` two rules have the priority {}", step.id, pair[0]));
        }
        if let Some(number) = outside {
            report(format!("after step `{}` a rule has the priority {number}", step.id));
        }
    }
}
