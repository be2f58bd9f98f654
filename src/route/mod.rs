//! What a load balancer does with a request: a concrete matcher of requests against rules, and requests drawn from
//! the patterns of rules. Pure: it works on what a spec wants and on what is live alike.

mod answer;
mod cidr;
pub mod draw;
mod glob;
pub mod matcher;
pub mod request;
#[cfg(test)]
mod tests;

pub use answer::Answer;
pub use cidr::Cidr;
pub use draw::{Source, draw};
pub use glob::{Glob, common};
pub use matcher::Matcher;
pub use request::{Request, Scheme};
