//! What sends requests to a target group.

use crate::kinds::action::{Action, GroupKey};
use crate::kinds::{Live, Resource, listener, rule};
use crate::model::ResourceId;

/// A listener's default action or a rule that forwards to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The listener or rule.
    pub id: ResourceId,
    /// `rule/https/orders, priority 30`, `rule/443/30, path /orders/*`, `default of listener/http, :80`.
    pub place: String,
    /// The requests that it is for, in words: `path /api/*`; empty for a default action.
    pub when: String,
    /// The share of the group in per cent of its requests, rounded down.
    pub share: u32,
    /// The weight of the group.
    pub weight: u32,
    /// How many groups have a part in it.
    pub groups: usize,
    /// Clients keep their group for so many seconds. API: `TargetGroupStickinessConfig`.
    pub group_stickiness: Option<u32>,
    /// What comes before, by the API's types of actions: `authenticate-oidc`; mostly nothing.
    pub first: Vec<String>,
    /// Where the requests go in words: `users 95%, users-canary 5%`.
    pub then: String,
}

impl Use {
    /// `rule/https/orders, priority 30, 100% of it`, with `after authenticate-oidc` where that comes first.
    pub fn words(&self) -> String {
        let words = format!("{}, {}% of it", self.place, self.share);
        match self.first.is_empty() {
            true => words,
            false => format!("{words}, after {}", self.first.join(", ")),
        }
    }

    /// Whether a client may be answered by another group the next time.
    pub fn may_change_group(&self) -> bool {
        self.groups > 1 && self.group_stickiness.is_none() && self.share < 100
    }
}

/// All that forwards to a group, listeners' defaults after their rules, in the order of evaluation.
pub fn of(live: &Live, group: &str) -> Vec<Use> {
    let mut found: Vec<((u16, u32), Use)> = Vec::new();
    for (id, existing) in &live.resources {
        let (order, place, when, action) = match &existing.resource {
            Resource::Rule(model) => {
                let port = port_of(live, &model.listener);
                let when = rule::condition::show(&model.when);
                // One that nobody gave a key is called by its number, which says little.
                let numbered =
                    id.key().rsplit_once('/').is_some_and(|(_, key)| key == model.priority.to_string());
                let place = match numbered {
                    true => format!("{id}, {when}"),
                    false => format!("{id}, priority {}", model.priority),
                };
                ((port, model.priority), place, when, &model.then)
            }
            Resource::Listener(model) => {
                let port = if id.key() == model.port.to_string() {
                    String::new()
                } else {
                    format!(", :{}", model.port)
                };
                let place = format!("default of {id}{port}");
                ((model.port, u32::MAX), place, String::new(), &model.default)
            }
            Resource::Certificate(_)
            | Resource::DnsRecord(_)
            | Resource::LoadBalancer(_)
            | Resource::TargetGroup(_)
            | Resource::Targets(_) => continue,
        };
        if let Some(one) = part(id, place, when, action, group) {
            found.push((order, one));
        }
    }
    found.sort_by_key(|(order, _)| *order);
    found.into_iter().map(|(_, one)| one).collect()
}

fn port_of(live: &Live, key: &str) -> u16 {
    match live.resources.get(&listener::id(key)).map(|one| &one.resource) {
        Some(Resource::Listener(model)) => model.port,
        Some(_) | None => 0,
    }
}

fn part(id: &ResourceId, place: String, when: String, action: &Action<GroupKey>, group: &str) -> Option<Use> {
    let Action::Forward { groups, stickiness } = action.routed() else { return None };
    let own = groups.iter().find(|one| one.group.0 == group)?;
    let total: u32 = groups.iter().map(|one| one.weight).sum();
    let weighty = groups.iter().filter(|one| one.weight > 0).count();
    Some(Use {
        id: id.clone(),
        place,
        when,
        share: (own.weight * 100).checked_div(total).unwrap_or(0),
        weight: own.weight,
        groups: weighty,
        group_stickiness: *stickiness,
        first: action.first().to_vec(),
        then: action.routed().show(),
    })
}
