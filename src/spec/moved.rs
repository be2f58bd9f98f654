//! `moved:`, of a resource and of the whole stack.

use std::collections::BTreeMap;

use super::document::Document;
use crate::base::{Diagnostic, Diagnostics, Located};
use crate::kinds::rows::Common;
use crate::kinds::{Desired, load_balancer, names, rule};
use crate::model::{Moved, ResourceId};

/// Where a resource comes from, if its spec says so.
pub(super) fn lower(id: &ResourceId, common: &Common, diags: &mut Diagnostics) -> Option<Moved> {
    let from = &common.moved.as_ref()?.from;
    let own = id.key().split_once('/').map(|(listener, _)| listener).filter(|_| id.kind() == rule::KIND);
    let (listener, key) = match (own, from.value.split_once('/')) {
        (Some(_), Some((listener, name))) => (Some(listener), name),
        (Some(listener), None) => (Some(listener), from.value.as_str()),
        (None, _) => (None, from.value.as_str()),
    };
    if *id == load_balancer::id() {
        let message = "a stack has one load balancer, which has no key to move from";
        let help = "a stack that had another name: `moved: { from: stack/NAME }` at the top of the spec";
        diags.push(Diagnostic::error("bad-value", message).at(from.at, "").help(help));
        return None;
    }
    if !names::is_key(key) || listener.is_some_and(|listener| !names::is_key(listener)) {
        let form = if own.is_some() { "`from: NAME` or `from: LISTENER/NAME`" } else { "`from: KEY`" };
        let message = format!("`{}` cannot be the key that {id} had before", from.value);
        diags.push(Diagnostic::error("bad-key", message).at(from.at, "").help(format!("write {form}")));
        return None;
    }
    let key = listener.map_or_else(|| key.to_owned(), |listener| format!("{listener}/{key}"));
    Some(Moved { from: ResourceId::new(id.kind(), &key), to: id.clone(), place: from.at })
}

/// Nothing moves away from a key that is still there, and no two resources come from one.
pub(super) fn check(desired: &Desired, diags: &mut Diagnostics) {
    let mut seen: BTreeMap<&ResourceId, &Moved> = BTreeMap::new();
    for moved in &desired.moved {
        if let Some(still) = desired.resources.get(&moved.from) {
            let message = format!("{} cannot come from {}, which is in the spec", moved.to, moved.from);
            let diagnostic = Diagnostic::error("moved-still-there", message).at(moved.place, "");
            diags.push(diagnostic.also(still.place.span, "it is here"));
        }
        if let Some(first) = seen.insert(&moved.from, moved) {
            let message = format!("{} and {} both come from {}", first.to, moved.to, moved.from);
            let diagnostic = Diagnostic::error("duplicate-key", message).at(moved.place, "");
            diags.push(diagnostic.also(first.place.span, "the first is here"));
        }
    }
}

/// The name that the stack had before.
pub(super) fn stack(document: &Document, diags: &mut Diagnostics) -> Option<Located<String>> {
    let from = &document.moved.as_ref()?.from;
    let name = from.value.strip_prefix("stack/").filter(|name| names::is_key(name));
    let Some(name) = name else {
        let message = format!("`{}` is not a stack", from.value);
        let help = "write `moved: { from: stack/NAME }`; a resource has its own `moved`";
        diags.push(Diagnostic::error("bad-key", message).at(from.at, "").help(help));
        return None;
    };
    if document.stack.as_ref().is_some_and(|stack| stack.value == name) {
        let message = format!("the stack is still called `{name}`");
        diags.push(Diagnostic::error("moved-still-there", message).at(from.at, ""));
        return None;
    }
    Some(Located::new(name.to_owned(), from.at))
}
