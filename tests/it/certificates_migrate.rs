//! A live HTTP listener becomes HTTPS only once all its certificates are issued, and what stands beside it waits too.

use albctl::exec::Outcome;

use crate::certificates::staged;
use crate::support::Stage;

const HEAD: &str = "version: 1
stack: shop
region: us-east-1
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
";

const RULES: &str = "rules: [{ name: d, when: { host: d.elsewhere.org }, then: { fixed_response: 201 } }]";

/// A certificate that is there at once, and one whose record nobody writes.
const CERTIFICATES: &str = "certificates:
  c: { self_signed: { domain: a.example.com, key: EC_prime256v1 } }
  d: { acm: { domain: d.elsewhere.org } }
";

fn listener(key: &str, what: &str) -> String {
    format!("  {key}: {{ {what}, default: {{ fixed_response: 200 }}, {RULES} }}\n")
}

/// Ports and protocols of all listeners.
fn listeners(stage: &Stage) -> Vec<(u16, bool)> {
    stage.sandbox.edit(|state| {
        let all = state.regions.values().flat_map(|region| region.listeners.values());
        let mut all: Vec<_> = all.map(|one| (one.port, one.default_certificate.is_some())).collect();
        all.sort_unstable();
        all
    })
}

/// Applies `before`, then `after` with a certificate that is never issued: the listeners are as they were.
fn waits(before: &str, after: &str) {
    let stage = staged();
    let before = format!("{HEAD}listeners:\n{before}");
    stage.apply(&before);
    let were = listeners(&stage);
    let after = format!("{HEAD}{CERTIFICATES}listeners:\n{after}");
    let outcome = stage.run(&stage.plan(&after));
    assert!(matches!(outcome, Outcome::Incomplete(_)), "{outcome:?}");
    assert_eq!(listeners(&stage), were, "nothing that was served is gone");
}

#[test]
fn an_http_listener_goes_on_until_all_certificates_of_its_successor_are_issued() {
    let http = listener("web", "port: 80");
    // On another port, in place, and in one call with a redirect on the old port.
    waits(&http, &listener("web", "port: 443, certificates: [c, d]"));
    waits(&http, &listener("web", "port: 80, protocol: HTTPS, certificates: [c, d]"));
    let redirect = "  plain: { port: 80, default: { redirect: https } }\n";
    waits(&http, &(listener("web", "port: 443, certificates: [c, d]") + redirect));
}

#[test]
fn a_new_listener_in_place_of_another_waits_and_so_does_the_other() {
    // The same port under another key: the old one steps aside.
    waits(
        &listener("web", "port: 8443"),
        &listener("tls", "port: 8443, protocol: HTTPS, certificates: [c, d]"),
    );
    // Another port and another key: the old one is deleted.
    waits(&listener("web", "port: 80"), &listener("tls", "port: 443, certificates: [c, d]"));
}

#[test]
fn two_listeners_do_not_swap_ports_before_their_certificates_are_issued() {
    let before = listener("a", "port: 80") + &listener("b", "port: 8080");
    let after =
        listener("a", "port: 8080, protocol: HTTPS, certificates: [c, d]") + &listener("b", "port: 80");
    waits(&before, &after);
}

#[test]
fn a_migration_is_finished_when_the_certificate_is_issued() {
    let stage = staged();
    stage.apply(&format!("{HEAD}listeners:\n{}", listener("web", "port: 80")));
    stage.writes();
    let certificates = CERTIFICATES.replace("elsewhere.org", "example.com");
    stage.apply(&format!(
        "{HEAD}{certificates}listeners:\n{}",
        listener("web", "port: 443, certificates: [c, d]").replace("elsewhere.org", "example.com")
    ));
    assert_eq!(listeners(&stage), [(443, true)]);
    let written = stage.written();
    let at = |name: &str| written.iter().position(|call| call == name).expect("it is called");
    assert!(at("ChangeResourceRecordSets") < at("ModifyListener"), "{written:?}");
    assert!(at("ModifyListener") < at("AddListenerCertificates"), "{written:?}");
}

#[test]
fn a_certificate_more_on_a_live_https_listener_holds_up_nothing_else() {
    let stage = staged();
    let certificates = CERTIFICATES.replace("  d: { acm: { domain: d.elsewhere.org } }\n", "");
    let rules = |more: &str| {
        format!(
            "  web: {{ port: 443, certificates: [c{more}], default: {{ fixed_response: 200 }}, rules: [{{ name: d, \
             when: {{ host: d.elsewhere.org }}, then: {{ fixed_response: {} }} }}] }}\n",
            if more.is_empty() { 201 } else { 202 }
        )
    };
    stage.apply(&format!("{HEAD}{certificates}listeners:\n{}", rules("")));
    stage.writes();
    let plan = stage.plan(&format!("{HEAD}{CERTIFICATES}listeners:\n{}", rules(", d")));
    let outcome = stage.run(&plan);
    assert!(matches!(outcome, Outcome::Incomplete(_)), "{outcome:?}");
    let written = stage.written();
    assert!(written.iter().any(|call| call == "ModifyRule"), "{written:?}");
    assert!(written.iter().any(|call| call == "AddListenerCertificates"), "the issued one: {written:?}");
}
