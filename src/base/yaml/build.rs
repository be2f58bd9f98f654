//! Parser events -> the tree.

use std::{collections::BTreeMap, rc::Rc};

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, Tag};

use super::{
    Limits,
    collect::{Entry, finish},
    node::{Key, Node, NodeKind},
    syntax,
};
use crate::base::{
    diag::{Diagnostic, Diagnostics, suggest},
    located::Place,
    source::{SourceId, Span},
};

/// The tree of a text, which is `source` in the source map.
///
/// Returns `None` where there is no tree to go on with: a syntax error, an empty text, a limit passed. A
/// tree may come with errors too (duplicate keys, unknown anchors): look at `diags` before using it, but
/// decode it first, so that everything is reported at once.
pub fn parse(source: SourceId, text: &str, limits: &Limits, diags: &mut Diagnostics) -> Option<Rc<Node>> {
    let start = Place::from(Span::new(source, 0, 0));
    if text.len() > limits.bytes {
        let message =
            format!("the file has {} bytes, more than the {} that are read", text.len(), limits.bytes);
        diags.push(Diagnostic::error("file-too-large", message).at(start, ""));
        return None;
    }
    let mut builder = Builder {
        source,
        text,
        limits: Limits { depth: limits.depth.min(255), ..*limits },
        diags,
        anchors: BTreeMap::new(),
        names: Vec::new(),
        stack: Vec::new(),
        total: 0,
        documents: 0,
        root: None,
    };
    if let Err(diagnostic) = builder.run() {
        builder.diags.push(diagnostic);
        return None;
    }
    let root = builder.root.filter(|node| !node.is_null());
    if root.is_none() {
        diags.push(Diagnostic::error("empty-file", "there is nothing in this file").at(start, ""));
    }
    root
}

struct Builder<'t, 'd> {
    source: SourceId,
    text: &'t str,
    limits: Limits,
    diags: &'d mut Diagnostics,
    /// Finished anchored nodes by the parser's id. One that is still open is not in here.
    anchors: BTreeMap<usize, Rc<Node>>,
    /// The names of all anchors so far, for "did you mean".
    names: Vec<String>,
    stack: Vec<Frame>,
    /// Nodes so far, aliases written out.
    total: usize,
    documents: usize,
    root: Option<Rc<Node>>,
}

/// A collection that is still open.
struct Frame {
    children: Children,
    start: usize,
    flow: bool,
    anchor: usize,
    /// Where the last child ends: the parser ends a block collection only after blank lines and comments.
    end: usize,
}

enum Children {
    Seq(Vec<Rc<Node>>),
    Map { entries: Vec<Entry>, key: PendingKey },
}

enum PendingKey {
    Awaited,
    Named {
        key: Key,
        plain: bool,
    },
    /// Reported; its value is read and dropped.
    Bad,
}

impl<'t> Builder<'t, '_> {
    fn run(&mut self) -> Result<(), Diagnostic> {
        // The parser reads ahead of its events, so it needs the bound as well. It counts flow and block
        // collections apart: what it refuses, `fits` would refuse too.
        let nesting = self.limits.depth;
        let options = granit_parser::options! {
            emit_comments: false,
            emit_anchor_events: true,
            emit_unresolved_aliases: true,
            flow_nesting_limit: nesting,
            block_nesting_limit: nesting,
        };
        for next in Parser::new_from_str_with_options(self.text, options) {
            let (event, span) =
                next.map_err(|error| syntax::explain(self.source, self.text, &error, self.limits.depth))?;
            let range = span.byte_range().unwrap_or(0..0);
            self.event(event, range.start, range.end)?;
        }
        Ok(())
    }

    fn event(&mut self, event: Event<'t>, start: usize, end: usize) -> Result<(), Diagnostic> {
        match event {
            Event::DocumentStart(..) => self.document(start, end),
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let plain = self.tag(tag.as_deref(), start, end).unwrap_or(plain);
                self.count(1, start, end)?;
                let node = Node::scalar(text, plain, self.span(start, end));
                self.remember(anchor, &node);
                self.place(node);
                Ok(())
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.tag(tag.as_deref(), start, end);
                self.open(Children::Seq(Vec::new()), style, anchor, start, end)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.tag(tag.as_deref(), start, end);
                let children = Children::Map { entries: Vec::new(), key: PendingKey::Awaited };
                self.open(children, style, anchor, start, end)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close(end);
                Ok(())
            }
            Event::Alias(id) => self.alias(id, start, end),
            Event::UnresolvedAlias(name) => {
                let known = suggest(&name, self.names.iter().map(String::as_str));
                self.diags.push(syntax::unknown_alias(self.span(start, end), &name, known));
                self.place(Node::poisoned(self.span(start, end)));
                Ok(())
            }
            Event::Anchor(_, name) => {
                self.names.push(name.into_owned());
                Ok(())
            }
            // The enum may grow; what is left carries no value.
            _ => Ok(()),
        }
    }

    fn document(&mut self, start: usize, end: usize) -> Result<(), Diagnostic> {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        Err(Diagnostic::error("second-document", "a file holds one document, and a second one begins here")
            .at(self.span(start, end).into(), "")
            .help("remove the `---`, or split the file"))
    }

    /// What a tag makes of a scalar: `Some(plain)`. Tags that mean nothing here are reported.
    fn tag(&mut self, tag: Option<&Tag>, start: usize, end: usize) -> Option<bool> {
        let tag = tag?;
        match tag.core_suffix() {
            Some("str") => return Some(false),
            Some("int" | "float" | "bool" | "null") => return Some(true),
            Some("seq" | "map") => return None,
            Some(_) | None => {}
        }
        if tag.handle().is_empty() && tag.suffix() == "!" {
            return Some(false);
        }
        let message = format!("the tag `{}` means nothing here", tag.original());
        self.diags.push(
            Diagnostic::error("yaml-syntax", message)
                .at(self.span(start, end).into(), "")
                .help("remove the tag, or quote the text if it begins with `!`"),
        );
        Some(false)
    }

    fn open(
        &mut self,
        children: Children,
        style: StructureStyle,
        anchor: usize,
        start: usize,
        end: usize,
    ) -> Result<(), Diagnostic> {
        self.count(1, start, end)?;
        self.fits(1, start, end)?;
        let flow = style == StructureStyle::Flow;
        self.stack.push(Frame { children, start, flow, anchor, end });
        Ok(())
    }

    fn close(&mut self, end: usize) {
        let Some(frame) = self.stack.pop() else { return };
        let kind = match frame.children {
            Children::Seq(items) => NodeKind::Seq(items),
            Children::Map { entries, .. } => NodeKind::Map(finish(entries, self.diags)),
        };
        let end = if frame.flow { end } else { frame.end };
        let node = Node::new(kind, self.span(frame.start, end).into());
        self.remember(frame.anchor, &node);
        self.place(node);
    }

    fn alias(&mut self, id: usize, start: usize, end: usize) -> Result<(), Diagnostic> {
        let span = self.span(start, end);
        let Some(node) = self.anchors.get(&id).map(Rc::clone) else {
            let message = "an alias cannot stand inside what it stands for";
            self.diags.push(Diagnostic::error("unknown-anchor", message).at(span.into(), ""));
            self.place(Node::poisoned(span));
            return Ok(());
        };
        self.count(node.size, start, end)?;
        self.fits(node.height, start, end)?;
        self.place_until(node, end);
        Ok(())
    }

    fn remember(&mut self, anchor: usize, node: &Rc<Node>) {
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(node));
        }
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, node: Rc<Node>) {
        let end = node.at.span.end as usize;
        self.place_until(node, end);
    }

    /// The same for a node that was written elsewhere: its alias ends at `end`.
    fn place_until(&mut self, node: Rc<Node>, end: usize) {
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        frame.end = frame.end.max(end);
        let (entries, pending) = match &mut frame.children {
            Children::Seq(items) => return items.push(node),
            Children::Map { entries, key } => (entries, key),
        };
        match std::mem::replace(pending, PendingKey::Awaited) {
            PendingKey::Awaited => *pending = pending_key(&node, self.diags),
            PendingKey::Named { key, plain } => {
                let merge = plain && key.name == "<<";
                entries.push(Entry { key, value: node, merge });
            }
            PendingKey::Bad => {}
        }
    }

    fn count(&mut self, nodes: usize, start: usize, end: usize) -> Result<(), Diagnostic> {
        self.total = self.total.saturating_add(nodes);
        if self.total <= self.limits.nodes {
            return Ok(());
        }
        let message = format!("the file stands for more than {} values", self.limits.nodes);
        Err(Diagnostic::error("too-many-nodes", message)
            .at(self.span(start, end).into(), "the limit is passed here")
            .note("every use of an alias counts as if it were written out"))
    }

    /// Whether `levels` more fit inside what is open.
    fn fits(&self, levels: usize, start: usize, end: usize) -> Result<(), Diagnostic> {
        if self.stack.len() + levels <= self.limits.depth {
            return Ok(());
        }
        Err(syntax::too_deep(self.span(start, end), self.limits.depth))
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }
}

fn pending_key(node: &Node, diags: &mut Diagnostics) -> PendingKey {
    if let (NodeKind::Scalar { text, plain }, false, false) = (&node.kind, node.is_null(), node.poisoned) {
        return PendingKey::Named { key: Key { name: text.clone(), at: node.at }, plain: *plain };
    }
    if !node.poisoned {
        let message = format!("a key must be text, found {}", node.describe());
        diags.push(Diagnostic::error("bad-key", message).at(node.head(), ""));
    }
    PendingKey::Bad
}
