//! Sources, places, diagnostics, suggestions.

use super::*;

fn span(start: u32, end: u32) -> Span {
    Span { source: SourceId(0), start, end }
}

#[test]
fn positions_count_lines_and_characters() {
    let mut sources = SourceMap::new();
    let id = sources.add("a.yaml", "ab\näö: x\r\n\nlast");
    assert_eq!((sources.name(id), sources.text(id).len()), ("a.yaml", 17));
    assert_eq!(sources.position(span(0, 1)), (1, 1));
    assert_eq!(sources.position(span(2, 2)), (1, 3));
    assert_eq!(sources.position(span(3, 5)), (2, 1));
    assert_eq!(sources.position(span(9, 10)), (2, 5));
    assert_eq!(sources.end_position(span(9, 10)), (2, 6));
    assert_eq!(sources.position(span(13, 17)), (4, 1));
    assert_eq!(sources.position(span(17, 17)), (4, 5));
    assert_eq!(sources.position(span(9999, 9999)), (4, 1));
    assert_eq!(sources.slice(span(3, 7)), "äö");
    assert_eq!(sources.slice(span(4, 7)), "");
    assert_eq!(sources.lines(span(3, 4)), (3..11, 2));
}

#[test]
fn sources_that_are_not_there_are_harmless() {
    let sources = SourceMap::new();
    assert_eq!((sources.name(SourceId(7)), sources.text(SourceId(7))), ("?", ""));
    assert_eq!(sources.position(Span::NONE), (1, 1));
    assert_eq!(sources.slice(Span::NONE), "");
    assert!(Span::NONE.is_none() && !span(0, 0).is_none());
}

#[test]
fn a_place_with_an_origin_becomes_two_labels() {
    let place = Place { span: span(5, 6), origin: Some(span(1, 2)) };
    let diagnostic =
        Diagnostic::error("x", "y").at(place, "here").also(span(7, 8), "and").note("n").help("h");
    let labels: Vec<_> =
        diagnostic.labels.iter().map(|l| (l.span.start, l.text.as_str(), l.primary)).collect();
    assert_eq!(labels, [(5, "here", true), (1, "the value comes from here", false), (7, "and", false)]);
    assert_eq!(diagnostic.place(), Some(span(5, 6)));
    assert!(Diagnostic::warning("x", "y").at(Place::NONE, "nowhere").labels.is_empty());
}

#[test]
fn diagnostics_are_counted_sorted_and_kept_once() {
    let mut diags = Diagnostics::new();
    assert!(diags.is_empty() && !diags.has_errors());
    diags.push(Diagnostic::warning("w", "warned").at(span(9, 9).into(), ""));
    assert!(!diags.has_errors());
    let late = Diagnostic::refused("r", "refused").at(span(5, 6).into(), "");
    diags.extend([late.clone(), late, Diagnostic::error("e", "nowhere")]);
    assert!(diags.has_errors());
    assert_eq!((diags.errors(), diags.warnings()), (2, 1));
    let sorted = diags.sorted();
    assert_eq!(sorted.iter().map(|d| d.code).collect::<Vec<_>>(), ["e", "r", "w"]);
    assert_eq!(diags.into_vec().len(), 3);
}

#[test]
fn suggestions() {
    let known = ["health_check", "name", "port", "ports", "on"];
    let near = |word: &str| suggest(word, known.into_iter());
    assert_eq!(near("helth_chek"), Some("health_check"));
    assert_eq!(near("health-check"), Some("health_check"));
    assert_eq!(near("Name"), Some("name"));
    assert_eq!(near("nmae"), Some("name"));
    assert_eq!(near("portx"), Some("port"));
    assert_eq!(near("interval"), None);
    assert_eq!(near("zz"), None);
    assert_eq!(near(&"x".repeat(1000)), None);
}

#[test]
fn located_values_compare_by_value() {
    let one = Located::new("a".to_owned(), span(1, 2).into());
    let other = Located::new("a".to_owned(), span(3, 4).into());
    assert_eq!(one, other);
    assert_eq!(one.as_ref().map(|text| text.len()), Located::new(1, Place::NONE));
}
