//! One-off commands on load balancers that albctl did not make.

mod attr;
mod legacy;
mod logs;
mod redirect;
mod trouble;
