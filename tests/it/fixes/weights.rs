//! `albctl weights`: shares of target groups on load balancers that albctl did not make.

use std::collections::BTreeSet;

use albctl::aws;
use albctl::fix::{Focus, place, weights};
use albctl::kinds::action::GroupKey;
use albctl::plan::{self, Options};
use albctl_sandbox::{Fault, FaultKind, Match};
use serde_json::json;

use super::scene::Scene;
use super::shop::Shop;
use crate::cli::serve::Endpoint;
use crate::cli::{Shell, snapshot};

/// The shop with a rule that sends `users` and `users-canary` 95 and 5, and keeps clients in their group for an hour.
fn shop() -> Shop {
    let mut shop = Shop::open();
    let then = shop.forward(&[("users", 95), ("users-canary", 5)], Some(3600));
    shop.rule("http", 30, ("path-pattern", "/api/*"), then);
    let then = shop.forward(&[("orders", 1)], None);
    shop.rule("http", 40, ("path-pattern", "/orders/*"), then);
    shop
}

fn pairs(all: &[(&str, i32)]) -> Vec<(String, i32)> {
    all.iter().map(|(name, weight)| ((*name).to_owned(), *weight)).collect()
}

#[test]
fn shares_are_shown() {
    let shop = shop();
    let rule = shop.run("weights show shop/80/30").exits(0).to_string();
    shop.fails("users-canary");
    let unhealthy = shop.run("weights show shop/80/30 shop/80/default -q").exits(0);
    let json = shop.run("weights show shop/80/30 --output json").exits(0);
    assert_eq!(unhealthy.stdout.lines().count(), 2, "{unhealthy}");
    snapshot!("weights_show", format!("{rule}\n{unhealthy}\n{json}"));
}

#[test]
fn shares_are_set_shown_and_taken_back() {
    let shop = shop();
    let dry = shop.run("weights set shop/80/30 users=80 users-canary=20 --dry-run").exits(0).to_string();
    assert_eq!(shop.weights("rule 30"), pairs(&[("users", 95), ("users-canary", 5)]));
    let done = shop.run("weights set shop/80/30 users=80 users-canary=20 --yes").exits(0).to_string();
    assert_eq!(shop.weights("rule 30"), pairs(&[("users", 80), ("users-canary", 20)]));
    let same = shop.run("weights set shop/80/30 users-canary=1 users=4 --yes").exits(0);
    assert_eq!(same.stdout.lines().last(), Some("No change: the shares are users 80%, users-canary 20%."));
    assert_eq!(shop.weights("rule 30"), pairs(&[("users", 80), ("users-canary", 20)]));
    let zero = shop.run("weights set shop/80/30 users=rest users-canary=0 --yes").exits(0).to_string();
    let left = shop.run("weights set shop/80/30 users=100 --yes").exits(0).to_string();
    assert_eq!(shop.weights("rule 30"), pairs(&[("users", 1)]));
    let back = shop.run("weights set shop/80/30 users=100 users-canary=0 --yes -q").exits(0).to_string();
    assert_eq!(shop.weights("rule 30"), pairs(&[("users", 100), ("users-canary", 0)]));
    let sticky = shop.run("weights show shop/80/30 --output json").exits(0).json();
    assert_eq!(sticky["results"][0]["group_stickiness"], 3600, "the group stickiness is kept");
    snapshot!("weights_set", [dry, done, same.to_string(), zero, left, back].join("\n"));
}

#[test]
fn a_listeners_default_takes_a_second_group() {
    let shop = shop();
    let ran = shop.run("weights set shop/80/default users=1 orders=2 --yes").exits(0);
    assert_eq!(shop.weights("http"), pairs(&[("orders", 2), ("users", 1)]));
    let json = shop.run("weights set shop/80/default users=1 orders=1 --yes --output json").exits(0).json();
    assert_eq!(json["calls"], json!(["ModifyListener"]));
    assert_eq!(json["undo"], "weights set shop/80/default orders=2 users=1");
    assert_eq!((&json["reads"]["rounds"], &json["writes_made"]), (&json!(3), &json!(1)));
    // What is not in question is not read: no attributes and no health of other groups.
    assert_eq!(json["reads"]["by_operation"]["DescribeTargetHealth"], 2);
    snapshot!("weights_default", ran.to_string());
}

#[test]
fn a_group_without_a_healthy_target_gets_requests_only_with_the_flag() {
    let shop = shop();
    let empty = shop.run("weights set shop/80/30 users=90 empty=10 --yes").exits(6).to_string();
    shop.fails("users-canary");
    let more = shop.run("weights set shop/80/30 users=90 users-canary=10 --yes").exits(6).to_string();
    assert_eq!(shop.weights("rule 30"), pairs(&[("users", 95), ("users-canary", 5)]));
    // Less than today is better than today.
    let less = shop.run("weights set shop/80/30 users=98 users-canary=2 --yes").exits(0).to_string();
    assert_eq!(shop.weights("rule 30"), pairs(&[("users", 98), ("users-canary", 2)]));
    let zero = shop.run("weights set shop/80/30 users=100 users-canary=0 --yes").exits(0).to_string();
    assert!(!zero.contains("no-healthy-target"), "{zero}");
    shop.run("weights set shop/80/30 users=90 users-canary=0 empty=0 --yes").exits(0);
    let line = "weights set shop/80/30 users=90 empty=10 --yes --allow no-healthy-target";
    let allowed = shop.run(line).exits(0).to_string();
    assert_eq!(shop.weights("rule 30"), pairs(&[("empty", 10), ("users", 90)]));
    snapshot!("weights_unhealthy", [empty, more, less, allowed].join("\n"));
}

#[test]
fn what_aws_would_refuse_and_what_makes_no_sense_is_refused() {
    let mut shop = shop();
    let request = shop.elb().create_target_group().name("grpc").port(80).vpc_id("vpc-0a1b2c3d");
    let request = request.protocol("HTTP".into()).protocol_version("GRPC").target_type("ip".into());
    shop.on(request.send()).expect("a group");
    let fixed = aws_sdk_elasticloadbalancingv2::types::Action::builder()
        .r#type("fixed-response".into())
        .fixed_response_config(
            aws_sdk_elasticloadbalancingv2::types::FixedResponseActionConfig::builder()
                .status_code("503")
                .build(),
        )
        .build();
    shop.rule("http", 50, ("path-pattern", "/closed"), fixed);
    let mut told = Vec::new();
    for (line, code) in [
        ("weights set shop/80/30 users=90 billing=10 --yes", 6),
        ("weights set shop/80/30 users=90 grpc=10 --yes", 6),
        ("weights set shop/80/40 empty=10 --yes", 2),
        ("weights set shop/80/30 users=1 users=2 --yes", 2),
        ("weights set shop/80/30 users=0 users-canary=0 --yes", 2),
        ("weights set shop/80/30 users=1000 users-canary=0 --yes", 2),
        ("weights set shop/80/30 users=1 --yes", 2),
        ("weights set shop/80/35 users=100 --yes", 1),
        ("weights set shop/8080/30 users=100 --yes", 1),
        ("weights set shop/80/30 usr=100 --yes", 1),
        ("weights set sh/80/30 o=100 --dry-run", 0),
        ("weights set shop users=100 --yes", 1),
        ("weights set shop/80/50 users=100 --yes", 1),
        ("weights set shop/80/30 users=100", 2),
    ] {
        told.push(shop.run(line).exits(code).to_string());
    }
    assert_eq!(shop.weights("rule 30"), pairs(&[("users", 95), ("users-canary", 5)]));
    snapshot!("weights_refused", told.join("\n"));
}

#[test]
fn an_application_cookie_is_not_put_into_a_weighted_forward() {
    let shop = shop();
    shop.run("stickiness enable orders --app-cookie SID --duration 1h --yes").exits(0);
    let ran = shop.run("weights set shop/80/40 orders=50 users=50 --yes").exits(6);
    assert!(ran.stderr.contains("refused[conflicting-keys]"), "{ran}");
    shop.run("stickiness enable orders --duration 1h --yes").exits(0);
    let ran = shop.run("weights set shop/80/40 orders=50 users=50 --yes").exits(0);
    assert!(ran.stderr.contains("warning[group-stickiness]"), "{ran}");
}

#[test]
fn a_rule_that_went_meanwhile_is_not_written() {
    let shop = shop();
    let clients = &shop.stage.clients;
    let (live, id) = shop.on(async {
        let reader = aws::Reader::new(clients, &shop.stage.clock, &shop.stage.limiter, 4);
        let (_, whole) = aws::inventory(&reader).await.expect("an inventory");
        let groups = BTreeSet::from([shop.arn("users"), shop.arn("users-canary")]);
        let focus = Focus { balancer: Some(shop.arn("shop")), groups, ..Focus::default() };
        let live = whole.read(&reader, &focus).await.expect("a load balancer").live();
        let id = live.resources.iter().find(|(_, one)| one.arn == shop.arn("rule 30"));
        let id = id.map(|(id, _)| id.clone()).expect("the rule");
        (live, id)
    });
    assert_eq!(place::word(&live, &id).as_deref(), Some("shop/80/30"));
    let wanted = [(GroupKey("users".to_owned()), 50), (GroupKey("users-canary".to_owned()), 50)];
    let fix = weights::set(&live, &id, &wanted, true).expect("a fix");
    let planned = plan::fix(&fix.desired, &live, &Options::default()).expect("a plan").plan;
    shop.on(shop.elb().delete_rule().rule_arn(shop.arn("rule 30")).send()).expect("deleted");
    shop.stage.sandbox.clear_calls();
    let outcome = shop.stage.run_watched(&planned, &|_| {});
    assert!(matches!(outcome, albctl::exec::Outcome::Incomplete(_)), "{outcome:?}");
    assert_eq!(shop.stage.written(), Vec::<String>::new(), "the guard of the rules saw it before the call");
}

#[test]
fn a_denied_write_and_a_throttled_read() {
    let shop = shop();
    shop.stage.sandbox.advance(std::time::Duration::from_secs(300));
    let endpoint = Endpoint::start();
    endpoint.sandbox.restore(shop.stage.sandbox.snapshot()).expect("a state");
    let shell = Shell::new().for_endpoint().env("AWS_REGION", "us-east-1");
    let fault = |operation: &str, kind: FaultKind| Fault {
        matches: Match::Operation(operation.to_owned()),
        nth: 1,
        count: 1,
        kind,
    };
    endpoint.sandbox.inject(fault("DescribeRules", FaultKind::Throttle));
    let denied = FaultKind::Fail {
        code: "AccessDenied".to_owned(),
        status: 403,
        message: "User: sandbox is not authorized to perform: elasticloadbalancing:ModifyRule".to_owned(),
    };
    endpoint.sandbox.inject(fault("ModifyRule", denied));
    let line =
        format!("--endpoint-url {} weights set shop/80/30 users=50 users-canary=50 --yes", endpoint.url);
    let ran = shell.run(&line).exits(1);
    assert!(ran.stderr.contains("error[access-denied]") && ran.stderr.contains("ModifyRule"), "{ran}");
    assert!(ran.stderr.contains("Nothing was changed."), "{ran}");
    shell.run(&line).exits(0);
}

const SPEC: &str = "\
version: 1
stack: web
region: us-east-1
vpc: vpc-0a1b2c3d
load_balancer:
  scheme: internal
  subnets: [subnet-0aaa1111, subnet-0bbb2222]
  security_groups: [sg-0a1b2c3d]
target_groups:
  users: { port: 80, target_type: ip, targets: [{ id: 10.1.0.1 }] }
  users-canary: { port: 80, target_type: ip, targets: [{ id: 10.1.0.2 }] }
listeners:
  http:
    port: 80
    default: { fixed_response: 404 }
    rules:
      - { name: api, when: { path: /api }, then: { forward: { users: 95, users-canary: 5 } } }
";

#[test]
fn keys_of_a_spec_and_of_tags_are_names() {
    let shell = Shell::with(&[("web.yaml", SPEC)]);
    shell.run("--sandbox apply web.yaml --yes --wait healthy").exits(0);
    let line = "--sandbox weights set rule/http/api users=90% users-canary=10% --spec web.yaml --yes";
    let ran = shell.run(line).exits(0);
    assert!(ran.stdout.contains("users 95% -> 90%, users-canary 5% -> 10%"), "{ran}");
    // Without the spec the tags say what the stack calls its groups.
    let ran = shell.run("--sandbox weights set web/80/10 users=80 users-canary=20 --yes").exits(0);
    assert!(ran.stdout.contains("~   rule/http/api"), "{ran}");
    let ran = shell.run("--sandbox weights show rule/http/ap --spec web.yaml").exits(1);
    assert!(ran.stderr.contains("the load balancer has: rule/http/api"), "{ran}");
    let ran = shell.run("--sandbox weights show web/80/10 -q").exits(0);
    assert_eq!(ran.stdout, "users 80%, users-canary 20%.\n");
}

#[test]
fn a_rule_alone_is_shown_and_a_rule_with_shares_is_set() {
    let scene = Scene::new();
    let short = scene.albctl("weights web/443/20").transcript("");
    assert_eq!(short, scene.albctl("weights show web/443/20").transcript(""));
    assert_eq!(scene.writes(), [""; 0]);
    let ran = scene.albctl("weights web/443/20 web-users=80 web-users-canary=20 --yes");
    assert_eq!((ran.code, scene.writes()), (0, vec!["ModifyRule".to_owned()]), "{ran:?}");
    assert_eq!(scene.albctl("weights").code, 2);
}
