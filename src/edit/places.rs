//! Where a spec says something about a resource, or would say it.

use std::rc::Rc;

use super::layers::{SpecText, trees};
use super::walk::Doc;
use super::{EditError, Segment, expect, keys};
use crate::base::Node;
use crate::model::ResourceId;

/// Whether a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The resource says it itself.
    Itself,
    /// It comes from the spec's `defaults`.
    ByDefaults,
    /// Nothing says it; the place is where it would go.
    Nowhere,
}

/// A place in the files of a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Whether the field is written there.
    pub written: Written,
    /// Which of the files, in the order given.
    pub index: usize,
    /// The name of that file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The text of the line, without its break.
    pub text: String,
}

/// The path of a resource in the files of a spec, the one that extends first; none where they do not have it.
/// `field` goes on from there, such as `["stickiness"]`. Rules are found by name, in the list that counts.
///
/// # Errors
/// A file is no valid YAML.
pub fn path_of(
    files: &[SpecText<'_>],
    id: &ResourceId,
    field: &[Segment],
) -> Result<Option<Vec<Segment>>, EditError> {
    let docs = trees(files)?;
    let merged = super::layers::merged(&docs);
    let path = match id.kind() {
        "load_balancer" => Some(keys(&["load_balancer"])),
        "target_group" => Some(keys(&["target_groups", id.key()])),
        "targets" => Some(keys(&["target_groups", id.key(), "targets"])),
        "listener" => Some(keys(&["listeners", id.key()])),
        "certificate" => Some(keys(&["certificates", id.key()])),
        "rule" => merged.as_ref().and_then(|root| rule(root, id.key())),
        _ => None,
    };
    let there = |path: &Vec<Segment>| {
        // The targets of a group that is written are its own, said or not.
        let path = if id.kind() == "targets" { path.get(..2).unwrap_or_default() } else { path };
        merged.as_ref().is_some_and(|root| expect::at_path(root, path).is_some())
    };
    Ok(path.filter(there).map(|path| [path.as_slice(), field].concat()))
}

/// `LISTENER/NAME`.
fn rule(root: &Rc<Node>, key: &str) -> Option<Vec<Segment>> {
    let (listener, name) = key.split_once('/')?;
    let mut path = keys(&["listeners", listener, "rules"]);
    let rules = expect::at_path(root, &path)?.items()?;
    let at = rules.iter().position(|rule| rule.get("name").and_then(|found| found.text()) == Some(name))?;
    path.push(Segment::Index(at));
    Some(path)
}

/// Where a path is written in the files of a spec, the one that extends first, or where it would go: the line of
/// what is nearest to it.
///
/// # Errors
/// A file is no valid YAML.
pub fn spot(files: &[SpecText<'_>], path: &[Segment]) -> Result<Option<Spot>, EditError> {
    let docs = trees(files)?;
    if let Some(found) = written(&docs, files, path, Written::Itself) {
        return Ok(Some(found));
    }
    if let Some(found) = defaults(path).and_then(|path| written(&docs, files, &path, Written::ByDefaults)) {
        return Ok(Some(found));
    }
    let shorter = (1..path.len()).rev().filter_map(|to| path.get(..to));
    let mut nearest = shorter.filter_map(|part| written(&docs, files, part, Written::Nowhere));
    Ok(nearest.next())
}

fn written(docs: &[Doc], files: &[SpecText<'_>], path: &[Segment], how: Written) -> Option<Spot> {
    let (index, doc, at) =
        docs.iter().enumerate().find_map(|(index, doc)| Some((index, doc, offset(doc, path)?)))?;
    let line = doc.text.get(..at)?.matches('\n').count() + 1;
    let text = doc.text.lines().nth(line - 1).unwrap_or_default().to_owned();
    Some(Spot { written: how, index, file: files.get(index)?.name.to_owned(), line, text })
}

/// Where the key or the item is written.
fn offset(doc: &Doc, path: &[Segment]) -> Option<usize> {
    let (last, parent) = path.split_last()?;
    let parent = expect::at_path(&doc.root, parent)?;
    let span = match last {
        Segment::Key(name) => parent.entry(name)?.0.at.span,
        Segment::Index(at) => parent.items()?.get(*at)?.at.span,
    };
    Some(span.start as usize)
}

/// The path in `defaults` that a field of a resource falls back to.
pub(super) fn defaults(path: &[Segment]) -> Option<Vec<Segment>> {
    let (Some(Segment::Key(table)), Some(_), Some(rest)) = (path.first(), path.get(1), path.get(2..)) else {
        return None;
    };
    let kind = match table.as_str() {
        "target_groups" => "target_group",
        "listeners" => "listener",
        _ => return None,
    };
    (!rest.is_empty()).then(|| [keys(&["defaults", kind]).as_slice(), rest].concat())
}
