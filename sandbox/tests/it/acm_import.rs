//! Certificates that were made elsewhere.

use data_encoding::BASE64;
use rcgen::{ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, date_time_ymd};
use serde_json::{Value, json};

use crate::acm::{describe, request};
use crate::harness::{Aws, aws, text, with};
use crate::keys::{self, P256, P256_OTHER, P384, P521, Pair, RSA, RSA_3072, RSA_OTHER, own, pair, params};

/// The parameters of ImportCertificate.
fn blobs(pair: &Pair) -> Value {
    let blob = |text: &str| BASE64.encode(text.as_bytes());
    json!({ "Certificate": blob(&pair.body), "PrivateKey": blob(&pair.key) })
}

pub fn import(aws: &Aws, pair: &Pair) -> String {
    text(&aws.acm("ImportCertificate", blobs(pair))["CertificateArn"])
}

/// The import must be refused with ValidationException; the answer is the message.
#[track_caller]
fn invalid(aws: &Aws, params: Value) -> String {
    aws.acm_refused("ValidationException", "ImportCertificate", params)
}

#[test]
fn a_new_import() {
    let aws = aws();
    let pair = pair(&["a.example.com", "b.example.com", "10.0.0.1"]);
    let tagged = with(blobs(&pair), json!({ "Tags": [{ "Key": "a", "Value": "1" }] }));
    let arn = text(&aws.acm("ImportCertificate", tagged)["CertificateArn"]);
    let detail = describe(&aws, &arn);
    assert_eq!((&detail["Type"], &detail["Status"]), (&json!("IMPORTED"), &json!("ISSUED")));
    assert_eq!(detail["DomainName"], "a.example.com");
    assert_eq!(detail["SubjectAlternativeNames"], json!(["a.example.com", "b.example.com", "10.0.0.1"]));
    assert_eq!(
        (&detail["KeyAlgorithm"], &detail["SignatureAlgorithm"]),
        (&json!("RSA-2048"), &json!("SHA256WITHRSA"))
    );
    assert_eq!(
        (&detail["Subject"], &detail["Issuer"]),
        (&json!("CN=a.example.com"), &json!("CN=a.example.com"))
    );
    assert_eq!(detail["NotAfter"], 1_798_761_600.0, "2027-01-01");
    assert_eq!(detail["RenewalEligibility"], "INELIGIBLE");
    assert_eq!(detail["DomainValidationOptions"], Value::Null);
    assert_eq!(aws.acm("ListTagsForCertificate", json!({ "CertificateArn": arn }))["Tags"][0]["Key"], "a");
    let got = aws.acm("GetCertificate", json!({ "CertificateArn": arn }));
    assert_eq!(got, json!({ "Certificate": pair.body }), "and never the key");
    aws.wait(400 * 86_400);
    assert_eq!(describe(&aws, &arn)["Status"], "EXPIRED");
    let options = json!({ "CertificateArn": arn, "Options": { "CertificateTransparencyLoggingPreference": "ENABLED" } });
    aws.acm_refused("InvalidStateException", "UpdateCertificateOptions", options);
}

#[test]
fn every_form_of_key() {
    let aws = aws();
    let rsa = pair(&["a.example.com"]);
    let ec = own(params(&["a.example.com"]), &P256);
    let openssl = format!(
        "{}{}",
        keys::pem("EC PARAMETERS", &[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]),
        keys::traditional(&P256, "EC PRIVATE KEY")
    );
    for (body, key) in [
        (&rsa.body, keys::traditional(&RSA, "RSA PRIVATE KEY")),
        (&ec.body, keys::traditional(&P256, "EC PRIVATE KEY")),
        (&ec.body, keys::without_public_key(&P256)),
        (&ec.body, openssl),
        (&rsa.body.replace('\n', "\r\n"), rsa.key.replace('\n', "\r\n")),
        (&format!("subject=a\nissuer=b\n{}", rsa.body), rsa.key.clone()),
    ] {
        import(&aws, &Pair { body: body.clone(), key });
    }
    for (key, shown) in [
        (&*RSA_3072, "RSA-3072"),
        (&*P256, "EC-prime256v1"),
        (&*P384, "EC-secp384r1"),
        (&*P521, "EC-secp521r1"),
    ] {
        let arn = import(&aws, &own(params(&["a.example.com"]), key));
        assert_eq!(describe(&aws, &arn)["KeyAlgorithm"], shown);
    }
}

#[test]
fn the_key_must_match() {
    let aws = aws();
    let message = "The private key does not match the certificate.";
    let swapped = |own_key: &KeyPair, key: String| Pair { key, ..own(params(&["a.example.com"]), own_key) };
    for pair in [
        swapped(&RSA, RSA_OTHER.serialize_pem()),
        swapped(&RSA, keys::traditional(&RSA_OTHER, "RSA PRIVATE KEY")),
        swapped(&RSA, P256.serialize_pem()),
        swapped(&P256, RSA.serialize_pem()),
        swapped(&P256, P256_OTHER.serialize_pem()),
        swapped(&P256, keys::without_public_key(&P256_OTHER)),
        swapped(&P256, P384.serialize_pem()),
    ] {
        assert_eq!(invalid(&aws, blobs(&pair)), message);
    }
}

#[test]
fn bad_pem() {
    let aws = aws();
    let good = pair(&["a.example.com"]);
    let body = |body: &str| Pair { body: body.to_owned(), key: good.key.clone() };
    let key = |key: &str| Pair { body: good.body.clone(), key: key.to_owned() };
    let der = x509_parser::pem::parse_x509_pem(good.body.as_bytes()).unwrap().1.contents;
    let encrypted = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    for (pair, part) in [
        (body("garbage"), "The certificate is not PEM-encoded."),
        (body(&good.body.replace("END", "FIN")), "The certificate is not PEM-encoded."),
        (body(&good.key), "holds something that is not a certificate"),
        (body(&keys::pem("CERTIFICATE", b"garbage")), "is not an X.509 certificate"),
        (body(&keys::pem("CERTIFICATE", &der[..der.len() - 9])), "is not an X.509 certificate"),
        (body(&keys::pem("CERTIFICATE", &[&der[..], &[0, 0]].concat())), "is not an X.509 certificate"),
        (body(&format!("{0}{0}", good.body)), "holds more than one"),
        (key("garbage"), "The private key is not a PEM-encoded private key"),
        (key(&good.body), "The private key is not a PEM-encoded private key"),
        (key(&keys::pem("PRIVATE KEY", b"garbage")), "The private key is not a PEM-encoded private key"),
        (key(&keys::pem("RSA PRIVATE KEY", b"garbage")), "The private key is not a PEM-encoded private key"),
        (key(&keys::pem("ENCRYPTED PRIVATE KEY", b"secret")), "is encrypted"),
        (key(encrypted), "is encrypted"),
        (key(&format!("{0}{0}", good.key)), "holds more than one"),
        (key(&keys::ED25519.serialize_pem()), "The private key is not a PEM-encoded private key"),
        (key(&format!("{}{}", good.key, " ".repeat(5200))), "The private key must have length"),
    ] {
        let message = invalid(&aws, blobs(&pair));
        assert!(message.contains(part), "{message} has no: {part}");
    }
    aws.acm_refused(
        "SerializationException",
        "ImportCertificate",
        with(blobs(&good), json!({ "Certificate": "*" })),
    );
    invalid(&aws, with(blobs(&good), json!({ "Certificate": "" })));
    invalid(&aws, with(blobs(&good), json!({ "Certificate": "/w==" })));
    invalid(&aws, with(blobs(&good), json!({ "PrivateKey": null })));
}

#[test]
fn what_a_certificate_must_say() {
    let aws = aws();
    let mut nameless = params(&["a.example.com"]);
    nameless.subject_alt_names.clear();
    nameless.distinguished_name = rcgen::DistinguishedName::new();
    assert_eq!(invalid(&aws, blobs(&own(nameless, &RSA))), "The certificate has no domain name.");
    let mut anonymous = params(&["a.example.com"]);
    anonymous.distinguished_name = rcgen::DistinguishedName::new();
    assert_eq!(invalid(&aws, blobs(&own(anonymous, &RSA))), "The certificate has no issuer.");
    let mut by_common_name = params(&["a.example.com"]);
    by_common_name.subject_alt_names.clear();
    let arn = import(&aws, &own(by_common_name, &RSA));
    assert_eq!(describe(&aws, &arn)["SubjectAlternativeNames"], json!(["a.example.com"]));
}

#[test]
fn validity() {
    let aws = aws();
    let mut expired = params(&["a.example.com"]);
    expired.not_after = date_time_ymd(2026, 1, 1);
    assert_eq!(invalid(&aws, blobs(&own(expired, &RSA))), "The certificate has expired.");
    let mut early = params(&["a.example.com"]);
    early.not_before = date_time_ymd(2026, 6, 1);
    let early = own(early, &RSA);
    import(&aws, &early);
    aws.edit(|state| state.acm.refuse_not_yet_valid = true);
    assert_eq!(invalid(&aws, blobs(&early)), "The certificate is not valid yet.");
}

#[test]
fn chains() {
    let aws = aws();
    let ca = keys::authority("ca");
    let own_chain = ca.clone().self_signed(&*P256).unwrap().pem();
    let other_chain = keys::authority("other").self_signed(&*P256).unwrap().pem();
    let leaf = Pair { body: keys::signed(params(&["a.example.com"]), &RSA, &ca), key: RSA.serialize_pem() };
    let chained =
        |chain: &str| with(blobs(&leaf), json!({ "CertificateChain": BASE64.encode(chain.as_bytes()) }));
    let arn = text(&aws.acm("ImportCertificate", chained(&own_chain))["CertificateArn"]);
    assert_eq!(aws.acm("GetCertificate", json!({ "CertificateArn": arn }))["CertificateChain"], own_chain);
    assert_eq!(describe(&aws, &arn)["Issuer"], "CN=ca");
    import(&aws, &leaf);
    let message = invalid(&aws, chained(&other_chain));
    assert_eq!(message, "Could not validate the certificate with the certificate chain.");
    assert!(invalid(&aws, chained("garbage")).contains("The certificate chain is not PEM-encoded."));
}

#[test]
fn importing_again() {
    let aws = aws();
    let arn = import(&aws, &pair(&["a.example.com", "b.example.com"]));
    aws.acm("AddTagsToCertificate", json!({ "CertificateArn": arn, "Tags": [{ "Key": "a", "Value": "1" }] }));
    let created = describe(&aws, &arn)["CreatedAt"].clone();
    let again = |pair: &Pair| with(blobs(pair), json!({ "CertificateArn": arn }));
    let next = own(params(&["a.example.com", "c.example.com"]), &RSA_OTHER);
    aws.wait(100);
    assert_eq!(aws.acm("ImportCertificate", again(&next)), json!({ "CertificateArn": arn }));
    let detail = describe(&aws, &arn);
    assert_eq!(detail["SubjectAlternativeNames"], json!(["a.example.com", "c.example.com"]));
    assert_eq!(detail["CreatedAt"], created);
    assert!(detail["ImportedAt"].as_f64().unwrap() >= created.as_f64().unwrap() + 100.0);
    assert_eq!(
        aws.acm("ListTagsForCertificate", json!({ "CertificateArn": arn }))["Tags"][0]["Key"],
        "a",
        "kept"
    );
    assert_eq!(aws.acm("ListCertificates", json!({}))["CertificateSummaryList"].as_array().unwrap().len(), 1);

    let message = invalid(&aws, with(again(&next), json!({ "Tags": [{ "Key": "a", "Value": "1" }] })));
    assert_eq!(message, "Tagging is not permitted on re-import.");
    for other in [&*P256, &*RSA_3072] {
        let message = invalid(&aws, again(&own(params(&["a.example.com"]), other)));
        assert!(message.contains("key type and size"), "{message}");
    }
    let message = invalid(&aws, again(&pair(&["z.example.com"])));
    assert!(message.contains("at least one of the domain names"), "{message}");
    let gone = with(blobs(&next), json!({ "CertificateArn": format!("{}0", &arn[..arn.len() - 1]) }));
    aws.acm_refused("ResourceNotFoundException", "ImportCertificate", gone);
    let requested = request(&aws, "a.example.com", json!({}));
    invalid(&aws, with(blobs(&next), json!({ "CertificateArn": requested })));
    aws.acm_refused(
        "InvalidArnException",
        "ImportCertificate",
        with(blobs(&next), json!({ "CertificateArn": "x" })),
    );
}

#[test]
fn importing_again_keeps_usages() {
    use ExtendedKeyUsagePurpose::{ClientAuth, ServerAuth};
    use KeyUsagePurpose::{DigitalSignature, KeyEncipherment};
    let aws = aws();
    let made = |key: &[KeyUsagePurpose], extended: &[ExtendedKeyUsagePurpose]| {
        own(keys::with_usages(params(&["a.example.com"]), key, extended), &RSA)
    };
    let arn = import(&aws, &made(&[DigitalSignature], &[ServerAuth, ClientAuth]));
    assert_eq!(describe(&aws, &arn)["KeyUsages"], json!([{ "Name": "DIGITAL_SIGNATURE" }]));
    let again = |pair: Pair| with(blobs(&pair), json!({ "CertificateArn": arn }));
    invalid(&aws, again(made(&[KeyEncipherment], &[ServerAuth])));
    invalid(&aws, again(made(&[DigitalSignature], &[ClientAuth])));
    aws.acm("ImportCertificate", again(made(&[DigitalSignature, KeyEncipherment], &[ServerAuth])));
}

#[test]
fn the_quota_counts_imports_apart() {
    let aws = aws();
    aws.edit(|state| state.acm.max_certificates = 1);
    let arn = import(&aws, &pair(&["a.example.com"]));
    aws.acm_refused("LimitExceededException", "ImportCertificate", blobs(&pair(&["b.example.com"])));
    request(&aws, "a.example.com", json!({}));
    aws.acm("ImportCertificate", with(blobs(&pair(&["a.example.com"])), json!({ "CertificateArn": arn })));
}

#[test]
fn keys_are_kept_nowhere() {
    let aws = aws();
    let pair = pair(&["a.example.com"]);
    import(&aws, &pair);
    let mismatch = Pair { body: own(params(&["a.example.com"]), &P256).body, key: pair.key.clone() };
    let message = invalid(&aws, blobs(&mismatch));
    let iam = json!({ "ServerCertificateName": "n", "CertificateBody": pair.body, "PrivateKey": pair.key });
    aws.iam("UploadServerCertificate", iam);
    let seen = format!("{}{:?}{message}", aws.sandbox.snapshot(), aws.sandbox.calls());
    let secret = pair.key.lines().nth(1).unwrap();
    assert!(!seen.contains(secret) && !seen.contains(&BASE64.encode(secret.as_bytes())[..40]));
    assert!(!seen.contains(&BASE64.encode(pair.key.as_bytes())[..60]));
    assert_eq!(aws.sandbox.calls()[0].params["PrivateKey"], "(secret)");
}
