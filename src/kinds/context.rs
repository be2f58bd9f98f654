//! What the kinds' planners share while changes become steps.

use std::collections::{BTreeMap, BTreeSet};

use super::action::{Action as RoutingAction, GroupKey, MAX_GROUPS, Weighted};
use super::certificate::{self, CertificateKey};
use super::{
    Action, Call, Condition, Desired, Existing, Live, Resource, Step, load_balancer, target_group, targets,
};
use crate::model::step::HasRefs;
use crate::model::world::Tags;
use crate::model::{OutputKey, Ref, ResourceId, StepId, StepVerb, Verb};

/// How a plan's steps are collected.
pub struct Context<'a> {
    /// What is wanted.
    pub desired: &'a Desired,
    /// What is live.
    pub live: &'a Live,
    verbs: BTreeMap<ResourceId, Verb>,
    held: BTreeMap<String, Held>,
    steps: Vec<Step>,
}

/// A group whose old form keeps the requests in this plan, because the new one has no targets yet.
#[derive(Clone, Debug)]
pub struct Held {
    /// The ARN of the old group.
    pub old: String,
    /// Whether the new group may stand beside it at weight 0, where there is room.
    pub beside: bool,
}

impl<'a> Context<'a> {
    /// A context for the given changes.
    pub fn new(desired: &'a Desired, live: &'a Live, verbs: BTreeMap<ResourceId, Verb>) -> Self {
        Self { desired, live, verbs, held: BTreeMap::new(), steps: Vec::new() }
    }

    /// What happens to a resource; none: nothing.
    pub fn verb(&self, id: &ResourceId) -> Option<Verb> {
        self.verbs.get(id).copied()
    }

    /// Whether a resource is deleted by this plan.
    pub fn is_deleted(&self, id: &ResourceId) -> bool {
        self.verb(id) == Some(Verb::Delete)
    }

    /// Whether a resource is created by this plan.
    pub fn is_created(&self, id: &ResourceId) -> bool {
        self.verb(id) == Some(Verb::Create)
    }

    /// Whether a new resource takes the place of the live one.
    pub fn is_replaced(&self, id: &ResourceId) -> bool {
        self.verb(id) == Some(Verb::Replace)
    }

    /// From now on actions that name the group of this key go on sending requests to its old form.
    pub fn hold(&mut self, key: &str, held: Held) {
        self.held.insert(key.to_owned(), held);
    }

    /// The live form of a resource.
    pub fn existing(&self, id: &ResourceId) -> Option<&'a Existing> {
        self.live.resources.get(id)
    }

    /// The ARN of a resource: known when it is live, else, or when it is replaced, the output of the step that
    /// creates it.
    pub fn arn(&self, id: &ResourceId) -> Ref {
        match self.existing(id).filter(|_| !self.is_replaced(id)) {
            Some(existing) => Ref::Known(existing.arn.clone()),
            None => Ref::Output { step: StepId::new(id, "create"), key: OutputKey::Arn },
        }
    }

    /// The ARN of a certificate.
    pub fn certificate(&self, key: &CertificateKey) -> Ref {
        match key.own() {
            Some(own) => self.arn(&certificate::id(own)),
            // A domain was resolved before; one that was not is refused.
            None => Ref::Known(key.0.clone()),
        }
    }

    /// The steps so far after which all these certificates can be used: made, and issued where ACM issues them.
    pub fn steps_that_ready<'k>(&self, keys: impl IntoIterator<Item = &'k CertificateKey>) -> Vec<StepId> {
        keys.into_iter().flat_map(|key| self.setup_of_group(&self.certificate(key))).collect()
    }

    /// The ARNs of all that is live of an identity.
    pub fn live_arns(&self, id: &ResourceId) -> Vec<String> {
        let current = self.existing(id).into_iter();
        current.chain(self.live.leftovers.get(id).into_iter().flatten()).map(|one| one.arn.clone()).collect()
    }

    /// The steps after which nothing of ours uses a certificate: those that write to a live listener that has it, and
    /// those that delete such a listener or what it goes with.
    pub fn steps_that_let_go(&self, certificate: &str) -> Vec<StepId> {
        let key = self.live.resources.iter().find(|(_, one)| one.arn == certificate).map(|(id, _)| id.key());
        let is_it = |one: &CertificateKey| {
            one.foreign_arn() == Some(certificate) || (one.own().is_some() && one.own() == key)
        };
        let holds = |existing: &Existing| match &existing.resource {
            Resource::Listener(listener) => listener.certificates.iter().chain(&listener.sni).any(is_it),
            Resource::Certificate(_)
            | Resource::DnsRecord(_)
            | Resource::LoadBalancer(_)
            | Resource::TargetGroup(_)
            | Resource::Targets(_)
            | Resource::Rule(_) => false,
        };
        let users: Vec<&ResourceId> =
            self.live.resources.iter().filter(|(_, one)| holds(one)).map(|(id, _)| id).collect();
        self.steps_of(|step| {
            users.contains(&&step.subject)
                || (step.verb == StepVerb::Delete
                    && users.iter().any(|id| parents(id).contains(&step.subject)))
        })
    }

    /// The ARN of the load balancer.
    pub fn load_balancer(&self) -> Ref {
        self.arn(&load_balancer::id())
    }

    /// A model's action with references in place of keys. A held group is its old form, and beside it at weight 0
    /// the new one, so that AWS checks the new one's targets.
    pub fn action(&self, action: &RoutingAction<GroupKey>) -> RoutingAction<Ref> {
        let mut action = self.resolved(action);
        if let RoutingAction::Forward { groups, .. } = &mut action {
            let mut room = MAX_GROUPS.saturating_sub(groups.len());
            for (key, held) in &self.held {
                let new = self.arn(&target_group::id(key));
                let Some(one) = groups.iter_mut().find(|one| one.group == new) else { continue };
                one.group = Ref::Known(held.old.clone());
                if held.beside && room > 0 {
                    groups.push(Weighted { group: new, weight: 0 });
                    room -= 1;
                }
            }
        }
        action
    }

    fn resolved(&self, action: &RoutingAction<GroupKey>) -> RoutingAction<Ref> {
        let Ok(action) = action.map::<Ref, std::convert::Infallible>(&mut |key| {
            Ok(match key.foreign_arn() {
                Some(arn) => Ref::Known(arn.to_owned()),
                None => self.arn(&target_group::id(&key.0)),
            })
        });
        action
    }

    /// All tags that a resource is to carry; of no stack, only its own.
    pub fn tags(&self, id: &ResourceId, tags: &Tags) -> Tags {
        if self.desired.stack.is_empty() {
            return tags.clone();
        }
        let mut all = super::tagging::ownership::full(&self.desired.stack, id, tags);
        if let Some(Resource::TargetGroup(group)) = self.desired.resources.get(id).map(|it| &it.resource) {
            all.extend(target_group::permission::memory(group));
        }
        all
    }

    /// Adds a call. What it needs: `needs`, the steps whose outputs it holds, and, for a target group that is
    /// created, all that makes it ready.
    pub fn call(
        &mut self,
        subject: &ResourceId,
        what: &str,
        verb: StepVerb,
        summary: impl Into<String>,
        call: Call<Ref>,
        needs: &[StepId],
    ) -> StepId {
        let mut all: BTreeSet<StepId> = needs.iter().cloned().collect();
        all.extend(self.needs_of(&call, subject));
        self.push(subject, what, verb, summary.into(), Action::Call(call), all)
    }

    /// Adds a wait.
    pub fn wait(
        &mut self,
        subject: &ResourceId,
        verb: StepVerb,
        condition: Condition<Ref>,
        limit_seconds: u64,
        needs: &[StepId],
    ) -> StepId {
        self.wait_as(subject, verb.as_str(), verb, condition, limit_seconds, needs)
    }

    /// Adds a wait of another name than its verb's.
    pub fn wait_as(
        &mut self,
        subject: &ResourceId,
        what: &str,
        verb: StepVerb,
        condition: Condition<Ref>,
        limit_seconds: u64,
        needs: &[StepId],
    ) -> StepId {
        let mut all: BTreeSet<StepId> = needs.iter().cloned().collect();
        all.extend(self.needs_of(&condition, subject));
        let action = Action::Wait { condition, limit_seconds };
        self.push(subject, what, verb, String::new(), action, all)
    }

    fn push(
        &mut self,
        subject: &ResourceId,
        what: &str,
        verb: StepVerb,
        summary: String,
        action: Action,
        needs: BTreeSet<StepId>,
    ) -> StepId {
        let id = StepId::new(subject, what);
        let needs = needs.into_iter().filter(|need| *need != id).collect();
        self.steps.push(Step { id: id.clone(), subject: subject.clone(), verb, summary, action, needs });
        id
    }

    fn needs_of(&self, call: &dyn HasRefs, subject: &ResourceId) -> BTreeSet<StepId> {
        let mut needs = BTreeSet::new();
        let referrer = [super::listener::KIND, super::rule::KIND].contains(&subject.kind());
        call.each_ref(&mut |reference| {
            if let Ref::Output { step, .. } = reference {
                needs.insert(step.clone());
            }
            if referrer {
                needs.extend(self.setup_of_group(reference));
            }
        });
        needs
    }

    /// The steps that make a target group ready for requests: its creation or changes, and new targets; or a
    /// certificate ready for listeners. What takes
    /// targets away is not among them: that waits for those who leave the group.
    fn setup_of_group(&self, reference: &Ref) -> Vec<StepId> {
        let group = match reference {
            Ref::Output { step, .. } => self.steps.iter().find(|one| one.id == *step).map(|one| &one.subject),
            Ref::Known(arn) => self.live.resources.iter().find(|(_, one)| one.arn == *arn).map(|(id, _)| id),
        };
        if let Some(certificate) = group.filter(|id| id.kind() == certificate::KIND) {
            // No listener gets a certificate before it is issued.
            return self.steps_of(|step| {
                step.subject == *certificate && !matches!(step.verb, StepVerb::Delete | StepVerb::Change)
            });
        }
        let Some(group) = group.filter(|id| id.kind() == target_group::KIND) else { return Vec::new() };
        let both = [group.clone(), targets::id(group.key())];
        self.steps_of(|step| {
            let prepares = !matches!(step.verb, StepVerb::Deregister | StepVerb::Delete);
            both.contains(&step.subject) && prepares && matches!(step.action, Action::Call(_))
        })
    }

    /// Makes a step that was added before wait for others, too.
    pub fn require(&mut self, step: &StepId, more: Vec<StepId>) {
        if let Some(step) = self.steps.iter_mut().find(|one| one.id == *step) {
            let mut needs: BTreeSet<StepId> = step.needs.drain(..).collect();
            needs.extend(more.into_iter().filter(|need| *need != step.id));
            step.needs = needs.into_iter().collect();
        }
    }

    /// The steps so far for which `which` holds.
    pub fn steps_where(&self, which: impl Fn(&Step) -> bool) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| which(step))
    }

    /// Makes the steps so far for which `which` holds wait for others, too.
    pub fn require_all(&mut self, which: impl Fn(&Step) -> bool, more: &[StepId]) {
        for step in self.steps_of(which) {
            self.require(&step, more.to_vec());
        }
    }

    /// All steps so far.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether a step was added.
    pub fn has(&self, step: &StepId) -> bool {
        self.steps.iter().any(|one| one.id == *step)
    }

    /// The ids of the steps so far for which `which` holds.
    pub fn steps_of(&self, which: impl Fn(&Step) -> bool) -> Vec<StepId> {
        self.steps_where(which).map(|step| step.id.clone()).collect()
    }

    /// The steps that take the last reference to a group away from each live listener and rule that has one.
    pub fn steps_that_detach(&self, group: &ResourceId) -> Vec<StepId> {
        let key = GroupKey(group.key().to_owned());
        let refers = |resource: &Resource| match resource {
            Resource::Listener(listener) => listener.default.groups().iter().any(|one| one.group == key),
            Resource::Rule(rule) => rule.then.groups().iter().any(|one| one.group == key),
            Resource::Certificate(_)
            | Resource::DnsRecord(_)
            | Resource::LoadBalancer(_)
            | Resource::TargetGroup(_)
            | Resource::Targets(_) => false,
        };
        let twins = self.live.twins.iter().flat_map(|(id, twins)| twins.iter().map(move |twin| (id, twin)));
        let referrers: BTreeSet<&ResourceId> = self
            .live
            .resources
            .iter()
            .chain(twins)
            .filter(|(_, existing)| refers(&existing.resource))
            .map(|(id, _)| id)
            .collect();
        let parents: BTreeSet<ResourceId> = referrers.iter().flat_map(|id| parents(id)).collect();
        self.steps_of(|step| {
            referrers.contains(&step.subject)
                || (parents.contains(&step.subject) && step.verb == StepVerb::Delete)
        })
    }

    /// All steps, in the order in which they were added.
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }
}

/// The resources whose deletion takes `id` along.
pub fn parents(id: &ResourceId) -> Vec<ResourceId> {
    match id.kind() {
        super::rule::KIND => {
            let listener = id.key().split_once('/').map_or("", |(listener, _)| listener);
            vec![super::listener::id(listener), load_balancer::id()]
        }
        super::listener::KIND => vec![load_balancer::id()],
        targets::KIND => vec![target_group::id(id.key())],
        _ => Vec::new(),
    }
}
