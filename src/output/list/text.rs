//! The load balancers of a region for people, on one screen.

use super::{Known, Owner, Row};
use crate::model::survey::SurveyedListener;
use crate::output::status::certificates::SOON;
use crate::output::style::{Line, Look, Role};
use crate::output::text::{count, cut, visible};

/// So many lines say what needs attention; `-v` shows all.
const LINES: usize = 12;
/// A name or an owner is not cut to less.
const LEAST: usize = 12;
/// Columns of the mark, and between columns.
const GAP: usize = 2;

/// All but the last line.
pub fn body(rows: &[Row], notes: &[String], look: Look) -> String {
    let mut text = String::new();
    if !rows.is_empty() {
        table(&mut text, rows, look);
    }
    let problems: Vec<(&str, &str)> = rows
        .iter()
        .flat_map(|row| row.problems.iter().map(|one| (row.name.as_str(), one.as_str())))
        .collect();
    if !problems.is_empty() || !notes.is_empty() {
        text.push('\n');
    }
    let mark = look.paint(Role::Attention, "!");
    for note in notes {
        text.push_str(&format!("{mark} {}\n", visible(note)));
    }
    let shown = if look.verbose { problems.len() } else { LINES };
    for (name, problem) in problems.iter().take(shown) {
        let name = look.paint(Role::Identity, &visible(name));
        text.push_str(&format!("{mark} {name}  {}\n", visible(problem)));
    }
    if problems.len() > shown {
        text.push_str(&format!("{mark} and {} more: -v\n", problems.len() - shown));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// The one thing to know.
pub fn line(rows: &[Row], region: &str, look: Look) -> String {
    if rows.is_empty() {
        return format!("No application load balancer in {}.", visible(region));
    }
    let troubled = rows.iter().filter(|row| !row.problems.is_empty()).count();
    let all = count(rows.len(), "load balancer");
    match troubled {
        0 => format!("{all}, none needs attention."),
        1 => look.paint(Role::Attention, &format!("{all}, 1 needs attention.")),
        some => look.paint(Role::Attention, &format!("{all}, {some} need attention.")),
    }
}

/// What stands in a row, as wide as it is.
struct Cells {
    name: String,
    owner: String,
    state: String,
    scheme: String,
    listeners: String,
    healthy: String,
    days: String,
}

impl Cells {
    fn all(&self) -> [&str; 7] {
        let Self { name, owner, state, scheme, listeners, healthy, days } = self;
        [name, owner, state, scheme, listeners, healthy, days].map(String::as_str)
    }

    /// How wide each column must be.
    fn widths(all: &[Cells]) -> [usize; 7] {
        let mut widths = [0; 7];
        for cells in all {
            for (width, cell) in widths.iter_mut().zip(cells.all()) {
                *width = (*width).max(cell.chars().count());
            }
        }
        widths
    }
}

fn table(text: &mut String, rows: &[Row], look: Look) {
    let head = Cells {
        name: "load balancer".to_owned(),
        owner: "owner".to_owned(),
        state: "state".to_owned(),
        scheme: "scheme".to_owned(),
        listeners: "listeners".to_owned(),
        healthy: "healthy".to_owned(),
        days: "cert".to_owned(),
    };
    let all_cells = |narrow: bool| -> Vec<Cells> { rows.iter().map(|row| cells(row, narrow)).collect() };
    let all = |narrow: bool| -> [usize; 7] {
        let mut widths = Cells::widths(&all_cells(narrow));
        for (width, word) in widths.iter_mut().zip(head.all()) {
            *width = (*width).max(word.chars().count());
        }
        widths
    };
    let total = |widths: &[usize; 7]| widths.iter().sum::<usize>() + GAP * widths.len();
    let narrow = total(&all(false)) > look.width;
    let mut widths = all(narrow);
    fit(&mut widths, look.width);
    text.push('\n');
    push(text, cells_line(Line::new(look), &head, &widths, [Role::Margin; 7]));
    for (row, cells) in rows.iter().zip(all_cells(narrow)) {
        let mark = if row.problems.is_empty() { "" } else { "!" };
        let line = Line::new(look).add(Role::Attention, mark);
        push(text, cells_line(line, &cells, &widths, roles(row)));
        if look.verbose {
            let owner = row.owner.value().and_then(Option::as_ref).map(Owner::words);
            let owner = owner.filter(|_| cells.owner.chars().count() > widths[1]);
            for below in [Some(&row.arn), row.dns_name.as_ref(), owner.as_ref()].into_iter().flatten() {
                text.push_str(&format!("    {}\n", visible(below)));
            }
        }
    }
}

/// What of a row needs attention is in its colour.
fn roles(row: &Row) -> [Role; 7] {
    let ill = |(healthy, all): (usize, usize)| healthy < all || all == 0;
    let soon = |days: i64| days < SOON;
    let when = |yes: bool| if yes { Role::Attention } else { Role::Plain };
    let health = when(row.health.value().copied().flatten().is_some_and(ill));
    let days = when(row.days.value().copied().flatten().is_some_and(soon));
    [Role::Identity, Role::Plain, Role::Plain, Role::Plain, Role::Plain, health, days]
}

fn push(text: &mut String, line: Line) {
    text.push_str(&line.finish());
    text.push('\n');
}

/// Takes from the name and the owner what the screen has no room for; the name keeps the larger part.
fn fit(widths: &mut [usize; 7], width: usize) {
    let others: usize = widths.iter().skip(2).sum::<usize>() + GAP * widths.len();
    let room = width.saturating_sub(others).max(2 * LEAST);
    let [name, owner, ..] = widths;
    let least = (*owner).min((room / 3).max(LEAST));
    *name = (*name).min(room - least);
    *owner = (*owner).min(room - *name);
}

fn cells_line(mut line: Line, cells: &Cells, widths: &[usize; 7], roles: [Role; 7]) -> Line {
    let mut column = GAP;
    for ((cell, width), role) in cells.all().into_iter().zip(widths).zip(roles) {
        if column > line.columns() {
            line = line.to(column);
        }
        line = line.add(role, &cut(cell, *width));
        column += width + GAP;
    }
    line
}

fn cells(row: &Row, narrow: bool) -> Cells {
    let unknown = || "?".to_owned();
    let ports = |all: &Vec<SurveyedListener>| {
        let most = if narrow { 2 } else { 4 };
        let mut words: Vec<String> = all.iter().take(most).map(|one| format!(":{}", one.port)).collect();
        words.extend((all.len() > most).then(|| format!("+{}", all.len() - most)));
        if words.is_empty() { "-".to_owned() } else { words.join(" ") }
    };
    let scheme = match row.scheme.as_str() {
        "internet-facing" if narrow => "internet",
        other => other,
    };
    Cells {
        name: visible(&row.name),
        owner: match row.owner.value() {
            Some(Some(owner)) if narrow => visible(&owner.words().replacen("CloudFormation", "CFN", 1)),
            Some(Some(owner)) => visible(&owner.words()),
            Some(None) => "-".to_owned(),
            None => unknown(),
        },
        state: visible(row.state.split_whitespace().next().unwrap_or("?")),
        scheme: visible(scheme),
        listeners: row.listeners.value().map_or_else(unknown, ports),
        healthy: partly(&row.health, |(healthy, all)| format!("{healthy}/{all}")),
        days: partly(&row.days, |days| if *days < 0 { "expired".to_owned() } else { format!("{days}d") }),
    }
}

/// `-` for nothing, `?` for what is not known or not known whole.
fn partly<T>(value: &Known<Option<T>>, words: impl Fn(&T) -> String) -> String {
    match value {
        Known::All(Some(value)) => words(value),
        Known::All(None) => "-".to_owned(),
        Known::Part(Some(value)) => format!("{}?", words(value)),
        Known::Part(None) | Known::Nothing => "?".to_owned(),
    }
}
