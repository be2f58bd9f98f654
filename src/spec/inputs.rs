//! What a spec needs that is not in it: files that it names, and the time. Whoever reads the spec loads them.

use std::fmt;

use crate::base::{Diagnostic, Place};
use crate::kinds::certificate::pem::PemFile;

/// Reads a file that a spec names at a place, relative to the file that names it.
pub type ReadFile<'a> = dyn Fn(&str, Place) -> Result<PemFile, Diagnostic> + 'a;

/// What is given to the reading of a spec.
pub struct Inputs<'a> {
    /// Seconds since 1970; none: nothing is said of what has expired.
    pub now: Option<u64>,
    /// How files are read.
    pub file: &'a ReadFile<'a>,
}

impl fmt::Debug for Inputs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inputs").field("now", &self.now).finish_non_exhaustive()
    }
}

/// Reads no file.
fn nothing(name: &str, at: Place) -> Result<PemFile, Diagnostic> {
    Err(Diagnostic::error("file-unreadable", format!("`{name}` cannot be read here")).at(at, ""))
}

impl Inputs<'_> {
    /// Without files and without time.
    pub fn none() -> Self {
        Self { now: None, file: &nothing }
    }
}
