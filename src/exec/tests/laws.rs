//! Laws over any graph of steps, with any of them failing.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::fake::{Aws, call, plan, refusal};
use super::{Outcome, go};
use crate::kinds::Plan;

/// A plan of up to 12 steps, each with needs among the earlier ones, and those that fail.
fn graph() -> impl Strategy<Value = (Plan, BTreeSet<String>, usize)> {
    let step = (prop::collection::vec(any::<prop::sample::Index>(), 0..3), prop::bool::weighted(0.2));
    (prop::collection::vec(step, 1..12), 1_usize..5).prop_map(|(drawn, parallelism)| {
        let name = |number: usize| format!("s{number:02}");
        let mut failing = BTreeSet::new();
        let mut steps = Vec::new();
        for (number, (needs, fails)) in drawn.into_iter().enumerate() {
            let needs: BTreeSet<String> = match number {
                0 => BTreeSet::new(),
                _ => needs.into_iter().map(|need| name(need.index(number))).collect(),
            };
            let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
            steps.push(call(&name(number), &needs));
            if fails {
                failing.insert(name(number));
            }
        }
        (plan(steps), failing, parallelism)
    })
}

/// What must become of each step: done, failed, or skipped because something that it needs was not done.
fn wanted(plan: &Plan, failing: &BTreeSet<String>) -> BTreeMap<String, &'static str> {
    let mut ends: BTreeMap<String, &'static str> = BTreeMap::new();
    for step in &plan.steps {
        let ready = step.needs.iter().all(|need| ends[need.as_str()] == "done");
        let end = match (ready, failing.contains(step.id.as_str())) {
            (true, false) => "done",
            (true, true) => "failed",
            (false, _) => "skipped",
        };
        ends.insert(step.id.to_string(), end);
    }
    ends
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_step_ends_as_its_needs_let_it((plan, failing, parallelism) in graph()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let aws = Aws::taking(1);
        for name in &failing {
            aws.always_fails(name, refusal("InvalidTarget"));
        }
        let seen = runtime.block_on(go(&plan, &aws, parallelism));
        let wanted = wanted(&plan, &failing);
        for (id, state) in seen.states() {
            prop_assert!(state.starts_with(wanted[&id]), "{id}: {state}, not {}", wanted[&id]);
        }
        prop_assert_eq!(seen.states().len(), plan.steps.len());
        prop_assert!(aws.most.get() <= parallelism);
        // Nothing is called before all that it needs is done, and everything at most once.
        let calls = aws.calls();
        prop_assert_eq!(calls.iter().collect::<BTreeSet<_>>().len(), calls.len());
        let begun = |id: &str| seen.events.iter().position(|event| *event == format!("start {id}"));
        let done = |id: &str| seen.events.iter().position(|event| *event == format!("done {id}"));
        for step in &plan.steps {
            let Some(begun) = begun(step.id.as_str()) else { continue };
            prop_assert!(step.needs.iter().all(|need| done(need.as_str()).is_some_and(|done| done < begun)));
        }
        let failed = wanted.values().any(|end| *end != "done");
        prop_assert_eq!(failed, matches!(seen.outcome, Outcome::Incomplete(_)));
        prop_assert_eq!(!failed, matches!(seen.outcome, Outcome::Completed(_)));
    }
}
