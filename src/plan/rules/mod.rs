//! Rules change in an order in which no request is lost.
//!
//! [`shape`] tells the rules of both sides apart, [`arrange`] puts them into one list, [`check`] looks at every state
//! on the way, [`search`] finds an order of steps, [`number`] gives the calls their numbers, [`sequence`] decides
//! which rules must be made anew, and [`verify`] runs the result once more on numbers alone.
//!
//! Around it, [`leftovers`] tells rules of one identity apart, [`deck`] collects the rules of a listener and draws
//! requests from their patterns, [`assign`] plans all listeners under their common quota, and [`steps`] chains the
//! calls.

pub mod arrange;
pub mod assign;
pub mod bits;
pub mod check;
pub mod deck;
pub mod leftovers;
pub mod number;
pub mod search;
pub mod sequence;
pub mod shape;
pub mod steps;
#[cfg(test)]
mod tests;
pub mod verify;
