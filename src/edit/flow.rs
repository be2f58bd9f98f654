//! In braces and brackets.

use super::lines::{self, begins_line, column, line_end, skip_blank};
use super::splice::{Splice, Splices};
use super::walk::{Doc, refuse};
use crate::base::{Node, NodeKind};

/// One more entry or item, at the end or behind an offset where one ends.
pub(super) fn insert(doc: &Doc, node: &Node, new: &str, behind: Option<usize>) -> Splices {
    let text = &doc.text;
    let (open, close) = (lines::start(node) + 1, node.at.span.end as usize - 1);
    if let Some(at) = behind {
        return Ok(vec![Splice::insert(at, format!(", {new}"))]);
    }
    let tail = tail(doc, node, open, close);
    if tail == open {
        if text[open..close].contains('#') {
            return Err(refuse("edit-layout", "there is nothing but a comment in here", node));
        }
        let pad = if node.entries().is_some() { " " } else { "" };
        return Ok(vec![Splice::new(open..close, format!("{pad}{new}{pad}"))]);
    }
    let comma = text[..tail].ends_with(',');
    if !text[tail..close].contains('\n') {
        let piece = if comma { format!(" {new},") } else { format!(", {new}") };
        return Ok(vec![Splice::insert(tail, piece)]);
    }
    let indent = indent(doc, node, close);
    let line = format!("{}{}{new}{}", doc.style.newline, " ".repeat(indent), if comma { "," } else { "" });
    let mut splices = vec![Splice::insert(line_end(text, tail), line)];
    if !comma {
        splices.insert(0, Splice::insert(tail, ","));
    }
    Ok(splices)
}

/// Where the children of a collection begin and end that are written in it.
pub(super) fn children(doc: &Doc, node: &Node) -> Vec<(usize, usize)> {
    let whole = node.at.span;
    match &node.kind {
        NodeKind::Scalar { .. } => Vec::new(),
        NodeKind::Seq(items) => {
            let own = items.iter().filter(|item| whole.contains(item.at.span));
            own.map(|item| (lines::start(item), lines::end(&doc.text, item))).collect()
        }
        NodeKind::Map(entries) => {
            let own = entries.iter().filter(|(key, _)| whole.contains(key.at.span));
            let range = |(key, value): &(crate::base::Key, std::rc::Rc<Node>)| {
                (key.at.span.start as usize, super::insert::entry_end(doc, node, key, value))
            };
            own.map(range).collect()
        }
    }
}

/// Behind the last thing that is no blank and no comment.
fn tail(doc: &Doc, node: &Node, open: usize, close: usize) -> usize {
    let mut tail = children(doc, node).iter().map(|(_, end)| *end).max().unwrap_or(open);
    loop {
        let next = skip_blank(&doc.text, tail);
        match doc.text[next..].chars().next() {
            Some(letter) if next < close => tail = next + letter.len_utf8(),
            Some(_) | None => return tail,
        }
    }
}

/// The indentation of a new line: that of the last child that begins one.
fn indent(doc: &Doc, node: &Node, close: usize) -> usize {
    let children = children(doc, node);
    let line = children.iter().rev().find(|(start, _)| begins_line(&doc.text, *start));
    match line {
        Some((start, _)) => column(&doc.text, *start),
        None => {
            let start = lines::line_start(&doc.text, close);
            let blanks = doc.text[start..].chars().take_while(|c| *c == ' ').count();
            blanks + doc.style.step
        }
    }
}
