//! Ports that change hands between listeners of one load balancer, which has at most one listener on a port.
//!
//! A listener gets its port after the one that has it has left it. On a cycle, and where the one that has it is
//! deleted in the end, that one steps aside first: to a port that nothing has or wants. API: ModifyListener,
//! `DuplicateListener`.

use std::collections::{BTreeMap, BTreeSet};

use super::call::Call;
use crate::kinds;
use crate::kinds::context::Context;
use crate::kinds::{Desired, Live, Resource};
use crate::model::{Change, ResourceId, StepId, StepVerb, Verb};

/// The step that takes a listener out of the way.
const ASIDE: &str = "aside";

/// The listener that steps aside, with its temporary port; and for each listener, who has the port that it wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Handover {
    aside: BTreeMap<ResourceId, u16>,
    before: BTreeMap<ResourceId, ResourceId>,
}

/// Adds the steps that take listeners out of the way of others.
pub fn set_aside(cx: &mut Context<'_>) {
    for (id, port) in Handover::of(cx.desired, cx.live).aside {
        let call = Call::ModifyListener {
            listener: cx.arn(&id),
            port: Some(port),
            protocol: None,
            ssl_policy: None,
            certificate: None,
            default: None,
        };
        let summary = format!("out of the way: port {port}");
        let ready = certificates_ready(cx);
        cx.call(&id, ASIDE, StepVerb::Change, summary, kinds::Call::Listener(call), &ready);
    }
}

/// The steps after which the listeners that take each other's ports find all their certificates: nobody leaves a port
/// before, which nobody would serve until then.
fn certificates_ready(cx: &Context<'_>) -> Vec<StepId> {
    let of = |(id, one): (&ResourceId, &kinds::Wanted)| match &one.resource {
        Resource::Listener(listener) if cx.verb(id).is_some() => listener.certificates.clone(),
        Resource::Listener(_)
        | Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Rule(_) => Vec::new(),
    };
    let keys: Vec<_> = cx.desired.resources.iter().flat_map(of).collect();
    cx.steps_that_ready(&keys)
}

/// The steps after which the port that a listener wants is free, and itself where it was.
pub fn needs(cx: &Context<'_>, id: &ResourceId) -> Vec<StepId> {
    let handover = Handover::of(cx.desired, cx.live);
    let holder = handover.before.get(id).map(|holder| {
        let what = if handover.aside.contains_key(holder) { ASIDE } else { "modify" };
        StepId::new(holder, what)
    });
    let own = handover.aside.contains_key(id).then(|| StepId::new(id, ASIDE));
    holder.into_iter().chain(own).collect()
}

/// Says on the changes how ports change hands.
pub fn explain(changes: &mut [Change], desired: &Desired, live: &Live) {
    let handover = Handover::of(desired, live);
    for change in changes {
        change.how = match (handover.aside.get(&change.id), handover.before.get(&change.id)) {
            (Some(port), _) if change.verb == Verb::Delete => {
                Some(format!("through port {port}: its own goes to another listener before it is deleted"))
            }
            (Some(port), _) => Some(format!("through port {port}: two ports cannot be swapped in one call")),
            (None, Some(holder)) => {
                Some(format!("after {holder} has left the port, which nobody serves for a moment"))
            }
            (None, None) => continue,
        };
    }
}

impl Handover {
    fn of(desired: &Desired, live: &Live) -> Self {
        let held: BTreeMap<u16, ResourceId> =
            live.resources.iter().filter_map(|(id, one)| Some((port(&one.resource)?, id.clone()))).collect();
        let mut wanted: BTreeMap<ResourceId, u16> = BTreeMap::new();
        let mut before: BTreeMap<ResourceId, ResourceId> = BTreeMap::new();
        for (id, one) in &desired.resources {
            let Some(port) = port(&one.resource) else { continue };
            wanted.insert(id.clone(), port);
            if let Some(holder) = held.get(&port).filter(|holder| *holder != id) {
                before.insert(id.clone(), holder.clone());
            }
        }
        let strangers = live.strangers.iter().filter(|one| one.kind == super::KIND);
        let taken: BTreeSet<u16> = held
            .keys()
            .copied()
            .chain(wanted.values().copied())
            .chain(strangers.filter_map(|one| u16::try_from(one.number).ok()))
            .collect();
        let mut free = (1..=u16::MAX).rev().filter(|port| !taken.contains(port));
        let doomed = before.values().filter(|id| !wanted.contains_key(*id)).cloned();
        let aside = doomed.chain(heads_of_cycles(&before));
        let aside = aside.filter_map(|id| Some((id, free.next()?))).collect();
        Self { aside, before }
    }
}

fn port(resource: &Resource) -> Option<u16> {
    match resource {
        Resource::Listener(listener) => Some(listener.port),
        Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Rule(_) => None,
    }
}

/// The first listener of each cycle. Each waits for one other at most, so that cycles share nothing.
fn heads_of_cycles(before: &BTreeMap<ResourceId, ResourceId>) -> Vec<ResourceId> {
    let mut seen: BTreeSet<&ResourceId> = BTreeSet::new();
    let mut heads = Vec::new();
    for start in before.keys() {
        let mut path: Vec<&ResourceId> = Vec::new();
        let mut at = Some(start);
        while let Some(id) = at.filter(|id| seen.insert(id)) {
            path.push(id);
            at = before.get(id);
        }
        if let Some(id) = at.filter(|id| path.contains(id)) {
            heads.push(id.clone());
        }
    }
    heads
}
