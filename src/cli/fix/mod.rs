//! One-off fixes: a few reads, a plan, one question, a few writes, one look back.

pub mod carry;
pub mod certs;
pub mod desk;
pub mod known;
pub mod stickiness;
pub mod weights;
