//! Fields: one row per attribute of a kind, from which diff, text, JSON and the grouping into calls follow.

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::FieldChange;
use crate::base::{OFF, Ty};

/// Key/value attributes of a resource (`ModifyLoadBalancerAttributes` and the like), by the key of their row.
pub type Attributes = BTreeMap<String, Value>;

/// A kind's canonical form: the same type for what the spec wants and for what is live.
pub trait Model: Clone + 'static {
    /// The table of the kind's fields, in the order in which changes are shown.
    const FIELDS: &'static [Field<Self>];

    /// The values of the rows whose access is [`Access::Attribute`]; `None` for a kind without such rows.
    fn attributes(&self) -> Option<&Attributes> {
        None
    }

    /// The same, to be changed.
    fn attributes_mut(&mut self) -> Option<&mut Attributes> {
        None
    }
}

/// How a value is read and printed.
#[derive(Clone, Copy)]
pub enum Form {
    /// One scalar, with its range.
    Scalar(Ty),
    /// A value with structure, read by the kind's own code; the function prints it.
    Structure(fn(&Value) -> String),
}

/// What carries a change of the field to AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// No API call changes it: a change means replacement.
    Fixed,
    /// A parameter of the named operation.
    Operation(&'static str),
    /// One key of the kind's key/value attributes; the text is AWS's key.
    Attribute(&'static str),
    /// Several keys of the kind's key/value attributes, encoded by the kind.
    Attributes,
    /// `AddTags` and `RemoveTags`.
    Tags,
}

/// Where a model keeps the value.
#[derive(Clone, Copy)]
pub enum Access<M> {
    /// In a struct field.
    Typed {
        /// Reads the value.
        get: fn(&M) -> Value,
        /// Writes it; `false` when the value has the wrong type.
        set: fn(&mut M, Value) -> bool,
    },
    /// In [`Model::attributes`], under the row's key.
    Attribute,
}

/// One row.
pub struct Field<M: 'static> {
    /// The dotted place in the spec; also the name in diffs and JSON.
    pub key: &'static str,
    /// One sentence for people: help in editors, documentation.
    pub doc: &'static str,
    /// How the value is read and printed.
    pub form: Form,
    /// What carries a change.
    pub carrier: Carrier,
    /// Whether the field means anything for this model; where not, it is neither compared nor sent.
    pub applies: fn(&M) -> bool,
    /// AWS's default, which a field left out of the spec converges to; null: there is none.
    pub default: fn(&M) -> Value,
    /// Where the model keeps it.
    pub access: Access<M>,
}

impl<M> Field<M> {
    /// A row that always applies and has no default.
    pub const fn new(
        key: &'static str,
        form: Form,
        carrier: Carrier,
        access: Access<M>,
        doc: &'static str,
    ) -> Self {
        Self { key, doc, form, carrier, applies: |_| true, default: |_| Value::Null, access }
    }

    /// The row of a scalar key/value attribute, which lives in [`Model::attributes`]; `aws` is AWS's key.
    pub const fn attribute(
        key: &'static str,
        aws: &'static str,
        ty: Ty,
        default: fn(&M) -> Value,
        doc: &'static str,
    ) -> Self {
        let (form, carrier) = (Form::Scalar(ty), Carrier::Attribute(aws));
        Self { key, doc, form, carrier, applies: |_| true, default, access: Access::Attribute }
    }
}

/// Both accessors of a struct field from its path: `at!(health_check.interval)`.
#[macro_export]
macro_rules! at {
    ($($path:ident).+) => {
        $crate::model::Access::Typed {
            get: |model| serde_json::to_value(&model.$($path).+).unwrap_or(serde_json::Value::Null),
            set: |model, value| match serde_json::from_value(value) {
                Ok(value) => { model.$($path).+ = value; true }
                Err(_) => false,
            },
        }
    };
}

impl<M: Model> Field<M> {
    /// The model's value of this field; null where it has none.
    pub fn get(&self, model: &M) -> Value {
        match self.access {
            Access::Typed { get, .. } => get(model),
            Access::Attribute => {
                model.attributes().and_then(|all| all.get(self.key)).cloned().unwrap_or(Value::Null)
            }
        }
    }

    /// Sets the model's value of this field; `false` when the value has the wrong type.
    pub fn set(&self, model: &mut M, value: Value) -> bool {
        match self.access {
            Access::Typed { set, .. } => set(model, value),
            Access::Attribute => match model.attributes_mut() {
                Some(all) => {
                    all.insert(self.key.to_owned(), value);
                    true
                }
                None => false,
            },
        }
    }

    /// The value as the spec writes it.
    pub fn show(&self, value: &Value) -> String {
        match (self.form, value) {
            (_, Value::Null) => "none".to_owned(),
            (Form::Scalar(_), Value::String(text)) if text.is_empty() => "none".to_owned(),
            (Form::Scalar(ty), value) => ty.show(value),
            (Form::Structure(show), value) => show(value),
        }
    }
}

/// The fields in which `live` differs from `wanted`, in the order of the table.
///
/// `explicit` tells whether the spec itself gives the field's value: if it does not, the new value is a default.
pub fn changes<M: Model>(live: &M, wanted: &M, explicit: impl Fn(&str) -> bool) -> Vec<FieldChange> {
    let differs = |field: &&Field<M>| (field.applies)(wanted) && field.get(live) != field.get(wanted);
    M::FIELDS
        .iter()
        .filter(differs)
        .map(|field| {
            let (from, to) = (field.get(live), field.get(wanted));
            // What albctl itself works out, such as a rule's priority, is no default.
            let is_default = !explicit(field.key) && to == (field.default)(wanted);
            FieldChange {
                key: field.key.to_owned(),
                from_text: field.show(&from),
                to_text: field.show(&to),
                from,
                to,
                default: is_default,
                replaces: field.carrier == Carrier::Fixed,
            }
        })
        .collect()
}

/// The fields of a new resource that the spec gives and that are not at AWS's default, for one line of a plan.
pub fn notable<M: Model>(wanted: &M) -> Vec<(&'static str, String)> {
    M::FIELDS
        .iter()
        .filter(|field| (field.applies)(wanted))
        .map(|field| (field, field.get(wanted)))
        .filter(|(field, value)| *value != (field.default)(wanted))
        .map(|(field, value)| (field.key, field.show(&value)))
        .collect()
}

/// Fills every field that `given` does not name with its default, in the order of the table, so that a default
/// may look at the values that the spec gives but not at later defaults.
pub fn fill_defaults<M: Model>(model: &mut M, given: impl Fn(&str) -> bool) {
    for field in M::FIELDS {
        if given(field.key) {
            continue;
        }
        let value = (field.default)(model);
        if !value.is_null() {
            field.set(model, value);
        }
    }
}

/// Copies the named fields of `live` into `wanted`: they are left as they are, and the diff needs no filter.
pub fn keep_live<M: Model>(wanted: &mut M, live: &M, keys: impl Fn(&str) -> bool) {
    for field in M::FIELDS.iter().filter(|field| keys(field.key)) {
        let value = field.get(live);
        field.set(wanted, value);
    }
}

/// AWS's text of a scalar attribute: `true`/`false` for bools, digits for numbers and durations.
pub fn encode(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The reverse of [`encode`] for a scalar type; `None` when the text is not of the type.
pub fn decode(ty: Ty, text: &str) -> Option<Value> {
    match ty {
        Ty::Bool => text.parse::<bool>().ok().map(Value::from),
        Ty::OffOr { .. } if text == OFF => Some(Value::from(OFF)),
        Ty::Int { .. } | Ty::OffOr { .. } | Ty::Seconds { .. } => text.parse::<i64>().ok().map(Value::from),
        Ty::Text { .. } | Ty::OneOf(_) => Some(Value::from(text)),
    }
}

/// Sets all attribute rows of `model` from AWS's list; what AWS does not list is at its default.
///
/// A value that is not of the row's type is kept as text, so that the diff shows and corrects it.
pub fn decode_attributes<M: Model>(model: &mut M, listed: &BTreeMap<String, String>) {
    for field in M::FIELDS {
        let (Carrier::Attribute(aws_key), Form::Scalar(ty)) = (field.carrier, field.form) else { continue };
        let value = match listed.get(aws_key) {
            Some(text) => decode(ty, text).unwrap_or_else(|| Value::from(text.as_str())),
            None => (field.default)(model),
        };
        field.set(model, value);
    }
}

/// The attribute rows among `keys`, as AWS's keys and texts.
pub fn encode_attributes<M: Model>(model: &M, keys: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    M::FIELDS
        .iter()
        .filter(|field| keys(field.key) && (field.applies)(model))
        .filter_map(|field| match field.carrier {
            Carrier::Attribute(aws_key) => Some((aws_key.to_owned(), encode(&field.get(model)))),
            Carrier::Fixed | Carrier::Operation(_) | Carrier::Attributes | Carrier::Tags => None,
        })
        .collect()
}
