//! A listener that would answer in the clear what it answers encrypted now.

use super::{located, place};
use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::listener::model::Protocol;
use crate::kinds::{Desired, Live, Resource};
use crate::model::Change;
use crate::plan::Options;

/// Lifts the refusal of turning an HTTPS listener into an HTTP one.
pub const HTTPS_TO_HTTP: &str = "https-to-http";

/// Refuses to turn a live HTTPS listener into an HTTP one: most likely its certificates were lost on the way. API:
/// ModifyListener, `Protocol`.
pub fn check(
    desired: &Desired,
    live: &Live,
    changes: &[Change],
    options: &Options,
    problems: &mut Diagnostics,
) {
    if options.allows(HTTPS_TO_HTTP) {
        return;
    }
    for id in changes.iter().map(|change| &change.id) {
        let wanted = desired.resources.get(id).map(|wanted| &wanted.resource);
        let existing = live.resources.get(id).map(|existing| &existing.resource);
        let (Some(Resource::Listener(wanted)), Some(Resource::Listener(existing))) = (wanted, existing)
        else {
            continue;
        };
        if (existing.protocol, wanted.protocol) != (Protocol::Https, Protocol::Http) {
            continue;
        }
        let message =
            format!("{id} is HTTPS and would become HTTP: what clients send could be read on the way");
        let certificates: Vec<&str> = existing.certificates.iter().map(|one| one.0.as_str()).collect();
        problems.push(
            located(
                Diagnostic::refused(HTTPS_TO_HTTP, message),
                place(desired, id, "protocol"),
                "wanted: HTTP",
            )
            .note(format!("live: HTTPS:{}, certificates {}", existing.port, certificates.join(", ")))
            .help("keep `certificates` of the listener")
            .help(super::all_the_same(HTTPS_TO_HTTP)),
        );
    }
}
