//! `health` as people run it: once, watching, waiting.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::crew::{Crew, FIRST, SECOND};
use crate::cli::{Shell, snapshot};

const SPEC: &str = "\
version: 1
stack: legacy
region: us-east-1
vpc: vpc-0a
load_balancer:
  name: legacy
  scheme: internet-facing
  subnets: [subnet-0aaa1111, subnet-0bbb2222]
  security_groups: [sg-0ccc3333]
target_groups:
  users: { target_type: ip, port: 3000 }
  orders: { port: 8080 }
  idle: { target_type: ip, port: 3000 }
listeners:
  http:
    port: 80
    default: { forward: users }
    rules: [ { name: orders, when: { path: /orders* }, then: { forward: orders } } ]
";

/// In a folder with a spec of the load balancer.
fn with_spec(crew: &Crew) -> Shell {
    let shell = Shell::with(&[("prod.yaml", SPEC)]);
    crew.into(&shell);
    shell
}

#[test]
fn every_reason_has_its_words_and_where_to_look() {
    let crew = Crew::new();
    let reasons = [
        ("initial", "Elb.RegistrationInProgress", ""),
        ("initial", "Elb.InitialHealthChecking", ""),
        ("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500, 503]"),
        ("unhealthy", "Target.ResponseCodeMismatch", ""),
        ("unhealthy", "Target.Timeout", "Request timed out"),
        ("unhealthy", "Target.FailedHealthChecks", "Health checks failed"),
        ("unhealthy", "Elb.InternalError", ""),
        ("unused", "Target.NotInUse", ""),
        ("unused", "Target.InvalidState", "Target is in the stopped state"),
        ("unused", "Target.IpUnusable", ""),
        ("unavailable", "Target.HealthCheckDisabled", ""),
        ("unhealthy.draining", "Target.Tomorrow", "what AWS may say one day"),
        ("unhealthy.draining", "Target.Tomorrow", ""),
    ];
    for (number, (state, reason, description)) in (100..).zip(reasons) {
        let id = format!("10.0.1.{number}");
        crew.register(&crew.users, &[(&id, 3000, Some("us-east-1b"))]);
        crew.says(&id, state, reason, description);
    }
    let shell = crew.shell();
    snapshot!("fix_health_reasons", shell.run("--sandbox health legacy-users").exits(0).to_string());
    let verbose = shell.run("--sandbox -v health legacy-users").exits(0);
    assert!(verbose.stdout.contains("Target.Timeout: Request timed out"), "{verbose}");
}

#[test]
fn where_all_fail_the_check_is_in_doubt_and_where_one_does_the_target() {
    let mut text = String::new();
    for (first, second) in [("Target.Timeout", ""), ("Target.Timeout", "Target.Timeout")] {
        for reason in ["Target.ResponseCodeMismatch", "Target.FailedHealthChecks", "Target.Timeout"] {
            let crew = Crew::new();
            crew.says(FIRST, "unhealthy", if first.is_empty() { first } else { reason }, "");
            if !second.is_empty() {
                crew.says(SECOND, "unhealthy", reason, "");
            }
            text.push_str(&format!("{}\n", crew.shell().run("--sandbox health legacy-orders").exits(0)));
        }
    }
    snapshot!("fix_health_hints", text);
}

#[test]
fn a_load_balancer_a_group_or_a_spec() {
    let crew = Crew::new();
    let shell = with_spec(&crew);
    let all = shell.run("--sandbox health prod.yaml").exits(0);
    snapshot!("fix_health_spec", all.to_string());
    for word in ["legacy", "legacy/80"] {
        let ran = shell.run(&format!("--sandbox health {word}")).exits(0);
        assert!(ran.stdout.contains("All 4 targets of 2 groups are healthy."), "{ran}");
    }
    let json = shell.run("--sandbox health prod.yaml --output json").exits(0).json();
    let keys: Vec<&str> = json["target_groups"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["target_group"].as_str())
        .collect();
    assert_eq!(keys, ["users", "orders", "idle"], "in the order of the spec");
    assert_eq!(json["is_healthy"], false, "one has no targets");
    assert_eq!(json["target_groups"][0]["targets"][0]["zone"], "us-east-1a");
    let quiet = shell.run("--sandbox -q health orders --spec prod.yaml").exits(0);
    assert_eq!(quiet.stdout, "All 2 targets are healthy.\n");
    shell.run("--sandbox health nothing").exits(1);
    shell.run("--sandbox health missing.yaml").exits(4);
    shell.run("--sandbox health").exits(2);
    shell.run("--sandbox health legacy --watch --output json").exits(2);
    shell.run("--sandbox health legacy --watch --wait").exits(2);
    shell.run("--sandbox health legacy --timeout 5m").exits(2);
}

#[test]
fn a_group_of_the_spec_that_is_not_live_is_not_healthy() {
    let crew = Crew::new();
    let shell = with_spec(&crew);
    shell.replace(
        "prod.yaml",
        "  idle: { target_type: ip, port: 3000 }",
        "  gone: { target_type: ip, port: 3000 }",
    );
    let ran = shell.run("--sandbox health prod.yaml").exits(0);
    assert!(ran.stdout.contains("gone                  -     is not live"), "{ran}");
    let ran = shell.run("--sandbox health prod.yaml --wait --timeout 10s").exits(1);
    assert!(ran.stdout.contains("gone          0/0   is not live"), "{ran}");
}

#[test]
fn a_wait_ends_when_all_are_healthy() {
    let crew = Crew::fresh();
    let shell = with_spec(&crew);
    let ran = shell.run("--sandbox health prod.yaml --wait --timeout 5m --allow-empty idle").exits(0);
    snapshot!("fix_health_wait", ran.to_string());
    let json =
        with_spec(&crew).run("--sandbox health prod.yaml --wait --allow-empty legacy-idle --output json");
    let json = json.exits(0).json();
    assert_eq!((&json["is_healthy"], &json["waited_seconds"]), (&true.into(), &60.into()));
}

#[test]
fn a_wait_that_is_in_vain_says_who_and_where_to_look() {
    let crew = Crew::new();
    let codes = "Health checks failed with these codes: [500]";
    crew.says(SECOND, "unhealthy", "Target.ResponseCodeMismatch", codes);
    let shell = with_spec(&crew);
    let ran = shell.run("--sandbox health prod.yaml --wait --timeout 5m --allow-empty idle").exits(1);
    snapshot!("fix_health_wait_in_vain", ran.to_string());
    let empty = shell.run("--sandbox health prod.yaml --wait --timeout 5s").exits(1);
    assert!(empty.stderr.contains("    idle    no targets"), "{empty}");
    let json = shell.run("--sandbox health legacy --wait --timeout 5s --output json").exits(1).json();
    assert_eq!((&json["error"]["code"], &json["exit_code"]), (&"not-healthy".into(), &1.into()));
    let unknown = shell.run("--sandbox health legacy --wait --allow-empty serch").exits(2);
    assert!(unknown.stderr.contains("--allow-empty serch"), "{unknown}");
}

#[cfg(unix)]
#[test]
fn a_watch_tells_what_changes_until_it_is_interrupted() {
    let shell = Crew::fresh().shell();
    let mut command = shell.command("--sandbox health legacy --watch");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("albctl starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut told = Vec::new();
    while told.iter().filter(|line: &&String| line.ends_with("healthy")).count() < 2 {
        told.push(lines.next().expect("it goes on until all is told").expect("a line"));
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-s", "INT", &id]).status().expect("kill runs").success());
    let output = child.wait_with_output().expect("albctl ends");
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let told: Vec<&str> = told.iter().skip(1).map(String::as_str).collect();
    let expected = [
        "0:00  legacy-orders  0/2   i-0a1b2c3d4e5f60718 initial, i-0b2c3d4e5f6071829 initial",
        "0:00  legacy-users   0/2   10.0.1.7 initial, 192.168.4.20 initial",
    ];
    assert_eq!(told[..2], expected);
}
