//! What all rounds of reading answered.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types as api;

use super::calls::{Identity, Listed};
use super::certificates::Own;
use crate::kinds::Candidate;
use crate::model::world::Tags;
use crate::model::{FoundCertificate, LiveRecord, Zone};

/// The answers of all rounds, in the SDK's types, by ARN.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) identity: Identity,
    /// The one of the wanted name, and those that were nominated.
    pub(super) load_balancers: BTreeMap<String, api::LoadBalancer>,
    /// Those that were nominated, have a wanted name, or are attached to one of the load balancers.
    pub(super) groups: BTreeMap<String, api::TargetGroup>,
    pub(super) tags: BTreeMap<String, Tags>,
    pub(super) load_balancer_attributes: BTreeMap<String, Listed>,
    /// By the load balancer's ARN.
    pub(super) listeners: BTreeMap<String, Vec<api::Listener>>,
    /// By the listener's ARN.
    pub(super) rules: BTreeMap<String, Vec<api::Rule>>,
    /// By the listener's ARN.
    pub(super) certificates: BTreeMap<String, Vec<api::Certificate>>,
    /// Of listeners, by ARN, where a fix asks for them.
    pub(super) listener_attributes: BTreeMap<String, Listed>,
    pub(super) group_attributes: BTreeMap<String, Listed>,
    pub(super) health: BTreeMap<String, Vec<api::TargetHealthDescription>>,
    pub(super) notes: Vec<String>,
    /// How many rules a load balancer may have, where that could be read.
    pub(super) rule_quota: Option<usize>,
    pub(super) zones: Vec<Zone>,
    /// The records of the names that matter.
    pub(super) records: Vec<LiveRecord>,
    /// Our groups of functions, by ARN: the function, and whether load balancers may invoke it for the group.
    pub(super) functions: BTreeMap<String, (String, bool)>,
    /// Those of the stack.
    pub(super) own_certificates: Vec<Own>,
    /// All server certificates of the stack were looked for.
    pub(super) servers_read: bool,
    /// Those that are nobody's and could be taken over.
    pub(super) free_certificates: Vec<Candidate>,
    /// Those of others, as they were asked for.
    pub(super) used_certificates: BTreeMap<String, Option<FoundCertificate>>,
    /// Further certificates of domains by which one is looked for, the newest first.
    pub(super) alternatives: BTreeMap<String, Vec<FoundCertificate>>,
}

impl Snapshot {
    /// Nothing but who is calling.
    pub(super) fn of(identity: Identity) -> Self {
        Self {
            identity,
            load_balancers: BTreeMap::new(),
            groups: BTreeMap::new(),
            tags: BTreeMap::new(),
            load_balancer_attributes: BTreeMap::new(),
            listeners: BTreeMap::new(),
            rules: BTreeMap::new(),
            certificates: BTreeMap::new(),
            listener_attributes: BTreeMap::new(),
            group_attributes: BTreeMap::new(),
            health: BTreeMap::new(),
            notes: Vec::new(),
            rule_quota: None,
            zones: Vec::new(),
            records: Vec::new(),
            functions: BTreeMap::new(),
            own_certificates: Vec::new(),
            free_certificates: Vec::new(),
            servers_read: false,
            used_certificates: BTreeMap::new(),
            alternatives: BTreeMap::new(),
        }
    }
}
