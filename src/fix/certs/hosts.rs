//! The hosts that a listener's rules are for, and whether a certificate is for each of them.

use std::collections::BTreeMap;

use super::{All, Known};
use crate::kinds::certificate::coverage;
use crate::kinds::{Live, Resource};
use crate::model::ResourceId;

/// A host that rules name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The host, or a wildcard that stands for one label.
    pub name: String,
    /// The rules.
    pub rules: Vec<ResourceId>,
}

/// The hosts of the rules of a listener that a certificate can be for: patterns that stand for many are none.
pub fn hosts(live: &Live, listener: &ResourceId) -> Vec<Host> {
    let mut found: BTreeMap<String, Vec<(u32, ResourceId)>> = BTreeMap::new();
    for (id, one) in &live.resources {
        match &one.resource {
            Resource::Rule(model) if model.listener == listener.key() => {
                for host in coverage::hosts_of(&model.when) {
                    let rules = found.entry(host.to_ascii_lowercase()).or_default();
                    rules.push((model.priority, id.clone()));
                }
            }
            Resource::Rule(_)
            | Resource::Certificate(_)
            | Resource::DnsRecord(_)
            | Resource::LoadBalancer(_)
            | Resource::TargetGroup(_)
            | Resource::Targets(_)
            | Resource::Listener(_) => {}
        }
    }
    let host = |(name, mut rules): (String, Vec<(u32, ResourceId)>)| {
        rules.sort();
        Host { name, rules: rules.into_iter().map(|(_, id)| id).collect() }
    };
    found.into_iter().map(host).collect()
}

/// Whether one of these certificates is for a host; none: those that are known are not, and others are not known.
pub(super) fn covered<'a>(host: &str, arns: impl IntoIterator<Item = &'a String>, all: &All) -> Option<bool> {
    let mut answer = Some(false);
    for arn in arns {
        match all.get(arn) {
            Some(Known::Found(facts)) if facts.name_for(host).is_some() => return Some(true),
            Some(Known::Found(_) | Known::Gone) => {}
            Some(Known::Denied) | None => answer = None,
        }
    }
    answer
}

/// Whether a text can be a host: labels of letters, digits and hyphens, at least two of them.
pub fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let plain = text.strip_prefix("*.").unwrap_or(text);
    text.len() <= 253 && plain.contains('.') && plain.split('.').all(label)
}
