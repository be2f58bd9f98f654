//! All settings of a resource, as the spec writes them.

use crate::model::field::{Carrier, Field, Model};

/// A setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The field's key.
    pub key: &'static str,
    /// `60s`, `lb_cookie 1h`, `off`.
    pub value: String,
    /// It is AWS's default.
    pub default: bool,
    /// It is a key/value attribute.
    pub attribute: bool,
}

/// All fields that mean something for the resource but its tags, in the order of the table.
pub(super) fn of<M: Model>(model: &M) -> Vec<Setting> {
    let told = |field: &&Field<M>| field.carrier != Carrier::Tags && (field.applies)(model);
    let one = |field: &Field<M>| {
        let value = field.get(model);
        Setting {
            key: field.key,
            default: value == (field.default)(model),
            value: field.show(&value),
            attribute: matches!(field.carrier, Carrier::Attribute(_)),
        }
    };
    M::FIELDS.iter().filter(told).map(one).collect()
}
