//! Where two texts differ, line by line.

/// What a line of a hunk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// As it was; shown so that one knows where one is.
    Context,
    /// Lines that are left out.
    Gap,
    /// It goes.
    Old,
    /// It comes.
    New,
}

/// A line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HunkLine {
    /// What it is.
    pub kind: LineKind,
    /// Its number in the old text, from 1; none for new lines and gaps.
    pub number: Option<usize>,
    /// The line without its break.
    pub text: String,
}

/// A place where two texts differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The file.
    pub file: String,
    /// The line of the old text to look at, from 1: the first one that is shown.
    pub line: usize,
    /// The lines: what it is inside of, the line before, what goes, what comes.
    pub lines: Vec<HunkLine>,
}

/// The hunks of two texts of a file, in order: each with the line before it and the line that it is inside of.
pub fn hunks(old: &str, new: &str, file: &str) -> Vec<Hunk> {
    let (old, new): (Vec<&str>, Vec<&str>) = (lines(old), lines(new));
    let changes = changes(&old, &new);
    changes.into_iter().map(|(gone, come)| hunk(&old, gone, come, file)).collect()
}

/// The lines with what ends them, so that a missing last break counts.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn bare(line: &str) -> String {
    line.trim_end_matches(['\n', '\r']).to_owned()
}

type Piece<'t> = (std::ops::Range<usize>, Vec<&'t str>);

/// Past this many lines in the middle no alignment is looked for.
const LARGEST: usize = 2_000;

fn changes<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Piece<'t>> {
    // The break at the end of the last line is not shown, so it makes no difference here either.
    let alike = |a: &&str, b: &&str| a.trim_end_matches(['\n', '\r']) == b.trim_end_matches(['\n', '\r']);
    let head = old.iter().zip(new).take_while(|(a, b)| alike(a, b)).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| alike(a, b)).count();
    let (a, b) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    if a.len() > LARGEST || b.len() > LARGEST {
        return vec![(head..old.len() - tail, b.to_vec())];
    }
    let table = common(a, b, alike);
    let length = |i: usize, j: usize| table.get(i * (b.len() + 1) + j).copied().unwrap_or_default();
    let mut out: Vec<Piece<'t>> = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let (x, y) = (a.get(i), b.get(j));
        if x.zip(y).is_some_and(|(x, y)| alike(x, y)) {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        if out.last().is_none_or(|(range, _)| range.end != head + i) {
            out.push((head + i..head + i, Vec::new()));
        }
        let Some((range, come)) = out.last_mut() else { break };
        match y {
            Some(line) if x.is_none() || length(i + 1, j) < length(i, j + 1) => {
                come.push(line);
                j += 1;
            }
            Some(_) | None => (range.end, i) = (range.end + 1, i + 1),
        }
    }
    out
}

/// The lengths of the longest common lines of all ends of the two.
fn common(a: &[&str], b: &[&str], alike: impl Fn(&&str, &&str) -> bool) -> Vec<u32> {
    let width = b.len() + 1;
    let mut table = vec![0_u32; (a.len() + 1) * width];
    for (i, x) in a.iter().enumerate().rev() {
        for (j, y) in b.iter().enumerate().rev() {
            let get = |at: usize| table.get(at).copied().unwrap_or_default();
            let best = match alike(x, y) {
                true => get((i + 1) * width + j + 1) + 1,
                false => get((i + 1) * width + j).max(get(i * width + j + 1)),
            };
            if let Some(cell) = table.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    table
}

fn hunk(old: &[&str], gone: std::ops::Range<usize>, come: Vec<&str>, file: &str) -> Hunk {
    let context = |at: usize| HunkLine {
        kind: LineKind::Context,
        number: Some(at + 1),
        text: old.get(at).map(|line| bare(line)).unwrap_or_default(),
    };
    let before = (0..gone.start).rev().find(|at| old.get(*at).is_some_and(|line| !line.trim().is_empty()));
    let first = old.get(gone.start..gone.end).and_then(<[_]>::first).or(come.first());
    let heading = first.and_then(|line| heading(old, gone.start, indent(line)));
    let mut lines: Vec<HunkLine> = Vec::new();
    if let Some(at) = heading.filter(|at| Some(*at) != before) {
        lines.push(context(at));
        if before.is_some_and(|before| before > at + 1) {
            lines.push(HunkLine { kind: LineKind::Gap, number: None, text: String::new() });
        }
    }
    lines.extend(before.map(context));
    let line = lines.first().and_then(|line| line.number).unwrap_or(gone.start + 1);
    let old_lines = gone.map(|at| HunkLine { kind: LineKind::Old, ..context(at) });
    lines.extend(old_lines);
    lines.extend(come.into_iter().map(|line| HunkLine {
        kind: LineKind::New,
        number: None,
        text: bare(line),
    }));
    Hunk { file: file.to_owned(), line, lines }
}

/// The nearest line above that is indented less: what the change is inside of.
fn heading(old: &[&str], from: usize, indented: usize) -> Option<usize> {
    (0..from).rev().find(|at| {
        let line = old.get(*at).copied().unwrap_or_default();
        let text = line.trim();
        !text.is_empty() && !text.starts_with('#') && indent(line) < indented
    })
}

fn indent(line: &str) -> usize {
    line.chars().take_while(|letter| *letter == ' ').count()
}
