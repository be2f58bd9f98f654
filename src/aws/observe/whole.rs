//! One load balancer as a whole, whoever owns it, for commands that mend one thing.
//!
//! 1. all load balancers and target groups, which is what can be named, and who is calling: [`inventory`];
//! 2. the listeners, the groups in question, whose they are: [`Whole::read`], with
//! 3. rules and certificates, and what the stack that owns them calls them.
//!
//! After the writes only what was written to is read again: [`Whole::read_back`].

mod back;
mod facts;
mod further;
mod leads;
mod more;
mod names;
mod network;
mod serves;

pub use serves::{Served, Serving};

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types as api;
use futures_util::future::try_join_all;

use super::calls::identify;
use super::reader::Reader;
use super::rounds::{by_arn, is_application, is_https, present};
use super::snapshot::Snapshot;
use super::{Scope, assemble, seconds};
use crate::exec::{Clock, ErrorKind, ServiceError};
use crate::fix::Focus;
use crate::fix::find::{Balancer, Group, Inventory};
use crate::kinds::Live;
use crate::kinds::tagging::ownership;
use crate::kinds::target_group;
use crate::kinds::targets::Target;
use crate::model::world::Tags;

/// Reads what can be named. API: DescribeLoadBalancers, DescribeTargetGroups, GetCallerIdentity.
///
/// # Errors
/// The first call that fails for good.
pub async fn inventory<C: Clock>(reader: &Reader<'_, C>) -> Result<(Inventory, Whole), ServiceError> {
    reader.round();
    let (balancers, groups, identity) =
        tokio::try_join!(reader.all_load_balancers(), reader.target_groups(), identify(reader))?;
    let region = reader.clients.region.clone();
    let mut snapshot = Snapshot::of(identity.clone());
    let applications = balancers.into_iter().filter(is_application).collect();
    snapshot.load_balancers = by_arn(applications, api::LoadBalancer::load_balancer_arn);
    snapshot.groups = by_arn(groups, api::TargetGroup::target_group_arn);
    let inventory = Inventory {
        account: identity.account,
        caller: identity.arn,
        region: region.clone(),
        balancers: snapshot.load_balancers.iter().map(|(arn, one)| balancer(arn, one)).collect(),
        groups: snapshot.groups.iter().map(|(arn, one)| group(arn, one)).collect(),
    };
    Ok((inventory, Whole { snapshot, scope: Scope::default(), region, now: 0 }))
}

fn balancer(arn: &str, one: &api::LoadBalancer) -> Balancer {
    Balancer {
        arn: arn.to_owned(),
        name: one.load_balancer_name().unwrap_or_default().to_owned(),
        dns_name: one.dns_name().unwrap_or_default().to_owned(),
        zones: one
            .availability_zones()
            .iter()
            .filter_map(|zone| Some(zone.zone_name()?.to_owned()))
            .collect(),
    }
}

fn group(arn: &str, one: &api::TargetGroup) -> Group {
    Group {
        arn: arn.to_owned(),
        name: one.target_group_name().unwrap_or_default().to_owned(),
        balancers: one.load_balancer_arns().to_vec(),
        foreign: (!target_group::aws::is_known(one)).then(|| target_group::aws::summary(one)),
    }
}

/// What was read of one load balancer, and what each part of it is called.
#[derive(Clone, Debug)]
pub struct Whole {
    snapshot: Snapshot,
    scope: Scope,
    region: String,
    now: u64,
}

impl Whole {
    /// Reads what is in focus: two more rounds. API: DescribeListeners, DescribeTargetGroupAttributes,
    /// DescribeTargetHealth, DescribeTags, DescribeLoadBalancerAttributes; DescribeRules, DescribeListenerCertificates,
    /// DescribeListenerAttributes, GetResources.
    ///
    /// # Errors
    /// The first call that fails for good.
    pub async fn read<C: Clock>(
        mut self,
        reader: &Reader<'_, C>,
        focus: &Focus,
    ) -> Result<Whole, ServiceError> {
        self.narrow(focus);
        self.second(reader, focus).await?;
        self.third(reader, focus).await?;
        self.scope = names::scope(&self.snapshot, focus);
        self.now = seconds(reader.now());
        Ok(self)
    }

    /// What was read, each resource under the identity that its stack gives it, else under the name that AWS shows.
    pub fn live(&self) -> Live {
        let mut live = assemble::live(&self.scope, &self.snapshot, &self.region);
        live.now = self.now;
        live
    }

    /// Targets of a group that a command names: a zone counts where one of them names it.
    pub fn want_targets(&mut self, group: &str, targets: BTreeSet<Target>) {
        self.scope.wanted_targets.insert(group.to_owned(), targets);
    }

    /// The tags of the load balancer, read even where its settings are not.
    pub fn balancer_tags(&self) -> Tags {
        let arn = self.snapshot.load_balancers.keys().next();
        arn.and_then(|arn| self.snapshot.tags.get(arn)).cloned().unwrap_or_default()
    }

    /// Forgets what is not in focus.
    fn narrow(&mut self, focus: &Focus) {
        let snapshot = &mut self.snapshot;
        snapshot.load_balancers.retain(|arn, _| focus.balancer.as_ref() == Some(arn));
        snapshot.groups.retain(|arn, group| {
            let of_balancer =
                || focus.balancer.as_ref().is_some_and(|arn| group.load_balancer_arns().contains(arn));
            focus.groups.contains(arn) || (focus.all_groups && of_balancer())
        });
    }

    async fn second<C: Clock>(&mut self, reader: &Reader<'_, C>, focus: &Focus) -> Result<(), ServiceError> {
        let balancers: Vec<String> = self.snapshot.load_balancers.keys().cloned().collect();
        let detailed: &[String] = if focus.settings { &balancers } else { &[] };
        let groups: Vec<String> = self.snapshot.groups.keys().cloned().collect();
        let tagged: Vec<String> = balancers.iter().chain(&groups).cloned().collect();
        reader.round();
        let (listeners, settings, attributes, health, tags) = tokio::try_join!(
            try_join_all(balancers.iter().map(|arn| reader.listeners(arn))),
            try_join_all(detailed.iter().map(|arn| reader.load_balancer_attributes(arn))),
            try_join_all(groups.iter().map(|arn| reader.group_attributes(arn))),
            try_join_all(groups.iter().map(|arn| reader.health(arn))),
            reader.tags(&tagged),
        )?;
        let snapshot = &mut self.snapshot;
        snapshot.load_balancer_attributes = present(detailed.to_vec(), settings);
        snapshot.listeners = present(balancers, listeners);
        snapshot.group_attributes = present(groups.clone(), attributes);
        snapshot.health = present(groups, health);
        snapshot.tags = tags;
        Ok(())
    }

    async fn third<C: Clock>(&mut self, reader: &Reader<'_, C>, focus: &Focus) -> Result<(), ServiceError> {
        let snapshot = &mut self.snapshot;
        let all = || snapshot.listeners.values().flatten();
        let arn = |one: &api::Listener| one.listener_arn().map(str::to_owned);
        let listeners: Vec<String> = all().filter_map(arn).collect();
        if listeners.is_empty() {
            return Ok(());
        }
        let encrypted = all().filter(|one| focus.certificates && is_https(one));
        let encrypted: Vec<String> = encrypted.filter_map(arn).collect();
        let detailed: &[String] = if focus.listener_attributes { &listeners } else { &[] };
        let stack = snapshot.load_balancers.keys().find_map(|arn| owner(snapshot.tags.get(arn)));
        reader.round();
        let (rules, certificates, attributes, tags) = tokio::try_join!(
            try_join_all(listeners.iter().map(|arn| reader.rules(arn))),
            try_join_all(encrypted.iter().map(|arn| reader.certificates(arn))),
            try_join_all(detailed.iter().map(|arn| reader.listener_attributes(arn))),
            tags_of_stack(reader, stack.as_deref()),
        )?;
        snapshot.listener_attributes = present(detailed.to_vec(), attributes);
        snapshot.rules = present(listeners, rules);
        snapshot.certificates = present(encrypted, certificates);
        // What the services say themselves wins: this index lags.
        for (arn, tags) in tags {
            snapshot.tags.entry(arn).or_insert(tags);
        }
        Ok(())
    }
}

/// The stack that tags name.
fn owner(tags: Option<&Tags>) -> Option<String> {
    tags?.get(ownership::STACK).cloned()
}

/// The tags of all that a stack owns, which is only needed to call listeners and rules by their keys: where it is denied
/// their numbers must do.
async fn tags_of_stack<C: Clock>(
    reader: &Reader<'_, C>,
    stack: Option<&str>,
) -> Result<BTreeMap<String, Tags>, ServiceError> {
    let Some(stack) = stack else { return Ok(BTreeMap::new()) };
    match reader.tagged(stack).await {
        Err(error) if error.kind == ErrorKind::Credentials => Err(error),
        Err(_) => Ok(BTreeMap::new()),
        Ok(tags) => Ok(tags),
    }
}
