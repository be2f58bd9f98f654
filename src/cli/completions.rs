//! `albctl completions SHELL`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Cli;

/// The completion script of a shell.
pub fn script(shell: Shell) -> String {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "albctl", &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
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
