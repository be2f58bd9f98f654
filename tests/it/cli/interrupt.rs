//! Ctrl-C: once to stop after what is in flight, twice to stop at once.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};

use super::serve::Endpoint;
use super::{Ran, Shell, snapshot};

const SPEC: &str = "\
version: 1
stack: slow
region: us-east-1
vpc: vpc-0a1b2c3d
load_balancer:
  scheme: internal
  subnets: [subnet-0aaa1111, subnet-0bbb2222]
  security_groups: [sg-0a1b2c3d]
target_groups:
  web: { port: 80 }
listeners:
  http:
    port: 80
    default: { forward: web }
    rules:
      - { name: api, when: { path: /api }, then: { forward: web } }
";

/// A running albctl whose stderr is read line by line.
struct Running {
    line: String,
    child: Child,
    stderr: BufReader<ChildStderr>,
    seen: Vec<u8>,
}

impl Running {
    fn start(shell: &Shell, line: &str) -> Self {
        let mut command = shell.command(line);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("albctl starts");
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        Self { line: line.to_owned(), child, stderr, seen: Vec::new() }
    }

    /// Reads stderr up to a line with this text.
    fn until(&mut self, text: &str) {
        loop {
            let begin = self.seen.len();
            let read = self.stderr.read_until(b'\n', &mut self.seen).expect("a pipe");
            let all = || String::from_utf8_lossy(&self.seen).into_owned();
            assert!(read > 0, "albctl ended without `{text}`: {}", all());
            if String::from_utf8_lossy(&self.seen[begin..]).contains(text) {
                return;
            }
        }
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status().expect("kill runs");
        assert!(sent.success());
    }

    fn end(mut self, shell: &Shell) -> Ran {
        self.stderr.read_to_end(&mut self.seen).expect("a pipe");
        let output = self.child.wait_with_output().expect("albctl ends");
        shell.ran(&self.line, &output.stdout, &self.seen, output.status.code())
    }
}

fn shell() -> Shell {
    Shell::with(&[("slow.yaml", SPEC)]).for_endpoint()
}

#[test]
fn the_first_interrupt_ends_a_wait_and_says_how_to_go_on() {
    let (shell, endpoint) = (shell(), Endpoint::start());
    let line = format!("--endpoint-url {} apply slow.yaml --yes --parallelism 1", endpoint.url);
    for signal in ["INT", "TERM"] {
        endpoint.sandbox.edit(|state| state.regions.clear());
        let mut running = Running::start(&shell, &line);
        // The last step but the wait: from here on nothing else happens.
        running.until("tag albctl:applied");
        running.signal(signal);
        let ran = running.end(&shell).exits(130);
        snapshot!("interrupt_first", without_the_wait(&ran));
    }
    let next = shell.run(&line.replace("--yes", "--yes --wait none")).exits(0);
    assert!(next.stdout.contains("No changes"), "all was there but the wait: {next}");
}

/// The line about the wait comes before or after those of the calls: the server is another thread.
fn without_the_wait(ran: &Ran) -> String {
    let lines = ran.stderr.lines().filter(|line| !line.contains("wait     active"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_second_interrupt_gives_up_what_is_in_flight() {
    let (shell, endpoint) = (shell(), Endpoint::start());
    endpoint.stall("CreateListener");
    let line = format!("--endpoint-url {} apply slow.yaml --yes --parallelism 1 --wait none", endpoint.url);
    let mut running = Running::start(&shell, &line);
    endpoint.until_called("CreateListener");
    running.signal("INT");
    running.until("stopping: no new step starts");
    running.signal("INT");
    let ran = running.end(&shell).exits(130);
    snapshot!("interrupt_second", ran.stderr);
    endpoint.sandbox.clear_faults();
    // Whether the call took effect is found out by the next apply.
    shell.run(&line).exits(0);
    let plan = shell.run(&format!("--endpoint-url {} plan slow.yaml --exit-code", endpoint.url)).exits(0);
    assert!(plan.stdout.contains("No changes"), "{plan}");
}

#[test]
fn a_plan_ends_quietly() {
    let (shell, endpoint) = (shell(), Endpoint::start());
    endpoint.stall("DescribeLoadBalancers");
    let line = format!("--endpoint-url {} plan slow.yaml", endpoint.url);
    let running = Running::start(&shell, &line);
    endpoint.until_called("DescribeLoadBalancers");
    running.signal("INT");
    let ran = running.end(&shell).exits(130);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
}

#[test]
fn an_apply_that_has_begun_nothing_says_so() {
    let (shell, endpoint) = (shell(), Endpoint::start());
    endpoint.stall("DescribeTargetGroups");
    let line = format!("--endpoint-url {} apply slow.yaml --yes --parallelism 1", endpoint.url);
    let running = Running::start(&shell, &line);
    endpoint.until_called("DescribeTargetGroups");
    running.signal("INT");
    snapshot!("interrupt_before", running.end(&shell).exits(130).to_string());
}
