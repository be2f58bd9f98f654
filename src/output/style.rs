//! Styles as roles: the only place that names a colour. Colour never carries a meaning alone.

use anstyle::{AnsiColor, Effects, Style};

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Something new.
    Create,
    /// Something that changes in place.
    Change,
    /// Something that another one takes the place of.
    Replace,
    /// Something that goes.
    Delete,
    /// Something that is taken over.
    Adopt,
    /// Something live that is not ours.
    Stranger,
    /// What needs attention.
    Attention,
    /// What failed.
    Error,
    /// What is done.
    Done,
    /// What is waited for.
    Wait,
    /// The identity of a resource.
    Identity,
    /// A value that goes.
    Old,
    /// A place in a file, and other remarks on the margin.
    Margin,
    /// Everything else.
    Plain,
}

impl Role {
    fn style(self) -> Style {
        match self {
            Role::Create | Role::Done => AnsiColor::Green.on_default(),
            Role::Change => AnsiColor::Yellow.on_default(),
            Role::Replace => AnsiColor::Magenta.on_default() | Effects::BOLD,
            Role::Delete => AnsiColor::Red.on_default(),
            Role::Adopt | Role::Stranger | Role::Wait => AnsiColor::Cyan.on_default(),
            Role::Attention => AnsiColor::Yellow.on_default() | Effects::BOLD,
            Role::Error => AnsiColor::Red.on_default() | Effects::BOLD,
            Role::Identity => Style::new() | Effects::BOLD,
            Role::Old | Role::Margin => Style::new() | Effects::DIMMED,
            Role::Plain => Style::new(),
        }
    }
}

/// How a text is to look: decided once for each stream, handed to whatever renders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether to colour.
    pub color: bool,
    /// Columns of a line.
    pub width: usize,
    /// Whether values are shown whole, with ARNs and calls.
    pub verbose: bool,
}

/// Columns of a line off a terminal, and at most on one.
pub const WIDTH: usize = 100;

impl Look {
    /// No colour, full width.
    pub const PLAIN: Look = Look { color: false, width: WIDTH, verbose: false };

    /// The text in the style of its role.
    pub fn paint(self, role: Role, text: &str) -> String {
        let style = role.style();
        if self.color && !text.is_empty() && style != Style::new() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

/// One line that is put together from styled pieces in columns.
#[derive(Clone, Debug)]
pub struct Line {
    look: Look,
    text: String,
    columns: usize,
}

impl Line {
    /// An empty line.
    pub fn new(look: Look) -> Self {
        Self { look, text: String::new(), columns: 0 }
    }

    /// The columns used so far.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The columns left to the right edge.
    pub fn room(&self) -> usize {
        self.look.width.saturating_sub(self.columns)
    }

    /// Adds a piece.
    #[must_use]
    pub fn add(mut self, role: Role, text: &str) -> Self {
        self.text.push_str(&self.look.paint(role, text));
        self.columns += text.chars().count();
        self
    }

    /// Fills with blanks up to a column; adds at least one blank.
    #[must_use]
    pub fn to(mut self, column: usize) -> Self {
        let blanks = column.saturating_sub(self.columns).max(1);
        self.text.push_str(&" ".repeat(blanks));
        self.columns += blanks;
        self
    }

    /// Adds a piece at the right edge, two blanks away from the rest at least: past the edge, if need be.
    #[must_use]
    pub fn right(self, role: Role, text: &str) -> Self {
        if text.is_empty() {
            return self;
        }
        let gap = self.room().saturating_sub(text.chars().count()).max(2);
        let column = self.columns + gap;
        self.to(column).add(role, text)
    }

    /// Adds pieces, each with what parts it from the one before; what does not fit goes to the next line, which begins
    /// at a column. Where not all of them fit behind what is there, all go there.
    #[must_use]
    pub fn flow(mut self, pieces: &[(Role, &str, &str)], column: usize, lines: &mut String) -> Self {
        let long = |(_, gap, text): &(Role, &str, &str)| gap.chars().count() + text.chars().count();
        let first_gap = pieces.first().map_or(0, |(_, gap, _)| gap.chars().count());
        let whole = pieces.iter().map(long).sum::<usize>() - first_gap;
        if self.columns > 0 && whole > self.room() {
            self = self.next(column, lines);
        }
        let mut first = true;
        for piece in pieces {
            let (role, gap, text) = *piece;
            if !first && long(piece) > self.room() {
                self = self.add(Role::Plain, gap.trim_end()).next(column, lines).add(role, text);
            } else {
                self = self.add(Role::Plain, if first { "" } else { gap }).add(role, text);
            }
            first = false;
        }
        self
    }

    /// Ends the line, and begins another one at a column.
    fn next(self, column: usize, lines: &mut String) -> Self {
        let look = self.look;
        lines.push_str(&self.finish());
        lines.push('\n');
        Self::new(look).add(Role::Plain, &" ".repeat(column))
    }

    /// The line without blanks at its end and without a line break.
    pub fn finish(self) -> String {
        self.text.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Look, Role};

    #[test]
    fn colour_is_only_added_when_it_is_on() {
        assert_eq!(Look::PLAIN.paint(Role::Create, "+"), "+");
        let colored = Look { color: true, ..Look::PLAIN };
        assert_eq!(colored.paint(Role::Create, "+"), "\u{1b}[32m+\u{1b}[0m");
        assert_eq!(colored.paint(Role::Plain, "x"), "x");
    }

    #[test]
    fn columns_do_not_count_colour() {
        let colored = Look { color: true, width: 20, verbose: false };
        let line =
            Line::new(colored).add(Role::Create, "+").to(4).add(Role::Plain, "ab").right(Role::Margin, "f:1");
        assert_eq!(line.columns(), 20);
        assert_eq!(line.finish(), "\u{1b}[32m+\u{1b}[0m   ab           \u{1b}[2mf:1\u{1b}[0m");
    }

    #[test]
    fn what_does_not_fit_goes_past_the_edge() {
        let narrow = Look { width: 4, ..Look::PLAIN };
        assert_eq!(
            Line::new(narrow).add(Role::Plain, "abcdef").right(Role::Plain, "z").finish(),
            "abcdef  z"
        );
    }
}
