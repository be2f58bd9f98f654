//! A key or an item less.

use std::ops::Range;

use super::lines::{self, begins_line, ends_line, line_end, line_start, next_line};
use super::splice::{Splice, Splices};
use super::walk::{Doc, Slot, dash, refuse, variable};
use super::{Layout, Segment, Value, flow, replace};
use crate::base::Node;

/// Takes out what `segment` names in the map or list at `slot`.
pub(super) fn remove(doc: &Doc, slot: &Slot, segment: &Segment) -> Splices {
    let node = &slot.node;
    let (goes, count) = match segment {
        Segment::Key(name) => {
            let entry = node.entry(name).map(|(key, value)| (key.at.span.start as usize, value));
            (entry, node.entries().map_or(0, <[_]>::len))
        }
        Segment::Index(at) => {
            let items = node.items().unwrap_or_default();
            (items.get(*at).map(|item| (lines::start(item), item)), items.len())
        }
    };
    let Some((start, value)) = goes else { return Ok(Vec::new()) };
    if let Some((lost, text)) = replace::any_variable(value) {
        return Err(variable(doc, lost, text));
    }
    if count == 1 {
        let empty = if node.entries().is_some() { Value::Map(Vec::new()) } else { Value::List(Vec::new()) };
        return replace::replace(doc, slot, &empty, Layout::Flow);
    }
    let children = flow::children(doc, node);
    let Some(at) = children.iter().position(|(begin, _)| *begin == start) else {
        return Err(refuse("edit-layout", "its place in the text cannot be told", value));
    };
    let range = match lines::is_block(&doc.text, node) && !slot.in_flow {
        true => block(doc, &children, at, node),
        false => in_braces(doc, &children, at, node),
    };
    match range {
        Some(range) => Ok(vec![Splice::new(range, "")]),
        None => Err(refuse(
            "edit-layout",
            "it cannot be taken out without moving a comment or another value",
            value,
        )),
    }
}

/// On lines of their own: the whole lines go, with the comment at their end.
fn block(doc: &Doc, children: &[(usize, usize)], at: usize, node: &Node) -> Option<Range<usize>> {
    let text = &doc.text;
    let (start, end) = *children.get(at)?;
    let begin = if node.items().is_some() { dash(text, start)? } else { start };
    if !ends_line(text, end) {
        return None;
    }
    if begins_line(text, begin) {
        return Some(whole_lines(text, begin, end));
    }
    // The first key of a map that is an item: the next one takes its place behind the dash.
    let (next, _) = *children.get(at + 1).filter(|_| node.entries().is_some())?;
    let between = text.get(line_end(text, end)..next)?;
    (!between.contains('#') && begins_line(text, next)).then_some(begin..next)
}

/// In braces or brackets: from the end of the one before, or up to the one behind it.
fn in_braces(doc: &Doc, children: &[(usize, usize)], at: usize, node: &Node) -> Option<Range<usize>> {
    let text = &doc.text;
    let (start, end) = *children.get(at)?;
    let comma = end
        + text[end..]
            .find(|c: char| !c.is_whitespace())
            .filter(|gap| text[end + gap..].starts_with(','))
            .map_or(0, |gap| gap + 1);
    let close = node.at.span.end as usize - 1;
    let own_line = begins_line(text, start) && ends_line(text, comma) && line_end(text, comma) < close;
    let last = at + 1 == children.len();
    if own_line && !(doc.style.json && last) {
        return Some(whole_lines(text, start, comma));
    }
    let quiet = |range: Range<usize>| (!text.get(range.clone())?.contains('#')).then_some(range);
    match at.checked_sub(1).and_then(|before| children.get(before)) {
        Some((_, before)) => quiet(*before..start).map(|range| range.start..end),
        None => children.get(at + 1).and_then(|(next, _)| quiet(end..*next)).map(|range| start..range.end),
    }
}

/// The lines from one offset to another, with their breaks. A file without a break at its end keeps none.
fn whole_lines(text: &str, begin: usize, end: usize) -> Range<usize> {
    let (first, next) = (line_start(text, begin), next_line(text, end));
    if next == text.len() && !text.ends_with('\n') {
        return text[..first].trim_end().len()..next;
    }
    first..next
}
