//! `stickiness enable|disable|show`.

use std::collections::BTreeMap;
use std::time::Duration;

use albctl::kinds::{Call, target_group};
use albctl_sandbox::{Fault, FaultKind, Match};

use super::scene::{Ran, Scene};
use crate::cli::snapshot;

fn attribute(scene: &Scene, group: &str, key: &str) -> String {
    let state = scene.stage.sandbox.snapshot();
    let arn = &scene.groups[group];
    let found = find(&state, arn).unwrap_or_else(|| panic!("{group} is there"));
    found["attributes"][key].as_str().unwrap_or_default().to_owned()
}

/// The resource of an ARN, wherever the state keeps it.
fn find<'a>(state: &'a serde_json::Value, arn: &str) -> Option<&'a serde_json::Value> {
    let map = state.as_object()?;
    map.get(arn).filter(|one| one.is_object()).or_else(|| map.values().find_map(|inner| find(inner, arn)))
}

/// Sets attributes past albctl.
fn preset(scene: &Scene, group: &str, attributes: &[(&str, &str)]) {
    let attributes: BTreeMap<String, String> =
        attributes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let target_group = scene.groups[group].clone();
    let call = target_group::Call::ModifyTargetGroupAttributes { target_group, attributes };
    scene.stage.stranger(&Call::TargetGroup(call));
    scene.stage.sandbox.clear_calls();
}

fn shown(scene: &Scene, line: &str) -> (Ran, String) {
    let ran = scene.albctl(line);
    let transcript = ran.transcript(line);
    (ran, transcript)
}

#[test]
fn three_rounds_one_write_one_look_back() {
    let scene = Scene::new();
    let ran = scene.albctl("stickiness enable web-orders --duration 1h --yes --output json");
    assert_eq!(ran.code, 0, "{ran:#?}");
    let answer = ran.json()["results"][0].clone();
    assert_eq!(answer["reads"]["rounds"], 3, "before the question");
    assert_eq!(answer["outcome"], "applied");
    let mut calls = scene.calls();
    assert_eq!(
        calls.split_off(calls.len() - 2),
        ["ModifyTargetGroupAttributes", "DescribeTargetGroupAttributes"],
        "one write, one look back"
    );
    calls.sort();
    assert_eq!(
        calls,
        [
            "DescribeListeners",
            "DescribeLoadBalancers",
            "DescribeRules",
            "DescribeRules",
            "DescribeTags",
            "DescribeTargetGroupAttributes",
            "DescribeTargetGroups",
            "DescribeTargetHealth",
            "GetCallerIdentity",
        ]
    );
    assert_eq!(attribute(&scene, "web-orders", "stickiness.enabled"), "true");
    assert_eq!(attribute(&scene, "web-orders", "stickiness.lb_cookie.duration_seconds"), "3600");
}

#[test]
fn it_shows_what_changes_what_it_means_and_how_to_take_it_back() {
    let scene = Scene::new();
    let (_, first) = shown(&scene, "stickiness enable web-orders --duration 1h --yes");
    let (_, again) = shown(&scene, "stickiness enable web-orders --duration 1h --yes");
    assert_eq!(scene.writes(), ["ModifyTargetGroupAttributes"], "the second time nothing is written");
    let (_, shown_now) = shown(&scene, "stickiness show web-orders");
    let (_, back) = shown(&scene, "stickiness disable web-orders --yes");
    snapshot!("fix_stickiness", [first, again, shown_now, back].join("\n"));
    assert_eq!(attribute(&scene, "web-orders", "stickiness.enabled"), "false");
}

#[test]
fn a_cookie_of_the_application() {
    let scene = Scene::new();
    let (ran, text) = shown(&scene, "stickiness enable web-o --app-cookie SESSIONID --duration 2h --yes");
    assert_eq!(ran.code, 0, "{text}");
    snapshot!("fix_stickiness_app_cookie", text);
    assert_eq!(attribute(&scene, "web-orders", "stickiness.type"), "app_cookie");
    assert_eq!(attribute(&scene, "web-orders", "stickiness.app_cookie.cookie_name"), "SESSIONID");
}

#[test]
fn several_groups_of_one_load_balancer_are_one_plan() {
    let scene = Scene::new();
    let (ran, text) = shown(&scene, "stickiness enable web-orders web-users --yes");
    assert_eq!(ran.code, 0, "{text}");
    snapshot!("fix_stickiness_several", text);
    assert_eq!(scene.writes(), ["ModifyTargetGroupAttributes"; 2]);
}

#[test]
fn a_dry_run_and_a_pipe_without_yes_write_nothing() {
    let scene = Scene::new();
    let (ran, text) = shown(&scene, "stickiness enable web-orders --dry-run");
    assert_eq!(ran.code, 0, "{text}");
    assert!(text.contains("1 write: ModifyTargetGroupAttributes. Nothing was changed: --dry-run."), "{text}");
    let (ran, text) = shown(&scene, "stickiness enable web-orders");
    assert_eq!(ran.code, 2);
    assert!(text.contains("add --yes"), "{text}");
    let (ran, text) = shown(&scene, "stickiness disable web-orders");
    assert_eq!(ran.code, 0, "what is so already needs nobody's leave: {text}");
    let (ran, text) = shown(&scene, "stickiness enable web-ordres");
    assert_eq!(ran.code, 1, "a mistake is told for what it is: {text}");
    assert_eq!(scene.writes(), [""; 0]);
}

#[test]
fn quiet_leaves_one_line() {
    let scene = Scene::new();
    let ran = scene.albctl("stickiness enable web-orders --duration 1h --yes -q");
    assert!(ran.out.starts_with("Done in ") && ran.out.lines().count() == 1, "{ran:#?}");
    let ran = scene.albctl("stickiness enable web-orders --app-cookie SESSIONID --duration 1h --yes -q");
    assert!(ran.out.starts_with("Done in ") && ran.out.lines().count() == 1, "{ran:#?}");
    assert_eq!(ran.err, "");
}

/// What AWS would refuse, or what nobody can mean, is told before anything is written.
#[test]
fn mistakes_are_told_before_anything_is_written() {
    let scene = Scene::new();
    preset(&scene, "web-users", &[("load_balancing.cross_zone.enabled", "false")]);
    let lines = [
        "stickiness enable web-ordres --yes",
        "stickiness enable web --yes",
        "stickiness enable web-orders --duration 8d --yes",
        "stickiness enable web-orders --duration 0s --yes",
        "stickiness enable web-orders --duration soon --yes",
        "stickiness enable web-orders --app-cookie AWSALBAPP-0 --yes",
        "stickiness enable web-orders --app-cookie SESSION;ID --yes",
        "stickiness enable web-users --yes",
        "stickiness enable web-users-canary --app-cookie SESSIONID --yes",
        "stickiness disable --yes",
    ];
    let told: Vec<String> = lines.into_iter().map(|line| shown(&scene, line).1).collect();
    snapshot!("fix_stickiness_mistakes", told.join("\n"));
    assert_eq!(scene.writes(), [""; 0]);
}

fn fault(operation: &str, count: usize, kind: FaultKind) -> Fault {
    Fault { matches: Match::Operation(operation.to_owned()), nth: 1, count, kind }
}

#[test]
fn denied_throttled_gone_and_not_taken() {
    let denied = FaultKind::Fail {
        code: "AccessDenied".to_owned(),
        status: 403,
        message: "User is not authorized to perform it".to_owned(),
    };
    let line = "stickiness enable web-orders --yes";
    let with = |fault: Fault| {
        let scene = Scene::new();
        scene.stage.sandbox.inject(fault);
        let ran = scene.albctl(line);
        let on = attribute(&scene, "web-orders", "stickiness.enabled") == "true";
        (ran.code, on, format!("{}{}", ran.out, ran.err))
    };
    let (code, on, text) = with(fault("ModifyTargetGroupAttributes", 0, denied.clone()));
    assert_eq!((code, on), (1, false), "{text}");
    assert!(text.contains("may not do elasticloadbalancing:ModifyTargetGroupAttributes"), "{text}");
    assert!(text.contains("Nothing was changed."), "{text}");
    let (code, on, text) = with(fault("DescribeRules", 0, denied));
    assert_eq!((code, on), (1, false), "{text}");
    let (code, on, text) = with(fault("ModifyTargetGroupAttributes", 3, FaultKind::Throttle));
    assert_eq!((code, on), (0, true), "{text}");
    let (code, on, text) = with(fault("DescribeTargetHealth", 2, FaultKind::Throttle));
    assert_eq!((code, on), (0, true), "{text}");
    let (code, on, text) = with(fault("ModifyTargetGroupAttributes", 1, FaultKind::DropAfter));
    assert_eq!((code, on), (0, true), "a lost answer is asked for: {text}");
    let gone = FaultKind::Fail {
        code: "TargetGroupNotFound".to_owned(),
        status: 400,
        message: "Target groups not found".to_owned(),
    };
    let (code, _, text) = with(fault("DescribeTargetGroupAttributes", 1, gone.clone()));
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("went while it was read"), "{text}");
    let (code, _, text) = with(fault("ModifyTargetGroupAttributes", 0, gone));
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("TargetGroupNotFound") && text.contains("Nothing was changed."), "{text}");
}

#[test]
fn a_group_without_a_load_balancer_and_one_of_a_function() {
    let scene = Scene::new();
    let lone = super::scene::group(&scene.stage, "lone", 80, BTreeMap::new());
    scene.stage.sandbox.advance(Duration::from_secs(60));
    let (ran, text) = shown(&scene, "stickiness enable lone --yes");
    assert_eq!(ran.code, 0, "{text}");
    assert!(text.contains("Used by: nothing: no listener or rule forwards to it"), "{text}");
    assert!(text.contains("target_group/lone"), "{text}");
    let state = scene.stage.sandbox.snapshot();
    assert_eq!(find(&state, &lone).expect("it is there")["attributes"]["stickiness.enabled"], "true");
}

/// AWS's lists may miss what has just been made; what they miss for good is told.
#[test]
fn what_is_not_seen_at_once_is_looked_for_again() {
    for (count, code) in [(2, 0), (0, 5)] {
        let scene = Scene::new();
        let missing = FaultKind::Fail {
            code: "TargetGroupNotFound".to_owned(),
            status: 400,
            message: "Target groups not found".to_owned(),
        };
        let matches = Match::Operation("DescribeTargetGroupAttributes".to_owned());
        // The first one is before the write.
        scene.stage.sandbox.inject(Fault { matches, nth: 2, count, kind: missing });
        let ran = scene.albctl("stickiness enable web-orders --yes");
        assert_eq!(ran.code, code, "{ran:#?}");
        assert_eq!(ran.err.contains("AWS took the calls, and does not show their effect"), code == 5);
    }
}

/// What is done on one load balancer is told when the next one fails.
#[test]
fn a_failure_on_one_of_several_hides_nothing() {
    let denied = FaultKind::Fail {
        code: "AccessDenied".to_owned(),
        status: 403,
        message: "User is not authorized to perform it".to_owned(),
    };
    let matches = Match::Operation("ModifyTargetGroupAttributes".to_owned());
    for json in [false, true] {
        let scene = Scene::new();
        super::scene::group(&scene.stage, "lone", 80, BTreeMap::new());
        let fault = Fault { matches: matches.clone(), nth: 2, count: 0, kind: denied.clone() };
        scene.stage.sandbox.inject(fault);
        if json {
            let ran = scene.albctl("stickiness enable web-orders lone --yes --output json");
            let answer = ran.json();
            assert_eq!((ran.code, &answer["error"]["code"]), (1, &"access-denied".into()), "{ran:#?}");
            let results = answer["results"].as_array().expect("results");
            let outcomes: Vec<&str> = results.iter().filter_map(|one| one["outcome"].as_str()).collect();
            assert_eq!(outcomes, ["applied", "incomplete"], "{ran:#?}");
        } else {
            let ran = scene.albctl("stickiness enable web-orders lone --yes");
            let line = "1 of 2 load balancers are done. On this one: Nothing was changed.";
            assert!(ran.code == 1 && ran.err.contains(line), "{ran:#?}");
        }
    }
}

/// Names of a stack of albctl are those of its plans.
#[test]
fn what_a_stack_owns_is_called_by_its_keys() {
    let scene = Scene::new();
    let spec = "version: 1
stack: shop
vpc: vpc-0a
load_balancer: { scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: [sg-0a] }
target_groups:
  orders: { port: 80, target_type: ip, targets: [10.0.0.1] }
listeners:
  http:
    port: 80
    default: { fixed_response: { status: 404 } }
    rules:
      - { name: orders, when: { path: /orders/* }, then: { forward: orders } }
";
    scene.stage.apply(spec);
    let (ran, text) = shown(&scene, "stickiness enable shop-orders --yes");
    assert_eq!(ran.code, 0, "{text}");
    assert!(text.contains("~   target_group/orders       shop-orders"), "{text}");
    assert!(text.contains("Used by: rule/http/orders, priority 10, 100% of it"), "{text}");
    snapshot!("fix_stickiness_owned", text);
}
