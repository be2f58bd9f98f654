//! Edits of the files of a spec, for `--write`: worked out first, shown, then written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::args::Global;
use super::environment::Environment;
use super::load::{self, Edited, Spec};
use crate::base::{Diagnostic, SourceMap};
use crate::edit::{self, Edit, Hunk, Segment, SpecText, Spot};
use crate::model::ResourceId;

/// What edits make of a file. Nothing is written before [`SpecEdit::write`].
#[derive(Clone, Debug)]
pub struct SpecEdit {
    path: PathBuf,
    /// How messages call the file.
    pub name: String,
    /// Its text as it was read.
    pub old: String,
    /// Its text with the edits.
    pub new: String,
}

/// Works out edits of the file `write`, which is the spec's own or one that it extends.
///
/// # Errors
/// The file is not one of the spec, or [`edit::apply_over`] refuses. The places of the diagnostic are in `sources`.
pub fn prepare(
    spec: &Spec,
    write: &Path,
    edits: &[Edit],
    sources: &mut SourceMap,
) -> Result<SpecEdit, Box<Diagnostic>> {
    let Some(target) = spec.files.iter().position(|(_, path)| is_meant(write, path)) else {
        return Err(Box::new(not_of(spec, write, sources)));
    };
    let made = edit::apply_over(&texts(spec, sources), target, edits);
    let new = made.map_err(|error| Box::new(error.into_diagnostic(sources)))?;
    let (source, path) = spec.files.get(target).ok_or_else(|| Box::new(not_of(spec, write, sources)))?;
    let (name, old) = (sources.name(*source).to_owned(), sources.text(*source).to_owned());
    Ok(SpecEdit { path: path.clone(), name, old, new })
}

/// With what a spec is read.
pub struct Surroundings<'a> {
    /// The options of every command.
    pub global: &'a Global,
    /// The environment.
    pub env: &'a Environment,
    /// The texts that diagnostics point into.
    pub sources: &'a mut SourceMap,
}

/// Checks that the spec is valid with an edit.
///
/// # Errors
/// It would not be: the first reason.
pub fn check(spec: &Spec, edit: &SpecEdit, around: Surroundings<'_>) -> Result<(), Box<Diagnostic>> {
    let edited = Edited { path: &edit.path, text: &edit.new };
    let problems = load::problems_of(spec, edited, around.global, around.env, around.sources).sorted();
    let Some(first) = problems.into_iter().find(Diagnostic::stops) else { return Ok(()) };
    let message = format!("`{}` would not be valid with this change: {}", edit.name, first.message);
    let problem = Diagnostic::refused("edit-invalid", message);
    Err(Box::new(Diagnostic { notes: first.notes, helps: first.helps, ..problem }))
}

/// How messages call a file of the spec.
pub fn name_of<'s>(spec: &Spec, file: &Path, sources: &'s SourceMap) -> Option<&'s str> {
    let found = spec.files.iter().find(|(_, path)| is_meant(file, path));
    found.map(|(source, _)| sources.name(*source))
}

fn not_of(spec: &Spec, write: &Path, sources: &SourceMap) -> Diagnostic {
    let names: Vec<&str> = spec.files.iter().map(|(source, _)| sources.name(*source)).collect();
    let message = format!("`{}` is not a file of the spec `{}`", write.display(), spec.name);
    Diagnostic::refused("edit-other-file", message).note(format!("its files: {}", names.join(", ")))
}

/// The path of a resource's field in the spec; none where the spec does not have the resource.
///
/// # Errors
/// A file is no valid YAML.
pub fn path_of(
    spec: &Spec,
    id: &ResourceId,
    field: &[Segment],
    sources: &mut SourceMap,
) -> Result<Option<Vec<Segment>>, Box<Diagnostic>> {
    let found = edit::path_of(&texts(spec, sources), id, field);
    found.map_err(|error| Box::new(error.into_diagnostic(sources)))
}

/// Where the spec says something, or would say it.
///
/// # Errors
/// A file is no valid YAML.
pub fn spot(spec: &Spec, path: &[Segment], sources: &mut SourceMap) -> Result<Option<Spot>, Box<Diagnostic>> {
    let found = edit::spot(&texts(spec, sources), path);
    found.map_err(|error| Box::new(error.into_diagnostic(sources)))
}

fn texts<'s>(spec: &Spec, sources: &'s SourceMap) -> Vec<SpecText<'s>> {
    let text = |(source, _): &(crate::base::SourceId, PathBuf)| SpecText {
        name: sources.name(*source),
        text: sources.text(*source),
    };
    spec.files.iter().map(text).collect()
}

/// Whether `--write` means a file of the spec: by its path, or by the folder that the spec was found in. The spec itself
/// is the first of its files, so that what it extends is not taken for it.
fn is_meant(write: &Path, file: &Path) -> bool {
    let (write, file) = (real(write), real(file));
    write == file || (write.is_dir() && file.parent() == Some(write.as_path()))
}

fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// The file beside another one that is moved there once it is whole.
fn draft_of(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut draft = std::ffi::OsString::from(".");
    draft.push(name);
    draft.push(format!(".{}.tmp", std::process::id()));
    Ok(path.with_file_name(draft))
}

impl SpecEdit {
    /// What changes, for people to look at first; nothing where the file says it already.
    pub fn hunks(&self) -> Vec<Hunk> {
        edit::hunks(&self.old, &self.new, &self.name)
    }

    /// Checks that the file can be written: nothing is changed.
    ///
    /// # Errors
    /// It cannot, or its folder takes no further file.
    pub fn check(&self) -> io::Result<()> {
        let path = fs::canonicalize(&self.path)?;
        fs::OpenOptions::new().write(true).open(&path)?;
        let draft = draft_of(&path)?;
        fs::File::create(&draft)?;
        fs::remove_file(&draft)
    }

    /// Writes the file, in whole or not at all, with the permissions that it has. Where it is a link, what it
    /// leads to is written.
    ///
    /// # Errors
    /// The file was changed since it was read ([`io::ErrorKind::AlreadyExists`]), or cannot be written.
    pub fn write(&self) -> io::Result<()> {
        let path = fs::canonicalize(&self.path)?;
        if fs::read(&path)? != self.old.as_bytes() {
            let message = format!("`{}` was changed since it was read", self.name);
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        if self.new == self.old {
            return Ok(());
        }
        let draft = draft_of(&path)?;
        // Copied first, so that it has the permissions.
        let made = fs::copy(&path, &draft)
            .and_then(|_| fs::write(&draft, &self.new))
            .and_then(|()| fs::File::open(&draft)?.sync_all())
            .and_then(|()| fs::rename(&draft, &path));
        if made.is_err() {
            // What cannot be removed either was most likely never made.
            let _left = fs::remove_file(&draft);
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::base::SourceMap;
    use crate::cli::args::Cli;
    use crate::cli::environment::Environment;
    use crate::cli::load::load;
    use crate::edit::{Value, Written, keys};

    const BASE: &str = "stack: shop\nload_balancer: { scheme: internal, subnets: [subnet-0aaa1111, subnet-0bbb2222], \
                        security_groups: [sg-0a1b2c3d] }\ntarget_groups:\n  web: { port: 80, vpc: vpc-0a1b2c3d }   # c\n";

    struct Case {
        folder: tempfile::TempDir,
        spec: Spec,
        sources: SourceMap,
    }

    fn case() -> Case {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("shop.yaml"), BASE).unwrap();
        fs::write(folder.path().join("prod.yaml"), "extends: shop.yaml\n").unwrap();
        let cli = Cli::try_parse_from(["albctl", "validate"]).unwrap();
        let env = Environment::from_pairs(std::iter::empty());
        let mut sources = SourceMap::new();
        let mut loaded = load(&[folder.path().join("prod.yaml")], &cli.global, &env, &mut sources);
        assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics());
        Case { folder, spec: loaded.specs.remove(0), sources }
    }

    impl Case {
        fn prepare(&mut self, file: &str) -> Result<SpecEdit, Box<Diagnostic>> {
            let id = ResourceId::new("target_group", "web");
            let path = path_of(&self.spec, &id, &keys(&["stickiness"]), &mut self.sources).unwrap().unwrap();
            let spot = spot(&self.spec, &path, &mut self.sources).unwrap().unwrap();
            assert_eq!((spot.written, spot.line), (Written::Nowhere, 4));
            assert!(spot.file.ends_with("shop.yaml"), "{}", spot.file);
            let edits = [Edit::set(path, Value::map([("lb_cookie", Value::text("1h"))]))];
            prepare(&self.spec, &self.folder.path().join(file), &edits, &mut self.sources)
        }
    }

    #[test]
    fn either_file_of_a_spec_is_edited() {
        for (file, wanted) in [
            (
                "prod.yaml",
                "extends: shop.yaml\ntarget_groups: { web: { stickiness: { lb_cookie: 1h } } }\n".to_owned(),
            ),
            ("shop.yaml", BASE.replace("vpc-0a1b2c3d }", "vpc-0a1b2c3d, stickiness: { lb_cookie: 1h } }")),
        ] {
            let mut case = case();
            let edit = case.prepare(file).unwrap();
            assert_eq!(edit.hunks().len(), 1);
            let place = case.folder.path().join(file);
            assert_ne!(fs::read_to_string(&place).unwrap(), wanted, "nothing is written yet");
            edit.write().unwrap();
            assert_eq!(fs::read_to_string(&place).unwrap(), wanted);
            assert_eq!(fs::read_dir(case.folder.path()).unwrap().count(), 2);
        }
    }

    #[test]
    fn another_file_is_refused() {
        let mut case = case();
        let refused = case.prepare("other.yaml").unwrap_err();
        assert_eq!(refused.code, "edit-other-file");
        assert!(refused.notes[0].contains("prod.yaml") && refused.notes[0].contains("shop.yaml"));
    }

    #[test]
    fn a_file_that_was_changed_meanwhile_is_left_alone() {
        let mut case = case();
        let edit = case.prepare("prod.yaml").unwrap();
        let place = case.folder.path().join("prod.yaml");
        fs::write(&place, "extends: shop.yaml # new\n").unwrap();
        assert_eq!(edit.write().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&place).unwrap(), "extends: shop.yaml # new\n");
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::PermissionsExt;
        let mut case = case();
        let (link, place) = (case.folder.path().join("prod.yaml"), case.folder.path().join("real"));
        fs::rename(&link, &place).unwrap();
        fs::set_permissions(&place, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&place, &link).unwrap();
        case.prepare("prod.yaml").unwrap().write().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::read_to_string(&place).unwrap().contains("lb_cookie"));
    }
}
