//! `albctl targets list|add|remove|drain`.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::carry::{self, Carried};
use super::desk::{self, Desk, Site, not_found};
use super::health_wait::{self, Left};
use crate::base::{Diagnostic, Level};
use crate::cli::answers;
use crate::cli::args_targets::{Targets, TargetsAdd, TargetsList, TargetsRemove};
use crate::cli::context::App;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupts;
use crate::fix::find::Group;
use crate::fix::health::{self, GroupHealth};
use crate::fix::{Focus, stickiness, targets};
use crate::model::ResourceId;
use crate::output::health_json;
use crate::output::health_text::{self, Detail};
use crate::plan::NO_HEALTHY_TARGET;

/// Runs the command.
///
/// # Errors
/// An unknown name, a target that AWS would refuse or that is not registered, a call that fails.
pub async fn run(app: &mut App, command: &Targets, interrupts: &Interrupts) -> Result<Exit, Failure> {
    match command {
        Targets::List(args) => list(app, args).await,
        Targets::Add(args) => add(app, args, interrupts).await,
        Targets::Remove(args) => remove(app, args, interrupts, false).await,
        Targets::Drain(args) => remove(app, args, interrupts, true).await,
    }
}

async fn list(app: &mut App, args: &TargetsList) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, &args.names).await?;
    let desk = Desk::open(app, &session, known).await?;
    let mut told = Vec::new();
    for (balancer, groups) in desk.groups(&args.groups)? {
        let arns: Vec<String> = groups.iter().map(|one| one.arn.clone()).collect();
        let focus = Focus { balancer, groups: arns.iter().cloned().collect(), ..Focus::default() };
        let site = desk.read(&focus).await?;
        let seen = health::groups(&site.live, &arns, &desk.keys.groups);
        if seen.len() < groups.len() {
            let missing =
                groups.iter().filter(|one| seen.iter().all(|seen| seen.arn.as_ref() != Some(&one.arn)));
            return Err(not_found(missing.map(Group::unread).collect()));
        }
        let look = app.ui.out_look();
        app.ui.answer(&site.header.render(look));
        for one in &seen {
            app.ui.answer(&health_text::group(one, Detail::Members, look));
        }
        app.ui.answer("\n");
        app.ui.answer_line(&health_text::line(&seen, &|_| false));
        let mut answer = site.header.to_json();
        answer["target_groups"] = seen.iter().map(health_json::group).collect();
        answer["exit_code"] = json!(Exit::Done.code());
        told.push(answer);
    }
    if app.ui.is_json() {
        app.ui.json(&answers::results(told, Exit::Done));
    }
    Ok(Exit::Done)
}

/// Bad words are wrong usage; what is refused as unsafe is refused; what is not there is not found.
pub fn failure(problems: Vec<Diagnostic>) -> Failure {
    let refused = problems.iter().any(|one| one.level == Level::Refused);
    let missing =
        problems.iter().any(|one| ["not-found", "not-registered", "still-draining"].contains(&one.code));
    let exit = match (refused, missing) {
        (true, _) => Exit::Refused,
        (false, true) => Exit::Failed,
        (false, false) => Exit::Usage,
    };
    Failure::new(exit, problems)
}

/// The one group of a command, read.
async fn one(desk: &Desk<'_>, word: &str) -> Result<(Site, ResourceId, String), Failure> {
    let group = desk.inventory.group(word, &desk.keys).map_err(|problem| not_found(vec![problem]))?.clone();
    let balancer = group.balancers.first().cloned();
    let focus = Focus { balancer, groups: BTreeSet::from([group.arn.clone()]), ..Focus::default() };
    let site = desk.read(&focus).await?;
    let id = stickiness::id_of(&site.live, &group.arn).ok_or_else(|| not_found(vec![group.unread()]))?;
    Ok((site, id, group.arn))
}

async fn add(app: &mut App, args: &TargetsAdd, interrupts: &Interrupts) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, &args.fixing.known()).await?;
    let desk = Desk::open(app, &session, known).await?;
    let (mut site, id, arn) = one(&desk, &args.group).await?;
    let new = targets::ready(&site.live, &id, &args.targets, args.zone.as_deref());
    site.whole.want_targets(id.key(), new.clone());
    site.live = site.whole.live();
    let zones = targets::Zones::of(&desk.inventory, &arn);
    let fix = targets::add(&site.live, &id, &new, zones).map_err(failure)?;
    if args.wait && !targets::is_used(&site.live, &id) {
        return Err(never_checked(&id));
    }
    let seen = health::groups(&site.live, std::slice::from_ref(&arn), &desk.keys.groups);
    let mut carried = carry::out(app, &desk, site, fix, &args.fixing, interrupts).await?;
    if args.wait {
        let wanted: BTreeSet<_> = new.into_iter().map(|one| (one.id, one.port)).collect();
        let only = |one: &mut GroupHealth| {
            let (all, healthy) = (one.targets.len(), one.healthy());
            one.targets.retain(|target| wanted.contains(&(target.id.clone(), target.port)));
            one.left_out = (all - one.targets.len(), healthy - one.healthy());
        };
        let limit = Duration::from_secs(args.timeout);
        let waited =
            health_wait::until_healthy(app, &desk, seen, limit, &|_| false, &only, interrupts).await?;
        carried.exit = health_wait::told(app, &waited, &|_| false, Exit::Incomplete, &mut carried.json);
    }
    Ok(finish(app, carried))
}

fn never_checked(id: &ResourceId) -> Failure {
    let message = format!("no listener or rule forwards to {id}: AWS does not check its targets");
    let help = "leave --wait away, or forward to the group first: weight 0 is enough";
    Failure::new(Exit::Usage, vec![Diagnostic::error("never-healthy", message).help(help)])
}

fn finish(app: &mut App, carried: Carried) -> Exit {
    if app.ui.is_json() {
        app.ui.json(&carried.json);
    }
    carried.exit
}

async fn remove(
    app: &mut App,
    args: &TargetsRemove,
    interrupts: &Interrupts,
    drain: bool,
) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, &args.fixing.known()).await?;
    let desk = Desk::open(app, &session, known).await?;
    let (site, id, arn) = one(&desk, &args.group).await?;
    let leaving = targets::leaving(&site.live, &id, &args.targets, args.all_ports).map_err(failure)?;
    let allowed = args.fixing.allow.iter().any(|code| code == NO_HEALTHY_TARGET);
    let fix = targets::remove(&site.live, &id, &leaving, allowed).map_err(failure)?;
    let seen = health::groups(&site.live, &[arn], &desk.keys.groups);
    let mut carried = carry::out(app, &desk, site, fix, &args.fixing, interrupts).await?;
    if drain && !args.fixing.dry_run {
        let all: BTreeSet<_> = leaving.going.union(&leaving.gone).cloned().collect();
        let left = health_wait::until_gone(app, &desk, seen, &all, interrupts).await?;
        carried.json["drained"] = json!(matches!(left, Left::Gone { .. }));
        carried.exit = health_wait::told_gone(app, &left, &mut carried.json);
    }
    Ok(finish(app, carried))
}
