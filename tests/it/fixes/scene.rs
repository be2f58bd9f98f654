//! A shop that somebody made by hand, and albctl run on it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::rc::Rc;
use std::time::Duration;

use albctl::cli::args::Cli;
use albctl::cli::context::App;
use albctl::cli::environment::Environment;
use albctl::cli::run_in;
use albctl::kinds::action::{Action, Redirect, Weighted};
use albctl::kinds::load_balancer::model::{IpAddressType, Scheme};
use albctl::kinds::rule::Condition;
use albctl::kinds::{Call, listener, load_balancer, rule};
use albctl::model::world::Tags;
use albctl::output::style::Look;
use albctl::output::ui::{Format, Manner, Stream, Typist, Ui};
use serde_json::Value;

use crate::by_hand;
pub use crate::by_hand::register;
use crate::support::Stage;

/// What one command line came to.
#[derive(Debug)]
pub struct Ran {
    pub out: String,
    pub err: String,
    pub code: u8,
}

impl Ran {
    /// stdout, stderr and the exit code, for snapshots. Times of the sandbox are exact; how long reading took is not.
    pub fn transcript(&self, line: &str) -> String {
        let text = format!("$ albctl {line}\n{}{}", self.out, self.err);
        let text: Vec<String> = text.lines().map(hide_time).collect();
        format!("{}\n[exit {}]\n", text.join("\n").trim_end(), self.code)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

fn hide_time(line: &str) -> String {
    match line.split_once("read: ") {
        Some((head, tail)) => {
            let calls = tail.split(',').next().unwrap_or_default();
            format!("{}  read: {calls}, TIME", head.trim_end())
        }
        None => line.to_owned(),
    }
}

#[derive(Clone, Default)]
struct Buffer(Rc<RefCell<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).expect("text")
    }
}

/// A load balancer with the groups `web-orders` (two healthy addresses), `web-users`, `web-users-canary` (one each) and
/// `web-empty`; an HTTPS listener with rules, an HTTP listener that forwards.
pub struct Scene {
    pub stage: Stage,
    pub balancer: String,
    pub http: String,
    pub https: String,
    pub groups: BTreeMap<&'static str, String>,
    pub rules: BTreeMap<u32, String>,
}

pub const CERTIFICATE: &str = "arn:aws:acm:us-east-1:000000000000:certificate/1a";

pub fn forward(groups: &[(&str, u32)], stickiness: Option<u32>) -> Action<String> {
    let one = |(group, weight): &(&str, u32)| Weighted { group: (*group).to_owned(), weight: *weight };
    Action::Forward { groups: groups.iter().map(one).collect(), stickiness }
}

pub fn fixed(status: u16) -> Action<String> {
    Action::FixedResponse { status, content_type: Some("text/plain".to_owned()), body: None }
}

pub fn to_https() -> Action<String> {
    let https = Redirect { protocol: "HTTPS".to_owned(), port: "443".to_owned(), ..Redirect::identity(301) };
    Action::Redirect(https)
}

/// What sets a group apart.
pub fn group(stage: &Stage, name: &str, port: u16, tags: Tags) -> String {
    by_hand::Group { tags, ..by_hand::Group::quick(name, port) }.make(stage)
}

impl Scene {
    /// Nobody owns it.
    pub fn new() -> Self {
        Self::tagged(&Tags::new())
    }

    /// Every resource has these tags.
    pub fn tagged(tags: &Tags) -> Self {
        let stage = Stage::new();
        let balancer = stage.stranger(&Call::LoadBalancer(load_balancer::Call::CreateLoadBalancer {
            name: "web".to_owned(),
            scheme: Scheme::InternetFacing,
            ip_address_type: IpAddressType::Ipv4,
            subnets: ["subnet-0a", "subnet-0b"].map(str::to_owned).into(),
            security_groups: ["sg-0a".to_owned()].into(),
            tags: tags.clone(),
        }));
        let mut groups = BTreeMap::new();
        for (name, addresses) in [
            ("web-orders", &["10.0.0.1", "10.0.0.2"][..]),
            ("web-users", &["10.0.0.3"][..]),
            ("web-users-canary", &["10.0.0.4"][..]),
            ("web-empty", &[][..]),
        ] {
            let arn = group(&stage, name, 8080, tags.clone());
            if !addresses.is_empty() {
                register(&stage, &arn, addresses, 8080);
            }
            groups.insert(name, arn);
        }
        let of = |name: &str| groups[name].as_str();
        let http = listener_of(&stage, &balancer, 80, forward(&[(of("web-users"), 1)], None), tags);
        let https = listener_of(&stage, &balancer, 443, fixed(404), tags);
        let mut rules = BTreeMap::new();
        for (priority, path, action) in [
            (10, "/orders/*", forward(&[(of("web-orders"), 1)], None)),
            (20, "/users/*", forward(&[(of("web-users"), 95), (of("web-users-canary"), 5)], None)),
            (30, "/search", forward(&[(of("web-empty"), 1)], None)),
        ] {
            let arn = stage.stranger(&Call::Rule(rule::Call::CreateRule {
                listener: https.clone(),
                priority,
                when: vec![Condition::Path([path.to_owned()].into())],
                then: action,
                tags: tags.clone(),
            }));
            rules.insert(priority, arn);
        }
        stage.sandbox.advance(Duration::from_secs(600));
        stage.sandbox.clear_calls();
        Self { stage, balancer, http, https, groups, rules }
    }

    /// Runs a command line.
    pub fn albctl(&self, line: &str) -> Ran {
        self.words(&line.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs a command line with both streams on one screen, in the order in which they are written. Its text and code.
    pub fn screen(&self, line: &str) -> (String, u8) {
        let screen = Buffer::default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let ran = self.run(&words, &screen, &screen, Look::PLAIN.width);
        (screen.text(), ran.code)
    }

    /// Runs a command line whose words may have blanks.
    pub fn words(&self, words: &[&str]) -> Ran {
        let (out, err) = (Buffer::default(), Buffer::default());
        self.run(words, &out, &err, Look::PLAIN.width)
    }

    /// Runs a command line on a screen of so many columns.
    pub fn narrow(&self, line: &str, width: usize) -> Ran {
        let (out, err) = (Buffer::default(), Buffer::default());
        self.run(&line.split_whitespace().collect::<Vec<_>>(), &out, &err, width)
    }

    /// Runs a command line at a terminal where somebody answers the question.
    pub fn asked(&self, line: &str, typist: impl FnMut(&str) -> String + 'static) -> Ran {
        let (out, err) = (Buffer::default(), Buffer::default());
        let words: Vec<&str> = line.split_whitespace().collect();
        self.run_with(&words, &out, &err, Look::PLAIN.width, Some(Box::new(typist)))
    }

    fn run(&self, words: &[&str], out: &Buffer, err: &Buffer, width: usize) -> Ran {
        self.run_with(words, out, err, width, None)
    }

    fn run_with(
        &self,
        words: &[&str],
        out: &Buffer,
        err: &Buffer,
        width: usize,
        typist: Option<Typist>,
    ) -> Ran {
        let all = ["albctl", "--sandbox"].into_iter().chain(words.iter().copied()).map(OsString::from);
        let cli = match Cli::read(all) {
            Ok(cli) => cli,
            Err(error) => return Ran { out: String::new(), err: error.to_string(), code: 2 },
        };
        let look = Look { verbose: cli.global.verbose, width, ..Look::PLAIN };
        let stream = |buffer: &Buffer| Stream::new(Box::new(buffer.clone()), look, false);
        let manner = Manner {
            format: Format::from(cli.global.output),
            quiet: cli.global.quiet,
            can_ask: typist.is_some(),
            utf8: true,
        };
        let ui = Ui::new(stream(out), stream(err), manner);
        let ui = match typist {
            Some(typist) => ui.answered_by(typist),
            None => ui,
        };
        let env = Environment::from_pairs(std::iter::empty());
        let sandbox = std::sync::Arc::clone(&self.stage.sandbox);
        let mut app = App::new(ui, env, cli.global).with_sandbox(sandbox);
        let exit = run_in(&mut app, &cli.command);
        drop(app);
        Ran { out: out.text(), err: err.text(), code: exit.code() }
    }

    /// The operations of the calls since the last look, reads and writes.
    pub fn calls(&self) -> Vec<String> {
        let calls = self.stage.sandbox.calls().into_iter().map(|call| call.operation).collect();
        self.stage.sandbox.clear_calls();
        calls
    }

    /// Only those that write.
    pub fn writes(&self) -> Vec<String> {
        let calls = self.stage.sandbox.calls();
        self.stage.sandbox.clear_calls();
        calls.into_iter().filter(|call| call.mutating).map(|call| call.operation).collect()
    }
}

fn listener_of(stage: &Stage, balancer: &str, port: u16, default: Action<String>, tags: &Tags) -> String {
    let https = port == 443;
    stage.stranger(&Call::Listener(listener::Call::CreateListener {
        load_balancer: balancer.to_owned(),
        port,
        protocol: if https { listener::model::Protocol::Https } else { listener::model::Protocol::Http },
        ssl_policy: https.then(|| "ELBSecurityPolicy-TLS13-1-2-2021-06".to_owned()),
        certificate: https.then(|| CERTIFICATE.to_owned()),
        default,
        tags: tags.clone(),
    }))
}
