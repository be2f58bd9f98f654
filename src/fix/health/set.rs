//! `health set`: how targets are checked. API: ModifyTargetGroup.

use serde_json::Value;

use crate::base::{Diagnostic, Diagnostics, Place, Seconds, Ty};
use crate::fix::{Fix, Keep, stickiness};
use crate::kinds::target_group::fields::FIELDS;
use crate::kinds::target_group::fits;
use crate::kinds::target_group::model::{HealthCheck, Protocol, TargetGroup};
use crate::kinds::{Live, Resource};
use crate::model::ResourceId;
use crate::model::field::Form;

/// What is asked for; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Path and query.
    pub path: Option<String>,
    /// `traffic-port` or a port.
    pub port: Option<String>,
    /// HTTP or HTTPS.
    pub protocol: Option<Protocol>,
    /// Seconds between checks.
    pub interval: Option<u32>,
    /// Seconds until a check has failed.
    pub timeout: Option<u32>,
    /// Passes in a row.
    pub healthy_threshold: Option<u32>,
    /// Failures in a row.
    pub unhealthy_threshold: Option<u32>,
    /// `200`, `200-299`.
    pub codes: Option<String>,
}

/// Changes the check of a group.
///
/// # Errors
/// A value that AWS would refuse, or that does not go with another one.
pub fn set(live: &Live, group: &ResourceId, asked: &Asked) -> Result<Fix, Vec<Diagnostic>> {
    let Some(before) = stickiness::group(live, group) else {
        let message = format!("{group} is not a target group of an application load balancer");
        return Err(vec![Diagnostic::error("wrong-kind", message)]);
    };
    let mut problems = Diagnostics::new();
    problems.extend(function(group, before, asked));
    let mut after = before.clone();
    change(&mut after.health_check, asked);
    problems.extend(out_of_range(&after, before));
    let mut found = Diagnostics::new();
    fits::check(&after, Place::NONE, &|_| None, &mut found);
    // What is wrong with the rest of the group is live and works.
    let about =
        |one: &&Diagnostic| one.message.contains("health check") || one.message.contains("success codes");
    let mut known = Diagnostics::new();
    fits::check(before, Place::NONE, &|_| None, &mut known);
    let new = |one: &&Diagnostic| known.iter().all(|other| other.message != one.message);
    problems.extend(found.iter().filter(about).filter(new).cloned());
    if problems.has_errors() {
        return Err(problems.sorted());
    }
    let mut fix = Fix::of(live);
    fix.effect = effect(before, &after);
    fix.used_by = stickiness::used_by(live, group, false);
    fix.unchanged = format!("the check is {}", super::check(before, None));
    let changed = changed(before, &after);
    fix.keep = changed
        .iter()
        .map(|(key, _, new)| Keep {
            id: group.clone(),
            field: format!("health_check.{key}"),
            value: written(key, new),
        })
        .collect();
    fix.undo = Some(undo(before, &changed));
    if let Some(Resource::TargetGroup(model)) =
        fix.desired.resources.get_mut(group).map(|wanted| &mut wanted.resource)
    {
        *model = after;
    }
    Ok(fix)
}

/// How a spec writes the value: durations with their unit.
fn written(key: &str, value: &Value) -> Value {
    let row = FIELDS.iter().find(|row| row.key.strip_prefix("health_check.") == Some(key));
    match row.map(|row| (row, row.form)) {
        Some((row, Form::Scalar(Ty::Seconds { .. }))) => Value::from(row.show(value)),
        Some(_) | None => value.clone(),
    }
}

fn change(check: &mut HealthCheck, asked: &Asked) {
    let Asked { path, port, protocol, interval, timeout, healthy_threshold, unhealthy_threshold, codes } =
        asked;
    let text = |value: &mut String, new: &Option<String>| {
        if let Some(new) = new {
            value.clone_from(new);
        }
    };
    text(&mut check.path, path);
    text(&mut check.success_codes, codes);
    check.port = port.clone().or_else(|| check.port.clone());
    check.protocol = protocol.or(check.protocol);
    check.interval = interval.unwrap_or(check.interval);
    check.timeout = timeout.unwrap_or(check.timeout);
    check.healthy_threshold = healthy_threshold.unwrap_or(check.healthy_threshold);
    check.unhealthy_threshold = unhealthy_threshold.unwrap_or(check.unhealthy_threshold);
}

/// What functions do not have, and those that are not checked at all.
fn function(group: &ResourceId, model: &TargetGroup, asked: &Asked) -> Option<Diagnostic> {
    if !model.is_function() {
        return None;
    }
    if !model.health_check.enabled {
        let message = format!("the function of {group} is not checked");
        return Some(
            Diagnostic::error("conflicting-keys", message)
                .help("switch its checks on in a spec: `health_check: { enabled: true }`"),
        );
    }
    let message = format!("{group} has a function for a target: its check has neither port nor protocol");
    (asked.port.is_some() || asked.protocol.is_some()).then(|| Diagnostic::error("conflicting-keys", message))
}

/// The values that differ: key, before, after.
fn changed(before: &TargetGroup, after: &TargetGroup) -> Vec<(&'static str, Value, Value)> {
    let rows = FIELDS.iter().filter_map(|row| Some((row, row.key.strip_prefix("health_check.")?)));
    rows.map(|(row, key)| (key, row.get(before), row.get(after)))
        .filter(|(_, before, after)| before != after)
        .collect()
}

/// Values outside of their row's range. API: ModifyTargetGroup.
fn out_of_range(after: &TargetGroup, before: &TargetGroup) -> Vec<Diagnostic> {
    let differs = changed(before, after);
    let rows = FIELDS.iter().filter_map(|row| Some((row, row.key.strip_prefix("health_check.")?)));
    let problem = |(row, key): (&crate::model::Field<TargetGroup>, &str)| {
        let (_, _, value) = differs.iter().find(|(changed, _, _)| *changed == key)?;
        let (number, range) = match &row.form {
            Form::Scalar(Ty::Int { min, max }) => (value.as_i64()?, (*min, *max, format!("{min} to {max}"))),
            Form::Scalar(Ty::Seconds { min, max }) => {
                let words = format!("{} to {}", seconds(*min), seconds(*max));
                (value.as_i64()?, (*min, *max, words))
            }
            _ => return None,
        };
        let (min, max, words) = range;
        let outside = !(min..=max).contains(&number);
        let message = format!("the {} of a health check is from {words}", key.replace('_', " "));
        outside.then(|| Diagnostic::error("out-of-range", message).note(format!("found {}", row.show(value))))
    };
    rows.filter_map(problem).collect()
}

fn seconds(value: i64) -> Seconds {
    Seconds(u64::try_from(value).unwrap_or_default())
}

/// What the check means from now on, a line each.
fn effect(before: &TargetGroup, after: &TargetGroup) -> Vec<String> {
    let (old, new) = (&before.health_check, &after.health_check);
    let time = |interval: u32, times: u32| Seconds(u64::from(interval) * u64::from(times)).to_string();
    let was =
        |is: &str, was: String| if is == was { "as before".to_owned() } else { format!("before: {was}") };
    let out = time(new.interval, new.unhealthy_threshold);
    let back = time(new.interval, new.healthy_threshold);
    let mut lines = vec![
        format!("the check is {}.", super::check(after, None)),
        format!(
            "A target that fails is taken out after {} failed checks in a row, {out} ({}).",
            new.unhealthy_threshold,
            was(&out, time(old.interval, old.unhealthy_threshold))
        ),
        format!(
            "It gets requests again after {} passed checks in a row, {back} ({}).",
            new.healthy_threshold,
            was(&back, time(old.interval, old.healthy_threshold))
        ),
    ];
    let other = (&old.path, &old.port, &old.protocol, &old.success_codes)
        != (&new.path, &new.port, &new.protocol, &new.success_codes);
    if other {
        lines.push(
            "Targets that do not pass the new check are taken out; if none passes, all get requests all the same."
                .to_owned(),
        );
    }
    lines
}

fn undo(before: &TargetGroup, changed: &[(&'static str, Value, Value)]) -> String {
    let mut words = format!("health set {}", before.name);
    for (key, old, _) in changed {
        let flag = if *key == "success_codes" { "codes".to_owned() } else { key.replace('_', "-") };
        let value = match (old, *key) {
            (Value::Number(number), "interval" | "timeout") => format!("{number}s"),
            (Value::String(text), _) => text.clone(),
            (other, _) => other.to_string(),
        };
        words.push_str(&format!(" --{flag} {}", quoted(&value)));
    }
    words
}

/// As a POSIX shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,~".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
