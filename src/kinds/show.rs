//! How structured values are printed in diffs.

use serde_json::Value;

/// A set or list of texts: `a, b`; `none` when empty.
pub fn show_set(value: &Value) -> String {
    match value.as_array() {
        Some(items) if items.is_empty() => "none".to_owned(),
        Some(items) => items.iter().map(show_scalar).collect::<Vec<_>>().join(", "),
        None => show_scalar(value),
    }
}

/// A map of texts: `team=platform, env=prod`; `none` when empty.
pub fn show_tags(value: &Value) -> String {
    match value.as_object() {
        Some(entries) if entries.is_empty() => "none".to_owned(),
        Some(entries) => {
            let one = |(key, value): (&String, &Value)| format!("{key}={}", show_scalar(value));
            entries.iter().map(one).collect::<Vec<_>>().join(", ")
        }
        None => show_scalar(value),
    }
}

fn show_scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// The named changes in a few words, for progress lines: `idle_timeout 60s -> 2m`.
pub fn fields_summary(changes: &[crate::model::FieldChange], keys: &[&str]) -> String {
    changes
        .iter()
        .filter(|change| keys.is_empty() || keys.contains(&change.key.as_str()))
        .map(|change| format!("{} {} -> {}", change.key, change.from_text, change.to_text))
        .collect::<Vec<_>>()
        .join(", ")
}
