//! Certificates that ACM issues: from the request to the end.

use albctl_sandbox::state::acm::{Enabled, Origin, ValidationMethod};
use albctl_sandbox::state::{Certificate, CertificateStatus};
use serde_json::{Value, json};

use crate::harness::{Aws, aws, text, with};

pub fn request(aws: &Aws, domain: &str, more: Value) -> String {
    let base = json!({ "DomainName": domain, "ValidationMethod": "DNS" });
    text(&aws.acm("RequestCertificate", with(base, more))["CertificateArn"])
}

pub fn describe(aws: &Aws, arn: &str) -> Value {
    aws.acm("DescribeCertificate", json!({ "CertificateArn": arn }))["Certificate"].clone()
}

fn status(aws: &Aws, arn: &str) -> String {
    text(&describe(aws, arn)["Status"])
}

/// Puts the validation records of a certificate into the public DNS.
pub fn publish(aws: &Aws, arn: &str) {
    aws.wait(5);
    for option in describe(aws, arn)["DomainValidationOptions"].as_array().unwrap() {
        let record = &option["ResourceRecord"];
        aws.edit(|state| {
            state.outside_dns.insert(text(&record["Name"]), text(&record["Value"]));
        });
    }
}

/// An issued certificate.
pub fn issued(aws: &Aws, domain: &str) -> String {
    let arn = request(aws, domain, json!({}));
    publish(aws, &arn);
    aws.wait(200);
    assert_eq!(status(aws, &arn), "ISSUED");
    arn
}

#[test]
fn a_new_request() {
    let aws = aws();
    let tags = json!([{ "Key": "a", "Value": "1" }, { "Key": "b" }]);
    let more = json!({ "SubjectAlternativeNames": ["b.example.com", "a.example.com"], "Tags": tags });
    let arn = request(&aws, "a.example.com", more);
    assert!(arn.starts_with("arn:aws:acm:us-east-1:000000000000:certificate/"));
    let detail = describe(&aws, &arn);
    assert_eq!(detail["DomainName"], "a.example.com");
    assert_eq!(detail["SubjectAlternativeNames"], json!(["a.example.com", "b.example.com"]));
    assert_eq!((&detail["Status"], &detail["Type"]), (&json!("PENDING_VALIDATION"), &json!("AMAZON_ISSUED")));
    assert_eq!(detail["KeyAlgorithm"], "RSA-2048", "with a hyphen");
    assert_eq!((&detail["InUseBy"], &detail["RenewalEligibility"]), (&json!([]), &json!("INELIGIBLE")));
    let options = json!({ "CertificateTransparencyLoggingPreference": "ENABLED", "Export": "DISABLED" });
    assert_eq!(detail["Options"], options);
    for absent in ["IssuedAt", "NotBefore", "NotAfter", "FailureReason", "RenewalSummary"] {
        assert_eq!(detail[absent], Value::Null, "{absent}");
    }
    let listed = aws.acm("ListTagsForCertificate", json!({ "CertificateArn": arn }))["Tags"].clone();
    assert_eq!(listed, json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "" }]));
}

#[test]
fn the_records_come_later_and_are_shared() {
    let aws = aws();
    let names = json!({ "SubjectAlternativeNames": ["example.com", "*.example.com", "x.example.com"] });
    let arn = request(&aws, "example.com", names);
    let records = || {
        let options = describe(&aws, &arn)["DomainValidationOptions"].clone();
        options.as_array().unwrap().iter().map(|o| o["ResourceRecord"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(records(), vec![Value::Null; 3], "at first there is no record");
    aws.wait(3);
    let found = records();
    assert_eq!(found[0], found[1], "a name and its wildcard share one");
    assert_ne!(found[0], found[2]);
    let (name, value) = (text(&found[2]["Name"]), text(&found[2]["Value"]));
    assert!(name.starts_with('_') && name.ends_with(".x.example.com."), "{name}");
    assert!(value.starts_with('_') && value.ends_with(".acm-validations.aws."), "{value}");
    assert_eq!(found[2]["Type"], "CNAME");
    let later = request(&aws, "X.example.com", json!({}));
    aws.wait(3);
    let again = describe(&aws, &later)["DomainValidationOptions"][0]["ResourceRecord"].clone();
    assert_eq!(again, found[2], "later certificates have the same");
    aws.edit(|state| state.acm.records_after = std::time::Duration::ZERO);
    let at_once = request(&aws, "y.example.com", json!({}));
    assert!(describe(&aws, &at_once)["DomainValidationOptions"][0]["ResourceRecord"].is_object());
}

#[test]
fn issued_some_time_after_all_records_are_there() {
    let aws = aws();
    let arn = request(&aws, "a.example.com", json!({ "SubjectAlternativeNames": ["b.example.com"] }));
    aws.wait(5);
    let options = describe(&aws, &arn)["DomainValidationOptions"].clone();
    let record = |n: usize| {
        (text(&options[n]["ResourceRecord"]["Name"]), text(&options[n]["ResourceRecord"]["Value"]))
    };
    aws.edit(|state| {
        let (name, value) = record(0);
        // Neither case nor the final dot matters in the DNS.
        state.outside_dns.insert(name.trim_end_matches('.').to_uppercase(), value.to_uppercase());
        state.outside_dns.insert(record(1).0, "_wrong.acm-validations.aws.".into());
    });
    aws.wait(1000);
    assert_eq!(status(&aws, &arn), "PENDING_VALIDATION", "one record has another value");
    aws.edit(|state| drop(state.outside_dns.insert(record(1).0, record(1).1)));
    aws.wait(100);
    assert_eq!(status(&aws, &arn), "PENDING_VALIDATION", "it takes two minutes");
    aws.wait(20);
    let detail = describe(&aws, &arn);
    assert_eq!(detail["Status"], "ISSUED");
    let seconds = |name: &str| detail[name].as_f64().unwrap();
    assert!(seconds("IssuedAt") >= seconds("CreatedAt") + 1000.0);
    assert_eq!(seconds("NotAfter") - seconds("NotBefore"), 198.0 * 86_400.0);
    assert_eq!(detail["DomainValidationOptions"][1]["ValidationStatus"], "SUCCESS");
    assert_eq!(detail["ExtendedKeyUsages"], json!([{ "Name": "TLS_WEB_SERVER_AUTHENTICATION" }]));
    aws.edit(|state| state.outside_dns.clear());
    assert_eq!(status(&aws, &arn), "ISSUED", "it stays issued without the records");
}

#[test]
fn a_request_that_nobody_validates_times_out() {
    let aws = aws();
    let arn = request(&aws, "a.example.com", json!({}));
    aws.wait(72 * 3600 - 10);
    assert_eq!(status(&aws, &arn), "PENDING_VALIDATION");
    aws.wait(10);
    let detail = describe(&aws, &arn);
    assert_eq!(detail["Status"], "VALIDATION_TIMED_OUT");
    assert_eq!(detail["DomainValidationOptions"][0]["ValidationStatus"], "FAILED");
    publish(&aws, &arn);
    aws.wait(1000);
    assert_eq!(status(&aws, &arn), "VALIDATION_TIMED_OUT", "it never recovers");
}

#[test]
fn a_request_that_fails() {
    let aws = aws();
    aws.edit(|state| drop(state.acm.failures.insert("example.com".into(), "CAA_ERROR".into())));
    let arn = request(&aws, "*.example.com", json!({}));
    aws.edit(|state| state.acm.failures.clear());
    publish(&aws, &arn);
    assert_eq!(status(&aws, &arn), "PENDING_VALIDATION");
    aws.wait(120);
    let detail = describe(&aws, &arn);
    assert_eq!((&detail["Status"], &detail["FailureReason"]), (&json!("FAILED"), &json!("CAA_ERROR")));
    aws.acm_refused("RequestInProgressException", "GetCertificate", json!({ "CertificateArn": arn }));
    assert_eq!(issued(&aws, "b.example.com").len(), arn.len());
}

#[test]
fn it_expires_unless_it_is_in_use() {
    let aws = aws();
    let (used, unused) = (issued(&aws, "used.example.com"), issued(&aws, "unused.example.com"));
    let lb = aws.load_balancer("lb");
    let https = crate::harness::https(&lb, 443);
    aws.ok("CreateListener", with(https, json!({ "Certificates": [{ "CertificateArn": used }] })));
    assert_eq!(describe(&aws, &used)["RenewalEligibility"], "ELIGIBLE");
    assert_eq!(describe(&aws, &unused)["RenewalEligibility"], "INELIGIBLE");
    let first = describe(&aws, &used)["NotAfter"].as_f64().unwrap();
    aws.wait(150 * 86_400);
    assert_eq!(describe(&aws, &used)["NotAfter"], first, "45 days before its end, not earlier");
    aws.wait(10 * 86_400);
    let detail = describe(&aws, &used);
    assert!(detail["NotAfter"].as_f64().unwrap() > first);
    assert_eq!(detail["RenewalSummary"]["RenewalStatus"], "SUCCESS");
    aws.wait(60 * 86_400);
    assert_eq!((status(&aws, &used), status(&aws, &unused)), ("ISSUED".into(), "EXPIRED".into()));
    aws.edit(|state| state.outside_dns.clear());
    aws.wait(300 * 86_400);
    assert_eq!(status(&aws, &used), "EXPIRED", "no renewal without the records");
}

#[test]
fn one_token_is_one_request() {
    let aws = aws();
    let token = |more| with(json!({ "IdempotencyToken": "abc_1" }), more);
    let first = request(&aws, "a.example.com", token(json!({})));
    assert_eq!(request(&aws, "a.example.com", token(json!({}))), first);
    assert_ne!(request(&aws, "b.example.com", token(json!({}))), first, "another request");
    assert_ne!(request(&aws, "a.example.com", json!({})), first, "no token");
    assert_ne!(request(&aws, "a.example.com", json!({ "IdempotencyToken": "other" })), first);
    aws.wait(3600);
    assert_ne!(request(&aws, "a.example.com", token(json!({}))), first, "an hour later");
}

#[test]
fn by_e_mail() {
    let aws = aws();
    let arn = request(&aws, "*.example.com", json!({ "ValidationMethod": "EMAIL" }));
    aws.wait(1000);
    let option = describe(&aws, &arn)["DomainValidationOptions"][0].clone();
    assert_eq!((&option["ValidationMethod"], &option["ResourceRecord"]), (&json!("EMAIL"), &Value::Null));
    assert_eq!(option["ValidationEmails"][0], "admin@example.com");
    aws.edit(|state| {
        let now = state.now;
        let certificate = state.regions.get_mut("us-east-1").unwrap().certificates.get_mut(&arn).unwrap();
        let Origin::Requested(requested) = &mut certificate.origin else { panic!() };
        assert_eq!(requested.validation, ValidationMethod::Email);
        assert_eq!(requested.export, Enabled::Disabled);
        requested.issued = Some(now);
    });
    assert_eq!(status(&aws, &arn), "ISSUED", "somebody answered the e-mail");
}

#[test]
fn finding_one() {
    let aws = aws();
    let arn = request(&aws, "a.example.com", json!({}));
    for operation in ["DescribeCertificate", "GetCertificate", "DeleteCertificate", "ListTagsForCertificate"]
    {
        let gone = format!("{}0", &arn[..arn.len() - 1]);
        let by = |arn: &str| json!({ "CertificateArn": arn });
        aws.acm_refused("ResourceNotFoundException", operation, by(&gone));
        aws.acm_refused("InvalidArnException", operation, by("arn:aws:s3:::c"));
        aws.acm_refused("ValidationException", operation, json!({}));
    }
    let elsewhere = Aws { sandbox: aws.sandbox, region: "eu-west-1" };
    elsewhere.acm_refused(
        "ResourceNotFoundException",
        "DescribeCertificate",
        json!({ "CertificateArn": arn }),
    );
    elsewhere.edit(|state| state.invisible_after_create = std::time::Duration::from_secs(5));
    let fresh = request(&elsewhere, "a.example.com", json!({}));
    let by = json!({ "CertificateArn": fresh });
    elsewhere.acm_refused("ResourceNotFoundException", "DescribeCertificate", by);
    elsewhere.wait(5);
    describe(&elsewhere, &fresh);
}

#[test]
fn the_certificate_itself() {
    let aws = aws();
    let by = |arn: &str| json!({ "CertificateArn": arn });
    let pending = request(&aws, "p.example.com", json!({}));
    aws.acm_refused("RequestInProgressException", "GetCertificate", by(&pending));
    for key in ["RSA_2048", "EC_prime256v1", "EC_secp384r1"] {
        let arn = request(
            &aws,
            "*.a.example.com",
            json!({ "KeyAlgorithm": key, "SubjectAlternativeNames": ["b.example.com"] }),
        );
        publish(&aws, &arn);
        aws.wait(200);
        let got = aws.acm("GetCertificate", by(&arn));
        assert_eq!(aws.acm("GetCertificate", by(&arn)), got, "always the same");
        let (_, pem) =
            x509_parser::pem::parse_x509_pem(got["Certificate"].as_str().unwrap().as_bytes()).unwrap();
        let certificate = pem.parse_x509().unwrap();
        let names = &certificate.subject_alternative_name().unwrap().unwrap().value.general_names;
        assert_eq!(names.len(), 2);
        let end = describe(&aws, &arn)["NotAfter"].as_f64().unwrap();
        assert_eq!(certificate.validity().not_after.timestamp(), end as i64);
        certificate.public_key().parsed().unwrap();
        let (_, root) =
            x509_parser::pem::parse_x509_pem(got["CertificateChain"].as_str().unwrap().as_bytes()).unwrap();
        assert_eq!(root.parse_x509().unwrap().subject(), certificate.issuer());
    }
}

#[test]
fn a_fixture() {
    let aws = aws();
    let arn = "arn:aws:acm:us-east-1:000000000000:certificate/made-up";
    aws.edit(|state| state.add_issued_certificate("us-east-1", arn, &["example.com", "*.example.com"]));
    assert_eq!(describe(&aws, arn)["SubjectAlternativeNames"], json!(["example.com", "*.example.com"]));
    let state: Certificate =
        serde_json::from_value(aws.sandbox.snapshot()["regions"]["us-east-1"]["certificates"][arn].clone())
            .unwrap();
    assert_eq!(state.status(1_767_225_700_000), CertificateStatus::Issued);
    assert_eq!(state.names().len(), 2);
}
