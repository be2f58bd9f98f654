//! `albctl output` and `albctl status`.

use super::serve::Endpoint;
use super::{Shell, snapshot};

const SHOP: &str = "\
version: 1
stack: shop
region: us-east-1
vpc: vpc-0a1b2c3d
load_balancer:
  scheme: internal
  subnets: [subnet-0aaa1111, subnet-0bbb2222]
  security_groups: [sg-0a1b2c3d]
target_groups:
  warm: { function: warm-up }
  users:
    port: 3000
    target_type: ip
    deregistration_delay: 30s
    ecs: { container: users }
  orders:
    port: 8080
    stickiness: { lb_cookie: 1h }
    targets: [i-0a1b2c3d, i-0e4f5a6b]
  payments: { port: 3002, target_type: ip, ecs: { container: pay, port: 8443 } }
listeners:
  http:
    port: 80
    default: { forward: warm }
    rules:
      - { name: users, when: { path_prefix: /users }, then: { forward: users } }
      - { name: orders, when: { path_prefix: /orders }, then: { forward: { orders: 95, users: 5 } } }
      - { name: health, when: { path: /health }, then: { fixed_response: 200 } }
  old: { port: 8080, default: { redirect: { protocol: HTTP, port: 80 } } }
";

/// A machine on which the stack is live.
fn live() -> Shell {
    let shell = Shell::with(&[("albctl.yaml", SHOP)]);
    shell.run("--sandbox sandbox function create warm-up --region us-east-1").exits(0);
    shell.run("--sandbox apply --yes").exits(0);
    shell
}

#[test]
fn what_other_tools_need_is_printed() {
    let shell = live();
    let lines = [
        "--sandbox output",
        "--sandbox output dns_name",
        "--sandbox output albctl.yaml target_groups.users.arn",
        "--sandbox output --output json",
        "--sandbox output dns_name --format json",
        "--sandbox output --format env",
        "--sandbox output target_groups.users.name --format env",
        "--sandbox output --format ecs",
        "--sandbox output payments --format ecs",
    ];
    snapshot!("output", shell.session(&lines));
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let shell = live();
    let lines = [
        "--sandbox output target_groups.user.arn",
        "--sandbox output nonsense --output json",
        "--sandbox output user --format ecs",
    ];
    snapshot!("output_unknown", shell.session(&lines));
    shell.replace("albctl.yaml", "    ecs: { container: users }\n", "");
    shell.replace("albctl.yaml", ", ecs: { container: pay, port: 8443 }", "");
    snapshot!("output_no_ecs", shell.run("--sandbox output --format ecs").exits(1).to_string());
}

#[test]
fn nothing_live_is_said_so() {
    let shell = Shell::with(&[("albctl.yaml", SHOP)]);
    let lines = ["--sandbox output dns_name", "--sandbox status", "--sandbox status --output json"];
    snapshot!("look_nothing", shell.session(&lines));
}

#[test]
fn env_is_read_back_by_a_shell() {
    let shell = live();
    let env = shell.run("--sandbox output --format env").exits(0).stdout;
    let name = shell.run("--sandbox output dns_name").exits(0).stdout;
    let said = std::process::Command::new("/bin/sh")
        .args(["-c", &format!("{env}echo \"$ALBCTL_DNS_NAME\"")])
        .output()
        .expect("a shell");
    assert_eq!(String::from_utf8_lossy(&said.stdout), name);
}

#[test]
fn a_stack_on_one_screen() {
    let shell = live();
    shell.edit(|state| state["now"] = (state["now"].as_u64().expect("a time") + 600_000).into());
    let lines = ["--sandbox status", "--sandbox status -v", "--sandbox status -q"];
    snapshot!("status", shell.session(&lines));
    snapshot!("status_json", shell.run("--sandbox status --output json").exits(0).to_string());
}

#[test]
fn what_needs_attention_stands_out() {
    let shell = live();
    shell.edit(|state| {
        state["now"] = (state["now"].as_u64().expect("a time") + 600_000).into();
        let region = &mut state["regions"]["us-east-1"];
        region["functions"]["warm-up"]["policies"] = serde_json::json!({});
        let rules = region["rules"].as_object_mut().expect("rules");
        let (arn, mut rule) = rules
            .iter()
            .find(|(_, rule)| !rule["tags"]["current"]["albctl:id"].is_null())
            .map(|(arn, rule)| (arn.clone(), rule.clone()))
            .expect("a rule");
        rule["tags"]["current"] = serde_json::json!({"Name": "block-bots"});
        rule["priority"] = 5.into();
        rules.insert(format!("{}0123456789abcdef", &arn[..arn.len() - 16]), rule);
    });
    snapshot!("status_attention", shell.run("--sandbox status").exits(0).to_string());
    let colored = shell.run("--sandbox status --color always").exits(0).stdout;
    assert!(colored.contains("\u{1b}[1m\u{1b}[33m!"), "{colored}");
    snapshot!("plan_permission", shell.run("--sandbox plan").exits(0).to_string());
}

#[test]
fn a_function_over_an_endpoint() {
    let (shell, endpoint) = (Shell::with(&[("albctl.yaml", SHOP)]).for_endpoint(), Endpoint::start());
    let at = format!("--endpoint-url {}", endpoint.url);
    let missing = shell.run(&format!("{at} apply --yes --wait none")).exits(5);
    assert!(missing.stderr.contains("ResourceNotFoundException"), "{missing}");
    endpoint.sandbox.edit(|state| state.create_function("us-east-1", "warm-up").expect("a new function"));
    shell.run(&format!("{at} apply --yes --wait none")).exits(0);
    shell.run(&format!("{at} plan --exit-code")).exits(0);
    let status = shell.run(&format!("{at} status")).exits(0);
    assert!(status.stdout.contains("warm  function warm-up"), "{status}");
    shell.run(&format!("{at} destroy --yes")).exits(0);
    let calls = endpoint.sandbox.calls();
    assert_eq!(calls.iter().filter(|call| call.operation == "RemovePermission").count(), 1);
}

#[test]
fn a_first_plan_of_a_function_and_of_another_one() {
    let shell = Shell::with(&[("albctl.yaml", SHOP)]);
    shell.run("--sandbox sandbox function create warm-up --region us-east-1").exits(0);
    shell.run("--sandbox sandbox function create wake-up --region us-east-1").exits(0);
    let first = shell.run("--sandbox plan -v").exits(0).to_string();
    shell.run("--sandbox apply --yes").exits(0);
    shell.replace("albctl.yaml", "function: warm-up", "function: wake-up");
    let second = shell.run("--sandbox plan -v").exits(0);
    snapshot!("plan_function", format!("{first}\n{second}"));
}
