//! `albctl status`: certificates, names and targets, and what needs attention.

use albctl_sandbox::{Fault, FaultKind, Match};
use serde_json::{Value, json};

use super::serve::Endpoint;
use super::{Shell, snapshot};

const SHOP: &str = "\
version: 1
stack: shop
region: us-east-1
vpc: vpc-0a1b2c3d
load_balancer:
  scheme: internal
  subnets: [subnet-0aaa1111, subnet-0bbb2222]
  security_groups: [sg-0a1b2c3d]
  idle_timeout: 2m
certificates:
  api: { acm: { domain: api.example.com, alternative_names: [\"*.example.com\", example.com] } }
  dev: { self_signed: { domain: dev.example.com, days: 365 } }
target_groups:
  orders: { port: 8080, targets: [i-0a1b2c3d, i-0e4f5a6b], stickiness: { lb_cookie: 1h } }
  canary: { port: 8080, target_type: ip }
listeners:
  https:
    port: 443
    certificates: [api, dev]
    default: { fixed_response: 404 }
    rules:
      - { name: orders, when: { path: /orders }, then: { forward: { orders: 100, canary: 0 } } }
dns:
  - api.example.com
  - { name: www.example.com, type: cname, ttl: 1m }
  - { name: \"*.example.org\", provider: other }
";

const OTHERS: &str = "\
version: 1
stack: shop
region: us-east-1
load_balancer:
  scheme: internal
  subnets: [subnet-0aaa1111, subnet-0bbb2222]
  security_groups: [sg-0a1b2c3d]
certificates:
  ext: { use: \"arn:aws:acm:us-east-1:000000000000:certificate/used-1\" }
listeners:
  https: { port: 443, certificates: [ext], default: { fixed_response: 404 } }
";

const DAY: u64 = 86_400_000;

/// A machine on which the stack is live.
fn live() -> Shell {
    let shell = Shell::with(&[("albctl.yaml", SHOP)]);
    shell.run("sandbox zone create example.com").exits(0);
    shell.run("--sandbox apply --yes").exits(0);
    shell
}

fn later(shell: &Shell, days: u64) {
    shell.edit(|state| state["now"] = (state["now"].as_u64().expect("a time") + days * DAY).into());
}

/// The record sets of the only zone.
fn records(state: &mut Value) -> &mut Vec<Value> {
    let zones = state["route53"]["zones"].as_object_mut().expect("zones");
    zones.values_mut().next().expect("a zone")["records"].as_array_mut().expect("records")
}

#[test]
fn certificates_and_names_are_told() {
    let shell = live();
    later(&shell, 1);
    shell.edit(|state| {
        let name = state["regions"]["us-east-1"]["load_balancers"].clone();
        let name = name.as_object().and_then(|all| all.values().next()).expect("a load balancer");
        state["outside_dns"] = json!({"*.example.org": name["dns_name"]});
    });
    snapshot!("status_certificates", shell.session(&["--sandbox status", "--sandbox status -v"]));
    snapshot!("status_certificates_json", shell.run("--sandbox status --output json").exits(0).to_string());
    snapshot!("status_validate_counts", shell.session(&["validate", "--sandbox plan"]));
}

#[test]
fn a_narrow_screen_cuts_no_name() {
    let shell = live().env("COLUMNS", "80");
    let told = shell.run("--sandbox status").exits(0);
    snapshot!("status_narrow", told.to_string());
}

#[test]
fn what_ends_soon_needs_attention() {
    let shell = live();
    later(&shell, 345);
    let soon = shell.run("--sandbox status").exits(0);
    later(&shell, 30);
    let expired = shell.run("--sandbox status").exits(0);
    snapshot!("status_expiry", format!("{soon}\n{expired}"));
}

#[test]
fn what_does_not_lead_here_needs_attention() {
    let shell = live();
    shell.edit(|state| {
        let records = records(state);
        records.retain(|one| one["name"] != "www.example.com.");
        let api = records.iter_mut().find(|one| one["name"] == "api.example.com.").expect("the record");
        api["data"] = json!({"values": {"ttl": 300, "values": ["192.0.2.1"]}});
        state["outside_dns"] = json!({"*.example.org": "elsewhere.example.org"});
    });
    let text = shell.run("--sandbox status").exits(0);
    let answer = shell.run("--sandbox status --output json").exits(0).json();
    let told = json!({"dns_names": answer["dns_names"], "records": answer["records"], "problems": answer["problems"]});
    snapshot!("status_dns", format!("{text}\n{told:#}"));
}

#[test]
fn targets_that_are_not_healthy_yet_need_attention() {
    let shell = Shell::with(&[("albctl.yaml", SHOP)]);
    shell.run("sandbox zone create example.com").exits(0);
    shell.run("--sandbox apply --yes --wait none").exits(0);
    let told = shell.run("--sandbox status").exits(0);
    assert!(told.stdout.contains("\n! orders  no target is healthy yet (2 initial)\n"), "{told}");
    // Nothing is sent to the other group: it needs none.
    assert!(!told.stdout.contains("! canary"), "{told}");
    shell.replace("albctl.yaml", "canary: 0", "canary: 5");
    shell.run("--sandbox apply --yes --wait none").exits(0);
    let told = shell.run("--sandbox status").exits(0);
    assert!(
        told.stdout.contains("\n! canary  has no targets; they are to be registered by others"),
        "{told}"
    );
}

/// A stack over an endpoint whose listener has a certificate that no spec knows.
#[test]
fn certificates_of_others_are_told_as_far_as_they_may_be_read() {
    let (shell, endpoint) = (Shell::with(&[("albctl.yaml", OTHERS)]).for_endpoint(), Endpoint::start());
    let arn = |id: &str| format!("arn:aws:acm:us-east-1:000000000000:certificate/{id}");
    let at = format!("--endpoint-url {}", endpoint.url);
    endpoint.sandbox.edit(|state| {
        state.add_issued_certificate("us-east-1", &arn("used-1"), &["a.example.com"]);
        state.add_issued_certificate("us-east-1", &arn("added-1"), &["b.example.com", "c.example.com"]);
    });
    shell.run(&format!("{at} apply --yes --wait none")).exits(0);
    endpoint.sandbox.edit(|state| {
        let listeners = &mut state.regions.get_mut("us-east-1").expect("a region").listeners;
        let listener = listeners.values_mut().next().expect("a listener");
        listener.certificates.insert(arn("added-1"));
    });
    endpoint.sandbox.clear_calls();
    let told = shell.run(&format!("{at} status")).exits(0);
    assert!(told.stdout.contains("a.example.com, ACM, "), "{told}");
    assert!(told.stdout.contains("b.example.com c.example.com, ACM, "), "{told}");
    let asked =
        endpoint.sandbox.calls().iter().filter(|call| call.operation == "DescribeCertificate").count();
    assert_eq!(asked, 2, "each certificate once");
    let kind = FaultKind::Fail { code: "AccessDeniedException".into(), status: 400, message: "no".into() };
    let matches = Match::Operation("DescribeCertificate".into());
    endpoint.sandbox.inject(Fault { matches, nth: 1, count: 0, kind });
    let told = shell.run(&format!("{at} status")).exits(0);
    let note = "! not known, because they could not be read: the certificates used-1, added-1";
    assert!(told.stdout.contains(note) && told.stdout.contains("added-1, ACM, not known"), "{told}");
}
