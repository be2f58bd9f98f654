//! How output looks here: decided once, from the command line, the environment and what the streams are.

use std::io::IsTerminal;

use anstream::{AutoStream, ColorChoice};

use super::args::{Global, OutputFormat, When};
use super::environment::Environment;
use crate::output::style::{Look, WIDTH};
use crate::output::ui::{Format, Manner, Stream, Ui};

/// Lines are not made narrower than this.
const NARROWEST: usize = 40;

/// The output of this process.
pub fn ui(global: &Global, env: &Environment) -> Ui {
    let (stdin, stdout, stderr) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
    let (asks, shows, tells) = (stdin.is_terminal(), stdout.is_terminal(), stderr.is_terminal());
    let (out_look, err_look) = (look(global, env, shows), look(global, env, tells));
    let out = Stream::new(Box::new(AutoStream::new(stdout, choice(out_look))), out_look, shows);
    let err = Stream::new(Box::new(AutoStream::new(stderr, choice(err_look))), err_look, tells && !env.dumb);
    let manner = Manner {
        format: global.output.into(),
        quiet: global.quiet,
        can_ask: asks && tells && global.output == OutputFormat::Text,
        utf8: env.utf8,
    };
    Ui::new(out, err, manner)
}

/// The output of this process for a program that asked for JSON in a command line that could not be read.
pub fn for_programs() -> Ui {
    let stdout = Stream::new(Box::new(std::io::stdout()), Look::PLAIN, false);
    let stderr = Stream::new(Box::new(std::io::stderr()), Look::PLAIN, false);
    Ui::new(stdout, stderr, Manner { format: Format::Json, quiet: false, can_ask: false, utf8: false })
}

fn look(global: &Global, env: &Environment, terminal: bool) -> Look {
    let width = env.columns.or_else(|| measured(terminal)).unwrap_or(WIDTH).clamp(NARROWEST, WIDTH);
    Look { color: colored(global.color, env, terminal), width, verbose: global.verbose }
}

/// The width of the terminal, where the stream is one.
fn measured(terminal: bool) -> Option<usize> {
    let (terminal_size::Width(width), _) = terminal.then(terminal_size::terminal_size).flatten()?;
    Some(usize::from(width))
}

fn colored(when: When, env: &Environment, terminal: bool) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if env.no_color => false,
        When::Auto if env.clicolor_force => true,
        When::Auto => terminal && !env.dumb && !env.clicolor_off,
    }
}

/// The text comes with colour or without; this only brings it to terminals that need calls instead of codes.
fn choice(look: Look) -> ColorChoice {
    if look.color { ColorChoice::Always } else { ColorChoice::Never }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_follows_the_option_then_the_environment_then_the_terminal() {
        let none = Environment::default();
        let no_color = Environment { no_color: true, ..Environment::default() };
        let force = Environment { clicolor_force: true, ..Environment::default() };
        let off = Environment { clicolor_off: true, ..Environment::default() };
        let dumb = Environment { dumb: true, ..Environment::default() };
        for (when, env, terminal, wanted) in [
            (When::Auto, &none, true, true),
            (When::Auto, &none, false, false),
            (When::Auto, &no_color, true, false),
            (When::Auto, &force, false, true),
            (When::Auto, &off, true, false),
            (When::Auto, &dumb, true, false),
            (When::Always, &no_color, false, true),
            (When::Never, &force, true, false),
        ] {
            assert_eq!(colored(when, env, terminal), wanted, "{when:?} {env:?} {terminal}");
        }
    }
}
