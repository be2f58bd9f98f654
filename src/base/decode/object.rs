//! Maps as types, and their short forms.

use std::rc::Rc;

use super::{
    Cx, Generator, ObjectReader, Schema,
    reader::called,
    schema::{self, ObjectSchema},
};
use crate::base::{
    diag::{Diagnostic, Diagnostics},
    located::Located,
    yaml::{Node, NodeKind},
};

/// Reads a map. `what` is what messages call it: a key (`health_check`) or words (`the spec`).
///
/// After `read`, keys that it did not ask for are reported. Returns what `read` returns; `None` also if
/// the node is no map.
pub fn object<T>(
    node: &Rc<Node>,
    cx: &mut Cx<'_>,
    what: &'static str,
    read: impl FnOnce(&mut ObjectReader<'_, '_>) -> Option<T>,
) -> Option<T> {
    if !cx.usable(node) {
        return None;
    }
    let Some(entries) = node.entries() else {
        report_no_map(node, cx, what, "a map");
        return None;
    };
    let mut reader = ObjectReader::new(node, entries, cx, what);
    let value = read(&mut reader);
    reader.finish();
    value
}

/// The JSON Schema of what `read` asks for, as the definition `name`.
///
/// A name stands for one type: readers of the same type under the same name are taken to be the same.
pub fn record<T>(
    g: &mut Generator,
    name: &'static str,
    read: impl FnOnce(&mut ObjectReader<'_, '_>) -> Option<T>,
) -> Schema {
    g.define(name, std::any::type_name::<T>(), |g| inline(g, name, read))
}

/// The same without a definition.
pub(super) fn inline<T>(
    g: &mut Generator,
    what: &'static str,
    read: impl FnOnce(&mut ObjectReader<'_, '_>) -> Option<T>,
) -> Schema {
    let mut unread = Diagnostics::new();
    let mut cx = Cx::new(&mut unread);
    let mut reader = ObjectReader::recording(g, &mut cx, what);
    read(&mut reader);
    reader.finish().unwrap_or_else(|| ObjectSchema::default().finish(false))
}

/// Reads a short form or a map: `health_check: /health` for `health_check: { path: /health }`. A short
/// form is any scalar, by its source text.
pub fn scalar_or_object<T>(
    node: &Rc<Node>,
    cx: &mut Cx<'_>,
    what: &'static str,
    short: impl FnOnce(Located<String>, &mut Cx<'_>) -> Option<T>,
    read: impl FnOnce(&mut ObjectReader<'_, '_>) -> Option<T>,
) -> Option<T> {
    if !cx.usable(node) {
        return None;
    }
    match &node.kind {
        NodeKind::Scalar { text, .. } => short(Located::new(text.clone(), node.at), cx),
        NodeKind::Map(_) => object(node, cx, what, read),
        NodeKind::Seq(_) => {
            report_no_map(node, cx, what, "text or a map");
            None
        }
    }
}

/// The schema of [`scalar_or_object`]; `short` is that of the short form.
pub fn scalar_or_object_schema<T>(
    g: &mut Generator,
    name: &'static str,
    short: Schema,
    read: impl FnOnce(&mut ObjectReader<'_, '_>) -> Option<T>,
) -> Schema {
    let full = record(g, name, read);
    schema::any_of(vec![short, full])
}

fn report_no_map(node: &Rc<Node>, cx: &mut Cx<'_>, what: &str, wanted: &str) {
    let subject = if cx.key(node).is_some() { cx.subject(node) } else { called(what) };
    let message = format!("{subject} must be {wanted}, found {}", node.describe());
    let at = cx.place(node);
    cx.report(Diagnostic::error("wrong-type", message).at(at, ""));
}
