//! AWS: the clients, what is live, and the door that the executor calls through.
//!
//! - [`client`] makes the SDK's clients for AWS, another endpoint or the sandbox; [`sandbox`] is the connector
//!   and the clock of the latter.
//! - [`observe`] reads all that is live of a stack, in as few rounds of calls as there can be.
//! - [`service`] performs the calls of a plan and looks at its conditions.
//! - [`lambda`] makes the three calls of Lambda that target groups of functions need, without an SDK crate for them.
//! - [`ec2`] makes the one call of EC2 that tells what security groups let through; [`signed`] sends both.
//! - [`error`] says what a failure means.
//!
//! How each kind is written and read is in its own folder, `kinds/*/aws.rs`.

pub mod client;
mod credentials;
pub mod ec2;
pub mod error;
pub mod lambda;
pub mod observe;
mod outside;
mod roles;
pub mod sandbox;
pub mod service;
pub mod signed;
#[cfg(test)]
mod tests;

pub use client::{Clients, ConnectError, ConnectOptions, Place, SANDBOX_REGION, connect, sandboxed};
pub use observe::{
    GroupTargets, Identity, Reader, Reads, Scope, Served, Serving, Whole, certificate_facts, certificates,
    certificates_for, group_targets, health, identify, inventory, meant, observe, seconds,
    server_certificate, survey,
};
pub use sandbox::AnyClock;
pub use service::AwsService;
