//! Private keys: only their public part is looked at, and nothing is kept.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, KeyPair,
};
use x509_parser::asn1_rs::{FromDer, Integer, OctetString, Oid, Sequence};
use x509_parser::pem::Pem;

use super::Flaw;
use super::certificate::{Parsed, is_rsa};

/// The public part of a private key.
#[derive(PartialEq, Eq)]
pub(crate) enum PrivateKey {
    /// Modulus and public exponent, without leading zeros.
    Rsa(Vec<u8>, Vec<u8>),
    /// The point, uncompressed.
    Ec(Vec<u8>),
}

const UNREADABLE: Flaw = Flaw::Malformed("is not a PEM-encoded private key of a supported type");

impl PrivateKey {
    /// Reads the key of a PEM text: PKCS#1, PKCS#8 or SEC 1.
    pub(crate) fn read(pem: &str) -> Result<Self, Flaw> {
        // PKCS#8 says it in the label, the traditional form in the header `Proc-Type: 4,ENCRYPTED`.
        if pem.contains("ENCRYPTED") {
            return Err(Flaw::Encrypted);
        }
        let blocks = Pem::iter_from_buffer(pem.as_bytes()).collect::<Result<Vec<_>, _>>();
        let blocks = blocks.map_err(|_| UNREADABLE)?;
        // `openssl ecparam -genkey` writes the curve before the key.
        let mut keys = blocks.iter().filter(|block| block.label != "EC PARAMETERS");
        let (Some(key), more) = (keys.next(), keys.next()) else { return Err(UNREADABLE) };
        if more.is_some() {
            return Err(Flaw::Several);
        }
        let read = match key.label.as_str() {
            "RSA PRIVATE KEY" => rsa(&key.contents),
            "EC PRIVATE KEY" => ec(&key.contents),
            "PRIVATE KEY" => pkcs8(&key.contents),
            _ => None,
        };
        read.ok_or(UNREADABLE)
    }

    /// Whether it is the private key of this certificate.
    pub(crate) fn is_of(&self, certificate: &Parsed) -> bool {
        match self {
            PrivateKey::Ec(point) => *point == certificate.public_key,
            PrivateKey::Rsa(..) => rsa_public(&certificate.public_key).is_some_and(|public| public == *self),
        }
    }
}

/// A number without the zeros in front.
pub(super) fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// RSAPrivateKey: version, modulus, public exponent, and what is nobody's business (RFC 8017, A.1.2).
fn rsa(der: &[u8]) -> Option<PrivateKey> {
    let (_, sequence) = Sequence::from_der(der).ok()?;
    let (rest, _version) = Integer::from_der(&sequence.content).ok()?;
    modulus_and_exponent(rest)
}

/// RSAPublicKey: modulus, public exponent (RFC 8017, A.1.1).
fn rsa_public(der: &[u8]) -> Option<PrivateKey> {
    let (_, sequence) = Sequence::from_der(der).ok()?;
    modulus_and_exponent(&sequence.content)
}

fn modulus_and_exponent(der: &[u8]) -> Option<PrivateKey> {
    let (rest, modulus) = Integer::from_der(der).ok()?;
    let (_, exponent) = Integer::from_der(rest).ok()?;
    Some(PrivateKey::Rsa(trimmed(modulus.as_ref()).to_vec(), trimmed(exponent.as_ref()).to_vec()))
}

/// A key on one of the curves that AWS takes; the public point is computed if the key does not hold it.
fn ec(der: &[u8]) -> Option<PrivateKey> {
    let curves =
        [&ECDSA_P256_SHA256_ASN1_SIGNING, &ECDSA_P384_SHA384_ASN1_SIGNING, &ECDSA_P521_SHA512_ASN1_SIGNING];
    let pair = curves.into_iter().find_map(|curve| EcdsaKeyPair::from_private_key_der(curve, der).ok())?;
    Some(PrivateKey::Ec(pair.public_key().as_ref().to_vec()))
}

/// PrivateKeyInfo: version, algorithm, key (RFC 5208).
fn pkcs8(der: &[u8]) -> Option<PrivateKey> {
    let (_, sequence) = Sequence::from_der(der).ok()?;
    let (rest, _version) = Integer::from_der(&sequence.content).ok()?;
    let (rest, algorithm) = Sequence::from_der(rest).ok()?;
    let (_, oid) = Oid::from_der(&algorithm.content).ok()?;
    let (_, key) = OctetString::from_der(rest).ok()?;
    if is_rsa(&oid) { rsa(key.as_ref()) } else { ec(der) }
}
