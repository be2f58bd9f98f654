//! Plans in files: `plan --out FILE`, `apply --plan FILE`, and the last plan that was shown of a stack.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::context::App;
use super::failure::Failure;
use super::load::files;
use super::stack::{Bound, Prepared, Stack};
use super::write;
use crate::base::Diagnostic;
use crate::plan::saved::{FORMAT, SavedDesired, SavedPlan};

/// This albctl.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A plan as it is kept.
pub fn of(app: &App, stack: &Stack, prepared: &Prepared) -> SavedPlan {
    let plan = &prepared.planned.plan;
    SavedPlan {
        format: FORMAT,
        albctl: VERSION.to_owned(),
        account: plan.account.clone(),
        region: plan.region.clone(),
        stack: plan.stack.clone(),
        sandbox: app.global.sandbox,
        spec: stack.spec.clone(),
        options: prepared.options.clone(),
        desired: SavedDesired::of(&stack.desired, &app.sources),
        plan: plan.clone(),
        id: prepared.digest.clone(),
    }
}

/// Writes a plan for `apply --plan`.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, plan: &SavedPlan) -> Result<(), Failure> {
    let bytes = serde_json::to_vec_pretty(plan).map_err(|error| unwritten(path, &error.to_string()))?;
    write::privately(path, &bytes).map_err(|error| unwritten(path, &error.to_string()))
}

fn unwritten(path: &Path, why: &str) -> Failure {
    let message = format!("the plan cannot be written to `{}`", path.display());
    Failure::failed(Diagnostic::error("plan-file", message).note(why))
}

/// Reads a plan that is to be applied here: the stack that it is for, and the plan itself.
///
/// # Errors
/// The file cannot be read, is of another format, was changed, or is for another place.
pub fn read(app: &mut App, path: &Path) -> Result<(Stack, SavedPlan), Failure> {
    let name = path.display().to_string();
    let text = files::read(path, &name).map_err(Failure::failed)?;
    let saved = parse(&name, &text)?;
    check_place(app, &name, &saved)?;
    let desired = saved.desired.clone().restore(&mut app.sources);
    let bound = Bound { account: saved.account.clone(), region: saved.region.clone(), file: name };
    let (spec, source) = (saved.spec.clone(), saved.options.source.clone());
    let stack = Stack { spec, source, desired, warnings: Vec::new(), bound: Some(bound) };
    Ok((stack, saved))
}

fn parse(name: &str, text: &str) -> Result<SavedPlan, Failure> {
    let refused = |message: String, note: String| {
        let diagnostic = Diagnostic::refused("plan-format", message);
        let diagnostic = if note.is_empty() { diagnostic } else { diagnostic.note(note) };
        Failure::refused(vec![diagnostic.help("make the plan again: albctl plan SPEC --out FILE")])
    };
    let value: Value = serde_json::from_str(text)
        .map_err(|error| refused(format!("`{name}` is not a saved plan"), error.to_string()))?;
    let maker = value.get("albctl").and_then(Value::as_str).unwrap_or("another version");
    let made_by = format!("it was made by albctl {maker}; this is albctl {VERSION}");
    match value.get("format").and_then(Value::as_u64) {
        Some(format) if format == u64::from(FORMAT) => {}
        Some(format) => {
            return Err(refused(
                format!("`{name}` has format {format}; this albctl reads {FORMAT}"),
                made_by,
            ));
        }
        None => return Err(refused(format!("`{name}` is not a saved plan"), String::new())),
    }
    let saved: SavedPlan = serde_json::from_value(value)
        .map_err(|error| refused(format!("`{name}` cannot be understood"), format!("{error}; {made_by}")))?;
    if !saved.is_whole() {
        let message = format!("`{name}` was changed after it was made");
        let diagnostic = Diagnostic::refused("stale-plan", message)
            .note("its steps, its stack or its place do not belong to the id of the plan")
            .help("make the plan again: albctl plan SPEC --out FILE");
        return Err(Failure::refused(vec![diagnostic]));
    }
    Ok(saved)
}

/// What can be told about the place without asking AWS.
fn check_place(app: &App, name: &str, saved: &SavedPlan) -> Result<(), Failure> {
    if saved.sandbox != app.global.sandbox {
        let (is, here, help) = match saved.sandbox {
            true => ("the sandbox", "this would be AWS", "add --sandbox"),
            false => ("AWS", "this is the sandbox", "leave --sandbox out"),
        };
        let message = format!("`{name}` is a plan for {is}, and {here}");
        return Err(Failure::refused(vec![Diagnostic::refused("wrong-account", message).help(help)]));
    }
    match app.global.region.as_deref() {
        Some(region) if region != saved.region => Err(wrong_region(name, &saved.region, region)),
        Some(_) | None => Ok(()),
    }
}

/// The plan is for another region than the one that is talked to.
pub fn wrong_region(file: &str, wanted: &str, here: &str) -> Failure {
    let message = format!("`{file}` is a plan for {wanted}, and this is {here}");
    let diagnostic = Diagnostic::refused("wrong-region", message).help(format!("add --region {wanted}"));
    Failure::refused(vec![diagnostic])
}

/// The plan is for another account than the one of the credentials.
pub fn wrong_account(file: &str, wanted: &str, here: &str, credentials: String) -> Failure {
    let message = format!("these credentials are for account {here}, the plan `{file}` for {wanted}");
    Failure::refused(vec![Diagnostic::refused("wrong-account", message).note(credentials)])
}

/// Keeps the last plan that was shown of a stack, so that one that changed meanwhile can be told line by line. Where
/// that is not possible, nothing is lost but these lines.
pub fn remember(app: &App, plan: &SavedPlan) {
    let Some(path) = memory(app, &plan.stack) else { return };
    let made = path.parent().is_some_and(|folder| write::folder(folder).is_ok());
    if made && let Ok(bytes) = serde_json::to_vec(plan) {
        // The lines are a comfort: without them the refusal is the same.
        let _kept = write::privately(&path, &bytes);
    }
}

/// The last plan that was shown of a stack, if it has this id.
pub fn remembered(app: &App, stack: &str, id: &str) -> Option<SavedPlan> {
    let text = fs::read_to_string(memory(app, stack)?).ok()?;
    let saved: SavedPlan = serde_json::from_str(&text).ok()?;
    (saved.id.starts_with(id) && saved.is_whole()).then_some(saved)
}

fn memory(app: &App, stack: &str) -> Option<PathBuf> {
    let home = app.env.state_home.as_ref()?;
    Some(home.join("albctl").join("plans").join(format!("{stack}.json")))
}
