//! The two sides that are compared: what the spec wants and what is live.

use std::collections::BTreeMap;

use super::{LiveDns, ResourceId, RuleLists, Zone};
use crate::base::{Located, Place};
use crate::word_enum;

/// Tags of a resource.
pub type Tags = BTreeMap<String, String>;

/// A resource as the spec wants it.
#[derive(Clone, Debug)]
pub struct Wanted<R> {
    /// Its canonical form.
    pub resource: R,
    /// Where the spec declares it.
    pub place: Place,
    /// Where the spec gives a field's value, by the field's key; what is missing here is a default.
    pub fields: BTreeMap<String, Place>,
    /// `note:`, for people; never sent.
    pub note: Option<String>,
    /// `ignore:`, fields that are left as they are.
    pub ignore: Vec<String>,
    /// The place in the order of the spec.
    pub order: usize,
}

word_enum! {
    /// What becomes of rules of a listener that are not in the spec.
    StrangerPolicy {
        /// They are shown and kept.
        Keep = "keep",
        /// They are kept, and a warning says so.
        Warn = "warn",
        /// They are deleted.
        Delete = "delete",
    }
}

/// `moved:` of a resource: the key that it had before.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The identity before; no longer in the spec.
    pub from: ResourceId,
    /// The identity now.
    pub to: ResourceId,
    /// Where the spec says so.
    pub place: Place,
}

/// All that one spec wants.
#[derive(Clone, Debug)]
pub struct Desired<R> {
    /// The stack's name: the owner in the tag `albctl:stack`. Empty: nobody owns what is made.
    pub stack: String,
    /// The only account that the spec may be applied in.
    pub account: Option<Located<String>>,
    /// The region that the spec names.
    pub region: Option<Located<String>>,
    /// All resources by identity.
    pub resources: BTreeMap<ResourceId, Wanted<R>>,
    /// For each listener key, the identities of its rules in the order of evaluation.
    pub rule_order: BTreeMap<String, Vec<ResourceId>>,
    /// Resources that had another key before.
    pub moved: Vec<Moved>,
    /// The name that the whole stack had before.
    pub former_stack: Option<Located<String>>,
    /// The role through which hosted zones are reached, where nothing else is said.
    pub dns_role: Option<String>,
    /// By listener: what becomes of its rules that are not in the spec; what is missing here is kept.
    pub strangers: BTreeMap<ResourceId, StrangerPolicy>,
}

/// A resource of this stack as it is live.
#[derive(Clone, Debug)]
pub struct Existing<R> {
    /// Its canonical form.
    pub resource: R,
    /// Its ARN.
    pub arn: String,
    /// All its tags, ours and others'.
    pub tags: Tags,
}

/// Something live on our load balancer that is not ours: shown, kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// `rule` or `listener`.
    pub kind: &'static str,
    /// Its ARN.
    pub arn: String,
    /// The identity of our listener that holds it (rules), or of the load balancer (listeners).
    pub parent: ResourceId,
    /// The priority of a rule or the port of a listener.
    pub number: u32,
    /// Its `Name` tag or another name for people; may be empty.
    pub name: String,
    /// In a few words what it does.
    pub summary: String,
}

/// Something that is not ours and uses something of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// In words: `the rule of priority 9 on http`.
    pub what: String,
    /// Its ARN, or that of the listener that holds it, where that is not ours either.
    pub arn: String,
}

/// What a live resource was before this plan, where its tags say something else than what it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Former {
    /// Ours, with the key and the stack of its tags.
    Ours {
        /// The identity in its tags.
        id: ResourceId,
        /// The stack in its tags.
        stack: String,
    },
    /// Not ours.
    Others,
}

/// Something live that is not ours and was read in full: it can be taken over.
#[derive(Clone, Debug)]
pub struct Candidate<R> {
    /// Its canonical form; target groups by ARN, no tags, and for a rule no listener.
    pub resource: R,
    /// Its ARN; for targets, that of their group.
    pub arn: String,
    /// All its tags.
    pub tags: Tags,
    /// The ARN of a listener's load balancer, or of a rule's listener.
    pub parent: Option<String>,
}

/// A name that the spec wants and that something else holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// `load_balancer` or `target_group`.
    pub kind: &'static str,
    /// The AWS name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// In a few words what it is.
    pub summary: String,
    /// All its tags.
    pub tags: Tags,
}

/// What AWS says of a registered target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthState {
    /// It passes its checks, or is a function that is not checked. API: `healthy`; `unavailable` for the reason
    /// `Target.HealthCheckDisabled`.
    Healthy,
    /// It has not been checked, or not often enough. API: `initial`, `unused`, `unavailable`.
    Unchecked,
    /// It fails its checks, or cannot take requests.
    Unhealthy,
}

/// A registered target and its health; those that drain are not registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetHealth {
    /// An instance id, an IP address or the ARN of a function.
    pub id: String,
    /// Its port; a function has none.
    pub port: Option<u16>,
    /// What AWS says of it.
    pub state: HealthState,
    /// The same in words: `healthy`, `unhealthy (Health checks failed with these codes: [500])`.
    pub words: String,
    /// Its Availability Zone as AWS tells it, or `all`; a function has none.
    pub zone: Option<String>,
    /// AWS's own word for the state: `initial`, `unhealthy.draining`. API: `TargetHealthStateEnum`.
    pub status: String,
    /// AWS's code for the reason. API: `TargetHealthReasonEnum`.
    pub reason: Option<String>,
    /// What AWS says beside the code. API: `TargetHealth`, Description.
    pub description: Option<String>,
}

/// What AWS says of a load balancer and what is no setting of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front {
    /// Its state in words: `active`, `failed (REASON)`. API: `LoadBalancerState`.
    pub state: String,
    /// Whether it takes requests.
    pub serves: bool,
    /// API: `CanonicalHostedZoneId`.
    pub hosted_zone: Option<String>,
    /// API: `VpcId`.
    pub vpc: Option<String>,
}

/// How many targets a group has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// All that are registered and do not drain.
    pub registered: usize,
    /// Those of them that are healthy.
    pub healthy: usize,
}

/// A certificate that is not the stack's. API: `CertificateDetail`, `ServerCertificate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundCertificate {
    /// Its ARN.
    pub arn: String,
    /// Its names in lower case.
    pub names: Vec<String>,
    /// `ISSUED`, or why listeners do not take it.
    pub status: String,
    /// When it ends, in seconds since 1970; none: it is not issued.
    pub not_after: Option<u64>,
    /// ACM renews it by itself. API: `RenewalEligibility`.
    pub renews: bool,
}

/// All that is live and concerns one stack.
#[derive(Clone, Debug)]
pub struct Live<R> {
    /// The account of the credentials: 12 digits.
    pub account: String,
    /// The ARN of the caller.
    pub caller: String,
    /// The AWS region that was read.
    pub region: String,
    /// The stack's own resources by identity.
    pub resources: BTreeMap<ResourceId, Existing<R>>,
    /// Identities that more than one live resource claims, with all their ARNs.
    pub ambiguous: BTreeMap<ResourceId, Vec<String>>,
    /// Further target groups of an identity that `resources` has, left by an interrupted replacement; and the
    /// targets of each under the identity of the targets, with the group's ARN.
    pub leftovers: BTreeMap<ResourceId, Vec<Existing<R>>>,
    /// The listeners and rules that refer to a group of `leftovers` or to its current one, with these groups by
    /// ARN. In `resources` they name all groups of an identity by its one key, with the sum of their weights.
    pub apart: BTreeMap<ResourceId, R>,
    /// The targets of the groups of an identity of which there are several, by the group's ARN.
    pub counts: BTreeMap<String, Health>,
    /// The ARNs of our target groups that something refers to which is not ours, and what that is.
    pub lent: BTreeMap<String, Vec<User>>,
    /// What beside that in `resources` carries the same identity, in the order of the ARNs.
    pub twins: BTreeMap<ResourceId, Vec<Existing<R>>>,
    /// What is not ours but lives on our load balancer.
    pub strangers: Vec<Stranger>,
    /// The canonical forms of strange rules, by ARN.
    pub strange: BTreeMap<String, R>,
    /// Names that the spec wants and others hold.
    pub holders: Vec<Holder>,
    /// What is not ours and could be taken over.
    pub candidates: Vec<Candidate<R>>,
    /// What some of the resources were before; known once both sides have been paired.
    pub former: BTreeMap<ResourceId, Former>,
    /// All rules of all our listeners, whoever's they are.
    pub rules: RuleLists,
    /// The registered targets of the groups whose health was read, by the group's ARN.
    pub health: BTreeMap<String, Vec<TargetHealth>>,
    /// The load balancer is there and not yet active: an apply ended before it was.
    pub provisioning: bool,
    /// How many rules the load balancer may have over all its listeners, default rules not counted; none: it could
    /// not be read. API: DescribeAccountLimits, `rules-per-application-load-balancer`.
    pub rule_quota: Option<usize>,
    /// The hosted zones that can be reached, where the spec has names to place in them. API: ListHostedZones.
    pub zones: Vec<Zone>,
    /// What is live of DNS.
    pub dns: LiveDns,
    /// The state of the load balancer, where it is ours.
    pub front: Option<Front>,
    /// When it was read, in seconds since 1970.
    pub now: u64,
    /// What was found of certificates that are not the stack's, by ARN or by the domain asked for; none: nothing.
    pub certificates: BTreeMap<String, Option<FoundCertificate>>,
    /// By the domain asked for, the issued certificates beside the one in `certificates`, the newest first.
    pub alternatives: BTreeMap<String, Vec<FoundCertificate>>,
    /// Whether all server certificates of the stack were looked for; else there may be some that are not seen.
    pub servers_read: bool,
    /// `DNSName` of the load balancer.
    pub dns_name: Option<String>,
    /// The targets that leave the groups of `health` and finish the requests that they have, by the group's ARN.
    pub draining: BTreeMap<String, Vec<TargetHealth>>,
    /// What could not be read and what that means, in words for people.
    pub notes: Vec<String>,
}
