//! The resource kinds: one folder each, and here the sums over them. Adding a kind is one folder and its lines here.

pub mod action;
pub mod certificate;
pub mod context;
pub mod dns_record;
pub mod guard;
pub mod listener;
pub mod load_balancer;
pub mod names;
pub mod rows;
pub mod rule;
pub mod show;
pub mod tagging;
pub mod target_group;
pub mod targets;
#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use crate::model::field::{self, Model};
use crate::model::step::HasRefs;
use crate::model::world::Tags;
use crate::model::{FieldChange, Ref, ResourceId};

/// A resource of any kind, in its canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// The load balancer.
    LoadBalancer(load_balancer::LoadBalancer),
    /// A target group.
    TargetGroup(target_group::TargetGroup),
    /// The targets of a group.
    Targets(targets::Targets),
    /// A listener.
    Listener(listener::Listener),
    /// A rule.
    Rule(rule::Rule),
    /// A certificate.
    Certificate(certificate::Certificate),
    /// A DNS record.
    DnsRecord(dns_record::DnsRecord),
}

/// Runs `$body` with `$model` bound to the model inside a resource, whatever its kind.
macro_rules! each_kind {
    ($resource:expr, $model:ident => $body:expr) => {
        match $resource {
            Resource::LoadBalancer($model) => $body,
            Resource::TargetGroup($model) => $body,
            Resource::Targets($model) => $body,
            Resource::Listener($model) => $body,
            Resource::Rule($model) => $body,
            Resource::Certificate($model) => $body,
            Resource::DnsRecord($model) => $body,
        }
    };
}

/// Runs `$body` with the models of two resources of one kind; `$other` when the kinds differ.
macro_rules! both_kinds {
    ($pair:expr, ($a:ident, $b:ident) => $body:expr, $other:expr) => {
        match $pair {
            (Resource::LoadBalancer($a), Resource::LoadBalancer($b)) => $body,
            (Resource::TargetGroup($a), Resource::TargetGroup($b)) => $body,
            (Resource::Targets($a), Resource::Targets($b)) => $body,
            (Resource::Listener($a), Resource::Listener($b)) => $body,
            (Resource::Rule($a), Resource::Rule($b)) => $body,
            (Resource::Certificate($a), Resource::Certificate($b)) => $body,
            (Resource::DnsRecord($a), Resource::DnsRecord($b)) => $body,
            (
                Resource::LoadBalancer(_)
                | Resource::TargetGroup(_)
                | Resource::Targets(_)
                | Resource::Listener(_)
                | Resource::Rule(_)
                | Resource::Certificate(_)
                | Resource::DnsRecord(_),
                _,
            ) => $other,
        }
    };
}

impl Resource {
    /// The fields in which `live` differs from this resource, which is the wanted one.
    pub fn changes_from(&self, live: &Resource, explicit: impl Fn(&str) -> bool) -> Vec<FieldChange> {
        let mut changes =
            both_kinds!((live, self), (live, wanted) => field::changes(live, wanted, explicit), Vec::new());
        if matches!(self, Self::Listener(_)) {
            listener::plan::without_consequences(&mut changes);
        }
        changes
    }

    /// Copies the named fields of `live` into this resource.
    pub fn keep_live(&mut self, live: &Resource, keys: impl Fn(&str) -> bool) {
        both_kinds!((self, live), (wanted, live) => field::keep_live(wanted, live, keys), ());
    }

    /// The keys of all fields of the kind.
    pub fn field_keys(&self) -> Vec<&'static str> {
        fn keys<M: Model>(_: &M) -> Vec<&'static str> {
            M::FIELDS.iter().map(|field| field.key).collect()
        }
        each_kind!(self, model => keys(model))
    }

    /// The tags of its canonical form; none for targets and DNS records, which carry none.
    pub fn tags(&self) -> Option<&Tags> {
        match self {
            Self::LoadBalancer(model) => Some(&model.tags),
            Self::TargetGroup(model) => Some(&model.tags),
            Self::Listener(model) => Some(&model.tags),
            Self::Rule(model) => Some(&model.tags),
            Self::Certificate(model) => Some(&model.tags),
            Self::Targets(_) | Self::DnsRecord(_) => None,
        }
    }

    /// The same, to be changed.
    pub fn tags_mut(&mut self) -> Option<&mut Tags> {
        match self {
            Self::LoadBalancer(model) => Some(&mut model.tags),
            Self::TargetGroup(model) => Some(&mut model.tags),
            Self::Listener(model) => Some(&mut model.tags),
            Self::Rule(model) => Some(&mut model.tags),
            Self::Certificate(model) => Some(&mut model.tags),
            Self::Targets(_) | Self::DnsRecord(_) => None,
        }
    }

    /// The action of a listener or rule.
    pub fn action_mut(&mut self) -> Option<&mut action::Action<action::GroupKey>> {
        match self {
            Self::Listener(model) => Some(&mut model.default),
            Self::Rule(model) => Some(&mut model.then),
            Self::LoadBalancer(_)
            | Self::TargetGroup(_)
            | Self::Targets(_)
            | Self::Certificate(_)
            | Self::DnsRecord(_) => None,
        }
    }

    /// What AWS calls it, or where it is, in a few words.
    pub fn label(&self) -> String {
        match self {
            Self::LoadBalancer(model) => model.name.clone(),
            Self::TargetGroup(model) => model.name.clone(),
            Self::Targets(_) => String::new(),
            Self::Listener(model) => format!(":{}", model.port),
            Self::Rule(model) => format!("priority {}", model.priority),
            Self::Certificate(model) => model.domain.clone(),
            Self::DnsRecord(_) => String::new(),
        }
    }

    /// What it is, in one line: for creations and deletions.
    pub fn summary(&self) -> String {
        match self {
            Self::LoadBalancer(model) => load_balancer::plan::summary(model),
            Self::TargetGroup(model) => target_group::plan::summary(model),
            Self::Targets(model) => targets::plan::summary(model),
            Self::Listener(model) => listener::plan::summary(model),
            Self::Rule(model) => model.describe(),
            Self::Certificate(model) => certificate::plan::summary(model),
            Self::DnsRecord(model) => dns_record::plan::summary(model),
        }
    }
}

/// A call of any kind. `R` is how ARNs are named: [`Ref`] in plans, text when they run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call<R> {
    /// Of the load balancer.
    LoadBalancer(load_balancer::Call<R>),
    /// Of a target group.
    TargetGroup(target_group::Call<R>),
    /// Of targets.
    Targets(targets::Call<R>),
    /// Of a listener.
    Listener(listener::Call<R>),
    /// Of rules.
    Rule(rule::Call<R>),
    /// Of certificates.
    Certificate(certificate::Call<R>),
    /// Of DNS records.
    DnsRecord(dns_record::Call<R>),
    /// Of the tags of any of them.
    Tagging(tagging::Call<R>),
}

impl<R> Call<R> {
    /// The same call with every reference replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&R) -> Result<S, E>) -> Result<Call<S>, E> {
        Ok(match self {
            Self::LoadBalancer(call) => Call::LoadBalancer(call.map(f)?),
            Self::TargetGroup(call) => Call::TargetGroup(call.map(f)?),
            Self::Targets(call) => Call::Targets(call.map(f)?),
            Self::Listener(call) => Call::Listener(call.map(f)?),
            Self::Rule(call) => Call::Rule(call.map(f)?),
            Self::Certificate(call) => Call::Certificate(call.map(f)?),
            Self::DnsRecord(call) => Call::DnsRecord(call.map(f)?),
            Self::Tagging(call) => Call::Tagging(call.map(f)?),
        })
    }

    /// The API operation's name.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::LoadBalancer(call) => call.operation(),
            Self::TargetGroup(call) => call.operation(),
            Self::Targets(call) => call.operation(),
            Self::Listener(call) => call.operation(),
            Self::Rule(call) => call.operation(),
            Self::Certificate(call) => call.operation(),
            Self::DnsRecord(call) => call.operation(),
            Self::Tagging(call) => call.operation(),
        }
    }
}

/// A state that a plan waits for, of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition<R> {
    /// A load balancer is active.
    LoadBalancerActive(load_balancer::Condition<R>),
    /// Targets are healthy.
    TargetsHealthy(targets::Condition<R>),
    /// A group that gets no new requests has had the time to finish those it had.
    Drained(target_group::Drained<R>),
    /// A certificate is issued.
    CertificateIssued(certificate::Condition<R>),
    /// A change of DNS records is in sync.
    RecordsInSync(dns_record::Condition<R>),
}

impl<R> Condition<R> {
    /// The same condition with every reference replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&R) -> Result<S, E>) -> Result<Condition<S>, E> {
        Ok(match self {
            Self::LoadBalancerActive(load_balancer::Condition { load_balancer }) => {
                Condition::LoadBalancerActive(load_balancer::Condition { load_balancer: f(load_balancer)? })
            }
            Self::TargetsHealthy(targets::Condition { target_group, targets }) => {
                Condition::TargetsHealthy(targets::Condition {
                    target_group: f(target_group)?,
                    targets: targets.clone(),
                })
            }
            Self::Drained(target_group::Drained { target_group, seconds }) => {
                Condition::Drained(target_group::Drained {
                    target_group: f(target_group)?,
                    seconds: *seconds,
                })
            }
            Self::CertificateIssued(certificate::Condition { certificate, elsewhere }) => {
                Condition::CertificateIssued(certificate::Condition {
                    certificate: f(certificate)?,
                    elsewhere: elsewhere.clone(),
                })
            }
            Self::RecordsInSync(dns_record::Condition { change, role }) => {
                Condition::RecordsInSync(dns_record::Condition { change: f(change)?, role: role.clone() })
            }
        })
    }
}

impl HasRefs for Call<Ref> {
    fn each_ref(&self, visit: &mut dyn FnMut(&Ref)) {
        let Ok(_) = self.map::<(), std::convert::Infallible>(&mut |reference| {
            visit(reference);
            Ok(())
        });
    }
}

impl HasRefs for Condition<Ref> {
    fn each_ref(&self, visit: &mut dyn FnMut(&Ref)) {
        let Ok(_) = self.map::<(), std::convert::Infallible>(&mut |reference| {
            visit(reference);
            Ok(())
        });
    }
}

/// What one spec wants.
pub type Desired = crate::model::Desired<Resource>;
/// One wanted resource.
pub type Wanted = crate::model::Wanted<Resource>;
/// What is live of one stack.
pub type Live = crate::model::Live<Resource>;
/// Something live that can be taken over.
pub type Candidate = crate::model::Candidate<Resource>;
/// One live resource.
pub type Existing = crate::model::Existing<Resource>;
/// A step of a plan.
pub type Step = crate::model::Step<Call<Ref>, Condition<Ref>>;
/// A plan.
pub type Plan = crate::model::Plan<Call<Ref>, Condition<Ref>>;
/// What a step does.
pub type Action = crate::model::Action<Call<Ref>, Condition<Ref>>;

/// The identity of the group that a live listener or rule forwards to, for groups of the stack.
pub fn group_id(key: &action::GroupKey) -> Option<ResourceId> {
    key.foreign_arn().is_none().then(|| target_group::id(&key.0))
}
