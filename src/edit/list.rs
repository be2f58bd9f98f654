//! One more item of a list.

use super::lines::{self, column, line_end};
use super::splice::{Splice, Splices};
use super::walk::{Doc, Slot, dash, refuse};
use super::{Layout, Value, flow, replace, value};
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

fn block_map(doc: &Doc, node: &Node) -> bool {
    node.entries().is_some() && lines::is_block(&doc.text, node)
}
