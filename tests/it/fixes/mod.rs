//! One-off commands on load balancers that albctl did not make.

mod redirect;
mod scene;
