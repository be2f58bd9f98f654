//! Tests of the room as a whole; those of one part lie beside it.

mod decode;
mod diag;
mod end_to_end;
mod properties;
mod sample;
mod vars;

use std::rc::Rc;

use super::*;

/// A source map with one file, its tree, and what was found.
pub(super) struct Parsed {
    pub(super) sources: SourceMap,
    pub(super) root: Option<Rc<Node>>,
    pub(super) diags: Diagnostics,
}

pub(super) fn parsed(text: &str) -> Parsed {
    let mut sources = SourceMap::new();
    let id = sources.add("a.yaml", text);
    let mut diags = Diagnostics::new();
    let root = parse(id, text, &Limits::default(), &mut diags);
    Parsed { sources, root, diags }
}

/// What a text decodes to, and what was found, one line each.
pub(super) fn decoded<T: Decode>(text: &str) -> (Option<T>, Vec<String>) {
    let Parsed { sources, root, mut diags } = parsed(text);
    let value = root.and_then(|root| T::decode(&root, &mut Cx::new(&mut diags)));
    (value, lines(&diags, &sources))
}

/// `line:column code: message [label] (note) {help}`, by place.
pub(super) fn lines(diags: &Diagnostics, sources: &SourceMap) -> Vec<String> {
    diags.sorted().iter().map(|diag| line(diag, sources)).collect()
}

fn line(diag: &Diagnostic, sources: &SourceMap) -> String {
    let place = diag.place().map(|span| sources.position(span));
    let place = place.map(|(line, column)| format!("{line}:{column} ")).unwrap_or_default();
    let label = diag.labels.iter().find(|label| label.primary).map_or("", |label| label.text.as_str());
    let part = |open: &str, text: &str, close: &str| match text {
        "" => String::new(),
        text => format!(" {open}{text}{close}"),
    };
    let notes = part("(", &diag.notes.join("; "), ")");
    let helps = part("{", &diag.helps.join("; "), "}");
    format!("{place}{}: {}{}{notes}{helps}", diag.code, diag.message, part("[", label, "]"))
}
