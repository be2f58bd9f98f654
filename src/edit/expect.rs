//! What the tree must be after an edit, made on the tree alone, and whether a tree is that.

use std::rc::Rc;

use super::Segment;
use crate::base::{Key, Node, NodeKind, Span};

/// A change of one place, as the tree sees it.
pub(super) enum Goal<'g> {
    /// It is this.
    Is(Rc<Node>),
    /// It is not there.
    Gone,
    /// The list has one more item.
    Longer(&'g Rc<Node>),
    /// The same, before the others.
    Led(&'g Rc<Node>),
}

/// The tree with the change; `None` where the path leads through something that it cannot lead through. A new
/// key comes behind `after`, else last.
pub(super) fn expected(
    root: &Rc<Node>,
    path: &[Segment],
    goal: &Goal<'_>,
    after: Option<&str>,
) -> Option<Rc<Node>> {
    let Some((first, rest)) = path.split_first() else {
        return match goal {
            Goal::Is(node) => Some(Rc::clone(node)),
            Goal::Gone => None,
            Goal::Longer(item) => Some(longer(root, item, false)),
            Goal::Led(item) => Some(longer(root, item, true)),
        };
    };
    let gone = rest.is_empty() && matches!(goal, Goal::Gone);
    match first {
        Segment::Key(name) => {
            let mut entries: Vec<(Key, Rc<Node>)> = match &root.kind {
                NodeKind::Map(entries) => entries.clone(),
                NodeKind::Scalar { .. } if root.is_null() => Vec::new(),
                NodeKind::Scalar { .. } | NodeKind::Seq(_) => return None,
            };
            let found = entries.iter().position(|(key, _)| key.name == *name);
            match found {
                Some(at) if gone => drop(entries.remove(at)),
                Some(at) => {
                    let (_, value) = entries.get_mut(at)?;
                    *value = expected(value, rest, goal, after)?;
                }
                None if matches!(goal, Goal::Gone) => return None,
                None => {
                    let value = expected(&Node::scalar("~", true, Span::NONE), rest, goal, after)?;
                    let sibling = after.filter(|_| rest.is_empty());
                    let behind =
                        sibling.and_then(|name| entries.iter().position(|(key, _)| key.name == name));
                    let at = behind.map_or(entries.len(), |at| at + 1);
                    entries.insert(at, (Key::new(name, Span::NONE), value));
                }
            }
            Some(Node::map(entries, root.at))
        }
        Segment::Index(at) => {
            let mut items = root.items()?.to_vec();
            match items.get_mut(*at) {
                Some(_) if gone => drop(items.remove(*at)),
                Some(item) => *item = expected(item, rest, goal, after)?,
                None => return None,
            }
            Some(Node::seq(items, root.at))
        }
    }
}

/// The list with one more item; a single value becomes a list.
fn longer(node: &Rc<Node>, item: &Rc<Node>, leads: bool) -> Rc<Node> {
    let mut items = match node.items() {
        Some(items) => items.to_vec(),
        None if node.is_null() => Vec::new(),
        None => vec![Rc::clone(node)],
    };
    items.insert(if leads { 0 } else { items.len() }, Rc::clone(item));
    Node::seq(items, node.at)
}

/// Whether two trees are the same in values, quotes, and the order of keys, wherever they were written.
pub(super) fn same(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::Scalar { text: x, plain: p }, NodeKind::Scalar { text: y, plain: q }) => {
            p == q && (x == y || a.is_null() && b.is_null())
        }
        (NodeKind::Seq(x), NodeKind::Seq(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y))
        }
        (NodeKind::Map(x), NodeKind::Map(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|((k, x), (l, y))| k.name == l.name && same(x, y))
        }
        _ => false,
    }
}

/// Whether two trees say the same: quotes around text that is no null, and the order of keys, do not count.
pub(super) fn equal(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::Scalar { text: x, .. }, NodeKind::Scalar { text: y, .. }) => {
            a.is_null() == b.is_null() && (x == y || a.is_null())
        }
        (NodeKind::Seq(x), NodeKind::Seq(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| equal(x, y))
        }
        (NodeKind::Map(x), NodeKind::Map(_)) => {
            let other = b.entries().map_or(0, <[_]>::len);
            x.len() == other && x.iter().all(|(key, x)| b.get(&key.name).is_some_and(|y| equal(x, y)))
        }
        _ => false,
    }
}

/// The node at a path.
pub(super) fn at_path<'n>(root: &'n Rc<Node>, path: &[Segment]) -> Option<&'n Rc<Node>> {
    path.iter().try_fold(root, |node, segment| match segment {
        Segment::Key(name) => node.get(name),
        Segment::Index(at) => node.items()?.get(*at),
    })
}
