//! The JSON Schema (Draft 2020-12) of what is read.
//!
//! It is what an editor completes and checks with, so it describes the text *before* variables are
//! replaced: wherever something else than text is wanted, `"${name}"` is legal too. It is never stricter
//! than the reader; in a few places (the range of `90s`, the order of units) it is more lenient.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Decode;

/// A JSON Schema.
pub type Schema = Value;

/// `${name}`, alone.
const VARIABLE: &str = r"^\$\{[a-z_][a-z0-9_]*\}$";

/// Collects the definitions that a schema refers to.
#[derive(Debug, Default)]
pub struct Generator {
    /// By name: what recorded it, and the schema once it is complete.
    defs: BTreeMap<String, (&'static str, Option<Schema>)>,
    optional: bool,
}

impl Generator {
    /// No definitions yet; required keys are required.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same without required keys: for a file that extends another one and may leave out anything.
    pub fn partial() -> Self {
        Generator { optional: true, ..Self::default() }
    }

    /// Whether required keys are required.
    pub(super) fn requires(&self) -> bool {
        !self.optional
    }

    /// A reference to the definition `name`, which `make` makes unless it is there already. A definition
    /// may refer to itself. `identity` tells apart definitions that happen to have the same name.
    pub fn define(
        &mut self,
        name: &str,
        identity: &'static str,
        make: impl FnOnce(&mut Self) -> Schema,
    ) -> Schema {
        let mut key = name.to_owned();
        let mut number = 2;
        while let Some((known, _)) = self.defs.get(&key) {
            if *known == identity {
                return reference(&key);
            }
            key = format!("{name}_{number}");
            number += 1;
        }
        self.defs.insert(key.clone(), (identity, None));
        let schema = make(self);
        let reference = reference(&key);
        self.defs.insert(key, (identity, Some(schema)));
        reference
    }

    /// The complete schema of `T`, with all definitions.
    pub fn root<T: Decode>(mut self, title: &str) -> Schema {
        let schema = T::schema(&mut self);
        let defs: Map<String, Value> =
            self.defs.into_iter().filter_map(|(name, (_, schema))| Some((name, schema?))).collect();
        let mut root = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": title });
        if let (Value::Object(root), Value::Object(schema)) = (&mut root, schema) {
            root.extend(schema);
            root.insert("$defs".to_owned(), Value::Object(defs));
        }
        root
    }
}

fn reference(name: &str) -> Schema {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// Accepts everything but null.
pub fn anything() -> Schema {
    json!({ "type": ["string", "number", "boolean", "array", "object"] })
}

/// Text, which may be written without quotes whatever it looks like. `max` counts characters.
pub fn text(max: Option<usize>) -> Schema {
    let mut schema = json!({ "type": ["string", "number", "boolean"] });
    if let (Some(max), Value::Object(schema)) = (max, &mut schema) {
        schema.insert("maxLength".to_owned(), json!(max));
    }
    schema
}

/// `true`, `false` or a variable.
pub fn boolean() -> Schema {
    json!({ "type": ["boolean", "string"], "pattern": VARIABLE })
}

/// A whole number within bounds, or a variable.
pub fn integer(min: Option<i128>, max: Option<i128>) -> Schema {
    let mut schema = json!({ "type": ["integer", "string"], "pattern": VARIABLE });
    bound(&mut schema, min, max);
    schema
}

/// Seconds within bounds, a text like `1h30m`, or text with a variable.
pub fn duration(min: i64, max: Option<i64>) -> Schema {
    let pattern = r"^([0-9]+[dhms])+$|^[0-9]+$|\$\{";
    let mut schema = json!({ "type": ["integer", "string"], "pattern": pattern });
    bound(&mut schema, Some(min.into()), max.map(i128::from));
    schema
}

/// One of these words, or text with a variable.
pub fn words(words: &[&str]) -> Schema {
    json!({ "anyOf": [{ "enum": words }, { "type": "string", "pattern": r"\$\{" }] })
}

/// A list, or a variable.
pub fn list(items: Schema) -> Schema {
    json!({ "type": ["array", "string"], "pattern": VARIABLE, "items": items })
}

/// A map with any keys, or a variable.
pub fn table(values: Schema) -> Schema {
    json!({ "type": ["object", "string"], "pattern": VARIABLE, "additionalProperties": values })
}

/// Any of several forms.
pub fn any_of(forms: Vec<Schema>) -> Schema {
    json!({ "anyOf": forms })
}

/// The schema with a description, unless there is nothing to say.
pub fn described(mut schema: Schema, doc: &str) -> Schema {
    if let (Value::Object(schema), false) = (&mut schema, doc.is_empty()) {
        schema.insert("description".to_owned(), json!(doc));
    }
    schema
}

fn bound(schema: &mut Schema, min: Option<i128>, max: Option<i128>) {
    let Value::Object(schema) = schema else { return };
    for (key, limit) in [("minimum", min), ("maximum", max)] {
        // A bound that JSON numbers cannot hold is no bound that a file could pass.
        if let Some(limit) = limit.and_then(|limit| i64::try_from(limit).ok()) {
            schema.insert(key.to_owned(), json!(limit));
        }
    }
}

/// The schema of a map, while its keys are asked for.
#[derive(Debug, Default)]
pub(super) struct ObjectSchema {
    pub(super) properties: Map<String, Value>,
    pub(super) required: Vec<&'static str>,
    pub(super) free_prefixes: Vec<&'static str>,
    pub(super) exactly_one: Vec<Vec<&'static str>>,
}

impl ObjectSchema {
    pub(super) fn finish(self, requires: bool) -> Schema {
        let mut schema = json!({
            "type": ["object", "string"],
            "pattern": VARIABLE,
            "properties": self.properties,
            "additionalProperties": false,
        });
        let Value::Object(fields) = &mut schema else { return schema };
        let prefixes = self.free_prefixes.iter().map(|prefix| (format!("^{prefix}"), json!(true)));
        let prefixes: Map<String, Value> = prefixes.collect();
        if !prefixes.is_empty() {
            fields.insert("patternProperties".to_owned(), Value::Object(prefixes));
        }
        if requires && !self.required.is_empty() {
            fields.insert("required".to_owned(), json!(self.required));
        }
        let one = |keys: &Vec<&str>| {
            let each: Vec<Value> = keys.iter().map(|key| json!({ "required": [key] })).collect();
            // A variable in place of the map has no keys at all.
            json!({ "if": { "type": "object" }, "then": { "oneOf": each } })
        };
        let choices: Vec<Value> = self.exactly_one.iter().map(one).collect();
        if requires && !choices.is_empty() {
            fields.insert("allOf".to_owned(), Value::Array(choices));
        }
        schema
    }
}
