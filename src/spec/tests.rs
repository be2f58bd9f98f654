use std::collections::BTreeSet;

use serde_json::json;

use super::{read, schema};
use crate::base::{Diagnostics, Limits, SourceMap, parse};
use crate::kinds::{Desired, Resource, listener, load_balancer, rule, target_group, targets};

fn spec(text: &str) -> (Option<Desired>, Vec<String>) {
    let mut sources = SourceMap::default();
    let mut diags = Diagnostics::new();
    let id = sources.add("test.yaml", text);
    let desired = parse(id, text, &Limits::default(), &mut diags).and_then(|root| read(&root, &mut diags));
    let told = diags.sorted().iter().map(|it| format!("{}: {}", it.code, it.message)).collect();
    (desired, told)
}

fn good(text: &str) -> Desired {
    let (desired, told) = spec(text);
    desired.unwrap_or_else(|| panic!("{told:#?}"))
}

const HEAD: &str = "stack: web
vpc: vpc-0a
load_balancer: { scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: sg-0a }
";

#[test]
fn defaults_are_merged_under_each_resource_and_sums_are_replaced() {
    let desired = good(&format!(
        "{HEAD}defaults:
  target_group: {{ port: 80, health_check: {{ path: /health, interval: 10s }}, stickiness: {{ lb_cookie: 1d }} }}
target_groups:
  a: {{}}
  b: {{ port: 81, health_check: {{ interval: 20s }}, stickiness: {{ app_cookie: {{ name: SID }} }} }}
"
    ));
    let group = |key: &str| match &desired.resources[&target_group::id(key)].resource {
        Resource::TargetGroup(group) => group.clone(),
        other => panic!("{other:?}"),
    };
    let (a, b) = (group("a"), group("b"));
    assert_eq!((a.port, a.health_check.interval, a.health_check.path.as_str()), (Some(80), 10, "/health"));
    assert_eq!((b.port, b.health_check.interval, b.health_check.path.as_str()), (Some(81), 20, "/health"));
    assert_eq!(
        b.stickiness,
        target_group::model::Stickiness::AppCookie { name: "SID".to_owned(), duration: 86_400 }
    );
}

#[test]
fn what_is_left_out_has_its_default_and_is_known_to_be_one() {
    let desired = good(&format!("{HEAD}target_groups: {{ web: {{ port: 80 }} }}\n"));
    let wanted = &desired.resources[&target_group::id("web")];
    assert!(wanted.fields.contains_key("port") && !wanted.fields.contains_key("health_check.interval"));
    let Resource::TargetGroup(group) = &wanted.resource else { panic!("{wanted:?}") };
    assert_eq!(group.name, "web-web");
    assert_eq!((group.health_check.interval, group.health_check.timeout), (30, 5));
    assert_eq!(group.attributes["deregistration_delay"], json!(300));
    assert!(!desired.resources.contains_key(&targets::id("web")), "left out: external");
}

#[test]
fn the_rest_of_a_hundred_goes_to_rest() {
    let desired = good(&format!(
        "{HEAD}target_groups: {{ a: {{ port: 80 }}, b: {{ port: 80 }} }}
listeners: {{ http: {{ port: 80, default: {{ forward: {{ a: rest, b: 5 }} }} }} }}
"
    ));
    let Resource::Listener(listener) = &desired.resources[&listener::id("http")].resource else { panic!() };
    let weights: Vec<u32> = listener.default.groups().iter().map(|one| one.weight).collect();
    assert_eq!(weights, [95, 5]);
}

#[test]
fn long_names_are_cut_and_hashed() {
    let key = "a-very-long-key-for-a-target-group";
    let desired = good(&format!("{HEAD}target_groups: {{ {key}: {{ port: 80 }} }}\n"));
    let name = desired.resources[&target_group::id(key)].resource.label();
    assert!(name.len() <= 32 && name.starts_with("web-a-very-long-key-for-a"), "{name}");
}

#[test]
fn a_path_prefix_is_two_patterns() {
    let desired = good(&format!(
        "{HEAD}listeners:
  http:
    port: 80
    default: {{ fixed_response: 404 }}
    rules: [ {{ name: a, when: {{ path_prefix: /api/ }}, then: {{ redirect: https }} }} ]
"
    ));
    let Resource::Rule(rule) = &desired.resources[&rule::id("http", "a")].resource else { panic!() };
    assert_eq!(rule.describe(), "path /api, /api/* -> redirect https 301");
    assert_eq!(rule.tags["Name"], "a");
}

#[test]
fn a_mistake_in_the_load_balancer_does_not_hide_those_in_the_rules() {
    let (desired, told) = spec(
        "stack: web
load_balancer: { scheme: internal }
listeners: { http: { port: 80, default: { forward: nobody } } }
",
    );
    assert!(desired.is_none());
    let codes: Vec<&str> = told.iter().filter_map(|it| it.split(':').next()).collect();
    assert_eq!(codes, ["missing-key", "missing-key", "unknown-reference"]);
}

#[test]
fn redirects_are_checked_against_their_listener() {
    let listener = |action: &str| {
        spec(&format!("{HEAD}listeners: {{ http: {{ port: 80, default: {{ redirect: {action} }} }} }}\n")).1
    };
    assert!(listener("https").is_empty());
    assert_eq!(listener("{ protocol: HTTP, port: 80 }").len(), 1, "leads back to itself");
    assert!(listener("{ protocol: HTTPS }")[0].starts_with("redirect-port"));
}

#[test]
fn every_field_of_every_table_is_in_the_schema() {
    let schema = schema();
    let properties =
        |name: &str| schema["$defs"][name]["properties"].as_object().cloned().unwrap_or_default();
    let has =
        |name: &str, key: &str| properties(name).contains_key(key.split('.').next().unwrap_or_default());
    fn keys<M: crate::model::Model>() -> Vec<&'static str> {
        M::FIELDS.iter().map(|field| field.key).collect()
    }
    let tables = [
        ("load_balancer", keys::<load_balancer::LoadBalancer>()),
        ("target_group", keys::<target_group::TargetGroup>()),
        ("listener", keys::<listener::Listener>()),
        ("rule", keys::<rule::Rule>()),
    ];
    for (name, keys) in tables {
        // Transforms are read from AWS and always wanted empty until specs can write them; the permission of a function
        // is always wanted. Headers of listeners are read for one-off commands only.
        let unwritten = |key: &&str| ["transforms", "permission"].contains(key) || key.contains("_headers.");
        for key in keys.into_iter().filter(|key| !unwritten(key)) {
            assert!(has(name, key), "`{key}` of {name} is not in the schema");
        }
    }
    assert!(properties("spec").contains_key("load_balancer"));
}

/// The codes of what is told, without the messages.
fn codes(text: &str) -> Vec<String> {
    spec(text).1.iter().filter_map(|told| told.split(':').next()).map(str::to_owned).collect()
}

#[test]
fn the_keys_at_the_top_are_those_of_the_schema() {
    let schema = schema();
    let properties = schema["$defs"]["spec"]["properties"].as_object().cloned().unwrap_or_default();
    let recorded: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
    let listed: BTreeSet<&str> = super::document::KEYS.iter().copied().collect();
    assert_eq!(recorded, listed);
    assert!(super::is_key("x-anchors") && super::is_key("dns") && !super::is_key("services"));
}

#[test]
fn a_redirect_of_a_rule_may_not_lead_back_to_its_listener() {
    let rule = |action: &str| {
        codes(&format!(
            "{HEAD}listeners:
  http:
    port: 80
    default: {{ fixed_response: 404 }}
    rules: [ {{ name: a, when: {{ host: a.example.com }}, then: {{ redirect: {action} }} }} ]
"
        ))
    };
    assert_eq!(rule("{ port: 80 }"), ["redirect-loop"]);
    assert_eq!(rule("{ protocol: HTTP, port: 80, query: a=1 }"), ["redirect-loop"]);
    assert!(rule("{ host: b.example.com }").is_empty());
    assert!(rule("{ path: \"/b/#{path}\" }").is_empty());
    assert!(rule("https").is_empty());
}

#[test]
fn a_derived_name_is_checked_and_a_cut_one_is_told() {
    let stack = |name: &str, more: &str| {
        let head = HEAD.replace("stack: web", &format!("stack: {name}"));
        codes(&head.replace("{ scheme: internal,", &format!("{{ scheme: internal, {more}")))
    };
    assert_eq!(stack("internal-api", ""), ["bad-name"]);
    assert!(stack("internal-api", "name: api,").is_empty());
    let long = "a-stack-with-a-name-of-more-than-32-letters";
    assert_eq!(stack(long, ""), ["name-cut"]);
    assert!(stack(long, "name: short,").is_empty());
    let group = "a-group-with-a-name-of-thirty";
    let (_, told) = spec(&format!("{HEAD}target_groups: {{ {group}: {{ port: 80 }} }}\n"));
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("name-cut: the name of the target group is cut to `web-a-group-with-a-name-")
    );
}

#[test]
fn patterns_are_measured_as_aws_gets_them() {
    let when = |when: &str| {
        codes(&format!(
            "{HEAD}listeners:
  http:
    port: 80
    default: {{ fixed_response: 404 }}
    rules: [ {{ name: a, when: {{ {when} }}, then: {{ fixed_response: 403 }} }} ]
"
        ))
    };
    let long = "a".repeat(125);
    assert!(when(&format!("path_prefix: /{long}")).is_empty());
    assert_eq!(when(&format!("path_prefix: /{long}b")), ["out-of-range"]);
    assert!(when(&format!("query: {{ abc{long}: x }}")).is_empty());
    assert_eq!(when(&format!("query: {{ abcd{long}: x }}")), ["out-of-range"]);
    assert!(when("header: { User-Agent: \"Mozilla 5*\" }").is_empty());
    assert_eq!(when("header: { User-Agent: \"\" }"), ["bad-condition"]);
    assert_eq!(when("pth: /a"), ["unknown-key"]);
}

#[test]
fn weighted_random_warns_of_what_it_does_not_offer() {
    let group = |more: &str| {
        codes(&format!("{HEAD}target_groups: {{ a: {{ port: 80, algorithm: weighted_random, {more} }} }}\n"))
    };
    assert_eq!(group("slow_start: 30s"), ["algorithm-conflict"]);
    assert_eq!(group("stickiness: { lb_cookie: 1d }"), ["algorithm-conflict"]);
    assert!(group("name: a").is_empty());
}

#[test]
fn tags_leave_room_for_those_of_albctl() {
    let tags = |count: usize| -> String { (0..count).map(|n| format!("t{n}: x, ")).collect() };
    let with = |count: usize| codes(&format!("{HEAD}tags: {{ {} }}\n", tags(count)));
    assert!(with(45).is_empty());
    assert_eq!(with(46), ["too-many-tags"]);
}

#[test]
fn priorities_that_cannot_fit_are_told_offline() {
    let rules = |rules: &[(&str, &str)]| {
        let one = |(name, more): &(&str, &str)| {
            format!(
                "      - {{ name: {name}, {more} when: {{ path: /{name} }}, then: {{ fixed_response: 403 }} }}\n"
            )
        };
        let rules: String = rules.iter().map(one).collect();
        let default = "{ fixed_response: 404 }";
        codes(&format!(
            "{HEAD}listeners:\n  http:\n    port: 80\n    default: {default}\n    rules:\n{rules}"
        ))
    };
    assert_eq!(rules(&[("a", ""), ("b", "priority: 1,")]), ["no-room-for-priority"]);
    assert_eq!(rules(&[("a", "priority: 50000,"), ("b", "")]), ["no-room-for-priority"]);
    assert_eq!(rules(&[("a", "priority: 9,"), ("b", "priority: 9,")]), ["priority-order"]);
    assert!(rules(&[("a", ""), ("b", "priority: 2,"), ("c", "")]).is_empty());
}
