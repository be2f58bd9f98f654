//! One-off fixes on load balancers that albctl did not make: the whole command, in this process, on a sandbox whose
//! calls are counted.

mod doctor;
mod keeping;
mod readme;
mod scene;
mod status;
mod stickiness;
