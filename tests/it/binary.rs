//! The binary itself, in a folder of its own, on a sandbox of its own.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use tempfile::TempDir;

/// A user's folder.
pub struct Desk {
    pub folder: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// Exit code, and words that must be in what was printed.
    pub fn expect(self, code: i32, words: &[&str]) -> Self {
        let all = format!("{}{}", self.out, self.err);
        assert_eq!(self.code, code, "{all}");
        for word in words {
            assert!(all.contains(word), "`{word}` is missing:\n{all}");
        }
        self
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}:\n{}{}", self.out, self.err))
    }
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("in the folder")).expect("a folder");
        fs::write(path, text).expect("writable");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("readable")
    }

    /// Runs `albctl --sandbox LINE`.
    pub fn run(&self, line: &str) -> Ended {
        self.run_plainly(&format!("--sandbox {line}"))
    }

    /// Runs `albctl LINE`.
    pub fn run_plainly(&self, line: &str) -> Ended {
        let output = Command::cargo_bin("albctl")
            .expect("it is built")
            .env_clear()
            .env("XDG_STATE_HOME", self.path("state"))
            .current_dir(self.folder.path())
            .args(line.split_whitespace())
            .output()
            .expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        let code = output.status.code().expect("an exit code");
        Ended { code, out: text(output.stdout), err: text(output.stderr) }
    }
}
