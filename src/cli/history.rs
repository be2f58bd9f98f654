//! What was applied from this machine: one record for each apply, whatever became of it.
//!
//! `STATE/albctl/history/STACK/TIMESTAMP-PLAN.json`, for the user alone. Without secrets: plans and canonical models
//! hold none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::context::{App, Session};
use super::stack::{Goal, Prepared, Stack};
use super::write;
use crate::base::Diagnostic;
use crate::base::time::Utc;
use crate::exec::{Clock, Outcome};
use crate::output::{diagnostics, result};
use crate::plan::saved::spec_hash;

/// A record that is of the same moment and plan as an earlier one gets a number; so many are enough.
const TWINS: u32 = 100;

/// Adds a record. The apply is over: what goes wrong here is a warning.
pub fn append(
    app: &mut App,
    session: &Session,
    stack: &Stack,
    goal: Goal,
    ready: &Prepared,
    outcome: &Outcome,
) {
    let at = Utc::from(session.clock.now());
    let record = record(app, stack, goal, ready, outcome, at);
    let written = match folder(app, &stack.desired.stack) {
        Some(folder) => keep(&folder, &format!("{}-{}", at.compact(), ready.id), &record),
        None => Err(io::Error::other("neither XDG_STATE_HOME nor HOME is set")),
    };
    if let Err(error) = written {
        let warning =
            Diagnostic::warning("history", "no record of this apply was kept").note(error.to_string());
        let look = app.ui.err_look();
        app.ui.problem(&diagnostics::fitted(&[warning], &app.sources, look));
    }
}

fn folder(app: &App, stack: &str) -> Option<PathBuf> {
    let home = app.env.state_home.as_ref()?;
    Some(home.join("albctl").join("history").join(stack))
}

fn keep(folder: &Path, name: &str, record: &Value) -> io::Result<()> {
    write::folder(folder)?;
    let names = (1..=TWINS).map(|twin| match twin {
        1 => format!("{name}.json"),
        twin => format!("{name}-{twin}.json"),
    });
    let free = names.map(|name| folder.join(name)).find(|path| !path.exists());
    let path = free.ok_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists))?;
    write::privately(&path, format!("{record:#}\n").as_bytes())
}

fn record(app: &App, stack: &Stack, goal: Goal, ready: &Prepared, outcome: &Outcome, at: Utc) -> Value {
    let (word, summary) = match outcome {
        Outcome::Completed(summary) => ("completed", summary),
        Outcome::Incomplete(summary) => ("incomplete", summary),
        Outcome::Interrupted(summary) => ("interrupted", summary),
    };
    let plan = &ready.planned.plan;
    let changes: Vec<Value> = result::ends(plan, summary)
        .into_iter()
        .map(|(change, end)| {
            let mut value = json!(change);
            value["end"] = json!(end.as_str());
            value
        })
        .collect();
    let before: BTreeMap<&str, Value> = ready
        .planned
        .live
        .resources
        .iter()
        .map(|(id, one)| (id.as_str(), json!({"arn": one.arn, "resource": one.resource})))
        .collect();
    let verb = match goal {
        Goal::Apply => "apply",
        Goal::Destroy => "destroy",
    };
    let mut record = ready.header.to_json();
    for (key, value) in [
        ("command", json!(verb)),
        ("when", json!(at.second())),
        ("plan_id", json!(ready.id)),
        ("plan_digest", json!(ready.digest)),
        ("outcome", json!(word)),
        ("writes", json!(summary.writes)),
        ("spec", json!(stack.spec)),
        ("spec_files", json!(files(app, stack))),
        ("spec_hash", json!(spec_hash(&stack.desired))),
        ("source", json!(ready.options.source)),
        ("changes", json!(changes)),
        ("before", json!(before)),
    ] {
        record[key] = value;
    }
    record
}

/// The files that the spec was read from.
fn files(app: &App, stack: &Stack) -> BTreeSet<String> {
    let places = stack.desired.resources.values().flat_map(|one| one.fields.values().chain([&one.place]));
    let known = places.filter(|place| !place.span.is_none());
    let mut files: BTreeSet<String> =
        known.map(|place| app.sources.name(place.span.source).to_owned()).collect();
    files.insert(stack.spec.clone());
    files
}

/// Whether the last apply of a stack from this machine was begun and not finished: what differs now may be its work.
pub fn is_unfinished(app: &App, prepared: &Prepared) -> bool {
    /// Older ones say nothing about now.
    const LOOKED_AT: usize = 20;
    let header = &prepared.header;
    let Some(entries) = folder(app, &header.stack).and_then(|folder| fs::read_dir(folder).ok()) else {
        return false;
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let read =
        |path: &PathBuf| -> Option<Value> { serde_json::from_str(&fs::read_to_string(path).ok()?).ok() };
    let same = |record: &Value| {
        record["account"] == json!(header.account) && record["region"] == json!(header.region)
    };
    let last = paths.iter().rev().take(LOOKED_AT).filter_map(read).find(same);
    last.is_some_and(|record| record["outcome"] != json!("completed"))
}
