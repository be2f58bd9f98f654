//! The load balancer, rules, weights, protocols, certificates.

use std::time::Duration;

use albctl::kinds::action::{Action, Redirect};
use albctl::kinds::rule::Condition;
use albctl_sandbox::state::elbv2::LoadBalancerStateCode;
use albctl_sandbox::{Fault, FaultKind, Match};

use super::{REGION, healthy, host, path};
use crate::fixes::scene::{CERTIFICATE, Scene, fixed, forward, to_https};

fn in_state(code: LoadBalancerStateCode) -> Scene {
    let scene = healthy();
    scene.plant(|state| {
        let balancers = &mut state.regions.get_mut(REGION).unwrap().load_balancers;
        balancers.get_mut(&scene.balancer).unwrap().forced_state = Some(code);
    });
    scene
}

#[test]
fn a_load_balancer_that_does_not_serve() {
    let scene = in_state(LoadBalancerStateCode::Provisioning);
    scene.first("web", "provisioning", &["its state is provisioning"]);
    let scene = in_state(LoadBalancerStateCode::Failed);
    scene.first("web", "failed", &["its state is failed"]);
    let scene = in_state(LoadBalancerStateCode::ActiveImpaired);
    scene.first("web", "impaired", &["its state is active_impaired"]);
}

#[test]
fn a_load_balancer_that_does_not_listen() {
    let scene = healthy();
    scene.plant(|state| {
        let region = state.regions.get_mut(REGION).unwrap();
        region.listeners.clear();
        region.rules.clear();
    });
    scene.first("web", "no-listener", &["web has no listener"]);
}

#[test]
fn weights_that_are_all_0() {
    let scene = healthy();
    let (a, b) = (&scene.groups["web-users"], &scene.groups["web-orders"]);
    scene.rule(5, vec![path("/v2")], forward(&[(a, 0), (b, 0)], None));
    let found = scene.first("web", "weights-zero", &["rule/443/5", "web-users 0", "web-orders 0"]);
    found.mends("albctl --sandbox weights set web/443/5 web-orders=100 web-users=0");
    found.explains(&[503]);
}

#[test]
fn a_share_of_an_empty_group() {
    let scene = healthy();
    scene.deregister("web-users-canary", &["10.0.0.4"]);
    let evidence = ["rule/443/20 sends 5% of its requests to web-users-canary", "no failover"];
    let found = scene.first("web", "weight-on-draining", &evidence);
    found.mends("albctl --sandbox weights set web/443/20 web-users=95 web-users-canary=0");
    scene.stage.sandbox.advance(Duration::from_secs(3600));
    scene.first("web", "weight-on-empty", &["web-users-canary, which has no targets"]).explains(&[503]);
}

#[test]
fn a_share_of_a_group_that_is_not_healthy() {
    let scene = healthy();
    scene.says("10.0.0.4", "unhealthy", "Target.Timeout", "Request timed out");
    let found =
        scene.first("web", "weight-on-unhealthy", &["web-users-canary weight 5: 0 of 1 healthy", "5%"]);
    found.mends("albctl --sandbox weights set web/443/20 web-users=95 web-users-canary=0");
    let all = scene.findings("web");
    assert_eq!(all[1].text("code"), "check-timeout", "why it is not healthy comes next");
    // A group without weight gets no requests.
    let other = healthy();
    other.says("10.0.0.4", "unhealthy", "Target.Timeout", "Request timed out");
    let users = forward(&[(&other.groups["web-users"], 1), (&other.groups["web-users-canary"], 0)], None);
    let rule = other.rules[&20].clone();
    let (when, then) = (Some(vec![path("/users/*")]), Some(users));
    let call = albctl::kinds::rule::Call::ModifyRule { rule, when, then, reset_transforms: false };
    other.stage.stranger(&albctl::kinds::Call::Rule(call));
    other.is_well("web");
}

#[test]
fn a_rule_that_another_one_shadows() {
    let scene = healthy();
    scene.rule(5, vec![path("/*")], forward(&[(&scene.groups["web-users"], 1)], None));
    let evidence = ["rule/443/10 never gets a request", "rule/443/5", "path /*", "is answered by rule/443/5"];
    let found = scene.first("web", "rule-shadowed", &evidence);
    assert_eq!(found.text("subject"), "rule/443/10");
    assert_eq!(scene.findings("web").len(), 3, "the other rules, too");
}

#[test]
fn a_rule_that_answers_like_the_one_before_it_is_no_fault() {
    let scene = healthy();
    scene.rule(5, vec![path("/orders/*")], forward(&[(&scene.groups["web-orders"], 1)], None));
    scene.is_well("web");
    // And one that only sometimes comes first leaves something.
    let scene = healthy();
    let narrow = vec![path("/orders/*"), host("api.example.com")];
    scene.rule(5, narrow, forward(&[(&scene.groups["web-users"], 1)], None));
    scene.is_well("web");
}

#[test]
fn a_fixed_answer_that_is_an_error() {
    let scene = healthy();
    scene.rule(5, vec![path("/pay/*")], fixed(503));
    let found =
        scene.first("web", "rule-answers-error", &["rule/443/5 answers 503 by itself", "path /pay/*"]);
    found.explains(&[503]);
}

#[test]
fn a_host_of_the_certificate_that_no_rule_is_for() {
    let scene = healthy();
    // With hosts in all rules nothing takes example.com, which is on the certificate.
    for (priority, rule) in &scene.rules {
        let call = albctl::kinds::rule::Call::DeleteRule { rule: rule.clone() };
        scene.stage.stranger(&albctl::kinds::Call::Rule(call));
        let then = forward(&[(&scene.groups["web-users"], 1)], None);
        scene.rule(*priority, vec![host(&format!("h{priority}.example.com"))], then);
    }
    let found = scene.first("web", "default-catches-host", &["example.com", "default action answers 404"]);
    found.explains(&[404]);
}

#[test]
fn http_2_that_is_not_offered() {
    let scene = healthy();
    let elb = &scene.stage.clients.elb;
    let made = elb
        .create_target_group()
        .name("web-grpc")
        .protocol("HTTP".into())
        .protocol_version("GRPC")
        .port(50051);
    let made = scene.stage.runtime.block_on(made.vpc_id("vpc-0a").target_type("ip".into()).send());
    let arn = made.expect("a group").target_groups()[0].target_group_arn().expect("an ARN").to_owned();
    crate::fixes::scene::register(&scene.stage, &arn, &["10.0.0.8"], 50051);
    scene.rule(5, vec![path("/grpc/*")], forward(&[(&arn, 1)], None));
    scene.stage.sandbox.advance(Duration::from_secs(600));
    scene.is_well("web");
    assert!(scene.is_well("web --status 464").out.contains("clients that speak HTTP/1.1 are answered 464"));
    scene.attribute("routing.http2.enabled", "false");
    let found = scene.first(
        "web",
        "http2-off",
        &["protocol version of web-grpc is GRPC", "routing.http2.enabled is"],
    );
    found.mends("albctl --sandbox attr set web http2=true");
    found.explains(&[464]);
}

#[test]
fn a_certificate_that_ends_and_has_ended() {
    let scene = healthy();
    scene.plant(|state| state.iam.server_certificates.clear());
    scene.stage.sandbox.advance(Duration::from_secs(190 * 86_400));
    let found =
        scene.first("web", "certificate-ends", &["example.com on web/443 ends in 7 days", "it ends on 20"]);
    // The other one for it ends as soon.
    assert_eq!(found.text("mend"), "", "{found:#?}");
    assert!(
        found.text("advice").contains(&format!("albctl --sandbox cert rotate web/443 {CERTIFICATE} NEW")),
        "{found:#?}"
    );
    let fresh = "arn:aws:acm:us-east-1:000000000000:certificate/fresh";
    scene.plant(|state| state.add_issued_certificate(REGION, fresh, &["example.com", "*.example.com"]));
    let found = scene.first("web", "certificate-ends", &[fresh]);
    found.mends(&format!("albctl --sandbox cert rotate web/443 {CERTIFICATE} {fresh}"));
    scene.stage.sandbox.advance(Duration::from_secs(20 * 86_400));
    scene.first("web", "certificate-expired", &["has expired", "days ago", "it ended on 20"]);
}

#[test]
fn a_rule_for_a_host_without_a_certificate() {
    let scene = healthy();
    scene.rule(5, vec![host("shop.example.org")], forward(&[(&scene.groups["web-users"], 1)], None));
    let evidence =
        ["no certificate of web/443 is for shop.example.org", "names of its certificates: example.com"];
    let found = scene.first("web", "certificate-missing", &evidence);
    assert_eq!(found.text("mend"), "", "there is no certificate to attach");
    assert!(found.text("advice").contains("aws acm request-certificate"), "{found:#?}");
    // One of IAM does, too: it is named by its ARN.
    let made =
        scene.stage.sandbox.edit(|state| state.add_server_certificate("/", "of-iam", &["*.example.org"]));
    let arn = made.expect("a certificate");
    let found = scene.first("web", "certificate-missing", &[&arn]);
    found.mends(&format!("albctl --sandbox cert attach web/443 {arn}"));
    let ran = scene.albctl(&format!("cert attach web/443 {arn} --yes"));
    assert_eq!(ran.code, 0, "{ran:#?}");
    scene.is_well("web");
}

#[test]
fn certificates_that_may_not_be_listed() {
    let scene = healthy();
    scene.rule(5, vec![host("shop.example.org")], forward(&[(&scene.groups["web-users"], 1)], None));
    let kind = FaultKind::Fail {
        code: "AccessDeniedException".to_owned(),
        status: 400,
        message: "not authorized".to_owned(),
    };
    let matches = Match::Operation("ListCertificates".to_owned());
    scene.stage.sandbox.inject(Fault { matches, nth: 1, count: 0, kind });
    let found = scene.first("web", "certificate-missing", &[]);
    assert_eq!(found.text("mend"), "");
    assert!(found.text("advice").starts_with("if ACM has issued a certificate for shop.example.org:"));
    let notes = scene.albctl("doctor web --output json").json()["notes"].to_string();
    assert!(notes.contains("acm:ListCertificates is denied"), "{notes}");
}

#[test]
fn hints_are_told_to_those_who_ask() {
    let scene = healthy();
    let plain = scene.is_well("web");
    assert!(!plain.out.contains("Hints"), "{plain:#?}");
    for (status, words) in [
        (502, "targets that close idle connections before 1m"),
        (504, "albctl --sandbox attr set web idle_timeout=2m"),
        (460, "clients that give up before 1m"),
        (463, "albctl --sandbox attr set web xff_header_processing=remove"),
    ] {
        let ran = scene.is_well(&format!("web --status {status}"));
        assert!(ran.out.contains(words), "{ran:#?}");
    }
    scene.attribute("idle_timeout.timeout_seconds", "3000");
    let ran = scene.is_well("web --status 504");
    assert!(ran.out.contains("attr set web idle_timeout=1h6m40s"), "{ran:#?}");
    scene.attribute("idle_timeout.timeout_seconds", "4000");
    let ran = scene.is_well("web --status 504");
    assert!(!ran.out.contains("idle_timeout="), "{ran:#?}");
    assert!(ran.out.contains("no idle timeout is longer"), "{ran:#?}");
    scene.attribute("idle_timeout.timeout_seconds", "60");
    let hints = scene.albctl("doctor web -v --output json").json();
    assert_eq!(hints["hints"].as_array().map(Vec::len), Some(4));
    // Facts come before hints.
    scene.says("10.0.0.3", "unhealthy", "Target.Timeout", "Request timed out");
    scene.first("web --status 502", "check-timeout", &["web-users"]);
}

#[test]
fn the_status_code_decides_what_comes_first() {
    let scene = Scene::new();
    scene.says("10.0.0.3", "unhealthy", "Target.Timeout", "Request timed out");
    scene.first("web", "no-targets", &[]);
    scene.first("web --status 504", "check-timeout", &[]);
    let ran = scene.albctl("doctor web --status 504");
    assert!(ran.out.contains("Also wrong, though not what makes a 504 as a rule:"), "{ran:#?}");
}

/// Changes a default action.
fn default_of(scene: &Scene, listener: &str, then: Action<String>) {
    let call = albctl::kinds::listener::Call::ModifyListener {
        listener: listener.to_owned(),
        port: None,
        protocol: None,
        ssl_policy: None,
        certificate: None,
        default: Some(then),
    };
    scene.stage.stranger(&albctl::kinds::Call::Listener(call));
}

#[test]
fn a_default_action_that_answers_an_error() {
    let scene = healthy();
    default_of(&scene, &scene.http, fixed(503));
    let found =
        scene.first("web", "default-answers-error", &["default of :80 answers 503", "that no rule takes"]);
    found.explains(&[503]);
}

#[test]
fn a_redirect_that_leads_nowhere() {
    let scene = healthy();
    default_of(&scene, &scene.http, to_https());
    scene.is_well("web");
    scene.plant(|state| {
        let region = state.regions.get_mut(REGION).unwrap();
        region.listeners.retain(|_, one| one.port != 443);
    });
    let evidence = ["default of :80 redirects to HTTPS on port 443", "does not listen", "ports of web: 80"];
    scene.first("web", "redirect-nowhere", &evidence);
    let scene = healthy();
    default_of(&scene, &scene.http, to_https());
    scene.plant(|state| {
        let listeners = &mut state.regions.get_mut(REGION).unwrap().listeners;
        listeners.get_mut(&scene.https).unwrap().protocol = albctl_sandbox::state::elbv2::Protocol::Http;
    });
    scene.first("web", "redirect-protocol", &["redirects to HTTPS on port 443, where web speaks HTTP"]);
}

/// A name outside of the account leads to `web`.
fn leads_here(scene: &Scene, name: &str) {
    scene.plant(|state| {
        let here = state.regions[REGION].load_balancers[&scene.balancer].dns_name.clone();
        state.outside_dns.insert(name.to_owned(), here);
    });
}

/// A redirect to another protocol and port.
fn to(protocol: &str, port: &str) -> Action<String> {
    let to = Redirect { protocol: protocol.to_owned(), port: port.to_owned(), ..Redirect::identity(301) };
    Action::Redirect(to)
}

#[test]
fn redirects_that_lead_to_each_other() {
    let scene = healthy();
    // AWS refuses a redirect from HTTPS to HTTP; between listeners of one protocol it looks at neither.
    scene.plant(|state| {
        let listeners = &mut state.regions.get_mut(REGION).unwrap().listeners;
        listeners.get_mut(&scene.https).unwrap().protocol = albctl_sandbox::state::elbv2::Protocol::Http;
    });
    default_of(&scene, &scene.http, to("HTTP", "443"));
    default_of(&scene, &scene.https, to("HTTP", "80"));
    let evidence = [
        "default of :80 and default of :443 redirect to each other",
        "default of :80: redirect",
        "default of :443: redirect",
        " again",
    ];
    scene.first("web", "redirect-loop", &evidence);
    let loops = scene.findings("web").into_iter().filter(|one| one.text("code") == "redirect-loop").count();
    assert_eq!(loops, 1, "it is told once, wherever it is entered");
    leads_here(&scene, "www.example.com");
    // On the way of a request it stands in the way, and rules take other requests out of it.
    for url in ["http://www.example.com/nope", "http://www.example.com:443/nope"] {
        let all = scene.findings(url);
        let found = all.iter().find(|one| one.text("code") == "redirect-loop").expect("a loop");
        assert_eq!(found.0["on_path"], true, "{all:#?}");
    }
    let all = scene.findings("http://www.example.com/orders/1");
    let found = all.iter().find(|one| one.text("code") == "redirect-loop").expect("a loop");
    assert_eq!(found.0["on_path"], false, "the rule of :443 takes it: {all:#?}");
}

#[test]
fn rules_that_redirect_to_each_other() {
    let scene = healthy();
    scene.rule(3, vec![host("example.com")], {
        Action::Redirect(Redirect { host: "www.example.com".to_owned(), ..Redirect::identity(301) })
    });
    scene.is_well("web");
    scene.rule(4, vec![host("www.example.com"), path("/a/*")], {
        Action::Redirect(Redirect { host: "example.com".to_owned(), ..Redirect::identity(302) })
    });
    let evidence = ["rule/443/3 and rule/443/4 redirect to each other", "GET https://www.example.com/a/"];
    scene.first("web", "redirect-loop", &evidence);
}

#[test]
fn a_redirect_to_itself() {
    for (target, loops) in [("/login", true), ("/a/#{path}", true), ("/", false)] {
        let scene = healthy();
        let to = Redirect { path: target.to_owned(), ..Redirect::identity(302) };
        scene.rule(3, vec![path("/a/*"), host("x.example.com")], Action::Redirect(to.clone()));
        scene.rule(4, vec![path("/log*"), host("x.example.com")], Action::Redirect(to));
        let answer = scene.albctl("doctor web --output json").json();
        let found = answer["findings"].as_array().into_iter().flatten();
        let found = found.filter(|one| one["code"] == "redirect-loop").count();
        assert_eq!(found > 0, loops, "{target} {answer:#}");
    }
}

#[test]
fn a_post_that_is_redirected_becomes_a_get() {
    let looped = |methods: &[&str]| {
        let scene = healthy();
        let to = Redirect { path: "/form/sent".to_owned(), ..Redirect::identity(302) };
        let methods = methods.iter().map(|one| (*one).to_owned()).collect();
        let when = vec![Condition::Method(methods), path("/form*"), host("example.com")];
        scene.rule(3, when, Action::Redirect(to));
        let answer = scene.albctl("doctor web --output json").json();
        answer["findings"].to_string().contains("redirect-loop")
    };
    assert!(!looped(&["POST"]), "what answers GET answers it");
    assert!(looped(&["GET"]) && looped(&["GET", "POST"]) && looped(&["PUT"]));
}

#[test]
fn a_redirect_is_followed() {
    let scene = healthy();
    default_of(&scene, &scene.http, to_https());
    leads_here(&scene, "www.example.com");
    scene.deregister("web-empty", &["10.0.0.5"]);
    scene.stage.sandbox.advance(Duration::from_secs(3600));
    let found = scene.first("http://www.example.com/search", "no-targets", &["web-empty"]);
    assert_eq!(found.0["on_path"], true);
    let ran = scene.albctl("doctor http://www.example.com/search");
    let told = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["listener :80 HTTP", "listener :443 HTTPS", "certificate example.com", "targets web-empty"] {
        assert!(told.contains(part), "{ran:#?}");
    }
}
