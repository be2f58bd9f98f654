//! One more item of a list.

use super::lines::{self, begins_line, column, line_end, line_start};
use super::splice::{Splice, Splices};
use super::walk::{Doc, Holder, Slot, dash, refuse, walk};
use super::{Edit, Layout, Segment, Value, flow, replace, value};
use crate::base::{Node, NodeKind};

/// Adds an item at the end, in the style of the others.
pub(super) fn append(doc: &Doc, slot: &Slot, new: &Value, layout: Layout) -> Splices {
    let node = &slot.node;
    match &node.kind {
        NodeKind::Map(_) => Err(refuse("edit-not-a-list", "this is a map, not a list", node)),
        NodeKind::Scalar { .. } if node.is_null() => {
            replace::replace(doc, slot, &Value::List(vec![new.clone()]), layout)
        }
        NodeKind::Scalar { text, .. } if super::walk::has_variable(text) => {
            Err(super::walk::variable(doc, node, text))
        }
        NodeKind::Scalar { .. } => {
            let both = Value::List(vec![Value::of(node), new.clone()]);
            replace::replace(doc, slot, &both, layout)
        }
        NodeKind::Seq(_) if slot.in_flow || !lines::is_block(&doc.text, node) => {
            flow::insert(doc, node, &new.flow(&doc.style), None)
        }
        NodeKind::Seq(items) => {
            let text = &doc.text;
            let own = items.iter().rev().filter(|item| node.at.span.contains(item.at.span));
            let Some(at) = own.filter_map(|item| dash(text, lines::start(item))).next() else {
                return Err(refuse("edit-layout", "the dashes of this list cannot be told", node));
            };
            let layout = match (layout, items.last()) {
                (Layout::Auto, Some(last)) if block_map(doc, last) => Layout::Block,
                (layout, _) => layout,
            };
            let indent = column(text, at);
            let item = value::item(new, layout, indent, &doc.style);
            let line = format!("{}{}{item}", doc.style.newline, " ".repeat(indent));
            Ok(vec![Splice::insert(line_end(text, lines::end(text, node)), line)])
        }
    }
}

/// Adds an item before the first one, in the style of that. Comments on lines of their own stay with what they are
/// above of.
pub(super) fn prepend(doc: &Doc, slot: &Slot, new: &Value, edit: &Edit) -> Splices {
    let node = &slot.node;
    match &node.kind {
        NodeKind::Scalar { text, .. } if super::walk::has_variable(text) => {
            Err(super::walk::variable(doc, node, text))
        }
        NodeKind::Scalar { .. } if !node.is_null() => {
            let both = Value::List(vec![new.clone(), Value::of(node)]);
            replace::replace(doc, slot, &both, edit.layout)
        }
        NodeKind::Seq(items) if !items.is_empty() => {
            let first = [edit.path.as_slice(), &[Segment::Index(0)]].concat();
            let in_brackets = slot.in_flow || !lines::is_block(&doc.text, node);
            match walk(doc, &first)?.last() {
                Some(Slot { node: item, holder: Holder::Item { dash: Some(dash) }, .. }) if !in_brackets => {
                    before_dash(doc, item, *dash, new, edit.layout)
                }
                Some(Slot { node: item, holder: Holder::Item { .. }, .. }) if in_brackets => {
                    Ok(before_item(doc, item, new))
                }
                Some(_) | None => {
                    Err(refuse("edit-layout", "where the first item begins cannot be told", node))
                }
            }
        }
        NodeKind::Scalar { .. } | NodeKind::Seq(_) | NodeKind::Map(_) => append(doc, slot, new, edit.layout),
    }
}

/// In brackets.
fn before_item(doc: &Doc, item: &Node, new: &Value) -> Vec<Splice> {
    let begin = lines::start(item);
    let gap = match begins_line(&doc.text, begin) {
        true => format!("{}{}", doc.style.newline, " ".repeat(column(&doc.text, begin))),
        false => " ".to_owned(),
    };
    vec![Splice::insert(begin, format!("{},{gap}", new.flow(&doc.style)))]
}

/// On a line of its own.
fn before_dash(doc: &Doc, item: &Node, dash: usize, new: &Value, layout: Layout) -> Splices {
    let (text, newline) = (&doc.text, doc.style.newline);
    if !begins_line(text, dash) {
        return Err(refuse("edit-layout", "this list does not begin on a line of its own", item));
    }
    let indent = column(text, dash);
    let mut at = line_start(text, dash);
    while let Some(above) = at.checked_sub(1).map(|end| line_start(text, end)) {
        if !text[above..at].trim_start().starts_with('#') {
            break;
        }
        at = above;
    }
    let line = value::item(new, layout, indent, &doc.style);
    Ok(vec![Splice::insert(at, format!("{}{line}{newline}", " ".repeat(indent)))])
}

fn block_map(doc: &Doc, node: &Node) -> bool {
    node.entries().is_some() && lines::is_block(&doc.text, node)
}
