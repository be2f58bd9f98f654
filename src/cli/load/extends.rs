//! `extends: FILE`: a spec is laid over another one, which may itself extend a third.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use super::files::{self, SpecFile};
use super::foreign;
use crate::base::{Diagnostic, Diagnostics, Limits, Node, Place, SourceId, SourceMap, merge, parse};

const KEY: &str = "extends";

/// What reading a spec came to.
pub struct Extended {
    /// The tree of the spec with all that it extends below it, without the key itself; none after a report.
    pub root: Option<Rc<Node>>,
    /// The real paths of all files that it extends.
    pub bases: Vec<PathBuf>,
    /// The files that were read, the spec first, then what it extends.
    pub files: Vec<(SourceId, PathBuf)>,
}

/// A file as it is to become.
#[derive(Clone, Copy, Debug)]
pub struct Edited<'a> {
    /// The file.
    pub path: &'a Path,
    /// Its text.
    pub text: &'a str,
}

/// Reads a spec and all that it extends; of the file that is `edited` the text that it is to have.
pub fn read(
    file: &SpecFile,
    edited: Option<Edited<'_>>,
    sources: &mut SourceMap,
    problems: &mut Diagnostics,
) -> Extended {
    let edited = edited.map(|edited| (real_path(edited.path), edited.text));
    let (above, bases, files) = (Vec::new(), Vec::new(), Vec::new());
    let mut reader = Reader { above, bases, files, edited, sources, problems };
    let root = reader.tree(file, None);
    Extended { root, bases: reader.bases, files: reader.files }
}

/// The path without links; the path itself where that is not to be had: it names the file well enough.
pub fn real_path(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

struct Reader<'r> {
    /// The files that lead to the one that is being read.
    above: Vec<(PathBuf, String)>,
    bases: Vec<PathBuf>,
    files: Vec<(SourceId, PathBuf)>,
    /// A real path, and what is there to be read in its place.
    edited: Option<(PathBuf, &'r str)>,
    sources: &'r mut SourceMap,
    problems: &'r mut Diagnostics,
}

impl Reader<'_> {
    /// `asked` is the place of the `extends` that names the file.
    fn tree(&mut self, file: &SpecFile, asked: Option<Place>) -> Option<Rc<Node>> {
        let located = |diagnostic: Diagnostic| match asked {
            Some(place) => diagnostic.at(place, "extended here"),
            None => diagnostic,
        };
        let identity = real_path(&file.path);
        let text = match &self.edited {
            Some((path, text)) if *path == identity => (*text).to_owned(),
            Some(_) | None => {
                let read = files::read(&file.path, &file.name);
                read.map_err(|error| self.problems.push(located(error))).ok()?
            }
        };
        if self.above.iter().any(|(path, _)| *path == identity) {
            self.problems.push(located(cycle(&self.above, &file.name)));
            return None;
        }
        let source = self.sources.add(file.name.clone(), text);
        self.files.push((source, file.path.clone()));
        let root = match asked {
            None => parse(source, self.sources.text(source), &Limits::default(), self.problems)?,
            Some(_) => {
                self.bases.push(identity.clone());
                let part = foreign::part_of_spec(source, self.sources, self.problems);
                part.map_err(|errors| self.problems.extend(errors.into_iter().map(located))).ok()?
            }
        };
        let Some(value) = root.get(KEY) else { return Some(root) };
        let base = target(file, value, self.problems)?;
        self.above.push((identity, file.name.clone()));
        let below = self.tree(&base, Some(value.at));
        self.above.pop();
        Some(merge(&below?, &root.without(KEY)))
    }
}

fn cycle(above: &[(PathBuf, String)], name: &str) -> Diagnostic {
    let mut names: Vec<&str> = above.iter().map(|(_, name)| name.as_str()).collect();
    names.push(name);
    Diagnostic::error("extends-cycle", format!("`{name}` extends itself")).note(names.join(" -> "))
}

/// The file that an `extends` names, relative to the file in which it stands.
fn target(file: &SpecFile, value: &Rc<Node>, problems: &mut Diagnostics) -> Option<SpecFile> {
    let mut refuse = |code, message: &str, help: &str| {
        problems.push(Diagnostic::error(code, message).at(value.at, "").help(help));
        None
    };
    if value.poisoned {
        return None;
    }
    let Some(text) = value.text().filter(|text| !text.is_empty() && !value.is_null()) else {
        return refuse("wrong-type", "`extends` names one file", "write it like `extends: base.yaml`");
    };
    if text.contains("://") {
        return refuse("extends-not-local", "`extends` names a file on this machine", "copy the file here");
    }
    if text.contains("${") {
        let message = "`extends` cannot depend on a variable";
        return refuse(
            "extends-variable",
            message,
            "write one file for each environment, each with its `extends`",
        );
    }
    if Path::new(text).has_root() || Path::new(text).is_absolute() {
        let message = "`extends` names a file by its path from this file's folder";
        return refuse("extends-absolute", message, "write it like `extends: ../base.yaml`");
    }
    let folder = file.path.parent().unwrap_or(Path::new(""));
    let path = folder.join(text);
    Some(SpecFile { name: tidy(&path).display().to_string(), path, found: false })
}

/// The path without `.` and without `folder/..`, for messages.
fn tidy(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            Component::ParentDir | Component::Normal(_) | Component::RootDir | Component::Prefix(_) => {
                out.push(part);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidy() {
        for (path, wanted) in [
            ("a/../b.yaml", "b.yaml"),
            ("./a/./b.yaml", "a/b.yaml"),
            ("../b.yaml", "../b.yaml"),
            ("/a/../b", "/b"),
        ] {
            assert_eq!(tidy(Path::new(path)), Path::new(wanted), "{path}");
        }
    }
}
