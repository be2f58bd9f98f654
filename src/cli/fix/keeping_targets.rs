//! The targets of a group as its spec lists them, one by one, so that what is written beside them stays.

use std::collections::BTreeSet;

use super::known::Known;
use crate::base::{Diagnostic, SourceMap};
use crate::cli::spec_edit;
use crate::edit::{self, Edit, Segment};
use crate::fix::Fix;
use crate::kinds::targets::{Target, Targets};
use crate::kinds::{Resource, target_group};
use crate::model::ResourceId;

/// Whether the next apply leaves the targets as they are: with `additive` those that the spec does not list may stay.
pub fn is_enough(spec: &Resource, now: &Resource) -> bool {
    let (Resource::Targets(spec), Resource::Targets(now)) = (spec, now) else { return false };
    spec.additive && now.targets.is_superset(&spec.targets)
}

/// The edits that make the spec list what is registered now; none for anything but targets.
///
/// # Errors
/// A file of the spec is no valid YAML.
pub fn edits(
    known: &Known,
    fix: &Fix,
    id: &ResourceId,
    sources: &mut SourceMap,
) -> Result<Option<Vec<Edit>>, Box<Diagnostic>> {
    let (Some(spec), Some(now)) =
        (targets(&known.desired.resources, id), targets(&fix.desired.resources, id))
    else {
        return Ok(None);
    };
    let field: &[Segment] = if spec.additive { &[Segment::Key("additive".to_owned())] } else { &[] };
    let Some(path) = spec_edit::path_of(&known.spec, id, field, sources)? else { return Ok(None) };
    let port = match known.desired.resources.get(&target_group::id(id.key())).map(|one| &one.resource) {
        Some(Resource::TargetGroup(group)) => group.port,
        Some(_) | None => None,
    };
    let missing: Vec<&Target> = now.targets.difference(&spec.targets).collect();
    if now.targets.is_superset(&spec.targets) {
        return Ok(Some(
            missing.into_iter().map(|one| Edit::append(path.clone(), short(one, port))).collect(),
        ));
    }
    let kept: BTreeSet<&Target> = match spec.additive {
        true => spec.targets.intersection(&now.targets).collect(),
        false => now.targets.iter().collect(),
    };
    let list = kept.into_iter().map(|one| short(one, port)).collect();
    Ok(Some(vec![Edit::set(path, edit::Value::List(list))]))
}

fn targets<'a>(
    resources: &'a std::collections::BTreeMap<ResourceId, crate::kinds::Wanted>,
    id: &ResourceId,
) -> Option<&'a Targets> {
    match &resources.get(id)?.resource {
        Resource::Targets(targets) => Some(targets),
        _ => None,
    }
}

/// What the group says already is left out.
fn short(target: &Target, group_port: Option<u16>) -> edit::Value {
    let port = target.port.filter(|port| Some(*port) != group_port);
    if port.is_none() && target.zone.is_none() {
        return edit::Value::text(&target.id);
    }
    let entry = |key: &str, value: String| (key.to_owned(), edit::Value::text(value));
    let port = port.map(|port| entry("port", port.to_string()));
    let zone = target.zone.clone().map(|zone| entry("zone", zone));
    edit::Value::Map([entry("id", target.id.clone())].into_iter().chain(port).chain(zone).collect())
}
