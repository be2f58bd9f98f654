//! One-off commands on load balancers that albctl did not make.

mod crew;
mod health;
mod health_set;
mod targets;
mod targets_calls;
