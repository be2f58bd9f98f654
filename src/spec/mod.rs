//! The spec language: from the located tree to what is wanted.

mod certificates;
mod dns;
pub mod document;
mod inputs;
mod listeners;
mod lower;
mod moved;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::base::{Cx, Decode, Diagnostics, Generator, Node, Place, VarValue, Vars};
use crate::kinds::Desired;

pub use document::Document;
pub use inputs::{Inputs, ReadFile};

/// Reads a spec whose variables have been replaced. Reports everything that is wrong with it; `None` when
/// anything stops it.
///
/// Without files: certificates that are made from files are reported.
pub fn read(root: &Rc<Node>, diags: &mut Diagnostics) -> Option<Desired> {
    read_with(root, &Inputs::none(), diags)
}

/// The same, with what the spec needs beside itself.
pub fn read_with(root: &Rc<Node>, inputs: &Inputs<'_>, diags: &mut Diagnostics) -> Option<Desired> {
    let mut found = Diagnostics::new();
    let document = Document::decode(root, &mut Cx::new(&mut found));
    let desired = document.and_then(|document| lower::lower(&document, inputs, &mut found));
    let stopped = found.has_errors();
    // A mistake in `defaults` shows once in every resource that takes it.
    let mut seen = BTreeSet::new();
    let first = |problem: &crate::base::Diagnostic| {
        seen.insert((problem.code, problem.place(), problem.message.clone()))
    };
    diags.extend(found.into_vec().into_iter().filter(first));
    desired.filter(|_| !stopped)
}

/// The keys that a spec may have at its top.
pub fn keys() -> impl Iterator<Item = &'static str> {
    document::KEYS.iter().chain(document::LATER).copied()
}

/// Whether a spec may have this key at its top.
pub fn is_key(name: &str) -> bool {
    name.starts_with(document::FREE_PREFIX) || keys().any(|key| key == name)
}

/// The variables that a spec declares under `vars`, with their values; a null (`~`) stands for "must be given".
pub fn variables(root: &Rc<Node>, origin: impl Fn(&Rc<Node>) -> String) -> Vars {
    let declared = root.get("vars").and_then(|vars| vars.entries()).unwrap_or_default();
    declared
        .iter()
        .map(|(key, node)| (key.name.clone(), VarValue { node: Rc::clone(node), origin_text: origin(node) }))
        .collect()
}

/// The variables that are declared as `~`: a value must be given from outside.
pub fn required_variables(root: &Rc<Node>) -> Vec<(String, Place)> {
    let declared = root.get("vars").and_then(|vars| vars.entries()).unwrap_or_default();
    declared.iter().filter(|(_, node)| node.is_null()).map(|(key, _)| (key.name.clone(), key.at)).collect()
}

/// The JSON Schema of a spec, recorded from the code that reads it.
pub fn schema() -> serde_json::Value {
    Generator::new().root::<Document>("albctl spec")
}
