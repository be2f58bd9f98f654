//! The answers of a command for several stacks: told one after the other, or one document for programs.

use serde_json::{Value, json};

use super::context::App;
use super::exit::Exit;
use super::failure::Failure;
use crate::output::text::visible;
use crate::output::{apply_text, plan_json};

/// The answer for programs of a command that takes several names: one shape, however many there are.
pub fn results(all: Vec<Value>, exit: Exit) -> Value {
    json!({"format_version": plan_json::FORMAT_VERSION, "results": all, "exit_code": exit.code()})
}

/// What one stack came to.
pub struct Answered {
    /// How it ended.
    pub exit: Exit,
    /// The answer for programs; its text was told already.
    pub json: Value,
}

/// Collects answers.
pub struct Answers {
    several: bool,
    documents: Vec<Value>,
    exit: Exit,
    failures: usize,
    last_failed: bool,
}

impl Answers {
    /// For so many stacks.
    pub fn of(stacks: usize) -> Self {
        Self { several: stacks > 1, documents: Vec::new(), exit: Exit::Done, failures: 0, last_failed: false }
    }

    /// Sets the texts of stacks apart.
    pub fn begin(&self, app: &mut App, spec: &str) {
        if !self.documents.is_empty() {
            app.ui.answer("\n");
        }
        if self.several {
            app.ui.begin(&visible(spec));
        }
    }

    /// Takes one; a failure is told at once.
    pub fn add(&mut self, app: &mut App, result: Result<Answered, Failure>) -> Exit {
        self.last_failed = result.is_err();
        self.failures += usize::from(self.last_failed);
        let (exit, document) = match result {
            Ok(answered) => (answered.exit, answered.json),
            Err(failure) => {
                let failure = failure.placed(&app.global);
                if !app.ui.is_json() {
                    failure.tell(&mut app.ui, &app.sources);
                }
                (failure.exit, failure.to_json(&app.sources))
            }
        };
        self.documents.push(document);
        self.exit = self.exit.and(exit);
        exit
    }

    /// Tells programs, and says how it all ended.
    pub fn finish(self, app: &mut App) -> Exit {
        if app.ui.is_json() {
            let document = match <[Value; 1]>::try_from(self.documents) {
                Ok([only]) if !self.several => only,
                Ok([only]) => json!({"format_version": plan_json::FORMAT_VERSION, "stacks": [only]}),
                Err(all) => json!({"format_version": plan_json::FORMAT_VERSION, "stacks": all}),
            };
            app.ui.json(&document);
        } else if self.failures > 0 && !self.last_failed {
            // The last line is the one to know, and the last stack's does not say so.
            let line = format!("{} of {} stacks failed.", self.failures, self.documents.len());
            let look = app.ui.err_look();
            app.ui.problem(&format!("{}\n", apply_text::last_line(&line, self.exit.code(), look)));
        }
        self.exit
    }
}
