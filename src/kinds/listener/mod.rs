//! Listeners: a port, its protocol and certificates, and what happens to requests that no rule matches.
//!
//! API: CreateListener, ModifyListener, AddListenerCertificates, RemoveListenerCertificates, DeleteListener.

pub mod attributes;
pub mod aws;
pub mod call;
pub mod check;
pub mod fields;
pub mod model;
pub mod plan;
pub mod ports;
pub mod spec;

pub use call::Call;
pub use model::Listener;

/// The kind's word in identities.
pub const KIND: &str = "listener";

/// The identity of the listener that the spec calls `key`.
pub fn id(key: &str) -> crate::model::ResourceId {
    crate::model::ResourceId::new(KIND, key)
}
