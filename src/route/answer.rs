//! What a client notices of a rule's action.

use crate::kinds::action::{Action, GroupKey};

/// An answer. Two actions with equal answers are one and the same to a request: of a forward only the groups that
/// get a share count, and whether a client stays with its group; how large the shares are does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer(String);

impl Answer {
    /// The answer of an action and of the transforms of its rule, in the API's text.
    pub fn of(action: &Action<GroupKey>, transforms: &[String]) -> Self {
        let text = match action {
            Action::Forward { groups, stickiness } => {
                let mut keys: Vec<&str> =
                    groups.iter().filter(|one| one.weight > 0).map(|one| one.group.0.as_str()).collect();
                keys.sort_unstable();
                format!("forward {keys:?} {stickiness:?}")
            }
            Action::Redirect(redirect) => format!("{redirect:?}"),
            Action::FixedResponse { status, content_type, body } => {
                format!("{status} {content_type:?} {body:?}")
            }
            Action::Behind { first, then } => format!("{first:?} then {}", Self::of(then, &[]).0),
            Action::Unknown { description } => format!("unknown {description}"),
        };
        Self(if transforms.is_empty() { text } else { format!("{text} after {transforms:?}") })
    }
}
