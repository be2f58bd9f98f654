//! Taking over what is not ours: `--adopt`. A load balancer and target groups by name, listeners by port, rules by
//! equal conditions and actions.

use std::collections::BTreeMap;

use super::{Pairing, natural};
use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::tagging::ownership;
use crate::kinds::{
    Candidate, Desired, Existing, Live, Resource, listener, load_balancer, rule, target_group, targets,
};
use crate::model::{Change, ResourceId, Stranger};
use crate::plan::Options;

impl Pairing<'_> {
    /// Takes over what can be of one kind.
    pub(super) fn adopt(&mut self, kind: &str) {
        for wanted in self.without_live(kind) {
            let Some(index) = self.live.candidates.iter().position(|one| self.fits(one, &wanted)) else {
                continue;
            };
            let candidate = self.live.candidates.remove(index);
            self.check_owner(&candidate, &wanted);
            if kind == target_group::KIND {
                let key = wanted.key().to_owned();
                self.refer(&BTreeMap::from([(candidate.arn.clone(), key)]));
                self.adopt_targets(&candidate.arn, &wanted);
            }
            self.take(candidate, &wanted);
            self.adopted.insert(wanted);
        }
    }

    pub(super) fn take(&mut self, candidate: Candidate, id: &ResourceId) {
        let Candidate { resource, arn, tags, parent: _ } = candidate;
        let existing = self.under(id, Existing { resource, arn, tags });
        self.live.resources.insert(id.clone(), existing);
    }

    /// The targets that the group has already.
    fn adopt_targets(&mut self, arn: &str, group: &ResourceId) {
        let id = targets::id(group.key());
        let is_theirs = |one: &Candidate| one.arn == arn && matches!(one.resource, Resource::Targets(_));
        let found = self.live.candidates.iter().position(is_theirs);
        if let Some(index) = found.filter(|_| self.desired.resources.contains_key(&id)) {
            let candidate = self.live.candidates.remove(index);
            self.take(candidate, &id);
        }
    }

    /// Whether something is what the spec wants under `id`.
    fn fits(&self, candidate: &Candidate, id: &ResourceId) -> bool {
        let Some(wanted) = self.desired.resources.get(id).map(|wanted| &wanted.resource) else {
            return false;
        };
        let held_by = |id: &ResourceId| {
            let holder = self.live.resources.get(id).map(|existing| existing.arn.as_str());
            candidate.parent.is_some() && candidate.parent.as_deref() == holder
        };
        match (&candidate.resource, wanted) {
            (Resource::LoadBalancer(live), Resource::LoadBalancer(wanted)) => live.name == wanted.name,
            (Resource::Listener(_), Resource::Listener(_)) => {
                held_by(&load_balancer::id()) && natural::same(&candidate.resource, wanted)
            }
            (Resource::Rule(live), Resource::Rule(wanted)) => {
                held_by(&listener::id(&wanted.listener)) && natural::alike(live, wanted)
            }
            (
                Resource::Certificate(_)
                | Resource::DnsRecord(_)
                | Resource::LoadBalancer(_)
                | Resource::TargetGroup(_)
                | Resource::Targets(_)
                | Resource::Listener(_)
                | Resource::Rule(_),
                _,
            ) => natural::same(&candidate.resource, wanted),
        }
    }

    fn check_owner(&mut self, candidate: &Candidate, id: &ResourceId) {
        let owner = ownership::owner(&candidate.tags, &self.desired.stack);
        if let Some(owner) = owner.filter(|owner| !self.options.adopt_from.contains(&owner.word)) {
            self.owners.entry(owner).or_default().push(id.clone());
        }
    }

    /// Refuses to take what others say is theirs, once for each of them.
    pub(super) fn refuse_owners(&mut self) {
        let words: Vec<String> = self.owners.keys().map(|owner| owner.word.clone()).collect();
        for (owner, ids) in std::mem::take(&mut self.owners) {
            let first = ids.first().map_or("", ResourceId::as_str);
            let more = match ids.len() {
                0 | 1 => String::new(),
                several => format!(" and {} more", several - 1),
            };
            let message = format!("{first}{more} would be taken from {}", owner.name);
            let mut diagnostic = Diagnostic::refused("adopt-from", message);
            if let Some(wanted) = ids.first().and_then(|id| self.desired.resources.get(id)) {
                diagnostic = diagnostic.at(wanted.place, "");
            }
            self.problems.push(
                diagnostic
                    .note(owner.consequence())
                    .help(format!("take it over all the same: {}", adopting(self.options, &words))),
            );
        }
    }

    /// What is not ours on what is ours by now: that which is left after all that was taken over.
    pub(super) fn strangers(&mut self) {
        let holders: BTreeMap<&str, &ResourceId> =
            self.live.resources.iter().map(|(id, existing)| (existing.arn.as_str(), id)).collect();
        let known = |arn: &str| self.live.strangers.iter().any(|stranger| stranger.arn == arn);
        let left: Vec<Stranger> = self
            .live
            .candidates
            .iter()
            .filter(|one| !known(&one.arn))
            .filter_map(|one| stranger(one, holders.get(one.parent.as_deref()?)?))
            .collect();
        let is_ours = |stranger: &Stranger| holders.contains_key(stranger.arn.as_str());
        let mut strangers = self.live.strangers.clone();
        strangers.retain(|stranger| !is_ours(stranger));
        strangers.extend(left);
        strangers.sort_by(|a, b| (a.kind, &a.parent, a.number).cmp(&(b.kind, &b.parent, b.number)));
        self.live.strangers = strangers;
    }
}

fn stranger(candidate: &Candidate, parent: &ResourceId) -> Option<Stranger> {
    let (kind, number, summary) = match &candidate.resource {
        Resource::Listener(model) => {
            let summary = format!("{}, {}", model.protocol, model.default.describe());
            (listener::KIND, u32::from(model.port), summary)
        }
        Resource::Rule(model) => (rule::KIND, model.priority, model.describe()),
        Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_) => return None,
    };
    let name = candidate.tags.get("Name").cloned().unwrap_or_default();
    Some(Stranger { kind, arn: candidate.arn.clone(), parent: parent.clone(), number, name, summary })
}

/// The command that plans a takeover, also from the owners `from`.
pub fn adopting(options: &Options, from: &[String]) -> String {
    let command = if options.command.is_empty() { "albctl plan SPEC" } else { &options.command };
    let mut owners = options.adopt_from.clone();
    owners.extend(from.iter().cloned());
    let from: String = owners.iter().map(|owner| format!(" --adopt-from {owner}")).collect();
    format!("{command} --adopt{from}")
}

/// Refuses to take over what then would have to be replaced: it serves somebody.
pub fn cannot_adopt(desired: &Desired, live: &Live, change: &Change, problems: &mut Diagnostics) {
    for field in change.fields.iter().filter(|field| field.replaces) {
        let message = format!(
            "{} cannot be taken over as it is: `{}` is {}, the spec wants {}",
            change.id, field.key, field.from_text, field.to_text
        );
        let mut diagnostic = Diagnostic::refused("adopt-differs", message);
        if let Some(wanted) = desired.resources.get(&change.id) {
            let place = wanted.fields.get(&field.key).copied().unwrap_or(wanted.place);
            diagnostic = diagnostic.at(place, "");
        }
        if let Some(existing) = live.resources.get(&change.id) {
            diagnostic = diagnostic.note(existing.arn.clone());
        }
        problems.push(
            diagnostic
                .note("AWS has no call that changes it")
                .help(format!("write `{}: {}`, or use another name", field.key, field.from_text)),
        );
    }
}
