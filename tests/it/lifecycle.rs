//! From state to state: apply one spec, then another, and look at the calls, their order, and the empty next plan.

use std::collections::{BTreeMap, BTreeSet};

use albctl::kinds::action::Action;
use albctl::kinds::rule::Condition;
use albctl::kinds::{Call, listener, rule, tagging};
use albctl::model::Verb;
use albctl::plan::{Options, WaitFor};

use crate::by_hand;
use crate::support::Stage;

const HEAD: &str = "version: 1
stack: shop
vpc: vpc-0a
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
";

const GROUPS: &str = "target_groups:
  web: { port: 80, target_type: ip }
  api: { port: 81, target_type: ip }
";

fn spec(more: &str) -> String {
    format!("{HEAD}{more}")
}

fn with_rules(rules: &str) -> String {
    let listener = "listeners:\n  http:\n    port: 80\n    default: { forward: web }\n    rules:\n";
    let rules: String = rules.lines().map(|line| format!("      {line}\n")).collect();
    spec(&format!("{GROUPS}{listener}{rules}"))
}

/// Rules by name, each forwarding its own path to `web`.
fn named(names: &[&str]) -> String {
    let one =
        |name: &&str| format!("- {{ name: {name}, when: {{ path: /{name} }}, then: {{ forward: web }} }}\n");
    with_rules(&names.iter().map(one).collect::<String>())
}

/// Applies both in turn and returns the names of the calls of the second.
fn from_to(before: &str, after: &str) -> Vec<String> {
    let stage = Stage::new();
    stage.apply(before);
    stage.written();
    stage.apply(after);
    stage.written()
}

#[test]
fn a_stack_is_created_with_one_write_a_resource_and_its_owner_in_the_create_call() {
    let stage = Stage::new();
    stage.apply(&named(&["a", "b"]));
    let writes = stage.writes();
    let operations: Vec<&str> = writes.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(
        operations,
        [
            "CreateTargetGroup",
            "CreateTargetGroup",
            "CreateLoadBalancer",
            "CreateListener",
            "CreateRule",
            "CreateRule"
        ]
    );
    for call in writes {
        let tags = call.params["Tags"].to_string();
        assert!(tags.contains("albctl:stack") && tags.contains("albctl:id"), "{}: {tags}", call.operation);
    }
}

#[test]
fn destroy_leaves_nothing_and_says_so_the_second_time() {
    let stage = Stage::new();
    let text = named(&["a", "b"]);
    stage.apply(&text);
    stage.written();
    stage.destroy(&text);
    assert_eq!(stage.written(), ["DeleteLoadBalancer", "DeleteTargetGroup", "DeleteTargetGroup"]);
    assert_eq!(stage.population(), [0, 0, 0, 0]);
    assert!(stage.destroy(&text).is_empty());
}

#[test]
fn every_field_of_the_load_balancer_changes_in_place_and_resets_when_its_line_goes() {
    let plain = spec("");
    let cases = [
        ("  idle_timeout: 2m\n", "ModifyLoadBalancerAttributes"),
        ("  http2: false\n", "ModifyLoadBalancerAttributes"),
        ("  drop_invalid_header_fields: true\n", "ModifyLoadBalancerAttributes"),
        ("  access_logs: { bucket: logs, prefix: a/b }\n", "ModifyLoadBalancerAttributes"),
        ("  connection_logs: { bucket: logs, prefix: tls }\n", "ModifyLoadBalancerAttributes"),
        ("  health_check_logs: { bucket: logs }\n", "ModifyLoadBalancerAttributes"),
        ("  client_keep_alive: 2h\n", "ModifyLoadBalancerAttributes"),
        ("  desync_mitigation_mode: strictest\n", "ModifyLoadBalancerAttributes"),
        ("  preserve_host_header: true\n", "ModifyLoadBalancerAttributes"),
        ("  xff_header_processing: remove\n", "ModifyLoadBalancerAttributes"),
        ("  xff_client_port: true\n", "ModifyLoadBalancerAttributes"),
        ("  tls_version_and_cipher_headers: true\n", "ModifyLoadBalancerAttributes"),
        ("  waf_fail_open: true\n", "ModifyLoadBalancerAttributes"),
        ("  zonal_shift: true\n", "ModifyLoadBalancerAttributes"),
        ("  ip_address_type: dualstack\n", "SetIpAddressType"),
    ];
    for (line, operation) in cases {
        let changed = format!("{plain}{line}");
        assert_eq!(from_to(&plain, &changed), [operation], "{line}");
        assert_eq!(from_to(&changed, &plain), [operation], "without {line}");
    }
    // One call takes 20 attributes, and each log is three of them.
    let all: String = cases.iter().map(|(line, _)| *line).collect();
    let calls = from_to(&plain, &format!("{plain}{all}  deletion_protection: true\n"));
    let attributes = "ModifyLoadBalancerAttributes";
    assert_eq!(calls, ["SetIpAddressType", attributes, attributes]);
    let subnets = plain.replace("subnet-0b]", "subnet-0b, subnet-0c]");
    assert_eq!(from_to(&plain, &subnets), ["SetSubnets"]);
    assert_eq!(from_to(&plain, &plain.replace("[sg-0a]", "[sg-0b, sg-0a]")), ["SetSecurityGroups"]);
}

#[test]
fn every_field_of_a_target_group_changes_in_place_and_resets_when_its_line_goes() {
    let group = |line: &str| spec(&format!("target_groups:\n  web:\n    port: 80\n{line}"));
    let plain = group("");
    let health = "ModifyTargetGroup";
    let attributes = "ModifyTargetGroupAttributes";
    let cases = [
        ("    health_check: { protocol: HTTPS }\n", health),
        ("    health_check: { port: \"8081\" }\n", health),
        ("    health_check: /health\n", health),
        ("    health_check: { interval: 10s }\n", health),
        ("    health_check: { timeout: 4s }\n", health),
        ("    health_check: { healthy_threshold: 3 }\n", health),
        ("    health_check: { unhealthy_threshold: 3 }\n", health),
        ("    health_check: { success_codes: 200-299 }\n", health),
        ("    stickiness: { lb_cookie: 1h }\n", attributes),
        ("    stickiness: { app_cookie: { name: SID, duration: 1h } }\n", attributes),
        ("    deregistration_delay: 30s\n", attributes),
        ("    slow_start: 1m\n", attributes),
        ("    algorithm: least_outstanding_requests\n", attributes),
        ("    cross_zone: \"false\"\n", attributes),
    ];
    for (line, operation) in cases {
        let changed = group(line);
        assert_eq!(from_to(&plain, &changed), [operation], "{line}");
        assert_eq!(from_to(&changed, &plain), [operation], "without {line}");
    }
    let both = group("    slow_start: 1m\n");
    let other = group("    algorithm: least_outstanding_requests\n");
    assert_eq!(from_to(&both, &other), [attributes], "exclusive attributes change in one call");
}

#[test]
fn attributes_that_differ_from_the_default_are_set_at_creation() {
    let stage = Stage::new();
    let text = spec("  idle_timeout: 2m\n")
        + "target_groups:\n  web: { port: 80, stickiness: { lb_cookie: 1h }, deregistration_delay: 0 }\n";
    stage.apply(&text);
    let mut written = stage.written();
    written.sort();
    assert_eq!(
        written,
        [
            "CreateLoadBalancer",
            "CreateTargetGroup",
            "ModifyLoadBalancerAttributes",
            "ModifyTargetGroupAttributes"
        ]
    );
}

#[test]
fn targets_are_exactly_those_listed_unless_they_are_additive_or_external() {
    let text =
        |targets: &str| spec(&format!("target_groups:\n  web: {{ port: 80, target_type: ip, {targets} }}\n"));
    let (one, two) = (text("targets: [10.0.0.1]"), text("targets: [10.0.0.1, { id: 10.0.0.2, port: 81 }]"));
    assert_eq!(from_to(&one, &two), ["RegisterTargets"]);
    assert_eq!(from_to(&two, &one), ["DeregisterTargets"]);
    let swapped = text("targets: [10.0.0.3]");
    assert_eq!(from_to(&one, &swapped), ["RegisterTargets", "DeregisterTargets"], "new targets come first");
    assert_eq!(from_to(&two, &text("targets: []")), ["DeregisterTargets"]);
    assert!(from_to(&two, &text("targets: { additive: [10.0.0.1] }")).is_empty());
    assert!(from_to(&two, &text("targets: external")).is_empty());
}

#[test]
fn tags_of_the_spec_come_and_go_and_those_of_others_stay() {
    let stage = Stage::new();
    let text = |tags: &str| format!("tags: {{ {tags} }}\n{HEAD}");
    stage.apply(&text("team: web, env: prod"));
    let arn = stage.arn(HEAD, "load_balancer");
    let theirs = BTreeMap::from([("cost-center".to_owned(), "7".to_owned())]);
    stage.stranger(&Call::Tagging(tagging::Call::AddTags { resource: arn.clone(), tags: theirs }));
    assert!(stage.plan(&text("team: web, env: prod")).is_empty(), "others' tags are no difference");
    stage.written();
    stage.apply(&text("team: shop"));
    assert_eq!(stage.written(), ["RemoveTags", "AddTags"]);
    let (live, _) = stage.observe(&albctl::cli::scope::of(&crate::support::desired(HEAD).0));
    let tags = &live.resources.values().next().expect("it is live").tags;
    let keys: BTreeSet<&str> =
        tags.keys().map(String::as_str).filter(|key| !key.starts_with("albctl:")).collect();
    assert_eq!(keys, BTreeSet::from(["cost-center", "team"]));
}

#[test]
fn deletion_protection_is_untouched_when_left_out_and_off_only_when_asked() {
    let stage = Stage::new();
    stage.apply(&spec("  deletion_protection: true\n"));
    assert!(stage.plan(HEAD).is_empty());
    let refusal = stage.destroy_with(HEAD, &Options::default()).expect_err("it is protected");
    assert!(refusal.starts_with("refused[deletion-protection]"), "{refusal}");
    stage.apply(&spec("  deletion_protection: false\n"));
    stage.destroy(HEAD);
}

#[test]
fn ignored_fields_are_left_as_they_are() {
    let stage = Stage::new();
    stage.apply(&spec("  idle_timeout: 2m\n"));
    let ignoring = spec("  ignore: [idle_timeout]\n");
    assert!(stage.plan(&ignoring).is_empty());
    assert!(!stage.plan(HEAD).is_empty());
}

#[test]
fn a_swap_of_two_rules_is_one_call_that_moves_one_rule() {
    let stage = Stage::new();
    stage.apply(&named(&["a", "b", "c"]));
    stage.written();
    let text = named(&["b", "a", "c"]);
    stage.apply(&text);
    let writes = stage.writes();
    assert_eq!(writes.len(), 1);
    assert_eq!(writes[0].operation, "SetRulePriorities");
    assert_eq!(writes[0].params["RulePriorities"].to_string().matches("RuleArn").count(), 1);
    let order: Vec<String> = stage.rules(&text).into_iter().map(|(id, _)| id).collect();
    assert_eq!(order, ["rule/http/b", "rule/http/a", "rule/http/c"]);
}

#[test]
fn reorders_keep_every_arn_and_end_in_the_order_of_the_file() {
    let names = ["a", "b", "c", "d", "e"];
    let orders: [[&str; 5]; 4] = [
        ["e", "d", "c", "b", "a"],
        ["b", "c", "d", "e", "a"],
        ["e", "a", "b", "c", "d"],
        ["c", "a", "e", "b", "d"],
    ];
    for order in orders {
        let stage = Stage::new();
        let before = named(&names);
        stage.apply(&before);
        let arns = |text: &str| names.map(|name| stage.arn(text, &format!("rule/http/{name}")));
        let old = arns(&before);
        stage.written();
        let after = named(&order);
        stage.apply(&after);
        assert_eq!(stage.written(), ["SetRulePriorities"], "{order:?}");
        assert_eq!(arns(&after), old);
        let live: Vec<String> = stage.rules(&after).into_iter().map(|(id, _)| id).collect();
        assert_eq!(live, order.map(|name| format!("rule/http/{name}")));
    }
}

#[test]
fn new_rules_are_there_before_old_ones_go() {
    assert_eq!(from_to(&named(&["a", "b"]), &named(&["a", "c"])), ["CreateRule", "DeleteRule"]);
    assert_eq!(from_to(&named(&["a"]), &named(&["x", "a"])), ["CreateRule"], "at the top");
    assert_eq!(from_to(&named(&["a", "b"]), &named(&["a", "x", "b"])), ["CreateRule"], "in the middle");
    assert_eq!(from_to(&named(&["a"]), &named(&["a", "x"])), ["CreateRule"], "at the end");
}

#[test]
fn an_explicit_priority_of_a_rule_that_goes_is_taken_over_without_a_conflict() {
    let one = |name: &str| {
        with_rules(&format!(
            "- {{ name: {name}, priority: 5, when: {{ path: /{name} }}, then: {{ forward: web }} }}\n"
        ))
    };
    assert_eq!(from_to(&one("a"), &one("b")), ["SetRulePriorities", "CreateRule", "DeleteRule"]);
}

#[test]
fn conditions_and_actions_change_in_place() {
    let rule = |when: &str, then: &str| {
        with_rules(&format!("- {{ name: a, when: {{ {when} }}, then: {{ {then} }} }}\n"))
    };
    let plain = rule("path: /a", "forward: web");
    let whens = [
        "path: [/a, /b]",
        "path_prefix: /a",
        "host: \"*.example.com\"",
        "method: [GET, POST]",
        "header: { X-A: [\"1*\", \"2\"], X-B: x }",
        "query: { beta: \"1\", v: [\"2\", \"3\"] }",
        "query: [ { key: a, value: x }, { value: y } ]",
        "source_ip: 10.0.0.0/8",
        "path: /a, all: [ { header: { X: a } }, { header: { X: b } } ]",
    ];
    for when in whens {
        assert_eq!(from_to(&plain, &rule(when, "forward: web")), ["ModifyRule"], "{when}");
    }
    let thens = [
        "forward: api",
        "forward: { web: 95, api: 5 }, group_stickiness: 1h",
        "forward: { web: rest, api: 0 }",
        "redirect: https",
        "redirect: { host: www.example.com, path: \"/x/#{path}\", status: 302 }",
        "fixed_response: 404",
        "fixed_response: { status: 503, content_type: application/json, body: \"{}\" }",
    ];
    for then in thens {
        assert_eq!(from_to(&plain, &rule("path: /a", then)), ["ModifyRule"], "{then}");
        assert_eq!(from_to(&rule("path: /a", then), &plain), ["ModifyRule"], "back from {then}");
    }
}

#[test]
fn listeners_change_in_place() {
    let listener = |text: &str| {
        let certificates = "certificates:
  a: { use: \"arn:aws:acm:us-east-1:000000000000:certificate/1a\" }
  b: { use: \"arn:aws:acm:us-east-1:000000000000:certificate/1b\" }
  c: { use: \"arn:aws:iam::000000000000:server-certificate/c\" }
";
        spec(&format!("{certificates}{GROUPS}listeners:\n  main: {{ {text} }}\n"))
    };
    let http = listener("port: 80, default: { forward: web }");
    assert_eq!(from_to(&http, &listener("port: 80, default: { fixed_response: 404 }")), ["ModifyListener"]);
    assert_eq!(from_to(&http, &listener("port: 8080, default: { forward: web }")), ["ModifyListener"]);
    let https = |more: &str| listener(&format!("port: 443, default: {{ forward: web }}, {more}"));
    let one = https("certificates: [a]");
    let in_place = listener("port: 80, default: { forward: web }, certificates: [a, b]");
    assert_eq!(
        from_to(&http, &in_place),
        ["ModifyListener", "AddListenerCertificates", "AddListenerCertificates"],
        "HTTP to HTTPS"
    );
    let stage = Stage::new();
    stage.apply(&in_place);
    stage.written();
    let meant = Options { allow: ["https-to-http".to_owned()].into(), ..Options::default() };
    stage.apply_with(&http, &meant);
    assert_eq!(stage.written(), ["ModifyListener"], "HTTPS to HTTP");
    assert_eq!(from_to(&one, &https("certificates: [a], ssl_policy: TLS13-1-2-2021-06")), ["ModifyListener"]);
    assert_eq!(
        from_to(&one, &https("certificates: [a, b, c]")),
        ["AddListenerCertificates"; 3],
        "the default too: else one of the others could be preferred to it"
    );
    assert_eq!(
        from_to(&https("certificates: [a, b]"), &one),
        ["RemoveListenerCertificates"],
        "the default stays in the list, where it does no harm"
    );
    assert_eq!(from_to(&one, &https("certificates: [b]")), ["ModifyListener"], "the default is swapped");
    assert_eq!(
        from_to(&https("certificates: [a, b]"), &https("certificates: [b, c]")),
        ["AddListenerCertificates", "ModifyListener", "RemoveListenerCertificates"],
        "added before, and removed after"
    );
    assert_eq!(
        from_to(&https("certificates: [a, b]"), &https("certificates: [b, a]")),
        ["ModifyListener"],
        "both are in the list already"
    );
    let stage = Stage::new();
    for certificates in ["[a, b]", "[b, a]", "[a]", "[c, a]", "[b]"] {
        stage.apply(&https(&format!("certificates: {certificates}")));
    }
}

#[test]
fn what_leaves_the_spec_is_deleted_in_reverse_order() {
    let full = named(&["a"]);
    let bare = spec("target_groups:\n  api: { port: 81, target_type: ip }\n");
    assert_eq!(from_to(&full, &bare), ["DeleteListener", "DeleteTargetGroup"]);
    let plan = {
        let stage = Stage::new();
        stage.apply(&full);
        stage.plan(&bare)
    };
    let deleted: Vec<String> =
        plan.changes.iter().map(|change| format!("{:?} {}", change.verb, change.id)).collect();
    assert_eq!(deleted, ["Delete rule/http/a", "Delete listener/http", "Delete target_group/web"]);
}

#[test]
fn a_group_that_goes_is_detached_before_it_is_deleted() {
    let before = with_rules("- { name: a, when: { path: /a }, then: { forward: api } }\n");
    let after = with_rules("- { name: a, when: { path: /a }, then: { forward: web } }\n")
        .replace("  api: { port: 81, target_type: ip }\n", "");
    assert_eq!(from_to(&before, &after), ["ModifyRule", "DeleteTargetGroup"]);
}

fn stranger_rule(stage: &Stage, text: &str, priority: u32) -> String {
    let call = rule::Call::CreateRule {
        listener: stage.arn(text, "listener/http"),
        priority,
        when: vec![Condition::Path(BTreeSet::from(["/theirs".to_owned()]))],
        then: Action::FixedResponse { status: 403, content_type: None, body: None },
        tags: BTreeMap::from([("Name".to_owned(), "block-bots".to_owned())]),
    };
    stage.stranger(&Call::Rule(call))
}

#[test]
fn strangers_are_kept_and_never_renumbered() {
    let stage = Stage::new();
    let text = named(&["a", "b"]);
    stage.apply(&text);
    let arn = stranger_rule(&stage, &text, 15);
    assert!(stage.plan(&text).is_empty());
    stage.written();
    stage.apply(&named(&["a", "x", "y", "b"]));
    assert_eq!(stage.written(), ["CreateRule", "CreateRule"]);
    assert!(stage.rules(&named(&["a", "x", "y", "b"])).iter().all(|(_, priority)| *priority != 15));
    let refusal = stage.destroy_with(&text, &Options::default()).expect_err("it holds a stranger");
    assert!(refusal.contains("holds-strangers") && refusal.contains("rule 15"), "{refusal}");
    let prune = Options { prune: true, ..Options::default() };
    let pruned = stage.plan_with(&named(&["a", "x", "y", "b"]), &prune).expect("pruning is allowed").plan;
    stage.written();
    stage.complete(&pruned);
    let writes = stage.writes();
    assert_eq!(writes.len(), 1);
    assert_eq!(writes[0].params["RuleArn"], arn.as_str());
    let gone = stage.destroy_with(&text, &prune).expect("nothing is in the way");
    stage.complete(&gone);
    assert_eq!(stage.population(), [0, 0, 0, 0]);
}

#[test]
fn names_and_ports_of_others_are_refused() {
    let other = HEAD.replace("stack: shop", "stack: other");
    let stage = Stage::new();
    stage.apply(&other.replace("  scheme", "  name: shop\n  scheme"));
    let refusal = stage.refusal(HEAD);
    assert!(refusal.starts_with("refused[name-taken]: load balancer `shop` exists"), "{refusal}");
    assert!(refusal.contains("it belongs to the stack `other`"), "{refusal}");

    let stage = Stage::new();
    stage.apply(&format!("{other}target_groups:\n  web: {{ port: 80, name: shop-web }}\n"));
    let refusal = stage.refusal(&spec("target_groups:\n  web: { port: 80 }\n"));
    assert!(refusal.starts_with("refused[name-taken]: target group `shop-web` exists"), "{refusal}");

    let stage = Stage::new();
    stage.apply(HEAD);
    let call = listener::Call::CreateListener {
        load_balancer: stage.arn(HEAD, "load_balancer"),
        port: 80,
        protocol: listener::model::Protocol::Http,
        ssl_policy: None,
        certificate: None,
        default: Action::FixedResponse { status: 404, content_type: None, body: None },
        tags: BTreeMap::new(),
    };
    stage.stranger(&Call::Listener(call));
    let refusal = stage.refusal(&named(&["a"]));
    assert!(refusal.starts_with("refused[port-taken]: port 80"), "{refusal}");
}

#[test]
fn changes_that_need_another_load_balancer_are_refused_with_the_place() {
    let stage = Stage::new();
    let group = |fields: &str| spec(&format!("target_groups:\n  web: {{ {fields} }}\n"));
    stage.apply(&group("port: 80"));
    let cases = [
        (group("port: 80").replace("internal", "internet-facing"), "`scheme` of load_balancer"),
        (group("port: 80").replace("  scheme", "  name: other\n  scheme"), "`name` of load_balancer"),
    ];
    for (text, expected) in cases {
        let refusal = stage.refusal(&text);
        assert!(refusal.starts_with("refused[needs-replacement]") && refusal.contains(expected), "{refusal}");
        assert!(refusal.contains("--> test.yaml:"), "{refusal}");
    }
}

#[test]
fn a_group_made_by_others_may_take_the_name_of_nothing_we_want() {
    let stage = Stage::new();
    by_hand::Group::new("theirs", 80).make(&stage);
    let text = named(&["a"]);
    stage.apply(&text);
    stage.destroy(&text);
    assert_eq!(stage.population(), [0, 1, 0, 0], "what is not ours stays");
}

#[test]
fn waiting_is_part_of_the_plan() {
    let text = with_rules("- { name: a, when: { path: /a }, then: { forward: api } }\n")
        .replace("port: 81, target_type: ip", "port: 81, target_type: ip, targets: [10.0.0.1]");
    let steps = |wait| {
        let stage = Stage::new();
        let options = Options { wait, ..Options::default() };
        let plan = stage.plan_with(&text, &options).expect("a plan").plan;
        stage.complete(&plan);
        let waits: Vec<String> = plan
            .steps
            .iter()
            .map(|step| step.id.to_string())
            .filter(|id| id.ends_with(":active") || id.ends_with(":healthy"))
            .collect();
        waits
    };
    assert!(steps(WaitFor::None).is_empty());
    assert_eq!(steps(WaitFor::Active), ["load_balancer:active"]);
    assert_eq!(steps(WaitFor::Healthy), ["load_balancer:active", "targets/api:healthy"]);
}

#[test]
fn a_disabled_resource_is_as_if_it_were_not_written() {
    let enabled = named(&["a", "b"]);
    let disabled = enabled.replace("name: b,", "name: b, enabled: false,");
    assert_eq!(from_to(&enabled, &disabled), ["DeleteRule"]);
}

#[test]
fn plans_are_the_same_every_time() {
    let stage = Stage::new();
    let text = named(&["a", "b", "c"]);
    assert_eq!(albctl::plan::id(&stage.plan(&text)), albctl::plan::id(&stage.plan(&text)));
    stage.apply(&text);
    let plan = stage.plan(&named(&["c", "a"]));
    assert_eq!(plan, stage.plan(&named(&["c", "a"])));
    assert!(plan.changes.iter().any(|change| change.verb == Verb::Delete));
}

#[test]
fn the_zone_of_a_registered_target_is_not_changed_under_its_feet() {
    let text = |target: &str| {
        spec(&format!("target_groups:\n  web: {{ port: 80, target_type: ip, targets: [{target}] }}\n"))
    };
    let (plain, zoned) = (text("{ id: 10.0.0.1 }"), text("{ id: 10.0.0.1, zone: all }"));
    let stage = Stage::new();
    stage.apply(&plain);
    let refusal = stage.refusal(&zoned);
    assert!(refusal.contains("10.0.0.1:80 -> 10.0.0.1:80 (all)"), "{refusal}");
}

#[test]
fn requests_turn_to_a_group_only_once_its_targets_are_registered() {
    let text = |green: &str, to: &str| {
        spec(&format!(
            "target_groups:
  blue: {{ port: 80, targets: [i-0a] }}
  green: {{ port: 80, targets: [{green}] }}
listeners:
  http: {{ port: 80, default: {{ forward: {to} }} }}
"
        ))
    };
    let stage = Stage::new();
    stage.apply(&text("", "blue"));
    stage.sandbox.edit(|state| {
        state.stopped_instances.insert("i-0b".to_owned());
    });
    let plan = stage.plan(&text("i-0b", "green"));
    stage.written();
    let outcome = stage.run(&plan);
    assert!(matches!(outcome, albctl::exec::Outcome::Incomplete(_)), "{outcome:?}");
    assert_eq!(stage.written(), ["RegisterTargets"], "the listener still sends to blue");
    // And the other way: targets leave only after those who sent to them.
    let stage = Stage::new();
    stage.apply(&text("i-0c", "green"));
    stage.written();
    stage.apply(&text("", "blue"));
    assert_eq!(stage.written(), ["ModifyListener", "DeregisterTargets"]);
}

#[test]
fn a_pruned_rule_goes_before_the_group_that_it_forwards_to() {
    let stage = Stage::new();
    let text = named(&["a"]);
    stage.apply(&text);
    let group = stage.arn(&text, "target_group/api");
    let call = rule::Call::CreateRule {
        listener: stage.arn(&text, "listener/http"),
        priority: 77,
        when: vec![Condition::Path(BTreeSet::from(["/theirs".to_owned()]))],
        then: Action::Forward {
            groups: vec![albctl::kinds::action::Weighted { group, weight: 1 }],
            stickiness: None,
        },
        tags: BTreeMap::new(),
    };
    stage.stranger(&Call::Rule(call));
    let without = text.replace("  api: { port: 81, target_type: ip }\n", "");
    let prune = Options { prune: true, ..Options::default() };
    let plan = stage.plan_with(&without, &prune).expect("pruning is allowed").plan;
    stage.written();
    stage.complete(&plan);
    assert_eq!(stage.written(), ["DeleteRule", "DeleteTargetGroup"]);
}

#[test]
fn a_tag_is_removed_before_it_is_forgotten_and_subnets_change_before_ipv6_comes() {
    let text = |tags: &str, more: &str| format!("tags: {{ {tags} }}\n{}", spec(more));
    let (before, after) = (text("a: x, b: x", ""), text("b: x", ""));
    assert_eq!(from_to(&before, &after), ["RemoveTags", "AddTags"]);
    let wide = spec("  ip_address_type: dualstack\n").replace("subnet-0b]", "subnet-0b, subnet-0c]");
    assert_eq!(from_to(HEAD, &wide), ["SetSubnets", "SetIpAddressType"]);
    assert_eq!(from_to(&wide, HEAD), ["SetIpAddressType", "SetSubnets"]);
}

/// What a spec leaves out goes back to AWS's default, as all attributes of a group do, unless it is ignored.
#[test]
fn thresholds_of_healthy_targets_come_and_go_with_one_call() {
    let groups =
        |more: &str| spec(&format!("target_groups:\n  web: {{ port: 80, target_type: ip{more} }}\n"));
    let set = ", target_group_health: { dns_failover: { count: 3, percentage: 50 }, \
               unhealthy_state_routing: { count: 2, percentage: off } }";
    let one_call = ["ModifyTargetGroupAttributes"];
    assert_eq!(from_to(&groups(""), &groups(set)), one_call);
    assert_eq!(from_to(&groups(set), &groups("")), one_call);
    let other = ", target_group_health: { dns_failover: { count: off } }";
    assert_eq!(from_to(&groups(set), &groups(other)), one_call);
    assert_eq!(from_to(&groups(set), &groups(", ignore: [target_group_health]")), [""; 0]);
    // AWS's own defaults are no difference, whether a spec says them or not.
    let defaults = ", target_group_health: { dns_failover: { count: 1, percentage: off }, \
                    unhealthy_state_routing: { count: 1, percentage: off } }";
    assert_eq!(from_to(&groups(""), &groups(defaults)), [""; 0]);
}
