//! Hosted zones that may not be read, that nobody asks, and what may stand beside what in them.

use albctl_sandbox::state::route53::{Data, RecordType, Vpc};
use albctl_sandbox::{Fault, FaultKind, Match};

use super::hosts::{API, api, dns_name};
use super::{healthy, host};
use crate::dns::put;
use crate::fixes::scene::{Scene, forward};

fn denies(scene: &Scene, operation: &str) {
    let (code, message) = ("AccessDenied".to_owned(), "not authorized".to_owned());
    let kind = FaultKind::Fail { code, status: 403, message };
    let matches = Match::Operation(operation.to_owned());
    scene.stage.sandbox.inject(Fault { matches, nth: 1, count: 0, kind });
}

/// What is found out about names, hints too, and the notes.
fn told(scene: &Scene, line: &str) -> (Vec<String>, Vec<String>) {
    let answer = scene.albctl(&format!("doctor {line} -v --output json")).json();
    let all = [&answer["findings"], &answer["hints"]].into_iter().flat_map(|one| one.as_array().cloned());
    let dns = all.flatten().filter(|one| one["link"] == "dns");
    let codes = dns.map(|one| format!("{} {}", one["code"], one["subject"]).replace('"', "")).collect();
    let notes = answer["notes"].as_array().into_iter().flatten();
    (codes, notes.filter_map(|one| Some(one.as_str()?.to_owned())).collect())
}

/// A lookup of this name is not possible.
fn no_lookup(scene: &Scene, name: &str) {
    scene.plant(|state| drop(state.outside_dns.insert(name.to_owned(), String::new())));
}

const UNREAD: &str =
    "route53:ListResourceRecordSets is denied: what zones hold of names that were looked up is not known";

#[test]
fn records_that_may_not_be_read() {
    let (scene, zone) = api();
    no_lookup(&scene, API);
    scene.is_well(API);
    denies(&scene, "ListResourceRecordSets");
    // Neither the zone nor a lookup says anything.
    let ran = scene.is_well(API);
    let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("where api.example.com leads is not known"), "{ran:#?}");
    assert_eq!(told(&scene, API), (vec![], vec![UNREAD.to_owned()]));
    // What a lookup says counts; nothing is claimed of the zone, and nothing written over what is there.
    scene.plant(|state| {
        state.outside_dns.clear();
        state.route53.zones.get_mut(&zone).unwrap().records.retain(|one| !one.name.starts_with("api"));
    });
    let found = scene.first(API, "dns-missing", &["of api.example.com could not be read; a lookup was made"]);
    assert!(!found.0["evidence"].to_string().contains("has no record"), "{found:#?}");
    assert!(!found.text("advice").contains("change-resource-record-sets"), "{found:#?}");
}

#[test]
fn a_private_zone_that_may_not_be_read() {
    let scene = healthy();
    scene.rule(5, vec![host(API)], forward(&[(&scene.groups["web-orders"], 1)], None));
    let vpc = Vpc { region: "us-east-1".to_owned(), id: "vpc-0a".to_owned() };
    let zone = scene.stage.sandbox.edit(|state| state.create_zone("example.com", Some(vpc))).expect("a zone");
    put(&scene.stage, &zone, API, RecordType::Cname, &dns_name(&scene, "web"));
    // Nobody finds it from outside, which says nothing.
    assert_eq!(told(&scene, API), (vec![], vec![]));
    denies(&scene, "ListResourceRecordSets");
    assert_eq!(told(&scene, API), (vec![], vec![UNREAD.to_owned()]));
}

#[test]
fn what_may_not_be_read_is_noted_once() {
    for (operation, note) in [
        ("ListResourceRecordSets", UNREAD),
        ("ListHostedZones", "route53:ListHostedZones failed: only a lookup says where it leads"),
    ] {
        let (scene, _) = api();
        for (priority, name) in (6..).zip(["a.example.com", "b.example.com", "c.example.com"]) {
            scene.rule(priority, vec![host(name)], forward(&[(&scene.groups["web-orders"], 1)], None));
            no_lookup(&scene, name);
        }
        denies(&scene, operation);
        let (codes, notes) = told(&scene, "web");
        assert!(codes.is_empty(), "{codes:?}");
        assert_eq!(notes, [note]);
    }
}

#[test]
fn a_zone_that_is_not_asked() {
    let (scene, zone) = api();
    scene.plant(|state| {
        for one in &mut state.route53.zones.get_mut(&zone).unwrap().records {
            one.in_sync = u64::MAX;
        }
    });
    let named = format!("the zone example.com ({zone}) has a record for api.example.com that leads to web");
    let evidence = [named.as_str(), "a lookup of api.example.com found no such name", "CNAME web-"];
    let found = scene.first(API, "dns-unasked-zone", &evidence);
    let likelihood = found.0["likelihood"].as_u64().expect("a number");
    assert!((50..99).contains(&likelihood), "{found:#?}");
    let advice = found.text("advice");
    assert!(advice.contains(&format!("aws route53 get-hosted-zone --id {zone}")), "{found:#?}");
    assert!(advice.contains("dig NS example.com"), "{found:#?}");
    // An alias that is found is no such thing.
    let other = api().0;
    other.plant(|state| {
        let here = state.regions[super::REGION].load_balancers[&other.balancer].dns_name.clone();
        let zone = state.route53.zones.values_mut().next().unwrap();
        let one = zone.records.iter_mut().find(|one| one.name.starts_with("api")).unwrap();
        let (zone, dns_name) = ("Z35SXDOTRQ7X7K".to_owned(), format!("dualstack.{here}."));
        (one.record_type, one.data) =
            (RecordType::A, Data::Alias { zone, dns_name, evaluate_target_health: false });
    });
    other.is_well(API);
    // Without a host the rule may be one for later.
    scene.is_well("web");
    assert_eq!(told(&scene, "web").0, ["dns-unasked-zone api.example.com"]);
    // Where no lookup is possible the zone says it.
    no_lookup(&scene, API);
    scene.is_well(API);
    assert_eq!(told(&scene, "web").0, Vec::<String>::new());
}

#[test]
fn names_with_records_of_other_types() {
    let scene = healthy();
    scene.rule(5, vec![host(API)], forward(&[(&scene.groups["web-orders"], 1)], None));
    let zone = scene.stage.sandbox.edit(|state| state.create_zone("example.com", None)).expect("a zone");
    let advice = || scene.first(API, "dns-missing", &[]).text("advice");
    assert!(advice().contains(r#""Type":"CNAME""#), "{}", advice());
    // Beside a TXT a CNAME is refused; and a wildcard is not for a name that there is.
    put(&scene.stage, &zone, API, RecordType::Txt, "\"x\"");
    put(&scene.stage, &zone, "*.example.com", RecordType::Cname, &dns_name(&scene, "web"));
    let found = scene.first(API, "dns-missing", &["has no address for api.example.com, only TXT"]);
    let text = found.text("advice");
    assert!(text.contains(r#""Type":"A""#) && text.contains(r#""AliasTarget""#), "{found:#?}");
    assert!(!text.contains("CNAME"), "{found:#?}");
    // What is delegated is kept elsewhere.
    put(&scene.stage, &zone, API, RecordType::Ns, "ns.example.net");
    assert!(!advice().contains("change-resource-record-sets"), "{}", advice());
    // Without it the wildcard leads there.
    scene.plant(|state| {
        state.route53.zones.get_mut(&zone).unwrap().records.retain(|one| !one.name.starts_with("api"))
    });
    scene.is_well(API);
}

#[test]
fn more_hosts_than_are_looked_up() {
    let scene = healthy();
    for number in 0..8 {
        let when = vec![host(&format!("h{number}.example.com"))];
        scene.rule(40 + number, when, forward(&[(&scene.groups["web-orders"], 1)], None));
    }
    assert_eq!(told(&scene, "web").1, Vec::<String>::new());
    scene.rule(60, vec![host("h8.example.com")], forward(&[(&scene.groups["web-orders"], 1)], None));
    assert_eq!(told(&scene, "web").1, ["only 8 of 9 hosts that rules name were looked up"]);
}
