//! The commands on targets where calls are counted, denied, throttled, or come too late.

use albctl_sandbox::{Fault, FaultKind, Match};

use super::crew::{Crew, FIRST};
use crate::cli::serve::Endpoint;
use crate::cli::{Ran, Shell};

fn run(endpoint: &Endpoint, line: &str) -> Ran {
    let shell = Shell::with(&[]).for_endpoint();
    shell.run(&format!("--endpoint-url {} --region us-east-1 {line}", endpoint.url))
}

fn fail(endpoint: &Endpoint, operation: &str, code: &str, count: usize, nth: usize) {
    let kind = match code {
        "Throttling" => FaultKind::Throttle,
        code => FaultKind::Fail { code: code.to_owned(), status: 403, message: "injected".to_owned() },
    };
    endpoint.sandbox.inject(Fault { matches: Match::Operation(operation.to_owned()), nth, count, kind });
}

fn calls(endpoint: &Endpoint) -> Vec<String> {
    endpoint.sandbox.calls().into_iter().map(|call| call.operation).collect()
}

#[test]
fn each_writes_once_and_reads_back_only_the_targets() {
    for (line, write) in [
        (format!("targets remove legacy-orders {FIRST} --yes"), "DeregisterTargets"),
        ("targets add legacy-orders i-0c --yes".to_owned(), "RegisterTargets"),
        ("health set legacy-orders --path /up --yes".to_owned(), "ModifyTargetGroup"),
    ] {
        let endpoint = Crew::new().endpoint();
        run(&endpoint, &line).exits(0);
        let calls = calls(&endpoint);
        assert_eq!(calls.iter().filter(|call| *call == write).count(), 1, "{line}: {calls:?}");
        let back = if write == "ModifyTargetGroup" { "DescribeTargetGroups" } else { "DescribeTargetHealth" };
        assert_eq!(calls.last().map(String::as_str), Some(back), "{line}: {calls:?}");
        let at = calls.iter().position(|call| call == write).expect("it is written");
        assert_eq!(calls.len(), at + 2, "{line}: {calls:?}");
    }
}

#[test]
fn a_dry_run_and_looking_write_nothing() {
    let endpoint = Crew::new().endpoint();
    for line in [
        "targets list legacy-orders",
        "targets add legacy-orders i-0c --dry-run",
        &format!("targets drain legacy-orders {FIRST} --dry-run"),
        "health legacy",
        "health set legacy-orders --path /up --dry-run",
    ] {
        run(&endpoint, line).exits(0);
    }
    assert!(endpoint.sandbox.calls().iter().all(|call| !call.mutating));
}

/// API: RegisterTargets says what is wrong, and takes for granted that one knows what a zone is for.
#[test]
fn a_refusal_about_the_vpc_is_explained() {
    for (message, hint) in [
        (
            "The Availability Zone is required for IP address '10.9.0.7' because it is not in the VPC",
            "10.9.0.7@all",
        ),
        (
            "You must specify a valid Availability Zone or select 'all' for all enabled Availability zones, since the \
             IP address '10.9.0.7' is outside the VPC",
            "needs the zone `all`",
        ),
        (
            "The IP address '10.9.0.7' is within the VPC, and cannot have its Availability Zone overridden to 'all' \
             from 'us-east-1b'",
            "leave it away",
        ),
    ] {
        let endpoint = Crew::new().endpoint();
        let kind =
            FaultKind::Fail { code: "ValidationError".to_owned(), status: 400, message: message.to_owned() };
        let matches = Match::Operation("RegisterTargets".to_owned());
        endpoint.sandbox.inject(Fault { matches, nth: 1, count: 0, kind });
        let ran = run(&endpoint, "targets add legacy-users 10.9.0.7 --yes").exits(1);
        assert!(ran.stderr.contains(hint), "{ran}");
        assert!(ran.stderr.contains("Nothing was changed."), "{ran}");
    }
}

#[test]
fn a_denied_call_is_told_and_nothing_was_changed() {
    let endpoint = Crew::new().endpoint();
    fail(&endpoint, "DeregisterTargets", "AccessDenied", 0, 1);
    let ran = run(&endpoint, &format!("targets drain legacy-orders {FIRST} --yes")).exits(1);
    assert!(ran.stderr.contains("elasticloadbalancing:DeregisterTargets"), "{ran}");
    assert!(ran.stderr.contains("Nothing was changed."), "{ran}");
    fail(&endpoint, "DescribeTargetHealth", "AccessDenied", 0, 1);
    let ran = run(&endpoint, "health legacy").exits(1);
    assert!(ran.stderr.contains("elasticloadbalancing:DescribeTargetHealth"), "{ran}");
}

#[test]
fn a_throttled_call_is_made_again() {
    let endpoint = Crew::new().endpoint();
    fail(&endpoint, "DescribeTargetHealth", "Throttling", 1, 1);
    fail(&endpoint, "DeregisterTargets", "Throttling", 1, 1);
    run(&endpoint, &format!("targets remove legacy-orders {FIRST} --yes")).exits(0);
    assert_eq!(endpoint.sandbox.faults_hit(), 2);
}

#[test]
fn a_group_that_is_deleted_meanwhile_is_told() {
    let endpoint = Crew::new().endpoint();
    // The first look finds it, the second one does not.
    fail(&endpoint, "DescribeTargetHealth", "TargetGroupNotFound", 0, 2);
    let ran = run(&endpoint, "health legacy-orders --wait").exits(1);
    assert!(
        ran.stderr.contains("error[not-found]: target group `legacy-orders` was deleted meanwhile"),
        "{ran}"
    );
    endpoint.sandbox.clear_faults();
    fail(&endpoint, "DescribeTargetHealth", "TargetGroupNotFound", 0, 1);
    let ran = run(&endpoint, "targets add legacy-orders i-0c --yes");
    assert_ne!(ran.code, Some(0), "{ran}");
    assert!(calls(&endpoint).iter().all(|call| call != "RegisterTargets"), "{ran}");
}
