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
    assert_eq!((a.port, a.health_check.interval, a.health_check.path.as_str()), (80, 10, "/health"));
    assert_eq!((b.port, b.health_check.interval, b.health_check.path.as_str()), (81, 20, "/health"));
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
        // Transforms are read from AWS and always wanted empty until specs can write them.
        for key in keys.into_iter().filter(|key| *key != "transforms") {
            assert!(has(name, key), "`{key}` of {name} is not in the schema");
        }
    }
    assert!(properties("spec").contains_key("load_balancer"));
}
