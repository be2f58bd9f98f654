//! What can be said of the files of a certificate before anything is called. API: ImportCertificate,
//! UploadServerCertificate: `MalformedCertificate`, `KeyPairMismatch`.

use x509_parser::certificate::X509Certificate;
use x509_parser::error::X509Error;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;

use super::model::{Files, RENEWED_UNDER_DAYS, Store};
use super::pem::{Bundle, Leaf, Parsed, Part, PemFile, Problem, blocks, hex, leaf, public_key_of};
use crate::base::time::Utc;

const DAY: u64 = 86_400;

/// The types of keys that load balancers take. User guide: "Certificate keys".
pub const KEYS: &[&str] =
    &["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];

/// Longest certificate and key in bytes. API: ImportCertificate and UploadServerCertificate.
fn limits(store: Store) -> (usize, usize) {
    match store {
        Store::Iam => (16_384, 16_384),
        Store::Acm | Store::Import => (32_768, 5_120),
    }
}

/// Checks the files of a certificate; `now` is in seconds since 1970, none: time is not looked at.
pub fn check(bundle: &Bundle, store: Store, now: Option<u64>) -> (Option<Parsed>, Vec<Problem>) {
    let mut problems = Vec::new();
    let body = keep(certificate(&bundle.certificate, store), &mut problems);
    let bits = body.as_ref().and_then(|body| leaf(body)).and_then(|leaf| short(&leaf));
    let key = keep(private_key(&bundle.private_key, store, bits), &mut problems);
    let chain = match &bundle.chain {
        Some(file) => keep(chain(file), &mut problems),
        None => Some(Vec::new()),
    };
    let (Some(body), Some(key), Some(chain)) = (body, key, chain) else { return (None, problems) };
    let Some(leaf) = leaf(&body) else { return (None, problems) };
    kind_of_key(&leaf, &bundle.certificate, &mut problems);
    domains(&leaf, &bundle.certificate, &mut problems);
    together(&leaf, &key, bundle, &mut problems);
    let ends = now.map(|now| in_time(&leaf, bundle, now, &mut problems));
    if let Some(file) = &bundle.chain {
        order(&body, &chain, file, &mut problems);
        if let Some(now) = now.filter(|_| ends.is_some()) {
            chain_in_time(&chain, file, now, &mut problems);
        }
    }
    warnings(&leaf, bundle, &mut problems);
    let mut all: Vec<&[u8]> = vec![&body];
    all.extend(chain.iter().map(Vec::as_slice));
    let files = Files {
        certificate: bundle.certificate.path.clone(),
        private_key: bundle.private_key.path.clone(),
        chain: bundle.chain.as_ref().map(|file| file.path.clone()),
        fingerprint: hex(&all),
        public_key: leaf.public_key.clone(),
    };
    let good = problems.iter().all(|problem| problem.warns);
    (good.then_some(Parsed { leaf, files }), problems)
}

fn keep<T>(result: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

/// The certificate in DER: the one block of its file.
fn certificate(file: &PemFile, store: Store) -> Result<Vec<u8>, Problem> {
    let part = Part::Certificate;
    let name = &file.path;
    let found = blocks(file, part)?;
    for block in &found {
        expect_certificate(block, part, file)?;
    }
    let [only] = found.as_slice() else {
        let message = format!("`{name}` holds {} certificates", found.len());
        let help = "leave the certificate itself in it, and put the others into the file of `chain`";
        return Err(Problem::error(part, message, Some(help)));
    };
    let (most, _) = limits(store);
    if file.bytes.len() > most {
        let message = format!("`{name}` is larger than the {most} bytes that AWS takes");
        return Err(Problem::error(part, message, Some("leave nothing in it but the certificate")));
    }
    Ok(only.contents.clone())
}

fn expect_certificate(block: &Pem, part: Part, file: &PemFile) -> Result<(), Problem> {
    let name = &file.path;
    let fail = |message: String, help| Err(Problem::error(part, message, Some(help)));
    match block.label.as_str() {
        "CERTIFICATE" => {}
        key if key.ends_with("PRIVATE KEY") => {
            let message = format!("`{name}` holds a private key, not only certificates");
            return fail(message, "a key belongs into the file of `private_key` alone");
        }
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => {
            let message = format!("`{name}` holds a signing request, which is not a certificate yet");
            return fail(message, "name the file that came back from the one who signed it");
        }
        "TRUSTED CERTIFICATE" => {
            let message = format!("`{name}` holds a trusted certificate, which only OpenSSL reads");
            return fail(message, "openssl x509 -in FILE -out FILE.pem");
        }
        other => {
            let message = format!("`{name}` holds a {} where a certificate is wanted", words(other));
            return fail(message, "the block must be called CERTIFICATE");
        }
    }
    if X509Certificate::from_der(&block.contents).is_err() {
        let message = format!("`{name}` holds a block that is no X.509 certificate");
        return fail(message, "look at it: openssl x509 -in FILE -noout -text");
    }
    Ok(())
}

/// The label of a block in lower case; nothing else of a file is shown.
fn words(label: &str) -> String {
    label
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == ' ')
        .take(40)
        .collect::<String>()
        .to_lowercase()
}

/// The hash of the public key of the one private key in a file.
///
/// `bits` is the length of the certificate's key where that is too short for any key to be read.
fn private_key(file: &PemFile, store: Store, bits: Option<u64>) -> Result<String, Problem> {
    let part = Part::PrivateKey;
    let name = &file.path;
    let fail = |message: String, help| Err(Problem::error(part, message, Some(help)));
    let text = String::from_utf8_lossy(&file.bytes);
    if text.contains("ENCRYPTED") && text.contains("PRIVATE KEY-----") {
        let message = format!("`{name}` holds an encrypted key");
        return fail(message, "AWS takes none: openssl pkey -in FILE -out FILE.plain");
    }
    let found = blocks(file, part)?;
    let keys: Vec<&Pem> = found.iter().filter(|block| block.label.ends_with("PRIVATE KEY")).collect();
    let only = match (keys.as_slice(), found.first()) {
        ([only], _) => only,
        ([], Some(first)) => {
            let message = format!("`{name}` holds a {} where a private key is wanted", words(&first.label));
            return fail(message, "the block must be called PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY");
        }
        (several, _) => {
            let message = format!("`{name}` holds {} private keys", several.len());
            return fail(message, "leave the one that belongs to the certificate");
        }
    };
    let (_, most) = limits(store);
    if file.bytes.len() > most {
        let message = format!("`{name}` is larger than the {most} bytes that AWS takes");
        return fail(message, "leave nothing in it but the key");
    }
    match (public_key_of(only), bits) {
        (Some(hash), _) => Ok(hash),
        (None, Some(bits)) => {
            let message =
                format!("the key of the certificate has {bits} bits, and that in `{name}` is not read");
            fail(
                message,
                "AWS and browsers take RSA of 2048 bits and more: make a key of 2048, 3072 or 4096 bits",
            )
        }
        (None, None) => {
            let message = format!("`{name}` holds a key that cannot be read");
            fail(message, "RSA of 2048 bits and more and the curves P-256, P-384 and P-521 are read")
        }
    }
}

/// The bits of an RSA key that is too short to be used.
fn short(leaf: &Leaf) -> Option<u64> {
    let bits = leaf.key.strip_prefix("RSA_")?.parse().ok()?;
    (bits < 2048).then_some(bits)
}

fn chain(file: &PemFile) -> Result<Vec<Vec<u8>>, Problem> {
    let found = blocks(file, Part::Chain)?;
    for block in &found {
        expect_certificate(block, Part::Chain, file)?;
    }
    Ok(found.into_iter().map(|block| block.contents).collect())
}

fn kind_of_key(leaf: &Leaf, file: &PemFile, problems: &mut Vec<Problem>) {
    if !KEYS.contains(&leaf.key.as_str()) {
        let message = format!("the key of `{}` is {}, which no load balancer takes", file.path, leaf.key);
        let help = "use RSA of 2048 to 4096 bits, or one of the curves P-256, P-384, P-521";
        problems.push(Problem::error(Part::Certificate, message, Some(help)));
    }
}

/// API: CreateListener and AddListenerCertificates, `UnsupportedCertificate` ("must have a fully-qualified domain name").
fn domains(leaf: &Leaf, file: &PemFile, problems: &mut Vec<Problem>) {
    let is_domain = |name: &String| {
        let labels: Vec<&str> = name.split('.').collect();
        let good = |label: &&str| {
            !label.is_empty() && label.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_*".contains(&it))
        };
        labels.len() > 1 && labels.iter().all(good) && name.parse::<std::net::IpAddr>().is_err()
    };
    if !leaf.names.iter().any(is_domain) {
        let message = format!("the certificate in `{}` is for no domain name", file.path);
        let help = "no listener takes it: openssl req ... -addext subjectAltName=DNS:api.example.com";
        problems.push(Problem::error(Part::Certificate, message, Some(help)));
    }
}

fn together(leaf: &Leaf, key: &str, bundle: &Bundle, problems: &mut Vec<Problem>) {
    if leaf.public_key != key {
        let (key, certificate) = (&bundle.private_key.path, &bundle.certificate.path);
        let message = format!("the key in `{key}` is not that of the certificate in `{certificate}`");
        let help = "these two must be equal: openssl x509 -pubkey -noout -in CERTIFICATE; openssl pkey -pubout -in KEY";
        problems.push(Problem::error(Part::PrivateKey, message, Some(help)));
    }
}

fn day(seconds: u64) -> String {
    let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    Utc::from(time).minute().replace('T', " ")
}

fn in_time(leaf: &Leaf, bundle: &Bundle, now: u64, problems: &mut Vec<Problem>) {
    let name = &bundle.certificate.path;
    let part = Part::Certificate;
    if now >= leaf.not_after {
        let message = format!("the certificate in `{name}` expired at {}", day(leaf.not_after));
        problems.push(Problem::error(part, message, Some("AWS takes none that is expired: renew it")));
    } else if now < leaf.not_before {
        let message = format!("the certificate in `{name}` is valid only from {}", day(leaf.not_before));
        let help = "AWS takes none before its time; is the clock of this machine right?";
        problems.push(Problem::error(part, message, Some(help)));
    } else if leaf.not_after - now < RENEWED_UNDER_DAYS * DAY {
        let days = (leaf.not_after - now) / DAY;
        let message =
            format!("the certificate in `{name}` expires in {days} days, at {}", day(leaf.not_after));
        let help = "nothing renews it but you: get a new one";
        let problem = Problem::error(part, message, Some(help));
        problems.push(Problem { warns: true, code: "certificate-expires", ..problem });
    }
}

fn chain_in_time(chain: &[Vec<u8>], file: &PemFile, now: u64, problems: &mut Vec<Problem>) {
    let over = chain.iter().filter_map(|der| leaf(der)).find(|one| now >= one.not_after);
    if let Some(over) = over {
        let message = format!("a certificate in `{}` expired at {}", file.path, day(over.not_after));
        problems.push(Problem::error(
            Part::Chain,
            message,
            Some("get the chain anew from the one who signs"),
        ));
    }
}

/// Each certificate of a chain has signed the one before it, the first of them the certificate itself.
fn order(body: &[u8], chain: &[Vec<u8>], file: &PemFile, problems: &mut Vec<Problem>) {
    let name = &file.path;
    let mut fail = |message: String, help| problems.push(Problem::error(Part::Chain, message, Some(help)));
    if chain.iter().any(|one| one == body) {
        return fail(format!("`{name}` holds the certificate itself"), "a chain begins with its issuer's");
    }
    let read =
        |der: &[u8]| X509Certificate::from_der(der).ok().map(|(_, one)| (raw(&one, true), raw(&one, false)));
    let Some((_, mut wanted)) = read(body) else { return };
    let others: Vec<(Vec<u8>, Vec<u8>)> = chain.iter().filter_map(|der| read(der)).collect();
    for (index, (subject, issuer)) in others.iter().enumerate() {
        if *subject != wanted {
            let later = others.iter().any(|(subject, _)| *subject == wanted);
            let message = match (index, later) {
                (_, true) => format!("the chain in `{name}` is not in order"),
                (0, false) => format!("the chain in `{name}` is not that of the certificate"),
                (_, false) => format!("the chain in `{name}` has a gap after certificate {index}"),
            };
            let help = "first the certificate of the issuer, then that of its issuer, and so on";
            return fail(message, help);
        }
        wanted.clone_from(issuer);
    }
    let signed = std::iter::once(body).chain(chain.iter().map(Vec::as_slice));
    if let Some(index) = signed.zip(chain).position(|(one, issuer)| was_not_signed_by(one, issuer)) {
        let message = match index {
            0 => format!(
                "the first certificate in `{name}` has the issuer's name, and did not sign the certificate"
            ),
            _ => format!(
                "certificate {} in `{name}` has the name of an issuer, and did not sign the one before it",
                index + 1
            ),
        };
        let help = "the issuer has several keys, or this is another's: take the chain that came with the certificate";
        fail(message, help);
    }
}

/// The bits of the RSA keys whose signatures can be checked.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Whether the signature is certainly not that of this issuer; keys and signatures that cannot be checked prove nothing.
fn was_not_signed_by(certificate: &[u8], issuer: &[u8]) -> bool {
    let (Ok((_, certificate)), Ok((_, issuer))) =
        (X509Certificate::from_der(certificate), X509Certificate::from_der(issuer))
    else {
        return false;
    };
    if let Ok(PublicKey::RSA(key)) = issuer.public_key().parsed()
        && !RSA_BITS.contains(&key.key_size())
    {
        return false;
    }
    let verified = certificate.verify_signature(Some(issuer.public_key()));
    verified == Err(X509Error::SignatureVerificationError)
}

fn raw(certificate: &X509Certificate<'_>, subject: bool) -> Vec<u8> {
    let name = if subject { certificate.subject() } else { certificate.issuer() };
    name.as_raw().to_vec()
}

fn warnings(leaf: &Leaf, bundle: &Bundle, problems: &mut Vec<Problem>) {
    let warning = |part, code, message: String, help| Problem {
        warns: true,
        code,
        ..Problem::error(part, message, Some(help))
    };
    if !leaf.has_names {
        let message = format!("the certificate in `{}` has no alternative names", bundle.certificate.path);
        let help = "clients look at no other names: openssl req ... -addext subjectAltName=DNS:NAME";
        problems.push(warning(Part::Certificate, "certificate-without-san", message, help));
    }
    if bundle.private_key.readable_by_others {
        let message = format!("others can read the key in `{}`", bundle.private_key.path);
        problems.push(warning(Part::PrivateKey, "key-readable", message, "chmod 600 FILE"));
    }
    if leaf.key == "RSA_1024" {
        let message =
            format!("the key of `{}` has 1024 bits, which browsers refuse", bundle.certificate.path);
        problems.push(warning(Part::Certificate, "weak-key", message, "make one of 2048 bits"));
    }
}
