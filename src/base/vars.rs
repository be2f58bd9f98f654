//! Variables: `${name}` is replaced in the tree, never in text.
//!
//! - `${name}` alone in a scalar, quoted or not, takes the value with its type: a number stays a number, a
//!   list a list. Inside text only scalars fit. `$${` is a literal `${`; a lone `$` is itself.
//! - One level: a variable's value holds no variables (`variable-in-variable`), so there is no order of
//!   evaluation to know. `$${` is a literal `${` in a value too.
//! - Keys are not substituted: they are identities.
//! - What comes from a variable keeps two places: the span is the use, the origin is where the value (or
//!   the part of it that is meant) was written.
//!
//! Codes: `unknown-variable`, `missing-variable`, `bad-variable`, `variable-in-variable`,
//! `too-many-nodes`.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    diag::{Diagnostic, Diagnostics, listed, suggest},
    located::Place,
    source::{SourceId, Span},
    yaml::{Key, Limits, Node, NodeKind, shortened},
};

mod template;

use template::{Part, parts};

/// The value of a variable.
#[derive(Clone, Debug)]
pub struct VarValue {
    /// The value. Its span is where it was written; [`Span::NONE`] if that is in no source.
    ///
    /// A null (`~`) stands for "must be given": a use of the variable is a `missing-variable`.
    pub node: Rc<Node>,
    /// Where it comes from, in words: `--var canary=5`, `ALBCTL_VAR_canary`, `prod.yaml:9`.
    pub origin_text: String,
}

/// The variables of a run by name.
pub type Vars = BTreeMap<String, VarValue>;

impl VarValue {
    /// A value that was given as text outside of any file. It behaves like a scalar without quotes: the
    /// type that is wanted decides what it is.
    ///
    /// `source` is the text in the source map, added under a name like `--var canary`, so that
    /// diagnostics can show it.
    pub fn from_text(source: SourceId, text: &str, origin_text: impl Into<String>) -> Self {
        let node = Node::scalar(text, true, Span::new(source, 0, text.len()));
        VarValue { node, origin_text: origin_text.into() }
    }
}

/// Whether this may be a variable's name: `[a-z_][a-z0-9_]*`.
pub fn is_variable_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The tree with every `${name}` replaced; what could not be replaced is reported and poisoned.
///
/// The caller takes the block that declares the variables out of `root` first ([`Node::without`]). The
/// values themselves are checked here, whether they are used or not.
pub fn substitute(root: &Rc<Node>, vars: &Vars, diags: &mut Diagnostics) -> Rc<Node> {
    let bad = vars.iter().filter(|(name, value)| !check_value(name, value, diags));
    let bad = bad.map(|(name, _)| name.as_str()).collect();
    Substitution { vars, bad, diags, room: Limits::default().nodes }.node(root)
}

/// Reports variables inside a value; whether there are none.
fn check_value(name: &str, value: &VarValue, diags: &mut Diagnostics) -> bool {
    let Some(inner) = find_variable(&value.node) else { return true };
    diags.push(
        Diagnostic::error("variable-in-variable", format!("the value of `{name}` holds a variable itself"))
            .at(inner.at, "")
            .note(format!("`{name}` comes from {}", value.origin_text))
            .help("write the value out; for a literal `${` write `$${`"),
    );
    false
}

/// The first scalar in the tree that uses a variable.
fn find_variable(node: &Rc<Node>) -> Option<Rc<Node>> {
    match &node.kind {
        NodeKind::Scalar { text, .. } => {
            let uses = text.contains("${") && parts(text).any(|part| !matches!(part, Part::Text(_)));
            uses.then(|| Rc::clone(node))
        }
        NodeKind::Seq(items) => items.iter().find_map(find_variable),
        NodeKind::Map(entries) => entries.iter().find_map(|(_, value)| find_variable(value)),
    }
}

struct Substitution<'v, 'd> {
    vars: &'v Vars,
    /// Variables whose values were reported: their uses are poisoned silently.
    bad: BTreeSet<&'v str>,
    diags: &'d mut Diagnostics,
    /// Nodes that values may still be copied into: a large value times many uses is bounded.
    room: usize,
}

impl<'v> Substitution<'v, '_> {
    fn node(&mut self, node: &Rc<Node>) -> Rc<Node> {
        if node.poisoned {
            return Rc::clone(node);
        }
        match &node.kind {
            NodeKind::Scalar { text, plain } if text.contains("${") => self.scalar(node, text, *plain),
            NodeKind::Scalar { .. } => Rc::clone(node),
            NodeKind::Seq(items) => {
                let replaced: Vec<_> = items.iter().map(|item| self.node(item)).collect();
                let same = items.iter().zip(&replaced).all(|(old, new)| Rc::ptr_eq(old, new));
                if same { Rc::clone(node) } else { Node::seq(replaced, node.at) }
            }
            NodeKind::Map(entries) => {
                let replaced: Vec<_> = entries.iter().filter_map(|entry| self.entry(entry)).collect();
                let same = entries.len() == replaced.len()
                    && entries.iter().zip(&replaced).all(|(old, new)| Rc::ptr_eq(&old.1, &new.1));
                if same { Rc::clone(node) } else { Node::map(replaced, node.at) }
            }
        }
    }

    /// An entry of a map; one with a variable in its key is reported and dropped.
    fn entry(&mut self, (key, value): &(Key, Rc<Node>)) -> Option<(Key, Rc<Node>)> {
        let value = self.node(value);
        if key.name.contains("${") {
            let message = format!("the key `{}` holds a variable", shortened(&key.name));
            self.diags.push(
                Diagnostic::error("bad-variable", message)
                    .at(key.at, "")
                    .note("keys are identities: variables stand in values only"),
            );
            return None;
        }
        Some((key.clone(), value))
    }

    fn scalar(&mut self, node: &Rc<Node>, text: &str, plain: bool) -> Rc<Node> {
        let all: Vec<_> = parts(text).collect();
        if let [Part::Use { name, at }] = all.as_slice() {
            let place = piece(node.at, text, at);
            return match self.lookup(name, place) {
                Some(value) => self.alone(node.at, &value.node),
                None => Node::poisoned(node.at),
            };
        }
        let mut out = String::with_capacity(text.len());
        let mut origin = None;
        let mut bad = false;
        for part in all {
            match part {
                Part::Text(literal) => out.push_str(literal),
                Part::Bad { message, at } => {
                    let help = "for a literal `${` write `$${`";
                    self.diags.push(
                        Diagnostic::error("bad-variable", message)
                            .at(piece(node.at, text, &at), "")
                            .help(help),
                    );
                    bad = true;
                }
                Part::Use { name, at } => match self.inside(name, piece(node.at, text, &at)) {
                    Some((value, span)) => {
                        out.push_str(&value);
                        origin.get_or_insert(span);
                    }
                    None => bad = true,
                },
            }
        }
        let at = origin.map_or(node.at, |span| node.at.from_variable(span));
        if bad { Node::poisoned(at) } else { Node::scalar(out, plain, at) }
    }

    /// The value as it stands inside text, and where it was written.
    fn inside(&mut self, name: &str, at: Place) -> Option<(String, Span)> {
        let value = self.lookup(name, at)?;
        match value.node.text() {
            Some(text) => Some((unescaped(text), value.node.at.span)),
            None => {
                let found = value.node.describe();
                let message = format!("`${{{name}}}` stands inside text, but its value is {found}");
                let at = at.from_variable(value.node.at.span);
                self.diags.push(Diagnostic::error("bad-variable", message).at(at, "only text fits here"));
                None
            }
        }
    }

    /// The variable's value, located at its use.
    fn alone(&mut self, at: Place, value: &Rc<Node>) -> Rc<Node> {
        if value.size > self.room {
            let message = "the values of variables are too large for the number of their uses";
            self.diags.push(Diagnostic::error("too-many-nodes", message).at(at, "the limit is passed here"));
            return Node::poisoned(at);
        }
        self.room -= value.size;
        relocated(at, value)
    }

    fn lookup(&mut self, name: &str, at: Place) -> Option<&'v VarValue> {
        if self.bad.contains(name) {
            return None;
        }
        let Some((name, value)) = self.vars.get_key_value(name) else {
            self.unknown(name, at);
            return None;
        };
        if value.node.is_null() {
            // Once for each variable: every further use says nothing new.
            self.bad.insert(name);
            self.diags.push(
                Diagnostic::error("missing-variable", format!("the variable `{name}` has no value"))
                    .at(at, "used here")
                    .also(value.node.at.span, "declared here: it must be given"),
            );
            return None;
        }
        if value.node.poisoned { None } else { Some(value) }
    }

    fn unknown(&mut self, name: &str, at: Place) {
        let diagnostic = Diagnostic::error("unknown-variable", format!("there is no variable `{name}`"));
        let diagnostic = match suggest(name, self.vars.keys().map(String::as_str)) {
            Some(known) => diagnostic.at(at, format!("did you mean `{known}`?")),
            None => diagnostic.at(at, ""),
        };
        self.diags.push(match self.vars.is_empty() {
            true => diagnostic.note("no variables are declared"),
            false => {
                let names = listed(self.vars.keys().map(String::as_str));
                diagnostic.note(format!("variables: {names}"))
            }
        });
    }
}

/// A copy of a value in which everything is located at the use, and its origin is where it was written.
fn relocated(at: Place, value: &Rc<Node>) -> Rc<Node> {
    let place = at.from_variable(value.at.span);
    if value.poisoned {
        return Node::poisoned(place);
    }
    let kind = match &value.kind {
        NodeKind::Scalar { text, plain } => NodeKind::Scalar { text: unescaped(text), plain: *plain },
        NodeKind::Seq(items) => NodeKind::Seq(items.iter().map(|item| relocated(at, item)).collect()),
        NodeKind::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let key = Key { name: key.name.clone(), at: at.from_variable(key.at.span) };
                (key, relocated(at, value))
            });
            NodeKind::Map(entries.collect())
        }
    };
    Node::new(kind, place)
}

fn unescaped(text: &str) -> String {
    if text.contains("$${") { text.replace("$${", "${") } else { text.to_owned() }
}

/// The place of a part of a scalar, if it can be told: in text of one line without escapes the offsets
/// in the text and in the file are the same but for the quote.
fn piece(at: Place, text: &str, part: &std::ops::Range<usize>) -> Place {
    let written = (at.span.end - at.span.start) as usize;
    let quote = match written.checked_sub(text.len()) {
        Some(0) => 0,
        Some(2) => 1,
        Some(_) | None => return at,
    };
    let start = at.span.start as usize + quote;
    Place { span: Span::new(at.span.source, start + part.start, start + part.end), ..at }
}
