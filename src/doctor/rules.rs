//! Rules: those that never get a request, and answers that the load balancer gives by itself.

use std::collections::BTreeSet;

use super::covers::covers;
use super::facts::Facts;
use super::finding::{Finding, Link};
use super::redirects;
use super::traffic::Entry;
use crate::kinds::action::Action;
use crate::kinds::certificate::key;
use crate::kinds::rule::Condition;
use crate::route::{Answer, Glob, Matcher, Request, Scheme, Source, draw};

/// What is wrong with rules and default actions.
pub fn find(facts: &Facts, entries: &[Entry<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for entry in entries {
        found.extend(answers_error(entry));
        found.extend(redirects::find(facts, entries, entry));
        match entry.priority {
            Some(_) => found.extend(shadowed(entries, entry)),
            None => found.extend(unclaimed(facts, entries, entry)),
        }
    }
    found
}

/// A fixed answer that says that something does not work.
fn answers_error(entry: &Entry<'_>) -> Option<Finding> {
    let Action::FixedResponse { status, body, .. } = entry.then.routed() else { return None };
    if *status < 500 {
        return None;
    }
    let place = entry.place();
    let code = if entry.priority.is_some() { "rule-answers-error" } else { "default-answers-error" };
    let sentence = format!("{place} answers {status} by itself, whatever the targets do");
    let when = entry.when();
    let who = if when.is_empty() { "every request that no rule takes".to_owned() } else { when };
    let found = Finding::new(code, Link::Rule, 70, entry.id.as_str(), sentence)
        .seen(format!("it takes: {who}"))
        .explains(&[*status])
        .change(
            "if that is a maintenance page, end the maintenance",
            format!("if that is a maintenance page, end the maintenance: let {place} forward to the targets"),
        );
    Some(match body {
        Some(body) => found.seen(format!("its body is {:?}", crate::doctor::short(body))),
        None => found,
    })
}

/// A rule that an earlier one leaves nothing to: proved from the patterns, and tried with requests drawn from them.
fn shadowed(entries: &[Entry<'_>], entry: &Entry<'_>) -> Option<Finding> {
    let earlier = entries.iter().filter(|one| {
        one.listener == entry.listener && one.priority.is_some() && one.priority < entry.priority
    });
    let mut by = earlier.filter(|one| covers(one.when, entry.when));
    let first = by.next()?;
    // Where both answer alike nobody notices.
    if Answer::of(first.then, first.transforms) == Answer::of(entry.then, entry.transforms) {
        return None;
    }
    let request = sample(entry, first)?;
    let (place, other) = (entry.place(), first.place());
    Some(
        Finding::new(
            "rule-shadowed",
            Link::Rule,
            58,
            entry.id.as_str(),
            format!("{place} never gets a request: {other} takes all that it is for"),
        )
        .seen(format!("{other}: {} -> {}", first.when(), first.then.describe()))
        .seen(format!("{place}: {} -> {}", entry.when(), entry.then.describe()))
        .seen(format!("{request} is answered by {other}"))
        .explains(&[404, 502, 503, 504])
        .change(
            "with the narrower rule before the wider one",
            format!("give {place} a lower priority number than {other}: aws elbv2 set-rule-priorities"),
        ),
    )
}

/// A request that both rules match; none where one that the first does not match turns up, which would be a mistake of
/// ours.
fn sample(entry: &Entry<'_>, first: &Entry<'_>) -> Option<Request> {
    let scheme = if entry.https { Scheme::Https } else { Scheme::Http };
    let sources = [Source { when: entry.when, focus: true }, Source { when: first.when, focus: true }];
    let (own, other) = (Matcher::new(entry.when), Matcher::new(first.when));
    let mut all =
        draw(&sources, scheme, entry.port).into_iter().filter(|request| own.matches(request)).peekable();
    let one = all.peek().cloned()?;
    all.all(|request| other.matches(&request)).then_some(one)
}

/// Hosts that a certificate of the listener is for and that no rule takes: the default action answers them with an
/// error.
fn unclaimed(facts: &Facts, entries: &[Entry<'_>], default: &Entry<'_>) -> Option<Finding> {
    let Action::FixedResponse { status, .. } = default.then else { return None };
    let rules: Vec<&Entry<'_>> =
        entries.iter().filter(|one| one.listener == default.listener && one.priority.is_some()).collect();
    let names: BTreeSet<&String> = super::certificates::of_listener(facts, &default.listener)
        .into_iter()
        .flat_map(|(_, one)| &one.names)
        .collect();
    let hosts: Vec<&str> = names
        .into_iter()
        .map(String::as_str)
        .filter(|name| !name.starts_with("*.") && !rules.iter().any(|rule| may_take(rule.when, name)))
        .collect();
    if hosts.is_empty() || rules.is_empty() || *status < 400 {
        return None;
    }
    let (verb, subject) = (if hosts.len() == 1 { "is" } else { "are" }, default.id.as_str());
    let list = hosts.join(", ");
    let sentence = format!("no rule of :{} is for {list}: the default action answers {status}", default.port);
    let found = Finding::new("default-catches-host", Link::Rule, 35, subject, sentence)
        .seen(format!("{list} {verb} on a certificate of the listener"))
        .explains(&[*status]);
    Some(found.change(
        "with a rule for the host, or a default action that forwards",
        format!("make a rule for {list}, or let the default action of :{} forward", default.port),
    ))
}

/// Whether a rule may take a request for this host.
pub(super) fn may_take(when: &[Condition], host: &str) -> bool {
    when.iter().all(|condition| match condition {
        Condition::Host(patterns) => {
            patterns.iter().any(|one| Glob::folded(one).matches(&host.to_ascii_lowercase()))
        }
        Condition::Path(_)
        | Condition::Method(_)
        | Condition::Header { .. }
        | Condition::Query(_)
        | Condition::SourceIp(_)
        | Condition::Unknown { .. } => true,
    })
}

/// The hosts that a rule names: those that are one name of a certificate, patterns that are more are left out.
pub(super) fn hosts_of(when: &[Condition]) -> Vec<&str> {
    let mut found = Vec::new();
    for condition in when {
        if let Condition::Host(patterns) = condition {
            found.extend(patterns.iter().map(String::as_str).filter(|host| {
                let rest = host.strip_prefix("*.").unwrap_or(host);
                !rest.contains(['*', '?']) && rest.contains('.')
            }));
        }
    }
    found
}

/// Whether a certificate's name is for a host.
pub(super) fn is_for(names: &[String], host: &str) -> bool {
    names.iter().any(|name| key::covers(name, host))
}
