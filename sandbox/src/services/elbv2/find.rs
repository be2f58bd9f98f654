//! Finding resources, and what follows from how they refer to each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ctx, Kind, arn};
use crate::clock::{Millis, millis};
use crate::state::{Deleted, Listener, LoadBalancer, Region, Rule, TargetGroup};
use crate::wire::ApiError;

/// A resource that is kept by ARN.
pub(super) trait Resource: Sized + 'static {
    const KIND: Kind;
    fn all(region: &Region) -> &BTreeMap<String, Self>;
    fn all_mut(region: &mut Region) -> &mut BTreeMap<String, Self>;
    fn created(&self) -> Millis;
}

macro_rules! resource {
    ($type:ty, $kind:ident, $field:ident) => {
        impl Resource for $type {
            const KIND: Kind = Kind::$kind;

            fn all(region: &Region) -> &BTreeMap<String, Self> {
                &region.$field
            }

            fn all_mut(region: &mut Region) -> &mut BTreeMap<String, Self> {
                &mut region.$field
            }

            fn created(&self) -> Millis {
                self.created
            }
        }
    };
}

resource!(LoadBalancer, LoadBalancer, load_balancers);
resource!(TargetGroup, TargetGroup, target_groups);
resource!(Listener, Listener, listeners);
resource!(Rule, Rule, rules);

impl Ctx<'_> {
    /// The resource that an operation works on: `ValidationError` for what is no such ARN, else `...NotFound`.
    pub(super) fn get<R: Resource>(&self, arn: &str) -> Result<&R, ApiError> {
        R::KIND.check(arn)?;
        R::all(self.resources()).get(arn).ok_or_else(|| R::KIND.not_found())
    }

    /// The same, for changing it after all checks.
    pub(super) fn get_mut<R: Resource>(&mut self, arn: &str) -> Result<&mut R, ApiError> {
        R::KIND.check(arn)?;
        R::all_mut(self.resources_mut()).get_mut(arn).ok_or_else(|| R::KIND.not_found())
    }

    /// The resource that a Describe operation asks for: one that is too fresh to be seen is not found.
    pub(super) fn see<R: Resource>(&self, arn: &str) -> Result<&R, ApiError> {
        let resource = self.get::<R>(arn)?;
        if self.sees(resource.created()) { Ok(resource) } else { Err(R::KIND.not_found()) }
    }

    /// Deletes a resource; the tagging API may know it for a while yet.
    pub(super) fn forget(&mut self, arn: &str) {
        let (now, lag) = (self.now, millis(self.state.tagging_lag));
        let kept = millis(self.state.tagging_keeps_deleted);
        let region = self.resources_mut();
        let tags = match Kind::of(arn) {
            Some(Kind::LoadBalancer) => region.load_balancers.remove(arn).map(|r| r.tags),
            Some(Kind::TargetGroup) => region.target_groups.remove(arn).map(|r| r.tags),
            Some(Kind::Listener) => region.listeners.remove(arn).map(|r| r.tags),
            Some(Kind::Rule) => region.rules.remove(arn).map(|r| r.tags),
            None => None,
        };
        if let Some(tags) = tags.as_ref().and_then(|t| t.seen(now, lag)) {
            region.deleted.push(Deleted { arn: arn.to_owned(), at: now, tags: tags.clone() });
        }
        region.deleted.retain(|d| now < d.at.saturating_add(kept));
    }

    /// All resources that Describe operations see, by ARN.
    pub(super) fn see_all<R: Resource>(&self) -> impl Iterator<Item = (&String, &R)> {
        R::all(self.resources()).iter().filter(|(_, r)| self.sees(r.created()))
    }
}

fn with_prefix<R>(map: &BTreeMap<String, R>, prefix: String) -> impl Iterator<Item = (&String, &R)> {
    map.range(prefix.clone()..).take_while(move |(arn, _)| arn.starts_with(&prefix))
}

impl Region {
    /// The listeners of a load balancer.
    pub(super) fn listeners_of(&self, load_balancer: &str) -> impl Iterator<Item = (&String, &Listener)> {
        with_prefix(&self.listeners, arn::listener_prefix(load_balancer))
    }

    /// The rules of a listener, its default rule included.
    pub(super) fn rules_of(&self, listener: &str) -> impl Iterator<Item = (&String, &Rule)> {
        with_prefix(&self.rules, arn::rule_prefix(listener))
    }

    /// The rules of all listeners of a load balancer.
    pub(super) fn rules_of_load_balancer(
        &self,
        load_balancer: &str,
    ) -> impl Iterator<Item = (&String, &Rule)> {
        with_prefix(&self.rules, arn::rule_prefix_of_load_balancer(load_balancer))
    }

    /// The default rule of a listener; every listener has one.
    pub(super) fn default_rule_of(&self, listener: &str) -> Option<(&String, &Rule)> {
        self.rules_of(listener).find(|(_, rule)| rule.priority.is_none())
    }

    /// The load balancers that use each target group: the one place that knows what "uses" means.
    pub(super) fn users(&self) -> BTreeMap<&str, BTreeSet<String>> {
        let mut users: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (rule_arn, rule) in &self.rules {
            let load_balancer = arn::load_balancer_of(&arn::listener_of(rule_arn));
            for group in rule.actions.iter().flat_map(|a| a.target_groups()) {
                users.entry(group).or_default().insert(load_balancer.clone());
            }
        }
        users
    }

    /// The target groups that a load balancer's rules forward to, one rule left out.
    pub(super) fn groups_of(&self, load_balancer: &str, except_rule: Option<&str>) -> BTreeSet<&str> {
        let rules =
            self.rules_of_load_balancer(load_balancer).filter(|(arn, _)| Some(arn.as_str()) != except_rule);
        rules.flat_map(|(_, rule)| &rule.actions).flat_map(|action| action.target_groups()).collect()
    }

    /// Notes since when each group is in use; called after every change of actions.
    pub(super) fn note_attachments(&mut self, now: Millis) {
        let used: BTreeSet<String> = self.users().into_keys().map(str::to_owned).collect();
        for (arn, group) in &mut self.target_groups {
            group.attached_since = used.contains(arn).then(|| group.attached_since.unwrap_or(now));
        }
    }
}
