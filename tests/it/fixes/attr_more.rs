//! `albctl attr` on what is not one value of one key: thresholds that are `off` or a number, and what AWS changes by a
//! call of its own.

use std::fs;

use albctl::fix::Focus;
use albctl::fix::attr::{Problem, facts, set};
use albctl::kinds::{listener, load_balancer, target_group};
use albctl::plan::Options;

use super::legacy::{Scene, fixed, forward};
use super::scene;
use crate::cli::snapshot;

const DNS: &str = "target_group_health.dns_failover";
const ROUTING: &str = "target_group_health.unhealthy_state_routing";

fn given(pairs: &[(String, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| (key.clone(), (*value).to_owned())).collect()
}

fn scene() -> Scene {
    let scene = Scene::new();
    scene.https(443, forward(&scene.web));
    scene.http(80, fixed(404));
    scene
}

fn all(problem: Problem) -> Vec<albctl::base::Diagnostic> {
    match problem {
        Problem::Usage(all) | Problem::Refused(all) => all,
    }
}

/// What AWS has under a key of the group.
fn stored(scene: &Scene, key: &str) -> String {
    let mut value = String::new();
    scene.stage.sandbox.edit(|state| {
        let region = state.regions.values().next().expect("a region");
        value.clone_from(&region.target_groups[&scene.web].attributes[key]);
    });
    value
}

#[test]
fn thresholds_of_healthy_targets_change_with_one_call_and_back() {
    let scene = scene();
    let focus = Focus { groups: [scene.web.clone()].into(), ..scene.focus() };
    let id = target_group::id("legacy-web");
    let aws = format!("{DNS}.minimum_healthy_targets.percentage");
    let pairs = given(&[
        (format!("{DNS}.count"), "3"),
        (aws.clone(), "50"),
        (format!("{ROUTING}.count"), "2"),
        (format!("{ROUTING}.percentage"), "20"),
    ]);
    let (_, fix, _) = scene.plan(&focus, |live| set(live, &id, "legacy-web", &pairs).map_err(all));
    let undo = format!(
        "attr set legacy-web {DNS}.count=1 {DNS}.percentage=off {ROUTING}.count=1 {ROUTING}.percentage=off"
    );
    assert_eq!(fix.undo.as_deref(), Some(undo.as_str()));
    assert_eq!(fix.effect.len(), 4);
    let calls = scene.mend(&focus, |live| set(live, &id, "legacy-web", &pairs).map_err(all));
    assert_eq!(calls, ["ModifyTargetGroupAttributes"]);
    assert_eq!(stored(&scene, &aws), "50");
    let (_, live) = scene.read(&focus);
    let count =
        facts(&live.resources[&id].resource).into_iter().find(|one| one.key == format!("{DNS}.count"));
    assert_eq!(count.map(|one| (one.text, one.default_text)), Some(("3".to_owned(), "1".to_owned())));
    let off = given(&[(format!("{DNS}.count"), "off"), (format!("{DNS}.percentage"), "off")]);
    let calls = scene.mend(&focus, |live| set(live, &id, "legacy-web", &off).map_err(all));
    assert_eq!(calls, ["ModifyTargetGroupAttributes"]);
    assert_eq!(stored(&scene, &aws), "off");
}

#[test]
fn thresholds_that_aws_would_refuse_are_refused_before() {
    let scene = scene();
    let focus = Focus { groups: [scene.web.clone()].into(), ..scene.focus() };
    let (_, live) = scene.read(&focus);
    let id = target_group::id("legacy-web");
    let told = |pairs: &[(String, &str)]| match set(&live, &id, "legacy-web", &given(pairs)) {
        Ok(_) => (0, Vec::new()),
        Err(Problem::Usage(all)) => (2, all.iter().map(|one| one.code).collect()),
        Err(Problem::Refused(all)) => (6, all.iter().map(|one| one.code).collect()),
    };
    for (key, value, code) in [
        (format!("{DNS}.count"), "0", "out-of-range"),
        (format!("{DNS}.count"), "on", "bad-value"),
        (format!("{DNS}.percentage"), "101", "out-of-range"),
        (format!("{DNS}.percentage"), "50%", "bad-value"),
        (format!("{ROUTING}.count"), "off", "bad-value"),
        (format!("{ROUTING}.percentage"), "0", "out-of-range"),
        (DNS.to_owned(), "1", "unknown-key"),
    ] {
        assert_eq!(told(&[(key.clone(), value)]), (2, vec![code]), "{key}={value}");
    }
    // A zone leaves the DNS before requests go to unhealthy targets, or when.
    assert_eq!(told(&[(format!("{ROUTING}.count"), "2")]), (6, vec!["conflicting-keys"]));
    let low = [(format!("{DNS}.percentage"), "20"), (format!("{ROUTING}.percentage"), "30")];
    assert_eq!(told(&low), (6, vec!["conflicting-keys"]));
    assert_eq!(told(&[(format!("{ROUTING}.count"), "2"), (format!("{DNS}.count"), "off")]).0, 0);
    assert_eq!(told(&[(format!("{ROUTING}.percentage"), "30")]).0, 0);
}

#[test]
fn addresses_and_tls_policies_change_by_their_own_calls() {
    let scene = scene();
    let id = load_balancer::id();
    let pairs = given(&[("ip_address_type".to_owned(), "dualstack"), ("http2".to_owned(), "off")]);
    let calls = scene.mend(&scene.focus(), |live| set(live, &id, "legacy", &pairs).map_err(all));
    assert_eq!(calls, ["SetIpAddressType", "ModifyLoadBalancerAttributes"]);
    let (_, fix, planned) = scene.plan(&scene.focus(), |live| set(live, &id, "legacy", &pairs).map_err(all));
    assert!(planned.plan.is_empty());
    assert_eq!(fix.unchanged, "ip_address_type is dualstack, http2 is off");
    let id = listener::id("443");
    let focus = Focus { listener_attributes: true, ..scene.focus() };
    let pairs = given(&[("ssl_policy".to_owned(), "TLS13-1-2-Res-PQ-2025-09")]);
    let (_, fix, _) = scene.plan(&focus, |live| set(live, &id, "legacy/443", &pairs).map_err(all));
    let undo = "attr set legacy/443 ssl_policy=ELBSecurityPolicy-";
    assert!(fix.undo.as_deref().is_some_and(|said| said.starts_with(undo)), "{:?}", fix.undo);
    let calls = scene.mend(&focus, |live| set(live, &id, "legacy/443", &pairs).map_err(all));
    assert_eq!(calls, ["ModifyListener"]);
    let (_, live) = scene.read(&focus);
    let policy = facts(&live.resources[&id].resource).into_iter().find(|one| one.key == "ssl_policy");
    assert_eq!(policy.map(|one| one.text).as_deref(), Some("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"));
}

#[test]
fn the_binary_sets_what_has_a_call_of_its_own() {
    let scene = scene();
    let shell = scene.shell();
    let lines = [
        "--sandbox attr set legacy ip_address_type=dualstack --yes",
        "--sandbox attr get legacy ip_address_type",
        "--sandbox attr set legacy ip_address_type=ipv6",
        "--sandbox attr set legacy ip_address_type=dualstack-without-public-ipv4 --yes",
        "--sandbox attr set legacy/443 ssl_policy=TLS13-1-2-Res-PQ-2025-09 --yes",
        "--sandbox attr get legacy/443 ssl_policy -q",
        "--sandbox attr set legacy/443 ssl_policy=TLS13-1-2-Res-PQ-2025-9 --dry-run",
        "--sandbox attr set legacy/443 ssl_policy=TLS13-1-2-Res-PQ-2025-9 --yes",
        "--sandbox attr set legacy/443 ssl_policy=none --yes",
        "--sandbox attr set legacy/80 ssl_policy=TLS13-1-2-Res-PQ-2025-09 --yes",
        "--sandbox attr set legacy/443 certificates=x --yes",
        "--sandbox attr set legacy scheme=internal --yes",
        "--sandbox attr set legacy xyzzy=1 --yes",
        "--sandbox attr get legacy-web xyzzy",
        "--sandbox attr get legacy-web target_group_health",
        "--sandbox attr set legacy-web percentage=50",
        "--sandbox attr get legacy/443 response_headers",
        "--sandbox attr set legacy-web target_group_health.unhealthy_state_routing.count=3 --yes",
        "--sandbox attr set legacy-web target_group_health.dns_failover.percentage=50 \
         target_group_health.unhealthy_state_routing.percentage=25 --yes",
    ];
    snapshot!("attr_settings", shell.session(&lines));
}

const SPEC: &str = "version: 1
stack: shop
vpc: vpc-0a
load_balancer: { scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: [sg-0a] }
target_groups:
  # uploads land on one server
  orders:
    port: 80
    target_type: ip   # by address
    targets: [10.0.0.1]
listeners:
  http:
    port: 80
    default: { forward: orders }
";

#[test]
fn a_spec_learns_what_was_set() {
    let scene = scene::Scene::new();
    scene.stage.apply_from("shop.yaml", SPEC);
    scene.stage.sandbox.advance(std::time::Duration::from_secs(600));
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("shop.yaml");
    fs::write(&path, SPEC).expect("written");
    for line in [
        format!("attr set orders {DNS}.count=2 {DNS}.percentage=50 {ROUTING}.count=2"),
        "attr set shop ip_address_type=dualstack".to_owned(),
    ] {
        let ran = scene.albctl(&format!("{line} --write {} --yes", path.display()));
        assert_eq!(ran.code, 0, "{ran:#?}");
    }
    let written = fs::read_to_string(&path).expect("the spec");
    snapshot!("attr_written", &written);
    let plan = scene.stage.plan_with(&written, &Options::default()).expect("a plan").plan;
    assert!(plan.is_empty(), "{:?}", plan.changes);
}
