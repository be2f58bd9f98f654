use super::*;
use crate::model::StepVerb;
use crate::output::fixtures::{plan, refusal, step, wait};
use crate::output::ui::memory;

fn told(events: &[Event<'_>]) -> Vec<String> {
    let (mut ui, out, err) = memory::ui(memory::PLAIN);
    let plan = plan(Vec::new(), Vec::new());
    let mut progress = Progress::new(&mut ui, &plan);
    for event in events {
        progress.event(event);
    }
    progress.finish();
    assert_eq!(out.text(), "");
    err.text().lines().map(str::to_owned).collect()
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_done_step_is_one_line_in_columns() {
    let step = step("target_group/web", StepVerb::Create, "quickstart-web");
    let done = Event::Done { step: &step, at: secs(0), took: Duration::from_millis(30), state: None };
    assert_eq!(
        told(&[done]),
        [
            "0:00  done     create   target_group/web          quickstart-web                                0.0s"
        ]
    );
}

#[test]
fn a_wait_tells_changes_and_every_half_minute() {
    let step = wait("target_group/orders", 300);
    let look = |at: u64, state: &'static str| Event::Waiting {
        step: &step,
        at: secs(at),
        state,
        limit: secs(300),
        waited: secs(at - 2),
    };
    let events = [
        look(2, "0 of 2"),
        look(7, "0 of 2"),
        look(31, "0 of 2"),
        look(32, "0 of 2"),
        look(37, "1 of 2: i-0b initial"),
        Event::Done { step: &step, at: secs(58), took: secs(56), state: Some("2 of 2") },
    ];
    assert_eq!(
        told(&events),
        [
            "0:02  wait     healthy  target_group/orders       0 of 2, at most 5m",
            "0:32  wait     healthy  target_group/orders       0 of 2",
            "0:37  wait     healthy  target_group/orders       1 of 2: i-0b initial",
            "0:58  done     healthy  target_group/orders       2 of 2                                         56s",
        ]
    );
}

#[test]
fn skipped_steps_of_one_reason_are_told_together() {
    let failed = step("target_group/orders", StepVerb::Register, "2 targets");
    let (a, b) = (wait("target_group/orders", 300), step("target_group/orders", StepVerb::Change, ""));
    let other = step("rule/https/x", StepVerb::Create, "priority 10");
    let error = StepError::Service(refusal());
    let events = [
        Event::Failed { step: &failed, at: secs(1), took: secs(0), error: &error },
        Event::Skipped { step: &a, at: secs(1), because: &failed },
        Event::Skipped { step: &b, at: secs(1), because: &failed },
        Event::Done { step: &other, at: secs(2), took: secs(0), state: None },
        Event::Skipped { step: &other, at: secs(3), because: &failed },
    ];
    assert_eq!(
        told(&events),
        [
            "0:01  FAILED   register target_group/orders       TooManyTargetGroups                           0.0s",
            "0:01  skipped  2 steps of target_group/orders     register target_group/orders failed",
            "0:02  done     create   rule/https/x              priority 10                                   0.0s",
            "0:03  skipped  create   rule/https/x              register target_group/orders failed",
        ]
    );
}

#[test]
fn long_pauses_are_told_and_so_is_stopping() {
    let step = wait("target_group/orders", 300);
    let error = refusal();
    let events = [
        Event::Retrying { step: &step, at: secs(1), error: &error, after: Duration::from_millis(100) },
        Event::Retrying { step: &step, at: secs(1), error: &error, after: secs(4) },
        Event::Retrying { step: &step, at: secs(5), error: &error, after: secs(4) },
        Event::Retrying { step: &step, at: secs(31), error: &error, after: secs(4) },
        Event::Stopping,
        Event::Stopped { step: &step, at: secs(44), took: secs(40) },
    ];
    assert_eq!(
        told(&events),
        [
            "0:01  wait     healthy  target_group/orders       TooManyTargetGroups; again in 4.0s",
            "0:31  wait     healthy  target_group/orders       TooManyTargetGroups; again in 4.0s",
            "stopping: no new step starts, calls in flight may finish (Ctrl-C again: stop at once)",
            "0:44  stopped  healthy  target_group/orders       TooManyTargetGroups; again in 4.0s             40s",
        ]
    );
}

#[test]
fn without_a_clock_lines_are_indented() {
    let step = step("load_balancer", StepVerb::Change, "idle_timeout 60s -> 2m");
    let entry =
        Entry::of(&step, secs(1), "done", Role::Done, &step.summary).taking(Duration::from_millis(200));
    assert_eq!(
        entry.render(Look::PLAIN, false),
        "  done     change   load_balancer             idle_timeout 60s -> 2m                            0.2s"
    );
}
