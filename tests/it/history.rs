//! What an apply leaves behind: the tag on the load balancer and the record on this machine.

use albctl::kinds::tagging::applied::Applied;
use albctl::model::ResourceId;
use albctl::plan::{self, Options};
use albctl_sandbox::{Fault, FaultKind, Match, Sandbox};
use serde_json::{Value, json};

use crate::binary::Desk;
use crate::support::{Stage, desired};

const SPEC: &str = "version: 1
stack: shop
region: us-east-1
vpc: vpc-0a
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
  idle_timeout: 60s
target_groups: { web: { port: 80 } }
listeners: { http: { port: 80, default: { forward: web } } }
";

fn slower() -> String {
    SPEC.replace("60s", "2m")
}

fn from(source: &str, allow: &[&str]) -> Options {
    let allow = allow.iter().map(|code| (*code).to_owned()).collect();
    Options { allow, source: Some(source.to_owned()), ..Options::default() }
}

fn tag(stage: &Stage) -> Option<Applied> {
    let (live, _) = stage.observe(&albctl::cli::scope::of(&desired(SPEC).0));
    Applied::of(&live.resources[&ResourceId::from_tag("load_balancer")].tags)
}

#[test]
fn an_apply_that_changes_something_ends_with_one_tag_and_no_other_does() {
    let stage = Stage::new();
    let plan = stage.apply(SPEC);
    let writes = stage.all_writes();
    assert_eq!(writes.len(), plan.writes());
    assert_eq!(writes.last().map(|call| call.operation.as_str()), Some("AddTags"));
    assert_eq!(writes.iter().filter(|call| call.operation == "AddTags").count(), 1);
    assert_eq!(plan.writes(), 4, "a group, the load balancer, a listener, the tag");
    assert_eq!(tag(&stage).map(|tag| tag.plan), Some(plan::id(&plan)));
    let again = stage.plan(SPEC);
    assert!(again.is_empty() && again.writes() == 0);
    let plan = stage.plan(&slower());
    assert_eq!(plan::id(&plan), plan::id(&stage.plan(&slower())));
    stage.destroy(SPEC);
    assert!(stage.all_writes().iter().all(|call| call.operation != "AddTags"));
}

#[test]
fn the_first_of_two_applies_does_not_say_that_the_spec_was_applied() {
    let stage = Stage::new();
    let first = stage.apply(SPEC);
    let plan = stage.plan(&SPEC.replace("web: { port: 80 }", "web: { port: 81 }"));
    assert!(!plan.unfinished.is_empty(), "others register the targets of the new group");
    stage.all_writes();
    stage.run(&plan);
    assert!(stage.all_writes().iter().all(|call| call.operation != "AddTags"));
    assert_eq!(tag(&stage).map(|tag| tag.plan), Some(plan::id(&first)));
}

#[test]
fn an_apply_that_fails_does_not_say_that_it_was_done() {
    let stage = Stage::new();
    let first = stage.apply(SPEC);
    let both = slower().replace("port: 80 }", "port: 80, deregistration_delay: 10s }");
    let plan = stage.plan(&both);
    let refused =
        FaultKind::Fail { code: "OperationNotPermitted".to_owned(), status: 400, message: "no".to_owned() };
    let matches = Match::Operation("ModifyTargetGroupAttributes".to_owned());
    stage.sandbox.inject(Fault { matches, nth: 1, count: 1, kind: refused });
    stage.run(&plan);
    assert_eq!(tag(&stage).map(|tag| tag.plan), Some(plan::id(&first)));
}

#[test]
fn another_file_is_refused_unless_it_is_said_to_be_the_new_one() {
    let stage = Stage::new();
    let plan = stage.plan_strictly(SPEC, &from("infra/shop.yaml", &[])).expect("nothing is live").plan;
    stage.run_from("infra/shop.yaml", &plan);
    assert!(stage.plan_strictly(SPEC, &from("infra/shop.yaml", &[])).is_ok_and(|it| it.plan.is_empty()));
    for text in [SPEC.to_owned(), slower()] {
        let refusal = stage.plan_strictly(&text, &from("infra/copy.yaml", &[])).expect_err("it is a copy");
        for word in [
            "refused[new-source]: stack `shop` was applied from `infra/shop.yaml`, and this is `infra/copy.yaml`",
            "give it its own `stack`",
            "--allow new-source",
        ] {
            assert!(refusal.contains(word), "{word}\n{refusal}");
        }
    }
    let moved =
        stage.plan_strictly(SPEC, &from("infra/moved.yaml", &["new-source"])).expect("it is allowed").plan;
    let shown: Vec<(&str, &str)> =
        moved.changes[0].fields.iter().map(|it| (it.key.as_str(), it.to_text.as_str())).collect();
    assert_eq!((shown, moved.writes()), (vec![("applied from", "infra/moved.yaml")], 1));
    stage.run_from("infra/moved.yaml", &moved);
    assert!(stage.plan_strictly(SPEC, &from("infra/moved.yaml", &[])).is_ok_and(|it| it.plan.is_empty()));
    assert!(stage.plan_strictly(SPEC, &from("infra/shop.yaml", &[])).is_err());
}

/// The record files of the stack, oldest first.
fn records(desk: &Desk) -> Vec<Value> {
    let folder = desk.path("state/albctl/history/shop");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("it is there").map(|it| it.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()).collect()
}

#[test]
fn every_apply_leaves_a_record_of_what_was_and_what_became_of_it() {
    let desk = Desk::new();
    desk.write("base.yaml", SPEC);
    desk.write("shop.yaml", "extends: base.yaml\nload_balancer: { idle_timeout: 60s }\n");
    desk.run("apply shop.yaml --yes").expect(0, &[]);
    desk.run("apply shop.yaml --yes").expect(0, &["No changes"]);
    desk.write("shop.yaml", "extends: base.yaml\nload_balancer: { idle_timeout: 2m }\n");
    desk.run("apply shop.yaml --yes").expect(0, &[]);
    desk.run("destroy shop.yaml --yes").expect(0, &[]);
    let records = records(&desk);
    assert_eq!(records.len(), 3, "an apply with nothing to do is none");
    for (pointer, wanted) in [
        ("/command", json!("apply")),
        ("/outcome", json!("completed")),
        ("/stack", json!("shop")),
        ("/account", json!("000000000000")),
        ("/region", json!("us-east-1")),
        ("/sandbox", json!(true)),
        ("/spec_files", json!(["base.yaml", "shop.yaml"])),
        ("/source", json!("shop.yaml")),
        ("/changes/0/id", json!("load_balancer")),
        ("/changes/0/fields/0/from_text", json!("1m")),
        ("/changes/0/fields/0/to_text", json!("2m")),
        ("/changes/0/end", json!("done")),
        ("/before/load_balancer/resource/load_balancer/attributes/idle_timeout", json!(60)),
    ] {
        assert_eq!(records[1].pointer(pointer), Some(&wanted), "{pointer}");
    }
    assert!(records[1]["caller"].as_str().is_some_and(|caller| caller.starts_with("arn:")));
    assert!(records[1]["when"].as_str().is_some_and(|when| when.ends_with('Z')));
    assert_eq!((&records[0]["before"], &records[2]["command"]), (&json!({}), &json!("destroy")));
}

#[test]
fn a_record_that_cannot_be_kept_is_a_warning() {
    let desk = Desk::new();
    desk.write("shop.yaml", SPEC);
    desk.write("state/albctl/history", "a file where a folder should be");
    let ended = desk.run("apply shop.yaml --yes").expect(0, &["Applied plan"]);
    assert!(ended.err.contains("warning[history]: no record of this apply was kept"), "{}", ended.err);
}

#[test]
fn a_failed_apply_leaves_a_record_too_and_is_not_taken_for_someone_elses_change() {
    let desk = Desk::new();
    desk.write("shop.yaml", SPEC);
    desk.run("apply shop.yaml --yes").expect(0, &[]);
    desk.write("shop.yaml", &slower().replace("web: { port: 80 }", "web: { port: 80 }, more: { port: 80 }"));
    {
        let sandbox = Sandbox::open(&desk.path("state/albctl/sandbox.json")).expect("nobody else has it");
        sandbox.edit(|state| {
            state.quotas.insert("target-groups".to_owned(), 1);
        });
    }
    let ended = desk.run("apply shop.yaml --yes");
    let outcome = records(&desk).last().expect("a record")["outcome"].clone();
    assert_eq!((ended.code, outcome), (5, json!("incomplete")), "{}", ended.err);
    desk.write("shop.yaml", SPEC);
    let plan = desk.run("plan shop.yaml").expect(0, &["idle_timeout"]);
    assert!(!plan.out.contains("outside albctl"), "{}", plan.out);
}

#[test]
fn what_differs_although_the_spec_is_the_same_was_changed_outside() {
    let desk = Desk::new();
    desk.write("shop.yaml", SPEC);
    desk.run("apply shop.yaml --yes").expect(0, &[]);
    // Another tool: nothing of it is in the tag.
    let sandbox = Sandbox::open(&desk.path("state/albctl/sandbox.json")).expect("nobody else has it");
    let stage = Stage::on(sandbox);
    let call = albctl::kinds::load_balancer::Call::ModifyLoadBalancerAttributes {
        load_balancer: stage.arn(SPEC, "load_balancer"),
        attributes: [("idle_timeout.timeout_seconds".to_owned(), "120".to_owned())].into(),
    };
    stage.stranger(&albctl::kinds::Call::LoadBalancer(call));
    drop(stage);
    let plan = desk.run("plan shop.yaml").expect(0, &["idle_timeout"]);
    let second = plan.out.lines().nth(1).unwrap_or_default();
    assert!(second.starts_with("Spec unchanged since the apply of 2026-01-01 00:0"), "{}", plan.out);
    assert!(second.ends_with("): this was changed outside albctl."), "{second}");
    desk.write("shop.yaml", &format!("# a comment\n{SPEC}"));
    desk.run("plan shop.yaml").expect(0, &["Spec unchanged since"]);
    desk.write("shop.yaml", &SPEC.replace("60s", "3m"));
    let plan = desk.run("plan shop.yaml").expect(0, &[]);
    assert!(!plan.out.contains("Spec unchanged"), "{}", plan.out);
    desk.write("shop.yaml", SPEC);
    desk.run("apply shop.yaml --yes").expect(0, &["Spec unchanged since"]);
}

#[test]
fn a_copied_spec_is_refused_by_every_command_that_would_act_on_it() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.path("infra/.git")).unwrap();
    desk.write("infra/shop.yaml", SPEC);
    desk.run("apply infra/shop.yaml --yes").expect(0, &[]);
    desk.write("infra/copy.yaml", &SPEC.replace("port: 80 }", "port: 81 }"));
    let words = ["refused[new-source]", "`infra/shop.yaml`", "`infra/copy.yaml`"];
    for command in ["plan infra/copy.yaml", "apply infra/copy.yaml --yes", "destroy infra/copy.yaml --yes"] {
        desk.run(command).expect(6, &words);
    }
    desk.write("infra/copy.yaml", SPEC);
    desk.run("apply infra/copy.yaml --yes --allow new-source").expect(0, &["applied from"]);
    desk.run("plan infra/copy.yaml").expect(0, &["No changes"]);
    desk.run("plan infra/shop.yaml").expect(6, &["refused[new-source]"]);
    desk.run("destroy infra/shop.yaml --yes --allow new-source").expect(0, &[]);
}
