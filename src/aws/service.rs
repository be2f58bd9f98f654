//! The door that the executor calls through.

use aws_sdk_elasticloadbalancingv2::types as api;

use super::client::Clients;
use super::error::classify;
use super::sandbox::AnyClock;
use crate::exec::{Clock, ErrorKind, Outputs, Probe, Service, ServiceError};
use crate::kinds::certificate::aws::Secrets;
use crate::kinds::tagging::aws::from_api as tags_from_api;
use crate::kinds::tagging::ownership;
use crate::kinds::{
    Call, Condition, certificate, dns_record, listener, load_balancer, rule, tagging, target_group, targets,
};
use crate::model::OutputKey;
use crate::model::world::Tags;

/// AWS, or what stands in its place: one attempt a call.
#[derive(Clone, Copy, Debug)]
pub struct AwsService<'a> {
    clients: &'a Clients,
    furniture: Option<(&'a AnyClock, &'a Secrets)>,
}

impl<'a> AwsService<'a> {
    /// A service that calls through these clients.
    pub fn new(clients: &'a Clients) -> Self {
        Self { clients, furniture: None }
    }

    /// The same service with the files of certificates, and the clock by which self-signed ones are made.
    #[must_use]
    pub fn furnished(self, clock: &'a AnyClock, secrets: &'a Secrets) -> Self {
        Self { furniture: Some((clock, secrets)), ..self }
    }

    async fn certificate(&self, call: &certificate::Call<String>) -> Result<Outputs, ServiceError> {
        let none = Secrets::new();
        let (now, secrets) = match self.furniture {
            Some((clock, secrets)) => (clock.now(), secrets),
            None => (std::time::SystemTime::UNIX_EPOCH, &none),
        };
        let furnished = certificate::aws::Furnished { secrets, now };
        certificate::aws::perform(self.clients, call, furnished).await
    }
}

impl Service for AwsService<'_> {
    async fn perform(&self, call: &Call<String>) -> Result<Outputs, ServiceError> {
        let client = &self.clients.elb;
        match call {
            Call::LoadBalancer(call) => load_balancer::aws::perform(client, call).await,
            Call::TargetGroup(call) => target_group::aws::perform(self.clients, call).await,
            Call::Targets(call) => targets::aws::perform(client, call).await,
            Call::Listener(call) => listener::aws::perform(client, call).await,
            Call::Rule(call) => rule::aws::perform(client, call).await,
            Call::Certificate(call) => self.certificate(call).await,
            Call::DnsRecord(call) => dns_record::aws::perform(self.clients, call).await,
            Call::Tagging(call) => tagging::aws::perform(self.clients, call).await,
        }
    }

    async fn probe(&self, condition: &Condition<String>) -> Result<Probe, ServiceError> {
        match condition {
            Condition::LoadBalancerActive(load_balancer::Condition { load_balancer }) => {
                self.load_balancer_active(load_balancer).await
            }
            Condition::TargetsHealthy(targets::Condition { target_group, targets }) => {
                let health = self.health(target_group).await?;
                Ok(targets::aws::judge(&health, targets))
            }
            Condition::RecordsInSync(condition) => dns_record::aws::probe(self.clients, condition).await,
            // There is nothing to ask: time passes on the executor's clock.
            Condition::CertificateIssued(condition) => {
                certificate::aws::issued(self.clients, condition).await
            }
            Condition::Drained(_) => Ok(Probe::Holds(String::new())),
        }
    }

    async fn rules_unchanged(
        &self,
        listener: &str,
        expected: &[(String, u32)],
    ) -> Result<bool, ServiceError> {
        let mut pages = self.clients.elb.describe_rules().listener_arn(listener).into_paginator().send();
        let mut rules = Vec::new();
        while let Some(page) = pages.next().await {
            let page = found(page.map_err(|error| classify("DescribeRules", error)))?;
            let Some(page) = page else { return Ok(false) };
            rules.extend(page.rules.unwrap_or_default());
        }
        Ok(rule::aws::list(&rules) == expected)
    }

    async fn find_result(&self, call: &Call<String>) -> Result<Option<Outputs>, ServiceError> {
        match call {
            Call::LoadBalancer(call) => self.found_load_balancer(call).await,
            Call::TargetGroup(call) => self.found_target_group(call).await,
            Call::Listener(call) => self.found_listener(call).await,
            Call::Rule(call) => self.found_rule(call).await,
            Call::Certificate(call) => certificate::aws::find_result(self.clients, call).await,
            Call::DnsRecord(call) => dns_record::aws::find_result(self.clients, call).await,
            // Made twice, these do what they do made once.
            Call::Targets(_) | Call::Tagging(_) => Ok(None),
        }
    }
}

impl AwsService<'_> {
    async fn load_balancer_active(&self, arn: &str) -> Result<Probe, ServiceError> {
        let answer = self.clients.elb.describe_load_balancers().load_balancer_arns(arn).send().await;
        match answer.map_err(|error| classify("DescribeLoadBalancers", error)) {
            Ok(answer) => {
                let first = answer.load_balancers().first();
                Ok(first.map_or_else(not_yet_visible, load_balancer::aws::judge))
            }
            Err(error) if error.kind == ErrorKind::NotFound => Ok(not_yet_visible()),
            Err(error) => Err(error),
        }
    }

    async fn health(&self, group: &str) -> Result<Vec<api::TargetHealthDescription>, ServiceError> {
        let answer = self.clients.elb.describe_target_health().target_group_arn(group).send().await;
        let answer = answer.map_err(|error| classify("DescribeTargetHealth", error))?;
        Ok(answer.target_health_descriptions.unwrap_or_default())
    }

    async fn found_load_balancer(
        &self,
        call: &load_balancer::Call<String>,
    ) -> Result<Option<Outputs>, ServiceError> {
        let load_balancer::Call::CreateLoadBalancer { name, tags, .. } = call else { return Ok(None) };
        let answer = self.clients.elb.describe_load_balancers().names(name).send().await;
        let Some(answer) = found(answer.map_err(|error| classify("DescribeLoadBalancers", error)))? else {
            return Ok(None);
        };
        let equal = answer.load_balancers().iter().find(|one| load_balancer::aws::made_by(one, call));
        let Some(outputs) = equal.and_then(load_balancer::aws::outputs) else { return Ok(None) };
        self.if_ours(outputs, tags).await
    }

    async fn found_target_group(
        &self,
        call: &target_group::Call<String>,
    ) -> Result<Option<Outputs>, ServiceError> {
        let target_group::Call::CreateTargetGroup { name, tags, .. } = call else { return Ok(None) };
        let answer = self.clients.elb.describe_target_groups().names(name).send().await;
        let Some(answer) = found(answer.map_err(|error| classify("DescribeTargetGroups", error)))? else {
            return Ok(None);
        };
        let equal = answer.target_groups().iter().find(|one| target_group::aws::made_by(one, call));
        self.if_ours_at(equal.and_then(api::TargetGroup::target_group_arn), tags).await
    }

    async fn found_listener(&self, call: &listener::Call<String>) -> Result<Option<Outputs>, ServiceError> {
        let listener::Call::CreateListener { load_balancer, tags, .. } = call else { return Ok(None) };
        let mut pages =
            self.clients.elb.describe_listeners().load_balancer_arn(load_balancer).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = found(page.map_err(|error| classify("DescribeListeners", error)))?;
            let listeners = page.as_ref().map(|page| page.listeners()).unwrap_or_default();
            if let Some(equal) = listeners.iter().find(|one| listener::aws::made_by(one, call)) {
                return self.if_ours_at(equal.listener_arn(), tags).await;
            }
        }
        Ok(None)
    }

    async fn found_rule(&self, call: &rule::Call<String>) -> Result<Option<Outputs>, ServiceError> {
        let rule::Call::CreateRule { listener, tags, .. } = call else { return Ok(None) };
        let mut pages = self.clients.elb.describe_rules().listener_arn(listener).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = found(page.map_err(|error| classify("DescribeRules", error)))?;
            let rules = page.as_ref().map(|page| page.rules()).unwrap_or_default();
            if let Some(equal) = rules.iter().find(|one| rule::aws::made_by(one, call)) {
                return self.if_ours_at(equal.rule_arn(), tags).await;
            }
        }
        Ok(None)
    }

    async fn if_ours_at(&self, arn: Option<&str>, tags: &Tags) -> Result<Option<Outputs>, ServiceError> {
        match arn {
            Some(arn) => self.if_ours(Outputs::from([(OutputKey::Arn, arn.to_owned())]), tags).await,
            None => Ok(None),
        }
    }

    /// The outputs, if the resource carries the owner and the identity that the call would have given it. Equal
    /// settings alone are no proof: another one's resource may have them.
    async fn if_ours(&self, outputs: Outputs, wanted: &Tags) -> Result<Option<Outputs>, ServiceError> {
        let Some(arn) = outputs.get(&OutputKey::Arn) else { return Ok(None) };
        let answer = self.clients.elb.describe_tags().resource_arns(arn).send().await;
        let Some(answer) = found(answer.map_err(|error| classify("DescribeTags", error)))? else {
            return Ok(None);
        };
        let live = answer.tag_descriptions().first().map(|one| tags_from_api(one.tags())).unwrap_or_default();
        let ours = [ownership::STACK, ownership::ID]
            .iter()
            .all(|key| live.get(*key).is_some_and(|value| wanted.get(*key) == Some(value)));
        Ok(ours.then_some(outputs))
    }
}

fn not_yet_visible() -> Probe {
    Probe::NotYet("not yet visible".to_owned())
}

/// Turns "it does not exist" into `None`.
fn found<T>(result: Result<T, ServiceError>) -> Result<Option<T>, ServiceError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
