//! Key-value attributes: what a table of them needs, whatever they belong to.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::names;
use crate::services::refuse;
use crate::state::elbv2::Attributes;
use crate::wire::ApiError;

/// One attribute of the tables.
pub(super) struct Attribute {
    pub(super) key: &'static str,
    pub(super) values: Values,
    /// The value of a new resource.
    pub(super) default: &'static str,
}

/// The values that an attribute takes.
pub(super) enum Values {
    /// `true` or `false`.
    Bool,
    /// A whole number in this range.
    Int(u32, u32),
    /// 0, which switches it off, or a whole number in this range.
    ZeroOr(u32, u32),
    /// `off`, or a whole number in this range.
    OffOr(u32, u32),
    /// One of these.
    OneOf(&'static [&'static str]),
    /// An HTTP header's name; empty resets it.
    HeaderName,
    /// Anything printable, in one line.
    Text,
    /// What this says; the text names what is right.
    Check(fn(&str) -> bool, &'static str),
}

pub(super) const fn row(key: &'static str, values: Values, default: &'static str) -> Attribute {
    Attribute { key, values, default }
}

/// LoadBalancerAttribute, ListenerAttribute and TargetGroupAttribute of a request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Given {
    pub(super) key: Option<String>,
    pub(super) value: Option<String>,
}

/// Checks keys and values of a request against a table, each for itself.
pub(super) fn check(given: Vec<Given>, table: &[Attribute], of: &str) -> Result<Attributes, ApiError> {
    refuse(given.is_empty(), || ApiError::validation("At least one attribute must be specified"))?;
    let mut seen = BTreeSet::new();
    let mut checked = Attributes::new();
    for Given { key, value } in given {
        let key = key.ok_or_else(|| ApiError::validation("An attribute must have a key"))?;
        let value = value.unwrap_or_default();
        let attribute = table.iter().find(|a| a.key == key);
        let attribute = attribute
            .ok_or_else(|| ApiError::validation(format!("{of} attribute key '{key}' is not recognized")))?;
        refuse(!seen.insert(key.clone()), || {
            ApiError::validation(format!("{of} attribute key '{key}' cannot be specified more than once"))
        })?;
        attribute.check(&value, of)?;
        checked.insert(key, value);
    }
    Ok(checked)
}

impl Attribute {
    fn check(&self, value: &str, of: &str) -> Result<(), ApiError> {
        let number = || value.parse::<u32>().ok().filter(|_| value.bytes().all(|b| b.is_ascii_digit()));
        let within = |min, max| number().is_some_and(|n| (min..=max).contains(&n));
        let (ok, wanted) = match &self.values {
            Values::Bool => (matches!(value, "true" | "false"), "'true' or 'false'".to_owned()),
            Values::Int(min, max) => (within(*min, *max), format!("between {min} and {max}")),
            Values::ZeroOr(min, max) => {
                (value == "0" || within(*min, *max), format!("0 or between {min} and {max}"))
            }
            Values::OffOr(min, max) => {
                (value == "off" || within(*min, *max), format!("'off' or between {min} and {max}"))
            }
            Values::OneOf(set) => (set.contains(&value), format!("one of [{}]", set.join(", "))),
            Values::HeaderName => (value.is_empty() || names::is_token(value), "a header name".to_owned()),
            Values::Text => {
                (!value.chars().any(char::is_control), "text without control characters".to_owned())
            }
            Values::Check(is_ok, wanted) => (is_ok(value), (*wanted).to_owned()),
        };
        // API model, LoadBalancerAttributeValue: at most 1024 characters.
        let ok = ok && value.chars().count() <= 1024;
        refuse(!ok, || {
            ApiError::validation(format!(
                "{of} attribute '{}' has the value '{value}', but must be {wanted}",
                self.key
            ))
        })
    }
}

/// The value of a key: as set, else the table's default, else nothing.
pub(super) fn value<'a>(set: &'a Attributes, table: &'a [Attribute], key: &str) -> &'a str {
    let default = || table.iter().find(|a| a.key == key).map_or("", |a| a.default);
    set.get(key).map_or_else(default, String::as_str)
}

/// `Attributes` of an answer: every key of the table, in its order.
pub(super) fn describe<'a>(set: &Attributes, rows: impl Iterator<Item = &'a Attribute>) -> Value {
    let one = |row: &Attribute| {
        let value = set.get(row.key).map_or(row.default, String::as_str);
        json!({ "Key": row.key, "Value": value })
    };
    json!({ "Attributes": rows.map(one).collect::<Vec<_>>() })
}
