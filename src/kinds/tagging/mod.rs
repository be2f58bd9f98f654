//! Tags: the calls that all taggable kinds share, and the tags that say who owns a resource.

pub mod applied;
pub mod aws;
pub mod call;
pub mod ownership;
pub mod plan;
#[cfg(test)]
mod tests;

pub use call::Call;
