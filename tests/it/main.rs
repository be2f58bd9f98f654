//! All integration tests in one binary: each further one would link the whole SDK again.

mod architecture;
mod binary;
mod generator;
mod history;
mod laws;
mod lifecycle;
mod safety;
mod saved;
mod support;
