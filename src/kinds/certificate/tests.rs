//! Each way in which the files of a certificate can be wrong, with its message.

use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, CertificateSigningRequest, DnType, IsCa, Issuer, KeyPair};

use super::check::check;
use super::model::Store;
use super::pem::{Bundle, Part, PemFile, Problem};

const NOW: u64 = 1_767_225_600;
const DAY: u64 = 86_400;

fn file(path: &str, text: impl Into<Vec<u8>>) -> PemFile {
    PemFile { path: path.to_owned(), bytes: text.into(), readable_by_others: false }
}

fn params(name: &str, names: &[&str], from: u64, to: u64) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    params.not_before = at(from).into();
    params.not_after = at(to).into();
    params
}

/// A root, an intermediate and what they sign.
struct Pki {
    root: String,
    middle: String,
    leaf: String,
    key: String,
}

fn authority(name: &str) -> CertificateParams {
    let mut params = params(name, &[], NOW - DAY, NOW + 1000 * DAY);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn signed(leaf: &CertificateParams, key: &KeyPair) -> Pki {
    let (root_key, middle_key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let (root, middle) = (authority("root"), authority("middle"));
    let of_root = Issuer::from_params(&root, &root_key);
    let of_middle = Issuer::from_params(&middle, &middle_key);
    Pki {
        root: root.self_signed(&root_key).unwrap().pem(),
        middle: middle.signed_by(&middle_key, &of_root).unwrap().pem(),
        leaf: leaf.signed_by(key, &of_middle).unwrap().pem(),
        key: key.serialize_pem(),
    }
}

fn good() -> Pki {
    let leaf = params("api.example.com", &["api.example.com", "*.example.com"], NOW - DAY, NOW + 90 * DAY);
    signed(&leaf, &KeyPair::generate().unwrap())
}

fn bundle(certificate: &str, key: &str, chain: Option<&str>) -> Bundle {
    Bundle {
        certificate: file("c.pem", certificate),
        private_key: file("k.pem", key),
        chain: chain.map(|chain| file("ca.pem", chain)),
    }
}

fn problems(bundle: &Bundle) -> Vec<Problem> {
    let (parsed, problems) = check(bundle, Store::Import, Some(NOW));
    assert_eq!(parsed.is_some(), problems.iter().all(|problem| problem.warns), "{problems:?}");
    problems
}

/// The one thing that is wrong.
fn only(bundle: &Bundle) -> (Part, String) {
    let mut all = problems(bundle);
    assert_eq!(all.len(), 1, "{all:?}");
    let one = all.remove(0);
    assert!(one.help.is_some() || one.message.ends_with("is empty"), "{one:?}");
    (one.part, one.message)
}

fn of_certificate(text: impl Into<Vec<u8>>) -> String {
    let bundle = Bundle { certificate: file("c.pem", text), ..bundle("", &good().key, None) };
    let (part, message) = only(&bundle);
    assert_eq!(part, Part::Certificate);
    message
}

fn of_key(text: impl Into<Vec<u8>>) -> String {
    let bundle = Bundle { private_key: file("k.pem", text), ..bundle(&good().leaf, "", None) };
    let (part, message) = only(&bundle);
    assert_eq!(part, Part::PrivateKey);
    message
}

fn of_chain(pki: &Pki, chain: &str) -> String {
    let (part, message) = only(&bundle(&pki.leaf, &pki.key, Some(chain)));
    assert_eq!(part, Part::Chain);
    message
}

fn der(text: &str) -> Vec<u8> {
    x509_parser::pem::parse_x509_pem(text.as_bytes()).unwrap().1.contents
}

fn relabelled(text: &str, from: &str, to: &str) -> String {
    text.replace(&format!("{from}-----"), &format!("{to}-----"))
}

#[test]
fn good_files_say_what_they_are() {
    let pki = good();
    for chain in [None, Some(pki.middle.clone()), Some(format!("{}{}", pki.middle, pki.root))] {
        let (parsed, problems) = check(&bundle(&pki.leaf, &pki.key, chain.as_deref()), Store::Iam, Some(NOW));
        assert_eq!(problems, []);
        let parsed = parsed.unwrap();
        assert_eq!(parsed.leaf.domain, "api.example.com");
        assert_eq!(parsed.leaf.names.iter().collect::<Vec<_>>(), ["*.example.com", "api.example.com"]);
        assert_eq!((parsed.leaf.key.as_str(), parsed.leaf.self_signed), ("EC_prime256v1", false));
        assert_eq!(parsed.files.fingerprint, super::pem::fingerprint(&pki.leaf, chain.as_deref()).unwrap());
        assert_eq!(Some(parsed.files.public_key), super::pem::public_key_in(&pki.key));
    }
}

#[test]
fn a_certificate_must_be_one_certificate_in_pem() {
    let pki = good();
    assert_eq!(of_certificate(""), "`c.pem` is empty");
    assert_eq!(of_certificate(" \n\n"), "`c.pem` is empty");
    assert_eq!(of_certificate(der(&pki.leaf)), "`c.pem` is in DER, not in PEM");
    assert_eq!(of_certificate("some text"), "`c.pem` holds no PEM");
    let cut = &pki.leaf[..pki.leaf.len() - 40];
    assert_eq!(of_certificate(cut), "`c.pem` is PEM that is cut off or damaged");
    let both = format!("{}{}", pki.leaf, pki.middle);
    assert_eq!(of_certificate(both), "`c.pem` holds 2 certificates");
    assert_eq!(of_certificate(pki.key.clone()), "`c.pem` holds a private key, not only certificates");
    let mixed = format!("{}{}", pki.leaf, pki.key);
    assert_eq!(of_certificate(mixed), "`c.pem` holds a private key, not only certificates");
    let key = KeyPair::generate().unwrap();
    let request: CertificateSigningRequest =
        params("a.example.com", &["a.example.com"], NOW, NOW + DAY).serialize_request(&key).unwrap();
    assert_eq!(
        of_certificate(request.pem().unwrap()),
        "`c.pem` holds a signing request, which is not a certificate yet"
    );
    assert_eq!(
        of_certificate(relabelled(&pki.leaf, "CERTIFICATE", "PKCS7")),
        "`c.pem` holds a pkcs7 where a certificate is wanted"
    );
    assert_eq!(
        of_certificate(relabelled(&pki.key, "PRIVATE KEY", "CERTIFICATE")),
        "`c.pem` holds a block that is no X.509 certificate"
    );
    let long = format!("{}{}", pki.leaf, "\n".repeat(40_000));
    assert_eq!(of_certificate(long), "`c.pem` is larger than the 32768 bytes that AWS takes");
}

#[test]
fn a_key_must_be_the_certificates_own_and_not_encrypted() {
    let pki = good();
    assert_eq!(of_key(""), "`k.pem` is empty");
    assert_eq!(of_key(der(&pki.key)), "`k.pem` is in DER, not in PEM");
    assert_eq!(of_key(pki.leaf.clone()), "`k.pem` holds a certificate where a private key is wanted");
    let encrypted = relabelled(&pki.key, "PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    assert_eq!(of_key(encrypted), "`k.pem` holds an encrypted key");
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n\
               -----END RSA PRIVATE KEY-----\n";
    assert_eq!(of_key(old), "`k.pem` holds an encrypted key");
    assert_eq!(of_key(format!("{0}{0}", pki.key)), "`k.pem` holds 2 private keys");
    let nonsense = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    assert_eq!(of_key(nonsense), "`k.pem` holds a key that cannot be read");
    let public = format!("{}\n", KeyPair::generate().unwrap().public_key_pem());
    assert_eq!(of_key(public), "`k.pem` holds a public key where a private key is wanted");
    let long = format!("{}{}", pki.key, "\n".repeat(6_000));
    assert_eq!(of_key(long), "`k.pem` is larger than the 5120 bytes that AWS takes");
    assert_eq!(
        of_key(KeyPair::generate().unwrap().serialize_pem()),
        "the key in `k.pem` is not that of the certificate in `c.pem`"
    );
}

#[test]
fn other_ways_to_write_the_same_key_are_read() {
    // What `openssl ecparam -genkey` writes has the curve in a block before the key.
    let pki = good();
    let curve = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    assert_eq!(problems(&bundle(&pki.leaf, &format!("{curve}{}", pki.key), None)), []);
    let rsa = KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap();
    let pki = signed(&params("a.example.com", &["a.example.com"], NOW - DAY, NOW + 90 * DAY), &rsa);
    let (parsed, _) = check(&bundle(&pki.leaf, &pki.key, None), Store::Import, Some(NOW));
    assert_eq!(parsed.unwrap().leaf.key, "RSA_2048");
}

#[test]
fn a_type_of_key_that_no_load_balancer_takes() {
    let key = KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let pki = signed(&params("a.example.com", &["a.example.com"], NOW - DAY, NOW + 90 * DAY), &key);
    let (_, message) = only(&bundle(&pki.leaf, &pki.key, None));
    assert_eq!(message, "the key of `c.pem` is Ed25519, which no load balancer takes");
}

#[test]
fn a_chain_begins_with_the_issuer_and_goes_on_in_order() {
    let (pki, other) = (good(), good());
    let of = |chain: &str| of_chain(&pki, chain);
    assert_eq!(of(""), "`ca.pem` is empty");
    assert_eq!(of(&format!("{}{}", pki.leaf, pki.middle)), "`ca.pem` holds the certificate itself");
    assert_eq!(of(&format!("{}{}", pki.root, pki.middle)), "the chain in `ca.pem` is not in order");
    assert_eq!(of(&pki.root), "the chain in `ca.pem` is not that of the certificate");
    assert_eq!(
        of(&format!("{}{}", pki.middle, other.leaf)),
        "the chain in `ca.pem` has a gap after certificate 1"
    );
    assert_eq!(of(&pki.key), "`ca.pem` holds a private key, not only certificates");
}

#[test]
fn a_chain_has_signed_what_is_before_it() {
    let (pki, other) = (good(), good());
    assert_eq!(
        of_chain(&pki, &other.middle),
        "the first certificate in `ca.pem` has the issuer's name, and did not sign the certificate"
    );
    assert_eq!(
        of_chain(&pki, &format!("{}{}", pki.middle, other.root)),
        "certificate 2 in `ca.pem` has the name of an issuer, and did not sign the one before it"
    );
}

#[test]
fn time_is_looked_at() {
    let of = |from: u64, to: u64| {
        let leaf = params("a.example.com", &["a.example.com"], from, to);
        let pki = signed(&leaf, &KeyPair::generate().unwrap());
        problems(&bundle(&pki.leaf, &pki.key, None))
    };
    let text = |all: &[Problem]| all.iter().map(|one| one.message.clone()).collect::<Vec<_>>().join("; ");
    assert_eq!(text(&of(NOW - 9 * DAY, NOW)), "the certificate in `c.pem` expired at 2026-01-01 00:00Z");
    assert_eq!(
        text(&of(NOW + DAY, NOW + 90 * DAY)),
        "the certificate in `c.pem` is valid only from 2026-01-02 00:00Z"
    );
    let soon = of(NOW - DAY, NOW + 29 * DAY);
    assert_eq!(text(&soon), "the certificate in `c.pem` expires in 29 days, at 2026-01-30 00:00Z");
    assert!(soon[0].warns && soon[0].code == "certificate-expires");
    assert_eq!(of(NOW - DAY, NOW + 30 * DAY), []);
    let leaf = params("a.example.com", &["a.example.com"], NOW - 9 * DAY, NOW - DAY);
    let pki = signed(&leaf, &KeyPair::generate().unwrap());
    let (parsed, found) = check(&bundle(&pki.leaf, &pki.key, None), Store::Import, None);
    assert!(parsed.is_some() && found.is_empty(), "without a time nothing is said of it");
}

#[test]
fn what_works_and_should_be_known_is_a_warning() {
    let pki = signed(&params("a.example.com", &[], NOW - DAY, NOW + 90 * DAY), &KeyPair::generate().unwrap());
    let mut bundle = bundle(&pki.leaf, &pki.key, None);
    bundle.private_key.readable_by_others = true;
    let codes: Vec<&str> = problems(&bundle).iter().map(|one| one.code).collect();
    assert_eq!(codes, ["certificate-without-san", "key-readable"]);
}

#[test]
fn no_message_and_no_debug_output_shows_a_key() {
    let pki = good();
    let secret: Vec<&str> = pki.key.lines().filter(|line| !line.starts_with('-')).collect();
    let bundle = bundle(&pki.key, &format!("{0}{0}", pki.key), Some(&pki.key));
    let (parsed, problems) = check(&bundle, Store::Import, Some(NOW));
    let told = format!("{bundle:?} {parsed:?} {problems:?}");
    assert!(secret.iter().all(|line| !told.contains(line)), "{told}");
}

fn help(all: &[Problem]) -> String {
    all.iter().filter_map(|one| one.help).collect::<Vec<_>>().join("; ")
}

#[test]
fn what_editors_and_other_tools_make_of_pem_is_named() {
    let pki = good();
    let marked = format!("\u{feff}{}", pki.leaf);
    assert_eq!(of_certificate(marked), "`c.pem` begins with a byte order mark");
    let indented: String = pki.leaf.lines().map(|line| format!("    {line}\n")).collect();
    assert_eq!(of_certificate(indented), "`c.pem` is PEM that is indented");
    let trusted = relabelled(&pki.leaf, "CERTIFICATE", "TRUSTED CERTIFICATE");
    assert_eq!(of_certificate(&*trusted), "`c.pem` holds a trusted certificate, which only OpenSSL reads");
    assert_eq!(help(&problems(&bundle(&trusted, &pki.key, None))), "openssl x509 -in FILE -out FILE.pem");
    // The beginning of what `openssl pkcs12 -export` writes: its length in two bytes, the version.
    let p12 = [0x30, 0x82, 0x0a, 0x27, 0x02, 0x01, 0x03, 0x30, 0x82];
    assert_eq!(of_certificate(p12), "`c.pem` is PKCS#12, not PEM");
    assert_eq!(of_key(p12), "`k.pem` is PKCS#12, not PEM");
    let all = Bundle { private_key: file("k.pem", p12), ..bundle(&pki.leaf, "", None) };
    assert_eq!(help(&problems(&all)), "openssl pkcs12 -in FILE -nodes -nocerts -out FILE.key.pem");
}

#[test]
fn a_certificate_is_for_a_domain_name() {
    let of = |name: &str, names: &[&str]| {
        let pki = signed(&params(name, names, NOW - DAY, NOW + 90 * DAY), &KeyPair::generate().unwrap());
        let all = problems(&bundle(&pki.leaf, &pki.key, None));
        all.into_iter().find(|one| !one.warns).map(|one| one.message)
    };
    let none = Some("the certificate in `c.pem` is for no domain name".to_owned());
    assert_eq!(of("a.example.com", &["192.0.2.7"]), none, "names of clients are the alternative ones");
    assert_eq!(of("192.0.2.7", &[]), none);
    assert_eq!(of("2001:db8::7", &["2001:db8::7"]), none);
    assert_eq!(of("My Company, Inc.", &[]), none);
    assert_eq!(of("localhost", &["localhost"]), none);
    assert_eq!(of("192.0.2.7", &["192.0.2.7", "a.example.com"]), None);
    assert_eq!(of("nobody", &["*.example.com"]), None);
    assert_eq!(of("a.example.com", &[]), None);
}

/// `openssl req -x509 -newkey rsa:1024 -nodes -days 36500 -subj /CN=a.example.com -addext subjectAltName=DNS:a.example.com`.
const SHORT: &str = include_str!("tests/rsa1024.pem");

#[test]
fn a_key_that_is_too_short_is_told_by_its_length() {
    let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    let (parsed, all) = check(&bundle(SHORT, key, None), Store::Import, None);
    assert!(parsed.is_none());
    let messages: Vec<&str> = all.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(messages, ["the key of the certificate has 1024 bits, and that in `k.pem` is not read"]);
    assert!(help(&all).contains("2048, 3072 or 4096 bits"));
}
