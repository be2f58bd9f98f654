//! Diagnostics: what is wrong, where, and what to do about it.

use std::collections::BTreeSet;

use super::{located::Place, source::Span};

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The text is wrong.
    Error,
    /// Nothing is wrong with the text, but it will not be done.
    Refused,
    /// Worth knowing; stops nothing.
    Warning,
}

impl Level {
    /// The word that is shown and written to JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Refused => "refused",
            Level::Warning => "warning",
        }
    }
}

/// A place in a source and what to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The bytes to underline.
    pub span: Span,
    /// Shown beside the underline; may be empty.
    pub text: String,
    /// Whether this is the place of the problem, not a place that explains it.
    pub primary: bool,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub level: Level,
    /// A stable word, such as `unknown-key`: for filters and for `explain`.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// Where; may be empty.
    pub labels: Vec<Label>,
    /// Facts that help to understand it.
    pub notes: Vec<String>,
    /// What to do about it.
    pub helps: Vec<String>,
}

impl Diagnostic {
    /// The text is wrong.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Level::Error, code, message.into())
    }

    /// Nothing is wrong with the text, but it will not be done.
    pub fn refused(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Level::Refused, code, message.into())
    }

    /// Worth knowing; stops nothing.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Level::Warning, code, message.into())
    }

    fn new(level: Level, code: &'static str, message: String) -> Self {
        Diagnostic { level, code, message, labels: Vec::new(), notes: Vec::new(), helps: Vec::new() }
    }

    /// Points at the problem. The origin of a value that came through a variable becomes a second label.
    /// A place that is in no source adds nothing.
    pub fn at(self, place: Place, text: impl Into<String>) -> Self {
        let marked = self.label(place.span, text.into(), true);
        match place.origin {
            Some(origin) => marked.label(origin, "the value comes from here".to_owned(), false),
            None => marked,
        }
    }

    /// Points at something that explains the problem.
    pub fn also(self, span: Span, text: impl Into<String>) -> Self {
        self.label(span, text.into(), false)
    }

    /// Adds a fact.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds what to do.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.helps.push(text.into());
        self
    }

    /// Where the problem is: the first primary label, else the first label.
    pub fn place(&self) -> Option<Span> {
        let primary = self.labels.iter().find(|label| label.primary);
        primary.or(self.labels.first()).map(|label| label.span)
    }

    /// Whether it stops the run: an error or a refusal.
    pub fn stops(&self) -> bool {
        match self.level {
            Level::Error | Level::Refused => true,
            Level::Warning => false,
        }
    }

    fn label(mut self, span: Span, text: String, primary: bool) -> Self {
        if !span.is_none() {
            self.labels.push(Label { span, text, primary });
        }
        self
    }
}

/// The problems of a run, in the order in which they were found.
///
/// The same problem is kept once: what an alias or a variable brings to several places is read several
/// times, but it is wrong only once.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
    seen: BTreeSet<(Option<Span>, &'static str, String)>,
}

impl Diagnostics {
    /// No problems yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a problem, unless one with the same code and message is known at the same place.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.seen.insert((diagnostic.place(), diagnostic.code, diagnostic.message.clone())) {
            self.items.push(diagnostic);
        }
    }

    /// Adds several problems.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Whether anything stops the run: an error or a refusal.
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(Diagnostic::stops)
    }

    /// How many errors and refusals there are.
    pub fn errors(&self) -> usize {
        self.items.iter().filter(|diagnostic| diagnostic.stops()).count()
    }

    /// How many warnings there are.
    pub fn warnings(&self) -> usize {
        self.items.len() - self.errors()
    }

    /// Whether there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The problems in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.items.iter()
    }

    /// A copy, by source and place; problems without a place come first.
    pub fn sorted(&self) -> Vec<Diagnostic> {
        let mut items = self.items.clone();
        items.sort_by_key(Diagnostic::place);
        items
    }

    /// The problems in the order in which they were found.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.items
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The known word that `wanted` was probably meant to be: the nearest one by Damerau-Levenshtein
/// distance, at most 1 + a quarter of its length away. Of equally near ones, the first.
///
/// Case and the choice between `-` and `_` do not count, so `HTTP` finds `http`. Only the first few
/// hundred known words are looked at: a file full of mistakes must not cost the square of its size.
pub fn suggest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LOOKED_AT: usize = 500;
    const LONGEST: usize = 128;
    let length = wanted.chars().count();
    let limit = 1 + length / 4;
    // Nothing that long is a slip of the pen, and the distance costs the product of both lengths.
    if length > LONGEST {
        return None;
    }
    let wanted = folded(wanted);
    known
        .take(LOOKED_AT)
        .filter(|word| word.chars().take(LONGEST + limit + 1).count().abs_diff(length) <= limit)
        .map(|word| (strsim::damerau_levenshtein(&wanted, &folded(word)), word))
        .filter(|(distance, _)| *distance <= limit)
        // A word of one or two letters is "near" to any other: ask for something in common.
        .filter(|(distance, word)| *distance < word.chars().count().max(length))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

fn folded(word: &str) -> String {
    word.to_lowercase().replace('-', "_")
}

/// Words as a message lists them; of many only the first ones.
pub(super) fn listed<'a>(words: impl ExactSizeIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 30;
    let more = words.len().saturating_sub(SHOWN);
    let shown: Vec<&str> = words.take(SHOWN).collect();
    let shown = shown.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}
