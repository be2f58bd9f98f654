//! The routing action that listeners (by default) and rules end in: forward, redirect, fixed response.
//!
//! API: the `Action` structure of CreateListener and CreateRule.

pub mod aws;
pub mod behind;
mod check;
pub mod model;
pub mod spec;

pub use model::{Action, GroupKey, MAX_GROUPS, Redirect, Weighted};
