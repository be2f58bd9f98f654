//! Plans that are valid and will not be made: exit 6, and nothing is changed.

use serde_json::{Value, json};

use super::plans::{WEB, live};
use super::{Shell, snapshot};

/// Refused by plan and by apply; the state stays.
fn refused(name: &str, shell: &Shell, line: &str) {
    let before = shell.state()["regions"].clone();
    let ran = shell.run(&format!("--sandbox {line}")).exits(6);
    snapshot!(format!("refused_{name}"), ran.to_string());
    assert_eq!(shell.state()["regions"], before);
}

/// The one resource of a kind whose name is this.
fn named<'s>(state: &'s mut Value, kind: &str, name: &str) -> &'s mut Value {
    let all = state["regions"]["us-east-1"][kind].as_object_mut().expect("a map");
    all.values_mut().find(|one| one["name"] == name).expect("there is one of this name")
}

#[test]
fn names_and_ports_that_are_taken() {
    let shell = live();
    shell.edit(|state| {
        named(state, "target_groups", "web-users")["tags"]["current"] =
            json!({"Team": "payments", "aws:cloudformation:stack-name": "payments-edge"});
    });
    refused("name_taken", &shell, "plan web.yaml");
    refused("name_taken_apply", &shell, "apply web.yaml --yes");
    let shell = live();
    shell.edit(|state| {
        named(state, "load_balancers", "web")["tags"]["current"] = json!({"albctl:stack": "old"});
    });
    refused("load_balancer_name_taken", &shell, "plan web.yaml");
    let shell = live();
    shell.edit(|state| {
        let listeners = state["regions"]["us-east-1"]["listeners"].as_object_mut().expect("a map");
        let http = listeners.values_mut().find(|one| one["port"] == 80).expect("a listener");
        http["tags"]["current"] = json!({});
    });
    refused("port_taken", &shell, "plan web.yaml");
}

#[test]
fn deletion_protection() {
    let shell = live();
    shell.replace("web.yaml", "  idle_timeout: 2m\n", "  idle_timeout: 2m\n  deletion_protection: true\n");
    shell.run("--sandbox apply web.yaml --yes").exits(0);
    refused("deletion_protection", &shell, "destroy web.yaml --yes");
    shell.replace("web.yaml", "deletion_protection: true", "deletion_protection: false");
    shell.run("--sandbox apply web.yaml --yes").exits(0);
    shell.run("--sandbox destroy web.yaml --yes").exits(0);
}

#[test]
fn what_cannot_change_in_place() {
    let shell = live();
    shell.replace("web.yaml", "scheme: internal", "scheme: internet-facing");
    shell.replace("web.yaml", "port: 8081", "port: 9081");
    refused("needs_replacement", &shell, "plan web.yaml");
    let json = shell.run("--sandbox plan web.yaml --output json").exits(6);
    assert_eq!(json.stderr, "");
    snapshot!("refused_needs_replacement_json", json.stdout);
}

#[test]
fn two_resources_of_one_identity() {
    let shell = live();
    shell.edit(|state| {
        let rules = state["regions"]["us-east-1"]["rules"].as_object_mut().expect("a map");
        let is_users = |rule: &Value| rule["tags"]["current"]["albctl:id"] == "rule/http/users";
        let found =
            rules.iter().find(|(_, rule)| is_users(rule)).map(|(arn, rule)| (arn.clone(), rule.clone()));
        let (arn, mut rule) = found.expect("a rule");
        // Neither of the two is as the spec wants it.
        rule["conditions"][0]["PathPatternConfig"]["Values"] = json!(["/neither"]);
        rules[&arn] = rule.clone();
        rule["priority"] = 15.into();
        rules.insert(format!("{}0123456789abcdef", &arn[..arn.len() - 16]), rule);
    });
    refused("ambiguous_identity", &shell, "plan web.yaml");
}

#[test]
fn one_of_two_stacks_is_refused() {
    let other = WEB.replace("stack: web", "stack: other");
    let shell = Shell::with(&[("web.yaml", WEB), ("other.yaml", &other)]);
    shell.run("--sandbox apply other.yaml --yes").exits(0);
    shell.edit(|state| named(state, "target_groups", "other-legacy")["tags"]["current"] = json!({}));
    refused("one_of_two", &shell, "plan other.yaml web.yaml");
    refused("one_of_two_apply", &shell, "apply other.yaml web.yaml --yes");
}
