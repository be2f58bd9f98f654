//! `albctl attr`: any attribute, on load balancers that albctl did not make.

use albctl::fix::Focus;
use albctl::fix::attr::{Problem, facts, set};
use albctl::kinds::{Live, listener, load_balancer, target_group};
use albctl::model::ResourceId;
use serde_json::json;

use super::legacy::{Scene, fixed, forward};
use crate::cli::snapshot;

fn given(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// `:443` forwards, `:80` answers 404.
fn scene() -> Scene {
    let scene = Scene::new();
    scene.https(443, forward(&scene.web));
    scene.http(80, fixed(404));
    scene
}

fn of_listeners(scene: &Scene) -> Focus {
    Focus { listener_attributes: true, ..scene.focus() }
}

/// The codes by which it is refused, and whether the command line is wrong.
fn refusal(live: &Live, id: &ResourceId, pairs: &[(&str, &str)]) -> (bool, Vec<&'static str>) {
    match set(live, id, "legacy", &given(pairs)) {
        Ok(fix) => panic!("not refused: {fix:#?}"),
        Err(Problem::Usage(all)) => (true, all.iter().map(|one| one.code).collect()),
        Err(Problem::Refused(all)) => (false, all.iter().map(|one| one.code).collect()),
    }
}

#[test]
fn several_attributes_change_with_one_call_under_either_key() {
    let scene = scene();
    let id = load_balancer::id();
    let pairs =
        [("idle_timeout", "2m"), ("routing.http2.enabled", "off"), ("xff_header_processing", "preserve")];
    let (_, fix, planned) =
        scene.plan(&scene.focus(), |live| set(live, &id, "legacy", &given(&pairs)).map_err(all));
    assert_eq!(
        fix.undo.as_deref(),
        Some("attr set legacy idle_timeout=1m http2=true xff_header_processing=append")
    );
    assert_eq!(planned.plan.changes[0].fields.len(), 3);
    assert_eq!(fix.keep[0].value, json!("2m"));
    let calls = scene.mend(&scene.focus(), |live| set(live, &id, "legacy", &given(&pairs)).map_err(all));
    assert_eq!(calls, ["ModifyLoadBalancerAttributes"]);
    let (_, fix, planned) =
        scene.plan(&scene.focus(), |live| set(live, &id, "legacy", &given(&pairs)).map_err(all));
    assert!(planned.plan.is_empty());
    assert_eq!(fix.unchanged, "idle_timeout is 2m, http2 is off, xff_header_processing is preserve");
}

fn all(problem: Problem) -> Vec<albctl::base::Diagnostic> {
    match problem {
        Problem::Usage(all) | Problem::Refused(all) => all,
    }
}

#[test]
fn headers_of_a_listener_change_and_are_read_back() {
    let scene = scene();
    let id = listener::id("443");
    let pairs = [
        ("response_headers.strict_transport_security", "max-age=31536000"),
        ("routing.http.request.x_amzn_tls_version.header_name", "X-Tls"),
        ("response_headers.server", "false"),
    ];
    let focus = of_listeners(&scene);
    let calls = scene.mend(&focus, |live| set(live, &id, "legacy/443", &given(&pairs)).map_err(all));
    assert_eq!(calls, ["ModifyListenerAttributes"]);
    let back = [("response_headers.strict_transport_security", "none")];
    let calls = scene.mend(&focus, |live| set(live, &id, "legacy/443", &given(&back)).map_err(all));
    assert_eq!(calls, ["ModifyListenerAttributes"]);
    // Without being asked for they are not read, and nothing differs.
    let (_, live) = scene.read(&scene.focus());
    let left: Vec<&str> = facts(&live.resources[&id].resource).iter().map(|one| one.key).collect();
    assert_eq!(left, ["ssl_policy"], "which is no attribute in AWS's sense");
}

#[test]
fn what_aws_would_refuse_is_refused_before() {
    let scene = scene();
    let focus = Focus { groups: [scene.web.clone()].into(), ..of_listeners(&scene) };
    let (_, live) = scene.read(&focus);
    let (balancer, web) = (load_balancer::id(), target_group::id("legacy-web"));
    let usage: &[(&ResourceId, &str, &str, &str)] = &[
        (&balancer, "idle_timeout", "5000", "out-of-range"),
        (&balancer, "idle_timeout", "soon", "bad-duration"),
        (&balancer, "http2", "perhaps", "bad-value"),
        (&balancer, "idle_timeot", "60", "unknown-key"),
        (&balancer, "access_logs", "bucket", "wrong-type"),
        (&balancer, "scheme", "internal", "unknown-key"),
        (&web, "stickiness.enabled", "true", "unknown-key"),
        (&web, "health_check.path", "/", "unknown-key"),
        (&web, "multi_value_headers", "true", "unknown-key"),
        (&web, "algorithm", "random", "bad-value"),
        (&listener::id("80"), "request_headers.tls_version", "X-Tls", "unknown-key"),
    ];
    for (id, key, value, code) in usage {
        assert_eq!(refusal(&live, id, &[(key, value)]), (true, vec![*code]), "{key}={value}");
    }
    let twice = [("idle_timeout", "60"), ("idle_timeout.timeout_seconds", "61")];
    assert_eq!(refusal(&live, &balancer, &twice), (true, vec!["duplicate-key"]));
    type Case<'a> = (&'a ResourceId, &'a [(&'a str, &'a str)], &'a str);
    let refused: &[Case<'_>] = &[
        (&web, &[("slow_start", "10")], "out-of-range"),
        (&web, &[("slow_start", "1m"), ("algorithm", "least_outstanding_requests")], "conflicting-keys"),
        (&web, &[("anomaly_mitigation", "on")], "conflicting-keys"),
        (&listener::id("80"), &[("response_headers.x_frame_options", "maybe")], "bad-value"),
        (&listener::id("443"), &[("request_headers.tls_version", "none")], "bad-value"),
    ];
    for (id, pairs, code) in refused {
        assert_eq!(refusal(&live, id, pairs), (false, vec![*code]), "{pairs:?}");
    }
    // Together they fit.
    let both = given(&[("anomaly_mitigation", "on"), ("algorithm", "weighted_random")]);
    assert!(set(&live, &web, "legacy-web", &both).is_ok());
}

#[test]
fn what_get_shows_set_takes() {
    let scene = scene();
    let focus = Focus { groups: [scene.web.clone()].into(), ..of_listeners(&scene) };
    let (_, live) = scene.read(&focus);
    for id in [load_balancer::id(), target_group::id("legacy-web"), listener::id("443"), listener::id("80")] {
        let plain =
            facts(&live.resources[&id].resource).into_iter().filter_map(|one| Some((one.aws?, one.text)));
        let pairs: Vec<(String, String)> = plain.map(|(key, text)| (key.to_owned(), text)).collect();
        assert!(pairs.len() > 4, "{id} has {pairs:?}");
        let (_, _, planned) = scene.plan(&focus, |live| set(live, &id, "x", &pairs).map_err(all));
        assert!(planned.plan.is_empty(), "{:?}", planned.plan.changes);
    }
}

#[test]
fn every_header_of_a_listener_is_one_that_aws_takes() {
    let scene = scene();
    let focus = of_listeners(&scene);
    let (_, live) = scene.read(&focus);
    let id = listener::id("443");
    let other = |key: &str| match key {
        "response_headers.server" => "off",
        "response_headers.x_content_type_options" => "nosniff",
        "response_headers.x_frame_options" => "ALLOW-FROM https://example.com",
        "response_headers.access_control_allow_credentials" => "true",
        "response_headers.access_control_max_age" => "600",
        key if key.starts_with("request_headers.") => "X-Other",
        _ => "some text",
    };
    let headers = facts(&live.resources[&id].resource).into_iter().filter(|one| one.aws.is_some());
    let keys = headers.map(|one| one.key);
    let pairs: Vec<(String, String)> = keys.map(|key| (key.to_owned(), other(key).to_owned())).collect();
    let calls = scene.mend(&focus, |live| set(live, &id, "legacy/443", &pairs).map_err(all));
    assert_eq!((pairs.len(), calls.as_slice()), (19, ["ModifyListenerAttributes".to_owned()].as_slice()));
}

#[test]
fn the_binary_gets() {
    let scene = scene();
    let shell = scene.shell();
    let lines = [
        "--sandbox attr get legacy",
        "--sandbox attr get legacy-web",
        "--sandbox attr get legacy/80",
        "--sandbox attr get legacy idle_timeout -q",
        "--sandbox attr get legacy-web stickiness deregistration_delay.timeout_seconds",
    ];
    snapshot!("attr_get", shell.session(&lines));
    let json = shell.run("--sandbox attr get legacy idle_timeout --output json").exits(0).json();
    let wanted = json!([{ "key": "idle_timeout", "aws_key": "idle_timeout.timeout_seconds", "value": 60, "text": "1m",
                          "default": 60, "is_default": true }]);
    assert_eq!(json["attributes"], wanted);
}

#[test]
fn the_binary_sets() {
    let scene = scene();
    let shell = scene.shell();
    let lines = [
        "--sandbox attr set legacy idle_timeout=2m http2=off --dry-run",
        "--sandbox attr set legacy idle_timeout=2m http2=off --yes -q",
        "--sandbox attr get legacy idle_timeout http2",
        "--sandbox attr set legacy-web deregistration_delay=30s --yes",
        "--sandbox attr set legacy/443 response_headers.x_frame_options=DENY --yes",
        "--sandbox attr set legacy/443 response_headers.x_frame_options=DENY --yes -q",
    ];
    snapshot!("attr_set", shell.session(&lines));
}

#[test]
fn bad_words_are_told() {
    let scene = scene();
    let shell = scene.shell();
    let lines = [
        "--sandbox attr set legacy idle_timeout=5000 http3=on --yes",
        "--sandbox attr set legacy idle_timeout --yes",
        "--sandbox attr set legacy-web stickiness.enabled=true slow_start=1m algorithm=least --yes",
        "--sandbox attr set legacy-web slow_start=1m algorithm=least_outstanding_requests --yes",
        "--sandbox attr get legacy/81",
        "--sandbox attr get legacy/80/default server",
        "--sandbox attr get legacy ipv6.deny_all_igw_traffic",
    ];
    snapshot!("attr_bad", shell.session(&lines));
}
