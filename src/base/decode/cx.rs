//! What a decoding pass carries along.

use std::rc::Rc;

use crate::base::{
    diag::{Diagnostic, Diagnostics, listed, suggest},
    located::{Located, Place},
    yaml::{Key, Node, NodeKind, shortened},
};

/// What to do about a null where the key may be left out.
pub(super) const NULL_HELP: &str = "leave the line out for the default, or write a value";

/// The state of a decoding pass: where problems go, and where in the tree it is, for the messages.
pub struct Cx<'a> {
    diags: &'a mut Diagnostics,
    /// The collections that are being read, each with the index of the child that is being read.
    path: Vec<(Rc<Node>, usize)>,
}

impl<'a> Cx<'a> {
    /// A pass that reports to `diags`.
    pub fn new(diags: &'a mut Diagnostics) -> Self {
        Cx { diags, path: Vec::new() }
    }

    /// Reports a problem.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diags.push(diagnostic);
    }

    /// Where problems go.
    pub fn diags(&mut self) -> &mut Diagnostics {
        self.diags
    }

    /// Runs `read` on the child at `index` of a list or map; messages then name it. `None` if there is no
    /// such child, or if it was already reported.
    pub fn child<T>(
        &mut self,
        parent: &Rc<Node>,
        index: usize,
        read: impl FnOnce(&Rc<Node>, &mut Self) -> Option<T>,
    ) -> Option<T> {
        let child = match &parent.kind {
            NodeKind::Seq(items) => items.get(index),
            NodeKind::Map(entries) => entries.get(index).map(|(_, value)| value),
            NodeKind::Scalar { .. } => None,
        };
        let child = child.filter(|child| !child.poisoned)?;
        self.path.push((Rc::clone(parent), index));
        let value = read(child, self);
        self.path.pop();
        value
    }

    /// The key whose value `node` is, if it is one that is being read.
    pub fn key(&self, node: &Rc<Node>) -> Option<&Key> {
        let (parent, index) = self.path.last()?;
        let (key, value) = parent.entries()?.get(*index)?;
        Rc::ptr_eq(value, node).then_some(key)
    }

    /// What messages call a node: "`interval`", "an entry of `subnets`", "this value".
    pub fn subject(&self, node: &Rc<Node>) -> String {
        if let Some(key) = self.key(node) {
            return format!("`{}`", shortened(&key.name));
        }
        let item = self.path.last().filter(|(parent, index)| {
            parent.items().and_then(|items| items.get(*index)).is_some_and(|item| Rc::ptr_eq(item, node))
        });
        let list = item.and(self.path.len().checked_sub(2)).and_then(|above| self.path.get(above));
        let list = list.and_then(|(parent, index)| parent.entries()?.get(*index));
        match (item, list) {
            (Some(_), Some((key, _))) => format!("an entry of `{}`", shortened(&key.name)),
            (Some(_), None) => "an entry of this list".to_owned(),
            (None, _) => "this value".to_owned(),
        }
    }

    /// Where to point when a node as a whole is meant: a scalar itself, else its key.
    pub fn place(&self, node: &Rc<Node>) -> Place {
        match (&node.kind, self.key(node)) {
            (NodeKind::Seq(_) | NodeKind::Map(_), Some(key)) => Place { origin: node.at.origin, ..key.at },
            _ => node.head(),
        }
    }

    /// Whether there is a value to read: a null is reported, what was already reported is passed over.
    pub fn usable(&mut self, node: &Rc<Node>) -> bool {
        if node.poisoned {
            return false;
        }
        if !node.is_null() {
            return true;
        }
        let help = if self.key(node).is_some() { NULL_HELP } else { "remove it, or write a value" };
        self.null(node, help);
        false
    }

    /// Reports a null.
    pub(super) fn null(&mut self, node: &Rc<Node>, help: &str) {
        let at = match self.key(node) {
            Some(key) => Place { origin: node.at.origin, ..key.at },
            None => node.at,
        };
        let message = format!("{} has no value", self.subject(node));
        self.report(Diagnostic::error("null-value", message).at(at, "").help(help));
    }

    /// The source text of a scalar, quoted or not; anything else is reported as not being `wanted`.
    pub fn text<'n>(&mut self, node: &'n Rc<Node>, wanted: &str) -> Option<&'n str> {
        if !self.usable(node) {
            return None;
        }
        if node.text().is_none() {
            self.wrong_type(node, wanted);
        }
        node.text()
    }

    /// The source text of a scalar with its place.
    pub fn located_text(&mut self, node: &Rc<Node>, wanted: &str) -> Option<Located<String>> {
        self.text(node, wanted).map(|text| Located::new(text.to_owned(), node.at))
    }

    /// One of a closed set of words, by the source text.
    pub fn word<'w>(&mut self, node: &Rc<Node>, words: &'w [&'w str]) -> Option<&'w str> {
        let text = self.text(node, &super::ty::one_of(words))?;
        if let Some(word) = words.iter().find(|word| **word == text) {
            return Some(word);
        }
        let message = format!("`{}` is not a value of {}", shortened(text), self.subject(node));
        let diagnostic = Diagnostic::error("unknown-word", message);
        self.report(match suggest(text, words.iter().copied()) {
            Some(word) => diagnostic.at(node.at, format!("did you mean `{word}`?")),
            None => diagnostic.at(node.at, "").note(format!("values: {}", listed(words.iter().copied()))),
        });
        None
    }

    /// Reports that a node is something else than `wanted` ("a list", "a number from 1 to 5").
    pub fn wrong_type(&mut self, node: &Rc<Node>, wanted: &str) {
        let message = format!("{} must be {wanted}, found {}", self.subject(node), node.describe());
        let at = self.place(node);
        self.report(Diagnostic::error("wrong-type", message).at(at, ""));
    }
}
