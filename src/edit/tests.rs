//! Edits by hand, by chance, and of the specs of the repository.

mod by_hand;
mod layers;
mod properties;
mod refusals;
mod specs;

use super::*;

/// The text after one edit.
pub(super) fn edited(text: &str, edit: Edit) -> String {
    match apply(text, "a.yaml", &[edit]) {
        Ok(text) => text,
        Err(error) => panic!("{error}\n{:?}\n{text}", error.diagnostic),
    }
}

/// A path such as `a.b[0].c`.
pub(super) fn path(text: &str) -> Vec<Segment> {
    let mut out = Vec::new();
    for part in text.split('.') {
        let (key, rest) = part.split_once('[').unwrap_or((part, ""));
        if !key.is_empty() {
            out.push(Segment::from(key));
        }
        for index in rest.split('[').filter(|index| !index.is_empty()) {
            out.push(Segment::Index(index.trim_end_matches(']').parse().expect("an index")));
        }
    }
    out
}

pub(super) fn set(at: &str, value: Value) -> Edit {
    Edit::set(path(at), value)
}

pub(super) fn text(value: &str) -> Value {
    Value::text(value)
}

pub(super) fn cookie(duration: &str) -> Value {
    Value::map([("lb_cookie", text(duration))])
}
