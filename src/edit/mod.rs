//! Puts a change into the text of a spec in place: a minimal edit at the spans of the located tree, never a
//! re-dump, so that comments and layout stay as their author left them.
//!
//! Text in, text out: nothing here reads or writes a file. Every edit is checked afterwards: the new text is
//! parsed, and its tree must be the old one with the change and nothing else. What cannot be told for certain
//! to mean the same (an alias, an anchor, a variable, a value that another file gives) is refused, with the
//! line where the value comes from and what to write by hand.
//!
//! - [`apply`] edits one text, [`apply_over`] one file of a spec that extends others;
//! - [`path_of`] and [`spot`] say where a resource and its fields are written;
//! - [`hunks`] says what an edit changes, for people to look at first.
//!
//! Codes: `edit-alias`, `edit-anchor`, `edit-merge-key`, `edit-variable`, `edit-tag`, `edit-many-lines`,
//! `edit-not-a-map`, `edit-not-a-list`, `edit-missing`, `edit-layout`, `edit-inherited`, `edit-overridden`,
//! `edit-unsafe`, and those of [`crate::base::yaml`].

mod check;
mod error;
mod expect;
mod flow;
mod hunks;
mod insert;
mod layers;
mod lines;
mod list;
mod places;
mod remove;
mod replace;
mod splice;
mod value;
mod walk;

#[cfg(test)]
mod tests;

pub use error::EditError;
pub use hunks::{Hunk, HunkLine, LineKind, hunks};
pub use layers::{SpecText, apply_over};
pub use places::{Spot, Written, path_of, spot};
pub use splice::apply;
pub use value::{Layout, Value};

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// The key of a map.
    Key(String),
    /// The place in a list, from 0.
    Index(usize),
}

impl From<&str> for Segment {
    fn from(key: &str) -> Self {
        Segment::Key(key.to_owned())
    }
}

impl From<usize> for Segment {
    fn from(index: usize) -> Self {
        Segment::Index(index)
    }
}

/// A path from keys, such as `["target_groups", "orders", "stickiness"]`.
pub fn keys(names: &[&str]) -> Vec<Segment> {
    names.iter().map(|name| Segment::from(*name)).collect()
}

/// The path as people write it: `listeners.https.rules[2].then`.
pub fn path_text(path: &[Segment]) -> String {
    let mut out = String::new();
    for segment in path {
        match segment {
            Segment::Key(name) if out.is_empty() => out.push_str(name),
            Segment::Key(name) => out.push_str(&format!(".{name}")),
            Segment::Index(at) => out.push_str(&format!("[{at}]")),
        }
    }
    out
}

/// What is to become of a place of the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It has this value, whatever it had before. Maps that are not there yet are made on the way.
    Set(Value),
    /// It is not there any more. A map or list that is left empty is written `{}` or `[]`.
    Remove,
    /// The list there gets one more item at its end. Nothing there, or a single text, becomes a list.
    Append(Value),
    /// The same, before its first item.
    Prepend(Value),
}

/// One edit of a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Where.
    pub path: Vec<Segment>,
    /// What.
    pub change: Change,
    /// How a new value is laid out.
    pub layout: Layout,
    /// A new key stands behind this one of its map, if that is there; at the end of the map otherwise.
    pub after: Option<String>,
    /// Where the parent is written in its short form, a single text, this is the field that the text stands for:
    /// `path` for `health_check: /health`. None: such a parent is refused.
    pub short_form: Option<String>,
}

impl Edit {
    /// The value at the path is to be this one.
    pub fn set(path: Vec<Segment>, value: Value) -> Self {
        Self::new(path, Change::Set(value))
    }

    /// What is at the path goes.
    pub fn remove(path: Vec<Segment>) -> Self {
        Self::new(path, Change::Remove)
    }

    /// The list at the path gets an item.
    pub fn append(path: Vec<Segment>, value: Value) -> Self {
        Self::new(path, Change::Append(value))
    }

    /// The list at the path gets an item before all others.
    pub fn prepend(path: Vec<Segment>, value: Value) -> Self {
        Self::new(path, Change::Prepend(value))
    }

    fn new(path: Vec<Segment>, change: Change) -> Self {
        Self { path, change, layout: Layout::Auto, after: None, short_form: None }
    }

    /// The same, laid out like this.
    #[must_use]
    pub fn laid_out(self, layout: Layout) -> Self {
        Self { layout, ..self }
    }

    /// The same, behind this key of the map.
    #[must_use]
    pub fn after(self, sibling: &str) -> Self {
        Self { after: Some(sibling.to_owned()), ..self }
    }

    /// The same, where the parent may be written as a single text that stands for this field.
    #[must_use]
    pub fn short_form(self, field: &str) -> Self {
        Self { short_form: Some(field.to_owned()), ..self }
    }
}
