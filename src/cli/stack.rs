//! One stack on its way: read what is live, guard the account, plan.

use std::path::Path;

use serde_json::Value;

use super::again;
use super::args::Global;
use super::context::{App, Session};
use super::exit::Exit;
use super::failure::{Failure, NOTHING_CHANGED};
use super::history;
use super::load::{self, Loaded};
use super::saved;
use super::scope;
use super::service_error::{self, Caller};
use super::source;
use crate::aws::{self, Reader, Scope};
use crate::base::{Diagnostic, Diagnostics, SourceMap};
use crate::exec::{ErrorKind, ServiceError};
use crate::kinds::tagging::applied::is_record;
use crate::kinds::{Action, Call, Desired, Live};
use crate::output::header::{Header, ReadCount};
use crate::output::plan_text::{PlanText, View};
use crate::output::status::{self, Unread};
use crate::output::style::Look;
use crate::output::text::{caller, count, visible};
use crate::output::{diagnostics, plan_text};
use crate::plan::saved::spec_hash;
use crate::plan::{self, Options, Planned};

/// A valid spec.
pub struct Stack {
    /// Its name, as the command gave it.
    pub spec: String,
    /// Its path in its repository.
    pub source: Option<String>,
    /// What it wants.
    pub desired: Desired,
    /// What there is to know about the spec.
    pub warnings: Vec<Diagnostic>,
    /// It comes from a saved plan, which is for one place only.
    pub bound: Option<Bound>,
}

/// The one place that a saved plan is for.
pub struct Bound {
    /// 12 digits.
    pub account: String,
    /// The AWS region.
    pub region: String,
    /// The file, as the command named it.
    pub file: String,
}

/// What is to become of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// It is as the spec says.
    Apply,
    /// Nothing of it is left.
    Destroy,
}

/// A plan, and what it was made from.
pub struct Prepared {
    /// Which stack, where, as whom.
    pub header: Header,
    /// The plan and its warnings.
    pub planned: Planned,
    /// The plan's id.
    pub id: String,
    /// The plan's digest, of which the id is the beginning.
    pub digest: String,
    /// How it was planned.
    pub options: Options,
    goal: Goal,
}

impl Prepared {
    /// The plan, to be rendered.
    pub fn view(&self) -> View<'_> {
        View {
            plan: &self.planned.plan,
            id: &self.id,
            live: &self.planned.live,
            destroy: self.goal == Goal::Destroy,
        }
    }

    /// The plan as text.
    pub fn text(&self, look: Look) -> PlanText {
        plan_text::render(self.view(), look)
    }

    /// What to say when the spec is the one that was applied last, and something differs all the same.
    pub fn drift(&self, app: &App, stack: &Stack) -> Option<String> {
        let last =
            plan::last_apply(&self.planned.live).filter(|last| last.spec == spec_hash(&stack.desired))?;
        // A certificate that goes now was left before, because somebody used it.
        let retires =
            |action: &Action| matches!(action, Action::Call(Call::Certificate(call)) if call.deletes());
        let changes =
            |action: &Action| matches!(action, Action::Call(_)) && !is_record(action) && !retires(action);
        let subjects = self.planned.plan.steps.iter().filter(|step| changes(&step.action));
        let known =
            |id| stack.desired.resources.contains_key(id) || self.planned.live.resources.contains_key(id);
        let renewals = plan::renewals(&stack.desired, &self.planned.live, &self.planned.plan.changes);
        let differs = subjects.map(|step| &step.subject).any(|id| known(id) && !renewals.contains(id));
        let told = differs && self.goal == Goal::Apply && !history::is_unfinished(app, self);
        let (at, by) = (visible(&last.at).replacen('T', " ", 1), visible(&last.by));
        told.then(|| {
            format!("Spec unchanged since the apply of {at} ({by}): this was changed outside albctl.\n")
        })
    }

    /// The warnings of the spec and of the plan. What a spec might do better is no matter when all of it goes.
    pub fn warnings(&self, stack: &Stack) -> Vec<Diagnostic> {
        let of_spec = match self.goal {
            Goal::Apply => stack.warnings.as_slice(),
            Goal::Destroy => &[],
        };
        of_spec.iter().chain(self.planned.warnings.iter()).cloned().collect()
    }
}

/// Shows warnings between the changes of a plan and its last line.
pub fn warn(app: &mut App, warnings: &[Diagnostic]) {
    let text = diagnostics::fitted(warnings, &app.sources, app.ui.err_look());
    app.ui.status(&if text.is_empty() { text } else { format!("{text}\n") });
}

/// Reads the specs that a command names; any error in any of them stops the command.
///
/// # Errors
/// All that is wrong with the specs.
pub fn load(app: &mut App, named: &[std::path::PathBuf]) -> Result<Vec<Stack>, Failure> {
    let loaded = load::load(named, &app.global, &app.env, &mut app.sources);
    if loaded.has_errors() {
        return Err(Failure { line: format!("{} {NOTHING_CHANGED}", verdict(&loaded)), ..invalid(&loaded) });
    }
    let warnings = loaded.problems.sorted();
    app.ui.status(&diagnostics::fitted(&warnings, &app.sources, app.ui.err_look()));
    let stack = |spec: load::Spec| {
        let warnings = spec.problems.sorted();
        let source = Some(source::of(Path::new(&spec.name)));
        spec.desired.map(|desired| Stack { spec: spec.name, source, desired, warnings, bound: None })
    };
    Ok(loaded.specs.into_iter().filter_map(stack).collect())
}

/// Invalid specs as a failure.
pub fn invalid(loaded: &Loaded) -> Failure {
    let line = verdict(loaded);
    Failure { line, ..Failure::new(Exit::SpecInvalid, loaded.diagnostics()) }
}

/// `prod.yaml: 2 errors, 1 warning.`
fn verdict(loaded: &Loaded) -> String {
    let all = loaded.diagnostics();
    let errors = all.iter().filter(|one| one.stops()).count();
    let warnings = all.len() - errors;
    let name = match loaded.specs.as_slice() {
        [only] => only.name.clone(),
        several => count(several.len(), "spec"),
    };
    let warnings = if warnings == 0 { String::new() } else { format!(", {}", count(warnings, "warning")) };
    format!("{name}: {}{warnings}.", count(errors, "error"))
}

/// Reads what is live and plans. With `announce` the first line is shown, once the account is the right one.
///
/// # Errors
/// A call fails, the account is another one, the plan is refused.
pub async fn prepare(
    app: &mut App,
    session: &Session,
    stack: &Stack,
    goal: Goal,
    options: &Options,
    announce: bool,
) -> Result<Prepared, Failure> {
    let scope = match goal {
        Goal::Apply => scope::planning(&stack.desired, options),
        Goal::Destroy => scope::destroying(&stack.desired, options),
    };
    let options = Options {
        source: stack.source.clone(),
        command: again::command(&app.global, "plan", &stack.spec),
        ..options.clone()
    };
    let (mut header, mut live) = observe(app, session, stack, &scope).await?;
    let mut planned = plan(&app.sources, stack, goal, &options, &live);
    if let Ok(first) = &planned {
        let groups = plan::health_wanted(&stack.desired, &first.live, &first.plan);
        if !groups.is_empty() {
            let unread = Unread { groups, ..Unread::default() };
            further(app, session, &unread, &mut header, &mut live).await?;
            planned = plan(&app.sources, stack, goal, &options, &live);
        }
    }
    if announce {
        app.ui.answer(&header.render(app.ui.out_look()));
    }
    let planned = planned.map_err(|problems| {
        let mut answer = header.to_json();
        answer["spec"] = Value::from(stack.spec.as_str());
        Failure { answer: Some(answer), ..Failure::refused(problems.sorted()) }
    })?;
    let digest = plan::digest(&planned.plan);
    Ok(Prepared { header, planned, id: plan::short(&digest), digest, options, goal })
}

/// Reads what is live of a stack, for commands that only look; with `all` also how all targets are and what the
/// certificates of others are.
///
/// # Errors
/// A call fails, the account is another one.
pub async fn look(app: &App, session: &Session, stack: &Stack, all: bool) -> Result<(Header, Live), Failure> {
    let (mut header, live) = observe(app, session, stack, &scope::of(&stack.desired)).await?;
    let mut live = plan::current(&stack.desired, &live);
    if all {
        further(app, session, &status::unread(&live), &mut header, &mut live).await?;
    }
    Ok((header, live))
}

fn plan(
    sources: &SourceMap,
    stack: &Stack,
    goal: Goal,
    options: &Options,
    live: &Live,
) -> Result<Planned, Diagnostics> {
    let desired = &stack.desired;
    match goal {
        Goal::Apply => plan::build(desired, live, options, sources),
        Goal::Destroy => plan::destroy(&desired.stack, Some(desired), live, options, sources),
    }
}

/// Reads what the first answers did not tell, all at once, and counts it with the rest.
///
/// # Errors
/// A call fails.
pub async fn further(
    app: &App,
    session: &Session,
    unread: &Unread,
    header: &mut Header,
    live: &mut Live,
) -> Result<(), Failure> {
    let parallelism = Session::parallelism(&app.global);
    let Session { clients, clock, limiter } = session;
    let read = tokio::try_join!(
        aws::health(clients, &unread.groups, clock, limiter, parallelism),
        aws::certificates(clients, &unread.certificates, clock, limiter, parallelism),
    );
    let ((health, first), (certificates, second)) = read.map_err(|error| {
        let place = session.place();
        let who = Caller { arn: &header.caller, place: place.name(), verbose: app.global.verbose };
        Failure::failed(service_error::of_read(&error, who))
    })?;
    live.health.extend(health);
    live.certificates.extend(certificates);
    let all = &mut header.reads;
    all.rounds += first.rounds.max(second.rounds);
    all.elapsed += first.elapsed.max(second.elapsed);
    for reads in [first, second] {
        all.calls += reads.calls;
        all.limited = all.limited.max(reads.limited);
        for (operation, calls) in reads.by_operation {
            *all.by_operation.entry(operation).or_default() += calls;
        }
    }
    Ok(())
}

async fn observe(
    app: &App,
    session: &Session,
    stack: &Stack,
    scope: &Scope,
) -> Result<(Header, Live), Failure> {
    let desired = &stack.desired;
    if let Some(bound) = stack.bound.as_ref().filter(|bound| bound.region != session.clients.region) {
        return Err(saved::wrong_region(&bound.file, &bound.region, &session.clients.region));
    }
    let parallelism = Session::parallelism(&app.global);
    let read = aws::observe(&session.clients, scope, &session.clock, &session.limiter, parallelism).await;
    let (live, reads) = match read {
        Ok(read) => read,
        Err(error) => return Err(failed_read(app, session, stack, &error).await),
    };
    guard(app, stack, &live.account, &live.caller)?;
    let header = Header {
        stack: desired.stack.clone(),
        place: session.place(),
        account: live.account.clone(),
        region: live.region.clone(),
        caller: live.caller.clone(),
        reads: ReadCount {
            calls: reads.calls,
            rounds: reads.rounds,
            by_operation: reads.by_operation,
            elapsed: reads.elapsed,
            limited: reads.limited,
        },
    };
    Ok((header, live))
}

/// A read that is denied may well be one in the wrong account: that is the thing to know then.
async fn failed_read(app: &App, session: &Session, stack: &Stack, error: &ServiceError) -> Failure {
    let mut arn = String::new();
    if error.kind == ErrorKind::Denied {
        let reader = Reader::new(&session.clients, &session.clock, &session.limiter, 1);
        if let Ok(identity) = aws::identify(&reader).await {
            if let Err(wrong) = guard(app, stack, &identity.account, &identity.arn) {
                return wrong;
            }
            arn = identity.arn;
        }
    }
    let place = session.place();
    let who = Caller { arn: &arn, place: place.name(), verbose: app.global.verbose };
    Failure::failed(service_error::of_read(error, who))
}

/// A spec that names its account is for no other, and so is a saved plan.
fn guard(app: &App, stack: &Stack, account: &str, arn: &str) -> Result<(), Failure> {
    let desired = &stack.desired;
    if let Some(bound) = stack.bound.as_ref().filter(|bound| bound.account != account) {
        let credentials = credentials(&app.global, app.env.aws_profile.as_deref(), arn);
        return Err(saved::wrong_account(&bound.file, &bound.account, account, credentials));
    }
    // The sandbox touches no account, so a spec for a real one can be tried there.
    let Some(wanted) = desired.account.as_ref().filter(|it| it.value != account && !app.global.sandbox)
    else {
        return Ok(());
    };
    let message = format!("these credentials are for account {account}, the spec for {}", wanted.value);
    let diagnostic = Diagnostic::refused("wrong-account", message).at(wanted.at, "");
    let diagnostic = diagnostic.note(credentials(&app.global, app.env.aws_profile.as_deref(), arn));
    Err(Failure::refused(vec![diagnostic]))
}

fn credentials(global: &Global, from_environment: Option<&str>, arn: &str) -> String {
    let who = caller(arn);
    match (&global.profile, from_environment) {
        (Some(profile), _) => format!("credentials: profile `{profile}` (from --profile), {who}"),
        (None, Some(profile)) => format!("credentials: profile `{profile}` (from AWS_PROFILE), {who}"),
        (None, None) => format!("credentials: {who}"),
    }
}
