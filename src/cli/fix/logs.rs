//! `albctl logs enable|disable`.

use serde_json::json;

use super::carry;
use super::desk::{self, Desk, Site};
use crate::base::Diagnostic;
use crate::cli::args_logs::{Logs, LogsDisable, LogsEnable};
use crate::cli::context::App;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupts;
use crate::fix::Focus;
use crate::fix::logs::{self, Place};
use crate::kinds::load_balancer::model::AccessLogs;

/// Runs the command.
///
/// # Errors
/// An unknown name, a bucket that AWS may not write to, a call that fails.
pub async fn run(app: &mut App, command: &Logs, interrupts: &Interrupts) -> Result<Exit, Failure> {
    match command {
        Logs::Enable(args) => enable(app, args, interrupts).await,
        Logs::Disable(args) => disable(app, args, interrupts).await,
    }
}

async fn enable(app: &mut App, args: &LogsEnable, interrupts: &Interrupts) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, &args.fixing.known()).await?;
    let desk = Desk::open(app, &session, known).await?;
    let (site, name) = read(&desk, &args.balancer).await?;
    // Slashes at the ends are a habit, and never meant.
    let prefix = args.prefix.trim_matches('/').to_owned();
    let wanted = AccessLogs { bucket: args.bucket.clone(), prefix };
    let place = Place::of(&site.live, &wanted);
    let fix = logs::set(&site.live, &name, &args.which.logs(), Some(&wanted)).map_err(unusable)?;
    if args.print_policy {
        if app.ui.is_json() {
            let mut answer = site.header.to_json();
            answer["bucket"] = json!(place.bucket);
            answer["bucket_policy"] = json!(place.policy());
            answer["notes"] = json!(place.notes());
            answer["exit_code"] = json!(Exit::Done.code());
            app.ui.json(&answer);
            return Ok(Exit::Done);
        }
        app.ui.raw(&format!("{}\n", place.policy_text()));
        return Ok(Exit::Done);
    }
    let carried = carry::out(app, &desk, site, fix, &args.fixing, interrupts).await;
    let carried = carried.map_err(|failure| with_policy(failure, &place))?;
    Ok(carried.told(app))
}

async fn disable(app: &mut App, args: &LogsDisable, interrupts: &Interrupts) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, &args.fixing.known()).await?;
    let desk = Desk::open(app, &session, known).await?;
    let (site, name) = read(&desk, &args.balancer).await?;
    let fix = logs::set(&site.live, &name, &args.which.logs(), None).map_err(unusable)?;
    let carried = carry::out(app, &desk, site, fix, &args.fixing, interrupts).await?;
    Ok(carried.told(app))
}

fn unusable(problems: Vec<Diagnostic>) -> Failure {
    Failure::new(Exit::Usage, problems)
}

async fn read(desk: &Desk<'_>, word: &str) -> Result<(Site, String), Failure> {
    let balancer = desk.balancer(word)?;
    let focus = Focus { balancer: Some(balancer.arn), settings: true, ..Focus::default() };
    Ok((desk.read(&focus).await?, balancer.name))
}

/// Says what the bucket needs, where it is the bucket that refuses. API: ModifyLoadBalancerAttributes,
/// `InvalidConfigurationRequest` with "Access Denied for bucket".
fn with_policy(mut failure: Failure, place: &Place) -> Failure {
    for diagnostic in &mut failure.diagnostics {
        let text = format!("{} {}", diagnostic.message, diagnostic.notes.join(" "));
        if !text.contains("Access Denied for bucket") {
            continue;
        }
        let policy = place.policy_text();
        let about = format!("the policy of bucket {} must have this statement:\n{policy}", place.bucket);
        diagnostic.notes.extend(place.notes());
        diagnostic.helps.push(about);
        if let Some(answer) = failure.answer.as_mut() {
            answer["bucket_policy"] = json!(place.policy());
        }
    }
    failure
}
