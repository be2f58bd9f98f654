//! Redirects that lead nowhere; see `loops` for those that lead back to where they came from.

use super::facts::Facts;
use super::finding::{Finding, Link};
use super::traffic::Entry;
use crate::kinds::action::Action;

/// What is wrong with a redirect of this load balancer to itself.
pub fn find(facts: &Facts, entries: &[Entry<'_>], entry: &Entry<'_>) -> Option<Finding> {
    let Action::Redirect(to) = entry.then else { return None };
    // Another host is none of our business.
    if to.host != "#{host}" {
        return None;
    }
    let https = match to.protocol.as_str() {
        "HTTPS" => true,
        "HTTP" => false,
        _ => entry.https,
    };
    let port = match to.port.as_str() {
        "#{port}" => entry.port,
        number => number.parse().ok()?,
    };
    let (place, scheme) = (entry.place(), if https { "HTTPS" } else { "HTTP" });
    let there = entries.iter().find(|one| one.priority.is_none() && one.port == port);
    let found = |code: &'static str, sentence: String| {
        Finding::new(code, Link::Rule, 88, entry.id.as_str(), sentence)
            .seen(format!("{place}: {}", entry.then.describe()))
            .change(
                "with a redirect to where it listens",
                format!("let {place} redirect to a port and protocol of a listener, or make the listener"),
            )
    };
    let name = &facts.balancer.name;
    match there {
        None => {
            let sentence =
                format!("{place} redirects to {scheme} on port {port}, where {name} does not listen");
            Some(found("redirect-nowhere", sentence).seen(format!("ports of {name}: {}", ports(entries))))
        }
        Some(there) if there.https != https => {
            let speaks = if there.https { "HTTPS" } else { "HTTP" };
            let sentence =
                format!("{place} redirects to {scheme} on port {port}, where {name} speaks {speaks}");
            Some(found("redirect-protocol", sentence))
        }
        Some(_) => None,
    }
}

fn ports(entries: &[Entry<'_>]) -> String {
    let ports: Vec<String> =
        entries.iter().filter(|one| one.priority.is_none()).map(|one| one.port.to_string()).collect();
    ports.join(", ")
}
