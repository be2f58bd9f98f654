//! Actions that others come before are never written: a login would be lost. See [`crate::kinds::action::behind`].

use super::located;
use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::action::behind;
use crate::kinds::{Desired, Live, Plan, listener};
use crate::model::ResourceId;
use crate::plan::replace::{action_in, routes};

/// The code of the refusal to write over an action that others come before; nothing lifts it.
pub const NOT_WRITTEN: &str = "action-not-written";

/// Refuses steps that write over such an action, and those that would have to send one.
pub fn check(plan: &Plan, desired: &Desired, live: &Live, problems: &mut Diagnostics) {
    let mut told: Vec<&ResourceId> = Vec::new();
    for step in &plan.steps {
        let Some(sent) = action_in(step) else { continue };
        let id = &step.subject;
        let existing = live.resources.get(id);
        let was = existing.and_then(|one| routes::action_of(&one.resource)).filter(|one| behind::is(one));
        if told.contains(&id) || (was.is_none() && !behind::is(sent)) {
            continue;
        }
        told.push(id);
        let first = was.map_or_else(|| sent.first(), |was| was.first());
        let message = match was {
            Some(was) => format!("{id} would lose what comes before its action: it is {}", was.describe()),
            None => format!("{id} cannot be made: {} comes before its action", first.join(", ")),
        };
        let field = if id.kind() == listener::KIND { "default" } else { "then" };
        let mut diagnostic =
            located(Diagnostic::refused(NOT_WRITTEN, message), super::place(desired, id, field), "")
                .note(behind::why(first));
        if !behind::is(sent) {
            diagnostic = diagnostic.help(format!("keep what is live: `ignore: [{field}]`"));
        }
        if let Some(existing) = existing {
            let help = behind::instead(id, &existing.arn, first);
            diagnostic = help.into_iter().fold(diagnostic, Diagnostic::help);
        }
        problems.push(diagnostic);
    }
}
