//! A DNS record that leads to the load balancer.
//!
//! API: ChangeResourceRecordSets, ListResourceRecordSets, GetChange, ListHostedZones of Route 53. Records carry no
//! tags: which are ours the load balancer's tags say ([`memory`]).

pub mod aws;
pub mod call;
pub mod check;
pub mod fields;
pub mod memory;
pub mod model;
pub mod plan;
pub mod spec;

pub use call::{Call, Condition};
pub use model::DnsRecord;

/// The kind's word in identities.
pub const KIND: &str = "dns_record";

/// The identity of the record of this name; `set` tells several records of one name apart. A name may be in a public
/// and in a private zone at once.
pub fn id(name: &str, set: Option<&str>, private: bool) -> crate::model::ResourceId {
    let private = if private { "private/" } else { "" };
    let set = set.map(|set| format!("/{set}")).unwrap_or_default();
    crate::model::ResourceId::new(KIND, &format!("{private}{name}{set}"))
}
