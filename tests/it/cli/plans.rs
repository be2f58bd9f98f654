//! Plans as people read them.

use super::{Shell, snapshot};

pub const WEB: &str = "\
version: 1
stack: web
region: us-east-1
vpc: vpc-0a1b2c3d
tags: { team: platform }
load_balancer:
  scheme: internal
  subnets: [subnet-0aaa1111, subnet-0bbb2222]
  security_groups: [sg-0a1b2c3d]
  idle_timeout: 2m
target_groups:
  users:
    port: 8080
    note: sessions live in the instance
    health_check: /health
    stickiness: { lb_cookie: 1h }
    targets: [i-0a1b2c3d, i-0e4f5a6b]
  orders: { port: 8081 }
  legacy: { port: 8082 }
listeners:
  http:
    port: 80
    default: { fixed_response: 404 }
    rules:
      - { name: users, when: { path_prefix: /users }, then: { forward: users } }
      - { name: orders, note: until 2026-10 (dana), when: { path_prefix: /orders }, then: { forward: orders } }
      - { name: legacy, note: iOS app before 4.2, when: { path: /v1/* }, then: { forward: legacy } }
  admin:
    port: 8080
    default: { redirect: { protocol: HTTP, port: 80 } }
";

/// The same stack some weeks later: something of everything.
pub const LATER: &str = "\
version: 1
stack: web
region: us-east-1
vpc: vpc-0a1b2c3d
tags: { team: edge }
load_balancer:
  scheme: internal
  subnets: [subnet-0aaa1111, subnet-0bbb2222, subnet-0ccc3333]
  security_groups: [sg-0a1b2c3d, sg-0e4f5a6b]
target_groups:
  users:
    port: 8080
    health_check: { path: /healthz, interval: 10s }
    targets: [i-0a1b2c3d, { id: i-0c0ffee0, port: 9090 }]
  orders: { port: 8081, deregistration_delay: 30s }
  search: { port: 8083 }
listeners:
  http:
    port: 80
    default: { fixed_response: { status: 503, content_type: text/plain, body: maintenance } }
    rules:
      - { name: orders, note: until 2026-10 (dana), when: { path_prefix: /orders }, then: { forward: orders } }
      - { name: users, when: { path_prefix: [/users, /people] }, then: { forward: { users: 90, search: 10 }, group_stickiness: 1h } }
      - { name: search, when: { path_prefix: /search, method: GET }, then: { forward: search } }
";

/// A machine on which the stack is live.
pub fn live() -> Shell {
    let shell = Shell::with(&[("web.yaml", WEB)]);
    shell.run("--sandbox apply web.yaml --yes").exits(0);
    shell
}

/// The same, and the spec says something else now.
pub fn changed() -> Shell {
    let shell = live();
    shell.write("web.yaml", LATER);
    shell
}

#[test]
fn a_first_plan() {
    let shell = Shell::with(&[("web.yaml", WEB)]);
    snapshot!("plan_first", shell.run("--sandbox plan web.yaml").exits(0).to_string());
    snapshot!("plan_first_verbose", shell.run("--sandbox plan web.yaml -v").exits(0).to_string());
    let pending = [
        "--sandbox plan web.yaml --exit-code --quiet",
        "--sandbox plan web.yaml --wait healthy --quiet",
        "--sandbox plan web.yaml --wait none --quiet",
    ];
    snapshot!("plan_first_pending", shell.session(&pending));
}

#[test]
fn nothing_to_do() {
    let shell = live();
    let plan =
        ["--sandbox plan web.yaml --exit-code", "--sandbox plan web.yaml -q", "--sandbox apply web.yaml"];
    snapshot!("plan_nothing", shell.session(&plan));
}

#[test]
fn something_of_everything() {
    let shell = changed();
    snapshot!("plan_later", shell.run("--sandbox plan web.yaml --exit-code").exits(3).to_string());
    snapshot!("plan_later_verbose", shell.run("--sandbox plan web.yaml -v").exits(0).to_string());
    let narrow = changed().env("COLUMNS", "72");
    snapshot!("plan_later_narrow", narrow.run("--sandbox plan web.yaml").exits(0).to_string());
}

#[test]
fn colour_on_request() {
    let colored = changed().run("--sandbox plan web.yaml --color always").exits(0);
    let plain = changed().run("--sandbox plan web.yaml").exits(0);
    let mut bare = String::new();
    for (index, part) in colored.stdout.split('\u{1b}').enumerate() {
        bare.push_str(if index == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) });
    }
    assert_ne!(colored.stdout, plain.stdout);
    assert_eq!(bare, plain.stdout, "colour carries nothing");
}

#[test]
fn default_values_are_called_so() {
    let shell = live();
    shell.replace("web.yaml", "  idle_timeout: 2m\n", "");
    shell.replace("web.yaml", "    stickiness: { lb_cookie: 1h }\n", "");
    snapshot!("plan_defaults", shell.run("--sandbox plan web.yaml").exits(0).to_string());
}

#[test]
fn what_is_not_ours_is_shown_and_kept() {
    let shell = live();
    shell.edit(|state| {
        let region = &mut state["regions"]["us-east-1"];
        let rules = region["rules"].as_object_mut().expect("rules");
        let ours = rules.iter().find(|(_, rule)| !rule["tags"]["current"]["albctl:id"].is_null());
        let (arn, mut rule) = ours.map(|(arn, rule)| (arn.clone(), rule.clone())).expect("a rule");
        let arn = format!("{}0123456789abcdef", &arn[..arn.len() - 16]);
        rule["tags"]["current"] = serde_json::json!({"Name": "block-bots"});
        rule["priority"] = 5.into();
        rules.insert(arn, rule);
    });
    let lines = [
        "--sandbox plan web.yaml",
        "--sandbox plan web.yaml -v --prune",
        "--sandbox plan web.yaml --prune",
        "--sandbox destroy web.yaml --yes",
        "--sandbox apply web.yaml --prune --yes",
        "--sandbox destroy web.yaml --yes",
    ];
    snapshot!("plan_strangers", shell.session(&lines));
}

#[test]
fn several_specs_are_several_stacks() {
    let other = WEB.replace("stack: web", "stack: other").replace("idle_timeout: 2m", "idle_timeout: 3m");
    let shell = Shell::with(&[("web.yaml", WEB), ("other.yaml", &other)]);
    shell.run("--sandbox apply web.yaml --yes").exits(0);
    let plan = shell.run("--sandbox plan web.yaml other.yaml --exit-code").exits(3);
    snapshot!("plan_several", plan.to_string());
    shell.run("--sandbox apply web.yaml other.yaml --yes").exits(0);
    let quiet = shell.run("--sandbox plan other.yaml web.yaml -q").exits(0);
    snapshot!("plan_several_nothing", quiet.to_string());
}
