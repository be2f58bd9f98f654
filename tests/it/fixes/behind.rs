//! Forwards behind a login or a check of tokens: they count like any other, and nothing writes over them.

use std::time::Duration;

use albctl::model::world::Tags;
use albctl::plan::Options;
use aws_sdk_elasticloadbalancingv2::types as api;
use aws_sdk_elasticloadbalancingv2::types::ActionTypeEnum as Type;

use super::scene::{CERTIFICATE, Scene, group, register};
use crate::support::Stage;

const OIDC: &str = "authenticate-oidc";

/// An action that comes first, by the API's name of its type.
fn before(kind: &str) -> api::Action {
    let url = |path: &str| format!("https://login.example.com/{path}");
    let action = api::Action::builder().r#type(kind.into()).order(1);
    match kind {
        OIDC => action.authenticate_oidc_config(
            api::AuthenticateOidcActionConfig::builder()
                .issuer(url(""))
                .authorization_endpoint(url("a"))
                .token_endpoint(url("t"))
                .user_info_endpoint(url("u"))
                .client_id("albctl")
                .client_secret("sesame")
                .build(),
        ),
        "authenticate-cognito" => action.authenticate_cognito_config(
            api::AuthenticateCognitoActionConfig::builder()
                .user_pool_arn("arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_1")
                .user_pool_client_id("albctl")
                .user_pool_domain("login")
                .build(),
        ),
        "jwt-validation" => action.jwt_validation_config(
            api::JwtValidationActionConfig::builder().jwks_endpoint(url("k")).issuer(url("")).build(),
        ),
        other => panic!("no such action: {other}"),
    }
    .build()
}

fn forward(groups: &[(&str, i32)]) -> api::Action {
    let tuple = |(arn, weight): &(&str, i32)| {
        api::TargetGroupTuple::builder().target_group_arn(*arn).weight(*weight).build()
    };
    let config = api::ForwardActionConfig::builder()
        .set_target_groups(Some(groups.iter().map(tuple).collect()))
        .build();
    api::Action::builder().r#type(Type::Forward).order(2).forward_config(config).build()
}

/// A rule for `/PRIORITY` whose requests reach these groups after the other action.
fn rule(stage: &Stage, listener: &str, priority: i32, kind: &str, groups: &[(&str, i32)]) -> String {
    let when = api::RuleCondition::builder().field("path-pattern").values(format!("/{priority}")).build();
    let request = stage.clients.elb.create_rule().listener_arn(listener).priority(priority);
    let request = request.conditions(when).actions(before(kind)).actions(forward(groups));
    let made = stage.runtime.block_on(request.send()).expect("a rule");
    let arn = made.rules().first().and_then(|one| one.rule_arn()).expect("an ARN").to_owned();
    settle(stage);
    arn
}

fn settle(stage: &Stage) {
    stage.sandbox.advance(Duration::from_secs(600));
    stage.sandbox.clear_calls();
}

/// The shop of [`Scene`] with the group `auth-g`, which has one target, 10.0.9.1.
fn scene() -> (Scene, String) {
    let scene = Scene::new();
    let arn = group(&scene.stage, "auth-g", 8080, Tags::new());
    register(&scene.stage, &arn, &["10.0.9.1"], 8080);
    (scene, arn)
}

#[track_caller]
fn told(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word}\n{text}");
    }
}

#[test]
fn the_last_target_behind_a_login_stays_unless_it_is_allowed() {
    for kind in [OIDC, "authenticate-cognito", "jwt-validation"] {
        let (scene, auth) = scene();
        rule(&scene.stage, &scene.https, 7, kind, &[(&auth, 1)]);
        let after = format!("Used by: rule/443/7, path /7, 100% of it, after {kind}");
        told(&scene.albctl("stickiness show auth-g").out, &[&after]);
        let listed = scene.albctl("targets list auth-g").out;
        assert!(!listed.contains("nothing forwards"), "{listed}");
        scene.calls();
        let ran = scene.albctl("targets remove auth-g 10.0.9.1 --yes");
        assert_eq!((ran.code, scene.writes()), (6, Vec::new()), "{ran:#?}");
        told(
            &ran.err,
            &["refused[no-healthy-target]", "rule/443/7, path /7: its requests are answered 503 then"],
        );
        told(&scene.albctl("status web").out, &[&format!("{kind}, then forward auth-g  1/1")]);

        let ran = scene.albctl("targets remove auth-g 10.0.9.1 --yes --allow no-healthy-target");
        assert_eq!(ran.code, 0, "{ran:#?}");
        settle(&scene.stage);
        let status = scene.albctl("status web");
        told(
            &status.out,
            &[&format!("{kind}, then forward auth-g  0/0  answers 503"), "auth-g  has no targets"],
        );
        let doctor = scene.albctl("doctor web");
        told(&doctor.out, &["auth-g", "100% of the requests of rule/443/7 (path /7) go to it"]);
        let list = scene.albctl("list").out;
        told(&list, &["web  auth-g has no targets"]);
    }
}

#[test]
fn shares_behind_a_login_are_shown_and_not_changed() {
    let (scene, auth) = scene();
    let arn = rule(&scene.stage, &scene.https, 8, OIDC, &[(&auth, 90), (&scene.groups["web-empty"], 10)]);
    let shown = scene.albctl("weights web/443/8");
    assert_eq!(shown.code, 0, "{shown:#?}");
    told(&shown.out, &["auth-g", "90%", "web-empty", "10%", "Requests come here after authenticate-oidc."]);
    scene.calls();
    for line in [
        "weights web/443/8 auth-g=100",
        "weights set web/443/8 auth-g=50 web-empty=50 --yes --allow no-healthy-target",
    ] {
        let ran = scene.albctl(line);
        assert_eq!((ran.code, scene.writes()), (6, Vec::new()), "{ran:#?}");
        told(
            &ran.err,
            &[
                "refused[action-not-written]: albctl does not change the action of rule/443/8: it is authenticate-oidc, \
                 then forward auth-g 90%, web-empty 10%",
                "AWS does not give back its client secret",
                &format!("aws elbv2 modify-rule --rule-arn {arn} --actions"),
                "UseExistingClientSecret",
            ],
        );
    }
    // What is wrong with the shares is told, and nobody is sent to a command that refuses.
    let doctor = scene.albctl("doctor web").out;
    told(&doctor, &["rule/443/8 sends 10% of its requests to web-empty, which has no targets"]);
    told(&doctor, &["aws elbv2 modify-rule", "auth-g=90 web-empty=0"]);
    assert!(!doctor.contains("weights set web/443/8"), "{doctor}");
}

#[test]
fn an_application_cookie_is_refused_beside_other_groups_behind_a_login() {
    let (scene, auth) = scene();
    rule(&scene.stage, &scene.https, 8, "jwt-validation", &[(&auth, 90), (&scene.groups["web-empty"], 10)]);
    scene.calls();
    let ran = scene.albctl("stickiness enable auth-g --app-cookie SID --yes");
    assert_eq!((ran.code, scene.writes()), (6, Vec::new()), "{ran:#?}");
    told(&ran.err, &["app_cookie does not work where several groups have weights: rule/443/8, path /8"]);
    let ran = scene.albctl("stickiness enable auth-g --yes");
    assert_eq!((ran.code, scene.writes()), (0, vec!["ModifyTargetGroupAttributes".to_owned()]), "{ran:#?}");
    told(&ran.err, &["without group_stickiness: a client can still change group"]);
}

/// The same of a listener's default action.
#[test]
fn a_default_behind_a_login_counts_and_is_left_alone() {
    let (scene, auth) = scene();
    let request = scene.stage.clients.elb.modify_listener().listener_arn(&scene.https);
    let request = request.default_actions(before(OIDC)).default_actions(forward(&[(&auth, 1)]));
    scene.stage.runtime.block_on(request.send()).expect("a default");
    settle(&scene.stage);
    told(
        &scene.albctl("stickiness show auth-g").out,
        &["default of listener/443, 100% of it, after authenticate-oidc"],
    );
    told(&scene.albctl("status web").out, &["authenticate-oidc, then forward auth-g  1/1"]);
    scene.calls();
    let ran = scene.albctl("targets remove auth-g 10.0.9.1 --yes");
    assert_eq!((ran.code, scene.writes()), (6, Vec::new()), "{ran:#?}");
    let ran = scene.albctl("weights web/443/default auth-g=50 web-users=50 --yes");
    assert_eq!((ran.code, scene.writes()), (6, Vec::new()), "{ran:#?}");
    told(&ran.err, &[&format!("aws elbv2 modify-listener --listener-arn {} --default-actions", scene.https)]);
    // Others on the same load balancer are mended, and this one stays as it is.
    let ran = scene.albctl("weights web/443/20 web-users=50 web-users-canary=50 --yes");
    assert_eq!((ran.code, scene.writes()), (0, vec!["ModifyRule".to_owned()]), "{ran:#?}");
    let ran = scene.albctl("redirect enable web --yes");
    assert_eq!((ran.code, scene.writes()), (0, vec!["ModifyListener".to_owned()]), "{ran:#?}");
    told(&scene.albctl("weights web/443/default").out, &["auth-g", "100%", "after authenticate-oidc"]);
}

const SPEC: &str = "version: 1
stack: shop
vpc: vpc-0a
load_balancer: { scheme: internal, subnets: [subnet-0a, subnet-0b], security_groups: [sg-0a] }
certificates: { site: { use: ARN } }
target_groups: { web: { port: 80 }, old: { port: 81 } }
listeners:
  https:
    port: 443
    certificates: [site]
    default: { fixed_response: 404 }
    rules:
      - { name: app, when: { path: /app }, then: { forward: web } }
";

/// A stack to whose own rule somebody added a login; its ARN.
fn stack() -> (Stage, String, String) {
    let stage = Stage::new();
    let spec = SPEC.replace("ARN", CERTIFICATE);
    stage.apply(&spec);
    let arn = stage.arn(&spec, "rule/https/app");
    let web = stage.arn(&spec, "target_group/web");
    let request = stage.clients.elb.modify_rule().rule_arn(&arn);
    let request = request.actions(before(OIDC)).actions(forward(&[(&web, 1)]));
    stage.runtime.block_on(request.send()).expect("a login");
    settle(&stage);
    (stage, spec, arn)
}

#[test]
fn apply_does_not_take_a_login_away() {
    let (stage, spec, arn) = stack();
    let refusal = stage.refusal(&spec);
    told(
        &refusal,
        &[
            "refused[action-not-written]: rule/https/app would lose what comes before its action: it is \
             authenticate-oidc, then forward web",
            "keep what is live: `ignore: [then]`",
            &format!("aws elbv2 modify-rule --rule-arn {arn}"),
        ],
    );
    let prune = Options { prune: true, adopt: true, ..Options::default() };
    assert!(stage.plan_with(&spec, &prune).is_err());
    let moved = spec.replace("path: /app", "path: /other");
    assert!(stage.plan_with(&moved, &Options::default()).is_err());
    let keeping = spec.replace("forward: web } }", "forward: web }, ignore: [then] }");
    assert!(stage.plan(&keeping).is_empty());
    // Its conditions are changed, and its login stays.
    stage.apply(&moved.replace("forward: web } }", "forward: web }, ignore: [then] }"));
    let read = stage.clients.elb.describe_rules().rule_arns(&arn);
    let read = stage.runtime.block_on(read.send()).expect("the rule");
    let kinds: Vec<&str> =
        read.rules()[0].actions().iter().filter_map(|one| one.r#type().map(Type::as_str)).collect();
    assert_eq!(kinds, [OIDC, "forward"]);
    // Who takes the rule away says so.
    stage.destroy(&spec);
}

#[test]
fn a_group_behind_a_login_is_in_use() {
    let (stage, spec, _) = stack();
    let keeping = spec.replace("forward: web } }", "forward: web }, ignore: [then] }");
    let refusal = stage.refusal(&keeping.replace("web: { port: 80", "web: { port: 82"));
    told(
        &refusal,
        &["refused[group-in-use]: target_group/web cannot be replaced: rule/https/app forwards to it after \
           authenticate-oidc"],
    );
    let without = keeping.replace("web: { port: 80 }, ", "").replace("forward: web", "forward: old");
    told(&stage.refusal(&without), &["refused[group-in-use]", "rule/https/app keeps forwarding to it"]);

    // And so it is where a rule that nobody owns forwards to it.
    let listener = stage.arn(&keeping, "listener/https");
    rule(&stage, &listener, 9, OIDC, &[(&stage.arn(&keeping, "target_group/old"), 1)]);
    let without = keeping.replace(", old: { port: 81 }", "");
    told(&stage.refusal(&without), &["refused[group-in-use]: target_group/old is not in the spec"]);
    // The rule and the group leave the spec together: first the one, then the other.
    let rules = keeping.find("    rules:").expect("rules");
    let without = keeping[..rules].replace("web: { port: 80 }, ", "");
    stage.apply(&without);
}
