//! Conditions against requests. ALB guide, "Condition types for listener rules"; API: `RuleCondition`.
//!
//! All conditions of a rule must hold, any value of a condition suffices. What is not documented is read so: the
//! port is cut off the host; a query is split at `&` and the first `=`, and nothing is percent-decoded; a header
//! that is absent matches nothing, not even `*`.
//!
//! A condition that albctl does not know (a regular expression, a field of tomorrow) holds for a request exactly
//! when the request says so in [`Request::assumed`]. It never matches by itself; who must be right about every
//! request asks twice, once with the condition assumed and once without ([`super::draw`] does so).

use super::cidr::Cidr;
use super::glob::Glob;
use super::request::Request;
use crate::kinds::rule::Condition;
use crate::kinds::rule::condition::QueryPair;

/// The conditions of one rule, ready to be asked many times.
#[derive(Clone, Debug)]
pub struct Matcher {
    conditions: Vec<Ready>,
}

#[derive(Clone, Debug)]
enum Ready {
    Host(Vec<Glob>),
    Path(Vec<Glob>),
    Method(Vec<String>),
    Header { name: String, values: Vec<Glob> },
    Query(Vec<(Option<Glob>, Glob)>),
    SourceIp(Vec<Cidr>),
    Unknown(String),
}

impl Matcher {
    /// Reads the conditions of a rule.
    pub fn new(conditions: &[Condition]) -> Self {
        Self { conditions: conditions.iter().map(ready).collect() }
    }

    /// Whether all conditions hold.
    pub fn matches(&self, request: &Request) -> bool {
        self.conditions.iter().all(|condition| holds(condition, request))
    }
}

fn ready(condition: &Condition) -> Ready {
    match condition {
        Condition::Host(values) => Ready::Host(values.iter().map(|value| Glob::folded(value)).collect()),
        Condition::Path(values) => Ready::Path(values.iter().map(|value| Glob::exact(value)).collect()),
        Condition::Method(values) => Ready::Method(values.iter().cloned().collect()),
        Condition::Header { name, values } => Ready::Header {
            name: name.clone(),
            values: values.iter().map(|value| Glob::folded(value)).collect(),
        },
        Condition::Query(pairs) => {
            let one = |QueryPair { key, value }: &QueryPair| {
                (key.as_deref().map(Glob::escaped), Glob::escaped(value))
            };
            Ready::Query(pairs.iter().map(one).collect())
        }
        Condition::SourceIp(values) => {
            Ready::SourceIp(values.iter().filter_map(|value| Cidr::parse(value)).collect())
        }
        Condition::Unknown { description } => Ready::Unknown(description.clone()),
    }
}

fn holds(condition: &Ready, request: &Request) -> bool {
    match condition {
        Ready::Host(globs) => {
            let host = without_port(&request.host);
            globs.iter().any(|glob| glob.matches(host))
        }
        Ready::Path(globs) => globs.iter().any(|glob| glob.matches(&request.path)),
        Ready::Method(methods) => methods.contains(&request.method),
        Ready::Header { name, values } => request
            .headers
            .iter()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name))
            .any(|(_, value)| values.iter().any(|glob| glob.matches(value))),
        Ready::Query(pairs) => pairs.iter().any(|(key, value)| {
            request.query.iter().any(|(own_key, own_value)| {
                key.as_ref().is_none_or(|key| key.matches(own_key)) && value.matches(own_value)
            })
        }),
        Ready::SourceIp(blocks) => blocks.iter().any(|block| block.contains(request.source_ip)),
        Ready::Unknown(description) => request.assumed.contains(description),
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    }
}
