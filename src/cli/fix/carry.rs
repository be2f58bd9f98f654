//! Carrying out a fix: show it, ask, write, look whether it is so.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::desk::{Desk, Site};
use super::execute::execute;
use super::keeping::{self, Keeping};
use crate::base::shell::quoted;
use crate::base::{Diagnostic, SourceMap};
use crate::cli::again;
use crate::cli::args_fix::Fixing;
use crate::cli::context::App;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupts;
use crate::cli::question;
use crate::cli::service_error::{self, Asked, Caller};
use crate::cli::spec_edit::{SpecEdit, Surroundings};
use crate::exec::{Clock, Outcome, Summary};
use crate::fix::Fix;
use crate::kinds::{Action, Plan};
use crate::model::Change;
use crate::output::fix_text::{self, Shown};
use crate::output::text::visible;
use crate::output::{diagnostics, plan_diff, result};
use crate::plan::{self, NEW_SOURCE, Options, Planned};

/// How a fix ended, and its answer for programs.
pub struct Carried {
    /// How the command ends.
    pub exit: Exit,
    /// For programs.
    pub json: Value,
}

impl Carried {
    /// Writes the answer for programs, if one is asked for: of a command that mends one thing.
    pub fn told(self, app: &mut App) -> Exit {
        if app.ui.is_json() {
            app.ui.json(&self.json);
        }
        self.exit
    }
}

/// A fix that nothing speaks against.
pub struct Ready {
    planned: Planned,
    options: Options,
    warnings: Vec<Diagnostic>,
    keeping: Keeping,
}

/// Works out all of a fix before anything of it is done or shown.
///
/// # Errors
/// It is refused; the spec cannot be written, or does not take it.
pub fn ready(
    app: &mut App,
    desk: &Desk<'_>,
    site: &Site,
    fix: &Fix,
    fixing: &Fixing,
) -> Result<Ready, Failure> {
    let decided = fix.decided.iter().map(|code| (*code).to_owned());
    let allow = fixing.allow.iter().cloned().chain(decided).collect();
    let options = Options { wait: fix.wait, allow, ..Options::default() };
    let planned = plan::fix(&fix.desired, &site.live, &options)
        .map_err(|problems| Failure::refused(problems.sorted()))?;
    let warnings = fix.warnings.iter().cloned().chain(planned.warnings.sorted()).collect();
    let warnings = again::all_placed(&app.global, warnings);
    let (changes, write) = (&planned.plan.changes, fixing.write.as_deref());
    if let (Some(known), Some(write)) = (&desk.known, write)
        && !options.allows(NEW_SOURCE)
    {
        keeping::check_source(known, site, write)?;
    }
    let around = Surroundings { global: &app.global, env: &app.env, sources: &mut app.sources };
    let keeping = keeping::of(desk.known.as_ref(), site, fix, changes, write, around)?;
    if let Some(edit) = keeping.edit().filter(|_| write.is_some()) {
        keeping::check(edit)?;
    }
    Ok(Ready { planned, options, warnings, keeping })
}

/// Shows a fix, asks, does it, and reads back what was written.
///
/// # Errors
/// It is refused, declined, interrupted, a call fails, or what is read back is something else.
pub async fn out(
    app: &mut App,
    desk: &Desk<'_>,
    mut site: Site,
    fix: Fix,
    fixing: &Fixing,
    interrupts: &Interrupts,
) -> Result<Carried, Failure> {
    app.ui.answer(&site.header.render(app.ui.out_look()));
    let Ready { planned, options, warnings, keeping } = ready(app, desk, &site, &fix, fixing)?;
    let edit = keeping.edit().filter(|_| fixing.write.is_some());
    let mut answer = answer(&site, &fix, &planned, &warnings, &app.sources);
    answer["spec"] = keeping.to_json(false);
    if planned.plan.is_empty() {
        tell(app, &warnings);
        answer["outcome"] = json!("unchanged");
        return unchanged(app, &fix, &keeping, edit, fixing, interrupts, answer).await;
    }
    let told = fix_text::for_people(&planned.plan, &fix.names);
    let shown = Shown { plan: &told, live: &site.live, effect: &fix.effect, used_by: &fix.used_by };
    app.ui.answer(&fix_text::body(shown, app.ui.out_look()));
    tell(app, &warnings);
    let writes = fix_text::writes(&planned.plan);
    if edit.is_some() {
        app.ui.answer(&format!("{}\n", keeping.preview(app.ui.out_look())));
    }
    if fixing.dry_run {
        app.ui.answer(&if edit.is_some() {
            String::new()
        } else {
            keeping.note(&app.global, app.ui.out_look())
        });
        app.ui.answer_line(&format!("{writes} Nothing was changed: --dry-run."));
        answer["outcome"] = json!("planned");
        return Ok(Carried { exit: Exit::Done, json: answer });
    }
    if fixing.yes {
        app.ui.answer(&format!("{writes}\n"));
    } else {
        question::check(&app.ui, false)?;
        // From here on an interrupt is the answer.
        interrupts.hold();
        let reply = question::ask(&mut app.ui, &format!("{writes} Apply? [y/N] "), interrupts).await?;
        if !agrees(&reply) {
            return Err(Failure::declined());
        }
        // Nobody knows how long the question stood there.
        still_so(desk, &site, &fix, &planned.plan, &options).await?;
    }
    interrupts.hold();
    let outcome = execute(app, desk.session, &planned.plan, interrupts).await;
    let summary = match &outcome {
        Outcome::Completed(summary) => summary,
        Outcome::Incomplete(summary) | Outcome::Interrupted(summary) => {
            return Err(unfinished(app, desk, &fix, &planned.plan, &outcome, summary, answer));
        }
    };
    app.ui.has_changed_aws();
    let left = read_back(desk, &mut site, &fix, &planned.plan, summary).await?;
    if !left.is_empty() {
        return Err(not_so(&left, answer));
    }
    let undo = fix.undo.as_deref().map(|undo| undoing(undo, edit));
    if let Some(undo) = &undo {
        answer["undo"] = json!(undo);
    }
    let undo = undo.map(|undo| again::fix(&app.global, &undo));
    let (line, below) = fix_text::done(&told.changes, summary.elapsed, undo.as_deref(), app.ui.out_look());
    app.ui.answer_line(&line);
    app.ui.answer(&below);
    answer["outcome"] = json!("applied");
    answer["writes_made"] = json!(summary.writes);
    match edit {
        Some(edit) => {
            if let Err(failure) = keeping::write(edit, true) {
                return Err(Failure { answer: Some(answer), ..failure });
            }
            answer["spec"] = keeping.to_json(true);
            app.ui.answer(&format!("Written: {}\n", visible(&edit.name)));
        }
        None => app.ui.answer(&keeping.note(&app.global, app.ui.out_look())),
    }
    Ok(Carried { exit: Exit::Done, json: answer })
}

/// What takes back AWS's side takes back the spec's, too.
fn undoing(undo: &str, edit: Option<&SpecEdit>) -> String {
    match edit {
        Some(edit) => format!("{undo} --write {}", quoted(&edit.name)),
        None => undo.to_owned(),
    }
}

/// What was agreed to is what will be done: reads again what is to be written to, and plans again.
async fn still_so(
    desk: &Desk<'_>,
    site: &Site,
    fix: &Fix,
    plan: &Plan,
    options: &Options,
) -> Result<(), Failure> {
    let mut whole = site.whole.clone();
    let read = whole.read_back(&desk.reader, plan, &BTreeMap::new()).await;
    read.map_err(|error| desk.failed(&error))?;
    let changed = |notes: Vec<String>| {
        let message = "what it would change was changed by somebody else, since the plan was shown";
        let diagnostic =
            notes.into_iter().fold(Diagnostic::refused("plan-changed", message), Diagnostic::note);
        Failure::refused(vec![diagnostic.help("run the command again to see what would be done now")])
    };
    match plan::fix(&fix.desired, &whole.live(), options) {
        Ok(again) if again.plan == *plan => Ok(()),
        Ok(again) => Err(changed(plan_diff::lines(plan, &again.plan))),
        Err(problems) => Err(changed(problems.sorted().into_iter().map(|one| one.message).collect())),
    }
}

/// AWS has nothing to do; the spec may.
async fn unchanged(
    app: &mut App,
    fix: &Fix,
    keeping: &Keeping,
    edit: Option<&SpecEdit>,
    fixing: &Fixing,
    interrupts: &Interrupts,
    mut answer: Value,
) -> Result<Carried, Failure> {
    let line = format!("No change: {}.", fix.unchanged);
    let done = |json| Ok(Carried { exit: Exit::Done, json });
    let Some(edit) = edit else {
        app.ui.answer_line(&line);
        let note = match keeping {
            Keeping::Differs { silent: false, .. } => keeping.note(&app.global, app.ui.out_look()),
            Keeping::Differs { silent: true, .. }
            | Keeping::Nothing
            | Keeping::Same { .. }
            | Keeping::Theirs { .. }
            | Keeping::Missing { .. }
            | Keeping::Stack { .. }
            | Keeping::Others(_) => String::new(),
        };
        app.ui.answer(&note);
        return done(answer);
    };
    app.ui.answer(&format!("{line}\n{}\n", keeping.preview(app.ui.out_look())));
    if fixing.dry_run {
        app.ui.answer_line("Nothing was written: --dry-run.");
        return done(answer);
    }
    if !fixing.yes {
        question::check(&app.ui, false)?;
        interrupts.hold();
        let reply = question::ask(&mut app.ui, "Write it? [y/N] ", interrupts).await?;
        if !agrees(&reply) {
            return Err(Failure::declined());
        }
    }
    keeping::write(edit, false)?;
    answer["spec"] = keeping.to_json(true);
    app.ui.answer_line(&format!("Written: {}", visible(&edit.name)));
    done(answer)
}

fn agrees(reply: &str) -> bool {
    ["y", "yes"].contains(&reply.trim().to_ascii_lowercase().as_str())
}

fn tell(app: &mut App, warnings: &[Diagnostic]) {
    let text = diagnostics::fitted(warnings, &app.sources, app.ui.err_look());
    app.ui.status(&if text.is_empty() { text } else { format!("{text}\n") });
}

fn answer(site: &Site, fix: &Fix, planned: &Planned, warnings: &[Diagnostic], sources: &SourceMap) -> Value {
    let mut answer = site.header.to_json();
    let plan = &planned.plan;
    let calls = plan.steps.iter().filter_map(|step| match &step.action {
        Action::Call(call) => Some(call.operation()),
        Action::Wait { .. } => None,
    });
    answer["changes"] = json!(plan.changes);
    answer["calls"] = calls.collect::<Vec<_>>().into();
    answer["writes"] = json!(plan.writes());
    answer["effect"] = json!(fix.effect);
    answer["used_by"] = json!(fix.used_by);
    answer["undo"] = json!(fix.undo);
    answer["warnings"] = warnings.iter().map(|one| diagnostics::to_json(one, sources)).collect();
    answer["exit_code"] = json!(Exit::Done.code());
    answer
}

/// What AWS has just made its lists may still miss: so often it is looked again, and so long before each look.
const LOOKS: usize = 3;
const PAUSE: Duration = Duration::from_secs(2);

/// What is not as it was to be.
async fn read_back(
    desk: &Desk<'_>,
    site: &mut Site,
    fix: &Fix,
    plan: &Plan,
    summary: &Summary,
) -> Result<Vec<Change>, Failure> {
    let mut looks = 0;
    loop {
        let read = site.whole.read_back(&desk.reader, plan, &summary.outputs).await;
        read.map_err(|error| {
            let failure = desk.failed(&error);
            let line = "All calls were made; whether they took effect could not be read.".to_owned();
            Failure { line, exit: Exit::Incomplete, ..failure }
        })?;
        looks += 1;
        let left = plan::remaining(&fix.desired, &site.whole.live());
        if left.is_empty() || looks == LOOKS {
            return Ok(left);
        }
        desk.session.clock.sleep(PAUSE).await;
    }
}

/// AWS answered that it is done, and says something else when it is asked.
fn not_so(left: &[Change], mut answer: Value) -> Failure {
    let mut diagnostic =
        Diagnostic::error("not-read-back", "AWS took the calls, and does not show their effect");
    for change in left {
        for field in &change.fields {
            let (id, key, is, to) = (&change.id, &field.key, &field.from_text, &field.to_text);
            diagnostic = diagnostic.note(format!("{id}: {key} is {is}, not {to}"));
        }
        if change.fields.is_empty() {
            diagnostic = diagnostic.note(format!("{} is still to be changed", change.id));
        }
    }
    answer["outcome"] = json!("incomplete");
    let diagnostic = diagnostic.help("someone else may have changed it meanwhile: run the command again");
    let line = "All calls were made; the result is not as it was to be.".to_owned();
    Failure { line, answer: Some(answer), ..Failure::new(Exit::Incomplete, vec![diagnostic]) }
}

fn unfinished(
    app: &App,
    desk: &Desk<'_>,
    fix: &Fix,
    plan: &Plan,
    outcome: &Outcome,
    summary: &Summary,
    mut answer: Value,
) -> Failure {
    let failures = result::failures(plan, summary);
    let place = desk.session.place();
    let who = Caller { arn: &desk.inventory.caller, place: place.name(), verbose: app.global.verbose };
    let asked = Asked { plan, desired: &fix.desired, sources: &app.sources };
    let told = failures.iter().map(|(step, error)| service_error::of_step(step, error, asked, who)).collect();
    let interrupted = matches!(outcome, Outcome::Interrupted(_));
    let done = result::steps_done(plan, summary);
    let (exit, line) = match (interrupted, done) {
        (true, 0) => (Exit::Interrupted, "Interrupted. Nothing was changed.".to_owned()),
        (false, 0) => (Exit::Failed, "Nothing was changed.".to_owned()),
        (_, done) => {
            let exit = if interrupted { Exit::Interrupted } else { Exit::Incomplete };
            let line =
                format!("{done} of {} steps are done. The same command goes on from here.", plan.steps.len());
            (exit, line)
        }
    };
    answer["outcome"] = json!(if interrupted { "interrupted" } else { "incomplete" });
    Failure { line, answer: Some(answer), ..Failure::new(exit, told) }
}
