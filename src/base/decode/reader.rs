//! Asking a map for its keys.

use std::rc::Rc;

use serde_json::Value;

use super::{
    Cx, Decode, Generator, Schema, Ty,
    cx::NULL_HELP,
    object,
    schema::{ObjectSchema, described},
};
use crate::base::{
    diag::{Diagnostic, listed, suggest},
    located::{Located, Place},
    yaml::{Key, Node, shortened},
};

/// Reads a map: each key is asked for, and what was not asked for is reported as unknown.
///
/// Without a map it records: every ask returns `None` and becomes a property of the schema. So ask for
/// all keys first, whatever the answers are, and only then return early.
pub struct ObjectReader<'r, 'a> {
    input: Input<'r>,
    cx: &'r mut Cx<'a>,
    what: &'static str,
    bad: bool,
}

enum Input<'r> {
    Map { node: &'r Rc<Node>, entries: &'r [(Key, Rc<Node>)], asked: Asked },
    Record { generator: &'r mut Generator, schema: ObjectSchema },
}

/// The keys of the language.
#[derive(Default)]
struct Asked {
    known: Vec<&'static str>,
    /// Legal but not built yet: no complaint about being unknown, and no suggestion.
    later: Vec<&'static str>,
    free_prefixes: Vec<&'static str>,
    /// Keys that are not there although one of them must be.
    missing: Vec<Vec<&'static str>>,
}

impl<'r, 'a> ObjectReader<'r, 'a> {
    pub(super) fn new(
        node: &'r Rc<Node>,
        entries: &'r [(Key, Rc<Node>)],
        cx: &'r mut Cx<'a>,
        what: &'static str,
    ) -> Self {
        ObjectReader { input: Input::Map { node, entries, asked: Asked::default() }, cx, what, bad: false }
    }

    pub(super) fn recording(generator: &'r mut Generator, cx: &'r mut Cx<'a>, what: &'static str) -> Self {
        // Nothing that is asked for is there, so checks among the values make no sense.
        let input = Input::Record { generator, schema: ObjectSchema::default() };
        ObjectReader { input, cx, what, bad: true }
    }

    /// A key that must be there; `missing-key` if it is not.
    pub fn required<T: Decode>(&mut self, key: &'static str, doc: &'static str) -> Option<T> {
        self.with(key, doc, true, T::schema, T::decode)
    }

    /// A key that may be left out. `None` also means that its value is bad: see [`ObjectReader::has`].
    pub fn optional<T: Decode>(&mut self, key: &'static str, doc: &'static str) -> Option<T> {
        self.with(key, doc, false, T::schema, T::decode)
    }

    /// A scalar attribute that may be left out.
    pub fn scalar(&mut self, key: &'static str, doc: &'static str, ty: Ty) -> Option<Located<Value>> {
        self.scalar_with(key, doc, ty, false)
    }

    /// A scalar attribute that must be there.
    pub fn required_scalar(
        &mut self,
        key: &'static str,
        doc: &'static str,
        ty: Ty,
    ) -> Option<Located<Value>> {
        self.scalar_with(key, doc, ty, true)
    }

    fn scalar_with(
        &mut self,
        key: &'static str,
        doc: &'static str,
        ty: Ty,
        required: bool,
    ) -> Option<Located<Value>> {
        let read = |node: &Rc<Node>, cx: &mut Cx<'_>| Some(Located::new(ty.read(node, cx)?, node.at));
        self.with(key, doc, required, |_| ty.schema(), read)
    }

    /// A map under a key that may be left out, read in place: for a map that is no type of its own.
    pub fn nested<T>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        read: impl FnOnce(&mut ObjectReader<'_, '_>) -> Option<T>,
    ) -> Option<T> {
        match &mut self.input {
            Input::Record { generator, schema } => {
                let inner = object::inline(generator, key, read);
                schema.properties.insert(key.to_owned(), described(inner, doc));
                None
            }
            Input::Map { .. } => {
                let decode = |node: &Rc<Node>, cx: &mut Cx<'_>| object(node, cx, key, read);
                self.with(key, doc, false, |_| Schema::Null, decode)
            }
        }
    }

    /// The general form of an ask: how the key's value is read, and its schema.
    pub fn with<T>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        required: bool,
        schema: impl FnOnce(&mut Generator) -> Schema,
        read: impl FnOnce(&Rc<Node>, &mut Cx<'_>) -> Option<T>,
    ) -> Option<T> {
        let (node, entries, asked) = match &mut self.input {
            Input::Record { generator, schema: recorded } => {
                let property = described(schema(generator), doc);
                recorded.properties.insert(key.to_owned(), property);
                if required {
                    recorded.required.push(key);
                }
                return None;
            }
            Input::Map { node, entries, asked } => (*node, *entries, asked),
        };
        asked.known.push(key);
        let Some(index) = entries.iter().position(|(found, _)| found.name == key) else {
            if required {
                asked.missing.push(vec![key]);
                self.bad = true;
            }
            return None;
        };
        let value = self.cx.child(node, index, |value, cx| {
            // A null is an error for every type alike, also for those that take anything.
            if value.is_null() {
                cx.null(value, if required { "write a value" } else { NULL_HELP });
                return None;
            }
            read(value, cx)
        });
        self.bad |= value.is_none();
        value
    }

    /// A key of the language that is not built yet: `not-supported-yet` when it is there.
    pub fn later(&mut self, key: &'static str, _doc: &'static str) {
        let Input::Map { entries, asked, .. } = &mut self.input else { return };
        asked.later.push(key);
        if let Some((found, _)) = entries.iter().find(|(found, _)| found.name == key) {
            let message = format!("`{key}` is not supported yet");
            self.fail(Diagnostic::error("not-supported-yet", message).at(found.at, ""));
        }
    }

    /// Keys that begin with `prefix` are nobody's business.
    pub fn ignore_prefix(&mut self, prefix: &'static str) {
        match &mut self.input {
            Input::Record { schema, .. } => schema.free_prefixes.push(prefix),
            Input::Map { asked, .. } => asked.free_prefixes.push(prefix),
        }
    }

    /// Exactly one of these keys must be there. Which are asked for is said elsewhere.
    pub fn exactly_one(&mut self, keys: &[&'static str]) {
        let (entries, asked) = match &mut self.input {
            Input::Record { schema, .. } => return schema.exactly_one.push(keys.to_vec()),
            Input::Map { entries, asked, .. } => (*entries, asked),
        };
        let mut given =
            entries.iter().filter(|(key, _)| keys.contains(&key.name.as_str())).map(|(key, _)| key);
        match (given.next(), given.next()) {
            (Some(_), None) => {}
            (Some(first), Some(second)) => {
                let message = format!("`{}` and `{}` exclude each other", first.name, second.name);
                let diagnostic = Diagnostic::error("conflicting-keys", message).at(second.at, "");
                self.fail(diagnostic.also(first.at.span, "already given here"));
            }
            (None, _) => {
                asked.missing.push(keys.to_vec());
                self.bad = true;
            }
        }
    }

    /// Where the map was written; [`Place::NONE`] while recording.
    pub fn at(&self) -> Place {
        match &self.input {
            Input::Map { node, .. } => node.at,
            Input::Record { .. } => Place::NONE,
        }
    }

    /// Where to point when the map as a whole is meant: its key, else its beginning.
    pub fn head(&self) -> Place {
        match &self.input {
            Input::Map { node, .. } => self.cx.place(node),
            Input::Record { .. } => Place::NONE,
        }
    }

    /// Where a key of the map was written, if it is there.
    pub fn key_at(&self, key: &str) -> Option<Place> {
        match &self.input {
            Input::Map { node, .. } => node.entry(key).map(|(key, _)| key.at),
            Input::Record { .. } => None,
        }
    }

    /// Whether the key is there, with whatever value.
    pub fn has(&self, key: &str) -> bool {
        self.key_at(key).is_some()
    }

    /// The decoding pass.
    pub fn cx(&mut self) -> &mut Cx<'a> {
        self.cx
    }

    /// Reports a problem of this map.
    pub fn fail(&mut self, diagnostic: Diagnostic) {
        self.bad |= diagnostic.stops();
        self.cx.report(diagnostic);
    }

    /// Whether anything that was asked for so far is missing or bad. Always true while recording: checks
    /// among several values belong behind `if !r.was_bad()`.
    pub fn was_bad(&self) -> bool {
        self.bad
    }

    /// Reports the keys that were not asked for and those that are missing; what was recorded.
    pub(super) fn finish(self) -> Option<Schema> {
        let (node, entries, asked) = match self.input {
            Input::Record { generator, schema } => return Some(schema.finish(generator.requires())),
            Input::Map { node, entries, asked } => (node, entries, asked),
        };
        let mut meant = Vec::new();
        for (key, _) in entries.iter().filter(|(key, _)| !asked.legal(&key.name)) {
            let word = suggest(&key.name, asked.known.iter().copied());
            meant.extend(word);
            self.cx.report(unknown(key, self.what, word, &asked.known));
        }
        let at = self.cx.place(node);
        // A misspelt key is one mistake, not two: what it was meant to be is not missing.
        for keys in asked.missing.iter().filter(|keys| !keys.iter().any(|key| meant.contains(key))) {
            self.cx.report(missing(keys, self.what, at));
        }
        None
    }
}

impl Asked {
    fn legal(&self, name: &str) -> bool {
        self.known.contains(&name)
            || self.later.contains(&name)
            || self.free_prefixes.iter().any(|prefix| name.starts_with(prefix))
    }
}

fn missing(keys: &[&str], what: &str, at: Place) -> Diagnostic {
    let message = format!("{} needs {}", called(what), super::ty::one_of(keys));
    let diagnostic = Diagnostic::error("missing-key", message);
    match keys {
        [key] => diagnostic.at(at, format!("`{key}` is missing")),
        _ => diagnostic.at(at, ""),
    }
}

fn unknown(key: &Key, what: &str, meant: Option<&str>, known: &[&str]) -> Diagnostic {
    let message = format!("`{}` is not a field of {}", shortened(&key.name), called(what));
    let diagnostic = Diagnostic::error("unknown-key", message);
    match meant {
        Some(word) => diagnostic.at(key.at, format!("did you mean `{word}`?")),
        None => {
            let mut known = known.to_vec();
            known.sort_unstable();
            diagnostic.at(key.at, "").note(format!("fields: {}", listed(known.into_iter())))
        }
    }
}

/// What a message calls a map: a key in backticks, "the spec" as it is.
pub(super) fn called(what: &str) -> String {
    if what.contains(' ') { what.to_owned() } else { format!("`{what}`") }
}
