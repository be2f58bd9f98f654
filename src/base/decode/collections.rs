//! Lists and maps.

use std::rc::Rc;

use super::{Cx, Decode, Generator, Schema, schema};
use crate::base::{
    located::Located,
    yaml::{Node, NodeKind},
};

/// A list. Bad items are reported and left out; if all are bad there is no list.
impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        if !cx.usable(node) {
            return None;
        }
        match &node.kind {
            NodeKind::Seq(items) => decode_items(node, items.len(), cx),
            NodeKind::Scalar { .. } | NodeKind::Map(_) => {
                cx.wrong_type(node, "a list");
                None
            }
        }
    }

    fn schema(g: &mut Generator) -> Schema {
        schema::list(T::schema(g))
    }
}

/// A list, or a single element in place of a list of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T: Decode> Decode for OneOrMany<T> {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        if !cx.usable(node) {
            return None;
        }
        match &node.kind {
            NodeKind::Seq(items) => decode_items(node, items.len(), cx).map(OneOrMany),
            NodeKind::Scalar { .. } | NodeKind::Map(_) => T::decode(node, cx).map(|one| OneOrMany(vec![one])),
        }
    }

    fn schema(g: &mut Generator) -> Schema {
        let one = T::schema(g);
        schema::any_of(vec![one.clone(), schema::list(one)])
    }
}

fn decode_items<T: Decode>(list: &Rc<Node>, count: usize, cx: &mut Cx<'_>) -> Option<Vec<T>> {
    let items: Vec<T> = (0..count).filter_map(|index| cx.child(list, index, T::decode)).collect();
    if items.is_empty() && count > 0 { None } else { Some(items) }
}

/// A map keyed by identity, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<T> {
    /// The entries that could be read.
    pub entries: Vec<(Located<String>, T)>,
    /// The keys of those that could not, and were reported: a reference to one of them is not unknown.
    pub failed: Vec<Located<String>>,
}

/// A map of text to text, such as tags. Values are taken by their source text: `cost: 12` is `12`.
pub type TextMap = Table<Located<String>>;

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table { entries: Vec::new(), failed: Vec::new() }
    }
}

impl<T> Table<T> {
    /// The entries in the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, (Located<String>, T)> {
        self.entries.iter()
    }

    /// The keys in the order of the file.
    pub fn keys(&self) -> impl Iterator<Item = &Located<String>> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&T> {
        self.entries.iter().find(|(found, _)| found.value == key).map(|(_, value)| value)
    }

    /// Whether the key was written, even if its value could not be read.
    pub fn mentions(&self, key: &str) -> bool {
        self.get(key).is_some() || self.failed.iter().any(|failed| failed.value == key)
    }

    /// How many entries could be read.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no entry could be read.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<T> IntoIterator for Table<T> {
    type Item = (Located<String>, T);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'t, T> IntoIterator for &'t Table<T> {
    type Item = &'t (Located<String>, T);
    type IntoIter = std::slice::Iter<'t, (Located<String>, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Bad values are reported and left out, their keys kept in [`Table::failed`].
impl<T: Decode> Decode for Table<T> {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        if !cx.usable(node) {
            return None;
        }
        let Some(entries) = node.entries() else {
            cx.wrong_type(node, "a map");
            return None;
        };
        let mut table = Table::default();
        for (index, (key, _)) in entries.iter().enumerate() {
            let key = Located::new(key.name.clone(), key.at);
            let value = cx.child(node, index, |value, cx| {
                if value.is_null() {
                    cx.null(value, "write a value: `{}` for a map without keys, `\"\"` for empty text");
                    return None;
                }
                T::decode(value, cx)
            });
            match value {
                Some(value) => table.entries.push((key, value)),
                None => table.failed.push(key),
            }
        }
        Some(table)
    }

    fn schema(g: &mut Generator) -> Schema {
        schema::table(T::schema(g))
    }
}
