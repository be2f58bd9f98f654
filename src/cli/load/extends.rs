//! `extends: FILE`: a spec is laid over another one, which may itself extend a third.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use super::files::{self, SpecFile};
use crate::base::{Diagnostic, Diagnostics, Limits, Node, Place, SourceMap, merge, parse};

const KEY: &str = "extends";

/// The tree of a spec with all that it extends below it, without the key itself.
pub fn read(file: &SpecFile, sources: &mut SourceMap, problems: &mut Diagnostics) -> Option<Rc<Node>> {
    tree(file, None, &mut Vec::new(), sources, problems)
}

/// `asked` is the place of the `extends` that names the file; `above` are the files that lead here.
fn tree(
    file: &SpecFile,
    asked: Option<Place>,
    above: &mut Vec<(PathBuf, String)>,
    sources: &mut SourceMap,
    problems: &mut Diagnostics,
) -> Option<Rc<Node>> {
    let located = |diagnostic: Diagnostic| match asked {
        Some(place) => diagnostic.at(place, "extended here"),
        None => diagnostic,
    };
    let text = files::read(&file.path, &file.name).map_err(|error| problems.push(located(error))).ok()?;
    // The file was read a moment ago: if its real path is not to be had, its own path names it well enough.
    let identity = fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
    if above.iter().any(|(path, _)| *path == identity) {
        problems.push(located(cycle(above, &file.name)));
        return None;
    }
    let source = sources.add(file.name.clone(), text);
    let root = parse(source, sources.text(source), &Limits::default(), problems)?;
    let Some(value) = root.get(KEY) else { return Some(root) };
    let base = target(file, value, problems)?;
    above.push((identity, file.name.clone()));
    let below = tree(&base, Some(value.at), above, sources, problems);
    above.pop();
    Some(merge(&below?, &root.without(KEY)))
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
    let folder = file.path.parent().unwrap_or(Path::new(""));
    let path = folder.join(text);
    Some(SpecFile { name: tidy(&path).display().to_string(), path })
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
