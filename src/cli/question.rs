//! Asking on the terminal.

use std::io::{self, BufRead};

use tokio::sync::oneshot;

use super::failure::Failure;
use super::interrupt::Interrupts;
use crate::base::Diagnostic;
use crate::output::ui::Ui;

/// A command that changes something asks first, and where nobody can be asked it must be told.
///
/// # Errors
/// Nobody can be asked, and `--yes` is not given.
pub fn check(ui: &Ui, yes: bool) -> Result<(), Failure> {
    if yes || ui.manner().can_ask {
        return Ok(());
    }
    let why = match ui.is_json() {
        true => "with --output json nothing is asked",
        false => "there is no terminal to ask on",
    };
    let message = format!("this needs a confirmation, and {why}");
    Err(Failure::usage(
        Diagnostic::error("confirmation-needed", message).help("add --yes to go on without asking"),
    ))
}

/// Asks, and returns the line that was typed.
///
/// # Errors
/// Interrupted meanwhile.
pub async fn ask(ui: &mut Ui, question: &str, interrupts: &Interrupts) -> Result<String, Failure> {
    ui.problem(question);
    let reply = match ui.typed(question) {
        Some(reply) => reply,
        None => read(ui, interrupts).await?,
    };
    // Who ends the input has typed no line break: the question's line is still open.
    if reply.is_empty() {
        ui.problem("\n");
    }
    Ok(reply)
}

/// The line that is typed on the terminal.
async fn read(ui: &mut Ui, interrupts: &Interrupts) -> Result<String, Failure> {
    let (sender, receiver) = oneshot::channel();
    // A thread of its own: a read of the terminal cannot be given up, and must not keep the process alive.
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        // Nobody waits for the line any more after an interrupt.
        let _gone = sender.send(read.map(|_| line));
    });
    match interrupts.unless(receiver).await {
        Some(Ok(Ok(line))) => Ok(line),
        // No line: nobody agreed.
        Some(Ok(Err(_)) | Err(_)) => Ok(String::new()),
        None => {
            ui.problem("\n");
            Err(Failure::interrupted())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::exit::Exit;
    use crate::output::ui::{Format, Manner, memory};

    #[test]
    fn without_a_terminal_yes_is_needed() {
        let (ui, _, _) = memory::ui(memory::PLAIN);
        assert_eq!(check(&ui, false).unwrap_err().exit, Exit::Usage);
        assert!(check(&ui, true).is_ok());
        let (ui, _, _) = memory::ui(Manner { can_ask: true, ..memory::PLAIN });
        assert!(check(&ui, false).is_ok());
        let (ui, _, _) = memory::ui(Manner { format: Format::Json, ..memory::PLAIN });
        let failure = check(&ui, false).unwrap_err();
        assert!(failure.diagnostics[0].message.contains("--output json"));
    }
}
