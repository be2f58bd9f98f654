//! Which live record sets are which wanted record.

use super::Settling;
use crate::kinds::dns_record::model::{InZone, Provider, TARGET};
use crate::kinds::dns_record::{self, DnsRecord};
use crate::kinds::{Existing, Resource};
use crate::model::world::Tags;
use crate::model::zone::Choice;
use crate::model::{Answer, Former, LiveRecord, RecordSet, ResourceId, Routing};

impl Settling<'_> {
    /// Finds what each wanted record is now: what is ours in its zone or in another one, and what stands in its way.
    pub(super) fn claims(&mut self) {
        for (id, model) in self.wanted() {
            self.claim(&id, &model);
        }
    }

    fn claim(&mut self, id: &ResourceId, wanted: &DnsRecord) {
        let here = self.at(&wanted.zone.id, &wanted.name);
        let own = |one: &LiveRecord| one.set.set == wanted.set && self.is_ours(one);
        let (mine, others): (Vec<_>, Vec<_>) = here.into_iter().partition(own);
        let in_the_way: Vec<_> = others.into_iter().filter(|one| is_in_the_way(wanted, &one.set)).collect();
        // Ours, but with another routing policy or type: it goes in the same batch.
        let (former, foreign): (Vec<_>, Vec<_>) = in_the_way.into_iter().partition(|one| self.is_ours(one));
        let adopts = !foreign.is_empty();
        if adopts && self.refused(id, wanted, &foreign) {
            self.desired.resources.remove(id);
            return;
        }
        let mut claimed = mine;
        if claimed.is_empty() {
            claimed.extend(self.elsewhere(wanted));
        }
        claimed.extend(former);
        claimed.extend(foreign);
        if claimed.is_empty() {
            return;
        }
        if adopts {
            self.live.former.insert(id.clone(), Former::Others);
        }
        self.keep(id, live_form(wanted, &claimed, self.live.dns_name.as_deref(), &self.live.zones), claimed);
    }

    /// A record of ours of this name in a zone where the spec does not want it any more.
    fn elsewhere(&self, wanted: &DnsRecord) -> Vec<LiveRecord> {
        let key = (wanted.name.clone(), wanted.set.clone());
        let is_wanted = |zone: &str| {
            let same =
                |one: &DnsRecord| (&one.name, &one.set, one.zone.id.as_str()) == (&key.0, &key.1, zone);
            self.wanted().iter().any(|(_, one)| same(one))
        };
        let zones = self.memory.get(&key).into_iter().flat_map(|zones| zones.keys());
        zones
            .filter(|zone| !is_wanted(zone))
            .flat_map(|zone| self.at(zone, &key.0))
            .filter(|one| one.set.set == key.1 && self.is_ours(one))
            .collect()
    }

    fn keep(&mut self, id: &ResourceId, model: DnsRecord, claimed: Vec<LiveRecord>) {
        let arn = format!("arn:aws:route53:::hostedzone/{}", model.zone.id);
        let existing = Existing { resource: Resource::DnsRecord(model), arn, tags: Tags::new() };
        if let Some(wanted) = self.desired.resources.get_mut(id) {
            let ignored = &wanted.ignore;
            wanted.resource.keep_live(&existing.resource, |key| {
                ignored.iter().any(|ignored| key == ignored || key.starts_with(&format!("{ignored}.")))
            });
        }
        self.taken.extend(claimed.iter().cloned());
        self.live.dns.claimed.insert(id.clone(), claimed);
        self.live.resources.insert(id.clone(), existing);
    }

    /// What the tags remember and the spec does not want: ours still, or not any more.
    pub(super) fn leftovers(&mut self) {
        for ((name, set), zones) in self.memory.clone() {
            for zone in zones.keys() {
                let at = self.at(zone, &name);
                let ours: Vec<LiveRecord> =
                    at.iter().filter(|one| one.set.set == set && self.is_ours(one)).cloned().collect();
                if ours.is_empty() {
                    self.forget(&name, set.as_deref(), zone, &at);
                    continue;
                }
                let none = plain(&name, set.as_deref());
                let model = live_form(&none, &ours, self.live.dns_name.as_deref(), &self.live.zones);
                let mut id = dns_record::id(&name, set.as_deref(), model.zone.private);
                if self.live.resources.contains_key(&id) || self.desired.resources.contains_key(&id) {
                    id = dns_record::id(&format!("{name}@{zone}"), set.as_deref(), false);
                }
                self.keep(&id, model, ours);
            }
        }
    }

    /// Something is remembered that is not there, or not ours any more.
    fn forget(&mut self, name: &str, set: Option<&str>, zone: &str, at: &[LiveRecord]) {
        let wants = |one: &DnsRecord| {
            (one.name.as_str(), one.set.as_deref(), one.zone.id.as_str()) == (name, set, zone)
        };
        let moved = |one: &LiveRecord| {
            (one.set.name.as_str(), one.set.set.as_deref(), one.zone.as_str()) == (name, set, zone)
        };
        if self.wanted().iter().any(|(_, one)| wants(one)) || self.taken.iter().any(moved) {
            return;
        }
        let id = dns_record::id(name, set, false);
        let address = |one: &&LiveRecord| {
            one.set.set.as_deref() == set && ["A", "AAAA", "CNAME"].contains(&one.set.kind.as_str())
        };
        if let Some(found) = at.iter().find(address) {
            self.live.notes.push(format!(
                "{id} is no longer ours: somebody changed it to {}; it is left as it is",
                found.set.describe()
            ));
        }
        self.live.dns.forgotten.push(id.key().to_owned());
    }
}

/// Whether a live record set of the same name and zone cannot stay beside the wanted record.
fn is_in_the_way(wanted: &DnsRecord, live: &RecordSet<String>) -> bool {
    let routing = wanted.routing();
    let clash = live.set == wanted.set
        || live.routing.policy() != routing.policy()
        || (live.routing == routing && !matches!(routing, Routing::Weighted(_)));
    match (wanted.alias, live.kind == "CNAME") {
        // A CNAME is alone at its name.
        (true, true) | (false, false) => true,
        (true, false) => wanted.types.contains(&live.kind) && clash,
        (false, true) => clash,
    }
}

/// A record of which nothing is known but its name.
fn plain(name: &str, set: Option<&str>) -> DnsRecord {
    DnsRecord {
        name: name.to_owned(),
        set: set.map(str::to_owned),
        zone: InZone {
            choice: Choice::Longest,
            private: false,
            role: None,
            id: String::new(),
            name: String::new(),
        },
        provider: Provider::Route53,
        alias: false,
        types: std::collections::BTreeSet::new(),
        target: String::new(),
        ttl: None,
        evaluate_target_health: None,
        weight: None,
        region: None,
        failover: None,
    }
}

/// The canonical form of live record sets. Where they differ among themselves, what differs from the wanted record
/// counts, so that it shows.
fn live_form(
    wanted: &DnsRecord,
    claimed: &[LiveRecord],
    dns_name: Option<&str>,
    zones: &[crate::model::Zone],
) -> DnsRecord {
    let mut live = plain(&wanted.name, wanted.set.as_deref());
    let away = claimed.iter().find(|one| one.zone != wanted.zone.id).or(claimed.first());
    if let Some(one) = away {
        let known = zones.iter().find(|zone| zone.id == one.zone);
        live.zone.id = one.zone.clone();
        live.zone.role = one.role.clone();
        live.zone.name = known.map(|zone| zone.name.clone()).unwrap_or_default();
        live.zone.private = known.is_some_and(|zone| zone.private);
    }
    live.types = claimed.iter().map(|one| one.set.kind.clone()).collect();
    live.alias = claimed.iter().all(|one| matches!(one.set.answer, Answer::Alias { .. }));
    let strange = |one: &&LiveRecord| !dns_name.is_some_and(|name| one.set.leads_to(name));
    live.target = claimed.iter().find(strange).map_or_else(|| TARGET.to_owned(), |one| one.set.target());
    live.ttl = pick(claimed, &wanted.ttl, |set| match set.answer {
        Answer::Values { ttl, .. } => Some(ttl),
        Answer::Alias { .. } => None,
    });
    live.evaluate_target_health = pick(claimed, &wanted.evaluate_target_health, |set| match set.answer {
        Answer::Alias { evaluate_target_health, .. } => Some(evaluate_target_health),
        Answer::Values { .. } => None,
    });
    live.weight = pick(claimed, &wanted.weight, |set| match set.routing {
        Routing::Weighted(weight) => Some(weight),
        Routing::Simple | Routing::Latency(_) | Routing::Failover(_) | Routing::Other(_) => None,
    });
    live.region = pick(claimed, &wanted.region, |set| match &set.routing {
        Routing::Latency(region) => Some(region.clone()),
        Routing::Simple | Routing::Weighted(_) | Routing::Failover(_) | Routing::Other(_) => None,
    });
    live.failover = pick(claimed, &wanted.failover, |set| match set.routing {
        Routing::Failover(failover) => Some(failover),
        Routing::Simple | Routing::Weighted(_) | Routing::Latency(_) | Routing::Other(_) => None,
    });
    live
}

fn pick<T: PartialEq>(
    claimed: &[LiveRecord],
    wanted: &Option<T>,
    value: impl Fn(&RecordSet<String>) -> Option<T>,
) -> Option<T> {
    let differs = claimed.iter().map(|one| value(&one.set)).find(|value| value != wanted);
    differs.unwrap_or_else(|| claimed.first().and_then(|one| value(&one.set)))
}
