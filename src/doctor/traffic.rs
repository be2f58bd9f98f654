//! Who gets which requests: listeners' rules and default actions in the order of evaluation.

use super::facts::Facts;
use crate::kinds::action::{Action, GroupKey};
use crate::kinds::listener::model::Protocol;
use crate::kinds::rule::{Condition, condition};
use crate::kinds::{Resource, listener};
use crate::model::ResourceId;

/// A rule, or the default action of a listener.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The identity of the rule or listener.
    pub id: &'a ResourceId,
    /// The identity of the listener.
    pub listener: ResourceId,
    /// The listener's port.
    pub port: u16,
    /// The listener is encrypted.
    pub https: bool,
    /// None: the default action.
    pub priority: Option<u32>,
    /// The conditions; none for the default action.
    pub when: &'a [Condition],
    /// What happens.
    pub then: &'a Action<GroupKey>,
    /// The transforms of the rule.
    pub transforms: &'a [String],
}

impl Entry<'_> {
    /// `rule/443/30, priority 30`, `default of :443`.
    pub fn place(&self) -> String {
        match self.priority {
            // An identity of a rule that nobody owns has its priority as its key.
            Some(priority) if self.id.key().ends_with(&format!("/{priority}")) => self.id.to_string(),
            Some(priority) => format!("{}, priority {priority}", self.id),
            None => format!("default of :{}", self.port),
        }
    }

    /// As commands take it: `shop/443/30`, `shop/443/default`.
    pub fn word(&self, balancer: &str) -> String {
        match self.priority {
            Some(priority) => format!("{balancer}/{}/{priority}", self.port),
            None => format!("{balancer}/{}/default", self.port),
        }
    }

    /// Conditions in words; empty for the default action.
    pub fn when(&self) -> String {
        condition::show(self.when)
    }

    /// The share of a group in per cent of its requests, rounded down; none: it forwards nothing to it.
    pub fn share(&self, group: &str) -> Option<u32> {
        let groups = self.then.groups();
        let own: u32 = groups.iter().filter(|one| one.group.0 == group).map(|one| one.weight).sum();
        let total: u32 = groups.iter().map(|one| one.weight).sum();
        groups.iter().any(|one| one.group.0 == group).then(|| (own * 100).checked_div(total).unwrap_or(0))
    }
}

/// All rules and default actions, by port and in the order of evaluation.
pub fn entries(facts: &Facts) -> Vec<Entry<'_>> {
    let mut all: Vec<Entry<'_>> = Vec::new();
    for (id, existing) in &facts.live.resources {
        match &existing.resource {
            Resource::Listener(model) => all.push(Entry {
                id,
                listener: id.clone(),
                port: model.port,
                https: model.protocol == Protocol::Https,
                priority: None,
                when: &[],
                then: &model.default,
                transforms: &[],
            }),
            Resource::Rule(model) => {
                let Some((listener, port, https)) = holder(facts, &model.listener) else { continue };
                all.push(Entry {
                    id,
                    listener,
                    port,
                    https,
                    priority: Some(model.priority),
                    when: &model.when,
                    then: &model.then,
                    transforms: &model.transforms,
                });
            }
            Resource::Certificate(_)
            | Resource::DnsRecord(_)
            | Resource::LoadBalancer(_)
            | Resource::TargetGroup(_)
            | Resource::Targets(_) => {}
        }
    }
    all.sort_by_key(|one| (one.port, one.priority.unwrap_or(u32::MAX)));
    all
}

fn holder(facts: &Facts, key: &str) -> Option<(ResourceId, u16, bool)> {
    let id = listener::id(key);
    match &facts.live.resources.get(&id)?.resource {
        Resource::Listener(model) => Some((id, model.port, model.protocol == Protocol::Https)),
        _ => None,
    }
}

/// What forwards to a group, with the share that the group gets of it.
pub fn users<'a>(entries: &'a [Entry<'a>], group: &str) -> Vec<(&'a Entry<'a>, u32)> {
    entries.iter().filter_map(|one| Some((one, one.share(group)?))).collect()
}

/// The largest share that a group gets of anything; 0: it gets no requests.
pub fn largest_share(entries: &[Entry<'_>], group: &str) -> u32 {
    users(entries, group).into_iter().map(|(_, share)| share).max().unwrap_or(0)
}

/// What sends requests to a group, a line each: `used by rule/443/30, path /api/*, 100% of it`.
pub fn used_by(entries: &[Entry<'_>], group: &str) -> Vec<String> {
    users(entries, group)
        .into_iter()
        .filter(|(_, share)| *share > 0)
        .map(|(entry, share)| {
            let when = entry.when();
            let when = if when.is_empty() { String::new() } else { format!(" ({when})") };
            format!("{share}% of the requests of {}{when} go to it", entry.place())
        })
        .collect()
}
