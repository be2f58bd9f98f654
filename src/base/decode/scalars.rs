//! Text, bools and whole numbers.

use std::rc::Rc;

use super::{Cx, Decode, Generator, Schema, schema};
use crate::base::{
    diag::Diagnostic,
    yaml::{Node, NodeKind, shortened},
};

impl Decode for String {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        cx.text(node, "text").map(str::to_owned)
    }

    fn schema(_: &mut Generator) -> Schema {
        schema::text(None)
    }
}

impl Decode for bool {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        const WANTED: &str = "`true` or `false`";
        let text = cx.text(node, WANTED)?;
        let plain = matches!(node.kind, NodeKind::Scalar { plain: true, .. });
        let label = match (text, plain) {
            ("true", true) => return Some(true),
            ("false", true) => return Some(false),
            ("true" | "false", false) => format!("write `{text}` without quotes"),
            (other, _) => match other.to_ascii_lowercase().as_str() {
                "yes" | "on" | "y" | "1" | "true" | "enabled" => "write `true`".to_owned(),
                "no" | "off" | "n" | "0" | "false" | "disabled" => "write `false`".to_owned(),
                _ => String::new(),
            },
        };
        let message = format!("{} must be {WANTED}, found {}", cx.subject(node), node.describe());
        cx.report(Diagnostic::error("wrong-type", message).at(node.at, label));
        None
    }

    fn schema(_: &mut Generator) -> Schema {
        schema::boolean()
    }
}

macro_rules! decode_int {
    ($($int:ty),*) => {$(
        impl Decode for $int {
            fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
                let value = int(node, cx, <$int>::MIN.into(), <$int>::MAX.into(), "a whole number")?;
                <$int>::try_from(value).ok()
            }

            fn schema(_: &mut Generator) -> Schema {
                schema::integer(Some(<$int>::MIN.into()), Some(<$int>::MAX.into()))
            }
        }
    )*};
}

decode_int!(u16, u32, u64, i64);

/// A whole number in `min..=max`, in plain decimal digits. `wanted` is what a message says when it is none.
pub(super) fn int(node: &Rc<Node>, cx: &mut Cx<'_>, min: i128, max: i128, wanted: &str) -> Option<i128> {
    let text = cx.text(node, wanted)?;
    let plain = matches!(node.kind, NodeKind::Scalar { plain: true, .. });
    match number(text, min, max) {
        Number::Is(value) if plain => return Some(value),
        Number::Is(_) | Number::OutOfRange if !plain => {
            let message = format!("{} must be {wanted}, found {}", cx.subject(node), node.describe());
            let label = format!("write {} without quotes", shortened(text));
            cx.report(Diagnostic::error("wrong-type", message).at(node.at, label));
        }
        Number::Is(_) | Number::OutOfRange => {
            let message =
                format!("{} must be from {min} to {max}, found {}", cx.subject(node), shortened(text));
            cx.report(Diagnostic::error("out-of-range", message).at(node.at, ""));
        }
        Number::LeadingZero => {
            let message = format!("{} must be {wanted}, found {}", cx.subject(node), node.describe());
            let label = "write it without the leading zero";
            cx.report(Diagnostic::error("bad-value", message).at(node.at, label));
        }
        Number::Not => {
            let message = format!("{} must be {wanted}, found {}", cx.subject(node), node.describe());
            let digits = text.contains(|letter: char| letter.is_ascii_digit());
            let label = if digits { "digits only" } else { "" };
            cx.report(Diagnostic::error("wrong-type", message).at(node.at, label));
        }
    }
    None
}

enum Number {
    Is(i128),
    OutOfRange,
    /// `080`: octal to some readers, decimal to others.
    LeadingZero,
    Not,
}

fn number(text: &str, min: i128, max: i128) -> Number {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Number::Not;
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return Number::LeadingZero;
    }
    match text.parse() {
        Ok(value) if (min..=max).contains(&value) => Number::Is(value),
        Ok(_) | Err(_) => Number::OutOfRange,
    }
}
