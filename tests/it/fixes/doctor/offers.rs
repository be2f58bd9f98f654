//! Certificates that could be taken, and what is said where not all of them could be read.

use std::time::Duration;

use albctl_sandbox::{Fault, FaultKind, Match};

use super::{Finding, REGION, healthy, host};
use crate::fixes::scene::{CERTIFICATE, Scene, forward};

/// A host of a rule has no certificate.
fn bare() -> Scene {
    let scene = healthy();
    scene.rule(5, vec![host("shop.example.org")], forward(&[(&scene.groups["web-users"], 1)], None));
    scene
}

fn denies(scene: &Scene, operation: &str) {
    let (code, message) = ("AccessDenied".to_owned(), "not authorized".to_owned());
    let kind = FaultKind::Fail { code, status: 403, message };
    let matches = Match::Operation(operation.to_owned());
    scene.stage.sandbox.inject(Fault { matches, nth: 1, count: 0, kind });
}

fn notes(scene: &Scene) -> String {
    scene.albctl("doctor web --output json").json()["notes"].to_string()
}

/// Nothing is claimed of what was not read.
#[track_caller]
fn claims_nothing(found: &Finding) {
    assert!(!found.0["evidence"].to_string().contains("in ACM or IAM"), "{found:#?}");
    assert!(found.text("advice").starts_with("if ACM has issued a certificate for shop.example.org:"));
}

#[test]
fn server_certificates_that_may_not_be_read() {
    for operation in ["ListServerCertificates", "GetServerCertificate"] {
        let scene = bare();
        let made =
            scene.stage.sandbox.edit(|state| state.add_server_certificate("/", "one", &["a.example.net"]));
        assert!(made.is_some());
        scene.first("web", "certificate-missing", &["for shop.example.org, in ACM or IAM"]);
        assert_eq!(notes(&scene), "[]");
        denies(&scene, operation);
        claims_nothing(&scene.first("web", "certificate-missing", &[]));
        let words = format!("iam:{operation} is denied: whether there is a certificate to take is not known");
        assert!(notes(&scene).contains(&words), "{}", notes(&scene));
        // What ACM has is known all the same.
        let arn = "arn:aws:acm:us-east-1:000000000000:certificate/one";
        scene.plant(|state| state.add_issued_certificate(REGION, arn, &["shop.example.org"]));
        let found = scene.first("web", "certificate-missing", &[arn]);
        found.mends(&format!("albctl --sandbox cert attach web/443 {arn}"));
        assert_eq!(notes(&scene), "[]", "and IAM is not asked");
    }
}

#[test]
fn more_server_certificates_than_are_looked_into() {
    let scene = bare();
    scene.plant(|state| {
        state.iam.server_certificates.clear();
        for number in 0..11 {
            let made = state.add_server_certificate("/", &format!("c{number}"), &["a.example.net"]);
            assert!(made.is_some());
        }
    });
    claims_nothing(&scene.first("web", "certificate-missing", &[]));
    assert!(notes(&scene).contains("only 10 of 11 server certificates of IAM were looked into"));
    // One that is found is taken.
    let made = scene.stage.sandbox.edit(|state| state.add_server_certificate("/", "a", &["*.example.org"]));
    let arn = made.expect("a certificate");
    scene
        .first("web", "certificate-missing", &[&arn])
        .mends(&format!("albctl --sandbox cert attach web/443 {arn}"));
}

#[test]
fn one_of_iam_takes_the_place_of_one_of_acm_that_ends() {
    let scene = healthy();
    scene.plant(|state| state.iam.server_certificates.clear());
    scene.stage.sandbox.advance(Duration::from_secs(190 * 86_400));
    let made = scene
        .stage
        .sandbox
        .edit(|state| state.add_server_certificate("/", "of-iam", &["example.com", "*.example.com"]));
    let arn = made.expect("a certificate");
    let found = scene.first("web", "certificate-ends", &[&arn]);
    found.mends(&format!("albctl --sandbox cert rotate web/443 {CERTIFICATE} {arn}"));
    denies(&scene, "ListServerCertificates");
    let found = scene.first("web", "certificate-ends", &[]);
    assert!(!found.0["evidence"].to_string().contains("in ACM or IAM"), "{found:#?}");
    found.mends(&format!("albctl --sandbox cert rotate web/443 {CERTIFICATE} NEW"));
}
