//! Certificates that the sandbox's ACM "issues": readable X.509 with the right names, key type and validity.
//! Their keys are numbers that nobody has a private key for, and their signatures prove nothing.

use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, PublicKeyData,
    SerialNumber, SignatureAlgorithm, SigningKey,
};

use crate::clock::Millis;
use crate::state::KeyAlgorithm;
use crate::state::ids::scatter;

/// A public key without a private one.
struct Hollow {
    algorithm: &'static SignatureAlgorithm,
    bits: Vec<u8>,
}

impl PublicKeyData for Hollow {
    fn der_bytes(&self) -> &[u8] {
        &self.bits
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.algorithm
    }
}

impl SigningKey for Hollow {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(noise(message.iter().fold(0, |sum, byte| scatter(sum ^ u64::from(*byte))), 256))
    }
}

/// A certificate for these names and the certificate of its issuer, both PEM. The same input gives the same text.
/// None for a key that ACM does not issue certificates for.
pub(crate) fn make(
    names: &[String],
    key: KeyAlgorithm,
    seed: u64,
    valid: (Millis, Millis),
) -> Option<(String, String)> {
    let root_key = hollow(KeyAlgorithm::Rsa2048, 0)?;
    let mut root = CertificateParams::default();
    root.distinguished_name = named("Sandbox Root");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.serial_number = Some(SerialNumber::from(1_u64));
    let root_pem = root.clone().signed_by(&root_key, &Issuer::from_params(&root, &root_key)).ok()?.pem();
    let mut leaf = CertificateParams::new(names.to_vec()).ok()?;
    leaf.distinguished_name = named(names.first()?);
    leaf.serial_number = Some(SerialNumber::from(scatter(seed) >> 1));
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    leaf.not_before = epoch + moment(valid.0);
    leaf.not_after = epoch + moment(valid.1);
    let pem = leaf.signed_by(&hollow(key, seed)?, &Issuer::from_params(&root, &root_key)).ok()?.pem();
    Some((pem, root_pem))
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

/// The time since the epoch; X.509 ends with the year 9999.
fn moment(at: Millis) -> Duration {
    const LAST: Millis = 253_402_300_799_000;
    Duration::from_millis(at.min(LAST))
}

/// A well-formed public key for these types; None for others.
fn hollow(key: KeyAlgorithm, seed: u64) -> Option<Hollow> {
    let (algorithm, bits) = match key {
        KeyAlgorithm::Rsa2048 => (&PKCS_RSA_SHA256, rsa_2048(seed)),
        KeyAlgorithm::EcPrime256v1 => (&PKCS_ECDSA_P256_SHA256, hex(P256)?),
        KeyAlgorithm::EcSecp384r1 => (&PKCS_ECDSA_P384_SHA384, hex(P384)?),
        KeyAlgorithm::Rsa1024 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 | KeyAlgorithm::EcSecp521r1 => {
            return None;
        }
    };
    Some(Hollow { algorithm, bits })
}

/// RSAPublicKey in DER: an odd number of 2048 bits, and 65537.
fn rsa_2048(seed: u64) -> Vec<u8> {
    let mut modulus = noise(seed, 256);
    if let [first, .., last] = modulus.as_mut_slice() {
        *first |= 0x80;
        *last |= 1;
    }
    let head = [0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00];
    [&head[..], &modulus, &[0x02, 0x03, 0x01, 0x00, 0x01]].concat()
}

/// Reproducible bytes.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    (0..).flat_map(|n| scatter(scatter(seed) ^ n).to_be_bytes()).take(length).collect()
}

fn hex(text: &str) -> Option<Vec<u8>> {
    data_encoding::HEXUPPER.decode(text.as_bytes()).ok()
}

/// The base point of each curve (FIPS 186-4, D.1.2), which is a point on it; uncompressed.
const P256: &str = "046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296\
                    4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5";
const P384: &str = "04AA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7\
                    3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F";
