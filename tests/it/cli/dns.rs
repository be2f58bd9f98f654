//! DNS records on the command line: what is shown of them.

use serde_json::json;

use super::{Shell, snapshot};

const SPEC: &str = "version: 1
stack: web
load_balancer:
  scheme: internal
  subnets: [subnet-0aaa1111, subnet-0bbb2222]
  security_groups: [sg-0a1b2c3d]
listeners:
  http: { port: 80, default: { fixed_response: 404 } }
dns:
  - { name: api.example.com, note: for the app }
  - { name: \"*.example.net\", provider: other }
";

/// A shell with the spec and a zone for it.
fn shell() -> Shell {
    let shell = Shell::with(&[("web.yaml", SPEC)]);
    shell.run("sandbox zone create example.com").exits(0);
    shell
}

#[test]
fn records_come_change_and_go() {
    let shell = shell();
    snapshot!("dns_first", shell.session(&["--sandbox plan web.yaml", "--sandbox apply web.yaml --yes"]));
    shell.run("--sandbox plan web.yaml --exit-code").exits(0);
    shell.replace("web.yaml", "name: api.example.com,", "name: api.example.com, type: cname, ttl: 1m,");
    shell.run("--sandbox plan web.yaml --exit-code").exits(3);
    snapshot!("dns_change", shell.session(&["--sandbox plan web.yaml -v", "--sandbox apply web.yaml --yes"]));
    let quiet = shell.run("--sandbox plan web.yaml --output json").exits(0).json();
    assert_eq!(quiet["records_to_create"][0]["state"], "missing");
    assert_eq!(quiet["records_to_create"][0]["name"], "*.example.net");
    shell.edit(|state| {
        let name = quiet["records_to_create"][0]["value"].clone();
        state["outside_dns"] = json!({"*.example.net": name});
    });
    let there = shell.run("--sandbox plan web.yaml").exits(0);
    assert!(!there.stdout.contains("CNAME"), "{there}");
    snapshot!("dns_destroy", shell.session(&["--sandbox destroy web.yaml --yes", "sandbox zone list"]));
}

#[test]
fn a_taken_name_and_a_missing_zone_are_refused() {
    let shell = Shell::with(&[("web.yaml", SPEC)]);
    snapshot!("dns_no_zone", shell.session(&["--sandbox plan web.yaml"]));
    shell.run("sandbox zone create example.com").exits(0);
    shell.run("--sandbox apply web.yaml --yes").exits(0);
    shell.write("other.yaml", SPEC.replace("stack: web", "stack: other"));
    let lines = ["--sandbox plan other.yaml", "--sandbox plan other.yaml --adopt"];
    snapshot!("dns_taken", shell.session(&lines));
}

#[test]
fn a_saved_plan_of_records_is_applied() {
    let shell = shell();
    shell.run("--sandbox plan web.yaml --out plan.json").exits(0);
    shell.run("--sandbox apply --plan plan.json --yes").exits(0);
    shell.run("--sandbox plan web.yaml --exit-code").exits(0);
    let applied = shell.run("--sandbox apply web.yaml --yes --output json").exits(0).json();
    assert_eq!(applied["records_to_create"][0]["type"], "CNAME");
}
