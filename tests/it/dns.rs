//! DNS records of Route 53, from state to state on the sandbox.

use albctl::exec::Outcome;
use albctl::plan::Options;
use albctl_sandbox::state::route53::{Data, RecordSet, RecordType, Routing, Vpc};

use crate::support::Stage;

/// A stack with these entries under `dns`.
pub fn spec(dns: &str) -> String {
    spec_with("ipv4", dns)
}

pub fn spec_with(addresses: &str, dns: &str) -> String {
    let dns = if dns.is_empty() { String::new() } else { format!("dns:\n{dns}") };
    format!(
        "version: 1
stack: shop
load_balancer:
  scheme: internal
  ip_address_type: {addresses}
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
listeners:
  http: {{ port: 80, default: {{ fixed_response: 404 }} }}
{dns}"
    )
}

/// A stage with hosted zones: their ids.
pub fn stage(zones: &[&str]) -> (Stage, Vec<String>) {
    let stage = Stage::new();
    let ids = stage
        .sandbox
        .edit(|state| zones.iter().map(|name| state.create_zone(name, None).expect("a name")).collect());
    (stage, ids)
}

/// The records of a zone but for NS and SOA: `NAME TYPE [SET] TARGET`, aliases and CNAMEs to the load balancer as `lb`.
pub fn records(stage: &Stage, zone: &str) -> Vec<String> {
    let line = |record: &RecordSet| {
        let target = match &record.data {
            Data::Alias { dns_name, evaluate_target_health, .. } if dns_name.contains(".elb.") => {
                format!("lb{}", if *evaluate_target_health { "" } else { " unevaluated" })
            }
            Data::Alias { dns_name, .. } => dns_name.clone(),
            Data::Values { ttl, values } if values[0].contains(".elb.") => format!("cname lb {ttl}"),
            Data::Values { ttl, values } => format!("{} {ttl}", values.join(",")),
        };
        let routing = match &record.routing {
            Routing::Simple => String::new(),
            Routing::Weighted(weight) => format!(" weight {weight}"),
            Routing::Latency(region) => format!(" latency {region}"),
            Routing::Failover(failover) => format!(" {failover:?}"),
            other => format!(" {other:?}"),
        };
        let set = record.set_identifier.as_ref().map(|set| format!(" [{set}{routing}]")).unwrap_or_default();
        format!("{} {}{set} {target}", record.name, record.record_type)
    };
    stage.sandbox.edit(|state| {
        let records = &state.route53.zones[zone].records;
        let own = |record: &&RecordSet| !matches!(record.record_type, RecordType::Ns | RecordType::Soa);
        let mut lines: Vec<String> = records.iter().filter(own).map(line).collect();
        lines.sort();
        lines
    })
}

/// The tags of the load balancer that remember records.
pub fn remembered(stage: &Stage) -> Vec<String> {
    stage.sandbox.edit(|state| {
        let balancers = state.regions.values().flat_map(|region| region.load_balancers.values());
        let tags =
            balancers.flat_map(|one| one.tags.current.iter().map(|(key, value)| format!("{key}={value}")));
        tags.filter(|tag| tag.starts_with("albctl:dns/")).collect()
    })
}

/// Puts a record into a zone past albctl.
pub fn put(stage: &Stage, zone: &str, name: &str, record_type: RecordType, value: &str) {
    stage.sandbox.edit(|state| {
        let record = RecordSet {
            name: format!("{}.", name.replace('*', "\\052")),
            record_type,
            set_identifier: None,
            routing: Routing::Simple,
            data: Data::Values { ttl: 60, values: vec![value.to_owned()] },
            health_check: None,
            in_sync: 0,
        };
        let records = &mut state.route53.zones.get_mut(zone).expect("a zone").records;
        records.retain(|one| one.key() != record.key());
        records.push(record);
    });
}

fn adopt() -> Options {
    Options { adopt: true, ..Options::default() }
}

#[test]
fn a_name_gets_an_alias_last_and_loses_it_first() {
    let (stage, zones) = stage(&["example.com", "api.example.com"]);
    let text = spec("  - api.example.com\n");
    stage.apply(&text);
    assert_eq!(records(&stage, &zones[1]), ["api.example.com. A lb"], "the zone of the longest name");
    assert_eq!(records(&stage, &zones[0]), [""; 0]);
    assert_eq!(remembered(&stage), [format!("albctl:dns/api.example.com={}", zones[1])]);
    assert_eq!(stage.written(), ["CreateLoadBalancer", "CreateListener", "ChangeResourceRecordSets"]);
    stage.destroy(&text);
    assert_eq!(records(&stage, &zones[1]), [""; 0]);
    assert_eq!(stage.written(), ["ChangeResourceRecordSets", "DeleteLoadBalancer"]);
}

#[test]
fn every_form_of_record() {
    for (dns, expected) in [
        ("{ name: \"*.example.com\" }", vec!["\\052.example.com. A lb"]),
        ("{ name: Example.com. }", vec!["example.com. A lb"]),
        ("{ name: a.example.com, evaluate_target_health: false }", vec!["a.example.com. A lb unevaluated"]),
        ("{ name: a.example.com, type: cname }", vec!["a.example.com. CNAME cname lb 300"]),
        ("{ name: a.example.com, type: cname, ttl: 1m }", vec!["a.example.com. CNAME cname lb 60"]),
        (
            "{ name: a.example.com, weighted: { weight: 10, set_identifier: \"blue/1 x\" } }",
            vec!["a.example.com. A [blue/1 x weight 10] lb"],
        ),
        (
            "{ name: a.example.com, latency: { set_identifier: here } }",
            vec!["a.example.com. A [here latency us-east-1] lb"],
        ),
        (
            "{ name: a.example.com, failover: { type: primary, set_identifier: one } }",
            vec!["a.example.com. A [one Primary] lb"],
        ),
        ("{ name: a.example.com, zone: example.com }", vec!["a.example.com. A lb"]),
        ("{ name: a.example.com, enabled: false }", vec![]),
    ] {
        let (stage, zones) = stage(&["example.com"]);
        let text = spec(&format!("  - {dns}\n"));
        stage.apply(&text);
        assert_eq!(records(&stage, &zones[0]), expected, "{dns}");
        stage.destroy(&text);
        assert_eq!(records(&stage, &zones[0]), [""; 0], "{dns}");
    }
}

#[test]
fn a_dualstack_load_balancer_has_both_families_and_changes_between_them_at_once() {
    let (stage, zones) = stage(&["example.com"]);
    let dns = "  - a.example.com\n";
    stage.apply(&spec_with("dualstack", dns));
    assert_eq!(records(&stage, &zones[0]), ["a.example.com. A lb", "a.example.com. AAAA lb"]);
    stage.written();
    stage.apply(&spec(dns));
    assert_eq!(records(&stage, &zones[0]), ["a.example.com. A lb"]);
    assert_eq!(stage.written(), ["SetIpAddressType", "ChangeResourceRecordSets"]);
    stage.apply(&spec_with("dualstack", dns));
    assert_eq!(records(&stage, &zones[0]).len(), 2);
}

#[test]
fn a_record_changes_its_type_in_one_batch() {
    let (stage, zones) = stage(&["example.com"]);
    let forms = [
        "{ name: a.example.com, type: cname }",
        "{ name: a.example.com }",
        "{ name: a.example.com, type: cname, ttl: 5s }",
        "{ name: a.example.com, weighted: { weight: 1, set_identifier: s } }",
        "{ name: a.example.com, weighted: { weight: 2, set_identifier: s } }",
        "{ name: a.example.com, failover: { type: secondary, set_identifier: t } }",
        "{ name: a.example.com, evaluate_target_health: false }",
    ];
    for form in forms {
        stage.apply(&spec(&format!("  - {form}\n")));
        let calls: Vec<String> =
            stage.written().into_iter().filter(|call| call == "ChangeResourceRecordSets").collect();
        assert_eq!(calls.len(), 1, "{form}");
        assert_eq!(records(&stage, &zones[0]).len(), 1, "{form}");
        assert_eq!(remembered(&stage).len(), 1, "{form}");
    }
}

#[test]
fn weights_that_others_shift_can_be_ignored() {
    let (stage, zones) = stage(&["example.com"]);
    let text = |weight: u8, more: &str| {
        spec(&format!(
            "  - {{ name: a.example.com, weighted: {{ weight: {weight}, set_identifier: s }}{more} }}\n"
        ))
    };
    stage.apply(&text(1, ""));
    assert!(stage.plan(&text(5, ", ignore: [weighted]")).is_empty());
    stage.apply(&text(5, ""));
    assert_eq!(records(&stage, &zones[0]), ["a.example.com. A [s weight 5] lb"]);
}

#[test]
fn a_name_moves_to_another_zone_and_another_name() {
    let (stage, zones) = stage(&["example.com", "www.example.com"]);
    stage.apply(&spec("  - { name: a.www.example.com, zone: example.com }\n"));
    assert_eq!(records(&stage, &zones[0]).len(), 1);
    stage.written();
    stage.apply(&spec("  - { name: a.www.example.com }\n"));
    assert_eq!((records(&stage, &zones[0]).len(), records(&stage, &zones[1]).len()), (0, 1));
    let calls = stage.written();
    assert_eq!(calls, ["AddTags", "ChangeResourceRecordSets", "ChangeResourceRecordSets", "AddTags"]);
    assert_eq!(remembered(&stage), [format!("albctl:dns/a.www.example.com={}", zones[1])]);
    stage.apply(&spec("  - { name: b.www.example.com }\n"));
    assert_eq!(records(&stage, &zones[1]), ["b.www.example.com. A lb"]);
    let calls = stage.written();
    assert_eq!(calls, ["AddTags", "ChangeResourceRecordSets", "ChangeResourceRecordSets", "RemoveTags"]);
    stage.apply(&spec(""));
    assert_eq!(records(&stage, &zones[1]), [""; 0]);
    assert_eq!(stage.written(), ["ChangeResourceRecordSets", "RemoveTags"]);
    assert_eq!(remembered(&stage), [""; 0]);
}

#[test]
fn what_is_not_ours_is_refused_and_taken_over_only_when_asked() {
    for (record_type, value) in
        [(RecordType::A, "192.0.2.1"), (RecordType::Cname, "old.example.org"), (RecordType::A, "192.0.2.7")]
    {
        let (stage, zones) = stage(&["example.com"]);
        put(&stage, &zones[0], "a.example.com", record_type, value);
        put(&stage, &zones[0], "b.example.com", RecordType::A, "192.0.2.9");
        let text = spec("  - a.example.com\n");
        let refusal = stage.refusal(&text);
        assert!(refusal.contains("refused[record-taken]"), "{refusal}");
        assert!(refusal.contains(&format!("{record_type} {value}, TTL 60")), "{refusal}");
        assert!(refusal.contains("--adopt"), "{refusal}");
        stage.apply_with(&text, &adopt());
        assert_eq!(records(&stage, &zones[0]), ["a.example.com. A lb", "b.example.com. A 192.0.2.9 60"]);
        stage.destroy(&text);
        assert_eq!(records(&stage, &zones[0]), ["b.example.com. A 192.0.2.9 60"]);
    }
}

#[test]
fn a_cname_beside_other_types_is_refused_even_with_adopt() {
    let (stage, zones) = stage(&["example.com"]);
    put(&stage, &zones[0], "a.example.com", RecordType::Txt, "\"x\"");
    let text = spec("  - { name: a.example.com, type: cname }\n");
    let refusal = stage.plan_with(&text, &adopt()).map(|_| ()).unwrap_err();
    assert!(refusal.contains("a CNAME is alone at its name: TXT would have to go"), "{refusal}");
    stage.apply(&spec("  - a.example.com\n"));
    assert_eq!(records(&stage, &zones[0]), ["a.example.com. A lb", "a.example.com. TXT \"x\" 60"]);
}

#[test]
fn a_record_that_somebody_changed_is_theirs() {
    let (stage, zones) = stage(&["example.com"]);
    let text = spec("  - a.example.com\n  - b.example.com\n");
    stage.apply(&text);
    put(&stage, &zones[0], "a.example.com", RecordType::A, "192.0.2.1");
    let refusal = stage.refusal(&text);
    assert!(refusal.contains("which somebody has changed since"), "{refusal}");
    let without = spec("  - b.example.com\n");
    let planned = stage.plan_with(&without, &Options::default()).unwrap();
    let note = "dns_record/a.example.com is no longer ours: somebody changed it to A 192.0.2.1, TTL 60; it is left as \
                it is";
    assert_eq!(planned.live.notes, [note]);
    stage.written();
    stage.apply(&without);
    assert_eq!(stage.written(), ["RemoveTags"]);
    assert_eq!(records(&stage, &zones[0]), ["a.example.com. A 192.0.2.1 60", "b.example.com. A lb"]);
}

#[test]
fn public_and_private_zones_of_one_name() {
    let stage = Stage::new();
    let vpc = || Some(Vpc { id: "vpc-0a".to_owned(), region: "us-east-1".to_owned() });
    let [public, private] = stage
        .sandbox
        .edit(|state| [None, vpc()].map(|vpc| state.create_zone("example.com", vpc).expect("a name")));
    let text = spec("  - a.example.com\n  - { name: a.example.com, private: true }\n");
    stage.apply(&text);
    assert_eq!(records(&stage, &public), ["a.example.com. A lb"]);
    assert_eq!(records(&stage, &private), ["a.example.com. A lb"]);
    stage.apply(&spec("  - { name: a.example.com, private: true }\n"));
    assert_eq!((records(&stage, &public).len(), records(&stage, &private).len()), (0, 1));
    stage.destroy(&text);
    assert_eq!(records(&stage, &private), [""; 0]);
}

#[test]
fn a_zone_that_cannot_be_found_is_refused() {
    let (stage, _) = stage(&["example.com", "twice.org", "twice.org"]);
    let refusal = stage.refusal(&spec("  - a.example.net\n  - a.twice.org\n"));
    assert!(refusal.contains("there is no public hosted zone for `a.example.net`"), "{refusal}");
    assert!(refusal.contains("2 hosted zones are called `twice.org`"), "{refusal}");
    assert!(refusal.contains("say which one: `zone: ID`"), "{refusal}");
    let outcome = stage.written();
    assert_eq!(outcome, [""; 0]);
}

#[test]
fn zones_are_reached_through_roles() {
    let (stage, zones) = stage(&["example.com"]);
    let role = "arn:aws:iam::555566667777:role/dns-writer";
    let text = format!("{}dns_role: {role}\n", spec("  - a.example.com\n"));
    stage.apply(&text);
    let calls = stage.sandbox.calls();
    assert!(calls.iter().any(|call| call.operation == "AssumeRole"));
    let tag = format!("albctl:dns/a.example.com={}:arn:aws:iam::555566667777:role=2fdns-writer", zones[0]);
    assert_eq!(remembered(&stage), [tag]);
    // The spec says nothing of the role any more: the tag does.
    stage.apply(&spec(""));
    assert_eq!(records(&stage, &zones[0]), [""; 0]);
}

#[test]
fn a_lost_answer_is_no_second_record() {
    use albctl_sandbox::{Fault, FaultKind, Match};
    let (stage, zones) = stage(&["example.com"]);
    let text = spec("  - a.example.com\n");
    let matches = Match::Operation("ChangeResourceRecordSets".to_owned());
    stage.sandbox.inject(Fault { matches, nth: 1, count: 1, kind: FaultKind::DropAfter });
    let outcome = stage.run(&stage.plan(&text));
    assert!(matches!(outcome, Outcome::Completed(_)), "{outcome:?}");
    assert_eq!(records(&stage, &zones[0]), ["a.example.com. A lb"]);
    assert!(stage.plan(&text).is_empty());
}

#[test]
fn a_change_whose_answer_was_lost_is_waited_for_as_long_as_changes_take() {
    use albctl_sandbox::{Fault, FaultKind, Match};
    let (stage, zones) = stage(&["example.com"]);
    let text = spec("  - a.example.com\n");
    stage.apply(&text);
    let plan = stage.plan(&spec(""));
    stage.sandbox.clear_calls();
    let matches = Match::Operation("ChangeResourceRecordSets".to_owned());
    stage.sandbox.inject(Fault { matches, nth: 1, count: 1, kind: FaultKind::DropAfter });
    let before = stage.sandbox.edit(|state| state.now);
    stage.complete(&plan);
    let waited = stage.sandbox.edit(|state| state.now) - before;
    assert!((60_000..65_000).contains(&waited), "{waited} ms");
    assert_eq!(records(&stage, &zones[0]), [""; 0]);
    let asked = stage.sandbox.calls().iter().any(|call| call.operation == "GetChange");
    assert!(!asked, "there is no id to ask for");
}

#[test]
fn assumed_roles_are_counted() {
    let (stage, _) = stage(&["example.com"]);
    let role = "arn:aws:iam::555566667777:role/dns-writer";
    let text = format!("{}dns_role: {role}\n", spec("  - a.example.com\n"));
    let scope = albctl::cli::scope::of(&crate::support::desired(&text).0);
    let (_, reads) = stage.observe(&scope);
    let seen = stage.sandbox.calls().len();
    assert_eq!((reads.by_operation.get("AssumeRole"), reads.calls), (Some(&1), seen));
    // The credentials are kept.
    let (_, reads) = stage.observe(&scope);
    assert_eq!(reads.by_operation.get("AssumeRole"), None);
}

#[test]
fn without_waiting_the_apply_ends_with_the_last_call() {
    let (stage, _) = stage(&["example.com"]);
    let text = spec("  - a.example.com\n");
    let options = Options { wait: albctl::plan::WaitFor::None, ..Options::default() };
    let plan = stage.apply_with(&text, &options);
    assert_eq!(plan.steps.len(), plan.writes());
}

#[test]
fn a_load_balancer_is_taken_over_with_the_records_that_lead_to_it() {
    let (stage, zones) = stage(&["example.com"]);
    let text = spec("  - a.example.com\n");
    stage.apply(&text);
    stage.sandbox.edit(|state| {
        for region in state.regions.values_mut() {
            region.load_balancers.values_mut().for_each(|one| one.tags.current.clear());
            region.listeners.values_mut().for_each(|one| one.tags.current.clear());
        }
    });
    stage.written();
    let plan = stage.apply_with(&text, &adopt());
    let verbs: Vec<String> = plan.changes.iter().map(|one| format!("{:?} {}", one.verb, one.id)).collect();
    assert_eq!(verbs, ["Adopt load_balancer", "Adopt listener/http", "Adopt dns_record/a.example.com"]);
    assert_eq!(stage.written(), ["AddTags", "AddTags", "AddTags"], "the record stays as it is");
    assert_eq!(remembered(&stage), [format!("albctl:dns/a.example.com={}", zones[0])]);
}
