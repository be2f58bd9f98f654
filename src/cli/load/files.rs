//! Finding and reading files, each way to fail with its own message.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::base::{Diagnostic, Limits, decode_utf8, suggest};

/// The spec of a folder, and of a command that names none.
const DEFAULT: &str = "albctl.yaml";

/// The other specs of a folder end like this.
const SUFFIX: &str = ".albctl.yaml";

/// A spec's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecFile {
    /// Where it is.
    pub path: PathBuf,
    /// How messages call it.
    pub name: String,
    /// It was found in a folder, not named.
    pub found: bool,
}

impl SpecFile {
    /// The file at a path, which is also its name.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { name: path.display().to_string(), path, found: false }
    }
}

/// A spec that was named and is not there.
#[derive(Clone, Debug)]
pub struct NotFound {
    /// What was named.
    pub name: String,
    /// Why it is no spec.
    pub diagnostic: Box<Diagnostic>,
}

/// The files that a command means: those named, else the one of the environment, else the default.
pub fn find(named: &[PathBuf], from_environment: Option<&Path>) -> Vec<Result<SpecFile, NotFound>> {
    if !named.is_empty() {
        return named.iter().flat_map(|path| expand(path)).collect();
    }
    match from_environment {
        Some(path) => expand(path),
        None if Path::new(DEFAULT).exists() => vec![Ok(SpecFile::new(DEFAULT))],
        None => vec![Err(NotFound { name: DEFAULT.to_owned(), diagnostic: Box::new(no_default()) })],
    }
}

fn no_default() -> Diagnostic {
    Diagnostic::error("file-missing", format!("no spec is named, and there is no `{DEFAULT}` here"))
        .help("name one: `albctl COMMAND FILE`, or set ALBCTL_SPEC")
        .help("a first one to copy: specs/quickstart.yaml of albctl's repository")
}

/// A file is itself; a folder is the specs in it.
fn expand(path: &Path) -> Vec<Result<SpecFile, NotFound>> {
    if !path.is_dir() {
        return vec![Ok(SpecFile::new(path))];
    }
    let name = path.display().to_string();
    match specs_in(path) {
        Ok(files) if files.is_empty() => {
            let diagnostic = no_specs(path, &name);
            vec![Err(NotFound { name, diagnostic: Box::new(diagnostic) })]
        }
        Ok(files) => {
            files.into_iter().map(|file| Ok(SpecFile { found: true, ..SpecFile::new(file) })).collect()
        }
        Err(error) => vec![Err(NotFound { diagnostic: Box::new(unreadable(&name, &error)), name })],
    }
}

/// A folder without specs may hold files that were meant to be some.
fn no_specs(folder: &Path, name: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error("is-a-directory", format!("`{name}` is a folder without specs"));
    // JSON in a folder is most likely a sandbox's state, a saved plan, or somebody else's.
    let may_be_spec = |name: &String| is_yaml(name) && !name.ends_with(".json");
    let mut others: Vec<String> = names_in(folder).into_iter().filter(may_be_spec).collect();
    others.sort();
    let Some(first) = others.first() else {
        let help = format!("specs are called `{DEFAULT}` or `NAME{SUFFIX}`; or name the file itself");
        return diagnostic.help(help);
    };
    let more = others.len().saturating_sub(SHOWN_NAMES);
    let shown = others.iter().take(SHOWN_NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    diagnostic
        .note(format!("files in it: {shown}{more}"))
        .help(format!("name one: {}", folder.join(first).display()))
        .help(format!("of a folder only `{DEFAULT}` and `NAME{SUFFIX}` are taken for specs"))
}

fn specs_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let fits = name.to_str().is_some_and(|name| name == DEFAULT || name.ends_with(SUFFIX));
        if fits && entry.path().is_file() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// The text of a file that is not larger than a spec may be.
///
/// # Errors
/// `file-missing`, `is-a-directory`, `file-too-large`, `not-utf8`, `file-unreadable`, all without a place.
pub fn read(path: &Path, name: &str) -> Result<String, Diagnostic> {
    let limit = Limits::default().bytes;
    let about = fs::metadata(path).map_err(|error| unreadable_at(path, name, &error))?;
    if about.is_dir() {
        return Err(
            Diagnostic::error("is-a-directory", format!("`{name}` is a folder")).help("name a file in it")
        );
    }
    if about.len() > limit as u64 {
        return Err(too_large(name, limit));
    }
    // Pipes and devices have no length, so what is read is limited too.
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|error| unreadable_at(path, name, &error))?;
    if bytes.len() > limit {
        return Err(too_large(name, limit));
    }
    decode_utf8(name, bytes)
}

fn too_large(name: &str, limit: usize) -> Diagnostic {
    let message = format!("`{name}` is larger than the {} MiB that are read", limit >> 20);
    Diagnostic::error("file-too-large", message)
        .help("a spec of 1,000 rules has about 0.2 MiB: is it the right file?")
}

fn unreadable_at(path: &Path, name: &str, error: &io::Error) -> Diagnostic {
    if error.kind() != io::ErrorKind::NotFound {
        return unreadable(name, error);
    }
    let diagnostic = Diagnostic::error("file-missing", format!("there is no file `{name}`"));
    match similar(path) {
        Some(other) => {
            let other = Path::new(name).with_file_name(other);
            diagnostic.help(format!("did you mean `{}`?", other.display()))
        }
        None => diagnostic,
    }
}

fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("file-unreadable", format!("`{name}` cannot be read")).note(error.to_string())
}

/// A YAML file beside a missing one whose name is nearly the same.
fn similar(path: &Path) -> Option<String> {
    let wanted = path.file_stem()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names: Vec<String> = names_in(folder).into_iter().filter(|name| is_yaml(name)).collect();
    // Without the suffix, which all of them share: short names would all be near each other.
    let stem = |name: &'_ str| name.rsplit_once('.').map_or(name.len(), |(stem, _)| stem.len());
    let near = suggest(wanted, names.iter().map(|name| &name[..stem(name)]))?;
    names.iter().find(|name| name[..stem(name)] == *near).cloned()
}

/// The names in a folder; none where it cannot be read.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().take(MOST_NAMES);
    entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
}

fn is_yaml(name: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|suffix| name.ends_with(suffix))
}

/// A folder is not searched further for names.
const MOST_NAMES: usize = 1000;

/// So many of them are listed.
const SHOWN_NAMES: usize = 8;
