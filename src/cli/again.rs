//! The command to type next.

use std::path::Path;

use clap::{CommandFactory, ValueEnum};

use super::args::{Cli, Global, Planning, Wait};
use crate::base::shell::quoted;
use crate::base::{Diagnostic, Seconds};
use crate::plan::Options;

/// `albctl --sandbox apply specs/quickstart.yaml`, with the options that decide where and what.
pub fn command(global: &Global, verb: &str, spec: &str) -> String {
    let mut words = place(global);
    let mut option = |name: &str, value: String| words.extend([name.to_owned(), quoted(&value)]);
    for path in &global.vars {
        option("--vars", path.display().to_string());
    }
    for (name, value) in &global.var {
        option("--var", format!("{name}={value}"));
    }
    words.extend([verb.to_owned(), quoted(spec)]);
    words.join(" ")
}

/// A command that mends something: `albctl --region eu-west-1 stickiness disable orders`.
pub fn fix(global: &Global, words: &str) -> String {
    format!("{} {words}", place(global).join(" "))
}

/// A text in which commands of albctl get the options that decide where: what is copied from it works on what it is
/// about.
pub fn placed(global: &Global, text: &str) -> String {
    let place = place(global);
    if place.len() == 1 {
        return text.to_owned();
    }
    let verbs = Cli::command();
    let is_verb = |word: &str| verbs.get_subcommands().any(|verb| verb.get_name() == word);
    let mut parts = text.split("albctl ");
    let mut placed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let word = part.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        placed.push_str(&if is_verb(word) { place.join(" ") } else { "albctl".to_owned() });
        placed.push(' ');
        placed.push_str(part);
    }
    placed
}

/// The same for what diagnostics say to do.
pub fn all_placed(global: &Global, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for help in diagnostics.iter_mut().flat_map(|one| &mut one.helps) {
        *help = placed(global, help);
    }
    diagnostics
}

/// The command that applies a plan that was shown, and no other one.
pub fn exactly(global: &Global, spec: &str, planning: &Planning, id: &str) -> String {
    let mut words = vec![command(global, "apply", spec)];
    let options = super::plan::options(planning);
    words.extend(Some(flags(&options).trim().to_owned()).filter(|flags| !flags.is_empty()));
    if let Some(wait) = Some(planning.wait).filter(|wait| *wait != Wait::Active) {
        words.extend(wait.to_possible_value().map(|value| format!("--wait {}", value.get_name())));
    }
    words.extend(planning.wait_timeout.map(|limit| format!("--wait-timeout {}", Seconds(limit))));
    words.extend(planning.allow.iter().map(|code| format!("--allow {code}")));
    words.push(format!("--plan-id {id}"));
    words.join(" ")
}

/// The command that applies a saved plan.
pub fn saved(global: &Global, file: &Path) -> String {
    let mut words = place(global);
    words.extend(["apply".to_owned(), "--plan".to_owned(), quoted(&file.display().to_string())]);
    words.join(" ")
}

/// `albctl`, with the options that decide where.
fn place(global: &Global) -> Vec<String> {
    let mut words = vec!["albctl".to_owned()];
    if global.sandbox {
        words.push("--sandbox".to_owned());
    }
    let mut option = |name: &str, value: String| words.extend([name.to_owned(), quoted(&value)]);
    if let Some(path) = &global.sandbox_state {
        option("--sandbox-state", path.display().to_string());
    }
    for (name, value) in [
        ("--profile", &global.profile),
        ("--region", &global.region),
        ("--endpoint-url", &global.endpoint_url),
    ] {
        if let Some(value) = value {
            option(name, value.clone());
        }
    }
    words
}

/// The options of planning that an apply which continues needs again.
pub fn flags(options: &Options) -> String {
    let mut words = String::new();
    for (given, word) in [
        (options.prune, " --prune"),
        (options.adopt, " --adopt"),
        (options.delete_validation_records, " --delete-validation-records"),
    ] {
        words.push_str(if given { word } else { "" });
    }
    for owner in &options.adopt_from {
        words.push_str(&format!(" --adopt-from {}", quoted(owner)));
    }
    words
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::Cli;

    #[test]
    fn what_decides_where_and_what_is_repeated() {
        let line =
            ["albctl", "--sandbox", "-v", "--var", "a=b c", "--region", "eu-west-1", "apply", "x.yaml"];
        let cli = Cli::try_parse_from(line).unwrap();
        assert_eq!(
            command(&cli.global, "apply", "x.yaml"),
            "albctl --sandbox --region eu-west-1 --var 'a=b c' apply x.yaml"
        );
        assert_eq!(
            placed(&cli.global, "see `albctl attr get web` and albctl doctor; albctl knows no more"),
            "see `albctl --sandbox --region eu-west-1 attr get web` and \
             albctl --sandbox --region eu-west-1 doctor; albctl knows no more"
        );
        let bare = Cli::try_parse_from(["albctl", "plan", "x.yaml"]).unwrap();
        assert_eq!(placed(&bare.global, "albctl attr get web"), "albctl attr get web");
        let options =
            Options { prune: true, adopt: true, adopt_from: ["lbc".to_owned()].into(), ..Options::default() };
        assert_eq!(flags(&options), " --prune --adopt --adopt-from lbc");
        assert_eq!(flags(&Options::default()), "");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
