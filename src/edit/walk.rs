//! From the root of a text to the place that an edit means, step by step; what stands in the way is refused.

use std::rc::Rc;

use super::lines::{self, Style};
use super::{EditError, Segment};
use crate::base::{Diagnostic, Diagnostics, Key, Limits, Node, NodeKind, Place, SourceMap, Span, parse};

/// A text with its tree.
pub(super) struct Doc {
    pub(super) sources: SourceMap,
    pub(super) text: String,
    pub(super) root: Rc<Node>,
    pub(super) style: Style,
}

impl Doc {
    /// Reads a text. The first thing that is wrong with it is the error.
    pub(super) fn read(name: &str, text: &str) -> Result<Self, EditError> {
        let mut sources = SourceMap::new();
        let source = sources.add(name, text);
        let mut diags = Diagnostics::new();
        let root = parse(source, text, &Limits::default(), &mut diags);
        let first = diags.into_vec().into_iter().find(Diagnostic::stops);
        match (root, first) {
            (Some(root), None) => {
                let style = Style::of(name, text, &root);
                Ok(Doc { sources, text: text.to_owned(), root, style })
            }
            (_, Some(wrong)) => Err(EditError::new(wrong, sources)),
            (None, None) => {
                let empty = Diagnostic::error("empty-file", format!("there is nothing in `{name}`"));
                Err(EditError::new(empty, sources))
            }
        }
    }

    fn line(&self, span: Span) -> usize {
        self.sources.position(span).0
    }
}

/// What a value hangs on.
#[derive(Clone, Debug)]
pub(super) enum Holder {
    /// Nothing: it is all of the text.
    Root,
    /// The key of a map.
    Entry {
        /// Where the key begins.
        key: usize,
        /// Where it ends.
        key_end: usize,
        /// Behind its colon; in braces a key may have none.
        colon: Option<usize>,
        /// Behind it stands the header of a text of many lines, `|` or `>`.
        many_lines: bool,
    },
    /// The dash of a list, where it begins; none in brackets.
    Item { dash: Option<usize> },
}

/// A value in the text that may be changed.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) node: Rc<Node>,
    pub(super) holder: Holder,
    /// It is inside of braces or brackets.
    pub(super) in_flow: bool,
}

/// The values along a path as far as they are there, the root first.
pub(super) fn walk(doc: &Doc, path: &[Segment]) -> Result<Vec<Slot>, Box<Diagnostic>> {
    let mut slots = vec![Slot { node: Rc::clone(&doc.root), holder: Holder::Root, in_flow: false }];
    for segment in path {
        let Some(last) = slots.last() else { break };
        match step(doc, last, segment)? {
            Some(next) => slots.push(next),
            None => break,
        }
    }
    Ok(slots)
}

fn step(doc: &Doc, slot: &Slot, segment: &Segment) -> Result<Option<Slot>, Box<Diagnostic>> {
    let node = &slot.node;
    let in_flow = slot.in_flow || !lines::is_block(&doc.text, node);
    match (&node.kind, segment) {
        (NodeKind::Scalar { text, .. }, _) if has_variable(text) => Err(variable(doc, node, text)),
        (NodeKind::Scalar { .. }, _) => Ok(None),
        (NodeKind::Map(entries), Segment::Key(name)) => {
            let Some((key, value)) = entries.iter().find(|(key, _)| key.name == *name) else {
                return Ok(None);
            };
            let holder = entry(doc, node, key, value)?;
            Ok(Some(Slot { node: Rc::clone(value), holder, in_flow }))
        }
        (NodeKind::Seq(items), Segment::Index(at)) => {
            let Some(value) = items.get(*at) else { return Ok(None) };
            let dash = item(doc, node, items, *at)?;
            Ok(Some(Slot { node: Rc::clone(value), holder: Holder::Item { dash }, in_flow }))
        }
        (NodeKind::Map(_), Segment::Index(_)) => {
            Err(refuse("edit-not-a-list", "this is a map, not a list", node))
        }
        (NodeKind::Seq(_), Segment::Key(name)) => {
            Err(refuse("edit-not-a-map", &format!("this is a list: it has no key `{name}`"), node))
        }
    }
}

/// A refusal that points at a value.
pub(super) fn refuse(code: &'static str, message: &str, node: &Node) -> Box<Diagnostic> {
    Box::new(Diagnostic::refused(code, message).at(node.head(), ""))
}

/// The holder of an entry that was written here, not brought by `<<`, an anchor or an alias.
fn entry(doc: &Doc, map: &Node, key: &Key, value: &Node) -> Result<Holder, Box<Diagnostic>> {
    if !map.at.span.contains(key.at.span) {
        let line = doc.line(key.at.span);
        let message = format!("`{}` comes through `<<`, from line {line}", key.name);
        let diagnostic = Diagnostic::refused("edit-merge-key", message).at(key.at, "it is written here");
        return Err(Box::new(diagnostic.also(map.head().span, "and merged here")));
    }
    let key_end = key.at.span.end as usize;
    if !map.at.span.contains(value.at.span) || lines::start(value) < key_end {
        return Err(alias(doc, &key.name, key.at, value));
    }
    let text = &doc.text;
    let rest = text[key_end..].trim_start();
    let colon = rest.starts_with(':').then(|| text.len() - rest.len() + 1);
    let value_start = lines::start(value);
    let gap = match colon {
        Some(colon) if value_start > colon => &text[colon..value_start],
        // Nothing is written: an anchor may stand there all the same.
        Some(colon) => text[colon..lines::line_end(text, colon)].trim_start(),
        None => "",
    };
    let many_lines = match property(gap) {
        Some(Property::Anchor(name)) => return Err(anchor(&key.name, key.at, name)),
        Some(Property::Tag) => {
            let message = format!("the value of `{}` has a tag", key.name);
            return Err(Box::new(Diagnostic::refused("edit-tag", message).at(key.at, "")));
        }
        Some(Property::Header) => true,
        None => false,
    };
    Ok(Holder::Entry { key: key.at.span.start as usize, key_end, colon, many_lines })
}

/// The dash of an item that was written here.
fn item(doc: &Doc, list: &Node, items: &[Rc<Node>], at: usize) -> Result<Option<usize>, Box<Diagnostic>> {
    let mut before = lines::start(list);
    for item in items.iter().take(at).filter(|item| list.at.span.contains(item.at.span)) {
        before = before.max(item.at.span.end as usize);
    }
    let Some(value) = items.get(at) else { return Ok(None) };
    let begin = lines::start(value);
    let name = format!("item {} of the list", at + 1);
    if !list.at.span.contains(value.at.span) || begin < before {
        return Err(alias(doc, &name, list.head(), value));
    }
    let text = &doc.text;
    let word = text[..begin].split_whitespace().next_back().unwrap_or_default();
    let word = word.trim_start_matches(['[', ',', '-']);
    if word.starts_with(['&', '!']) && !word.ends_with(',') {
        return Err(anchor(&name, value.at, word.trim_start_matches('&')));
    }
    Ok(dash(text, begin))
}

/// The dash before an item.
pub(super) fn dash(text: &str, begin: usize) -> Option<usize> {
    let before = text[..begin].trim_end();
    if before.ends_with('-') {
        return Some(before.len() - 1);
    }
    // An item that is nothing lies behind the comment beside its dash.
    let line = lines::line_start(text, begin);
    let head = text[line..begin].split('#').next().unwrap_or_default().trim_end();
    head.ends_with('-').then(|| line + head.len() - 1)
}

enum Property<'t> {
    Anchor(&'t str),
    Tag,
    Header,
}

/// What stands between a key and its value beside comments.
fn property(gap: &str) -> Option<Property<'_>> {
    let first = gap.lines().map(|line| line.split(" #").next().unwrap_or(line).trim());
    let word = first
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .find_map(|line| line.split(' ').next())?;
    match word.strip_prefix('&') {
        Some(name) => Some(Property::Anchor(name)),
        None if word.starts_with('!') => Some(Property::Tag),
        None if word.starts_with(['|', '>']) => Some(Property::Header),
        None => None,
    }
}

fn alias(doc: &Doc, what: &str, here: Place, value: &Node) -> Box<Diagnostic> {
    let line = doc.line(value.at.span);
    let message = format!("`{what}` is an alias: its value is written in line {line}, for other places too");
    let diagnostic = Diagnostic::refused("edit-alias", message).at(here, "an alias");
    Box::new(diagnostic.also(value.head().span, "this is its value"))
}

fn anchor(what: &str, at: Place, name: &str) -> Box<Diagnostic> {
    let message = format!("`{what}` has the anchor `&{name}`: other places may take what is in it");
    Box::new(Diagnostic::refused("edit-anchor", message).at(at, ""))
}

/// Whether a text uses a variable.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains("${") && text.replace("$${", "").contains("${")
}

/// The refusal to write over a value that a variable gives.
pub(super) fn variable(doc: &Doc, node: &Node, text: &str) -> Box<Diagnostic> {
    let name = variable_name(text);
    let message = format!("this value comes from the variable `{name}`");
    let mut diagnostic = Diagnostic::refused("edit-variable", message).at(node.at, "");
    if let Some((key, _)) = doc.root.get("vars").and_then(|vars| vars.entry(name)) {
        diagnostic = diagnostic.also(key.at.span, "it is declared here");
    }
    Box::new(diagnostic.help(format!("change the variable: `vars: {{ {name}: VALUE }}`")))
}

/// The first variable of a text.
pub(super) fn variable_name(text: &str) -> &str {
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let escaped = rest[..at].ends_with('$');
        rest = &rest[at + 2..];
        if !escaped {
            return rest.split('}').next().unwrap_or(rest);
        }
    }
    text
}
