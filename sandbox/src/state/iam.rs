//! IAM server certificates: global, and by nature slow to get around.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::acm::Leaf;
use super::tags::TagMap;
use super::{State, duration_millis};
use crate::ACCOUNT;
use crate::clock::{Millis, millis};

/// IAM, as far as the sandbox has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Iam {
    /// How long Elastic Load Balancing does not see a new (or renamed) server certificate. 10 seconds by default.
    #[serde(with = "duration_millis")]
    pub elb_sees_after: Duration,
    /// Quota: server certificates of the account. 20 by default.
    pub max_server_certificates: usize,
    /// Server certificates by name.
    pub server_certificates: BTreeMap<String, ServerCertificate>,
}

impl Default for Iam {
    fn default() -> Self {
        Iam {
            elb_sees_after: Duration::from_secs(10),
            max_server_certificates: 20,
            server_certificates: BTreeMap::new(),
        }
    }
}

/// A server certificate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerCertificate {
    /// Begins and ends with a slash.
    pub path: String,
    /// `ASCA...`; it stays when the certificate is renamed.
    pub id: String,
    /// PEM, as uploaded.
    pub body: String,
    /// PEM, as uploaded.
    pub chain: Option<String>,
    /// What it says.
    pub leaf: Leaf,
    /// When it was uploaded.
    pub uploaded: Millis,
    /// Since when it has its ARN.
    pub named: Millis,
    /// Its tags.
    pub tags: TagMap,
}

impl ServerCertificate {
    /// The ARN of a certificate of this name.
    pub fn arn(&self, name: &str) -> String {
        format!("arn:aws:iam::{ACCOUNT}:server-certificate{}{name}", self.path)
    }
}

impl Iam {
    /// The certificate with this ARN, if Elastic Load Balancing sees it.
    pub(crate) fn seen_by_elb(&self, arn: &str, now: Millis) -> Option<&ServerCertificate> {
        let name = arn.rsplit('/').next()?;
        let certificate = self.server_certificates.get(name).filter(|c| c.arn(name) == arn)?;
        (now >= certificate.named.saturating_add(millis(self.elb_sees_after))).then_some(certificate)
    }
}

impl State {
    /// A fixture: IAM has a server certificate of this path and name for these names, and everybody sees it.
    /// The answer is its ARN; None if the names cannot be those of a certificate.
    pub fn add_server_certificate(&mut self, path: &str, name: &str, names: &[&str]) -> Option<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let end = self.now.saturating_add(365 * 86_400_000);
        let (body, chain) = crate::pki::make(&names, super::KeyAlgorithm::Rsa2048, 1, (self.now, end))?;
        let leaf = crate::pki::read_one(&body).ok()?.leaf;
        let certificate = ServerCertificate {
            path: path.to_owned(),
            id: self.ids.next_server_certificate(),
            body,
            chain: Some(chain),
            leaf,
            uploaded: self.now,
            named: self.now.saturating_sub(millis(self.iam.elb_sees_after)),
            tags: TagMap::new(),
        };
        let arn = certificate.arn(name);
        self.iam.server_certificates.insert(name.to_owned(), certificate);
        Some(arn)
    }
}
