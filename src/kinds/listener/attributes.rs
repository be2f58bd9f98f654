//! The attributes of a listener: headers that it sets, renames or leaves out. API: `ListenerAttribute`.
//!
//! They are only read for one-off commands and for specs that say something of them: else
//! [`Listener::attributes`](super::Listener) is empty, and their rows mean nothing. Of those that a spec leaves out, each
//! stays as it is.

use serde_json::{Value, json};

use super::model::{Listener, Protocol};
use super::spec::ListenerSpec;
use crate::base::{Diagnostic, Diagnostics, Ty};
use crate::model::field::{Attributes, Carrier, Field, Model};

/// The longest value of an attribute. API: `ListenerAttribute`, `Value`.
const LONGEST: usize = 1024;

fn is_read(listener: &Listener) -> bool {
    !listener.attributes.is_empty()
}

fn is_read_tls(listener: &Listener) -> bool {
    is_read(listener) && listener.protocol == Protocol::Https
}

/// The name of a header about TLS that targets get; `standard` is AWS's own.
pub(super) const fn request(
    key: &'static str,
    aws: &'static str,
    standard: fn(&Listener) -> Value,
    doc: &'static str,
) -> Field<Listener> {
    let applies: fn(&Listener) -> bool = is_read_tls;
    Field { applies, ..Field::attribute(key, aws, Ty::Text { max: LONGEST }, standard, doc) }
}

/// A header that clients get; empty: none.
pub(super) const fn response(key: &'static str, aws: &'static str, doc: &'static str) -> Field<Listener> {
    let applies: fn(&Listener) -> bool = is_read;
    Field { applies, ..Field::attribute(key, aws, Ty::Text { max: LONGEST }, |_| json!(""), doc) }
}

/// Whether clients get AWS's `Server` header.
pub(super) const fn server(key: &'static str, aws: &'static str, doc: &'static str) -> Field<Listener> {
    let applies: fn(&Listener) -> bool = is_read;
    Field { applies, ..Field::attribute(key, aws, Ty::Bool, |_| json!(true), doc) }
}

/// Whether a row is of this sort.
pub fn is_header(key: &str) -> bool {
    key.starts_with("response_headers.") || key.starts_with("request_headers.")
}

/// Reports what AWS would refuse of the attributes.
pub fn check(listener: &Listener) -> Vec<Diagnostic> {
    listener.attributes.iter().filter_map(|(key, value)| problem(key, value.as_str()?)).collect()
}

/// Reports what AWS would refuse of the attributes that a spec gives.
pub fn check_spec(spec: &ListenerSpec, diags: &mut Diagnostics) {
    for (key, given) in &spec.rows {
        diags
            .extend(given.value.as_str().and_then(|text| problem(key, text)).map(|one| one.at(given.at, "")));
        if key.starts_with(ABOUT_TLS) && spec.protocol() == Protocol::Http {
            let message = format!("`{key}` goes with HTTPS only");
            diags.push(Diagnostic::error("conflicting-keys", message).at(given.at, ""));
        }
    }
}

/// The keys of the headers about TLS begin so.
const ABOUT_TLS: &str = "request_headers.";

/// Fills what a spec leaves out with what is live, or, for a listener that is new, with what AWS makes it.
pub fn inherit(wanted: &mut Listener, live: Option<&Listener>) {
    if wanted.attributes.is_empty() {
        return;
    }
    let rows = Listener::FIELDS.iter().filter(|row| matches!(row.carrier, Carrier::Attribute(_)));
    let all: Attributes = rows
        .map(|row| {
            let read = live.and_then(|live| live.attributes.get(row.key).cloned());
            (row.key.to_owned(), read.unwrap_or_else(|| (row.default)(wanted)))
        })
        .collect();
    for (key, value) in all {
        wanted.attributes.entry(key).or_insert(value);
    }
}

fn problem(key: &str, value: &str) -> Option<Diagnostic> {
    let bad = |wanted: &str| {
        let message = format!("`{key}` must be {wanted}, found `{value}`");
        Some(Diagnostic::error("bad-value", message))
    };
    if value.chars().any(char::is_control) {
        return bad("one line of text");
    }
    if key.starts_with(ABOUT_TLS) {
        let fine = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        let is_name = !value.is_empty() && value.chars().all(fine);
        return if is_name { None } else { bad("the name of a header: letters, digits, `-` and `_`") };
    }
    // Empty: the header is not set.
    if value.is_empty() {
        return None;
    }
    // Other rows of a listener are no headers.
    match key {
        "response_headers.x_content_type_options" if value != "nosniff" => bad("`nosniff`"),
        "response_headers.x_frame_options" if !is_frame_option(value) => {
            bad("`DENY`, `SAMEORIGIN` or `ALLOW-FROM` with a URI")
        }
        "response_headers.access_control_allow_credentials" if value != "true" => bad("`true`"),
        "response_headers.access_control_max_age" if value.parse::<u32>().is_err() => {
            bad("a whole number of seconds")
        }
        _ => None,
    }
}

fn is_frame_option(value: &str) -> bool {
    ["DENY", "SAMEORIGIN"].contains(&value)
        || value.strip_prefix("ALLOW-FROM ").is_some_and(|uri| !uri.trim().is_empty())
}
