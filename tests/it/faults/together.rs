//! Two applies of one stack at once, interleaved call by call: nothing is made twice, both end truthfully, and
//! applying again goes on from whatever they left.

use std::collections::BTreeMap;
use std::time::Duration;

use albctl::aws::Clients;
use albctl::exec::event::StepError;
use albctl::exec::{Outcome, StepState};
use albctl_sandbox::Sandbox;

use super::apply::{Apply, Attempt};
use super::scenarios::{self, Goal};
use super::turns;
use crate::support::{Stage, desired};

/// So many ways to interleave each pair.
const SEEDS: u64 = 40;

/// How the two of a pair ended, over all seeds.
#[derive(Debug, Default)]
struct Endings {
    both: usize,
    one: usize,
    none: usize,
}

/// Lets both specs be applied at once, from what `before` left.
fn together(before: Option<&str>, one: &str, other: &str) -> Endings {
    let stage = Stage::new();
    if let Some(before) = before {
        stage.apply(before);
        stage.sandbox.advance(Duration::from_secs(600));
    }
    let begin = stage.sandbox.snapshot();
    let mut endings = Endings::default();
    for seed in 0..SEEDS {
        stage.sandbox.restore(begin.clone()).expect("a snapshot can be restored");
        let ended = at_once(&stage, [one, other], seed);
        let when = format!("seed {seed}");
        let done = ended.iter().filter(|attempt| told(attempt, &when)).count();
        match done {
            2 => endings.both += 1,
            1 => endings.one += 1,
            _ => endings.none += 1,
        }
        // AWS locks nothing: between the look at a listener and a CreateRule the other may create the same rule under
        // another number. Rules may be there twice (one that is made anew is so on purpose) until the next apply.
        assert_nothing_twice(&stage.sandbox, "rule/", &format!("{when}: {ended:#?}"));
        // Whoever comes next gets what it wants; an address can be registered again once it has drained.
        stage.sandbox.advance(Duration::from_secs(600));
        let last = if seed % 2 == 0 { one } else { other };
        stage.apply(last);
        assert_nothing_twice(&stage.sandbox, "", &when);
        if one == other && done == 2 {
            stage.sandbox.clear_calls();
            assert!(stage.plan(one).is_empty(), "{when}");
        }
    }
    endings
}

fn at_once(stage: &Stage, specs: [&str; 2], seed: u64) -> [Attempt; 2] {
    let specs = specs.map(desired);
    let clients: [Clients; 2] = [2 * seed, 2 * seed + 1].map(|seed| turns::clients(&stage.sandbox, seed));
    let apply = |index: usize| Apply {
        clients: &clients[index],
        clock: &stage.clock,
        limiter: &stage.limiter,
        desired: &specs[index].0,
        sources: &specs[index].1,
        destroy: false,
    };
    let (one, other) = (apply(0), apply(1));
    stage.runtime.block_on(async {
        let (one, other) = tokio::join!(one.run(), other.run());
        [one, other]
    })
}

/// Whether it says that all is done; if not, it says what is not and why, in words that name the reason.
fn told(attempt: &Attempt, when: &str) -> bool {
    match attempt {
        Attempt::Ran(Outcome::Completed(summary)) => {
            assert!(summary.states.values().all(|state| matches!(state, StepState::Done)), "{when}");
            true
        }
        Attempt::Ran(Outcome::Incomplete(summary)) => {
            let failed = summary.states.values().filter_map(|state| match state {
                StepState::Failed(error) => Some(error),
                StepState::Done | StepState::Skipped { .. } | StepState::Stopped | StepState::NotBegun => {
                    None
                }
            });
            let errors: Vec<&StepError> = failed.collect();
            assert!(!errors.is_empty(), "{when}");
            for error in errors {
                assert!(is_of_a_race(error), "{when}: {error:?}");
            }
            false
        }
        // What is live in the middle of the other's apply may be something that is refused.
        Attempt::Refused(why) => {
            assert!(why.starts_with("refused["), "{when}: {why}");
            false
        }
        Attempt::Ran(Outcome::Interrupted(_)) | Attempt::NotRead(_) | Attempt::Crashed => {
            panic!("{when}: {attempt:#?}")
        }
    }
}

/// What the loser of a race is told.
fn is_of_a_race(error: &StepError) -> bool {
    match error {
        StepError::ListenerChanged => true,
        StepError::Service(error) => error.is(&[
            "PriorityInUse",
            "DuplicateListener",
            "DuplicateTargetGroupName",
            "DuplicateLoadBalancerName",
            "ResourceInUse",
            "RuleNotFound",
            "TargetGroupNotFound",
            "ListenerNotFound",
        ]),
        StepError::TimedOut { .. } | StepError::Hopeless { .. } | StepError::MissingOutput(_) => false,
    }
}

/// No two resources of one identity, but for identities that begin with `spared`, where that is not empty.
fn assert_nothing_twice(sandbox: &Sandbox, spared: &str, when: &str) {
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    sandbox.edit(|state| {
        for region in state.regions.values() {
            let balancers = region.load_balancers.iter().map(|(arn, one)| (arn, &one.tags));
            let groups = region.target_groups.iter().map(|(arn, one)| (arn, &one.tags));
            let listeners = region.listeners.iter().map(|(arn, one)| (arn, &one.tags));
            let rules = region.rules.iter().map(|(arn, one)| (arn, &one.tags));
            for (arn, tags) in balancers.chain(groups).chain(listeners).chain(rules) {
                if let Some(id) = tags.current.get("albctl:id") {
                    seen.entry(id.clone()).or_default().push(arn.clone());
                }
            }
        }
    });
    seen.retain(|id, arns| arns.len() > 1 && (spared.is_empty() || !id.starts_with(spared)));
    assert!(seen.is_empty(), "{when}: {seen:#?}");
}

fn specs(scenario: &scenarios::Scenario) -> (Option<&str>, &str) {
    let (Goal::Apply(after) | Goal::Destroy(after)) = &scenario.goal;
    (scenario.before.as_deref(), after)
}

#[test]
fn both_create() {
    let scenario = scenarios::creation();
    let (before, after) = specs(&scenario);
    let endings = together(before, after, after);
    assert!(endings.both + endings.one > 0, "{endings:?}");
}

#[test]
fn both_change() {
    let scenario = scenarios::rules_content_and_order();
    let (before, after) = specs(&scenario);
    let endings = together(before, after, after);
    assert!(endings.both + endings.one > 0, "{endings:?}");
}

#[test]
fn one_reorders_and_the_other_inserts() {
    let (reorder, insert) = (scenarios::reorder(), scenarios::insert_into_four());
    let ((before, reordered), (_, inserted)) = (specs(&reorder), specs(&insert));
    let endings = together(before, reordered, inserted);
    assert!(endings.both + endings.one > 0, "{endings:?}");
}

#[test]
fn both_remove() {
    let scenario = scenarios::removal_of_half();
    let (before, after) = specs(&scenario);
    let endings = together(before, after, after);
    assert!(endings.both + endings.one > 0, "{endings:?}");
}

#[test]
fn one_changes_attributes_and_the_other_targets() {
    let scenario = scenarios::attributes_and_tags();
    let (before, after) = specs(&scenario);
    let other = after.replace("targets: [10.0.0.1]", "targets: [10.0.0.1, 10.0.0.9]");
    let endings = together(before, after, &other);
    assert!(endings.both + endings.one > 0, "{endings:?}");
}
