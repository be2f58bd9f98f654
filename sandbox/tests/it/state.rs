//! The state as data and as a file.

use std::fs;
use std::path::Path;
use std::time::Duration;

use albctl_sandbox::state::Health;
use albctl_sandbox::{OpenError, Rates, Sandbox};
use serde_json::{Value, json};

use crate::harness::{Aws, CERT2, aws, forward, with};

fn open(path: &Path) -> Aws {
    Aws { sandbox: Sandbox::open(path).unwrap(), region: "us-east-1" }
}

/// A state with something in every corner.
fn fill(aws: &Aws) {
    let (lb, group) = (aws.load_balancer("lb"), aws.target_group("tg"));
    aws.ok(
        "RegisterTargets",
        json!({ "TargetGroupArn": group, "Targets": [{ "Id": "10.0.0.1" }, { "Id": "10.0.0.2" }] }),
    );
    let l = aws.https(&lb, 443);
    aws.ok(
        "AddListenerCertificates",
        json!({ "ListenerArn": l, "Certificates": [{ "CertificateArn": CERT2 }] }),
    );
    let oidc = json!({
        "Issuer": "https://i.example.com", "AuthorizationEndpoint": "https://i.example.com/a",
        "TokenEndpoint": "https://i.example.com/t", "UserInfoEndpoint": "https://i.example.com/u",
        "ClientId": "cid", "ClientSecret": "sec", "AuthenticationRequestExtraParams": { "a": "b" },
    });
    let actions = json!([
        { "Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": oidc },
        with(forward(&group), json!({ "Order": 2 })),
    ]);
    let r = aws.rule(&l, 1);
    aws.ok("ModifyRule", json!({ "RuleArn": r, "Actions": actions }));
    aws.ok("AddTags", json!({ "ResourceArns": [lb, l], "Tags": [{ "Key": "a", "Value": "b" }] }));
    aws.ok("DeregisterTargets", json!({ "TargetGroupArn": group, "Targets": [{ "Id": "10.0.0.2" }] }));
    let requested = crate::acm::request(aws, "a.example.com", json!({ "IdempotencyToken": "t" }));
    crate::acm::publish(aws, &requested);
    aws.wait(200);
    let certificate = json!([{ "CertificateArn": requested }]);
    aws.ok("ModifyListener", json!({ "ListenerArn": l, "Certificates": certificate }));
    aws.edit(|state| {
        state.add_server_certificate("/p/", "n", &["a.example.com"]).unwrap();
        state.acm.failures.insert("example.org".into(), "CAA_ERROR".into());
        state.rates = Some(Rates::aws());
        state.target_health.insert("10.0.0.1".into(), Health::Unhealthy { reason: "Target.Timeout".into() });
        state.target_health.insert("10.0.0.2".into(), Health::Healthy);
        state.tagging_keeps_deleted = Duration::from_secs(100);
    });
    aws.ok("DeleteLoadBalancer", json!({ "LoadBalancerArn": aws.load_balancer("gone") }));
    let zone = aws.zone("example.com");
    let batch = json!([
        crate::rest::alias("CREATE", "*.example.com"),
        crate::rest::record("CREATE", "a.example.com", "A", &["192.0.2.1"])
    ]);
    aws.change(&zone, batch);
    aws.function("f");
    let permission = json!({ "StatementId": "s", "Action": "lambda:InvokeFunction",
        "Principal": "elasticloadbalancing.amazonaws.com" });
    assert_eq!(aws.lambda("POST", "f/policy", permission).0, 201);
    let gone = aws.target_group_with("gone", json!({ "Tags": [{ "Key": "a", "Value": "b" }] }));
    aws.ok("DeleteTargetGroup", json!({ "TargetGroupArn": gone }));
}

#[test]
fn a_snapshot_round_trips() {
    let aws = aws();
    fill(&aws);
    let snapshot = aws.sandbox.snapshot();
    assert_eq!(snapshot["format"], 1);
    let other = crate::harness::aws();
    other.sandbox.restore(snapshot.clone()).unwrap();
    assert_eq!(other.sandbox.snapshot(), snapshot);
    assert_eq!(other.sandbox.now(), aws.sandbox.now());
    assert_eq!(other.load_balancer("next"), aws.load_balancer("next"), "the same ids");
}

#[test]
fn the_same_calls_give_the_same_state() {
    let make = || {
        let aws = aws();
        fill(&aws);
        aws.sandbox.snapshot()
    };
    assert_eq!(make(), make());
}

#[test]
fn a_file_round_trips() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/folder/state.json");
    let first = open(&path);
    fill(&first);
    first.wait(5);
    first.ok("DescribeLoadBalancers", json!({}));
    let snapshot = first.sandbox.snapshot();
    drop(first);
    let second = open(&path);
    assert_eq!(second.sandbox.snapshot(), snapshot, "the clock too");
    assert!(second.sandbox.calls().is_empty());
    let names: Vec<_> =
        fs::read_dir(path.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "the state and its lock, no temporary file: {names:?}");
}

#[test]
fn saved_after_each_call_that_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let aws = open(&path);
    let on_disk = || serde_json::from_slice::<Value>(&fs::read(&path).unwrap()).unwrap();
    aws.target_group("tg");
    assert_eq!(on_disk(), aws.sandbox.snapshot());
    aws.wait(10);
    assert_eq!(on_disk(), aws.sandbox.snapshot());
    aws.edit(|state| state.strict_guesses = false);
    assert_eq!(on_disk(), aws.sandbox.snapshot());
}

#[test]
fn states_from_before_certificates_can_be_read() {
    let aws = aws();
    aws.load_balancer("lb");
    let mut old = aws.sandbox.snapshot();
    for name in ["acm", "iam", "outside_dns"] {
        assert!(old.as_object_mut().unwrap().remove(name).is_some());
    }
    for name in ["certificates", "certificate_uses"] {
        assert!(old["regions"]["us-east-1"].as_object_mut().unwrap().remove(name).is_some());
    }
    let new = aws.sandbox.snapshot();
    aws.sandbox.restore(old).unwrap();
    assert_eq!(aws.sandbox.snapshot(), new);
}

#[test]
fn one_process_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let first = Sandbox::open(&path).unwrap();
    let error = Sandbox::open(&path).unwrap_err();
    assert!(matches!(error, OpenError::Locked { .. }));
    assert!(error.to_string().contains("in use by another process"));
    drop(first);
    Sandbox::open(&path).unwrap();
}

#[test]
fn states_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let error = |content: &str| {
        fs::write(&path, content).unwrap();
        let error = Sandbox::open(&path).unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), content, "it is left as it is");
        error
    };
    assert!(matches!(error("{ \"format\": 2 }"), OpenError::Format { found: 2, wanted: 1 }));
    assert!(matches!(error("{"), OpenError::Corrupt { .. }));
    assert!(matches!(error("[]"), OpenError::Corrupt { .. }));
    assert!(matches!(error("{ \"format\": 1 }"), OpenError::Corrupt { .. }));
    let mut unknown = aws().sandbox.snapshot();
    unknown["surprise"] = json!(1);
    assert!(error(&unknown.to_string()).to_string().contains("surprise"));
    fs::write(&path, "").unwrap();
    Sandbox::open(&path).unwrap();
    assert!(matches!(Sandbox::open(folder.path()).unwrap_err(), OpenError::Io { .. }));
}

#[test]
fn restoring_refuses_what_it_cannot_read() {
    let aws = aws();
    aws.load_balancer("lb");
    let before = aws.sandbox.snapshot();
    assert!(matches!(
        aws.sandbox.restore(json!({ "format": 9 })),
        Err(OpenError::Format { found: 9, wanted: 1 })
    ));
    assert!(aws.sandbox.restore(json!({})).is_err());
    assert_eq!(aws.sandbox.snapshot(), before);
}

#[test]
fn a_state_that_cannot_be_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sub/state.json");
    let aws = open(&path);
    fs::remove_dir_all(folder.path().join("sub")).unwrap();
    let response = aws.call("CreateTargetGroup", crate::harness::target_group("tg"));
    let body = String::from_utf8(response.body).unwrap();
    assert_eq!(response.status, 500);
    assert!(body.contains("cannot use the sandbox state"), "{body}");
    fs::create_dir(folder.path().join("sub")).unwrap();
    aws.ok("CreateTargetGroup", crate::harness::target_group("tg"));
    assert!(path.exists());
}
