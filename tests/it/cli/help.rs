//! The help texts, the version, and the schema's and completions' first lines.

use super::{Shell, snapshot};

#[test]
fn every_command_has_its_help() {
    let shell = Shell::new();
    for line in [
        "",
        "validate",
        "plan",
        "apply",
        "destroy",
        "output",
        "status",
        "list",
        "schema",
        "completions",
        "sandbox",
        "sandbox serve",
        "sandbox reset",
        "sandbox zone",
        "sandbox zone create",
        "sandbox zone list",
        "sandbox zone delete",
        "sandbox function",
        "sandbox function create",
        "sandbox function list",
        "sandbox function delete",
        "sandbox certificate",
        "sandbox certificate create",
        "sandbox certificate list",
    ] {
        let name = format!("help {line}").trim_end().replace(' ', "_");
        let ran = shell.run(&format!("{line} --help")).exits(0);
        assert_eq!(ran.stderr, "", "help that was asked for is an answer");
        assert!(ran.stdout.lines().all(|line| line.chars().count() <= 100), "{ran}");
        snapshot!(name, ran.to_string());
    }
    snapshot!("help_short", shell.run("-h").exits(0).to_string());
    snapshot!("help_version", shell.run("--version").exits(0).to_string());
}

#[test]
fn every_command_that_help_names_is_tested_here() {
    let help = Shell::new().run("--help").stdout;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names: Vec<&str> = commands
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let known = [
        "validate",
        "plan",
        "apply",
        "destroy",
        "output",
        "status",
        "list",
        "schema",
        "completions",
        "sandbox",
    ];
    assert_eq!(names, known, "add the new command to the test above");
}
