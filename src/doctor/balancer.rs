//! The load balancer itself: its state, and whether it listens.

use super::facts::Facts;
use super::finding::{Finding, Link};
use super::traffic::Entry;

/// What is wrong with it.
pub fn find(facts: &Facts, entries: &[Entry<'_>]) -> Vec<Finding> {
    let mut found: Vec<Finding> = state(facts).into_iter().collect();
    if entries.is_empty() {
        let name = &facts.balancer.name;
        let sentence = format!("{name} has no listener: it takes no connections");
        found.push(
            Finding::new("no-listener", Link::Listener, 99, name, sentence)
                .seen("DescribeListeners answers with an empty list")
                .change("with a listener", format!("give {name} a listener: aws elbv2 create-listener")),
        );
    }
    found
}

fn state(facts: &Facts) -> Option<Finding> {
    let balancer = &facts.balancer;
    let name = &balancer.name;
    let (code, likelihood, sentence, advice) = match balancer.state.as_str() {
        "active" => return None,
        "provisioning" => (
            "provisioning",
            100,
            format!("{name} is still being set up: it takes no requests yet"),
            "wait: it takes two to five minutes",
        ),
        "active_impaired" => (
            "impaired",
            75,
            format!("{name} is active, but has not the addresses it needs to grow"),
            "its subnets need at least 8 free addresses each, and a range of /27 or larger",
        ),
        "failed" => (
            "failed",
            100,
            format!("{name} could not be set up: it takes no requests"),
            "delete it and make it anew; the reason above says what to change before",
        ),
        _ => ("state", 90, format!("{name} is {}", balancer.state), "see its state in the console"),
    };
    let reason = balancer.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    Some(
        Finding::new(code, Link::LoadBalancer, likelihood, name, sentence)
            .seen(format!("its state is {}{reason}", balancer.state))
            .explains(&[502, 503, 504])
            .advise(advice),
    )
}
