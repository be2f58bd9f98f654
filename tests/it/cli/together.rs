//! Two processes that apply one stack at the same moment, over one served sandbox.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::{Ran, Shell, population};

const ROUNDS: usize = 3;

/// The rules are lines of the spec's last listener.
fn spec(groups: &str, rules: &[&str]) -> String {
    let rules: String = rules.iter().map(|rule| format!("      - {{ {rule} }}\n")).collect();
    format!(
        "version: 1
stack: race
region: us-east-1
vpc: vpc-0a1b2c3d
load_balancer:
  scheme: internal
  subnets: [subnet-0aaa1111, subnet-0bbb2222]
  security_groups: [sg-0a1b2c3d]
target_groups:
  web: {{ port: 80 }}
{groups}listeners:
  http:
    port: 80
    default: {{ forward: web }}
    rules:
{rules}"
    )
}

const A: &str = "name: a, when: { path: /x/a }, then: { forward: web }";
const B: &str = "name: b, when: { path: \"/x/*\" }, then: { fixed_response: 404 }";
const C: &str = "name: c, when: { path: /c }, then: { redirect: https }";
const NEW: &str = "name: new, when: { path: /x/new }, then: { fixed_response: 503 }";

/// `albctl sandbox serve`.
struct Served {
    child: Child,
    /// Kept, so that the server can go on printing.
    _stdout: BufReader<ChildStdout>,
    url: String,
}

impl Served {
    fn start(shell: &Shell) -> Self {
        let mut command = shell.command("sandbox serve --port 0");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("albctl starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut first = String::new();
        stdout.read_line(&mut first).expect("a pipe");
        let url = first.split_whitespace().last().expect("a URL").to_owned();
        Self { child, _stdout: stdout, url }
    }

    /// Ends it, so that its state is in the file.
    fn end(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", "INT", &pid]).status().expect("kill runs").success());
        assert!(self.child.wait().expect("it ends").success());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // After an assertion that failed; else it has ended already.
        let _ended = self.child.kill();
    }
}

/// Applies both files at once, several times from `before`; then the last one again. What exists at the end.
fn race(before: Option<&str>, one: &str, other: &str) -> [usize; 4] {
    let files = [("before.yaml", before.unwrap_or(one)), ("one.yaml", one), ("other.yaml", other)];
    // Two files of one stack are one file of two branches: they have one name, in two folders.
    let mut populations = Vec::new();
    for round in 0..ROUNDS {
        let shell = Shell::with(&files).for_endpoint();
        let served = Served::start(&shell);
        let line = |verb: &str, file: &str| {
            format!("--endpoint-url {} {verb} {file} --allow mass-deletion --allow new-source", served.url)
        };
        let apply = |file: &str| line("apply", file) + " --yes --wait none";
        if before.is_some() {
            shell.run(&apply("before.yaml")).exits(0);
        }
        let lines = [apply("one.yaml"), apply("other.yaml")];
        let started = lines.clone().map(|line| {
            let mut command = shell.command(&line);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("albctl starts")
        });
        for (line, child) in lines.iter().zip(started) {
            let output = child.wait_with_output().expect("albctl ends");
            ended(&shell.ran(line, &output.stdout, &output.stderr, output.status.code()));
        }
        let last = if round % 2 == 0 { "one.yaml" } else { "other.yaml" };
        shell.run(&apply(last)).exits(0);
        let plan = shell.run(&(line("plan", last) + " --exit-code")).exits(0);
        assert!(plan.stdout.contains("No changes"), "{plan}");
        served.end();
        populations.push(population(&shell.state()));
    }
    populations.dedup();
    assert_eq!(populations.len(), 1, "whoever was first, the same is there: {populations:?}");
    populations[0]
}

/// What it says is what it did, by its exit code and its words.
fn ended(ran: &Ran) {
    match ran.code {
        Some(0) => assert!(ran.stdout.contains("Applied plan") || ran.stdout.contains("No changes"), "{ran}"),
        // Some of it is done, and the rest is named with the reason.
        Some(5) => {
            assert!(ran.stderr.contains("error[") || ran.stderr.contains("refused["), "{ran}");
            assert!(ran.stderr.contains("Applied ") && ran.stderr.contains("Next: albctl"), "{ran}");
            assert!(!ran.stdout.contains("Applied plan"), "{ran}");
        }
        // Nothing is done.
        Some(1 | 6) => assert!(ran.stderr.contains("Nothing was changed."), "{ran}"),
        _ => panic!("{ran}"),
    }
}

#[test]
fn two_processes_create_one_stack() {
    let spec = spec("  api: { port: 81 }\n", &[A, B, C]);
    assert_eq!(race(None, &spec, &spec), [1, 2, 1, 4]);
}

#[test]
fn two_processes_make_the_same_change() {
    let before = spec("", &[A, B]);
    let after = spec("  api: { port: 81 }\n", &[C, NEW, A, B]);
    assert_eq!(race(Some(&before), &after, &after), [1, 2, 1, 5]);
}

#[test]
fn one_process_reorders_rules_while_another_adds_one() {
    let before = spec("", &[A, B, C]);
    let (reordered, inserted) = (spec("", &[C, A, B, NEW]), spec("", &[A, NEW, B, C]));
    assert_eq!(race(Some(&before), &reordered, &inserted), [1, 1, 1, 5]);
}
