//! Reading the scalar fields of a kind from a spec: driven by its table, so that an attribute needs a row only.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use super::tagging::ownership;
use crate::base::{
    Cx, Decode, Generator, Located, Node, ObjectReader, Place, Schema, TextMap, object, record,
};
use crate::model::field::{self, Form, Model};
use crate::model::world::Tags;

/// The values that a spec gives, by the key of their row.
pub type Rows = BTreeMap<&'static str, Located<Value>>;

/// Asks for every scalar field of the table that stands directly under `prefix` (empty, or ending in a dot); the
/// keys in `required` must be there.
pub fn read<M: Model>(r: &mut ObjectReader<'_, '_>, prefix: &str, required: &[&str]) -> Rows {
    let mut rows = Rows::new();
    for field in M::FIELDS {
        let (Form::Scalar(ty), Some(key)) = (field.form, field.key.strip_prefix(prefix)) else { continue };
        if key.contains('.') {
            continue;
        }
        let value = match required.contains(&key) {
            true => r.required_scalar(key, field.doc, ty),
            false => r.scalar(key, field.doc, ty),
        };
        rows.extend(value.map(|value| (field.key, value)));
    }
    rows
}

/// Sets what the rows give, then the defaults of all other fields but those in `also_given`.
pub fn fill<M: Model>(model: &mut M, rows: &Rows, also_given: &[&str]) {
    for field in M::FIELDS {
        if let Some(value) = rows.get(field.key) {
            field.set(model, value.value.clone());
        }
    }
    field::fill_defaults(model, |key| rows.contains_key(key) || also_given.contains(&key));
}

/// Where each row was written.
pub fn places(rows: &Rows) -> BTreeMap<String, Place> {
    rows.iter().map(|(key, value)| ((*key).to_owned(), value.at)).collect()
}

/// The text of a row; none when the spec leaves it out.
pub fn text<'r>(rows: &'r Rows, key: &str) -> Option<Located<&'r str>> {
    let value = rows.get(key)?;
    value.value.as_str().map(|text| Located::new(text, value.at))
}

/// What every resource of a spec may say beside its own fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Common {
    /// For people; shown in plans, never sent.
    pub note: Option<String>,
    /// True: plans that would delete or replace it are refused.
    pub protect: Option<bool>,
    /// False: as if it were not written.
    pub enabled: Option<bool>,
    /// Fields that are left as they are.
    pub ignore: Vec<Located<String>>,
    /// Tags beside the stack's.
    pub tags: TextMap,
    /// Where the resource comes from.
    pub moved: Option<MovedSpec>,
}

/// `moved: { from: KEY }`.
#[derive(Clone, Debug, PartialEq)]
pub struct MovedSpec {
    /// The key before; for a rule that of its listener may stand before it, with a slash.
    pub from: Located<String>,
}

impl MovedSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let from = r.required("from", "The key that it had before.");
        Some(Self { from: from? })
    }
}

impl Decode for MovedSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "moved", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "moved", Self::read)
    }
}

impl Common {
    /// Asks for the keys that all resources share.
    pub fn read(r: &mut ObjectReader<'_, '_>) -> Self {
        let note = r.optional("note", "For people: shown in plans, never sent to AWS.");
        let protect = r.optional("protect", "Refuses every plan that would delete or replace the resource.");
        let enabled = r.optional("enabled", "`false` is as if the resource were not written.");
        let ignore: Option<Vec<_>> = r.optional("ignore", "Fields that are left as they are.");
        let tags = r.optional("tags", "Tags beside the stack's.");
        let moved = r.optional("moved", "The resource had another key before.");
        let (ignore, tags) = (ignore.unwrap_or_default(), tags.unwrap_or_default());
        Self { note, protect, enabled, ignore, tags, moved }
    }

    /// Whether the resource is there at all.
    pub fn is_enabled(&self) -> bool {
        self.enabled != Some(false)
    }
}

/// Tags of the stack with those of a resource over them, and the one that protects it.
pub fn merged_tags(stack: &TextMap, common: &Common) -> Tags {
    let both = stack.iter().chain(common.tags.iter());
    let mut tags: Tags = both.map(|(key, value)| (key.value.clone(), value.value.clone())).collect();
    if common.protect == Some(true) {
        tags.insert(ownership::PROTECT.to_owned(), "true".to_owned());
    }
    tags
}
