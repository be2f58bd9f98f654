//! What a plan rests on: the rules that it saw on each listener whose rules it writes.

use crate::kinds::{Step, guard};
use crate::model::{Action, Ref, RuleLists};

/// The lists of the listeners that the steps write to, out of all that are live.
pub fn of(steps: &[Step], live: &RuleLists) -> RuleLists {
    let mut basis = RuleLists::new();
    for step in steps {
        let Action::Call(call) = &step.action else { continue };
        for listener in guard::listeners(call, known, live) {
            let rules = live.get(listener).cloned().unwrap_or_default();
            basis.insert(listener.to_owned(), rules);
        }
    }
    basis
}

fn known(reference: &Ref) -> Option<&str> {
    match reference {
        Ref::Known(arn) => Some(arn),
        Ref::Output { .. } => None,
    }
}
