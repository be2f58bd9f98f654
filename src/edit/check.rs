//! Whether an edit did what it was to do and nothing else.

use std::rc::Rc;

use super::expect::{Goal, at_path, equal, expected, same};
use super::walk::Doc;
use super::{Change, Edit, Value};
use crate::base::{Diagnostic, Node};

/// Checks a single step: the new tree is the old one with the change.
pub(super) fn one(before: &Doc, text: &str, file: &str, edit: &Edit) -> Result<(), Box<Diagnostic>> {
    let Ok(after) = Doc::read(file, text) else { return Err(unsafe_edit(before, edit)) };
    let wanted = wanted(before, edit, &before.root);
    let json = !before.style.json || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    let fine = json && wanted.is_some_and(|wanted| same(&wanted, &after.root));
    if fine { Ok(()) } else { Err(unsafe_edit(before, edit)) }
}

fn wanted(doc: &Doc, edit: &Edit, root: &Rc<Node>) -> Option<Rc<Node>> {
    let after = edit.after.as_deref();
    match &edit.change {
        Change::Set(value) => expected(root, &edit.path, &Goal::Is(value.node(&doc.style)), after),
        Change::Append(value) | Change::Prepend(value) => {
            // A single text that becomes an item may need quotes in brackets.
            let single = at_path(root, &edit.path).filter(|node| node.text().is_some() && !node.is_null());
            let first = single.map(|node| Goal::Is(Value::of(node).node(&doc.style)));
            let root =
                first.map_or(Some(Rc::clone(root)), |first| expected(root, &edit.path, &first, None))?;
            let item = value.node(&doc.style);
            let goal = match edit.change {
                Change::Prepend(_) => Goal::Led(&item),
                Change::Set(_) | Change::Append(_) | Change::Remove => Goal::Longer(&item),
            };
            expected(&root, &edit.path, &goal, after)
        }
        Change::Remove => expected(root, &edit.path, &Goal::Gone, after),
    }
}

/// Checks all steps of an edit together: the value is there, and all else says what it said before.
pub(super) fn whole(text: &str, file: &str, edit: &Edit, before: &Doc) -> Result<(), Box<Diagnostic>> {
    let Ok(after) = Doc::read(file, text) else { return Err(unsafe_edit(before, edit)) };
    let there = match &edit.change {
        Change::Set(value) => {
            let value = value.node(&before.style);
            let short = edit.short_form.is_some()
                && edit.path.split_last().is_some_and(|(_, parent)| {
                    at_path(&after.root, parent).is_some_and(|node| equal(node, &value))
                });
            short || at_path(&after.root, &edit.path).is_some_and(|node| equal(node, &value))
        }
        Change::Append(_) | Change::Prepend(_) | Change::Remove => true,
    };
    if there { Ok(()) } else { Err(unsafe_edit(before, edit)) }
}

/// The edit would have meant something else than what was asked for.
fn unsafe_edit(doc: &Doc, edit: &Edit) -> Box<Diagnostic> {
    let path = super::path_text(&edit.path);
    let message = format!("`{path}` cannot be changed here without changing something else");
    let nearest = (0..=edit.path.len()).rev().find_map(|to| at_path(&doc.root, edit.path.get(..to)?));
    let diagnostic = Diagnostic::refused("edit-unsafe", message);
    Box::new(match nearest {
        Some(node) => diagnostic.at(node.head(), ""),
        None => diagnostic,
    })
}
