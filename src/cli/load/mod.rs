//! From the command line to what specs want: files, `extends`, variables, and the reading of the result.
//!
//! Everything that is wrong is collected; nothing is called before all specs are found valid.

mod extends;
pub(in crate::cli) mod files;
mod foreign;
pub(super) mod pem;
mod variables;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;

pub use extends::Edited;

use super::args::Global;
use super::environment::Environment;
use crate::base::{Diagnostic, Diagnostics, Located, Node, Place, SourceId, SourceMap, Vars, substitute};
use crate::kinds::Desired;
use crate::spec::{self, Inputs};

/// A spec, read.
pub struct Spec {
    /// Its name, as the command gave it.
    pub name: String,
    /// What is wrong with it.
    pub problems: Diagnostics,
    /// What it wants; `None` when it is invalid.
    pub desired: Option<Desired>,
    /// The files that it is made of, itself first, then what it extends: for edits.
    pub files: Vec<(SourceId, PathBuf)>,
    /// What they say together, with variables replaced; `None` when that cannot be told.
    pub root: Option<Rc<Node>>,
}

/// All specs of a command.
pub struct Loaded {
    /// In the order given.
    pub specs: Vec<Spec>,
    /// What is wrong with none of them in particular.
    pub problems: Diagnostics,
}

impl Loaded {
    /// Whether anything stops the command.
    pub fn has_errors(&self) -> bool {
        self.problems.has_errors() || self.specs.iter().any(|spec| spec.problems.has_errors())
    }

    /// Everything that is wrong, by file and line.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut all = self.problems.clone();
        for spec in &self.specs {
            all.extend(spec.problems.iter().cloned());
        }
        all.sorted()
    }
}

/// Where a spec is on its way.
struct Draft {
    name: String,
    problems: Diagnostics,
    root: Option<Rc<Node>>,
    declared: Vars,
    /// The real path of a file that was found in a folder.
    found: Option<PathBuf>,
    /// The real paths of all files that it extends.
    bases: Vec<PathBuf>,
    files: Vec<(SourceId, PathBuf)>,
}

impl Draft {
    /// Of a folder, what other specs extend is no stack by itself. A cycle has no such file.
    fn is_base(&self, bases: &BTreeSet<PathBuf>) -> bool {
        self.found.as_ref().is_some_and(|path| bases.contains(path))
            && !self.problems.iter().any(|problem| problem.code == "extends-cycle")
    }
}

/// Reads the specs that a command names.
pub fn load(named: &[PathBuf], global: &Global, env: &Environment, sources: &mut SourceMap) -> Loaded {
    let mut problems = Diagnostics::new();
    let found = files::find(named, env.spec.as_deref());
    let mut drafts: Vec<Draft> = found.into_iter().map(|file| draft(file, None, sources)).collect();
    let bases: BTreeSet<PathBuf> = drafts.iter().flat_map(|draft| draft.bases.iter().cloned()).collect();
    drafts.retain(|draft| !draft.is_base(&bases));
    let given = variables::given(global, env, sources, &mut problems);
    let known: Vec<&Vars> = drafts.iter().map(|draft| &draft.declared).collect();
    // A spec that could not be read may declare anything.
    if drafts.iter().all(|draft| draft.root.is_some()) {
        variables::report_unknown(&given, &known, &mut problems);
    }
    let mut specs: Vec<Spec> =
        drafts.into_iter().map(|draft| finish(draft, &given, global, sources)).collect();
    report_twins(&mut specs);
    Loaded { specs, problems }
}

/// What would be wrong with a spec if one of its files had another text; its places are in `sources`.
pub fn problems_of(
    spec: &Spec,
    edited: Edited<'_>,
    global: &Global,
    env: &Environment,
    sources: &mut SourceMap,
) -> Diagnostics {
    let Some((_, path)) = spec.files.first() else { return Diagnostics::new() };
    let file = files::SpecFile { name: spec.name.clone(), path: path.clone(), found: false };
    let draft = draft(Ok(file), Some(edited), sources);
    let mut problems = Diagnostics::new();
    let given = variables::given(global, env, sources, &mut problems);
    finish(draft, &given, global, sources).problems
}

fn draft(
    file: Result<files::SpecFile, files::NotFound>,
    edited: Option<Edited<'_>>,
    sources: &mut SourceMap,
) -> Draft {
    let mut problems = Diagnostics::new();
    match file {
        Ok(file) => {
            let extends::Extended { root, bases, files } =
                extends::read(&file, edited, sources, &mut problems);
            let declared = root.as_ref().map(|root| variables::declared(root, sources)).unwrap_or_default();
            let found = file.found.then(|| extends::real_path(&file.path));
            Draft { name: file.name, problems, root, declared, found, bases, files }
        }
        Err(missing) => {
            problems.push(*missing.diagnostic);
            let (declared, bases, files) = (Vars::default(), Vec::new(), Vec::new());
            Draft { name: missing.name, problems, root: None, declared, found: None, bases, files }
        }
    }
}

fn finish(draft: Draft, given: &[variables::Given], global: &Global, sources: &mut SourceMap) -> Spec {
    let Draft { name, mut problems, root, declared, found: _, bases: _, files } = draft;
    let Some(root) = root else { return Spec { name, problems, desired: None, files, root: None } };
    let required = spec::required_variables(&root);
    let vars = variables::resolve(declared, &required, given, sources, &mut problems);
    let root = substitute(&root.without("vars"), &vars, &mut problems);
    let desired = {
        let sources = &*sources;
        let file = |name: &str, at: Place| pem::read(name, at, sources);
        spec::read_with(&root, &Inputs { now: Some(now()), file: &file }, &mut problems)
    };
    if let Some(desired) = &desired {
        check_region(desired.region.as_ref(), global.region.as_deref(), &mut problems);
    }
    let desired = desired.filter(|_| !problems.has_errors());
    Spec { name, problems, desired, files, root: Some(root) }
}

/// Seconds since 1970: certificates expire by the time of this machine, whatever is talked to.
fn now() -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "what is checked before anything is called has no other clock"
    )]
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// A spec that names its region means it.
fn check_region(wanted: Option<&Located<String>>, flag: Option<&str>, problems: &mut Diagnostics) {
    if let (Some(wanted), Some(flag)) = (wanted, flag)
        && wanted.value != flag
    {
        problems.push(
            Diagnostic::error(
                "wrong-region",
                format!("the spec is for {}, --region is {flag}", wanted.value),
            )
            .at(wanted.at, "")
            .help("leave --region out, or `region` in the spec"),
        );
    }
}

/// Two specs of one stack would delete each other's resources. One that names no region may be applied in any.
fn report_twins(specs: &mut [Spec]) {
    let mut seen: Vec<(String, Option<String>, String)> = Vec::new();
    for spec in specs {
        let Some(desired) = &spec.desired else { continue };
        let region = desired.region.as_ref().map(|region| region.value.clone());
        let may_meet = |other: &Option<String>| other.is_none() || region.is_none() || *other == region;
        match seen.iter().find(|(stack, other, _)| *stack == desired.stack && may_meet(other)) {
            Some((_, _, first)) => {
                let message = format!("`{first}` and `{}` are both the stack `{}`", spec.name, desired.stack);
                spec.problems.push(
                    Diagnostic::error("duplicate-stack", message)
                        .note("each of them would delete what the other one makes")
                        .help("give each spec its own `stack`"),
                );
                spec.desired = None;
            }
            None => seen.push((desired.stack.clone(), region, spec.name.clone())),
        }
    }
}

#[cfg(test)]
mod tests;
