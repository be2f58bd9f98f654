//! The entries of one map on their way into the tree: duplicate keys and `<<`.

use std::{collections::BTreeSet, rc::Rc};

use super::node::{Key, Node, shortened};
use crate::base::diag::{Diagnostic, Diagnostics};

/// An entry as it was read.
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) value: Rc<Node>,
    /// The key is an unquoted `<<`.
    pub(super) merge: bool,
}

/// The entries of a finished map: of duplicate keys the first is kept and the others are reported; what
/// `<<` brings stands where it stands, and is overridden by what is written out.
pub(super) fn finish(entries: Vec<Entry>, diags: &mut Diagnostics) -> Vec<(Key, Rc<Node>)> {
    let entries = without_duplicates(entries, diags);
    if !entries.iter().any(|entry| entry.merge) {
        return entries.into_iter().map(|entry| (entry.key, entry.value)).collect();
    }
    let mut taken: BTreeSet<String> =
        entries.iter().filter(|entry| !entry.merge).map(|entry| entry.key.name.clone()).collect();
    let mut merged = Vec::with_capacity(entries.len());
    for entry in entries {
        if !entry.merge {
            merged.push((entry.key, entry.value));
            continue;
        }
        for source in sources(&entry, diags) {
            let inherited = source.entries().unwrap_or_default();
            merged.extend(inherited.iter().filter(|(key, _)| taken.insert(key.name.clone())).cloned());
        }
    }
    merged
}

fn without_duplicates(entries: Vec<Entry>, diags: &mut Diagnostics) -> Vec<Entry> {
    let name = |at: usize| entries.get(at).map(|entry| entry.key.name.as_str());
    let mut order: Vec<usize> = (0..entries.len()).collect();
    // Stable: among equal names the first in the file stays the first.
    order.sort_by_key(|at| name(*at));
    let mut first = order.first().copied().unwrap_or_default();
    let mut repeated = BTreeSet::new();
    for &at in order.iter().skip(1) {
        if name(at) != name(first) {
            first = at;
            continue;
        }
        if let (Some(kept), Some(entry)) = (entries.get(first), entries.get(at)) {
            diags.push(duplicate(kept, entry));
        }
        repeated.insert(at);
    }
    if repeated.is_empty() {
        return entries;
    }
    entries.into_iter().enumerate().filter(|(at, _)| !repeated.contains(at)).map(|(_, entry)| entry).collect()
}

fn duplicate(kept: &Entry, entry: &Entry) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("duplicate-key", format!("`{}` is given twice", shortened(&entry.key.name)))
            .at(entry.key.at, "given again here")
            .also(kept.key.at.span, "first given here");
    if entry.merge { diagnostic.help("merge several maps with a list: `<<: [*a, *b]`") } else { diagnostic }
}

/// The maps that a `<<` entry brings.
fn sources(entry: &Entry, diags: &mut Diagnostics) -> Vec<Rc<Node>> {
    let value = std::slice::from_ref(&entry.value);
    let listed = entry.value.items().unwrap_or(value);
    let wrong = listed.iter().find(|node| node.entries().is_none() && !node.poisoned);
    if let Some(node) = wrong {
        let message = format!("`<<` merges a map or a list of maps, found {}", node.describe());
        diags.push(Diagnostic::error("bad-merge", message).at(entry.key.at, ""));
    }
    listed.iter().filter(|node| node.entries().is_some()).cloned().collect()
}
