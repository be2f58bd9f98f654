//! The canonical form of a certificate.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::fields::FIELDS;
use crate::model::field::{Field, Model};
use crate::model::world::Tags;
use crate::model::zone::Choice;
use crate::word_enum;

word_enum! {
    /// Where a certificate is, and who made it.
    Store {
        /// ACM requested and issues it.
        Acm = "acm",
        /// It was imported into ACM.
        Import = "import",
        /// A server certificate of IAM.
        Iam = "iam",
    }
}

/// The state of a certificate that can be used, or will be once it is issued.
pub const GOOD: &str = "valid";

/// A self-signed certificate is renewed when so few days are left.
pub const RENEWED_UNDER_DAYS: u64 = 30;

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Where it is.
    pub store: Store,
    /// The first name. API: `DomainName`.
    pub domain: String,
    /// All names in lower case, the first among them.
    pub names: BTreeSet<String>,
    /// `KeyAlgorithm` as requests write it, such as `RSA_2048`.
    pub key: String,
    /// It is signed by its own key.
    pub self_signed: bool,
    /// Why it cannot be used any more; [`GOOD`] else.
    pub state: String,
    /// ACM waits for its names to be validated.
    pub pending: bool,
    /// The SHA-256 of the certificate and its chain in hex; none where albctl makes it, or ACM.
    pub fingerprint: Option<String>,
    /// How it is made, of a wanted one; never compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Of a server certificate, where it is: stack and key are in it. Known where the region is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Of a live one, in seconds since 1970; never compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<u64>,
    /// Of a live one, the records that ACM looks for; never compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<Cname>,
    /// Of a live one, the ARNs of what uses it, as far as ACM has noticed; never compared. API: `InUseBy`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used_by: Vec<String>,
    /// Of a live one, the ARNs of load balancers that are gone and that ACM still names; never compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub freed_by: Vec<String>,
    /// The tags that the spec gives.
    pub tags: Tags,
}

/// A CNAME record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cname {
    /// The name of the certificate that it validates, without `*.`.
    pub domain: String,
    /// The record's name.
    pub name: String,
    /// What it points to.
    pub value: String,
}

/// How a wanted certificate is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// ACM issues it.
    Request {
        /// The zone for its validation records.
        zone: Choice,
        /// The role through which the zone is reached.
        role: Option<String>,
    },
    /// From files.
    Files(Files),
    /// albctl makes key and certificate in memory.
    SelfSigned {
        /// How long it is valid.
        days: u64,
    },
}

/// The files of a certificate, by path; of what is in them hashes only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    /// The path of the certificate.
    pub certificate: String,
    /// The path of the private key.
    pub private_key: String,
    /// The path of the chain.
    pub chain: Option<String>,
    /// The SHA-256 of certificate and chain in hex.
    pub fingerprint: String,
    /// The SHA-256 of the public key in hex: the private key's too, since they belong together.
    pub public_key: String,
}

/// What a self-signed certificate is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfSigned {
    /// The common name.
    pub domain: String,
    /// All names.
    pub names: BTreeSet<String>,
    /// Such as `RSA_2048`.
    pub key: String,
    /// How long it is valid.
    pub days: u64,
}

/// What is imported or uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Material {
    /// From files, which are read when the call is made.
    Files(Files),
    /// Made when the call is made; the key is nowhere but in AWS afterwards.
    SelfSigned(SelfSigned),
}

impl Certificate {
    /// What is imported or uploaded for a wanted one; none for one that ACM issues.
    pub fn material(&self) -> Option<Material> {
        match self.origin.as_ref()? {
            Origin::Request { .. } => None,
            Origin::Files(files) => Some(Material::Files(files.clone())),
            Origin::SelfSigned { days } => Some(Material::SelfSigned(SelfSigned {
                domain: self.domain.clone(),
                names: self.names.clone(),
                key: self.key.clone(),
                days: *days,
            })),
        }
    }

    /// Whether any of its names is for this host.
    pub fn covers(&self, host: &str) -> bool {
        self.names.iter().any(|name| super::key::covers(name, host))
    }
}

impl Model for Certificate {
    const FIELDS: &'static [Field<Self>] = FIELDS;
}
