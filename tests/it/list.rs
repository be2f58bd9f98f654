//! What `albctl list` reads: how many calls, and what becomes of those that are denied or throttled.

use std::collections::BTreeMap;

use albctl::aws::{Reads, survey};
use albctl::exec::{ErrorKind, ServiceError};
use albctl::kinds::load_balancer::model::Scheme;
use albctl::model::survey::Survey;
use albctl::output::list::{Known, Row, rows};
use albctl_sandbox::{Fault, FaultKind, Match};

use crate::region::{self, CERTIFICATE, OTHER, mixed};
use crate::support::Stage;

fn read(stage: &Stage) -> Result<(Survey, Reads), ServiceError> {
    stage.runtime.block_on(survey(&stage.clients, &stage.clock, &stage.limiter, 16))
}

fn fault(stage: &Stage, operation: &str, count: usize, kind: FaultKind) {
    stage.sandbox.inject(Fault { matches: Match::Operation(operation.to_owned()), nth: 1, count, kind });
}

fn fail(code: &str) -> FaultKind {
    FaultKind::Fail { code: code.to_owned(), status: 400, message: "no".to_owned() }
}

fn counts(stage: &Stage) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for call in stage.sandbox.calls() {
        *counts.entry(call.operation).or_default() += 1;
    }
    stage.sandbox.clear_calls();
    counts
}

fn row(survey: &Survey, name: &str) -> Row {
    let all = rows(survey);
    all.into_iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn a_region_is_read_in_four_rounds_and_nothing_twice() {
    let stage = mixed();
    let (survey, reads) = read(&stage).expect("it can be read");
    let expected = [
        ("DescribeCertificate", 2),
        ("DescribeListenerCertificates", 2),
        ("DescribeListeners", 4),
        ("DescribeLoadBalancers", 1),
        ("DescribeTags", 1),
        ("DescribeTargetGroups", 1),
        ("DescribeTargetHealth", 4),
        ("GetCallerIdentity", 1),
    ];
    let expected = expected.map(|(operation, calls)| (operation.to_owned(), calls));
    assert_eq!(
        counts(&stage),
        BTreeMap::from(expected.clone()),
        "the group on no load balancer is not asked for"
    );
    assert_eq!(reads.by_operation, BTreeMap::from(expected));
    assert_eq!((reads.calls, reads.rounds), (16, 4));
    let names: Vec<&str> = survey.balancers.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["by-hand", "k8s-shop-api-0123456789", "shop", "web"], "by name");
    assert_eq!(survey.certificates.keys().collect::<Vec<_>>(), [CERTIFICATE, OTHER]);
    let web = row(&survey, "web");
    assert_eq!((web.health, web.problems), (Known::All(Some((3, 3))), vec![]));
    assert_eq!(row(&survey, "by-hand").problems, ["empty has no targets"]);
    assert_eq!(row(&survey, "shop").problems, ["has no listener"]);
}

#[test]
fn an_empty_region_is_read_in_one_round() {
    let stage = Stage::new();
    let (survey, reads) = read(&stage).expect("it can be read");
    assert_eq!((reads.calls, reads.rounds), (3, 1));
    assert!(survey.balancers.is_empty() && survey.notes.is_empty());
}

#[test]
fn a_region_with_more_than_a_page() {
    let stage = mixed();
    let mut state = stage.sandbox.snapshot();
    let all = state["regions"]["us-east-1"]["load_balancers"].as_object_mut().expect("load balancers");
    let (arn, one) = all.iter().next().map(|(arn, one)| (arn.clone(), one.clone())).expect("one");
    for number in 0..400 {
        let mut one = one.clone();
        one["name"] = format!("more-{number:03}").into();
        all.insert(format!("{}{number:016x}", &arn[..arn.len() - 16]), one);
    }
    stage.sandbox.restore(state).expect("a state");
    let (survey, reads) = read(&stage).expect("it can be read");
    assert_eq!(survey.balancers.len(), 404);
    let calls = |operation: &str| reads.by_operation[operation];
    assert_eq!(
        [calls("DescribeLoadBalancers"), calls("DescribeTags"), calls("DescribeListeners")],
        [2, 21, 404]
    );
}

#[test]
fn what_is_denied_is_noted_once_and_the_rest_is_told() {
    let notes = [
        ("DescribeTargetGroups", "targets are not known: DescribeTargetGroups is denied"),
        ("DescribeTags", "owners are not known: DescribeTags is denied"),
        ("DescribeListeners", "listeners are not known: DescribeListeners is denied"),
        ("DescribeTargetHealth", "the health of targets is not known: DescribeTargetHealth is denied"),
        (
            "DescribeListenerCertificates",
            "certificates beside the default ones are not known: DescribeListenerCertificates is denied",
        ),
        ("DescribeCertificate", "certificates are not known: DescribeCertificate is denied"),
    ];
    for (operation, note) in notes {
        let stage = mixed();
        fault(&stage, operation, 0, fail("AccessDenied"));
        let (survey, _) = read(&stage).expect("the rest can be read");
        assert_eq!(survey.notes, [note]);
        let web = row(&survey, "web");
        let known = (
            web.owner.value().is_some(),
            web.listeners.value().is_some(),
            web.health.value().is_some(),
            matches!(web.days, Known::All(_)),
            matches!(web.days, Known::Nothing),
        );
        let expected = match operation {
            "DescribeTargetGroups" | "DescribeTargetHealth" => (true, true, false, true, false),
            "DescribeTags" => (false, true, true, true, false),
            "DescribeListeners" => (true, false, true, false, true),
            "DescribeListenerCertificates" => (true, true, true, false, false),
            _ => (true, true, true, false, true),
        };
        assert_eq!(known, expected, "{operation}");
        assert!(web.problems.is_empty(), "what is not known is no problem: {:?}", web.problems);
    }
    let stage = mixed();
    fault(&stage, "DescribeLoadBalancers", 0, fail("AccessDenied"));
    assert_eq!(read(&stage).expect_err("there is nothing to tell").kind, ErrorKind::Denied);
}

#[test]
fn what_is_throttled_is_asked_again() {
    let stage = mixed();
    let (expected, _) = read(&stage).expect("it can be read");
    stage.sandbox.clear_calls();
    fault(&stage, "DescribeTargetHealth", 3, FaultKind::Throttle);
    let (survey, reads) = read(&stage).expect("it can be read in the end");
    assert_eq!(Survey { now: expected.now, ..survey }, expected);
    assert_eq!(counts(&stage)["DescribeTargetHealth"], 7);
    assert_eq!(reads.by_operation["DescribeTargetHealth"], 7, "attempts are counted");
    fault(&stage, "DescribeListeners", 0, FaultKind::Throttle);
    assert_eq!(read(&stage).expect_err("it never answers").kind, ErrorKind::Throttled);
}

#[test]
fn what_goes_in_between_is_left_out() {
    let stage = mixed();
    fault(&stage, "DescribeListeners", 1, fail("LoadBalancerNotFound"));
    fault(&stage, "DescribeTargetHealth", 0, fail("TargetGroupNotFound"));
    let (survey, _) = read(&stage).expect("it can be read");
    assert_eq!(survey.balancers.len(), 3);
    assert!(survey.balancers.iter().all(|one| one.groups.as_ref().is_some_and(Vec::is_empty)));
    let stage = mixed();
    fault(&stage, "DescribeCertificate", 0, fail("ResourceNotFoundException"));
    let (survey, _) = read(&stage).expect("it can be read");
    let gone = format!("its certificate {CERTIFICATE} is gone");
    assert_eq!(row(&survey, "k8s-shop-api-0123456789").problems, [gone]);
}

#[test]
fn certificates_of_iam_are_read_there() {
    let stage = Stage::new();
    let balancer = region::balancer(&stage, "tls", Scheme::Internal, &[]);
    let group = region::group(&stage, "web", &["10.0.0.1"]);
    let certificate = "arn:aws:iam::000000000000:server-certificate/c";
    region::listener(&stage, &balancer, 443, &[certificate], &group);
    stage.sandbox.clear_calls();
    let (survey, reads) = read(&stage).expect("it can be read");
    assert_eq!(reads.by_operation["GetServerCertificate"], 1);
    assert!(!reads.by_operation.contains_key("DescribeCertificate"));
    assert!(matches!(row(&survey, "tls").days, Known::All(Some(1..))), "{:?}", row(&survey, "tls").days);
    fault(&stage, "GetServerCertificate", 0, fail("AccessDenied"));
    let (survey, _) = read(&stage).expect("the rest can be read");
    assert_eq!(survey.notes, ["certificates are not known: GetServerCertificate is denied"]);
    assert_eq!(row(&survey, "tls").days, Known::Nothing);
}
