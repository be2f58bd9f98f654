//! Protocol versions: groups that only take HTTP/2 or gRPC, behind what does not speak it. ALB guide, "Target groups",
//! protocol version; "HTTP 464".

use super::facts::{Facts, Group};
use super::finding::{Finding, Link};
use super::traffic::{Entry, users};

/// What is wrong with the versions of the groups that get requests.
pub fn find(facts: &Facts, entries: &[Entry<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, group) in &facts.groups {
        let Some(version) = group.version.as_deref().filter(|version| *version != "HTTP1") else { continue };
        let users: Vec<&Entry<'_>> =
            users(entries, key).into_iter().filter(|(_, share)| *share > 0).map(|(entry, _)| entry).collect();
        if !users.is_empty() {
            found.push(of_group(facts, group, spoken(version), &users));
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

fn of_group(facts: &Facts, group: &Group, spoken: &str, users: &[&Entry<'_>]) -> Finding {
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
    if let Some(plain) = users.iter().find(|entry| !entry.https) {
        let place = plain.place();
        let sentence = format!(
            "{name} takes {spoken} only, and {place} is not encrypted, where no HTTP/2 is spoken: requests are answered 464"
        );
        return found("http2-plain", 94, sentence)
            .seen(format!("{place} forwards to it, on the HTTP listener :{}", plain.port))
            .mend("apply SPEC")
            .advise("with an HTTPS listener for it, or a group of protocol version HTTP1");
    }
    let sentence = format!("{name} takes {spoken} only: clients that speak HTTP/1.1 are answered 464");
    found("http1-clients", 6, sentence)
        .advise(format!("let clients speak {spoken}, or make a group of HTTP1 for them"))
}
