//! `targets list|add|remove|drain`: who answers the requests of a group.

mod add;
mod effect;
mod remove;
pub mod word;
mod zone;

pub use add::{add, is_used, ready};
pub use remove::{Leaving, leaving, remove};
pub use word::Word;
pub use zone::Zones;

use serde_json::json;

use super::Keep;
use crate::base::Diagnostic;
use crate::kinds::targets::{self, Target, Targets};
use crate::kinds::{Desired, Live, Resource};
use crate::model::ResourceId;
use crate::model::world::TargetHealth;

/// What is registered with a group, and what leaves it.
#[derive(Clone, Copy, Debug)]
pub struct Members<'a> {
    /// Those that are registered.
    pub registered: &'a [TargetHealth],
    /// Those that leave.
    pub draining: &'a [TargetHealth],
}

/// What is known of the targets of a group.
pub fn members<'a>(live: &'a Live, group: &ResourceId) -> Members<'a> {
    let arn = live.resources.get(group).map(|one| one.arn.as_str()).unwrap_or_default();
    Members {
        registered: live.health.get(arn).map(Vec::as_slice).unwrap_or_default(),
        draining: live.draining.get(arn).map(Vec::as_slice).unwrap_or_default(),
    }
}

/// A target as a command line names it: `i-0a1b:8080`, `[2001:db8::1]:80`.
pub fn name(id: &str, port: Option<u16>) -> String {
    let id = if id.contains(':') && port.is_some() { format!("[{id}]") } else { id.to_owned() };
    port.map_or_else(|| id.clone(), |port| format!("{id}:{port}"))
}

/// The same with the zone, where a command needs it.
fn named(target: &Target) -> String {
    let zone = target.zone.as_ref().map(|zone| format!("@{zone}")).unwrap_or_default();
    format!("{}{zone}", name(&target.id, target.port))
}

/// All of a list, as a sentence has them.
fn listed<'a>(targets: impl IntoIterator<Item = &'a TargetHealth>) -> String {
    let names: Vec<String> = targets.into_iter().map(|one| name(&one.id, one.port)).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// The targets that are wanted of a group, to be changed.
fn wanted<'a>(desired: &'a mut Desired, group: &ResourceId) -> Option<&'a mut Targets> {
    match desired.resources.get_mut(&targets::id(group.key())).map(|one| &mut one.resource) {
        Some(Resource::Targets(targets)) => Some(targets),
        Some(_) | None => None,
    }
}

/// What was found is there no more.
fn gone(group: &ResourceId) -> Diagnostic {
    Diagnostic::error("not-found", format!("{group} was deleted meanwhile: its targets could not be read"))
}

/// Groups of functions and groups that cannot be read have no targets that come and go.
fn unfit(live: &Live, group: &ResourceId) -> Option<Diagnostic> {
    match super::stickiness::group(live, group) {
        Some(model) if model.is_function() => {
            let message = format!("the target of {group} is a function, which is no matter of this command");
            let help = "another function is another group: write it into a spec (`function:`) and apply that";
            Some(Diagnostic::error("wrong-kind", message).help(help))
        }
        Some(_) if !is_read(live, group) => Some(gone(group)),
        Some(_) => None,
        None => {
            let message = format!("{group} is not a target group of an application load balancer");
            Some(Diagnostic::error("wrong-kind", message))
        }
    }
}

fn is_read(live: &Live, group: &ResourceId) -> bool {
    live.resources.get(group).is_some_and(|one| live.health.contains_key(&one.arn))
}

/// How a spec that lists the targets of the group writes them.
fn keep(group: &ResourceId, all: &Targets) -> Keep {
    let value = all.targets.iter().map(|target| json!(target)).collect();
    Keep { id: targets::id(group.key()), field: "targets".to_owned(), value }
}
