//! The table of a rule's fields. API: CreateRule, ModifyRule, SetRulePriorities.

use serde_json::{Value, json};

use super::condition;
use super::model::Rule;
use crate::at;
use crate::base::Ty;
use crate::kinds::action;
use crate::kinds::show::{show_set, show_tags};
use crate::model::field::{Access, Carrier, Field, Form};

const fn row(
    key: &'static str,
    form: Form,
    carrier: Carrier,
    access: Access<Rule>,
    doc: &'static str,
) -> Field<Rule> {
    Field { key, doc, form, carrier, applies: |_| true, default: |_| Value::Null, access }
}

const MODIFY: Carrier = Carrier::Operation("ModifyRule");

/// All fields of a rule, in the order in which changes are shown.
pub static FIELDS: &[Field<Rule>] = &[
    row(
        "priority",
        Form::Scalar(Ty::Int { min: 1, max: 50_000 }),
        Carrier::Operation("SetRulePriorities"),
        at!(priority),
        "The place in the order of evaluation; by default it follows the order in the spec.",
    ),
    row("when", Form::Structure(condition::show_value), MODIFY, at!(when), "The conditions."),
    row("then", Form::Structure(action::model::show_value), MODIFY, at!(then), "The action."),
    Field {
        default: |_| json!([]),
        ..row("transforms", Form::Structure(show_set), MODIFY, at!(transforms), "Rewrites of host and URL.")
    },
    Field {
        default: |_| json!({}),
        ..row("tags", Form::Structure(show_tags), Carrier::Tags, at!(tags), "Tags beside the stack's.")
    },
];
