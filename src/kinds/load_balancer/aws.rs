//! Load balancers on the wire. API: CreateLoadBalancer, SetSubnets, SetSecurityGroups, SetIpAddressType,
//! ModifyLoadBalancerAttributes, DeleteLoadBalancer, `LoadBalancer`.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types as api;
use aws_sdk_elasticloadbalancingv2::types::LoadBalancerStateEnum as State;

use super::model::{AccessLogs, IpAddressType, Scheme};
use super::{Call, LoadBalancer};
use crate::aws::error::{classify, incomplete};
use crate::exec::{Outputs, Probe, ServiceError};
use crate::kinds::tagging;
use crate::model::OutputKey;
use crate::model::field::{Attributes, decode_attributes};
use crate::model::world::{Front, Tags};

/// Makes one attempt at a call. Deleting what is gone already is done.
///
/// # Errors
/// AWS refuses, or does not answer.
pub async fn perform(client: &Client, call: &Call<String>) -> Result<Outputs, ServiceError> {
    let operation = call.operation();
    match call {
        Call::CreateLoadBalancer { name, scheme, ip_address_type, subnets, security_groups, tags } => {
            let answer = client
                .create_load_balancer()
                .name(name)
                .r#type(api::LoadBalancerTypeEnum::Application)
                .scheme(scheme.as_str().into())
                .ip_address_type(ip_address_type.as_str().into())
                .set_subnets(list(subnets))
                .set_security_groups(list(security_groups))
                .set_tags(tagging::aws::to_api(tags))
                .send()
                .await
                .map_err(|error| classify(operation, error))?;
            let made = answer.load_balancers().first().and_then(outputs);
            return made.ok_or_else(|| incomplete(operation, "load balancer"));
        }
        Call::SetSubnets { load_balancer, subnets } => {
            let request = client.set_subnets().load_balancer_arn(load_balancer).set_subnets(list(subnets));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::SetSecurityGroups { load_balancer, security_groups } => {
            let request = client
                .set_security_groups()
                .load_balancer_arn(load_balancer)
                .set_security_groups(list(security_groups));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::SetIpAddressType { load_balancer, ip_address_type } => {
            let request = client
                .set_ip_address_type()
                .load_balancer_arn(load_balancer)
                .ip_address_type(ip_address_type.as_str().into());
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::ModifyLoadBalancerAttributes { load_balancer, attributes } => {
            let one = |(key, value): (&String, &String)| {
                api::LoadBalancerAttribute::builder().key(key).value(value).build()
            };
            let request = client
                .modify_load_balancer_attributes()
                .load_balancer_arn(load_balancer)
                .set_attributes(Some(attributes.iter().map(one).collect()));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::DeleteLoadBalancer { load_balancer } => {
            let request = client.delete_load_balancer().load_balancer_arn(load_balancer);
            match request.send().await.map_err(|error| classify(operation, error)) {
                Ok(_) => {}
                Err(gone) if gone.is(&["LoadBalancerNotFound"]) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(Outputs::new())
}

fn list(set: &BTreeSet<String>) -> Option<Vec<String>> {
    (!set.is_empty()).then(|| set.iter().cloned().collect())
}

/// What later steps need of a load balancer.
pub fn outputs(live: &api::LoadBalancer) -> Option<Outputs> {
    let mut outputs = Outputs::from([(OutputKey::Arn, live.load_balancer_arn()?.to_owned())]);
    if let Some(name) = live.dns_name() {
        outputs.insert(OutputKey::DnsName, name.to_owned());
    }
    if let Some(zone) = live.canonical_hosted_zone_id() {
        outputs.insert(OutputKey::HostedZone, zone.to_owned());
    }
    Some(outputs)
}

/// The canonical form of a load balancer; `None` for one that is no Application Load Balancer. `attributes` is AWS's
/// list, `tags` are those to compare.
pub fn from_api(
    live: &api::LoadBalancer,
    attributes: &BTreeMap<String, String>,
    tags: Tags,
) -> Option<LoadBalancer> {
    if live.r#type().is_some_and(|kind| *kind != api::LoadBalancerTypeEnum::Application) {
        return None;
    }
    let scheme = live.scheme().map_or("internet-facing", api::LoadBalancerSchemeEnum::as_str);
    let addresses = live.ip_address_type().map_or("ipv4", api::IpAddressType::as_str);
    let mut model = LoadBalancer {
        name: live.load_balancer_name()?.to_owned(),
        scheme: Scheme::from_word(scheme)?,
        ip_address_type: IpAddressType::from_word(addresses)?,
        subnets: live
            .availability_zones()
            .iter()
            .filter_map(|zone| zone.subnet_id().map(str::to_owned))
            .collect(),
        security_groups: live.security_groups().iter().cloned().collect(),
        access_logs: decode_logs("access_logs", attributes),
        connection_logs: decode_logs("connection_logs", attributes),
        health_check_logs: decode_logs("health_check_logs", attributes),
        attributes: Attributes::new(),
        tags,
    };
    decode_attributes(&mut model, attributes);
    Some(model)
}

/// AWS's list of attributes as a map.
pub fn attributes_from(list: &[api::LoadBalancerAttribute]) -> BTreeMap<String, String> {
    list.iter()
        .filter_map(|one| Some((one.key()?.to_owned(), one.value().unwrap_or_default().to_owned())))
        .collect()
}

/// The logs that the attributes `ROW.s3.*` say.
pub fn decode_logs(row: &str, attributes: &BTreeMap<String, String>) -> Option<AccessLogs> {
    let text = |key: &str| attributes.get(&format!("{row}.s3.{key}")).cloned().unwrap_or_default();
    (text("enabled") == "true").then(|| AccessLogs { bucket: text("bucket"), prefix: text("prefix") })
}

/// What a live load balancer is, in a few words: `application, internet-facing, vpc-0a1b, active`.
pub fn summary(live: &api::LoadBalancer) -> String {
    let state = live.state().and_then(api::LoadBalancerState::code).map(State::as_str);
    let words = [
        live.r#type().map(api::LoadBalancerTypeEnum::as_str),
        live.scheme().map(api::LoadBalancerSchemeEnum::as_str),
        live.vpc_id(),
        state,
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Whether a load balancer serves, by the state that AWS reports.
pub fn judge(live: &api::LoadBalancer) -> Probe {
    let state = live.state();
    let reason = state.and_then(api::LoadBalancerState::reason).filter(|reason| !reason.is_empty());
    let words = |state: &str| match reason {
        Some(reason) => format!("{state} ({reason})"),
        None => state.to_owned(),
    };
    match state.and_then(api::LoadBalancerState::code) {
        Some(active @ (State::Active | State::ActiveImpaired)) => Probe::Holds(words(active.as_str())),
        Some(State::Failed) => Probe::Never(words("failed")),
        // Provisioning, and states that AWS may add.
        Some(other) => Probe::NotYet(words(other.as_str())),
        None => Probe::NotYet("in an unknown state".to_owned()),
    }
}

/// What AWS says of it beside its settings.
pub fn front(live: &api::LoadBalancer) -> Front {
    let (serves, state) = match judge(live) {
        Probe::Holds(state) => (true, state),
        Probe::NotYet(state) | Probe::Never(state) => (false, state),
    };
    let own = |text: Option<&str>| text.map(str::to_owned);
    Front { state, serves, hosted_zone: own(live.canonical_hosted_zone_id()), vpc: own(live.vpc_id()) }
}

/// Whether a live load balancer has the settings that a create call gives; its tags are not looked at.
pub fn made_by(live: &api::LoadBalancer, call: &Call<String>) -> bool {
    match call {
        Call::CreateLoadBalancer { name, scheme, ip_address_type, subnets, security_groups, tags: _ } => {
            from_api(live, &BTreeMap::new(), Tags::new()).is_some_and(|live| {
                live.name == *name
                    && live.scheme == *scheme
                    && live.ip_address_type == *ip_address_type
                    && live.subnets == *subnets
                    && live.security_groups == *security_groups
            })
        }
        Call::SetSubnets { .. }
        | Call::SetSecurityGroups { .. }
        | Call::SetIpAddressType { .. }
        | Call::ModifyLoadBalancerAttributes { .. }
        | Call::DeleteLoadBalancer { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live() -> api::builders::LoadBalancerBuilder {
        let zone = |subnet: &str| api::AvailabilityZone::builder().subnet_id(subnet).build();
        api::LoadBalancer::builder()
            .load_balancer_arn("arn:lb")
            .load_balancer_name("shop")
            .dns_name("shop.example")
            .r#type(api::LoadBalancerTypeEnum::Application)
            .availability_zones(zone("subnet-b"))
            .availability_zones(zone("subnet-a"))
            .security_groups("sg-1")
            .vpc_id("vpc-1")
    }

    #[test]
    fn what_aws_leaves_out_is_at_its_default() {
        let attribute =
            |key: &str, value: &str| api::LoadBalancerAttribute::builder().key(key).value(value).build();
        let listed = attributes_from(&[
            attribute("idle_timeout.timeout_seconds", "30"),
            attribute("access_logs.s3.enabled", "true"),
            attribute("access_logs.s3.bucket", "logs"),
        ]);
        let model = from_api(&live().build(), &listed, Tags::new()).unwrap();
        assert_eq!((model.scheme, model.ip_address_type), (Scheme::InternetFacing, IpAddressType::Ipv4));
        assert_eq!(model.attributes["idle_timeout"], 30);
        assert_eq!(model.attributes["http2"], true);
        assert_eq!(model.access_logs, Some(AccessLogs { bucket: "logs".to_owned(), prefix: String::new() }));
        assert_eq!(model.subnets.into_iter().collect::<Vec<_>>(), ["subnet-a", "subnet-b"]);
        assert_eq!(decode_logs("access_logs", &BTreeMap::new()), None);
    }

    #[test]
    fn other_types_are_not_read_but_told_in_words() {
        let network = live().r#type(api::LoadBalancerTypeEnum::Network).build();
        assert_eq!(from_api(&network, &BTreeMap::new(), Tags::new()), None);
        assert_eq!(summary(&network), "network, vpc-1");
    }

    #[test]
    fn only_active_ones_serve() {
        let state = |code: &str, reason: &str| {
            let state = api::LoadBalancerState::builder().code(code.into()).reason(reason).build();
            judge(&live().state(state).build())
        };
        assert_eq!(state("provisioning", ""), Probe::NotYet("provisioning".to_owned()));
        assert_eq!(state("active", ""), Probe::Holds("active".to_owned()));
        assert_eq!(state("active_impaired", "busy"), Probe::Holds("active_impaired (busy)".to_owned()));
        assert_eq!(state("failed", "no address"), Probe::Never("failed (no address)".to_owned()));
    }

    #[test]
    fn outputs_hold_what_later_steps_need() {
        let outputs = outputs(&live().build()).unwrap();
        assert_eq!(outputs[&OutputKey::Arn], "arn:lb");
        assert_eq!(outputs[&OutputKey::DnsName], "shop.example");
    }
}
