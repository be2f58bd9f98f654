//! Laying one tree over another: `extends`.

use std::{collections::BTreeMap, rc::Rc};

use super::node::{Key, Node};

/// `overlay` laid over `base`: maps merge key by key, everything else is replaced by the overlay.
///
/// The base's keys come first, in its order; then those that only the overlay has. A merged map and the
/// keys that both have are located in the overlay. An overlay's null replaces too (and is reported when
/// it is read): there is no way to remove a key of the base.
pub fn merge(base: &Rc<Node>, overlay: &Rc<Node>) -> Rc<Node> {
    let (Some(below), Some(above)) = (base.entries(), overlay.entries()) else { return Rc::clone(overlay) };
    let over: BTreeMap<&str, &(Key, Rc<Node>)> =
        above.iter().map(|entry| (entry.0.name.as_str(), entry)).collect();
    let under: BTreeMap<&str, ()> = below.iter().map(|(key, _)| (key.name.as_str(), ())).collect();

    let kept = below.iter().map(|(key, value)| match over.get(key.name.as_str()) {
        Some((key, winner)) => (key.clone(), merge(value, winner)),
        None => (key.clone(), Rc::clone(value)),
    });
    let added = above.iter().filter(|(key, _)| !under.contains_key(key.name.as_str())).cloned();
    Node::map(kept.chain(added).collect(), overlay.at)
}
