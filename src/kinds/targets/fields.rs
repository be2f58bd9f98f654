//! The table of the fields of a group's targets: the set itself.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::model::{Target, Targets};
use crate::at;
use crate::model::field::{Carrier, Field, Form};

fn show_targets(value: &Value) -> String {
    match serde_json::from_value::<BTreeSet<Target>>(value.clone()) {
        Ok(targets) if targets.is_empty() => "none".to_owned(),
        Ok(targets) => targets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        Err(_) => value.to_string(),
    }
}

/// All fields of a group's targets.
pub static FIELDS: &[Field<Targets>] = &[Field {
    key: "targets",
    doc: "The registered targets.",
    form: Form::Structure(show_targets),
    carrier: Carrier::Operation("RegisterTargets"),
    applies: |_| true,
    default: |_| json!([]),
    access: at!(targets),
}];
