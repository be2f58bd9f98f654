//! A stack's status for programs. Fields are only ever added.

use serde_json::{Value, json};

use super::header::Header;
use super::status::{Balancer, Certificate, Group, Listener, Record, Rule, Setting, Status, Target};
use crate::model::world::HealthState;

/// The answer of `status`. `in_spec` of a rule is whether the spec has it; `null` without a spec: [`without_spec`].
pub fn render(status: &Status, header: &Header) -> Value {
    let mut answer = header.to_json();
    answer["load_balancer"] = status.balancer.as_ref().map_or(Value::Null, balancer);
    answer["last_apply"] = status.applied.as_ref().map_or(
        Value::Null,
        |applied| json!({"plan": applied.plan, "by": applied.by, "at": applied.at, "from": applied.from}),
    );
    answer["listeners"] = status.listeners.iter().map(listener).collect();
    answer["target_groups"] = status.groups.iter().map(group).collect();
    answer["certificates"] = status.certificates.iter().map(certificate).collect();
    answer["dns_names"] = json!(status.names);
    answer["records"] = status.records.iter().map(record).collect();
    answer["problems"] = json!(status.problems());
    answer["notes"] = json!(status.notes);
    answer
}

/// Where no spec was read, nothing is known of what is in it: `in_spec` of every rule is `null`.
pub fn without_spec(answer: &mut Value) {
    let listeners = answer["listeners"].as_array_mut().into_iter().flatten();
    for rule in listeners.filter_map(|one| one["rules"].as_array_mut()).flatten() {
        rule["in_spec"] = Value::Null;
    }
}

fn balancer(one: &Balancer) -> Value {
    let Balancer { arn, state, serves, scheme, addresses, zones, vpc, settings, dns_name } = one;
    json!({
        "arn": arn,
        "state": state,
        "serves": serves,
        "scheme": scheme,
        "ip_address_type": addresses,
        "zones": zones,
        "vpc": vpc,
        "settings": self::settings(settings),
        "dns_name": dns_name,
    })
}

fn listener(one: &Listener) -> Value {
    let Listener { key, port, protocol, arn, policy, certificates, default, rules } = one;
    json!({
        "key": key,
        "port": port,
        "protocol": protocol,
        "arn": arn,
        "ssl_policy": policy,
        "certificates": certificates,
        "default": default.as_ref().map(target),
        "rules": rules.iter().map(rule).collect::<Vec<_>>(),
    })
}

fn rule(one: &Rule) -> Value {
    let Rule { name, ours, arn, priority, when, then } = one;
    json!({
        "name": name,
        "in_spec": ours,
        "arn": arn,
        "priority": priority,
        "when": when,
        "then": then.as_ref().map(target),
    })
}

fn target(one: &Target) -> Value {
    let Target { words, problem, weightless } = one;
    let problem = problem.as_ref().filter(|why| !why.is_empty());
    json!({"action": words, "problem": problem, "weightless": weightless})
}

fn group(one: &Group) -> Value {
    let Group {
        key,
        arn,
        kind,
        port,
        function,
        permission,
        sticky,
        managed,
        attributes,
        settings,
        targets,
        used,
    } = one;
    let state = |state: HealthState| match state {
        HealthState::Healthy => "healthy",
        HealthState::Unchecked => "unchecked",
        HealthState::Unhealthy => "unhealthy",
    };
    let targets: Vec<Value> = targets
        .iter()
        .map(|one| json!({"id": one.id, "port": one.port, "health": state(one.state), "words": one.words}))
        .collect();
    json!({
        "key": key,
        "arn": arn,
        "target_type": kind,
        "port": port,
        "function": function,
        "permission": function.as_ref().map(|_| permission),
        "stickiness": sticky,
        "managed": managed,
        "attributes": attributes,
        "settings": self::settings(settings),
        "healthy": one.healthy(),
        "targets": targets,
        "used": used,
        "problems": one.problems(),
    })
}

fn settings(all: &[Setting]) -> Value {
    let one = |one: &Setting| (one.key.to_owned(), json!({"value": one.value, "default": one.default}));
    Value::Object(all.iter().map(one).collect())
}

fn certificate(one: &Certificate) -> Value {
    let Certificate { key, arn, names, store, state, days, renews, self_signed, ports, summary } = one;
    json!({
        "key": key,
        "arn": arn,
        "names": names,
        "store": store,
        "state": state,
        "days": days,
        "renews": renews,
        "self_signed": self_signed,
        "ports": ports,
        "summary": summary,
        "problem": one.problem(),
    })
}

fn record(one: &Record) -> Value {
    let Record { name, set, zone, wanted, problem, unknown } = one;
    json!({
        "name": name,
        "set": set,
        "zone": zone,
        "wanted": wanted,
        "problem": problem,
        "unknown": unknown,
    })
}
