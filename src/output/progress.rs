//! What happens while a plan runs, line by line: scrolling above a bar on a terminal, plain lines off one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::screen::Screen;
use super::style::{Line, Look, Role};
use super::text::{count, cut, stopwatch, took, visible};
use super::ui::Ui;
use crate::base::Seconds;
use crate::exec::event::StepError;
use crate::exec::{Event, Observer};
use crate::kinds::{Plan, Step};
use crate::model::StepId;

/// A wait whose state stays the same is reported this often.
const REPORT_EVERY: Duration = Duration::from_secs(30);

/// An attempt that follows sooner is not worth a line.
const SHORT_PAUSE: Duration = Duration::from_secs(2);

/// One line about one step.
#[derive(Clone, Debug)]
struct Entry {
    at: Duration,
    word: &'static str,
    role: Role,
    verb: String,
    subject: String,
    /// Cut when it is long.
    text: String,
    /// After the text, and never cut.
    tail: String,
    /// At the right edge: how long it took or takes.
    time: String,
}

impl Entry {
    fn of(step: &Step, at: Duration, word: &'static str, role: Role, text: &str) -> Self {
        let (verb, subject) = (step.verb.as_str().to_owned(), visible(step.subject.as_str()));
        Self { at, word, role, verb, subject, text: visible(text), tail: String::new(), time: String::new() }
    }

    fn taking(mut self, duration: Duration) -> Self {
        self.time = took(duration);
        self
    }

    /// With `clock` the elapsed time comes first.
    fn render(&self, look: Look, clock: bool) -> String {
        let begin = if clock { 6 } else { 2 };
        let line = Line::new(look);
        let line = if clock {
            line.add(Role::Margin, &stopwatch(self.at)).to(begin)
        } else {
            line.add(Role::Plain, "  ")
        };
        let line = line.add(self.role, self.word).to(begin + 9).add(Role::Plain, &self.verb);
        let line = match self.subject.is_empty() {
            true => line.to(begin + 44),
            false => line.to(begin + 18).add(Role::Identity, &self.subject).to(begin + 44),
        };
        let reserved = self.tail.chars().count() + if self.time.is_empty() { 0 } else { self.time.len() + 2 };
        let room = line.room().saturating_sub(reserved);
        let text = if look.verbose { self.text.clone() } else { cut(&self.text, room.max(12)) };
        line.add(Role::Plain, &text).add(Role::Plain, &self.tail).right(Role::Margin, &self.time).finish()
    }
}

/// Steps that are skipped for one reason: they are told together.
struct Skipped {
    at: Duration,
    because: StepId,
    reason: String,
    steps: Vec<Entry>,
}

/// Tells what happens.
pub struct Progress<'u> {
    ui: &'u mut Ui,
    screen: Option<Screen>,
    /// The last state of each wait that was told, and when.
    waits: BTreeMap<StepId, (String, Duration)>,
    /// What was told of a wait beside its state.
    details: BTreeSet<(StepId, String)>,
    skipped: Option<Skipped>,
}

impl<'u> Progress<'u> {
    /// For one run of a plan.
    pub fn new(ui: &'u mut Ui, plan: &Plan) -> Self {
        let screen = ui.redraws().then(|| Screen::new(plan.steps.len(), ui.err_look(), ui.manner().utf8));
        Self { ui, screen, waits: BTreeMap::new(), details: BTreeSet::new(), skipped: None }
    }

    /// Removes what is redrawn in place; the lines stay.
    pub fn finish(mut self) {
        self.flush_skipped();
        if let Some(screen) = &self.screen {
            screen.clear();
        }
    }

    fn tell(&mut self, entry: &Entry) {
        self.flush_skipped();
        self.print(entry);
    }

    fn print(&mut self, entry: &Entry) {
        let look = self.ui.err_look();
        match &self.screen {
            Some(screen) => screen.line(&entry.render(look, false)),
            None => self.ui.status(&format!("{}\n", entry.render(look, true))),
        }
    }

    fn skip(&mut self, step: &Step, at: Duration, because: &Step) {
        let reason = format!("{} {} failed", because.verb.as_str(), visible(because.subject.as_str()));
        let entry = Entry::of(step, at, "skipped", Role::Attention, &reason);
        match &mut self.skipped {
            Some(skipped) if skipped.because == because.id => skipped.steps.push(entry),
            Some(_) | None => {
                self.flush_skipped();
                self.skipped = Some(Skipped { at, because: because.id.clone(), reason, steps: vec![entry] });
            }
        }
    }

    fn flush_skipped(&mut self) {
        let Some(skipped) = self.skipped.take() else { return };
        if let [only] = skipped.steps.as_slice() {
            return self.print(only);
        }
        let first = skipped.steps.first().map(|entry| entry.subject.clone()).unwrap_or_default();
        let number = count(skipped.steps.len(), "step");
        let what = match skipped.steps.iter().all(|entry| entry.subject == first) {
            true => format!("{number} of {first}"),
            false => number,
        };
        self.print(&Entry {
            at: skipped.at,
            word: "skipped",
            role: Role::Attention,
            verb: what,
            subject: String::new(),
            text: skipped.reason,
            tail: String::new(),
            time: String::new(),
        });
    }

    /// The first line of a state is told as it changes; what follows it (something to do by hand) once, in full.
    fn wait(&mut self, step: &Step, at: Duration, state: &str, limit: Duration, waited: Duration) {
        let (state, details) = state.split_once('\n').unwrap_or((state, ""));
        let new = |line: &&str| self.details.insert((step.id.clone(), (*line).to_owned()));
        let new: Vec<&str> = details.lines().filter(new).collect();
        if !new.is_empty() {
            let text = format!("\n{}\n", new.join("\n"));
            match &self.screen {
                Some(screen) => screen.line(&text),
                None => self.ui.status(&format!("{text}\n")),
            }
        }
        if let Some(screen) = &mut self.screen {
            self.waits.insert(step.id.clone(), (state.to_owned(), at));
            let entry = Entry::of(step, at, "wait", Role::Wait, state);
            let text = entry.render(screen.wait_look(), false);
            return screen.wait(&step.id, text.trim_start(), Some(limit.saturating_sub(waited)));
        }
        if self.told_lately(step, at, state) {
            return;
        }
        let first = self.waits.insert(step.id.clone(), (state.to_owned(), at)).is_none();
        let tail = if first { format!(", at most {}", Seconds(limit.as_secs())) } else { String::new() };
        self.tell(&Entry { tail, ..Entry::of(step, at, "wait", Role::Wait, state) });
    }

    /// A call that is refused for a while is told like a wait: it is one.
    fn retry(&mut self, step: &Step, at: Duration, text: &str) {
        let entry = Entry::of(step, at, "wait", Role::Wait, text);
        let told_lately = self.told_lately(step, at, text);
        if let Some(screen) = &mut self.screen {
            screen.wait(&step.id, entry.render(screen.wait_look(), false).trim_start(), None);
        } else if !told_lately {
            self.tell(&entry);
        }
        if !told_lately {
            self.waits.insert(step.id.clone(), (text.to_owned(), at));
        }
    }

    fn told_lately(&self, step: &Step, at: Duration, state: &str) -> bool {
        let last = self.waits.get(&step.id);
        last.is_some_and(|(last, told)| last == state && at.saturating_sub(*told) < REPORT_EVERY)
    }

    fn end(&mut self, step: &Step) {
        if let Some(screen) = &mut self.screen {
            screen.end(&step.id);
        }
    }
}

impl Observer for Progress<'_> {
    fn event(&mut self, event: &Event<'_>) {
        match *event {
            Event::Started { .. } => {}
            Event::Retrying { step, at, error, after } => {
                if after >= SHORT_PAUSE || self.ui.err_look().verbose {
                    let why = error.code.as_deref().unwrap_or(&error.message);
                    self.retry(step, at, &format!("{why}; again in {}", took(after)));
                }
            }
            Event::Waiting { step, at, state, limit, waited } => self.wait(step, at, state, limit, waited),
            Event::Done { step, at, took, state } => {
                self.end(step);
                let text = state.unwrap_or(&step.summary);
                self.tell(&Entry::of(step, at, "done", Role::Done, text).taking(took));
            }
            Event::Left { step, at, took, used_by } => {
                self.end(step);
                let text = format!("used by {used_by}");
                self.tell(&Entry::of(step, at, "left", Role::Attention, &text).taking(took));
            }
            Event::Failed { step, at, took, error } => {
                self.end(step);
                self.tell(&Entry::of(step, at, "FAILED", Role::Error, &brief(error)).taking(took));
            }
            Event::Skipped { step, at, because } => {
                self.end(step);
                self.skip(step, at, because);
            }
            Event::Stopped { step, at, took } => {
                self.end(step);
                let last = self.waits.get(&step.id).map(|(state, _)| state.clone());
                let text = last.unwrap_or_else(|| step.summary.clone());
                self.tell(&Entry::of(step, at, "stopped", Role::Attention, &text).taking(took));
            }
            Event::Stopping => {
                let text =
                    "stopping: no new step starts, calls in flight may finish (Ctrl-C again: stop at once)";
                self.flush_skipped();
                match &self.screen {
                    Some(screen) => screen.line(text),
                    None => self.ui.status(&format!("{text}\n")),
                }
            }
        }
    }
}

/// A failure in a few words; the diagnostic says the rest.
fn brief(error: &StepError) -> String {
    match error {
        StepError::Service(error) => error.code.clone().unwrap_or_else(|| error.message.clone()),
        StepError::TimedOut { state, limit } => {
            let state = state.lines().next().unwrap_or_default().to_owned();
            StepError::TimedOut { state, limit: *limit }.to_string()
        }
        StepError::Hopeless { .. } | StepError::ListenerChanged | StepError::MissingOutput(_) => {
            error.to_string()
        }
    }
}

#[cfg(test)]
#[path = "progress_tests.rs"]
mod tests;
