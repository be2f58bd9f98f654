//! All application load balancers of a region, in as few calls as there can be.
//!
//! 1. all load balancers, all target groups, who is calling;
//! 2. tags, 20 load balancers a call; the listeners of each; the health of the groups that are attached to one;
//! 3. the certificate lists of HTTPS listeners;
//! 4. the certificates, each once.
//!
//! Only the first question must be answered: what else may not be read is left out, and a note says so.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types as api;
use futures_util::future::try_join_all;

use super::calls::{PAGE, identify};
use super::certificates::used;
use super::reader::{Reader, Reads};
use super::seconds;
use crate::aws::client::Clients;
use crate::aws::error::classify;
use crate::exec::limits::Limiter;
use crate::exec::{Clock, ErrorKind, ServiceError};
use crate::kinds::{load_balancer, targets};
use crate::model::FoundCertificate;
use crate::model::survey::{Survey, Surveyed, SurveyedGroup, SurveyedListener};
use crate::model::world::{Tags, TargetHealth};

/// Reads all application load balancers of the region, with at most `parallelism` calls under way.
///
/// # Errors
/// The load balancers cannot be listed, or a call fails for another reason than that it is denied.
pub async fn survey<C: Clock>(
    clients: &Clients,
    clock: &C,
    limiter: &Limiter,
    parallelism: usize,
) -> Result<(Survey, Reads), ServiceError> {
    let reader = Reader::new(clients, clock, limiter, parallelism);
    let denied = Denied::default();
    reader.round();
    let (identity, mut balancers, groups) = tokio::try_join!(
        identify(&reader),
        reader.application_load_balancers(),
        denied.or("DescribeTargetGroups", "targets are not known", reader.target_groups()),
    )?;
    balancers.sort_by(|one, other| one.load_balancer_name().cmp(&other.load_balancer_name()));
    let found = Found { reader: &reader, denied: &denied, groups };
    let balancers = found.details(&balancers).await?;
    let (balancers, certificates) = found.certificates(balancers).await?;
    let notes = denied.notes();
    let (account, caller, now) = (identity.account, identity.arn, seconds(clock.now()));
    Ok((Survey { account, caller, now, balancers, certificates, notes }, reader.reads()))
}

/// What was denied: each operation once, with what it means.
#[derive(Default)]
struct Denied(RefCell<BTreeMap<String, &'static str>>);

impl Denied {
    /// The answer; none where it is denied.
    async fn or<T>(
        &self,
        operation: &str,
        meaning: &'static str,
        answer: impl Future<Output = Result<T, ServiceError>>,
    ) -> Result<Option<T>, ServiceError> {
        match answer.await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.kind == ErrorKind::Denied => {
                self.note(operation, meaning);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn note(&self, operation: &str, meaning: &'static str) {
        self.0.borrow_mut().insert(operation.to_owned(), meaning);
    }

    fn notes(self) -> Vec<String> {
        let all = self.0.into_inner().into_iter();
        all.map(|(operation, meaning)| format!("{meaning}: {operation} is denied")).collect()
    }
}

/// What was asked about something that an earlier answer named.
#[derive(Clone)]
enum Part<T> {
    Known(T),
    Denied,
    /// It went in between.
    Gone,
}

impl<T> Part<T> {
    fn of<A>(answer: Option<Option<A>>, read: impl FnOnce(A) -> T) -> Self {
        match answer {
            Some(Some(found)) => Self::Known(read(found)),
            Some(None) => Self::Gone,
            None => Self::Denied,
        }
    }

    /// What is known; the outer none: it is no longer there.
    fn unless_gone(self) -> Option<Option<T>> {
        match self {
            Self::Known(value) => Some(Some(value)),
            Self::Denied => Some(None),
            Self::Gone => None,
        }
    }
}

/// What the first round found.
struct Found<'a, 'r, C> {
    reader: &'a Reader<'r, C>,
    denied: &'a Denied,
    groups: Option<Vec<api::TargetGroup>>,
}

impl<C: Clock> Found<'_, '_, C> {
    /// Tags, listeners and targets.
    async fn details(&self, balancers: &[api::LoadBalancer]) -> Result<Vec<Surveyed>, ServiceError> {
        let arns: Vec<String> = balancers.iter().filter_map(arn).map(str::to_owned).collect();
        if !arns.is_empty() {
            self.reader.round();
        }
        let attached = self.attached(&arns);
        let (tags, listeners, health) = tokio::try_join!(
            self.denied.or("DescribeTags", "owners are not known", self.reader.tags(&arns)),
            try_join_all(arns.iter().map(|arn| self.listeners(arn))),
            try_join_all(attached.iter().map(|arn| self.health(arn))),
        )?;
        let listeners: BTreeMap<&String, _> = arns.iter().zip(listeners).collect();
        let health: BTreeMap<&str, _> = attached.iter().copied().zip(health).collect();
        let one = |balancer: &api::LoadBalancer| {
            let own = arn(balancer)?.to_owned();
            let tags = tags.as_ref().map(|all| all.get(&own).cloned().unwrap_or_default());
            let listeners = listeners.get(&own).cloned()?.unless_gone()?;
            let groups = self.groups_of(&own, &health);
            Some(surveyed(balancer, own, tags, listeners, groups))
        };
        Ok(balancers.iter().filter_map(one).collect())
    }

    /// The groups that are attached to one of the load balancers.
    fn attached(&self, balancers: &[String]) -> BTreeSet<&str> {
        let known: BTreeSet<&String> = balancers.iter().collect();
        let attached =
            |group: &&api::TargetGroup| group.load_balancer_arns().iter().any(|arn| known.contains(arn));
        self.groups.iter().flatten().filter(attached).filter_map(api::TargetGroup::target_group_arn).collect()
    }

    async fn listeners(&self, balancer: &str) -> Result<Part<Vec<SurveyedListener>>, ServiceError> {
        let answer = self.reader.listeners(balancer);
        let answer = self.denied.or("DescribeListeners", "listeners are not known", answer).await?;
        Ok(Part::of(answer, |found| {
            let mut all: Vec<SurveyedListener> = found.iter().filter_map(listener).collect();
            all.sort_by_key(|one| one.port);
            all
        }))
    }

    async fn health(&self, group: &str) -> Result<Part<Vec<TargetHealth>>, ServiceError> {
        let answer = self.reader.health(group);
        let answer = self.denied.or("DescribeTargetHealth", "the health of targets is not known", answer);
        Ok(Part::of(answer.await?, |found| targets::aws::states(&found)))
    }

    fn groups_of(
        &self,
        balancer: &str,
        health: &BTreeMap<&str, Part<Vec<TargetHealth>>>,
    ) -> Option<Vec<SurveyedGroup>> {
        let attached =
            |group: &&api::TargetGroup| group.load_balancer_arns().iter().any(|arn| arn == balancer);
        let one = |group: &api::TargetGroup| {
            let arn = group.target_group_arn()?;
            Some(SurveyedGroup {
                arn: arn.to_owned(),
                name: group.target_group_name().unwrap_or_default().to_owned(),
                target_type: group.target_type().map_or("", api::TargetTypeEnum::as_str).to_owned(),
                targets: health.get(arn).cloned()?.unless_gone()?,
            })
        };
        let mut all: Vec<SurveyedGroup> =
            self.groups.as_ref()?.iter().filter(attached).filter_map(one).collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        Some(all)
    }

    /// Which certificates the HTTPS listeners have, and what they are.
    async fn certificates(
        &self,
        mut balancers: Vec<Surveyed>,
    ) -> Result<(Vec<Surveyed>, BTreeMap<String, Option<FoundCertificate>>), ServiceError> {
        let listeners = balancers.iter_mut().flat_map(|one| one.listeners.iter_mut().flatten());
        let https: Vec<&mut SurveyedListener> = listeners.filter(|one| one.protocol == "HTTPS").collect();
        if !https.is_empty() {
            self.reader.round();
        }
        let mut arns: BTreeSet<String> = BTreeSet::new();
        for found in try_join_all(https.into_iter().map(|one| self.listed(one))).await? {
            arns.extend(found.iter().cloned());
        }
        if !arns.is_empty() {
            self.reader.round();
        }
        let read = try_join_all(arns.iter().map(|arn| used(self.reader, arn))).await?;
        let mut certificates = BTreeMap::new();
        for (arn, found) in arns.into_iter().zip(read) {
            match found.known() {
                Some(found) => drop(certificates.insert(arn, found)),
                None => {
                    let of_iam = crate::kinds::certificate::is_server_certificate(&arn);
                    let operation = if of_iam { "GetServerCertificate" } else { "DescribeCertificate" };
                    self.denied.note(operation, "certificates are not known");
                }
            }
        }
        Ok((balancers, certificates))
    }

    /// Completes the certificates of a listener by those that it has beside the default one.
    async fn listed<'l>(&self, listener: &'l mut SurveyedListener) -> Result<&'l [String], ServiceError> {
        let answer = self.reader.certificates(&listener.arn);
        let meaning = "certificates beside the default ones are not known";
        match self.denied.or("DescribeListenerCertificates", meaning, answer).await? {
            Some(found) => {
                let found = found.unwrap_or_default();
                for arn in found.iter().filter_map(api::Certificate::certificate_arn) {
                    if !listener.certificates.iter().any(|known| known == arn) {
                        listener.certificates.push(arn.to_owned());
                    }
                }
            }
            None => listener.complete = false,
        }
        Ok(&listener.certificates)
    }
}

impl<C: Clock> Reader<'_, C> {
    /// All application load balancers of the region. API: DescribeLoadBalancers.
    async fn application_load_balancers(&self) -> Result<Vec<api::LoadBalancer>, ServiceError> {
        const OPERATION: &str = "DescribeLoadBalancers";
        let all = self.pages(OPERATION, async |marker| {
            let request = self.clients.elb.describe_load_balancers().page_size(PAGE).set_marker(marker);
            let answer = request.send().await.map_err(|error| classify(OPERATION, error))?;
            Ok((answer.load_balancers.unwrap_or_default(), answer.next_marker))
        });
        let mut all = all.await?;
        all.retain(|one| one.r#type() == Some(&api::LoadBalancerTypeEnum::Application));
        Ok(all)
    }
}

fn arn(balancer: &api::LoadBalancer) -> Option<&str> {
    balancer.load_balancer_arn()
}

fn listener(one: &api::Listener) -> Option<SurveyedListener> {
    let own = one.certificates().iter().filter_map(api::Certificate::certificate_arn);
    Some(SurveyedListener {
        arn: one.listener_arn()?.to_owned(),
        port: one.port().and_then(|port| u16::try_from(port).ok())?,
        protocol: one.protocol().map_or("", api::ProtocolEnum::as_str).to_owned(),
        certificates: own.map(str::to_owned).collect(),
        complete: true,
        weightless: is_weightless(one.default_actions()),
    })
}

/// Whether a forward shares its requests between groups none of which gets any; the weight of a group alone has no
/// meaning.
fn is_weightless(actions: &[api::Action]) -> bool {
    let groups = actions.iter().filter_map(api::Action::forward_config).flat_map(|one| one.target_groups());
    let weights: Vec<i32> = groups.filter_map(api::TargetGroupTuple::weight).collect();
    weights.len() > 1 && weights.iter().all(|weight| *weight == 0)
}

fn surveyed(
    balancer: &api::LoadBalancer,
    arn: String,
    tags: Option<Tags>,
    listeners: Option<Vec<SurveyedListener>>,
    groups: Option<Vec<SurveyedGroup>>,
) -> Surveyed {
    Surveyed {
        arn,
        name: balancer.load_balancer_name().unwrap_or_default().to_owned(),
        dns_name: balancer.dns_name().map(str::to_owned),
        scheme: balancer.scheme().map_or("", api::LoadBalancerSchemeEnum::as_str).to_owned(),
        front: load_balancer::aws::front(balancer),
        tags,
        listeners,
        groups,
    }
}
