//! Requests drawn from the patterns of rules: one for every way in which a rule can match, for what almost matches,
//! and for what several rules match at once, since it is there that the order of rules decides.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use super::cidr::Cidr;
use super::glob::{Glob, common};
use super::request::{Request, Scheme};
use crate::kinds::rule::Condition;

/// No more requests than these are drawn.
const MOST: usize = 4_000;

/// The ways of one rule to match that are drawn, of all combinations of its values.
const MOST_WAYS: usize = 12;

/// The requests that are drawn for two rules that overlap.
const MOST_OF_A_PAIR: usize = 4;

/// Sets of three rules that are tried.
const MOST_TRIPLES: usize = 3_000;

/// Text that no spec is likely to contain.
const UNUSUAL: &str = "zq9";

/// The conditions of a rule.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// They all must hold.
    pub when: &'a [Condition],
    /// The rule changes, so that what it has in common with others matters. Others are only looked at where they
    /// overlap with one that changes.
    pub focus: bool,
}

/// Requests for the rules of both sides of a change, each once; at least one that no pattern is likely to match.
pub fn draw(sources: &[Source<'_>], scheme: Scheme, port: u16) -> Vec<Request> {
    let mut rules: Vec<(&[Condition], bool)> = Vec::new();
    for source in sources {
        match rules.iter_mut().find(|(when, _)| *when == source.when) {
            Some((_, focus)) => *focus |= source.focus,
            None => rules.push((source.when, source.focus)),
        }
    }
    let rules: Vec<Rule> = rules.into_iter().map(|(when, focus)| Rule::new(when, focus)).collect();
    let mut drawer = Drawer { scheme, port, nowhere: nowhere(&rules), requests: BTreeSet::new() };
    drawer.finish(&Draft::default());
    for rule in &rules {
        drawer.alone(rule);
    }
    let pairs = drawer.pairs(&rules);
    drawer.crowds(&rules);
    drawer.triples(&rules, &pairs);
    drawer.requests.into_iter().collect()
}

/// A value of a condition that a request must match.
#[derive(Clone, Debug)]
enum Value {
    Host(Glob),
    Path(Glob),
    Method(String),
    Header(String, Glob),
    Query(Option<Glob>, Glob),
    SourceIp(Cidr),
    Unknown(String),
}

struct Rule {
    focus: bool,
    /// For each condition its values.
    conditions: Vec<Vec<Value>>,
    /// Drafts that match, by choosing one value of each condition.
    ways: Vec<Draft>,
}

impl Rule {
    fn new(when: &[Condition], focus: bool) -> Self {
        let conditions: Vec<Vec<Value>> = when.iter().map(values).collect();
        let mut ways = vec![Draft::default()];
        for values in &conditions {
            ways = ways.iter().flat_map(|way| values.iter().filter_map(|value| way.with(value))).collect();
            ways.truncate(MOST_WAYS);
        }
        Self { focus, conditions, ways }
    }
}

fn values(condition: &Condition) -> Vec<Value> {
    match condition {
        Condition::Host(values) => values.iter().map(|value| Value::Host(Glob::folded(value))).collect(),
        Condition::Path(values) => values.iter().map(|value| Value::Path(Glob::exact(value))).collect(),
        Condition::Method(values) => values.iter().cloned().map(Value::Method).collect(),
        Condition::Header { name, values } => {
            values.iter().map(|value| Value::Header(name.to_ascii_lowercase(), Glob::folded(value))).collect()
        }
        Condition::Query(pairs) => pairs
            .iter()
            .map(|pair| Value::Query(pair.key.as_deref().map(Glob::escaped), Glob::escaped(&pair.value)))
            .collect(),
        Condition::SourceIp(values) => {
            values.iter().filter_map(|value| Cidr::parse(value)).map(Value::SourceIp).collect()
        }
        Condition::Unknown { description } => vec![Value::Unknown(description.clone())],
    }
}

/// What a request must match so far.
#[derive(Clone, Debug, Default)]
struct Draft {
    hosts: Vec<Glob>,
    paths: Vec<Glob>,
    method: Option<String>,
    headers: Vec<(String, Glob)>,
    query: Vec<(Option<Glob>, Glob)>,
    source: Option<Cidr>,
    assumed: BTreeSet<String>,
}

impl Draft {
    /// The draft that must match one value more; `None` when nothing can match both.
    fn with(&self, value: &Value) -> Option<Self> {
        let mut draft = self.clone();
        match value {
            Value::Host(glob) => add_glob(&mut draft.hosts, glob)?,
            Value::Path(glob) => add_glob(&mut draft.paths, glob)?,
            Value::Method(method) => {
                if draft.method.get_or_insert_with(|| method.clone()) != method {
                    return None;
                }
            }
            // A header may stand more than once, and so may a key of the query: these never exclude each other.
            Value::Header(name, glob) => draft.headers.push((name.clone(), glob.clone())),
            Value::Query(key, glob) => draft.query.push((key.clone(), glob.clone())),
            Value::SourceIp(block) => {
                draft.source = Some(match draft.source {
                    Some(own) => own.meet(*block)?,
                    None => *block,
                });
            }
            Value::Unknown(description) => {
                draft.assumed.insert(description.clone());
            }
        }
        Some(draft)
    }

    /// The draft that matches both.
    fn and(&self, other: &Self) -> Option<Self> {
        let apart =
            |one: &[Glob], other: &[Glob]| one.iter().any(|one| other.iter().any(|glob| one.apart(glob)));
        if apart(&self.paths, &other.paths) || apart(&self.hosts, &other.hosts) {
            return None;
        }
        let mut draft = self.clone();
        for glob in &other.hosts {
            add_glob(&mut draft.hosts, glob)?;
        }
        for glob in &other.paths {
            add_glob(&mut draft.paths, glob)?;
        }
        if let Some(method) = &other.method {
            draft = draft.with(&Value::Method(method.clone()))?;
        }
        if let Some(block) = other.source {
            draft = draft.with(&Value::SourceIp(block))?;
        }
        draft.headers.extend(other.headers.iter().cloned());
        draft.query.extend(other.query.iter().cloned());
        draft.assumed.extend(other.assumed.iter().cloned());
        Some(draft)
    }
}

/// A request is not made to match more patterns than these at once: finding one takes too long.
const MOST_GLOBS: usize = 6;

fn add_glob(globs: &mut Vec<Glob>, glob: &Glob) -> Option<()> {
    if !globs.contains(glob) {
        if globs.len() == MOST_GLOBS {
            return None;
        }
        globs.push(glob.clone());
        common(&globs.iter().collect::<Vec<_>>())?;
    }
    Some(())
}

/// An address that is in no block, if there is one.
fn nowhere(rules: &[Rule]) -> IpAddr {
    let candidates =
        [[203, 0, 113, 253], [198, 51, 100, 253], [192, 0, 2, 253], [100, 64, 9, 9], [9, 9, 9, 9]]
            .map(|octets| IpAddr::V4(Ipv4Addr::from(octets)));
    let taken = |address: &IpAddr| {
        rules.iter().flat_map(|rule| rule.conditions.iter().flatten()).any(|value| match value {
            Value::SourceIp(block) => block.contains(*address),
            Value::Host(_)
            | Value::Path(_)
            | Value::Method(_)
            | Value::Header(..)
            | Value::Query(..)
            | Value::Unknown(_) => false,
        })
    };
    candidates.into_iter().find(|address| !taken(address)).unwrap_or(candidates[0])
}

struct Drawer {
    scheme: Scheme,
    port: u16,
    nowhere: IpAddr,
    requests: BTreeSet<Request>,
}

impl Drawer {
    /// Every way of a rule to match, and requests that all but one of its conditions match.
    fn alone(&mut self, rule: &Rule) {
        for way in &rule.ways {
            self.finish(way);
        }
        for missed in 0..rule.conditions.len() {
            let others = rule.conditions.iter().enumerate().filter(|(index, _)| *index != missed);
            let mut draft = others
                .filter_map(|(_, values)| values.first())
                .try_fold(Draft::default(), |draft, value| draft.with(value));
            let by_method = matches!(rule.conditions[missed].first(), Some(Value::Method(_)));
            if let (true, Some(draft)) = (by_method, &mut draft) {
                draft.method = Some(UNUSUAL.to_ascii_uppercase());
            }
            self.finish_some(draft.as_ref());
        }
    }

    /// What two rules have in common, where one of them changes. Returns the pairs that overlap.
    fn pairs(&mut self, rules: &[Rule]) -> BTreeSet<(usize, usize)> {
        let mut pairs = BTreeSet::new();
        for (first, one) in rules.iter().enumerate() {
            for (second, other) in rules.iter().enumerate().skip(first + 1) {
                if !one.focus && !other.focus {
                    continue;
                }
                let both =
                    one.ways.iter().flat_map(|one| other.ways.iter().filter_map(|other| one.and(other)));
                let drafts: Vec<Draft> = both.take(MOST_OF_A_PAIR).collect();
                if !drafts.is_empty() {
                    pairs.insert((first, second));
                }
                for draft in &drafts {
                    self.finish(draft);
                }
            }
        }
        pairs
    }

    /// What as many rules as possible have in common, from each one that changes on.
    fn crowds(&mut self, rules: &[Rule]) {
        for (index, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.focus) {
            let Some(mut draft) = rule.ways.first().cloned() else { continue };
            for other in rules.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, rule)| rule) {
                if let Some(both) = other.ways.iter().find_map(|way| draft.and(way)) {
                    draft = both;
                }
            }
            self.finish(&draft);
        }
    }

    /// What three rules have in common of which each two overlap: one that changes, and the two that answer before
    /// and after.
    fn triples(&mut self, rules: &[Rule], pairs: &BTreeSet<(usize, usize)>) {
        let overlap = |a: usize, b: usize| pairs.contains(&(a, b)) || (!rules[a].focus && !rules[b].focus);
        let mut tried = 0;
        for &(first, second) in pairs {
            for third in second + 1..rules.len() {
                if !overlap(first, third) || !overlap(second, third) {
                    continue;
                }
                tried += 1;
                if tried > MOST_TRIPLES || self.requests.len() >= MOST {
                    return;
                }
                let [one, two, three] = [first, second, third].map(|index| &rules[index].ways);
                let both = one.iter().flat_map(|one| two.iter().filter_map(|two| one.and(two)));
                let draft =
                    both.take(MOST_OF_A_PAIR).find_map(|both| three.iter().find_map(|way| both.and(way)));
                self.finish_some(draft.as_ref());
            }
        }
    }

    fn finish_some(&mut self, draft: Option<&Draft>) {
        if let Some(draft) = draft {
            self.finish(draft);
        }
    }

    /// Makes requests of a draft: with wildcards that stand for something unusual, and for nothing.
    fn finish(&mut self, draft: &Draft) {
        if self.requests.len() >= MOST {
            return;
        }
        let unusual = Glob::exact(&format!("*{UNUSUAL}*"));
        let text =
            |globs: &[Glob], extra: Option<&Glob>| common(&globs.iter().chain(extra).collect::<Vec<_>>());
        let filled = |globs: &[Glob]| text(globs, Some(&unusual)).or_else(|| text(globs, None));
        let host = match draft.hosts.is_empty() {
            true => Some(format!("{UNUSUAL}.invalid")),
            false => filled(&draft.hosts),
        };
        let one = |glob: &Glob| filled(std::slice::from_ref(glob));
        let headers: Option<Vec<_>> =
            draft.headers.iter().map(|(name, glob)| Some((name.clone(), one(glob)?))).collect();
        let key = |key: &Option<Glob>| key.as_ref().map_or_else(|| Some(UNUSUAL.to_owned()), one);
        let query: Option<Vec<_>> = draft.query.iter().map(|(k, glob)| Some((key(k)?, one(glob)?))).collect();
        let paths = match draft.paths.is_empty() {
            true => vec![Some(format!("/{UNUSUAL}"))],
            false => vec![filled(&draft.paths), text(&draft.paths, None)],
        };
        let (Some(host), Some(headers), Some(query)) = (host, headers, query) else { return };
        for path in paths.into_iter().flatten() {
            self.requests.insert(Request {
                scheme: self.scheme,
                host: host.clone(),
                port: self.port,
                method: draft.method.clone().unwrap_or_else(|| "GET".to_owned()),
                path,
                query: query.clone(),
                headers: headers.clone(),
                source_ip: draft.source.map_or(self.nowhere, |block| block.address()),
                assumed: draft.assumed.clone(),
            });
        }
    }
}
