//! What the spec of the stack that owns the thing says of a fix: its next apply would take the fix back, unless it says
//! so too. Shows the lines, and with `--write` puts them there.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::desk::Site;
use super::keeping_certs;
use super::keeping_gone::Gone;
use super::known::Known;
use crate::base::{Diagnostic, SourceMap};
use crate::cli::failure::Failure;
use crate::cli::source;
use crate::cli::spec_edit::{self, SpecEdit, Surroundings};
use crate::edit::{self, Edit, Segment};
use crate::fix::{Fix, Keep};
use crate::kinds::tagging::applied::{self, Applied};
use crate::kinds::tagging::ownership::{self, Owner};
use crate::kinds::{Live, Resource, listener, load_balancer, rule, target_group, targets};
use crate::model::world::Tags;
use crate::model::{Change, ResourceId};
use crate::plan::NEW_SOURCE;

/// What is to be said, and perhaps written.
pub enum Keeping {
    /// Nobody would take it back.
    Nothing,
    /// The spec says the same.
    Same {
        /// The spec.
        spec: String,
    },
    /// The spec leaves the targets of the group to others.
    Theirs {
        /// The spec.
        spec: String,
    },
    /// The spec says something else.
    Differs {
        /// The spec.
        spec: String,
        /// What it would take to say it there; or why that cannot be worked out.
        edit: Result<SpecEdit, Box<Diagnostic>>,
        /// What else is to be said of it.
        notes: Vec<String>,
        /// It says nothing of what is mended, and leaves it as it is.
        silent: bool,
    },
    /// The spec does not have what is mended at all.
    Missing {
        /// The spec.
        spec: String,
        /// What it does not have, and what becomes of it.
        gone: Vec<Gone>,
    },
    /// A stack of albctl owns it, whose spec is not here.
    Stack {
        /// The stack.
        stack: String,
        /// Specs may say nothing of what is mended, and then leave it as it is.
        optional: bool,
    },
    /// Somebody else would go on changing it.
    Others(Owner),
}

/// Works out what the spec says.
///
/// # Errors
/// `--write` names a file that cannot be edited so, or that is not the spec of what is mended.
pub fn of(
    known: Option<&Known>,
    site: &Site,
    fix: &Fix,
    changes: &[Change],
    write: Option<&Path>,
    around: Surroundings<'_>,
) -> Result<Keeping, Failure> {
    let Surroundings { global, env, sources } = around;
    let listed = fix.listing.iter().map(|listing| &listing.listener);
    let kept = fix.keep.iter().map(|keep| &keep.id).chain(listed);
    let subjects: BTreeSet<&ResourceId> = kept.chain(changes.iter().map(|change| &change.id)).collect();
    if subjects.is_empty() {
        return Ok(Keeping::Nothing);
    }
    let balancer = site.whole.balancer_tags();
    let tags: Vec<Tags> = subjects.iter().map(|id| tags(&site.live, &balancer, id)).collect();
    let stack = tags.iter().find_map(|tags| tags.get(ownership::STACK).cloned());
    let others = tags.iter().find_map(|tags| ownership::owner(tags, ""));
    // What nobody owns and is on the load balancer of the stack is no matter of the spec, which is worth saying.
    let on_balancer = |id: &&ResourceId| [listener::KIND, rule::KIND].contains(&id.kind());
    let held = others.is_none() && subjects.iter().any(on_balancer);
    let holder = balancer.get(ownership::STACK).filter(|_| held);
    let known = known.filter(|known| [stack.as_ref(), holder].contains(&Some(&known.desired.stack)));
    let Some(known) = known else {
        if let Some(write) = write {
            return Err(not_its_spec(write, stack.as_deref()));
        }
        return Ok(match (stack, others) {
            (Some(stack), _) => Keeping::Stack { stack, optional: changes.iter().all(is_optional) },
            (None, Some(owner)) => Keeping::Others(owner),
            (None, None) => Keeping::Nothing,
        });
    };
    let spec = known.spec.name.clone();
    let gone = super::keeping_gone::of(known, site, fix, &subjects);
    if let (Some(write), [first, ..]) = (write, gone.as_slice()) {
        return Err(first.refused(write, &spec));
    }
    let differs = |id: &ResourceId| gone.iter().all(|gone| gone.id != *id);
    let missing: Vec<&Keep> =
        fix.keep.iter().filter(|keep| differs(&keep.id) && !says(known, fix, keep)).collect();
    let listing = fix.listing.as_ref().filter(|listing| {
        let ignored = |field: &str| is_ignored(known, &listing.listener, field);
        let same = || keeping_certs::says(known, &site.meant, listing);
        differs(&listing.listener) && !ignored("certificates") && !same()
    });
    if missing.is_empty() && listing.is_none() {
        let theirs =
            |keep: &Keep| keep.id.kind() == targets::KIND && !known.desired.resources.contains_key(&keep.id);
        return Ok(match gone.is_empty() {
            true if !fix.keep.is_empty() && fix.keep.iter().all(theirs) => Keeping::Theirs { spec },
            true => Keeping::Same { spec },
            false => Keeping::Missing { spec, gone },
        });
    }
    let own = known.spec.files.first().map(|(_, path)| path.clone()).unwrap_or_default();
    let file = write.unwrap_or(&own);
    let mut notes: Vec<String> = gone.iter().map(|gone| gone.words(&spec)).collect();
    let silent = listing.is_none() && missing.iter().all(|keep| leaves(known, keep));
    let mut by_hand = None;
    let edit = edits(known, fix, &missing, sources).and_then(|mut edits| {
        if let Some(listing) = listing {
            let made = keeping_certs::edits(known, &site.meant, listing, file, sources)?;
            edits.extend(made.edits);
            notes.extend(made.notes);
            by_hand = made.declares;
        }
        let edit = spec_edit::prepare(&known.spec, file, &edits, sources)?;
        spec_edit::check(&known.spec, &edit, Surroundings { global, env, sources })?;
        Ok(edit)
    });
    let edit = edit.map_err(|mut problem| {
        problem.helps.extend(by_hand);
        problem
    });
    match (write, edit) {
        (Some(_), Err(problem)) => Err(Failure::refused(vec![*problem])),
        (_, edit) => Ok(Keeping::Differs { spec, edit, notes, silent }),
    }
}

/// Checks that the stack was applied from this spec and no other file, as `apply` does.
///
/// # Errors
/// It was applied from another one.
pub fn check_source(known: &Known, site: &Site, write: &Path) -> Result<(), Failure> {
    let balancer = site.whole.balancer_tags();
    if balancer.get(ownership::STACK) != Some(&known.desired.stack) {
        return Ok(());
    }
    let file = known.spec.files.first().map(|(_, path)| applied::source(&source::of(path)));
    match Applied::of(&balancer).map(|last| last.from) {
        Some(then) if file.as_ref().is_some_and(|file| *file != then) => {
            Err(not_its_file(write, &known.spec.name, &then))
        }
        Some(_) | None => Ok(()),
    }
}

/// What is written into a copy does not keep anything.
fn not_its_file(write: &Path, spec: &str, source: &str) -> Failure {
    let message = format!("the stack was applied from `{source}`, and `{spec}` is another file");
    let problem = Diagnostic::refused(NEW_SOURCE, message)
        .note(format!("what is written into `{}` would keep nothing", write.display()))
        .help("write into the file that the stack is applied from")
        .help(format!("if the file was moved: --allow {NEW_SOURCE}"));
    Failure::refused(vec![problem])
}

/// Whether what changes is left as it is by specs that do not mention it.
fn is_optional(change: &Change) -> bool {
    let headers = change.fields.iter().all(|field| listener::attributes::is_header(&field.key));
    change.id.kind() == listener::KIND && !change.fields.is_empty() && headers
}

/// The tags that say whose a resource is. Targets have those of their group; what is new will be its load balancer's
/// owner's. What others put on the load balancer of a stack has no tags and is nobody's.
fn tags(live: &Live, balancer: &Tags, id: &ResourceId) -> Tags {
    let id = if id.kind() == targets::KIND { target_group::id(id.key()) } else { id.clone() };
    let on_balancer = [load_balancer::KIND, listener::KIND, rule::KIND].contains(&id.kind());
    match live.resources.get(&id) {
        Some(one) if !one.tags.is_empty() || !on_balancer => one.tags.clone(),
        Some(_) => balancer.iter().filter(|(key, _)| *key != ownership::STACK).map(own).collect(),
        None if on_balancer => balancer.clone(),
        None => Tags::new(),
    }
}

fn own((key, value): (&String, &String)) -> (String, String) {
    (key.clone(), value.clone())
}

/// Whether the spec wants what the fix wants, or does not care.
fn says(known: &Known, fix: &Fix, keep: &Keep) -> bool {
    let wanted = known.desired.resources.get(&keep.id);
    let Some(wanted) = wanted else {
        // Targets that others register are no matter of the spec; what goes and is not there is as it says.
        return keep.id.kind() == targets::KIND || !fix.desired.resources.contains_key(&keep.id);
    };
    let field = keep.field.as_str();
    if is_ignored(known, &keep.id, field) {
        return true;
    }
    let Some(mended) = fix.desired.resources.get(&keep.id) else { return false };
    if super::keeping_targets::is_enough(&wanted.resource, &mended.resource) {
        return true;
    }
    let differing = mended.resource.changes_from(&wanted.resource, |_| true);
    !differing.iter().any(|one| one.key == field || field.is_empty())
}

/// Whether the spec leaves a field of a resource alone.
fn is_ignored(known: &Known, id: &ResourceId, field: &str) -> bool {
    let ignored = known.desired.resources.get(id).map(|wanted| wanted.ignore.as_slice()).unwrap_or_default();
    ignored.iter().any(|ignored| field == ignored || field.starts_with(&format!("{ignored}.")))
}

/// Whether the spec says nothing of an attribute of a listener: what specs leave out of these stays as it is.
fn leaves(known: &Known, keep: &Keep) -> bool {
    match known.desired.resources.get(&keep.id).map(|wanted| &wanted.resource) {
        Some(Resource::Listener(listener)) => {
            let is_attribute =
                ["response_headers.", "request_headers."].iter().any(|one| keep.field.starts_with(one));
            is_attribute && !listener.attributes.contains_key(&keep.field)
        }
        Some(_) | None => false,
    }
}

fn edits(
    known: &Known,
    fix: &Fix,
    missing: &[&Keep],
    sources: &mut SourceMap,
) -> Result<Vec<Edit>, Box<Diagnostic>> {
    let mut edits = Vec::new();
    for keep in missing {
        if let Some(of_targets) = super::keeping_targets::edits(known, fix, &keep.id, sources)? {
            edits.extend(of_targets);
            continue;
        }
        let field: Vec<Segment> = match keep.field.as_str() {
            "" => Vec::new(),
            field => field.split('.').map(Segment::from).collect(),
        };
        let path = spec_edit::path_of(&known.spec, &keep.id, &field, sources)?;
        let path = path.unwrap_or_else(|| fresh(&keep.id, &field));
        let edit = match &keep.value {
            Value::Null => Edit::remove(path),
            value => Edit::set(path, literal(value)),
        };
        edits.push(match keep.field.split_once('.') {
            Some((HEALTH_CHECK, _)) => edit.short_form("path"),
            Some(_) | None => edit,
        });
    }
    Ok(edits)
}

/// The one map of the fields that fixes change that may be written as a single text, which is its path.
const HEALTH_CHECK: &str = "health_check";

/// Where something that the spec does not have would stand.
fn fresh(id: &ResourceId, field: &[Segment]) -> Vec<Segment> {
    let head = match id.kind() {
        "listener" => edit::keys(&["listeners", id.key()]),
        "target_group" | "targets" => edit::keys(&["target_groups", id.key()]),
        kind => edit::keys(&[kind]),
    };
    head.into_iter().chain(field.iter().cloned()).collect()
}

/// JSON as a spec writes it.
fn literal(value: &Value) -> edit::Value {
    match value {
        Value::Object(entries) => {
            edit::Value::Map(entries.iter().map(|(key, value)| (key.clone(), literal(value))).collect())
        }
        Value::Array(items) => edit::Value::List(items.iter().map(literal).collect()),
        Value::String(text) => edit::Value::text(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => edit::Value::text(value.to_string()),
    }
}

fn not_its_spec(write: &Path, stack: Option<&str>) -> Failure {
    let message = format!("`{}` is not the spec of what is mended", write.display());
    let why = match stack {
        Some(stack) => format!("the stack `{stack}` owns it"),
        None => "no stack of albctl owns it".to_owned(),
    };
    Failure::refused(vec![Diagnostic::refused("edit-other-stack", message).note(why)])
}

/// Checks that the spec can be written, before AWS is changed.
///
/// # Errors
/// It cannot.
pub fn check(edit: &SpecEdit) -> Result<(), Failure> {
    edit.check().map_err(|error| {
        let message = format!("`{}` cannot be written", edit.name);
        Failure::failed(Diagnostic::error("spec-not-written", message).note(error.to_string()))
    })
}

/// Writes the spec.
///
/// # Errors
/// The file was changed meanwhile or cannot be written. `done`: AWS was changed before.
pub fn write(edit: &SpecEdit, done: bool) -> Result<(), Failure> {
    edit.write().map_err(|error| {
        let message = format!("`{}` could not be written", edit.name);
        let failure = Failure::failed(Diagnostic::error("spec-not-written", message).note(error.to_string()));
        match done {
            true => Failure { line: "AWS was changed; the spec was not.".to_owned(), ..failure },
            false => failure,
        }
    })
}
