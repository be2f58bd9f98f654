//! A command line that cannot be read.

use std::ffi::OsString;

use super::exit::Exit;
use super::failure::Failure;
use super::terminal;
use crate::base::{Diagnostic, SourceMap};

/// Help, the version, or a command line that is wrong: told on stderr, and to programs that ask for JSON on stdout, too.
pub fn not_a_command(error: &clap::Error, arguments: &[OsString]) -> Exit {
    // A reader that went away needs no help.
    let _gone = error.print();
    if !error.use_stderr() {
        return Exit::Done;
    }
    if wants_json(arguments) {
        let answer = failure(&error.to_string()).to_json(&SourceMap::new());
        terminal::for_programs().json(&answer);
    }
    Exit::Usage
}

/// Whether `--output json` stands among the words, of which nothing else is known.
fn wants_json(arguments: &[OsString]) -> bool {
    let words: Vec<_> =
        arguments.iter().map(|word| word.to_string_lossy()).take_while(|word| word != "--").collect();
    let pair = |pair: &[std::borrow::Cow<'_, str>]| matches!(pair, [option, form] if option == "--output" && form == "json");
    words.windows(2).any(pair) || words.iter().any(|word| word == "--output=json")
}

/// What clap says, as a diagnostic: its first paragraph is what is wrong, and what it calls tips help.
fn failure(text: &str) -> Failure {
    let message = text.split("\n\n").next().unwrap_or(text).trim_start_matches("error: ");
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let tips = text.lines().filter_map(|line| line.trim().strip_prefix("tip: "));
    Failure::usage(tips.fold(Diagnostic::error("usage", message), |diagnostic, tip| diagnostic.help(tip)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn json_is_asked_for_wherever_the_option_stands() {
        for line in
            ["albctl --output json statsu", "albctl status --output=json --x", "albctl status --output json"]
        {
            assert!(wants_json(&words(line)), "{line}");
        }
        for line in [
            "albctl status",
            "albctl output json",
            "albctl status --output text",
            "albctl x -- --output json",
        ] {
            assert!(!wants_json(&words(line)), "{line}");
        }
    }

    #[test]
    fn what_clap_says_becomes_a_diagnostic() {
        let text = "error: unexpected argument '--dury' found\n\n  tip: a similar argument exists: '--duration'\n\nUsage: a";
        let answer = failure(text).to_json(&SourceMap::new());
        assert_eq!(answer["error"]["code"], "usage");
        assert_eq!(answer["error"]["message"], "unexpected argument '--dury' found");
        assert_eq!(answer["error"]["diagnostics"][0]["help"][0], "a similar argument exists: '--duration'");
        assert_eq!(answer["exit_code"], 2);
        let several =
            failure("error: these are missing:\n  <A>\n  <B>\n\nUsage: a").to_json(&SourceMap::new());
        assert_eq!(several["error"]["message"], "these are missing: <A> <B>");
    }
}
