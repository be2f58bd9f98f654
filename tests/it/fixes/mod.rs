//! One-off fixes on load balancers that albctl did not make: the whole command, in this process, on a sandbox whose
//! calls are counted.

mod attr;
mod certs;
mod crew;
mod doctor;
mod health;
mod health_set;
mod keeping;
mod legacy;
mod logs;
mod narrow;
mod readme;
mod redirect;
mod scene;
mod shop;
mod status;
mod stickiness;
mod targets;
mod targets_calls;
mod trouble;
mod weights;
