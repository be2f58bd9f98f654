//! What the words of a command line mean: a name, an ARN, a DNS name, `LB/PORT`, `LB/PORT/PRIORITY`, a key of the spec,
//! or the beginning of a name or key that no other begins with.

mod arn;
mod told;
mod unread;

use std::collections::{BTreeMap, BTreeSet};

use arn::balancer_of;
use told::{ambiguous, key_and_name, missing, mixed, neither, two_kinds, unknown};

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
    /// What it is, if it is of another kind of load balancer: `instance TCP:53, vpc-0a, on no load balancer`.
    pub foreign: Option<String>,
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

impl Inventory {
    /// The target group that a word means.
    ///
    /// # Errors
    /// None, or several: with the candidates, nearest first.
    pub fn group(&self, word: &str, keys: &Keys) -> Result<&Group, Diagnostic> {
        // As plans call it.
        let (word, by_key) = match word.strip_prefix("target_group/") {
            Some(key) => (key, true),
            None => (word, false),
        };
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
        let key = candidates.iter().find(|one| one.also.contains(&word)).filter(|_| !by_key);
        let name = candidates.iter().find(|one| one.name == word);
        if let (Some(key), Some(name)) = (key, name)
            && key.arn != name.arn
        {
            return Err(key_and_name(word, key.name, name.arn));
        }
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
    /// target group or a load balancer. A whole name or key wins over a beginning.
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
        let several = |one: &Diagnostic| one.code == "ambiguous-name";
        match (group, balancer) {
            // The beginning of several groups is no better a name for a load balancer, and the other way round.
            (Err(groups), Ok(balancer)) if several(&groups) && !is_whole(word, balancer, keys) => {
                Err(mixed(&groups, "load balancer", &balancer.name))
            }
            (Ok(group), Err(balancers))
                if several(&balancers) && group.name != word && !keys.groups.contains_key(word) =>
            {
                Err(mixed(&balancers, "target group", &group.name))
            }
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

/// Whether a word is all of a load balancer's name, or another way to name it.
fn is_whole(word: &str, balancer: &Balancer, keys: &Keys) -> bool {
    let by_key = word == "load_balancer" || keys.stack.as_deref() == Some(word);
    by_key || !balancer.name.starts_with(word) || balancer.name == word
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
