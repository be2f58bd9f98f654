//! `albctl status`: what is live of a stack, on one screen.

use serde_json::Value;

use super::context::App;
use super::exit::Exit;
use super::failure::Failure;
use super::output::nothing;
use super::stack::{self, Stack};
use crate::output::{status, status_json, status_text};

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
    if app.ui.is_json() {
        let mut answer = status_json::render(&facts, &header);
        answer["spec"] = Value::from(stack.spec.as_str());
        app.ui.json(&answer);
        return Ok(Exit::Done);
    }
    let look = app.ui.out_look();
    app.ui.answer(&header.render(look));
    app.ui.answer(&status_text::body(&facts, look));
    app.ui.answer_line(&status_text::line(&facts, look));
    Ok(Exit::Done)
}
