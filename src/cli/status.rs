//! `albctl status`: what is live of a stack, on one screen.

use serde_json::Value;

use super::args_fix::Names;
use super::context::App;
use super::exit::Exit;
use super::failure::Failure;
use super::fix::desk::{self, Desk, Site};
use super::output::nothing;
use super::stack::{self, Stack};
use crate::base::Diagnostic;
use crate::fix::find::Spot;
use crate::fix::{Focus, place};
use crate::output::header::Header;
use crate::output::status::{self, Status};
use crate::output::{status_json, status_text};

/// Shows what is live.
///
/// # Errors
/// Nothing is live, a read that fails.
pub async fn run(app: &mut App, stack: &Stack) -> Result<Exit, Failure> {
    let session = app.connect(&stack.desired).await?;
    let (header, live) = stack::look(app, &session, stack, true).await?;
    let facts = status::of(Some(&stack.desired), &live);
    if facts.balancer.is_none() && facts.groups.is_empty() {
        return Err(nothing(app, stack));
    }
    tell(app, &facts, &header, Some(&stack.spec));
    Ok(Exit::Done)
}

/// Shows a load balancer, whoever made it.
///
/// # Errors
/// There is none of that name, a read that fails.
pub async fn of_balancer(app: &mut App, word: &str) -> Result<Exit, Failure> {
    let (session, known) = desk::connect(app, &Names { spec: None }).await?;
    let desk = Desk::open(app, &session, known).await?;
    let (balancer, spot) = place_of(&desk, word).map_err(|one| desk::not_found(vec![one]))?;
    let focus = Focus {
        balancer: Some(balancer),
        settings: true,
        all_groups: true,
        certificates: true,
        ..Focus::default()
    };
    let Site { mut header, mut live, .. } = desk.read(&focus).await?;
    match &spot {
        Spot::Listener { .. } | Spot::Rule { .. } => {
            // One that is not there is told with those that are.
            place::route(&live, &spot, word).map_err(|one| desk::not_found(vec![one]))?;
        }
        Spot::Balancer(_) | Spot::Group(_) => {}
    }
    stack::further(app, &session, &status::unread(&live), &mut header, &mut live).await?;
    tell(app, &status::of(None, &live), &header, None);
    Ok(Exit::Done)
}

/// The load balancer that a word means, or on which what it means is.
fn place_of(desk: &Desk<'_>, word: &str) -> Result<(String, Spot), Diagnostic> {
    let balancer = desk.inventory.balancer(word, &desk.keys).map(|one| one.arn.clone());
    let spot = match (desk.inventory.spot(word, &desk.keys), &balancer) {
        (Ok(spot), _) => spot,
        (Err(_), Ok(balancer)) => Spot::Balancer(balancer.clone()),
        (Err(problem), Err(_)) if word.contains('/') && !word.starts_with("arn:") => {
            return Err(problem.note(format!("nor is there a file or folder `{word}`")));
        }
        (Err(problem), Err(_)) if word.starts_with("arn:") => return Err(problem),
        (Err(_), Err(problem)) => return Err(problem.clone()),
    };
    let arn = match &spot {
        Spot::Balancer(arn) => arn.clone(),
        Spot::Listener { balancer, .. } | Spot::Rule { balancer, .. } => balancer.clone(),
        Spot::Group(group) => on(desk, group, word)?,
    };
    Ok((arn, spot))
}

/// The load balancer that forwards to a target group.
fn on(desk: &Desk<'_>, group: &str, word: &str) -> Result<String, Diagnostic> {
    let group = desk.inventory.groups.iter().find(|one| one.arn == group);
    let own = group.and_then(|one| one.balancers.first().cloned());
    own.filter(|arn| desk.inventory.balancers.iter().any(|one| one.arn == *arn)).ok_or_else(|| {
        let message = format!("target group `{word}` is on no application load balancer");
        Diagnostic::error("not-found", message).help(format!("its targets: albctl health {word}"))
    })
}

fn tell(app: &mut App, facts: &Status, header: &Header, spec: Option<&str>) {
    if app.ui.is_json() {
        let mut answer = status_json::render(facts, header);
        answer["spec"] = Value::from(spec);
        answer["exit_code"] = Value::from(Exit::Done.code());
        if spec.is_none() {
            status_json::without_spec(&mut answer);
        }
        app.ui.json(&answer);
        return;
    }
    let look = app.ui.out_look();
    app.ui.answer(&header.render(look));
    app.ui.answer(&status_text::body(facts, look));
    app.ui.answer_line(&status_text::line(facts, look));
}
