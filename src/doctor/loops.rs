//! Redirects of the load balancer to itself, followed one after the other, and those that never end.

use super::facts::Facts;
use super::finding::{Finding, Link};
use super::traffic::Entry;
use crate::kinds::action::{Action, Redirect};
use crate::kinds::rule::Condition;
use crate::route::{Matcher, Request, Scheme, Source, draw};

/// What the finding is called.
pub(super) const CODE: &str = "redirect-loop";

/// So many redirects a client follows; browsers give up after 20 or a few more.
const MOST_HOPS: usize = 20;

/// So many requests are tried of each rule.
const MOST_TRIED: usize = 24;

/// A request, and what takes it.
#[derive(Clone, Debug)]
pub(super) struct Hop<'a> {
    /// The request.
    pub request: Request,
    /// The rule or default action.
    pub entry: &'a Entry<'a>,
}

/// The way of a client that follows redirects.
#[derive(Clone, Debug)]
pub(super) struct Way<'a> {
    /// Each request with what takes it; in a loop each only once.
    pub hops: Vec<Hop<'a>>,
    /// Where the loop begins among them; none: there is none.
    pub back_to: Option<usize>,
}

/// Redirects that lead back to where they came from, each loop once.
pub fn find(facts: &Facts, entries: &[Entry<'_>]) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for entry in entries.iter().filter(|one| matches!(one.then, Action::Redirect(_))) {
        let source = Source { when: entry.when, focus: true };
        let all = draw(&[source], scheme(entry.https), entry.port).into_iter();
        let own = all.filter(|request| taker(entries, request).is_some_and(|one| one.id == entry.id));
        let ways = own.take(MOST_TRIED).map(|request| follow(entries, request));
        let new = |finding: &Finding| !found.iter().any(|one| one.subject == finding.subject);
        if let Some(finding) = ways.filter_map(|way| told(facts, &way)).find(new) {
            found.push(finding);
        }
    }
    found
}

fn scheme(https: bool) -> Scheme {
    if https { Scheme::Https } else { Scheme::Http }
}

/// What takes a request; none: nothing listens there, or speaks its protocol.
pub(super) fn taker<'a>(entries: &'a [Entry<'a>], request: &Request) -> Option<&'a Entry<'a>> {
    let here = entries.iter().filter(|one| one.port == request.port && scheme(one.https) == request.scheme);
    let mut takes = here.filter(|one| one.priority.is_none() || Matcher::new(one.when).matches(request));
    takes.next()
}

/// Follows the redirects that a request is answered with, as far as they stay with this load balancer.
pub(super) fn follow<'a>(entries: &'a [Entry<'a>], request: Request) -> Way<'a> {
    let mut hops: Vec<Hop<'a>> = Vec::new();
    let mut next = Some(request);
    while let Some(request) = next {
        if let Some(at) = hops.iter().position(|hop| hop.request == request) {
            return Way { hops, back_to: Some(at) };
        }
        // One that grows with every turn is none less.
        if hops.len() >= MOST_HOPS {
            return Way { hops, back_to: Some(0) };
        }
        let Some(entry) = taker(entries, &request) else { break };
        // Another host is only known to come here where a rule names it.
        let moved = hops.last().is_some_and(|last| last.request.host != request.host);
        if moved && !entry.when.iter().any(|one| matches!(one, Condition::Host(_))) {
            break;
        }
        next = redirected(entry, &request);
        hops.push(Hop { request, entry });
    }
    Way { hops, back_to: None }
}

/// The request that a client makes of a redirect. API: `RedirectActionConfig`.
fn redirected(entry: &Entry<'_>, request: &Request) -> Option<Request> {
    let Action::Redirect(Redirect { status, protocol, host, port, path, query }) = entry.then else {
        return None;
    };
    // What a transform makes of the request is not known here.
    if !entry.transforms.is_empty() {
        return None;
    }
    let pairs: Vec<String> = request
        .query
        .iter()
        .map(|(key, value)| if value.is_empty() { key.clone() } else { format!("{key}={value}") })
        .collect();
    let (own, number) =
        (if request.scheme == Scheme::Https { "HTTPS" } else { "HTTP" }, request.port.to_string());
    let fill = |text: &str| {
        text.replace("#{protocol}", own)
            .replace("#{host}", &request.host)
            .replace("#{port}", &number)
            .replace("#{path}", request.path.trim_start_matches('/'))
            .replace("#{query}", &pairs.join("&"))
    };
    let pair = |text: &str| {
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        (key.to_owned(), value.to_owned())
    };
    // Clients ask anew with GET after a POST that is answered 301 or 302. Fetch standard, 4.4 "HTTP-redirect fetch".
    let method = match (request.method.as_str(), *status) {
        ("POST", 301 | 302) => "GET",
        (own, _) => own,
    };
    Some(Request {
        method: method.to_owned(),
        scheme: scheme(fill(protocol) == "HTTPS"),
        host: fill(host).to_ascii_lowercase(),
        port: fill(port).parse().ok()?,
        path: fill(path),
        query: fill(query).split('&').filter(|text| !text.is_empty()).map(pair).collect(),
        ..request.clone()
    })
}

/// The loop of a way.
pub(super) fn told(facts: &Facts, way: &Way<'_>) -> Option<Finding> {
    let turn = way.hops.get(way.back_to?..)?;
    let mut entries: Vec<&Entry<'_>> = Vec::new();
    for hop in turn {
        if !entries.iter().any(|one| one.id == hop.entry.id) {
            entries.push(hop.entry);
        }
    }
    // The same loop is the same finding wherever it is entered.
    entries.sort_by_key(|one| (one.port, one.priority.unwrap_or(u32::MAX)));
    let (first, last) = (entries.first()?, entries.last()?);
    let places: Vec<String> = entries.iter().map(|one| one.place()).collect();
    let sentence = match places.as_slice() {
        [only] => format!("{only} redirects to itself: clients give up after many redirects"),
        _ => format!("{} redirect to each other: clients give up after many redirects", places.join(" and ")),
    };
    let hops = turn.iter().take(3).map(|hop| {
        let place = if hop.entry.port == default_port(hop.request.scheme) {
            ""
        } else {
            &format!(" (:{})", hop.entry.port)
        };
        format!("{}{place}: {}: {}", hop.request, hop.entry.place(), hop.entry.then.describe())
    });
    let end = match way.hops.get(way.back_to?).filter(|_| way.hops.len() < MOST_HOPS) {
        Some(start) => format!("and {} again", start.request),
        None => "and so on: each is longer than the one before".to_owned(),
    };
    let name = &facts.balancer.name;
    Some(Finding::new(CODE, Link::Rule, 93, first.id.as_str(), sentence).all_seen(hops).seen(end).change(
        format!("with another action for one of them, such as a forward in {}", last.place()),
        format!("give one of them another action: let {} of {name} forward, for one", last.place()),
    ))
}

fn default_port(scheme: Scheme) -> u16 {
    if scheme == Scheme::Https { 443 } else { 80 }
}
