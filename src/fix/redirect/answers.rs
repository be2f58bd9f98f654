//! Whether those who are redirected get an answer.

use super::{Enable, rules};
use crate::base::Diagnostic;
use crate::kinds::action::{Action, GroupKey, Redirect};
use crate::kinds::listener::Listener;
use crate::kinds::rule::Condition;
use crate::kinds::{Live, target_group};
use crate::model::ResourceId;
use crate::model::world::HealthState;
use crate::plan::NO_HEALTHY_TARGET;

/// Headers by which others say that they have ended TLS before.
const FORWARDED: &[&str] =
    &["x-forwarded-proto", "cloudfront-forwarded-proto", "x-forwarded-ssl", "forwarded"];

/// The HTTPS listener sends clients back to where they come from.
pub(super) fn leads_back(
    live: &Live,
    id: &ResourceId,
    https: &Listener,
    wanted: Enable<'_>,
) -> Option<Diagnostic> {
    let rules = rules(live, id);
    let of_rules =
        rules.iter().map(|(id, model)| (format!("{id}, priority {}", model.priority), &model.then));
    let mut all = of_rules.chain([(format!("the default of {id}"), &https.default)]);
    let (place, action) = all.find(|(_, action)| comes_back(action, wanted))?;
    let message = format!("the redirect would come back: {place} is {}", action.describe());
    Some(
        Diagnostic::refused("redirect-loop", message)
            .note(format!(
                ":{} would send to :{}, and that back to :{}",
                wanted.port, wanted.to_port, wanted.port
            ))
            .help("give that another action first"),
    )
}

fn comes_back(action: &Action<GroupKey>, wanted: Enable<'_>) -> bool {
    let Action::Redirect(Redirect { protocol, host, port, .. }) = action else { return false };
    let here = port.as_str() == wanted.port.to_string();
    host == "#{host}" && (here || (protocol == "HTTP" && port == "#{port}"))
}

/// Rules that look at who ended TLS: there is somebody before this load balancer.
pub(super) fn terminator(live: &Live, id: &ResourceId) -> Option<Diagnostic> {
    let looks = |one: &Condition| match one {
        Condition::Header { name, .. } => FORWARDED.contains(&name.to_ascii_lowercase().as_str()),
        Condition::Host(_)
        | Condition::Path(_)
        | Condition::Method(_)
        | Condition::Query(_)
        | Condition::SourceIp(_)
        | Condition::Unknown { .. } => false,
    };
    let (rule, model) = rules(live, id).into_iter().find(|(_, model)| model.when.iter().any(looks))?;
    let message = format!(
        "{id} seems to be asked by something that has ended TLS before: it would be redirected for ever"
    );
    Some(
        Diagnostic::warning("tls-ended-before", message)
            .note(format!("{rule}, priority {}: {}", model.priority, model.describe()))
            .help("let what stands before it ask in HTTPS first"),
    )
}

/// Clients are sent to a listener whose default has no answer.
pub(super) fn does_not_answer(live: &Live, id: &ResourceId, https: &Listener) -> Option<Diagnostic> {
    let warn = |why: String| Diagnostic::warning("https-does-not-answer", why);
    match https.default.routed() {
        Action::FixedResponse { status, .. } if *status >= 500 => Some(warn(format!(
            "{id} answers {status} to what no rule of it matches: that is what clients are sent to"
        ))),
        Action::Forward { groups, .. } => {
            let weighty: Vec<&GroupKey> =
                groups.iter().filter(|one| one.weight > 0).map(|one| &one.group).collect();
            let dead = |group: &&GroupKey| {
                states(live, group).is_some_and(|all| !all.contains(&HealthState::Healthy))
            };
            let none = weighty.iter().all(dead);
            let names: Vec<String> = weighty.iter().map(ToString::to_string).collect();
            none.then(|| {
                warn(format!(
                    "{id} forwards to {}, without a healthy target: clients get 503 or 502",
                    names.join(", ")
                ))
            })
        }
        Action::FixedResponse { .. }
        | Action::Redirect(_)
        | Action::Behind { .. }
        | Action::Unknown { .. } => None,
    }
}

/// A group that would get requests has nobody to answer them: refused where AWS knows it, else a warning.
pub(super) fn unserved(live: &Live, group: &GroupKey) -> Option<Diagnostic> {
    let states = states(live, group)?;
    if states.contains(&HealthState::Healthy) {
        return None;
    }
    if states.contains(&HealthState::Unchecked) {
        let message = format!("AWS has not checked any target of {group} yet");
        let note = "it checks the targets of a group only once something forwards to it";
        return Some(Diagnostic::warning("unchecked-targets", message).note(note));
    }
    let message = format!("{group} has no healthy target: requests would get 503 or 502");
    let help = format!("do it all the same: --allow {NO_HEALTHY_TARGET}");
    Some(Diagnostic::refused(NO_HEALTHY_TARGET, message).help(help))
}

/// The health of a group's targets; none: it was not read.
fn states(live: &Live, group: &GroupKey) -> Option<Vec<HealthState>> {
    let arn = match group.foreign_arn() {
        Some(arn) => arn,
        None => live.resources.get(&target_group::id(&group.0))?.arn.as_str(),
    };
    Some(live.health.get(arn)?.iter().map(|one| one.state).collect())
}
