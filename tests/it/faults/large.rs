//! A stack of 100 rules and 50 groups: how many calls it takes, and that throttling makes it slow and nothing else.

use std::collections::BTreeMap;
use std::time::Duration;

use albctl::cli;
use albctl::exec::limits::Limiter;
use albctl::exec::{Event, Observer, Outcome, Settings, Summary, run};
use albctl::kinds::Plan;
use albctl_sandbox::{Category, Rates};
use tokio::sync::watch;

use crate::binary::Desk;
use crate::support::{Stage, desired};

/// 50 groups and 100 rules; the groups have this further field, and the first `changed` rules another action.
fn spec(field: &str, changed: usize) -> String {
    let group = |number: usize| format!("  g{number:02}: {{ port: 80{field} }}\n");
    let rule = |number: usize| {
        let to = if number < changed { (number + 1) % 50 } else { number % 50 };
        format!(
            "      - {{ name: r{number:02}, when: {{ path: /{number} }}, then: {{ forward: g{to:02} }} }}\n"
        )
    };
    let (groups, rules): (String, String) = ((0..50).map(group).collect(), (0..100).map(rule).collect());
    format!(
        "version: 1\nstack: large\nregion: us-east-1\nvpc: vpc-0a\nload_balancer:\n  scheme: internal\n  \
         subnets: [subnet-0a, subnet-0b]\n  security_groups: [sg-0a]\ntarget_groups:\n{groups}listeners:\n  \
         http:\n    port: 80\n    default: {{ fixed_response: 404 }}\n    rules:\n{rules}"
    )
}

fn operations(stage: &Stage) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for call in stage.sandbox.calls() {
        *counts.entry(call.operation).or_default() += 1;
    }
    stage.sandbox.clear_calls();
    counts
}

fn counts(all: &[(&str, usize)]) -> BTreeMap<String, usize> {
    all.iter().map(|(operation, count)| ((*operation).to_owned(), *count)).collect()
}

#[test]
fn creating_it_takes_one_write_a_resource_and_no_read_back() {
    let stage = Stage::new();
    let plan = stage.plan(&spec("", 0));
    assert_eq!(plan.writes(), 153, "50 groups, the load balancer, the listener, 100 rules, the record");
    operations(&stage);
    stage.sandbox.edit(|state| state.provisioning = Duration::ZERO);
    stage.complete(&plan);
    let made =
        [("CreateTargetGroup", 50), ("CreateLoadBalancer", 1), ("CreateListener", 1), ("CreateRule", 100)];
    // One look whether the load balancer is active is no look at a resource that was made.
    assert_eq!(
        operations(&stage),
        counts(&[&made[..], &[("AddTags", 1), ("DescribeLoadBalancers", 1)]].concat())
    );
    let (_, reads) = stage.observe(&cli::scope::of(&desired(&spec("", 0)).0));
    assert!(reads.calls <= 67, "{reads:?}");
    assert_eq!(reads.rounds, 4);
}

#[test]
fn an_attribute_that_no_create_call_takes_is_one_call_more_for_its_group() {
    let stage = Stage::new();
    let text = spec(", deregistration_delay: 30s", 0);
    let plan = stage.plan(&text);
    assert_eq!(plan.writes(), 203);
    stage.complete(&plan);
    stage.sandbox.clear_calls();
    // Changing what is there: one call for each of what changes, one for the record, and one look at the rules.
    let plan = stage.plan(&spec(", deregistration_delay: 40s", 10));
    stage.sandbox.clear_calls();
    stage.complete(&plan);
    let changed =
        [("ModifyTargetGroupAttributes", 50), ("ModifyRule", 10), ("AddTags", 1), ("DescribeRules", 1)];
    assert_eq!(operations(&stage), counts(&changed));
}

/// A tenth of what AWS publishes.
fn a_tenth(stage: &Stage) {
    let mut rates = Rates::aws();
    for limit in rates.limits.values_mut() {
        limit.burst = (limit.burst / 10.0).max(1.0);
        limit.per_second /= 10.0;
    }
    assert!(rates.limits.contains_key(&Category::Mutating));
    stage.sandbox.edit(|state| state.rates = Some(rates));
}

/// Counts the attempts that AWS throttled.
#[derive(Default)]
struct Throttled(usize);

impl Observer for Throttled {
    fn event(&mut self, event: &Event<'_>) {
        if let Event::Retrying { error, .. } = event {
            assert_eq!(error.code.as_deref(), Some("Throttling"), "{error}");
            self.0 += 1;
        }
    }
}

fn run_limited(stage: &Stage, plan: &Plan, limiter: &Limiter) -> (Summary, usize) {
    let (_stop, stopped) = watch::channel(0);
    let service = albctl::aws::AwsService::new(&stage.clients);
    let settings = Settings { parallelism: 10 };
    let mut throttled = Throttled::default();
    let run = run(plan, &service, &stage.clock, limiter, settings, stopped, &mut throttled);
    match stage.runtime.block_on(run) {
        Outcome::Completed(summary) => (summary, throttled.0),
        other => panic!("throttling is no failure: {other:#?}"),
    }
}

#[test]
fn throttled_to_a_tenth_it_is_slow_and_fails_nowhere() {
    for limiter in [Limiter::off(), Limiter::half_of_published()] {
        let stage = Stage::new();
        a_tenth(&stage);
        let begin = stage.sandbox.now();
        let (summary, throttled) = run_limited(&stage, &stage.plan(&spec("", 0)), &limiter);
        assert!(throttled > 0, "it was throttled");
        assert!(summary.writes >= 152 + throttled, "every attempt counts: {} {throttled}", summary.writes);
        // 152 writes at 0.3 a second.
        assert!(summary.elapsed > Duration::from_secs(400), "{:?}", summary.elapsed);
        let (_, throttled) =
            run_limited(&stage, &stage.plan(&spec(", deregistration_delay: 30s", 10)), &limiter);
        assert!(throttled > 0, "it was throttled");
        assert!(stage.plan(&spec(", deregistration_delay: 30s", 10)).is_empty());
        let passed = stage.sandbox.now().duration_since(begin).expect("time goes on");
        assert!(passed < Duration::from_secs(7200), "slow, but not that slow: {passed:?}");
        assert_eq!(stage.population(), [1, 50, 1, 101]);
    }
}

#[test]
fn the_output_says_that_throttling_is_what_one_waits_for() {
    let desk = Desk::new();
    desk.write("large.yaml", &spec("", 0));
    let sandbox = albctl_sandbox::Sandbox::open(&desk.path("sandbox.json")).expect("a new state");
    let stage = Stage::on(sandbox);
    a_tenth(&stage);
    drop(stage);
    let state = "--sandbox-state sandbox.json";
    let ran = desk.run(&format!("{state} apply large.yaml --yes")).expect(0, &["152 created"]);
    assert!(ran.err.contains("Throttling; again in "), "{}", ran.err);
    desk.run(&format!("{state} plan large.yaml --exit-code")).expect(0, &["No changes"]);
}
