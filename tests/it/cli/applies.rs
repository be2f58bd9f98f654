//! Applying, failing half way, going on, destroying; off a terminal.

use serde_json::json;

use super::plans::{LATER, WEB, changed, live};
use super::{Shell, population, snapshot};

#[test]
fn the_first_run() {
    let shell = Shell::new();
    let spec = "specs/quickstart.yaml";
    snapshot!("apply_first", shell.run(&format!("--sandbox apply {spec} --yes")).exits(0).to_string());
    let then = [
        format!("--sandbox plan {spec} --exit-code"),
        format!("--sandbox apply {spec} --yes"),
        format!("--sandbox destroy {spec} --yes"),
        format!("--sandbox destroy {spec} --yes"),
    ];
    let then = then.map(|line| shell.run(&line).exits(0).to_string()).join("\n");
    snapshot!("apply_then", then);
    assert_eq!(population(&shell.state()), [0; 4]);
}

#[test]
fn without_a_terminal_yes_is_needed() {
    let shell = Shell::with(&[("web.yaml", WEB)]);
    let lines = [
        "--sandbox apply web.yaml",
        "--sandbox destroy web.yaml",
        "--sandbox apply web.yaml --output json",
        "sandbox reset",
    ];
    snapshot!("apply_without_yes", shell.session(&lines));
    assert_eq!(population(&shell.state()), [0; 4]);
}

#[test]
fn changes_in_place() {
    let shell = changed();
    snapshot!("apply_later", shell.run("--sandbox apply web.yaml --yes").exits(0).to_string());
    shell.run("--sandbox plan web.yaml --exit-code").exits(0);
    let quiet = changed().run("--sandbox apply web.yaml --yes -q").exits(0);
    snapshot!("apply_later_quiet", quiet.to_string());
    assert_eq!(quiet.stderr, "");
}

#[test]
fn waiting_for_healthy_targets() {
    let shell = Shell::with(&[("web.yaml", WEB)]);
    let ran = shell.run("--sandbox apply web.yaml --yes --wait healthy").exits(0);
    snapshot!("apply_wait_healthy", ran.to_string());
}

#[test]
fn targets_that_never_get_healthy() {
    let shell = Shell::with(&[("web.yaml", WEB)]);
    shell.edit(|state| {
        state["target_health"] = json!({"i-0e4f5a6b": {"unhealthy": {"reason": "Target.Timeout"}}});
    });
    let ran = shell.run("--sandbox apply web.yaml --yes --wait healthy").exits(5);
    snapshot!("apply_never_healthy", ran.to_string());
    shell.edit(|state| state["target_health"] = json!({}));
    shell.run("--sandbox plan web.yaml --exit-code").exits(0);
}

#[test]
fn a_refusal_half_way_and_the_way_on() {
    let shell = Shell::with(&[("web.yaml", WEB)]);
    shell.edit(|state| state["stopped_instances"] = json!(["i-0e4f5a6b"]));
    let ran = shell.run("--sandbox apply web.yaml --yes").exits(5);
    snapshot!("apply_half_way", ran.to_string());
    // The rule waits for its targets, so that this time nothing at all is changed.
    let json = shell.run("--sandbox apply web.yaml --yes --output json").exits(1);
    assert_eq!(json.stderr, "");
    snapshot!("apply_half_way_json", json.stdout);
    shell.edit(|state| state["stopped_instances"] = json!([]));
    snapshot!("apply_goes_on", shell.run("--sandbox apply web.yaml --yes").exits(0).to_string());
    shell.run("--sandbox plan web.yaml --exit-code").exits(0);
}

#[test]
fn what_needs_a_failed_step_is_skipped() {
    let shell = Shell::with(&[("web.yaml", WEB)]);
    shell.edit(|state| state["missing"] = json!(["subnet-0bbb2222"]));
    let ran = shell.run("--sandbox apply web.yaml --yes").exits(5);
    snapshot!("apply_skips", ran.to_string());
    shell.edit(|state| state["missing"] = json!([]));
    shell.run("--sandbox apply web.yaml --yes").exits(0);
    shell.run("--sandbox plan web.yaml --exit-code").exits(0);
}

#[test]
fn a_change_that_is_refused_alone_changes_nothing() {
    let shell = live();
    let logs = "  access_logs: { bucket: my-logs }\n";
    shell.replace("web.yaml", "  idle_timeout: 2m\n", &format!("  idle_timeout: 2m\n{logs}"));
    shell.edit(|state| state["bucket_denied"] = json!(["my-logs"]));
    let ran = shell.run("--sandbox apply web.yaml --yes").exits(1);
    snapshot!("apply_bucket_denied", ran.to_string());
}

#[test]
fn the_second_stack_is_not_begun_when_the_first_one_fails() {
    let other = WEB.replace("stack: web", "stack: other");
    let shell = Shell::with(&[("web.yaml", WEB), ("other.yaml", &other)]);
    shell.edit(|state| state["stopped_instances"] = json!(["i-0e4f5a6b"]));
    let ran = shell.run("--sandbox apply web.yaml other.yaml --yes -q").exits(5);
    snapshot!("apply_several_fail", ran.to_string());
    assert_eq!(population(&shell.state())[0], 1);
}

#[test]
fn destroying_what_was_changed_since() {
    let shell = live();
    shell.write("web.yaml", LATER);
    snapshot!("destroy_later", shell.run("--sandbox destroy web.yaml --yes").exits(0).to_string());
    assert_eq!(population(&shell.state()), [0; 4]);
}

#[test]
fn the_sandbox_is_reset() {
    let shell = live();
    let lines = ["sandbox reset --yes", "--sandbox plan web.yaml -q", "sandbox reset --yes --output json"];
    snapshot!("sandbox_reset", shell.session(&lines));
    shell.edit(|state| state["format"] = 99.into());
    let lines = ["--sandbox plan web.yaml", "sandbox reset --yes -q", "--sandbox plan web.yaml -q"];
    snapshot!("sandbox_of_another_version", shell.session(&lines));
}
