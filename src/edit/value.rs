//! New values: as a tree, and as text.

use std::rc::Rc;

use super::lines::Style;
use crate::base::{Key, Node, NodeKind, Span};

/// A value to be written. Scalars are kept by their text, as the spec language does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A scalar, by its text as it stands in a spec (`$${` for a literal `${`).
    Scalar {
        /// The text.
        text: String,
        /// Written in quotes even where it could do without.
        quoted: bool,
    },
    /// A list.
    List(Vec<Value>),
    /// A map in this order; each key once.
    Map(Vec<(String, Value)>),
}

/// How a new map or list is laid out. Scalars are written in one line always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// In braces where that fits the line, on lines of its own otherwise.
    #[default]
    Auto,
    /// In braces, in one line.
    Flow,
    /// On lines of its own; what is inside is laid out by itself. Inside of braces it is in braces all the same.
    Block,
}

/// Columns that a line takes at most, where there is a choice.
const WIDTH: usize = 100;

impl Value {
    /// A scalar with this text; `${` in it is text, not a variable. In quotes only where it must be.
    pub fn text(text: impl AsRef<str>) -> Self {
        Value::Scalar { text: text.as_ref().replace("${", "$${"), quoted: false }
    }

    /// A map.
    pub fn map<const N: usize>(entries: [(&str, Value); N]) -> Self {
        Value::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A list of texts.
    pub fn texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Self {
        Value::List(items.into_iter().map(Value::text).collect())
    }

    /// What a node holds; the places are left behind.
    pub fn of(node: &Node) -> Self {
        match &node.kind {
            NodeKind::Scalar { text, plain } => Value::Scalar { text: text.clone(), quoted: !plain },
            NodeKind::Seq(items) => Value::List(items.iter().map(|item| Value::of(item)).collect()),
            NodeKind::Map(entries) => {
                Value::Map(entries.iter().map(|(key, value)| (key.name.clone(), Value::of(value))).collect())
            }
        }
    }

    /// The value as a tree that was written nowhere.
    pub(super) fn node(&self, style: &Style) -> Rc<Node> {
        match self {
            Value::Scalar { text, quoted } => {
                Node::scalar(text.clone(), plain(text, *quoted, style), Span::NONE)
            }
            Value::List(items) => Node::seq(items.iter().map(|item| item.node(style)).collect(), Span::NONE),
            Value::Map(entries) => {
                let entries =
                    entries.iter().map(|(key, value)| (Key::new(key, Span::NONE), value.node(style)));
                Node::map(entries.collect(), Span::NONE)
            }
        }
    }

    /// The value in one line.
    pub(super) fn flow(&self, style: &Style) -> String {
        match self {
            Value::Scalar { text, quoted } => scalar(text, plain(text, *quoted, style)),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.flow(style)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Map(entries) if entries.is_empty() => "{}".to_owned(),
            Value::Map(entries) => {
                let entry =
                    |(name, value): &(String, Value)| format!("{}: {}", key(name, style), value.flow(style));
                format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Whether it is better in lines of its own, behind something that takes `columns`.
    pub(super) fn below(&self, layout: Layout, columns: usize, style: &Style) -> bool {
        let empty = match self {
            Value::Scalar { .. } => true,
            Value::List(items) => items.is_empty(),
            Value::Map(entries) => entries.is_empty(),
        };
        match layout {
            _ if empty => false,
            Layout::Flow => false,
            Layout::Block => true,
            Layout::Auto => columns + self.flow(style).chars().count() > WIDTH,
        }
    }

    /// The value on lines of its own, each entry at `indent`; the first line without it and the last without its
    /// break. For a map or a list that is not empty.
    pub(super) fn block(&self, indent: usize, style: &Style) -> String {
        let lines: Vec<String> = match self {
            Value::Scalar { .. } => vec![self.flow(style)],
            Value::List(items) => items.iter().map(|one| item(one, Layout::Auto, indent, style)).collect(),
            Value::Map(entries) => {
                entries.iter().map(|(key, value)| entry(key, value, Layout::Auto, indent, style)).collect()
            }
        };
        lines.join(&format!("{}{}", style.newline, " ".repeat(indent)))
    }
}

/// `key: value` in a map whose keys stand at `indent`; the first line without the indentation.
pub(super) fn entry(name: &str, value: &Value, layout: Layout, indent: usize, style: &Style) -> String {
    let key = key(name, style);
    if !value.below(layout, indent + key.chars().count() + 2, style) {
        return format!("{key}: {}", value.flow(style));
    }
    let deeper = indent + style.step;
    format!("{key}:{}{}{}", style.newline, " ".repeat(deeper), value.block(deeper, style))
}

/// `- value` in a list whose dashes stand at `indent`; the first line without the indentation.
pub(super) fn item(value: &Value, layout: Layout, indent: usize, style: &Style) -> String {
    match value.below(layout, indent + 2, style) {
        true => format!("- {}", value.block(indent + 2, style)),
        false => format!("- {}", value.flow(style)),
    }
}

/// A key as it is written.
pub(super) fn key(name: &str, style: &Style) -> String {
    scalar(name, !style.json && simple(name))
}

fn plain(text: &str, quoted: bool, style: &Style) -> bool {
    if style.json { json_word(text) && !quoted } else { !quoted && simple(text) }
}

/// What JSON knows without quotes.
fn json_word(text: &str) -> bool {
    matches!(text, "true" | "false" | "null") || serde_json::from_str::<serde_json::Number>(text).is_ok()
}

/// Whether a text means itself without quotes, in braces and out of them, wherever it stands in a line.
fn simple(text: &str) -> bool {
    let first = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_');
    let inner = |c: char| c.is_ascii_alphanumeric() || "/._-+=@*()$;".contains(c) || c == ':' || c == ' ';
    let null = matches!(text, "null" | "Null" | "NULL");
    let unsigned =
        text.strip_prefix(['-', '+']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    unsigned.unwrap_or(text).starts_with(first)
        && text.chars().all(inner)
        && !null
        && !text.contains("${")
        && !text.contains("  ")
        && !text.contains(": ")
        && !text.ends_with([' ', ':'])
        && !text.starts_with("...")
}

fn scalar(text: &str, plain: bool) -> String {
    if plain { text.to_owned() } else { quoted(text) }
}

/// In double quotes: the escapes are those that JSON has too.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
