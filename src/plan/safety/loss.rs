//! Much of a stack goes at once, or something that must not go at all.

use super::{located, place};
use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::tagging::ownership;
use crate::kinds::{Desired, Live, rule, targets};
use crate::model::{Change, ResourceId, Verb};
use crate::plan::Options;

/// Lifts the refusal of deleting or replacing more than a third of a stack.
pub const MASS_DELETION: &str = "mass-deletion";

/// A stack of so many resources or fewer may go in any part.
const SMALL: usize = 5;

/// Refuses the deletion or replacement of more than a third of a stack of more than five resources: most likely it is
/// another stack's spec, or half a file. `destroy`, which wants nothing at all, asks on its own.
///
/// Targets are part of their group, and a rule that is made anew is there before the old one goes: neither counts.
pub fn mass_deletion(
    desired: &Desired,
    live: &Live,
    changes: &[Change],
    options: &Options,
    problems: &mut Diagnostics,
) {
    let counts = |id: &ResourceId| id.kind() != targets::KIND;
    let all = live.resources.keys().filter(|id| counts(id)).count();
    let gone: Vec<&ResourceId> = changes
        .iter()
        .filter(|change| goes(change) && counts(&change.id) && live.resources.contains_key(&change.id))
        .map(|change| &change.id)
        .collect();
    let lifted = desired.resources.is_empty() || options.allows(MASS_DELETION);
    if lifted || all <= SMALL || gone.len() * 3 <= all {
        return;
    }
    let message = format!(
        "this plan deletes or replaces {} of the {all} resources of stack `{}`",
        gone.len(),
        desired.stack
    );
    problems.push(
        Diagnostic::refused(MASS_DELETION, message)
            .note(listed(&gone))
            .help("is it the right file, and all of it?")
            .help(super::all_the_same(MASS_DELETION)),
    );
}

fn goes(change: &Change) -> bool {
    change.verb == Verb::Delete || (change.verb == Verb::Replace && change.id.kind() != rule::KIND)
}

fn listed(ids: &[&ResourceId]) -> String {
    const SHOWN: usize = 10;
    let shown: Vec<&str> = ids.iter().take(SHOWN).map(|id| id.as_str()).collect();
    match ids.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Refuses to delete or replace what the spec protects, or protected when it was last applied: a resource that left the
/// spec took its `protect: true` along, so that its tag must speak for it.
pub fn protected(desired: &Desired, live: &Live, changes: &[Change], problems: &mut Diagnostics) {
    for change in changes.iter().filter(|change| [Verb::Delete, Verb::Replace].contains(&change.verb)) {
        let wanted = desired.resources.get(&change.id).and_then(|wanted| wanted.resource.tags());
        let tags = match wanted {
            Some(wanted) => Some(wanted),
            None => live.resources.get(&change.id).map(|existing| &existing.tags),
        };
        if !tags.is_some_and(ownership::is_protected) {
            continue;
        }
        let what = if change.verb == Verb::Delete { "delete" } else { "replace" };
        let message = format!("{} is protected, and this plan would {what} it", change.id);
        let diagnostic = located(
            Diagnostic::refused("protected", message),
            place(desired, &change.id, "tags"),
            "has `protect: true`",
        );
        problems.push(match change.verb == Verb::Delete {
            true => diagnostic
                .note(format!(
                    "it has the tag `{}=true`, from `protect: true` in the spec",
                    ownership::PROTECT
                ))
                .help("apply it once more without `protect: true`; then it can go"),
            false => diagnostic.help("take `protect: true` out of the spec; then it can be replaced"),
        });
    }
}
