//! Laws that hold for any pair of specs, on the sandbox: from A to B, whatever fails on the way.
//!
//! The pairs follow from numbers, so that a failure is one for everybody: `ALBCTL_LAW=NUMBER` draws only the pairs of
//! that number, `PROPTEST_CASES` says how many pairs there are. A pair that fails is made smaller before it is shown.

mod coverage;
mod faults;
mod pairs;
mod strangers;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use coverage::Coverage;
use pairs::{Pair, drawn};
use world::World;

/// The pairs that are drawn.
const PAIRS: usize = 1_000;

/// The pairs are dealt to so many threads.
const THREADS: usize = 4;

/// Attempts to make a pair that fails smaller.
const MOST_ATTEMPTS: usize = 60;

#[expect(clippy::disallowed_methods, reason = "the switches of the laws")]
fn switch(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[test]
fn any_change_ends_where_a_fresh_apply_does_whatever_fails_and_destroy_leaves_nothing() {
    if let Some(number) = switch("ALBCTL_LAW") {
        let mut coverage = Coverage::default();
        run(&drawn(number), &mut World::new(), &mut coverage).unwrap_or_else(|report| panic!("{report}"));
        return;
    }
    let pairs = switch("PROPTEST_CASES").map_or(PAIRS, |cases| usize::try_from(cases).expect("a number"));
    let numbers = pairs.div_ceil(pairs::OF_A_NUMBER);
    let part = |thread: usize| {
        let mut world = World::new();
        let mut coverage = Coverage::default();
        for number in (0..numbers).filter(|number| number % THREADS == thread) {
            run(&drawn(number as u64), &mut world, &mut coverage)?;
        }
        Ok::<Coverage, String>(coverage)
    };
    let parts: Vec<Result<Coverage, String>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || part(thread))).collect();
        threads.into_iter().map(|thread| thread.join().expect("the thread reports what fails")).collect()
    });
    let mut coverage = Coverage::default();
    let mut failures = Vec::new();
    for part in parts {
        match part {
            Ok(part) => coverage.add(part),
            Err(failure) => failures.push(failure),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    coverage.check(pairs);
}

/// Asks for the laws of some pairs; what fails is made smaller and told with all that is needed to see it again.
fn run(pairs: &[Pair], world: &mut World, coverage: &mut Coverage) -> Result<(), String> {
    for pair in pairs {
        if let Err(problem) = holds(pair, world, coverage) {
            let (pair, problem) = smallest(pair.clone(), problem, world);
            return Err(format!("{problem}\n{pair}"));
        }
    }
    Ok(())
}

fn holds(pair: &Pair, world: &mut World, coverage: &mut Coverage) -> Result<(), String> {
    let law = catch_unwind(AssertUnwindSafe(|| world.law(pair, coverage)));
    law.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(format!("a panic: {}", text.unwrap_or_default()))
    })
}

/// The smallest pair found that fails too, and how it fails.
fn smallest(mut pair: Pair, mut problem: String, world: &mut World) -> (Pair, String) {
    let mut attempts = 0;
    'smaller: loop {
        for candidate in pair.smaller() {
            attempts += 1;
            if attempts > MOST_ATTEMPTS {
                return (pair, problem);
            }
            if let Err(found) = holds(&candidate, world, &mut Coverage::default()) {
                // Another failure would lead elsewhere.
                if pairs::headline(&found) == pairs::headline(&problem) {
                    (pair, problem) = (candidate, found);
                    continue 'smaller;
                }
            }
        }
        return (pair, problem);
    }
}
