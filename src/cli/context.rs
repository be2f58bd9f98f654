//! What a command works with: the output, the environment, the texts, and the way to AWS.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use albctl_sandbox::{OpenError, Sandbox, State};

use super::args::Global;
use super::environment::Environment;
use super::failure::Failure;
use crate::aws::{self, AnyClock, Clients, ConnectError, ConnectOptions, Place};
use crate::base::{Diagnostic, SourceMap};
use crate::exec::SystemClock;
use crate::exec::limits::Limiter;
use crate::kinds::Desired;
use crate::output::header::Where;
use crate::output::ui::Ui;

/// A command's surroundings.
pub struct App {
    /// Where output goes.
    pub ui: Ui,
    /// The environment.
    pub env: Environment,
    /// The options of every command.
    pub global: Global,
    /// The texts that diagnostics point into.
    pub sources: SourceMap,
    /// Opened once: its file is locked.
    sandbox: Option<Arc<Sandbox>>,
}

/// A way to AWS, to another endpoint or to the sandbox.
pub struct Session {
    /// The clients.
    pub clients: Clients,
    /// The clock that goes with them.
    pub clock: AnyClock,
    /// The rate limiter: on for AWS only.
    pub limiter: Limiter,
}

impl Session {
    /// What is talked to.
    pub fn place(&self) -> Where {
        match &self.clients.place {
            Place::Aws => Where::Aws,
            Place::Endpoint(url) => Where::Endpoint(url.clone()),
            Place::Sandbox => Where::Sandbox,
        }
    }

    /// How many calls may be under way at once.
    pub fn parallelism(global: &Global) -> usize {
        usize::from(global.parallelism)
    }
}

impl App {
    /// The surroundings of one command.
    pub fn new(ui: Ui, env: Environment, global: Global) -> Self {
        Self { ui, env, global, sources: SourceMap::new(), sandbox: None }
    }

    /// The same with a sandbox that is open already.
    #[must_use]
    pub fn with_sandbox(self, sandbox: Arc<Sandbox>) -> Self {
        Self { sandbox: Some(sandbox), ..self }
    }

    /// What each option allows and all together do not.
    ///
    /// # Errors
    /// Options that exclude each other.
    pub fn check_flags(&self) -> Result<(), Failure> {
        match self.global.contradiction() {
            Some(why) => Err(Failure::usage(Diagnostic::error("usage", why))),
            None => Ok(()),
        }
    }

    /// A state file without the sandbox would be AWS, which nobody means who names such a file.
    ///
    /// # Errors
    /// `--sandbox-state` without `--sandbox`.
    pub fn check_sandbox_flags(&self) -> Result<(), Failure> {
        if self.global.sandbox_state.is_some() && !self.global.sandbox {
            let message = "--sandbox-state is given, and --sandbox is not: this would be AWS itself";
            return Err(Failure::usage(Diagnostic::error("usage", message).help("add --sandbox")));
        }
        Ok(())
    }

    /// Connects for one stack.
    ///
    /// # Errors
    /// No region, no credentials, a sandbox that cannot be opened.
    pub async fn connect(&mut self, desired: &Desired) -> Result<Session, Failure> {
        self.connect_in(desired.region.as_ref().map(|region| region.value.clone())).await
    }

    /// Connects in a region; none: in that of the command line or the environment.
    ///
    /// # Errors
    /// No region, no credentials, a sandbox that cannot be opened.
    pub async fn connect_in(&mut self, region: Option<String>) -> Result<Session, Failure> {
        let region = region.or(self.global.region.clone());
        if self.global.sandbox {
            let sandbox = self.sandbox()?;
            let region = region.or_else(|| self.env.aws_region.clone());
            let clients = aws::sandboxed(Arc::clone(&sandbox), region);
            return Ok(Session { clients, clock: AnyClock::Sandbox(sandbox), limiter: Limiter::off() });
        }
        let options = ConnectOptions {
            region,
            profile: self.global.profile.clone(),
            endpoint_url: self.global.endpoint_url.clone(),
            app_version: env!("CARGO_PKG_VERSION"),
        };
        let clients = aws::connect(options).await.map_err(|error| {
            let diagnostic = Diagnostic::error(error.code(), error.to_string());
            let named = self
                .env
                .aws_profile
                .as_deref()
                .filter(|_| matches!(error, ConnectError::NoCredentials { .. }));
            let named =
                named.map(|profile| format!("AWS_PROFILE names the profile `{profile}`, which gave none"));
            let notes = error.note().map(str::to_owned).into_iter().chain(named);
            Failure::failed(notes.fold(diagnostic, Diagnostic::note).help(error.hint()))
        })?;
        let limiter = match clients.place {
            Place::Aws => Limiter::half_of_published(),
            Place::Endpoint(_) | Place::Sandbox => Limiter::off(),
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the wall clock, to start ours"
        )]
        let now = std::time::SystemTime::now();
        Ok(Session { clients, clock: AnyClock::System(SystemClock::starting_at(now)), limiter })
    }

    /// The sandbox, opened at its first use.
    fn sandbox(&mut self) -> Result<Arc<Sandbox>, Failure> {
        if let Some(sandbox) = &self.sandbox {
            return Ok(Arc::clone(sandbox));
        }
        let sandbox = Arc::new(self.open_sandbox()?);
        self.sandbox = Some(Arc::clone(&sandbox));
        Ok(sandbox)
    }

    /// Opens the sandbox whose state the command line names.
    ///
    /// # Errors
    /// It is in use, damaged, of another version, or not writable.
    pub fn open_sandbox(&self) -> Result<Sandbox, Failure> {
        let path = self.sandbox_path()?;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(|error| {
                let message =
                    format!("the folder of the sandbox state, {}, cannot be made", folder.display());
                Failure::failed(Diagnostic::error("sandbox-state", message).note(error.to_string()))
            })?;
        }
        Sandbox::open(&path).map_err(|error| Failure::failed(sandbox_error(&error)))
    }

    /// Changes the sandbox's state directly, or looks at it; what the change gives.
    ///
    /// # Errors
    /// The sandbox cannot be opened.
    pub fn change_sandbox<T>(&self, change: impl FnOnce(&mut State) -> T) -> Result<T, Failure> {
        Ok(self.open_sandbox()?.edit(change))
    }

    /// The file of the sandbox's state.
    ///
    /// # Errors
    /// None is named, and the user has no state folder.
    pub fn sandbox_path(&self) -> Result<PathBuf, Failure> {
        let default = || self.env.state_home.as_ref().map(|home| home.join("albctl").join("sandbox.json"));
        self.global.sandbox_state.clone().or_else(default).ok_or_else(|| {
            let message =
                "there is no folder for the sandbox's state: neither XDG_STATE_HOME nor HOME is set";
            Failure::failed(
                Diagnostic::error("sandbox-state", message).help("name a file: --sandbox-state FILE"),
            )
        })
    }
}

/// Why a sandbox cannot be opened.
pub fn sandbox_error(error: &OpenError) -> Diagnostic {
    let diagnostic = Diagnostic::error("sandbox-state", error.to_string());
    match error {
        OpenError::Locked { .. } => {
            diagnostic.help("end the other one, or use another state: --sandbox-state FILE")
        }
        OpenError::Format { .. } | OpenError::Corrupt { .. } => diagnostic.help("albctl sandbox reset"),
        OpenError::Io { source, .. } => diagnostic.note(source.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::Parser;

    use super::*;
    use crate::cli::args::Cli;
    use crate::output::ui::memory;

    fn app(line: &str, env: &[(&str, &str)]) -> App {
        let cli = Cli::try_parse_from(line.split_whitespace()).unwrap();
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value)));
        App::new(memory::ui(memory::PLAIN).0, Environment::from_pairs(env), cli.global)
    }

    #[test]
    fn the_state_is_where_the_command_line_or_the_user_keeps_it() {
        let home = [("HOME", "/home/dana")];
        let path = |line: &str, env: &[(&str, &str)]| app(line, env).sandbox_path().ok();
        assert_eq!(
            path("albctl plan", &home),
            Some(PathBuf::from("/home/dana/.local/state/albctl/sandbox.json"))
        );
        assert_eq!(path("albctl plan --sandbox-state x.json", &home), Some(PathBuf::from("x.json")));
        assert_eq!(path("albctl plan", &[]), None);
    }

    #[test]
    fn a_state_file_alone_is_a_mistake() {
        assert!(app("albctl plan --sandbox-state x.json", &[]).check_sandbox_flags().is_err());
        assert!(app("albctl plan --sandbox --sandbox-state x.json", &[]).check_sandbox_flags().is_ok());
        assert!(app("albctl plan", &[]).check_sandbox_flags().is_ok());
    }
}
