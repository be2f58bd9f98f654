//! `albctl list`: every application load balancer of a region.

use super::context::{App, Session};
use super::exit::Exit;
use super::failure::Failure;
use super::service_error::{self, Caller};
use crate::aws;
use crate::output::header::{Header, ReadCount};
use crate::output::list::{self, json, text};

/// Shows what there is.
///
/// # Errors
/// A read that fails; what is denied but the list itself is only noted.
pub async fn run(app: &mut App) -> Result<Exit, Failure> {
    let session = app.connect_in(None).await?;
    let parallelism = Session::parallelism(&app.global);
    let read = aws::survey(&session.clients, &session.clock, &session.limiter, parallelism).await;
    let place = session.place();
    let (survey, reads) = read.map_err(|error| {
        let who = Caller { arn: "", place: place.name(), verbose: app.global.verbose };
        Failure::failed(service_error::of_read(&error, who))
    })?;
    let header = Header {
        stack: String::new(),
        place,
        account: survey.account.clone(),
        region: session.clients.region.clone(),
        caller: survey.caller.clone(),
        reads: ReadCount {
            calls: reads.calls,
            rounds: reads.rounds,
            by_operation: reads.by_operation,
            elapsed: reads.elapsed,
            limited: reads.limited,
        },
    };
    let rows = list::rows(&survey);
    if app.ui.is_json() {
        let mut answer = json::render(&rows, &survey.notes, &header);
        answer["exit_code"] = serde_json::json!(Exit::Done.code());
        app.ui.json(&answer);
        return Ok(Exit::Done);
    }
    let look = app.ui.out_look();
    app.ui.answer(&header.render(look));
    app.ui.answer(&text::body(&rows, &survey.notes, look));
    app.ui.answer_line(&text::line(&rows, &header.region, look));
    Ok(Exit::Done)
}
