//! What the spec of the stack that owns the thing says of a fix: its next apply would take the fix back, unless it says
//! so too. Shows the lines, and with `--write` puts them there.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::desk::Site;
use super::known::Known;
use crate::base::{Diagnostic, SourceMap};
use crate::cli::again;
use crate::cli::args::Global;
use crate::cli::failure::Failure;
use crate::cli::spec_edit::{self, SpecEdit};
use crate::edit::{self, Edit, Segment};
use crate::fix::{Fix, Keep};
use crate::kinds::tagging::ownership::{self, Owner};
use crate::kinds::{Live, listener, load_balancer, rule, target_group, targets};
use crate::model::world::Tags;
use crate::model::{Change, ResourceId};
use crate::output::edit_text;
use crate::output::style::{Look, Role};
use crate::output::text::visible;

/// What is to be said, and perhaps written.
pub enum Keeping {
    /// Nobody would take it back.
    Nothing,
    /// The spec says the same.
    Same {
        /// The spec.
        spec: String,
    },
    /// The spec says something else.
    Differs {
        /// The spec.
        spec: String,
        /// What it would take to say it there; or why that cannot be worked out.
        edit: Result<SpecEdit, Box<Diagnostic>>,
    },
    /// The spec may say something else, and what it would have to say albctl cannot write.
    ByHand {
        /// The spec.
        spec: String,
    },
    /// A stack of albctl owns it, whose spec is not here.
    Stack(String),
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
    sources: &mut SourceMap,
) -> Result<Keeping, Failure> {
    let kept = fix.keep.iter().map(|keep| &keep.id);
    let subjects: BTreeSet<&ResourceId> = kept.chain(changes.iter().map(|change| &change.id)).collect();
    let balancer = site.whole.balancer_tags();
    let tags: Vec<Tags> = subjects.iter().map(|id| tags(&site.live, &balancer, id)).collect();
    let stack = tags.iter().find_map(|tags| tags.get(ownership::STACK).cloned());
    let known = known.filter(|known| Some(&known.desired.stack) == stack.as_ref());
    if write.is_none() && !changes.is_empty() && changes.iter().all(is_unsaid) {
        return Ok(Keeping::Nothing);
    }
    let Some(known) = known else {
        if let Some(write) = write {
            return Err(not_its_spec(write, stack.as_deref()));
        }
        let others = tags.iter().find_map(|tags| ownership::owner(tags, ""));
        return Ok(match (stack, others) {
            (Some(stack), _) => Keeping::Stack(stack),
            (None, Some(owner)) => Keeping::Others(owner),
            (None, None) => Keeping::Nothing,
        });
    };
    let missing: Vec<&Keep> = fix.keep.iter().filter(|keep| !says(known, fix, keep)).collect();
    let spec = known.spec.name.clone();
    if fix.keep.is_empty() && !changes.is_empty() {
        return match write {
            Some(write) => Err(by_hand(write, changes)),
            None => Ok(Keeping::ByHand { spec }),
        };
    }
    if missing.is_empty() {
        return Ok(Keeping::Same { spec });
    }
    let edit = edits(known, fix, &missing, write, sources);
    match (write, edit) {
        (Some(_), Err(problem)) => Err(Failure::refused(vec![*problem])),
        (_, edit) => Ok(Keeping::Differs { spec, edit }),
    }
}

/// Whether no spec says what changes, so that no apply takes it back.
fn is_unsaid(change: &Change) -> bool {
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

/// What the spec would have to say is not for albctl to write.
fn by_hand(write: &Path, changes: &[Change]) -> Failure {
    let what: Vec<&str> = changes.iter().map(|change| change.id.as_str()).collect();
    let message =
        format!("albctl cannot write this change of {} into `{}`", what.join(", "), write.display());
    let help = "write it there by hand, and see whether it is enough: albctl plan";
    Failure::refused(vec![Diagnostic::refused("edit-by-hand", message).help(help)])
}

/// Whether the spec wants what the fix wants, or does not care.
fn says(known: &Known, fix: &Fix, keep: &Keep) -> bool {
    let wanted = known.desired.resources.get(&keep.id);
    let Some(wanted) = wanted else {
        // Targets that others register are no matter of the spec; what it does not have at all it would delete.
        return keep.id.kind() == targets::KIND;
    };
    let field = keep.field.as_str();
    if wanted.ignore.iter().any(|ignored| field == ignored || field.starts_with(&format!("{ignored}."))) {
        return true;
    }
    let Some(mended) = fix.desired.resources.get(&keep.id) else { return false };
    if super::keeping_targets::is_enough(&wanted.resource, &mended.resource) {
        return true;
    }
    let differing = mended.resource.changes_from(&wanted.resource, |_| true);
    !differing.iter().any(|one| one.key == field || field.is_empty())
}

fn edits(
    known: &Known,
    fix: &Fix,
    missing: &[&Keep],
    write: Option<&Path>,
    sources: &mut SourceMap,
) -> Result<SpecEdit, Box<Diagnostic>> {
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
        edits.push(match &keep.value {
            Value::Null => Edit::remove(path),
            value => Edit::set(path, literal(value)),
        });
    }
    let own = known.spec.files.first().map(|(_, path)| path.clone()).unwrap_or_default();
    spec_edit::prepare(&known.spec, write.unwrap_or(&own), &edits, sources)
}

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

impl Keeping {
    /// The lines to be written with `--write`, shown before the question; empty for nothing.
    pub fn preview(&self, look: Look) -> String {
        match self {
            Self::Differs { edit: Ok(edit), .. } => {
                format!("\nIn {}:\n{}", visible(&edit.name), edit_text::render(&edit.hunks(), look))
            }
            Self::Differs { .. }
            | Self::Nothing
            | Self::Same { .. }
            | Self::ByHand { .. }
            | Self::Stack(_)
            | Self::Others(_) => String::new(),
        }
    }

    /// What the next apply would do, after the fix.
    pub fn note(&self, global: &Global, look: Look) -> String {
        let mark = look.paint(Role::Attention, "!");
        match self {
            Self::Nothing => String::new(),
            Self::Same { spec } => format!("\n{} says the same.\n", visible(spec)),
            Self::ByHand { spec } => format!(
                "\n{mark} The stack of {} owns it: its next apply takes this back, unless the spec says so. See it \
                 with: {}\n",
                visible(spec),
                visible(&again::command(global, "plan", spec))
            ),
            Self::Stack(stack) => format!(
                "\n{mark} The stack `{}` of albctl owns it: the next apply of its spec takes this back, unless the \
                 spec says so.\n   = help: to see and to write the lines, name the spec: --write SPEC\n",
                visible(stack)
            ),
            Self::Others(owner) => {
                format!("\n{mark} {}: it may take this back.\n", visible(&owner.consequence()))
            }
            Self::Differs { spec, edit } => {
                let apply = again::command(global, "apply", spec);
                let head = format!(
                    "\n{mark} {} does not say so: the next `{}` would take it back. To keep it:\n",
                    visible(spec),
                    visible(&apply)
                );
                match edit {
                    Ok(edit) => format!(
                        "{head}{}   = help: the same command with --write {} writes it there\n",
                        edit_text::render(&edit.hunks(), look),
                        visible(&edit.name)
                    ),
                    Err(problem) => {
                        let notes = problem.notes.iter().chain(&problem.helps).map(|note| visible(note));
                        let notes: String = notes.map(|note| format!("   = {note}\n")).collect();
                        format!("{head}   = {}\n{notes}", visible(&problem.message))
                    }
                }
            }
        }
    }

    /// The edit that `--write` makes.
    pub fn edit(&self) -> Option<&SpecEdit> {
        match self {
            Self::Differs { edit: Ok(edit), .. } => Some(edit),
            Self::Differs { .. }
            | Self::Nothing
            | Self::Same { .. }
            | Self::ByHand { .. }
            | Self::Stack(_)
            | Self::Others(_) => None,
        }
    }

    /// The same for programs.
    pub fn to_json(&self, written: bool) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Same { spec } => json!({ "spec": spec, "says_so": true }),
            Self::ByHand { spec } => json!({ "spec": spec, "says_so": null }),
            Self::Differs { spec, edit } => json!({
                "spec": spec,
                "says_so": written,
                "file": edit.as_ref().ok().map(|edit| &edit.name),
                "written": written,
                "why_not": edit.as_ref().err().map(|problem| &problem.message),
            }),
            Self::Stack(stack) => json!({ "stack": stack, "says_so": null }),
            Self::Others(owner) => json!({ "owner": owner.word, "says_so": null }),
        }
    }
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
