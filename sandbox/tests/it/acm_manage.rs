//! What ACM refuses, and what can be done with a certificate that is there.

use serde_json::{Value, json};

use crate::acm::{describe, request};
use crate::harness::{aws, text, with};

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
