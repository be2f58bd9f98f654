//! Laws that hold for any spec and any pair of specs, on the sandbox.

use std::cell::RefCell;
use std::collections::BTreeMap;

use albctl::cli;
use albctl::kinds::Resource;
use albctl::model::ResourceId;
use albctl::plan::Options;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::generator::{specs, words};
use crate::support::{Stage, desired};

/// Fewer than this and a field may go untested without anybody noticing.
const EACH_AT_LEAST: usize = 20;

#[expect(clippy::disallowed_methods, reason = "the one switch of the laws")]
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(150)
}

/// The same cases in every run, so that a failure is one for everybody; PROPTEST_CASES=10000 draws more.
fn runner() -> TestRunner {
    let config = Config { cases: cases(), failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// What is live, in its canonical form: priorities as order.
fn canonical(stage: &Stage, text: &str) -> BTreeMap<ResourceId, Resource> {
    let (live, _) = stage.observe(&cli::scope::of(&desired(text).0));
    let mut resources: BTreeMap<ResourceId, Resource> =
        live.resources.into_iter().map(|(id, existing)| (id, existing.resource)).collect();
    let mut by_listener: BTreeMap<String, Vec<(u32, ResourceId)>> = BTreeMap::new();
    for (id, resource) in &resources {
        if let Resource::Rule(rule) = resource {
            by_listener.entry(rule.listener.clone()).or_default().push((rule.priority, id.clone()));
        }
    }
    for mut rules in by_listener.into_values() {
        rules.sort();
        for (place, (_, id)) in rules.into_iter().enumerate() {
            if let Some(Resource::Rule(rule)) = resources.get_mut(&id) {
                rule.priority = u32::try_from(place).expect("few rules");
            }
        }
    }
    resources
}

#[test]
fn any_change_ends_where_a_fresh_apply_does_and_destroy_leaves_nothing() {
    let seen: RefCell<BTreeMap<String, usize>> = RefCell::new(BTreeMap::new());
    let count = |text: &str| {
        for word in words().into_iter().filter(|word| text.contains(word.as_str())) {
            *seen.borrow_mut().entry(word).or_default() += 1;
        }
    };
    let law = |(before, after): (crate::generator::Spec, crate::generator::Spec)| {
        let (before, after) = (before.yaml(), after.yaml());
        count(&before);
        count(&after);
        let stage = Stage::new();
        let others = "version: 1\nstack: others\nvpc: vpc-0a\nload_balancer: { scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: [sg-0a] }\ntarget_groups: { theirs: { port: 1 } }\nlisteners: { web: { port: 80, default: { forward: theirs } } }\n";
        stage.apply(others);
        let untouched = canonical(&stage, others);
        // `apply` asserts that every step is done and that the next plan is empty.
        stage.apply(&before);
        stage.apply(&after);
        let fresh = Stage::new();
        fresh.apply(&after);
        prop_assert_eq!(canonical(&stage, &after), canonical(&fresh, &after));
        stage.destroy(&after);
        prop_assert_eq!(stage.population(), [1, 1, 1, 1], "only what is not ours is left");
        prop_assert_eq!(canonical(&stage, others), untouched);
        prop_assert!(
            stage.plan_with(others, &Options::default()).is_ok_and(|planned| planned.plan.is_empty())
        );
        Ok(())
    };
    if let Err(failure) = runner().run(&(specs(), specs()), law) {
        panic!("{failure}");
    }
    let seen = seen.into_inner();
    let rare: Vec<String> = words()
        .into_iter()
        .filter(|word| seen.get(word).copied().unwrap_or(0) < EACH_AT_LEAST)
        .map(|word| format!("{word} {}", seen.get(&word).copied().unwrap_or(0)))
        .collect();
    assert!(rare.is_empty(), "drawn less than {EACH_AT_LEAST} times: {rare:?}");
}
