//! What is said of whether a spec keeps a fix.

use serde_json::{Value, json};

use super::keeping::Keeping;
use super::keeping_gone::Gone;
use crate::cli::again;
use crate::cli::args::Global;
use crate::cli::spec_edit::SpecEdit;
use crate::output::edit_text;
use crate::output::style::{Look, Role};
use crate::output::text::visible;

impl Keeping {
    /// The lines to be written with `--write`, shown before the question; empty for nothing.
    pub fn preview(&self, look: Look) -> String {
        match self {
            Self::Differs { edit: Ok(edit), notes, .. } => {
                let lines = edit_text::render(&edit.hunks(), look);
                format!("\nIn {}:\n{lines}{}", visible(&edit.name), told(notes))
            }
            Self::Differs { .. }
            | Self::Nothing
            | Self::Same { .. }
            | Self::Theirs { .. }
            | Self::Missing { .. }
            | Self::Stack { .. }
            | Self::Others(_) => String::new(),
        }
    }

    /// What the next apply would do, after the fix.
    pub fn note(&self, global: &Global, look: Look) -> String {
        let mark = look.paint(Role::Attention, "!");
        match self {
            Self::Nothing => String::new(),
            Self::Same { spec } => format!("\n{} says the same.\n", visible(spec)),
            Self::Theirs { spec } => {
                format!(
                    "\n{} leaves the targets of this group to others: no apply takes this back.\n",
                    visible(spec)
                )
            }
            Self::Missing { spec, gone } => {
                let line = |gone: &Gone| format!("\n{mark} {}.\n", visible(&gone.words(spec)));
                gone.iter().map(line).collect()
            }
            Self::Stack { stack, optional } => {
                let then = match optional {
                    true => "takes this back if the spec says otherwise",
                    false => "takes this back, unless the spec says so",
                };
                format!(
                    "\n{mark} The stack `{}` of albctl owns it: the next apply of its spec {then}.\n   = help: to see \
                     and to write the lines, name the spec: --write SPEC\n",
                    visible(stack)
                )
            }
            Self::Others(owner) => {
                format!("\n{mark} {}: it may take this back.\n", visible(&owner.consequence()))
            }
            Self::Differs { spec, edit, notes, silent } => {
                let apply = visible(&again::command(global, "apply", spec));
                let spec = visible(spec);
                let head = match silent {
                    true => format!("\n{spec} leaves it as it is. To have it there, too:\n"),
                    false => format!(
                        "\n{mark} {spec} does not say so: the next `{apply}` would take it back. To keep it:\n"
                    ),
                };
                match edit {
                    Ok(edit) => format!(
                        "{head}{}{}   = help: the same command with --write {} writes it there\n",
                        edit_text::render(&edit.hunks(), look),
                        told(notes),
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
            | Self::Theirs { .. }
            | Self::Missing { .. }
            | Self::Stack { .. }
            | Self::Others(_) => None,
        }
    }

    /// The same for programs.
    pub fn to_json(&self, written: bool) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Same { spec } => json!({ "spec": spec, "says_so": true }),
            Self::Theirs { spec } => json!({ "spec": spec, "says_so": null }),
            Self::Missing { spec, gone } => json!({
                "spec": spec,
                "says_so": false,
                "missing": gone.iter().map(|gone| &gone.id).collect::<Vec<_>>(),
            }),
            Self::Differs { spec, edit, silent, .. } => json!({
                "spec": spec,
                "says_so": if *silent && !written { Value::Null } else { json!(written) },
                "file": edit.as_ref().ok().map(|edit| &edit.name),
                "written": written,
                "why_not": edit.as_ref().err().map(|problem| &problem.message),
            }),
            Self::Stack { stack, .. } => json!({ "stack": stack, "says_so": null }),
            Self::Others(owner) => json!({ "owner": owner.word, "says_so": null }),
        }
    }
}

fn told(notes: &[String]) -> String {
    notes.iter().map(|note| format!("   = note: {}\n", visible(note))).collect()
}
