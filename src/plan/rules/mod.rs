//! Rules change in an order in which no request is lost.
//!
//! [`shape`] tells the rules of both sides apart, [`arrange`] puts them into one list, [`check`] looks at every state
//! on the way, [`search`] finds an order of steps, [`number`] gives the calls their numbers, [`sequence`] decides
//! which rules must be made anew, and [`verify`] runs the result once more on numbers alone.

pub mod arrange;
pub mod bits;
pub mod check;
pub mod number;
pub mod search;
pub mod sequence;
pub mod shape;
#[cfg(test)]
mod tests;
pub mod verify;
