//! Random specs, drawn from every field, condition and action that the language has.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// One random stack. Fields that cannot change in place follow from the keys, so that any two fit together.
#[derive(Clone, Debug)]
pub struct Spec {
    tags: Vec<&'static str>,
    load_balancer: Vec<&'static str>,
    groups: Vec<(usize, Vec<&'static str>)>,
    listeners: Vec<(usize, String, Vec<RuleSpec>)>,
}

#[derive(Clone, Debug)]
struct RuleSpec {
    name: usize,
    when: Vec<&'static str>,
    then: String,
    explicit: bool,
}

const TAGS: &[&str] = &["team: web", "team: shop", "env: prod", "\"a/b=c\": \"1\""];

const LOAD_BALANCER: &[&str] = &[
    "idle_timeout: 2m",
    "client_keep_alive: 2h",
    "http2: false",
    "drop_invalid_header_fields: true",
    "desync_mitigation_mode: monitor",
    "preserve_host_header: true",
    "xff_header_processing: preserve",
    "xff_client_port: true",
    "tls_version_and_cipher_headers: true",
    "waf_fail_open: true",
    "zonal_shift: true",
    "ip_address_type: dualstack",
    "access_logs: { bucket: logs, prefix: alb }",
];

const GROUP: &[&str] = &[
    "health_check: { path: /health, interval: 10s, timeout: 4s, success_codes: \"200-299\" }",
    "deregistration_delay: 30s",
    "slow_start: 1m",
    "stickiness: { lb_cookie: 1h }",
    "tags: { tier: one }",
    "targets: [10.0.0.1, { id: 10.0.0.2, port: 90 }]",
];

/// Fields that exclude others: one of them at the most.
const GROUP_ALONE: &[&str] = &[
    "algorithm: least_outstanding_requests",
    "algorithm: weighted_random\n    anomaly_mitigation: \"on\"",
    "cross_zone: \"false\"",
    "stickiness: { app_cookie: { name: SID, duration: 2h } }",
];

/// The group that is never part of a weighted forward, which app_cookie does not go with.
const ALONE: usize = 3;

const CONDITIONS: &[&str] = &[
    "host: [a.example.com, \"*.b.example.com\"]",
    "path: [/a, \"/b/*\"]",
    "method: POST",
    "header: { X-A: \"1*\", X-B: [x] }",
    "query: { beta: \"1\" }",
    "query: [ { key: a, value: x } ]",
    "source_ip: 10.0.0.0/8",
    "path_prefix: /p",
    "all: [ { header: { X-C: a } } ]",
];

/// The pairs of conditions of one sort, of which AWS allows one, or that together have too many values.
const EXCLUSIVE: &[(&str, &str)] = &[("path:", "path_prefix:"), ("query: {", "query: [")];

impl Spec {
    /// The text of the spec.
    pub fn yaml(&self) -> String {
        let mut text = "version: 1\nstack: law\nvpc: vpc-0a\n".to_owned();
        if !self.tags.is_empty() {
            text += &format!("tags: {{ {} }}\n", self.tags.join(", "));
        }
        text += "load_balancer:\n  scheme: internal\n  subnets: [subnet-0a, subnet-0b]\n";
        text += "  security_groups: [sg-0a]\n";
        for line in &self.load_balancer {
            text += &format!("  {line}\n");
        }
        text += "target_groups:\n";
        for (key, lines) in &self.groups {
            text += &format!("  g{key}:\n    target_type: ip\n    port: {}\n", 80 + key);
            for line in lines {
                text += &format!("    {line}\n");
            }
        }
        text += "listeners:\n";
        for (key, default, rules) in &self.listeners {
            text += &format!("  l{key}:\n    port: {}\n    default: {{ {default} }}\n", 8000 + key);
            text += if rules.is_empty() { "" } else { "    rules:\n" };
            for (index, rule) in rules.iter().enumerate() {
                text += &rule.yaml(index);
            }
        }
        text
    }
}

impl RuleSpec {
    fn yaml(&self, index: usize) -> String {
        let priority =
            if self.explicit { format!(" priority: {},", 100 * (index + 1)) } else { String::new() };
        format!(
            "      - {{ name: r{},{priority} when: {{ {} }}, then: {{ {} }} }}\n",
            self.name,
            self.when.join(", "),
            self.then
        )
    }
}

/// Any stack.
pub fn specs() -> impl Strategy<Value = Spec> {
    let groups = (0..=ALONE).map(group).collect::<Vec<_>>();
    let tags = prop_oneof![subsequence(vec![TAGS[0], TAGS[2], TAGS[3]], 0..=3), Just(vec![TAGS[1]])];
    let load_balancer = subsequence(LOAD_BALANCER.to_vec(), 0..6);
    let listeners = subsequence(vec![0_usize, 1], 1..=2)
        .prop_flat_map(|keys| keys.into_iter().map(listener).collect::<Vec<_>>());
    (tags, load_balancer, groups, listeners).prop_map(|(tags, load_balancer, groups, listeners)| Spec {
        tags,
        load_balancer,
        groups,
        listeners,
    })
}

fn group(key: usize) -> BoxedStrategy<(usize, Vec<&'static str>)> {
    let some = subsequence(GROUP.to_vec(), 0..4).boxed();
    if key != ALONE {
        return (Just(key), some).boxed();
    }
    (Just(key), prop_oneof![some, select(GROUP_ALONE).prop_map(|line| vec![line])]).boxed()
}

fn listener(key: usize) -> impl Strategy<Value = (usize, String, Vec<RuleSpec>)> {
    let names = Just((0..6).collect::<Vec<usize>>()).prop_shuffle();
    let rules = (names, 0..6_usize)
        .prop_flat_map(|(names, count)| names.into_iter().take(count).map(rule).collect::<Vec<_>>());
    (Just(key), actions(), rules)
}

fn rule(name: usize) -> impl Strategy<Value = RuleSpec> {
    let when = subsequence(CONDITIONS.to_vec(), 1..=2).prop_filter("of one sort", |when| {
        let has = |start: &str| when.iter().any(|condition| condition.starts_with(start));
        !EXCLUSIVE.iter().any(|(one, other)| has(one) && has(other))
    });
    let explicit = prop::bool::weighted(0.05);
    (when, actions(), explicit).prop_map(move |(when, then, explicit)| RuleSpec {
        name,
        when,
        then,
        explicit,
    })
}

/// Any action.
fn actions() -> impl Strategy<Value = String> {
    let one = (0..=ALONE).prop_map(|group| format!("forward: g{group}"));
    let several = (1..100_u32, 0..100_u32, prop::bool::ANY).prop_map(|(one, other, sticky)| {
        let sticky = if sticky { ", group_stickiness: 1h" } else { "" };
        format!("forward: {{ g0: {one}, g1: {other}, g2: 0 }}{sticky}")
    });
    let others = select(vec![
        "forward: { g1: rest, g2: 20 }",
        "redirect: https",
        "redirect: { host: www.example.com, path: \"/x/#{path}\", query: \"a=1\", status: 302 }",
        "fixed_response: 404",
        "fixed_response: { status: 503, content_type: application/json, body: \"{}\" }",
    ]);
    prop_oneof![3 => one, 2 => several, 5 => others.prop_map(str::to_owned)]
}

/// Words that the drawn specs must have held, each at least so often.
pub fn words() -> Vec<String> {
    let first = |line: &&str| line.split_inclusive(':').next().unwrap_or_default().to_owned();
    let mut words: Vec<String> =
        [LOAD_BALANCER, GROUP, GROUP_ALONE, CONDITIONS].concat().iter().map(first).collect();
    let more = [
        "team:",
        "priority:",
        "group_stickiness",
        "rest",
        "redirect: https",
        "host: www",
        "fixed_response: 404",
    ];
    words.extend(more.map(str::to_owned));
    words.sort();
    words.dedup();
    words
}
