//! `albctl list` on load balancers that albctl did not make.

use albctl_sandbox::{Fault, FaultKind, Match};

use super::serve::Endpoint;
use super::{Shell, snapshot};
use crate::region;

/// A machine with a region of four load balancers.
fn shell() -> Shell {
    let shell = Shell::with(&[]);
    shell.edit(|state| *state = region::mixed().sandbox.snapshot());
    shell
}

#[test]
fn a_region_on_one_screen() {
    let lines = ["--sandbox list", "--sandbox list -v", "--sandbox list -q"];
    snapshot!("list", shell().session(&lines));
    snapshot!("list_json", shell().run("--sandbox list --output json").exits(0).to_string());
}

#[test]
fn a_narrow_screen_is_enough() {
    let shell = shell().env("COLUMNS", "80");
    let told = shell.run("--sandbox list").exits(0);
    assert!(told.stdout.lines().all(|line| line.chars().count() <= 80), "{told}");
    snapshot!("list_narrow", told.to_string());
}

#[test]
fn what_needs_attention_stands_out() {
    let shell = shell();
    let colored = shell.run("--sandbox list --color always").exits(0).stdout;
    assert!(colored.contains("\u{1b}[1m\u{1b}[33m!\u{1b}[0m"), "{colored}");
    // Later the certificates have ended that nothing renews, and targets are unhealthy.
    shell.edit(|state| {
        state["now"] = (state["now"].as_u64().expect("a time") + 190 * 86_400_000).into();
        state["target_health"] = serde_json::json!({
            "10.0.0.1": {"unhealthy": {"reason": "Target.Timeout"}},
            "10.0.0.4": {"unhealthy": {"reason": "Target.ResponseCodeMismatch"}},
        });
    });
    snapshot!("list_attention", shell.run("--sandbox list").exits(0).to_string());
}

#[test]
fn an_empty_region_is_said_so() {
    let shell = shell();
    let lines = ["--sandbox list --region eu-west-1", "--sandbox list --region eu-west-1 --output json"];
    snapshot!("list_empty", shell.session(&lines));
}

#[test]
fn what_is_denied_and_what_cannot_be_read_at_all() {
    let (shell, endpoint) = (Shell::with(&[]).for_endpoint(), Endpoint::start());
    endpoint.sandbox.restore(region::mixed().sandbox.snapshot()).expect("a state");
    let at = format!("--endpoint-url {} --region us-east-1", endpoint.url);
    let denied = |operation: &str| {
        let kind =
            FaultKind::Fail { code: "AccessDenied".into(), status: 403, message: "not allowed".into() };
        endpoint.sandbox.inject(Fault {
            matches: Match::Operation(operation.into()),
            nth: 1,
            count: 0,
            kind,
        });
    };
    denied("DescribeCertificate");
    denied("DescribeTags");
    let told = shell.run(&format!("{at} list")).exits(0);
    assert!(told.stdout.contains("! certificates are not known: DescribeCertificate is denied"), "{told}");
    assert!(told.stdout.contains("! owners are not known: DescribeTags is denied"), "{told}");
    let web = told.stdout.lines().find(|line| line.contains(" web ")).unwrap_or_default();
    assert!(web.ends_with("  ?"), "{told}");
    denied("DescribeLoadBalancers");
    snapshot!("list_denied", shell.run(&format!("{at} list")).exits(1).to_string());
}
