//! The AWS side against the sandbox: what is made through the executor's door is read back as it was meant.

mod ownership;
mod stack;

use std::collections::BTreeSet;
use std::time::Duration;

use albctl_sandbox::{Fault, FaultKind, Match};

use self::stack::{OTHER_CERTIFICATE, Stack, fixed, forward, full, https_redirect, paths};
use crate::aws::{AnyClock, observe};
use crate::exec::limits::Limiter;
use crate::exec::{Clock, ErrorKind, Probe, Service};
use crate::kinds::certificate::CertificateKey;
use crate::kinds::listener::model::Protocol;
use crate::kinds::rule::Condition;
use crate::kinds::rule::condition::QueryPair;
use crate::kinds::targets::Target;
use crate::kinds::{self, Call, Resource, listener, load_balancer, rule, target_group, targets};
use crate::model::OutputKey;

fn fault(operation: &str, count: usize, kind: FaultKind) -> Fault {
    Fault { matches: Match::Operation(operation.to_owned()), nth: 1, count, kind }
}

fn denied() -> FaultKind {
    FaultKind::Fail { code: "AccessDeniedException".to_owned(), status: 400, message: "no".to_owned() }
}

/// Two groups with targets, two listeners, two rules, two certificates.
async fn small() -> Stack {
    let mut stack = Stack::new();
    stack.load_balancer().await;
    stack.group("users").await;
    stack.group("orders").await;
    stack.targets("users", &["10.0.1.1", "10.0.1.2"]).await;
    stack.targets("orders", &[]).await;
    stack.listener("http", 80, Protocol::Http, https_redirect()).await;
    stack.listener("https", 443, Protocol::Https, fixed(404)).await;
    stack
        .rule("https", "users", 10, vec![paths(&["/users", "/users/*"])], forward(&[("users", 1)], None))
        .await;
    let split = forward(&[("orders", 95), ("users", 5)], Some(3600));
    let when = vec![
        Condition::Host(BTreeSet::from(["api.example.com".to_owned()])),
        Condition::Header { name: "X-Version".to_owned(), values: BTreeSet::from(["2*".to_owned()]) },
        Condition::Query(BTreeSet::from([QueryPair { key: Some("beta".to_owned()), value: "1".to_owned() }])),
        Condition::SourceIp(BTreeSet::from(["10.0.0.0/8".to_owned()])),
        Condition::Method(BTreeSet::from(["POST".to_owned()])),
    ];
    stack.rule("https", "orders", 20, when, split).await;
    stack
}

#[tokio::test]
async fn a_small_stack_is_read_back_in_four_rounds() {
    let stack = small().await;
    let (live, reads) = stack.observe_equal().await;
    assert!(reads.calls <= 16, "{reads:?}");
    assert_eq!(reads.rounds, 4);
    assert_eq!(live.account, "000000000000");
    assert!(live.dns_name.is_some() && live.notes.is_empty());
    let users = &live.resources[&target_group::id("users")];
    assert_eq!(users.tags, full(&target_group::id("users")));
}

#[tokio::test]
async fn a_large_stack_takes_no_call_per_rule() {
    let mut stack = Stack::new();
    stack.load_balancer().await;
    for number in 0..50 {
        stack.group(&format!("g{number:02}")).await;
    }
    stack.listener("http", 80, Protocol::Http, fixed(404)).await;
    for number in 0..100 {
        let (name, key) = (format!("r{number:02}"), format!("g{:02}", number % 50));
        let when = vec![paths(&[&format!("/{number}/*")])];
        stack.rule("http", &name, number * 10 + 10, when, forward(&[(&key, 1)], None)).await;
    }
    let (_, reads) = stack.observe_equal().await;
    assert!(reads.calls <= 67, "{reads:?}");
    assert_eq!(reads.rounds, 4);
    assert_eq!(reads.by_operation["DescribeRules"], 1);
}

#[tokio::test]
async fn nothing_at_all_is_read_in_one_round() {
    let stack = Stack::new();
    let (live, reads) = stack.observe_equal().await;
    assert_eq!((reads.calls, reads.rounds), (5, 1));
    assert_eq!(live.dns_name, None);
}

#[tokio::test]
async fn changes_are_read_back() {
    let mut stack = small().await;
    let listener = stack.arn(&listener::id("https"));
    let certificate = OTHER_CERTIFICATE.to_owned();
    let add = listener::Call::AddListenerCertificates { listener: listener.clone(), certificate };
    stack.perform(&Call::Listener(add)).await.unwrap();
    if let Some(Resource::Listener(model)) = stack.expected.get_mut(&listener::id("https")) {
        model.certificates.push(CertificateKey(OTHER_CERTIFICATE.to_owned()));
        model.sni.insert(CertificateKey(OTHER_CERTIFICATE.to_owned()));
        model.default_in_sni = false;
    }
    let (users, orders) = (rule::id("https", "users"), rule::id("https", "orders"));
    let priorities = vec![(stack.arn(&orders), 10), (stack.arn(&users), 20)];
    stack.perform(&Call::Rule(rule::Call::SetRulePriorities { priorities })).await.unwrap();
    let modify = rule::Call::ModifyRule {
        rule: stack.arn(&users),
        when: Some(vec![paths(&["/u/*"])]),
        then: Some(stack.by_arn(&fixed(503))),
        reset_transforms: true,
    };
    stack.perform(&Call::Rule(modify)).await.unwrap();
    for (id, priority) in [(&orders, 10), (&users, 20)] {
        if let Some(Resource::Rule(model)) = stack.expected.get_mut(id) {
            model.priority = priority;
        }
    }
    if let Some(Resource::Rule(model)) = stack.expected.get_mut(&users) {
        (model.when, model.then) = (vec![paths(&["/u/*"])], fixed(503));
    }
    let attributes = [("idle_timeout.timeout_seconds", "30"), ("routing.http2.enabled", "false")];
    let attributes = attributes.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    let load_balancer = stack.arn(&load_balancer::id());
    let call = load_balancer::Call::ModifyLoadBalancerAttributes { load_balancer, attributes };
    stack.perform(&Call::LoadBalancer(call)).await.unwrap();
    if let Some(Resource::LoadBalancer(model)) = stack.expected.get_mut(&load_balancer::id()) {
        model.attributes.insert("idle_timeout".to_owned(), 30.into());
        model.attributes.insert("http2".to_owned(), false.into());
    }
    stack.observe_equal().await;
}

#[tokio::test]
async fn without_the_tagging_api_one_says_so_and_goes_on() {
    let stack = small().await;
    stack.sandbox.inject(fault("GetResources", 0, denied()));
    let (live, reads) = stack.observe_equal().await;
    assert_eq!(live.notes.len(), 1);
    assert!(live.notes[0].starts_with("tag:GetResources failed (AccessDeniedException)"), "{:?}", live.notes);
    assert_eq!(reads.rounds, 5, "whose the load balancer is must be known before it is read");
}

#[tokio::test]
async fn what_the_tagging_api_remembers_but_is_gone_is_not_live() {
    let mut stack = small().await;
    stack.group("gone").await;
    let target_group = stack.arn(&target_group::id("gone"));
    stack.perform(&Call::TargetGroup(target_group::Call::DeleteTargetGroup { target_group })).await.unwrap();
    let rule = stack.arn(&rule::id("https", "users"));
    stack.perform(&Call::Rule(rule::Call::DeleteRule { rule })).await.unwrap();
    stack.expected.remove(&target_group::id("gone"));
    stack.expected.remove(&rule::id("https", "users"));
    stack.sandbox.edit(|state| state.tagging_keeps_deleted = Duration::from_secs(3600));
    stack.observe_equal().await;
}

#[tokio::test]
async fn a_deleted_load_balancer_that_is_still_nominated_is_not_live() {
    let mut stack = Stack::new();
    stack.sandbox.edit(|state| state.tagging_keeps_deleted = Duration::from_secs(3600));
    stack.load_balancer().await;
    let load_balancer = stack.arn(&load_balancer::id());
    stack
        .perform(&Call::LoadBalancer(load_balancer::Call::DeleteLoadBalancer { load_balancer }))
        .await
        .unwrap();
    stack.expected.clear();
    stack.observe_equal().await;
}

#[tokio::test]
async fn a_load_balancer_of_another_name_is_found_by_its_tags() {
    let mut stack = small().await;
    stack.scope.load_balancer_name = Some("other".to_owned());
    let (_, reads) = stack.observe_equal().await;
    assert_eq!(reads.rounds, 4);
}

#[tokio::test]
async fn reads_are_tried_again() {
    let stack = small().await;
    stack.sandbox.inject(fault("DescribeRules", 1, FaultKind::DropBefore));
    stack.sandbox.inject(fault("DescribeTags", 2, FaultKind::Throttle));
    let (_, reads) = stack.observe_equal().await;
    assert_eq!(reads.by_operation["DescribeRules"], 3);
    stack.sandbox.inject(fault("DescribeTargetGroups", 0, denied()));
    let error = stack.try_observe().await.unwrap_err();
    assert_eq!((error.kind, error.operation.as_str()), (ErrorKind::Denied, "DescribeTargetGroups"));
}

#[tokio::test]
async fn one_dead_arn_splits_its_batch() {
    let stack = small().await;
    let kind = FaultKind::Fail { code: "RuleNotFound".to_owned(), status: 400, message: "gone".to_owned() };
    stack.sandbox.inject(Fault { nth: 2, ..fault("DescribeTags", 1, kind) });
    let (_, reads) = stack.observe_equal().await;
    assert_eq!(reads.by_operation["DescribeTags"], 4, "round 2, round 4, and its two halves");
    assert_eq!(reads.rounds, 4);
}

#[tokio::test]
async fn the_limiter_makes_reading_slow_and_nothing_else() {
    let mut stack = Stack::new();
    stack.load_balancer().await;
    for number in 0..30 {
        stack.group(&format!("g{number}")).await;
    }
    let (_, free) = stack.observe_equal().await;
    let clock = AnyClock::Sandbox(stack.sandbox.clone());
    let limiter = Limiter::half_of_published();
    let (live, limited) = observe(&stack.clients, &stack.scope, &clock, &limiter, 20).await.unwrap();
    assert_eq!(live.resources.len(), 31);
    assert_eq!((limited.calls, free.limited), (free.calls, Duration::ZERO));
    assert!(limited.limited > Duration::ZERO && limited.elapsed > free.elapsed, "{limited:?}");
}

#[tokio::test]
async fn a_lost_creation_is_found_again_if_it_is_ours() {
    let mut stack = Stack::new();
    let create = stack.create_load_balancer();
    assert_eq!(stack.service().find_result(&create).await.unwrap(), None);
    stack.sandbox.inject(fault("CreateLoadBalancer", 1, FaultKind::DropAfter));
    let lost = stack.perform(&create).await.unwrap_err();
    assert_eq!(lost.kind, ErrorKind::Unavailable);
    let outputs = stack.service().find_result(&create).await.unwrap().unwrap();
    assert!(outputs[&OutputKey::DnsName].contains("shop-alb"));
    stack.load_balancer().await;
    stack.group("users").await;
    let create = stack.create_group("users");
    let arn = stack.arn(&target_group::id("users"));
    assert_eq!(found(&stack, &create).await.as_ref(), Some(&arn));
    ownership::disown(&stack, arn).await;
    assert_eq!(found(&stack, &create).await, None, "equal, but not ours");

    stack.listener("http", 80, Protocol::Http, fixed(404)).await;
    stack.rule("http", "a", 7, vec![paths(&["/a"])], fixed(503)).await;
    let create = stack.create_rule("http", "a", 7, &[paths(&["/a"])]);
    assert_eq!(found(&stack, &create).await, Some(stack.arn(&rule::id("http", "a"))));
    let create = stack.create_rule("http", "a", 7, &[paths(&["/b"])]);
    assert_eq!(found(&stack, &create).await, None, "ours, but not equal");
    if let Some(Resource::Listener(model)) = stack.expected.get(&listener::id("http")) {
        let create = stack.create_listener(model, "http");
        assert_eq!(found(&stack, &create).await, Some(stack.arn(&listener::id("http"))));
    }
}

async fn found(stack: &Stack, call: &Call<String>) -> Option<String> {
    let outputs = stack.service().find_result(call).await.unwrap()?;
    outputs.get(&OutputKey::Arn).cloned()
}

#[tokio::test]
async fn waits_look_at_state_and_health() {
    let mut stack = Stack::new();
    stack.load_balancer().await;
    stack.group("users").await;
    stack.targets("users", &["10.0.1.1"]).await;
    let clock = AnyClock::Sandbox(stack.sandbox.clone());
    let load_balancer = stack.arn(&load_balancer::id());
    let active = kinds::Condition::LoadBalancerActive(load_balancer::Condition { load_balancer });
    let probe = stack.service().probe(&active).await.unwrap();
    assert_eq!(probe, Probe::NotYet("provisioning".to_owned()));
    clock.sleep(Duration::from_secs(600)).await;
    assert_eq!(stack.service().probe(&active).await.unwrap(), Probe::Holds("active".to_owned()));

    stack.listener("http", 80, Protocol::Http, forward(&[("users", 1)], None)).await;
    let targets = BTreeSet::from([Target { id: "10.0.1.1".to_owned(), port: Some(3000), zone: None }]);
    let target_group = stack.arn(&target_group::id("users"));
    let healthy = kinds::Condition::TargetsHealthy(targets::Condition { target_group, targets });
    let probe = stack.service().probe(&healthy).await.unwrap();
    assert_eq!(probe, Probe::NotYet("0 of 1: 10.0.1.1 initial".to_owned()));
    clock.sleep(Duration::from_secs(600)).await;
    assert_eq!(stack.service().probe(&healthy).await.unwrap(), Probe::Holds("1 of 1".to_owned()));
}

#[tokio::test]
async fn deleting_what_is_gone_is_done() {
    let mut stack = small().await;
    let rule = stack.arn(&rule::id("https", "users"));
    for _ in 0..2 {
        stack.perform(&Call::Rule(rule::Call::DeleteRule { rule: rule.clone() })).await.unwrap();
    }
    let listener = stack.arn(&listener::id("http"));
    for _ in 0..2 {
        let call = listener::Call::DeleteListener { listener: listener.clone() };
        stack.perform(&Call::Listener(call)).await.unwrap();
    }
    stack.expected.remove(&rule::id("https", "users"));
    stack.expected.remove(&listener::id("http"));
    stack.observe_equal().await;
}

#[tokio::test]
async fn refusals_carry_awss_code_and_request_id() {
    let stack = small().await;
    let target_group = stack.arn(&target_group::id("users"));
    let call = Call::TargetGroup(target_group::Call::DeleteTargetGroup { target_group });
    let error = stack.perform(&call).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::Refused, Some("ResourceInUse")));
    assert!(error.request_id.is_some() && error.operation == "DeleteTargetGroup");
}

#[tokio::test]
async fn a_late_answer_is_a_lost_one() {
    let stack = Stack::new();
    let before = stack.sandbox.now();
    let delay = FaultKind::Delay(Duration::from_secs(60));
    stack.sandbox.inject(fault("CreateTargetGroup", 1, delay));
    let error = stack.perform(&stack.create_group("users")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    let passed = stack.sandbox.now().duration_since(before).unwrap();
    assert!((15..20).contains(&passed.as_secs()), "{passed:?}");
}
