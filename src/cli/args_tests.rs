use clap::CommandFactory;
use clap::error::ErrorKind;

use super::*;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::read(line.split_whitespace().map(OsString::from))
}

fn refused(line: &str) -> ErrorKind {
    parse(line).map(|_| ()).unwrap_err().kind()
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn defaults() {
    let cli = parse("albctl apply").unwrap();
    assert_eq!((cli.global.output, cli.global.color), (OutputFormat::Text, When::Auto));
    assert_eq!((cli.global.parallelism, cli.global.sandbox, cli.global.quiet), (16, false, false));
    let Command::Apply(apply) = cli.command else { panic!("{:?}", cli.command) };
    assert_eq!((apply.yes, apply.planning.prune, apply.planning.wait), (false, false, Wait::Active));
    assert!(apply.specs.specs.is_empty());
}

#[test]
fn global_options_stand_before_and_after_the_command() {
    for line in
        ["albctl --sandbox --var a=1 plan x.yaml y.yaml", "albctl plan x.yaml --sandbox y.yaml --var a=1"]
    {
        let cli = parse(line).unwrap();
        assert!(cli.global.sandbox);
        assert_eq!(cli.global.var, [("a".to_owned(), "1".to_owned())]);
        let Command::Plan(plan) = cli.command else { panic!("{:?}", cli.command) };
        assert_eq!(plan.specs.specs.len(), 2);
    }
}

#[test]
fn what_contradicts_itself_is_seen_on_both_sides_of_the_command() {
    for (line, excluded) in [
        ("albctl plan --sandbox --profile prod", "--profile"),
        ("albctl --sandbox plan --endpoint-url http://x", "--endpoint-url"),
        ("albctl -q plan -v", "--verbose"),
    ] {
        let why = parse(line).unwrap().global.contradiction().unwrap();
        assert!(why.contains(excluded), "{line}: {why}");
    }
    assert_eq!(parse("albctl --sandbox plan -q").unwrap().global.contradiction(), None);
}

#[test]
fn repeated_options_add_up_on_both_sides_of_the_command() {
    let cli = parse("albctl --var a=1 --vars x.yaml plan --var b=2 --vars y.yaml").unwrap();
    let names: Vec<&str> = cli.global.var.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((names, cli.global.vars.len()), (vec!["a", "b"], 2));
    let cli = parse("albctl --var=a=1 plan --vars=x.yaml -- --var").unwrap();
    let Command::Plan(plan) = cli.command else { panic!("{:?}", cli.command) };
    assert_eq!((plan.specs.specs, cli.global.var.len()), (vec![PathBuf::from("--var")], 1));
}

#[test]
fn waits_have_a_limit_in_seconds() {
    let Command::Apply(apply) = parse("albctl apply --wait-timeout 1h30m").unwrap().command else { panic!() };
    assert_eq!(apply.planning.wait_timeout, Some(5400));
    let Command::Destroy(destroy) = parse("albctl destroy --wait-timeout 90").unwrap().command else {
        panic!()
    };
    assert_eq!(destroy.wait_timeout, Some(90));
    assert_eq!(refused("albctl apply --plan x --wait-timeout 1m"), ErrorKind::ArgumentConflict);
    assert_eq!(refused("albctl apply --plan x --delete-validation-records"), ErrorKind::ArgumentConflict);
}

#[test]
fn bad_values_are_refused() {
    for line in [
        "albctl plan --var canary",
        "albctl plan --var =5",
        "albctl plan --parallelism 0",
        "albctl plan --parallelism 65",
        "albctl apply --wait-timeout soon",
        "albctl apply --wait-timeout 0s",
        "albctl destroy --wait-timeout 25h",
        "albctl sandbox serve --port 1 --speed 0",
    ] {
        assert_eq!(refused(line), ErrorKind::ValueValidation, "{line}");
    }
    assert_eq!(refused("albctl plan --wait forever"), ErrorKind::InvalidValue);
    assert_eq!(refused("albctl destroy a.yaml b.yaml"), ErrorKind::UnknownArgument);
    assert_eq!(refused("albctl"), ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand);
}

#[test]
fn values_of_variables_may_hold_anything() {
    let cli = Cli::try_parse_from(["albctl", "plan", "--var", "body={\"a\"=1}", "--var", "empty="]).unwrap();
    let wanted =
        [("body", "{\"a\"=1}"), ("empty", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(cli.global.var, wanted);
}

#[test]
fn every_command_has_two_examples() {
    fn check(command: &clap::Command) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples = help.lines().filter(|line| line.starts_with("  ")).count();
        assert_eq!((help.lines().next(), examples), (Some("Examples:"), 2), "{}", command.get_name());
        command.get_subcommands().for_each(check);
    }
    check(&Cli::command());
}
