//! All integration tests in one binary: each further one would link the whole SDK again.

mod adoption;
mod architecture;
mod binary;
mod certificates;
mod cli;
mod faults;
mod generator;
mod groups_in_use;
mod history;
mod laws;
mod lifecycle;
mod lint;
mod pki;
mod ports;
mod renames;
mod replace;
mod rules;
mod safety;
mod saved;
mod support;
mod together;
mod watch;
mod watch_tls;
