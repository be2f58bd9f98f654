//! What it means for requests that targets come and go.

use super::name;
use crate::base::Seconds;
use crate::fix::uses::{self, Use};
use crate::kinds::Live;
use crate::kinds::target_group::TargetGroup;
use crate::kinds::target_group::model::Stickiness;
use crate::kinds::targets::reason::delay;
use crate::model::ResourceId;
use crate::model::world::{HealthState, TargetHealth};

/// How many of them are healthy.
pub fn healthy(targets: &[&TargetHealth]) -> usize {
    targets.iter().filter(|one| one.state == HealthState::Healthy).count()
}

/// When new targets get requests.
pub fn of_new(live: &Live, group: &ResourceId, model: &TargetGroup, new: &[String]) -> Vec<String> {
    let names = new.join(", ");
    if uses::of(live, group.key()).is_empty() {
        return vec![
            "no requests yet: no listener or rule forwards to the group, and AWS does not check it."
                .to_owned(),
        ];
    }
    let check = &model.health_check;
    let longest = u64::from(check.interval) * u64::from(check.healthy_threshold);
    let passes = check.healthy_threshold;
    let each = Seconds(u64::from(check.interval));
    let (get, they, their) =
        if new.len() == 1 { ("gets", "it passes", "its") } else { ("get", "they pass", "their") };
    vec![format!(
        "{names} {get} requests once {they} {their} checks: up to {passes} of them, {each} apart, so within {}.",
        Seconds(longest)
    )]
}

/// What requests lose when targets leave, and what those under way do.
pub fn of_leaving(
    live: &Live,
    group: &ResourceId,
    model: &TargetGroup,
    before: &[&TargetHealth],
    after: &[&TargetHealth],
) -> Vec<String> {
    let stays = |one: &TargetHealth| after.iter().any(|other| other.id == one.id && other.port == one.port);
    let going: Vec<String> =
        before.iter().filter(|one| !stays(one)).map(|one| name(&one.id, one.port)).collect();
    let get = if going.len() == 1 { "gets" } else { "get" };
    let mut lines = vec![format!("{} {get} no new requests.", going.join(", "))];
    let uses = uses::of(live, group.key());
    let used: Vec<&Use> = uses.iter().filter(|one| one.weight > 0).collect();
    if used.is_empty() {
        lines.push("no request loses anything: nothing sends requests to the group.".to_owned());
    }
    for one in used {
        lines.push(format!("{}{}: {}", one.place, when(one), then(one, before, after)));
    }
    if !uses.is_empty() {
        lines.push(format!(
            "Requests under way have up to {} to finish (deregistration_delay); then they are cut off.",
            delay(model)
        ));
    }
    if model.stickiness != Stickiness::Off && !after.is_empty() {
        lines.push("Clients that are bound to a target that leaves go to another one.".to_owned());
    }
    lines
}

/// ` (path /api/*)`
pub fn when(one: &Use) -> String {
    if one.when.is_empty() || one.place.ends_with(&one.when) {
        String::new()
    } else {
        format!(" ({})", one.when)
    }
}

/// What happens to the requests of a rule or listener.
pub fn then(one: &Use, before: &[&TargetHealth], after: &[&TargetHealth]) -> String {
    let share =
        if one.groups > 1 { format!("{}% of its requests", one.share) } else { "its requests".to_owned() };
    let (was, is) = (healthy(before), healthy(after));
    match (after.len(), is) {
        (0, _) => format!("{share} are answered 503 then: the group has no target any more."),
        (all, 0) if was > 0 => format!("{share} then go to {}, as none is healthy.", failing(all)),
        (all, 0) => format!("{share} go to {}, as none is healthy, as before.", failing(all)),
        (_, is) if is == was => format!("{share} go to the same healthy targets as before."),
        (_, 1) => format!("{share} go to 1 healthy target instead of {was}."),
        (_, is) => format!("{share} go to {is} healthy targets instead of {was}."),
    }
}

fn failing(all: usize) -> String {
    let noun = if all == 1 { "target" } else { "targets" };
    format!("{all} {noun} that may not answer")
}
