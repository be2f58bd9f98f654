//! `albctl health`, `albctl health set`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use super::carry;
use super::desk::{self, Desk, not_found};
use super::health_wait;
use super::look::{self, EVERY, Seen, What};
use super::targets::failure;
use crate::base::Diagnostic;
use crate::cli::args_fix::Names;
use crate::cli::args_health::{Check, Health, HealthCommand, HealthLook, HealthSet};
use crate::cli::context::App;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupts;
use crate::exec::Clock;
use crate::fix::health::GroupHealth;
use crate::fix::health::set::{self, Asked};
use crate::fix::{Focus, stickiness};
use crate::output::header::Where;
use crate::output::health_json;
use crate::output::health_text::{self, Detail};

/// The sandbox's clock does not wait; who looks at it does.
const PAUSE_OF_SANDBOX: Duration = Duration::from_millis(200);

/// Runs the command.
///
/// # Errors
/// An unknown name, a spec that is wrong, a value that AWS would refuse, a call that fails.
pub async fn run(app: &mut App, args: &Health, interrupts: &Interrupts) -> Result<Exit, Failure> {
    match &args.command {
        Some(HealthCommand::Set(args)) => set(app, args, interrupts).await,
        None => look(app, &args.look, interrupts).await,
    }
}

async fn look(app: &mut App, args: &HealthLook, interrupts: &Interrupts) -> Result<Exit, Failure> {
    if args.watch && app.ui.is_json() {
        let message = "--watch has no end, and --output json is one document";
        return Err(Failure::usage(
            Diagnostic::error("usage", message)
                .help("for programs: --wait, or without --watch again and again"),
        ));
    }
    let word = args.what.as_deref().filter(|word| !look::is_spec(word));
    let spec = args.what.as_deref().filter(|word| look::is_spec(word)).map(PathBuf::from);
    let names = Names { spec: spec.or_else(|| args.names.spec.clone()) };
    let (session, known) = desk::connect(app, &names).await?;
    let desk = Desk::open(app, &session, known).await?;
    let what = match (word, &desk.known) {
        (Some(word), _) => What::Word(word),
        (None, Some(_)) => What::Spec,
        (None, None) => return Err(nothing_named()),
    };
    let seen = look::at(&desk, what).await?;
    if seen.groups.is_empty() {
        return Err(no_groups());
    }
    if args.watch {
        interrupts.hold();
        return watch(app, &desk, seen, interrupts).await;
    }
    if args.wait {
        interrupts.hold();
        return wait(app, &desk, seen, args, interrupts).await;
    }
    let mut answer = seen.site.header.to_json();
    answer["target_groups"] = seen.groups.iter().map(health_json::group).collect();
    answer["is_healthy"] = json!(seen.groups.iter().all(GroupHealth::is_healthy));
    answer["exit_code"] = json!(Exit::Done.code());
    app.ui.answer(&picture(app, &seen));
    app.ui.answer_line(&health_text::line(&seen.groups, &|_| false));
    if app.ui.is_json() {
        app.ui.json(&answer);
    }
    Ok(Exit::Done)
}

fn nothing_named() -> Failure {
    let message = "there is no spec: name a target group, a load balancer or a spec";
    Failure::usage(Diagnostic::error("usage", message).help("albctl health TARGET_GROUP|LB|SPEC"))
}

fn no_groups() -> Failure {
    let message = "there is no target group that albctl can read";
    not_found(vec![
        Diagnostic::error("not-found", message).note(
            "the load balancer forwards to none, or to groups that are not of HTTP, HTTPS or a function",
        ),
    ])
}

fn picture(app: &App, seen: &Seen) -> String {
    let look = app.ui.out_look();
    let mut text = seen.site.header.render(look);
    for one in &seen.groups {
        text.push_str(&health_text::group(one, Detail::Hints, look));
    }
    text.push('\n');
    text
}

/// Looks until interrupted: in place on a terminal, else a line for all that changes.
async fn watch(
    app: &mut App,
    desk: &Desk<'_>,
    mut seen: Seen,
    interrupts: &Interrupts,
) -> Result<Exit, Failure> {
    let clock = &desk.session.clock;
    let (start, in_place) = (clock.now(), app.ui.out_is_terminal());
    let mut told = BTreeMap::new();
    if in_place {
        app.ui.answer("\u{1b}[2J");
    } else {
        app.ui.answer(&seen.site.header.render(app.ui.out_look()));
    }
    loop {
        let at = clock.now().duration_since(start).unwrap_or_default();
        if in_place {
            let line = health_text::line(&seen.groups, &|_| false);
            let every = format!("every {}s; Ctrl-C ends it", EVERY.as_secs());
            let text = format!("{}{line}\n{every}\n", picture(app, &seen));
            // Home, each line over the old one, and nothing of the old picture below.
            let text = text.replace('\n', "\u{1b}[K\n");
            app.ui.answer(&format!("\u{1b}[H{text}\u{1b}[J"));
        } else {
            health_wait::tell(app, &seen.groups, &|_| false, at, &mut told);
        }
        let pause = async {
            clock.sleep(EVERY).await;
            if desk.session.place() == Where::Sandbox {
                tokio::time::sleep(PAUSE_OF_SANDBOX).await;
            }
        };
        if interrupts.unless(pause).await.is_none() || app.ui.failure().is_some() {
            return Ok(Exit::Interrupted);
        }
        look::again(desk, &mut seen.groups).await?;
    }
}

async fn wait(
    app: &mut App,
    desk: &Desk<'_>,
    seen: Seen,
    args: &HealthLook,
    interrupts: &Interrupts,
) -> Result<Exit, Failure> {
    let empty = may_be_empty(&seen.groups, &args.allow_empty)?;
    let fine = |one: &GroupHealth| empty.contains(&one.key);
    let mut answer = seen.site.header.to_json();
    app.ui.answer(&seen.site.header.render(app.ui.out_look()));
    let limit = Duration::from_secs(args.timeout);
    let waited =
        health_wait::until_healthy(app, desk, seen.groups, limit, &fine, &|_| {}, interrupts).await?;
    let exit = health_wait::told(app, &waited, &fine, Exit::Failed, &mut answer);
    if app.ui.is_json() {
        app.ui.json(&answer);
    }
    Ok(exit)
}

/// The groups that may be empty, by key.
fn may_be_empty(groups: &[GroupHealth], words: &[String]) -> Result<BTreeSet<String>, Failure> {
    let mut keys = BTreeSet::new();
    for word in words {
        let is_it = |one: &&GroupHealth| {
            one.key == *word || one.model.as_ref().is_some_and(|model| model.name == *word)
        };
        let Some(found) = groups.iter().find(is_it) else {
            let known: Vec<&str> = groups.iter().map(|one| one.key.as_str()).collect();
            let message = format!("--allow-empty {word}: there is no such target group here");
            let problem =
                Diagnostic::error("not-found", message).note(format!("there are: {}", known.join(", ")));
            return Err(Failure::usage(problem));
        };
        keys.insert(found.key.clone());
    }
    Ok(keys)
}

async fn set(app: &mut App, args: &HealthSet, interrupts: &Interrupts) -> Result<Exit, Failure> {
    let asked = asked(&args.check);
    if asked == Asked::default() {
        let message = "say what is to change of the check";
        let help = "--path, --port, --protocol, --interval, --timeout, --healthy-threshold, --unhealthy-threshold, \
                    --codes";
        return Err(Failure::usage(Diagnostic::error("usage", message).help(help)));
    }
    let (session, known) = desk::connect(app, &args.fixing.known()).await?;
    let desk = Desk::open(app, &session, known).await?;
    let group =
        desk.inventory.group(&args.group, &desk.keys).map_err(|problem| not_found(vec![problem]))?.clone();
    let balancer = group.balancers.first().cloned();
    let focus = Focus { balancer, groups: BTreeSet::from([group.arn.clone()]), ..Focus::default() };
    let site = desk.read(&focus).await?;
    let id = stickiness::id_of(&site.live, &group.arn).ok_or_else(|| not_found(vec![group.unread()]))?;
    let fix = set::set(&site.live, &id, &asked).map_err(failure)?;
    let carried = carry::out(app, &desk, site, fix, &args.fixing, interrupts).await?;
    if app.ui.is_json() {
        app.ui.json(&carried.json);
    }
    Ok(carried.exit)
}

fn asked(check: &Check) -> Asked {
    let Check { path, port, protocol, interval, timeout, healthy_threshold, unhealthy_threshold, codes } =
        check;
    Asked {
        path: path.clone(),
        port: port.clone(),
        protocol: *protocol,
        interval: *interval,
        timeout: *timeout,
        healthy_threshold: *healthy_threshold,
        unhealthy_threshold: *unhealthy_threshold,
        codes: codes.clone(),
    }
}
