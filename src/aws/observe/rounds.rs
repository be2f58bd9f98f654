//! Which calls are made in which round.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types as api;
use futures_util::future::try_join_all;

use super::Scope;
use super::calls::{BATCH, Listed, identify};
use super::certificates;
use super::functions;
use super::reader::Reader;
use super::snapshot::Snapshot;
use crate::exec::{Clock, ErrorKind, ServiceError};
use crate::kinds::dns_record::memory;
use crate::kinds::tagging::ownership;
use crate::kinds::{listener, load_balancer, rule, target_group};
use crate::model::ResourceId;
use crate::model::world::Tags;

/// The identity that tags give to a resource of `kind`, if the stack owns it, under its name of now or before.
pub(super) fn owned(tags: Option<&Tags>, scope: &Scope, kind: &str) -> Option<ResourceId> {
    let tags = tags?;
    let stack = tags.get(ownership::STACK)?;
    if *stack != scope.stack && Some(stack) != scope.former_stack.as_ref() {
        return None;
    }
    tags.get(ownership::ID).map(|id| ResourceId::from_tag(id)).filter(|id| id.kind() == kind)
}

/// Makes all calls.
pub(super) async fn read<C: Clock>(reader: &Reader<'_, C>, scope: &Scope) -> Result<Snapshot, ServiceError> {
    let (mut snapshot, nominated, listed) = first(reader, scope).await?;
    let own = certificates::own(reader, scope, &nominated, listed);
    let (later, (own, free)) = tokio::try_join!(second(reader, scope, &mut snapshot, &nominated), own)?;
    snapshot.own_certificates = own;
    snapshot.free_certificates = free;
    let hint = hints_at_servers(&reader.clients.region, scope, &snapshot);
    let left = async {
        if scope.iam || !(hint || scope.destroys) {
            return Ok(None);
        }
        certificates::left(reader, scope, hint).await
    };
    let (known, account) = (snapshot.load_balancers.clone(), snapshot.identity.account.clone());
    let mut own = std::mem::take(&mut snapshot.own_certificates);
    let users = certificates::part_users(reader, &account, &known, &mut own);
    let ((), left, ()) = tokio::try_join!(third(reader, scope, &mut snapshot), left, users)?;
    snapshot.own_certificates = own;
    snapshot.servers_read = scope.iam || left.is_some();
    if hint && !snapshot.servers_read {
        snapshot.notes.push(UNSEEN_SERVERS.to_owned());
    }
    snapshot.own_certificates.extend(left.into_iter().flatten());
    fourth(reader, &mut snapshot, later).await?;
    functions::read(reader, scope, &mut snapshot).await?;
    Ok(snapshot)
}

/// What is said where the stack had server certificates, and what is left of them may not be read.
const UNSEEN_SERVERS: &str = "iam:ListServerCertificates is denied: server certificates that this stack had, and the \
                              spec no longer has, are not seen";

/// Whether something tells of server certificates of the stack: a tag of its load balancer, or a listener that has one.
fn hints_at_servers(region: &str, scope: &Scope, snapshot: &Snapshot) -> bool {
    let ours = read_inside(scope, snapshot);
    let paths = certificates::paths(region, scope);
    let is_own = |arn: &str| paths.iter().any(|path| arn.contains(&format!(":server-certificate{path}")));
    let has_own = |one: &api::Listener| {
        one.certificates().iter().filter_map(api::Certificate::certificate_arn).any(is_own)
    };
    ours.iter().any(|arn| {
        let remembers = |tags: &Tags| tags.contains_key(ownership::SERVER_CERTIFICATES);
        snapshot.tags.get(arn).is_some_and(remembers)
            || snapshot.listeners.get(arn).is_some_and(|all| all.iter().any(has_own))
    })
}

/// What can be asked without knowing anything. Returns what the tagging API nominates beside the answers.
async fn first<C: Clock>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<(Snapshot, BTreeSet<String>, certificates::Listed), ServiceError> {
    reader.round();
    let named = async {
        match &scope.load_balancer_name {
            Some(name) => reader.load_balancer_by_name(name).await,
            None => Ok(Vec::new()),
        }
    };
    let mut notes = Vec::new();
    let nominated = async {
        let stacks: Vec<String> = [&scope.stack].into_iter().chain(&scope.former_stack).cloned().collect();
        match reader.nominated(&stacks).await {
            Ok(arns) => Ok(arns),
            Err(error) if error.kind == ErrorKind::Credentials => Err(error),
            Err(error) => {
                notes.push(without_nominations(&error));
                Ok(Vec::new())
            }
        }
    };
    let quota = async {
        match &scope.load_balancer_name {
            Some(_) => reader.rule_quota().await,
            None => Ok(None),
        }
    };
    let zones = reader.all_zones(scope);
    let certificates = certificates::first(reader, scope);
    let (named, groups, nominated, identity, rule_quota, zones, (listed, used_certificates)) = tokio::try_join!(
        named,
        reader.target_groups(),
        nominated,
        identify(reader),
        quota,
        zones,
        certificates
    )?;
    notes.extend(listed.notes.iter().cloned());
    let nominated: BTreeSet<String> = nominated.into_iter().collect();
    let load_balancers = by_arn(named, api::LoadBalancer::load_balancer_arn);
    let groups = candidates(groups, scope, &load_balancers, &nominated);
    let snapshot = Snapshot {
        load_balancers,
        groups,
        rule_quota,
        zones,
        used_certificates,
        alternatives: listed.alternatives.clone(),
        notes,
        ..Snapshot::of(identity)
    };
    Ok((snapshot, nominated, listed))
}

fn without_nominations(error: &ServiceError) -> String {
    let why = error.code.as_deref().unwrap_or(&error.message);
    format!(
        "tag:GetResources failed ({why}): target groups of this stack that are on no load balancer and have no name \
         that the spec gives are not seen"
    )
}

pub(super) fn by_arn<T>(items: Vec<T>, arn: fn(&T) -> Option<&str>) -> BTreeMap<String, T> {
    items.into_iter().filter_map(|item| Some((arn(&item)?.to_owned(), item))).collect()
}

/// The target groups that may be ours, or hold a name that we want.
fn candidates(
    groups: Vec<api::TargetGroup>,
    scope: &Scope,
    load_balancers: &BTreeMap<String, api::LoadBalancer>,
    nominated: &BTreeSet<String>,
) -> BTreeMap<String, api::TargetGroup> {
    let attached = |group: &api::TargetGroup| {
        group
            .load_balancer_arns()
            .iter()
            .any(|arn| load_balancers.contains_key(arn) || nominated.contains(arn))
    };
    let mut groups = by_arn(groups, api::TargetGroup::target_group_arn);
    groups.retain(|arn, group| nominated.contains(arn) || is_wanted(group, scope) || attached(group));
    groups
}

fn is_wanted(group: &api::TargetGroup, scope: &Scope) -> bool {
    group.target_group_name().is_some_and(|name| scope.group_of_name(name).is_some())
}

/// Load balancers and the tags that decide whose they are. Returns the target groups whose tags can be read with
/// those of the rules, so that batches are full.
async fn second<C: Clock>(
    reader: &Reader<'_, C>,
    scope: &Scope,
    snapshot: &mut Snapshot,
    nominated: &BTreeSet<String>,
) -> Result<Vec<String>, ServiceError> {
    let mut expected: Vec<String> =
        nominated.iter().filter(|arn| arn.contains(":loadbalancer/app/")).cloned().collect();
    if scope.adopt {
        let named = snapshot.load_balancers.iter().filter(|(_, one)| is_application(one));
        expected.extend(named.map(|(arn, _)| arn.clone()).filter(|arn| !nominated.contains(arn)));
    }
    let users = elsewhere(snapshot, nominated);
    let unknown = expected.iter().chain(users.difference(nominated));
    let unknown: Vec<String> =
        unknown.filter(|arn| !snapshot.load_balancers.contains_key(*arn)).cloned().collect();
    let (now, later) = split(scope, snapshot, nominated, &unknown);
    if !now.is_empty() || !expected.is_empty() {
        reader.round();
    }
    let (found, tags, answers) = tokio::try_join!(
        reader.load_balancers_by_arn(&unknown),
        reader.tags(&now),
        try_join_all(expected.iter().map(|arn| inside(reader, arn))),
    )?;
    snapshot.load_balancers.extend(by_arn(found, api::LoadBalancer::load_balancer_arn));
    snapshot.tags.extend(tags);
    // The tagging API lags or is denied: only now is it known that the load balancer is ours.
    let unread: Vec<String> =
        read_inside(scope, snapshot).into_iter().filter(|arn| !expected.contains(arn)).collect();
    keep_inside(snapshot, expected, answers);
    if !unread.is_empty() {
        reader.round();
        let answers = try_join_all(unread.iter().map(|arn| inside(reader, arn))).await?;
        keep_inside(snapshot, unread, answers);
    }
    Ok(later)
}

/// The load balancers that the stack's groups name as theirs: one that is not the stack's keeps a group from going.
/// Whether it exists, and whose it is, is asked like anything else's.
fn elsewhere(snapshot: &Snapshot, nominated: &BTreeSet<String>) -> BTreeSet<String> {
    let groups = snapshot.groups.iter().filter(|(arn, _)| nominated.contains(*arn));
    groups.flat_map(|(_, group)| group.load_balancer_arns().iter().cloned()).collect()
}

/// The ARNs whose tags are read now, and those for which that can wait: groups that are nominated and have a wanted
/// name, and so are very likely what they seem to be.
fn split(
    scope: &Scope,
    snapshot: &Snapshot,
    nominated: &BTreeSet<String>,
    unknown: &[String],
) -> (Vec<String>, Vec<String>) {
    let mut now: Vec<String> = snapshot.load_balancers.keys().chain(unknown).cloned().collect();
    let mut later = Vec::new();
    for (arn, group) in &snapshot.groups {
        let likely = nominated.contains(arn) && is_wanted(group, scope);
        if likely { later.push(arn.clone()) } else { now.push(arn.clone()) }
    }
    let free = now.len().next_multiple_of(BATCH) - now.len();
    now.extend(later.drain(..free.min(later.len())));
    (now, later)
}

/// The load balancers that are ours by their tags, and the one that may be taken over.
pub(super) fn read_inside(scope: &Scope, snapshot: &Snapshot) -> Vec<String> {
    let is_ours = |arn: &String| owned(snapshot.tags.get(arn), scope, load_balancer::KIND).is_some();
    let wanted = |one: &api::LoadBalancer| {
        scope.adopt && is_application(one) && one.load_balancer_name() == scope.load_balancer_name.as_deref()
    };
    let inside = |(arn, one): &(&String, &api::LoadBalancer)| is_ours(arn) || wanted(one);
    snapshot.load_balancers.iter().filter(inside).map(|(arn, _)| arn.clone()).collect()
}

pub(super) fn is_application(one: &api::LoadBalancer) -> bool {
    one.r#type().is_none_or(|kind| *kind == api::LoadBalancerTypeEnum::Application)
}

/// Listeners and attributes of a load balancer; `None` when it is gone.
type Inside = (Option<Vec<api::Listener>>, Option<Listed>);

async fn inside<C: Clock>(reader: &Reader<'_, C>, arn: &str) -> Result<Inside, ServiceError> {
    tokio::try_join!(reader.listeners(arn), reader.load_balancer_attributes(arn))
}

fn keep_inside(snapshot: &mut Snapshot, arns: Vec<String>, answers: Vec<Inside>) {
    for (arn, (listeners, attributes)) in arns.into_iter().zip(answers) {
        if let (Some(listeners), Some(attributes)) = (listeners, attributes) {
            snapshot.listeners.insert(arn.clone(), listeners);
            snapshot.load_balancer_attributes.insert(arn, attributes);
        }
    }
}

/// What is in our listeners and target groups.
async fn third<C: Clock>(
    reader: &Reader<'_, C>,
    scope: &Scope,
    snapshot: &mut Snapshot,
) -> Result<(), ServiceError> {
    // What is not ours was read on suspicion at most, and is not read further.
    let ours: BTreeSet<String> = read_inside(scope, snapshot).into_iter().collect();
    snapshot.listeners.retain(|arn, _| ours.contains(arn));
    let all = || snapshot.listeners.values().flatten();
    let arn = |one: &api::Listener| one.listener_arn().map(str::to_owned);
    let listeners: Vec<String> = all().filter_map(arn).collect();
    let encrypted: Vec<String> = all().filter(|one| is_https(one)).filter_map(arn).collect();
    let detailed: &[String] = if scope.listener_attributes { &listeners } else { &[] };
    let groups = own_groups(scope, snapshot);
    // Of a group that is being replaced it matters how the targets of both are.
    let is_twin = |key: &String| groups.iter().filter(|(_, other)| other == key).count() > 1;
    let managed: Vec<String> = groups
        .iter()
        .filter(|(_, key)| scope.managed_targets.contains(key) || is_twin(key))
        .map(|(arn, _)| arn.clone())
        .collect();
    if !listeners.is_empty() || !groups.is_empty() || has_names(scope, snapshot) {
        reader.round();
    }
    let (rules, headers, certificates, attributes, health, records) = tokio::try_join!(
        try_join_all(listeners.iter().map(|arn| reader.rules(arn))),
        try_join_all(detailed.iter().map(|arn| reader.listener_attributes(arn))),
        try_join_all(encrypted.iter().map(|arn| reader.certificates(arn))),
        try_join_all(groups.iter().map(|(arn, _)| reader.group_attributes(arn))),
        try_join_all(managed.iter().map(|arn| reader.health(arn))),
        reader.records(scope, snapshot),
    )?;
    snapshot.records = records;
    snapshot.listener_attributes = present(detailed.to_vec(), headers);
    snapshot.rules = present(listeners, rules);
    snapshot.certificates = present(encrypted, certificates);
    snapshot.group_attributes = present(groups.into_iter().map(|(arn, _)| arn).collect(), attributes);
    snapshot.health = present(managed, health);
    Ok(())
}

/// Whether records are read: the spec or the tags have names.
fn has_names(scope: &Scope, snapshot: &Snapshot) -> bool {
    let remembers = |tags: &Tags| tags.keys().any(|key| memory::is_memory(key));
    !scope.dns.names.is_empty() || snapshot.tags.values().any(remembers)
}

pub(super) fn is_https(listener: &api::Listener) -> bool {
    listener::aws::endpoint(listener)
        .is_some_and(|(protocol, _)| protocol == listener::model::Protocol::Https)
}

/// The candidates that are ours or may be taken over, with their keys in the spec. Where the tags are not yet read
/// the name must do: the tags will have the last word.
pub(super) fn own_groups(scope: &Scope, snapshot: &Snapshot) -> Vec<(String, String)> {
    let key = |arn: &String, group: &api::TargetGroup| {
        let name = group.target_group_name();
        let by_name = || scope.group_of_name(name?).map(str::to_owned);
        let Some(tags) = snapshot.tags.get(arn) else { return by_name() };
        match owned(Some(tags), scope, target_group::KIND) {
            Some(id) => Some(scope.group_key(id.key(), name).to_owned()),
            None if scope.adopt => by_name(),
            None => None,
        }
    };
    snapshot.groups.iter().filter_map(|(arn, group)| Some((arn.clone(), key(arn, group)?))).collect()
}

pub(super) fn present<T>(arns: Vec<String>, answers: Vec<Option<T>>) -> BTreeMap<String, T> {
    arns.into_iter().zip(answers).filter_map(|(arn, answer)| Some((arn, answer?))).collect()
}

/// The tags of listeners and rules, and those that were put off.
async fn fourth<C: Clock>(
    reader: &Reader<'_, C>,
    snapshot: &mut Snapshot,
    mut arns: Vec<String>,
) -> Result<(), ServiceError> {
    let listeners = snapshot.listeners.values().flatten().filter_map(api::Listener::listener_arn);
    // The default rule is no rule: its action is the listener's, and it carries no tags.
    let rules = snapshot.rules.values().flatten().filter(|one| rule::aws::priority(one).is_some());
    arns.extend(listeners.chain(rules.filter_map(api::Rule::rule_arn)).map(str::to_owned));
    if !arns.is_empty() {
        reader.round();
    }
    snapshot.tags.extend(reader.tags(&arns).await?);
    Ok(())
}
