//! The state as one JSON file: locked while open, replaced atomically.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::state::{FORMAT, State};

/// Why a state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("the sandbox state {} is in use by another process", path.display())]
    Locked {
        /// The state file.
        path: PathBuf,
    },
    /// It was written by another version.
    #[error(
        "the sandbox state has format {found}, this version reads format {wanted}; reset the sandbox to start anew"
    )]
    Format {
        /// The number in the file.
        found: u64,
        /// The number that this version reads and writes.
        wanted: u64,
    },
    /// It is no sandbox state.
    #[error("the sandbox state is damaged: {reason}; reset the sandbox to start anew")]
    Corrupt {
        /// What is wrong, with the place in the file.
        reason: String,
    },
    /// It cannot be read or written.
    #[error("cannot use the sandbox state {}", path.display())]
    Io {
        /// The file that could not be used.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// The file of an open sandbox. Dropping it releases the lock.
#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    /// Held for its lock. A file of its own, because the state file is replaced by each save.
    _lock: File,
}

impl Store {
    /// Locks the file and reads it; a missing or empty file is a new state, and its folder is made.
    pub(crate) fn open(path: &Path) -> Result<(Self, State), OpenError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|source| OpenError::Io { path: folder.to_owned(), source })?;
        }
        let lock = lock(path)?;
        let state = match fs::read(path) {
            Ok(bytes) if bytes.is_empty() => State::default(),
            Ok(bytes) => parse(&bytes)?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => State::default(),
            Err(source) => return Err(OpenError::Io { path: path.to_owned(), source }),
        };
        Ok((Store { path: path.to_owned(), _lock: lock }, state))
    }

    /// Replaces the file: readers see the old or the new state, never a part. There is no fsync: after a power
    /// failure the sandbox may be a few calls older, which costs nobody anything.
    pub(crate) fn save(&self, state: &State) -> Result<(), OpenError> {
        let failed = |path: &Path, source| OpenError::Io { path: path.to_owned(), source };
        let bytes = serde_json::to_vec(state).map_err(|e| failed(&self.path, e.into()))?;
        let temporary = sibling(&self.path, ".tmp");
        fs::write(&temporary, bytes).map_err(|e| failed(&temporary, e))?;
        fs::rename(&temporary, &self.path).map_err(|e| failed(&self.path, e))
    }
}

fn lock(path: &Path) -> Result<File, OpenError> {
    let lock_path = sibling(path, ".lock");
    let failed = |source| OpenError::Io { path: lock_path.clone(), source };
    let file = File::options().create(true).write(true).truncate(false).open(&lock_path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

fn sibling(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn parse(bytes: &[u8]) -> Result<State, OpenError> {
    from_value(serde_json::from_slice(bytes).map_err(corrupt)?)
}

/// Reads a state from JSON; the format number is looked at before anything else.
pub(crate) fn from_value(value: Value) -> Result<State, OpenError> {
    match value.get("format").and_then(Value::as_u64) {
        None => Err(OpenError::Corrupt { reason: "it has no format number".to_owned() }),
        Some(found) if found != u64::from(FORMAT) => Err(OpenError::Format { found, wanted: FORMAT.into() }),
        Some(_) => serde_json::from_value(value).map_err(corrupt),
    }
}

fn corrupt(error: serde_json::Error) -> OpenError {
    OpenError::Corrupt { reason: error.to_string() }
}
