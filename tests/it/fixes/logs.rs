//! `albctl logs`: access, connection and health check logs, and the policy of their bucket.

use albctl::fix::logs::{Log, set};
use albctl::kinds::load_balancer::model::AccessLogs;
use serde_json::json;

use super::legacy::{Scene, forward};
use crate::cli::snapshot;

fn to(prefix: &str) -> AccessLogs {
    AccessLogs { bucket: "shop-logs".to_owned(), prefix: prefix.to_owned() }
}

#[test]
fn all_three_logs_go_on_and_off_with_one_call_each() {
    let scene = Scene::new();
    let all = [Log::Access, Log::Connection, Log::HealthCheck];
    let wanted = to("alb");
    let (_, fix, _) = scene.plan(&scene.focus(), |live| set(live, "legacy", &all, Some(&wanted)));
    assert_eq!(fix.undo.as_deref(), Some("logs disable legacy --access --connection --health-check"));
    let calls = scene.mend(&scene.focus(), |live| set(live, "legacy", &all, Some(&wanted)));
    assert_eq!(calls, ["ModifyLoadBalancerAttributes"]);
    scene.stage.sandbox.edit(|state| {
        let region = state.regions.values().next().expect("a region");
        let attributes = &region.load_balancers.values().next().expect("a load balancer").attributes;
        for log in ["access_logs", "connection_logs", "health_check_logs"] {
            assert_eq!(attributes[&format!("{log}.s3.enabled")], "true");
            assert_eq!(attributes[&format!("{log}.s3.bucket")], "shop-logs");
            assert_eq!(attributes[&format!("{log}.s3.prefix")], "alb");
        }
    });
    let (_, fix, _) = scene.plan(&scene.focus(), |live| set(live, "legacy", &all[1..], None));
    let undo = "logs enable legacy --connection --health-check --bucket shop-logs --prefix alb";
    assert_eq!(fix.undo.as_deref(), Some(undo));
    let calls = scene.mend(&scene.focus(), |live| set(live, "legacy", &all, None));
    assert_eq!(calls, ["ModifyLoadBalancerAttributes"]);
    let (_, fix, planned) = scene.plan(&scene.focus(), |live| set(live, "legacy", &all, None));
    assert!(planned.plan.is_empty());
    assert_eq!(fix.unchanged, "access_logs, connection_logs, health_check_logs: off already");
}

/// What is taken back is what changes; two buckets are more than one command can bring back.
#[test]
fn what_one_command_cannot_bring_back_is_told_before() {
    let scene = Scene::new();
    let (alb, other) = (to("alb"), to("other"));
    scene.mend(&scene.focus(), |live| set(live, "legacy", &[Log::Access], Some(&alb)));
    let two = [Log::Access, Log::HealthCheck];
    let (_, fix, _) = scene.plan(&scene.focus(), |live| set(live, "legacy", &two, None));
    let undo = "logs enable legacy --access --bucket shop-logs --prefix alb";
    assert_eq!(fix.undo.as_deref(), Some(undo), "the other one is off today");
    assert!(!fix.effect.iter().any(|line| line.contains("brings back")), "{:?}", fix.effect);

    let told = |effect: &[String], was: &str| {
        let line = format!("No command of albctl brings back what is there today: {was}.");
        assert_eq!(effect.last(), Some(&line), "{effect:?}");
    };
    let (_, fix, _) = scene.plan(&scene.focus(), |live| set(live, "legacy", &two, Some(&other)));
    assert_eq!(fix.undo, None);
    told(&fix.effect, "access_logs s3://shop-logs/alb, health_check_logs off");
    scene.mend(&scene.focus(), |live| set(live, "legacy", &[Log::HealthCheck], Some(&other)));
    let (_, fix, _) = scene.plan(&scene.focus(), |live| set(live, "legacy", &two, None));
    assert_eq!(fix.undo, None);
    told(&fix.effect, "access_logs s3://shop-logs/alb, health_check_logs s3://shop-logs/other");
}

#[test]
fn a_bucket_that_cannot_be_is_refused() {
    let scene = Scene::new();
    for (bucket, prefix) in [
        ("Shop logs", ""),
        ("s3://shop-logs", ""),
        ("sh", ""),
        ("-shop-logs", ""),
        ("shop-logs.", ""),
        ("shop..logs", ""),
        ("192.168.0.1", ""),
        ("xn--shop", ""),
        ("shop--x-s3", ""),
        ("shop-logs", "a/AWSLogs"),
        ("shop-logs", "a\tb"),
    ] {
        let wanted = AccessLogs { bucket: bucket.to_owned(), prefix: prefix.to_owned() };
        let told = scene.refusal(&scene.focus(), |live| set(live, "legacy", &[Log::Access], Some(&wanted)));
        assert_eq!(told.len(), 1, "{bucket} {prefix}");
    }
    // Buckets of before March 2018 may have such a name.
    let wanted = AccessLogs { bucket: "Shop_Logs".to_owned(), prefix: String::new() };
    let (_, fix, _) = scene.plan(&scene.focus(), |live| set(live, "legacy", &[Log::Access], Some(&wanted)));
    assert_eq!(fix.warnings.iter().map(|one| one.code).collect::<Vec<_>>(), ["old-name"]);
}

#[test]
fn the_binary_prints_the_policy_that_a_bucket_lacks() {
    let scene = Scene::new();
    scene.https(443, forward(&scene.web));
    let shell = scene.shell();
    shell.edit(|state| state["bucket_denied"] = json!(["shop-logs"]));
    let lines = ["--sandbox logs enable legacy --bucket shop-logs --prefix /alb/ --yes"];
    snapshot!("logs_denied", shell.session(&lines));
    let printed = shell.run("--sandbox logs enable legacy --bucket shop-logs --prefix alb --print-policy");
    let policy = printed.exits(0).json();
    assert_eq!(policy["Statement"][0]["Resource"], "arn:aws:s3:::shop-logs/alb/AWSLogs/000000000000/*");
    let denied =
        shell.run("--sandbox logs enable legacy --bucket shop-logs --prefix alb --yes --output json");
    assert_eq!(denied.exits(1).json()["bucket_policy"], policy);
    shell.edit(|state| state["bucket_denied"] = json!([]));
    let lines = [
        "--sandbox logs enable legacy --bucket shop-logs --prefix alb --connection --access --yes",
        "--sandbox logs enable legacy --bucket shop-logs --prefix alb --yes -q",
        "--sandbox logs disable legacy --yes",
        "--sandbox logs disable legacy --health-check --yes -q",
        "--sandbox logs enable legacy --bucket shop! --yes",
    ];
    snapshot!("logs", shell.session(&lines));
}
