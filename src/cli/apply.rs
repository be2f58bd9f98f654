//! `albctl apply` and `albctl destroy`: plan, ask, look again, run, tell.

use serde_json::{Value, json};

use super::again;
use super::answers::{Answered, Answers};
use super::approved::{self, Approved};
use super::context::{App, Session};
use super::exit::Exit;
use super::failure::Failure;
use super::history;
use super::interrupt::Interrupts;
use super::question;
use super::secrets;
use super::service_error::{self, Asked, Caller};
use super::stack::{self, Goal, Prepared, Stack};
use crate::aws::AwsService;
use crate::base::time::Utc;
use crate::base::{Diagnostic, Diagnostics};
use crate::exec::event::StepError;
use crate::exec::{self, Clock, Outcome, Settings, Summary};
use crate::kinds::Plan;
use crate::kinds::certificate::aws::Secrets;
use crate::kinds::tagging::applied::{self, Applied};
use crate::model::OutputKey;
use crate::output::apply_text::{self, Ended};
use crate::output::header::Where;
use crate::output::progress::Progress;
use crate::output::style::Look;
use crate::output::text::caller;
use crate::output::{apply_json, ask, diagnostics, dns_text, plan_diff, result};
use crate::plan::Options;
use crate::plan::saved::spec_hash;

/// What the command line asks for.
pub struct Order {
    /// Apply or destroy.
    pub goal: Goal,
    /// How to plan.
    pub options: Options,
    /// Without asking.
    pub yes: bool,
    /// The only plan that may be run.
    pub approved: Option<Approved>,
}

/// Brings each stack to its goal; the first one that is not reached ends the command.
pub async fn run(app: &mut App, stacks: &[Stack], order: &Order) -> Exit {
    let interrupts = Interrupts::listen();
    let mut answers = Answers::of(stacks.len());
    for (index, stack) in stacks.iter().enumerate() {
        answers.begin(app, &stack.spec);
        let rest: Vec<&str> = stacks.iter().skip(index + 1).map(|stack| stack.spec.as_str()).collect();
        let result = one(app, stack, order, &interrupts).await.map_err(|failure| not_begun(failure, &rest));
        if answers.add(app, result) != Exit::Done {
            break;
        }
    }
    answers.finish(app)
}

fn not_begun(mut failure: Failure, rest: &[&str]) -> Failure {
    if !rest.is_empty() {
        failure.body.push_str(&format!("Not begun: {}\n", rest.join(", ")));
        if let Some(answer) = &mut failure.answer {
            answer["not_begun"] = json!(rest);
        }
    }
    failure
}

async fn one(
    app: &mut App,
    stack: &Stack,
    order: &Order,
    interrupts: &Interrupts,
) -> Result<Answered, Failure> {
    let session = interrupts.unless(app.connect(&stack.desired)).await.ok_or_else(Failure::interrupted)??;
    let first = look(app, &session, stack, order, true, interrupts).await?;
    if let Some(approved) = &order.approved {
        approved.check(app, stack, &first)?;
    }
    show(app, stack, &first, order);
    if first.planned.plan.is_empty() {
        return only_wait(app, &session, stack, order, &first, interrupts).await;
    }
    let ready = match order.yes {
        true => first,
        false => confirmed(app, &session, stack, order, first, interrupts).await?,
    };
    let secrets = secrets::of(&ready.planned.plan)?;
    let outcome = execute(app, &session, stack, &ready, &secrets, interrupts).await;
    history::append(app, &session, stack, order.goal, &ready, &outcome);
    conclude(app, stack, order, &ready, &outcome)
}

async fn look(
    app: &mut App,
    session: &Session,
    stack: &Stack,
    order: &Order,
    announce: bool,
    interrupts: &Interrupts,
) -> Result<Prepared, Failure> {
    let work = stack::prepare(app, session, stack, order.goal, &order.options, announce);
    interrupts.unless(work).await.ok_or_else(Failure::interrupted)?
}

/// Shows the plan; also with `-q` when someone is to agree to it.
fn show(app: &mut App, stack: &Stack, prepared: &Prepared, order: &Order) {
    let asks = !order.yes && !prepared.planned.plan.is_empty();
    if app.ui.manner().quiet && asks {
        let text = prepared.text(app.ui.err_look());
        return app.ui.problem(&text.whole());
    }
    let text = prepared.text(app.ui.out_look());
    let plan = &prepared.planned.plan;
    // Whoever approved it has seen it.
    let seen = order.yes && order.approved.is_some() && !plan.is_empty();
    if let Some(line) = prepared.drift(app, stack).filter(|_| !seen) {
        app.ui.answer(&line);
    }
    if !seen {
        app.ui.answer(&text.body);
    }
    stack::warn(app, &prepared.warnings(stack));
    match (plan.is_empty(), seen) {
        (true, _) => app.ui.answer_line(&text.line),
        (false, true) => app.ui.answer(&format!("{}\n", approved::line(&prepared.id, plan))),
        (false, false) => app.ui.answer(&format!("{}\n", text.line)),
    }
    app.ui.answer(&text.after);
}

/// Nothing is to be changed; what an earlier apply made may not yet be what it is to become.
async fn only_wait(
    app: &mut App,
    session: &Session,
    stack: &Stack,
    order: &Order,
    ready: &Prepared,
    interrupts: &Interrupts,
) -> Result<Answered, Failure> {
    if !ready.planned.plan.steps.is_empty() {
        let outcome = execute(app, session, stack, ready, &Secrets::new(), interrupts).await;
        if !matches!(outcome, Outcome::Completed(_)) {
            return conclude(app, stack, order, ready, &outcome);
        }
    }
    let exit = still_waiting(app, stack, &ready.planned.plan);
    let json = unchanged(ready, stack, exit);
    Ok(Answered { exit, json })
}

/// Whether the plan leaves something to another apply; then says which command goes on.
fn still_waiting(app: &mut App, stack: &Stack, plan: &Plan) -> Exit {
    if plan.unfinished.is_empty() {
        return Exit::Done;
    }
    let next = format!("Then: {}", again::command(&app.global, "apply", &stack.spec));
    let line = apply_text::last_line(&next, Exit::Incomplete.code(), app.ui.out_look());
    app.ui.answer_line(&line);
    Exit::Incomplete
}

fn unchanged(prepared: &Prepared, stack: &Stack, exit: Exit) -> Value {
    let mut answer = prepared.header.to_json();
    answer["spec"] = json!(stack.spec);
    answer["plan_id"] = json!(prepared.id);
    answer["outcome"] = json!("unchanged");
    answer["changes"] = json!([]);
    answer["steps"] = json!([]);
    answer["dns_name"] = json!(prepared.planned.live.dns_name);
    answer["writes"] = json!(0);
    answer["unfinished"] = json!(prepared.planned.plan.unfinished);
    answer["left"] = json!(prepared.planned.plan.left);
    let live = &prepared.planned.live;
    answer["records_to_create"] = dns_text::to_json(&live.dns, live.dns_name.as_deref());
    answer["exit_code"] = json!(exit.code());
    answer
}

/// Asks, and looks again: what was agreed to is what will be done.
async fn confirmed(
    app: &mut App,
    session: &Session,
    stack: &Stack,
    order: &Order,
    first: Prepared,
    interrupts: &Interrupts,
) -> Result<Prepared, Failure> {
    let destroy = order.goal == Goal::Destroy;
    let plan = &first.planned.plan;
    let question = ask::question(plan, &first.id, &first.header, destroy);
    let reply = question::ask(&mut app.ui, &question, interrupts).await?;
    if !ask::agrees(&reply, plan, destroy) {
        return Err(Failure::declined());
    }
    let again = look(app, session, stack, order, false, interrupts).await?;
    if again.digest != first.digest {
        return Err(changed_meanwhile(&first, &again));
    }
    app.ui.status("\n");
    Ok(again)
}

/// The plan that was shown is no longer the one to be made.
fn changed_meanwhile(first: &Prepared, again: &Prepared) -> Failure {
    let message = format!("plan {} is out of date: meanwhile it would be {}", first.id, again.id);
    let lines = plan_diff::lines(&first.planned.plan, &again.planned.plan);
    let diagnostic = lines.into_iter().fold(Diagnostic::refused("plan-changed", message), Diagnostic::note);
    Failure::refused(vec![diagnostic.help("run the command again to see what would be done now")])
}

async fn execute(
    app: &mut App,
    session: &Session,
    stack: &Stack,
    ready: &Prepared,
    secrets: &Secrets,
    interrupts: &Interrupts,
) -> Outcome {
    let mut plan = ready.planned.plan.clone();
    applied::fill(
        &mut plan,
        &Applied {
            plan: ready.id.clone(),
            spec: spec_hash(&stack.desired),
            by: caller(&ready.header.caller),
            at: Utc::from(session.clock.now()).minute(),
            from: stack.source.clone().unwrap_or_default(),
        },
    );
    let plan = &plan;
    let service = AwsService::new(&session.clients).furnished(&session.clock, secrets);
    let settings = Settings { parallelism: Session::parallelism(&app.global) };
    let mut progress = Progress::new(&mut app.ui, plan);
    let stop = interrupts.receiver();
    let outcome =
        exec::run(plan, &service, &session.clock, &session.limiter, settings, stop, &mut progress).await;
    progress.finish();
    outcome
}

fn conclude(
    app: &mut App,
    stack: &Stack,
    order: &Order,
    ready: &Prepared,
    outcome: &Outcome,
) -> Result<Answered, Failure> {
    let (Outcome::Completed(summary) | Outcome::Incomplete(summary) | Outcome::Interrupted(summary)) =
        outcome;
    let ended = Ended {
        plan: &ready.planned.plan,
        id: &ready.id,
        header: &ready.header,
        summary,
        reads: ready.header.reads.calls,
        destroy: order.goal == Goal::Destroy,
        dns_name: dns_name(summary).or(ready.planned.live.dns_name.as_deref()),
    };
    match outcome {
        Outcome::Completed(_) => {
            let text = apply_text::completed(ended);
            app.ui.answer_line(&text.line);
            app.ui.answer(&text.after);
            let left = result::left(ended.plan, summary);
            app.ui.answer(&apply_text::left(&left, app.ui.out_look()));
            app.ui.answer(&apply_text::unfinished(ended));
            if order.goal == Goal::Apply {
                let look = app.ui.out_look();
                app.ui.answer(&dns_text::to_create(&ready.planned.live.dns, ended.dns_name, look));
            }
            let exit = still_waiting(app, stack, ended.plan);
            if let (Where::Sandbox, Goal::Apply) = (&ready.header.place, order.goal)
                && exit == Exit::Done
                && summary.left.is_empty()
            {
                let next = again::command(&app.global, "plan", &stack.spec);
                app.ui.answer(&format!("Next: {next} (finds nothing left to do)\n"));
            }
            let mut json = apply_json::render(ended, outcome, exit.code());
            json["spec"] = json!(stack.spec);
            json["records_to_create"] = dns_text::to_json(&ready.planned.live.dns, ended.dns_name);
            let warnings = ready.warnings(stack);
            json["warnings"] = warnings.iter().map(|one| diagnostics::to_json(one, &app.sources)).collect();
            Ok(Answered { exit, json })
        }
        Outcome::Incomplete(_) => Err(unfinished(app, stack, ready, ended, outcome, order)),
        Outcome::Interrupted(_) => Err(unfinished(app, stack, ready, ended, outcome, order)),
    }
}

fn dns_name(summary: &Summary) -> Option<&str> {
    summary.outputs.values().find_map(|outputs| outputs.get(&OutputKey::DnsName)).map(String::as_str)
}

/// What to type next, with as much of a remark as fits beside the exit code.
fn next_line(next: &str, interrupted: bool, look: Look) -> String {
    const EXIT: usize = "  exit 130".len();
    let remarks = [" (it continues from here; nothing has to be cleaned up)", " (it continues from here)"];
    let line = |remark: &str| format!("Next: {next}{remark}");
    let fits = |line: &String| line.chars().count() + EXIT <= look.width;
    remarks.into_iter().skip(usize::from(interrupted)).map(line).find(fits).unwrap_or_else(|| line(""))
}

fn unfinished(
    app: &mut App,
    stack: &Stack,
    ready: &Prepared,
    ended: Ended<'_>,
    outcome: &Outcome,
    order: &Order,
) -> Failure {
    app.ui.status("\n");
    let interrupted = matches!(outcome, Outcome::Interrupted(_));
    let failures = result::failures(ended.plan, ended.summary);
    let place = ready.header.place.name();
    let who = Caller { arn: &ready.header.caller, place, verbose: app.global.verbose };
    let asked = Asked { plan: ended.plan, desired: &stack.desired, sources: &app.sources };
    let mut told = Diagnostics::new();
    told.extend(failures.iter().map(|(step, error)| service_error::of_step(step, error, asked, who)));
    let untouched = apply_text::untouched(ended);
    let waited = failures.iter().any(|(_, error)| matches!(error, StepError::TimedOut { .. }));
    let raced = failures.iter().all(|(_, error)| matches!(error, StepError::ListenerChanged));
    let exit = match (interrupted, untouched) {
        (true, _) => Exit::Interrupted,
        (false, Some(_)) if raced => Exit::Refused,
        (false, Some(_)) if !waited => Exit::Failed,
        (false, _) => Exit::Incomplete,
    };
    let (body, line) = match untouched {
        Some(nothing) if exit != Exit::Incomplete => (String::new(), nothing.to_owned()),
        _ if !interrupted && result::all_made(ended.plan, ended.summary) => {
            let body = match ended.plan.changes.is_empty() {
                true => String::new(),
                false => apply_text::remains(ended, interrupted, app.ui.err_look()),
            };
            (body, "All changes are made; only what was waited for did not come.".to_owned())
        }
        Some(_) | None => {
            let verb = match order.goal {
                Goal::Apply => "apply",
                Goal::Destroy => "destroy",
            };
            let next = again::command(&app.global, verb, &stack.spec) + &again::flags(&order.options);
            let body = apply_text::remains(ended, interrupted, app.ui.err_look());
            (body, next_line(&next, interrupted, app.ui.err_look()))
        }
    };
    let mut answer = apply_json::render(ended, outcome, exit.code());
    answer["spec"] = json!(stack.spec);
    Failure { exit, diagnostics: told.into_vec(), body, line, answer: Some(answer) }
}
