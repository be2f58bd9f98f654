//! Other load balancers with a rule that names the host, while the one that its name leads to has none.
//!
//! Such a rule alone is no fault. Where the requests arrive a rule by path, a wider pattern or a default action may
//! serve them, and the other rule is one that is made before its name is moved. And a name may lead clients of a VPC to
//! an internal load balancer, and all others to one that faces the internet. Route 53: "Split-view DNS".

use std::collections::BTreeSet;

use super::chosen::{Chosen, Rival};
use super::dns::{point, records};
use super::facts::Facts;
use super::finding::{Finding, HINT, Link};
use super::rules::may_take;
use super::traffic::Entry;
use crate::kinds::action::{Action, GroupKey};
use crate::kinds::rule::Condition;
use crate::model::ResourceId;

/// So many entries that answer with an error are told.
const SHOWN: usize = 4;

/// The host's name leads to this load balancer, and the rule for it is on another of the same scheme.
pub fn find(facts: &Facts, entries: &[Entry<'_>], chosen: &Chosen) -> Option<Finding> {
    let (host, name) = (&chosen.host, &facts.balancer.name);
    let alike = |one: &&Rival| one.internet_facing == facts.balancer.internet_facing;
    let rivals: Vec<&Rival> = chosen.rivals.iter().filter(alike).collect();
    let first = rivals.first()?;
    let names = rivals.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ");
    let found = |likelihood: u8, sentence: String| {
        let finding = Finding::new("dns-other-balancer", Link::Dns, likelihood, host, sentence)
            .all_seen(facts.dns.as_ref().map(records).unwrap_or_default())
            .seen(format!("{name} is {}", facts.balancer.dns_name));
        let rule = |Rival { name, dns_name, rules, .. }: &&Rival| {
            format!("{} names {host}; {name} is {dns_name}", rules.join(", "))
        };
        finding.all_seen(rivals.iter().map(rule))
    };
    let taking = taking(entries, host);
    if let Some(one) = taking.iter().find(|one| serves(one, host)) {
        let sentence =
            format!("{host} leads to {name}, which serves it, and a rule on {names} names it, too");
        return Some(found(HINT - 2, sentence).seen(told(one)).advise(format!(
            "nothing, where that rule is left over, or made before the name is moved; else make a rule for {host} on \
             {name}"
        )));
    }
    let sentence = format!(
        "{host} leads to {name}, and the rule that names it is on {names}: its requests do not get there"
    );
    let mut finding = found(99, sentence);
    if !taking.iter().any(|one| one.priority.is_some()) {
        finding = finding.seen(format!("no rule of {name} is for {host}"));
    }
    finding = finding.all_seen(taking.iter().take(SHOWN).map(|one| told(one)));
    let there = facts.dns.as_ref().and_then(|dns| point(dns, &first.dns_name, &first.zone));
    Some(match there {
        Some(command) => finding.advise(format!("{command}, or make a rule for it on {name}")),
        None => finding.advise(format!(
            "let {host} lead to {} where its zone is kept, or make a rule for it on {name}",
            first.dns_name
        )),
    })
}

/// `rule/443/30, priority 30: host *.example.com -> forward to shop-web`
fn told(entry: &Entry<'_>) -> String {
    match entry.when() {
        none if none.is_empty() => format!("{}: {}", entry.place(), entry.then.describe()),
        when => format!("{}: {when} -> {}", entry.place(), entry.then.describe()),
    }
}

/// What may take requests for a host, of each listener in the order of evaluation, up to what takes all of them.
fn taking<'a>(entries: &'a [Entry<'a>], host: &str) -> Vec<&'a Entry<'a>> {
    let mut closed: BTreeSet<&ResourceId> = BTreeSet::new();
    let mut all = Vec::new();
    for entry in entries.iter().filter(|one| may_take(one.when, host)) {
        if closed.contains(&entry.listener) {
            continue;
        }
        all.push(entry);
        if entry.when.iter().all(|one| matches!(one, Condition::Host(_))) {
            closed.insert(&entry.listener);
        }
    }
    all
}

/// Whether requests for the host are answered, and not with an error. Groups without targets that are healthy are told
/// of by others: to such a group the load balancer leads the host all the same. A redirect to the host itself only sends
/// clients to another listener, or to another rule, and those are looked at, too.
fn serves(entry: &Entry<'_>, host: &str) -> bool {
    answers(entry.then, host)
}

fn answers(action: &Action<GroupKey>, host: &str) -> bool {
    match action {
        Action::Behind { then, .. } => answers(then, host),
        Action::FixedResponse { status, .. } => *status < 400,
        Action::Redirect(to) => to.host != "#{host}" && !to.host.eq_ignore_ascii_case(host),
        Action::Forward { .. } | Action::Unknown { .. } => true,
    }
}
