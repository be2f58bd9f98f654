//! The lines at the bottom of a terminal that are redrawn in place: one for each wait, and the bar.

use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::text::{stopwatch, took};
use crate::model::StepId;

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(120);

/// The redrawn lines. A line that stays scrolls up above them.
pub struct Screen {
    lines: MultiProgress,
    bar: ProgressBar,
    waits: BTreeMap<StepId, ProgressBar>,
    utf8: bool,
}

impl Screen {
    /// A bar over so many steps; without UTF-8 all is drawn in ASCII.
    pub fn new(steps: usize, utf8: bool) -> Self {
        let lines = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let bar = lines.add(ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX)));
        bar.set_style(bar_style(utf8));
        bar.tick();
        Self { lines, bar, waits: BTreeMap::new(), utf8 }
    }

    /// A line that stays.
    pub fn line(&self, text: &str) {
        // A terminal that went away is no reason to stop what is under way.
        let _gone = self.lines.println(text);
    }

    /// The state of a wait.
    pub fn wait(&mut self, step: &StepId, text: &str, left: Duration) {
        let line = self.waits.entry(step.clone()).or_insert_with(|| {
            let line = self.lines.insert_before(&self.bar, ProgressBar::new_spinner());
            line.set_style(wait_style(self.utf8));
            line.enable_steady_tick(TICK);
            line
        });
        line.set_message(text.to_owned());
        self.bar.set_message(format!("at most {} more", took(left)));
    }

    /// A step came to an end.
    pub fn end(&mut self, step: &StepId, at: Duration) {
        if let Some(line) = self.waits.remove(step) {
            line.finish_and_clear();
            self.lines.remove(&line);
        }
        self.bar.set_message(stopwatch(at));
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

fn bar_style(utf8: bool) -> ProgressStyle {
    let style = ProgressStyle::with_template("  {bar:40}   {pos}/{len} steps   {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars(if utf8 { "━━─" } else { "##-" })
}

fn wait_style(utf8: bool) -> ProgressStyle {
    let style =
        ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    style.tick_chars(if utf8 { "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ " } else { "|/-\\ " })
}
