//! Certificates, from state to state: requested, imported, uploaded, made and found.

use std::time::Duration;

use albctl::exec::Outcome;
use albctl_sandbox::state::{CertificateStatus, State};
use albctl_sandbox::{Fault, FaultKind, Match};

use crate::pki::{self, put_file};
use crate::support::Stage;

/// A stack with one HTTPS listener that has these certificates.
pub fn spec(certificates: &str, keys: &str) -> String {
    format!(
        "version: 1
stack: shop
region: us-east-1
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
certificates:
{certificates}
listeners:
  https:
    port: 443
    certificates: [{keys}]
    default: {{ fixed_response: 404 }}
"
    )
}

/// A stage with a public zone.
pub fn staged() -> Stage {
    let stage = Stage::new();
    stage.sandbox.edit(|state| state.create_zone("example.com", None).expect("a zone"));
    stage
}

/// The statuses of the certificates in ACM that are of the stack.
pub fn acm(stage: &Stage) -> Vec<(CertificateStatus, Vec<String>)> {
    stage.sandbox.edit(|state: &mut State| {
        let now = state.now;
        let all = state.regions.values().flat_map(|region| region.certificates.values());
        all.filter(|one| one.tags.current.contains_key("albctl:stack"))
            .map(|one| (one.status(now), one.names().to_vec()))
            .collect()
    })
}

#[test]
fn a_requested_certificate_is_validated_and_issued_before_the_listener_has_it() {
    let stage = staged();
    let text = spec(
        "  api: { acm: { domain: api.example.com, alternative_names: [\"*.api.example.com\"] } }",
        "api",
    );
    stage.apply(&text);
    let calls = stage.written();
    assert_eq!(
        calls,
        ["RequestCertificate", "CreateLoadBalancer", "ChangeResourceRecordSets", "CreateListener"],
        "one record for a name and its wildcard"
    );
    let all = acm(&stage);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].0, CertificateStatus::Issued);
    stage.destroy(&text);
    assert!(acm(&stage).is_empty());
}

/// Goes from one spec to another without and with a failure at each call; the end is that of the undisturbed way, and a
/// plan after it is empty. Returns what was written.
pub fn from_to(ready: &dyn Fn() -> Stage, after: &str) -> Vec<String> {
    let stage = ready();
    stage.apply(after);
    let written = stage.written();
    let end = (acm(&stage), servers(&stage), stage.population());
    for nth in 1..=written.len() {
        let stage = ready();
        let kind =
            FaultKind::Fail { code: "AccessDenied".to_owned(), status: 403, message: "injected".to_owned() };
        stage.sandbox.inject(Fault { matches: Match::Mutating, nth, count: 0, kind });
        let plan = stage.plan(after);
        let outcome = stage.run(&plan);
        assert!(!matches!(outcome, Outcome::Completed(_)), "write {nth} of {written:?} did not fail");
        stage.sandbox.clear_faults();
        stage.apply(after);
        assert_eq!((acm(&stage), servers(&stage), stage.population()), end, "after a failure of write {nth}");
    }
    written
}

/// The names and paths of the server certificates under the paths of albctl.
pub fn servers(stage: &Stage) -> Vec<(String, String)> {
    stage.sandbox.edit(|state| {
        let all = state.iam.server_certificates.iter();
        let own = all.filter(|(_, one)| one.path.starts_with("/albctl/"));
        own.map(|(name, one)| (name.clone(), one.path.clone())).collect()
    })
}

pub fn put(name: &str, pair: &pki::Pair) {
    put_file(&format!("{name}.pem"), &pair.certificate);
    put_file(&format!("{name}-key.pem"), &pair.key);
    put_file(&format!("{name}-chain.pem"), &pair.chain);
}

pub fn files(name: &str) -> String {
    format!("{{ certificate: {name}.pem, private_key: {name}-key.pem, chain: {name}-chain.pem }}")
}

#[test]
fn another_alternative_name_is_another_certificate_and_the_old_one_goes_after_the_switch() {
    let before = spec("  api: { acm: { domain: api.example.com } }", "api");
    let after =
        spec("  api: { acm: { domain: api.example.com, alternative_names: [www.example.com] } }", "api");
    let ready = || {
        let stage = staged();
        stage.apply(&before);
        stage.written();
        stage
    };
    let written = from_to(&ready, &after);
    let wanted = ["RequestCertificate", "ChangeResourceRecordSets", "ModifyListener", "DeleteCertificate"];
    let own: Vec<&String> = written.iter().filter(|call| *call != "DeleteCertificate").collect();
    assert_eq!(own, wanted[..3].iter().collect::<Vec<_>>());
    assert!(written.last().is_some_and(|call| call == wanted[3]), "deleted when it is free: {written:?}");
}

#[test]
fn files_are_imported_and_a_renewed_one_keeps_its_arn() {
    let key = rcgen::KeyPair::generate().expect("a key");
    put("corp", &pki::of_key(&["corp.example.com"], 90, &key));
    let text = spec(&format!("  corp: {{ import: {} }}", files("corp")), "corp");
    let stage = staged();
    stage.apply(&text);
    assert_eq!(stage.written(), ["ImportCertificate", "CreateLoadBalancer", "CreateListener"]);
    let arn = stage.arn(&text, "certificate/corp");
    put("corp", &pki::of_key(&["corp.example.com"], 200, &key));
    stage.apply(&text);
    assert_eq!(stage.written(), ["ImportCertificate"]);
    assert_eq!(stage.arn(&text, "certificate/corp"), arn);
    put("corp", &pki::pair(&["corp.example.com", "www.corp.example.com"], 200));
    stage.apply(&text);
    assert_eq!(stage.written()[..2], ["ImportCertificate", "ModifyListener"]);
    assert_ne!(stage.arn(&text, "certificate/corp"), arn, "other names are another certificate");
    assert_eq!(acm(&stage).len(), 1);
}

#[test]
fn a_server_certificate_of_iam_is_rotated_under_a_new_name() {
    let text = spec(&format!("  old: {{ iam: {} }}", files("old")), "old");
    let (first, second) = (pki::pair(&["old.example.com"], 90), pki::pair(&["old.example.com"], 300));
    let ready = || {
        put("old", &first);
        let stage = staged();
        stage.apply(&text);
        stage.written();
        put("old", &second);
        stage
    };
    let written = from_to(&ready, &text);
    assert_eq!(written[0], "UploadServerCertificate");
    assert_eq!(written.last().map(String::as_str), Some("DeleteServerCertificate"));
    assert!(written.iter().any(|call| call == "ModifyListener"), "{written:?}");
    let stage = ready();
    let plan = stage.plan(&text);
    assert_eq!(plan.changes[0].verb, albctl::model::Verb::Replace);
    stage.complete(&plan);
    let all = servers(&stage);
    assert_eq!(all.len(), 1);
    assert!(all[0].0.starts_with("shop-old-") && all[0].1 == "/albctl/us-east-1/shop/old/", "{all:?}");
    stage.destroy(&text);
    assert!(servers(&stage).is_empty());
}

#[test]
fn a_self_signed_certificate_is_made_in_either_store_and_renewed_under_thirty_days() {
    for store in ["acm", "iam"] {
        let made = "domain: dev.example.com, alternative_names: [\"*.dev.example.com\"], days: 60, key: EC_prime256v1";
        let text = spec(&format!("  dev: {{ self_signed: {{ {made}, store: {store} }} }}"), "dev");
        let ready = || {
            let stage = staged();
            stage.apply(&text);
            stage.written();
            stage.sandbox.advance(Duration::from_secs(29 * 86_400));
            assert!(stage.plan(&text).is_empty(), "31 days are left");
            stage.sandbox.advance(Duration::from_secs(2 * 86_400));
            stage
        };
        let plan = ready().plan(&text);
        let change = &plan.changes[0];
        assert!(
            change
                .fields
                .iter()
                .any(|field| field.key == "state" && field.from_text == "due for renewal: ends 2026-03-02")
        );
        let written = from_to(&ready, &text);
        assert!(written.iter().any(|call| call == "ModifyListener"), "{written:?}");
    }
}

#[test]
fn a_certificate_moves_to_the_other_store() {
    let before =
        spec("  dev: { self_signed: { domain: dev.example.com, key: EC_prime256v1, store: acm } }", "dev");
    let after =
        spec("  dev: { self_signed: { domain: dev.example.com, key: EC_prime256v1, store: iam } }", "dev");
    let ready = || {
        let stage = staged();
        stage.apply(&before);
        stage.written();
        stage
    };
    from_to(&ready, &after);
}

#[test]
fn a_certificate_is_found_by_its_domain() {
    let stage = staged();
    let newer = "arn:aws:acm:us-east-1:000000000000:certificate/newer";
    stage.sandbox.advance(Duration::from_secs(3600));
    stage.sandbox.edit(|state| state.add_issued_certificate("us-east-1", newer, &["*.example.com"]));
    let text = spec("  ext: { use: shop.example.com }", "ext");
    stage.apply(&text);
    let listener = stage.arn(&text, "listener/https");
    let default = stage
        .sandbox
        .edit(|state| state.regions["us-east-1"].listeners[&listener].default_certificate.clone());
    assert_eq!(default.as_deref(), Some(newer), "the one that was issued last");
    let none = spec("  ext: { use: shop.example.org }", "ext");
    assert!(
        stage
            .refusal(&none)
            .contains("no issued certificate of ACM in this region is for `shop.example.org`")
    );
    let gone = spec("  ext: { use: \"arn:aws:acm:us-east-1:000000000000:certificate/none\" }", "ext");
    assert!(stage.refusal(&gone).contains("refused[certificate-missing]"), "{}", stage.refusal(&gone));
}

#[test]
fn a_zone_elsewhere_gets_its_record_by_hand_and_the_next_apply_goes_on() {
    let stage = Stage::new();
    let text = spec("  api: { acm: { domain: api.example.org } }", "api");
    let plan = stage.plan(&text);
    let how = plan.changes.iter().find_map(|change| change.how.as_deref()).expect("how it is done");
    assert!(how.contains("no zone of Route 53 has api.example.org"), "{how}");
    let Outcome::Incomplete(_) = stage.run(&plan) else { panic!("nobody made the record") };
    let listeners = stage.population()[2];
    assert_eq!(listeners, 0, "no listener on a certificate that is not issued");
    let plan = stage.plan(&text);
    let how = plan.changes.iter().find_map(|change| change.how.clone()).expect("the record");
    let words: Vec<&str> = how.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "CNAME").expect("a record");
    let (name, value) = (words[at - 1].to_owned(), words[at + 1].to_owned());
    stage.sandbox.edit(|state| state.outside_dns.insert(name, value));
    stage.apply(&text);
    assert_eq!(acm(&stage)[0].0, CertificateStatus::Issued);
}

#[test]
fn a_failed_certificate_says_why_and_is_requested_anew() {
    let stage = staged();
    stage
        .sandbox
        .edit(|state| state.acm.failures.insert("api.example.com".to_owned(), "CAA_ERROR".to_owned()));
    let text = spec("  api: { acm: { domain: api.example.com } }", "api");
    let outcome = stage.run(&stage.plan(&text));
    let Outcome::Incomplete(summary) = outcome else { panic!("{outcome:?}") };
    assert!(format!("{:?}", summary.states).contains("FAILED (CAA_ERROR)"));
    stage.sandbox.edit(|state| state.acm.failures.clear());
    let plan = stage.plan(&text);
    let change = plan.changes.iter().find(|change| change.id.kind() == "certificate").expect("a change");
    let state = change.fields.iter().find(|field| field.key == "state").expect("why");
    assert_eq!(state.from_text, "FAILED (CAA_ERROR)");
    stage.apply(&text);
    assert_eq!(acm(&stage).len(), 1, "the failed one is gone");
}

#[test]
fn two_zones_of_one_name_need_an_id() {
    let stage = staged();
    let second = stage.sandbox.edit(|state| state.create_zone("example.com", None).expect("a zone"));
    let text = spec("  api: { acm: { domain: api.example.com } }", "api");
    let refusal = stage.refusal(&text);
    assert!(
        refusal.contains("refused[ambiguous-zone]: 2 public zones are called `example.com`"),
        "{refusal}"
    );
    stage.apply(&spec(&format!("  api: {{ acm: {{ domain: api.example.com, zone: {second} }} }}"), "api"));
}

#[test]
fn a_live_http_listener_becomes_https() {
    let http =
        "listeners:\n  https:\n    port: 443\n    protocol: HTTP\n    default: { fixed_response: 404 }\n";
    let after = spec(
        "  api: { acm: { domain: api.example.com } }\n  dev: { self_signed: { domain: dev.example.com, key: EC_prime256v1 } }",
        "api, dev",
    );
    let (head, _) = after.split_once("certificates:\n").expect("a spec");
    let before = format!("{head}{http}");
    let ready = || {
        let stage = staged();
        stage.apply(&before);
        stage.written();
        stage
    };
    let written = from_to(&ready, &after);
    assert_eq!(
        written.iter().filter(|call| *call == "AddListenerCertificates").count(),
        2,
        "the default too"
    );
}

#[test]
fn a_renewal_by_acm_is_no_change() {
    let stage = staged();
    let text = spec("  api: { acm: { domain: api.example.com } }", "api");
    stage.apply(&text);
    stage.sandbox.advance(Duration::from_secs(170 * 86_400));
    assert!(stage.plan(&text).is_empty());
    assert_eq!(acm(&stage)[0].0, CertificateStatus::Issued);
}

#[test]
fn a_lost_answer_makes_no_second_certificate() {
    put("corp", &pki::pair(&["corp.example.com"], 90));
    put("old", &pki::pair(&["old.example.com"], 90));
    let certificates = format!(
        "  api: {{ acm: {{ domain: api.example.com }} }}\n  corp: {{ import: {} }}\n  old: {{ iam: {} }}",
        files("corp"),
        files("old")
    );
    let text = spec(&certificates, "api, corp, old");
    for operation in ["RequestCertificate", "ImportCertificate", "UploadServerCertificate"] {
        let stage = staged();
        let kind = FaultKind::DropAfter;
        stage.sandbox.inject(Fault {
            matches: Match::Operation(operation.to_owned()),
            nth: 1,
            count: 1,
            kind,
        });
        stage.apply(&text);
        assert_eq!((acm(&stage).len(), servers(&stage).len()), (2, 1), "{operation}");
    }
}

#[test]
fn a_wait_gives_up_after_the_limit_that_is_set_and_the_next_apply_goes_on() {
    use albctl::exec::StepState;
    use albctl::exec::event::StepError;
    let stage = staged();
    stage.sandbox.edit(|state| state.acm.issues_after = Duration::from_secs(600));
    let text = spec("  api: { acm: { domain: api.example.com } }", "api");
    let options = albctl::plan::Options { wait_timeout: Some(60), ..Default::default() };
    let plan = stage.plan_with(&text, &options).expect("a plan").plan;
    let Outcome::Incomplete(summary) = stage.run(&plan) else { panic!("not issued within a minute") };
    let limits: Vec<u64> = summary
        .states
        .values()
        .filter_map(|state| match state {
            StepState::Failed(StepError::TimedOut { limit, .. }) => Some(limit.as_secs()),
            _ => None,
        })
        .collect();
    assert_eq!(limits, [60, 60], "the load balancer takes longer, too");
    assert_ne!(albctl::plan::id(&plan), albctl::plan::id(&stage.plan(&text)), "the limit is in the plan");
    let written = stage.written();
    assert!(!written.contains(&"CreateListener".to_owned()), "{written:?}");
    stage.apply(&text);
    assert_eq!(stage.written(), ["CreateListener"]);
    assert_eq!(acm(&stage).len(), 1);
}

#[test]
fn an_issued_certificate_of_the_wanted_names_is_taken_over_when_asked() {
    let (api, other) = (
        "arn:aws:acm:us-east-1:000000000000:certificate/api",
        "arn:aws:acm:us-east-1:000000000000:certificate/other",
    );
    let text =
        spec("  api: { acm: { domain: api.example.com, alternative_names: [www.example.com] } }", "api");
    let adopt = albctl::plan::Options { adopt: true, ..Default::default() };
    let ready = |more: &[(&str, &[&str])]| {
        let stage = staged();
        stage.sandbox.edit(|state| {
            state.add_issued_certificate("us-east-1", api, &["api.example.com", "www.example.com"]);
            for (arn, names) in more {
                state.add_issued_certificate("us-east-1", arn, names);
            }
        });
        stage
    };
    // Not asked: as ever.
    let stage = ready(&[]);
    stage.apply(&text);
    assert_ne!(stage.arn(&text, "certificate/api"), api);
    // Other names, or another first one, are another certificate.
    let stage = ready(&[(other, &["www.example.com", "api.example.com"])]);
    let plan = stage.apply_with(&text, &adopt);
    let change = plan.changes.iter().find(|one| one.id.as_str() == "certificate/api").expect("a change");
    assert_eq!((change.verb, change.how.as_deref()), (albctl::model::Verb::Adopt, None));
    assert_eq!(stage.written(), ["CreateLoadBalancer", "AddTagsToCertificate", "CreateListener"]);
    assert_eq!(stage.arn(&text, "certificate/api"), api);
    stage.destroy(&text);
    let left = stage.sandbox.edit(|state| state.certificates());
    assert!(left.iter().all(|(arn, _)| arn != api) && left.iter().any(|(arn, _)| arn == other));
    // Two of them: somebody has to say which.
    let stage = ready(&[(other, &["api.example.com", "www.example.com"])]);
    let refusal = stage.plan_with(&text, &adopt).expect_err("two of them");
    assert!(refusal.contains("refused[adopt-ambiguous]: 2 certificates"), "{refusal}");
    assert!(refusal.contains(api) && refusal.contains(other), "{refusal}");
    // One of them is of another stack, and is passed over.
    stage.sandbox.edit(|state| {
        let region = state.regions.get_mut("us-east-1").expect("the region");
        let tags = &mut region.certificates.get_mut(other).expect("it is there").tags.current;
        tags.insert("albctl:stack".to_owned(), "blog".to_owned());
    });
    stage.apply_with(&text, &adopt);
    assert_eq!(stage.arn(&text, "certificate/api"), api);
}

#[test]
fn a_failure_at_any_call_of_an_adoption_is_mended_by_the_next_apply() {
    let api = "arn:aws:acm:us-east-1:000000000000:certificate/api";
    let text = spec("  api: { acm: { domain: api.example.com } }", "api");
    let adopt = albctl::plan::Options { adopt: true, ..Default::default() };
    let kind =
        FaultKind::Fail { code: "AccessDenied".to_owned(), status: 403, message: "injected".to_owned() };
    for nth in 1..=3 {
        let stage = staged();
        stage.sandbox.edit(|state| state.add_issued_certificate("us-east-1", api, &["api.example.com"]));
        stage.sandbox.inject(Fault { matches: Match::Mutating, nth, count: 0, kind: kind.clone() });
        stage.run(&stage.plan_with(&text, &adopt).expect("a plan").plan);
        stage.sandbox.clear_faults();
        stage.apply_with(&text, &adopt);
        assert_eq!(stage.arn(&text, "certificate/api"), api);
        assert_eq!(acm(&stage).len(), 1);
    }
}

#[test]
fn no_key_is_in_what_is_told_of_an_import_that_fails() {
    let pair = pki::pair(&["corp.example.com"], 90);
    put("corp", &pair);
    let certificates =
        format!("  corp: {{ import: {} }}\n  old: {{ iam: {} }}", files("corp"), files("corp"));
    let text = spec(&certificates, "corp, old");
    for operation in ["ImportCertificate", "UploadServerCertificate"] {
        for kind in [
            FaultKind::Fail { code: "Refused".to_owned(), status: 400, message: "injected".to_owned() },
            FaultKind::DropBefore,
        ] {
            let stage = staged();
            let matches = Match::Operation(operation.to_owned());
            stage.sandbox.inject(Fault { matches, nth: 1, count: 0, kind });
            let plan = stage.plan(&text);
            let outcome = stage.run(&plan);
            assert!(matches!(outcome, Outcome::Incomplete(_)), "{outcome:?}");
            let told = format!("{plan:?} {outcome:#?} {:?}", stage.sandbox.calls());
            assert!(told.contains(operation), "{told}");
            let secret = pair.key.lines().filter(|line| !line.starts_with('-'));
            secret.for_each(|line| assert!(!told.contains(line), "a line of the key is in: {told}"));
        }
    }
}

#[test]
fn what_may_not_be_known_of_a_certificate_of_others_is_said() {
    use crate::support::desired;
    for (arn, operation) in [
        ("arn:aws:acm:us-east-1:000000000000:certificate/1a", "acm:DescribeCertificate"),
        ("arn:aws:iam::000000000000:server-certificate/c", "iam:GetServerCertificate"),
    ] {
        let stage = staged();
        let (_, name) = operation.split_once(':').expect("a service");
        let kind = FaultKind::Fail { code: "AccessDenied".to_owned(), status: 403, message: "no".to_owned() };
        let matches = Match::Operation(name.to_owned());
        stage.sandbox.inject(Fault { matches, nth: 1, count: 0, kind });
        let (wanted, sources) = desired(&spec(&format!("  ext: {{ use: \"{arn}\" }}"), "ext"));
        let (planned, live) = stage.try_plan(&wanted, &sources, &Default::default()).expect("a plan");
        let notes = live.notes.join(" ");
        assert!(
            notes.contains(&format!("{operation} is denied: whether {arn} is there and issued")),
            "{notes}"
        );
        stage.complete(&planned.plan);
    }
}
