//! What a sandbox is furnished with by hand: hosted zones and functions.

use serde_json::Value;

use super::{Shell, snapshot};

#[test]
fn hosted_zones() {
    let shell = Shell::new();
    let lines = [
        "sandbox zone list",
        "sandbox zone create Example.com",
        "sandbox zone create internal.example.com --private vpc-0a1b2c3d --output json",
        "sandbox zone create example.com",
        "sandbox zone list",
        "sandbox zone list --output json",
        "sandbox zone delete internal.example.com",
        "sandbox zone delete internal.example.com",
        "sandbox zone delete example.com",
        "sandbox zone create a..b",
        "sandbox zone create example.org --private subnet-1",
    ];
    snapshot!("sandbox_zones", shell.session(&lines));
    let zones = shell.state()["route53"]["zones"].clone();
    let ids: Vec<&String> = zones.as_object().unwrap().keys().collect();
    assert_eq!(ids.len(), 2);
    shell.run(&format!("sandbox zone delete {}", ids[0])).exits(0);
    shell.run("sandbox zone delete example.com -q").exits(0);
    assert_eq!(shell.state()["route53"]["zones"], serde_json::json!({}));
}

#[test]
fn functions() {
    let shell = Shell::new();
    let lines = [
        "sandbox function list",
        "sandbox function create warm-up",
        "sandbox function create warm-up",
        "sandbox function create other --alias live --alias blue --region eu-west-1 --output json",
        "sandbox function list",
        "sandbox function list --output json",
        "sandbox function delete other",
        "sandbox function delete other --region eu-west-1",
        "sandbox function create a/b",
    ];
    snapshot!("sandbox_functions", shell.session(&lines));
    let regions = shell.state()["regions"].clone();
    let names = |region: &str| -> Vec<String> {
        let functions: &Value = &regions[region]["functions"];
        functions.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!((names("us-east-1"), names("eu-west-1")), (vec!["warm-up".to_owned()], Vec::new()));
}

#[test]
fn certificates_are_made_and_listed() {
    let shell = Shell::new();
    let lines = [
        "sandbox certificate list",
        "sandbox certificate create example.com *.example.com",
        "sandbox certificate create www.example.org --region eu-west-1 --output json",
        "sandbox certificate list",
        "sandbox certificate list --output json",
        "sandbox certificate create nowhere",
    ];
    snapshot!("sandbox_certificates", shell.session(&lines));
    let issued = shell.state()["regions"]["eu-west-1"]["certificates"].clone();
    assert_eq!(issued.as_object().map(serde_json::Map::len), Some(1));
}
