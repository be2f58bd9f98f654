//! Values for the tests of this room.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::header::{Header, ReadCount, Where};
use crate::exec::event::StepError;
use crate::exec::{ErrorKind, ServiceError, StepState, Summary};
use crate::kinds::{Call, Live, Plan, Step};
use crate::model::world::Stranger;
use crate::model::{Action, Change, FieldChange, Ref, ResourceId, StepId, StepVerb, Verb};

pub fn header(place: Where) -> Header {
    Header {
        stack: "shop-prod".to_owned(),
        place,
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        caller: "arn:aws:sts::123456789012:assumed-role/ci-deploy/gh-8841".to_owned(),
        reads: ReadCount {
            calls: 12,
            rounds: 4,
            by_operation: BTreeMap::from([("DescribeLoadBalancers".to_owned(), 1)]),
            elapsed: Duration::from_millis(300),
            limited: Duration::ZERO,
        },
    }
}

pub fn live() -> Live {
    Live {
        account: "123456789012".to_owned(),
        caller: "arn:aws:iam::123456789012:user/dana".to_owned(),
        region: "us-east-1".to_owned(),
        resources: BTreeMap::new(),
        ambiguous: BTreeMap::new(),
        leftovers: BTreeMap::new(),
        apart: BTreeMap::new(),
        counts: BTreeMap::new(),
        lent: BTreeMap::new(),
        twins: BTreeMap::new(),
        strange: BTreeMap::new(),
        rule_quota: None,
        now: 0,
        certificates: BTreeMap::new(),
        alternatives: BTreeMap::new(),
        servers_read: false,
        zones: Vec::new(),
        dns: crate::model::LiveDns::default(),
        strangers: Vec::new(),
        holders: Vec::new(),
        candidates: Vec::new(),
        former: BTreeMap::new(),
        rules: BTreeMap::new(),
        health: BTreeMap::new(),
        provisioning: false,
        front: None,
        dns_name: None,
        draining: BTreeMap::new(),
        notes: Vec::new(),
    }
}

pub fn stranger() -> Stranger {
    Stranger {
        kind: "rule",
        arn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/s/1/2/3".to_owned(),
        parent: ResourceId::from_tag("listener/https"),
        number: 5,
        name: "block-bots".to_owned(),
        summary: "header User-Agent *BadBot* -> fixed 403".to_owned(),
    }
}

pub fn field(key: &str, from: &str, to: &str) -> FieldChange {
    FieldChange {
        key: key.to_owned(),
        from: Value::from(from),
        to: Value::from(to),
        from_text: from.to_owned(),
        to_text: to.to_owned(),
        default: false,
        replaces: false,
    }
}

pub fn change(verb: Verb, id: &str, label: &str, summary: &str) -> Change {
    Change {
        id: ResourceId::from_tag(id),
        verb,
        label: label.to_owned(),
        summary: summary.to_owned(),
        fields: Vec::new(),
        how: None,
        note: None,
        place: None,
    }
}

pub fn call(operation: Value) -> Call<Ref> {
    serde_json::from_value(operation).unwrap()
}

pub fn step(id: &str, verb: StepVerb, summary: &str) -> Step {
    let subject = ResourceId::from_tag(id);
    Step {
        id: StepId::new(&subject, verb.as_str()),
        subject,
        verb,
        summary: summary.to_owned(),
        action: Action::Call(call(json!({"load_balancer": {
            "operation": "DeleteLoadBalancer", "load_balancer": {"known": "arn:lb"}}}))),
        needs: Vec::new(),
    }
}

pub fn wait(id: &str, limit_seconds: u64) -> Step {
    let condition = serde_json::from_value(
        json!({"targets_healthy": {"target_group": {"known": "arn:tg"}, "targets": []}}),
    );
    Step {
        action: Action::Wait { condition: condition.unwrap(), limit_seconds },
        ..step(id, StepVerb::Healthy, "")
    }
}

pub fn plan(changes: Vec<Change>, steps: Vec<Step>) -> Plan {
    Plan {
        stack: "shop-prod".to_owned(),
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        changes,
        steps,
        basis: BTreeMap::new(),
        unfinished: Vec::new(),
        left: Vec::new(),
    }
}

/// The plan of the running example: every verb, notes, defaults.
pub fn example() -> Plan {
    let at = |place: &str, change: Change| Change { place: Some(place.to_owned()), ..change };
    let changes = vec![
        at(
            "shop.yaml:15",
            Change {
                fields: vec![field("idle_timeout", "60s", "2m")],
                ..change(Verb::Update, "load_balancer", "shop-prod", "")
            },
        ),
        at(
            "shop.yaml:41",
            Change {
                fields: vec![
                    FieldChange { replaces: true, ..field("port", "3000", "8080") },
                    FieldChange { default: true, ..field("stickiness", "lb_cookie 1h", "off") },
                ],
                ..change(Verb::Replace, "target_group/orders", "shop-prod-orders", "")
            },
        ),
        at(
            "shop.yaml:52",
            change(
                Verb::Create,
                "target_group/search",
                "shop-prod-search",
                "ip HTTP:3000, health check /health every 30s, targets external",
            ),
        ),
        at(
            "shop.yaml:81",
            change(Verb::Create, "rule/https/search", "priority 40", "path /search* -> search"),
        ),
        Change {
            note: Some("iOS app before 4.2, until 2026-10 (dana)".to_owned()),
            ..change(Verb::Delete, "rule/https/legacy", "priority 50", "path /v1/* -> legacy")
        },
        change(Verb::Delete, "target_group/legacy", "shop-prod-legacy", "no targets"),
    ];
    let steps = vec![
        step("load_balancer", StepVerb::Change, "idle_timeout 60s -> 2m"),
        step("target_group/orders", StepVerb::Create, "shop-prod-orders-8c1f"),
        step("target_group/search", StepVerb::Create, "shop-prod-search"),
        step("rule/https/search", StepVerb::Create, "priority 40"),
        wait("target_group/orders", 300),
        step("rule/https/legacy", StepVerb::Delete, ""),
        step("target_group/legacy", StepVerb::Delete, ""),
    ];
    plan(changes, steps)
}

pub fn refusal() -> ServiceError {
    ServiceError {
        operation: "CreateTargetGroup".to_owned(),
        kind: ErrorKind::Refused,
        code: Some("TooManyTargetGroups".to_owned()),
        message: "The maximum number of target groups has been reached".to_owned(),
        request_id: Some("4f1c9d02".to_owned()),
    }
}

/// The end of a run: `state` of every step, in the order of the plan.
pub fn summary(plan: &Plan, states: Vec<StepState>) -> Summary {
    Summary {
        states: plan.steps.iter().map(|step| step.id.clone()).zip(states).collect(),
        outputs: BTreeMap::new(),
        left: BTreeMap::new(),
        writes: 6,
        reads: 3,
        elapsed: Duration::from_secs(91),
    }
}

pub fn failed() -> StepState {
    StepState::Failed(StepError::Service(refusal()))
}
