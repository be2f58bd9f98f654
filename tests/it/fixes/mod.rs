//! One-off fixes on load balancers that albctl did not make: the whole command, in this process, on a sandbox whose
//! calls are counted.

mod attr;
mod doctor;
mod keeping;
mod legacy;
mod logs;
mod readme;
mod redirect;
mod scene;
mod status;
mod stickiness;
mod trouble;
