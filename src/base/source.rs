//! The texts that diagnostics point into.

/// Names one text of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A range of bytes, `start..end`, in one source.
///
/// Field order matters: spans sort by source, then by where they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text that the offsets belong to.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte; equal to `start` for something that takes no room.
    pub end: u32,
}

impl Span {
    /// The span of something that was not written in any source, such as a value built in memory.
    pub const NONE: Span = Span { source: SourceId(u32::MAX), start: 0, end: 0 };

    /// A span from offsets as `usize`; offsets that do not fit are clamped (sources are far smaller).
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let clamp = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { source, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// Whether `other` lies within this span.
    pub fn contains(self, other: Span) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }

    /// Whether this is [`Span::NONE`].
    pub fn is_none(self) -> bool {
        self.source == Span::NONE.source
    }
}

#[derive(Clone, Debug)]
struct Source {
    name: String,
    text: String,
    /// Byte offsets at which the lines begin; the first is 0.
    lines: Vec<u32>,
}

/// All texts of a run: the specs, the files they extend, and values given on the command line.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// A map without sources.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under the name that diagnostics show, such as `prod.yaml` or `--var canary=5`.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        let text = text.into();
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).filter_map(|at| u32::try_from(at).ok()).collect();
        self.sources.push(Source { name: name.into(), text, lines });
        id
    }

    /// The name of a source; `?` for an id that is not of this map.
    pub fn name(&self, id: SourceId) -> &str {
        self.get(id).map_or("?", |source| source.name.as_str())
    }

    /// The whole text of a source; empty for an id that is not of this map.
    pub fn text(&self, id: SourceId) -> &str {
        self.get(id).map_or("", |source| source.text.as_str())
    }

    /// Line and column of the span's start, both from 1, columns counted in characters.
    pub fn position(&self, span: Span) -> (usize, usize) {
        self.position_at(span.source, span.start)
    }

    /// Line and column of the span's end (exclusive), both from 1, columns counted in characters.
    pub fn end_position(&self, span: Span) -> (usize, usize) {
        self.position_at(span.source, span.end)
    }

    /// The text that a span covers; empty where the span does not fit the source.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.source).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The byte range of the lines that hold `start..end`, without the last line's break, and the number
    /// of the first one (from 1).
    pub fn lines(&self, span: Span) -> (std::ops::Range<usize>, usize) {
        let Some(source) = self.get(span.source) else { return (0..0, 1) };
        let first = source.line_of(span.start);
        let last = source.line_of(span.end.max(span.start));
        let start = source.lines.get(first).map_or(0, |at| *at as usize);
        let end = source.lines.get(last + 1).map_or(source.text.len(), |next| *next as usize - 1);
        (start..end.max(start), first + 1)
    }

    fn position_at(&self, id: SourceId, offset: u32) -> (usize, usize) {
        let Some(source) = self.get(id) else { return (1, 1) };
        let line = source.line_of(offset);
        let start = source.lines.get(line).map_or(0, |at| *at as usize);
        let before = source.text.as_bytes().get(start..offset as usize).unwrap_or_default();
        // Continuation bytes are not counted, so this works wherever the offset lies in a character.
        let column = before.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        (line + 1, column + 1)
    }

    fn get(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }
}

impl Source {
    /// The index of the line that holds `offset`; offsets after the end belong to the last line.
    fn line_of(&self, offset: u32) -> usize {
        let offset = offset.min(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        self.lines.partition_point(|start| *start <= offset).saturating_sub(1)
    }
}
