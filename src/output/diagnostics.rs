//! Diagnostics as text for people and as JSON for tools.
//!
//! The layout is that of rustc and cargo. Text from files is not trusted: control characters and
//! characters that reorder a line are shown escaped, `\u{1b}`, in the source lines as everywhere else.

use std::ops::Range;

use annotate_snippets::{
    AnnotationKind, Element, Group, Level as Heading, Origin, Renderer, Snippet, Title, renderer::DecorStyle,
};
use anstream::adapter::strip_str;
use serde_json::{Value, json};

use super::style::Look;
use crate::base::{Diagnostic, Label, Level, SourceMap, Span};

/// Labels of one file that are further apart than this many lines are shown as two snippets, which costs
/// nothing for what lies between.
const NEAR: usize = 20;

/// Diagnostics that are shown. Nobody reads more, and a file that is no spec at all has thousands.
const SHOWN: usize = 200;

/// The diagnostics as text, with a blank line between them and a line break at the end; empty for none.
/// Of very many only the first ones are shown, and the number of the others is said.
pub fn render(diags: &[Diagnostic], sources: &SourceMap, color: bool) -> String {
    fitted(diags, sources, Look { color, ..Look::PLAIN })
}

/// The same for a screen of another width: longer source lines are cut around what is underlined.
pub fn fitted(diags: &[Diagnostic], sources: &SourceMap, look: Look) -> String {
    let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(look.width).decor_style(DecorStyle::Ascii);
    let mut texts: Vec<String> = diags.iter().take(SHOWN).map(|diag| one(diag, sources, &renderer)).collect();
    if diags.len() > SHOWN {
        texts.push(format!("... and {} more", diags.len() - SHOWN));
    }
    if texts.is_empty() { String::new() } else { format!("{}\n", texts.join("\n\n")) }
}

fn one(diag: &Diagnostic, sources: &SourceMap, renderer: &Renderer) -> String {
    let notes = diag.notes.iter().map(|text| Heading::NOTE.message(visible(text)));
    let helps = diag.helps.iter().map(|text| Heading::HELP.message(visible(text)));
    let group = Group::with_title(title(diag))
        .elements(clusters(diag, sources).into_iter().map(|labels| lines(&labels, sources)))
        .elements(notes)
        .elements(helps);
    let text = renderer.render(&[group]);
    // Empty source lines come with blanks at their end; without any source line there is no margin to draw.
    let margin = |line: &&str| !diag.labels.is_empty() || strip_str(line).to_string().trim() != "|";
    text.lines().filter(margin).map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn title(diag: &Diagnostic) -> Title<'_> {
    let heading = match diag.level {
        Level::Error => Heading::ERROR,
        Level::Refused => Heading::ERROR.with_name(Level::Refused.as_str()),
        Level::Warning => Heading::WARNING,
    };
    heading.primary_title(visible(&diag.message)).id(diag.code)
}

/// A label with its lines, and whether it is the place of the problem.
struct Shown<'d> {
    label: &'d Label,
    primary: bool,
    bytes: Range<usize>,
    line: usize,
}

/// The labels by snippet: those of one file that are near each other, the one of the problem first.
fn clusters<'d>(diag: &'d Diagnostic, sources: &SourceMap) -> Vec<Vec<Shown<'d>>> {
    let any_primary = diag.labels.iter().any(|label| label.primary);
    let mut shown: Vec<Shown<'d>> = Vec::with_capacity(diag.labels.len());
    for (index, label) in diag.labels.iter().enumerate() {
        // Only the first line of a label is underlined, so only that line is shown.
        let first = Span { end: label.span.start, ..label.span };
        let (bytes, line) = sources.lines(first);
        let primary = label.primary || (!any_primary && index == 0);
        shown.push(Shown { label, primary, bytes, line });
    }
    shown.sort_by_key(|label| (!label.primary, label.label.span));

    let mut clusters: Vec<Vec<Shown<'d>>> = Vec::new();
    for label in shown {
        let near = |other: &Shown<'_>| {
            other.label.span.source == label.label.span.source && other.line.abs_diff(label.line) <= NEAR
        };
        match clusters.iter_mut().find(|cluster| cluster.iter().any(near)) {
            Some(cluster) => cluster.push(label),
            None => clusters.push(vec![label]),
        }
    }
    clusters
}

/// The source lines of some labels of one file; only their place where there is nothing to see.
fn lines<'s>(labels: &[Shown<'s>], sources: &'s SourceMap) -> Element<'s> {
    let start = labels.iter().map(|label| label.bytes.start).min().unwrap_or_default();
    let end = labels.iter().map(|label| label.bytes.end).max().unwrap_or_default();
    let line = labels.iter().map(|label| label.line).min().unwrap_or(1);
    let source = labels.first().map_or(Span::NONE.source, |label| label.label.span.source);
    let path = visible(sources.name(source));
    let window = sources.text(source).get(start..end).unwrap_or_default();
    if window.is_empty() && labels.iter().all(|label| label.label.text.is_empty()) {
        return Origin::path(path).line(line).char_column(1).into();
    }
    let annotations = labels.iter().map(|shown| {
        let kind = if shown.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let from = (shown.label.span.start as usize).clamp(shown.bytes.start, shown.bytes.end);
        let to = (shown.label.span.end as usize).clamp(from, shown.bytes.end);
        let text = &shown.label.text;
        let label = if text.is_empty() { None } else { Some(visible(text)) };
        kind.span(escaped_len(window, from - start)..escaped_len(window, to - start)).label(label)
    });
    Snippet::source(visible(window)).line_start(line).path(path).annotations(annotations).into()
}

/// How long the first `bytes` of a text are once escaped.
fn escaped_len(text: &str, bytes: usize) -> usize {
    let end = (0..=bytes.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    visible(text.get(..end).unwrap_or_default()).len()
}

/// The text with everything escaped that a terminal would act upon instead of showing it. Line breaks and
/// tabs stay; the carriage return of a CRLF goes.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' | '\t' => out.push(letter),
            '\r' if letters.peek().is_none_or(|next| *next == '\n') => {}
            letter if letter.is_control() || reorders(letter) => out.extend(letter.escape_unicode()),
            letter => out.push(letter),
        }
    }
    out
}

/// Characters that change the direction of a line or take no room: what one reads is not what is there.
fn reorders(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A diagnostic as JSON: `level`, `code`, `message`, where it is (`file`, `line`, `column`, `end_line`,
/// `end_column`: from 1, columns in characters, ends exclusive; null without a place), `notes`, `help`,
/// and all `labels` in the same form with `text` and `primary`.
pub fn to_json(d: &Diagnostic, sources: &SourceMap) -> Value {
    let labels: Vec<Value> = d
        .labels
        .iter()
        .map(|label| {
            let mut value = place(Some(label.span), sources);
            value["text"] = json!(label.text);
            value["primary"] = json!(label.primary);
            value
        })
        .collect();
    let mut value = place(d.place(), sources);
    value["level"] = json!(d.level.as_str());
    value["code"] = json!(d.code);
    value["message"] = json!(d.message);
    value["notes"] = json!(d.notes);
    value["help"] = json!(d.helps);
    value["labels"] = json!(labels);
    value
}

fn place(span: Option<Span>, sources: &SourceMap) -> Value {
    let start = span.map(|span| sources.position(span));
    let end = span.map(|span| sources.end_position(span));
    json!({
        "file": span.map(|span| sources.name(span.source)),
        "line": start.map(|(line, _)| line),
        "column": start.map(|(_, column)| column),
        "end_line": end.map(|(line, _)| line),
        "end_column": end.map(|(_, column)| column),
    })
}

#[cfg(test)]
mod tests;
