//! One-off fixes: a few reads, a plan, one question, a few writes, one look back.

pub mod attr;
pub mod carry;
pub mod desk;
pub mod doctor;
pub mod keeping;
pub mod known;
pub mod logs;
pub mod redirect;
pub mod stickiness;
