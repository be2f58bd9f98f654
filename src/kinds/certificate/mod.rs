//! A certificate that albctl makes, imports or uploads and that listeners use: in ACM or, as a server certificate, in IAM.
//!
//! API: RequestCertificate, ImportCertificate, DescribeCertificate, DeleteCertificate of ACM; UploadServerCertificate,
//! GetServerCertificate, DeleteServerCertificate of IAM.

pub mod aws;
pub mod call;
pub mod fields;
pub mod model;
pub mod plan;

pub use call::{Call, Condition};
pub use model::Certificate;

/// The kind's word in identities.
pub const KIND: &str = "certificate";

/// The identity of the certificate that the spec calls `key`.
pub fn id(key: &str) -> crate::model::ResourceId {
    crate::model::ResourceId::new(KIND, key)
}
