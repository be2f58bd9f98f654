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

use crate::kinds::Resource;
use crate::kinds::tagging::ownership;
use crate::model::world::Tags;

/// The kind's word in identities.
pub const KIND: &str = "certificate";

/// The identity of the certificate that the spec calls `key`.
pub fn id(key: &str) -> crate::model::ResourceId {
    crate::model::ResourceId::new(KIND, key)
}

/// Whether server certificates are among these.
pub fn has_servers<'r>(mut resources: impl Iterator<Item = &'r Resource>) -> bool {
    resources.any(|one| match one {
        Resource::Certificate(model) => model.store == model::Store::Iam,
        Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Listener(_)
        | Resource::Rule(_) => false,
    })
}

/// The tag of a load balancer that remembers that there are.
pub fn remembered() -> Tags {
    Tags::from([(ownership::SERVER_CERTIFICATES.to_owned(), "yes".to_owned())])
}

/// Whether an ARN is that of a server certificate of IAM.
pub fn is_server_certificate(arn: &str) -> bool {
    arn.contains(":server-certificate/")
}
