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
fn what_is_refused() {
    let aws = aws();
    let base = || json!({ "DomainName": "a.example.com", "ValidationMethod": "DNS" });
    let refused = |code: &str, more: Value| aws.acm_refused(code, "RequestCertificate", with(base(), more));
    let invalid = "ValidationException";
    for more in [
        json!({ "DomainName": null }),
        json!({ "DomainName": "com" }),
        json!({ "DomainName": "a_b.example.com" }),
        json!({ "DomainName": format!("{0}.{0}.example.com", "a".repeat(30)) }),
        json!({ "SubjectAlternativeNames": [] }),
        json!({ "SubjectAlternativeNames": ["a.*.example.com"] }),
        json!({ "SubjectAlternativeNames": vec!["a.example.com"; 101] }),
        json!({ "ValidationMethod": "PIGEON" }),
        json!({ "ValidationMethod": "HTTP" }),
        json!({ "IdempotencyToken": "a-b" }),
        json!({ "IdempotencyToken": "a".repeat(33) }),
        json!({ "KeyAlgorithm": "RSA_1" }),
        json!({ "CertificateAuthorityArn": "arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/1" }),
        json!({ "Tags": [] }),
        json!({ "Surprise": 1 }),
    ] {
        refused(invalid, more);
    }
    let names = |count: usize| (1..count).map(|n| format!("n{n}.example.com")).collect::<Vec<_>>();
    refused("LimitExceededException", json!({ "SubjectAlternativeNames": names(11) }));
    request(&aws, "a.example.com", json!({ "SubjectAlternativeNames": names(10) }));
    let validation = |domain: &str| json!({ "DomainValidationOptions": [{ "DomainName": "a.example.com", "ValidationDomain": domain }] });
    refused("InvalidDomainValidationOptionsException", validation("example.org"));
    request(&aws, "a.example.com", validation("example.com"));
    refused("InvalidTagException", json!({ "Tags": [{ "Key": "aws:x", "Value": "" }] }));
    let many: Vec<Value> = (0..51).map(|n| json!({ "Key": n.to_string(), "Value": "" })).collect();
    refused("TooManyTagsException", json!({ "Tags": many }));
    aws.edit(|state| state.acm.max_certificates = 2);
    refused("LimitExceededException", json!({}));
}

#[test]
fn key_algorithms() {
    let aws = aws();
    for (given, shown) in
        [("RSA_2048", "RSA-2048"), ("EC_prime256v1", "EC-prime256v1"), ("EC_secp384r1", "EC-secp384r1")]
    {
        let arn = request(&aws, "a.example.com", json!({ "KeyAlgorithm": given }));
        assert_eq!(describe(&aws, &arn)["KeyAlgorithm"], shown);
    }
    for other in ["RSA_1024", "RSA_3072", "RSA_4096", "EC_secp521r1"] {
        let params =
            json!({ "DomainName": "a.example.com", "ValidationMethod": "DNS", "KeyAlgorithm": other });
        aws.acm_refused("ValidationException", "RequestCertificate", params);
    }
    aws.edit(|state| state.strict_guesses = false);
    request(&aws, "a.example.com", json!({ "KeyAlgorithm": "RSA_4096" }));
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
fn tags() {
    let aws = aws();
    let arn = request(&aws, "a.example.com", json!({}));
    let with_tags = |tags: Value| json!({ "CertificateArn": arn, "Tags": tags });
    let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value });
    let listed = || aws.acm("ListTagsForCertificate", json!({ "CertificateArn": arn }))["Tags"].clone();
    aws.acm("AddTagsToCertificate", with_tags(json!([tag("a", "1"), tag("b", "2")])));
    aws.acm("AddTagsToCertificate", with_tags(json!([tag("a", "3")])));
    assert_eq!(listed(), json!([tag("a", "3"), tag("b", "2")]));
    assert_eq!(aws.tagged(json!({ "TagFilters": [{ "Key": "b" }] })), [arn.as_str()]);
    assert_eq!(aws.tagged(json!({ "ResourceTypeFilters": ["acm:certificate"] })), [arn.as_str()]);
    aws.acm("RemoveTagsFromCertificate", with_tags(json!([tag("a", "other"), { "Key": "b" }])));
    assert_eq!(listed(), json!([tag("a", "3")]), "only with the value that is given");
    aws.acm("RemoveTagsFromCertificate", with_tags(json!([tag("a", "3")])));
    assert_eq!(listed(), json!([]));
    let many = |n: usize| json!((0..n).map(|n| tag(&n.to_string(), "")).collect::<Vec<_>>());
    aws.acm("AddTagsToCertificate", with_tags(many(50)));
    let one = with_tags(json!([tag("x", "")]));
    aws.acm_refused("TooManyTagsException", "AddTagsToCertificate", one.clone());
    for operation in ["AddTagsToCertificate", "RemoveTagsFromCertificate"] {
        aws.acm_refused("ValidationException", operation, with_tags(json!([])));
        let gone =
            json!({ "CertificateArn": arn.replace("certificate/", "certificate/f"), "Tags": [tag("a", "")] });
        aws.acm_refused("ResourceNotFoundException", operation, gone);
    }
    for (key, value) in
        [("", ""), ("aws:a", ""), ("a", "\n"), (&"k".repeat(129), ""), ("a", &"v".repeat(257))]
    {
        aws.acm_refused("InvalidTagException", "AddTagsToCertificate", with_tags(json!([tag(key, value)])));
    }
}

#[test]
fn options() {
    let aws = aws();
    let options = |logging: &str| json!({ "CertificateTransparencyLoggingPreference": logging });
    let arn = request(&aws, "a.example.com", json!({ "Options": options("DISABLED") }));
    let shown = || text(&describe(&aws, &arn)["Options"]["CertificateTransparencyLoggingPreference"]);
    assert_eq!(shown(), "DISABLED");
    let update = |arn: &str, options: Value| json!({ "CertificateArn": arn, "Options": options });
    aws.acm("UpdateCertificateOptions", update(&arn, options("ENABLED")));
    assert_eq!(shown(), "ENABLED");
    let export = update(&arn, json!({ "Export": "ENABLED" }));
    aws.acm_refused("InvalidStateException", "UpdateCertificateOptions", export);
    aws.acm_refused("ValidationException", "UpdateCertificateOptions", update(&arn, options("MAYBE")));
}

#[test]
fn deleting() {
    let aws = aws();
    let arn = request(&aws, "a.example.com", json!({ "Tags": [{ "Key": "a", "Value": "1" }] }));
    aws.edit(|state| state.tagging_keeps_deleted = std::time::Duration::from_secs(60));
    aws.acm("DeleteCertificate", json!({ "CertificateArn": arn }));
    aws.acm_refused("ResourceNotFoundException", "DeleteCertificate", json!({ "CertificateArn": arn }));
    assert_eq!(aws.tagged(json!({})), [arn], "the tagging API keeps it for a while");
    aws.wait(60);
    assert!(aws.tagged(json!({})).is_empty());
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

#[test]
fn throttling() {
    let aws = aws();
    aws.edit(|state| state.rates = Some(albctl_sandbox::Rates::aws()));
    let before = request(&aws, "a.example.com", json!({}));
    aws.edit(|state| {
        // Without the time that calls take, a bucket of one is empty after one call.
        let limits = &mut state.rates.as_mut().unwrap().limits;
        let limit = albctl_sandbox::Limit { burst: 1.0, per_second: 0.1 };
        limits.insert(albctl_sandbox::Category::AcmDescribe, limit);
        limits.insert(albctl_sandbox::Category::Total, albctl_sandbox::Limit { burst: 0.0, per_second: 0.0 });
    });
    let by = json!({ "CertificateArn": before });
    describe(&aws, &before);
    aws.sandbox.inject(albctl_sandbox::Fault {
        matches: albctl_sandbox::Match::Operation("ListCertificates".into()),
        nth: 1,
        count: 1,
        kind: albctl_sandbox::FaultKind::Throttle,
    });
    assert_eq!(aws.acm_throttled("DescribeCertificate", by.clone()), "Rate exceeded");
    assert_eq!(aws.acm_throttled("ListCertificates", json!({})), "Rate exceeded");
    aws.wait(10);
    aws.acm("DescribeCertificate", by);
}
