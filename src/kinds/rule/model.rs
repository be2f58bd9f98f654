//! The canonical form of a rule.

use serde::{Deserialize, Serialize};

use super::condition::{Condition, canonical};
use super::fields::FIELDS;
use crate::kinds::action::{Action, GroupKey};
use crate::model::field::{Field, Model};
use crate::model::world::Tags;

/// A rule of a listener.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The listener's key in the spec.
    pub listener: String,
    /// 1 to 50000, unique on the listener; 0 until the planner has chosen it.
    pub priority: u32,
    /// The spec gives the priority itself.
    #[serde(default)]
    pub explicit_priority: bool,
    /// All must hold; sorted.
    pub when: Vec<Condition>,
    /// What happens then.
    pub then: Action<GroupKey>,
    /// The API's text of each transform; always wanted empty.
    pub transforms: Vec<String>,
    /// The tags that the spec gives, and `Name`, which the console shows.
    pub tags: Tags,
}

impl Rule {
    /// Brings conditions and action to their one form.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        self.when = canonical(self.when);
        self.then = self.then.canonical();
        self
    }

    /// Conditions and action in a few words: `path /api/* -> users`.
    pub fn describe(&self) -> String {
        let when = super::condition::show(&self.when);
        match &self.then {
            Action::Forward { .. } => format!("{when} -> {}", self.then.show()),
            Action::Redirect(_)
            | Action::FixedResponse { .. }
            | Action::Behind { .. }
            | Action::Unknown { .. } => {
                format!("{when} -> {}", self.then.describe())
            }
        }
    }
}

impl Model for Rule {
    const FIELDS: &'static [Field<Self>] = FIELDS;
}
