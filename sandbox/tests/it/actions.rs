use serde_json::{Value, json};

use crate::harness::{Aws, aws, fixed, forward, https, listener, rule, text, with};

struct Probe {
    aws: Aws,
    lb: String,
    http: String,
    https: String,
}

fn probe() -> Probe {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let (http, https) = (aws.listener(&lb, 80), aws.https(&lb, 443));
    Probe { aws, lb, http, https }
}

impl Probe {
    fn on(&self, listener: &str, actions: Value) -> Value {
        with(rule(listener, 1), json!({ "Actions": actions }))
    }

    /// The actions as they come back.
    #[track_caller]
    fn good_on(&self, listener: &str, actions: Value) -> Value {
        let made = self.aws.ok("CreateRule", self.on(listener, actions))["Rules"][0].clone();
        assert_eq!(self.aws.describe_rule(&text(&made["RuleArn"])), made);
        self.aws.ok("DeleteRule", json!({ "RuleArn": made["RuleArn"] }));
        made["Actions"].clone()
    }

    #[track_caller]
    fn good(&self, actions: Value) -> Value {
        self.good_on(&self.http, actions)
    }

    #[track_caller]
    fn bad(&self, code: &str, actions: Value) -> String {
        self.aws.refused(code, "CreateRule", self.on(&self.http, actions))
    }

    #[track_caller]
    fn bad_on(&self, code: &str, listener: &str, actions: Value) -> String {
        self.aws.refused(code, "CreateRule", self.on(listener, actions))
    }
}

fn weighted(groups: &[(&str, u32)]) -> Value {
    let groups: Vec<Value> =
        groups.iter().map(|(g, w)| json!({ "TargetGroupArn": g, "Weight": w })).collect();
    json!({ "Type": "forward", "ForwardConfig": { "TargetGroups": groups } })
}

fn redirect(config: Value) -> Value {
    json!([{ "Type": "redirect", "RedirectConfig": with(json!({ "StatusCode": "HTTP_301" }), config) }])
}

#[test]
fn a_forward_has_both_spellings() {
    let probe = probe();
    let group = probe.aws.target_group("tg");
    let canonical = json!([{
        "Type": "forward",
        "Order": "1",
        "TargetGroupArn": group,
        "ForwardConfig": {
            "TargetGroups": [{ "TargetGroupArn": group, "Weight": "1" }],
            "TargetGroupStickinessConfig": { "Enabled": "false" },
        },
    }]);
    assert_eq!(probe.good(json!([forward(&group)])), canonical);
    let tuple = json!([{ "TargetGroupArn": group }]);
    let config = json!([{ "Type": "forward", "ForwardConfig": { "TargetGroups": tuple } }]);
    assert_eq!(probe.good(config), canonical);
    assert_eq!(probe.good(canonical.clone()), canonical, "what comes back can be sent again");
}

#[test]
fn weights() {
    let probe = probe();
    let (a, b) = (probe.aws.target_group("a"), probe.aws.target_group("b"));
    let back = probe.good(json!([weighted(&[(&a, 0), (&b, 999)])]));
    assert_eq!(back[0]["TargetGroupArn"], Value::Null, "of two groups there is no single one");
    assert_eq!(back[0]["ForwardConfig"]["TargetGroups"][0]["Weight"], "0");
    probe.bad("ValidationError", json!([weighted(&[(&a, 1), (&b, 1000)])]));
    probe.bad("ValidationError", json!([weighted(&[(&a, 1), (&a, 2)])]));
    probe.bad("ValidationError", json!([weighted(&[])]));
    probe.bad("ValidationError", json!([{ "Type": "forward" }]));
    let no_weight =
        json!({ "TargetGroups": [{ "TargetGroupArn": a }, { "TargetGroupArn": b, "Weight": 1 }] });
    probe.bad("ValidationError", json!([{ "Type": "forward", "ForwardConfig": no_weight }]));
    let disagree = with(weighted(&[(&a, 1)]), json!({ "TargetGroupArn": b }));
    probe.bad("ValidationError", json!([disagree]));
    let two = with(weighted(&[(&a, 1), (&b, 1)]), json!({ "TargetGroupArn": a }));
    probe.bad("ValidationError", json!([two]));
}

#[test]
fn group_stickiness() {
    let probe = probe();
    let group = probe.aws.target_group("tg");
    let sticky = |config: Value| {
        let groups = json!([{ "TargetGroupArn": group }]);
        json!([{ "Type": "forward", "ForwardConfig": { "TargetGroups": groups, "TargetGroupStickinessConfig": config } }])
    };
    let back = probe.good(sticky(json!({ "Enabled": true, "DurationSeconds": 604_800 })));
    assert_eq!(
        back[0]["ForwardConfig"]["TargetGroupStickinessConfig"],
        json!({ "Enabled": "true", "DurationSeconds": "604800" })
    );
    for bad in [
        json!({ "Enabled": true }),
        json!({ "Enabled": true, "DurationSeconds": 0 }),
        json!({ "Enabled": true, "DurationSeconds": 604_801 }),
    ] {
        probe.bad("ValidationError", sticky(bad));
    }
}

#[test]
fn groups_of_an_action_and_of_a_load_balancer() {
    let probe = probe();
    let groups: Vec<String> = (0..6).map(|i| probe.aws.target_group(&format!("tg{i}"))).collect();
    let of =
        |n: usize| json!([weighted(&groups.iter().take(n).map(|g| (g.as_str(), 1)).collect::<Vec<_>>())]);
    probe.good(of(5));
    probe.bad("TooManyTargetGroups", of(6));
    probe.aws.quota("target-groups-per-application-load-balancer", 2);
    probe.bad("TooManyUniqueTargetGroupsPerLoadBalancer", of(3));
    let made = probe.aws.ok("CreateRule", probe.on(&probe.http, of(2)));
    // Replacing a rule's groups frees them.
    let other = json!([weighted(&[(&groups[4], 1), (&groups[5], 1)])]);
    probe.aws.ok("ModifyRule", json!({ "RuleArn": made["Rules"][0]["RuleArn"], "Actions": other }));
}

#[test]
fn a_group_serves_one_load_balancer() {
    let probe = probe();
    let group = probe.aws.target_group("tg");
    let other = probe.aws.load_balancer("other");
    let taken = with(listener(&other, 80), json!({ "DefaultActions": [forward(&group)] }));
    probe.aws.ok("CreateListener", taken);
    let message = probe.bad("TargetGroupAssociationLimit", json!([forward(&group)]));
    assert!(message.contains(&group));
    let l = json!({ "ListenerArn": probe.http, "DefaultActions": [forward(&group)] });
    probe.aws.refused("TargetGroupAssociationLimit", "ModifyListener", l);
    let gone = group.replace("/tg/", "/zz/");
    probe.bad("TargetGroupNotFound", json!([forward(&gone)]));
    probe.bad("ValidationError", json!([forward(&probe.lb)]));
}

#[test]
fn protocol_versions() {
    let probe = probe();
    for (name, version) in [("h2", "HTTP2"), ("grpc", "GRPC")] {
        let group = probe.aws.target_group_with(name, json!({ "ProtocolVersion": version }));
        probe.bad("IncompatibleProtocols", json!([forward(&group)]));
        probe.good_on(&probe.https, json!([forward(&group)]));
    }
}

#[test]
fn fixed_responses() {
    let probe = probe();
    let of = |config: Value| json!([{ "Type": "fixed-response", "FixedResponseConfig": config }]);
    let back = probe.good(of(json!({ "StatusCode": "503" })));
    assert_eq!(back[0]["FixedResponseConfig"], json!({ "StatusCode": "503" }));
    let body = "<a & \"b\">\r\n\t é 😀 a+b c%/ ";
    let back =
        probe.good(of(json!({ "StatusCode": "200", "MessageBody": body, "ContentType": "text/html" })));
    assert_eq!(back[0]["FixedResponseConfig"]["MessageBody"], body);
    for bad in ["999", "301", "2xx", "20", "2000", "", "100"] {
        probe.bad("ValidationError", of(json!({ "StatusCode": bad })));
    }
    probe.bad("ValidationError", of(json!({ "StatusCode": "200", "MessageBody": "a".repeat(1025) })));
    probe.bad("InvalidLoadBalancerAction", of(json!({ "StatusCode": "200", "ContentType": "text/xml" })));
}

#[test]
fn redirects_are_filled_in() {
    let probe = probe();
    let back = probe.good(redirect(json!({ "Protocol": "HTTPS", "Port": "443" })));
    let want = json!({
        "Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}",
        "StatusCode": "HTTP_301",
    });
    assert_eq!(back[0]["RedirectConfig"], want);
    let full = json!({ "Host": "x.#{host}", "Path": "/#{host}/#{port}/#{path}", "Query": "#{query}&a=#{protocol}", "StatusCode": "HTTP_302" });
    let back = probe.good(redirect(full.clone()));
    assert_eq!(
        back[0]["RedirectConfig"],
        with(full, json!({ "Protocol": "#{protocol}", "Port": "#{port}" }))
    );
    probe.good(redirect(json!({ "Host": "x", "Query": "" })));
}

#[test]
fn redirect_loops() {
    let probe = probe();
    let loops = "The redirect configuration is not valid because it creates a loop.";
    for same in [
        json!({}),
        json!({ "Query": "a=b" }),
        json!({ "Protocol": "HTTP", "Port": "80", "Host": "#{host}", "Path": "/#{path}" }),
    ] {
        assert_eq!(probe.bad("InvalidLoadBalancerAction", redirect(same)), loops);
    }
    let secure = json!({ "Protocol": "HTTPS", "Port": "443" });
    probe.good(redirect(secure.clone()));
    assert_eq!(probe.bad_on("InvalidLoadBalancerAction", &probe.https, redirect(secure)), loops);
    probe.good_on(&probe.https, redirect(json!({ "Port": "8443" })));
    probe.good(redirect(json!({ "Path": "/new" })));
}

#[test]
fn bad_redirects() {
    let probe = probe();
    let insecure = redirect(json!({ "Protocol": "HTTP", "Port": "80" }));
    probe.bad_on("InvalidLoadBalancerAction", &probe.https, insecure);
    for bad in [
        json!({ "Protocol": "http" }),
        json!({ "Port": "0" }),
        json!({ "Port": "65536" }),
        json!({ "Port": "+80" }),
        json!({ "Host": "" }),
        json!({ "Host": "a".repeat(129) }),
        json!({ "Host": "#{path}" }),
        json!({ "Path": "new" }),
        json!({ "Path": "" }),
        json!({ "Path": "/#{query}" }),
        json!({ "Path": "/#{nope}" }),
        json!({ "Path": format!("/{}", "a".repeat(128)) }),
        json!({ "Path": "/a", "Query": "?a" }),
        json!({ "Path": "/a", "Query": "a".repeat(129) }),
        json!({ "Path": "/a", "StatusCode": "HTTP_307" }),
        json!({ "Path": "/a", "StatusCode": null }),
    ] {
        probe.bad("ValidationError", redirect(bad));
    }
}

fn oidc(changes: Value) -> Value {
    let config = json!({
        "Issuer": "https://i.example.com", "AuthorizationEndpoint": "https://i.example.com/a",
        "TokenEndpoint": "https://i.example.com/t", "UserInfoEndpoint": "https://i.example.com/u",
        "ClientId": "cid", "ClientSecret": "sec-ret",
    });
    json!({ "Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": with(config, changes) })
}

fn then(order: u32) -> Value {
    with(fixed(), json!({ "Order": order }))
}

#[test]
fn oidc_is_filled_in_and_its_secret_forgotten() {
    let probe = probe();
    let params = json!({ "display": "page", "prompt": "login & more" });
    let first = oidc(json!({ "AuthenticationRequestExtraParams": params }));
    let back = probe.good_on(&probe.https, json!([then(2), first]));
    let config = &back[0]["AuthenticateOidcConfig"];
    assert_eq!(config["SessionCookieName"], "AWSELBAuthSessionCookie");
    assert_eq!(config["Scope"], "openid");
    assert_eq!(config["SessionTimeout"], "604800");
    assert_eq!(config["OnUnauthenticatedRequest"], "authenticate");
    assert_eq!(config["ClientSecret"], Value::Null);
    assert_eq!(
        config["AuthenticationRequestExtraParams"],
        json!([{ "key": "display", "value": "page" }, { "key": "prompt", "value": "login & more" }])
    );
    probe.aws.ok("CreateRule", probe.on(&probe.https, json!([oidc(json!({})), then(2)])));
    assert!(!probe.aws.sandbox.snapshot().to_string().contains("sec-ret"), "not in the state");
    let calls = format!("{:?}", probe.aws.sandbox.calls());
    assert!(!calls.contains("sec-ret") && calls.contains("(secret)"), "not in the log of calls");
}

#[test]
fn oidc_secrets_when_modifying() {
    let probe = probe();
    let arn = probe.aws.rule(&probe.https, 1);
    let modify = |changes| json!({ "RuleArn": arn, "Actions": [oidc(changes), then(2)] });
    let keep = json!({ "ClientSecret": null, "UseExistingClientSecret": true });
    let code = "InvalidLoadBalancerAction";
    probe.aws.refused(code, "ModifyRule", modify(keep.clone()));
    probe.aws.refused(code, "ModifyRule", modify(json!({ "ClientSecret": null })));
    probe.aws.ok("ModifyRule", modify(json!({ "UseExistingClientSecret": false })));
    probe.aws.ok("ModifyRule", modify(keep));
    probe.aws.refused(code, "ModifyRule", modify(json!({ "UseExistingClientSecret": true })));
    probe.aws.refused(code, "ModifyRule", modify(json!({ "ClientSecret": null })));
}

#[test]
fn bad_oidc() {
    let probe = probe();
    let code = "InvalidLoadBalancerAction";
    let params: Value = (0..11).map(|i| (format!("k{i}"), json!("v"))).collect();
    for bad in [
        json!({ "Issuer": "http://i.example.com" }),
        json!({ "TokenEndpoint": "https://" }),
        json!({ "ClientId": "" }),
        json!({ "ClientSecret": "" }),
        json!({ "SessionTimeout": 0 }),
        json!({ "SessionTimeout": 604_801 }),
        json!({ "AuthenticationRequestExtraParams": params }),
    ] {
        probe.bad_on(code, &probe.https, json!([oidc(bad), then(2)]));
    }
    for bad in [json!({ "Issuer": null }), json!({ "OnUnauthenticatedRequest": "ask" })] {
        probe.bad_on("ValidationError", &probe.https, json!([oidc(bad), then(2)]));
    }
    probe.bad(code, json!([oidc(json!({})), then(2)]));
}

#[test]
fn cognito() {
    let probe = probe();
    let config = json!({ "UserPoolArn": "arn:aws:cognito-idp:us-east-1:1:userpool/p", "UserPoolClientId": "c", "UserPoolDomain": "d" });
    let action = |changes| json!([{ "Type": "authenticate-cognito", "Order": 1, "AuthenticateCognitoConfig": with(config.clone(), changes) }, then(2)]);
    let back = probe.good_on(&probe.https, action(json!({})));
    assert_eq!(back[0]["AuthenticateCognitoConfig"]["OnUnauthenticatedRequest"], "authenticate");
    probe.bad("InvalidLoadBalancerAction", action(json!({})));
    probe.bad_on("InvalidLoadBalancerAction", &probe.https, action(json!({ "UserPoolArn": "pool" })));
    probe.bad_on("ValidationError", &probe.https, action(json!({ "UserPoolDomain": null })));
}

#[test]
fn jwt() {
    let probe = probe();
    let claim =
        |changes| with(json!({ "Format": "single-string", "Name": "scope", "Values": ["a"] }), changes);
    let action = |changes| {
        let config = json!({ "JwksEndpoint": "https://i.example.com/jwks", "Issuer": "i" });
        json!([{ "Type": "jwt-validation", "Order": 1, "JwtValidationConfig": with(config, changes) }, then(2)])
    };
    let back = probe.good_on(&probe.https, action(json!({ "AdditionalClaims": [claim(json!({}))] })));
    assert_eq!(back[0]["JwtValidationConfig"]["AdditionalClaims"], json!([claim(json!({}))]));
    probe.bad("InvalidLoadBalancerAction", action(json!({})));
    for bad in [
        json!({ "JwksEndpoint": "http://i.example.com" }),
        json!({ "JwksEndpoint": format!("https://i.example.com/{}", "a".repeat(256)) }),
        json!({ "Issuer": "" }),
        json!({ "AdditionalClaims": vec![claim(json!({})); 11] }),
        json!({ "AdditionalClaims": [claim(json!({ "Name": "iss" }))] }),
        json!({ "AdditionalClaims": [claim(json!({ "Values": [] }))] }),
        json!({ "AdditionalClaims": [claim(json!({ "Values": ["a", "b"] }))] }),
        json!({ "AdditionalClaims": [claim(json!({ "Format": "string-array", "Values": vec!["a"; 11] }))] }),
        json!({ "AdditionalClaims": [claim(json!({ "Values": ["a".repeat(257)] }))] }),
        json!({ "AdditionalClaims": [claim(json!({ "Format": "space-separated-values", "Values": ["a b"] }))] }),
    ] {
        probe.bad_on("InvalidLoadBalancerAction", &probe.https, action(bad));
    }
}

#[test]
fn orders_and_combinations() {
    let probe = probe();
    let two = |a: u32, b: u32| json!([with(oidc(json!({})), json!({ "Order": a })), then(b)]);
    let back = probe.good_on(&probe.https, two(49_999, 50_000));
    assert_eq!(back[0]["Type"], "authenticate-oidc");
    probe.bad_on("ValidationError", &probe.https, two(0, 1));
    probe.bad_on("ValidationError", &probe.https, two(1, 50_001));
    probe.bad_on("ValidationError", &probe.https, two(1, 1));
    probe.bad_on("ValidationError", &probe.https, json!([oidc(json!({})), fixed()]));
    probe.bad_on("InvalidLoadBalancerAction", &probe.https, two(2, 1));
    probe.bad_on("InvalidLoadBalancerAction", &probe.https, json!([oidc(json!({}))]));
    probe.bad("TooManyActions", json!([then(1), then(2)]));
    let second = with(oidc(json!({})), json!({ "Order": 2 }));
    probe.bad_on("TooManyActions", &probe.https, json!([oidc(json!({})), second, then(3)]));
    let mixed = with(fixed(), json!({ "RedirectConfig": { "StatusCode": "HTTP_301" } }));
    probe.bad("ValidationError", json!([mixed]));
    probe.bad("ValidationError", json!([with(fixed(), json!({ "Type": "forward" }))]));
    probe.bad("ValidationError", json!([{ "Type": "redirect" }]));
    probe.bad("ValidationError", json!([{ "Type": "teapot" }]));
}

#[test]
fn default_actions_obey_the_same_rules() {
    let probe = probe();
    let create = with(https(&probe.lb, 8443), json!({ "DefaultActions": redirect(json!({})) }));
    probe.aws.refused("InvalidLoadBalancerAction", "CreateListener", create);
    let modify = json!({ "ListenerArn": probe.http, "DefaultActions": [oidc(json!({})), then(2)] });
    probe.aws.refused("InvalidLoadBalancerAction", "ModifyListener", modify);
}
