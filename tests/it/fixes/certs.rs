//! `albctl cert`: what listeners that albctl did not make serve, and how that changes.

use std::time::Duration;

use albctl::aws;
use albctl::exec::Outcome;
use albctl::fix::{Focus, certs, place};
use albctl::kinds::{Live, Plan};
use albctl::model::ResourceId;
use albctl::plan::{self, Options};
use albctl_sandbox::{Fault, FaultKind, Match};
use serde_json::json;

use super::scene::{CERTIFICATE, Scene};
use super::shop::Shop;
use crate::cli::serve::Endpoint;
use crate::cli::{Shell, snapshot};
use crate::watch_tls::TlsWatch;

/// The shop with HTTPS: `api` by default, in the list `old` (imported, 12 days left) and `legacy` of IAM; rules for hosts,
/// one of which no certificate is for.
fn shop() -> Shop {
    let mut shop = Shop::open();
    let api = shop.certificate("api", &["api.example.com", "*.example.com"]);
    shop.imported("old", &["old.example.net", "older.example.net"], 12);
    shop.server_certificate("legacy", &["legacy.example.org"]);
    shop.listener("https", "shop", 443, &[("users", 1)], Some(&api));
    shop.attach("https", &["old", "legacy"]);
    for (priority, host) in [
        (10, "api.example.com"),
        (20, "old.example.net"),
        (30, "admin.example.net"),
        (40, "legacy.example.org"),
    ] {
        let then = shop.forward(&[("users", 1)], None);
        shop.rule("https", priority, ("host-header", host), then);
    }
    shop
}

fn served(default: &str, list: &[&str]) -> (String, Vec<String>) {
    (default.to_owned(), list.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn listeners_show_what_they_serve() {
    let shop = shop();
    let text = shop.run("cert list shop").exits(0).to_string();
    let json = shop.run("cert list shop/443 --output json").exits(0);
    let quiet = shop.run("cert list shop -q").exits(0);
    assert_eq!(quiet.stdout, "2 things need attention.\n");
    let answer = json.json();
    assert_eq!(answer["reads"]["rounds"], 4);
    assert_eq!(answer["listeners"][0]["uncovered_hosts"][0]["host"], "admin.example.net");
    let verbose = shop.run("cert list shop -v").exits(0).to_string();
    snapshot!("cert_list", format!("{text}\n{verbose}\n{json}"));
}

#[test]
fn what_may_not_be_read_is_a_question_mark() {
    let shop = shop();
    let endpoint = Endpoint::start();
    endpoint.sandbox.restore(shop.stage.sandbox.snapshot()).expect("a state");
    for operation in ["DescribeCertificate", "GetServerCertificate"] {
        let kind = FaultKind::Fail {
            code: "AccessDeniedException".to_owned(),
            status: 400,
            message: "not authorized".to_owned(),
        };
        let matches = Match::Operation(operation.to_owned());
        endpoint.sandbox.inject(Fault { matches, nth: 1, count: 0, kind });
    }
    let shell = Shell::new().for_endpoint().env("AWS_REGION", "us-east-1");
    let at = format!("--endpoint-url {}", endpoint.url);
    let list = shell.run(&format!("{at} cert list shop")).exits(0);
    assert_eq!(list.stdout.matches("not readable").count(), 1, "one note for all: {list}");
    assert!(list.stdout.ends_with("Not all certificates could be read.\n"), "{list}");
    let host = shell.run(&format!("{at} cert show api.example.com shop")).exits(1);
    assert!(host.stderr.contains("error[certificate-unread]"), "{host}");
    let arn = shop.arn("api");
    let one = shell.run(&format!("{at} cert show {arn}")).exits(1);
    assert!(one.stderr.contains("acm:DescribeCertificate"), "{one}");
    let detach = shell.run(&format!("{at} cert detach shop {} --yes", shop.arn("old"))).exits(6);
    assert!(detach.stderr.contains("refused[uncovered-host]"), "{detach}");
}

#[test]
fn a_host_gets_the_best_certificate_that_is_for_it() {
    let mut shop = shop();
    shop.on_a_curve("curve", &["api.example.com"]);
    let told = |shop: &Shop, host: &str| shop.run(&format!("cert show {host} shop/443")).exits(0).to_string();
    let default = told(&shop, "api.example.com");
    assert!(
        default.contains("the default one is for this host, and no other of the listener is"),
        "{default}"
    );
    shop.attach("https", &["api", "curve"]);
    let text = [
        default,
        told(&shop, "API.example.com."),
        told(&shop, "www.example.com"),
        told(&shop, "old.example.net"),
        told(&shop, "admin.example.net"),
    ];
    let json = shop.run("cert show api.example.com shop --output json").exits(0).json();
    assert_eq!((&json["client"]["reason"], &json["client"]["covered"]), (&json!("algorithm"), &json!(true)));
    snapshot!("cert_show_host", text.join("\n"));
}

#[test]
fn a_certificate_is_shown_by_arn_domain_and_name() {
    let mut shop = shop();
    let api = shop.arn("api");
    let shown = [
        shop.run(&format!("cert show {api}")).exits(0).to_string(),
        shop.run("cert show old.example.net").exits(0).to_string(),
        shop.run("cert show legacy").exits(0).to_string(),
        shop.run("cert show unknown").exits(1).to_string(),
        shop.run("cert show nobody.example.info").exits(1).to_string(),
    ];
    shop.certificate("twin", &["old.example.net"]);
    let twins = shop.run("cert show old.example.net").exits(1);
    let json = shop.run("cert show legacy --output json").exits(0).json();
    assert_eq!(json["certificate"]["store"], "iam");
    snapshot!("cert_show", format!("{}\n{twins}", shown.join("\n")));
}

#[test]
fn attaching_adds_one_certificate_and_nothing_else() {
    let mut shop = shop();
    shop.certificate("new", &["new.example.io"]);
    let ran = shop.run("cert attach shop/443 new.example.io --yes").exits(0).to_string();
    assert_eq!(shop.served("https"), served("api", &["legacy", "new", "old"]));
    let again = shop.run("cert attach shop/443 new.example.io --yes").exits(0).to_string();
    assert!(again.contains("No change: "), "{again}");
    let json = shop.run("cert attach shop/443 new.example.io --default --yes --output json").exits(0).json();
    // The one that was the default stays for its names.
    assert_eq!(json["calls"], json!(["AddListenerCertificates", "ModifyListener"]));
    assert_eq!(shop.served("https"), served("new", &["api", "legacy", "new", "old"]));
    let api = shop.arn("api");
    assert_eq!(json["undo"], format!("cert attach shop/443 {api} --default"));
    let same = shop.run("cert attach shop/443 new.example.io --default --yes").exits(0).to_string();
    assert!(same.contains("No change: "), "{same}");
    snapshot!("cert_attach", format!("{ran}\n{again}\n{same}"));
}

#[test]
fn detaching_keeps_the_default_and_the_hosts_of_rules() {
    let shop = shop();
    let default = shop.run("cert detach shop/443 api.example.com --yes").exits(6).to_string();
    let host = shop.run("cert detach shop/443 old.example.net --yes").exits(6).to_string();
    let unknown = shop.run("cert detach shop/443 nobody.example.info --yes").exits(1).to_string();
    assert_eq!(shop.served("https"), served("api", &["legacy", "old"]));
    let line = "cert detach shop/443 older.example.net --allow uncovered-host --yes";
    let allowed = shop.run(line).exits(0).to_string();
    assert_eq!(shop.served("https"), served("api", &["legacy"]));
    let gone = shop.run(&format!("cert detach shop/443 {} --yes", shop.arn("old"))).exits(0).to_string();
    assert!(gone.contains("No change: "), "{gone}");
    snapshot!("cert_detach", [default, host, unknown, allowed, gone].join("\n"));
}

#[test]
fn a_certificate_in_the_list_is_rotated_without_a_gap() {
    let mut shop = shop();
    let new = shop.certificate("new", &["old.example.net", "older.example.net"]);
    let dry =
        shop.run(&format!("cert rotate shop/443 {} {new} --dry-run", shop.arn("old"))).exits(0).to_string();
    assert_eq!(shop.served("https"), served("api", &["legacy", "old"]));
    let json = shop.run(&format!("cert rotate shop/443 {} {new} --yes --output json", shop.arn("old")));
    let json = json.exits(0).json();
    assert_eq!(json["calls"], json!(["AddListenerCertificates", "RemoveListenerCertificates"]));
    assert_eq!(shop.served("https"), served("api", &["legacy", "new"]));
    let again =
        shop.run(&format!("cert rotate shop/443 {} {new} --yes", shop.arn("old"))).exits(0).to_string();
    assert!(again.contains("No change: "), "{again}");
    snapshot!("cert_rotate", format!("{dry}\n{again}"));
}

#[test]
fn the_default_is_rotated_wherever_it_is() {
    let mut shop = shop();
    let new = shop.certificate("new", &["api.example.com", "*.example.com"]);
    let json = shop.run(&format!("cert rotate shop/443 {} {new} --yes --output json", shop.arn("api")));
    // It was not in the list, and is not put there.
    assert_eq!(json.exits(0).json()["calls"], json!(["ModifyListener"]));
    assert_eq!(shop.served("https"), served("new", &["legacy", "old"]));
    shop.attach("https", &["new"]);
    let back = shop.run(&format!("cert rotate shop/443 {new} {} --yes --output json", shop.arn("api")));
    let calls = ["AddListenerCertificates", "ModifyListener", "RemoveListenerCertificates"];
    assert_eq!(back.exits(0).json()["calls"], json!(calls));
    assert_eq!(shop.served("https"), served("api", &["api", "legacy", "old"]));
    // One that is in the list already becomes the default.
    shop.attach("https", &["new"]);
    let third = shop.run(&format!("cert rotate shop/443 {} {new} --yes --output json", shop.arn("api")));
    assert_eq!(third.exits(0).json()["calls"], json!(["ModifyListener", "RemoveListenerCertificates"]));
    assert_eq!(shop.served("https"), served("new", &["legacy", "new", "old"]));
}

#[test]
fn an_unfit_certificate_is_not_attached() {
    let mut shop = shop();
    let pending = shop.certificate("pending", &["old.example.net"]);
    shop.requested("pending", |requested| requested.issued = None);
    let expired = shop.imported("expired", &["old.example.net"], 1);
    let narrow = shop.certificate("narrow", &["other.example.net"]);
    let old = shop.arn("old");
    shop.stage.sandbox.advance(Duration::from_secs(2 * 86_400));
    let elsewhere = "arn:aws:acm:eu-west-1:000000000000:certificate/1";
    let gone = "arn:aws:acm:us-east-1:000000000000:certificate/none";
    let told: Vec<String> = [
        (format!("cert rotate shop {old} {pending} --yes"), 6),
        (format!("cert attach shop {expired} --yes"), 6),
        (format!("cert rotate shop {old} {narrow} --yes"), 6),
        (format!("cert attach shop {elsewhere} --yes"), 6),
        (format!("cert attach shop {gone} --yes"), 1),
        (format!("cert rotate shop {gone} {narrow} --yes"), 1),
        ("cert attach shop/80 narrow --yes".to_owned(), 1),
        ("cert attach other narrow --yes".to_owned(), 1),
        ("cert list shop/8443".to_owned(), 1),
        ("cert list users".to_owned(), 1),
        ("cert show legacy shop".to_owned(), 2),
        // Refused for what it is, before anybody is asked.
        (format!("cert detach shop {old}"), 6),
    ]
    .into_iter()
    .map(|(line, code)| shop.run(&line).exits(code).to_string())
    .collect();
    assert_eq!(shop.served("https"), served("api", &["legacy", "old"]));
    shop.run(&format!("cert rotate shop {old} {narrow} --allow uncovered-host --yes")).exits(0);
    assert_eq!(shop.served("https"), served("api", &["legacy", "narrow"]));
    snapshot!("cert_refused", told.join("\n"));
}

#[test]
fn several_https_listeners_have_to_be_told_apart() {
    let mut shop = shop();
    let api = shop.arn("api");
    shop.listener("second", "shop", 8443, &[("users", 1)], Some(&api));
    let list = shop.run("cert list shop").exits(0);
    assert!(list.stdout.contains(":443") && list.stdout.contains(":8443"), "{list}");
    let ran = shop.run("cert show api.example.com shop").exits(1);
    assert!(ran.stderr.contains("name one: shop/443, shop/8443"), "{ran}");
}

#[test]
fn a_pending_certificate_shows_the_records_that_it_waits_for() {
    let shop = Shop::open();
    let request = shop.stage.clients.acm.request_certificate().domain_name("new.example.io");
    let arn = shop.on(request.validation_method("DNS".into()).send()).expect("requested").certificate_arn;
    let ran = shop.run(&format!("cert show {}", arn.expect("an ARN"))).exits(0);
    assert!(ran.stdout.contains(".new.example.io   CNAME   "), "{ran}");
    assert!(ran.stdout.ends_with("new.example.io: PENDING_VALIDATION: it cannot be used.\n"), "{ran}");
}

#[test]
fn a_certificate_or_listener_that_went_meanwhile_leaves_everything_as_it_was() {
    let mut shop = shop();
    let new = shop.certificate("new", &["old.example.net", "older.example.net"]);
    let old = shop.arn("old");
    let plan = |shop: &Shop| rotation(shop, &old, &new);
    let planned = plan(&shop);
    shop.on(shop.stage.clients.acm.delete_certificate().certificate_arn(&new).send()).expect("deleted");
    let outcome = shop.stage.run_watched(&planned, &|_| {});
    assert!(matches!(outcome, Outcome::Incomplete(_)), "{outcome:?}");
    // The other did not go, since the one in its place did not come.
    assert_eq!(shop.served("https"), served("api", &["legacy", "old"]));
    shop.certificate("new", &["old.example.net", "older.example.net"]);
    let planned = plan(&shop);
    shop.on(shop.elb().delete_listener().listener_arn(shop.arn("https")).send()).expect("deleted");
    let outcome = shop.stage.run_watched(&planned, &|_| {});
    assert!(matches!(outcome, Outcome::Incomplete(_)), "{outcome:?}");
}

/// What is live of the shop, and the certificates of its HTTPS listener with another one.
fn seen(shop: &Shop, more: &str) -> (Live, ResourceId, certs::All) {
    shop.on(async {
        let clients = &shop.stage.clients;
        let reader = aws::Reader::new(clients, &shop.stage.clock, &shop.stage.limiter, 4);
        let (_, whole) = aws::inventory(&reader).await.expect("an inventory");
        let focus = Focus { balancer: Some(shop.arn("shop")), certificates: true, ..Focus::default() };
        let live = whole.read(&reader, &focus).await.expect("a load balancer").live();
        let id = place::of_port(&live, 443).expect("a listener");
        let listener = certs::model(&live, &id).expect("a listener");
        let arns: Vec<String> = certs::arns(listener).into_iter().chain([more.to_owned()]).collect();
        let all = aws::certificate_facts(&reader, &arns).await.expect("certificates");
        (live, id, all)
    })
}

/// The plan that puts one certificate of the shop in the place of another.
fn rotation(shop: &Shop, old: &str, new: &str) -> Plan {
    let (live, id, all) = seen(shop, new);
    let request = certs::Request { live: &live, id: &id, all: &all, now: live.now, allowed: false };
    let fix = certs::rotate(request, old, new).expect("a fix");
    plan::fix(&fix.desired, &live, &Options::default()).expect("a plan").plan
}

#[test]
fn a_key_that_no_load_balancer_takes_is_refused_and_a_weak_one_is_told() {
    let mut shop = shop();
    let new = shop.certificate("new", &["old.example.net", "older.example.net"]);
    let (live, id, all) = seen(&shop, &new);
    let rotate = |key: &str| {
        let mut all = all.clone();
        let mut facts = all.get(&new).and_then(certs::Known::facts).expect("it is there").clone();
        facts.key = key.to_owned();
        all.insert(new.clone(), certs::Known::Found(Box::new(facts)));
        let request = certs::Request { live: &live, id: &id, all: &all, now: live.now, allowed: false };
        certs::rotate(request, &shop.arn("old"), &new)
    };
    let refused = rotate("Ed25519").expect_err("no load balancer takes it");
    assert_eq!(refused.iter().map(|one| one.code).collect::<Vec<_>>(), ["unfit-certificate"]);
    let weak = rotate("RSA_1024").expect("a fix").warnings;
    assert_eq!(weak.iter().map(|one| one.code).collect::<Vec<_>>(), ["weak-key"]);
    assert_eq!(rotate("EC_secp384r1").expect("a fix").warnings, []);
}

#[test]
fn after_each_call_of_a_rotation_every_host_has_its_certificate() {
    let names = ["api.example.com", "*.example.com"];
    for (listed, default_listed) in [(&[][..], false), (&["old", "legacy"][..], false), (&["old"][..], true)]
    {
        let mut shop = Shop::open();
        let api = shop.certificate("api", &names);
        let new = shop.certificate("new", &names);
        shop.imported("old", &["old.example.net"], 12);
        shop.server_certificate("legacy", &["legacy.example.org"]);
        shop.listener("https", "shop", 443, &[("users", 1)], Some(&api));
        shop.attach("https", listed);
        if default_listed {
            shop.attach("https", &["api"]);
        }
        let then = shop.forward(&[("users", 1)], None);
        shop.rule("https", 10, ("host-header", "api.example.com"), then);
        let planned = rotation(&shop, &api, &new);
        let tls = TlsWatch::new(&shop.stage.sandbox);
        let outcome = shop.stage.run_watched(&planned, &|call| tls.look(&format!("{call:?}")));
        assert!(matches!(outcome, Outcome::Completed(_)), "{outcome:?}");
        tls.check();
        assert_eq!(shop.served("https").0, "new");
        assert!(!shop.served("https").1.contains(&"api".to_owned()));
    }
}

#[test]
fn what_has_ended_is_not_said_to_renew_itself() {
    let scene = Scene::new();
    scene.stage.sandbox.advance(Duration::from_secs(400 * 86_400));
    let shown = scene.albctl(&format!("cert show {CERTIFICATE}"));
    assert!(shown.out.contains("(expired)") && !shown.out.contains("renews itself"), "{shown:?}");
    let json = scene.albctl(&format!("cert show {CERTIFICATE} --output json")).json();
    assert!(!json.to_string().contains("renews itself"), "{json}");
}
