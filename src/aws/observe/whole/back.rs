//! Reading back what was written to, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types as api;
use futures_util::future::try_join_all;

use super::Whole;
use crate::aws::observe::reader::Reader;
use crate::aws::observe::rounds::by_arn;
use crate::aws::observe::snapshot::Snapshot;
use crate::exec::{Clock, Outputs, ServiceError};
use crate::kinds::{Call, Plan, listener, load_balancer, rule, tagging, target_group, targets};
use crate::model::{Action, OutputKey, Ref, StepId};

/// A part that one call reads, by the ARN that the call takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Balancer(String),
    BalancerAttributes(String),
    Group(String),
    GroupAttributes(String),
    Health(String),
    Listeners(String),
    ListenerAttributes(String),
    Certificates(String),
    Rules(String),
    Tags(String),
}

impl Whole {
    /// Reads again what the calls of a plan wrote to, in one round, and takes in what they created.
    ///
    /// # Errors
    /// The first call that fails for good.
    pub async fn read_back<C: Clock>(
        &mut self,
        reader: &Reader<'_, C>,
        plan: &Plan,
        outputs: &BTreeMap<StepId, Outputs>,
    ) -> Result<(), ServiceError> {
        let resolve = |reference: &Ref| match reference {
            Ref::Known(arn) => Some(arn.clone()),
            Ref::Output { step, key } => outputs.get(step)?.get(key).cloned(),
        };
        let mut parts = BTreeSet::new();
        for step in &plan.steps {
            if let Action::Call(call) = &step.action {
                parts.extend(written(call, &resolve, &self.snapshot));
            }
        }
        reader.round();
        let answers = try_join_all(parts.into_iter().map(|part| read(reader, part))).await?;
        for answer in answers {
            answer(&mut self.snapshot);
        }
        self.take_in(plan, outputs);
        Ok(())
    }

    /// What was created has the identity that the plan gave it.
    fn take_in(&mut self, plan: &Plan, outputs: &BTreeMap<StepId, Outputs>) {
        for step in &plan.steps {
            let arn = outputs.get(&step.id).and_then(|outputs| outputs.get(&OutputKey::Arn));
            if let Some(arn) = arn {
                self.scope.named.insert(arn.clone(), step.subject.clone());
            }
        }
    }
}

/// What a call changes.
fn written(call: &Call<Ref>, resolve: &dyn Fn(&Ref) -> Option<String>, snapshot: &Snapshot) -> Vec<Part> {
    let of = |reference: &Ref, part: fn(String) -> Part| resolve(reference).map(part).into_iter().collect();
    match call {
        Call::LoadBalancer(load_balancer::Call::ModifyLoadBalancerAttributes { load_balancer, .. }) => {
            of(load_balancer, Part::BalancerAttributes)
        }
        Call::LoadBalancer(
            load_balancer::Call::SetSubnets { load_balancer, .. }
            | load_balancer::Call::SetSecurityGroups { load_balancer, .. }
            | load_balancer::Call::SetIpAddressType { load_balancer, .. },
        ) => of(load_balancer, Part::Balancer),
        Call::TargetGroup(target_group::Call::ModifyTargetGroup { target_group, .. }) => {
            of(target_group, Part::Group)
        }
        Call::TargetGroup(target_group::Call::ModifyTargetGroupAttributes { target_group, .. }) => {
            of(target_group, Part::GroupAttributes)
        }
        Call::Targets(
            targets::Call::RegisterTargets { target_group, .. }
            | targets::Call::DeregisterTargets { target_group, .. },
        ) => of(target_group, Part::Health),
        Call::Listener(call) => of_listener(call, resolve, snapshot),
        Call::Rule(rule::Call::CreateRule { listener, .. }) => of(listener, Part::Rules),
        Call::Rule(rule::Call::ModifyRule { rule, .. } | rule::Call::DeleteRule { rule }) => {
            resolve(rule).and_then(|arn| listener_of(snapshot, &arn)).map(Part::Rules).into_iter().collect()
        }
        Call::Rule(rule::Call::SetRulePriorities { priorities }) => {
            let listeners = priorities.iter().filter_map(|(rule, _)| listener_of(snapshot, &resolve(rule)?));
            listeners.map(Part::Rules).collect()
        }
        Call::Tagging(
            tagging::Call::AddTags { resource, .. } | tagging::Call::RemoveTags { resource, .. },
        ) => of(resource, Part::Tags),
        // No fix makes or removes these.
        Call::LoadBalancer(
            load_balancer::Call::CreateLoadBalancer { .. } | load_balancer::Call::DeleteLoadBalancer { .. },
        )
        | Call::TargetGroup(
            target_group::Call::CreateTargetGroup { .. }
            | target_group::Call::AddPermission { .. }
            | target_group::Call::RemovePermission { .. }
            | target_group::Call::DeleteTargetGroup { .. },
        )
        | Call::Certificate(_)
        | Call::DnsRecord(_) => Vec::new(),
    }
}

fn of_listener(
    call: &listener::Call<Ref>,
    resolve: &dyn Fn(&Ref) -> Option<String>,
    snapshot: &Snapshot,
) -> Vec<Part> {
    let balancers = || snapshot.load_balancers.keys().cloned().map(Part::Listeners);
    match call {
        listener::Call::CreateListener { .. } | listener::Call::DeleteListener { .. } => {
            balancers().collect()
        }
        // The list of certificates names the default one, too.
        listener::Call::ModifyListener { listener, certificate: Some(_), .. } => {
            balancers().chain(resolve(listener).map(Part::Certificates)).collect()
        }
        listener::Call::ModifyListener { certificate: None, .. } => balancers().collect(),
        listener::Call::ModifyListenerAttributes { listener, .. } => {
            resolve(listener).map(Part::ListenerAttributes).into_iter().collect()
        }
        listener::Call::AddListenerCertificates { listener, .. }
        | listener::Call::RemoveListenerCertificates { listener, .. } => {
            resolve(listener).map(Part::Certificates).into_iter().collect()
        }
    }
}

fn listener_of(snapshot: &Snapshot, rule: &str) -> Option<String> {
    let holds =
        |(_, rules): &(&String, &Vec<_>)| rules.iter().any(|one: &api::Rule| one.rule_arn() == Some(rule));
    snapshot.rules.iter().find(holds).map(|(listener, _)| listener.clone())
}

/// How an answer changes what is known.
type Taken = Box<dyn FnOnce(&mut Snapshot)>;

/// What is gone is no longer known.
fn put<T>(map: &mut BTreeMap<String, T>, arn: String, answer: Option<T>) {
    match answer {
        Some(value) => drop(map.insert(arn, value)),
        None => drop(map.remove(&arn)),
    }
}

async fn read<C: Clock>(reader: &Reader<'_, C>, part: Part) -> Result<Taken, ServiceError> {
    Ok(match part {
        Part::Balancer(arn) => {
            let found = reader.load_balancers_by_arn(std::slice::from_ref(&arn)).await?;
            Box::new(move |all| {
                all.load_balancers.remove(&arn);
                all.load_balancers.extend(by_arn(found, api::LoadBalancer::load_balancer_arn));
            })
        }
        Part::BalancerAttributes(arn) => {
            let answer = reader.load_balancer_attributes(&arn).await?;
            Box::new(move |all| put(&mut all.load_balancer_attributes, arn, answer))
        }
        Part::Group(arn) => {
            let answer = reader.target_group_by_arn(&arn).await?;
            Box::new(move |all| put(&mut all.groups, arn, answer))
        }
        Part::GroupAttributes(arn) => {
            let answer = reader.group_attributes(&arn).await?;
            Box::new(move |all| put(&mut all.group_attributes, arn, answer))
        }
        Part::Health(arn) => {
            let answer = reader.health(&arn).await?;
            Box::new(move |all| put(&mut all.health, arn, answer))
        }
        Part::Listeners(arn) => {
            let answer = reader.listeners(&arn).await?;
            Box::new(move |all| put(&mut all.listeners, arn, answer))
        }
        Part::ListenerAttributes(arn) => {
            let answer = reader.listener_attributes(&arn).await?;
            Box::new(move |all| put(&mut all.listener_attributes, arn, answer))
        }
        Part::Certificates(arn) => {
            let answer = reader.certificates(&arn).await?;
            Box::new(move |all| put(&mut all.certificates, arn, answer))
        }
        Part::Rules(arn) => {
            let answer = reader.rules(&arn).await?;
            Box::new(move |all| put(&mut all.rules, arn, answer))
        }
        Part::Tags(arn) => {
            let found = reader.tags(std::slice::from_ref(&arn)).await?;
            Box::new(move |all| all.tags.extend(found))
        }
    })
}
