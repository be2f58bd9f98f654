//! From changed tags to calls.

use std::collections::BTreeSet;

use super::call::Call;
use super::ownership;
use crate::kinds;
use crate::kinds::context::Context;
use crate::model::world::Tags;
use crate::model::{Ref, ResourceId, StepVerb};

/// Adds the steps that bring the tags of a live resource to what the spec gives; others' tags stay.
pub fn steps(cx: &mut Context<'_>, id: &ResourceId, wanted: &Tags) {
    let Some(existing) = cx.existing(id) else { return };
    let resource = Ref::Known(existing.arn.clone());
    let full = cx.tags(id, wanted);
    let add: Tags = full
        .iter()
        .filter(|(key, value)| existing.tags.get(*key) != Some(*value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let gone = ownership::comparable(&existing.tags, wanted).into_keys();
    let stale = existing.tags.keys().filter(|key| key.starts_with(ownership::REMEMBERED)).cloned();
    let remove: BTreeSet<String> = gone.chain(stale).filter(|key| !full.contains_key(key)).collect();
    // The memory of which tags are ours is among those added: a tag is removed before it is forgotten.
    let mut needs = Vec::new();
    if !remove.is_empty() {
        let summary = format!("remove tags {}", words(remove.iter()));
        let call = kinds::Call::Tagging(Call::RemoveTags { resource: resource.clone(), keys: remove });
        needs.push(cx.call(id, "untag", StepVerb::Change, summary, call, &[]));
    }
    if !add.is_empty() {
        let summary = format!("tags {}", words(add.keys()));
        let call = kinds::Call::Tagging(Call::AddTags { resource, tags: add });
        cx.call(id, "tags", StepVerb::Change, summary, call, &needs);
    }
}

fn words<'a>(keys: impl Iterator<Item = &'a String>) -> String {
    let shown: Vec<&str> = keys.map(String::as_str).filter(|key| !ownership::is_reserved(key)).collect();
    if shown.is_empty() { "(albctl's own)".to_owned() } else { shown.join(", ") }
}
