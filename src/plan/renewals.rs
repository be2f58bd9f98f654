//! What changes because time has passed: certificates that end, and newer ones for a domain that a spec names. Nobody
//! changed anything of the stack.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::kinds::certificate::fields::ENDS;
use crate::kinds::{Desired, Live, Resource, certificate, listener};
use crate::model::{Change, FieldChange, ResourceId, Verb};

/// The changes that are renewals alone. `desired` is what the spec says, so that it names certificates by their domains.
pub fn of<'c>(desired: &Desired, live: &Live, changes: &'c [Change]) -> BTreeSet<&'c ResourceId> {
    let renewed: BTreeSet<&ResourceId> =
        changes.iter().filter(|change| is_due(change)).map(|change| &change.id).collect();
    let follows = |change: &&Change| {
        change.id.kind() == listener::KIND
            && change.verb == Verb::Update
            && change.fields.iter().all(|field| field.key == "certificates")
            && change
                .fields
                .iter()
                .any(|field| is_exchange(field, &newer(desired, live, &renewed, &change.id)))
    };
    let listeners: Vec<&ResourceId> = changes.iter().filter(follows).map(|change| &change.id).collect();
    renewed.into_iter().chain(listeners).collect()
}

/// Whether nothing but its end makes a certificate new.
fn is_due(change: &Change) -> bool {
    let ends = |field: &FieldChange| {
        field.key == "state" && field.from.as_str().is_some_and(|state| state.starts_with(ENDS))
    };
    change.id.kind() == certificate::KIND && !change.fields.is_empty() && change.fields.iter().all(ends)
}

/// What a listener gets by a renewal: the certificates that are made anew, by their keys, and the ones that are found by
/// their domains.
fn newer(
    desired: &Desired,
    live: &Live,
    renewed: &BTreeSet<&ResourceId>,
    id: &ResourceId,
) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = renewed.iter().map(|id| id.key().to_owned()).collect();
    if let Some(Resource::Listener(model)) = desired.resources.get(id).map(|wanted| &wanted.resource) {
        let found = model.certificates.iter().filter(|key| key.domain().is_some());
        all.extend(found.filter_map(|key| Some(live.certificates.get(&key.0)?.as_ref()?.arn.clone())));
    }
    all
}

/// Whether each certificate that a listener gets is one of these, and each takes the place of one that goes.
fn is_exchange(field: &FieldChange, newer: &BTreeSet<String>) -> bool {
    let set = |value: &Value| -> BTreeSet<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let (from, to) = (set(&field.from), set(&field.to));
    let gained: Vec<&String> = to.difference(&from).collect();
    !gained.is_empty()
        && gained.len() == from.difference(&to).count()
        && gained.iter().all(|one| newer.contains(*one))
}
