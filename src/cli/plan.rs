//! `albctl plan`.

use serde_json::Value;

use super::again;
use super::answers::{Answered, Answers};
use super::args;
use super::context::App;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::Interrupts;
use super::saved;
use super::stack::{self, Goal, Stack};
use crate::output::plan_json;
use crate::plan::Options;

/// Shows the plan of each stack.
pub async fn run(app: &mut App, stacks: &[Stack], args: &args::Plan) -> Exit {
    let interrupts = Interrupts::listen();
    let mut answers = Answers::of(stacks.len());
    for stack in stacks {
        answers.begin(app, &stack.spec);
        let Some(result) = interrupts.unless(one(app, stack, args)).await else {
            return interrupted(app, answers);
        };
        answers.add(app, result);
    }
    answers.finish(app)
}

/// A plan changes nothing, so people need not be told that nothing was changed; programs expect a document.
fn interrupted(app: &mut App, mut answers: Answers) -> Exit {
    if !app.ui.is_json() {
        return Exit::Interrupted;
    }
    answers.add(app, Err(Failure::interrupted()));
    answers.finish(app)
}

async fn one(app: &mut App, stack: &Stack, args: &args::Plan) -> Result<Answered, Failure> {
    let session = app.connect(&stack.desired).await?;
    let options = options(&args.planning);
    let prepared = stack::prepare(app, &session, stack, Goal::Apply, &options, true).await?;
    let warnings = prepared.warnings(stack);
    let text = prepared.text(app.ui.out_look());
    if let Some(line) = prepared.drift(app, stack) {
        app.ui.answer(&line);
    }
    app.ui.answer(&text.body);
    stack::warn(app, &warnings);
    app.ui.answer_line(&text.line);
    app.ui.answer(&text.after);
    let plan = &prepared.planned.plan;
    let empty = plan.is_empty();
    let saved = saved::of(app, stack, &prepared);
    if let Some(path) = &args.out {
        saved::write(path, &saved)?;
    }
    if !empty {
        saved::remember(app, &saved);
        let command = match &args.out {
            Some(path) => again::saved(&app.global, path),
            None => again::exactly(&app.global, &stack.spec, &args.planning, &prepared.id),
        };
        app.ui.answer(&format!("Apply exactly this: {command}\n"));
    }
    let pending = args.exit_code && !(empty && plan.unfinished.is_empty());
    let mut json = plan_json::render(prepared.view(), &prepared.header, &warnings, &app.sources);
    json["plan_digest"] = Value::from(prepared.digest.as_str());
    json["spec"] = Value::from(stack.spec.as_str());
    Ok(Answered { exit: if pending { Exit::ChangesPending } else { Exit::Done }, json })
}

/// What the command line says about planning.
pub fn options(planning: &args::Planning) -> Options {
    Options {
        prune: planning.prune,
        wait: planning.wait.into(),
        allow: planning.allow.iter().cloned().collect(),
        adopt: planning.adopt,
        adopt_from: planning.adopt_from.iter().cloned().collect(),
        wait_timeout: planning.wait_timeout,
        delete_validation_records: planning.delete_validation_records,
        ..Options::default()
    }
}
