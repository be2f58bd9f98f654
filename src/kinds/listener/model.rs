//! The canonical form of a listener.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::fields::FIELDS;
use crate::kinds::action::{Action, GroupKey};
use crate::kinds::certificate::CertificateKey;
use crate::model::field::{Attributes, Field, Model};
use crate::model::world::Tags;
use crate::word_enum;

word_enum! {
    /// What clients speak. API: `Protocol` of a listener.
    Protocol {
        /// Plain HTTP.
        Http = "HTTP",
        /// HTTPS: needs a policy and a certificate.
        Https = "HTTPS",
    }
}

/// A listener.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// HTTP or HTTPS.
    pub protocol: Protocol,
    /// 1 to 65535, unique on the load balancer.
    pub port: u16,
    /// The full name of the TLS policy; none for HTTP.
    pub ssl_policy: Option<String>,
    /// The default certificate first, the others sorted; empty for HTTP.
    pub certificates: Vec<CertificateKey>,
    /// With several certificates, the default is in the SNI list, too: else one of the others could be preferred where
    /// both are for a name. API: AddListenerCertificates.
    #[serde(default = "yes")]
    pub default_in_sni: bool,
    /// Of a live listener: what its SNI list really holds, perhaps the default too, which the comparison does not
    /// care about but changes of the list must know. Empty in what is wanted.
    #[serde(default)]
    pub sni: BTreeSet<CertificateKey>,
    /// What happens to requests that no rule matches.
    pub default: Action<GroupKey>,
    /// The attributes by row, where they were read; empty in what a spec wants.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
    /// The tags that the spec gives.
    pub tags: Tags,
}

fn yes() -> bool {
    true
}

impl Listener {
    /// One for HTTP.
    pub fn http(port: u16, default: Action<GroupKey>) -> Self {
        Self {
            protocol: Protocol::Http,
            port,
            ssl_policy: None,
            certificates: Vec::new(),
            default_in_sni: true,
            sni: BTreeSet::new(),
            default,
            attributes: Attributes::new(),
            tags: Tags::new(),
        }
    }

    /// Brings the certificates to their one form: the default first, the others sorted, none twice.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        if let Some((default, others)) = self.certificates.split_first() {
            let mut others: Vec<CertificateKey> =
                others.iter().filter(|one| *one != default).cloned().collect();
            others.sort();
            others.dedup();
            others.insert(0, default.clone());
            self.certificates = others;
        }
        self.default = self.default.canonical();
        self
    }
}

impl Model for Listener {
    const FIELDS: &'static [Field<Self>] = FIELDS;

    fn attributes(&self) -> Option<&Attributes> {
        Some(&self.attributes)
    }

    fn attributes_mut(&mut self) -> Option<&mut Attributes> {
        Some(&mut self.attributes)
    }
}
