//! From changed records to batches, one after the other in each zone: a zone takes one change at a time.

use std::collections::{BTreeMap, BTreeSet};

use super::{memory, of};
use crate::kinds::context::Context;
use crate::kinds::dns_record::plan::{Batch, What, change};
use crate::kinds::dns_record::{self, DnsRecord};
use crate::kinds::{Step, listener, load_balancer, rule};
use crate::model::{Action, Change, LiveRecord, OutputKey, Ref, ResourceId, StepId, StepVerb, Verb};

/// Adds the steps of all records, after those of everything else: a name leads to the load balancer only when that
/// answers as the spec says, and no longer before it goes.
///
/// With `waits` the apply ends when all name servers answer; without, it waits only before something else goes.
pub fn add(cx: &mut Context<'_>, changes: &[Change], waits: bool) {
    let records: Vec<&Change> = changes.iter().filter(|one| one.id.kind() == dns_record::KIND).collect();
    let mut chains = Chains { last: BTreeMap::new(), calls: Vec::new() };
    let remembered = memory::remember(cx);
    let mut ready = ready(cx);
    ready.extend(remembered.clone());
    for one in records.iter().filter(|one| one.verb != Verb::Delete) {
        come(cx, &one.id, &ready, &mut chains, waits);
    }
    let mut before_deletions = chains.calls.clone();
    before_deletions.extend(remembered);
    let mut gone = Vec::new();
    for one in records.iter().filter(|one| one.verb == Verb::Delete) {
        for batch in by_zone(cx, &one.id) {
            let holds_up = !cx.steps_of(goes).is_empty();
            let wait = waits || holds_up;
            gone.push(chains.add(cx, &one.id, What::Delete, batch, &before_deletions, wait));
        }
    }
    cx.require_all(goes, &gone);
    let mut needs = chains.calls;
    needs.extend(before_deletions);
    memory::forget(cx, &needs);
}

/// What takes along what names lead to.
fn goes(step: &Step) -> bool {
    step.verb == StepVerb::Delete && [load_balancer::KIND, listener::KIND].contains(&step.subject.kind())
}

/// The steps after which the load balancer answers as the spec says.
fn ready(cx: &Context<'_>) -> Vec<StepId> {
    let kinds = [load_balancer::KIND, listener::KIND, rule::KIND];
    cx.steps_of(|step| {
        let makes = match step.verb {
            StepVerb::Create | StepVerb::Change | StepVerb::Reorder => matches!(step.action, Action::Call(_)),
            StepVerb::Active => true,
            StepVerb::Request
            | StepVerb::Import
            | StepVerb::Upload
            | StepVerb::Validate
            | StepVerb::Issued
            | StepVerb::Register
            | StepVerb::Deregister
            | StepVerb::Delete
            | StepVerb::Healthy
            | StepVerb::Drain
            | StepVerb::Sync => false,
        };
        makes && kinds.contains(&step.subject.kind())
    })
}

/// The last step of each zone, and all calls.
struct Chains {
    last: BTreeMap<String, StepId>,
    calls: Vec<StepId>,
}

impl Chains {
    /// Adds a batch after the last one of its zone, and the wait until it is in sync: the last step of both.
    fn add(
        &mut self,
        cx: &mut Context<'_>,
        id: &ResourceId,
        what: What,
        batch: Batch,
        needs: &[StepId],
        wait: bool,
    ) -> StepId {
        let zone = batch.zone.clone();
        let mut all: BTreeSet<StepId> = needs.iter().cloned().collect();
        all.extend(self.last.get(&zone).cloned());
        let all: Vec<StepId> = all.into_iter().collect();
        let (call, end) = change(cx, id, what, batch, &all, wait);
        self.last.insert(zone, call.clone());
        self.calls.push(call);
        end
    }
}

/// What a record is now, zone by zone, to go.
fn by_zone(cx: &Context<'_>, id: &ResourceId) -> Vec<Batch> {
    let claimed = cx.live.dns.claimed.get(id).map(Vec::as_slice).unwrap_or_default();
    let zones: BTreeSet<(&str, Option<&str>)> =
        claimed.iter().map(|one| (one.zone.as_str(), one.role.as_deref())).collect();
    let batch = |(zone, role): (&str, Option<&str>)| {
        let old: Vec<&LiveRecord> = claimed.iter().filter(|one| one.zone == zone).collect();
        Batch::between(zone, role, &old, Vec::new())
    };
    zones.into_iter().map(batch).collect()
}

/// What a record is to be, in its zone; then what it was in another one goes.
fn come(cx: &mut Context<'_>, id: &ResourceId, ready: &[StepId], chains: &mut Chains, waits: bool) {
    let desired = cx.desired;
    let Some(model) = desired.resources.get(id).and_then(|wanted| of(&wanted.resource)) else { return };
    let DnsRecord { zone, .. } = model;
    let (dns_name, target_zone) = target(cx);
    let live = cx.live;
    let claimed = live.dns.claimed.get(id).map(Vec::as_slice).unwrap_or_default();
    let here: Vec<&LiveRecord> = claimed.iter().filter(|one| one.zone == zone.id).collect();
    let batch = Batch::between(&zone.id, zone.role.as_deref(), &here, model.sets(&dns_name, &target_zone));
    let what = if here.is_empty() { What::Create } else { What::Change };
    let mut there = ready.to_vec();
    let away: Vec<Batch> = by_zone(cx, id).into_iter().filter(|batch| batch.zone != zone.id).collect();
    if !batch.is_empty() {
        there.push(chains.add(cx, id, what, batch, ready, waits || !away.is_empty()));
    }
    for batch in away {
        chains.add(cx, id, What::Leave, batch, &there, waits);
    }
}

/// The load balancer's DNS name and the zone of that: known, or what its creation will say.
fn target(cx: &Context<'_>) -> (Ref, Ref) {
    let of = |known: &Option<String>, key: OutputKey| match known {
        Some(known) if !cx.is_created(&load_balancer::id()) => Ref::Known(known.clone()),
        Some(_) | None => Ref::Output { step: StepId::new(&load_balancer::id(), "create"), key },
    };
    (of(&cx.live.dns_name, OutputKey::DnsName), of(&cx.live.dns.target_zone, OutputKey::HostedZone))
}
