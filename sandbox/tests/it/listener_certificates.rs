//! What a listener takes for a certificate, and what ACM and IAM know of it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::acm::{describe, issued, publish, request};
use crate::acm_import::import;
use crate::harness::{Aws, aws, https, text, with};
use crate::iam::{named, upload};
use crate::keys::{P256, RSA_3072, own, pair, params};

fn listener(lb: &str, port: u16, arn: &str) -> Value {
    with(https(lb, port), json!({ "Certificates": [{ "CertificateArn": arn }] }))
}

fn create(aws: &Aws, lb: &str, port: u16, arn: &str) -> String {
    text(&aws.ok("CreateListener", listener(lb, port, arn))["Listeners"][0]["ListenerArn"])
}

fn one(listener: &str, arn: &str) -> Value {
    json!({ "ListenerArn": listener, "Certificates": [{ "CertificateArn": arn }] })
}

/// Refused by all three calls that put a certificate on a listener.
#[track_caller]
fn refused_everywhere(aws: &Aws, code: &str, lb: &str, other: &str, arn: &str) {
    aws.refused(code, "CreateListener", listener(lb, 9, arn));
    aws.refused(code, "ModifyListener", one(other, arn));
    aws.refused(code, "AddListenerCertificates", one(other, arn));
}

#[test]
fn only_issued_certificates_of_acm() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let other = create(&aws, &lb, 1, &issued(&aws, "other.example.com"));
    let arn = request(&aws, "a.example.com", json!({}));
    refused_everywhere(&aws, "UnsupportedCertificate", &lb, &other, &arn);
    publish(&aws, &arn);
    refused_everywhere(&aws, "UnsupportedCertificate", &lb, &other, &arn);
    aws.wait(200);
    aws.ok("AddListenerCertificates", one(&other, &arn));
    create(&aws, &lb, 2, &arn);
    aws.ok("ModifyListener", one(&other, &arn));
    let gone = format!("{}0", &arn[..arn.len() - 1]);
    refused_everywhere(&aws, "CertificateNotFound", &lb, &other, &gone);
    let expired = import(&aws, &pair(&["e.example.com"]));
    aws.wait(400 * 86_400);
    refused_everywhere(&aws, "UnsupportedCertificate", &lb, &other, &expired);
}

#[test]
fn only_certificates_of_the_region() {
    let aws = aws();
    let arn = import(&aws, &pair(&["a.example.com"]));
    let there = Aws { sandbox: aws.sandbox, region: "eu-west-1" };
    let lb = there.load_balancer("lb");
    there.refused("CertificateNotFound", "CreateListener", listener(&lb, 443, &arn));
    let same_id = arn.replace("us-east-1", "eu-west-1");
    there.refused("CertificateNotFound", "CreateListener", listener(&lb, 443, &same_id));
}

#[test]
fn a_domain_name_is_needed() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    for names in [&["localhost"][..], &["10.0.0.1"]] {
        let arn = import(&aws, &pair(names));
        let message = aws.refused("UnsupportedCertificate", "CreateListener", listener(&lb, 1, &arn));
        assert!(message.contains("must have a fully-qualified domain name"), "{message}");
    }
    for (port, key) in [(2, &*RSA_3072), (3, &*P256)] {
        create(&aws, &lb, port, &import(&aws, &own(params(&["*.example.com"]), key)));
    }
}

#[test]
fn what_acm_issued_or_imported_may_take_a_while_to_be_seen() {
    let aws = aws();
    aws.edit(|state| state.acm.elb_sees_after = Duration::from_secs(60));
    let lb = aws.load_balancer("lb");
    let arn = import(&aws, &pair(&["a.example.com"]));
    aws.refused("CertificateNotFound", "CreateListener", listener(&lb, 1, &arn));
    aws.wait(60);
    create(&aws, &lb, 1, &arn);
}

#[test]
fn iam_certificates_are_seen_later() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let other = create(&aws, &lb, 1, &issued(&aws, "other.example.com"));
    let arn = text(&upload(&aws, "n", json!({ "Path": "/p/" }))["Arn"]);
    refused_everywhere(&aws, "CertificateNotFound", &lb, &other, &arn);
    aws.wait(9);
    refused_everywhere(&aws, "CertificateNotFound", &lb, &other, &arn);
    aws.wait(1);
    create(&aws, &lb, 2, &arn);
    refused_everywhere(&aws, "CertificateNotFound", &lb, &other, &arn.replace("/p/", "/q/"));
    refused_everywhere(&aws, "CertificateNotFound", &lb, &other, &arn.replace("/n", "/m"));
    aws.iam(
        "UpdateServerCertificate",
        json!({ "ServerCertificateName": "n", "NewServerCertificateName": "m" }),
    );
    refused_everywhere(&aws, "CertificateNotFound", &lb, &other, &arn);
    aws.wait(10);
    create(&aws, &lb, 3, &arn.replace("/n", "/m"));
    aws.edit(|state| state.iam.elb_sees_after = Duration::ZERO);
    create(&aws, &lb, 4, &text(&upload(&aws, "at-once", json!({}))["Arn"]));
}

#[test]
fn unsupported_iam_certificates() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    aws.edit(|state| state.iam.elb_sees_after = Duration::ZERO);
    let uploaded = aws.iam("UploadServerCertificate", named("n", &pair(&["localhost"])));
    let arn = text(&uploaded["ServerCertificateMetadata"]["Arn"]);
    aws.refused("UnsupportedCertificate", "CreateListener", listener(&lb, 1, &arn));
    let arn = text(&upload(&aws, "odd", json!({}))["Arn"]);
    // IAM takes keys of more sizes than load balancers do.
    aws.edit(|state| state.iam.server_certificates.get_mut("odd").unwrap().leaf.key_algorithm = None);
    aws.refused("UnsupportedCertificate", "CreateListener", listener(&lb, 1, &arn));
}

#[test]
fn iam_knows_what_is_in_use() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let arn = text(&upload(&aws, "n", json!({}))["Arn"]);
    let by = json!({ "ServerCertificateName": "n" });
    aws.wait(10);
    let l = create(&aws, &lb, 1, &arn);
    aws.iam_refused(409, "DeleteConflict", "DeleteServerCertificate", by.clone());
    let elsewhere = Aws { sandbox: aws.sandbox, region: "eu-west-1" };
    elsewhere.iam_refused(409, "DeleteConflict", "DeleteServerCertificate", by.clone());
    let aws = Aws { region: "us-east-1", ..elsewhere };
    aws.ok("DeleteListener", json!({ "ListenerArn": l }));
    aws.iam("DeleteServerCertificate", by);
}

#[test]
fn acm_knows_what_is_in_use_and_forgets_slowly() {
    let aws = aws();
    let (lb, other) = (aws.load_balancer("lb"), aws.load_balancer("other"));
    let (first, second) = (issued(&aws, "a.example.com"), issued(&aws, "b.example.com"));
    let by = |arn: &str| json!({ "CertificateArn": arn });
    let in_use = |arn: &str| describe(&aws, arn)["InUseBy"].clone();
    let l = create(&aws, &lb, 443, &first);
    create(&aws, &other, 443, &first);
    aws.ok("AddListenerCertificates", one(&l, &second));
    assert_eq!((in_use(&first), in_use(&second)), (json!([lb, other]), json!([lb])));
    let listed = aws.acm("ListCertificates", json!({}))["CertificateSummaryList"].clone();
    assert_eq!((&listed[0]["InUse"], &listed[1]["InUse"]), (&json!(true), &json!(true)));
    aws.acm_refused("ResourceInUseException", "DeleteCertificate", by(&second));
    aws.ok("ModifyListener", one(&l, &second));
    aws.ok("RemoveListenerCertificates", one(&l, &second));
    assert_eq!(in_use(&second), json!([lb]), "the default certificate now");
    assert_eq!(in_use(&first), json!([lb, other]), "not at once");
    aws.wait(29);
    assert_eq!(in_use(&first), json!([lb, other]));
    aws.wait(1);
    assert_eq!(in_use(&first), json!([other]));
    aws.ok("DeleteLoadBalancer", json!({ "LoadBalancerArn": other }));
    aws.acm_refused("ResourceInUseException", "DeleteCertificate", by(&first));
    aws.wait(30);
    assert_eq!(in_use(&first), json!([]));
    aws.acm("DeleteCertificate", by(&first));
    aws.edit(|state| state.acm.in_use_lag = Duration::ZERO);
    aws.ok("DeleteListener", json!({ "ListenerArn": l }));
    aws.acm("DeleteCertificate", by(&second));
}

#[test]
fn a_use_that_comes_back_stays() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let (first, second) = (issued(&aws, "a.example.com"), issued(&aws, "b.example.com"));
    let l = create(&aws, &lb, 443, &first);
    aws.ok("ModifyListener", one(&l, &second));
    aws.ok("ModifyListener", one(&l, &first));
    aws.wait(1000);
    assert_eq!(describe(&aws, &first)["InUseBy"], json!([lb]));
    assert_eq!(describe(&aws, &second)["InUseBy"], json!([]));
}

#[test]
fn importing_again_does_not_touch_listeners() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let arn = import(&aws, &pair(&["a.example.com"]));
    let l = create(&aws, &lb, 443, &arn);
    let next = own(params(&["a.example.com", "b.example.com"]), &crate::keys::RSA_OTHER);
    let blob = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
    aws.acm(
        "ImportCertificate",
        json!({ "CertificateArn": arn, "Certificate": blob(&next.body), "PrivateKey": blob(&next.key) }),
    );
    assert_eq!(aws.describe_listener(&l)["Certificates"][0]["CertificateArn"], arn);
    assert_eq!(describe(&aws, &arn)["InUseBy"], json!([lb]));
}

#[test]
fn fixtures() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let acm = "arn:aws:acm:us-east-1:000000000000:certificate/made-up";
    let mut iam = None;
    aws.edit(|state| {
        state.add_issued_certificate("us-east-1", acm, &["a.example.com"]);
        iam = state.add_server_certificate("/p/", "n", &["a.example.com", "*.b.example.com"]);
    });
    create(&aws, &lb, 1, acm);
    create(&aws, &lb, 2, &iam.unwrap());
    let got = aws.iam("GetServerCertificate", json!({ "ServerCertificateName": "n" }));
    assert!(text(&got["ServerCertificate"]["CertificateBody"]).starts_with("-----BEGIN CERTIFICATE-----"));
}
