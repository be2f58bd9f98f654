//! A stack is applied from one file: another one is most likely a copy whose `stack:` was forgotten, and would take the
//! first one's resources apart.

use serde_json::Value;

use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::tagging::applied::{self, Applied};
use crate::kinds::{Live, load_balancer};
use crate::model::{Change, FieldChange, Verb};
use crate::plan::Options;

/// Lifts the refusal of another file than the one that was applied last.
pub const NEW_SOURCE: &str = "new-source";

/// What the last apply left on the load balancer.
pub fn last_apply(live: &Live) -> Option<Applied> {
    Applied::of(&live.resources.get(&load_balancer::id())?.tags)
}

/// The file that was applied last and the one that is given, where they differ.
fn moved(live: &Live, options: &Options) -> Option<(String, String)> {
    let then = last_apply(live)?.from;
    let now = applied::source(options.source.as_deref()?);
    (then != now).then_some((then, now))
}

/// Refuses another file than the one that was applied last.
pub fn check(stack: &str, live: &Live, options: &Options, problems: &mut Diagnostics) {
    let Some((then, now)) = moved(live, options).filter(|_| !options.allows(NEW_SOURCE)) else { return };
    let message = format!("stack `{stack}` was applied from `{then}`, and this is `{now}`");
    let mut diagnostic = Diagnostic::refused(NEW_SOURCE, message);
    if let Some(last) = last_apply(live) {
        diagnostic = diagnostic.note(format!("last apply: plan {} at {} by {}", last.plan, last.at, last.by));
    }
    problems.push(
        diagnostic
            .help("if it is a copy: give it its own `stack`")
            .help(format!("if the file was moved: --allow {NEW_SOURCE}")),
    );
}

/// The change that remembers the new file, where nothing else changes that would.
pub fn change(live: &Live, options: &Options) -> Option<Change> {
    let (then, now) = moved(live, options)?;
    let existing = live.resources.get(&load_balancer::id())?;
    let field = FieldChange {
        key: "applied from".to_owned(),
        from: Value::from(then.as_str()),
        to: Value::from(now.as_str()),
        from_text: then,
        to_text: now,
        default: false,
        replaces: false,
    };
    Some(Change {
        id: load_balancer::id(),
        verb: Verb::Update,
        label: existing.resource.label(),
        summary: String::new(),
        fields: vec![field],
        note: None,
        how: None,
        place: None,
    })
}
