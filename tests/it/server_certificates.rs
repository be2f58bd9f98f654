//! Server certificates of IAM that the spec no longer has: seen and removed, attached or not.

use albctl::exec::Outcome;
use albctl_sandbox::{Fault, FaultKind, Match};

use crate::certificates::{files, put, servers, spec, staged};
use crate::pki;
use crate::support::{Stage, desired};

const DEV: &str = "  dev: { self_signed: { domain: dev.example.com, key: EC_prime256v1 } }";

fn with() -> String {
    put("old", &pki::pair(&["old.example.com"], 90));
    spec(&format!("  old: {{ iam: {} }}", files("old")), "old")
}

fn without() -> String {
    spec(DEV, "dev")
}

fn refuse(stage: &Stage, operation: &str) {
    let kind = FaultKind::Fail { code: "AccessDenied".to_owned(), status: 403, message: "no".to_owned() };
    let matches = Match::Operation(operation.to_owned());
    stage.sandbox.inject(Fault { matches, nth: 1, count: 0, kind });
}

fn reads_iam(stage: &Stage) -> bool {
    stage.sandbox.calls().iter().any(|call| call.operation == "ListServerCertificates")
}

#[test]
fn one_that_leaves_the_spec_is_deleted() {
    let stage = staged();
    stage.apply(&with());
    assert_eq!(servers(&stage).len(), 1);
    stage.apply(&without());
    assert!(servers(&stage).is_empty());
    // Along with the next change the load balancer forgets that there were any, and IAM is read no more.
    let tags = without().replace("stack: shop\n", "stack: shop\ntags: { team: web }\n");
    stage.apply(&tags);
    stage.sandbox.clear_calls();
    assert!(stage.plan(&tags).is_empty());
    assert!(!reads_iam(&stage));
}

#[test]
fn one_that_no_listener_has_any_more_is_found_without_the_spec() {
    let stage = staged();
    stage.apply(&with());
    refuse(&stage, "DeleteServerCertificate");
    let plan = stage.plan(&without());
    assert!(matches!(stage.run(&plan), Outcome::Incomplete(_)));
    stage.sandbox.clear_faults();
    assert_eq!(servers(&stage).len(), 1, "it is left, and no listener has it");
    let plan = stage.apply(&without());
    assert_eq!(plan.changes.len(), 1);
    assert!(servers(&stage).is_empty());
}

#[test]
fn one_that_never_got_to_a_listener_is_found_too() {
    let http =
        with().replace("  https:\n    port: 443\n    certificates: [old]\n", "  http:\n    port: 80\n");
    let (head, rest) = http.split_once("certificates:\n").expect("a spec");
    let (_, listeners) = rest.split_once("listeners:").expect("a spec");
    let plain = format!("{head}listeners:{listeners}");
    // On a load balancer that is there, and on one that is made with it.
    for before in [Some(&plain), None] {
        let stage = staged();
        before.into_iter().for_each(|text| drop(stage.apply(text)));
        refuse(&stage, "CreateListener");
        refuse(&stage, "ModifyListener");
        stage.run(&stage.plan(&with()));
        stage.sandbox.clear_faults();
        assert_eq!(servers(&stage).len(), 1);
        stage.apply(&plain);
        assert!(servers(&stage).is_empty());
    }
}

#[test]
fn nothing_is_uploaded_before_it_is_remembered() {
    let stage = staged();
    stage.apply(&without());
    refuse(&stage, "AddTags");
    let outcome = stage.run(&stage.plan(&with()));
    assert!(matches!(outcome, Outcome::Incomplete(_)), "{outcome:?}");
    assert!(servers(&stage).is_empty());
    stage.sandbox.clear_faults();
    stage.apply(&with());

    let stage = staged();
    refuse(&stage, "CreateLoadBalancer");
    stage.run(&stage.plan(&with()));
    assert!(servers(&stage).is_empty());
}

#[test]
fn stacks_that_never_had_one_need_no_leave_to_read_iam() {
    let stage = staged();
    refuse(&stage, "ListServerCertificates");
    stage.apply(&without());
    let plan = stage.plan(&without());
    assert!(plan.is_empty());
    stage.destroy(&without());
    assert_eq!(stage.population(), [0; 4], "all that is known of is destroyed");
}

#[test]
fn what_may_not_be_read_is_said_where_there_was_one() {
    let stage = staged();
    stage.apply(&with());
    refuse(&stage, "DeleteServerCertificate");
    stage.run(&stage.plan(&without()));
    stage.sandbox.clear_faults();
    refuse(&stage, "ListServerCertificates");
    let (wanted, sources) = desired(&without());
    let (planned, live) = stage.try_plan(&wanted, &sources, &Default::default()).expect("a plan");
    assert!(planned.plan.is_empty());
    assert!(live.notes[0].contains("iam:ListServerCertificates is denied"), "{:?}", live.notes);
    // A change does not forget what could not be looked for.
    let tags = without().replace("stack: shop\n", "stack: shop\ntags: { team: web }\n");
    stage.apply(&tags);
    stage.sandbox.clear_faults();
    stage.apply(&tags);
    assert!(servers(&stage).is_empty());
}

#[test]
fn destroy_looks_for_them_whatever_is_remembered() {
    let stage = staged();
    stage.apply(&with());
    refuse(&stage, "DeleteServerCertificate");
    let plan = stage.destroy_with(&with(), &Default::default()).expect("a plan");
    stage.run(&plan);
    stage.sandbox.clear_faults();
    assert_eq!(
        (stage.population()[0], servers(&stage).len()),
        (0, 1),
        "the load balancer went with its tags"
    );
    stage.destroy(&without());
    assert!(servers(&stage).is_empty());
}

/// The path of a server certificate has its key, and AWS's UpdateServerCertificate would change the ARN that listeners
/// have: under another key it is another certificate, whether the spec says `moved` or not.
#[test]
fn another_key_is_another_certificate_and_the_listeners_switch() {
    let before = with();
    let renamed = before.replace("  old: {", "  new: {").replace("[old]", "[new]");
    let moved = renamed.replace("  new: { iam:", "  new: { moved: { from: old }, iam:");
    assert_ne!(renamed, moved);
    for after in [renamed, moved] {
        let ready = || {
            let stage = staged();
            stage.apply(&before);
            stage.written();
            stage
        };
        let written = crate::certificates::from_to(&ready, &after);
        assert_eq!(written[0], "UploadServerCertificate", "{written:?}");
        assert_eq!(written.last().map(String::as_str), Some("DeleteServerCertificate"), "{written:?}");
        assert!(written.iter().any(|call| call == "ModifyListener"), "{written:?}");
        let stage = ready();
        stage.apply(&after);
        let paths: Vec<String> = servers(&stage).into_iter().map(|(_, path)| path).collect();
        assert_eq!(paths, ["/albctl/us-east-1/shop/new/"]);
    }
}

#[test]
fn they_follow_a_stack_that_gets_another_name() {
    let before = with();
    let head = "stack: store\nmoved: { from: stack/shop }\n";
    let after =
        before.replace("stack: shop\n", head).replace("load_balancer:\n", "load_balancer:\n  name: shop\n");
    let stage = staged();
    stage.apply(&before);
    let plan = stage.apply(&after);
    let change = plan.changes.iter().find(|one| one.id.as_str() == "certificate/old").expect("a change");
    assert_eq!(change.verb, albctl::model::Verb::Replace);
    assert!(change.fields.iter().any(|field| field.key == "iam.path"), "{change:?}");
    let paths: Vec<String> = servers(&stage).into_iter().map(|(_, path)| path).collect();
    assert_eq!(paths, ["/albctl/us-east-1/store/old/"]);
}
