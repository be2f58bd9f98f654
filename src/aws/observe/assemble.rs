//! From the answers of all rounds to what is live: whose is what, under which identity, in its canonical form.

mod lend;
mod rules;

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types as api;

use super::rounds::owned;
use super::snapshot::Snapshot;
use super::{Scope, functions};
use crate::exec::Probe;
use crate::kinds::action::aws::GroupKeys;
use crate::kinds::tagging::ownership::comparable;
use crate::kinds::{
    Candidate, Existing, Live, Resource, action, listener, load_balancer, target_group, targets,
};
use crate::model::field::decode_attributes;
use crate::model::world::{Holder, Stranger, Tags, User};
use crate::model::{LiveDns, ResourceId, RuleLists};

/// All that is live of the stack.
pub(super) fn live(scope: &Scope, snapshot: &Snapshot, region: &str) -> Live {
    let live = Live {
        account: snapshot.identity.account.clone(),
        caller: snapshot.identity.arn.clone(),
        region: region.to_owned(),
        resources: BTreeMap::new(),
        ambiguous: BTreeMap::new(),
        leftovers: BTreeMap::new(),
        apart: BTreeMap::new(),
        counts: BTreeMap::new(),
        lent: BTreeMap::new(),
        twins: BTreeMap::new(),
        strange: BTreeMap::new(),
        rule_quota: snapshot.rule_quota,
        zones: snapshot.zones.clone(),
        dns: LiveDns { records: snapshot.records.clone(), ..LiveDns::default() },
        now: 0,
        certificates: snapshot.used_certificates.clone(),
        alternatives: snapshot.alternatives.clone(),
        servers_read: snapshot.servers_read,
        strangers: Vec::new(),
        holders: Vec::new(),
        candidates: Vec::new(),
        former: BTreeMap::new(),
        rules: RuleLists::new(),
        health: BTreeMap::new(),
        provisioning: false,
        front: None,
        dns_name: None,
        draining: BTreeMap::new(),
        notes: snapshot.notes.clone(),
    };
    let (keys, single) = (GroupKeys::new(), GroupKeys::new());
    let mut all = Assembly { scope, snapshot, live, keys, single };
    // Groups come first: what forwards to them names them by key.
    all.groups();
    all.tell_apart();
    all.certificates();
    all.load_balancers();
    all.listeners();
    let mut live = all.live;
    live.health =
        snapshot.health.iter().map(|(arn, health)| (arn.clone(), targets::aws::states(health))).collect();
    let leaving = |(arn, health): (&String, &Vec<_>)| (arn.clone(), targets::aws::draining(health));
    live.draining = snapshot.health.iter().map(leaving).collect();
    live.strangers.sort_by(|a, b| (a.kind, &a.parent, a.number).cmp(&(b.kind, &b.parent, b.number)));
    live
}

fn own<K: Clone, V: Clone>((key, value): (&K, &V)) -> (K, V) {
    (key.clone(), value.clone())
}

struct Assembly<'a> {
    scope: &'a Scope,
    snapshot: &'a Snapshot,
    live: Live,
    /// The keys of our target groups by ARN.
    keys: GroupKeys,
    /// Those of them that are the only one of their key.
    single: GroupKeys,
}

impl Assembly<'_> {
    fn tags(&self, arn: &str) -> Tags {
        self.snapshot.tags.get(arn).cloned().unwrap_or_default()
    }

    fn owned(&self, arn: &str, kind: &str) -> Option<ResourceId> {
        if !self.scope.named.is_empty() {
            return self.scope.named.get(arn).filter(|id| id.kind() == kind).cloned();
        }
        owned(self.snapshot.tags.get(arn), self.scope, kind)
    }

    /// The tags that the diff compares.
    fn comparable(&self, id: &ResourceId, arn: &str) -> Tags {
        let none = Tags::new();
        let live = self.snapshot.tags.get(arn).unwrap_or(&none);
        comparable(live, self.scope.tags.get(id).unwrap_or(&none))
    }

    /// Takes a resource in. Of several of one identity the first is kept, which is the one of the lowest ARN, and
    /// all are reported. Whether it was taken in.
    fn claim(&mut self, id: &ResourceId, arn: &str, resource: Resource) -> bool {
        if let Some(first) = self.live.resources.get(id) {
            let first = first.arn.clone();
            let all = self.live.ambiguous.entry(id.clone()).or_insert_with(|| vec![first]);
            all.push(arn.to_owned());
            let twin = Existing { resource, arn: arn.to_owned(), tags: self.tags(arn) };
            self.live.twins.entry(id.clone()).or_default().push(twin);
            return false;
        }
        let tags = self.tags(arn);
        self.live.resources.insert(id.clone(), Existing { resource, arn: arn.to_owned(), tags });
        true
    }

    fn unknown_kind(&mut self, id: &ResourceId, arn: &str, summary: &str) {
        self.live.notes.push(format!("{id} is of a kind that albctl does not know ({summary}): {arn}"));
    }

    fn groups(&mut self) {
        let snapshot = self.snapshot;
        for (arn, group) in &snapshot.groups {
            let summary = target_group::aws::summary(group);
            match self.owned(arn, target_group::KIND) {
                Some(id) => self.group(&id, arn, group, &summary),
                None => self.group_holder(arn, group, summary),
            }
        }
    }

    fn group(&mut self, id: &ResourceId, arn: &str, group: &api::TargetGroup, summary: &str) {
        // Without attributes it went while we were reading.
        let Some(attributes) = self.snapshot.group_attributes.get(arn) else { return };
        match target_group::aws::from_api(group, attributes, self.comparable(id, arn)) {
            Some(mut model) => {
                functions::complete(self.snapshot, arn, &mut model);
                self.keys.insert(arn.to_owned(), id.key().to_owned());
                let resource = Resource::TargetGroup(model);
                self.keep(id, Existing { resource, arn: arn.to_owned(), tags: self.tags(arn) });
                self.targets(id.key(), arn, group);
                self.lend_elsewhere(arn, group);
            }
            None => {
                self.unknown_kind(id, arn, summary);
                self.group_holder(arn, group, summary.to_owned());
            }
        }
    }

    /// The registered targets of a group that is called `key` by its tags, where the spec manages them.
    fn registered(&self, key: &str, arn: &str, group: &api::TargetGroup) -> Option<Resource> {
        let health = self.snapshot.health.get(arn)?;
        let wanted = self.scope.group_key(key, group.target_group_name());
        if !self.scope.managed_targets.contains(wanted) {
            return None;
        }
        let none = std::collections::BTreeSet::new();
        let wanted = self.scope.wanted_targets.get(wanted).unwrap_or(&none);
        Some(Resource::Targets(targets::aws::registered(key, health, wanted)))
    }

    fn targets(&mut self, key: &str, arn: &str, group: &api::TargetGroup) {
        if let Some(resource) = self.registered(key, arn, group) {
            self.keep(&targets::id(key), Existing { resource, arn: arn.to_owned(), tags: Tags::new() });
        }
    }

    /// Takes in a group or its targets. Further ones of an identity are left by an interrupted replacement: which
    /// is the current one, the spec will say.
    fn keep(&mut self, id: &ResourceId, existing: Existing) {
        if self.live.resources.contains_key(id) {
            self.live.leftovers.entry(id.clone()).or_default().push(existing);
        } else {
            self.live.resources.insert(id.clone(), existing);
        }
    }

    /// Finds the groups that share their key with another, and how their targets are.
    fn tell_apart(&mut self) {
        let shared = |key: &String| self.live.leftovers.contains_key(&target_group::id(key));
        self.single = self.keys.iter().filter(|(_, key)| !shared(key)).map(own).collect();
        let several = self.keys.iter().filter(|(_, key)| shared(key));
        self.live.counts = several
            .filter_map(|(arn, _)| Some((arn.clone(), targets::aws::counts(self.snapshot.health.get(arn)?))))
            .collect();
    }

    /// Remembers the form of a listener or rule that names each of several groups of a key by its ARN.
    fn keep_apart(&mut self, id: &ResourceId, merged: &Resource, apart: Option<Resource>) {
        if let Some(apart) = apart.filter(|apart| apart != merged) {
            self.live.apart.insert(id.clone(), apart);
        }
    }

    /// A group that is not ours matters only if it has a name that we want.
    fn group_holder(&mut self, arn: &str, group: &api::TargetGroup, summary: String) {
        let Some(name) = group.target_group_name() else { return };
        let Some(key) = self.scope.group_of_name(name) else { return };
        self.hold(target_group::KIND, name, arn, summary);
        let attributes = self.snapshot.group_attributes.get(arn).filter(|_| self.scope.adopt);
        let model = attributes.and_then(|all| target_group::aws::from_api(group, all, Tags::new()));
        if let Some(mut model) = model {
            functions::complete(self.snapshot, arn, &mut model);
            self.candidate(Resource::TargetGroup(model), arn, None);
            let targets = self.registered(key, arn, group);
            if let Some(targets) = targets {
                self.candidate(targets, arn, None);
            }
        }
    }

    /// Something that is not ours and was read in full.
    fn candidate(&mut self, resource: Resource, arn: &str, parent: Option<&str>) {
        let (arn, tags, parent) = (arn.to_owned(), self.tags(arn), parent.map(str::to_owned));
        self.live.candidates.push(Candidate { resource, arn, tags, parent });
    }

    fn hold(&mut self, kind: &'static str, name: &str, arn: &str, summary: String) {
        let (name, arn, tags) = (name.to_owned(), arn.to_owned(), self.tags(arn));
        self.live.holders.push(Holder { kind, name, arn, summary, tags });
    }

    /// The certificates of the stack; which of several of one identity is the current one, the spec will say.
    fn certificates(&mut self) {
        for own in &self.snapshot.own_certificates {
            self.keep(&own.id, own.existing(self.scope));
        }
        self.live.candidates.extend(self.snapshot.free_certificates.iter().cloned());
    }

    fn load_balancers(&mut self) {
        let snapshot = self.snapshot;
        for (arn, balancer) in &snapshot.load_balancers {
            let summary = load_balancer::aws::summary(balancer);
            match self.owned(arn, load_balancer::KIND) {
                Some(id) => self.load_balancer(&id, arn, balancer, &summary),
                None => self.load_balancer_holder(arn, balancer, summary),
            }
        }
    }

    fn load_balancer(&mut self, id: &ResourceId, arn: &str, balancer: &api::LoadBalancer, summary: &str) {
        let Some(attributes) = self.snapshot.load_balancer_attributes.get(arn) else { return };
        match load_balancer::aws::from_api(balancer, attributes, self.comparable(id, arn)) {
            Some(model) => {
                if self.claim(id, arn, Resource::LoadBalancer(model)) {
                    self.live.dns_name = balancer.dns_name().map(str::to_owned);
                    self.live.provisioning = matches!(load_balancer::aws::judge(balancer), Probe::NotYet(_));
                    self.live.dns.target_zone = balancer.canonical_hosted_zone_id().map(str::to_owned);
                    self.live.front = Some(load_balancer::aws::front(balancer));
                }
            }
            None => {
                self.unknown_kind(id, arn, summary);
                self.load_balancer_holder(arn, balancer, summary.to_owned());
            }
        }
    }

    fn load_balancer_holder(&mut self, arn: &str, balancer: &api::LoadBalancer, summary: String) {
        let name = balancer.load_balancer_name();
        if let Some(name) = name.filter(|name| self.scope.load_balancer_name.as_deref() == Some(name)) {
            self.hold(load_balancer::KIND, name, arn, summary);
            let attributes = self.snapshot.load_balancer_attributes.get(arn).filter(|_| self.scope.adopt);
            let model = attributes.and_then(|all| load_balancer::aws::from_api(balancer, all, Tags::new()));
            if let Some(model) = model {
                self.candidate(Resource::LoadBalancer(model), arn, None);
                self.live.dns_name = self.live.dns_name.take().or(balancer.dns_name().map(str::to_owned));
                let zone = balancer.canonical_hosted_zone_id().map(str::to_owned);
                self.live.dns.target_zone = self.live.dns.target_zone.take().or(zone);
            }
        }
    }

    fn listeners(&mut self) {
        let snapshot = self.snapshot;
        for (balancer, listeners) in &snapshot.listeners {
            let ours = self.owned(balancer, load_balancer::KIND).is_some();
            for one in listeners {
                let Some(arn) = one.listener_arn() else { continue };
                if ours {
                    self.listener(balancer, arn, one);
                } else {
                    self.candidate_listener(balancer, arn, one);
                }
            }
        }
    }

    fn listener(&mut self, balancer: &str, arn: &str, one: &api::Listener) {
        let id = self.owned(arn, listener::KIND);
        let tags = id.as_ref().map(|id| self.comparable(id, arn)).unwrap_or_default();
        let model = self.listener_model(arn, one, tags.clone(), &self.keys);
        match (&id, model) {
            (Some(id), Some(model)) => {
                let resource = Resource::Listener(model);
                let apart = self.listener_model(arn, one, tags, &self.single).map(Resource::Listener);
                self.keep_apart(id, &resource, apart);
                self.claim(id, arn, resource);
            }
            (Some(_) | None, model) => {
                self.strange_listener(arn, one);
                if let Some(model) = model {
                    self.candidate(Resource::Listener(model), arn, Some(balancer));
                }
            }
        }
        self.rules(id.as_ref(), arn);
        self.list_rules(arn);
    }

    /// A listener of a load balancer that may be taken over, and its rules.
    fn candidate_listener(&mut self, balancer: &str, arn: &str, one: &api::Listener) {
        if let Some(model) = self.listener_model(arn, one, Tags::new(), &self.keys) {
            self.candidate(Resource::Listener(model), arn, Some(balancer));
        }
        let snapshot = self.snapshot;
        for one in snapshot.rules.get(arn).into_iter().flatten() {
            self.candidate_rule(arn, one);
        }
    }

    fn listener_model(
        &self,
        arn: &str,
        one: &api::Listener,
        tags: Tags,
        keys: &GroupKeys,
    ) -> Option<listener::Listener> {
        let extra = self.snapshot.certificates.get(arn).map(Vec::as_slice).unwrap_or_default();
        let mut model = listener::aws::from_api(one, extra, keys, tags)?;
        if let Some(listed) = self.snapshot.listener_attributes.get(arn) {
            decode_attributes(&mut model, listed);
        }
        Some(model)
    }

    fn strange_listener(&mut self, arn: &str, one: &api::Listener) {
        let protocol = one.protocol().map_or("", api::ProtocolEnum::as_str);
        let default = action::aws::from_api(one.default_actions(), &self.keys);
        let port = one.port().unwrap_or_default();
        let user = User { what: format!("the listener on port {port}"), arn: arn.to_owned() };
        self.lend(one.default_actions(), &user);
        self.live.strangers.push(Stranger {
            kind: listener::KIND,
            arn: arn.to_owned(),
            parent: load_balancer::id(),
            number: one.port().and_then(|port| u32::try_from(port).ok()).unwrap_or(0),
            name: self.name(arn),
            summary: format!("{protocol}, {}", default.describe()),
        });
    }

    /// The `Name` tag, which the console shows.
    fn name(&self, arn: &str) -> String {
        self.snapshot.tags.get(arn).and_then(|tags| tags.get("Name")).cloned().unwrap_or_default()
    }
}
