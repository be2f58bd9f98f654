//! The tags that remember our records: written before a record is, removed after it is gone.

use std::collections::BTreeSet;

use super::wanted_memory;
use crate::base::Diagnostic;
use crate::kinds::context::Context;
use crate::kinds::dns_record::memory::{self, Memory};
use crate::kinds::tagging::applied::APPLIED;
use crate::kinds::{self, Desired, Live, dns_record, load_balancer, names, tagging};
use crate::model::world::Tags;
use crate::model::{Change, FieldChange, StepId, StepVerb, Verb};

/// The tags that remember records, of the live load balancer.
fn live_tags(live: &Live) -> Tags {
    let balancer = live.resources.get(&load_balancer::id());
    let own = |(key, _): &(&String, &String)| memory::is_memory(key);
    let tags = balancer.into_iter().flat_map(|balancer| balancer.tags.iter().filter(own));
    tags.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// What is remembered while records come and go: what was and what will be.
fn both(live: &Memory, wanted: &Memory) -> Memory {
    let mut all = live.clone();
    for (key, zones) in wanted {
        all.entry(key.clone()).or_default().extend(zones.clone());
    }
    all
}

fn changed(from: &Tags, to: &Tags) -> Tags {
    let differs = |(key, value): &(&String, &String)| from.get(*key) != Some(*value);
    to.iter().filter(differs).map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn words(tags: &Tags) -> String {
    let names: Vec<String> = memory::read(tags)
        .into_keys()
        .map(|(name, set)| set.map_or_else(|| name.clone(), |set| format!("{name}/{set}")))
        .collect();
    names.join(", ")
}

/// Remembers what is about to come. The step that does, unless nothing is new or the load balancer is made with it.
pub(super) fn remember(cx: &mut Context<'_>) -> Option<StepId> {
    let live = live_tags(cx.live);
    let wanted = wanted_memory(cx.desired);
    if cx.is_created(&load_balancer::id()) || cx.is_deleted(&load_balancer::id()) {
        return None;
    }
    let add = changed(&live, &memory::tags(&both(&memory::read(&live), &wanted)));
    if add.is_empty() {
        return None;
    }
    let summary = format!("remember {}", words(&add));
    let call = tagging::Call::AddTags { resource: cx.load_balancer(), tags: add };
    let call = kinds::Call::Tagging(call);
    Some(cx.call(&load_balancer::id(), "remember", StepVerb::Change, summary, call, &[]))
}

/// Forgets what is gone, after all changes of records.
pub(super) fn forget(cx: &mut Context<'_>, needs: &[StepId]) {
    let balancer = load_balancer::id();
    if cx.is_created(&balancer) || cx.is_deleted(&balancer) || cx.existing(&balancer).is_none() {
        return;
    }
    let live = live_tags(cx.live);
    let wanted = wanted_memory(cx.desired);
    let now = memory::tags(&both(&memory::read(&live), &wanted));
    let last = memory::tags(&wanted);
    let gone: BTreeSet<String> = now.keys().filter(|key| !last.contains_key(*key)).cloned().collect();
    let fewer = changed(&now, &last);
    let mut needs = needs.to_vec();
    let resource = cx.load_balancer();
    if !fewer.is_empty() {
        let summary = format!("remember {}", words(&fewer));
        let call = kinds::Call::Tagging(tagging::Call::AddTags { resource: resource.clone(), tags: fewer });
        needs = vec![cx.call(&balancer, "remember-moved", StepVerb::Change, summary, call, &needs)];
    }
    if !gone.is_empty() {
        let summary =
            format!("forget {}", words(&now.into_iter().filter(|(key, _)| gone.contains(key)).collect()));
        let call = kinds::Call::Tagging(tagging::Call::RemoveTags { resource, keys: gone });
        cx.call(&balancer, "forget", StepVerb::Change, summary, call, &needs);
    }
}

/// Refuses what would need more tags at once than AWS allows: while names change, those of before are remembered, too.
/// API: AddTags, `TooManyTags`.
pub(super) fn no_room(desired: &Desired, live: &Live) -> Option<Diagnostic> {
    let balancer = live.resources.get(&load_balancer::id())?;
    let wanted = desired.resources.get(&load_balancer::id())?;
    let during = memory::tags(&both(&memory::read(&balancer.tags), &wanted_memory(desired)));
    let spec = wanted.resource.tags().into_iter().flat_map(Tags::keys);
    let all: BTreeSet<&str> =
        balancer.tags.keys().chain(during.keys()).chain(spec).map(String::as_str).collect();
    // What the last apply leaves is a tag, too.
    let count = all.len() + usize::from(!all.contains(APPLIED));
    (count > names::ALL_TAGS).then(|| {
        let message =
            format!("{} would carry {count} tags while its DNS records change", load_balancer::id());
        Diagnostic::refused("too-many-tags", message)
            .at(wanted.place, "")
            .note("albctl remembers each of its records in a tag of the load balancer, also those that go")
            .note(format!("AWS allows {} tags on a resource", names::ALL_TAGS))
            .help("change fewer names at once")
    })
}

/// The change of the load balancer that is the tags', where no record changes that would tell of it.
pub fn change(changes: &[Change], desired: &Desired, live: &Live) -> Option<Change> {
    let balancer = load_balancer::id();
    let existing = live.resources.get(&balancer).filter(|_| desired.resources.contains_key(&balancer))?;
    let (from, to) = (live_tags(live), memory::tags(&wanted_memory(desired)));
    let told = changes.iter().any(|change| [dns_record::KIND, balancer.kind()].contains(&change.id.kind()));
    if from == to || told {
        return None;
    }
    let text = |tags: &Tags| if tags.is_empty() { "none".to_owned() } else { words(tags) };
    let field = FieldChange {
        key: "remembered DNS records".to_owned(),
        from: serde_json::json!(from),
        to: serde_json::json!(to),
        from_text: text(&from),
        to_text: text(&to),
        default: false,
        replaces: false,
    };
    Some(Change {
        id: balancer,
        verb: Verb::Update,
        label: existing.resource.label(),
        summary: String::new(),
        fields: vec![field],
        note: None,
        how: None,
        place: None,
    })
}
