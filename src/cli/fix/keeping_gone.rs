//! What is mended and is not in the spec of the stack that it is of: there is nothing to write beside it.

use std::collections::BTreeSet;
use std::path::Path;

use super::desk::Site;
use super::known::Known;
use crate::base::Diagnostic;
use crate::cli::failure::Failure;
use crate::fix::Fix;
use crate::kinds::tagging::ownership;
use crate::kinds::{listener, rule, target_group, targets};
use crate::model::{ResourceId, StrangerPolicy};

/// Something that the spec does not have.
pub struct Gone {
    /// What it is called.
    pub id: ResourceId,
    /// What the next apply does with it.
    fate: Fate,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is the stack's, and the spec has it no more.
    Deleted,
    /// It is not the stack's, and the spec deletes what is not.
    Pruned,
    /// It is not the stack's.
    Left,
}

/// What of the subjects of a fix is live and not in the spec.
pub fn of(known: &Known, site: &Site, fix: &Fix, subjects: &BTreeSet<&ResourceId>) -> Vec<Gone> {
    let groups = subjects.iter().map(|id| match id.kind() {
        // Targets go with their group; those that the spec leaves to others are its own matter.
        targets::KIND => target_group::id(id.key()),
        _ => (*id).clone(),
    });
    let stays = |id: &ResourceId| fix.desired.resources.contains_key(id);
    let gone = groups.filter(|id| stays(id) && !known.desired.resources.contains_key(id));
    let gone: BTreeSet<ResourceId> = gone.collect();
    gone.into_iter().filter_map(|id| fate(known, site, &id).map(|fate| Gone { id, fate })).collect()
}

/// What becomes of it; none of what is new, or is no matter of the stack.
fn fate(known: &Known, site: &Site, id: &ResourceId) -> Option<Fate> {
    let live = site.live.resources.get(id)?;
    if live.tags.get(ownership::STACK) == Some(&known.desired.stack) {
        return Some(Fate::Deleted);
    }
    let on_balancer = [listener::KIND, rule::KIND].contains(&id.kind());
    let ours = site.whole.balancer_tags().get(ownership::STACK) == Some(&known.desired.stack);
    let holder = id.key().split_once('/').map(|(listener, _)| listener::id(listener));
    let policy = holder.and_then(|holder| known.desired.strangers.get(&holder));
    (on_balancer && ours).then_some(match policy {
        Some(StrangerPolicy::Delete) => Fate::Pruned,
        Some(StrangerPolicy::Keep | StrangerPolicy::Warn) | None => Fate::Left,
    })
}

impl Gone {
    /// What the next apply does with it: `shop.yaml does not have rule/https/old: its next apply deletes it`.
    pub fn words(&self, spec: &str) -> String {
        let id = &self.id;
        match self.fate {
            Fate::Deleted => format!("{spec} does not have {id} any more: its next apply deletes it"),
            Fate::Pruned => {
                format!("{spec} does not have {id}: its next apply deletes it (strangers: delete)")
            }
            Fate::Left => {
                format!(
                    "{spec} does not have {id}: its next apply leaves it as it is, and deletes it with --prune"
                )
            }
        }
    }

    /// There is no place for the change in the spec.
    pub fn refused(&self, write: &Path, spec: &str) -> Failure {
        let message = format!(
            "`{}` does not have {}: there is nothing to write the change to",
            write.display(),
            self.id
        );
        let diagnostic = Diagnostic::refused("edit-not-in-spec", message);
        let diagnostic = match self.fate {
            Fate::Deleted | Fate::Pruned => diagnostic.note(self.words(spec)),
            Fate::Left => diagnostic.note("it is not the stack's: the next apply leaves it as it is"),
        };
        let help = match self.fate {
            Fate::Deleted | Fate::Pruned => {
                "write the whole of it into the spec by hand, or leave --write out"
            }
            Fate::Left => "leave --write out",
        };
        Failure::refused(vec![diagnostic.help(help)])
    }
}
