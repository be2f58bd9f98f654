//! AWS Certificate Manager: its certificates, and how long everything takes there.

mod settle;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::tags::Tags;
use super::wire_enum::wire_enum;
use super::{State, duration_millis};
use crate::clock::Millis;

pub use settle::CertificateUses;
pub(crate) use settle::{base_domain, validation_record};

wire_enum! {
    /// CertificateStatus.
    CertificateStatus {
        PendingValidation = "PENDING_VALIDATION",
        Issued = "ISSUED",
        Inactive = "INACTIVE",
        Expired = "EXPIRED",
        ValidationTimedOut = "VALIDATION_TIMED_OUT",
        Revoked = "REVOKED",
        Failed = "FAILED",
    }
}

wire_enum! {
    /// KeyAlgorithm, as requests and filters write it. Answers have a hyphen in place of the underscore.
    KeyAlgorithm {
        Rsa1024 = "RSA_1024",
        Rsa2048 = "RSA_2048",
        Rsa3072 = "RSA_3072",
        Rsa4096 = "RSA_4096",
        EcPrime256v1 = "EC_prime256v1",
        EcSecp384r1 = "EC_secp384r1",
        EcSecp521r1 = "EC_secp521r1",
    }
}

wire_enum! {
    /// ValidationMethod.
    ValidationMethod { Dns = "DNS", Email = "EMAIL", Http = "HTTP" }
}

wire_enum! {
    /// CertificateOptions, both of its members.
    Enabled { Enabled = "ENABLED", Disabled = "DISABLED" }
}

impl KeyAlgorithm {
    pub(crate) fn rsa(bits: usize) -> Option<Self> {
        match bits {
            1024 => Some(Self::Rsa1024),
            2048 => Some(Self::Rsa2048),
            3072 => Some(Self::Rsa3072),
            4096 => Some(Self::Rsa4096),
            _ => None,
        }
    }

    /// The algorithm of an elliptic curve's OID (RFC 5480).
    pub(crate) fn curve(oid: &str) -> Option<Self> {
        match oid {
            "1.2.840.10045.3.1.7" => Some(Self::EcPrime256v1),
            "1.3.132.0.34" => Some(Self::EcSecp384r1),
            "1.3.132.0.35" => Some(Self::EcSecp521r1),
            _ => None,
        }
    }
}

/// How ACM behaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Acm {
    /// How long a new certificate has no validation records. 3 seconds by default.
    #[serde(with = "duration_millis")]
    pub records_after: Duration,
    /// How long it takes from the moment when all validation records are there to ISSUED. 2 minutes by default.
    #[serde(with = "duration_millis")]
    pub issues_after: Duration,
    /// How long InUseBy still names a load balancer that let go of a certificate. 30 seconds by default.
    #[serde(with = "duration_millis")]
    pub in_use_lag: Duration,
    /// How long Elastic Load Balancing does not see an imported or issued certificate. None by default.
    #[serde(with = "duration_millis")]
    pub elb_sees_after: Duration,
    /// Domain names (in lower case, without `*.`) for which a request fails, and the FailureReason, such as
    /// `CAA_ERROR`. It counts for certificates that are requested while the name is here.
    pub failures: BTreeMap<String, String>,
    /// Whether an imported certificate whose validity has not begun is refused, as AWS does. Off by default: the
    /// sandbox clock starts in the past, and whoever tries the sandbox brings certificates made today.
    pub refuse_not_yet_valid: bool,
    /// Quota: certificates in a region, imported ones counted apart. 2500 by default.
    pub max_certificates: usize,
    /// Quota: names of a requested certificate. 10 by default.
    pub max_names: usize,
}

impl Default for Acm {
    fn default() -> Self {
        Acm {
            records_after: Duration::from_secs(3),
            issues_after: Duration::from_secs(120),
            in_use_lag: Duration::from_secs(30),
            elb_sees_after: Duration::ZERO,
            failures: BTreeMap::new(),
            refuse_not_yet_valid: false,
            max_certificates: 2500,
            max_names: 10,
        }
    }
}

/// What an X.509 certificate says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// The common name, or the first alternative name if there is none.
    pub domain: String,
    /// The alternative names (DNS names and addresses), or the common name if there are none.
    pub names: Vec<String>,
    /// None for a key that ACM does not know.
    pub key_algorithm: Option<KeyAlgorithm>,
    /// The subject as text.
    pub subject: String,
    /// The issuer as text.
    pub issuer: String,
    /// Hex with colons.
    pub serial: String,
    /// Such as `SHA256WITHRSA`.
    pub signature_algorithm: String,
    /// KeyUsageName values.
    pub key_usages: Vec<String>,
    /// ExtendedKeyUsageName values.
    pub extended_key_usages: Vec<String>,
    /// When validity begins.
    pub not_before: Millis,
    /// When it ends.
    pub not_after: Millis,
}

/// A certificate of ACM.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// When it was requested, or first imported.
    pub created: Millis,
    /// Its tags.
    pub tags: Tags,
    /// Where it comes from.
    pub origin: Origin,
}

/// CertificateType.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// AMAZON_ISSUED.
    Requested(Requested),
    /// IMPORTED.
    Imported(Imported),
}

/// A certificate that ACM issues.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requested {
    /// DomainName and the alternative names, without repetition, DomainName first.
    pub names: Vec<String>,
    /// The type of its key.
    pub key_algorithm: KeyAlgorithm,
    /// How the names are validated.
    pub validation: ValidationMethod,
    /// CertificateTransparencyLoggingPreference.
    pub transparency_logging: Enabled,
    /// Whether it can be exported.
    pub export: Enabled,
    /// The token of the request.
    pub idempotency_token: Option<String>,
    /// Set if it will fail, or has: when, and FailureReason.
    pub failure: Option<(Millis, String)>,
    /// When it was, or will be, issued; None as long as the names are not validated. A test that sets it answers
    /// the e-mail.
    pub issued: Option<Millis>,
    /// When it was last renewed.
    pub renewed: Option<Millis>,
}

/// A certificate that was made elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imported {
    /// PEM.
    pub body: String,
    /// PEM.
    pub chain: Option<String>,
    /// What it says.
    pub leaf: Leaf,
    /// When it was last imported.
    pub imported: Millis,
}

/// RequestCertificate: "the certificate request times out after 72 hours".
const VALIDATION_WINDOW: Millis = 72 * 3_600_000;

/// How long a public certificate is valid (user guide, "ACM certificate characteristics").
const VALIDITY: Millis = 198 * DAY;

/// How long before its end it is renewed (user guide, "Managed certificate renewal").
const RENEWED_BEFORE: Millis = 45 * DAY;

const DAY: Millis = 86_400_000;

impl Requested {
    /// NotBefore and NotAfter of the current certificate.
    pub(crate) fn validity(&self) -> Option<(Millis, Millis)> {
        let from = self.renewed.or(self.issued)?;
        Some((from, from.saturating_add(VALIDITY)))
    }

    fn status(&self, created: Millis, now: Millis) -> CertificateStatus {
        match (&self.failure, self.issued, self.validity()) {
            (Some((at, _)), _, _) if *at <= now => CertificateStatus::Failed,
            (_, Some(at), Some((_, end))) if at <= now => {
                if now < end {
                    CertificateStatus::Issued
                } else {
                    CertificateStatus::Expired
                }
            }
            (_, None, _) if now >= created.saturating_add(VALIDATION_WINDOW) => {
                CertificateStatus::ValidationTimedOut
            }
            _ => CertificateStatus::PendingValidation,
        }
    }

    fn due_for_renewal(&self, now: Millis) -> bool {
        self.validation == ValidationMethod::Dns
            && self.validity().is_some_and(|(_, end)| now.saturating_add(RENEWED_BEFORE) >= end)
    }
}

impl Certificate {
    /// Its status now.
    pub fn status(&self, now: Millis) -> CertificateStatus {
        match &self.origin {
            Origin::Requested(requested) => requested.status(self.created, now),
            Origin::Imported(imported) if now >= imported.leaf.not_after => CertificateStatus::Expired,
            Origin::Imported(_) => CertificateStatus::Issued,
        }
    }

    /// Its names, the main one first for requested certificates.
    pub fn names(&self) -> &[String] {
        match &self.origin {
            Origin::Requested(requested) => &requested.names,
            Origin::Imported(imported) => &imported.leaf.names,
        }
    }

    /// The type of its key; None if ACM does not know it, which no certificate that came by the API has.
    pub fn key_algorithm(&self) -> Option<KeyAlgorithm> {
        match &self.origin {
            Origin::Requested(requested) => Some(requested.key_algorithm),
            Origin::Imported(imported) => imported.leaf.key_algorithm,
        }
    }

    /// Since when its present form exists for other services.
    pub(crate) fn since(&self) -> Millis {
        match &self.origin {
            Origin::Requested(requested) => requested.issued.unwrap_or(self.created),
            Origin::Imported(_) => self.created,
        }
    }

    /// An issued certificate for these names, as if validated long ago.
    pub(crate) fn issued(names: &[&str], now: Millis) -> Self {
        let requested = Requested {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            key_algorithm: KeyAlgorithm::Rsa2048,
            validation: ValidationMethod::Dns,
            transparency_logging: Enabled::Enabled,
            export: Enabled::Disabled,
            idempotency_token: None,
            failure: None,
            issued: Some(now),
            renewed: None,
        };
        Certificate { created: now, tags: Tags::default(), origin: Origin::Requested(requested) }
    }
}

impl State {
    /// A fixture: ACM of this region has an issued certificate with this ARN and these names.
    pub fn add_issued_certificate(&mut self, region: &str, arn: &str, names: &[&str]) {
        let certificate = Certificate::issued(names, self.now);
        self.regions.entry(region.to_owned()).or_default().certificates.insert(arn.to_owned(), certificate);
    }

    /// Puts an issued certificate of these names into ACM of a region; its ARN.
    pub fn create_certificate(&mut self, region: &str, names: &[&str]) -> String {
        let id = self.ids.next_uuid(crate::state::ids::IdKind::Certificate);
        let arn = format!("arn:aws:acm:{region}:{}:certificate/{id}", crate::ACCOUNT);
        self.add_issued_certificate(region, &arn, names);
        arn
    }

    /// The ARNs and names of all certificates of ACM.
    pub fn certificates(&self) -> Vec<(String, Vec<String>)> {
        let all = self.regions.values().flat_map(|region| &region.certificates);
        all.map(|(arn, one)| (arn.clone(), one.names().to_vec())).collect()
    }
}
