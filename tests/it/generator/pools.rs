//! What specs are drawn from: every field, condition and action that the language has.

/// Tags of a stack and of resources; of one key the first that was drawn counts.
pub const TAGS: &[&str] = &["team: web", "team: shop", "env: prod", "\"a/b=c\": \"1\""];

pub const BALANCER: &[&str] = &[
    "idle_timeout: 2m",
    "idle_timeout: 90s",
    "client_keep_alive: 2h",
    "http2: false",
    "drop_invalid_header_fields: true",
    "desync_mitigation_mode: monitor",
    "desync_mitigation_mode: strictest",
    "preserve_host_header: true",
    "xff_header_processing: preserve",
    "xff_client_port: true",
    "tls_version_and_cipher_headers: true",
    "waf_fail_open: true",
    "zonal_shift: true",
    "ip_address_type: dualstack",
    "access_logs: { bucket: logs, prefix: alb }",
    "access_logs: { bucket: logs }",
    "deletion_protection: true",
    "deletion_protection: false",
    "ignore: [idle_timeout]",
    "note: for people",
];

pub const SUBNETS: &[&str] =
    &["subnet-0a, subnet-0b", "subnet-0a, subnet-0b, subnet-0c", "subnet-0c, subnet-0b"];

pub const SECURITY_GROUPS: &[&str] = &["sg-0a", "sg-0b", "sg-0a, sg-0b"];

pub const GROUP: &[&str] = &[
    "health_check: { path: /health, interval: 10s, timeout: 4s, success_codes: \"200-299\" }",
    "health_check: { protocol: HTTPS, port: \"8443\", healthy_threshold: 2, unhealthy_threshold: 3 }",
    "deregistration_delay: 30s",
    "deregistration_delay: 0s",
    "slow_start: 1m",
    "stickiness: { lb_cookie: 1h }",
    "stickiness: { app_cookie: { name: SID, duration: 2h } }",
    "algorithm: least_outstanding_requests",
    "algorithm: weighted_random\n    anomaly_mitigation: \"on\"",
    "cross_zone: \"false\"",
    "tags: { tier: one }",
    "tags: { tier: two }",
    "ignore: [health_check]",
];

/// Lines that AWS does not take together, by their beginnings.
pub const EXCLUSIVE: &[(&str, &str)] = &[
    ("algorithm: least", "slow_start"),
    ("algorithm: weighted", "slow_start"),
    ("algorithm: weighted", "stickiness"),
    ("cross_zone", "stickiness"),
];

/// The beginning of the line that makes a group's clients sticky by a cookie of their application, which does not go
/// with a weighted forward.
pub const APP_COOKIE: &str = "stickiness: { app_cookie";

/// Listed targets: addresses, with the group's port or their own.
pub const ADDRESSES: &[&str] =
    &["10.0.0.1", "10.0.0.2", "{ id: 10.0.0.2, port: 90 }", "{ id: 10.0.0.3, port: 91 }"];

/// The same for groups of instances.
pub const INSTANCES: &[&str] = &["i-0a1", "i-0b2", "{ id: i-0b2, port: 90 }", "{ id: i-0c3, port: 91 }"];

/// Certificates by key: the ARNs are those of `yaml`.
pub const CERTIFICATES: &[&str] = &["c1", "c2", "c3", "c4"];

pub const PORTS: &[u16] = &[8000, 8001, 8002, 8443];

pub const SECURE: &[&str] =
    &["ssl_policy: ELBSecurityPolicy-TLS13-1-2-2021-06", "ssl_policy: TLS13-1-3-2021-06"];

pub const LISTENER: &[&str] = &["tags: { edge: \"1\" }", "strangers: warn", "strangers: keep"];

/// Conditions by sort, of which a rule has one each. Few hosts and paths, so that rules overlap.
pub const CONDITIONS: &[&[&str]] = &[
    &["host: a.example.com", "host: [a.example.com, \"*.b.example.com\"]", "host: \"*.example.com\""],
    &["path: /a", "path: [/a, \"/b/*\"]", "path: \"/a*\"", "path: \"/*\"", "path_prefix: /b"],
    &["path_prefix: /p", "path: \"/p/?\"", "path: [\"*.png\"]", "path: \"/b/c\""],
    &["method: POST", "method: [GET, POST]"],
    &["header: { X-A: \"1*\", X-B: [x] }", "header: { X-A: \"12\" }"],
    &["query: { beta: \"1\" }", "query: [ { key: a, value: x } ]", "query: [ { value: x } ]"],
    &["source_ip: 10.0.0.0/8", "source_ip: [10.1.0.0/16, 192.0.2.0/24]"],
    &["all: [ { header: { X-C: a } } ]", "all: [ { query: { c: \"*\" } } ]"],
];

/// Actions that forward to no group.
pub const ANSWERS: &[&str] = &[
    "redirect: https",
    "redirect: { host: www.example.com, path: \"/x/#{path}\", query: \"a=1\", status: 302 }",
    "redirect: { path: /moved, status: 301 }",
    "fixed_response: 404",
    "fixed_response: { status: 503, content_type: application/json, body: \"{}\" }",
    "fixed_response: { status: 200, body: hello }",
];

/// Words that the drawn specs must have held, each at least so often.
pub fn words() -> Vec<String> {
    let first = |line: &&str| line.split_inclusive(':').next().unwrap_or_default().to_owned();
    let lines = [BALANCER, GROUP, SECURE, LISTENER].concat();
    let mut words: Vec<String> =
        lines.iter().chain(CONDITIONS.iter().copied().flatten()).map(first).collect();
    let more = [
        "team:",
        "lb_cookie",
        "app_cookie",
        "least_outstanding_requests",
        "weighted_random",
        "anomaly_mitigation",
        "priority:",
        "forward: {",
        "group_stickiness",
        "rest",
        "redirect: https",
        "host: www",
        "path: /moved",
        "fixed_response: 404",
        "fixed_response: { status: 503",
        "fixed_response: { status: 200",
        "targets: [",
        "targets: []",
        "targets: { additive",
        "targets: external",
        "target_type: instance",
        "protocol: HTTPS",
        "vpc: vpc-0b",
        "moved:",
        "name: n-",
        "protect: true",
        "enabled: false",
        "certificates: [",
        "subnet-0c",
        "sg-0b",
    ];
    words.extend(more.map(str::to_owned));
    words.sort();
    words.dedup();
    words
}
