//! Every spec that we ship: applied, planned again, changed, destroyed.

use std::fs;
use std::path::Path;

use super::{Shell, population, snapshot};

/// A spec of `specs/`, the file in which it is changed, and a realistic change.
const SPECS: &[(&str, &str, &str, &str)] = &[
    ("quickstart.yaml", "quickstart.yaml", "[i-0a1b2c3d, i-0e4f5a6b]", "[i-0a1b2c3d, i-0c0ffee0]"),
    ("microservices.yaml", "microservices.yaml", "enabled: false ", "enabled: true "),
    (
        "microservices-hosts.yaml",
        "microservices-hosts.yaml",
        "deregistration_delay: 30s",
        "deregistration_delay: 10s",
    ),
    ("rundeck.yaml", "rundeck.yaml", "lb_cookie: 1d", "lb_cookie: 7d"),
    ("flask-tls.yaml", "flask-tls.yaml", "domain: flask.example.com,", "domain: www.flask.example.com,"),
    ("autostopping.yaml", "autostopping.yaml", "warmup:live", "warmup:next"),
    ("two-zone-website.yaml", "two-zone-website.yaml", "# stickiness:", "stickiness:"),
    ("canary.yaml", "canary.yaml", "canary: 5 }", "canary: 25 }"),
    ("names.yaml", "names.yaml", "type: cname, ttl: 1m", "type: alias"),
    ("environments/staging.yaml", "environments/staging.yaml", "dev_tools: true", "dev_tools: false"),
    ("environments/prod.yaml", "environments/shop.yaml", "healthy_threshold:", "unhealthy_threshold:"),
];

/// All files below a folder, by their path in it.
fn files(folder: &Path, prefix: &str, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("readable");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => files(&entry.path(), &format!("{name}/"), into),
            false => into.push((name, fs::read_to_string(entry.path()).expect("text"))),
        }
    }
}

fn shipped() -> Vec<(String, String)> {
    let mut all = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("specs"), "", &mut all);
    all
}

#[test]
fn every_spec_lives_and_leaves_nothing() {
    for (spec, file, from, to) in SPECS {
        let all = shipped();
        let files: Vec<(&str, &str)> =
            all.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let shell = Shell::with(&files);
        let run = |line: &str, code| shell.run(&format!("--sandbox {line}")).exits(code);
        let settled = || {
            let plan = run(&format!("plan {spec} --exit-code"), 0);
            assert!(plan.stdout.contains("\nNo changes: "), "{plan}");
            let answer = run(&format!("plan {spec} --output json"), 0).json();
            assert_eq!(
                (answer["changes"].as_array(), answer["steps"].as_array()),
                (Some(&vec![]), Some(&vec![]))
            );
        };
        // The zones that names are in.
        shell.run("sandbox zone create example.com").exits(0);
        shell.run("sandbox zone create example.com --private vpc-0a1b2c3d").exits(0);
        // What autostopping.yaml finds: a certificate in ACM, and a function.
        shell.run("sandbox function create warmup --alias live --alias next").exits(0);
        shell.run("sandbox certificate create *.autostopping.example.com").exits(0);
        run(&format!("apply {spec} --yes"), 0);
        settled();
        shell.replace(file, from, to);
        run(&format!("plan {spec} --exit-code"), 3);
        run(&format!("apply {spec} --yes"), 0);
        settled();
        run(&format!("destroy {spec} --yes"), 0);
        assert_eq!(population(&shell.state()), [0; 4], "{spec}");
        let answer = run(&format!("plan {spec} --output json"), 0).json();
        let changes = answer["changes"].as_array().expect("a list");
        assert!(!changes.is_empty() && changes.iter().all(|change| change["verb"] == "create"), "{answer}");
    }
}

#[test]
fn every_shipped_spec_is_valid_and_in_the_list() {
    let shell = Shell::new();
    let mut told = String::new();
    for (name, text) in shipped().iter().filter(|(name, _)| name.ends_with(".yaml")) {
        let listed = SPECS.iter().any(|(spec, ..)| spec == name);
        // What others extend is no stack by itself.
        let is_base = !listed && text.contains("It is not applied by itself");
        assert!(listed || is_base, "specs/{name} is not tested");
        told.push_str(
            &shell.run(&format!("validate specs/{name}")).exits(if is_base { 4 } else { 0 }).to_string(),
        );
    }
    snapshot!("specs_validate", told);
}
