//! What the words of a command line mean: a name, an ARN, a DNS name, `LB/PORT`, `LB/PORT/PRIORITY`, a key of the spec,
//! or the beginning of a name or key that no other begins with.

mod arn;

use std::collections::{BTreeMap, BTreeSet};

use arn::{balancer_of, name_in};

use crate::base::Diagnostic;

/// A load balancer that can be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balancer {
    /// Its ARN.
    pub arn: String,
    /// Its name, unique in the region.
    pub name: String,
    /// `DNSName`.
    pub dns_name: String,
    /// The names of its Availability Zones.
    pub zones: BTreeSet<String>,
}

/// A target group that can be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its ARN.
    pub arn: String,
    /// Its name, unique in the region.
    pub name: String,
    /// The load balancers that forward to it: one at most, if it is an application load balancer's.
    pub balancers: Vec<String>,
}

/// Everything of a region that can be named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// 12 digits.
    pub account: String,
    /// The ARN of the caller.
    pub caller: String,
    /// The AWS region.
    pub region: String,
    /// All application load balancers.
    pub balancers: Vec<Balancer>,
    /// All target groups.
    pub groups: Vec<Group>,
}

/// What a spec calls things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// The stack.
    pub stack: Option<String>,
    /// The name of its load balancer.
    pub balancer: Option<String>,
    /// The names of its target groups, by key.
    pub groups: BTreeMap<String, String>,
    /// The ports of its listeners, by key.
    pub listeners: BTreeMap<String, u16>,
}

/// A place that a word means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A target group, by its ARN.
    Group(String),
    /// A load balancer, by its ARN.
    Balancer(String),
    /// A listener, or its default action.
    Listener {
        /// The ARN of the load balancer.
        balancer: String,
        /// Which one.
        which: Which<u16>,
    },
    /// A rule.
    Rule {
        /// The ARN of the load balancer.
        balancer: String,
        /// The listener; none: the rule's ARN says it.
        port: Option<u16>,
        /// Which one.
        which: Which<u32>,
    },
}

/// How one of several is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which<N> {
    /// By its port or priority.
    Number(N),
    /// By its ARN.
    Arn(String),
    /// By its key in the spec.
    Key(String),
}

/// One that a word may mean.
struct Candidate<'a> {
    arn: &'a str,
    name: &'a str,
    /// What else it is called: the spec's keys.
    also: Vec<&'a str>,
}

/// So many are listed.
const SHOWN: usize = 6;

impl Inventory {
    /// The target group that a word means.
    ///
    /// # Errors
    /// None, or several: with the candidates, nearest first.
    pub fn group(&self, word: &str, keys: &Keys) -> Result<&Group, Diagnostic> {
        // As plans call it.
        let word = word.strip_prefix("target_group/").unwrap_or(word);
        self.is_here(word)?;
        let candidates: Vec<Candidate<'_>> = self
            .groups
            .iter()
            .map(|one| {
                let also = keys.groups.iter().filter(|(_, name)| **name == one.name);
                Candidate {
                    arn: &one.arn,
                    name: &one.name,
                    also: also.map(|(key, _)| key.as_str()).collect(),
                }
            })
            .collect();
        let arn = pick(word, &candidates, "target group", &self.region)?.to_owned();
        self.groups
            .iter()
            .find(|one| one.arn == arn)
            .ok_or_else(|| missing(word, "target group", &self.region))
    }

    /// The load balancer that a word means.
    ///
    /// # Errors
    /// None, or several: with the candidates, nearest first.
    pub fn balancer(&self, word: &str, keys: &Keys) -> Result<&Balancer, Diagnostic> {
        self.is_here(word)?;
        if let Some(one) = balancer_of(word).and_then(|arn| self.balancers.iter().find(|one| one.arn == arn))
        {
            return Ok(one);
        }
        let plain = word.trim_end_matches('.').to_ascii_lowercase();
        let plain = plain.strip_prefix("dualstack.").unwrap_or(&plain);
        if let Some(one) = self.balancers.iter().find(|one| one.dns_name.eq_ignore_ascii_case(plain)) {
            return Ok(one);
        }
        let candidates: Vec<Candidate<'_>> = self
            .balancers
            .iter()
            .map(|one| {
                let ours = keys.balancer.as_deref() == Some(one.name.as_str());
                let also = keys.stack.as_deref().into_iter().chain(["load_balancer"]).filter(|_| ours);
                Candidate { arn: &one.arn, name: &one.name, also: also.collect() }
            })
            .collect();
        let arn = pick(word, &candidates, "load balancer", &self.region)?.to_owned();
        let found = self.balancers.iter().find(|one| one.arn == arn);
        found.ok_or_else(|| missing(word, "load balancer", &self.region))
    }

    /// What a word means, whatever it is: `LB/PORT`, `LB/PORT/PRIORITY`, an ARN, `listener/KEY`, `rule/LISTENER/KEY`, a
    /// target group or a load balancer. A key of the spec wins over a name, a whole name over a beginning.
    ///
    /// # Errors
    /// Nothing or several things: with the candidates, nearest first.
    pub fn spot(&self, word: &str, keys: &Keys) -> Result<Spot, Diagnostic> {
        if let Some(spot) = self.by_arn(word)? {
            return Ok(spot);
        }
        if let Some(spot) = self.by_identity(word, keys)? {
            return Ok(spot);
        }
        if let Some((balancer, rest)) = word.split_once('/') {
            return self.inside(balancer, rest, word, keys);
        }
        let (group, balancer) = (self.group(word, keys), self.balancer(word, keys));
        match (group, balancer) {
            (Ok(group), Err(_)) => Ok(Spot::Group(group.arn.clone())),
            (Err(_), Ok(balancer)) => Ok(Spot::Balancer(balancer.arn.clone())),
            (Ok(group), Ok(balancer)) => {
                // A whole name says more than the beginning of another.
                let whole = |name: &str, key: bool| name == word || key;
                match (whole(&group.name, keys.groups.contains_key(word)), whole(&balancer.name, false)) {
                    (true, false) => Ok(Spot::Group(group.arn.clone())),
                    (false, true) => Ok(Spot::Balancer(balancer.arn.clone())),
                    (true, true) | (false, false) => Err(two_kinds(word, group, balancer)),
                }
            }
            (Err(group), Err(balancer)) => Err(neither(word, group, balancer, &self.region)),
        }
    }

    /// An ARN of another region or account is not of anything that is read here.
    fn is_here(&self, word: &str) -> Result<(), Diagnostic> {
        arn::elsewhere(word, &self.region, &self.account).map_or(Ok(()), Err)
    }

    /// The load balancer of a spot that is inside one.
    fn by_arn(&self, word: &str) -> Result<Option<Spot>, Diagnostic> {
        if !word.starts_with("arn:") {
            return Ok(None);
        }
        if let Some(group) = self.groups.iter().find(|one| one.arn == word) {
            return Ok(Some(Spot::Group(group.arn.clone())));
        }
        if let Some(balancer) = self.balancers.iter().find(|one| one.arn == word) {
            return Ok(Some(Spot::Balancer(balancer.arn.clone())));
        }
        let found = balancer_of(word).filter(|arn| self.balancers.iter().any(|one| one.arn == *arn));
        let Some(balancer) = found else {
            let none = Keys::default();
            return match word.contains(":targetgroup/") {
                true => self.group(word, &none).map(|group| Some(Spot::Group(group.arn.clone()))),
                false => self.balancer(word, &none).map(|one| Some(Spot::Balancer(one.arn.clone()))),
            };
        };
        let arn = || word.to_owned();
        Ok(Some(match word.contains(":listener-rule/") {
            true => Spot::Rule { balancer, port: None, which: Which::Arn(arn()) },
            false => Spot::Listener { balancer, which: Which::Arn(arn()) },
        }))
    }

    /// `listener/KEY`, `rule/LISTENER/KEY`, `target_group/KEY`, `load_balancer`: what plans call them.
    fn by_identity(&self, word: &str, keys: &Keys) -> Result<Option<Spot>, Diagnostic> {
        let Some((kind, rest)) = word.split_once('/') else {
            let port = keys.listeners.get(word).filter(|_| self.group(word, keys).is_err());
            let balancer = port.and_then(|_| self.balancer("load_balancer", keys).ok());
            return Ok(balancer.zip(port).map(|(balancer, port)| Spot::Listener {
                balancer: balancer.arn.clone(),
                which: Which::Number(*port),
            }));
        };
        match kind {
            "target_group" => Ok(Some(Spot::Group(self.group(rest, keys)?.arn.clone()))),
            "listener" if keys.balancer.is_some() => {
                let balancer = self.balancer("load_balancer", keys)?.arn.clone();
                let which = match keys.listeners.get(rest) {
                    Some(port) => Which::Number(*port),
                    None => Which::Key(rest.to_owned()),
                };
                Ok(Some(Spot::Listener { balancer, which }))
            }
            "rule" if keys.balancer.is_some() => {
                let balancer = self.balancer("load_balancer", keys)?.arn.clone();
                Ok(Some(Spot::Rule { balancer, port: None, which: Which::Key(rest.to_owned()) }))
            }
            _ => Ok(None),
        }
    }

    /// `PORT` or `PORT/PRIORITY` of a load balancer; keys of the spec do for both.
    fn inside(&self, balancer: &str, rest: &str, word: &str, keys: &Keys) -> Result<Spot, Diagnostic> {
        let balancer = self.balancer(balancer, keys)?.arn.clone();
        let (listener, rule) = rest.split_once('/').map_or((rest, None), |(port, rule)| (port, Some(rule)));
        let port = listener.parse::<u16>().ok().or_else(|| keys.listeners.get(listener).copied());
        let Some(port) = port.filter(|port| *port > 0) else {
            let message = format!("`{listener}` in `{word}` is no port");
            return Err(Diagnostic::error("not-found", message)
                .help("write LB/PORT or LB/PORT/PRIORITY, such as shop/443/30"));
        };
        let Some(rule) = rule else {
            return Ok(Spot::Listener { balancer, which: Which::Number(port) });
        };
        if rule.contains('/') {
            let message = format!("`{word}` has more parts than LB/PORT/PRIORITY");
            return Err(
                Diagnostic::error("not-found", message).help("write LB/PORT/PRIORITY, such as shop/443/30")
            );
        }
        if rule == "default" {
            return Ok(Spot::Listener { balancer, which: Which::Number(port) });
        }
        let which = match rule.parse::<u32>() {
            Ok(number) => Which::Number(number),
            Err(_) => Which::Key(format!("{listener}/{rule}")),
        };
        Ok(Spot::Rule { balancer, port: Some(port), which })
    }
}

/// The one that a word means.
fn pick<'a>(
    word: &str,
    candidates: &[Candidate<'a>],
    what: &str,
    region: &str,
) -> Result<&'a str, Diagnostic> {
    let whole = |one: &&Candidate<'_>| one.arn == word || one.also.contains(&word);
    if let Some(one) = candidates.iter().find(whole).or(candidates.iter().find(|one| one.name == word)) {
        return Ok(one.arn);
    }
    // `load_balancer` is a word of plans: nobody means it by a beginning of it.
    let keyed =
        |one: &Candidate<'_>| one.also.iter().any(|key| *key != "load_balancer" && key.starts_with(word));
    let fits = |one: &&Candidate<'_>| !word.is_empty() && (one.name.starts_with(word) || keyed(one));
    let begins: Vec<&Candidate<'_>> = candidates.iter().filter(fits).collect();
    match begins.as_slice() {
        [only] => Ok(only.arn),
        [] => Err(unknown(word, candidates, what, region)),
        several => Err(ambiguous(word, several, what)),
    }
}

fn missing(word: &str, what: &str, region: &str) -> Diagnostic {
    Diagnostic::error("not-found", format!("there is no {what} `{word}` in {region}"))
}

fn unknown(word: &str, candidates: &[Candidate<'_>], what: &str, region: &str) -> Diagnostic {
    let diagnostic = missing(word, what, region);
    let name = name_in(word);
    let near = nearest(
        name.unwrap_or(word),
        candidates.iter().flat_map(|one| {
            one.also.iter().copied().filter(|name| *name != "load_balancer").chain([one.name])
        }),
    );
    match near.as_slice() {
        [] => diagnostic.note(format!("there is none at all: the region is {region}")),
        [same, ..] if name == Some(*same) => diagnostic
            .note(format!("`{same}` has another ARN now: what had this one was deleted"))
            .help(format!("use the name: {same}")),
        near => diagnostic.help(format!("one of these? {}", listed(near, candidates.len()))),
    }
}

fn ambiguous(word: &str, several: &[&Candidate<'_>], what: &str) -> Diagnostic {
    let names = nearest(word, several.iter().map(|one| one.name));
    Diagnostic::error("ambiguous-name", format!("`{word}` is the beginning of {} {what}s", several.len()))
        .help(format!("name one: {}", listed(&names, several.len())))
}

fn two_kinds(word: &str, group: &Group, balancer: &Balancer) -> Diagnostic {
    let message = format!("`{word}` may be a target group and a load balancer");
    Diagnostic::error("ambiguous-name", message)
        .note(format!("target group {}: {}", group.name, group.arn))
        .note(format!("load balancer {}: {}", balancer.name, balancer.arn))
        .help("use the ARN")
}

fn neither(word: &str, group: Diagnostic, balancer: Diagnostic, region: &str) -> Diagnostic {
    if [&group, &balancer].iter().any(|one| one.code == "ambiguous-name") {
        return if group.code == "ambiguous-name" { group } else { balancer };
    }
    let diagnostic = missing(word, "target group or load balancer", region);
    let helps = [("target groups", group), ("load balancers", balancer)];
    helps.into_iter().fold(diagnostic, |diagnostic, (what, one)| match one.helps.first() {
        Some(help) => diagnostic.help(format!("{what}: {}", help.trim_start_matches("one of these? "))),
        None => diagnostic,
    })
}

/// The names by how near they are to a word: those that contain it first.
fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    let lower = word.to_lowercase();
    let far = |name: &str| {
        let contains = name.to_lowercase().contains(&lower);
        // Thousandths, so that they can be sorted.
        let distance = 1000.0 - strsim::jaro_winkler(&lower, &name.to_lowercase()) * 1000.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
        let distance = distance as u32;
        (!contains, distance)
    };
    names.sort_by_key(|name| far(name));
    names
}

fn listed(names: &[&str], all: usize) -> String {
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match all.saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
