//! DNS records when calls fail, what reading them costs, and records that others keep.

use albctl::exec::Outcome;
use albctl::model::Lookup;
use albctl::plan::Options;
use albctl_sandbox::state::route53::RecordType;
use albctl_sandbox::{Fault, FaultKind, Match};
use proptest::prelude::*;

use crate::dns::{put, records, remembered, spec, spec_with, stage};
use crate::support::{Stage, desired};

/// All that matters of DNS: the records of both zones, and what the tags remember.
fn all(stage: &Stage, zones: &[String]) -> Vec<Vec<String>> {
    zones.iter().map(|zone| records(stage, zone)).chain([remembered(stage)]).collect()
}

/// Goes from one spec to another without and with each kind of failure at each call that writes; what is there in the
/// end is the same, and a plan after it is empty.
fn from_to(before: &str, after: &str) {
    let options = Options { adopt: true, ..Options::default() };
    let ready = || {
        let (stage, zones) = stage(&["example.com", "www.example.com"]);
        put(&stage, &zones[0], "taken.example.com", RecordType::A, "192.0.2.1");
        if !before.is_empty() {
            stage.apply_with(before, &options);
        }
        stage.written();
        (stage, zones)
    };
    let (stage, zones) = ready();
    stage.apply_with(after, &options);
    let (expected, calls) = (all(&stage, &zones), stage.all_writes().len());
    let denied =
        FaultKind::Fail { code: "AccessDenied".to_owned(), status: 403, message: "injected".to_owned() };
    for nth in 1..=calls {
        for kind in [denied.clone(), FaultKind::DropAfter] {
            let (stage, zones) = ready();
            let passes = kind != denied;
            let count = usize::from(passes);
            stage.sandbox.inject(Fault { matches: Match::Mutating, nth, count, kind: kind.clone() });
            let outcome = stage.run(&stage.plan_with(after, &options).expect("a plan").plan);
            assert_eq!(
                matches!(outcome, Outcome::Completed(_)),
                passes,
                "write {nth}, {kind:?}: {outcome:#?}"
            );
            stage.sandbox.clear_faults();
            stage.apply_with(after, &options);
            assert_eq!(all(&stage, &zones), expected, "write {nth}, {kind:?}");
        }
    }
}

#[test]
fn every_way_converges_after_a_failure_of_any_call() {
    let many = spec(
        "  - a.example.com\n  - { name: b.www.example.com, zone: example.com }\n  - { name: c.example.com, type: cname }\n",
    );
    let others = spec(
        "  - { name: a.example.com, type: cname }\n  - b.www.example.com\n  - taken.example.com\n  - \"*.example.com\"\n",
    );
    from_to("", &many);
    from_to(&many, &others);
    from_to(&others, &spec(""));
}

#[test]
fn several_sets_of_a_name_change_their_policy_one_after_the_other() {
    let weighted = spec(
        "  - { name: a.example.com, weighted: { weight: 1, set_identifier: x } }\n  - { name: a.example.com, weighted: { weight: 2, set_identifier: y } }\n",
    );
    let failover = |x: &str, y: &str| {
        spec(&format!(
            "  - {{ name: a.example.com, failover: {{ type: {x}, set_identifier: x }} }}\n  - {{ name: a.example.com, failover: {{ type: {y}, set_identifier: y }} }}\n"
        ))
    };
    let cname = weighted.replace("{ name: a.example.com,", "{ name: a.example.com, type: cname,");
    let one = spec("  - a.example.com\n");
    let ways = [
        &weighted,
        &failover("primary", "secondary"),
        &failover("secondary", "primary"),
        &weighted,
        &cname,
        &weighted,
        &one,
        &weighted,
    ];
    for pair in ways.windows(2) {
        from_to(pair[0], pair[1]);
    }
}

#[test]
fn a_crash_between_tag_and_record_leaves_nothing_that_is_not_found() {
    let (stage, zones) = stage(&["example.com"]);
    let text = spec("  - a.example.com\n");
    stage.apply(&spec(""));
    let matches = Match::Operation("ChangeResourceRecordSets".to_owned());
    let denied = FaultKind::Fail { code: "AccessDenied".to_owned(), status: 403, message: "no".to_owned() };
    stage.sandbox.inject(Fault { matches, nth: 1, count: 0, kind: denied });
    let outcome = stage.run(&stage.plan(&text));
    assert!(matches!(outcome, Outcome::Incomplete(_)));
    stage.sandbox.clear_faults();
    assert_eq!(remembered(&stage).len(), 1, "the tag comes first");
    assert_eq!(records(&stage, &zones[0]), [""; 0]);
    // The name leaves the spec before it was ever made.
    let plan = stage.apply(&spec(""));
    assert_eq!(plan.changes[0].fields[0].key, "remembered DNS records");
    assert_eq!(remembered(&stage), [""; 0]);
}

#[test]
fn a_record_that_appears_meanwhile_is_not_overwritten() {
    let (stage, zones) = stage(&["example.com"]);
    let text = spec("  - a.example.com\n");
    let plan = stage.plan(&text);
    put(&stage, &zones[0], "a.example.com", RecordType::A, "192.0.2.1");
    let outcome = stage.run(&plan);
    assert!(matches!(outcome, Outcome::Incomplete(_)), "{outcome:?}");
    assert_eq!(records(&stage, &zones[0]), ["a.example.com. A 192.0.2.1 60"]);
    assert!(stage.refusal(&text).contains("refused[record-taken]"));
}

#[test]
fn a_busy_zone_is_waited_for() {
    let (stage, zones) = stage(&["example.com"]);
    stage.sandbox.edit(|state| state.route53.busy_after_change = std::time::Duration::from_secs(3));
    stage.apply(&spec("  - a.example.com\n  - b.example.com\n  - c.example.com\n"));
    assert_eq!(records(&stage, &zones[0]).len(), 3);
}

#[test]
fn a_change_that_is_never_in_sync_ends_the_apply_incomplete_and_is_made_all_the_same() {
    let (stage, zones) = stage(&["example.com"]);
    stage.sandbox.edit(|state| state.route53.sync_delay = std::time::Duration::from_secs(3600));
    let text = spec("  - a.example.com\n");
    let outcome = stage.run(&stage.plan(&text));
    assert!(matches!(outcome, Outcome::Incomplete(_)), "{outcome:?}");
    assert_eq!(records(&stage, &zones[0]), ["a.example.com. A lb"]);
    assert!(stage.plan(&text).is_empty());
}

#[test]
fn only_specs_with_names_and_load_balancers_that_remember_read_route_53() {
    let (stage, _) = stage(&["example.com", "example.org"]);
    let reads = |text: &str| {
        let (_, reads) = stage.observe(&albctl::cli::scope::of(&desired(text).0));
        let count = |operation: &str| reads.by_operation.get(operation).copied().unwrap_or_default();
        (count("ListHostedZones"), count("ListResourceRecordSets"), reads.rounds)
    };
    let (none, two) = (spec(""), spec("  - a.example.com\n  - a.example.org\n"));
    assert_eq!(reads(&none), (0, 0, 1));
    assert_eq!(reads(&two), (1, 2, 2), "nothing is live yet");
    stage.apply(&two);
    assert_eq!(reads(&two), (1, 2, 4), "no further round");
    assert_eq!(reads(&none), (0, 2, 4), "what the tags remember");
    stage.apply(&none);
    assert_eq!(reads(&none), (0, 0, 4));
}

#[test]
fn other_records_that_lead_to_the_load_balancer_are_shown_and_kept() {
    let (stage, zones) = stage(&["example.com"]);
    let text = spec("  - { name: a.example.com, weighted: { weight: 1, set_identifier: ours } }\n");
    stage.apply(&text);
    stage.sandbox.edit(|state| {
        let records = &mut state.route53.zones.get_mut(&zones[0]).expect("a zone").records;
        let mut other = records.iter().find(|one| one.set_identifier.is_some()).expect("ours").clone();
        other.set_identifier = Some("theirs".to_owned());
        records.push(other);
    });
    let planned = stage.plan_with(&text, &Options::default()).unwrap();
    assert!(planned.plan.is_empty());
    let strangers: Vec<_> = planned.live.dns.strangers.iter().map(|one| one.set.set.clone()).collect();
    assert_eq!(strangers, [Some("theirs".to_owned())]);
    stage.destroy(&text);
    assert_eq!(records(&stage, &zones[0]), ["a.example.com. A [theirs weight 1] lb"]);
}

#[test]
fn records_that_others_keep_are_looked_up_and_never_written() {
    let (stage, _) = stage(&[]);
    let text = spec("  - { name: \"*.example.net\", provider: other }\n");
    let lookups = |stage: &Stage| {
        let planned = stage.plan_with(&text, &Options::default()).unwrap();
        planned.live.dns.outside.into_iter().map(|one| one.lookup).collect::<Vec<_>>()
    };
    assert_eq!(lookups(&stage), [Lookup::Missing]);
    let plan = stage.apply(&text);
    assert!(plan.changes.iter().all(|change| change.id.kind() != "dns_record"));
    assert_eq!(stage.written(), ["CreateLoadBalancer", "CreateListener"]);
    assert_eq!(lookups(&stage), [Lookup::Missing]);
    let target = stage.plan_with(&text, &Options::default()).unwrap().live.dns_name.unwrap();
    for (found, lookup) in [
        (target, Lookup::Leads),
        ("192.0.2.1".to_owned(), Lookup::Elsewhere),
        (String::new(), Lookup::Unknown("the sandbox's outside DNS does not answer".to_owned())),
    ] {
        stage.sandbox.edit(|state| state.outside_dns.insert("*.example.net".to_owned(), found));
        assert_eq!(lookups(&stage), [lookup]);
        assert!(stage.plan(&text).is_empty());
    }
    stage.destroy(&text);
}

#[test]
fn records_follow_a_load_balancer_that_changes_its_families_with_them() {
    from_to(
        &spec_with("dualstack", "  - a.example.com\n"),
        &spec("  - { name: a.example.com, type: cname }\n"),
    );
}

#[test]
fn a_role_that_cannot_be_assumed_is_named() {
    let (stage, _) = stage(&["example.com"]);
    let role = "arn:aws:iam::555566667777:role/dns-writer";
    stage.sandbox.edit(|state| state.missing.insert(role.to_owned()));
    let text = format!("{}dns_role: {role}\n", spec("  - a.example.com\n"));
    let error = stage.try_observe(&albctl::cli::scope::of(&desired(&text).0)).unwrap_err();
    assert!(error.message.contains(&format!("the role {role} cannot be used")), "{error:?}");
}

#[test]
fn names_that_change_all_at_once_need_room_for_both() {
    let (stage, _) = stage(&["example.com"]);
    let names =
        |prefix: &str| spec(&(0..30).map(|i| format!("  - {prefix}{i}.example.com\n")).collect::<String>());
    stage.apply(&names("a"));
    let refusal = stage.refusal(&names("b"));
    assert!(refusal.contains("refused[too-many-tags]: load_balancer would carry 63 tags"), "{refusal}");
}

/// What one of two names may be.
const FORMS: &[&str] = &[
    "",
    "  - NAME\n",
    "  - { name: NAME, zone: example.com }\n",
    "  - { name: NAME, type: cname, ttl: 1m }\n",
    "  - { name: NAME, evaluate_target_health: false }\n",
    "  - { name: NAME, weighted: { weight: 1, set_identifier: x } }\n",
    "  - { name: NAME, weighted: { weight: 2, set_identifier: x } }\n  - { name: NAME, weighted: { weight: 1, set_identifier: y } }\n",
    "  - { name: NAME, type: cname, weighted: { weight: 3, set_identifier: y } }\n",
    "  - { name: NAME, latency: { set_identifier: y } }\n",
    "  - { name: NAME, failover: { type: primary, set_identifier: y } }\n  - { name: NAME, failover: { type: secondary, set_identifier: x } }\n",
    "  - { name: NAME, failover: { type: secondary, set_identifier: y } }\n",
];

fn any_spec() -> impl Strategy<Value = String> {
    let form = 0..FORMS.len();
    (form.clone(), form, prop::bool::ANY).prop_map(|(one, other, both)| {
        let dns = FORMS[one].replace("NAME", "a.www.example.com")
            + &FORMS[other].replace("NAME", "\"*.example.com\"");
        spec_with(if both { "dualstack" } else { "ipv4" }, &dns)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, ..ProptestConfig::default() })]

    #[test]
    fn any_records_become_any_others(specs in prop::collection::vec(any_spec(), 2..4)) {
        let (stage, zones) = stage(&["example.com", "www.example.com"]);
        for text in &specs {
            stage.apply(text);
        }
        let last = specs.last().expect("two at least");
        let (fresh, same_zones) = crate::dns::stage(&["example.com", "www.example.com"]);
        fresh.apply(last);
        prop_assert_eq!(&zones, &same_zones);
        prop_assert_eq!(all(&stage, &zones), all(&fresh, &zones));
        stage.destroy(last);
        prop_assert!(zones.iter().all(|zone| records(&stage, zone).is_empty()));
    }
}
