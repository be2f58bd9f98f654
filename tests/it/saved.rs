//! Saved plans, approved plans, and what is changed under them.

use std::collections::{BTreeMap, BTreeSet};

use albctl::exec::event::StepError;
use albctl::exec::{Outcome, StepState};
use albctl::kinds::action::Action;
use albctl::kinds::rule::Condition;
use albctl::kinds::{Call, rule};
use serde_json::{Value, json};

use crate::binary::Desk;
use crate::support::Stage;

const SPEC: &str = "version: 1
stack: shop
region: us-east-1
vpc: vpc-0a
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
  idle_timeout: 60s
target_groups:
  web: { port: 80 }
listeners:
  http:
    port: 80
    default: { fixed_response: 404 }
    rules:
      - { name: a, when: { path: /a }, then: { forward: web } }
      - { name: b, when: { path: /b }, then: { forward: web } }
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("shop.yaml", SPEC);
    desk.run("apply shop.yaml --yes").expect(0, &["Applied plan"]);
    desk
}

fn plan_id(text: &str) -> String {
    let at = text.find("--plan-id ").expect("the last line has the id");
    text[at..].split_whitespace().nth(1).expect("an id").to_owned()
}

#[test]
fn the_last_line_of_a_plan_applies_exactly_it() {
    let desk = Desk::new();
    desk.write("shop.yaml", SPEC);
    let plan = desk.run("plan shop.yaml --wait none").expect(0, &[]);
    let last = plan.out.lines().last().expect("a line");
    let id = plan_id(last);
    assert_eq!(
        last,
        format!("Apply exactly this: albctl --sandbox apply shop.yaml --wait none --plan-id {id}")
    );
    desk.run(&format!("apply shop.yaml --yes --plan-id {id}")).expect(6, &["refused[plan-changed]", &id]);
    desk.run(&format!("apply shop.yaml --wait none --yes --plan-id {id}"))
        .expect(0, &[&format!("Plan {id}, as approved: 5 changes"), &format!("Applied plan {id}")]);
    desk.run(&format!("apply shop.yaml --wait none --yes --plan-id {id}")).expect(0, &["No changes"]);
    let nothing = desk.run("plan shop.yaml").expect(0, &["No changes"]);
    assert!(!nothing.out.contains("Apply exactly this"), "{}", nothing.out);
}

#[test]
fn a_comment_makes_no_other_plan_and_a_change_does() {
    let desk = desk();
    let changed = SPEC.replace("60s", "2m");
    desk.write("shop.yaml", &changed);
    let id = plan_id(&desk.run("plan shop.yaml").out);
    let commented = format!("# for the sale\n\n{}", changed.replace("port: 80 }", "port: 80, note: hi }"));
    desk.write("shop.yaml", &commented);
    assert_eq!(plan_id(&desk.run("plan shop.yaml").out), id);
    desk.write("shop.yaml", &SPEC.replace("60s", "3m"));
    desk.run(&format!("apply shop.yaml --yes --plan-id {id}")).expect(
        6,
        &[
            "refused[plan-changed]",
            "planned then: ~ load_balancer: idle_timeout 1m -> 2m",
            "planned now:  ~ load_balancer: idle_timeout 1m -> 3m",
            "Nothing was changed.",
        ],
    );
    desk.write("shop.yaml", &commented);
    let digest = desk.run("plan shop.yaml --output json").json()["plan_digest"].as_str().unwrap().to_owned();
    assert!(digest.len() == 64 && digest.starts_with(&id));
    desk.run(&format!("apply shop.yaml --yes --plan-id {}", digest[..10].to_uppercase())).expect(0, &[]);
    for bad in ["7c41e", "7c41eg"] {
        desk.run(&format!("apply shop.yaml --yes --plan-id {bad}")).expect(2, &["hex digits"]);
    }
}

#[test]
fn a_plan_that_was_shown_elsewhere_is_told_by_what_would_be_done_now() {
    let desk = desk();
    desk.write("shop.yaml", &SPEC.replace("60s", "2m"));
    desk.run("apply shop.yaml --yes --plan-id 123456")
        .expect(6, &["refused[plan-changed]", "idle_timeout", "1m -> 2m", "and 123456 was approved"]);
}

#[test]
fn a_saved_plan_needs_nothing_but_itself() {
    let desk = desk();
    desk.write("shop.yaml", &SPEC.replace("60s", "2m"));
    let plan = desk.run("plan shop.yaml --out my.plan").expect(0, &[]);
    assert_eq!(plan.out.lines().last(), Some("Apply exactly this: albctl --sandbox apply --plan my.plan"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(desk.path("my.plan")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let saved: Value = serde_json::from_str(&desk.read("my.plan")).unwrap();
    for (pointer, wanted) in [
        ("/format", json!(1)),
        ("/account", json!("000000000000")),
        ("/region", json!("us-east-1")),
        ("/stack", json!("shop")),
        ("/sandbox", json!(true)),
        ("/options/wait", json!("active")),
        ("/desired/resources/load_balancer/place", json!("shop.yaml:5")),
    ] {
        assert_eq!(saved.pointer(pointer), Some(&wanted), "{pointer}");
    }
    assert_eq!(saved["albctl"], env!("CARGO_PKG_VERSION"));
    std::fs::remove_file(desk.path("shop.yaml")).unwrap();
    desk.run("apply --plan my.plan --yes").expect(0, &["as approved: 1 change", "Applied plan"]);
    desk.run("apply --plan my.plan --yes").expect(0, &["No changes"]);
}

#[test]
fn a_saved_plan_is_stale_when_what_is_live_changed() {
    let desk = desk();
    desk.write("shop.yaml", &SPEC.replace("60s", "2m"));
    desk.run("plan shop.yaml --out my.plan").expect(0, &[]);
    desk.write("other.yaml", &SPEC.replace("60s", "5m").replace("path: /b", "path: /c"));
    desk.write("shop.yaml", &desk.read("other.yaml"));
    desk.run("apply shop.yaml --yes").expect(0, &[]);
    desk.run("apply --plan my.plan --yes").expect(
        6,
        &[
            "refused[stale-plan]",
            "planned then: ~ load_balancer: idle_timeout 1m -> 2m",
            "planned now:  ~ load_balancer: idle_timeout 5m -> 2m",
            "new:          ~ rule/http/b",
            "Nothing was changed.",
        ],
    );
}

#[test]
fn what_was_changed_in_the_file_is_refused() {
    let desk = desk();
    desk.write("shop.yaml", &SPEC.replace("60s", "2m"));
    desk.run("plan shop.yaml --out my.plan").expect(0, &[]);
    let saved: Value = serde_json::from_str(&desk.read("my.plan")).unwrap();
    let with = |pointer: &str, value: Value| {
        let mut changed = saved.clone();
        *changed.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        desk.write("my.plan", &changed.to_string());
        desk.run("apply --plan my.plan --yes")
    };
    let attribute = "/plan/steps/0/action/call/load_balancer/attributes/idle_timeout.timeout_seconds";
    with(attribute, json!("4000")).expect(6, &["refused[stale-plan]", "changed after it was made"]);
    with("/plan/steps", json!([])).expect(6, &["refused[stale-plan]"]);
    with("/id", json!("7c41e9".repeat(10) + "7c41")).expect(6, &["refused[stale-plan]"]);
    with("/desired/resources/load_balancer/resource/load_balancer/attributes/idle_timeout", json!(4000))
        .expect(6, &["refused[stale-plan]", "planned now:  ~ load_balancer: idle_timeout 1m -> 1h6m40s"]);
    with("/options/wait", json!("none")).expect(0, &["Applied plan"]);
}

#[test]
fn what_the_options_of_a_file_change_is_another_plan() {
    let desk = Desk::new();
    desk.write("shop.yaml", SPEC);
    desk.run("plan shop.yaml --out my.plan").expect(0, &[]);
    let mut saved: Value = serde_json::from_str(&desk.read("my.plan")).unwrap();
    saved["options"]["wait"] = json!("none");
    desk.write("my.plan", &saved.to_string());
    desk.run("apply --plan my.plan --yes")
        .expect(6, &["refused[stale-plan]", "step then: load_balancer:active"]);
}

#[test]
fn a_saved_plan_is_for_one_place_and_one_format() {
    let desk = desk();
    desk.write("shop.yaml", &SPEC.replace("60s", "2m"));
    desk.run("plan shop.yaml --out my.plan").expect(0, &[]);
    let saved = desk.read("my.plan");
    desk.run("apply --plan my.plan --yes --region eu-west-1").expect(6, &["refused[wrong-region]"]);
    desk.run_plainly("apply --plan my.plan --yes").expect(6, &["refused[wrong-account]", "add --sandbox"]);
    desk.write("my.plan", &saved.replace("000000000000", "111122223333"));
    desk.run("apply --plan my.plan --yes").expect(6, &["refused["]);
    desk.write("my.plan", &saved.replace("\"format\": 1", "\"format\": 2"));
    desk.run("apply --plan my.plan --yes")
        .expect(6, &["refused[plan-format]", "has format 2; this albctl reads 1"]);
    desk.write("my.plan", "version: 1\n");
    desk.run("apply --plan my.plan --yes").expect(6, &["refused[plan-format]", "is not a saved plan"]);
    desk.run("apply --plan no.plan --yes").expect(1, &["error[file-missing]"]);
    for line in [
        "shop.yaml --plan my.plan",
        "--plan my.plan --plan-id 123456",
        "--plan my.plan --prune",
        "--plan my.plan --adopt",
    ] {
        desk.run(&format!("apply {line} --yes")).expect(2, &["cannot be used with"]);
    }
    desk.run("apply --plan my.plan --yes --var a=1").expect(2, &["--var"]);
    desk.write("other.yaml", &SPEC.replace("stack: shop", "stack: other"));
    desk.run("plan shop.yaml other.yaml --out my.plan").expect(2, &["--out takes one stack"]);
    desk.run("apply shop.yaml other.yaml --yes --plan-id 123456").expect(2, &["--plan-id takes one stack"]);
}

fn add_rule(stage: &Stage, text: &str, priority: u32) {
    let call = rule::Call::CreateRule {
        listener: stage.arn(text, "listener/http"),
        priority,
        when: vec![Condition::Path(BTreeSet::from([format!("/theirs/{priority}")]))],
        then: Action::FixedResponse { status: 403, content_type: None, body: None },
        tags: BTreeMap::new(),
    };
    stage.stranger(&Call::Rule(call));
}

#[test]
fn rules_are_read_again_before_the_first_of_a_listener_is_written() {
    let stage = Stage::new();
    stage.apply(SPEC);
    let both = SPEC.replace(
        "      - { name: b",
        "      - { name: c, when: { path: /c }, then: { forward: web } }\n      - { name: b",
    );
    let both = both.replace("60s", "2m");
    let plan = stage.plan(&both);
    assert_eq!(plan.basis.len(), 1);
    let reads = |stage: &Stage| {
        stage.sandbox.calls().into_iter().filter(|call| call.operation == "DescribeRules").count()
    };
    stage.written();
    add_rule(&stage, &both, 77);
    stage.written();
    let outcome = stage.run(&plan);
    let Outcome::Incomplete(summary) = outcome else { panic!("{outcome:?}") };
    let failed: Vec<&str> = summary
        .states
        .iter()
        .filter(|(_, state)| matches!(state, StepState::Failed(StepError::ListenerChanged)))
        .map(|(id, _)| id.as_str())
        .collect();
    assert_eq!(failed, ["rule/http/c:create"]);
    assert_eq!(reads(&stage), 1);
    assert!(!stage.written().contains(&"CreateRule".to_owned()), "no rule was written");
    stage.apply(&both);
}

#[test]
fn one_look_serves_all_rules_of_a_listener_and_other_plans_need_none() {
    let stage = Stage::new();
    assert!(stage.plan(SPEC).basis.is_empty(), "a new listener has no rules that others could change");
    stage.apply(SPEC);
    assert!(stage.plan(&SPEC.replace("60s", "2m")).basis.is_empty());
    let plan = stage.plan(&SPEC.replace("path: /", "path: /x"));
    stage.written();
    stage.complete(&plan);
    let calls: Vec<String> = stage.sandbox.calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls[0], "DescribeRules");
    assert_eq!(calls.iter().filter(|name| *name == "DescribeRules").count(), 1);
    let plan = stage.plan(&SPEC.replace("- { name: b", "- { name: c"));
    assert_eq!(plan.basis.values().map(Vec::len).collect::<Vec<_>>(), [2]);
}
