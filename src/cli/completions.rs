//! `albctl completions SHELL`, and the answers to the shells that these scripts make ask.
//!
//! The scripts are short: at each TAB the shell asks albctl itself, which knows its own options and the names in the spec.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter};
use clap_complete::env::{CompleteEnv, Shells};

use super::args::Cli;
use super::environment::Environment;
use super::fix::known::{self, Known};
use crate::base::SourceMap;
use crate::fix::find::Keys;
use crate::kinds::Resource;

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

/// The spec that is there; none where there is none or it is wrong.
fn spec() -> Option<Known> {
    let cli = Cli::read(["albctl", "schema"].map(OsString::from)).ok()?;
    known::find(&cli.global, &Environment::of_process(), &mut SourceMap::new())
}

/// What the spec that is there calls things; empty where there is none.
fn keys() -> Keys {
    spec().map(|known| known.keys()).unwrap_or_default()
}

/// A word and what it means.
type Named = (String, String);

fn beginning(current: &OsStr, candidates: impl IntoIterator<Item = Named>) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy().into_owned();
    let fits = candidates.into_iter().filter(|(value, _)| value.starts_with(&current));
    fits.map(|(value, help)| CompletionCandidate::new(value).help(Some(help.into()))).collect()
}

fn group_names(keys: &Keys) -> impl Iterator<Item = Named> {
    keys.groups.iter().map(|(key, name)| (key.clone(), format!("target group {name}")))
}

fn balancer_names(keys: &Keys) -> impl Iterator<Item = Named> {
    keys.balancer.iter().map(|name| (name.clone(), "load balancer".to_owned()))
}

/// `LB/PORT`, by port.
fn listener_names(keys: &Keys) -> Vec<Named> {
    let mut ports: Vec<(u16, &str)> =
        keys.listeners.iter().map(|(key, port)| (*port, key.as_str())).collect();
    ports.sort_unstable();
    let of = |name: &String| {
        let name = name.clone();
        ports.iter().map(move |(port, key)| (format!("{name}/{port}"), format!("listener {key}")))
    };
    keys.balancer.iter().flat_map(of).collect()
}

/// `LB/PORT/default`, and `rule/LISTENER/KEY`: the priority of a rule may be AWS's matter, its key is the spec's.
fn rule_names(known: &Known) -> Vec<Named> {
    let defaults = listener_names(&known.keys()).into_iter();
    let defaults = defaults.map(|(name, about)| (format!("{name}/default"), format!("default of {about}")));
    let rules = known.desired.resources.iter().filter_map(|(id, wanted)| match &wanted.resource {
        Resource::Rule(model) => Some((id.to_string(), model.describe())),
        Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::Listener(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_) => None,
    });
    defaults.chain(rules).collect()
}

/// Names of target groups.
pub fn groups(current: &OsStr) -> Vec<CompletionCandidate> {
    beginning(current, group_names(&keys()))
}

/// Names of load balancers.
pub fn balancers(current: &OsStr) -> Vec<CompletionCandidate> {
    beginning(current, balancer_names(&keys()))
}

/// The load balancer and its listeners.
pub fn listeners(current: &OsStr) -> Vec<CompletionCandidate> {
    let keys = keys();
    beginning(current, balancer_names(&keys).chain(listener_names(&keys)))
}

/// What has attributes: target groups, the load balancer, its listeners.
pub fn anything(current: &OsStr) -> Vec<CompletionCandidate> {
    let keys = keys();
    beginning(current, group_names(&keys).chain(balancer_names(&keys)).chain(listener_names(&keys)))
}

/// Rules, and what no rule matches.
pub fn rules(current: &OsStr) -> Vec<CompletionCandidate> {
    beginning(current, spec().iter().flat_map(rule_names))
}

/// `GROUP=`: target groups whose share comes next.
pub fn shares(current: &OsStr) -> Vec<CompletionCandidate> {
    beginning(current, group_names(&keys()).map(|(name, about)| (format!("{name}="), about)))
}

/// The load balancer, or the file of a spec.
pub fn balancers_and_specs(current: &OsStr) -> Vec<CompletionCandidate> {
    balancers(current).into_iter().chain(PathCompleter::any().complete(current)).collect()
}

/// Target groups, the load balancer, or the file of a spec.
pub fn health(current: &OsStr) -> Vec<CompletionCandidate> {
    groups(current).into_iter().chain(balancers_and_specs(current)).collect()
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
