//! The files of certificates: regular and small, relative to the file that names them. Nothing of them is ever shown.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::base::{Diagnostic, Place, SourceMap};
use crate::kinds::certificate::pem::PemFile;

/// Longer files are no certificates: a chain has 2 MiB at most. API: ImportCertificate.
const MOST: u64 = 2 << 20;

/// Reads a file that a spec names at a place.
///
/// # Errors
/// It is not there, no regular file, too large, or cannot be read.
pub fn read(name: &str, at: Place, sources: &SourceMap) -> Result<PemFile, Diagnostic> {
    let spec = Path::new(sources.name(at.span.source));
    let path: PathBuf = spec.parent().unwrap_or(Path::new("")).join(name);
    read_at(&path.display().to_string()).map_err(|problem| problem.at(at, ""))
}

/// Reads a file by its path from where the command runs.
///
/// # Errors
/// The same, without a place.
pub fn read_at(path: &str) -> Result<PemFile, Diagnostic> {
    let fail = |code, message: String| Err(Diagnostic::error(code, message));
    let about = match fs::metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return fail("file-missing", format!("there is no file `{path}`"));
        }
        Err(error) => return Err(unreadable(path, &error)),
    };
    if about.is_dir() {
        return fail("is-a-directory", format!("`{path}` is a folder"));
    }
    if !about.is_file() {
        return fail("file-unreadable", format!("`{path}` is not a regular file"));
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes));
    read.map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > MOST {
        return fail("file-too-large", format!("`{path}` is larger than the 2 MiB that a chain may have"));
    }
    Ok(PemFile { path: path.to_owned(), bytes, readable_by_others: readable_by_others(&about) })
}

fn unreadable(path: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("file-unreadable", format!("`{path}` cannot be read")).note(error.to_string())
}

#[cfg(unix)]
fn readable_by_others(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o044 != 0
}

#[cfg(not(unix))]
fn readable_by_others(_: &fs::Metadata) -> bool {
    false
}
