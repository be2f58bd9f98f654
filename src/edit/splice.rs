//! Edits, one after the other, each a few replaced ranges of the text.

use std::ops::Range;
use std::rc::Rc;

use super::walk::{Doc, Slot, walk};
use super::{
    Change, Edit, EditError, Segment, Value, check, expect, insert, list, path_text, remove, replace,
};
use crate::base::{Diagnostic, Node};

/// A range of the text and what stands there instead.
#[derive(Clone, Debug)]
pub(super) struct Splice {
    pub(super) at: Range<usize>,
    pub(super) text: String,
}

impl Splice {
    pub(super) fn new(at: Range<usize>, text: impl Into<String>) -> Self {
        Self { at, text: text.into() }
    }

    /// Something new, where nothing goes.
    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::new(at..at, text)
    }
}

/// What a change of the text comes to.
pub(super) type Splices = Result<Vec<Splice>, Box<Diagnostic>>;

/// The text with the edits, made one after the other. What an edit wants and what is so already stays untouched;
/// a map is changed key by key.
///
/// # Errors
/// The text is no valid YAML, or an edit cannot be made: see [`EditError`]. There is no text then, not even with
/// the edits before it.
pub fn apply(text: &str, file: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut text = text.to_owned();
    for edit in edits {
        let doc = Doc::read(file, &text)?;
        let mut done = text.clone();
        for part in parts(&doc.root, edit) {
            let before = Doc::read(file, &done)?;
            let splices = plan(&before, &part).map_err(|wrong| with_hand(*wrong, edit, &before))?;
            let after = spliced(&done, splices);
            check::one(&before, &after, file, &part).map_err(|wrong| with_hand(*wrong, edit, &before))?;
            done = after;
        }
        check::whole(&done, file, edit, &doc).map_err(|wrong| with_hand(*wrong, edit, &doc))?;
        text = done;
    }
    Ok(text)
}

fn spliced(text: &str, mut splices: Vec<Splice>) -> String {
    // Stable: what is inserted at one place keeps its order.
    splices.sort_by_key(|splice| (splice.at.start, splice.at.end));
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for splice in splices {
        out.push_str(text.get(at..splice.at.start).unwrap_or_default());
        out.push_str(&splice.text);
        at = at.max(splice.at.end);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// The smallest edits that come to the same.
fn parts(root: &Rc<Node>, edit: &Edit) -> Vec<Edit> {
    let mut out = Vec::new();
    match (&edit.change, edit.path.split_last()) {
        (Change::Set(value), Some((Segment::Key(name), parent))) => {
            let short = edit.short_form.as_ref().zip(expect::at_path(root, parent));
            match short.filter(|(_, node)| node.text().is_some() && !node.is_null()) {
                Some((field, _)) if field == name => {
                    // The field that the short form is: the text stays a text.
                    set(root, &Edit { path: parent.to_vec(), ..edit.clone() }, value, &mut out);
                }
                Some((field, node)) => {
                    let entries = vec![(field.clone(), Value::of(node)), (name.clone(), value.clone())];
                    let change = Change::Set(Value::Map(entries));
                    out.push(Edit { path: parent.to_vec(), change, ..edit.clone() });
                }
                None => set(root, edit, value, &mut out),
            }
        }
        (Change::Set(value), _) => set(root, edit, value, &mut out),
        (Change::Remove | Change::Append(_) | Change::Prepend(_), _) => out.push(edit.clone()),
    }
    out
}

fn set(root: &Rc<Node>, edit: &Edit, value: &Value, out: &mut Vec<Edit>) {
    let old = expect::at_path(root, &edit.path);
    let plain = super::lines::Style { newline: "\n", step: 2, json: false };
    if old.is_some_and(|old| expect::equal(old, &value.node(&plain))) {
        return;
    }
    let entries = old.and_then(|old| old.entries());
    let (Some(entries), Value::Map(wanted)) = (entries, value) else { return out.push(edit.clone()) };
    let kept = |name: &str| entries.iter().any(|(key, _)| key.name == name);
    if !wanted.iter().any(|(name, _)| kept(name)) {
        return out.push(edit.clone());
    }
    let below = |name: &str| [edit.path.as_slice(), &[Segment::from(name)]].concat();
    for (name, value) in wanted {
        let part = Edit { path: below(name), change: Change::Set(value.clone()), ..edit.clone() };
        set(root, &Edit { after: None, short_form: None, ..part }, value, out);
    }
    for (key, _) in entries.iter().filter(|(key, _)| !wanted.iter().any(|(name, _)| *name == key.name)) {
        out.push(Edit::remove(below(&key.name)));
    }
}

fn plan(doc: &Doc, edit: &Edit) -> Splices {
    let slots = walk(doc, &edit.path)?;
    let rest = edit.path.get(slots.len() - 1..).unwrap_or_default();
    let Some(last) = slots.last() else { return Ok(Vec::new()) };
    match &edit.change {
        Change::Set(value) if rest.is_empty() => replace::replace(doc, last, value, edit.layout),
        Change::Set(value) => insert::insert(doc, last, rest, value, edit),
        Change::Append(value) if rest.is_empty() => list::append(doc, last, value, edit.layout),
        Change::Prepend(value) if rest.is_empty() => list::prepend(doc, last, value, edit),
        Change::Append(value) | Change::Prepend(value) => {
            insert::insert(doc, last, rest, &Value::List(vec![value.clone()]), edit)
        }
        Change::Remove if rest.is_empty() => removed(doc, &slots, edit),
        Change::Remove => {
            let message = format!("there is no `{}` to remove", path_text(&edit.path));
            Err(Box::new(Diagnostic::refused("edit-missing", message).at(last.node.head(), "")))
        }
    }
}

fn removed(doc: &Doc, slots: &[Slot], edit: &Edit) -> Splices {
    match (slots, edit.path.last()) {
        ([.., parent, _], Some(segment)) => remove::remove(doc, parent, segment),
        _ => Err(Box::new(Diagnostic::refused("edit-layout", "the whole of a spec cannot be removed"))),
    }
}

/// The error, with what to write by hand instead.
fn with_hand(wrong: Diagnostic, edit: &Edit, doc: &Doc) -> EditError {
    EditError::new(wrong.help(by_hand(edit, doc)), doc.sources.clone())
}

/// What to write by hand.
pub(super) fn by_hand(edit: &Edit, doc: &Doc) -> String {
    let (last, parent) = match edit.path.split_last() {
        Some((Segment::Key(last), parent)) => (last.as_str(), path_text(parent)),
        Some((Segment::Index(_), parent)) => ("", path_text(parent)),
        None => ("", String::new()),
    };
    let below = if parent.is_empty() { String::new() } else { format!(" under `{parent}`") };
    let key = if last.is_empty() { String::new() } else { format!("{last}: ") };
    match &edit.change {
        Change::Set(value) => format!("by hand,{below}: {key}{}", value.flow(&doc.style)),
        Change::Append(value) => {
            format!("by hand, one more item of `{}`: {}", path_text(&edit.path), value.flow(&doc.style))
        }
        Change::Prepend(value) => {
            format!("by hand, before the items of `{}`: {}", path_text(&edit.path), value.flow(&doc.style))
        }
        Change::Remove => format!("by hand, take out `{}`", path_text(&edit.path)),
    }
}
