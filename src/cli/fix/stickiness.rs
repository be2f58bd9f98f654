//! `albctl stickiness enable|disable|show`.

use serde_json::json;

use super::carry::{self, Carried};
use super::desk::{self, Desk, not_found};
use crate::base::Diagnostic;
use crate::cli::answers;
use crate::cli::args_fix;
use crate::cli::args_fix::{Fixing, Names};
use crate::cli::context::App;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupts;
use crate::fix::find::Group;
use crate::fix::{Focus, stickiness};
use crate::kinds::Live;
use crate::kinds::target_group::model::Stickiness;
use crate::model::ResourceId;
use crate::output::{diagnostics, fix_text};

/// Runs the command.
///
/// # Errors
/// An unknown name, a value that AWS would refuse, a call that fails.
pub async fn run(
    app: &mut App,
    command: &args_fix::Stickiness,
    interrupts: &Interrupts,
) -> Result<Exit, Failure> {
    match command {
        args_fix::Stickiness::Enable(args) => {
            let duration = args.duration;
            let wanted = match &args.app_cookie {
                Some(name) => Stickiness::AppCookie { name: name.clone(), duration },
                None => Stickiness::LbCookie { duration },
            };
            set(app, &args.groups, &wanted, &args.fixing, interrupts).await
        }
        args_fix::Stickiness::Disable(args) => {
            set(app, &args.groups, &Stickiness::Off, &args.fixing, interrupts).await
        }
        args_fix::Stickiness::Show(args) => show(app, &args.groups, &args.names).await,
    }
}

async fn set(
    app: &mut App,
    words: &[String],
    wanted: &Stickiness,
    fixing: &Fixing,
    interrupts: &Interrupts,
) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, &fixing.known()).await?;
    let mut desk = Desk::open(app, &session, known).await?;
    // What is wrong with any of them is told before the first is written to.
    let mut work = Vec::new();
    for (balancer, groups) in desk.groups(words)? {
        let site = desk.read(&focus(balancer, &groups)).await?;
        let ids = ids(&site.live, &groups)?;
        let fix = stickiness::set(&site.live, &ids, wanted).map_err(refused)?;
        work.push((site, fix));
    }
    let all = work.len();
    for (site, fix) in work.iter().filter(|_| all > 1) {
        carry::ready(app, &desk, site, fix, fixing)?;
    }
    let mut told = Vec::new();
    for (site, fix) in work {
        match carry::out(app, &desk, site, fix, fixing, interrupts).await {
            Ok(carried) => told.push(carried),
            Err(failure) => return Err(after(failure, told, all)),
        }
        // The next one is written into what the spec is now.
        if told.len() < all && fixing.write.is_some() && !fixing.dry_run {
            desk.read_spec_again(app, &fixing.known())?;
        }
    }
    Ok(finish(app, told))
}

/// A value that nobody can use is a mistake of the command line; what does not go together is refused.
fn refused(problems: Vec<Diagnostic>) -> Failure {
    let mistake = |one: &Diagnostic| ["out-of-range", "bad-value"].contains(&one.code);
    let exit = if problems.iter().any(mistake) { Exit::Usage } else { Exit::Refused };
    Failure::new(exit, problems)
}

/// A failure on one of several load balancers does not hide what became of those before it.
fn after(failure: Failure, done: Vec<Carried>, all: usize) -> Failure {
    let line = match done.len() {
        0 => failure.line.clone(),
        some => format!("{some} of {all} load balancers are done. On this one: {}", failure.line),
    };
    let told = done.into_iter().map(|one| one.json).chain(failure.answer.clone()).collect::<Vec<_>>();
    let answer = (!told.is_empty()).then(|| answers::results(told, failure.exit));
    Failure { line, answer, ..failure }
}

fn finish(app: &mut App, all: Vec<Carried>) -> Exit {
    let exit = all.iter().map(|one| one.exit).find(|exit| *exit != Exit::Done).unwrap_or(Exit::Done);
    if app.ui.is_json() {
        app.ui.json(&answers::results(all.into_iter().map(|one| one.json).collect(), exit));
    }
    exit
}

fn focus(balancer: Option<String>, groups: &[Group]) -> Focus {
    let groups = groups.iter().map(|one| one.arn.clone()).collect();
    Focus { balancer, groups, ..Focus::default() }
}

/// The identities under which groups were read.
fn ids(live: &Live, groups: &[Group]) -> Result<Vec<ResourceId>, Failure> {
    let gone = |group: &Group| not_found(vec![group.unread()]);
    groups.iter().map(|group| stickiness::id_of(live, &group.arn).ok_or_else(|| gone(group))).collect()
}

async fn show(app: &mut App, words: &[String], names: &Names) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, names).await?;
    let desk = Desk::open(app, &session, known).await?;
    let (mut told, mut lines) = (Vec::new(), Vec::new());
    for (balancer, groups) in desk.groups(words)? {
        let site = desk.read(&focus(balancer, &groups)).await?;
        app.ui.answer(&site.header.render(app.ui.out_look()));
        for id in ids(&site.live, &groups)? {
            let Some(group) = stickiness::group(&site.live, &id) else { continue };
            let effect = stickiness::effect(&group.stickiness);
            let used_by = stickiness::used_by(&site.live, &id, false);
            let warnings = stickiness::may_change_group(&site.live, &id, &group.stickiness);
            let words = stickiness::show(&group.stickiness);
            let look = app.ui.out_look();
            app.ui.answer(&fix_text::fact(&id, &site.live, "stickiness", &words, look));
            app.ui.answer(&fix_text::meaning(&effect, &used_by, look));
            lines.push(format!("{}: {words}", group.name));
            let text = diagnostics::fitted(&warnings, &app.sources, app.ui.err_look());
            app.ui.status(&text);
            let mut answer = site.header.to_json();
            answer["target_group"] = json!({ "id": id, "name": group.name, "stickiness": group.stickiness });
            answer["effect"] = json!(effect);
            answer["used_by"] = json!(used_by);
            answer["exit_code"] = json!(Exit::Done.code());
            told.push(Carried { exit: Exit::Done, json: answer });
        }
    }
    // Who sees all of it has read this already.
    if app.ui.manner().quiet {
        app.ui.answer_line(&lines.join("\n"));
    }
    Ok(finish(app, told))
}
