//! Certificates and keys, made anew in each run: none is ever in a file.

use std::sync::LazyLock;

use data_encoding::BASE64;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512,
    PKCS_ED25519, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd,
};
use x509_parser::asn1_rs::{Any, FromDer, Sequence};

/// A certificate and its key, PEM.
pub struct Pair {
    pub body: String,
    pub key: String,
}

pub static RSA: LazyLock<KeyPair> = LazyLock::new(|| rsa(RsaKeySize::_2048));
pub static RSA_3072: LazyLock<KeyPair> = LazyLock::new(|| rsa(RsaKeySize::_3072));
pub static RSA_OTHER: LazyLock<KeyPair> = LazyLock::new(|| rsa(RsaKeySize::_2048));
pub static P256: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap());
pub static P256_OTHER: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap());
pub static P384: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap());
pub static P521: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).unwrap());
pub static ED25519: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate_for(&PKCS_ED25519).unwrap());

fn rsa(size: RsaKeySize) -> KeyPair {
    KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, size).unwrap()
}

/// For the first name as common name and all as alternative names; valid around the start of the sandbox clock.
pub fn params(names: &[&str]) -> CertificateParams {
    let mut params =
        CertificateParams::new(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()).unwrap();
    params.distinguished_name = name(names[0]);
    params.not_before = date_time_ymd(2025, 6, 1);
    params.not_after = date_time_ymd(2027, 1, 1);
    params
}

pub fn name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

/// Self-signed.
pub fn own(params: CertificateParams, key: &KeyPair) -> Pair {
    Pair { body: params.self_signed(key).unwrap().pem(), key: key.serialize_pem() }
}

/// A self-signed RSA certificate.
pub fn pair(names: &[&str]) -> Pair {
    own(params(names), &RSA)
}

/// An authority's parameters, for signing and for its own certificate.
pub fn authority(common_name: &str) -> CertificateParams {
    let mut authority = params(&["ca.example.com"]);
    authority.distinguished_name = name(common_name);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority
}

/// The PEM of a certificate for this key, signed by an authority whose key is [`P256`].
pub fn signed(params: CertificateParams, key: &KeyPair, authority: &CertificateParams) -> String {
    params.signed_by(key, &Issuer::from_params(authority, &*P256)).unwrap().pem()
}

/// With usages, for re-imports.
pub fn with_usages(
    mut params: CertificateParams,
    key: &[KeyUsagePurpose],
    extended: &[ExtendedKeyUsagePurpose],
) -> CertificateParams {
    (params.key_usages, params.extended_key_usages) = (key.to_vec(), extended.to_vec());
    params
}

/// PKCS#1 or SEC 1: what a PKCS#8 key has inside.
pub fn traditional(key: &KeyPair, label: &str) -> String {
    pem(label, inside(&key.serialize_der()))
}

/// SEC 1 without the public key, which is optional there (RFC 5915).
pub fn without_public_key(key: &KeyPair) -> String {
    let inside = inside(&key.serialize_der()).to_vec();
    let (_, sequence) = Sequence::from_der(&inside).unwrap();
    let (rest, _version) = Any::from_der(&sequence.content).unwrap();
    let (_, number) = Any::from_der(rest).unwrap();
    // P-256: version 1, 32 bytes, and the curve as parameter [0].
    let mut der = vec![0x30, 49, 0x02, 1, 1, 0x04, 32];
    der.extend_from_slice(number.data);
    der.extend_from_slice(&[0xa0, 10, 0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]);
    pem("EC PRIVATE KEY", &der)
}

fn inside(pkcs8: &[u8]) -> &[u8] {
    let (_, whole) = Any::from_der(pkcs8).unwrap();
    let (rest, _version) = Any::from_der(whole.data).unwrap();
    let (rest, _algorithm) = Any::from_der(rest).unwrap();
    let (_, key) = Any::from_der(rest).unwrap();
    key.data
}

pub fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
