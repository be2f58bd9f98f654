//! The binary: parse arguments, run, map the end to an exit code; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(albctl::cli::run(std::env::args_os()).code())
}
