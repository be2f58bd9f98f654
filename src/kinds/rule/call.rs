//! The calls that change rules. `R` is how ARNs are named: by reference in plans, as text when they run.

use serde::{Deserialize, Serialize};

use super::condition::Condition;
use crate::kinds::action::Action;
use crate::model::world::Tags;

/// One API call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", deny_unknown_fields)]
pub enum Call<R> {
    /// API: CreateRule. Not idempotent: a lost answer must be resolved by describing.
    CreateRule {
        /// The listener.
        listener: R,
        /// 1 to 50000, free on the listener.
        priority: u32,
        /// All must hold.
        when: Vec<Condition>,
        /// What happens then.
        then: Action<R>,
        /// Ownership tags included.
        tags: Tags,
    },
    /// API: ModifyRule; what is not given stays.
    ModifyRule {
        /// The rule.
        rule: R,
        /// New conditions; AWS takes an empty list for "unchanged".
        when: Option<Vec<Condition>>,
        /// A new action.
        then: Option<Action<R>>,
        /// `ResetTransforms`: removes all transforms.
        reset_transforms: bool,
    },
    /// API: SetRulePriorities; atomic, and may swap.
    SetRulePriorities {
        /// Each moved rule with its new priority, sorted by priority.
        priorities: Vec<(R, u32)>,
    },
    /// API: DeleteRule.
    DeleteRule {
        /// The rule.
        rule: R,
    },
}

impl<R> Call<R> {
    /// The same call with every reference replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&R) -> Result<S, E>) -> Result<Call<S>, E> {
        Ok(match self {
            Self::CreateRule { listener, priority, when, then, tags } => Call::CreateRule {
                listener: f(listener)?,
                priority: *priority,
                when: when.clone(),
                then: then.map(f)?,
                tags: tags.clone(),
            },
            Self::ModifyRule { rule, when, then, reset_transforms } => Call::ModifyRule {
                rule: f(rule)?,
                when: when.clone(),
                then: then.as_ref().map(|action| action.map(f)).transpose()?,
                reset_transforms: *reset_transforms,
            },
            Self::SetRulePriorities { priorities } => Call::SetRulePriorities {
                priorities: priorities
                    .iter()
                    .map(|(rule, priority)| Ok((f(rule)?, *priority)))
                    .collect::<Result<_, E>>()?,
            },
            Self::DeleteRule { rule } => Call::DeleteRule { rule: f(rule)? },
        })
    }

    /// The API operation's name.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::CreateRule { .. } => "CreateRule",
            Self::ModifyRule { .. } => "ModifyRule",
            Self::SetRulePriorities { .. } => "SetRulePriorities",
            Self::DeleteRule { .. } => "DeleteRule",
        }
    }
}
