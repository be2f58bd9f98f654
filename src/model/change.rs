//! Changes: what differs between the spec and AWS, before it is cut into calls.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ResourceId;

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// It does not exist yet.
    Create,
    /// It changes in place.
    Update,
    /// A field differs that no API call changes: a new one takes its place.
    Replace,
    /// It is ours and no longer in the spec.
    Delete,
    /// It is ours under another key or stack: its tags are rewritten, and it may change in place too.
    Rename,
    /// It is not ours and is taken over: it gets our tags, and may change in place too.
    Adopt,
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field's key: its dotted place in the spec.
    pub key: String,
    /// The live value.
    pub from: Value,
    /// The wanted value.
    pub to: Value,
    /// The live value as the spec would write it.
    pub from_text: String,
    /// The wanted value as the spec writes it.
    pub to_text: String,
    /// The wanted value is AWS's default, because the spec leaves the field out.
    pub default: bool,
    /// No API call changes the field.
    pub replaces: bool,
}

/// What happens to one resource, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The resource.
    pub id: ResourceId,
    /// What happens to it.
    pub verb: Verb,
    /// What AWS calls it, or where it is: a name, a port, a priority with its conditions.
    pub label: String,
    /// One line about what is made or removed; empty for an update, whose fields say it.
    pub summary: String,
    /// The fields that differ; empty for creations and deletions.
    pub fields: Vec<FieldChange>,
    /// How it is done where one call is not enough, in words; one line or several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub how: Option<String>,
    /// `note:` of the spec, for people.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// `FILE:LINE` of the resource in the spec; none for a deletion.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<String>,
}
