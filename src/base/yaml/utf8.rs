//! Bytes -> text.

use crate::base::diag::Diagnostic;

/// The text of a file called `name`: UTF-8, with or without a byte order mark (which is removed).
///
/// # Errors
/// `not-utf8` with line and column (both from 1, in characters) of the first byte that is not UTF-8. The
/// bytes themselves are not shown: the wrong file may well have been named.
pub fn decode_utf8(name: &str, bytes: Vec<u8>) -> Result<String, Diagnostic> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(
            Diagnostic::error("not-utf8", format!("`{name}` is UTF-16 text")).help("save it as UTF-8")
        );
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        }),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let before = error.as_bytes().get(..valid).unwrap_or_default();
            let (line, column) = position_after(before);
            let message = format!("`{name}` is not UTF-8 text: see line {line}, column {column}");
            Err(Diagnostic::error("not-utf8", message).help("save it as UTF-8"))
        }
    }
}

/// Line and column of what follows these bytes of valid UTF-8.
fn position_after(before: &[u8]) -> (usize, usize) {
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let last = before.get(start..).unwrap_or_default();
    let mark = if line == 1 && last.starts_with(&[0xEF, 0xBB, 0xBF]) { 1 } else { 0 };
    // Continuation bytes do not begin a character.
    let column = last.iter().filter(|byte| **byte & 0xC0 != 0x80).count() + 1 - mark;
    (line, column)
}
