//! The executor, with an AWS that does as it is told and a clock that stands still until somebody sleeps.

mod fake;
mod gate;
mod laws;

use std::time::Duration;

use tokio::sync::watch;

use self::fake::{Aws, Clock, Watcher, call, create_rule, delete, failure, plan, refusal, wait, yielding};
use super::limits::Limiter;
use super::{ErrorKind, Event, Outcome, Probe, Settings, StepState, Summary, run};
use crate::exec::clock::Clock as _;
use crate::exec::event::StepError;
use crate::kinds::Plan;
use crate::model::{OutputKey, StepId};

/// What is seen of a run.
struct Seen {
    outcome: Outcome,
    events: Vec<String>,
}

impl Seen {
    fn summary(&self) -> &Summary {
        let (Outcome::Completed(summary) | Outcome::Incomplete(summary) | Outcome::Interrupted(summary)) =
            &self.outcome;
        summary
    }

    fn state(&self, id: &str) -> String {
        let id: StepId = serde_json::from_value(serde_json::json!(id)).unwrap();
        match &self.summary().states[&id] {
            StepState::Done => "done".to_owned(),
            StepState::Failed(error) => format!("failed: {error}"),
            StepState::Skipped { because } => format!("skipped: {because}"),
            StepState::Stopped => "stopped".to_owned(),
            StepState::NotBegun => "not begun".to_owned(),
        }
    }

    fn states(&self) -> Vec<(String, String)> {
        self.summary().states.keys().map(|id| (id.to_string(), self.state(id.as_str()))).collect()
    }

    fn seconds(&self) -> f64 {
        self.summary().elapsed.as_secs_f64()
    }
}

async fn go(plan: &Plan, aws: &Aws, parallelism: usize) -> Seen {
    let (_nobody, stop) = watch::channel(0);
    watched(plan, aws, parallelism, &Limiter::off(), stop).await
}

async fn watched(
    plan: &Plan,
    aws: &Aws,
    parallelism: usize,
    limiter: &Limiter,
    stop: watch::Receiver<u8>,
) -> Seen {
    let mut watcher = Watcher::default();
    let settings = Settings { parallelism };
    let outcome = run(plan, aws, &Clock::new(), limiter, settings, stop, &mut watcher).await;
    Seen { outcome, events: watcher.0 }
}

/// Runs while the stop signal takes these values at these seconds.
async fn stopped(plan: &Plan, aws: &Aws, signals: &[(u64, u8)]) -> Seen {
    let (sender, stop) = watch::channel(0);
    let limiter = Limiter::off();
    let press = async {
        let clock = Clock::new();
        let mut now = 0;
        for (at, level) in signals {
            clock.sleep(Duration::from_secs(at - now)).await;
            now = *at;
            sender.send(*level).unwrap();
        }
    };
    let (seen, ()) = tokio::join!(watched(plan, aws, 4, &limiter, stop), press);
    seen
}

#[tokio::test(start_paused = true)]
async fn no_more_calls_at_once_than_allowed() {
    let calls: Vec<_> = (0..10).map(|number| call(&format!("c{number}"), &[])).collect();
    for (parallelism, seconds) in [(1, 10.0), (3, 4.0), (10, 1.0), (64, 1.0)] {
        let aws = Aws::taking(1);
        let seen = go(&plan(calls.clone()), &aws, parallelism).await;
        assert!(matches!(seen.outcome, Outcome::Completed(_)));
        assert_eq!((aws.most.get(), seen.seconds()), (parallelism.min(10), seconds));
        assert_eq!((seen.summary().writes, seen.summary().reads), (10, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn waits_take_no_place_among_the_calls() {
    let aws = Aws::taking(1);
    aws.probes(&[Probe::NotYet("initial".to_owned()), Probe::Holds("healthy".to_owned())]);
    let steps = vec![wait("w", 60, &[]), call("a", &[]), call("b", &["a"])];
    let seen = go(&plan(steps), &aws, 1).await;
    assert!(matches!(seen.outcome, Outcome::Completed(_)));
    assert_eq!(seen.seconds(), 5.0, "the second look");
    assert_eq!(
        seen.events,
        ["start w", "start a", "w initial", "done a", "start b", "done b", "done w healthy"]
    );
}

#[tokio::test(start_paused = true)]
async fn ready_steps_begin_in_the_order_of_the_plan() {
    let steps = vec![call("z", &[]), call("y", &["z"]), call("a", &[]), call("x", &["z"]), call("b", &[])];
    let (first, second) = (Aws::taking(1), Aws::taking(1));
    let seen = go(&plan(steps.clone()), &first, 2).await;
    go(&plan(steps), &second, 2).await;
    assert_eq!(first.calls(), ["z", "a", "y", "x", "b"]);
    assert_eq!(first.calls(), second.calls());
    assert!(matches!(seen.outcome, Outcome::Completed(_)));
}

#[tokio::test(start_paused = true)]
async fn after_a_failure_only_what_needs_it_is_skipped() {
    let aws = Aws::taking(1);
    aws.fails("b", &[refusal("InvalidTarget")]);
    let steps = vec![
        call("a", &[]),
        call("b", &[]),
        call("c", &["b"]),
        call("d", &["a", "c"]),
        call("e", &["a"]),
        call("f", &["e"]),
    ];
    let seen = go(&plan(steps), &aws, 1).await;
    assert!(matches!(seen.outcome, Outcome::Incomplete(_)));
    let (done, skipped) = ("done", "skipped: b");
    let states =
        [("a", done), ("b", "failed: X: no"), ("c", skipped), ("d", skipped), ("e", done), ("f", done)];
    assert_eq!(seen.states(), states.map(|(id, state)| (id.to_owned(), state.to_owned())));
    assert_eq!(aws.calls(), ["a", "b", "e", "f"]);
}

#[tokio::test(start_paused = true)]
async fn outputs_reach_the_calls_that_need_them() {
    let aws = Aws::taking(0);
    aws.yields("a", "arn:a");
    let mut second = call("b", &["a"]);
    yielding(&mut second, "a");
    let seen = go(&plan(vec![call("a", &[]), second.clone()]), &aws, 4).await;
    assert!(matches!(seen.outcome, Outcome::Completed(_)));
    assert_eq!(aws.calls(), ["a", "arn:a"]);
    // A plan that does not fit itself fails and calls nothing.
    let aws = Aws::taking(0);
    let seen = go(&plan(vec![call("a", &[]), second]), &aws, 4).await;
    assert_eq!(aws.calls(), ["a"]);
    assert!(
        seen.state("b").starts_with("failed: the plan refers to an output that `a`"),
        "{}",
        seen.state("b")
    );
}

#[tokio::test(start_paused = true)]
async fn throttling_is_waited_out_with_a_token_for_each_attempt() {
    let throttled = || failure(ErrorKind::Throttled, "Throttling");
    let aws = Aws::taking(0);
    aws.fails("a", &[throttled(), throttled(), throttled()]);
    let seen = go(&plan(vec![call("a", &[])]), &aws, 4).await;
    assert_eq!((seen.state("a").as_str(), seen.summary().writes, seen.seconds()), ("done", 4, 3.5));
    assert_eq!(seen.events, ["start a", "retry a 500ms", "retry a 1s", "retry a 2s", "done a"]);
    // With one token left, every further attempt waits for the next one, which comes every 0.67 s.
    let aws = Aws::taking(0);
    aws.fails("a", &[throttled()]);
    let limiter = Limiter::half_of_published();
    for _ in 0..9 {
        limiter.take(super::limits::category("AddTags"), &Clock::new()).await;
    }
    let (_nobody, stop) = watch::channel(0);
    let seen = watched(&plan(vec![call("a", &[])]), &aws, 4, &limiter, stop).await;
    assert!((0.66..0.67).contains(&seen.seconds()), "{}", seen.seconds());
}

#[tokio::test(start_paused = true)]
async fn throttling_that_never_ends_does_end() {
    let aws = Aws::taking(0);
    aws.always_fails("a", failure(ErrorKind::Throttled, "Throttling"));
    let seen = go(&plan(vec![call("a", &[])]), &aws, 4).await;
    assert!(matches!(seen.outcome, Outcome::Incomplete(_)));
    assert!((580.0..=600.0).contains(&seen.seconds()), "{}", seen.seconds());
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_looked_for_before_the_call_is_made_again() {
    let lost = || failure(ErrorKind::Unavailable, "InternalFailure");
    let aws = Aws::taking(0);
    aws.fails("a", &[lost()]);
    aws.finds("a", &[Some("arn:a")]);
    let mut second = call("b", &["a"]);
    yielding(&mut second, "a");
    let seen = go(&plan(vec![call("a", &[]), second]), &aws, 4).await;
    assert!(matches!(seen.outcome, Outcome::Completed(_)));
    assert_eq!(aws.calls(), ["a", "find a", "arn:a"], "it is not made twice");
    assert_eq!((seen.summary().writes, seen.summary().reads), (2, 1));
    // It did not take effect: it is made again, and looked for again each time.
    let aws = Aws::taking(0);
    aws.fails("a", &[lost(), lost()]);
    let seen = go(&plan(vec![call("a", &[])]), &aws, 4).await;
    assert_eq!((seen.state("a").as_str(), seen.seconds()), ("done", 1.5));
    assert_eq!(aws.calls(), ["a", "find a", "a", "find a", "a"]);
    // Never any answer: four attempts.
    let aws = Aws::taking(0);
    aws.always_fails("a", lost());
    let seen = go(&plan(vec![call("a", &[])]), &aws, 4).await;
    assert_eq!((seen.state("a").as_str(), seen.summary().writes), ("failed: X: no", 4));
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_is_ours_only_after_a_lost_answer_and_only_when_it_is_found() {
    let taken = || refusal("PriorityInUse");
    let lost = || failure(ErrorKind::Unavailable, "InternalFailure");
    let one = || plan(vec![create_rule("a")]);
    // Somebody else's: not even looked at.
    let aws = Aws::taking(0);
    aws.fails("a", &[taken()]);
    aws.finds("a", &[Some("arn:foreign")]);
    assert_eq!(go(&one(), &aws, 4).await.state("a"), "failed: X: no");
    assert_eq!(aws.calls(), ["a"]);
    // Ours: the first attempt took effect and could not be seen at once.
    let aws = Aws::taking(0);
    aws.fails("a", &[lost(), taken()]);
    aws.finds("a", &[None, Some("arn:a")]);
    let seen = go(&one(), &aws, 4).await;
    assert_eq!(
        (seen.state("a").as_str(), aws.calls()),
        ("done", ["a", "find a", "a", "find a"].map(str::to_owned).to_vec())
    );
    let outputs = seen.summary().outputs.values().next().unwrap();
    assert_eq!(outputs[&OutputKey::Arn], "arn:a");
    // Not ours after all: what is there is not equal, and it is left alone.
    let aws = Aws::taking(0);
    aws.fails("a", &[lost(), taken()]);
    aws.finds("a", &[None, None]);
    assert_eq!(go(&one(), &aws, 4).await.state("a"), "failed: X: no");
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_is_deleted() {
    let gone = || failure(ErrorKind::NotFound, "TargetGroupNotFound");
    let aws = Aws::taking(0);
    aws.fails("a", &[gone()]);
    let seen = go(&plan(vec![delete("a", &[]), call("b", &["a"])]), &aws, 4).await;
    assert!(matches!(seen.outcome, Outcome::Completed(_)));
    // To be changed, it must be there, and it was: the refusal soon stands.
    let aws = Aws::taking(0);
    aws.always_fails("a", gone());
    let seen = go(&plan(vec![call("a", &[])]), &aws, 4).await;
    assert_eq!((seen.state("a").as_str(), seen.seconds()), ("failed: X: no", 4.0));
}

#[tokio::test(start_paused = true)]
async fn a_wait_has_its_limit() {
    let aws = Aws::taking(0);
    aws.probes(&[Probe::NotYet("provisioning".to_owned())]);
    let seen = go(&plan(vec![wait("w", 12, &[]), call("a", &["w"])]), &aws, 4).await;
    assert!(matches!(seen.outcome, Outcome::Incomplete(_)));
    assert_eq!((seen.state("w").as_str(), seen.seconds()), ("failed: still provisioning after 12s", 12.0));
    assert_eq!((seen.state("a").as_str(), seen.summary().reads), ("skipped: w", 4));
    assert!(matches!(
        seen.summary().states.values().last(),
        Some(StepState::Failed(StepError::TimedOut { .. }))
    ));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_hopeless_ends_at_once() {
    let aws = Aws::taking(0);
    aws.probes(&[Probe::NotYet("provisioning".to_owned()), Probe::Never("failed".to_owned())]);
    let seen = go(&plan(vec![wait("w", 600, &[])]), &aws, 4).await;
    assert_eq!((seen.state("w").as_str(), seen.seconds()), ("failed: failed", 5.0));
    assert!(matches!(
        seen.summary().states.values().next(),
        Some(StepState::Failed(StepError::Hopeless { .. }))
    ));
}

#[tokio::test(start_paused = true)]
async fn stopping_ends_waits_and_lets_calls_finish() {
    let aws = Aws::taking(3);
    aws.probes(&[Probe::NotYet("provisioning".to_owned())]);
    let steps = vec![call("a", &[]), call("b", &["a"]), wait("w", 600, &[]), call("c", &["w"])];
    let seen = stopped(&plan(steps), &aws, &[(1, 1)]).await;
    assert!(matches!(seen.outcome, Outcome::Interrupted(_)));
    assert_eq!(["a", "b", "w", "c"].map(|id| seen.state(id)), ["done", "not begun", "stopped", "not begun"]);
    assert_eq!(seen.seconds(), 3.0);
    assert_eq!(seen.events, ["start a", "start w", "w provisioning", "stopping", "stopped w", "done a"]);
}

#[tokio::test(start_paused = true)]
async fn stopping_twice_gives_up_what_is_under_way() {
    let aws = Aws::taking(30);
    let seen = stopped(&plan(vec![call("a", &[]), call("b", &["a"])]), &aws, &[(1, 1), (2, 2)]).await;
    assert!(matches!(seen.outcome, Outcome::Interrupted(_)));
    assert_eq!(
        (seen.state("a"), seen.state("b"), seen.seconds()),
        ("stopped".into(), "not begun".into(), 2.0)
    );
    assert_eq!(seen.events, ["start a", "stopping", "stopped a"]);
}

#[tokio::test(start_paused = true)]
async fn stopping_ends_a_pause_between_attempts() {
    let aws = Aws::taking(0);
    aws.always_fails("a", failure(ErrorKind::Throttled, "Throttling"));
    let seen = stopped(&plan(vec![call("a", &[]), call("b", &["a"])]), &aws, &[(5, 1)]).await;
    assert!(matches!(seen.outcome, Outcome::Interrupted(_)), "not a failure: {:?}", seen.outcome);
    assert_eq!(
        (seen.state("a"), seen.state("b"), seen.seconds()),
        ("stopped".into(), "not begun".into(), 5.0)
    );
}

#[tokio::test(start_paused = true)]
async fn stopped_before_it_began_nothing_begins() {
    let (_sender, stop) = watch::channel(1);
    let aws = Aws::taking(1);
    let seen = watched(&plan(vec![call("a", &[]), wait("w", 60, &[])]), &aws, 4, &Limiter::off(), stop).await;
    assert!(matches!(seen.outcome, Outcome::Interrupted(_)));
    assert_eq!((aws.calls().len(), seen.events.len()), (0, 0));
    assert_eq!((seen.state("a"), seen.state("w")), ("not begun".into(), "not begun".into()));
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_after_a_failure_is_an_interrupt() {
    let aws = Aws::taking(2);
    aws.fails("a", &[refusal("InvalidTarget")]);
    let steps = vec![call("a", &[]), call("b", &["a"]), call("c", &[]), call("d", &["c"])];
    let seen = stopped(&plan(steps.clone()), &aws, &[(1, 1)]).await;
    assert!(matches!(seen.outcome, Outcome::Interrupted(_)));
    let states = ["a", "b", "c", "d"].map(|id| seen.state(id));
    assert_eq!(states, ["failed: X: no", "skipped: a", "done", "not begun"]);
    // Too late to interrupt anything: what failed is what is to be told.
    let aws = Aws::taking(2);
    aws.fails("a", &[refusal("InvalidTarget")]);
    let seen = stopped(&plan(steps[..3].to_vec()), &aws, &[(1, 1)]).await;
    assert!(matches!(seen.outcome, Outcome::Incomplete(_)));
}
