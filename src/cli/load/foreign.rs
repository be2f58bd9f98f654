//! Files that a spec or a command names beside the spec. Whoever wrote the name may not be allowed to read the
//! file: until it is known to be what it is taken for, nothing of its text is shown.

use std::rc::Rc;

use crate::base::{Diagnostic, Diagnostics, Limits, Node, NodeKind, SourceId, SourceMap, parse, suggest};
use crate::spec;

/// The tree of a file; what is wrong with its YAML is told by place and kind alone.
///
/// # Errors
/// What is wrong with it; at least one, all without a place in the file.
pub fn tree(source: SourceId, sources: &SourceMap) -> Result<Rc<Node>, Vec<Diagnostic>> {
    let mut found = Diagnostics::new();
    let root = parse(source, sources.text(source), &Limits::default(), &mut found);
    match root.filter(|_| !found.has_errors()) {
        Some(root) => Ok(root),
        None => Err(found.iter().map(|problem| without_text(problem, source, sources)).collect()),
    }
}

/// The tree of a file that a spec extends. Once it is known to be a part of a spec, its mistakes are shown like
/// those of the spec.
///
/// # Errors
/// Why it is no part of a spec, without a place in the file.
pub fn part_of_spec(
    source: SourceId,
    sources: &SourceMap,
    problems: &mut Diagnostics,
) -> Result<Rc<Node>, Vec<Diagnostic>> {
    let mut found = Diagnostics::new();
    let Some(root) = parse(source, sources.text(source), &Limits::default(), &mut found) else {
        return Err(found.iter().map(|problem| without_text(problem, source, sources)).collect());
    };
    let name = sources.name(source);
    let Some(entries) = root.entries() else {
        let message = format!("`{name}` is no part of a spec: it holds {}, not a map", kind(&root));
        return Err(vec![Diagnostic::error("wrong-type", message)]);
    };
    if let Some((key, _)) = entries.iter().find(|(key, _)| !spec::is_key(&key.name)) {
        let (line, column) = sources.position(key.at.span);
        let message = format!("`{name}` is no part of a spec");
        let problem = Diagnostic::error("not-a-spec", message)
            .note(format!("the key at {name}:{line}:{column} is none of the spec language"));
        return Err(vec![match suggest(&key.name, spec::keys()) {
            Some(word) => problem.help(format!("is it meant to be `{word}`?")),
            None => problem.help("keys that begin with `x-` may hold anything"),
        }]);
    }
    problems.extend(found.into_vec());
    Ok(root)
}

/// What a node is, without what it says.
pub fn kind(node: &Node) -> &'static str {
    match node.kind {
        NodeKind::Map(_) => "a map",
        NodeKind::Seq(_) => "a list",
        NodeKind::Scalar { .. } => "text",
    }
}

/// The same problem without the lines that it points at and without the words that it quotes.
fn without_text(problem: &Diagnostic, source: SourceId, sources: &SourceMap) -> Diagnostic {
    let what = match problem.code {
        "empty-file" => "there is nothing in this file",
        "second-document" => "a second document begins here",
        "duplicate-key" => "a key stands here for the second time",
        "unknown-anchor" => "an alias without its anchor",
        "quote-needed" => "text that must be quoted",
        "file-too-large" | "too-many-nodes" | "too-deep" => "more than is read",
        _ => "this is not YAML that albctl reads",
    };
    let name = sources.name(source);
    let place = problem.place().map_or_else(String::new, |span| {
        let (line, column) = sources.position(span);
        format!(":{line}:{column}")
    });
    Diagnostic::error(problem.code, format!("{name}{place}: {what}"))
}
