//! Certificates, from state to state: requested, imported, uploaded, made and found.

use std::time::Duration;

use albctl::exec::Outcome;
use albctl_sandbox::state::{CertificateStatus, State};

use crate::pki;
use crate::support::{Stage, put_file};

/// A stack with one HTTPS listener that has these certificates.
fn spec(certificates: &str, keys: &str) -> String {
    format!(
        "version: 1
stack: shop
region: us-east-1
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
certificates:
{certificates}
listeners:
  https:
    port: 443
    certificates: [{keys}]
    default: {{ fixed_response: 404 }}
"
    )
}

/// A stage with a public zone.
fn staged() -> Stage {
    let stage = Stage::new();
    stage.sandbox.edit(|state| state.create_zone("example.com", None).expect("a zone"));
    stage
}

/// The statuses of the certificates in ACM that are of the stack.
fn acm(stage: &Stage) -> Vec<(CertificateStatus, Vec<String>)> {
    stage.sandbox.edit(|state: &mut State| {
        let now = state.now;
        let all = state.regions.values().flat_map(|region| region.certificates.values());
        all.filter(|one| one.tags.current.contains_key("albctl:stack"))
            .map(|one| (one.status(now), one.names().to_vec()))
            .collect()
    })
}

#[test]
fn a_requested_certificate_is_validated_and_issued_before_the_listener_has_it() {
    let stage = staged();
    let text = spec("  api: { acm: { domain: api.example.com, alternative_names: [\"*.api.example.com\"] } }", "api");
    stage.apply(&text);
    let calls = stage.written();
    assert_eq!(
        calls,
        ["RequestCertificate", "CreateLoadBalancer", "ChangeResourceRecordSets", "CreateListener"],
        "one record for a name and its wildcard"
    );
    let all = acm(&stage);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].0, CertificateStatus::Issued);
    stage.destroy(&text);
    assert!(acm(&stage).is_empty());
}
