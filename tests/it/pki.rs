//! Certificates and keys for tests, made when they are needed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use albctl::base::{Diagnostic, Place};
use albctl::kinds::certificate::aws::Secrets;
use albctl::kinds::certificate::pem::PemFile;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

const DAY: u64 = 86_400;

/// The time at which sandboxes begin: 2026-01-01.
pub const START: u64 = 1_767_225_600;

thread_local! {
    /// The files that the specs of this test name.
    static FILES: RefCell<BTreeMap<String, String>> = RefCell::default();
}

/// Writes a file for the specs of this test.
pub fn put_file(path: &str, text: &str) {
    FILES.with_borrow_mut(|files| files.insert(path.to_owned(), text.to_owned()));
}

/// Reads such a file.
pub fn file(name: &str, at: Place) -> Result<PemFile, Diagnostic> {
    let text = FILES.with_borrow(|files| files.get(name).cloned());
    let missing = || Diagnostic::error("file-missing", format!("there is no file `{name}`")).at(at, "");
    let text = text.ok_or_else(missing)?;
    Ok(PemFile { path: name.to_owned(), bytes: text.into_bytes(), readable_by_others: false })
}

/// All such files.
pub fn secrets() -> Secrets {
    let mut secrets = Secrets::new();
    FILES.with_borrow(|files| files.iter().for_each(|(path, text)| secrets.add(path, text)));
    secrets
}

/// A certificate and its key in PEM.
pub struct Pair {
    pub certificate: String,
    pub key: String,
    pub chain: String,
}

/// A certificate for these names, signed by an authority of its own, from the day before the sandbox begins.
pub fn pair(names: &[&str], days: u64) -> Pair {
    of_key(names, days, &KeyPair::generate().expect("a key"))
}

/// The same with this key.
pub fn of_key(names: &[&str], days: u64, key: &KeyPair) -> Pair {
    let authority_key = KeyPair::generate().expect("a key");
    let mut authority = params(&[], days + 1);
    authority.distinguished_name.push(DnType::CommonName, "a test authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = authority.self_signed(&authority_key).expect("a root");
    let mut leaf = params(names, days);
    leaf.distinguished_name.push(DnType::CommonName, *names.first().unwrap_or(&"nobody"));
    let issuer = Issuer::from_params(&authority, &authority_key);
    let certificate = leaf.signed_by(key, &issuer).expect("a certificate");
    Pair { certificate: certificate.pem(), key: key.serialize_pem(), chain: root.pem() }
}

fn params(names: &[&str], days: u64) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names");
    params.distinguished_name = rcgen::DistinguishedName::new();
    let begin = SystemTime::UNIX_EPOCH + Duration::from_secs(START - DAY);
    params.not_before = begin.into();
    params.not_after = (begin + Duration::from_secs((days + 1) * DAY)).into();
    params
}
