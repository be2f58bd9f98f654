//! The calls that make and delete certificates. `R` is how ARNs are named: by reference in plans, as text when they run.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::model::{Cname, Material};
use crate::model::world::Tags;

/// One API call. No call holds a private key: files are read, and keys are made, when the call is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", deny_unknown_fields)]
pub enum Call<R> {
    /// API: RequestCertificate.
    RequestCertificate {
        /// The first name.
        domain: String,
        /// The other names.
        alternative_names: BTreeSet<String>,
        /// The type of its key.
        key: String,
        /// The same request with the same token within an hour gives the same certificate. API: `IdempotencyToken`.
        token: String,
        /// Ownership tags included.
        tags: Tags,
    },
    /// API: ChangeResourceRecordSets with the records of DescribeCertificate, which only the finished request has.
    ChangeResourceRecordSets {
        /// The certificate.
        certificate: R,
        /// The zone for the record of each name without `*.`; what is missing here is kept elsewhere.
        zones: BTreeMap<String, ZoneRef>,
    },
    /// API: ChangeResourceRecordSets: deletes those of the records that are there with exactly their value. They stay
    /// while something uses the certificate, which could not be renewed without them.
    DeleteValidationRecords {
        /// The certificate that goes, too.
        certificate: R,
        /// Each record in each zone that may hold it.
        records: Vec<Placed>,
        /// Our load balancer and those that are gone: their use of it ends with this plan, that of others does not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ours: Vec<String>,
    },
    /// API: ImportCertificate.
    ImportCertificate {
        /// The certificate that is imported anew; none: a new one.
        certificate: Option<R>,
        /// What is imported.
        material: Material,
        /// Ownership tags included; a certificate that is imported anew keeps its own.
        tags: Tags,
    },
    /// API: UploadServerCertificate of IAM.
    UploadServerCertificate {
        /// Its name.
        name: String,
        /// Its path.
        path: String,
        /// What is uploaded.
        material: Material,
        /// Ownership tags included.
        tags: Tags,
    },
    /// API: DeleteCertificate of ACM.
    DeleteCertificate {
        /// The certificate.
        certificate: R,
        /// Our load balancer and those that are gone: their use of it ends with this plan, that of others does not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ours: Vec<String>,
    },
    /// API: DeleteServerCertificate of IAM.
    DeleteServerCertificate {
        /// The certificate.
        certificate: R,
    },
}

/// A hosted zone, and the role through which it is reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneRef {
    /// Its id.
    pub id: String,
    /// The role, of a zone in another account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// A validation record in a zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placed {
    /// The zone.
    pub zone: ZoneRef,
    /// The record.
    pub record: Cname,
}

impl<R> Call<R> {
    /// The same call with every reference replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&R) -> Result<S, E>) -> Result<Call<S>, E> {
        Ok(match self {
            Self::RequestCertificate { domain, alternative_names, key, token, tags } => {
                Call::RequestCertificate {
                    domain: domain.clone(),
                    alternative_names: alternative_names.clone(),
                    key: key.clone(),
                    token: token.clone(),
                    tags: tags.clone(),
                }
            }
            Self::ChangeResourceRecordSets { certificate, zones } => {
                Call::ChangeResourceRecordSets { certificate: f(certificate)?, zones: zones.clone() }
            }
            Self::DeleteValidationRecords { certificate, records, ours } => Call::DeleteValidationRecords {
                certificate: f(certificate)?,
                records: records.clone(),
                ours: ours.clone(),
            },
            Self::ImportCertificate { certificate, material, tags } => Call::ImportCertificate {
                certificate: certificate.as_ref().map(f).transpose()?,
                material: material.clone(),
                tags: tags.clone(),
            },
            Self::UploadServerCertificate { name, path, material, tags } => Call::UploadServerCertificate {
                name: name.clone(),
                path: path.clone(),
                material: material.clone(),
                tags: tags.clone(),
            },
            Self::DeleteCertificate { certificate, ours } => {
                Call::DeleteCertificate { certificate: f(certificate)?, ours: ours.clone() }
            }
            Self::DeleteServerCertificate { certificate } => {
                Call::DeleteServerCertificate { certificate: f(certificate)? }
            }
        })
    }

    /// Whether it deletes a certificate, or the records of one.
    pub fn deletes(&self) -> bool {
        match self {
            Self::DeleteCertificate { .. }
            | Self::DeleteServerCertificate { .. }
            | Self::DeleteValidationRecords { .. } => true,
            Self::RequestCertificate { .. }
            | Self::ChangeResourceRecordSets { .. }
            | Self::ImportCertificate { .. }
            | Self::UploadServerCertificate { .. } => false,
        }
    }

    /// The API operation's name.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::RequestCertificate { .. } => "RequestCertificate",
            Self::ChangeResourceRecordSets { .. } | Self::DeleteValidationRecords { .. } => {
                "ChangeResourceRecordSets"
            }
            Self::ImportCertificate { .. } => "ImportCertificate",
            Self::UploadServerCertificate { .. } => "UploadServerCertificate",
            Self::DeleteCertificate { .. } => "DeleteCertificate",
            Self::DeleteServerCertificate { .. } => "DeleteServerCertificate",
        }
    }
}

/// A state of a certificate that a plan waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition<R> {
    /// The certificate that is to be issued.
    pub certificate: R,
    /// Of its names, without `*.`, those whose records nothing in the plan writes: their zones are elsewhere.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub elsewhere: BTreeSet<String>,
}
