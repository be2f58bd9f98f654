//! The last look at a listener's rules before the first of them is written. A plan chose numbers and an order by
//! the rules that it saw; if others came, went or moved since then, it is no longer the plan for what is live.

use std::collections::BTreeMap;

use tokio::sync::OnceCell;

use super::clock::Clock;
use super::event::StepError;
use super::limits::Category;
use super::retry;
use super::service::{Service, ServiceError};
use super::step::{Counts, Runner};
use crate::kinds::{Call, guard};
use crate::model::RuleLists;

/// One look for each listener of a plan's basis, made by the first step that needs it and shared by all others.
pub(super) struct Gates<'a> {
    basis: &'a RuleLists,
    looks: BTreeMap<&'a str, OnceCell<Result<bool, ServiceError>>>,
}

impl<'a> Gates<'a> {
    pub fn new(basis: &'a RuleLists) -> Self {
        Self { basis, looks: basis.keys().map(|listener| (listener.as_str(), OnceCell::new())).collect() }
    }
}

/// Passes when the rules of every listener that the call writes rules of are those that the plan saw.
///
/// # Errors
/// They are not, or cannot be read.
pub(super) async fn pass<S: Service, C: Clock>(
    runner: &Runner<'_, S, C>,
    call: &Call<String>,
    counts: &mut Counts,
) -> Result<(), StepError> {
    let gates = &runner.gates;
    for listener in guard::listeners(call, |arn| Some(arn.as_str()), gates.basis) {
        let (Some(look), Some(expected)) = (gates.looks.get(listener), gates.basis.get(listener)) else {
            continue;
        };
        match look.get_or_init(|| unchanged(runner, listener, expected, counts)).await {
            Ok(true) => {}
            Ok(false) => return Err(StepError::ListenerChanged),
            Err(error) => return Err(error.clone().into()),
        }
    }
    Ok(())
}

async fn unchanged<S: Service, C: Clock>(
    runner: &Runner<'_, S, C>,
    listener: &str,
    expected: &[(String, u32)],
    counts: &mut Counts,
) -> Result<bool, ServiceError> {
    let begin = runner.clock.now();
    let mut attempt = 1;
    loop {
        counts.reads += 1;
        runner.limiter.take(Category::ElbReading, runner.clock).await;
        let error = match runner.service.rules_unchanged(listener, expected).await {
            Ok(unchanged) => return Ok(unchanged),
            Err(error) => error,
        };
        let Some(after) = retry::next(&error.operation, &error, attempt, runner.since(begin), false) else {
            return Err(error);
        };
        if !runner.sleep(after).await {
            return Err(error);
        }
        attempt += 1;
    }
}
