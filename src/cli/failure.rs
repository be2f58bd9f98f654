//! How a command fails: what was wrong, what was changed, and how it is told.

use serde_json::{Value, json};

use super::again;
use super::args::Global;
use super::exit::Exit;
use crate::base::{Diagnostic, SourceMap};
use crate::output::ui::Ui;
use crate::output::{apply_text, diagnostics, plan_json};

/// The last line when a command failed before it changed anything.
pub const NOTHING_CHANGED: &str = "Nothing was changed.";

/// A command that did not do what it was to do.
#[derive(Clone, Debug)]
pub struct Failure {
    /// How the command ends.
    pub exit: Exit,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// What is done and what is not; empty when nothing was begun.
    pub body: String,
    /// The last line, before the exit code.
    pub line: String,
    /// For programs: the answer so far, to which the error is added.
    pub answer: Option<Value>,
}

impl Failure {
    /// Nothing was changed.
    pub fn new(exit: Exit, diagnostics: Vec<Diagnostic>) -> Self {
        Self { exit, diagnostics, body: String::new(), line: NOTHING_CHANGED.to_owned(), answer: None }
    }

    /// Something failed, and nothing was changed.
    pub fn failed(diagnostic: Diagnostic) -> Self {
        Self::new(Exit::Failed, vec![diagnostic])
    }

    /// It will not be done.
    pub fn refused(diagnostics: Vec<Diagnostic>) -> Self {
        Self::new(Exit::Refused, diagnostics)
    }

    /// The command line is wrong, in a way that only shows when all of it is known.
    pub fn usage(diagnostic: Diagnostic) -> Self {
        Self::new(Exit::Usage, vec![diagnostic])
    }

    /// Interrupted before anything was begun.
    pub fn interrupted() -> Self {
        Self { line: format!("Interrupted. {NOTHING_CHANGED}"), ..Self::new(Exit::Interrupted, Vec::new()) }
    }

    /// Asked, and told no.
    pub fn declined() -> Self {
        Self { line: format!("Not applied. {NOTHING_CHANGED}"), ..Self::new(Exit::Failed, Vec::new()) }
    }

    /// The same, with commands that work where this one worked.
    #[must_use]
    pub fn placed(self, global: &Global) -> Self {
        Self { diagnostics: again::all_placed(global, self.diagnostics), ..self }
    }

    /// Tells people, on stderr.
    pub fn tell(&self, ui: &mut Ui, sources: &SourceMap) {
        let look = ui.err_look();
        let mut text = diagnostics::fitted(&self.diagnostics, sources, look);
        if !text.is_empty() {
            text.push('\n');
        }
        if !self.body.is_empty() {
            text.push_str(&self.body);
        }
        text.push_str(&apply_text::last_line(&self.line, self.exit.code(), look));
        text.push('\n');
        ui.problem(&text);
    }

    /// The answer for programs: one object with `error`.
    pub fn to_json(&self, sources: &SourceMap) -> Value {
        let first = self.diagnostics.iter().find(|one| one.stops()).or(self.diagnostics.first());
        let mut answer =
            self.answer.clone().unwrap_or_else(|| json!({"format_version": plan_json::FORMAT_VERSION}));
        let all: Vec<Value> = self.diagnostics.iter().map(|one| diagnostics::to_json(one, sources)).collect();
        answer["error"] = json!({
            "code": first.map_or(self.word(), |one| one.code),
            "message": first.map_or(self.line.as_str(), |one| one.message.as_str()),
            "diagnostics": all,
        });
        answer["exit_code"] = json!(self.exit.code());
        answer
    }

    /// What to call it when no diagnostic does.
    fn word(&self) -> &'static str {
        match self.exit {
            Exit::Done | Exit::Failed => "failed",
            Exit::Usage => "usage",
            Exit::ChangesPending => "changes-pending",
            Exit::SpecInvalid => "spec-invalid",
            Exit::Incomplete => "incomplete",
            Exit::Refused => "refused",
            Exit::TestFailed => "routing-test",
            Exit::Interrupted => "interrupted",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::ui::memory;

    #[test]
    fn the_last_line_says_what_was_changed_and_the_exit_code() {
        let (mut ui, out, err) = memory::ui(memory::PLAIN);
        Failure::refused(vec![Diagnostic::refused("name-taken", "the name is taken")])
            .tell(&mut ui, &SourceMap::new());
        let text = err.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], ["refused[name-taken]: the name is taken", ""]);
        assert!(lines[2].starts_with("Nothing was changed.  ") && lines[2].ends_with("  exit 6"), "{text}");
        assert_eq!(lines[2].len(), 100);
        assert_eq!(out.text(), "");
    }

    #[test]
    fn without_diagnostics_there_is_only_the_line() {
        let (mut ui, _, err) = memory::ui(memory::PLAIN);
        Failure::interrupted().tell(&mut ui, &SourceMap::new());
        assert!(err.text().starts_with("Interrupted. Nothing was changed.  "), "{}", err.text());
    }

    #[test]
    fn programs_get_one_object_with_the_error() {
        let warning = Diagnostic::warning("w", "a warning");
        let error = Diagnostic::error("unknown-key", "a mistake");
        let answer = Failure::new(Exit::SpecInvalid, vec![warning, error]).to_json(&SourceMap::new());
        assert_eq!(answer["error"]["code"], "unknown-key");
        assert_eq!(answer["error"]["message"], "a mistake");
        assert_eq!(answer["error"]["diagnostics"][0]["code"], "w");
        assert_eq!((&answer["exit_code"], &answer["format_version"]), (&json!(4), &json!(1)));
        let answer = Failure::declined().to_json(&SourceMap::new());
        assert_eq!(answer["error"]["message"], "Not applied. Nothing was changed.");
    }
}
