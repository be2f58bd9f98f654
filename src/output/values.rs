//! What other tools need of a live stack: names and ARNs under fixed keys, in several forms.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::plan_json::FORMAT_VERSION;
use crate::kinds::{Desired, Live, Resource, certificate, listener, load_balancer, target_group};

/// One key and its value: `target_groups.users.arn`.
pub type Entry = (String, String);

/// All values of what is live, the load balancer's first.
pub fn of(live: &Live) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    let mut add = |key: String, value: &str| all.push((key, value.to_owned()));
    if let Some(balancer) = live.resources.get(&load_balancer::id()) {
        if let Some(name) = &live.dns_name {
            add("dns_name".to_owned(), name);
        }
        if let Some(zone) = live.front.as_ref().and_then(|front| front.hosted_zone.as_ref()) {
            add("zone_id".to_owned(), zone);
        }
        add("load_balancer.arn".to_owned(), &balancer.arn);
        add("load_balancer.name".to_owned(), &balancer.resource.label());
    }
    for kind in [target_group::KIND, listener::KIND, certificate::KIND] {
        for (id, existing) in live.resources.iter().filter(|(id, _)| id.kind() == kind) {
            let key = |what: &str| format!("{kind}s.{}.{what}", id.key());
            if !existing.arn.is_empty() {
                add(key("arn"), &existing.arn);
            }
            if let Resource::TargetGroup(group) = &existing.resource {
                add(key("name"), &group.name);
            }
        }
    }
    all
}

/// `key = value`, a line each.
pub fn text(entries: &[Entry]) -> String {
    entries.iter().map(|(key, value)| format!("{key} = {}\n", super::text::visible(value))).collect()
}

/// One object, nested at the dots of the keys.
pub fn json(entries: &[Entry]) -> Value {
    let mut root = json!({"format_version": FORMAT_VERSION});
    for (key, value) in entries {
        let mut place = &mut root;
        for part in key.split('.') {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            place = &mut place[part];
        }
        *place = json!(value);
    }
    root
}

/// The name of a shell variable: `ALBCTL_TARGET_GROUPS_USERS_ARN`.
pub fn variable(key: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    format!("ALBCTL_{}", key.chars().map(letter).collect::<String>())
}

/// Assignments for a shell to read.
///
/// # Errors
/// Two keys that would be one variable.
pub fn env(entries: &[Entry]) -> Result<String, (String, String)> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut text = String::new();
    for (key, value) in entries {
        let name = variable(key);
        text.push_str(&format!("{name}={}\n", quoted(value)));
        if let Some(other) = seen.insert(name, key) {
            return Err((other.to_owned(), key.clone()));
        }
    }
    Ok(text)
}

/// A word of a POSIX shell that stands for the text itself.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The `loadBalancers` of each ECS service, by the key of its target group: of groups with `ecs` that are live. API:
/// CreateService of ECS, `loadBalancers`.
pub fn ecs(desired: &Desired, live: &Live) -> Vec<(String, Value)> {
    let one = |(id, wanted): (&crate::model::ResourceId, &crate::kinds::Wanted)| {
        let Resource::TargetGroup(group) = &wanted.resource else { return None };
        let ecs = group.ecs.as_ref()?;
        let existing = live.resources.get(id)?;
        let block = json!([{
            "targetGroupArn": existing.arn,
            "containerName": ecs.container,
            "containerPort": ecs.port,
        }]);
        Some((id.key().to_owned(), block))
    };
    let mut all: Vec<(usize, (String, Value))> =
        desired.resources.iter().filter_map(|entry| Some((entry.1.order, one(entry)?))).collect();
    all.sort_by_key(|(order, _)| *order);
    all.into_iter().map(|(_, block)| block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(pairs: &[(&str, &str)]) -> Vec<Entry> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn all_forms_say_the_same() {
        let all = entries(&[("dns_name", "a.example"), ("target_groups.my-web.arn", "arn:1")]);
        assert_eq!(text(&all), "dns_name = a.example\ntarget_groups.my-web.arn = arn:1\n");
        let expected = json!({"format_version": 1, "dns_name": "a.example", "target_groups": {"my-web": {"arn": "arn:1"}}});
        assert_eq!(json(&all), expected);
        let lines = "ALBCTL_DNS_NAME='a.example'\nALBCTL_TARGET_GROUPS_MY_WEB_ARN='arn:1'\n";
        assert_eq!(env(&all), Ok(lines.to_owned()));
    }

    #[test]
    fn a_shell_reads_back_what_was_written() {
        assert_eq!(quoted("it's $(x) `y`"), r"'it'\''s $(x) `y`'");
        let twice = entries(&[("target_groups.a-b.arn", "1"), ("target_groups.a_b.arn", "2")]);
        assert_eq!(
            env(&twice),
            Err(("target_groups.a-b.arn".to_owned(), "target_groups.a_b.arn".to_owned()))
        );
    }
}
