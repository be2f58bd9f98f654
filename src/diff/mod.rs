//! The difference between what is wanted and what is live. Names no kind.
//!
//! Both sides are canonical and of one type, so comparing is all there is to do: what must stay as it is has been
//! copied from the live side into the wanted one before.

use std::cmp::Reverse;

use crate::kinds::{Desired, Existing, Live, Wanted, dns_record};
use crate::model::{Change, FieldChange, Former, ResourceId, Verb};

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
                Some(existing) => update(id, wanted, existing, live.former.get(id), &desired.stack)?,
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

fn update(
    id: &ResourceId,
    wanted: &Wanted,
    existing: &Existing,
    former: Option<&Former>,
    stack: &str,
) -> Option<Change> {
    let explicit = |key: &str| wanted.fields.contains_key(key);
    let fields = wanted.resource.changes_from(&existing.resource, explicit);
    if fields.is_empty() && former.is_none() {
        return None;
    }
    let replaces = fields.iter().any(|field| field.replaces);
    let verb = match former {
        Some(Former::Others) => Verb::Adopt,
        Some(Former::Ours { .. }) | None if replaces => Verb::Replace,
        Some(Former::Ours { .. }) => Verb::Rename,
        None => Verb::Update,
    };
    let summary = if verb == Verb::Adopt { adopted(id) } else { "" };
    Some(Change {
        id: id.clone(),
        verb,
        label: existing.resource.label(),
        summary: summary.to_owned(),
        fields: identity(id, former, stack).into_iter().chain(fields).collect(),
        how: None,
        note: wanted.note.clone(),
        place: None,
    })
}

/// What becomes of something that is not ours, whatever else changes. Records have no tags.
fn adopted(id: &ResourceId) -> &'static str {
    match id.kind() == dns_record::KIND {
        true => "will be overwritten and be this stack's",
        false => "will be tagged as this stack's",
    }
}

/// Whether a changed field is no field of the kind, but what the tags say of whose the resource is.
pub fn is_identity(key: &str) -> bool {
    key == KEY || key == STACK
}

const KEY: &str = "key";
const STACK: &str = "stack";

/// The tags that say whose a resource is, where they change.
fn identity(id: &ResourceId, former: Option<&Former>, stack: &str) -> Vec<FieldChange> {
    let Some(Former::Ours { id: old, stack: old_stack }) = former else { return Vec::new() };
    let line = |key: &str, from: &str, to: &str| FieldChange {
        key: key.to_owned(),
        from: from.into(),
        to: to.into(),
        from_text: from.to_owned(),
        to_text: to.to_owned(),
        default: false,
        replaces: false,
    };
    let key = (old != id).then(|| line(KEY, old.key(), id.key()));
    let stack = (old_stack != stack).then(|| line(STACK, old_stack, stack));
    key.into_iter().chain(stack).collect()
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
