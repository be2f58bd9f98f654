//! The way of one request, as AWS goes it: name, load balancer, listener, certificate, rule, groups, targets.

use std::net::{IpAddr, Ipv4Addr};

use serde::Serialize;

use super::facts::Facts;
use super::finding::{Finding, Link};
use super::loops::{self, Hop, Way};
use super::rules::may_take;
use super::traffic::Entry;
use super::{Asked, certificates, dns};
use crate::kinds::action::Action;
use crate::kinds::rule::Condition;
use crate::model::ResourceId;
use crate::route::{Request, Scheme};

/// One link of the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stop {
    /// Which.
    pub link: Link,
    /// What is there.
    pub words: String,
    /// Nothing that was found breaks it.
    pub good: bool,
}

/// The way, and what only shows on it.
pub struct Walk<'a> {
    /// The links that were reached.
    pub stops: Vec<Stop>,
    /// What is wrong for this host.
    pub findings: Vec<Finding>,
    /// What may take requests of the host: first what takes this request.
    pub entries: Vec<&'a Entry<'a>>,
    /// The listeners that the client comes to: several where it is redirected.
    listeners: Vec<ResourceId>,
    /// The ARNs of the certificates that the client is shown.
    certificates: Vec<String>,
}

/// Goes the way.
pub fn walk<'a>(facts: &Facts, entries: &'a [Entry<'a>], asked: &Asked) -> Walk<'a> {
    let mut walk = Walk {
        stops: Vec::new(),
        findings: Vec::new(),
        entries: Vec::new(),
        listeners: Vec::new(),
        certificates: Vec::new(),
    };
    if let Some(dns) = &facts.dns {
        walk.stop(Link::Dns, dns::words(facts, dns));
    }
    walk.findings.extend(dns::find(facts));
    let balancer = &facts.balancer;
    walk.stop(Link::LoadBalancer, format!("{}, {}", balancer.name, balancer.state));
    walk.listen(facts, entries, asked);
    walk
}

impl<'a> Walk<'a> {
    fn stop(&mut self, link: Link, words: String) {
        self.stops.push(Stop { link, words, good: true });
    }

    fn listen(&mut self, facts: &Facts, entries: &'a [Entry<'a>], asked: &Asked) {
        let defaults: Vec<&Entry<'_>> = entries.iter().filter(|one| one.priority.is_none()).collect();
        let Some(default) = listener(&defaults, asked) else {
            if !defaults.is_empty() {
                self.findings.push(deaf(facts, &defaults, asked));
            }
            return;
        };
        if let Some(finding) = tongue(facts, default, asked) {
            self.listeners.push(default.listener.clone());
            self.stop(Link::Listener, format!(":{} {}", default.port, spoken(default.https)));
            self.findings.push(finding);
            return;
        }
        let way = loops::follow(entries, request(default, asked));
        self.findings.extend(loops::told(facts, &way));
        for hop in &way.hops {
            self.hop(facts, hop);
        }
        self.rule(facts, entries, &way, asked);
    }

    /// The request comes to a listener, and a rule takes it.
    fn hop(&mut self, facts: &Facts, hop: &Hop<'a>) {
        let Hop { request, entry } = hop;
        if self.listeners.last() != Some(&entry.listener) {
            self.stop(Link::Listener, format!(":{} {}", entry.port, spoken(entry.https)));
            if entry.https && !self.listeners.contains(&entry.listener) {
                self.certificate(facts, entry, &request.host);
            }
            self.listeners.push(entry.listener.clone());
        }
        self.stop(Link::Rule, format!("{request}: {} -> {}", entry.place(), entry.then.describe()));
        self.entries.push(entry);
    }

    fn certificate(&mut self, facts: &Facts, entry: &Entry<'_>, host: &str) {
        let served = certificates::of_listener(facts, &entry.listener);
        let shown = certificates::shown(&served, host);
        self.certificates.extend(shown.map(|(arn, _)| arn.to_owned()));
        let name = shown.map(|(arn, one)| certificates::name(one, arn));
        self.stop(Link::Certificate, name.unwrap_or_else(|| "could not be read".to_owned()));
        self.findings.extend(certificates::host(facts, entry, host));
    }

    /// What the last request comes to.
    fn rule(&mut self, facts: &Facts, entries: &'a [Entry<'a>], way: &Way<'a>, asked: &Asked) {
        let Some(Hop { request, entry: taker }) = way.hops.last() else { return };
        if asked.path.is_none() {
            let of_host = |one: &&Entry<'_>| {
                one.id != taker.id && one.listener == taker.listener && names_host(one.when, &asked.host)
            };
            self.entries.extend(entries.iter().filter(of_host));
        }
        self.findings.extend(answered(entries, taker, request, asked));
        for one in taker.then.groups().iter().filter(|one| one.weight > 0) {
            if let Some(group) = facts.groups.get(&one.group.0) {
                self.stop(Link::Targets, format!("{}, {}", group.name, group.words()));
            }
        }
    }

    /// Says of each finding whether it breaks the way, and of each link whether it holds.
    pub fn mark(&mut self, facts: &Facts, findings: &mut [Finding]) {
        let groups: Vec<&str> = self
            .entries
            .iter()
            .flat_map(|one| one.then.groups())
            .filter(|one| one.weight > 0)
            .filter_map(|one| facts.groups.get(&one.group.0))
            .map(|group| group.name.as_str())
            .collect();
        for one in findings.iter_mut() {
            let rule = self.entries.iter().any(|entry| entry.id.as_str() == one.subject);
            let goes = one.of.as_ref().is_none_or(|of| self.entries.iter().any(|it| it.id.as_str() == of));
            one.on_path = match one.link {
                Link::Dns | Link::LoadBalancer => true,
                // What is wrong with the listener of another port is not in the way.
                Link::Listener => {
                    let here = self.listeners.iter().any(|id| id.as_str() == one.subject);
                    one.on_path || one.subject == facts.balancer.name || here
                }
                Link::Certificate => self.certificates.contains(&one.subject) || one.on_path,
                // A rule of a loop may send this request out of it: the walk tells its own.
                Link::Rule => one.on_path || (rule && one.code != loops::CODE),
                Link::TargetGroup | Link::Targets => goes && (rule || groups.contains(&one.subject.as_str())),
                Link::Application => false,
            };
            if one.on_path && one.counts() {
                let about = |stop: &&mut Stop| {
                    stop.link == one.link || (one.link == Link::TargetGroup && stop.link == Link::Rule)
                };
                let names = |stop: &Stop| {
                    stop.link != Link::Targets || stop.words.starts_with(&format!("{},", one.subject))
                };
                for stop in self.stops.iter_mut().filter(about) {
                    stop.good &= !names(stop);
                }
            }
        }
    }
}

/// The listener that a client comes to: that of the port, else of the scheme; HTTPS before HTTP.
fn listener<'a>(defaults: &[&'a Entry<'a>], asked: &Asked) -> Option<&'a Entry<'a>> {
    let by_port = |port: u16| defaults.iter().copied().find(|one| one.port == port);
    match (asked.port, asked.scheme) {
        (Some(port), _) => by_port(port),
        (None, Some(Scheme::Https)) => by_port(443),
        (None, Some(Scheme::Http)) => by_port(80),
        (None, None) => by_port(443)
            .or_else(|| by_port(80))
            .or_else(|| defaults.iter().copied().find(|one| one.https))
            .or(defaults.first().copied()),
    }
}

fn spoken(https: bool) -> &'static str {
    if https { "HTTPS" } else { "HTTP" }
}

/// The listener speaks another protocol than the client.
fn tongue(facts: &Facts, default: &Entry<'_>, asked: &Asked) -> Option<Finding> {
    let wanted = asked.scheme? == Scheme::Https;
    if wanted == default.https {
        return None;
    }
    let (name, port, own) = (&facts.balancer.name, default.port, spoken(default.https));
    let sentence =
        format!("{name} speaks {own} on :{port}, and is asked in {}: the request fails", spoken(wanted));
    let found = Finding::new("listener-protocol", Link::Listener, 98, default.listener.as_str(), sentence)
        .seen(format!("the listener on :{port} is one for {own}"));
    Some(found.change(
        format!("with {} on port {port}, or let clients ask in {own}", spoken(wanted)),
        format!("let clients ask in {own} on :{port}, or give the listener another protocol"),
    ))
}

/// Nothing listens where the client comes to.
fn deaf(facts: &Facts, defaults: &[&Entry<'_>], asked: &Asked) -> Finding {
    let name = &facts.balancer.name;
    let port = asked.port.unwrap_or(if asked.scheme == Some(Scheme::Http) { 80 } else { 443 });
    let ports: Vec<String> = defaults.iter().map(|one| format!(":{}", one.port)).collect();
    let sentence = format!("{name} does not listen on :{port}: clients cannot connect");
    let found = Finding::new("no-listener", Link::Listener, 99, name, sentence)
        .seen(format!("it listens on {}", ports.join(", ")))
        .seen(format!(
            "connections to :{port} are refused, or time out where the security groups do not let them in"
        ));
    match port {
        80 => found.mend(format!("redirect enable {name}")),
        port => found.change(
            format!("with a listener on port {port}"),
            format!("let clients use one of those ports, or make a listener on port {port}"),
        ),
    }
}

fn request(default: &Entry<'_>, asked: &Asked) -> Request {
    Request {
        scheme: if default.https { Scheme::Https } else { Scheme::Http },
        host: asked.host.clone(),
        port: default.port,
        method: "GET".to_owned(),
        path: asked.path.clone().unwrap_or_else(|| "/".to_owned()),
        query: Vec::new(),
        headers: Vec::new(),
        source_ip: IpAddr::V4(Ipv4Addr::new(203, 0, 113, 253)),
        assumed: std::collections::BTreeSet::new(),
    }
}

fn names_host(when: &[Condition], host: &str) -> bool {
    when.iter().any(|one| matches!(one, Condition::Host(_))) && may_take(when, host)
}

/// The load balancer answers with an error by itself. Without a path, and where other rules may take requests of the
/// host, that is no fault.
fn answered(entries: &[Entry<'_>], taker: &Entry<'_>, request: &Request, asked: &Asked) -> Option<Finding> {
    let Action::FixedResponse { status, .. } = taker.then else { return None };
    // From 500 on `rules` tells it.
    if !(400..500).contains(status) {
        return None;
    }
    let others = entries.iter().any(|one| {
        one.listener == taker.listener
            && one.id != taker.id
            && one.priority.is_some()
            && may_take(one.when, &asked.host)
    });
    if asked.path.is_none() && others {
        return None;
    }
    let place = taker.place();
    let (code, sentence) = match taker.priority {
        None => (
            "default-answers",
            format!("no rule of :{} takes {request}: the default action answers {status}", taker.port),
        ),
        Some(_) => ("rule-answers", format!("{place} answers {request} with {status} by itself")),
    };
    let found = Finding::new(code, Link::Rule, 90, taker.id.as_str(), sentence)
        .seen(format!("{place}: {}", taker.then.describe()))
        .explains(&[*status]);
    let see = "other rules may take requests of this host: see their paths, and the order of the rules";
    Some(match others {
        true => found.change(see, see),
        false => found.change("with a rule for the host", format!("make a rule for {}", asked.host)),
    })
}
