//! An apply that ended while the load balancer was not yet active: the next one waits for it.

use std::time::Duration;

use albctl::exec::Outcome;
use albctl::kinds::Plan;
use albctl::plan::{self, Options, WaitFor};

use crate::binary::Desk;
use crate::support::Stage;

/// Group `web` has this port; `more` is a field of the load balancer.
fn spec(port: u16, more: &str) -> String {
    format!(
        "version: 1
stack: shop
region: us-east-1
vpc: vpc-0a
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
{more}target_groups: {{ web: {{ port: {port}, target_type: ip, targets: [10.0.0.1], deregistration_delay: 10s }} }}
listeners: {{ http: {{ port: 80, default: {{ forward: web }} }} }}
"
    )
}

fn waiting(wait: WaitFor) -> Options {
    Options { wait, ..Options::default() }
}

/// A stack whose load balancer was made a moment ago.
fn fresh() -> Stage {
    let stage = Stage::new();
    let plan = stage.plan_with(&spec(80, ""), &waiting(WaitFor::None)).expect("a plan").plan;
    stage.complete(&plan);
    stage
}

fn steps(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.id.as_str()).collect()
}

#[test]
fn the_next_plan_changes_nothing_and_waits() {
    let stage = fresh();
    let plan = stage.plan(&spec(80, ""));
    assert!(plan.is_empty() && plan.changes.is_empty());
    assert_eq!(steps(&plan), ["load_balancer:active"]);
    let without = stage.plan_with(&spec(80, ""), &waiting(WaitFor::None)).expect("a plan").plan;
    assert_eq!(steps(&without), Vec::<&str>::new());
    let begin = stage.sandbox.now();
    stage.complete(&plan);
    let waited = stage.sandbox.now().duration_since(begin).expect("time goes on");
    assert!(waited >= Duration::from_secs(100), "{waited:?}");
    assert_eq!(steps(&stage.plan(&spec(80, ""))), Vec::<&str>::new());
}

#[test]
fn a_change_waits_too_and_its_plan_stays_the_same_when_the_load_balancer_becomes_active() {
    let stage = fresh();
    let after = spec(80, "  idle_timeout: 2m\n");
    let plan = stage.plan(&after);
    assert!(steps(&plan).contains(&"load_balancer:active"), "{:?}", steps(&plan));
    stage.sandbox.advance(Duration::from_secs(300));
    let later = stage.plan(&after);
    assert!(!steps(&later).contains(&"load_balancer:active"), "{:?}", steps(&later));
    assert_eq!(plan::id(&plan), plan::id(&later));
    stage.complete(&plan);
}

#[test]
fn targets_are_waited_for_only_after_that() {
    let stage = fresh();
    for wait in [WaitFor::None, WaitFor::Active, WaitFor::Healthy] {
        let plan = stage.plan_with(&spec(81, ""), &waiting(wait)).expect("a plan").plan;
        let healthy = plan.steps.iter().find(|step| step.id.as_str() == "target_group/web:healthy");
        let needs: Vec<&str> = healthy.expect("a wait").needs.iter().map(|need| need.as_str()).collect();
        assert!(needs.contains(&"load_balancer:active"), "{wait:?}: {needs:?}");
    }
    stage.apply(&spec(81, ""));
    // Of a new load balancer, too.
    let stage = Stage::new();
    let plan = stage.plan_with(&spec(80, ""), &waiting(WaitFor::Healthy)).expect("a plan").plan;
    let healthy = plan.steps.iter().find(|step| step.id.as_str().ends_with(":healthy")).expect("a wait");
    assert!(healthy.needs.iter().any(|need| need.as_str() == "load_balancer:active"), "{:?}", healthy.needs);
    // What goes is not waited for.
    let stage = fresh();
    let plan = stage.destroy_with(&spec(80, ""), &Options::default()).expect("a plan");
    assert!(!steps(&plan).contains(&"load_balancer:active"));
    assert!(matches!(stage.run(&plan), Outcome::Completed(_)));
}

#[test]
fn the_command_says_that_nothing_changes_and_waits_all_the_same() {
    let desk = Desk::new();
    desk.write("shop.yaml", &spec(80, ""));
    desk.run("apply shop.yaml --yes --wait none").expect(0, &[]);
    desk.run("plan shop.yaml --exit-code").expect(0, &["No changes: 1 load balancer"]);
    desk.run("apply shop.yaml --yes --wait none").expect(0, &["No changes: 1 load balancer"]);
    let waited = desk.run("apply shop.yaml --yes").expect(0, &["No changes: 1 load balancer", "active"]);
    assert!(waited.err.contains("load_balancer"), "{waited:?}");
    let after = desk.run("apply shop.yaml --yes").expect(0, &["No changes: 1 load balancer"]);
    assert!(!after.err.contains("load_balancer"), "{after:?}");
}
