//! What is wrong around a spec: files, folders, variables, `extends`.

use std::fs::File;

use super::{Shell, snapshot};

const SMALL: &str = "\
version: 1
stack: small
region: us-east-1
vpc: vpc-0a1b2c3d
load_balancer:
  scheme: internal
  subnets: [subnet-0aaa1111, subnet-0bbb2222]
  security_groups: [sg-0a1b2c3d]
";

fn small_with(more: &str) -> String {
    format!("{SMALL}{more}")
}

/// One command in a folder with these files.
fn case(name: &str, files: &[(&str, &str)], line: &str, code: i32) {
    let ran = Shell::with(files).run(line).exits(code);
    snapshot!(format!("files_{name}"), ran.to_string());
}

#[test]
fn files_that_are_not_there() {
    case("missing", &[("prod.yaml", SMALL)], "validate pord.yaml", 4);
    case("missing_plan", &[], "--sandbox plan prod.yaml", 4);
    case("none_named", &[], "validate", 4);
    case("folder_without_specs", &[("specs/readme.txt", "")], "validate specs", 4);
    case("device", &[], "validate /dev/null", 4);
}

#[test]
fn folders_and_defaults() {
    let other = SMALL.replace("small", "other");
    let files = [("albctl.yaml", SMALL), ("other.albctl.yaml", other.as_str()), ("notes.yaml", "- x")];
    case("default", &files, "validate", 0);
    case("folder", &files, "validate .", 0);
    let by_environment = Shell::with(&files).env("ALBCTL_SPEC", "other.albctl.yaml");
    snapshot!("files_by_environment", by_environment.run("validate").exits(0).to_string());
    case("one_stack_twice", &[("a.yaml", SMALL), ("b.yaml", SMALL)], "validate a.yaml b.yaml", 4);
}

#[test]
fn a_large_file_is_refused_by_its_size() {
    let shell = Shell::with(&[("big.yaml", &"# padding\n".repeat(500_000))]);
    snapshot!("files_big", shell.run("validate big.yaml").exits(4).to_string());
    // 100 MB that are not on the disk either: it must not be read.
    let sparse = File::create(shell.folder().join("sparse.yaml")).expect("a file can be made");
    sparse.set_len(100 << 20).expect("a file can have holes");
    snapshot!("files_sparse", shell.run("validate sparse.yaml").exits(4).to_string());
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let shell = Shell::with(&[("secret.yaml", SMALL)]);
    let path = shell.folder().join("secret.yaml");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o000)).expect("permissions can be set");
    if File::open(&path).is_ok() {
        return; // root reads everything
    }
    snapshot!("files_unreadable", shell.run("validate secret.yaml").exits(4).to_string());
}

#[test]
fn extends() {
    let cycle =
        [("a.yaml", "extends: b.yaml\n"), ("b.yaml", "extends: c.yaml\n"), ("c.yaml", "extends: a.yaml\n")];
    case("extends_cycle", &cycle, "validate a.yaml", 4);
    case("extends_itself", &[("a.yaml", "extends: ./a.yaml\n")], "validate a.yaml", 4);
    let missing = [("envs/prod.yaml", "extends: ../bsae.yaml\nstack: x\n"), ("base.yaml", SMALL)];
    case("extends_missing", &missing, "validate envs/prod.yaml", 4);
    case("extends_remote", &[("a.yaml", "extends: https://example.com/a.yaml\n")], "validate a.yaml", 4);
    // A mistake in the base is shown there, whoever extends it.
    let base = small_with("  idle_timout: 2m\n");
    let mistake = [("prod.yaml", "extends: base.yaml\nstack: Prod\n"), ("base.yaml", base.as_str())];
    case("extends_mistake_in_base", &mistake, "validate prod.yaml", 4);
}

#[test]
fn variables() {
    let spec = small_with("  idle_timeout: \"${timeout}\"\nvars: { timeout: 60s }\n");
    let files = [("a.yaml", spec.as_str()), ("bad.yaml", "- timeout: 2m\n"), ("prod.yaml", "timeuot: 2m\n")];
    case("var_unknown", &files, "validate a.yaml --var timeuot=2m", 4);
    case("var_without_value", &files, "validate a.yaml --var timeout", 2);
    case("var_of_wrong_type", &files, "validate a.yaml --var timeout=soon", 4);
    case("vars_is_a_list", &files, "validate a.yaml --vars bad.yaml", 4);
    case("vars_missing", &files, "validate a.yaml --vars no.yaml", 4);
    case("vars_unknown_name", &files, "validate a.yaml --vars prod.yaml", 4);
    let shell = Shell::with(&files).env("ALBCTL_VAR_timeout", "2m");
    snapshot!("files_var_from_environment", shell.run("validate a.yaml").exits(0).to_string());
    // A name in the environment may be meant for another spec: no error.
    let shell = Shell::with(&files).env("ALBCTL_VAR_timeuot", "2m");
    snapshot!("files_var_unknown_in_environment", shell.run("validate a.yaml").exits(0).to_string());
}

#[test]
fn one_bad_spec_of_two_stops_both() {
    let bad = SMALL.replace("small", "bad").replace("internal", "external");
    let shell = Shell::with(&[("good.yaml", SMALL), ("bad.yaml", &bad)]);
    let ran = shell.run("--sandbox apply good.yaml bad.yaml --yes").exits(4);
    snapshot!("files_two_specs_one_bad", ran.to_string());
    assert_eq!(super::population(&shell.state()), [0; 4], "nothing was called");
}

#[test]
fn options_that_contradict_each_other_or_the_spec() {
    let files = [("albctl.yaml", SMALL)];
    case("region_contradicts", &files, "validate --region eu-west-1", 4);
    case("quiet_and_verbose", &files, "validate -q -v", 2);
    case("state_without_sandbox", &files, "plan --sandbox-state x.json", 2);
    case("sandbox_and_endpoint", &files, "plan --sandbox --endpoint-url http://127.0.0.1:1", 2);
    case("sandbox_and_profile", &files, "plan --sandbox --profile prod", 2);
    case("unknown_option", &files, "plan --snadbox", 2);
    case("unknown_command", &files, "aply", 2);
    case("no_command", &files, "", 2);
}
