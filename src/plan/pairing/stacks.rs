//! A stack that had another name: `moved: { from: stack/NAME }` at the top of the spec.

use std::collections::BTreeSet;

use super::Pairing;
use crate::base::Diagnostic;
use crate::kinds::tagging::ownership;
use crate::kinds::{target_group, targets};
use crate::model::ResourceId;

impl Pairing<'_> {
    /// Keeps what is the stack's, or was under its former name.
    pub(super) fn only_our_stacks(&mut self) {
        let desired = self.desired;
        let former = desired.former_stack.as_ref().map(|stack| stack.value.as_str());
        let mut found = false;
        let mut others: BTreeSet<ResourceId> = BTreeSet::new();
        for (id, existing) in &self.live.resources {
            match existing.tags.get(ownership::STACK) {
                Some(stack) if Some(stack.as_str()) == former => found = true,
                Some(stack) if *stack != desired.stack => {
                    others.insert(id.clone());
                    others.extend((id.kind() == target_group::KIND).then(|| targets::id(id.key())));
                }
                Some(_) | None => {}
            }
        }
        self.live.resources.retain(|id, _| !others.contains(id));
        self.live.leftovers.retain(|id, _| !others.contains(id));
        if let (Some(former), false) = (&desired.former_stack, found) {
            let message = format!("nothing of the stack `{}` is live any more", former.value);
            self.problems.push(
                Diagnostic::warning("nothing-moved", message)
                    .at(former.at, "")
                    .help("`moved` can be removed from the spec"),
            );
        }
    }
}
