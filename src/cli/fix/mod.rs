//! One-off fixes: a few reads, a plan, one question, a few writes, one look back.

pub mod attr;
pub mod carry;
pub mod certs;
pub mod desk;
pub mod doctor;
pub mod execute;
pub mod health;
pub mod health_wait;
pub mod keeping;
pub mod keeping_certs;
pub mod keeping_gone;
pub mod keeping_targets;
pub mod keeping_told;
pub mod known;
pub mod logs;
pub mod look;
pub mod redirect;
pub mod stickiness;
pub mod targets;
pub mod weights;
