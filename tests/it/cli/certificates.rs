//! Certificates on the command line: plans of files, what is told while one waits, and that no key is ever shown or kept.

use std::fs;
use std::path::Path;

use super::{Shell, snapshot};
use crate::pki;

const HEAD: &str = "version: 1
stack: shop
region: us-east-1
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
";

fn spec(certificates: &str, keys: &str) -> String {
    format!(
        "{HEAD}certificates:\n{certificates}\nlisteners:\n  https:\n    port: 443\n    certificates: [{keys}]\n    \
         default: {{ fixed_response: 404 }}\n"
    )
}

const FILES: &str =
    "  corp: { import: { certificate: tls/c.pem, private_key: tls/k.pem, chain: tls/ca.pem } }
  old: { iam: { certificate: tls/c.pem, private_key: tls/k.pem } }
  dev: { self_signed: { domain: dev.example.com, key: EC_prime256v1 } }";

/// A folder with a spec whose certificates are made from files, and the lines of the key in it.
fn with_files(days: u64) -> (Shell, Vec<String>) {
    let pair = pki::pair(&["corp.example.com"], days);
    let shell = Shell::with(&[
        ("shop.yaml", &spec(FILES, "corp, old, dev")),
        ("tls/c.pem", &pair.certificate),
        ("tls/k.pem", &pair.key),
        ("tls/ca.pem", &pair.chain),
    ]);
    let lines = pair.key.lines().filter(|line| !line.starts_with('-')).map(str::to_owned).collect();
    (shell, lines)
}

/// All files under a folder but the keys of the specs.
fn texts(folder: &Path, all: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            texts(&path, all);
        } else if path.file_name().is_none_or(|name| name != "k.pem") {
            all.push(String::from_utf8_lossy(&fs::read(&path).expect("a file")).into_owned());
        }
    }
}

/// Whatever usually makes programs in Rust, and AWS's libraries in them, tell what they do.
const CHATTY: [(&str, &str); 8] = [
    ("RUST_LOG", "trace"),
    ("RUST_LOG_SPAN_EVENTS", "full"),
    ("AWS_LOG_LEVEL", "trace"),
    ("AWS_DEBUG", "true"),
    ("AWS_SDK_LOG", "trace"),
    ("SMITHY_LOG", "trace"),
    ("RUST_BACKTRACE", "full"),
    ("RUST_LIB_BACKTRACE", "full"),
];

#[test]
fn no_key_is_in_any_output_plan_history_or_state() {
    let (shell, secret) = with_files(3000);
    no_key(&shell, secret);
}

#[test]
fn no_key_is_in_any_of_them_where_logs_are_asked_for() {
    let (shell, secret) = with_files(3000);
    let quiet = shell.run("--sandbox plan shop.yaml").exits(0);
    let shell = CHATTY.iter().fold(shell, |shell, (name, value)| shell.env(name, value));
    let chatty = shell.run("--sandbox plan shop.yaml").exits(0);
    assert_eq!((quiet.stdout, quiet.stderr), (chatty.stdout, chatty.stderr), "albctl writes no logs");
    no_key(&shell, secret);
}

fn no_key(shell: &Shell, secret: Vec<String>) {
    assert!(!secret.is_empty());
    let home = shell.folder().parent().expect("a home").to_owned();
    let mut told = Vec::new();
    for line in [
        "validate shop.yaml",
        "--sandbox plan shop.yaml --out p.json",
        "--sandbox plan shop.yaml --output json -v",
        "--sandbox apply --plan p.json --yes -v",
        "--sandbox apply shop.yaml --yes --output json",
    ] {
        told.push(shell.run(line).exits(0).to_string());
    }
    // A renewed certificate, a key that is not its own, and a key where a certificate should be.
    let other = pki::pair(&["corp.example.com"], 2000);
    shell.write("tls/k.pem", &other.key);
    told.push(shell.run("validate shop.yaml").exits(4).to_string());
    shell.write("tls/c.pem", &other.certificate);
    shell.write("tls/ca.pem", &other.chain);
    told.push(shell.run("--sandbox apply shop.yaml --yes -v").exits(0).to_string());
    shell.write("tls/c.pem", &other.key);
    told.push(shell.run("validate shop.yaml --output json").exits(4).to_string());
    shell.write("tls/c.pem", &other.certificate);
    told.push(shell.run("--sandbox destroy shop.yaml --yes").exits(0).to_string());
    fs::remove_file(home.join("work/tls/c.pem")).expect("the file is there");
    texts(&home, &mut told);
    let own = other.key.lines().filter(|line| !line.starts_with('-')).map(str::to_owned);
    for line in secret.into_iter().chain(own) {
        let found = told.iter().find(|text| text.contains(&line));
        assert!(found.is_none(), "a line of a key is in: {}", found.map_or("", String::as_str));
    }
    assert!(told.iter().all(|text| !text.contains("PRIVATE KEY-----")), "a key that was made here");
}

#[test]
fn a_saved_plan_is_stale_when_its_files_changed() {
    let (shell, _) = with_files(3000);
    shell.run("--sandbox plan shop.yaml --out p.json").exits(0);
    let other = pki::pair(&["corp.example.com"], 2000);
    shell.write("tls/c.pem", &other.certificate);
    shell.write("tls/k.pem", &other.key);
    let ran = shell.run("--sandbox apply --plan p.json --yes").exits(6);
    assert!(
        ran.stderr.contains("[stale-plan]: `tls/c.pem` or its key was changed after the plan was made"),
        "{ran}"
    );
    let lists = ["certificates", "server_certificates"]
        .map(|name| shell.state().to_string().contains(&format!("\"{name}\":{{\"arn")));
    assert_eq!(lists, [false, false], "nothing was called");
}

#[test]
fn a_certificate_whose_zone_is_elsewhere() {
    let shell = Shell::with(&[("shop.yaml", &spec("  api: { acm: { domain: api.example.org } }", "api"))]);
    let lines = ["--sandbox plan shop.yaml", "--sandbox apply shop.yaml --yes", "--sandbox plan shop.yaml"];
    snapshot!("certificates_elsewhere", shell.session(&lines));
}

#[test]
fn a_host_that_no_certificate_is_for() {
    let rules = "    rules:\n      - { name: a, when: { host: [www.example.com, \"*.shop.example.com\"] }, then: { fixed_response: 200 } }\n";
    let text =
        spec("  api: { acm: { domain: api.example.com, alternative_names: [www.example.com] } }", "api")
            + rules;
    let shell = Shell::with(&[("shop.yaml", &text)]);
    snapshot!("certificates_uncovered", shell.run("validate shop.yaml").exits(0).to_string());
}

#[test]
fn a_limit_of_waits_is_shown_kept_in_a_saved_plan_and_ends_the_apply_with_5() {
    let shell = Shell::with(&[("shop.yaml", &spec("  api: { acm: { domain: api.example.org } }", "api"))]);
    let plan = shell.run("--sandbox plan shop.yaml --wait-timeout 3m --out p.json").exits(0);
    assert!(plan.stdout.contains("apply --plan p.json"), "{plan}");
    let plan = shell.run("--sandbox plan shop.yaml --wait-timeout 3m").exits(0);
    assert!(plan.stdout.contains("apply shop.yaml --wait-timeout 3m --plan-id "), "{plan}");
    let ran = shell.run("--sandbox apply --plan p.json --yes").exits(5);
    assert!(ran.stderr.contains("PENDING_VALIDATION of api.example.org, at most 3m"), "{ran}");
    assert!(ran.stderr.contains("still PENDING_VALIDATION of api.example.org after 3m"), "{ran}");
    let ran = shell.run("--sandbox apply shop.yaml --yes --wait-timeout 45s").exits(5);
    assert!(ran.stderr.contains("still PENDING_VALIDATION of api.example.org after 45s"), "{ran}");
}

#[test]
fn validation_records_that_go_are_in_the_plan() {
    let acm = "  api: { acm: { domain: api.example.com } }\n";
    let dev = "  dev: { self_signed: { domain: dev.example.com, key: EC_prime256v1 } }";
    let shell = Shell::with(&[("shop.yaml", &spec(&format!("{acm}{dev}"), "dev, api"))]);
    shell.run("--sandbox sandbox zone create example.com").exits(0);
    shell.run("--sandbox apply shop.yaml --yes").exits(0);
    shell.write("shop.yaml", spec(dev, "dev"));
    let lines = [
        "--sandbox plan shop.yaml",
        "--sandbox plan shop.yaml --delete-validation-records -v",
        "--sandbox apply shop.yaml --delete-validation-records --yes",
    ];
    snapshot!("validation_records", shell.session(&lines));
}

#[test]
fn a_certificate_has_no_more_names_than_acm_gives_one() {
    let of = |count: usize| {
        let names: Vec<String> = (1..count).map(|number| format!("a{number}.example.com")).collect();
        let names = names.join(", ");
        let text = format!("  api: {{ acm: {{ domain: api.example.com, alternative_names: [{names}] }} }}");
        Shell::with(&[("shop.yaml", &spec(&text, "api"))])
    };
    of(100).run("validate shop.yaml").exits(0);
    let ran = of(101).run("validate shop.yaml").exits(4);
    assert!(ran.stderr.contains("error[too-many-names]: a certificate has 100 names at most"), "{ran}");
    assert!(ran.stderr.contains("shop.yaml:"), "{ran}");
}

#[test]
fn only_the_records_that_others_keep_are_told_as_to_do_and_once() {
    let text = "  api: { acm: { domain: api.example.com, alternative_names: [api.example.org] } }";
    let shell = Shell::with(&[("shop.yaml", &spec(text, "api"))]);
    shell.run("--sandbox sandbox zone create example.com").exits(0);
    let ran = shell.run("--sandbox apply shop.yaml --yes --wait-timeout 3m").exits(5);
    let (progress, end) = ran.stderr.split_once("error[timed-out]").expect("it is not issued");
    let told = "\n\nCreate this record where api.example.org is kept (the zone is not in Route 53):\n    _";
    assert_eq!(progress.matches(told).count(), 1, "{ran}");
    assert_eq!(ran.stderr.matches("Create this record where").count(), 2, "once more in the error: {ran}");
    let records: Vec<&str> = progress.lines().filter(|line| line.contains("   CNAME   ")).collect();
    assert!(matches!(records.as_slice(), [one] if one.contains(".api.example.org.   CNAME   _")), "{ran}");
    assert!(!ran.stderr.contains("api.example.com.   CNAME"), "albctl writes that: {ran}");
    assert!(end.contains("AWS gives it 72h"), "{ran}");
    assert!(end.contains("run the same command again: it goes on from here"), "{ran}");
    assert!(end.contains("Next: albctl --sandbox"), "{ran}");
}
