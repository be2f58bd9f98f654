//! Protocol versions: groups that only take HTTP/2 or gRPC, behind what does not speak it. ALB guide, "Target groups",
//! protocol version; "HTTP 464". AWS refuses such a group behind a listener that is not encrypted.

use super::facts::{Facts, Group};
use super::finding::{Finding, Link};
use super::traffic::{Entry, largest_share};

/// What is wrong with the versions of the groups that get requests.
pub fn find(facts: &Facts, entries: &[Entry<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, group) in &facts.groups {
        let Some(version) = group.version.as_deref().filter(|version| *version != "HTTP1") else { continue };
        if largest_share(entries, key) > 0 {
            found.push(of_group(facts, group, spoken(version)));
        }
    }
    found
}

fn spoken(version: &str) -> &str {
    match version {
        "GRPC" => "gRPC",
        _ => "HTTP/2",
    }
}

fn of_group(facts: &Facts, group: &Group, spoken: &str) -> Finding {
    let (name, balancer) = (&group.name, &facts.balancer.name);
    let version = group.version.as_deref().unwrap_or_default();
    let found = |code: &'static str, likelihood: u8, sentence: String| {
        Finding::new(code, Link::TargetGroup, likelihood, name, sentence)
            .seen(format!("the protocol version of {name} is {version}"))
            .explains(&[464])
    };
    if facts.balancer.attributes.get("routing.http2.enabled").map(String::as_str) == Some("false") {
        let sentence =
            format!("{name} takes {spoken} only, and {balancer} offers no HTTP/2: requests are answered 464");
        return found("http2-off", 95, sentence)
            .seen("routing.http2.enabled is false")
            .mend(format!("attr set {balancer} http2=true"));
    }
    let sentence = format!("{name} takes {spoken} only: clients that speak HTTP/1.1 are answered 464");
    found("http1-clients", 6, sentence)
        .advise(format!("let clients speak {spoken}, or make a group of HTTP1 for them"))
}
