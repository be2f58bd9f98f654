//! The help texts, the version, the completions.

use albctl::cli::args::Cli;
use clap::{Command, CommandFactory};

use super::{Shell, snapshot};

/// The words of every command, those that only hold others included.
fn commands(command: &Command, words: &str, into: &mut Vec<(String, bool)>) {
    for one in command.get_subcommands().filter(|one| one.get_name() != "help") {
        let words = format!("{words} {}", one.get_name()).trim().to_owned();
        into.push((words.clone(), one.get_subcommands().next().is_none()));
        commands(one, &words, into);
    }
}

#[test]
fn every_command_has_its_help() {
    let shell = Shell::new();
    let mut all = vec![(String::new(), true)];
    commands(&Cli::command(), "", &mut all);
    assert!(all.len() > 20, "{all:?}");
    for (line, leaf) in all {
        let name = format!("help {line}").trim_end().replace(' ', "_");
        let ran = shell.run(&format!("{line} --help")).exits(0);
        assert_eq!(ran.stderr, "", "help that was asked for is an answer");
        assert!(ran.stdout.lines().all(|line| line.chars().count() <= 100), "{ran}");
        let examples = ran.stdout.lines().skip_while(|line| !line.starts_with("Examples:")).skip(1);
        assert!(!leaf || examples.filter(|line| line.starts_with("  ")).count() >= 2, "two examples: {ran}");
        snapshot!(name, ran.to_string());
    }
    snapshot!("help_short", shell.run("-h").exits(0).to_string());
    snapshot!("help_version", shell.run("--version").exits(0).to_string());
}

/// What a shell is told when somebody presses TAB after these words.
fn completed(shell: &Shell, words: &[&str]) -> Vec<String> {
    let mut command = shell.command("");
    let output = command.env("ALBCTL_COMPLETE", "fish").args(["--", "albctl"]).args(words).output();
    let output = output.expect("albctl runs");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().filter_map(|line| line.split('\t').next()).map(str::to_owned).collect()
}

#[test]
fn a_shell_completes_commands_files_and_the_names_of_the_spec() {
    let spec = include_str!("../../../specs/microservices.yaml");
    let shell = Shell::with(&[("albctl.yaml", spec), ("other.yaml", "")]);
    assert_eq!(completed(&shell, &["sti"]), ["stickiness"]);
    assert_eq!(completed(&shell, &["stickiness", "enable", "o"]), ["orders"]);
    let names = completed(&shell, &["stickiness", "show", ""]);
    assert_eq!(names[..3], ["orders", "payments", "users"], "{names:?}");
    assert_eq!(completed(&shell, &["plan", "oth"]), ["other.yaml"]);
    shell.write("albctl.yaml", "version: 1\nstack: [");
    assert!(!completed(&shell, &["stickiness", "show", ""]).contains(&"orders".to_owned()));
}

#[test]
fn every_command_of_the_on_call_view_completes_what_it_can_mean() {
    let spec = include_str!("../../../specs/microservices.yaml");
    let shell = Shell::with(&[("albctl.yaml", spec), ("other.yaml", "")]);
    let balancer = completed(&shell, &["logs", "enable", ""])[0].clone();
    let listener = format!("{balancer}/443");
    let (of_balancer, default) = (format!("{balancer}/"), format!("{listener}/default"));
    let (orders, share) = ("orders".to_owned(), "orders=".to_owned());
    for (words, expected) in [
        (vec!["targets", "list", "o"], &orders),
        (vec!["targets", "drain", "o"], &orders),
        (vec!["targets", "add", "o"], &orders),
        (vec!["health", "o"], &orders),
        (vec!["health", "set", "o"], &orders),
        (vec!["health", "--wait", "--allow-empty", "o"], &orders),
        (vec!["attr", "get", "o"], &orders),
        (vec!["attr", "set", of_balancer.as_str()], &listener),
        (vec!["cert", "list", of_balancer.as_str()], &listener),
        (vec!["cert", "show", "a.example.com", of_balancer.as_str()], &listener),
        (vec!["cert", "rotate", ""], &balancer),
        (vec!["redirect", "enable", ""], &balancer),
        (vec!["redirect", "disable", balancer.as_str(), "--forward", "o"], &orders),
        (vec!["logs", "disable", ""], &balancer),
        (vec!["status", ""], &balancer),
        (vec!["status", "oth"], &"other.yaml".to_owned()),
        (vec!["doctor", ""], &balancer),
        (vec!["weights", of_balancer.as_str()], &default),
        (vec!["weights", "show", "rule/https/ord"], &"rule/https/orders".to_owned()),
        (vec!["weights", "set", listener.as_str(), "o"], &share),
    ] {
        let told = completed(&shell, &words);
        assert!(told.contains(expected), "{words:?}: {told:?}");
    }
}
