//! The values of variables, from the weakest to the strongest: `vars` of the spec (what it extends comes first),
//! `--vars FILE`, `ALBCTL_VAR_NAME`, `--var NAME=VALUE`. Every variable must be declared in `vars`.

use std::path::Path;
use std::rc::Rc;

use super::{files, foreign};
use crate::base::{
    Diagnostic, Diagnostics, Limits, Node, Place, SourceMap, Span, VarValue, Vars, parse, suggest,
};
use crate::cli::args::Global;
use crate::cli::environment::{Environment, VAR_PREFIX};
use crate::spec;

/// A value given from outside of the spec.
pub struct Given {
    name: String,
    /// Where it comes from, in words.
    origin: String,
    value: Value,
}

enum Value {
    /// From a file, with its type.
    Node { node: Rc<Node> },
    /// From the command line or the environment; `fatal` says whether an unknown name is an error.
    Text { text: String, fatal: bool },
}

/// The variables that a spec declares, with the values that it gives.
pub fn declared(root: &Rc<Node>, sources: &SourceMap) -> Vars {
    spec::variables(root, |node| {
        let span = node.at.span;
        let (line, _) = sources.position(span);
        if span.is_none() { String::new() } else { format!("{}:{line}", sources.name(span.source)) }
    })
}

/// All that is given from outside, the strongest last.
pub fn given(
    global: &Global,
    env: &Environment,
    sources: &mut SourceMap,
    problems: &mut Diagnostics,
) -> Vec<Given> {
    let mut all = Vec::new();
    for path in &global.vars {
        all.extend(from_file(path, sources, problems));
    }
    for (name, value) in &env.vars {
        let origin = format!("{VAR_PREFIX}{name}");
        match value.to_str() {
            Some(text) => {
                let value = Value::Text { text: text.to_owned(), fatal: false };
                all.push(Given { name: name.clone(), origin, value });
            }
            None => problems
                .push(Diagnostic::error("not-utf8", format!("the value of {origin} is not UTF-8 text"))),
        }
    }
    for (name, text) in &global.var {
        let value = Value::Text { text: text.clone(), fatal: true };
        all.push(Given { name: name.clone(), origin: format!("--var {name}={text}"), value });
    }
    all
}

fn from_file(path: &Path, sources: &mut SourceMap, problems: &mut Diagnostics) -> Vec<Given> {
    let name = path.display().to_string();
    let text = match files::read(path, &name) {
        Ok(text) => text,
        Err(error) => {
            problems.push(error.note("named by --vars"));
            return Vec::new();
        }
    };
    let source = sources.add(name.clone(), text);
    let root = match foreign::tree(source, sources) {
        Ok(root) => root,
        Err(errors) => {
            problems.extend(errors.into_iter().map(|error| error.note("named by --vars")));
            return Vec::new();
        }
    };
    let Some(entries) = root.entries() else {
        let message = format!("`{name}` must hold a map of variables, found {}", foreign::kind(&root));
        problems.push(Diagnostic::error("wrong-type", message).help("write it like `canary: 5`"));
        return Vec::new();
    };
    entries
        .iter()
        .map(|(key, node)| Given {
            name: key.name.clone(),
            origin: format!("{name}:{}", sources.position(key.at.span).0),
            value: Value::Node { node: Rc::clone(node) },
        })
        .collect()
}

/// Reports names that no spec declares.
pub fn report_unknown(given: &[Given], declared: &[&Vars], problems: &mut Diagnostics) {
    let known = || declared.iter().flat_map(|vars| vars.keys()).map(String::as_str);
    for one in given {
        if known().any(|name| name == one.name) {
            continue;
        }
        let near = suggest(&one.name, known());
        let message = format!("`{}` gives a value to `{}`, which no spec declares", one.origin, one.name);
        // The line of a file is not shown: it holds the value, which may be secret.
        let diagnostic = match &one.value {
            Value::Node { .. } | Value::Text { fatal: true, .. } => {
                with_near(Diagnostic::error("unknown-variable", message), near)
            }
            Value::Text { fatal: false, .. } => {
                with_near(Diagnostic::warning("unknown-variable", message), near)
            }
        };
        let mut names: Vec<&str> = known().collect();
        names.sort_unstable();
        names.dedup();
        problems.push(match names.is_empty() {
            true => diagnostic.note("no variables are declared").help("declare it under `vars` in the spec"),
            false => diagnostic.note(format!("variables: {}", names.join(", "))),
        });
    }
}

fn with_near(diagnostic: Diagnostic, near: Option<&str>) -> Diagnostic {
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic,
    }
}

/// The variables of one spec with their final values. One that must be given and is not, is reported and poisoned.
pub fn resolve(
    declared: Vars,
    required: &[(String, Place)],
    given: &[Given],
    sources: &mut SourceMap,
    problems: &mut Diagnostics,
) -> Vars {
    let mut vars = declared.clone();
    for one in given {
        let Some(declaration) = declared.get(&one.name) else { continue };
        vars.insert(one.name.clone(), value_of(one, &declaration.node, sources, problems));
    }
    for (name, value) in &mut vars {
        if !value.node.is_null() {
            continue;
        }
        let place =
            required.iter().find(|(required, _)| required == name).map_or(value.node.at, |(_, at)| *at);
        problems.push(missing(name, place));
        value.node = Node::poisoned(value.node.at);
    }
    vars
}

fn missing(name: &str, place: Place) -> Diagnostic {
    Diagnostic::error("missing-variable", format!("the variable `{name}` has no value"))
        .at(place, "declared here: it must be given")
        .help(format!("on the command line: --var {name}=VALUE"))
        .help(format!("in the environment: {VAR_PREFIX}{name}=VALUE"))
        .help(format!("in a file: --vars FILE, with the line `{name}: VALUE`"))
}

/// Text is a scalar, whatever it looks like; only where the spec declares a list or a map it is read as YAML.
fn value_of(
    given: &Given,
    declaration: &Node,
    sources: &mut SourceMap,
    problems: &mut Diagnostics,
) -> VarValue {
    let origin_text = given.origin.clone();
    let text = match &given.value {
        Value::Node { node } => return VarValue { node: Rc::clone(node), origin_text },
        Value::Text { text, .. } => text,
    };
    let name = given.origin.split_once('=').map_or(given.origin.as_str(), |(name, _)| name);
    let source = sources.add(name, text.clone());
    if declaration.text().is_none() {
        let node = parse(source, sources.text(source), &Limits::default(), problems);
        let node = node.unwrap_or_else(|| Node::poisoned(Span::new(source, 0, text.len())));
        return VarValue { node, origin_text };
    }
    let value = VarValue::from_text(source, text, origin_text);
    // What is given is given: an empty text or `~` is a text, not a variable that is still missing.
    match value.node.is_null() {
        true => VarValue { node: Node::scalar(text.clone(), false, value.node.at), ..value },
        false => value,
    }
}
