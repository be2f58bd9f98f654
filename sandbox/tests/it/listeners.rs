use serde_json::{Value, json};

use crate::harness::{CERT, CERT2, aws, fixed, forward, https, listener, rule, text, with};

#[test]
fn a_new_listener() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let made = aws.ok("CreateListener", listener(&lb, 80))["Listeners"][0].clone();
    let arn = text(&made["ListenerArn"]);
    let prefix = lb.replace(":loadbalancer/", ":listener/") + "/";
    assert_eq!(arn.strip_prefix(&prefix).unwrap().len(), 16);
    assert_eq!(made["LoadBalancerArn"], lb);
    assert_eq!((&made["Protocol"], &made["Port"]), (&json!("HTTP"), &json!("80")));
    for absent in ["SslPolicy", "Certificates", "MutualAuthentication"] {
        assert_eq!(made[absent], Value::Null, "{absent}");
    }
    assert_eq!(made["DefaultActions"], json!([with(fixed(), json!({ "Order": "1" }))]));
    let rules = aws.ok("DescribeRules", json!({ "ListenerArn": arn }))["Rules"].clone();
    assert_eq!(rules.as_array().unwrap().len(), 1);
    assert_eq!(rules[0]["Priority"], "default");
    assert_eq!(rules[0]["IsDefault"], "true");
    assert_eq!(rules[0]["Actions"], made["DefaultActions"]);
}

#[test]
fn a_new_https_listener() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let made = aws.ok("CreateListener", https(&lb, 443))["Listeners"][0].clone();
    assert_eq!(made["SslPolicy"], "ELBSecurityPolicy-2016-08");
    assert_eq!(made["Certificates"], json!([{ "CertificateArn": CERT }]), "without IsDefault");
    assert_eq!(made["MutualAuthentication"], json!({ "Mode": "off" }));
    let create = |changes| with(https(&lb, 444), changes);
    aws.invalid("CreateListener", create(json!({ "Certificates": null })));
    aws.invalid("CreateListener", create(json!({ "Certificates": [] })));
    let two = json!([{ "CertificateArn": CERT }, { "CertificateArn": CERT2 }]);
    aws.invalid("CreateListener", create(json!({ "Certificates": two })));
    let default = json!([{ "CertificateArn": CERT, "IsDefault": true }]);
    aws.invalid("CreateListener", create(json!({ "Certificates": default })));
    aws.refused("SSLPolicyNotFound", "CreateListener", create(json!({ "SslPolicy": "nope" })));
    for arn in [
        "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
        "arn:aws:acm:eu-west-1:123456789012:certificate/c-1",
        "arn:aws:s3:::c",
        "",
    ] {
        let change = json!({ "Certificates": [{ "CertificateArn": arn }] });
        aws.refused("CertificateNotFound", "CreateListener", create(change));
    }
    aws.edit(|state| assert!(state.missing.insert(CERT.into())));
    aws.refused("CertificateNotFound", "CreateListener", create(json!({})));
    let iam = json!([{ "CertificateArn": "arn:aws:iam::123456789012:server-certificate/path/name" }]);
    let policy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";
    let made = aws.ok("CreateListener", create(json!({ "Certificates": iam, "SslPolicy": policy })));
    assert_eq!(made["Listeners"][0]["SslPolicy"], policy);
}

#[test]
fn required_and_possible() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let create = |changes| with(listener(&lb, 80), changes);
    for change in [
        json!({ "Protocol": null }),
        json!({ "Port": null }),
        json!({ "Port": 0 }),
        json!({ "Port": 65_536 }),
        json!({ "DefaultActions": [] }),
        json!({ "DefaultActions": null }),
        json!({ "Protocol": "FTP" }),
    ] {
        aws.invalid("CreateListener", create(change));
    }
    aws.refused("UnsupportedProtocol", "CreateListener", create(json!({ "Protocol": "TCP" })));
    let alpn = json!({ "AlpnPolicy": ["HTTP2Only"] });
    aws.refused("InvalidConfigurationRequest", "CreateListener", create(alpn));
    let gone = create(json!({ "LoadBalancerArn": lb.replace("/lb/", "/zz/") }));
    aws.refused("LoadBalancerNotFound", "CreateListener", gone);
    aws.invalid("CreateListener", create(json!({ "LoadBalancerArn": "lb" })));
}

#[test]
fn tls_on_http() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let port = |port, changes| with(listener(&lb, port), changes);
    let code = "InvalidConfigurationRequest";
    aws.refused_on_a_guess(
        code,
        "CreateListener",
        port(1, json!({ "SslPolicy": "ELBSecurityPolicy-2016-08" })),
    );
    aws.refused_on_a_guess(
        code,
        "CreateListener",
        port(2, json!({ "Certificates": [{ "CertificateArn": CERT }] })),
    );
    let passthrough = json!({ "MutualAuthentication": { "Mode": "passthrough" } });
    aws.refused_on_a_guess(code, "CreateListener", port(3, passthrough));
    let add = json!({ "ListenerArn": aws.listener(&lb, 4), "Certificates": [{ "CertificateArn": CERT }] });
    aws.refused_on_a_guess(code, "AddListenerCertificates", add);
}

#[test]
fn mutual_authentication() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let create = |port, mutual: Value| with(https(&lb, port), json!({ "MutualAuthentication": mutual }));
    aws.invalid("CreateListener", create(1, json!({ "Mode": "verify" })));
    aws.invalid("CreateListener", create(1, json!({ "Mode": "on" })));
    let store = "arn:aws:elasticloadbalancing:us-east-1:000000000000:truststore/t/1";
    let with_store = create(2, json!({ "Mode": "passthrough", "TrustStoreArn": store }));
    aws.refused_on_a_guess("ValidationError", "CreateListener", with_store);
    let verify = json!({ "Mode": "verify", "TrustStoreArn": store, "IgnoreClientCertificateExpiry": true, "AdvertiseTrustStoreCaNames": "on" });
    let made = aws.ok("CreateListener", create(3, verify.clone()));
    let shown = with(verify, json!({ "IgnoreClientCertificateExpiry": "true" }));
    assert_eq!(made["Listeners"][0]["MutualAuthentication"], shown);
    let arn = text(&made["Listeners"][0]["ListenerArn"]);
    aws.ok("ModifyListener", json!({ "ListenerArn": arn, "Port": 5 }));
    assert_eq!(aws.describe_listener(&arn)["MutualAuthentication"], shown, "kept unless given");
    aws.ok("ModifyListener", json!({ "ListenerArn": arn, "MutualAuthentication": { "Mode": "off" } }));
    assert_eq!(aws.describe_listener(&arn)["MutualAuthentication"], json!({ "Mode": "off" }));
}

#[test]
fn creating_is_idempotent() {
    let aws = aws();
    let (lb, group) = (aws.load_balancer("lb"), aws.target_group("tg"));
    let first = aws.ok("CreateListener", listener(&lb, 80));
    assert_eq!(aws.ok("CreateListener", listener(&lb, 80)), first);
    let other = with(listener(&lb, 80), json!({ "DefaultActions": [forward(&group)] }));
    aws.refused("DuplicateListener", "CreateListener", other);
    let other = with(https(&lb, 80), json!({}));
    aws.refused("DuplicateListener", "CreateListener", other);
    aws.quota("listeners-per-application-load-balancer", 1);
    aws.ok("CreateListener", listener(&lb, 80));
    aws.refused("TooManyListeners", "CreateListener", listener(&lb, 81));
}

#[test]
fn describing() {
    let aws = aws();
    let (a, b) = (aws.load_balancer("a"), aws.load_balancer("ab"));
    let listeners: Vec<String> = (1..=3).map(|port| aws.listener(&a, port)).collect();
    let all = aws.ok("DescribeListeners", json!({ "LoadBalancerArn": a }));
    assert_eq!(all["Listeners"].as_array().unwrap().len(), 3);
    assert_eq!(aws.ok("DescribeListeners", json!({ "LoadBalancerArn": b }))["Listeners"], "");
    let page = aws.ok("DescribeListeners", json!({ "LoadBalancerArn": a, "PageSize": 2 }));
    assert_eq!(page["Listeners"].as_array().unwrap().len(), 2);
    let marker = json!({ "LoadBalancerArn": a, "PageSize": 2, "Marker": page["NextMarker"] });
    assert_eq!(aws.ok("DescribeListeners", marker)["Listeners"].as_array().unwrap().len(), 1);
    aws.invalid("DescribeListeners", json!({}));
    aws.invalid("DescribeListeners", json!({ "LoadBalancerArn": a, "ListenerArns": listeners }));
    let gone = listeners[0].replace("/a/", "/z/");
    aws.refused("ListenerNotFound", "DescribeListeners", json!({ "ListenerArns": [listeners[1], gone] }));
    aws.refused(
        "LoadBalancerNotFound",
        "DescribeListeners",
        json!({ "LoadBalancerArn": a.replace("/a/", "/z/") }),
    );
}

#[test]
fn modifying() {
    let aws = aws();
    let (lb, group) = (aws.load_balancer("lb"), aws.target_group("tg"));
    let (l, _other) = (aws.listener(&lb, 80), aws.listener(&lb, 81));
    let modify = |changes| with(json!({ "ListenerArn": l }), changes);
    aws.refused("DuplicateListener", "ModifyListener", modify(json!({ "Port": 81 })));
    aws.ok("ModifyListener", modify(json!({ "Port": 80 })));
    aws.ok("ModifyListener", modify(json!({ "Port": 82 })));
    assert_eq!(aws.describe_listener(&l)["DefaultActions"][0]["Type"], "fixed-response", "actions are kept");
    aws.ok("ModifyListener", modify(json!({ "DefaultActions": [forward(&group)] })));
    assert_eq!(aws.describe_listener(&l)["Port"], "82", "the port is kept");
    assert_eq!(aws.describe_group(&group)["LoadBalancerArns"], json!([lb]));
    aws.ok("ModifyListener", modify(json!({ "DefaultActions": [] })));
    assert_eq!(
        aws.describe_listener(&l)["DefaultActions"][0]["Type"],
        "forward",
        "an empty list is not given"
    );
    aws.ok("ModifyListener", modify(json!({ "DefaultActions": [fixed()] })));
    assert_eq!(aws.describe_group(&group)["LoadBalancerArns"], "");
    aws.refused("UnsupportedProtocol", "ModifyListener", modify(json!({ "Protocol": "TLS" })));
    let gone = json!({ "ListenerArn": l.replace("/lb/", "/zz/"), "Port": 1 });
    aws.refused("ListenerNotFound", "ModifyListener", gone);
}

#[test]
fn changing_the_protocol() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let l = aws.listener(&lb, 80);
    aws.invalid("ModifyListener", json!({ "ListenerArn": l, "Protocol": "HTTPS" }));
    let cert = json!([{ "CertificateArn": CERT }]);
    let to_https = json!({ "ListenerArn": l, "Protocol": "HTTPS", "Certificates": cert });
    let answer = aws.ok("ModifyListener", to_https.clone());
    assert_eq!(answer["Listeners"][0]["SslPolicy"], "ELBSecurityPolicy-2016-08");
    let add = json!({ "ListenerArn": l, "Certificates": [{ "CertificateArn": CERT2 }] });
    aws.ok("AddListenerCertificates", add);
    aws.ok("ModifyListener", json!({ "ListenerArn": l, "Protocol": "HTTP" }));
    let shown = aws.describe_listener(&l);
    assert_eq!((&shown["SslPolicy"], &shown["Certificates"]), (&Value::Null, &Value::Null));
    assert_eq!(aws.ok("DescribeListenerCertificates", json!({ "ListenerArn": l }))["Certificates"], "");
    aws.ok("ModifyListener", to_https);
}

#[test]
fn what_stays_must_be_possible_there_too() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let redirect = json!({ "Type": "redirect", "RedirectConfig": { "Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301" } });
    let made = aws.ok("CreateListener", with(listener(&lb, 80), json!({ "DefaultActions": [redirect] })));
    let l = text(&made["Listeners"][0]["ListenerArn"]);
    let cert = json!([{ "CertificateArn": CERT }]);
    let change = json!({ "ListenerArn": l, "Protocol": "HTTPS", "Port": 443, "Certificates": cert });
    aws.refused("InvalidLoadBalancerAction", "ModifyListener", change);

    let group = aws.target_group_with("tg", json!({ "ProtocolVersion": "HTTP2" }));
    let https = aws.https(&lb, 8443);
    aws.ok("CreateRule", with(rule(&https, 1), json!({ "Actions": [forward(&group)] })));
    aws.refused_on_a_guess(
        "IncompatibleProtocols",
        "ModifyListener",
        json!({ "ListenerArn": https, "Protocol": "HTTP" }),
    );
}

#[test]
fn deleting() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let l = aws.listener(&lb, 80);
    let r = aws.rule(&l, 1);
    aws.ok("DeleteListener", json!({ "ListenerArn": l }));
    aws.refused("ListenerNotFound", "DeleteListener", json!({ "ListenerArn": l }));
    aws.refused("RuleNotFound", "DescribeRules", json!({ "RuleArns": [r] }));
    aws.invalid("DeleteListener", json!({ "ListenerArn": r }));
}

#[test]
fn certificate_lists() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let l = aws.https(&lb, 443);
    let one = |arn: &str| json!({ "ListenerArn": l, "Certificates": [{ "CertificateArn": arn }] });
    let list = || {
        let all = aws.ok("DescribeListenerCertificates", json!({ "ListenerArn": l }))["Certificates"].clone();
        let pair = |c: &Value| (text(&c["CertificateArn"]), text(&c["IsDefault"]));
        all.as_array().unwrap().iter().map(pair).collect::<Vec<_>>()
    };
    let row = |arn: &str, default: &str| (arn.to_owned(), default.to_owned());
    assert_eq!(list(), [row(CERT, "true")]);
    aws.ok("AddListenerCertificates", one(CERT2));
    aws.ok("AddListenerCertificates", one(CERT2));
    assert_eq!(list(), [row(CERT, "true"), row(CERT2, "false")]);
    assert_eq!(
        aws.describe_listener(&l)["Certificates"],
        json!([{ "CertificateArn": CERT }]),
        "the default only"
    );
    aws.ok("AddListenerCertificates", one(CERT));
    assert_eq!(list(), [row(CERT, "true"), row(CERT, "false"), row(CERT2, "false")]);
    aws.ok("RemoveListenerCertificates", one(CERT));
    assert_eq!(list().len(), 2);
    aws.refused("OperationNotPermitted", "RemoveListenerCertificates", one(CERT));
    let third = CERT.replace("c-1", "c-3");
    aws.ok("ModifyListener", one(&third));
    assert_eq!(list(), [row(&third, "true"), row(CERT2, "false")], "the list is kept");
    aws.ok("RemoveListenerCertificates", one(CERT));
    aws.ok("RemoveListenerCertificates", one(CERT2));
    assert_eq!(list().len(), 1);
    let two = json!({ "ListenerArn": l, "Certificates": [{ "CertificateArn": CERT }, { "CertificateArn": CERT2 }] });
    aws.invalid("AddListenerCertificates", two.clone());
    aws.invalid("RemoveListenerCertificates", two);
    aws.refused(
        "CertificateNotFound",
        "AddListenerCertificates",
        one("arn:aws:acm:x:123456789012:certificate/1"),
    );
    aws.refused(
        "ListenerNotFound",
        "AddListenerCertificates",
        with(one(CERT), json!({ "ListenerArn": l.replace("/lb/", "/z/") })),
    );
}

#[test]
fn the_quota_of_certificates_is_per_load_balancer() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let (a, b) = (aws.https(&lb, 443), aws.https(&lb, 444));
    let one = |l: &str, arn: &str| json!({ "ListenerArn": l, "Certificates": [{ "CertificateArn": arn }] });
    aws.quota("certificates-per-application-load-balancer", 1);
    aws.ok("AddListenerCertificates", one(&a, CERT2));
    aws.refused("TooManyCertificates", "AddListenerCertificates", one(&b, CERT2));
    aws.ok("AddListenerCertificates", one(&a, CERT2));
}
