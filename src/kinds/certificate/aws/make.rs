//! The contents of files when a certificate is imported or uploaded, and certificates that are made here.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, RsaKeySize};

use crate::aws::error::refused;
use crate::exec::ServiceError;
use crate::kinds::certificate::model::{Files, SelfSigned};
use crate::kinds::certificate::pem;

/// A clock of AWS may be a little behind.
const BEFORE: Duration = Duration::from_secs(300);

const DAY: u64 = 86_400;

/// What is sent. It holds a private key, so that it is never printed, and is dropped after the call.
pub struct Pem {
    pub certificate: String,
    pub private_key: String,
    pub chain: Option<String>,
}

/// The contents of the files that a plan names, read when it is applied. They are never printed.
#[derive(Clone, Default)]
pub struct Secrets {
    texts: BTreeMap<String, String>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.texts.keys()).finish()
    }
}

impl Secrets {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a file by its path.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.texts.insert(path.into(), text.into());
    }

    /// Whether the files are those that the plan was made from.
    pub fn fits(&self, files: &Files) -> bool {
        let text = |path: &str| self.texts.get(path);
        let Some(certificate) = text(&files.certificate) else { return false };
        let chain = files.chain.as_deref().map(text);
        if chain == Some(None) {
            return false;
        }
        let chain = chain.flatten().map(String::as_str);
        let key = text(&files.private_key).and_then(|text| pem::public_key_in(text));
        pem::fingerprint(certificate, chain).as_ref() == Some(&files.fingerprint)
            && key.as_ref() == Some(&files.public_key)
    }

    /// What of the files is sent.
    pub(super) fn get(&self, files: &Files) -> Result<Pem, ServiceError> {
        let missing = || refused("ImportCertificate", format!("`{}` was not read", files.certificate));
        if !self.fits(files) {
            return Err(missing());
        }
        let text = |path: &String| self.texts.get(path).cloned().ok_or_else(missing);
        Ok(Pem {
            certificate: text(&files.certificate)?,
            private_key: text(&files.private_key)?,
            chain: files.chain.as_ref().map(text).transpose()?,
        })
    }
}

/// Makes a key and a certificate that it signs.
pub fn self_signed(wanted: &SelfSigned, now: SystemTime) -> Result<Pem, ServiceError> {
    let failed =
        |error: rcgen::Error| refused("ImportCertificate", format!("no certificate could be made: {error}"));
    let key = key(&wanted.key).map_err(failed)?;
    let mut params =
        CertificateParams::new(wanted.names.iter().cloned().collect::<Vec<_>>()).map_err(failed)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, wanted.domain.as_str());
    params.not_before = now.checked_sub(BEFORE).unwrap_or(now).into();
    params.not_after = (now + Duration::from_secs(wanted.days * DAY)).into();
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.self_signed(&key).map_err(failed)?;
    Ok(Pem { certificate: certificate.pem(), private_key: key.serialize_pem(), chain: None })
}

fn key(algorithm: &str) -> Result<KeyPair, rcgen::Error> {
    let rsa = |size| KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, size);
    match algorithm {
        "RSA_3072" => rsa(RsaKeySize::_3072),
        "RSA_4096" => rsa(RsaKeySize::_4096),
        "EC_prime256v1" => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
        "EC_secp384r1" => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384),
        _other => rsa(RsaKeySize::_2048),
    }
}
