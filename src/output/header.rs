//! The first line of every command that touches AWS: which stack, where, as whom.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::style::{Line, Look, Role};
use super::text::{caller, count, took, visible};

/// A shorter pause for the rate limiter is not worth a line.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// Columns before what stands at the right edge.
const GAP: usize = 2;

/// What is talked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// AWS itself.
    Aws,
    /// Another endpoint.
    Endpoint(String),
    /// The control plane inside the process.
    Sandbox,
}

impl Where {
    /// `AWS`, the endpoint's URL, `the sandbox`.
    pub fn name(&self) -> &str {
        match self {
            Where::Aws => "AWS",
            Where::Endpoint(url) => url,
            Where::Sandbox => "the sandbox",
        }
    }
}

/// What was read so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadCount {
    /// How many calls.
    pub calls: usize,
    /// One after the other.
    pub rounds: usize,
    /// How many of each operation.
    pub by_operation: BTreeMap<String, usize>,
    /// From the first to the last.
    pub elapsed: Duration,
    /// The longest time that a call waited for the rate limiter.
    pub limited: Duration,
}

/// Which stack, where, as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The stack; empty where the command is about a region.
    pub stack: String,
    /// What is talked to.
    pub place: Where,
    /// 12 digits.
    pub account: String,
    /// The AWS region.
    pub region: String,
    /// The caller's ARN.
    pub caller: String,
    /// What was read.
    pub reads: ReadCount,
}

impl Header {
    /// `in account 123456789012`, `in the sandbox`.
    pub fn in_place(&self) -> String {
        match &self.place {
            Where::Aws => format!("in account {}", visible(&self.account)),
            Where::Endpoint(url) => format!("in account {} at {}", visible(&self.account), visible(url)),
            Where::Sandbox => "in the sandbox".to_owned(),
        }
    }

    /// The line, and with `-v` the caller's ARN and the calls.
    pub fn render(&self, look: Look) -> String {
        let stack = visible(&self.stack);
        let region = visible(&self.region);
        let line = match &self.place {
            Where::Aws => self.account_line(look, &stack, &region),
            Where::Endpoint(url) => {
                self.account_line(look, &stack, &region).add(Role::Plain, &format!("  at {}", visible(url)))
            }
            Where::Sandbox => {
                let line = Line::new(look).add(Role::Attention, "SANDBOX").add(Role::Plain, "  ");
                named(line, &stack).add(Role::Plain, &region)
            }
        };
        let (mut text, read) = (String::new(), self.read());
        let line = match line.room() >= read.len() + GAP {
            true => line.right(Role::Margin, &read),
            false => line.flow(&[(Role::Margin, "", &read)], 4, &mut text),
        };
        text.push_str(&line.finish());
        text.push('\n');
        if self.reads.limited >= WORTH_TELLING {
            let limited = took(self.reads.limited);
            text.push_str(&format!(
                "    waited up to {limited} so as not to use up the account's rate limits\n"
            ));
        }
        if look.verbose {
            text.push_str(&format!("    caller {}\n", visible(&self.caller)));
            for (operation, calls) in &self.reads.by_operation {
                text.push_str(&format!("    read   {calls:>3} {operation}\n"));
            }
        }
        text
    }

    fn account_line(&self, look: Look, stack: &str, region: &str) -> Line {
        let rest = format!("account {}  {region}  as {}", visible(&self.account), caller(&self.caller));
        named(Line::new(look), stack).add(Role::Plain, &rest)
    }

    fn read(&self) -> String {
        let seconds = self.reads.elapsed.as_secs_f64();
        let time = match self.place {
            Where::Sandbox => format!("{seconds:.2}s"),
            Where::Aws | Where::Endpoint(_) => format!("{seconds:.1}s"),
        };
        format!("read: {}, {time}", count(self.reads.calls, "call"))
    }

    /// The same facts for programs, as the beginning of an answer.
    pub fn to_json(&self) -> Value {
        let endpoint = match &self.place {
            Where::Endpoint(url) => Some(url),
            Where::Aws | Where::Sandbox => None,
        };
        json!({
            "format_version": super::plan_json::FORMAT_VERSION,
            "stack": self.stack,
            "account": self.account,
            "region": self.region,
            "caller": self.caller,
            "sandbox": self.place == Where::Sandbox,
            "endpoint": endpoint,
            "reads": {
                "calls": self.reads.calls,
                "rounds": self.reads.rounds,
                "by_operation": self.reads.by_operation,
                "seconds": self.reads.elapsed.as_secs_f64(),
                "limited_seconds": self.reads.limited.as_secs_f64(),
            },
        })
    }
}

/// The stack, where there is one, and the gap after it.
fn named(line: Line, stack: &str) -> Line {
    if stack.is_empty() { line } else { line.add(Role::Identity, stack).add(Role::Plain, "  ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::fixtures;

    #[test]
    fn the_first_line_says_where() {
        let header = fixtures::header(Where::Aws);
        assert_eq!(
            header.render(Look::PLAIN),
            "shop-prod  account 123456789012  us-east-1  as ci-deploy                        read: 12 calls, 0.3s\n"
        );
        let sandbox = Header { stack: "quickstart".to_owned(), ..fixtures::header(Where::Sandbox) };
        assert_eq!(
            sandbox.render(Look::PLAIN),
            "SANDBOX  quickstart  us-east-1                                                 read: 12 calls, 0.30s\n"
        );
        let other = fixtures::header(Where::Endpoint("http://127.0.0.1:5000".to_owned()));
        assert!(
            other.render(Look::PLAIN).contains("as ci-deploy  at http://127.0.0.1:5000\n    read: 12 calls")
        );
    }

    #[test]
    fn verbose_adds_the_caller_and_the_calls() {
        let text = fixtures::header(Where::Aws).render(Look { verbose: true, ..Look::PLAIN });
        let rest: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(
            rest,
            [
                "    caller arn:aws:sts::123456789012:assumed-role/ci-deploy/gh-8841",
                "    read     1 DescribeLoadBalancers",
            ]
        );
    }
}
