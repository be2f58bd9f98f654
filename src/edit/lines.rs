//! What a text looks like: its line breaks, its indentation, its comments.

use crate::base::{Node, NodeKind};

/// How new text is written, so that it looks like what is around it.
#[derive(Clone, Debug)]
pub(super) struct Style {
    /// The line break.
    pub(super) newline: &'static str,
    /// Columns by which a level is indented.
    pub(super) step: usize,
    /// The file is JSON: keys and texts are in double quotes.
    pub(super) json: bool,
}

impl Style {
    pub(super) fn of(name: &str, text: &str, root: &Node) -> Self {
        let crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
        let newline = if crlf { "\r\n" } else { "\n" };
        Style { newline, step: step(text, root).unwrap_or(2), json: name.ends_with(".json") }
    }
}

/// By how much the first block map inside of another one is indented.
fn step(text: &str, node: &Node) -> Option<usize> {
    let NodeKind::Map(entries) = &node.kind else { return None };
    let outer = column(text, start(node));
    entries.iter().find_map(|(key, value)| {
        let own = node.at.span.contains(value.at.span) && value.at.span.start >= key.at.span.end;
        let nested = own && value.entries().is_some() && is_block(text, value);
        let inner = if nested { column(text, start(value)) } else { 0 };
        (inner > outer).then(|| inner - outer)
    })
}

/// Where the node begins.
pub(super) fn start(node: &Node) -> usize {
    node.at.span.start as usize
}

/// Where the node's last character ends: a block scalar's span goes on over blanks, and where the last value is
/// not written, its key's colon is the last.
pub(super) fn end(text: &str, node: &Node) -> usize {
    let end = node.at.span.end as usize;
    let last = text[..end].trim_end().len().max(start(node)).min(end);
    let rest = text[last..].trim_start_matches(' ');
    if rest.starts_with(':') { text.len() - rest.len() + 1 } else { last }
}

/// Whether a map or a list is written on lines of its own, without braces.
pub(super) fn is_block(text: &str, node: &Node) -> bool {
    match node.kind {
        NodeKind::Scalar { .. } => false,
        NodeKind::Seq(_) | NodeKind::Map(_) => {
            !text[start(node)..].starts_with(['{', '[']) || {
                // A block list whose first item is in braces begins, without indentation, with that item.
                let first = node.items().and_then(<[_]>::first);
                first.is_some_and(|first| first.at.span.start == node.at.span.start)
            }
        }
    }
}

/// Where the line of an offset begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |found| found + 1)
}

/// Where the line of an offset ends, before its break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |found| at + found);
    if end > at && text[..end].ends_with('\r') { end - 1 } else { end }
}

/// Where the next line begins.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |found| at + found + 1)
}

/// The column of an offset, in characters from 0.
pub(super) fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].trim_start_matches('\u{feff}').chars().count()
}

/// Whether there is nothing but blanks before an offset on its line.
pub(super) fn begins_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at].trim_start_matches('\u{feff}').trim().is_empty()
}

/// Whether there is nothing but blanks and a comment between an offset and the end of its line.
pub(super) fn ends_line(text: &str, at: usize) -> bool {
    let rest = text[at..line_end(text, at)].trim_start();
    rest.is_empty() || rest.starts_with('#')
}

/// The first offset from `at` on that is neither blank nor comment.
pub(super) fn skip_blank(text: &str, mut at: usize) -> usize {
    loop {
        let rest = &text[at..];
        let found =
            rest.find(|c: char| !c.is_whitespace() && c != '\u{feff}').map_or(text.len(), |next| at + next);
        if !text[found..].starts_with('#') {
            return found;
        }
        at = line_end(text, found);
    }
}
