//! A host: which load balancer serves it, and the first broken link on the way of its requests.

use std::time::Duration;

use albctl::kinds::load_balancer::model::{IpAddressType, Scheme};
use albctl::kinds::{Call, listener, load_balancer, rule};
use albctl::model::world::Tags;
use albctl_sandbox::state::route53::RecordType;
use albctl_sandbox::{Fault, FaultKind, Match};

use super::{REGION, healthy, host, path};
use crate::cli::snapshot;
use crate::dns::put;
use crate::fixes::scene::{Scene, fixed, forward};

pub const API: &str = "api.example.com";

/// `web` serves api.example.com with `web-orders`, and its name leads there.
pub fn api() -> (Scene, String) {
    let scene = healthy();
    scene.rule(5, vec![host(API)], forward(&[(&scene.groups["web-orders"], 1)], None));
    let zone = scene.stage.sandbox.edit(|state| state.create_zone("example.com", None)).expect("a zone");
    put(&scene.stage, &zone, API, RecordType::Cname, &dns_name(&scene, "web"));
    (scene, zone)
}

pub fn dns_name(scene: &Scene, name: &str) -> String {
    scene.stage.sandbox.edit(|state| {
        let all = &state.regions[REGION].load_balancers;
        all.values().find(|one| one.name == name).map(|one| one.dns_name.clone()).expect("a load balancer")
    })
}

/// A second load balancer, whose rule is for this host.
fn second(scene: &Scene, of: &str) {
    other(scene, Scheme::InternetFacing, of);
}

/// The same of a scheme; its listener.
pub fn other(scene: &Scene, scheme: Scheme, of: &str) -> String {
    let balancer = scene.stage.stranger(&Call::LoadBalancer(load_balancer::Call::CreateLoadBalancer {
        name: "other".to_owned(),
        scheme,
        ip_address_type: IpAddressType::Ipv4,
        subnets: ["subnet-0a", "subnet-0b"].map(str::to_owned).into(),
        security_groups: ["sg-0a".to_owned()].into(),
        tags: Tags::new(),
    }));
    let listener = scene.stage.stranger(&Call::Listener(listener::Call::CreateListener {
        load_balancer: balancer,
        port: 80,
        protocol: listener::model::Protocol::Http,
        ssl_policy: None,
        certificate: None,
        default: fixed(404),
        tags: Tags::new(),
    }));
    let (priority, when, then) = (1, vec![host(of)], fixed(200));
    let made = listener.clone();
    let call = rule::Call::CreateRule { listener, priority, when, then, tags: Tags::new() };
    scene.stage.stranger(&Call::Rule(call));
    scene.stage.sandbox.advance(Duration::from_secs(600));
    made
}

#[test]
fn the_way_of_a_request_that_arrives() {
    let (scene, _) = api();
    let line = "doctor api.example.com";
    snapshot!("doctor_host", scene.albctl(line).transcript(line));
    scene.is_well("https://api.example.com/any/thing?x=y");
}

#[test]
fn a_name_that_leads_nowhere() {
    let (scene, zone) = api();
    scene.plant(|state| {
        state.route53.zones.get_mut(&zone).unwrap().records.retain(|one| !one.name.starts_with("api"))
    });
    let found = scene.first(
        API,
        "dns-missing",
        &[&format!("the zone example.com ({zone}) has no record"), "web is web-"],
    );
    assert_eq!(found.text("mend"), "", "there is no spec");
    let command = "aws route53 change-resource-record-sets --hosted-zone-id ";
    assert!(found.text("advice").starts_with(command), "{found:#?}");
    // Whatever else is wrong further on.
    scene.says("10.0.0.1", "unhealthy", "Target.Timeout", "Request timed out");
    scene.says("10.0.0.2", "unhealthy", "Target.Timeout", "Request timed out");
    scene.first(API, "dns-missing", &[]);
}

#[test]
fn a_name_that_leads_to_another_load_balancer() {
    let (scene, zone) = api();
    second(&scene, "h.example.net");
    put(&scene.stage, &zone, API, RecordType::Cname, &dns_name(&scene, "other"));
    scene.plant(|state| {
        let records = &mut state.route53.zones.get_mut(&zone).unwrap().records;
        let other = records.iter().position(|one| one.name.starts_with("api")).unwrap();
        assert_eq!(records.len() - other, 1, "one record of the name");
    });
    // The requests arrive at `other`: that is the one to look at, and the rule for them is on `web`.
    let (web, other) = (dns_name(&scene, "web"), dns_name(&scene, "other"));
    let evidence = [
        "api.example.com leads to other, and the rule that names it is on web",
        "CNAME other-",
        &format!("other is {other}"),
        &format!("web/443/5 names api.example.com; web is {web}"),
        "no rule of other is for api.example.com",
    ];
    let found = scene.first(API, "dns-other-balancer", &evidence);
    let record = "{\"Name\":\"api.example.com\",\"ResourceRecords\":[{\"Value\":\"";
    let command = format!("aws route53 change-resource-record-sets --hosted-zone-id {zone} --change-batch '");
    let advice = found.text("advice");
    assert!(advice.starts_with(&command) && advice.contains(&format!("{record}{web}\"")), "{found:#?}");
    assert!(advice.ends_with("', or make a rule for it on other"), "{found:#?}");
    let ran = scene.albctl("doctor api.example.com");
    assert!(ran.out.contains("other  us-east-1"), "{ran:#?}");
    assert!(ran.out.contains("\nLooked at other: api.example.com leads to it.\n"), "{ran:#?}");
    // Whatever else is wrong on its way there.
    scene.first("http://api.example.com/x", "dns-other-balancer", &[]);
    // From the other side it is a hint: the rule may be one for later.
    scene.is_well("web");
    let hints = scene.albctl("doctor web -v --output json").json()["hints"].clone();
    let hint = hints.as_array().into_iter().flatten().find(|one| one["code"] == "dns-other-balancer");
    let hint = hint.expect("a hint").to_string();
    assert!(hint.contains("leads to another load balancer, other, and not to web"), "{hint}");
    assert!(hint.contains(&format!("else let api.example.com lead to {web}")), "{hint}");
    assert!(!hint.contains("aws route53"), "{hint}");
    // The same where the zone is somewhere else, and a lookup finds it.
    scene.rule(6, vec![host("shop.example.org")], forward(&[(&scene.groups["web-orders"], 1)], None));
    scene.plant(|state| drop(state.outside_dns.insert("shop.example.org".to_owned(), other)));
    let found = scene.first("shop.example.org", "dns-other-balancer", &["no hosted zone", "web/443/6"]);
    assert!(found.text("advice").contains(&format!("let shop.example.org lead to {web}")), "{found:#?}");
}

#[test]
fn hosts_of_rules_that_lead_elsewhere() {
    let scene = healthy();
    for (priority, name) in (3..).zip(["a.example.net", "b.example.net", "*.example.com"]) {
        scene.rule(priority, vec![host(name)], forward(&[(&scene.groups["web-orders"], 1)], None));
    }
    let found = |line: &str| -> Vec<String> {
        let answer = scene.albctl(&format!("doctor {line} --output json")).json();
        let all = [&answer["findings"], &answer["hints"]].into_iter().flat_map(|one| one.as_array().cloned());
        let dns = all.flatten().filter(|one| one["link"] == "dns");
        dns.map(|one| format!("{} {}", one["code"], one["subject"]).replace('"', "")).collect()
    };
    assert!(found("web").is_empty(), "a rule may be left over, or come before its name");
    assert_eq!(found("web -v"), ["dns-missing a.example.net", "dns-missing b.example.net"]);
    let here = dns_name(&scene, "web");
    scene.plant(|state| {
        state.outside_dns.insert("a.example.net".to_owned(), here);
        state.outside_dns.insert("b.example.net".to_owned(), "cdn.example.net".to_owned());
    });
    assert!(found("web -v").is_empty());
}

#[test]
fn the_reason_is_said() {
    let (scene, _) = api();
    second(&scene, "*.example.net");
    scene.rule(6, vec![host("w.example.org")], forward(&[(&scene.groups["web-orders"], 1)], None));
    let own = dns_name(&scene, "web");
    for (line, reason, words) in [
        (API, "name", "web: api.example.com leads to it".to_owned()),
        ("w.example.org", "rule", "web: a rule of it names w.example.org".to_owned()),
        ("x.example.net", "pattern", "other: a rule of it has a pattern for x.example.net".to_owned()),
        ("x.example.com", "certificate", "web: it has a certificate for x.example.com".to_owned()),
        (&format!("http://{own}/"), "own_name", format!("web: {own} is its DNS name")),
    ] {
        let ran = scene.albctl(&format!("doctor {line}"));
        let told = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(&format!("Looked at {words}.")), "{ran:#?}");
        assert_eq!(scene.albctl(&format!("doctor {line} --output json")).json()["chosen"]["because"], reason);
    }
    let plain = scene.albctl("doctor web");
    assert!(!plain.out.contains("Looked at"), "{plain:#?}");
}

#[test]
fn a_url_of_the_load_balancers_own_name() {
    let scene = healthy();
    let own = dns_name(&scene, "web");
    let request = format!("GET https://{own}/nope");
    let found = scene.first(&format!("https://{own}/nope"), "default-answers", &[&request, "answers 404"]);
    assert_eq!(found.0["on_path"], true);
    let all = scene.findings(&format!("https://{own}/nope"));
    assert_eq!(all[1].text("code"), "certificate-own-name", "{all:#?}");
    assert_eq!(all[1].0["mend"], serde_json::Value::Null, "nobody gets a certificate for it");
    let walk = scene.is_well(&format!("http://{own}/orders/1"));
    assert!(walk.out.contains(&format!("GET http://{own}/orders/1: default of :80")), "{walk:#?}");
    assert!(!walk.out.contains("leads nowhere"), "{walk:#?}");
    for url in [format!("http://{own}:8080/x"), format!("{own}:8080")] {
        scene.first(&url, "no-listener", &["web does not listen on :8080", "it listens on :80, :443"]);
    }
    scene.plant(|state| {
        let region = state.regions.get_mut(REGION).unwrap();
        region.listeners.retain(|_, one| one.port != 80);
    });
    let found = scene.first(&format!("http://{own}/"), "no-listener", &["web does not listen on :80"]);
    found.mends("albctl --sandbox redirect enable web");
}

#[test]
fn a_name_that_leads_somewhere_else() {
    let (scene, zone) = api();
    put(&scene.stage, &zone, API, RecordType::A, "192.0.2.1");
    scene.plant(|state| {
        let records = &mut state.route53.zones.get_mut(&zone).unwrap().records;
        records.retain(|one| one.record_type != RecordType::Cname);
    });
    scene.first(API, "dns-elsewhere", &["leads somewhere else, 192.0.2.1", "a CDN or proxy"]);
}

#[test]
fn a_host_that_no_certificate_is_for() {
    let scene = healthy();
    scene.rule(5, vec![host("shop.example.org")], forward(&[(&scene.groups["web-orders"], 1)], None));
    let here = dns_name(&scene, "web");
    scene.plant(|state| drop(state.outside_dns.insert("shop.example.org".to_owned(), here)));
    let evidence =
        ["names of its certificates: example.com, *.example.com", "is shown the default one, of example.com"];
    let found = scene.first("shop.example.org", "certificate-missing", &evidence);
    assert_eq!(found.text("mend"), "", "there is no certificate to attach");
    let request = "aws acm request-certificate --region us-east-1 --domain-name 'shop.example.org' --validation-method \
                   DNS; once it is issued: albctl --sandbox cert attach web/443 shop.example.org";
    assert!(found.text("advice").ends_with(request), "{found:#?}");
    assert_eq!(scene.findings("shop.example.org").len(), 1, "it is told once");
    let (one, two) = ("arn:aws:acm:us-east-1:000000000000:certificate/one", "ARN");
    let two = one.replace("one", &two.to_lowercase());
    scene.plant(|state| state.add_issued_certificate(REGION, one, &["shop.example.org"]));
    let found = scene.first("shop.example.org", "certificate-missing", &[one]);
    found.mends(&format!("albctl --sandbox cert attach web/443 {one}"));
    // The command that is proposed works; with two, a name would be ambiguous.
    scene.plant(|state| state.add_issued_certificate(REGION, &two, &["*.example.org"]));
    let found = scene.first("shop.example.org", "certificate-missing", &[one, &two]);
    let command = found.text("mend").replace("albctl --sandbox ", "");
    let ran = scene.albctl(&format!("{command} --yes"));
    assert_eq!(ran.code, 0, "{ran:#?}");
    scene.is_well("shop.example.org");
}

#[test]
fn a_port_that_nothing_listens_on() {
    let (scene, _) = api();
    scene.plant(|state| {
        let region = state.regions.get_mut(REGION).unwrap();
        region.listeners.retain(|_, one| one.port != 80);
    });
    let found = scene.first(
        "http://api.example.com",
        "no-listener",
        &["does not listen on :80", "it listens on :443"],
    );
    found.mends("albctl --sandbox redirect enable web");
    scene.first("https://api.example.com:8443/", "no-listener", &["does not listen on :8443"]);
    scene.is_well("https://api.example.com");
}

#[test]
fn a_listener_of_another_protocol() {
    let (scene, _) = api();
    let found = scene.first(
        "http://api.example.com:443/x",
        "listener-protocol",
        &["web speaks HTTPS on :443", "in HTTP"],
    );
    assert_eq!(found.0["on_path"], true);
    scene.first("https://api.example.com:80/x", "listener-protocol", &["web speaks HTTP on :80"]);
    scene.is_well("http://api.example.com:80/x");
}

#[test]
fn a_request_that_no_rule_takes() {
    let scene = healthy();
    let zone = scene.stage.sandbox.edit(|state| state.create_zone("example.com", None)).expect("a zone");
    put(&scene.stage, &zone, "*.example.com", RecordType::Cname, &dns_name(&scene, "web"));
    // Rules by path may take requests of any host: only with a path something is wrong.
    scene.is_well("www.example.com");
    let evidence = ["no rule of :443 takes GET https://www.example.com/nope", "default action answers 404"];
    let found = scene.first("https://www.example.com/nope", "default-answers", &evidence);
    found.explains(&[404]);
    scene.is_well("https://www.example.com/orders/1");
    scene.rule(5, vec![path("/gone")], fixed(410));
    scene.first(
        "https://www.example.com/gone",
        "rule-answers",
        &["rule/443/5 answers GET", "with 410 by itself"],
    );
}

#[test]
fn what_breaks_this_request_comes_first() {
    let (scene, _) = api();
    scene.deregister("web-empty", &["10.0.0.5"]);
    scene.stage.sandbox.advance(Duration::from_secs(3600));
    scene.says("10.0.0.2", "unhealthy", "Target.Timeout", "Request timed out");
    scene.first("web", "no-targets", &["web-empty"]);
    scene.first(API, "check-timeout", &["1 of 2 targets of web-orders"]);
    let all = scene.findings("https://api.example.com/");
    assert_eq!(all[1].text("code"), "no-targets", "what else is wrong comes after it");
    let walk = scene.albctl("doctor api.example.com --output json").json()["walk"].clone();
    let broken: Vec<&str> = walk
        .as_array()
        .into_iter()
        .flatten()
        .filter(|stop| stop["good"] == false)
        .filter_map(|stop| stop["link"].as_str())
        .collect();
    assert_eq!(broken, ["targets"]);
}

#[test]
fn the_load_balancer_of_a_host_is_found() {
    let (scene, _) = api();
    // By where the name leads, though no rule names the host.
    second(&scene, "h.example.net");
    let title = |line: &str| scene.albctl(&format!("doctor {line} --output json")).json()["stack"].clone();
    assert_eq!(title("h.example.net"), "other", "by a rule");
    scene.plant(|state| {
        let name = state.regions[REGION]
            .load_balancers
            .values()
            .find(|one| one.name == "other")
            .unwrap()
            .dns_name
            .clone();
        state.outside_dns.insert("n.example.net".to_owned(), name);
    });
    assert_eq!(title("n.example.net"), "other", "by its name");
    assert_eq!(title("www.example.com"), "web", "by a certificate");
    assert_eq!(title(&dns_name(&scene, "other")), "other", "its own DNS name");
    assert_eq!(title(&format!("http://{}/x", dns_name(&scene, "other"))), "other", "in a URL");
    assert_eq!(title("web-users"), "web", "by a target group");
    assert_eq!(title("web/443/10"), "web", "by a rule");
}

#[test]
fn hosts_of_none_and_of_several() {
    let (scene, zone) = api();
    let line = "doctor nobody.example.net";
    let none = scene.albctl(line);
    assert_eq!(none.code, 1);
    second(&scene, API);
    scene.is_well(API);
    scene.plant(|state| state.route53.zones.get_mut(&zone).unwrap().records.clear());
    let several = scene.albctl("doctor api.example.com");
    assert_eq!(several.code, 1);
    let text = [none.transcript(line), several.transcript("doctor api.example.com")].join("\n");
    snapshot!("doctor_host_unknown", text);
}

#[test]
fn zones_that_may_not_be_read_leave_the_lookup() {
    let (scene, _) = api();
    for operation in ["ListHostedZones", "ListResourceRecordSets"] {
        scene.stage.sandbox.inject(Fault {
            matches: Match::Operation(operation.to_owned()),
            nth: 1,
            count: 0,
            kind: FaultKind::Fail {
                code: "AccessDenied".to_owned(),
                status: 403,
                message: "not authorized".to_owned(),
            },
        });
        let ran = scene.is_well(API);
        assert!(ran.out.contains("api.example.com leads to web"), "{ran:#?}");
        assert_eq!(ran.out.contains("route53:ListHostedZones failed"), operation == "ListHostedZones");
        scene.stage.sandbox.clear_faults();
    }
}

#[test]
fn a_certificate_of_other_hosts_is_not_on_the_way() {
    let (scene, _) = api();
    let fresh = "arn:aws:acm:us-east-1:000000000000:certificate/fresh";
    scene.stage.sandbox.advance(Duration::from_secs(190 * 86_400));
    scene.plant(|state| state.add_issued_certificate(REGION, fresh, &[API]));
    let call = listener::Call::AddListenerCertificates {
        listener: scene.https.clone(),
        certificate: fresh.to_owned(),
    };
    scene.stage.stranger(&Call::Listener(call));
    scene.stage.sandbox.advance(Duration::from_secs(20 * 86_400));
    scene.first("web", "certificate-expired", &["example.com"]);
    let answer = scene.albctl("doctor api.example.com --output json").json();
    let shown = answer["walk"].as_array().into_iter().flatten().find(|stop| stop["link"] == "certificate");
    assert_eq!(shown.expect("a certificate")["words"], API);
    assert_eq!(shown.expect("a certificate")["good"], true);
    assert_eq!(answer["findings"][0]["on_path"], false, "clients of this host are shown another one");
}
