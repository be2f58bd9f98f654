//! Targets, checks, zones, functions.

use albctl::kinds::target_group::model::{HealthCheck, ProtocolVersion, TargetType};
use albctl::kinds::target_group::permission::Permission;
use albctl::kinds::targets::Target;
use albctl::kinds::{Call, rule, target_group, targets};
use albctl::model::world::Tags;
use albctl_sandbox::state::Health;
use albctl_sandbox::{Fault, FaultKind, Match};

use super::{REGION, healthy, path};
use crate::fixes::scene::{Scene, forward, group, register};

#[test]
fn nothing_is_wrong() {
    let scene = healthy();
    scene.is_well("web");
}

#[test]
fn a_group_without_targets() {
    let scene = Scene::new();
    let found = scene.first(
        "web",
        "no-targets",
        &["web-empty has no targets", "rule/443/30", "path /search", "100%"],
    );
    found.mends("albctl --sandbox targets add web-empty ADDRESS:8080");
    found.explains(&[503]);
    assert_eq!(scene.findings("web").len(), 1, "nothing else is wrong");
}

#[test]
fn all_targets_drain() {
    let scene = healthy();
    scene.deregister("web-orders", &["10.0.0.1", "10.0.0.2"]);
    let evidence = ["10.0.0.1:8080", "10.0.0.2:8080", "draining", "5m", "rule/443/10"];
    let found = scene.first("web", "all-draining", &evidence);
    found.mends("albctl --sandbox targets add web-orders ADDRESS:8080");
    assert_eq!(found.text("advice"), "other addresses: AWS takes these anew only once they are gone");
}

/// Both targets of `web-orders` are in this state.
fn orders(state: &str, reason: &str, description: &str) -> Scene {
    let scene = healthy();
    for id in ["10.0.0.1", "10.0.0.2"] {
        scene.says(id, state, reason, description);
    }
    scene
}

fn answered(code: &str) -> Scene {
    orders(
        "unhealthy",
        "Target.ResponseCodeMismatch",
        &format!("Health checks failed with these codes: [{code}]"),
    )
}

#[test]
fn a_check_that_is_answered_404() {
    let scene = answered("404");
    let evidence = [
        "answered 404, expected 200",
        "10.0.0.2:8080",
        "GET /health",
        "every 30s",
        "within 5s",
        "rule/443/10",
    ];
    let found = scene.first("web", "check-answer", &evidence);
    found.mends("albctl --sandbox health set web-orders --path PATH");
}

#[test]
fn a_check_that_is_answered_with_a_redirect_or_a_login() {
    let found = answered("301").first("web", "check-answer", &["answered 301, expected 200"]);
    found.mends("albctl --sandbox health set web-orders --codes 200,301");
    let found =
        answered("401").first("web", "check-answer", &["answer the check with 401, and 200 is expected"]);
    found.mends("albctl --sandbox health set web-orders --codes 200,401");
}

#[test]
fn a_check_that_is_answered_with_an_error() {
    let found = answered("500").first("web", "check-answer", &["answered 500, expected 200"]);
    assert_eq!(found.text("mend"), "", "no command mends an application");
    assert!(found.text("advice").contains("the application itself fails"));
}

#[test]
fn a_check_that_is_not_answered_in_time() {
    let scene = orders("unhealthy", "Target.Timeout", "Request timed out");
    let found =
        scene.first("web", "check-timeout", &["no target of web-orders", "within 5s", "Request timed out"]);
    assert!(found.text("advice").contains("sg-0a"), "whom the targets have to let in");
    found.explains(&[502, 504]);
}

#[test]
fn a_check_that_is_refused() {
    let scene = orders("unhealthy", "Target.FailedHealthChecks", "Health checks failed");
    let found = scene.first("web", "check-refused", &["refuse the connection", "Health checks failed"]);
    assert!(found.text("advice").contains("listens on port 8080"));
}

#[test]
fn a_check_on_another_port() {
    let scene = orders("unhealthy", "Target.Timeout", "Request timed out");
    let arn = scene.groups["web-orders"].clone();
    scene.plant(|state| {
        let group = state.regions.get_mut(REGION).unwrap().target_groups.get_mut(&arn).unwrap();
        group.health_check.port = Some("9090".to_owned());
    });
    scene.first("web", "check-port", &["checked on port 9090", "10.0.0.1:8080", "GET /health on port 9090"]);
}

#[test]
fn the_wrong_protocol() {
    let scene = healthy();
    let arn = group(&scene.stage, "web-tls", 443, Tags::new());
    register(&scene.stage, &arn, &["10.0.0.9"], 443);
    scene.rule(5, vec![path("/tls")], forward(&[(&arn, 1)], None));
    scene.says(
        "10.0.0.9",
        "unhealthy",
        "Target.ResponseCodeMismatch",
        "Health checks failed with these codes: [400]",
    );
    scene.first("web", "check-protocol", &["HTTP is spoken to them on port 443", "answered 400"]);
}

#[test]
fn instances_that_do_not_run() {
    let scene = orders("unused", "Target.InvalidState", "Target is in the stopped state");
    let found = scene.first("web", "targets-stopped", &["do not run", "Target is in the stopped state"]);
    found.mends("albctl --sandbox targets remove web-orders 10.0.0.1:8080 10.0.0.2:8080");
}

#[test]
fn addresses_that_are_no_targets() {
    let scene = orders("unused", "Target.IpUnusable", "The IP address is in use by a load balancer");
    scene.first("web", "address-unusable", &["in use by a load balancer"]);
}

#[test]
fn targets_that_are_just_registered_and_errors_of_aws() {
    let scene = orders("initial", "Elb.RegistrationInProgress", "Target registration is in progress");
    scene.first(
        "web",
        "targets-starting",
        &["a new target is healthy once one check has passed; one is made every 30s"],
    );
    let scene = orders("unhealthy", "Elb.InternalError", "Internal error");
    scene.first("web", "aws-internal", &["Internal error"]);
    let scene = orders("odd", "Target.Odd", "Something new");
    scene.first("web", "not-healthy", &["Something new"]);
}

#[test]
fn some_targets_are_not_healthy() {
    let scene = healthy();
    scene.says("10.0.0.2", "unhealthy", "Target.Timeout", "Request timed out");
    scene.first("web", "check-timeout", &["1 of 2 targets of web-orders is not healthy", "10.0.0.2:8080"]);
    // One group that has none at all is worse.
    scene.says("10.0.0.5", "unhealthy", "Target.Timeout", "Request timed out");
    scene.first("web", "check-timeout", &["no target of web-empty is healthy"]);
}

#[test]
fn the_most_frequent_reason_comes_first() {
    let scene = healthy();
    register(&scene.stage, &scene.groups["web-orders"], &["10.0.0.6"], 8080);
    scene.says(
        "10.0.0.1",
        "unhealthy",
        "Target.ResponseCodeMismatch",
        "Health checks failed with these codes: [500]",
    );
    for id in ["10.0.0.2", "10.0.0.6"] {
        scene.says(id, "unhealthy", "Target.Timeout", "Request timed out");
    }
    let codes: Vec<String> = scene.findings("web").iter().map(|one| one.text("code")).collect();
    assert_eq!(codes, ["check-timeout", "check-answer"]);
}

/// Registers with a zone.
fn register_in(scene: &Scene, group: &str, id: &str, zone: &str) {
    let target = Target { id: id.to_owned(), port: Some(8080), zone: Some(zone.to_owned()) };
    let (target_group, targets) = (scene.groups[group].clone(), [target].into());
    scene.stage.stranger(&Call::Targets(targets::Call::RegisterTargets { target_group, targets }));
    scene.plant(|state| drop(state.target_health.insert(id.to_owned(), Health::Healthy)));
}

/// `web-orders` has targets of known zones, and its requests may not cross zones.
fn zonal() -> Scene {
    let scene = healthy();
    scene.deregister("web-orders", &["10.0.0.1", "10.0.0.2"]);
    scene.group_attributes("web-orders", &[("load_balancing.cross_zone.enabled", "false")]);
    register_in(&scene, "web-orders", "10.0.1.1", "us-east-1a");
    scene
}

#[test]
fn a_zone_without_targets() {
    let scene = zonal();
    let evidence =
        ["no target in us-east-1b", "may not cross zones", "cross_zone.enabled is false", "1 of 1 healthy"];
    let found = scene.first("web", "zone-without-targets", &evidence);
    found.mends("albctl --sandbox attr set web-orders cross_zone=true");
    found.explains(&[503]);
    // With cross-zone on, it is no more than a hint.
    scene.group_attributes("web-orders", &[("load_balancing.cross_zone.enabled", "true")]);
    let ran = scene.is_well("web");
    assert!(!ran.out.contains("us-east-1b"), "{ran:#?}");
    assert!(scene.is_well("web -v").out.contains("no target in us-east-1b"));
}

#[test]
fn a_zone_without_healthy_targets() {
    let scene = zonal();
    register_in(&scene, "web-orders", "10.0.1.2", "us-east-1b");
    scene.is_well("web");
    scene.says("10.0.1.2", "unhealthy", "Target.Timeout", "Request timed out");
    scene.first(
        "web",
        "zone-without-healthy",
        &["no healthy target in us-east-1b", "1 in us-east-1b, 0 of them"],
    );
}

#[test]
fn a_zone_that_the_load_balancer_is_not_in() {
    let scene = zonal();
    for zone in ["us-east-1a", "us-east-1b"] {
        scene.says("10.0.1.1", "unused", "Target.NotInUse", &format!("not in {zone}"));
    }
    scene.first("web", "zone-not-enabled", &["zones of web: us-east-1a, us-east-1b"]);
}

/// A group of the function `warm`, behind a rule.
fn function(registered: bool) -> (Scene, String) {
    let scene = healthy();
    let stage = &scene.stage;
    let function = stage.sandbox.edit(|state| state.create_function(REGION, "warm")).expect("a new function");
    let arn = stage.stranger(&Call::TargetGroup(target_group::Call::CreateTargetGroup {
        name: "web-warm".to_owned(),
        target_type: TargetType::Lambda,
        protocol: None,
        protocol_version: ProtocolVersion::DEFAULT,
        port: None,
        vpc: None,
        health_check: HealthCheck::off(),
        tags: Tags::new(),
    }));
    if registered {
        let permission = Permission {
            function: function.clone(),
            statement: "warm".to_owned(),
            account: "000000000000".to_owned(),
        };
        let target_group = arn.clone();
        stage.stranger(&Call::TargetGroup(target_group::Call::AddPermission { target_group, permission }));
        let targets = [Target { id: function, port: None, zone: None }].into();
        let target_group = arn.clone();
        stage.stranger(&Call::Targets(targets::Call::RegisterTargets { target_group, targets }));
    }
    stage.stranger(&Call::Rule(rule::Call::CreateRule {
        listener: scene.https.clone(),
        priority: 5,
        when: vec![path("/warm")],
        then: forward(&[(&arn, 1)], None),
        tags: Tags::new(),
    }));
    (scene, arn)
}

#[test]
fn a_function_that_may_not_be_invoked() {
    let (scene, arn) = function(true);
    scene.is_well("web");
    scene.plant(|state| {
        let functions = &mut state.regions.get_mut(REGION).unwrap().functions;
        functions.get_mut("warm").unwrap().policies.clear();
    });
    let found = scene.first("web", "function-permission", &["may not invoke warm", &arn, "rule/443/5"]);
    found.explains(&[502]);
    assert!(found.text("advice").contains("aws lambda add-permission --function-name arn:aws:lambda:"));
}

#[test]
fn a_group_of_functions_without_one() {
    let (scene, _) = function(false);
    scene.first("web", "no-function", &["web-warm has no function", "rule/443/5"]).explains(&[503]);
}

#[test]
fn a_policy_that_may_not_be_read() {
    let (scene, _) = function(true);
    let kind = FaultKind::Fail {
        code: "AccessDeniedException".to_owned(),
        status: 403,
        message: "not authorized".to_owned(),
    };
    let matches = Match::Operation("GetPolicy".to_owned());
    scene.stage.sandbox.inject(Fault { matches, nth: 1, count: 0, kind });
    let ran = scene.is_well("web");
    let note = "note: lambda:GetPolicy is denied: whether load balancers may invoke warm is not known";
    assert!(ran.out.contains(note), "{ran:#?}");
}
