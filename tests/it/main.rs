//! All integration tests in one binary: each further one would link the whole SDK again.

mod adoption;
mod architecture;
mod cli;
mod generator;
mod laws;
mod lifecycle;
mod ports;
mod renames;
mod support;
