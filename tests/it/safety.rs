//! What is refused because it would take a service down, and the one flag that allows exactly that.

use std::collections::BTreeSet;
use std::time::Duration;

use albctl::kinds::{Call, targets};
use albctl::model::Verb;
use albctl::plan::{self, ALLOW, Options, WaitFor};

use crate::binary::Desk;
use crate::support::Stage;

const HEAD: &str = "version: 1
stack: shop
region: us-east-1
vpc: vpc-0a
load_balancer: { scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: [sg-0a] }
";

/// `web` serves by a rule; `api` may be anything.
fn spec(web: &str, api: &str, then: &str) -> String {
    let group = |more: &str| format!("{{ port: 80, target_type: ip{more} }}");
    let (web, api) = (group(web), group(api));
    format!(
        "{HEAD}target_groups: {{ web: {web}, api: {api} }}
listeners:
  http:
    port: 80
    default: {{ fixed_response: 404 }}
    rules:
      - {{ name: a, when: {{ path: /a }}, then: {{ {then} }} }}
"
    )
}

const LISTED: &str = ", targets: [10.0.0.1, 10.0.0.2]";

fn allowing(code: &str) -> Options {
    Options { allow: BTreeSet::from([code.to_owned()]), ..Options::default() }
}

/// A stage on which the spec is live and its targets are healthy.
fn healthy(text: &str) -> Stage {
    let stage = Stage::new();
    let options = Options { wait: WaitFor::Healthy, ..Options::default() };
    let plan = stage.plan_with(text, &options).expect("a plan").plan;
    stage.complete(&plan);
    stage.written();
    stage
}

fn register(stage: &Stage, text: &str, group: &str, id: &str) {
    let target_group = stage.arn(text, &format!("target_group/{group}"));
    let target = targets::Target { id: id.to_owned(), port: Some(80), zone: None };
    let targets = BTreeSet::from([target]);
    stage.stranger(&Call::Targets(targets::Call::RegisterTargets { target_group, targets }));
}

fn strictly(stage: &Stage, text: &str) -> Result<plan::Planned, String> {
    stage.plan_strictly(text, &Options::default())
}

#[test]
fn requests_with_a_healthy_target_are_not_sent_to_a_group_without_one() {
    for web in [LISTED, ""] {
        let before = spec(web, "", "forward: web");
        let stage = healthy(&before);
        if web.is_empty() {
            register(&stage, &before, "web", "10.0.0.1");
            stage.sandbox.advance(Duration::from_secs(600));
        }
        for then in ["forward: api", "forward: { web: 0, api: 1 }"] {
            let after = spec(web, "", then);
            let refusal = strictly(&stage, &after).expect_err("api is empty");
            for word in [
                "refused[no-healthy-target]: this plan would leave requests without a healthy target",
                "--> test.yaml:",
                "healthy in `web`",
                "`api` is external and has no targets",
                "then: { forward: { web: 100, api: 0 } }",
                "do it all the same: --allow no-healthy-target",
            ] {
                assert!(refusal.contains(word), "{word}\n{refusal}");
            }
            assert!(stage.plan_strictly(&after, &allowing("mass-deletion")).is_err(), "exactly that one");
            assert!(stage.plan_strictly(&after, &allowing("no-healthy-target")).is_ok());
        }
        for then in ["forward: { web: 9, api: 1 }", "fixed_response: 503", "redirect: https"] {
            assert!(strictly(&stage, &spec(web, "", then)).is_ok(), "{then}");
        }
    }
}

#[test]
fn the_default_of_a_listener_is_guarded_too() {
    let text = |group: &str| {
        format!(
            "{HEAD}target_groups: {{ web: {{ port: 80, target_type: ip{LISTED} }}, api: {{ port: 81 }} }}\nlisteners: {{ http: {{ port: 80, default: {{ forward: {group} }} }} }}\n"
        )
    };
    let stage = healthy(&text("web"));
    let refusal = strictly(&stage, &text("api")).expect_err("api is empty");
    assert!(refusal.contains("requests of this listener, today 2 of 2 healthy in `web`"), "{refusal}");
}

#[test]
fn another_key_is_no_way_around() {
    let stage = healthy(&spec(LISTED, "", "forward: web"));
    let renamed = spec(LISTED, "", "forward: api").replace("  http:", "  web:");
    let refusal = strictly(&stage, &renamed).expect_err("api is empty");
    assert!(refusal.contains("refused[no-healthy-target]"), "{refusal}");
}

#[test]
fn a_group_whose_targets_are_healthy_may_take_over_and_an_unchecked_one_with_a_warning() {
    let before = spec(LISTED, "", "forward: web");
    let after = spec(LISTED, "", "forward: api");
    let stage = healthy(&before);
    register(&stage, &before, "api", "10.0.0.9");
    let planned = strictly(&stage, &after).expect("it has a target");
    let codes: Vec<&str> = planned.warnings.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["unchecked-targets"], "nothing forwards to it, so AWS has not checked it");
    let attached = spec(LISTED, "", "forward: { web: 100, api: 0 }");
    stage.apply(&attached);
    stage.sandbox.advance(Duration::from_secs(600));
    assert!(strictly(&stage, &after).expect("it is healthy").warnings.is_empty());
}

#[test]
fn what_has_no_healthy_target_today_cannot_lose_one() {
    let stage = Stage::new();
    stage.apply(&spec("", "", "forward: web"));
    assert!(strictly(&stage, &spec("", "", "forward: api")).is_ok());
}

#[test]
fn targets_may_be_exchanged_and_not_all_taken_away() {
    let stage = healthy(&spec(LISTED, "", "forward: web"));
    assert!(strictly(&stage, &spec(", targets: [10.0.0.7]", "", "forward: web")).is_ok());
    assert!(strictly(&stage, &spec("", "", "forward: web")).is_ok(), "others manage them from now on");
    let empty = spec(", targets: []", "", "forward: web");
    let refusal = strictly(&stage, &empty).expect_err("it would be empty");
    for word in [
        "refused[empty-target-group]: this plan would take every target from target_group/web",
        "today 2 of 2 healthy",
        "do it all the same: --allow empty-target-group",
    ] {
        assert!(refusal.contains(word), "{word}\n{refusal}");
    }
    assert!(stage.plan_strictly(&empty, &allowing("empty-target-group")).is_ok());
    let unchecked = Stage::new();
    unchecked.apply(&spec(LISTED, "", "fixed_response: 404"));
    assert!(strictly(&unchecked, &spec(", targets: []", "", "fixed_response: 404")).is_ok());
}

#[test]
fn health_is_read_only_for_plans_that_touch_what_it_is_about() {
    let text = spec("", "", "forward: web");
    let stage = Stage::new();
    stage.apply(&text);
    let reads = |stage: &Stage, text: &str| {
        stage.sandbox.clear_calls();
        strictly(stage, text).expect("a plan");
        let calls = stage.sandbox.calls();
        calls.into_iter().filter(|call| call.operation == "DescribeTargetHealth").count()
    };
    assert_eq!(reads(&stage, &text), 0);
    assert_eq!(reads(&stage, &text.replace("path: /a", "path: /b")), 0);
    assert_eq!(reads(&stage, &text.replace("forward: web", "forward: api")), 2);
}

/// A stack with so many groups beside its load balancer.
fn groups(keys: &[&str]) -> String {
    let one = |key: &&str| format!("  {key}: {{ port: 80 }}\n");
    format!("{HEAD}target_groups:\n{}", keys.iter().map(one).collect::<String>())
}

#[test]
fn more_than_a_third_of_a_stack_does_not_go_at_once() {
    let stage = Stage::new();
    stage.apply(&groups(&["a", "b", "c", "d", "e"]));
    assert!(strictly(&stage, &groups(&["a", "b", "c"])).is_ok(), "two of six are a third");
    let refusal = strictly(&stage, &groups(&["a", "b"])).expect_err("three of six");
    for word in [
        "refused[mass-deletion]: this plan deletes or replaces 3 of the 6 resources of stack `shop`",
        "target_group/c, target_group/d, target_group/e",
        "do it all the same: --allow mass-deletion",
    ] {
        assert!(refusal.contains(word), "{word}\n{refusal}");
    }
    assert!(stage.plan_strictly(&groups(&["a", "b"]), &allowing("mass-deletion")).is_ok());
    assert!(stage.destroy_with(HEAD, &Options::default()).is_ok(), "destroy asks on its own");
    let small = Stage::new();
    small.apply(&groups(&["a", "b", "c", "d"]));
    assert!(strictly(&small, &groups(&["a"])).is_ok(), "five resources are few");
}

#[test]
fn what_is_protected_stays_until_the_line_is_gone_and_applied() {
    let plain = groups(&["a", "b"]);
    let protected = plain.replace("b: { port: 80 }", "b: { port: 80, protect: true }");
    let without = groups(&["a"]);
    let stage = Stage::new();
    stage.apply(&plain);
    stage.written();
    stage.apply(&protected);
    assert_eq!(stage.written(), ["AddTags"]);
    let refusal = stage.refusal(&without);
    assert!(refusal.contains("refused[protected]: target_group/b is protected"), "{refusal}");
    assert!(!refusal.contains("--allow"), "no flag takes protection away: {refusal}");
    let refusal = stage.destroy_with(&protected, &Options::default()).expect_err("it is protected");
    assert!(refusal.contains("refused[protected]"), "{refusal}");
    stage.apply(&plain);
    assert_eq!(stage.written(), ["RemoveTags"]);
    stage.apply(&without);
    let fresh = Stage::new();
    fresh.apply(&protected.replace("vpc:", "tags: { team: web }\nvpc:"));
    fresh.apply(&protected);
    assert!(fresh.refusal(&without).contains("refused[protected]"), "other tags come and go beside it");
}

#[test]
fn every_kind_can_be_protected() {
    let text = |protect: &str| {
        spec("", "", "forward: web")
            .replace("load_balancer: {", &format!("load_balancer: {{{protect}"))
            .replace("web: {", &format!("web: {{{protect}"))
            .replace("port: 80\n", &format!("port: 80\n    {}\n", protect.replace(',', "").trim()))
            .replace("{ name: a,", &format!("{{ name: a,{protect}"))
    };
    let stage = Stage::new();
    stage.apply(&text(" protect: true,"));
    let refusal = stage.destroy_with(&text(""), &Options::default()).expect_err("all is protected");
    for id in ["load_balancer", "target_group/web", "listener/http", "rule/http/a"] {
        assert!(refusal.contains(&format!("{id} is protected")), "{id}\n{refusal}");
    }
    stage.apply(&text(""));
    stage.destroy(&text(""));
}

#[test]
fn the_line_can_be_false() {
    let stage = Stage::new();
    let text = groups(&["a"]).replace("port: 80", "port: 80, protect: false");
    let plan = stage.apply(&text);
    assert!(plan.changes.iter().all(|change| change.verb == Verb::Create));
    stage.apply(HEAD);
}

#[test]
fn the_flag_takes_the_codes_that_exist_and_is_repeated_in_what_to_type() {
    let desk = Desk::new();
    desk.write("shop.yaml", &groups(&["a", "b", "c", "d", "e"]));
    desk.run("apply shop.yaml --yes").expect(0, &[]);
    desk.write("shop.yaml", &groups(&["a"]));
    desk.run("plan shop.yaml").expect(6, &["refused[mass-deletion]", "--allow mass-deletion"]);
    desk.run("plan shop.yaml --allow no-such-code").expect(2, ALLOW);
    let plan = desk.run("plan shop.yaml --allow mass-deletion --out my.plan").expect(0, &["4 to delete"]);
    assert!(plan.out.ends_with("apply --plan my.plan\n"), "{}", plan.out);
    let plan = desk.run("plan shop.yaml --allow mass-deletion").expect(0, &[]);
    assert!(plan.out.contains("apply shop.yaml --allow mass-deletion --plan-id "), "{}", plan.out);
    desk.run("apply --plan my.plan --yes --allow mass-deletion").expect(2, &["cannot be used with"]);
    desk.run("apply --plan my.plan --yes").expect(0, &["4 deleted"]);
}
