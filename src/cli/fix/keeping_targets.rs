//! The targets of a group as its spec lists them, one by one, so that what is written beside them stays.

use std::collections::BTreeSet;

use super::known::Known;
use crate::base::{Diagnostic, Diagnostics, Limits, Node, NodeKind, SourceMap, parse};
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
    let missing = now.targets.difference(&spec.targets).filter(|_| !spec.additive);
    let added = missing.map(|one| Edit::append(path.clone(), short(one, port)));
    if now.targets.is_superset(&spec.targets) {
        return Ok(Some(added.collect()));
    }
    if let Some(listed) = listed(known, &path, port, sources) {
        // From the end, so that the places of those before stay.
        let gone = listed.iter().enumerate().rev().filter(|(_, one)| !now.targets.contains(one));
        let at = |place: usize| path.iter().cloned().chain([Segment::Index(place)]).collect();
        return Ok(Some(gone.map(|(place, _)| Edit::remove(at(place))).chain(added).collect()));
    }
    let kept: BTreeSet<&Target> = match spec.additive {
        true => spec.targets.intersection(&now.targets).collect(),
        false => now.targets.iter().collect(),
    };
    let list = kept.into_iter().map(|one| short(one, port)).collect();
    Ok(Some(vec![Edit::set(path, edit::Value::List(list))]))
}

/// The targets in the order of the list in the first file of the spec that has one; none where that is not understood.
fn listed(known: &Known, path: &[Segment], port: Option<u16>, sources: &SourceMap) -> Option<Vec<Target>> {
    let list = known.spec.files.iter().find_map(|(source, _)| {
        let root = parse(*source, sources.text(*source), &Limits::default(), &mut Diagnostics::new())?;
        path.iter().try_fold(root, |node, segment| match segment {
            Segment::Key(key) => node.get(key).cloned(),
            Segment::Index(_) => None,
        })
    })?;
    let NodeKind::Seq(items) = &list.kind else { return None };
    items.iter().map(|item| target(item, port)).collect()
}

/// A target as a spec writes it.
fn target(item: &Node, group_port: Option<u16>) -> Option<Target> {
    let text = |node: &Node| match &node.kind {
        NodeKind::Scalar { text, .. } => Some(text.clone()),
        NodeKind::Seq(_) | NodeKind::Map(_) => None,
    };
    if let Some(id) = text(item) {
        return Some(Target { id, port: group_port, zone: None });
    }
    let port = match item.get("port") {
        Some(port) => Some(text(port)?.parse().ok()?),
        None => group_port,
    };
    let zone = item.get("zone").and_then(|zone| text(zone));
    Some(Target { id: text(item.get("id")?)?, port, zone })
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
