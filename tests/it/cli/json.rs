//! Answers for programs: one document on stdout, nothing on stderr, whatever happens.

use super::plans::changed;
use super::{Ran, Shell, snapshot};

/// The one document, and nothing else.
fn document(ran: &Ran) -> String {
    assert_eq!(ran.stderr, "", "{ran}");
    let answer = ran.json();
    assert_eq!(answer["format_version"], 1, "{ran}");
    if ran.code != Some(0) && ran.code != Some(3) {
        assert_eq!(answer["exit_code"].as_i64(), ran.code.map(i64::from), "{ran}");
        assert!(answer["error"]["message"].is_string(), "{ran}");
    }
    ran.to_string()
}

fn told(name: &str, shell: &Shell, line: &str, code: i32) {
    snapshot!(format!("json_{name}"), document(&shell.run(&format!("{line} --output json")).exits(code)));
}

#[test]
fn plan_apply_destroy() {
    let shell = Shell::new();
    let spec = "specs/quickstart.yaml";
    told("plan", &shell, &format!("--sandbox plan {spec} --exit-code"), 3);
    told("apply", &shell, &format!("--sandbox apply {spec} --yes"), 0);
    told("unchanged", &shell, &format!("--sandbox apply {spec} --yes"), 0);
    told("plan_unchanged", &shell, &format!("--sandbox plan {spec} --exit-code"), 0);
    told("destroy", &shell, &format!("--sandbox destroy {spec} --yes"), 0);
    told("destroy_twice", &shell, &format!("--sandbox destroy {spec} --yes"), 0);
}

#[test]
fn changes() {
    told("plan_later", &changed(), "--sandbox plan web.yaml", 0);
}

#[test]
fn errors() {
    let shell = Shell::new();
    told("validate", &shell, "validate specs/canary.yaml specs/environments/prod.yaml", 0);
    told("invalid", &shell, "validate specs/canary.yaml tests/bad/unknown-key-nested.yaml", 4);
    told("invalid_plan", &shell, "--sandbox plan tests/bad/dangling-group.yaml", 4);
    told("not_confirmed", &shell, "--sandbox apply specs/canary.yaml", 2);
    told("missing", &shell, "--sandbox plan nothing.yaml", 4);
    told("no_credentials", &shell, "plan specs/canary.yaml --endpoint-url http://127.0.0.1:1", 1);
}

#[test]
fn several_stacks_are_one_document() {
    let shell = Shell::with(&[("a.yaml", &spec("a")), ("b.yaml", &spec("b"))]);
    told("several", &shell, "--sandbox plan a.yaml b.yaml", 0);
    told("several_applied", &shell, "--sandbox apply a.yaml b.yaml --yes", 0);
}

fn spec(stack: &str) -> String {
    format!(
        "version: 1\nstack: {stack}\nregion: us-east-1\nvpc: vpc-0a1b2c3d\nload_balancer:\n  scheme: internal\n  \
         subnets: [subnet-0aaa1111, subnet-0bbb2222]\n  security_groups: [sg-0a1b2c3d]\n"
    )
}

#[test]
fn a_command_line_that_cannot_be_read_is_told_as_json_too() {
    let shell = Shell::new();
    for line in ["--output json statsu", "status --output=json --no-such-option", "weights set --output json"]
    {
        let ran = shell.run(line).exits(2);
        let answer = ran.json();
        assert_eq!((&answer["exit_code"], &answer["error"]["code"]), (&2.into(), &"usage".into()), "{ran}");
        let message = answer["error"]["message"].as_str().expect("a message");
        assert!(ran.stderr.contains("error: ") && !message.is_empty() && !message.contains('\n'), "{ran}");
        assert!(ran.stderr.contains("Usage: albctl"), "{ran}");
    }
    let ran = shell.run("statsu").exits(2);
    assert_eq!(ran.stdout, "");
    let ran = shell.run("status --output json --help").exits(0);
    assert!(ran.stdout.starts_with("Show what is live"), "{ran}");
}
