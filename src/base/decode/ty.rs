//! What a scalar attribute accepts.

use std::rc::Rc;

use serde_json::Value;

use super::{Cx, Decode, Schema, Seconds, duration, scalars, schema};
use crate::base::{
    diag::Diagnostic,
    yaml::{Node, NodeKind},
};

/// What a scalar attribute accepts. It drives reading, messages, the schema and how a value is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ty {
    /// `true` or `false`.
    Bool,
    /// A whole number, bounds included.
    Int {
        /// The smallest legal value.
        min: i64,
        /// The largest legal value.
        max: i64,
    },
    /// `off`, or a whole number, bounds included.
    OffOr {
        /// The smallest legal number.
        min: i64,
        /// The largest legal number.
        max: i64,
    },
    /// A duration in seconds, bounds included.
    Seconds {
        /// The shortest legal duration in seconds.
        min: i64,
        /// The longest legal duration in seconds.
        max: i64,
    },
    /// Text.
    Text {
        /// The largest number of characters.
        max: usize,
    },
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// What switches off a value that otherwise is a number.
pub const OFF: &str = "off";

impl Ty {
    /// The value: a bool, a number (durations in seconds) or a string. `None` after a report.
    pub fn read(self, node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Value> {
        match self {
            Ty::Bool => bool::decode(node, cx).map(Value::from),
            Ty::Int { min, max } => {
                let value = scalars::int(node, cx, min.into(), max.into(), &self.wanted())?;
                i64::try_from(value).ok().map(Value::from)
            }
            Ty::OffOr { min, max } => self.read_off_or(node, cx, min, max),
            Ty::Seconds { min, max } => self.read_seconds(node, cx, min, max).map(Value::from),
            Ty::Text { max } => read_text(node, cx, max).map(Value::from),
            Ty::OneOf(words) => cx.word(node, words).map(Value::from),
        }
    }

    fn read_off_or(self, node: &Rc<Node>, cx: &mut Cx<'_>, min: i64, max: i64) -> Option<Value> {
        if matches!(&node.kind, NodeKind::Scalar { text, .. } if text == OFF) {
            return Some(Value::from(OFF));
        }
        let value = scalars::int(node, cx, min.into(), max.into(), &self.wanted())?;
        i64::try_from(value).ok().map(Value::from)
    }

    fn read_seconds(self, node: &Rc<Node>, cx: &mut Cx<'_>, min: i64, max: i64) -> Option<i64> {
        let seconds = duration::read(node, cx, &self.wanted())?;
        let value = i64::try_from(seconds.0).ok().filter(|value| (min..=max).contains(value));
        if value.is_none() {
            let (min, max) = (show_seconds(min), show_seconds(max));
            let message = format!("{} must be from {min} to {max}, found {seconds}", cx.subject(node));
            cx.report(Diagnostic::error("out-of-range", message).at(node.at, ""));
        }
        value
    }

    /// How the value is written in a spec and shown in a plan: `30s`, `on`, text as it is. A value of
    /// another type is shown as JSON.
    pub fn show(self, value: &Value) -> String {
        match (self, value) {
            (Ty::Bool, Value::Bool(true)) => "on".to_owned(),
            (Ty::Bool, Value::Bool(false)) => "off".to_owned(),
            (Ty::Seconds { .. }, Value::Number(number)) => {
                number.as_i64().map_or_else(|| number.to_string(), show_seconds)
            }
            (_, Value::String(text)) => text.clone(),
            (_, Value::Null) => "none".to_owned(),
            (_, other) => other.to_string(),
        }
    }

    /// The JSON Schema of what [`Ty::read`] accepts.
    pub fn schema(self) -> Schema {
        match self {
            Ty::Bool => schema::boolean(),
            Ty::Int { min, max } => schema::integer(Some(min.into()), Some(max.into())),
            Ty::OffOr { min, max } => {
                let number = schema::integer(Some(min.into()), Some(max.into()));
                schema::any_of(vec![schema::words(&[OFF]), number])
            }
            Ty::Seconds { min, max } => schema::duration(min, Some(max)),
            Ty::Text { max } => schema::text(Some(max)),
            Ty::OneOf(words) => schema::words(words),
        }
    }

    /// What a message says is wanted: "a duration from 1s to 1h6m40s".
    pub fn wanted(self) -> String {
        match self {
            Ty::Bool => "`true` or `false`".to_owned(),
            Ty::Int { min, max } => format!("a whole number from {min} to {max}"),
            Ty::OffOr { min, max } => format!("`{OFF}` or a whole number from {min} to {max}"),
            Ty::Seconds { min, max } => {
                format!("a duration from {} to {}", show_seconds(min), show_seconds(max))
            }
            Ty::Text { max } => format!("text of at most {max} characters"),
            Ty::OneOf(words) => one_of(words),
        }
    }
}

/// "`a`", "`a` or `b`", "one of `a`, `b`, `c`".
pub(super) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [one] => one.clone(),
        [one, other] => format!("{one} or {other}"),
        many => format!("one of {}", many.join(", ")),
    }
}

fn read_text(node: &Rc<Node>, cx: &mut Cx<'_>, max: usize) -> Option<String> {
    let text = cx.text(node, "text")?;
    let count = text.chars().count();
    if count <= max {
        return Some(text.to_owned());
    }
    let message = format!("{} has {count} characters, more than {max}", cx.subject(node));
    cx.report(Diagnostic::error("out-of-range", message).at(node.at, ""));
    None
}

fn show_seconds(value: i64) -> String {
    match u64::try_from(value) {
        Ok(seconds) => Seconds(seconds).to_string(),
        Err(_) => format!("{value}s"),
    }
}
