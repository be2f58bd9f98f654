//! What a diagnosis needs beside the models: health with its reasons, the state of the load balancer, what certificates
//! are for and when they end, whether functions may be invoked, where a name leads.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types as api;
use futures_util::future::try_join_all;

use super::Whole;
use crate::aws::lambda::allows;
use crate::aws::observe::certificates;
use crate::aws::observe::reader::Reader;
use crate::doctor::facts::{Balancer, Certificate, Facts, Group, Target};
use crate::doctor::named_hosts;
use crate::exec::{Clock, ErrorKind, ServiceError};
use crate::fix::certs::{self, Renewal};
use crate::fix::find::Inventory;
use crate::kinds::targets::function::{Function, short};
use crate::kinds::{Resource, certificate, target_group};
use crate::model::world::Tags;

/// The version that a group has whose version is not told. API: CreateTargetGroup, `ProtocolVersion`.
const HTTP1: &str = "HTTP1";

impl Whole {
    /// Reads what the models do not hold, in one round more, and in one after it where something is wrong. API:
    /// DescribeCertificate of ACM, GetServerCertificate of IAM, GetPolicy of Lambda, DescribeSecurityGroups of EC2; for
    /// hosts ListHostedZones and ListResourceRecordSets of Route 53, and lookups; then what [`super::further`] reads. What
    /// may not be read becomes a note.
    ///
    /// # Errors
    /// The first call that fails for good for another reason.
    pub async fn facts<C: Clock>(
        &self,
        reader: &Reader<'_, C>,
        inventory: &Inventory,
        host: Option<&str>,
    ) -> Result<Facts, ServiceError> {
        let live = self.live();
        let mut notes = live.notes.clone();
        let balancer = self.balancer();
        let keys: BTreeMap<&str, &str> = live
            .resources
            .iter()
            .filter(|(_, one)| matches!(one.resource, Resource::TargetGroup(_)))
            .map(|(id, one)| (one.arn.as_str(), id.key()))
            .collect();
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        for (arn, group) in &self.snapshot.groups {
            let key = keys.get(arn.as_str()).copied().unwrap_or(arn);
            groups.insert(key.to_owned(), self.group(arn, group));
        }
        let arns = self.listed_certificates();
        reader.round();
        let hosts = match host {
            Some(_) => BTreeSet::new(),
            None => named_hosts(&live),
        };
        let (certificates, permissions, security_groups, dns, hosts) = tokio::try_join!(
            try_join_all(arns.iter().map(|arn| certificate(reader, arn))),
            try_join_all(groups.values().map(|group| permission(reader, group))),
            super::network::security_groups(reader, &balancer.security_groups),
            super::leads::dns(reader, inventory, &balancer, host),
            super::leads::astray(reader, inventory, &balancer, &hosts),
        )?;
        let mut known = BTreeMap::new();
        for (arn, found) in arns.into_iter().zip(certificates) {
            match found {
                Ok(found) => drop(known.insert(arn, found)),
                Err(why) => notes.push(why),
            }
        }
        for (group, found) in groups.values_mut().zip(permissions) {
            match found {
                Ok(permission) => group.permission = permission,
                Err(why) => notes.push(why),
            }
        }
        let (security_groups, note) = security_groups;
        notes.extend(note);
        let ((dns, note), (hosts, unread)) = (dns, hosts);
        notes.extend(note.into_iter().chain(unread));
        let mut facts = Facts {
            live,
            balancer,
            groups,
            certificates: known,
            security_groups,
            reach: None,
            offers: BTreeMap::new(),
            dns,
            hosts,
            notes,
            now: self.now,
        };
        super::further::read(reader, &mut facts, host).await?;
        Ok(facts)
    }

    fn balancer(&self) -> Balancer {
        let Some((arn, one)) = self.snapshot.load_balancers.first_key_value() else {
            return Balancer::default();
        };
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let state = one.state();
        let code = state.and_then(api::LoadBalancerState::code).map(api::LoadBalancerStateEnum::as_str);
        let reason = state.and_then(api::LoadBalancerState::reason).filter(|reason| !reason.is_empty());
        let mut zones: Vec<String> =
            one.availability_zones().iter().filter_map(|zone| Some(zone.zone_name()?.to_owned())).collect();
        zones.sort();
        Balancer {
            arn: arn.clone(),
            name: text(one.load_balancer_name()),
            dns_name: text(one.dns_name()),
            zone: text(one.canonical_hosted_zone_id()),
            vpc: text(one.vpc_id()),
            state: text(code),
            reason: reason.map(str::to_owned),
            zones,
            internet_facing: is_internet_facing(one),
            security_groups: one.security_groups().to_vec(),
            attributes: self.snapshot.load_balancer_attributes.get(arn).cloned().unwrap_or_default(),
        }
    }

    fn group(&self, arn: &str, group: &api::TargetGroup) -> Group {
        let attributes = self.snapshot.group_attributes.get(arn).cloned().unwrap_or_default();
        let function = group.target_type() == Some(&api::TargetTypeEnum::Lambda);
        let model = target_group::aws::from_api(group, &attributes, Tags::new());
        let port = |port: Option<i32>| port.and_then(|port| u16::try_from(port).ok());
        let health = self.snapshot.health.get(arn).map(Vec::as_slice).unwrap_or_default();
        Group {
            arn: arn.to_owned(),
            name: group.target_group_name().unwrap_or(arn).to_owned(),
            target_type: group.target_type().map_or("instance", api::TargetTypeEnum::as_str).to_owned(),
            protocol: group.protocol().map(|one| one.as_str().to_owned()),
            version: (!function).then(|| group.protocol_version().unwrap_or(HTTP1).to_owned()),
            port: port(group.port()),
            check: model.map(|model| model.health_check),
            check_port: group.health_check_port().and_then(|port| port.parse().ok()),
            attributes,
            targets: health.iter().filter_map(target).collect(),
            permission: None,
        }
    }

    /// The ARNs of all certificates of the listeners.
    fn listed_certificates(&self) -> BTreeSet<String> {
        let defaults = self.snapshot.listeners.values().flatten().flat_map(api::Listener::certificates);
        let lists = self.snapshot.certificates.values().flatten();
        defaults.chain(lists).filter_map(|one| Some(one.certificate_arn()?.to_owned())).collect()
    }
}

/// API: `LoadBalancer`, `Scheme`.
pub(super) fn is_internet_facing(one: &api::LoadBalancer) -> bool {
    one.scheme() == Some(&api::LoadBalancerSchemeEnum::InternetFacing)
}

fn target(one: &api::TargetHealthDescription) -> Option<Target> {
    let target = one.target()?;
    let health = one.target_health();
    let reason = health.and_then(api::TargetHealth::reason).map(api::TargetHealthReasonEnum::as_str);
    let state =
        health.and_then(api::TargetHealth::state).map_or("unknown", api::TargetHealthStateEnum::as_str);
    Some(Target {
        id: target.id()?.to_owned(),
        port: target.port().and_then(|port| u16::try_from(port).ok()),
        zone: target.availability_zone().map(str::to_owned),
        state: state.to_owned(),
        reason: reason.map(str::to_owned),
        description: health.and_then(api::TargetHealth::description).map(str::to_owned),
    })
}

/// What was asked, or why that is not known, as a note.
pub(super) type Known<T> = Result<T, String>;

pub(super) async fn certificate<C: Clock>(
    reader: &Reader<'_, C>,
    arn: &str,
) -> Result<Known<Certificate>, ServiceError> {
    let operation = match certificate::is_server_certificate(arn) {
        true => "iam:GetServerCertificate",
        false => "acm:DescribeCertificate",
    };
    Ok(match certificates::facts::one(reader, arn).await? {
        certs::Known::Found(found) => Ok(of_facts(*found)),
        certs::Known::Gone => {
            Err(format!("certificate {arn} was not found: its names and its end are not known"))
        }
        certs::Known::Denied => {
            Err(format!("{operation} is denied: the names and the end of {arn} are not known"))
        }
    })
}

fn of_facts(facts: certs::Facts) -> Certificate {
    let reason = facts.failure.map(|reason| format!(" ({reason})")).unwrap_or_default();
    let others = facts.names.into_iter().filter(|name| *name != facts.domain);
    Certificate {
        names: Some(facts.domain.clone()).filter(|name| !name.is_empty()).into_iter().chain(others).collect(),
        not_after: facts.not_after,
        status: format!("{}{reason}", facts.status),
        renews: facts.renewal != Renewal::Nobody,
    }
}

/// Whether load balancers may invoke the function of a group; the inner none: it has none.
async fn permission<C: Clock>(
    reader: &Reader<'_, C>,
    group: &Group,
) -> Result<Known<Option<bool>>, ServiceError> {
    let target = group.targets.iter().find(|_| group.is_function());
    let Some(function) = target.and_then(|target| Function::parse(&target.id)) else { return Ok(Ok(None)) };
    match reader.read("GetPolicy", async || reader.clients.lambda.policy(&function).await).await {
        Ok(statements) => Ok(Ok(Some(statements.iter().any(|one| allows(one, &group.arn))))),
        Err(error) if error.kind == ErrorKind::Denied => {
            let name = target.map(|target| short(&target.id)).unwrap_or_default();
            Ok(Err(format!(
                "lambda:GetPolicy is denied: whether load balancers may invoke {name} is not known"
            )))
        }
        Err(error) => Err(error),
    }
}
