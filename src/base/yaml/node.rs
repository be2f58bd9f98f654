//! The tree.

use std::rc::Rc;

use crate::base::{located::Place, source::Span};

/// One value of the tree. Aliases share it, so it never changes; build it with [`Node::scalar`],
/// [`Node::seq`] and [`Node::map`], which keep `size` and `height` right.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where it was written. A block collection ends with its last child.
    pub at: Place,
    /// Nodes in it, itself included, every alias written out; saturating.
    pub size: usize,
    /// Levels of nesting: 1 for a scalar or an empty collection.
    pub height: usize,
    /// It was already reported as wrong (an unknown variable, for one): readers skip it silently.
    pub poisoned: bool,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A scalar by its text, escapes resolved.
    Scalar {
        /// The text; `~` where nothing was written.
        text: String,
        /// Written without quotes (and not as a block): only then may it be a number, a bool or null.
        plain: bool,
    },
    /// A list.
    Seq(Vec<Rc<Node>>),
    /// A map in the order of the file, each key once.
    Map(Vec<(Key, Rc<Node>)>),
}

/// The key of an entry of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key's text.
    pub name: String,
    /// Where the key was written.
    pub at: Place,
}

impl Node {
    /// A scalar.
    pub fn scalar(text: impl Into<String>, plain: bool, at: impl Into<Place>) -> Rc<Node> {
        Self::new(NodeKind::Scalar { text: text.into(), plain }, at.into())
    }

    /// A list.
    pub fn seq(items: Vec<Rc<Node>>, at: impl Into<Place>) -> Rc<Node> {
        Self::new(NodeKind::Seq(items), at.into())
    }

    /// A map; the caller sees to it that no key comes twice.
    pub fn map(entries: Vec<(Key, Rc<Node>)>, at: impl Into<Place>) -> Rc<Node> {
        Self::new(NodeKind::Map(entries), at.into())
    }

    /// A node of any kind.
    pub fn new(kind: NodeKind, at: Place) -> Rc<Node> {
        let (size, height) = match &kind {
            NodeKind::Scalar { .. } => (1, 1),
            NodeKind::Seq(items) => measure(items.iter()),
            NodeKind::Map(entries) => measure(entries.iter().map(|(_, value)| value)),
        };
        Rc::new(Node { kind, at, size, height, poisoned: false })
    }

    /// A scalar that stands for something already reported as wrong.
    pub fn poisoned(at: impl Into<Place>) -> Rc<Node> {
        let kind = NodeKind::Scalar { text: String::new(), plain: false };
        Rc::new(Node { kind, at: at.into(), size: 1, height: 1, poisoned: true })
    }

    /// Nothing: an empty value, `~` or `null`.
    pub fn is_null(&self) -> bool {
        match &self.kind {
            NodeKind::Scalar { text, plain } => {
                *plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
            }
            NodeKind::Seq(_) | NodeKind::Map(_) => false,
        }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            NodeKind::Seq(_) | NodeKind::Map(_) => None,
        }
    }

    /// The items of a list.
    pub fn items(&self) -> Option<&[Rc<Node>]> {
        match &self.kind {
            NodeKind::Seq(items) => Some(items),
            NodeKind::Scalar { .. } | NodeKind::Map(_) => None,
        }
    }

    /// The entries of a map.
    pub fn entries(&self) -> Option<&[(Key, Rc<Node>)]> {
        match &self.kind {
            NodeKind::Map(entries) => Some(entries),
            NodeKind::Scalar { .. } | NodeKind::Seq(_) => None,
        }
    }

    /// The entry of a map with this key.
    pub fn entry(&self, key: &str) -> Option<&(Key, Rc<Node>)> {
        self.entries()?.iter().find(|(found, _)| found.name == key)
    }

    /// The value of a map's key.
    pub fn get(&self, key: &str) -> Option<&Rc<Node>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The same map without a key; anything else as it is.
    pub fn without(self: &Rc<Self>, key: &str) -> Rc<Node> {
        match self.entries() {
            Some(entries) if self.get(key).is_some() => {
                let rest = entries.iter().filter(|(found, _)| found.name != key).cloned().collect();
                Node::map(rest, self.at)
            }
            _ => Rc::clone(self),
        }
    }

    /// What a message calls it: "a list", "the text `x`", "nothing".
    pub fn describe(&self) -> String {
        match &self.kind {
            NodeKind::Seq(_) => "a list".to_owned(),
            NodeKind::Map(_) => "a map".to_owned(),
            NodeKind::Scalar { .. } if self.is_null() => "nothing".to_owned(),
            NodeKind::Scalar { text, plain: true } => format!("`{}`", shortened(text)),
            NodeKind::Scalar { text, plain: false } => format!("the text \"{}\"", shortened(text)),
        }
    }

    /// Where to point when the node as a whole is meant: a block map shows its first key only, since
    /// underlining all of its lines would hide the message.
    pub fn head(&self) -> Place {
        match self.entries().and_then(<[_]>::first) {
            Some((key, _)) if key.at.span.start == self.at.span.start && self.at.origin.is_none() => key.at,
            _ => self.at,
        }
    }
}

fn measure<'n>(children: impl Iterator<Item = &'n Rc<Node>>) -> (usize, usize) {
    let (size, height) = children.fold((0_usize, 0), |(size, height), child| {
        (size.saturating_add(child.size), child.height.max(height))
    });
    (size.saturating_add(1), height + 1)
}

/// A value as a message quotes it: one line, cut in the middle when it is long.
pub(in crate::base) fn shortened(text: &str) -> String {
    const KEPT: usize = 28;
    let count = text.chars().count();
    if count <= 2 * KEPT + 3 {
        return text.to_owned();
    }
    let head: String = text.chars().take(KEPT).collect();
    let tail: String = text.chars().skip(count - KEPT).collect();
    format!("{head}...{tail}")
}

impl Key {
    /// A key written at a span.
    pub fn new(name: impl Into<String>, span: Span) -> Self {
        Key { name: name.into(), at: span.into() }
    }
}
