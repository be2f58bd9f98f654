//! `health set` as people run it.

use super::crew::{Crew, group_in};
use crate::cli::snapshot;

#[test]
fn the_check_changes_and_its_times_are_told() {
    let shell = Crew::new().shell();
    let line = "--sandbox health set legacy-orders --path /up?deep=1 --interval 10s --timeout 4s \
                --healthy-threshold 3 --unhealthy-threshold 4 --codes 200-299 --port 9000 --protocol https --yes";
    let ran = shell.run(line).exits(0);
    let check = group_in(&shell.state(), "legacy-orders")["health_check"].clone();
    assert_eq!((&check["path"], &check["interval"]), (&"/up?deep=1".into(), &10.into()));
    assert_eq!((&check["port"], &check["protocol"]), (&"9000".into(), &"HTTPS".into()));
    assert_eq!((&check["healthy_threshold"], &check["unhealthy_threshold"]), (&3.into(), &4.into()));
    assert_eq!((&check["timeout"], &check["matcher"]["HttpCode"]), (&4.into(), &"200-299".into()));
    snapshot!("fix_health_set", format!("{ran}\n{}", shell.run(line).exits(0)));
    // What the last line says takes it back.
    let (_, undo) = ran.stdout.rsplit_once("Take back: albctl ").expect("a way back");
    assert!(undo.contains("--interval 30s") && undo.contains("--port traffic-port"), "{undo}");
    shell.run(&format!("{} --yes", undo.replace('\n', " ").replace('\'', ""))).exits(0);
    let back = group_in(&shell.state(), "legacy-orders")["health_check"].clone();
    assert_eq!(back, group_in(&Crew::new().shell().state(), "legacy-orders")["health_check"]);
}

#[test]
fn values_that_aws_would_refuse_are_refused_before() {
    let crew = Crew::new();
    crew.function();
    let shell = crew.shell();
    let before = shell.state();
    let mut text = String::new();
    for line in [
        "legacy-orders --interval 4s",
        "legacy-orders --interval 10s --timeout 10s",
        "legacy-orders --healthy-threshold 1 --unhealthy-threshold 11",
        "legacy-orders --path up --codes 600 --port 70000",
        "legacy-orders --path /caf\u{e9}",
        "legacy-orders --codes 299-200",
        "legacy-orders --codes 200,",
        "legacy-orders --codes 200-599",
        "legacy-orders --port 0",
        "legacy-orders --protocol tcp",
        "legacy-orders --interval soon",
        "legacy-orders",
        "legacy-warm --path /",
    ] {
        let ran = shell.run(&format!("--sandbox health set {line} --yes")).exits(2);
        text.push_str(&format!("{ran}\n"));
    }
    let long = format!("legacy-orders --path /{}", "a".repeat(1024));
    let ran = shell.run(&format!("--sandbox health set {long} --yes")).exits(2);
    assert!(ran.stderr.contains("at most 1024 characters, found 1025"), "{ran}");
    snapshot!("fix_health_set_bad", text);
    assert_eq!(shell.state()["regions"], before["regions"]);
    shell.run("--sandbox health set nothing --path /up --yes").exits(1);
}
