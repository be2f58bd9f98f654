//! Where output goes. Everything that albctl prints passes through one [`Ui`].
//!
//! stdout is the answer; stderr is progress, diagnostics and questions. A reader that goes away (`| head`) never
//! stops what is under way: what is written after that is dropped. Lines that are too long for the screen are broken here.

use std::io::{self, Write};

use serde_json::Value;

use super::style::{Look, WIDTH};
use super::wrap;

/// In which form the answer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// One of the two streams.
pub struct Stream {
    writer: Box<dyn Write>,
    look: Look,
    terminal: bool,
    closed: bool,
}

impl Stream {
    /// A stream that writes as it is told: `terminal` says whether a person looks at it.
    pub fn new(writer: Box<dyn Write>, look: Look, terminal: bool) -> Self {
        Self { writer, look, terminal, closed: false }
    }

    /// Text for people: on a screen no line is wider than it, but for what must be copied whole. In a log of full width
    /// lines are searched for, and left as they are.
    fn tell(&mut self, text: &str) -> io::Result<()> {
        match self.terminal || self.look.width < WIDTH {
            true => self.write(&wrap::fit(text, self.look.width)),
            false => self.write(text),
        }
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        if self.closed || text.is_empty() {
            return Ok(());
        }
        let written = self.writer.write_all(text.as_bytes()).and_then(|()| self.writer.flush());
        match written {
            Err(error) => {
                self.closed = true;
                if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
            }
            Ok(()) => Ok(()),
        }
    }
}

/// How much is said, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// Text or JSON.
    pub format: Format,
    /// Only the answer's last line and errors.
    pub quiet: bool,
    /// Someone can be asked: stdin and stderr are terminals.
    pub can_ask: bool,
    /// Characters beyond ASCII can be shown.
    pub utf8: bool,
}

/// Who types the reply to a question, where it is not a person at a terminal.
pub type Typist = Box<dyn FnMut(&str) -> String>;

/// The two streams, and how to write to them.
pub struct Ui {
    out: Stream,
    err: Stream,
    manner: Manner,
    /// What the lines are about, where only lines are shown.
    subject: Option<String>,
    failure: Option<io::Error>,
    changed: bool,
    typist: Option<Typist>,
}

impl Ui {
    /// Over two streams.
    pub fn new(out: Stream, err: Stream, manner: Manner) -> Self {
        Self { out, err, manner, subject: None, failure: None, changed: false, typist: None }
    }

    /// The same, with somebody else than the terminal to answer questions.
    #[must_use]
    pub fn answered_by(self, typist: Typist) -> Self {
        Self { typist: Some(typist), ..self }
    }

    /// What is typed at a question; none: the terminal is to be asked.
    pub fn typed(&mut self, question: &str) -> Option<String> {
        self.typist.as_mut().map(|typist| typist(question))
    }

    /// How much is said, and how.
    pub fn manner(&self) -> Manner {
        self.manner
    }

    /// Whether the answer is JSON.
    pub fn is_json(&self) -> bool {
        match self.manner.format {
            Format::Json => true,
            Format::Text => false,
        }
    }

    /// How text on stdout looks.
    pub fn out_look(&self) -> Look {
        self.out.look
    }

    /// How text on stderr looks.
    pub fn err_look(&self) -> Look {
        self.err.look
    }

    /// Whether stderr is redrawn in place.
    pub fn redraws(&self) -> bool {
        self.err.terminal && !self.manner.quiet && !self.is_json()
    }

    /// Whether a person looks at stdout.
    pub fn out_is_terminal(&self) -> bool {
        self.out.terminal
    }

    /// A part of the answer as text; nothing with `-q` or JSON.
    pub fn answer(&mut self, text: &str) {
        if !self.manner.quiet && !self.is_json() {
            self.tell_out(text);
        }
    }

    /// From here on the answer is about one of several: with `-q` its line begins with this name.
    pub fn begin(&mut self, subject: &str) {
        self.subject = Some(subject.to_owned());
    }

    /// The one line of the answer, also with `-q`; nothing with JSON.
    pub fn answer_line(&mut self, text: &str) {
        if self.is_json() {
            return;
        }
        let line = match &self.subject {
            Some(subject) if self.manner.quiet => format!("{subject}: {text}\n"),
            Some(_) | None => format!("{text}\n"),
        };
        // A script that asks for the line only wants one line.
        if self.manner.quiet && !self.out.terminal { self.write_out(&line) } else { self.tell_out(&line) }
    }

    /// Text that is the answer whatever the manner: scripts, schemas.
    pub fn raw(&mut self, text: &str) {
        self.write_out(text);
    }

    /// The answer as JSON.
    pub fn json(&mut self, value: &Value) {
        let text = format!("{value:#}\n");
        self.write_out(&text);
    }

    /// Progress; nothing with `-q`, and nothing with JSON: a program reads all in the answer.
    pub fn status(&mut self, text: &str) {
        if !self.manner.quiet && !self.is_json() {
            self.write_err(text);
        }
    }

    /// A problem or a question.
    pub fn problem(&mut self, text: &str) {
        self.write_err(text);
    }

    /// From here on AWS is changed: an answer that cannot be written must not hide it.
    pub fn has_changed_aws(&mut self) {
        self.changed = true;
    }

    /// Whether AWS was changed.
    pub fn changed_aws(&self) -> bool {
        self.changed
    }

    /// The first failure to write, other than a reader that went away.
    pub fn failure(&self) -> Option<&io::Error> {
        self.failure.as_ref()
    }

    fn tell_out(&mut self, text: &str) {
        if let Err(error) = self.out.tell(text) {
            self.failure.get_or_insert(error);
        }
    }

    fn write_out(&mut self, text: &str) {
        if let Err(error) = self.out.write(text) {
            self.failure.get_or_insert(error);
        }
    }

    fn write_err(&mut self, text: &str) {
        if let Err(error) = self.err.tell(text) {
            self.failure.get_or_insert(error);
        }
    }
}

#[cfg(test)]
pub mod memory {
    //! A [`Ui`] whose output can be looked at.

    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    /// What was written.
    #[derive(Clone, Default)]
    pub struct Buffer(Rc<RefCell<Vec<u8>>>);

    impl Buffer {
        pub fn text(&self) -> String {
            String::from_utf8(self.0.borrow().clone()).unwrap()
        }
    }

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    pub const PLAIN: Manner = Manner { format: Format::Text, quiet: false, can_ask: false, utf8: true };

    pub fn ui(manner: Manner) -> (Ui, Buffer, Buffer) {
        let (out, err) = (Buffer::default(), Buffer::default());
        let stream = |buffer: &Buffer| Stream::new(Box::new(buffer.clone()), Look::PLAIN, false);
        (Ui::new(stream(&out), stream(&err), manner), out, err)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn broken(kind: io::ErrorKind) -> Ui {
        let stream = || Stream::new(Box::new(Broken(kind)), Look::PLAIN, false);
        Ui::new(stream(), stream(), memory::PLAIN)
    }

    #[test]
    fn quiet_keeps_the_line_and_the_problems() {
        let (mut ui, out, err) = memory::ui(Manner { quiet: true, ..memory::PLAIN });
        ui.answer("body\n");
        ui.answer_line("line");
        ui.status("progress\n");
        ui.problem("error\n");
        assert_eq!((out.text(), err.text()), ("line\n".to_owned(), "error\n".to_owned()));
        ui.begin("prod.yaml");
        ui.answer_line("line");
        assert_eq!(out.text(), "line\nprod.yaml: line\n");
    }

    #[test]
    fn long_lines_are_broken_on_a_screen_and_left_alone_in_a_log() {
        let long = "word ".repeat(30).trim_end().to_owned();
        let told = |quiet: bool, width: usize, terminal: bool| {
            let (out, err) = (memory::Buffer::default(), memory::Buffer::default());
            let look = Look { width, ..Look::PLAIN };
            let stream = |buffer: &memory::Buffer| Stream::new(Box::new(buffer.clone()), look, terminal);
            let mut ui = Ui::new(stream(&out), stream(&err), Manner { quiet, ..memory::PLAIN });
            ui.answer_line(&long);
            ui.problem(&format!("{long}\n"));
            [out, err].map(|buffer| buffer.text().lines().count())
        };
        assert_eq!(told(false, WIDTH, true), [2, 2], "a wide terminal");
        assert_eq!(told(false, 80, false), [2, 2], "COLUMNS is given");
        assert_eq!(told(false, WIDTH, false), [1, 1], "a log");
        assert_eq!(told(true, 80, false), [1, 2], "a script");
        assert_eq!(told(true, 80, true), [2, 2], "a quiet terminal");
    }

    #[test]
    fn json_keeps_text_away_from_the_answer() {
        let (mut ui, out, err) = memory::ui(Manner { format: Format::Json, ..memory::PLAIN });
        ui.answer("body\n");
        ui.answer_line("line");
        ui.status("progress\n");
        ui.json(&json!({"a": 1}));
        assert_eq!((out.text(), err.text()), ("{\n  \"a\": 1\n}\n".to_owned(), String::new()));
    }

    #[test]
    fn a_reader_that_goes_away_is_no_failure_and_a_full_disk_is() {
        let mut ui = broken(io::ErrorKind::BrokenPipe);
        ui.answer("a");
        ui.problem("b");
        assert!(ui.failure().is_none());
        let mut ui = broken(io::ErrorKind::StorageFull);
        ui.answer("a");
        assert_eq!(ui.failure().map(io::Error::kind), Some(io::ErrorKind::StorageFull));
    }
}
