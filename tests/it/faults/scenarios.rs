//! The ways from one spec to another that are disturbed: small, and together all that a plan can consist of.

use crate::pki::{self, put_file};

/// What the disturbed apply is to reach.
#[derive(Clone, Debug)]
pub enum Goal {
    /// What this spec says.
    Apply(String),
    /// Nothing is left of the stack of this spec.
    Destroy(String),
}

/// From what is live to what is wanted.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What is applied, undisturbed, before; none: nothing is live.
    pub before: Option<String>,
    pub goal: Goal,
}

/// The head of a spec and its load balancer, with more fields of that.
fn head(more: &str) -> String {
    format!(
        "version: 1\nstack: shop\nvpc: vpc-0a\nload_balancer:\n  scheme: internal\n  \
         subnets: [subnet-0a, subnet-0b]\n  security_groups: [sg-0a]\n{more}"
    )
}

fn groups(lines: &[&str]) -> String {
    lines.iter().fold("target_groups:\n".to_owned(), |text, line| format!("{text}  {line}\n"))
}

/// A listener `http` of port 80 with these rules.
fn http(default: &str, rules: &[&str]) -> String {
    let rules: String = rules.iter().map(|rule| format!("      - {{ {rule} }}\n")).collect();
    let rules = if rules.is_empty() { rules } else { format!("    rules:\n{rules}") };
    format!("listeners:\n  http:\n    port: 80\n    default: {{ {default} }}\n{rules}")
}

const WEB: &str = "web: { port: 80, target_type: ip, targets: [10.0.0.1] }";
const API: &str = "api: { port: 81, target_type: ip, targets: [10.0.0.2] }";

const RULES: [&str; 4] = [
    "name: a, when: { path: /x/a }, then: { forward: web }",
    "name: b, when: { path: \"/x/*\" }, then: { forward: api }",
    "name: c, when: { host: c.example.com }, then: { fixed_response: 404 }",
    "name: d, when: { path: /d }, then: { redirect: https }",
];

fn with_rules(rules: &[&str]) -> String {
    head("") + &groups(&[WEB, API]) + &http("forward: web", rules)
}

fn change(before: String, after: String) -> Scenario {
    Scenario { before: Some(before), goal: Goal::Apply(after) }
}

pub fn creation() -> Scenario {
    let groups = groups(&[
        "web: { port: 80, target_type: ip, targets: [10.0.0.1], deregistration_delay: 30s }",
        "api: { port: 81, target_type: ip, stickiness: { lb_cookie: 1h } }",
    ]);
    let spec = head("  idle_timeout: 2m\n") + &groups + &http("forward: web", &RULES[..2]);
    Scenario { before: None, goal: Goal::Apply(spec) }
}

pub fn reorder() -> Scenario {
    let [a, b, c, d] = RULES;
    change(with_rules(&[a, b, c, d]), with_rules(&[d, a, c, b]))
}

pub fn insert_on_top() -> Scenario {
    let new = "name: new, when: { path: /new, method: POST }, then: { forward: api }";
    let [a, b, ..] = RULES;
    change(with_rules(&[a, b]), with_rules(&[new, a, b]))
}

/// From the same spec as [`reorder`].
pub fn insert_into_four() -> Scenario {
    let new = "name: new, when: { path: /x/new }, then: { forward: api }";
    let [a, b, c, d] = RULES;
    change(with_rules(&[a, b, c, d]), with_rules(&[a, new, b, c, d]))
}

pub fn rules_content_and_order() -> Scenario {
    let [a, b, c, d] = RULES;
    let narrow = "name: b, when: { path: /x/b }, then: { forward: web }";
    let other = "name: c, when: { host: c.example.com }, then: { fixed_response: 503 }";
    let new = "name: e, when: { path: /d }, then: { forward: api }";
    change(with_rules(&[a, b, c, d]), with_rules(&[other, narrow, new, a]))
}

pub fn replacement() -> Scenario {
    let with = |port: u16| {
        let web = format!(
            "web: {{ port: {port}, target_type: ip, targets: [10.0.0.1, 10.0.0.2], deregistration_delay: 30s }}"
        );
        head("") + &groups(&[&web, API]) + &http("forward: { web: 90, api: 10 }", &RULES[..2])
    };
    change(with(80), with(8080))
}

pub fn renames() -> Scenario {
    let before = with_rules(&RULES[..3]);
    let after = before
        .replace("  web: { ", "  site: { name: shop-web, ")
        .replace("forward: web", "forward: site")
        .replace("name: b,", "name: rest,")
        .replace("  http:", "  main:");
    change(before, after)
}

pub fn ports() -> Scenario {
    let with = |ports: [u16; 3]| {
        let listener = |(index, port): (usize, u16)| {
            format!("  l{index}: {{ port: {port}, default: {{ fixed_response: 404 }} }}\n")
        };
        let listeners: String = ports.into_iter().enumerate().map(listener).collect();
        format!("{}listeners:\n{listeners}", head(""))
    };
    change(with([80, 81, 82]), with([81, 80, 8082]))
}

pub fn http_to_https() -> Scenario {
    let one = "\"arn:aws:acm:us-east-1:000000000000:certificate/abc-123\"";
    let other = "\"arn:aws:acm:us-east-1:000000000000:certificate/def-456\"";
    let with = |how: &str, certificates: &str| {
        let listener =
            format!("listeners:\n  web:\n    {how}\n    default: {{ forward: web }}\n    rules:\n");
        head("") + certificates + &groups(&[WEB, API]) + &listener + &format!("      - {{ {} }}\n", RULES[1])
    };
    let both = format!("certificates:\n  one: {{ use: {one} }}\n  other: {{ use: {other} }}\n");
    change(with("port: 80", ""), with("port: 443\n    certificates: [one, other]", &both))
}

pub fn default_action() -> Scenario {
    let new = "new: { port: 82, target_type: ip, targets: [10.0.0.3] }";
    let before = head("") + &groups(&[WEB, API]) + &http("forward: web", &RULES[1..2]);
    let after = head("") + &groups(&[new, API]) + &http("forward: { new: 60, api: 40 }", &RULES[1..2]);
    change(before, after)
}

pub fn removal_of_half() -> Scenario {
    let more = "  admin:\n    port: 8080\n    default: { forward: api }\n    rules:\n      \
                - { name: x, when: { path: /x }, then: { forward: api } }\n";
    let before = with_rules(&RULES) + more;
    let after = head("") + &groups(&[WEB]) + &http("forward: web", &[RULES[0], RULES[2]]);
    change(before, after)
}

pub fn targets() -> Scenario {
    let with = |web: &str, api: &str| {
        let web = format!("web: {{ port: 80, target_type: ip, targets: [{web}] }}");
        let api = format!("api: {{ port: 81, target_type: ip, targets: [{api}] }}");
        head("") + &groups(&[&web, &api]) + &http("forward: { web: 1, api: 1 }", &RULES[..1])
    };
    change(
        with("10.0.0.1, 10.0.0.2, { id: 10.0.0.3, port: 90 }", "10.0.1.1"),
        with("10.0.0.2, 10.0.0.4, { id: 10.0.0.3, port: 91 }", "10.0.1.2, 10.0.1.3"),
    )
}

pub fn attributes_and_tags() -> Scenario {
    let spec = |tags: &str, more: &str, web: &str| {
        let web = format!("web: {{ port: 80, target_type: ip, targets: [10.0.0.1], {web} }}");
        let head = head(more).replace("version: 1\n", &format!("version: 1\ntags: {{ {tags} }}\n"));
        head + &groups(&[&web]) + &http("forward: web", &RULES[..1])
    };
    let before = spec("team: web, env: test", "  idle_timeout: 60s\n", "deregistration_delay: 30s");
    let more = "  idle_timeout: 2m\n  http2: false\n  ip_address_type: dualstack\n  \
                access_logs: { bucket: logs }\n";
    let more = format!("{more}  tags: {{ tier: one }}\n");
    let web = "stickiness: { lb_cookie: 1h }, health_check: { path: /health, interval: 10s }, tags: { a: b }";
    let after = spec("team: shop", &more, web)
        .replace("subnets: [subnet-0a, subnet-0b]", "subnets: [subnet-0a, subnet-0c]")
        .replace("security_groups: [sg-0a]", "security_groups: [sg-0a, sg-0b]");
    change(before, after)
}

/// A listener with the one certificate that is written here.
fn https(certificate: &str) -> String {
    let listener = "listeners:\n  https:\n    port: 443\n    certificates: [corp]\n    default: { fixed_response: 404 }\n";
    format!("{}certificates:\n  corp: {{ {certificate} }}\n{listener}", head(""))
}

/// Files of the same names, valid for so many days: another certificate for each number.
fn of_files(store: &str, days: u64) -> String {
    let pair = pki::pair(&["corp.example.com"], days);
    put_file(&format!("{days}.pem"), &pair.certificate);
    put_file(&format!("{days}-key.pem"), &pair.key);
    put_file(&format!("{days}-chain.pem"), &pair.chain);
    let files = format!("certificate: {days}.pem, private_key: {days}-key.pem, chain: {days}-chain.pem");
    https(&format!("{store}: {{ {files} }}"))
}

pub fn certificate_imported() -> Scenario {
    Scenario { before: None, goal: Goal::Apply(of_files("import", 90)) }
}

pub fn certificate_imported_anew() -> Scenario {
    change(of_files("import", 90), of_files("import", 200))
}

pub fn server_certificate_rotated() -> Scenario {
    change(of_files("iam", 90), of_files("iam", 200))
}

pub fn certificate_requested() -> Scenario {
    let names = |more: &str| https(&format!("acm: {{ domain: corp.example.com{more} }}"));
    change(names(""), names(", alternative_names: [www.example.com]"))
}

pub fn destruction() -> Scenario {
    let before = with_rules(&RULES[..2]);
    Scenario { before: Some(before.clone()), goal: Goal::Destroy(before) }
}
