//! `targets list|add|remove|drain` as people run them.

use super::crew::{Crew, FIRST, SECOND, targets_in};
use super::scene::Scene;
use crate::cli::snapshot;

#[test]
fn a_list_tells_zones_states_and_who_leaves() {
    let crew = Crew::new();
    crew.says(
        "10.0.1.7",
        "unhealthy",
        "Target.ResponseCodeMismatch",
        "Health checks failed with these codes: [500]",
    );
    let shell = crew.shell();
    shell.run(&format!("--sandbox targets remove legacy-orders {FIRST} --yes")).exits(0);
    let text = shell.session(&[
        "--sandbox targets list legacy-orders legacy-users",
        "--sandbox -q targets list legacy-idle",
    ]);
    snapshot!("fix_targets_list", text);
    let json = shell.run("--sandbox targets list legacy-orders --output json").exits(0).json();
    let group = &json["results"][0]["target_groups"][0];
    assert_eq!(group["targets"][0]["id"], SECOND);
    assert_eq!(
        (&group["draining"][0]["id"], &group["draining"][0]["state"]),
        (&FIRST.into(), &"draining".into())
    );
    assert_eq!(group["deregistration_delay"], 300);
}

#[test]
fn add_registers_with_port_and_zone_and_once() {
    let shell = Crew::new().shell();
    let line = "--sandbox targets add legacy-users 10.0.1.8 10.0.1.9:3001@us-east-1b 192.168.4.21@all";
    let dry = shell.run(&format!("{line} --dry-run")).exits(0);
    assert_eq!(targets_in(&shell.state(), "legacy-users").len(), 2, "nothing is done: {dry}");
    let text = format!(
        "{dry}\n{}\n{}",
        shell.run(&format!("{line} --yes")).exits(0),
        shell.run(&format!("{line} --yes"))
    );
    snapshot!("fix_targets_add", text);
    let expected = [
        "10.0.1.7:3000@us-east-1a",
        "192.168.4.20:3000@all",
        "10.0.1.8:3000",
        "10.0.1.9:3001@us-east-1b",
        "192.168.4.21:3000@all",
    ];
    assert_eq!(targets_in(&shell.state(), "legacy-users"), expected);
    // One that is there, named without its zone, is that one.
    let again = shell.run("--sandbox targets add legacy-users 10.0.1.7 --yes").exits(0);
    assert!(again.stdout.contains("No change: 10.0.1.7:3000 is registered with legacy-users."), "{again}");
    let zone = "--sandbox targets add legacy-users 192.168.4.22 --zone all --yes";
    shell.run(zone).exits(0);
    assert!(targets_in(&shell.state(), "legacy-users").contains(&"192.168.4.22:3000@all".to_owned()));
}

#[test]
fn add_waits_until_its_own_targets_are_healthy() {
    let crew = Crew::new();
    crew.says(FIRST, "unhealthy", "Target.Timeout", "Request timed out");
    let shell = crew.shell();
    let good = shell.run("--sandbox targets add legacy-orders i-0c --wait --yes").exits(0);
    assert!(good.stdout.contains("The 1 target is healthy after "), "{good}");
    crew.says("i-0d", "unhealthy", "Target.Timeout", "Request timed out");
    let shell = crew.shell();
    let bad = shell.run("--sandbox targets add legacy-orders i-0d --wait --timeout 2m --yes").exits(5);
    snapshot!("fix_targets_add_unhealthy", bad.to_string());
    assert!(
        targets_in(&shell.state(), "legacy-orders").contains(&"i-0d:8080".to_owned()),
        "it stays registered"
    );
    let json = crew.shell();
    let json =
        json.run("--sandbox targets add legacy-orders i-0d --wait --timeout 1m --yes --output json").exits(5);
    let json = json.json();
    assert_eq!((&json["error"]["code"], &json["exit_code"]), (&"not-healthy".into(), &5.into()));
    assert_eq!(json["target_groups"][0]["targets"][0]["reason"], "Target.Timeout");
    let never = crew.shell().run("--sandbox targets add legacy-idle 10.0.1.8 --wait --yes").exits(2);
    assert!(never.stderr.contains("error[never-healthy]"), "{never}");
}

#[test]
fn what_aws_would_refuse_is_said_before() {
    let crew = Crew::new();
    crew.function();
    let shell = crew.shell();
    let before = shell.state();
    let mut text = String::new();
    for (line, code) in [
        ("add legacy-users i-0c", 2),
        ("add legacy-orders 10.0.1.8", 2),
        ("add legacy-orders i-0c@us-east-1a", 2),
        ("add legacy-users 8.8.8.8", 2),
        ("add legacy-users 8.8.8.8@all 8.8.4.4", 2),
        ("add legacy-users [2001:db8::1]:3000", 2),
        ("add legacy-users 10.0.1.8 10.0.1.8@all", 2),
        ("add legacy-users 10.0.1.8@eu-west-1a", 2),
        ("add legacy-users 10.0.1.8 --zone use1-az1", 2),
        ("add legacy-idle 10.0.1.8@us-east-1ab", 2),
        ("add legacy-users 10.0.1.8:65536", 2),
        ("add legacy-warm 10.0.1.8", 2),
        ("remove legacy-warm 10.0.1.8", 2),
        ("add legacy-users web-1", 2),
        ("add legacy-users 10.0.1.8:0", 2),
        ("add legacy-users", 2),
        ("add legacy 10.0.1.8", 1),
        ("add nothing 10.0.1.8", 1),
    ] {
        let ran = shell.run(&format!("--sandbox targets {line} --yes"));
        assert_eq!(ran.code, Some(code), "{ran}");
        text.push_str(&format!("{ran}\n"));
    }
    snapshot!("fix_targets_bad", text);
    assert_eq!(shell.state()["regions"], before["regions"], "nothing was changed");
}

#[test]
fn an_address_that_still_leaves_is_not_taken_anew() {
    let shell = Crew::new().shell();
    shell.run("--sandbox targets remove legacy-users 10.0.1.7 --yes").exits(0);
    let ran = shell.run("--sandbox targets add legacy-users 10.0.1.7 --yes").exits(1);
    assert!(ran.stderr.contains("error[still-draining]: 10.0.1.7:3000 still leaves"), "{ran}");
    // AWS says so of addresses only.
    shell.run(&format!("--sandbox targets remove legacy-orders {FIRST} --yes")).exits(0);
    shell.run(&format!("--sandbox targets add legacy-orders {FIRST} --yes")).exits(0);
}

#[test]
fn remove_never_silently_does_nothing() {
    let crew = Crew::new();
    crew.register(&crew.orders, &[(FIRST, 9090, None)]);
    crew.stage.sandbox.advance(std::time::Duration::from_secs(600));
    let shell = crew.shell();
    let before = targets_in(&shell.state(), "legacy-orders");
    let mut text = String::new();
    for (line, code) in [
        (format!("remove legacy-orders {FIRST}:7070"), 1),
        ("remove legacy-orders i-0c".to_owned(), 1),
        (format!("remove legacy-orders {FIRST}"), 6),
        ("remove legacy-users 10.0.1.7@us-east-1b".to_owned(), 1),
    ] {
        let ran = shell.run(&format!("--sandbox targets {line} --yes"));
        assert_eq!(ran.code, Some(code), "{ran}");
        text.push_str(&format!("{ran}\n"));
    }
    assert_eq!(targets_in(&shell.state(), "legacy-orders"), before);
    let one = shell.run(&format!("--sandbox targets remove legacy-orders {FIRST}:9090 --yes")).exits(0);
    snapshot!("fix_targets_remove", format!("{text}{one}"));
    assert!(targets_in(&shell.state(), "legacy-orders").contains(&format!("!{FIRST}:9090")));
    let again = shell.run(&format!("--sandbox targets remove legacy-orders {FIRST}:9090 --yes")).exits(0);
    assert!(
        again.stdout.contains(&format!("No change: {FIRST}:9090 leaves legacy-orders already.")),
        "{again}"
    );
    let shell = crew.shell();
    shell.run(&format!("--sandbox targets remove legacy-orders {FIRST} --all-ports --yes")).exits(0);
    let expected = [format!("!{FIRST}:8080"), format!("{SECOND}:8080"), format!("!{FIRST}:9090")];
    assert_eq!(targets_in(&shell.state(), "legacy-orders"), expected);
}

#[test]
fn the_last_healthy_target_stays_unless_it_is_allowed() {
    let crew = Crew::new();
    let shell = crew.shell();
    let all = format!("--sandbox targets remove legacy-orders {FIRST} {SECOND} --yes");
    let refused = shell.run(&all).exits(6);
    assert!(targets_in(&shell.state(), "legacy-orders").iter().all(|one| !one.starts_with('!')));
    let allowed = shell.run(&format!("{all} --allow no-healthy-target")).exits(0);
    assert!(targets_in(&shell.state(), "legacy-orders").iter().all(|one| one.starts_with('!')));
    crew.says(SECOND, "unhealthy", "Target.Timeout", "Request timed out");
    let shell = crew.shell();
    let unhealthy = shell.run(&format!("--sandbox targets remove legacy-orders {FIRST} --yes")).exits(6);
    snapshot!("fix_targets_last", format!("{refused}\n{allowed}\n{unhealthy}"));
    // The one that does not answer may go.
    let silent = shell.run(&format!("--sandbox targets remove legacy-orders {SECOND} --yes")).exits(0);
    assert!(silent.stdout.contains("its requests go to the same healthy targets as"), "{silent}");
    // Nothing forwards to it: nobody loses anything.
    crew.register(&crew.idle, &[("10.0.1.50", 3000, None)]);
    let idle = crew.shell().run("--sandbox targets remove legacy-idle 10.0.1.50 --yes").exits(0);
    assert!(idle.stdout.contains("nothing sends requests to the group"), "{idle}");
}

#[test]
fn drain_waits_until_the_target_is_gone() {
    let shell = Crew::new().shell();
    let now = |state: &serde_json::Value| state["now"].as_u64().expect("a time");
    let before = now(&shell.state());
    let ran = shell.run(&format!("--sandbox targets drain legacy-orders {FIRST} --yes")).exits(0);
    snapshot!("fix_targets_drain", ran.to_string());
    let waited = (now(&shell.state()) - before) / 1000;
    assert!((300..=310).contains(&waited), "the delay and no longer: {waited}");
    let left = shell.run("--sandbox targets list legacy-orders --output json").exits(0).json();
    assert_eq!(left["results"][0]["target_groups"][0]["draining"], serde_json::json!([]));
    // One that leaves already is waited for, too.
    shell.run("--sandbox targets remove legacy-users 10.0.1.7 --yes").exits(0);
    let json = shell.run("--sandbox targets drain legacy-users 10.0.1.7 --yes --output json").exits(0).json();
    assert_eq!((&json["outcome"], &json["drained"]), (&"unchanged".into(), &true.into()));
    shell.run("--sandbox targets drain legacy-users 10.0.1.99 --yes").exits(1);
}

#[test]
fn nobody_is_asked_where_nobody_can_answer() {
    let shell = Crew::new().shell();
    let ran = shell.run(&format!("--sandbox targets remove legacy-orders {FIRST}")).exits(2);
    assert!(ran.stderr.contains("confirmation-needed"), "{ran}");
    for line in
        ["targets", "targets list", "targets add", "targets remove", "targets drain", "health", "health set"]
    {
        let help = shell.run(&format!("{line} --help")).exits(0);
        assert!(help.stdout.lines().all(|line| line.chars().count() <= 100), "{help}");
        assert!(line == "targets" || help.stdout.matches("\n  albctl ").count() >= 2, "two examples: {help}");
    }
}

#[test]
fn a_zone_that_the_load_balancer_is_not_in_matters_where_requests_do_not_cross_zones() {
    let scene = Scene::new();
    let line = "targets add web-orders 10.0.0.9:8080@us-east-1c --dry-run";
    let crossing = scene.albctl(line);
    assert_eq!((crossing.code, crossing.err.as_str()), (0, ""), "{crossing:?}");
    assert_eq!(scene.albctl("attr set web-orders cross_zone=false --yes").code, 0);
    let ran = scene.albctl(line);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.err.contains("warning[zone-not-served]: load balancer web is not in us-east-1c"), "{ran:?}");
}
