//! A certificate that albctl makes, imports or uploads and that listeners use: in ACM or, as a server certificate, in IAM.
//!
//! API: RequestCertificate, ImportCertificate, DescribeCertificate, DeleteCertificate of ACM; UploadServerCertificate,
//! GetServerCertificate, DeleteServerCertificate of IAM.

pub mod aws;
pub mod call;
pub mod check;
pub mod coverage;
pub mod fields;
pub mod key;
pub mod model;
pub mod pem;
pub mod plan;
pub mod spec;
#[cfg(test)]
mod tests;

pub use call::{Call, Condition};
pub use key::CertificateKey;
pub use model::Certificate;

/// The kind's word in identities.
pub const KIND: &str = "certificate";

/// The identity of the certificate that the spec calls `key`.
pub fn id(key: &str) -> crate::model::ResourceId {
    crate::model::ResourceId::new(KIND, key)
}

/// Whether an ARN is that of a server certificate of IAM.
pub fn is_server_certificate(arn: &str) -> bool {
    arn.contains(":server-certificate/")
}
