//! A DNS record that leads to the load balancer.
//!
//! API: ChangeResourceRecordSets, ListResourceRecordSets, GetChange, ListHostedZones of Route 53.

pub mod aws;
pub mod call;
pub mod fields;
pub mod model;
pub mod plan;

pub use call::{Call, Condition};
pub use model::DnsRecord;

/// The kind's word in identities.
pub const KIND: &str = "dns_record";

/// The identity of the record of this name; `set` tells several records of one name apart.
pub fn id(name: &str, set: Option<&str>) -> crate::model::ResourceId {
    match set {
        Some(set) => crate::model::ResourceId::new(KIND, &format!("{name}/{set}")),
        None => crate::model::ResourceId::new(KIND, name),
    }
}
