//! A rule of another load balancer for the host: a fault only where the one that its name leads to does not serve it.

use albctl::kinds::action::{Action, Redirect};
use albctl::kinds::load_balancer::model::Scheme;
use albctl::kinds::rule::Condition;
use albctl::kinds::{Call, listener, rule};
use albctl::model::world::Tags;
use albctl_sandbox::state::route53::RecordType;

use super::hosts::{API, api, dns_name, other};
use super::{host, path};
use crate::dns::put;
use crate::fixes::scene::{Scene, fixed, forward, to_https};

const LINE: &str = "http://api.example.com/";

/// The name leads to `other`, which has a rule for another host, and answers all else with 404. The rule is on `web`.
fn led(scheme: Scheme) -> (Scene, String) {
    let (scene, zone) = api();
    let listener = other(&scene, scheme, "h.example.net");
    put(&scene.stage, &zone, API, RecordType::Cname, &dns_name(&scene, "other"));
    (scene, listener)
}

fn rule(scene: &Scene, listener: &str, priority: u32, when: Vec<Condition>, then: Action<String>) {
    let (listener, tags) = (listener.to_owned(), Tags::new());
    scene.stage.stranger(&Call::Rule(rule::Call::CreateRule { listener, priority, when, then, tags }));
}

fn default_of(scene: &Scene, listener: &str, then: Action<String>) {
    let call = listener::Call::ModifyListener {
        listener: listener.to_owned(),
        port: None,
        protocol: None,
        ssl_policy: None,
        certificate: None,
        default: Some(then),
    };
    scene.stage.stranger(&Call::Listener(call));
}

/// Nothing is wrong; there is a hint, and no command that moves a record.
#[track_caller]
fn is_a_hint(scene: &Scene, evidence: &str) {
    scene.is_well(LINE);
    let answer = scene.albctl(&format!("doctor {LINE} -v --output json")).json();
    let hint =
        answer["hints"].as_array().into_iter().flatten().find(|one| one["code"] == "dns-other-balancer");
    let hint = hint.unwrap_or_else(|| panic!("{answer:#}"));
    assert!(hint["likelihood"].as_u64().expect("a number") < 10, "{hint:#}");
    assert!(hint["evidence"].to_string().contains(evidence), "{hint:#}");
    assert!(!answer.to_string().contains("change-resource-record-sets"), "{answer:#}");
}

#[track_caller]
fn is_broken(scene: &Scene) {
    let found = scene.first(LINE, "dns-other-balancer", &["the rule that names it is on web"]);
    assert_eq!(found.0["likelihood"], 99);
    assert!(found.text("advice").contains("change-resource-record-sets"), "{found:#?}");
}

#[test]
fn what_serves_the_host_where_its_name_leads() {
    let (scene, listener) = led(Scheme::InternetFacing);
    is_broken(&scene);
    // By a path, whatever comes after it.
    rule(&scene, &listener, 5, vec![path("/*")], fixed(200));
    is_a_hint(&scene, "path /*");
    let (scene, listener) = led(Scheme::InternetFacing);
    rule(&scene, &listener, 5, vec![host("*.example.com")], fixed(200));
    is_a_hint(&scene, "host *.example.com");
    // By the default action.
    let (scene, listener) = led(Scheme::InternetFacing);
    default_of(&scene, &listener, fixed(200));
    is_a_hint(&scene, "default of :80");
    // By a redirect to another host.
    let (scene, listener) = led(Scheme::InternetFacing);
    default_of(
        &scene,
        &listener,
        Action::Redirect(Redirect { host: "www.example.com".to_owned(), ..Redirect::identity(301) }),
    );
    is_a_hint(&scene, "default of :80");
}

#[test]
fn what_answers_with_an_error_serves_nothing() {
    let (scene, listener) = led(Scheme::InternetFacing);
    rule(&scene, &listener, 5, vec![host("*.example.com")], fixed(410));
    // Nothing is left to what comes after it.
    rule(&scene, &listener, 6, vec![path("/*")], fixed(200));
    is_broken(&scene);
    scene.first(LINE, "dns-other-balancer", &["host *.example.com -> fixed"]);
    // Nor does a redirect to the host itself.
    let (scene, listener) = led(Scheme::InternetFacing);
    default_of(&scene, &listener, to_https());
    let all = scene.findings(LINE);
    let found = all.iter().find(|one| one.text("code") == "dns-other-balancer").expect("a finding");
    assert_eq!(found.0["likelihood"], 99, "{all:#?}");
}

#[test]
fn a_name_with_two_horizons() {
    // Clients of a private zone are led to the other one: what faces the internet is no place for the public name's.
    let (scene, _) = led(Scheme::Internal);
    let answer = scene.albctl(&format!("doctor {LINE} -v --output json")).json();
    assert!(!answer.to_string().contains("dns-other-balancer"), "{answer:#}");
    assert!(!answer.to_string().contains("change-resource-record-sets"), "{answer:#}");
    // The public name leads to `web`, which forwards what comes; the internal one has the rule.
    let scene = super::healthy();
    let zone = scene.stage.sandbox.edit(|state| state.create_zone("example.com", None)).expect("a zone");
    put(&scene.stage, &zone, API, RecordType::Cname, &dns_name(&scene, "web"));
    other(&scene, Scheme::Internal, API);
    let answer = scene.albctl(&format!("doctor {LINE} -v --output json")).json();
    assert_eq!(answer["wrong"], false, "{answer:#}");
    assert_eq!(answer["chosen"]["rivals"][0]["internet_facing"], false);
    assert!(!answer.to_string().contains("dns-other-balancer"), "{answer:#}");
}

#[test]
fn a_rule_that_is_made_before_its_name_is_moved() {
    let scene = super::healthy();
    let zone = scene.stage.sandbox.edit(|state| state.create_zone("example.com", None)).expect("a zone");
    put(&scene.stage, &zone, API, RecordType::Cname, &dns_name(&scene, "web"));
    other(&scene, Scheme::InternetFacing, API);
    is_a_hint(&scene, "default of :80: forward");
    let forwards = forward(&[(&scene.groups["web-orders"], 1)], None);
    default_of(&scene, &scene.http, fixed(404));
    for rule in scene.rules.values() {
        scene.stage.stranger(&Call::Rule(rule::Call::DeleteRule { rule: rule.clone() }));
    }
    let found = scene.first(LINE, "dns-other-balancer", &["no rule of web is for api.example.com"]);
    assert_eq!(found.0["likelihood"], 99);
    // Whoever is asked about takes what comes: the rule there may be one for later.
    default_of(&scene, &scene.https, forwards);
    let all = scene.albctl(&format!("doctor {LINE} --output json")).json();
    assert!(!all["findings"].to_string().contains("dns-other-balancer"), "{all:#}");
}
