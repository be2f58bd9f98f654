//! What a spec has to say of the certificates of a listener, and which certificates it means.

use std::collections::BTreeMap;

use crate::kinds::certificate::CertificateKey;
use crate::model::ResourceId;

/// What the list of a listener's certificates in a spec has to have, so that its next apply does not take a fix back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The listener.
    pub listener: ResourceId,
    /// The ARN of the certificate that is in the list.
    pub has: Option<String>,
    /// The ARN of the one that is not.
    pub not: Option<String>,
    /// The one that is in the list is the first: the default.
    pub leads: bool,
    /// What the one in the list is for, where that is known: `api.example.com`.
    pub domain: Option<String>,
}

/// The live certificates that a spec means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meant {
    /// The keys of the stack's own certificates, by their ARNs.
    pub own: BTreeMap<String, String>,
    /// By domain the ARN of the certificate that is found by it; none: there is none.
    pub newest: BTreeMap<String, Option<String>>,
    /// The operations that were denied, as policies name them: what is missing above may be there.
    pub denied: Vec<String>,
}

impl Meant {
    /// The ARN of the certificate that a listener's key in a spec means, as far as that is known.
    pub fn arn<'m>(&'m self, key: &'m CertificateKey) -> Option<&'m str> {
        if let Some(arn) = key.foreign_arn() {
            return Some(arn);
        }
        match key.domain() {
            Some(domain) => self.newest.get(domain)?.as_deref(),
            None => {
                self.own.iter().find(|(_, own)| Some(own.as_str()) == key.own()).map(|(arn, _)| arn.as_str())
            }
        }
    }
}
