//! A key that is not there yet.

use super::lines::{self, column, line_end};
use super::splice::{Splice, Splices};
use super::walk::{Doc, Slot, refuse};
use super::{Edit, Segment, Value, flow, list, replace, value};
use crate::base::{Key, Node, NodeKind};
use std::rc::Rc;

/// Writes a value at the end of a path of which only the beginning is there: `rest` begins in the value at `slot`.
pub(super) fn insert(doc: &Doc, slot: &Slot, rest: &[Segment], new: &Value, edit: &Edit) -> Splices {
    let node = &slot.node;
    let Some((first, deeper)) = rest.split_first() else { return Ok(Vec::new()) };
    let Some(new) = wrapped(deeper, new) else { return Err(missing_item(node)) };
    let name = match (first, &node.kind) {
        (Segment::Key(name), _) => name,
        (Segment::Index(at), NodeKind::Seq(items)) if *at == items.len() => {
            return list::append(doc, slot, &new, edit.layout);
        }
        (Segment::Index(_), _) => return Err(missing_item(node)),
    };
    match &node.kind {
        NodeKind::Scalar { .. } if node.is_null() => {
            let map = Value::Map(vec![(name.clone(), new)]);
            replace::replace(doc, slot, &map, edit.layout)
        }
        NodeKind::Scalar { .. } | NodeKind::Seq(_) => {
            let message = format!("{} stands here, not a map that could have `{name}`", node.describe());
            Err(refuse("edit-not-a-map", &message, node))
        }
        NodeKind::Map(entries) => {
            let sibling = edit.after.as_ref().filter(|_| deeper.is_empty());
            let sibling = sibling.and_then(|name| entries.iter().find(|(key, _)| key.name == *name));
            let behind = sibling.map(|(key, value)| entry_end(doc, node, key, value));
            if lines::is_block(&doc.text, node) && !slot.in_flow {
                return block(doc, node, name, &new, edit, behind);
            }
            let text = format!("{}: {}", value::key(name, &doc.style), new.flow(&doc.style));
            flow::insert(doc, node, &text, behind)
        }
    }
}

/// The value inside of maps, from the inner to the outer one; none where a list would have to be made.
fn wrapped(path: &[Segment], value: &Value) -> Option<Value> {
    path.iter().rev().try_fold(value.clone(), |inner, segment| match segment {
        Segment::Key(name) => Some(Value::Map(vec![(name.clone(), inner)])),
        Segment::Index(_) => None,
    })
}

fn missing_item(node: &Node) -> Box<crate::base::Diagnostic> {
    refuse("edit-missing", "this list has no such item", node)
}

/// Where an entry ends, its value included.
pub(super) fn entry_end(doc: &Doc, map: &Node, key: &Key, value: &Rc<Node>) -> usize {
    let key_end = key.at.span.end as usize;
    let own = map.at.span.contains(value.at.span) && lines::start(value) >= key_end;
    let end = if own { lines::end(&doc.text, value).max(key_end) } else { key_end };
    if end > key_end {
        return end;
    }
    // Nothing, or an alias.
    let rest = &doc.text[key_end..line_end(&doc.text, key_end)];
    let stop = rest.find([',', '}', '#', '\n']).unwrap_or(rest.len());
    key_end + rest[..stop].trim_end().len()
}

/// In a map on lines of its own: a line behind the last one, or behind a sibling.
fn block(doc: &Doc, map: &Node, name: &str, new: &Value, edit: &Edit, behind: Option<usize>) -> Splices {
    let text = &doc.text;
    let end = behind.unwrap_or_else(|| lines::end(text, map));
    if !lines::ends_line(text, end) {
        return Err(refuse("edit-layout", "something else stands behind this map on its line", map));
    }
    let indent = column(text, lines::start(map));
    let entry = value::entry(name, new, edit.layout, indent, &doc.style);
    let line = format!("{}{}{entry}", doc.style.newline, " ".repeat(indent));
    Ok(vec![Splice::insert(line_end(text, end), line)])
}
