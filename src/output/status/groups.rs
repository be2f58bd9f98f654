//! The target groups and how their targets are.

use std::collections::BTreeMap;

use super::settings::{self, Setting};
use crate::kinds::action::{Action, GroupKey};
use crate::kinds::target_group::TargetGroup;
use crate::kinds::targets::function::short;
use crate::kinds::{Desired, Existing, Live, Resource, targets};
use crate::model::ResourceId;
use crate::model::world::{HealthState, TargetHealth};

/// A target group.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its key.
    pub key: String,
    /// Its ARN.
    pub arn: String,
    /// `ip`, `instance`, `lambda`.
    pub kind: String,
    /// The port; none for a function.
    pub port: Option<u16>,
    /// The function, `NAME:ALIAS`.
    pub function: Option<String>,
    /// Whether load balancers may invoke the function.
    pub permission: bool,
    /// `lb_cookie 1h`.
    pub sticky: Option<String>,
    /// `listed`, `external`, `function`; `-` where there is no spec.
    pub managed: &'static str,
    /// What is not at its default: `deregistration_delay 30s`.
    pub attributes: Vec<String>,
    /// All its settings.
    pub settings: Vec<Setting>,
    /// The registered targets.
    pub targets: Vec<TargetHealth>,
    /// Whether any listener or rule sends requests to it.
    pub used: bool,
}

impl Group {
    /// How many targets are healthy.
    pub fn healthy(&self) -> usize {
        self.targets.iter().filter(|one| one.state == HealthState::Healthy).count()
    }

    /// `1/2`.
    pub fn health(&self) -> String {
        format!("{}/{}", self.healthy(), self.targets.len())
    }

    /// What needs attention, a line each.
    pub fn problems(&self) -> Vec<String> {
        let mut all = Vec::new();
        if !self.permission {
            all.push("load balancers may not invoke its function".to_owned());
        }
        all.extend(ill(&self.targets));
        if !self.used {
            return all;
        }
        if self.targets.is_empty() {
            all.push(match self.managed {
                "external" => {
                    "has no targets; they are to be registered by others (targets: external)".to_owned()
                }
                _ => "has no targets".to_owned(),
            });
        } else if self.function.is_none() {
            all.extend(waiting(&self.targets));
        }
        all
    }
}

/// What people call a target.
pub fn name(target: &TargetHealth) -> String {
    match target.port {
        Some(port) => format!("{}:{port}", target.id),
        None => short(&target.id),
    }
}

/// The targets that are unhealthy, a line each.
fn ill(targets: &[TargetHealth]) -> Vec<String> {
    let bad = targets.iter().filter(|one| one.state == HealthState::Unhealthy);
    bad.map(|one| format!("{}: {}", name(one), one.words)).collect()
}

/// That none of the targets takes requests although none is known to be bad.
pub(crate) fn waiting(targets: &[TargetHealth]) -> Option<String> {
    if targets.is_empty() || targets.iter().any(|one| one.state != HealthState::Unchecked) {
        return None;
    }
    let mut words: BTreeMap<&str, usize> = BTreeMap::new();
    for one in targets {
        *words.entry(&one.words).or_default() += 1;
    }
    let words: Vec<String> = words.into_iter().map(|(word, number)| format!("{number} {word}")).collect();
    Some(format!("no target is healthy yet ({})", words.join(", ")))
}

/// In the order of the spec; those that it does not have come last.
pub(super) fn of(desired: Option<&Desired>, live: &Live) -> Vec<Group> {
    let wanted = |id: &ResourceId| desired.and_then(|desired| desired.resources.get(id));
    let mut all: Vec<(usize, Group)> = live
        .resources
        .iter()
        .filter_map(|(id, existing)| match &existing.resource {
            Resource::TargetGroup(model) => {
                let place = wanted(id).map_or(usize::MAX, |wanted| wanted.order);
                let managed = match (model.is_function(), desired) {
                    (true, _) => "function",
                    (false, None) => "-",
                    (false, Some(_)) if wanted(&targets::id(id.key())).is_some() => "listed",
                    (false, Some(_)) => "external",
                };
                Some((place, group(live, id.key(), model, existing, managed)))
            }
            Resource::LoadBalancer(_)
            | Resource::Targets(_)
            | Resource::Listener(_)
            | Resource::Rule(_)
            | Resource::Certificate(_)
            | Resource::DnsRecord(_) => None,
        })
        .collect();
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, group)| group).collect()
}

fn group(live: &Live, key: &str, model: &TargetGroup, existing: &Existing, managed: &'static str) -> Group {
    let settings = settings::of(model);
    let told = |one: &&Setting| (one.attribute || one.key == "protocol_version") && !one.default;
    let changed = settings.iter().filter(told);
    let mut attributes: Vec<String> = changed.map(|one| format!("{} {}", one.key, one.value)).collect();
    if model.is_function() && model.health_check.enabled {
        attributes.push("checked".to_owned());
    }
    let sticky = settings.iter().find(|one| one.key == "stickiness").map(|one| one.value.clone());
    Group {
        key: key.to_owned(),
        arn: existing.arn.clone(),
        kind: model.target_type.to_string(),
        port: model.port,
        function: model.function.as_deref().map(short),
        permission: model.permission,
        sticky: sticky.filter(|words| words != "off"),
        managed,
        attributes,
        settings,
        targets: live.health.get(&existing.arn).cloned().unwrap_or_default(),
        used: is_used(live, key),
    }
}

/// Whether requests may be sent to a group: with weight 0 none are.
fn is_used(live: &Live, key: &str) -> bool {
    let key = GroupKey(key.to_owned());
    let sends =
        |action: &Action<GroupKey>| action.groups().iter().any(|one| one.group == key && one.weight > 0);
    let own = live.resources.values().map(|one| &one.resource);
    own.chain(live.strange.values()).any(|one| match one {
        Resource::Listener(listener) => sends(&listener.default),
        Resource::Rule(rule) => sends(&rule.then),
        Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Certificate(_)
        | Resource::DnsRecord(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(states: &[(HealthState, &str)]) -> Vec<TargetHealth> {
        let one = |(state, words): &(HealthState, &str)| TargetHealth {
            id: "i-0a".to_owned(),
            port: Some(80),
            state: *state,
            words: (*words).to_owned(),
            zone: None,
            status: (*words).to_owned(),
            reason: None,
            description: None,
        };
        states.iter().map(one).collect()
    }

    #[test]
    fn targets_that_all_wait_are_told_together() {
        let (good, new, bad) = (HealthState::Healthy, HealthState::Unchecked, HealthState::Unhealthy);
        assert_eq!(waiting(&[]), None);
        assert_eq!(waiting(&targets(&[(good, "healthy"), (new, "initial")])), None);
        assert_eq!(
            waiting(&targets(&[(bad, "unhealthy"), (new, "initial")])),
            None,
            "it is told by the bad one"
        );
        assert_eq!(
            waiting(&targets(&[(new, "unused"), (new, "initial"), (new, "initial")])).as_deref(),
            Some("no target is healthy yet (2 initial, 1 unused)")
        );
    }
}
