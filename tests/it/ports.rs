//! Ports that change hands between listeners: in an order in which no call is refused, and no listener made anew.

use albctl::model::Plan;

use crate::support::Stage;

fn spec(listeners: &[(&str, u16)]) -> String {
    let one = |(key, port): &(&str, u16)| {
        format!("  {key}: {{ port: {port}, default: {{ fixed_response: 404 }} }}\n")
    };
    let listeners: String = listeners.iter().map(one).collect();
    format!(
        "version: 1\nstack: shop\nvpc: vpc-0a\nload_balancer:\n  scheme: internal\n  \
         subnets: [subnet-0a, subnet-0b]\n  security_groups: [sg-0a]\nlisteners:\n{listeners}"
    )
}

/// The calls from one spec to the other as (operation, key of the listener, port), and the plan; every listener that
/// is in both keeps its ARN.
fn from_to(before: &[(&str, u16)], after: &[(&str, u16)]) -> (Vec<(String, String, u64)>, Planned) {
    let stage = Stage::new();
    let (old, new) = (spec(before), spec(after));
    stage.apply(&old);
    let arn = |text: &str, key: &str| stage.arn(text, &format!("listener/{key}"));
    let arns: Vec<(String, String)> =
        before.iter().map(|(key, _)| ((*key).to_owned(), arn(&old, key))).collect();
    stage.written();
    let plan = stage.apply(&new);
    let calls = stage
        .writes()
        .into_iter()
        .map(|call| {
            let arn = call.params["ListenerArn"].as_str().unwrap_or_default();
            let key = arns.iter().find(|(_, known)| known == arn).map(|(key, _)| key.clone());
            (
                call.operation,
                key.unwrap_or_default(),
                call.params["Port"].as_str().and_then(|port| port.parse().ok()).unwrap_or(0),
            )
        })
        .collect();
    for (key, old) in arns.iter().filter(|(key, _)| after.iter().any(|(other, _)| other == key)) {
        assert_eq!(arn(&new, key), *old, "{key} keeps its ARN");
    }
    (calls, plan)
}

type Planned = Plan<albctl::kinds::Call<albctl::model::Ref>, albctl::kinds::Condition<albctl::model::Ref>>;

fn modify(key: &str, port: u64) -> (String, String, u64) {
    ("ModifyListener".to_owned(), key.to_owned(), port)
}

fn hows(plan: &Planned) -> Vec<&str> {
    plan.changes.iter().filter_map(|change| change.how.as_deref()).collect()
}

#[test]
fn two_ports_are_swapped_through_a_third() {
    let (calls, plan) = from_to(&[("a", 80), ("b", 81)], &[("a", 81), ("b", 80)]);
    assert_eq!(calls, [modify("a", 65_535), modify("b", 80), modify("a", 81)]);
    assert_eq!(
        hows(&plan),
        [
            "through port 65535: two ports cannot be swapped in one call",
            "after listener/a has left the port, which nobody serves for a moment"
        ]
    );
}

#[test]
fn longer_cycles_and_two_of_them_need_one_more_call_each() {
    let (calls, _) = from_to(&[("a", 1), ("b", 2), ("c", 3)], &[("a", 2), ("b", 3), ("c", 1)]);
    assert_eq!(calls, [modify("a", 65_535), modify("c", 1), modify("b", 3), modify("a", 2)]);
    let (calls, _) = from_to(
        &[("a", 1), ("b", 2), ("c", 3), ("d", 65_535)],
        &[("a", 2), ("b", 1), ("c", 65_535), ("d", 3)],
    );
    assert_eq!(calls.len(), 6);
    let asides: Vec<u64> = calls.iter().map(|call| call.2).filter(|port| *port > 60_000).collect();
    assert_eq!(asides, [65_534, 65_533, 65_535], "ports that nothing has or wants");
}

#[test]
fn a_chain_is_ordered_so_that_each_port_is_free() {
    let (calls, plan) = from_to(&[("a", 1), ("b", 2), ("c", 3)], &[("a", 2), ("b", 3), ("c", 4)]);
    assert_eq!(calls, [modify("c", 4), modify("b", 3), modify("a", 2)]);
    assert_eq!(hows(&plan).len(), 2, "c goes to a port that is free");
}

#[test]
fn a_new_listener_takes_a_port_after_it_was_left() {
    let (calls, _) = from_to(&[("a", 1)], &[("a", 2), ("b", 1)]);
    assert_eq!(calls, [modify("a", 2), ("CreateListener".to_owned(), String::new(), 1)]);
}

#[test]
fn a_port_whose_listener_goes_is_taken_before_that_is_deleted() {
    let (calls, plan) = from_to(&[("a", 1), ("b", 2)], &[("a", 2)]);
    assert_eq!(
        calls,
        [modify("b", 65_535), modify("a", 2), ("DeleteListener".to_owned(), "b".to_owned(), 0)]
    );
    assert!(hows(&plan)[1].starts_with("through port 65535: its own goes to another listener"));
}

#[test]
fn keys_that_are_swapped_are_ports_that_are_swapped_and_a_third_key_is_a_rename() {
    let (calls, _) = from_to(&[("a", 1), ("b", 2)], &[("c", 1), ("b", 2)]);
    assert_eq!(calls.iter().map(|call| call.0.as_str()).collect::<Vec<_>>(), ["AddTags"]);
    let (calls, _) = from_to(&[("a", 1), ("b", 2)], &[("c", 1), ("a", 2)]);
    let operations: Vec<&str> = calls.iter().map(|call| call.0.as_str()).collect();
    assert!(operations.contains(&"DeleteListener"), "{operations:?}");
}
