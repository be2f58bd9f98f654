//! Certificates: ended, ending, not issued, not for the hosts that are served.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::facts::{Certificate, Facts};
use super::finding::{Finding, Link};
use super::offers;
use super::rules::{hosts_of, is_for};
use super::traffic::Entry;
use crate::base::time::{Utc, days_ago, days_until};
use crate::kinds::Resource;
use crate::model::ResourceId;
use crate::model::record_set::target_name;

/// A certificate that ends within so many days needs somebody.
const SOON_DAYS: u64 = 14;

/// The same in seconds.
pub(super) const SOON: u64 = SOON_DAYS * DAY;

const DAY: u64 = 86_400;

/// What is wrong with the certificates of the listeners.
pub fn find(facts: &Facts, entries: &[Entry<'_>], host: Option<&str>) -> Vec<Finding> {
    let mut found = Vec::new();
    for default in entries.iter().filter(|one| one.priority.is_none() && one.https) {
        let listener = format!("{}/{}", facts.balancer.name, default.port);
        let served = of_listener(facts, &default.listener);
        for (arn, one) in &served {
            found.extend(validity(facts, &listener, arn, one));
        }
        // Where one was not read nothing is known of what it is for.
        if served.len() == listed(facts, &default.listener).len() && !served.is_empty() {
            let rules = entries.iter().filter(|one| one.listener == default.listener);
            found.extend(rules.filter_map(|rule| uncovered(facts, rule, &listener, &served, host)));
        }
    }
    found
}

/// The ARNs of the certificates of a listener, the default first.
fn listed<'a>(facts: &'a Facts, listener: &ResourceId) -> Vec<&'a str> {
    match facts.live.resources.get(listener).map(|one| &one.resource) {
        Some(Resource::Listener(model)) => model.certificates.iter().map(|key| key.0.as_str()).collect(),
        Some(_) | None => Vec::new(),
    }
}

/// The certificates of a listener that were read.
pub(super) fn of_listener<'a>(facts: &'a Facts, listener: &ResourceId) -> Vec<(&'a str, &'a Certificate)> {
    let all = listed(facts, listener).into_iter();
    all.filter_map(|arn| Some((arn, facts.certificates.get(arn)?))).collect()
}

/// What a certificate is called: its first name.
pub(super) fn name(one: &Certificate, arn: &str) -> String {
    one.names.first().cloned().unwrap_or_else(|| arn.to_owned())
}

/// The certificate that clients of a host are shown: of those that are for it the one that ends last, else the default.
pub(super) fn shown<'a>(
    served: &[(&'a str, &'a Certificate)],
    host: &str,
) -> Option<(&'a str, &'a Certificate)> {
    let own = served.iter().filter(|(_, one)| is_for(&one.names, host));
    own.max_by_key(|(_, one)| one.not_after).or(served.first()).copied()
}

fn day(seconds: u64) -> String {
    let text = Utc::from(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).minute();
    text.split('T').next().unwrap_or_default().to_owned()
}

fn validity(facts: &Facts, listener: &str, arn: &str, one: &Certificate) -> Option<Finding> {
    let name = name(one, arn);
    let found = |code: &'static str, likelihood: u8, sentence: String| {
        let found = Finding::new(code, Link::Certificate, likelihood, arn, sentence);
        let found = found.seen(format!("certificate {arn}, for {}", one.names.join(", ")));
        offers::rotate(facts, found, listener, arn, &name)
    };
    let ended = one.not_after.filter(|end| *end <= facts.now);
    if let Some(end) = ended.or_else(|| (one.status == "EXPIRED").then_some(one.not_after).flatten()) {
        let ago = days_ago(days_until(facts.now, end));
        let sentence =
            format!("the certificate of {name} on {listener} has expired: clients refuse to connect");
        return Some(
            found("certificate-expired", 97, sentence).seen(format!("it ended on {}, {ago}", day(end))),
        );
    }
    if one.status != "ISSUED" {
        let sentence = format!("the certificate of {name} on {listener} is not valid: {}", one.status);
        return Some(found("certificate-status", 95, sentence));
    }
    let end = one.not_after?;
    let left = end.saturating_sub(facts.now) / DAY;
    if left >= SOON_DAYS {
        return None;
    }
    let sentence = format!("the certificate of {name} on {listener} ends in {left} days");
    let soon = found("certificate-ends", 40, sentence).seen(format!("it ends on {}", day(end)));
    Some(match one.renews {
        true => {
            soon.seen("ACM renews 60 days before the end, and has not: its validation records may be gone")
        }
        false => soon.seen("nobody renews it: it was imported"),
    })
}

/// Hosts of a rule that no certificate of its listener is for; the host that was asked about has its own finding.
fn uncovered(
    facts: &Facts,
    rule: &Entry<'_>,
    listener: &str,
    served: &[(&str, &Certificate)],
    asked: Option<&str>,
) -> Option<Finding> {
    let hosts = bare(rule, served, asked);
    let wanted = hosts.first()?;
    let (list, place) = (hosts.join(", "), rule.place());
    let names: Vec<&str> = served.iter().flat_map(|(_, one)| &one.names).map(String::as_str).collect();
    let sentence = format!("no certificate of {listener} is for {list}: clients refuse to connect");
    let found = Finding::new("certificate-missing", Link::Certificate, 80, rule.id.as_str(), sentence)
        .seen(format!("{place} is for {list}"))
        .seen(format!("names of its certificates: {}", names.join(", ")));
    Some(offers::attach(facts, found, listener, wanted))
}

/// The hosts of a rule that none of these certificates is for, but for the one that was asked about.
fn bare<'a>(rule: &Entry<'a>, served: &[(&str, &Certificate)], asked: Option<&str>) -> Vec<&'a str> {
    let covered = |host: &str| Some(host) == asked || served.iter().any(|(_, one)| is_for(&one.names, host));
    hosts_of(rule.when).into_iter().filter(|host| !covered(host)).collect()
}

/// The hosts for which another certificate would mend something.
pub(super) fn wanting(facts: &Facts, entries: &[Entry<'_>], asked: Option<&str>) -> BTreeSet<String> {
    let mut hosts = BTreeSet::new();
    for default in entries.iter().filter(|one| one.priority.is_none() && one.https) {
        let served = of_listener(facts, &default.listener);
        let bad = served.iter().filter(|(arn, one)| validity(facts, "", arn, one).is_some());
        hosts.extend(bad.filter_map(|(_, one)| one.names.first().cloned()));
        if served.len() != listed(facts, &default.listener).len() || served.is_empty() {
            continue;
        }
        let rules = entries.iter().filter(|one| one.listener == default.listener);
        hosts.extend(
            rules.filter_map(|rule| bare(rule, &served, asked).first().map(|host| (*host).to_owned())),
        );
        let covered = |host: &&str| {
            served.iter().any(|(_, one)| is_for(&one.names, host))
                || target_name(host) == target_name(&facts.balancer.dns_name)
        };
        hosts.extend(asked.filter(|host| !covered(host)).map(str::to_owned));
    }
    hosts
}

/// Whether the certificate that a client of this host is shown is for it.
pub(super) fn host(facts: &Facts, entry: &Entry<'_>, host: &str) -> Option<Finding> {
    let listener = format!("{}/{}", facts.balancer.name, entry.port);
    let served = of_listener(facts, &entry.listener);
    let unread = served.len() != listed(facts, &entry.listener).len() || served.is_empty();
    if unread || served.iter().any(|(_, one)| is_for(&one.names, host)) {
        return None;
    }
    let names: Vec<&str> = served.iter().flat_map(|(_, one)| &one.names).map(String::as_str).collect();
    let shown = served.first().map(|(arn, one)| name(one, arn)).unwrap_or_default();
    if target_name(host) == target_name(&facts.balancer.dns_name) {
        // Whoever asks so as a rule does not mind, and wants to know what comes after it.
        let sentence = format!("no certificate can be for {host}, a name of AWS: clients refuse to connect");
        let found = Finding::new("certificate-own-name", Link::Certificate, 45, host, sentence)
            .seen(format!("names of its certificates: {}", names.join(", ")));
        return Some(found.advise("ask for one of those names, or let the client not check the certificate"));
    }
    let sentence = format!("no certificate of {listener} is for {host}: clients refuse to connect");
    let found = Finding::new("certificate-missing", Link::Certificate, 96, host, sentence)
        .seen(format!("names of its certificates: {}", names.join(", ")))
        .seen(format!("a client that asks for {host} is shown the default one, of {shown}"));
    Some(offers::attach(facts, found, &listener, host))
}
