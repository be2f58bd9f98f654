//! Reading certificates.

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::oid_registry;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::X509Name;

use super::Flaw;
use crate::clock::Millis;
use crate::state::{KeyAlgorithm, Leaf};

/// A certificate that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// What it says of itself.
    pub(crate) leaf: Leaf,
    /// Its public key: the raw bits of the SubjectPublicKeyInfo.
    pub(super) public_key: Vec<u8>,
    subject: Vec<u8>,
    issuer: Vec<u8>,
}

impl Parsed {
    /// Whether the other certificate's subject is this one's issuer.
    pub(crate) fn names_as_issuer(&self, other: &Parsed) -> bool {
        self.issuer == other.subject
    }

    /// Whether it names itself as its issuer.
    pub(crate) fn is_self_signed(&self) -> bool {
        self.issuer == self.subject
    }

    /// Whether the issuer has a name at all.
    pub(crate) fn has_issuer(&self) -> bool {
        // An empty SEQUENCE.
        self.issuer != [0x30, 0]
    }
}

/// The only certificate of a PEM text.
pub(crate) fn read_one(pem: &str) -> Result<Parsed, Flaw> {
    let mut all = read_chain(pem)?;
    let last = all.pop().ok_or(Flaw::Malformed("is not a PEM-encoded certificate"))?;
    if all.is_empty() { Ok(last) } else { Err(Flaw::Several) }
}

/// All certificates of a PEM text, in order; at least one.
pub(crate) fn read_chain(pem: &str) -> Result<Vec<Parsed>, Flaw> {
    let blocks = Pem::iter_from_buffer(pem.as_bytes()).collect::<Result<Vec<_>, _>>();
    let blocks = blocks.map_err(|_| Flaw::Malformed("is not PEM-encoded"))?;
    if blocks.is_empty() {
        return Err(Flaw::Malformed("is not PEM-encoded"));
    }
    blocks.iter().map(read_block).collect()
}

fn read_block(block: &Pem) -> Result<Parsed, Flaw> {
    if block.label != "CERTIFICATE" {
        return Err(Flaw::Malformed("holds something that is not a certificate"));
    }
    let unreadable = Flaw::Malformed("is not an X.509 certificate");
    let (rest, certificate) = X509Certificate::from_der(&block.contents).map_err(|_| unreadable.clone())?;
    if !rest.is_empty() {
        return Err(unreadable);
    }
    let leaf = leaf(&certificate).ok_or(unreadable)?;
    Ok(Parsed {
        leaf,
        public_key: certificate.public_key().subject_public_key.data.to_vec(),
        subject: certificate.subject().as_raw().to_vec(),
        issuer: certificate.issuer().as_raw().to_vec(),
    })
}

fn leaf(certificate: &X509Certificate<'_>) -> Option<Leaf> {
    let common_name = certificate.subject().iter_common_name().next();
    let common_name = common_name.and_then(|name| name.as_str().ok()).map(str::to_owned);
    let mut names = alternative_names(certificate);
    if names.is_empty() {
        names.extend(common_name.clone());
    }
    let validity = certificate.validity();
    Some(Leaf {
        domain: common_name.or_else(|| names.first().cloned()).unwrap_or_default(),
        names,
        key_algorithm: key_algorithm(certificate),
        subject: text(certificate.subject()),
        issuer: text(certificate.issuer()),
        serial: certificate.raw_serial_as_string(),
        signature_algorithm: signature_algorithm(certificate),
        key_usages: key_usages(certificate),
        extended_key_usages: extended_key_usages(certificate),
        not_before: millis(validity.not_before.timestamp()),
        not_after: millis(validity.not_after.timestamp()),
    })
}

/// Seconds since the epoch; nothing that matters here was before it.
fn millis(seconds: i64) -> Millis {
    Millis::try_from(seconds).unwrap_or(0).saturating_mul(1000)
}

/// `CN=a, O=b`.
fn text(name: &X509Name<'_>) -> String {
    name.to_string()
}

fn alternative_names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else { return Vec::new() };
    let name = |general: &GeneralName<'_>| match general {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    };
    extension.value.general_names.iter().filter_map(name).collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    let four = <[u8; 4]>::try_from(bytes).map(|b| std::net::IpAddr::from(b).to_string());
    four.or_else(|_| <[u8; 16]>::try_from(bytes).map(|b| std::net::IpAddr::from(b).to_string())).ok()
}

fn key_algorithm(certificate: &X509Certificate<'_>) -> Option<KeyAlgorithm> {
    let info = certificate.public_key();
    match info.parsed().ok()? {
        PublicKey::RSA(key) => KeyAlgorithm::rsa(significant_bits(key.modulus)),
        PublicKey::EC(_) => {
            let curve = info.algorithm.parameters.as_ref()?.as_oid().ok()?;
            KeyAlgorithm::curve(&curve.to_id_string())
        }
        _ => None,
    }
}

fn significant_bits(number: &[u8]) -> usize {
    let number = super::key::trimmed(number);
    let top = number.first().map_or(0, |byte| 8 - byte.leading_zeros() as usize);
    number.len().saturating_sub(1) * 8 + top
}

/// The names that DescribeCertificate uses, such as `SHA256WITHRSA`.
fn signature_algorithm(certificate: &X509Certificate<'_>) -> String {
    let id = certificate.signature_algorithm.algorithm.to_id_string();
    match id.as_str() {
        "1.2.840.113549.1.1.5" => "SHA1WITHRSA",
        "1.2.840.113549.1.1.11" => "SHA256WITHRSA",
        "1.2.840.113549.1.1.12" => "SHA384WITHRSA",
        "1.2.840.113549.1.1.13" => "SHA512WITHRSA",
        "1.2.840.10045.4.3.2" => "SHA256WITHECDSA",
        "1.2.840.10045.4.3.3" => "SHA384WITHECDSA",
        "1.2.840.10045.4.3.4" => "SHA512WITHECDSA",
        other => other,
    }
    .to_owned()
}

fn key_usages(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.key_usage() else { return Vec::new() };
    let usage = extension.value;
    let all = [
        (usage.digital_signature(), "DIGITAL_SIGNATURE"),
        (usage.non_repudiation(), "NON_REPUDIATION"),
        (usage.key_encipherment(), "KEY_ENCIPHERMENT"),
        (usage.data_encipherment(), "DATA_ENCIPHERMENT"),
        (usage.key_agreement(), "KEY_AGREEMENT"),
        (usage.key_cert_sign(), "CERTIFICATE_SIGNING"),
        (usage.crl_sign(), "CRL_SIGNING"),
        (usage.encipher_only(), "ENCIPHER_ONLY"),
        (usage.decipher_only(), "DECIPHER_ONLY"),
    ];
    all.into_iter().filter(|(set, _)| *set).map(|(_, name)| name.to_owned()).collect()
}

fn extended_key_usages(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.extended_key_usage() else { return Vec::new() };
    let usage = extension.value;
    let known = [
        (usage.any, "ANY".to_owned()),
        (usage.server_auth, "TLS_WEB_SERVER_AUTHENTICATION".to_owned()),
        (usage.client_auth, "TLS_WEB_CLIENT_AUTHENTICATION".to_owned()),
        (usage.code_signing, "CODE_SIGNING".to_owned()),
        (usage.email_protection, "EMAIL_PROTECTION".to_owned()),
        (usage.time_stamping, "TIME_STAMPING".to_owned()),
        (usage.ocsp_signing, "OCSP_SIGNING".to_owned()),
        (!usage.other.is_empty(), "CUSTOM".to_owned()),
    ];
    known.into_iter().filter(|(set, _)| *set).map(|(_, name)| name).collect()
}

/// The OIDs of private keys in PKCS#8.
pub(super) fn is_rsa(oid: &x509_parser::asn1_rs::Oid<'_>) -> bool {
    *oid == oid_registry::OID_PKCS1_RSAENCRYPTION
}
