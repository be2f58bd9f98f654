//! One-off fixes: the binary on load balancers that albctl did not make.

mod certs;
mod shop;
mod weights;
