//! One-off fixes on load balancers that albctl did not make: the whole command, in this process, on a sandbox whose
//! calls are counted.

mod asking;
mod attr;
mod attr_more;
mod behind;
mod certs;
mod crew;
mod doctor;
mod health;
mod health_set;
mod keeping;
mod keeping_certs;
mod keeping_files;
mod keeping_more;
mod legacy;
mod logs;
mod manners;
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
mod values;
mod versions;
mod weights;
