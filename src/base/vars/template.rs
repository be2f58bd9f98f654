//! The parts of a text with variables.

use std::ops::Range;

use super::is_variable_name;

/// A part of a text; the ranges are bytes of that text.
#[derive(Debug, PartialEq)]
pub(super) enum Part<'t> {
    /// Stands for itself.
    Text(&'t str),
    /// `${name}`.
    Use { name: &'t str, at: Range<usize> },
    /// `${` and something that is no variable.
    Bad { message: String, at: Range<usize> },
}

/// The parts of a text, in order.
pub(super) fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let (part, taken) = next(rest, at);
        at += taken;
        Some(part)
    })
}

/// The first part of a text that is not empty and stands at `start` of the whole, and its length.
fn next(rest: &str, start: usize) -> (Part<'_>, usize) {
    if rest.starts_with("$${") {
        return (Part::Text("${"), 3);
    }
    let Some(inner) = rest.strip_prefix("${") else {
        let end = literal_end(rest);
        return (Part::Text(rest.get(..end).unwrap_or(rest)), end);
    };
    let Some((name, _)) = inner.split_once('}') else {
        let at = start..start + rest.len();
        return (Part::Bad { message: "`${` is never closed".to_owned(), at }, rest.len());
    };
    let taken = name.len() + 3;
    let at = start..start + taken;
    if is_variable_name(name) {
        return (Part::Use { name, at }, taken);
    }
    (Part::Bad { message: complaint(name), at }, taken)
}

/// Where the text before the next `${` or `$${` ends.
fn literal_end(rest: &str) -> usize {
    let opening = rest.find("${").unwrap_or(rest.len());
    let escaped = rest.find("$${").unwrap_or(rest.len());
    opening.min(escaped)
}

fn complaint(name: &str) -> String {
    let name = crate::base::yaml::shortened(name);
    let simple = name.trim();
    if name.is_empty() {
        "`${}` names no variable".to_owned()
    } else if is_variable_name(simple) {
        format!("write `${{{simple}}}`, without blanks")
    } else if is_variable_name(&simple.to_lowercase()) {
        format!("`${{{name}}}`: the name of a variable has no capital letters")
    } else {
        format!("`${{{name}}}` is not a variable: there are only names (a-z, 0-9 and _), no expressions")
    }
}
