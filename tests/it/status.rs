//! A status without a spec.

use albctl::cli;
use albctl::output::status;

use crate::support::{Stage, desired};

const SPEC: &str = "version: 1
stack: shop
vpc: vpc-0a
load_balancer:
  scheme: internal
  subnets: [subnet-0a, subnet-0b]
  security_groups: [sg-0a]
target_groups:
  web: { port: 80, target_type: ip }
listeners:
  https:
    port: 443
    certificates: [ext]
    default: { forward: web }
certificates:
  ext: { use: \"arn:aws:acm:us-east-1:000000000000:certificate/1a\" }
";

#[test]
fn without_a_spec_all_that_is_live_is_told() {
    let stage = Stage::new();
    stage.apply(SPEC);
    let (desired, _) = desired(SPEC);
    let (live, _) = stage.observe(&cli::scope::of(&desired));
    let with = status::of(Some(&desired), &live);
    let without = status::of(None, &live);
    assert_eq!(without.problems(), ["web  has no targets"], "who should register them is not known");
    let told = "web  has no targets; they are to be registered by others (targets: external)";
    assert_eq!(with.problems(), [told]);
    assert_eq!(without.certificates, with.certificates);
    assert_eq!(without.certificates[0].names, ["example.com", "*.example.com"]);
    assert_eq!((without.listeners.len(), without.groups.len(), without.records.len()), (1, 1, 0));
    assert_eq!(without.groups[0].managed, "-");
    assert!(status::unread(&live).certificates.is_empty(), "all are known");
}
