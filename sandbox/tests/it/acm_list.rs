//! ListCertificates.

use serde_json::{Value, json};

use crate::acm::{issued, request};
use crate::acm_import::import;
use crate::harness::{Aws, aws, text, with};
use crate::keys::{P256, own, pair, params};

fn list(aws: &Aws, params: Value) -> Vec<String> {
    let answer = aws.acm("ListCertificates", params);
    answer["CertificateSummaryList"].as_array().unwrap().iter().map(|c| text(&c["CertificateArn"])).collect()
}

#[test]
fn elliptic_keys_are_hidden_unless_asked_for() {
    let aws = aws();
    let rsa = request(&aws, "a.example.com", json!({}));
    let ec = request(&aws, "a.example.com", json!({ "KeyAlgorithm": "EC_prime256v1" }));
    let imported = import(&aws, &own(params(&["b.example.com"]), &P256));
    assert_eq!(list(&aws, json!({})), [rsa.as_str()]);
    assert_eq!(list(&aws, json!({ "Includes": {} })), [rsa.as_str()]);
    let all = list(&aws, json!({ "Includes": { "keyTypes": ["RSA_2048", "EC_prime256v1"] } }));
    assert_eq!(all.len(), 3);
    let mut elliptic = list(&aws, json!({ "Includes": { "keyTypes": ["EC_prime256v1"] } }));
    elliptic.sort();
    let mut wanted = [ec, imported];
    wanted.sort();
    assert_eq!(elliptic, wanted);
}

#[test]
fn filters() {
    let aws = aws();
    let pending = request(&aws, "a.example.com", json!({ "Options": { "Export": "ENABLED" } }));
    let done = issued(&aws, "b.example.com");
    let imported = import(&aws, &pair(&["c.example.com"]));
    assert_eq!(list(&aws, json!({ "CertificateStatuses": ["PENDING_VALIDATION"] })), [pending.as_str()]);
    assert_eq!(list(&aws, json!({ "CertificateStatuses": ["ISSUED", "EXPIRED"] })).len(), 2);
    assert!(list(&aws, json!({ "CertificateStatuses": ["EXPIRED"] })).is_empty());
    let by = |filter: Value| list(&aws, json!({ "Includes": filter }));
    assert_eq!(by(json!({ "exportOption": "ENABLED" })), [pending]);
    let server = by(json!({ "extendedKeyUsage": ["TLS_WEB_SERVER_AUTHENTICATION"] }));
    assert!(server.contains(&done) && !server.contains(&imported));
    assert_eq!(by(json!({ "keyUsage": ["CRL_SIGNING"] })), Vec::<String>::new());
    assert_eq!(by(json!({ "managedBy": "CLOUDFRONT" })), Vec::<String>::new());
    aws.acm_refused("ValidationException", "ListCertificates", json!({ "CertificateStatuses": ["LOST"] }));
    aws.acm_refused(
        "ValidationException",
        "ListCertificates",
        json!({ "Includes": { "keyTypes": ["RSA-2048"] } }),
    );
}

#[test]
fn pages_and_order() {
    let aws = aws();
    let made: Vec<String> = (0..5).map(|n| request(&aws, &format!("n{n}.example.com"), json!({}))).collect();
    let order = |order: &str| json!({ "SortBy": "CREATED_AT", "SortOrder": order });
    assert_eq!(list(&aws, order("ASCENDING")), made);
    assert_eq!(list(&aws, order("DESCENDING")), made.iter().rev().cloned().collect::<Vec<_>>());
    let mut seen = Vec::new();
    let mut params = json!({ "MaxItems": 2 });
    loop {
        seen.extend(list(&aws, params.clone()));
        let token = aws.acm("ListCertificates", params.clone())["NextToken"].clone();
        if token.is_null() {
            break;
        }
        params = with(params, json!({ "NextToken": token }));
    }
    assert_eq!(seen.len(), 5);
    let invalid = |code: &str, params: Value| aws.acm_refused(code, "ListCertificates", params);
    invalid("ValidationException", json!({ "MaxItems": 0 }));
    invalid("ValidationException", json!({ "MaxItems": 1001 }));
    invalid("InvalidArgsException", json!({ "NextToken": "x" }));
    invalid("InvalidArgsException", json!({ "SortBy": "CREATED_AT" }));
    invalid("InvalidArgsException", json!({ "SortOrder": "ASCENDING" }));
    invalid("ValidationException", json!({ "SortBy": "NAME", "SortOrder": "ASCENDING" }));
    invalid("ValidationException", order("UP"));
}

#[test]
fn summaries() {
    let aws = aws();
    let done = issued(&aws, "b.example.com");
    let imported = import(&aws, &pair(&["c.example.com", "d.example.com"]));
    let answer = aws.acm("ListCertificates", json!({}));
    let of = |arn: &str| {
        let all = answer["CertificateSummaryList"].as_array().unwrap();
        all.iter().find(|c| c["CertificateArn"] == arn).unwrap().clone()
    };
    for (arn, kind, when) in [(&done, "AMAZON_ISSUED", "IssuedAt"), (&imported, "IMPORTED", "ImportedAt")] {
        let summary = of(arn);
        assert_eq!((&summary["Type"], &summary["Status"]), (&json!(kind), &json!("ISSUED")));
        assert_eq!((&summary["KeyAlgorithm"], &summary["InUse"]), (&json!("RSA-2048"), &json!(false)));
        for number in [when, "CreatedAt", "NotBefore", "NotAfter"] {
            assert!(summary[number].is_number(), "{number}");
        }
    }
    assert_eq!(of(&imported)["SubjectAlternativeNameSummaries"], json!(["c.example.com", "d.example.com"]));
    assert_eq!(of(&imported)["DomainName"], "c.example.com");
}
