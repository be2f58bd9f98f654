//! The binary as people run it: all that it prints and its exit code, kept as snapshots.
//!
//! After a change of the output: `INSTA_UPDATE=always cargo test --test it cli`, then read the difference.

mod applies;
mod bad;
mod certificates;
mod certificates_left;
mod dns;
mod endpoint;
mod files;
mod help;
mod interrupt;
mod json;
mod list;
mod looks;
mod plans;
mod readme;
mod redact;
mod refusals;
mod sandbox;
pub mod serve;
mod specs;
mod status;
mod together;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use albctl_sandbox::Sandbox;
use serde_json::Value;
use tempfile::TempDir;

/// A user's machine: a home, a state of the sandbox, a folder to work in, and next to nothing in the environment.
pub struct Shell {
    home: TempDir,
    folder: PathBuf,
    env: Vec<(String, String)>,
    wall_time: bool,
}

/// What one command line came to.
pub struct Ran {
    pub line: String,
    pub stdout: String,
    pub stderr: String,
    /// None when a signal ended it.
    pub code: Option<i32>,
}

/// Compares with the snapshot of this name.
macro_rules! snapshot {
    ($name:expr, $text:expr) => {{
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/cli/snapshots"));
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!($name, $text));
    }};
}
pub(crate) use snapshot;

impl Shell {
    /// In the root of this repository.
    pub fn new() -> Self {
        let home = TempDir::new().expect("a folder can be made");
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        Self { home, folder, env: Vec::new(), wall_time: false }
    }

    /// In a folder that holds these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let mut shell = Self::new();
        shell.folder = shell.home.path().join("work");
        fs::create_dir(&shell.folder).expect("a folder can be made");
        for (name, text) in files {
            shell.write(name, text);
        }
        shell
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With credentials, for an endpoint that follows the wall clock: its times are not told.
    pub fn for_endpoint(self) -> Self {
        let mut shell = self.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
        shell.wall_time = true;
        shell
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }

    /// Changes a file by replacing one text in it.
    pub fn replace(&self, name: &str, from: &str, to: &str) {
        let path = self.folder.join(name);
        let text = fs::read_to_string(&path).expect("the file is there");
        assert!(text.contains(from), "{name} has no `{from}`");
        fs::write(path, text.replace(from, to)).expect("a file can be written");
    }

    fn state_file(&self) -> PathBuf {
        self.home.path().join("state/albctl/sandbox.json")
    }

    /// The sandbox's state; that of a new one where nothing was done yet.
    pub fn state(&self) -> Value {
        match fs::read(self.state_file()) {
            Ok(bytes) => serde_json::from_slice(&bytes).expect("the state is JSON"),
            Err(_) => Sandbox::in_memory().snapshot(),
        }
    }

    /// Changes the sandbox behind albctl's back.
    pub fn edit(&self, change: impl FnOnce(&mut Value)) {
        let mut state = self.state();
        change(&mut state);
        let path = self.state_file();
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(path, state.to_string()).expect("the state can be written");
    }

    /// The command of a line such as `--sandbox plan x.yaml`.
    #[expect(clippy::disallowed_methods, reason = "the command has no environment but what stands here")]
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_albctl"));
        command.args(line.split_whitespace()).current_dir(&self.folder).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.home.path()).env("XDG_STATE_HOME", self.home.path().join("state"));
        command.env("COLUMNS", "100").env("NO_COLOR", "1").env("AWS_EC2_METADATA_DISABLED", "true");
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn run(&self, line: &str) -> Ran {
        let output = self.command(line).output().expect("albctl starts");
        self.ran(line, &output.stdout, &output.stderr, output.status.code())
    }

    /// What a command came to, with all left out that differs from machine to machine.
    pub fn ran(&self, line: &str, stdout: &[u8], stderr: &[u8], code: Option<i32>) -> Ran {
        let tidy = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).expect("albctl writes UTF-8");
            self.tidy(&text)
        };
        Ran { line: self.tidy(line), stdout: tidy(stdout), stderr: tidy(stderr), code }
    }

    fn tidy(&self, text: &str) -> String {
        let text = text.replace(&self.home.path().display().to_string(), "[HOME]");
        let text = redact::plan_ids(&redact::ports(&text));
        if self.wall_time { redact::times(&text) } else { text }
    }

    /// Several commands one after the other, as one text.
    pub fn session(&self, lines: &[&str]) -> String {
        lines.iter().map(|line| self.run(line).to_string()).collect::<Vec<_>>().join("\n")
    }
}

impl Ran {
    /// The command went as it was to go.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON ({error}): {self}"))
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "$ albctl {}", self.line.trim())?;
        f.write_str(&self.stdout)?;
        if !self.stderr.is_empty() {
            write!(f, "--- stderr\n{}", self.stderr)?;
        }
        match self.code {
            Some(code) => writeln!(f, "--- exit {code}"),
            None => writeln!(f, "--- ended by a signal"),
        }
    }
}

/// How many load balancers, target groups, listeners and rules a state of the sandbox holds.
pub fn population(state: &Value) -> [usize; 4] {
    ["load_balancers", "target_groups", "listeners", "rules"].map(|kind| {
        let regions = state["regions"].as_object().into_iter().flat_map(|regions| regions.values());
        regions.map(|region| region[kind].as_object().map_or(0, serde_json::Map::len)).sum()
    })
}
