//! All integration tests in one binary: each further one would link the whole SDK again.

mod architecture;
mod cli;
mod generator;
mod laws;
mod lifecycle;
mod replace;
mod support;
