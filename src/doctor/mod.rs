//! What is wrong with a load balancer now, and why: the likeliest cause first, each with its evidence and what mends it.
//!
//! Pure: [`facts`] is what was read. Each file knows one family of causes; [`walk`] goes the way of one request, and what
//! breaks it first is told first. What no control plane shows (the application, its timeouts) is at most a hint.

mod balancer;
mod certificates;
mod checks;
mod chosen;
mod covers;
mod dns;
pub mod facts;
pub mod finding;
mod functions;
mod loops;
pub mod needs;
pub mod network;
mod offers;
mod protocol;
mod reach;
mod redirects;
mod rivals;
mod rules;
mod targets;
mod timeouts;
mod traffic;
pub mod walk;
mod weights;
mod zones;

pub use chosen::{Chosen, Reason, Rival};

use std::collections::BTreeSet;

use facts::Facts;
use finding::Finding;
use walk::Stop;

use crate::kinds::{Live, Resource};
use crate::route::Scheme;

/// A host that is asked about, as far as it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// In lower case.
    pub host: String,
    /// HTTP or HTTPS.
    pub scheme: Option<Scheme>,
    /// The port.
    pub port: Option<u16>,
    /// The path, without the query.
    pub path: Option<String>,
}

impl Asked {
    /// Reads `HOST`, `HOST/PATH` or a URL; none for what names no host.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = match text.split_once("://") {
            Some(("http", rest)) => (Some(Scheme::Http), rest),
            Some(("https", rest)) => (Some(Scheme::Https), rest),
            Some(_) => return None,
            None => (None, text),
        };
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (host, path) = match rest.find('/') {
            Some(at) => (&rest[..at], Some(rest[at..].to_owned())),
            None => (rest, None),
        };
        let (host, port) = match host.split_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok().filter(|port| *port > 0)?)),
            None => (host, None),
        };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        let named = host.contains('.') && host.len() <= 253 && host.split('.').all(label);
        // A path of a bare `/` is no choice of one.
        let path = path.filter(|path| path != "/" || scheme.is_some());
        named.then_some(Self { host, scheme, port, path })
    }
}

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The host whose requests are followed.
    pub asked: Option<Asked>,
    /// The status code that users see.
    pub status: Option<u16>,
    /// Why this load balancer is looked at for that host.
    pub chosen: Option<Chosen>,
    /// The spec of this load balancer is known: it can be changed, and applied.
    pub spec: bool,
    /// Hints are told, too.
    pub hints: bool,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The likeliest first.
    pub findings: Vec<Finding>,
    /// The way of the request that was asked about.
    pub walk: Vec<Stop>,
    /// Why this load balancer is looked at.
    pub chosen: Option<Chosen>,
    /// The security groups of targets were looked at: those of all targets that do not answer.
    pub reached: bool,
}

impl Diagnosis {
    /// Whether anything is wrong: hints do not count.
    pub fn is_wrong(&self) -> bool {
        self.findings.iter().any(Finding::counts)
    }
}

/// Looks for every cause.
pub fn diagnose(facts: &Facts, options: &Options) -> Diagnosis {
    let entries = traffic::entries(facts);
    let host = options.asked.as_ref().map(|asked| asked.host.as_str());
    let mut findings = balancer::find(facts, &entries);
    findings.extend(certificates::find(facts, &entries, host));
    findings.extend(rules::find(facts, &entries));
    findings.extend(loops::find(facts, &entries));
    findings.extend(weights::find(facts, &entries));
    findings.extend(protocol::find(facts, &entries));
    findings.extend(targets::find(facts, &entries));
    findings.extend(functions::find(facts, &entries));
    findings.extend(network::find(facts, &entries));
    findings.extend(reach::find(facts, &entries));
    findings.extend(zones::find(facts, &entries));
    findings.extend(timeouts::find(facts, &entries));
    findings.extend(dns::hosts(facts));
    let mut stops = Vec::new();
    if let Some(chosen) = &options.chosen {
        findings.extend(rivals::find(facts, &entries, chosen));
    }
    if let Some(asked) = &options.asked {
        let mut walk = walk::walk(facts, &entries, asked);
        // What shows on the way, too, is told as what is on the way.
        let twice = |one: &Finding| {
            walk.findings.iter().any(|own| own.code == one.code && own.subject == one.subject)
        };
        findings.retain(|one| !twice(one));
        findings.extend(
            std::mem::take(&mut walk.findings).into_iter().map(|one| Finding { on_path: true, ..one }),
        );
        walk.mark(facts, &mut findings);
        stops = walk.stops;
    }
    let asked_for = |one: &Finding| options.status.is_some_and(|status| one.explains.contains(&status));
    findings.retain(|one| one.counts() || options.hints || asked_for(one));
    finding::rank(&mut findings, options.status);
    findings.iter_mut().for_each(|one| one.settle(options.spec));
    let reached = reach::is_complete(facts, &entries);
    Diagnosis { findings, walk: stops, chosen: options.chosen.clone(), reached }
}

/// The hosts that rules name, each once; patterns are none.
pub fn named_hosts(live: &Live) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for one in live.resources.values() {
        if let Resource::Rule(rule) = &one.resource {
            let hosts = rules::hosts_of(&rule.when).into_iter();
            found.extend(hosts.filter(|host| !host.starts_with("*.")).map(str::to_ascii_lowercase));
        }
    }
    found
}

/// A text of others, as much of it as fits a line.
fn short(text: &str) -> String {
    /// Characters that are shown.
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_urls_are_read() {
        let read = |text: &str| Asked::parse(text).map(|one| (one.host, one.scheme, one.port, one.path));
        let host = || "api.example.com".to_owned();
        assert_eq!(read("API.example.com."), Some((host(), None, None, None)));
        let url = read("https://api.example.com:8443/a/b?c=d");
        assert_eq!(url, Some((host(), Some(Scheme::Https), Some(8443), Some("/a/b".to_owned()))));
        assert_eq!(
            read("http://api.example.com/"),
            Some((host(), Some(Scheme::Http), None, Some("/".to_owned())))
        );
        assert_eq!(read("api.example.com/x"), Some((host(), None, None, Some("/x".to_owned()))));
        for bad in ["api", "", "ftp://a.b", "a b.c", "a..b", "a.b:x", "a.b:0", "shop/443"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
