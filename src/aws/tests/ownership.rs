//! Whose is what.

use std::collections::BTreeSet;

use super::small;
use super::stack::{Stack, fixed, full, paths, team};
use crate::kinds::tagging::ownership;
use crate::kinds::{Call, Resource, listener, load_balancer, rule, tagging, target_group, targets};
use crate::model::world::Tags;

/// Takes our tags off a resource.
pub async fn disown(stack: &Stack, arn: String) {
    let keys = BTreeSet::from([ownership::STACK.to_owned()]);
    stack.perform(&Call::Tagging(tagging::Call::RemoveTags { resource: arn, keys })).await.unwrap();
}

#[tokio::test]
async fn what_is_not_ours_is_shown_but_not_taken() {
    let stack = small().await;
    disown(&stack, stack.arn(&rule::id("https", "users"))).await;
    disown(&stack, stack.arn(&listener::id("http"))).await;
    disown(&stack, stack.arn(&target_group::id("users"))).await;
    let (live, _) = stack.observe().await;
    let strangers: Vec<_> = live
        .strangers
        .iter()
        .map(|one| (one.kind, one.parent.as_str(), one.number, one.summary.as_str()))
        .collect();
    let arn = stack.arn(&target_group::id("users"));
    let forwards = format!("path /users, /users/* -> {}", "shop-users");
    assert_eq!(
        strangers,
        [
            ("listener", "load_balancer", 80, "HTTP, redirect https 301"),
            ("rule", "listener/https", 10, forwards.as_str())
        ]
    );
    let holders: Vec<_> =
        live.holders.iter().map(|one| (one.kind, one.name.as_str(), one.arn.as_str())).collect();
    assert_eq!(holders, [("target_group", "shop-users", arn.as_str())]);
    assert!(live.holders[0].summary.starts_with("ip HTTP:3000, vpc-0a1b2c3d"), "{}", live.holders[0].summary);
    assert!(!live.resources.contains_key(&targets::id("users")));
    assert!(live.resources.contains_key(&rule::id("https", "orders")));
}

#[tokio::test]
async fn anothers_load_balancer_is_not_read_further() {
    let stack = small().await;
    disown(&stack, stack.arn(&load_balancer::id())).await;
    stack.sandbox.clear_calls();
    let (live, reads) = stack.observe().await;
    assert_eq!(live.holders.iter().map(|one| one.kind).collect::<Vec<_>>(), ["load_balancer"]);
    assert!(live.strangers.is_empty() && !live.resources.contains_key(&listener::id("http")));
    assert!(!reads.by_operation.contains_key("DescribeListeners"), "{reads:?}");
    assert!(!reads.by_operation.contains_key("DescribeRules"), "{reads:?}");
}

#[tokio::test]
async fn two_of_one_identity_are_reported() {
    let stack = small().await;
    let call = rule::Call::CreateRule {
        listener: stack.arn(&listener::id("https")),
        priority: 30,
        when: vec![paths(&["/twice"])],
        then: stack.by_arn(&fixed(503)),
        tags: full(&rule::id("https", "users")),
    };
    let second = stack.perform(&Call::Rule(call)).await.unwrap();
    let (live, _) = stack.observe().await;
    let mut arns = vec![stack.arn(&rule::id("https", "users")), second];
    arns.sort();
    let mut reported = live.ambiguous[&rule::id("https", "users")].clone();
    reported.sort();
    assert_eq!(reported, arns);
}

#[tokio::test]
async fn others_tags_are_kept_apart() {
    let mut stack = small().await;
    let id = target_group::id("users");
    let tags = Tags::from([("cost".to_owned(), "7".to_owned())]);
    let add = tagging::Call::AddTags { resource: stack.arn(&id), tags };
    stack.perform(&Call::Tagging(add)).await.unwrap();
    let (live, _) = stack.observe_equal().await;
    assert_eq!(live.resources[&id].tags["cost"], "7");
    stack.scope.tags.clear();
    let (live, _) = stack.observe().await;
    match &live.resources[&id].resource {
        Resource::TargetGroup(model) => {
            assert_eq!(model.tags, team(), "remembered, though not wanted any more")
        }
        other => panic!("{other:?}"),
    }
}
