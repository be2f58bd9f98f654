//! Reading what is live of a stack: as few calls as there can be, all of a round at once.
//!
//! 1. the load balancer by name, all target groups, what the tagging API nominates, who is calling;
//! 2. listeners and attributes of the load balancer, and the tags that decide what is ours;
//! 3. rules, certificates, attributes of target groups, and health where the spec manages targets;
//! 4. the tags of listeners and rules;
//! 5. where there are target groups of functions, the policies of the functions.
//!
//! The tagging API only *nominates*: it lags, and returns what is deleted. What exists and whose it is, is always
//! read from Elastic Load Balancing.

mod assemble;
mod calls;
mod certificates;
mod functions;
mod reader;
mod records;
mod rounds;
mod snapshot;
mod survey;
mod whole;
mod zones;

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use futures_util::future::try_join_all;

pub use calls::{Identity, identify};
pub use certificates::{certificate_facts, certificates_for, meant, server_certificate};
pub use reader::{Reader, Reads};
pub use survey::survey;
pub use whole::{Served, Serving, Whole, inventory};

use super::client::Clients;
use super::outside;
use crate::exec::limits::Limiter;
use crate::exec::{Clock, ServiceError};
use crate::kinds::certificate::CertificateKey;
use crate::kinds::targets::Target;
use crate::kinds::{Live, targets};
use crate::model::world::{Tags, TargetHealth};
use crate::model::zone::Choice;
use crate::model::{FoundCertificate, ResourceId};

/// What of the account concerns a stack.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The stack: the owner in the tag `albctl:stack`.
    pub stack: String,
    /// The AWS name of the wanted load balancer; none: only what carries the stack's tags is looked for.
    pub load_balancer_name: Option<String>,
    /// The AWS names of the wanted target groups, by their keys.
    pub target_groups: BTreeMap<String, String>,
    /// The AWS names that the wanted target groups have when they take the place of one that holds the plain name,
    /// by their keys.
    pub replacement_names: BTreeMap<String, String>,
    /// The keys of the groups whose targets are managed.
    pub managed_targets: BTreeSet<String>,
    /// The wanted targets of these groups: a zone counts only where one of them names it.
    pub wanted_targets: BTreeMap<String, BTreeSet<Target>>,
    /// The name that the stack had before: what carries it in its tags is the stack's too.
    pub former_stack: Option<String>,
    /// The keys that target groups had before, with those of now.
    pub moved_groups: BTreeMap<String, String>,
    /// Read in full what has a wanted name and is not ours: it may be taken over.
    pub adopt: bool,
    /// The spec has names that belong into hosted zones.
    pub zones: bool,
    /// The names that the spec wants in DNS.
    pub dns: DnsScope,
    /// The first names of the wanted certificates in ACM.
    pub acm_domains: BTreeSet<String>,
    /// Read all that the validation records of certificates may depend on: all certificates and zones there are.
    pub validation_records: bool,
    /// The stack may have server certificates in IAM.
    pub iam: bool,
    /// All of the stack is to go: what nothing tells of is looked for, too.
    pub destroys: bool,
    /// Certificates of others that listeners are to have: ARNs, and domains by which one is found.
    pub used_certificates: BTreeSet<CertificateKey>,
    /// The spec says something of the attributes of listeners.
    pub listener_attributes: bool,
    /// The wanted tags by identity: others' tags are not compared.
    pub tags: BTreeMap<ResourceId, Tags>,
    /// What each resource is called, by its ARN, whatever its tags say: for a load balancer that is read as a whole,
    /// whoever owns it. Empty: the tags decide.
    pub named: BTreeMap<String, ResourceId>,
}

/// The names that a spec wants in DNS.
#[derive(Clone, Debug, Default)]
pub struct DnsScope {
    /// Those that Route 53 keeps.
    pub names: Vec<WantedName>,
    /// The roles through which their zones are reached.
    pub roles: BTreeSet<String>,
    /// Those that others keep.
    pub outside: BTreeSet<String>,
}

/// A name, and how the spec says which zone it is in.
#[derive(Clone, Debug)]
pub struct WantedName {
    /// In its normal form.
    pub name: String,
    /// Which zone.
    pub choice: Choice,
    /// In a private zone.
    pub private: bool,
    /// The role through which the zone is reached.
    pub role: Option<String>,
}

/// Reads the health of the targets of groups, by ARN, all at once. A group that is gone has none.
///
/// # Errors
/// The first call that fails for good.
pub async fn health<C: Clock>(
    clients: &Clients,
    groups: &BTreeSet<String>,
    clock: &C,
    limiter: &Limiter,
    parallelism: usize,
) -> Result<(BTreeMap<String, Vec<TargetHealth>>, Reads), ServiceError> {
    let reader = Reader::new(clients, clock, limiter, parallelism);
    if !groups.is_empty() {
        reader.round();
    }
    let answers = try_join_all(groups.iter().map(|arn| reader.health(arn))).await?;
    let states = answers.iter().map(|health| targets::aws::states(health.as_deref().unwrap_or_default()));
    Ok((groups.iter().cloned().zip(states).collect(), reader.reads()))
}

/// Reads what certificates are, by ARN, all at once: those that are gone have none, those that may not be read are
/// left out. API: DescribeCertificate of ACM, GetServerCertificate of IAM.
///
/// # Errors
/// The first call that fails for good.
pub async fn certificates<C: Clock>(
    clients: &Clients,
    arns: &BTreeSet<String>,
    clock: &C,
    limiter: &Limiter,
    parallelism: usize,
) -> Result<(BTreeMap<String, Option<FoundCertificate>>, Reads), ServiceError> {
    let reader = Reader::new(clients, clock, limiter, parallelism);
    if !arns.is_empty() {
        reader.round();
    }
    let answers = try_join_all(arns.iter().map(|arn| certificates::used(&reader, arn))).await?;
    let known = arns.iter().cloned().zip(answers).filter_map(|(arn, one)| Some((arn, one.known()?)));
    Ok((known.collect(), reader.reads()))
}

/// What AWS says of the targets of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupTargets {
    /// Those that are registered.
    pub registered: Vec<TargetHealth>,
    /// Those that leave.
    pub draining: Vec<TargetHealth>,
}

/// Reads the targets of groups, by ARN, all at once; a group that is gone is left out. API: DescribeTargetHealth.
///
/// # Errors
/// The first call that fails for good.
pub async fn group_targets<C: Clock>(
    reader: &Reader<'_, C>,
    groups: &BTreeSet<String>,
) -> Result<BTreeMap<String, GroupTargets>, ServiceError> {
    reader.round();
    let answers = try_join_all(groups.iter().map(|arn| reader.health(arn))).await?;
    let told = |health: Vec<_>| GroupTargets {
        registered: targets::aws::states(&health),
        draining: targets::aws::draining(&health),
    };
    Ok(groups.iter().zip(answers).filter_map(|(arn, health)| Some((arn.clone(), told(health?)))).collect())
}

/// Reads all that is live of the stack. `parallelism` is how many calls may be under way at once: at least 1.
///
/// # Errors
/// The first call that fails for good; only the tagging API may be denied, which becomes a note.
pub async fn observe<C: Clock>(
    clients: &Clients,
    scope: &Scope,
    clock: &C,
    limiter: &Limiter,
    parallelism: usize,
) -> Result<(Live, Reads), ServiceError> {
    let reader = Reader::new(clients, clock, limiter, parallelism);
    let snapshot = rounds::read(&reader, scope).await?;
    let mut live = assemble::live(scope, &snapshot, &clients.region);
    live.dns.lookups = outside::look(clients, &scope.dns.outside, live.dns_name.as_deref()).await;
    live.now = seconds(clock.now());
    Ok((live, reader.reads()))
}

/// Seconds since 1970.
pub fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

impl Scope {
    /// The key in the spec of a live target group: that of its tags, else the one that was moved there, else the one
    /// that wants its AWS name.
    fn group_key<'a>(&'a self, live: &'a str, name: Option<&str>) -> &'a str {
        if self.target_groups.contains_key(live) {
            return live;
        }
        let named = || self.group_of_name(name?);
        self.moved_groups.get(live).map(String::as_str).or_else(named).unwrap_or(live)
    }

    /// The key of the target group that wants an AWS name.
    fn group_of_name(&self, name: &str) -> Option<&str> {
        self.target_groups.iter().find(|(_, wanted)| *wanted == name).map(|(key, _)| key.as_str())
    }
}
