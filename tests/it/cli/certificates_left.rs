//! What the command line says of a certificate of the stack that others still use.

use serde_json::json;

use super::Shell;

fn spec(stack: &str, certificate: &str) -> String {
    format!(
        "version: 1
stack: {stack}
region: us-east-1
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
certificates:
  c: {certificate}
listeners:
  https: {{ port: 443, certificates: [c], default: {{ fixed_response: 404 }} }}
"
    )
}

/// A stack whose certificate another stack uses.
fn shared() -> Shell {
    let shell = Shell::with(&[
        ("shop.yaml", &spec("shop", "{ acm: { domain: a.example.com } }")),
        ("blog.yaml", &spec("blog", "{ use: a.example.com }")),
    ]);
    shell.run("--sandbox sandbox zone create example.com").exits(0);
    shell.run("--sandbox apply shop.yaml --yes").exits(0);
    shell.run("--sandbox apply blog.yaml --yes").exits(0);
    shell
}

#[test]
fn a_destroy_tells_what_it_leaves_and_whose_it_is() {
    let shell = shared();
    let ran = shell.run("--sandbox destroy shop.yaml --yes").exits(0);
    let told = ran.to_string();
    assert!(
        told.contains("\n! certificate/c: left, and no longer part of the stack\n      arn:aws:acm:"),
        "{told}"
    );
    assert!(told.contains("      still used by arn:aws:elasticloadbalancing:"), "{told}");
    assert!(told.contains(":loadbalancer/app/blog/"), "{told}");
    assert!(told.contains(": 2 deleted. "), "not the certificate: {told}");
    assert!(!told.contains("DeleteCertificate") && !told.contains("ResourceInUse"), "{told}");
    let again = shell.run("--sandbox destroy shop.yaml --yes --output json").exits(0).json();
    assert_eq!(again["writes"], json!(0));
    assert_eq!(again["left"][0]["id"], json!("certificate/c"));
    let user = again["left"][0]["used_by"][0].as_str().expect("who uses it");
    assert!(user.contains(":loadbalancer/app/blog/"), "{user}");
    let text = shell.run("--sandbox destroy shop.yaml --yes").exits(0).to_string();
    assert!(text.contains("Nothing to destroy: what is left of shop is used by others."), "{text}");
}

#[test]
fn a_replaced_certificate_that_was_left_is_no_change_made_outside() {
    let shell = shared();
    shell.replace("shop.yaml", "a.example.com }", "a.example.com, alternative_names: [b.example.com] }");
    let applied = shell.run("--sandbox apply shop.yaml --yes").exits(0).to_string();
    assert!(applied.contains("old one left: others use it"), "{applied}");
    let plan = shell.run("--sandbox plan shop.yaml --exit-code").exits(0).to_string();
    assert!(plan.contains("No changes: ") && plan.contains("! certificate/c: left"), "{plan}");
    assert!(!plan.contains("outside albctl"), "{plan}");
    let json = shell.run("--sandbox plan shop.yaml --output json").exits(0).json();
    assert_eq!(json["left"].as_array().map(Vec::len), Some(1));
    // When nobody uses it any more, it goes; that is no change made outside either.
    shell.run("--sandbox destroy blog.yaml --yes").exits(0);
    let plan = shell.run("--sandbox plan shop.yaml").exits(0).to_string();
    assert!(plan.contains("an earlier replacement goes on"), "{plan}");
    assert!(!plan.contains("outside albctl") && !plan.contains("still used by"), "{plan}");
    shell.run("--sandbox apply shop.yaml --yes").exits(0);
    let plan = shell.run("--sandbox plan shop.yaml").exits(0).to_string();
    assert!(plan.contains("No changes: ") && !plan.contains("left"), "{plan}");
}
