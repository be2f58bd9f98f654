//! Certificates and keys for tests, made when they are needed.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use std::time::{Duration, SystemTime};

use crate::support::START;

const DAY: u64 = 86_400;

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
