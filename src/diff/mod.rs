//! The difference between what is wanted and what is live. Names no kind.
//!
//! Both sides are canonical and of one type, so comparing is all there is to do: what must stay as it is has been
//! copied from the live side into the wanted one before.

use std::cmp::Reverse;

use crate::kinds::{Desired, Existing, Live, Wanted};
use crate::model::{Change, ResourceId, Verb};

/// All changes: in the order of the spec, deletions last, children before what holds them.
///
/// `place` names a position in the spec for people: `FILE:LINE`.
pub fn diff(desired: &Desired, live: &Live, place: impl Fn(&Wanted) -> Option<String>) -> Vec<Change> {
    let mut wanted: Vec<(&ResourceId, &Wanted)> = desired.resources.iter().collect();
    wanted.sort_by_key(|(_, wanted)| wanted.order);
    let mut changes: Vec<Change> = wanted
        .into_iter()
        .filter_map(|(id, wanted)| {
            let change = match live.resources.get(id) {
                Some(existing) => update(id, wanted, existing)?,
                None => create(id, wanted),
            };
            Some(Change { place: place(wanted), ..change })
        })
        .collect();
    let mut gone: Vec<(&ResourceId, &Existing)> =
        live.resources.iter().filter(|(id, _)| !desired.resources.contains_key(id)).collect();
    gone.sort_by_key(|(id, _)| (Reverse(crate::kinds::context::parents(id).len()), (*id).clone()));
    changes.extend(gone.into_iter().map(|(id, existing)| delete(id, existing)));
    changes
}

fn create(id: &ResourceId, wanted: &Wanted) -> Change {
    Change {
        id: id.clone(),
        verb: Verb::Create,
        label: wanted.resource.label(),
        summary: wanted.resource.summary(),
        fields: Vec::new(),
        how: None,
        note: wanted.note.clone(),
        place: None,
    }
}

fn update(id: &ResourceId, wanted: &Wanted, existing: &Existing) -> Option<Change> {
    let explicit = |key: &str| wanted.fields.contains_key(key);
    let fields = wanted.resource.changes_from(&existing.resource, explicit);
    if fields.is_empty() {
        return None;
    }
    let verb = if fields.iter().any(|field| field.replaces) { Verb::Replace } else { Verb::Update };
    Some(Change {
        id: id.clone(),
        verb,
        label: existing.resource.label(),
        summary: String::new(),
        fields,
        how: None,
        note: wanted.note.clone(),
        place: None,
    })
}

fn delete(id: &ResourceId, existing: &Existing) -> Change {
    Change {
        id: id.clone(),
        verb: Verb::Delete,
        label: existing.resource.label(),
        summary: existing.resource.summary(),
        fields: Vec::new(),
        how: None,
        note: None,
        place: None,
    }
}
