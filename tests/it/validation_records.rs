//! `--delete-validation-records`: the records by which ACM validated a certificate go with it, if nothing needs them.

use albctl::exec::Outcome;
use albctl::plan::Options;
use albctl_sandbox::state::route53::{Data, RecordType};
use albctl_sandbox::{Fault, FaultKind, Match};

use crate::certificates::{acm, spec, staged};
use crate::support::Stage;

const API: &str = "  api: { acm: { domain: api.example.com } }";
const DEV: &str = "  dev: { self_signed: { domain: dev.example.com, key: EC_prime256v1 } }";

fn both() -> String {
    spec(&format!("{API}\n{DEV}"), "dev, api")
}

fn only_dev() -> String {
    spec(DEV, "dev")
}

fn going() -> Options {
    Options { delete_validation_records: true, ..Options::default() }
}

/// The names and values of the CNAMEs in all zones.
fn cnames(stage: &Stage) -> Vec<(String, String)> {
    stage.sandbox.edit(|state| {
        let all = state.route53.zones.values().flat_map(|zone| &zone.records);
        all.filter(|one| one.record_type == RecordType::Cname)
            .map(|one| match &one.data {
                Data::Values { values, .. } => (one.name.clone(), values.join(" ")),
                Data::Alias { dns_name, .. } => (one.name.clone(), dns_name.clone()),
            })
            .collect()
    })
}

/// A stage on which both certificates are live.
fn ready() -> Stage {
    let stage = staged();
    stage.apply(&both());
    stage.written();
    assert_eq!(cnames(&stage).len(), 1);
    stage
}

#[test]
fn the_record_of_a_certificate_that_goes_goes_too_and_only_when_asked() {
    let stage = ready();
    stage.apply(&only_dev());
    assert_eq!(cnames(&stage).len(), 1, "never without being asked");

    let stage = ready();
    let plan = stage.apply_with(&only_dev(), &going());
    let change = plan.changes.iter().find(|one| one.id.as_str() == "certificate/api").expect("a change");
    let how = change.how.as_deref().expect("it is said");
    assert!(how.contains("validation record goes: _") && how.contains(".acm-validations.aws"), "{how}");
    assert!(plan.steps.iter().any(|step| step.summary.starts_with("validation record _")));
    let written = stage.written();
    let place = |call: &str| written.iter().rposition(|one| one == call);
    assert!(place("RemoveListenerCertificates") < place("ChangeResourceRecordSets"), "{written:?}");
    assert!(place("ChangeResourceRecordSets") < place("DeleteCertificate"), "{written:?}");
    assert!(cnames(&stage).is_empty());
    assert_eq!(acm(&stage).len(), 1, "{written:?}");
}

#[test]
fn destroy_takes_the_records_along_when_asked() {
    for (options, left) in [(Options::default(), 1), (going(), 0)] {
        let stage = ready();
        let plan = stage.destroy_with(&both(), &options).expect("a plan");
        stage.complete(&plan);
        assert!(acm(&stage).is_empty());
        assert_eq!(cnames(&stage).len(), left);
    }
}

#[test]
fn a_record_that_another_certificate_needs_stays() {
    // Of the stack: the new one with more names shares the record of the name.
    let stage = ready();
    let more = both().replace(
        "domain: api.example.com",
        "domain: api.example.com, alternative_names: [\"*.api.example.com\"]",
    );
    let plan = stage.apply_with(&more, &going());
    assert_eq!(cnames(&stage).len(), 1);
    let how = plan.changes.iter().find_map(|change| change.how.clone()).expect("it is said");
    assert!(how.contains("validation record stays") && how.contains("certificate/api needs it"), "{how}");

    // Of somebody else in the account: a wildcard has the same record.
    let other = "arn:aws:acm:us-east-1:000000000000:certificate/other";
    let stage = ready();
    stage.sandbox.edit(|state| state.add_issued_certificate("us-east-1", other, &["*.api.example.com"]));
    let plan = stage.apply_with(&only_dev(), &going());
    assert_eq!(cnames(&stage).len(), 1);
    let how = plan.changes.iter().find_map(|change| change.how.clone()).expect("it is said");
    assert!(how.contains(&format!("{other} needs it")), "{how}");
}

#[test]
fn a_record_that_is_gone_or_another_is_left_alone() {
    let stage = ready();
    let plan = stage.plan_with(&only_dev(), &going()).expect("a plan").plan;
    stage.sandbox.edit(|state| {
        for zone in state.route53.zones.values_mut() {
            for one in zone.records.iter_mut().filter(|one| one.record_type == RecordType::Cname) {
                one.data = Data::Values { ttl: 60, values: vec!["mine.example.net.".to_owned()] };
            }
        }
    });
    stage.complete(&plan);
    assert_eq!(cnames(&stage)[0].1, "mine.example.net.");

    let stage = ready();
    let plan = stage.plan_with(&only_dev(), &going()).expect("a plan").plan;
    stage.sandbox.edit(|state| {
        for zone in state.route53.zones.values_mut() {
            zone.records.retain(|one| one.record_type != RecordType::Cname);
        }
    });
    stage.complete(&plan);
    assert_eq!(acm(&stage).len(), 1);
}

#[test]
fn records_of_a_certificate_that_others_use_stay_with_it() {
    let stage = ready();
    let arn = stage.arn(&both(), "certificate/api");
    let plan = stage.plan_with(&only_dev(), &going()).expect("a plan").plan;
    // Somebody else's load balancer takes it meanwhile.
    stage.sandbox.edit(|state| {
        let region = state.regions.get_mut("us-east-1").expect("the region");
        let lent = region.listeners.values().next().expect("a listener").clone();
        let strange =
            "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/strange/1/2".to_owned();
        let mut listener = lent;
        listener.default_certificate = Some(arn.clone());
        region.listeners.insert(strange, listener);
    });
    let outcome = stage.run_watched(&plan, &|_| {});
    assert!(matches!(outcome, Outcome::Completed(_)), "{outcome:?}");
    assert_eq!(cnames(&stage).len(), 1, "it could not be renewed without it");
    assert_eq!(acm(&stage).len(), 2);
}

#[test]
fn an_interrupted_apply_goes_on_with_the_records() {
    let written = {
        let stage = ready();
        stage.apply_with(&only_dev(), &going());
        stage.written().len()
    };
    for kind in [
        FaultKind::Fail { code: "AccessDenied".to_owned(), status: 403, message: "injected".to_owned() },
        FaultKind::DropAfter,
    ] {
        for nth in 1..=written {
            let stage = ready();
            stage.sandbox.inject(Fault { matches: Match::Mutating, nth, count: 1, kind: kind.clone() });
            stage.run(&stage.plan_with(&only_dev(), &going()).expect("a plan").plan);
            stage.sandbox.clear_faults();
            stage.apply_with(&only_dev(), &going());
            assert!(cnames(&stage).is_empty(), "after {kind:?} of write {nth}");
            assert_eq!(acm(&stage).len(), 1, "after {kind:?} of write {nth}");
        }
    }
}

#[test]
fn the_zone_is_reached_through_the_role_of_the_spec() {
    let role = "arn:aws:iam::555566667777:role/dns-writer";
    let with = |text: String| format!("{text}dns_role: {role}\n");
    let stage = staged();
    stage.apply(&with(both()));
    let plan = stage.apply_with(&with(only_dev()), &going());
    assert!(format!("{:?}", plan.steps).contains(role), "{plan:?}");
    assert!(cnames(&stage).is_empty());
}
