//! albctl: plan and apply AWS Application Load Balancers from a YAML spec, without a state file.
//!
//! Data goes one way:
//!
//! ```text
//! spec text -> tree (located) -> Spec -> Desired --+
//!                                                  +-> diff -> Changes -> plan -> text | JSON | apply -> Events
//! AWS -> Live (the same types) --------------------+
//! ```
//!
//! The rooms, from the ground up; imports only go down this list (a test reads the sources and asserts it):
//! [`base`] < [`model`] < [`kinds`] < [`spec`], [`diff`], [`edit`], [`plan`], [`route`] < [`fix`],
//! [`doctor`] < [`exec`] < `kinds::*::aws`, [`aws`] <
//! [`output`] < [`cli`].

pub mod aws;
pub mod base;
pub mod cli;
pub mod diff;
pub mod doctor;
pub mod edit;
pub mod exec;
pub mod fix;
pub mod kinds;
pub mod model;
pub mod output;
pub mod plan;
pub mod route;
pub mod spec;
