//! `albctl validate`: offline.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::context::App;
use super::exit::Exit;
use super::failure::Failure;
use super::load;
use super::stack;
use crate::output::text::count;
use crate::output::{diagnostics, plan_json, plan_text};

/// Reads specs and says what is wrong with them.
///
/// # Errors
/// Anything is wrong with any of them.
pub fn run(app: &mut App, named: &[PathBuf]) -> Result<Exit, Failure> {
    let loaded = load::load(named, &app.global, &app.env, &mut app.sources);
    let specs: Vec<Value> = loaded.specs.iter().map(about).collect();
    let mut answer = json!({
        "format_version": plan_json::FORMAT_VERSION,
        "valid": !loaded.has_errors(),
        "specs": specs,
    });
    if loaded.has_errors() {
        return Err(Failure { answer: Some(answer), ..stack::invalid(&loaded) });
    }
    let warnings = loaded.diagnostics();
    if app.ui.is_json() {
        answer["diagnostics"] = warnings.iter().map(|one| diagnostics::to_json(one, &app.sources)).collect();
        app.ui.json(&answer);
        return Ok(Exit::Done);
    }
    let text = diagnostics::fitted(&warnings, &app.sources, app.ui.err_look());
    app.ui.status(&if text.is_empty() { text } else { format!("{text}\n") });
    for spec in &loaded.specs {
        app.ui.answer_line(&verdict(spec));
    }
    Ok(Exit::Done)
}

fn about(spec: &load::Spec) -> Value {
    let desired = spec.desired.as_ref();
    json!({
        "spec": spec.name,
        "valid": desired.is_some(),
        "stack": desired.map(|desired| &desired.stack),
        "resources": desired.map(|desired| desired.resources.keys().collect::<Vec<_>>()),
    })
}

fn verdict(spec: &load::Spec) -> String {
    let Some(desired) = &spec.desired else { return format!("{}: invalid.", spec.name) };
    let counts = plan_text::kind_counts(desired.resources.keys());
    let counts = if counts.is_empty() { "no resources".to_owned() } else { counts };
    let warnings = match spec.problems.warnings() {
        0 => String::new(),
        number => format!(" {}.", count(number, "warning")),
    };
    format!("{}: valid. Stack {}: {counts}.{warnings}", spec.name, desired.stack)
}
