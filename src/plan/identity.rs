//! The names of plans and specs: hashes of their canonical forms.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::kinds::{Plan, load_balancer};
use crate::model::StepId;

/// So many hex digits of a plan's digest are its id.
pub const ID_DIGITS: usize = 6;

/// Names a plan: the first six hex digits of its [`digest`].
pub fn id(plan: &Plan) -> String {
    short(&digest(plan))
}

/// The id that belongs to a digest.
pub fn short(digest: &str) -> String {
    digest.chars().take(ID_DIGITS).collect()
}

/// The SHA-256 of a plan's canonical JSON in 64 hex digits. The same spec against the same live state gives the same
/// one. Lines and notes of the spec are for people and left out: a comment makes no other plan. Nor does a load balancer
/// that becomes active by itself in the meantime.
pub fn digest(plan: &Plan) -> String {
    let mut plan = plan.clone();
    let passing: Vec<StepId> = plan
        .steps
        .iter()
        .filter(|step| load_balancer::plan::is_resumed(step))
        .map(|step| step.id.clone())
        .collect();
    plan.steps.retain(|step| !passing.contains(&step.id));
    for step in &mut plan.steps {
        step.needs.retain(|need| !passing.contains(need));
    }
    let mut json = serde_json::to_value(&plan).unwrap_or_default();
    let changes = json.get_mut("changes").and_then(Value::as_array_mut);
    for change in changes.into_iter().flatten().filter_map(Value::as_object_mut) {
        change.remove("place");
        change.remove("note");
    }
    sha256(&json)
}

/// The SHA-256 of the canonical JSON of a value in 64 hex digits.
pub(super) fn sha256(json: &Value) -> String {
    Sha256::digest(canonical(json).as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// JSON with the keys of objects in byte order, whatever order the library keeps.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(entries) => {
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by_key(|(key, _)| *key);
            let one = |(key, value): &(&String, &Value)| {
                format!("{}:{}", Value::from(key.as_str()), canonical(value))
            };
            format!("{{{}}}", sorted.iter().map(one).collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        scalar => scalar.to_string(),
    }
}
