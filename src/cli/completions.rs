//! `albctl completions SHELL`, and the answers to the shells that these scripts make ask.
//!
//! The scripts are short: at each TAB the shell asks albctl itself, which knows its own options and the names in the spec.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::{CompleteEnv, Shells};

use super::args::Cli;
use super::environment::Environment;
use super::fix::known;
use crate::base::SourceMap;
use crate::fix::find::Keys;

/// The variable by which a shell asks; its value is the shell's name.
const ASKED: &str = "ALBCTL_COMPLETE";

/// The completion script of a shell.
pub fn script(shell: Shell) -> String {
    let mut bytes = Vec::new();
    let name = shell.to_string();
    let written = Shells::builtins()
        .completer(&name)
        .map(|shell| shell.write_registration(ASKED, "albctl", "albctl", "albctl", &mut bytes));
    // Writing into memory does not fail, and all of clap's shells have such a script.
    debug_assert!(matches!(written, Some(Ok(()))), "{name}");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Answers a shell that asks what may come next. Whether one did.
///
/// # Errors
/// The shell is not known.
pub fn answer(arguments: &[OsString]) -> Result<bool, clap::Error> {
    CompleteEnv::with_factory(Cli::command).var(ASKED).try_complete(arguments.to_vec(), Some(Path::new(".")))
}

/// What the spec that is there calls things; empty where there is none or it is wrong.
fn keys() -> Keys {
    let Ok(cli) = Cli::read(["albctl", "schema"].map(OsString::from)) else { return Keys::default() };
    let mut sources = SourceMap::new();
    let found = known::find(&cli.global, &Environment::of_process(), &mut sources);
    found.map(|known| known.keys()).unwrap_or_default()
}

fn beginning(current: &OsStr, candidates: Vec<(String, String)>) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy().into_owned();
    let fits = candidates.into_iter().filter(|(value, _)| value.starts_with(&current));
    fits.map(|(value, help)| CompletionCandidate::new(value).help(Some(help.into()))).collect()
}

fn group_names(keys: &Keys) -> Vec<(String, String)> {
    keys.groups.iter().map(|(key, name)| (key.clone(), format!("target group {name}"))).collect()
}

fn balancer_names(keys: &Keys) -> Vec<(String, String)> {
    let name = keys.balancer.iter().map(|name| (name.clone(), "load balancer".to_owned()));
    name.collect()
}

/// Names of target groups.
pub fn groups(current: &OsStr) -> Vec<CompletionCandidate> {
    beginning(current, group_names(&keys()))
}

/// Names of load balancers.
pub fn balancers(current: &OsStr) -> Vec<CompletionCandidate> {
    beginning(current, balancer_names(&keys()))
}

/// Names of anything: target groups, the load balancer, its listeners.
pub fn anything(current: &OsStr) -> Vec<CompletionCandidate> {
    let keys = keys();
    let listeners =
        keys.listeners.iter().map(|(key, port)| (format!("listener/{key}"), format!("port {port}")));
    let all = group_names(&keys).into_iter().chain(balancer_names(&keys)).chain(listeners);
    beginning(current, all.collect())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Run with `UPDATE_COMPLETIONS=1` to write them anew.
    #[test]
    fn the_scripts_in_the_repository_are_current() {
        #[expect(clippy::disallowed_methods, reason = "a switch of this test only")]
        let update = std::env::var_os("UPDATE_COMPLETIONS").is_some();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
        for (shell, name) in [
            (Shell::Bash, "albctl.bash"),
            (Shell::Zsh, "_albctl"),
            (Shell::Fish, "albctl.fish"),
            (Shell::PowerShell, "_albctl.ps1"),
            (Shell::Elvish, "albctl.elv"),
        ] {
            let path = folder.join(name);
            if update {
                fs::write(&path, script(shell)).unwrap();
            }
            let written = fs::read_to_string(&path).unwrap_or_default();
            assert!(
                written == script(shell),
                "completions/{name} is stale: UPDATE_COMPLETIONS=1 cargo test completions"
            );
        }
    }
}
