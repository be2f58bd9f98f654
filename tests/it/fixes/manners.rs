//! Small things that people stumble over: folders for specs, beginnings of keys, one line with `-q`, one shape for
//! programs, exit codes, words.

use std::fs::{self, File};

use super::crew::Crew;
use super::scene::{Ran, Scene};
use crate::cli::Shell;

const SPEC: &str = "version: 1
stack: shop
region: us-east-1
vpc: vpc-0a
load_balancer: { scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: [sg-0a] }
target_groups: { orders: { port: 8080, target_type: ip } }
listeners:
  http: { port: 80, default: { fixed_response: 404 } }
  https: { port: 8443, protocol: HTTP, default: { forward: orders } }
";

fn exits(ran: &Ran, code: u8, words: &str) {
    let all = format!("{}{}", ran.out, ran.err);
    assert!(ran.code == code && all.contains(words), "{words}: {ran:#?}");
}

#[test]
fn a_folder_with_a_spec_is_a_spec() {
    let scene = Scene::new();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().display().to_string();
    fs::write(folder.path().join("base.json"), "{}").expect("written");
    let ran = scene.albctl(&format!("doctor {path}"));
    exits(&ran, 2, "is a folder without specs");
    assert!(!ran.err.contains("base.json"), "a sandbox's state is no candidate: {ran:#?}");
    fs::write(folder.path().join("albctl.yaml"), SPEC).expect("written");
    scene.stage.apply_from("albctl.yaml", SPEC);
    let ran = scene.albctl(&format!("doctor {path} --output json"));
    assert!(ran.out.contains("\"findings\""), "{ran:#?}");
    let ran = scene.albctl(&format!("stickiness enable orders --write {path} --yes"));
    exits(&ran, 0, "Written: ");
    let written = fs::read_to_string(folder.path().join("albctl.yaml")).expect("there");
    assert!(written.contains("lb_cookie: 1d"), "{written}");
    let ran = scene.albctl(&format!("stickiness show order --spec {path} -q"));
    exits(&ran, 0, "lb_cookie 1d\n");
    fs::write(folder.path().join("b.albctl.yaml"), SPEC.replace("stack: shop", "stack: b")).expect("written");
    exits(&scene.albctl(&format!("doctor {path}")), 2, "several specs");
}

#[test]
fn quiet_leaves_one_line_for_each_group() {
    let ran = Scene::new().albctl("stickiness show web-orders web-users -q");
    assert_eq!((ran.out.as_str(), ran.code), ("web-orders: off\nweb-users: off\n", 0), "{ran:#?}");
    let loud = Scene::new().albctl("stickiness show web-orders");
    assert!(!loud.out.contains("web-orders: off"), "{loud:#?}");
}

#[test]
fn programs_get_one_shape() {
    let scene = Scene::new();
    for line in ["list", "status web", "logs enable web --bucket shop-logs --print-policy"] {
        let answer = scene.albctl(&format!("{line} --output json")).json();
        assert_eq!((&answer["exit_code"], &answer["format_version"]), (&0.into(), &1.into()), "{answer:#}");
    }
    let status = scene.albctl("status web --output json").json();
    let rule = &status["listeners"][1]["rules"][0];
    assert!(rule["arn"].is_string() && rule["in_spec"].is_null(), "nothing is known of a spec: {status:#}");
    let removed = scene.albctl("targets remove web-orders 10.0.0.1 --dry-run --output json").json();
    assert!(removed["used_by"][0].as_str().is_some_and(|by| by.contains("/443/10")), "{removed:#}");
}

#[test]
fn the_end_of_the_input_ends_the_line_of_the_question() {
    let ran = Scene::new().asked("stickiness enable web-orders", |_| String::new());
    exits(&ran, 1, "Apply? [y/N] \n");
    let ran = Scene::new().asked("stickiness enable web-orders", |_| "n\n".to_owned());
    assert!(!ran.err.contains("[y/N] \n"), "whoever typed a line has ended it: {ran:#?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_does_not_hide_that_aws_was_changed() {
    let crew = Crew::new();
    let shell: Shell = crew.shell();
    let told = |line: &str| {
        let full = File::options().write(true).open("/dev/full").expect("Linux has it");
        let output = shell.command(line).stdout(full).output().expect("albctl runs");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).expect("text")
    };
    let set = told("--sandbox attr set legacy http2=off --yes");
    assert!(set.contains("could not be written") && set.contains("AWS is changed"), "{set}");
    let get = told("--sandbox attr get legacy");
    assert!(get.contains("could not be written") && !get.contains("AWS is changed"), "{get}");
}

#[test]
fn a_bad_value_is_wrong_usage_and_a_group_of_another_is_refused() {
    let scene = Scene::new();
    exits(&scene.albctl("attr set web-orders slow_start=10 --yes"), 2, "error[out-of-range]");
    exits(&scene.albctl("attr set web idle_timeout=0 --yes"), 2, "error[out-of-range]");
    let header = "attr set web/443 response_headers.x_frame_options=FOO --yes";
    exits(&scene.albctl(header), 2, "error[bad-value]");
    let ran = scene.albctl("attr set web-orders algorithm=least_outstanding_requests slow_start=30s --yes");
    assert_eq!(ran.code, 6, "what does not go together is refused: {ran:#?}");
    scene.stage.apply(&SPEC.replace("stack: shop", "stack: other"));
    for line in
        ["redirect disable web --forward other-orders --yes", "weights web/443/10 other-orders=1 --yes"]
    {
        exits(&scene.albctl(line), 6, "refused[group-elsewhere]");
    }
}

#[test]
fn switches_are_on_and_off() {
    let scene = Scene::new();
    exits(&scene.albctl("attr set web-orders cross_zone=off --yes"), 0, "cross_zone");
    assert_eq!(scene.albctl("attr get web-orders cross_zone -q").out, "false\n");
    exits(&scene.albctl("attr set web http2=perhaps --yes"), 2, "must be `on` or `off`");
    exits(&scene.albctl("attr set web-orders cross_zone=perhaps --yes"), 2, "`on`, `off`");
}

#[test]
fn what_an_attribute_means_is_true_where_it_is_set() {
    let scene = Scene::new();
    let hsts = "response_headers.strict_transport_security=max-age=60";
    exits(&scene.albctl(&format!("attr set web/80 {hsts} --dry-run")), 0, "browsers ignore this header");
    exits(&scene.albctl("attr set web idle_timeout=2m --yes"), 0, "");
    exits(&scene.albctl("attr get web"), 0, "idle_timeout (default: 1m)");
    let few = "attr set web-orders target_group_health.dns_failover.count=2 --yes";
    exits(&scene.albctl(few), 0, "fewer than 2 targets are healthy");
    exits(&scene.albctl(&few.replace("=2", "=1")), 0, "while no target is healthy");
}

#[test]
fn a_rule_that_shares_is_warned_of_once() {
    let scene = Scene::new();
    let ran = scene.albctl("stickiness enable web-users web-users-canary --dry-run");
    assert_eq!(ran.err.matches("without group_stickiness").count(), 1, "{ran:#?}");
}

#[test]
fn too_many_parts_name_nothing() {
    exits(&Scene::new().albctl("attr get web/80/10/3"), 1, "has more parts than LB/PORT/PRIORITY");
}

#[test]
fn a_spec_of_the_environment_that_is_missing_is_said_to_be_missing() {
    let crew = Crew::new();
    let shell = crew.shell().env("ALBCTL_SPEC", "gone.yaml");
    let ran = shell.run("--sandbox attr get legacy").exits(0);
    assert!(
        ran.stderr.contains("gone.yaml is left out ($ALBCTL_SPEC names it, and there is no such file)"),
        "{ran}"
    );
}
