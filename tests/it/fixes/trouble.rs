//! The commands that change one thing where calls are denied, throttled, or come too late; and what they read.

use albctl_sandbox::{Fault, FaultKind, Match};

use super::legacy::{Scene, forward};
use crate::cli::serve::Endpoint;
use crate::cli::{Ran, Shell};

struct Case {
    line: &'static str,
    write: &'static str,
    /// What is read before and after the write, by operation.
    reads: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case { line: "redirect enable legacy", write: "ModifyListener", reads: &["DescribeListeners"] },
    Case {
        line: "attr set legacy idle_timeout=2m",
        write: "ModifyLoadBalancerAttributes",
        reads: &["DescribeLoadBalancerAttributes"],
    },
    Case {
        line: "attr set legacy/80 response_headers.server=off",
        write: "ModifyListenerAttributes",
        reads: &["DescribeListenerAttributes"],
    },
    Case {
        line: "attr set legacy-web deregistration_delay=30s",
        write: "ModifyTargetGroupAttributes",
        reads: &["DescribeTargetGroupAttributes"],
    },
    Case {
        line: "logs enable legacy --bucket shop-logs",
        write: "ModifyLoadBalancerAttributes",
        reads: &["DescribeLoadBalancerAttributes"],
    },
];

/// A served load balancer that redirects nothing yet.
fn endpoint() -> Endpoint {
    let scene = Scene::new();
    scene.https(443, forward(&scene.web));
    scene.http(80, forward(&scene.web));
    let endpoint = Endpoint::start();
    endpoint.sandbox.restore(scene.stage.sandbox.snapshot()).expect("a state of this version");
    endpoint
}

fn run(endpoint: &Endpoint, case: &Case) -> Ran {
    let shell = Shell::with(&[]).for_endpoint();
    shell.run(&format!("--endpoint-url {} --region us-east-1 {} --yes", endpoint.url, case.line))
}

fn fault(operation: &str, count: usize, kind: FaultKind) -> Fault {
    Fault { matches: Match::Operation(operation.to_owned()), nth: 1, count, kind }
}

fn fail(code: &str, status: u16) -> FaultKind {
    FaultKind::Fail { code: code.to_owned(), status, message: "injected".to_owned() }
}

#[test]
fn each_writes_once_and_reads_back_only_what_it_wrote() {
    for case in CASES {
        let endpoint = endpoint();
        run(&endpoint, case).exits(0);
        let calls: Vec<String> = endpoint.sandbox.calls().into_iter().map(|call| call.operation).collect();
        let at = calls.iter().position(|call| call == case.write).expect("it is written");
        assert_eq!(calls[at + 1..], *case.reads, "{}", case.line);
        assert!(at <= 13, "{}: {calls:?}", case.line);
    }
}

#[test]
fn what_is_denied_changes_nothing_and_names_the_action() {
    for case in CASES {
        let endpoint = endpoint();
        endpoint.sandbox.inject(fault(case.write, 0, fail("AccessDenied", 403)));
        let ran = run(&endpoint, case).exits(1);
        assert!(ran.stderr.contains(&format!("may not do elasticloadbalancing:{}", case.write)), "{ran}");
        assert!(ran.stderr.contains("Nothing was changed."), "{ran}");
    }
}

#[test]
fn what_is_throttled_once_is_tried_again() {
    for case in CASES {
        let endpoint = endpoint();
        endpoint.sandbox.inject(fault(case.write, 1, FaultKind::Throttle));
        run(&endpoint, case).exits(0);
        assert_eq!(endpoint.sandbox.faults_hit(), 1);
    }
}

#[test]
fn a_listener_that_went_meanwhile_is_told() {
    for case in CASES.iter().filter(|case| case.write.starts_with("ModifyListener")) {
        let endpoint = endpoint();
        endpoint.sandbox.inject(fault(case.write, 0, fail("ListenerNotFound", 400)));
        let ran = run(&endpoint, case).exits(1);
        assert!(ran.stderr.contains("error[ListenerNotFound]"), "{ran}");
    }
}
