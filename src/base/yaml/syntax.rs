//! What is wrong with text that is not YAML, in words for people.
//!
//! The parser says what it expected; what its reader did is usually one of a few things (a wildcard or a
//! variable without quotes, a tab, a colon in a text), and those have messages of their own.

use granit_parser::{ErrorKind, ScanError};

use super::node::shortened;
use crate::base::{
    diag::Diagnostic,
    source::{SourceId, Span},
};

/// The diagnostic for an error of the parser; `depth` is the limit of nesting.
pub(super) fn explain(source: SourceId, text: &str, error: &ScanError, depth: usize) -> Diagnostic {
    let at = floor(text, error.marker().byte_offset().unwrap_or(text.len()));
    if let Some(diagnostic) = quote_needed(source, text, at) {
        return diagnostic;
    }
    if let ErrorKind::RecursionLimitExceeded = error.kind() {
        return too_deep(char_span(source, text, at), depth);
    }
    if let Some(tab) = tab(text, at, error.kind()) {
        return Diagnostic::error("yaml-syntax", "a tab cannot be used for indentation")
            .at(char_span(source, text, tab).into(), "a tab")
            .help("indent with spaces");
    }
    let (message, help) = words(error.kind());
    let diagnostic = Diagnostic::error("yaml-syntax", message).at(char_span(source, text, at).into(), "");
    if help.is_empty() { diagnostic } else { diagnostic.help(help) }
}

/// Nested beyond the limit.
pub(super) fn too_deep(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::error("too-deep", format!("nested deeper than {limit} levels")).at(span.into(), "")
}

/// An alias without an anchor: in a file about hosts and paths, nearly always a wildcard without quotes.
pub(super) fn unknown_alias(span: Span, name: &str, known: Option<&str>) -> Diagnostic {
    if name.contains(['*', '.', '/', '?']) || name.starts_with('-') {
        return Diagnostic::error("quote-needed", "text that begins with `*` must be quoted")
            .at(span.into(), advice(&format!("*{name}")));
    }
    let label = known.map(|known| format!("did you mean `*{known}`?")).unwrap_or_default();
    let message = format!("there is no anchor `&{}` above this line", shortened(name));
    Diagnostic::error("unknown-anchor", message)
        .at(span.into(), label)
        .help(format!("if it is text, {}", advice(&format!("*{name}"))))
}

/// Text that YAML takes for something else: it must be quoted.
fn quote_needed(source: SourceId, text: &str, at: usize) -> Option<Diagnostic> {
    let rest = &text[at..];
    if rest.starts_with('{') && text[..at].ends_with('$') {
        let start = text[..at].rfind(is_break).map_or(0, |before| before + 1);
        let end = rest.find('}').map_or(text.len(), |close| {
            let after = at + close + 1;
            after + text[after..].find(is_break).unwrap_or(text.len() - after)
        });
        let word = &text[start..end];
        let message = "a variable inside `{ }` or `[ ]` must be quoted";
        return Some(quote(source, message.to_owned(), start, word));
    }
    let line_start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    // The parser takes `%x: 1` for a directive and complains only at what follows.
    let at = if text[line_start..].starts_with('%') { line_start } else { at };
    let rest = &text[at..];
    let first = rest.chars().next().filter(|first| "*&@`%,".contains(*first))?;
    let before = text[line_start..at].trim_end();
    let begins = before.is_empty() || before.ends_with([':', '-', ',', '[', '{', '?']);
    let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let flow = before.contains(['[', '{']);
    let end = if flow { rest[1..].find([',', ']', '}', '\n']).map_or(end, |stop| stop + 1) } else { end };
    let word = without_comment(&rest[..end]);
    begins.then(|| quote(source, format!("text that begins with `{first}` must be quoted"), at, word))
}

fn quote(source: SourceId, message: String, start: usize, word: &str) -> Diagnostic {
    Diagnostic::error("quote-needed", message)
        .at(Span::new(source, start, start + word.len()).into(), advice(word))
}

/// How to quote a word so that the quotes change nothing in it; a long one is not repeated.
fn advice(word: &str) -> String {
    if word.chars().count() > 60 {
        "quote it".to_owned()
    } else if word.contains(['"', '\\']) {
        format!("quote it: '{}'", word.replace('\'', "''"))
    } else {
        format!("quote it: \"{word}\"")
    }
}

fn without_comment(line: &str) -> &str {
    line.split(" #").next().unwrap_or(line).trim_end()
}

fn is_break(letter: char) -> bool {
    letter.is_whitespace() || ",[]{}".contains(letter)
}

/// The tab that an error is about: the parser points at it, or at the beginning of the text before it.
fn tab(text: &str, at: usize, kind: &ErrorKind) -> Option<usize> {
    match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => {
            let line_start = text[..at].rfind('\n').map_or(0, |before| before + 1);
            let indent = text[line_start..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
            let leading =
                indent.enumerate().find(|(_, byte)| *byte == b'\t').map(|(tab, _)| line_start + tab);
            leading.or_else(|| text[at..].find('\t').map(|tab| at + tab))
        }
        _ => None,
    }
}

/// Message and help; the help may be empty.
fn words(kind: &ErrorKind) -> (String, &'static str) {
    let indentation = "check the indentation of this line";
    let (message, help) = match kind {
        ErrorKind::UnclosedFlowCollection { open } => return (format!("this `{open}` is never closed"), ""),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return (format!("`{close}` cannot close `{open}`"), "");
        }
        ErrorKind::UnexpectedCharacter { character } => {
            return (format!("the character `{}` is not allowed here", character.escape_default()), "");
        }
        ErrorKind::UnclosedQuotedScalar => ("this quote is never closed", ""),
        ErrorKind::InvalidQuotedScalarIndent => {
            ("a quote is not closed, or the quoted text goes on with too little indentation", "")
        }
        ErrorKind::MappingValueNotAllowed => (
            "a `:` is not allowed here",
            "quote text that contains `: `; or the indentation of this line is wrong",
        ),
        ErrorKind::InvalidColonPlacement => (
            "a `:` is not allowed here",
            "a `[` or `{` above is perhaps never closed; quote text that contains `: `",
        ),
        ErrorKind::ExpectedBlockMappingKey => ("expected a key here: `key: value`", indentation),
        ErrorKind::ExpectedBlockSequenceEntry => ("expected the next `- ` of the list here", indentation),
        ErrorKind::InvalidIndentation => ("the indentation of this line fits nothing above", indentation),
        ErrorKind::ExpectedFlowMappingSeparator => {
            ("expected `,` or `}` here", "quote text that contains any of `,[]{}`")
        }
        ErrorKind::ExpectedFlowSequenceSeparator => {
            ("expected `,` or `]` here", "quote text that contains any of `,[]{}`")
        }
        ErrorKind::MisplacedFlowCollectionEnd => ("this bracket closes nothing", ""),
        ErrorKind::BlockSequenceEntryNotAllowed => {
            ("a list cannot begin here", "put `- ` on a line of its own")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("text goes on after the closing quote", "quote all of it")
        }
        ErrorKind::UnknownQuotedScalarEscape => (
            "this text in double quotes has an unknown escape",
            "write `\\\\` for a backslash, or use single quotes",
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("expected `:` after this key", indentation)
        }
        other => return (format!("this is not YAML: {other}"), ""),
    };
    (message.to_owned(), help)
}

/// The span of the character at an offset; empty at the end of the text.
fn char_span(source: SourceId, text: &str, at: usize) -> Span {
    let width = text[at..].chars().next().filter(|first| *first != '\n').map_or(0, char::len_utf8);
    Span::new(source, at, at + width)
}

/// The offset, or the nearest one before it at which a character begins.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
