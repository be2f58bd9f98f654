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

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;
    use crate::base::Place;
    use crate::kinds::certificate::aws::Furnished;
    use crate::kinds::certificate::model::Material;
    use crate::kinds::certificate::pem::{Bundle, PemFile};
    use crate::spec::Inputs;

    /// Ambiguous, and so no program, for a type that can be printed.
    trait Unprintable<Marker> {
        fn holds() {}
    }
    impl<T: ?Sized> Unprintable<()> for T {}
    struct Printable;
    impl<T: ?Sized + Debug> Unprintable<Printable> for T {}

    /// What a panic, `dbg!` or a log would show.
    fn shown(value: &dyn Debug) -> String {
        format!("{value:?} {value:#?}")
    }

    #[test]
    fn nothing_that_holds_a_key_shows_it() {
        <Pem as Unprintable<_>>::holds();
        let wanted = SelfSigned {
            domain: "a.example.com".to_owned(),
            names: ["a.example.com".to_owned()].into(),
            key: "EC_prime256v1".to_owned(),
            days: 90,
        };
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let Pem { certificate, private_key, chain: _ } = self_signed(&wanted, now).unwrap();
        let file = |text: &str| PemFile {
            path: "k.pem".to_owned(),
            bytes: text.as_bytes().to_vec(),
            readable_by_others: false,
        };
        let bundle = Bundle { certificate: file(&certificate), private_key: file(&private_key), chain: None };
        let mut secrets = Secrets::new();
        secrets.add("k.pem", &private_key);
        let read = |_: &str, _: Place| Ok(file(&private_key));
        let blob = aws_sdk_acm::primitives::Blob::new(private_key.clone());
        let import = aws_sdk_acm::operation::import_certificate::ImportCertificateInput::builder();
        let import = import.private_key(blob);
        let upload =
            aws_sdk_iam::operation::upload_server_certificate::UploadServerCertificateInput::builder();
        let upload = upload.private_key(&private_key);
        let all: [&dyn Debug; 10] = [
            &bundle.private_key,
            &bundle,
            &secrets,
            &Some(secrets.clone()),
            &Furnished { secrets: &secrets, now },
            &Inputs { now: None, file: &read },
            &import,
            &import.clone().build().unwrap(),
            &upload,
            &Material::SelfSigned(wanted),
        ];
        let bytes: Vec<String> = private_key.bytes().take(40).map(|byte| byte.to_string()).collect();
        let lines: Vec<&str> = private_key.lines().collect();
        for value in all {
            let text = shown(value);
            assert!(lines.iter().all(|line| !text.contains(line)), "{text}");
            assert!(!text.contains(&bytes.join(", ")), "as a list of bytes: {text}");
        }
        assert!(shown(&private_key).contains(lines[1]), "the test can see a key");
    }
}
