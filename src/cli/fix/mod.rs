//! One-off fixes: a few reads, a plan, one question, a few writes, one look back.

pub mod carry;
pub mod desk;
pub mod health;
pub mod health_wait;
pub mod known;
pub mod look;
pub mod stickiness;
pub mod targets;
