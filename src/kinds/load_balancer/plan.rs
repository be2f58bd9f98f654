//! From a change of the load balancer to calls.

use std::collections::BTreeMap;

use super::call::{Call, Condition};
use super::fields::LOGS;
use super::model::{AccessLogs, LoadBalancer};
use crate::kinds::context::Context;
use crate::kinds::dns_record::memory;
use crate::kinds::{self, Action, Step, certificate, tagging};
use crate::model::field::{self, Carrier, Model};
use crate::model::world::Tags;
use crate::model::{Change, Ref, ResourceId, StepId, StepVerb};

/// How long a new load balancer may take to become active: usually 1 to 4 minutes.
const ACTIVE_LIMIT_SECONDS: u64 = 600;

/// What it is, in one line.
pub fn summary(model: &LoadBalancer) -> String {
    let mut words = vec![model.scheme.to_string(), model.ip_address_type.to_string()];
    words.push(format!("{} subnets", model.subnets.len()));
    let unnamed = ["name", "scheme", "ip_address_type", "subnets", "security_groups", "tags"];
    let notable = field::notable(model);
    words.extend(
        notable.iter().filter(|(key, _)| !unnamed.contains(key)).map(|(key, value)| format!("{key} {value}")),
    );
    words.join(", ")
}

/// Creates the load balancer, its attributes, and waits until it is active if `wait` says so.
pub fn create(cx: &mut Context<'_>, id: &ResourceId, model: &LoadBalancer, wait: bool) {
    let LoadBalancer {
        name,
        scheme,
        ip_address_type,
        subnets,
        security_groups,
        access_logs: _,
        connection_logs: _,
        health_check_logs: _,
        attributes: _,
        tags,
    } = model;
    let call = Call::CreateLoadBalancer {
        name: name.clone(),
        scheme: *scheme,
        ip_address_type: *ip_address_type,
        subnets: subnets.clone(),
        security_groups: security_groups.clone(),
        tags: tags_with_memory(cx, id, tags),
    };
    let call = kinds::Call::LoadBalancer(call);
    let created = cx.call(id, "create", StepVerb::Create, name, call, &[]);
    let notable: Vec<&str> = field::notable(model).into_iter().map(|(key, _)| key).collect();
    attributes(cx, id, model, &notable, std::slice::from_ref(&created));
    if wait {
        wait_active(cx, id, &[created]);
    }
}

fn wait_active(cx: &mut Context<'_>, id: &ResourceId, needs: &[StepId]) {
    let condition = kinds::Condition::LoadBalancerActive(Condition { load_balancer: cx.load_balancer() });
    cx.wait(id, StepVerb::Active, condition, ACTIVE_LIMIT_SECONDS, needs);
}

/// Waits for a load balancer that an earlier apply made and that is not yet active, if `wait` says so or targets are
/// to become healthy: they are not checked before.
pub fn resume(cx: &mut Context<'_>, wait: bool) {
    let id = super::id();
    let is_health = |step: &Step| step.verb == StepVerb::Healthy;
    let wanted = wait || cx.steps().iter().any(is_health);
    if wanted && cx.live.provisioning && cx.desired.resources.contains_key(&id) {
        wait_active(cx, &id, &[]);
    }
    let active = cx.steps_of(|step| step.verb == StepVerb::Active);
    cx.require_all(is_health, &active);
}

/// Whether a step is the wait for a load balancer that was there before the plan.
pub fn is_resumed(step: &Step) -> bool {
    match &step.action {
        Action::Wait { condition: kinds::Condition::LoadBalancerActive(condition), .. } => {
            matches!(condition.load_balancer, Ref::Known(_))
        }
        Action::Wait { .. } | Action::Call(_) => false,
    }
}

/// All tags of a new load balancer: it remembers the DNS records that lead to it, and that there are server certificates,
/// before these are made.
fn tags_with_memory(cx: &Context<'_>, id: &ResourceId, tags: &Tags) -> Tags {
    let records = cx.desired.resources.values().filter_map(|wanted| match &wanted.resource {
        kinds::Resource::DnsRecord(record) => Some(record),
        kinds::Resource::LoadBalancer(_)
        | kinds::Resource::TargetGroup(_)
        | kinds::Resource::Targets(_)
        | kinds::Resource::Listener(_)
        | kinds::Resource::Rule(_)
        | kinds::Resource::Certificate(_) => None,
    });
    let mut all = cx.tags(id, tags);
    all.extend(memory::tags(&memory::of(records)));
    if certificate::has_servers(cx.desired.resources.values().map(|wanted| &wanted.resource)) {
        all.extend(certificate::remembered());
    }
    all
}

/// The calls that bring the live load balancer to the wanted form, one after the other: AWS changes one thing of a
/// load balancer at a time. IPv6 needs subnets that have it, so these change while the load balancer has none.
pub fn update(cx: &mut Context<'_>, change: &Change, model: &LoadBalancer) {
    let id = &change.id;
    let keys: Vec<&str> = change.fields.iter().map(|field| field.key.as_str()).collect();
    let mut order = ["subnets", "ip_address_type", "security_groups"];
    if model.ip_address_type == super::model::IpAddressType::Ipv4 {
        order.swap(0, 1);
    }
    let mut last = Vec::new();
    for key in order.into_iter().filter(|key| keys.contains(key)) {
        let load_balancer = cx.load_balancer();
        let call = match key {
            "subnets" => Call::SetSubnets { load_balancer, subnets: model.subnets.clone() },
            "ip_address_type" => {
                Call::SetIpAddressType { load_balancer, ip_address_type: model.ip_address_type }
            }
            _ => Call::SetSecurityGroups { load_balancer, security_groups: model.security_groups.clone() },
        };
        let summary = kinds::show::fields_summary(&change.fields, &[key]);
        let call = kinds::Call::LoadBalancer(call);
        last = vec![cx.call(id, key, StepVerb::Change, summary, call, &last)];
    }
    attributes(cx, id, model, &keys, &last);
    if keys.contains(&"tags") {
        tagging::plan::steps(cx, id, &model.tags);
    }
}

/// Deletes the load balancer; its listeners and rules go with it.
pub fn delete(cx: &mut Context<'_>, id: &ResourceId) {
    let call = kinds::Call::LoadBalancer(Call::DeleteLoadBalancer { load_balancer: cx.load_balancer() });
    let name = cx.existing(id).map(|existing| existing.resource.label()).unwrap_or_default();
    cx.call(id, "delete", StepVerb::Delete, name, call, &[]);
}

/// So many attributes go into one call. API: `LoadBalancerAttributes`.
const AT_ONCE: usize = 20;

/// One call for all attributes among `keys`, or several where they are too many.
fn attributes(cx: &mut Context<'_>, id: &ResourceId, model: &LoadBalancer, keys: &[&str], needs: &[StepId]) {
    let mut attributes = field::encode_attributes(model, |key| keys.contains(&key));
    let logs = [&model.access_logs, &model.connection_logs, &model.health_check_logs];
    for (key, logs) in LOGS.into_iter().zip(logs).filter(|(key, _)| keys.contains(key)) {
        attributes.extend(encode_logs(key, logs.as_ref()));
    }
    if attributes.is_empty() {
        return;
    }
    let summary = summary_of_attributes(model, keys);
    let mut needs = needs.to_vec();
    // What belongs together is about logs, and stands at the beginning.
    let all: Vec<(String, String)> = attributes.into_iter().collect();
    for (number, some) in all.chunks(AT_ONCE).enumerate() {
        let attributes = some.iter().cloned().collect();
        let call = Call::ModifyLoadBalancerAttributes { load_balancer: cx.load_balancer(), attributes };
        let what = if number == 0 { "attributes".to_owned() } else { format!("attributes {}", number + 1) };
        let call = kinds::Call::LoadBalancer(call);
        needs = vec![cx.call(id, &what, StepVerb::Change, summary.clone(), call, &needs)];
    }
}

fn summary_of_attributes(model: &LoadBalancer, keys: &[&str]) -> String {
    LoadBalancer::FIELDS
        .iter()
        .filter(|field| keys.contains(&field.key))
        .filter(|field| matches!(field.carrier, Carrier::Attribute(_) | Carrier::Attributes))
        .map(|field| format!("{} {}", field.key, field.show(&field.get(model))))
        .collect::<Vec<_>>()
        .join(", ")
}

/// AWS's keys and texts for logs of a row; off leaves bucket and prefix as they are.
pub fn encode_logs(row: &str, logs: Option<&AccessLogs>) -> BTreeMap<String, String> {
    let pairs = match logs {
        Some(AccessLogs { bucket, prefix }) => {
            vec![("enabled", "true"), ("bucket", bucket.as_str()), ("prefix", prefix.as_str())]
        }
        None => vec![("enabled", "false")],
    };
    pairs.into_iter().map(|(key, value)| (format!("{row}.s3.{key}"), value.to_owned())).collect()
}
