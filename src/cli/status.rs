//! `albctl status`: what is live of a stack, on one screen.

use serde_json::Value;

use super::args_fix::Names;
use super::context::App;
use super::exit::Exit;
use super::failure::Failure;
use super::fix::desk::{self, Desk, Site};
use super::output::nothing;
use super::stack::{self, Stack};
use crate::fix::Focus;
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
    let balancer = desk.inventory.balancer(word, &desk.keys).map_err(|one| desk::not_found(vec![one]))?;
    let focus = Focus {
        balancer: Some(balancer.arn.clone()),
        settings: true,
        all_groups: true,
        certificates: true,
        ..Focus::default()
    };
    let Site { mut header, mut live, .. } = desk.read(&focus).await?;
    stack::further(app, &session, &status::unread(&live), &mut header, &mut live).await?;
    tell(app, &status::of(None, &live), &header, None);
    Ok(Exit::Done)
}

fn tell(app: &mut App, facts: &Status, header: &Header, spec: Option<&str>) {
    if app.ui.is_json() {
        let mut answer = status_json::render(facts, header);
        answer["spec"] = Value::from(spec);
        app.ui.json(&answer);
        return;
    }
    let look = app.ui.out_look();
    app.ui.answer(&header.render(look));
    app.ui.answer(&status_text::body(facts, look));
    app.ui.answer_line(&status_text::line(facts, look));
}
