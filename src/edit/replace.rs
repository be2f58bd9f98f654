//! Another value in the place of one.

use super::lines::{self, column, line_end};
use super::splice::{Splice, Splices};
use super::walk::{Doc, Holder, Slot, has_variable, refuse, variable};
use super::{Layout, Value};
use crate::base::{Node, NodeKind};

/// Writes another value at a place.
pub(super) fn replace(doc: &Doc, slot: &Slot, value: &Value, layout: Layout) -> Splices {
    let node = &slot.node;
    if let Some((lost, text)) = lost_variable(node, value) {
        return Err(variable(doc, lost, text));
    }
    match slot.holder {
        Holder::Root => Err(refuse("edit-layout", "the whole of a spec cannot be replaced", node)),
        Holder::Entry { key, key_end, colon, many_lines } => {
            if many_lines || lines_of_text(doc, node) {
                return Err(many(node));
            }
            let indent = column(&doc.text, key) + doc.style.step;
            let columns = column(&doc.text, key_end) + 2;
            let below = !slot.in_flow && value.below(layout, columns, &doc.style);
            let below = below.then(|| {
                format!("{}{}{}", doc.style.newline, " ".repeat(indent), value.block(indent, &doc.style))
            });
            entry(doc, node, key_end, colon, below, value)
        }
        Holder::Item { dash } => {
            if lines_of_text(doc, node) || header_before(doc, node) {
                return Err(many(node));
            }
            let begin = lines::start(node);
            if nothing(node) {
                let Some(dash) = dash else {
                    return Err(refuse("edit-layout", "there is no room for a value here", node));
                };
                return Ok(vec![Splice::insert(dash + 1, format!(" {}", value.flow(&doc.style)))]);
            }
            let below = dash.is_some() && value.below(layout, column(&doc.text, begin), &doc.style);
            let text = match below {
                true => value.block(column(&doc.text, begin), &doc.style),
                false => value.flow(&doc.style),
            };
            Ok(vec![Splice::new(begin..lines::end(&doc.text, node), text)])
        }
    }
}

/// The value of a key; `below` is the new text with all of its lines, where it is to stand below the key.
fn entry(
    doc: &Doc,
    node: &Node,
    key_end: usize,
    colon: Option<usize>,
    below: Option<String>,
    value: &Value,
) -> Splices {
    let text = &doc.text;
    let flow = format!(" {}", value.flow(&doc.style));
    let Some(colon) = colon else { return Ok(vec![Splice::insert(key_end, format!(":{flow}"))]) };
    let (begin, end) = (lines::start(node), lines::end(text, node));
    if nothing(node) {
        return Ok(match below {
            None => vec![Splice::insert(colon, flow)],
            Some(below) => vec![Splice::insert(line_end(text, colon), below)],
        });
    }
    if !lines::is_block(text, node) {
        let Some(below) = below else {
            return Ok(vec![Splice::new(begin..end, value.flow(&doc.style))]);
        };
        if text[colon..begin].contains('#') || !lines::ends_line(text, end) {
            return Err(refuse("edit-layout", "there is no room for lines of their own here", node));
        }
        return Ok(vec![Splice::new(colon..end, ""), Splice::insert(line_end(text, end), below)]);
    }
    // The lines of the old value go; a comment beside the key stays.
    let key_line = line_end(text, colon);
    if key_line > begin {
        return Err(refuse("edit-layout", "this value begins on the line of its key", node));
    }
    let old = key_line..line_end(text, end);
    Ok(match below {
        None => vec![Splice::insert(colon, flow), Splice::new(old, "")],
        Some(below) => vec![Splice::new(old, below)],
    })
}

fn many(node: &Node) -> Box<crate::base::Diagnostic> {
    refuse("edit-many-lines", "this text goes over several lines", node)
}

/// Nothing is written there, not even `~`.
fn nothing(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Scalar { .. }) && node.at.span.start == node.at.span.end
}

fn lines_of_text(doc: &Doc, node: &Node) -> bool {
    let text = doc.text.get(lines::start(node)..lines::end(&doc.text, node)).unwrap_or_default();
    matches!(node.kind, NodeKind::Scalar { .. }) && text.contains('\n')
}

/// Before the text stands `|` or `>` on the line above.
fn header_before(doc: &Doc, node: &Node) -> bool {
    let begin = lines::start(node);
    let scalar = matches!(node.kind, NodeKind::Scalar { .. });
    scalar && !nothing(node) && lines::begins_line(&doc.text, begin)
}

/// A variable that the old value uses and the new one does not.
fn lost_variable<'n>(old: &'n Node, new: &Value) -> Option<(&'n Node, &'n str)> {
    match &old.kind {
        NodeKind::Scalar { text, .. } => {
            (has_variable(text) && !holds(new, text)).then_some((old, text.as_str()))
        }
        NodeKind::Seq(items) => items.iter().find_map(|item| lost_variable(item, new)),
        NodeKind::Map(entries) => entries.iter().find_map(|(_, value)| lost_variable(value, new)),
    }
}

fn holds(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Scalar { text, .. } => text == wanted,
        Value::List(items) => items.iter().any(|item| holds(item, wanted)),
        Value::Map(entries) => entries.iter().any(|(_, value)| holds(value, wanted)),
    }
}

/// The first variable in a value that is about to go.
pub(super) fn any_variable(node: &Node) -> Option<(&Node, &str)> {
    lost_variable(node, &Value::List(Vec::new()))
}
