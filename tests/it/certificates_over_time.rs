//! What becomes of HTTPS and its certificates as time passes: renewals are nobody's doing, and HTTPS does not end by
//! mistake.

use std::collections::BTreeSet;
use std::time::Duration;

use albctl::model::Verb;
use albctl::plan::Options;
use albctl_sandbox::Sandbox;

use crate::binary::Desk;
use crate::certificates::{spec, staged};

const DAY: Duration = Duration::from_secs(86_400);
const OUTSIDE: &str = "this was changed outside albctl";

/// The sandbox that the commands of a desk use.
fn sandbox(desk: &Desk) -> Sandbox {
    Sandbox::open(&desk.path("state/albctl/sandbox.json")).expect("nobody else has it")
}

#[test]
fn a_self_signed_certificate_that_is_due_is_no_change_from_outside() {
    let desk = Desk::new();
    desk.write(
        "shop.yaml",
        &spec("  dev: { self_signed: { domain: dev.example.com, days: 60, key: EC_prime256v1 } }", "dev"),
    );
    desk.run("apply shop.yaml --yes").expect(0, &[]);
    sandbox(&desk).advance(40 * DAY);
    let plan = desk.run("plan shop.yaml").expect(0, &["due for renewal: ends 2026-03-02 -> valid"]);
    assert!(!plan.out.contains(OUTSIDE), "{}", plan.out);
    // What somebody did is told all the same.
    sandbox(&desk).edit(|state| {
        for region in state.regions.values_mut() {
            for listener in region.listeners.values_mut() {
                listener.ssl_policy = Some("ELBSecurityPolicy-TLS13-1-2-2021-06".to_owned());
            }
        }
    });
    desk.run("plan shop.yaml").expect(0, &["due for renewal", OUTSIDE]);
}

#[test]
fn a_newer_certificate_for_a_domain_is_no_change_from_outside() {
    let arn = |name: &str| format!("arn:aws:acm:us-east-1:000000000000:certificate/{name}");
    let desk = Desk::new();
    desk.write("shop.yaml", &spec("  shop: { use: shop.example.com }", "shop"));
    // A first command makes the sandbox.
    desk.run("plan shop.yaml").expect(6, &["certificate-missing"]);
    let add = |name: &str, domain: &str| {
        sandbox(&desk).edit(|state| state.add_issued_certificate("us-east-1", &arn(name), &[domain]));
    };
    add("one", "shop.example.com");
    desk.run("apply shop.yaml --yes").expect(0, &[]);
    sandbox(&desk).advance(DAY);
    add("two", "*.example.com");
    let plan = desk.run("plan shop.yaml").expect(0, &["ificate/one -> ...ificate/two"]);
    assert!(!plan.out.contains(OUTSIDE), "{}", plan.out);
    desk.run("apply shop.yaml --yes").expect(0, &[]);
}

#[test]
fn https_does_not_become_http_by_mistake() {
    let made = "  dev: { self_signed: { domain: dev.example.com, key: EC_prime256v1 } }";
    let https = spec(made, "dev");
    let (head, _) = https.split_once("certificates:\n").expect("a spec");
    let http = |protocol: &str| {
        format!("{head}listeners:\n  web: {{ port: 443, {protocol}default: {{ fixed_response: 404 }} }}\n")
    };
    let https = https.replace("  https:\n", "  web:\n");
    let stage = staged();
    stage.apply(&https);
    let meant = http("protocol: HTTP, ");
    let strictly = |allow: &[&str]| {
        let allow: BTreeSet<String> = allow.iter().map(|code| (*code).to_owned()).collect();
        stage.plan_strictly(&meant, &Options { allow, ..Options::default() })
    };
    let refusal = strictly(&[]).expect_err("a refusal");
    assert!(refusal.contains("refused[https-to-http]: listener/web is HTTPS"), "{refusal}");
    assert!(refusal.contains("--allow https-to-http"), "{refusal}");
    let plan = strictly(&["https-to-http"]).expect("a plan").plan;
    assert!(plan.changes.iter().any(|one| one.id.as_str() == "listener/web" && one.verb == Verb::Update));
    stage.complete(&plan);
    stage.apply(&meant);
    stage.apply(&https);
    let desk = Desk::new();
    desk.write("shop.yaml", &http(""));
    desk.run("validate shop.yaml")
        .expect(4, &["error[missing-certificate]", "protocol: HTTP` if you mean it"]);
}
