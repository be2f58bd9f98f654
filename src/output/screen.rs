//! The lines at the bottom of a terminal that are redrawn in place: one for each wait, and the bar.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::time::Duration;

use console::Term;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle, TermLike};

use super::style::Look;
use super::text::{stopwatch, took};
use crate::model::StepId;

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(120);

/// Columns before the text of a wait: the spinner and a blank.
const SPINNER: usize = 2;

/// Columns of a stopwatch at the right edge, with the blanks before it.
const CLOCK: usize = 9;

/// Columns of the bar's own text.
const REMARK: usize = 24;

/// The redrawn lines. A line that stays scrolls up above them.
pub struct Screen {
    lines: MultiProgress,
    bar: ProgressBar,
    waits: BTreeMap<StepId, ProgressBar>,
    look: Look,
    utf8: bool,
}

impl Screen {
    /// A bar over so many steps; without UTF-8 all is drawn in ASCII.
    pub fn new(steps: usize, look: Look, utf8: bool) -> Self {
        let target = ProgressDrawTarget::term_like(Box::new(Bottom(Term::buffered_stderr())));
        let lines = MultiProgress::with_draw_target(target);
        let bar = lines.add(ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX)));
        bar.set_style(bar_style(look.width, utf8));
        bar.enable_steady_tick(TICK);
        Self { lines, bar, waits: BTreeMap::new(), look, utf8 }
    }

    /// How the text of a wait is to look: it leaves room for what stands around it.
    pub fn wait_look(&self) -> Look {
        Look { width: self.look.width.saturating_sub(CLOCK), ..self.look }
    }

    /// A line that stays.
    pub fn line(&self, text: &str) {
        // A terminal that went away is no reason to stop what is under way.
        let _gone = self.lines.println(text);
    }

    /// The state of a wait, and how long it may still last, if that is known.
    pub fn wait(&mut self, step: &StepId, text: &str, left: Option<Duration>) {
        let line = self.waits.entry(step.clone()).or_insert_with(|| {
            let line = self.lines.insert_before(&self.bar, ProgressBar::new_spinner());
            line.set_style(wait_style(self.look.width, self.utf8));
            line.enable_steady_tick(TICK);
            line
        });
        line.set_message(text.to_owned());
        if let Some(left) = left {
            self.bar.set_message(format!("at most {} more", took(left)));
        }
    }

    /// A step came to an end.
    pub fn end(&mut self, step: &StepId) {
        if let Some(line) = self.waits.remove(step) {
            line.finish_and_clear();
            self.lines.remove(&line);
        }
        if self.waits.is_empty() {
            self.bar.set_message("");
        }
        self.bar.inc(1);
    }

    /// Removes what is redrawn.
    pub fn clear(&self) {
        for line in self.waits.values() {
            line.finish_and_clear();
        }
        self.bar.finish_and_clear();
        let _gone = self.lines.clear();
    }
}

fn clock(state: &ProgressState, into: &mut dyn Write) {
    // Text in memory takes all that is written.
    let _always = write!(into, "{:>CLOCK$}", stopwatch(state.elapsed()));
}

fn bar_style(width: usize, utf8: bool) -> ProgressStyle {
    const AROUND: usize = "  ".len() + "   10/100 steps   ".len() + REMARK + CLOCK;
    let bar = width.saturating_sub(AROUND).clamp(10, 40);
    let style =
        ProgressStyle::with_template(&format!("  {{bar:{bar}}}   {{steps}}   {{msg:{REMARK}}}{{clock}}",));
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    let steps = |state: &ProgressState, into: &mut dyn Write| {
        let _always = write!(into, "{}/{} steps", state.pos(), state.len().unwrap_or_default());
    };
    let style = style.with_key("steps", steps).with_key("clock", clock);
    style.progress_chars(if utf8 { "━━─" } else { "##-" })
}

fn wait_style(width: usize, utf8: bool) -> ProgressStyle {
    let text = width.saturating_sub(SPINNER + CLOCK);
    let style = ProgressStyle::with_template(&format!("{{spinner}} {{msg:{text}}}{{clock}}"));
    let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner()).with_key("clock", clock);
    style.tick_chars(if utf8 { "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ " } else { "|/-\\ " })
}

/// The terminal, with the cursor left at the beginning of the last line. At its end, where it would be else, the
/// `^C` that a terminal shows would break the line, and a line of the old picture would stay.
#[derive(Debug)]
struct Bottom(Term);

impl TermLike for Bottom {
    fn width(&self) -> u16 {
        self.0.width()
    }

    fn height(&self) -> u16 {
        self.0.height()
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }

    fn write_line(&self, s: &str) -> io::Result<()> {
        self.0.write_line(s)
    }

    fn write_str(&self, s: &str) -> io::Result<()> {
        self.0.write_str(s)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.write_str("\r")?;
        self.0.flush()
    }
}
