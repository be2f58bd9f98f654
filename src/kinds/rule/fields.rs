//! The table of a rule's fields. API: CreateRule, ModifyRule, SetRulePriorities.

use serde_json::json;

use super::condition;
use super::model::Rule;
use crate::at;
use crate::base::Ty;
use crate::kinds::action;
use crate::kinds::show::{show_set, show_tags};
use crate::model::field::{Carrier, Field, Form};

const MODIFY: Carrier = Carrier::Operation("ModifyRule");

/// All fields of a rule, in the order in which changes are shown.
pub static FIELDS: &[Field<Rule>] = &[
    Field::new(
        "priority",
        Form::Scalar(Ty::Int { min: 1, max: 50_000 }),
        Carrier::Operation("SetRulePriorities"),
        at!(priority),
        "The place in the order of evaluation; by default it follows the order in the spec.",
    ),
    Field::new("when", Form::Structure(condition::show_value), MODIFY, at!(when), "The conditions."),
    Field::new("then", Form::Structure(action::model::show_value), MODIFY, at!(then), "The action."),
    Field {
        default: |_| json!([]),
        ..Field::new(
            "transforms",
            Form::Structure(show_set),
            MODIFY,
            at!(transforms),
            "Rewrites of host and URL.",
        )
    },
    Field {
        default: |_| json!({}),
        ..Field::new("tags", Form::Structure(show_tags), Carrier::Tags, at!(tags), "Tags beside the stack's.")
    },
];
