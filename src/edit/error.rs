//! Why an edit is not made.

use std::fmt;

use crate::base::{Diagnostic, SourceMap, Span};

/// Why an edit is not made. Nothing was changed.
#[derive(Clone, Debug)]
pub struct EditError {
    /// What is wrong, where the value comes from, and what to write by hand. Its places are in `sources`.
    pub diagnostic: Box<Diagnostic>,
    /// The texts that it points into, as they were given (or as earlier edits of the same call left them).
    pub sources: SourceMap,
}

impl EditError {
    pub(super) fn new(diagnostic: Diagnostic, sources: SourceMap) -> Self {
        Self { diagnostic: Box::new(diagnostic), sources }
    }

    /// The file and the line (from 1) that it points at.
    pub fn place(&self) -> Option<(&str, usize)> {
        let span = self.diagnostic.place()?;
        Some((self.sources.name(span.source), self.sources.position(span).0))
    }

    /// The diagnostic for another source map, to which the texts are added that it points into.
    pub fn into_diagnostic(self, sources: &mut SourceMap) -> Diagnostic {
        let mut diagnostic = *self.diagnostic;
        let mut moved = Vec::new();
        for label in &mut diagnostic.labels {
            let old = label.span.source;
            let known = moved.iter().find(|(from, _)| *from == old).map(|(_, to)| *to);
            let new = known.unwrap_or_else(|| sources.add(self.sources.name(old), self.sources.text(old)));
            moved.push((old, new));
            label.span = Span { source: new, ..label.span };
        }
        diagnostic
    }
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((file, line)) = self.place() {
            write!(f, "{file}:{line}: ")?;
        }
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for EditError {}
