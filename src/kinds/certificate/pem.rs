//! Certificates and keys in PEM: what they say, and whether AWS would take them. No message shows what a file holds.
//!
//! API: ImportCertificate, UploadServerCertificate ("the certificate, its key and its chain in PEM").

use std::collections::BTreeSet;
use std::fmt;

use rcgen::{KeyPair, PublicKeyData};
use sha2::{Digest, Sha256};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;

use super::model::Files;

/// A file, read. What it holds may be a private key, so that it is never printed.
#[derive(Clone)]
pub struct PemFile {
    /// Its path, from where the command runs.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Others than its owner may read it.
    pub readable_by_others: bool,
}

impl fmt::Debug for PemFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PemFile({})", self.path)
    }
}

/// The files of one certificate.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The certificate.
    pub certificate: PemFile,
    /// Its private key.
    pub private_key: PemFile,
    /// The certificates between it and the root.
    pub chain: Option<PemFile>,
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The common name, or the first alternative name where there is none.
    pub domain: String,
    /// The alternative names, or the common name where there are none, in lower case.
    pub names: BTreeSet<String>,
    /// It has alternative names: clients look at no others.
    pub has_names: bool,
    /// Such as `RSA_2048`; in other words for a type that no load balancer takes.
    pub key: String,
    /// It is signed by its own key.
    pub self_signed: bool,
    /// Seconds since 1970.
    pub not_before: u64,
    /// Seconds since 1970.
    pub not_after: u64,
    /// The SHA-256 of its public key.
    pub public_key: String,
}

/// What the files of a certificate say.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The certificate itself.
    pub leaf: Leaf,
    /// The files by hash.
    pub files: Files,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The certificate's.
    Certificate,
    /// The private key's.
    PrivateKey,
    /// The chain's.
    Chain,
}

/// Something wrong, or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// In which file.
    pub part: Part,
    /// A warning, not an error.
    pub warns: bool,
    /// The diagnostic's code.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<&'static str>,
}

impl Problem {
    /// An error.
    pub fn error(part: Part, message: impl Into<String>, help: Option<&'static str>) -> Self {
        Self { part, warns: false, code: "bad-certificate", message: message.into(), help }
    }
}

/// Reads the blocks of a PEM file; those that no reader knows are an error.
///
/// # Errors
/// It is empty, not PEM, or cut off.
pub fn blocks(file: &PemFile, part: Part) -> Result<Vec<Pem>, Problem> {
    let name = &file.path;
    let fail = |message: String, help| Err(Problem::error(part, message, help));
    if file.bytes.iter().all(u8::is_ascii_whitespace) {
        return fail(format!("`{name}` is empty"), None);
    }
    if file.bytes.starts_with(b"\xef\xbb\xbf") {
        let help = "AWS takes none of it: tail -c +4 FILE > FILE.pem";
        return fail(format!("`{name}` begins with a byte order mark"), Some(help));
    }
    let text = String::from_utf8_lossy(&file.bytes);
    if !text.contains("-----BEGIN ") {
        if is_pkcs12(&file.bytes) {
            let help = match part {
                Part::PrivateKey => "openssl pkcs12 -in FILE -nodes -nocerts -out FILE.key.pem",
                Part::Certificate => "openssl pkcs12 -in FILE -nodes -nokeys -clcerts -out FILE.pem",
                Part::Chain => "openssl pkcs12 -in FILE -nodes -nokeys -cacerts -out FILE.chain.pem",
            };
            return fail(format!("`{name}` is PKCS#12, not PEM"), Some(help));
        }
        let der = file.bytes.first() == Some(&0x30);
        let help = match part {
            _ if !der => "PEM begins with a line like -----BEGIN CERTIFICATE-----",
            Part::PrivateKey => "openssl pkey -inform der -in FILE -out FILE.pem",
            Part::Certificate | Part::Chain => "openssl x509 -inform der -in FILE -out FILE.pem",
        };
        let what = if der { "is in DER, not in PEM" } else { "holds no PEM" };
        return fail(format!("`{name}` {what}"), Some(help));
    }
    if text.lines().any(|line| line.starts_with([' ', '\t']) && line.trim_start().starts_with("-----")) {
        let help = "each line begins at the margin: sed 's/^[[:space:]]*//' FILE > FILE.pem";
        return fail(format!("`{name}` is PEM that is indented"), Some(help));
    }
    let mut found = Vec::new();
    for block in Pem::iter_from_buffer(&file.bytes) {
        match block {
            Ok(block) => found.push(block),
            Err(_) => {
                let help = "each block ends with a line like -----END CERTIFICATE-----: copy the file anew";
                return fail(format!("`{name}` is PEM that is cut off or damaged"), Some(help));
            }
        }
    }
    Ok(found)
}

/// Whether it is a PFX, certificate and key in one: a sequence that begins with the version 3. RFC 7292, section 4.
fn is_pkcs12(bytes: &[u8]) -> bool {
    let &[0x30, length, ..] = bytes else { return false };
    let more = if length & 0x80 == 0 { 0 } else { usize::from(length & 0x7f) };
    bytes.get(2 + more..).is_some_and(|rest| rest.starts_with(&[0x02, 0x01, 0x03]))
}

/// What a certificate in DER says.
pub fn leaf(der: &[u8]) -> Option<Leaf> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let common = certificate.subject().iter_common_name().next().and_then(|name| name.as_str().ok());
    let mut names = BTreeSet::new();
    let mut first = None;
    if let Ok(Some(extension)) = certificate.subject_alternative_name() {
        for name in &extension.value.general_names {
            let text = match name {
                GeneralName::DNSName(name) => name.to_ascii_lowercase(),
                GeneralName::IPAddress(bytes) => match address(bytes) {
                    Some(address) => address,
                    None => continue,
                },
                _other => continue,
            };
            first = first.or(Some(text.clone()));
            names.insert(text);
        }
    }
    let has_names = !names.is_empty();
    let common = common.map(str::to_ascii_lowercase);
    if names.is_empty() {
        names.extend(common.clone());
    }
    let seconds = |time: x509_parser::time::ASN1Time| u64::try_from(time.timestamp()).unwrap_or(0);
    Some(Leaf {
        domain: common.or(first).unwrap_or_default(),
        names,
        has_names,
        key: key_type(&certificate),
        self_signed: certificate.subject().as_raw() == certificate.issuer().as_raw(),
        not_before: seconds(certificate.validity().not_before),
        not_after: seconds(certificate.validity().not_after),
        public_key: hex(&[&certificate.public_key().subject_public_key.data]),
    })
}

fn address(bytes: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(bytes).map(std::net::IpAddr::from);
    let v6 = || <[u8; 16]>::try_from(bytes).map(std::net::IpAddr::from);
    v4.or_else(|_| v6()).ok().map(|address| address.to_string())
}

/// API: `KeyAlgorithm` of ACM.
fn key_type(certificate: &X509Certificate<'_>) -> String {
    let info = certificate.public_key();
    match info.parsed() {
        Ok(PublicKey::RSA(key)) => format!("RSA_{}", key.key_size()),
        Ok(PublicKey::EC(_)) => {
            let curve = info.algorithm.parameters.as_ref().and_then(|curve| curve.as_oid().ok());
            match curve.map(|oid| oid.to_id_string()).unwrap_or_default().as_str() {
                "1.2.840.10045.3.1.7" => "EC_prime256v1".to_owned(),
                "1.3.132.0.34" => "EC_secp384r1".to_owned(),
                "1.3.132.0.35" => "EC_secp521r1".to_owned(),
                other => format!("EC with the curve {other}"),
            }
        }
        Ok(_) | Err(_) => match info.algorithm.algorithm.to_id_string().as_str() {
            "1.3.101.112" => "Ed25519".to_owned(),
            "1.3.101.113" => "Ed448".to_owned(),
            "1.2.840.10040.4.1" => "DSA".to_owned(),
            other => format!("of the unknown type {other}"),
        },
    }
}

/// The SHA-256 of a certificate and its chain, each in DER; none of what is no PEM.
pub fn fingerprint(certificate: &str, chain: Option<&str>) -> Option<String> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for text in [Some(certificate), chain].into_iter().flatten() {
        for block in Pem::iter_from_buffer(text.as_bytes()) {
            all.push(block.ok()?.contents);
        }
    }
    Some(hex(&all.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

/// What the first certificate of a PEM text says.
pub fn first_leaf(text: &str) -> Option<Leaf> {
    let block = Pem::iter_from_buffer(text.as_bytes()).next()?.ok()?;
    leaf(&block.contents)
}

/// How the first certificate of a PEM text is signed, as ACM writes it: `SHA256WITHRSA`. RFC 3279, 4055 and 5758.
pub fn signature(text: &str) -> Option<String> {
    let block = Pem::iter_from_buffer(text.as_bytes()).next()?.ok()?;
    let (_, certificate) = X509Certificate::from_der(&block.contents).ok()?;
    let words = match certificate.signature_algorithm.algorithm.to_id_string().as_str() {
        "1.2.840.113549.1.1.4" => "MD5WITHRSA",
        "1.2.840.113549.1.1.5" => "SHA1WITHRSA",
        "1.2.840.113549.1.1.11" => "SHA256WITHRSA",
        "1.2.840.113549.1.1.12" => "SHA384WITHRSA",
        "1.2.840.113549.1.1.13" => "SHA512WITHRSA",
        "1.2.840.10045.4.1" => "SHA1WITHECDSA",
        "1.2.840.10045.4.3.2" => "SHA256WITHECDSA",
        "1.2.840.10045.4.3.3" => "SHA384WITHECDSA",
        "1.2.840.10045.4.3.4" => "SHA512WITHECDSA",
        _other => return None,
    };
    Some(words.to_owned())
}

/// The SHA-256 of the public key that belongs to a private key in PEM.
pub fn public_key_of(private: &Pem) -> Option<String> {
    KeyPair::try_from(private.contents.as_slice()).ok().map(|key| hex(&[key.der_bytes()]))
}

/// The same of the first private key in a PEM text.
pub fn public_key_in(text: &str) -> Option<String> {
    let mut blocks = Pem::iter_from_buffer(text.as_bytes()).filter_map(Result::ok);
    blocks.find(|block| block.label.ends_with("PRIVATE KEY")).as_ref().and_then(public_key_of)
}

/// The SHA-256 of all parts, one after the other.
pub fn hex(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
