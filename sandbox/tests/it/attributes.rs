use serde_json::{Value, json};

use crate::harness::{Aws, aws, load_balancer, text, with};

struct Of<'a> {
    aws: &'a Aws,
    kind: &'static str,
    arn: String,
}

impl Of<'_> {
    fn input(&self, attributes: &[(&str, &str)]) -> Value {
        let list: Vec<Value> = attributes.iter().map(|(k, v)| json!({ "Key": k, "Value": v })).collect();
        json!({ format!("{}Arn", self.kind): self.arn, "Attributes": list })
    }

    fn set(&self, attributes: &[(&str, &str)]) {
        self.aws.ok(&format!("Modify{}Attributes", self.kind), self.input(attributes));
    }

    #[track_caller]
    fn invalid(&self, attributes: &[(&str, &str)]) -> String {
        self.aws.invalid(&format!("Modify{}Attributes", self.kind), self.input(attributes))
    }

    #[track_caller]
    fn impossible(&self, attributes: &[(&str, &str)]) -> String {
        self.aws.refused(
            "InvalidConfigurationRequest",
            &format!("Modify{}Attributes", self.kind),
            self.input(attributes),
        )
    }

    #[track_caller]
    fn impossible_by_guess(&self, attributes: &[(&str, &str)]) {
        let operation = format!("Modify{}Attributes", self.kind);
        self.aws.refused_on_a_guess("InvalidConfigurationRequest", &operation, self.input(attributes));
    }

    fn get(&self) -> Value {
        let operation = format!("Describe{}Attributes", self.kind);
        self.aws.attributes(&operation, &format!("{}Arn", self.kind), &self.arn)
    }
}

#[test]
fn load_balancer_defaults() {
    let aws = aws();
    let of = Of { aws: &aws, kind: "LoadBalancer", arn: aws.load_balancer("lb") };
    let all = of.get();
    assert_eq!(all.as_object().unwrap().len(), 23);
    for (key, value) in [
        ("deletion_protection.enabled", "false"),
        ("load_balancing.cross_zone.enabled", "true"),
        ("access_logs.s3.bucket", ""),
        ("idle_timeout.timeout_seconds", "60"),
        ("client_keep_alive.seconds", "3600"),
        ("ipv6.deny_all_igw_traffic", "false"),
        ("routing.http.desync_mitigation_mode", "defensive"),
        ("routing.http.xff_header_processing.mode", "append"),
        ("routing.http2.enabled", "true"),
        ("zonal_shift.config.enabled", "false"),
    ] {
        assert_eq!(all[key], value, "{key}");
    }
}

#[test]
fn load_balancer_values() {
    let aws = aws();
    let of = Of { aws: &aws, kind: "LoadBalancer", arn: aws.load_balancer("lb") };
    of.set(&[("idle_timeout.timeout_seconds", "4000"), ("routing.http2.enabled", "false")]);
    of.set(&[("load_balancing.cross_zone.enabled", "true")]);
    assert_eq!(of.get()["idle_timeout.timeout_seconds"], "4000");
    for (key, value) in [
        ("idle_timeout.timeout_seconds", "0"),
        ("idle_timeout.timeout_seconds", "4001"),
        ("idle_timeout.timeout_seconds", "+60"),
        ("idle_timeout.timeout_seconds", ""),
        ("client_keep_alive.seconds", "59"),
        ("client_keep_alive.seconds", "604801"),
        ("deletion_protection.enabled", "True"),
        ("routing.http.desync_mitigation_mode", "strict"),
        ("routing.http.xff_header_processing.mode", "drop"),
    ] {
        assert!(of.invalid(&[(key, value)]).contains(key));
    }
    assert!(of.invalid(&[("nope.nope", "1")]).contains("'nope.nope' is not recognized"));
    of.invalid(&[("waf.fail_open.enabled", "true"), ("waf.fail_open.enabled", "true")]);
    of.invalid(&[]);
    of.invalid(&[("waf.fail_open.enabled", "true"), ("nope", "1")]);
    assert_eq!(of.get()["waf.fail_open.enabled"], "false", "all or nothing");
    of.impossible(&[("load_balancing.cross_zone.enabled", "false")]);
    let many: Vec<(&str, &str)> = (0..21).map(|_| ("waf.fail_open.enabled", "true")).collect();
    assert!(of.invalid(&many).contains("20"));
}

#[test]
fn logs_need_a_bucket() {
    let aws = aws();
    let of = Of { aws: &aws, kind: "LoadBalancer", arn: aws.load_balancer("lb") };
    aws.edit(|state| assert!(state.bucket_denied.insert("secret".into())));
    for log in ["access_logs", "connection_logs", "health_check_logs"] {
        let (enabled, bucket, prefix) =
            (format!("{log}.s3.enabled"), format!("{log}.s3.bucket"), format!("{log}.s3.prefix"));
        of.impossible(&[(&enabled, "true")]);
        of.impossible(&[(&prefix, "a/AWSLogs/b")]);
        of.impossible_by_guess(&[(&prefix, "/a")]);
        of.set(&[(&prefix, "a")]);
        let message = of.impossible(&[(&enabled, "true"), (&bucket, "secret")]);
        assert_eq!(message, "Access Denied for bucket: secret. Please check S3bucket permission");
        of.set(&[(&bucket, "logs")]);
        of.set(&[(&enabled, "true")]);
        of.impossible(&[(&bucket, "")]);
        of.set(&[(&enabled, "false")]);
    }
}

#[test]
fn listener_attributes() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let http = Of { aws: &aws, kind: "Listener", arn: aws.listener(&lb, 80) };
    let https = Of { aws: &aws, kind: "Listener", arn: aws.https(&lb, 443) };
    assert_eq!(http.get().as_object().unwrap().len(), 11);
    assert_eq!(https.get().as_object().unwrap().len(), 19);
    assert_eq!(http.get()["routing.http.response.server.enabled"], "true");
    http.set(&[("routing.http.response.server.enabled", "false")]);
    assert_eq!(http.get()["routing.http.response.server.enabled"], "false");
    let version = "routing.http.request.x_amzn_tls_version.header_name";
    https.set(&[(version, "X-Tls")]);
    assert_eq!(https.get()[version], "X-Tls");
    https.set(&[(version, "")]);
    assert_eq!(https.get()[version], "X-Amzn-Tls-Version");
    https.invalid(&[(version, "no spaces")]);
    http.impossible_by_guess(&[(version, "X-Tls")]);
    let frame = "routing.http.response.x_frame_options.header_value";
    http.set(&[(frame, "ALLOW-FROM https://a.example.com")]);
    http.invalid(&[(frame, "ALLOW")]);
    http.invalid(&[("routing.http.response.x_content_type_options.header_value", "sniff")]);
    http.invalid(&[("routing.http.response.content_security_policy.header_value", "a\nb")]);
    http.invalid(&[("tcp.idle_timeout.seconds", "350")]);
    let gone = http.arn.replace("/lb/", "/zz/");
    aws.refused("ListenerNotFound", "DescribeListenerAttributes", json!({ "ListenerArn": gone }));
}

#[test]
fn target_group_defaults_by_type() {
    let aws = aws();
    let ip = Of { aws: &aws, kind: "TargetGroup", arn: aws.target_group("ip") };
    assert_eq!(ip.get().as_object().unwrap().len(), 14);
    assert_eq!(ip.get()["deregistration_delay.timeout_seconds"], "300");
    assert_eq!(ip.get()["target_group_health.dns_failover.minimum_healthy_targets.percentage"], "off");
    let made = aws.ok("CreateTargetGroup", json!({ "Name": "fn", "TargetType": "lambda" }));
    let lambda = Of { aws: &aws, kind: "TargetGroup", arn: text(&made["TargetGroups"][0]["TargetGroupArn"]) };
    let keys: Vec<String> = lambda.get().as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["lambda.multi_value_headers.enabled", "load_balancing.cross_zone.enabled"]);
    lambda.set(&[("lambda.multi_value_headers.enabled", "true")]);
    lambda.impossible(&[("deregistration_delay.timeout_seconds", "300")]);
    lambda.impossible(&[("load_balancing.cross_zone.enabled", "false")]);
    ip.impossible(&[("lambda.multi_value_headers.enabled", "true")]);
}

#[test]
fn target_group_values() {
    let aws = aws();
    let of = Of { aws: &aws, kind: "TargetGroup", arn: aws.target_group("tg") };
    for (key, value) in [
        ("deregistration_delay.timeout_seconds", "3601"),
        ("stickiness.enabled", "yes"),
        ("stickiness.lb_cookie.duration_seconds", "0"),
        ("stickiness.app_cookie.duration_seconds", "604801"),
        ("slow_start.duration_seconds", "29"),
        ("slow_start.duration_seconds", "901"),
        ("load_balancing.algorithm.type", "random"),
        ("load_balancing.algorithm.anomaly_mitigation", "true"),
        ("load_balancing.cross_zone.enabled", "off"),
        ("target_group_health.dns_failover.minimum_healthy_targets.count", "0"),
        ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "off"),
        ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "101"),
        ("proxy_protocol_v2.enabled", "true"),
    ] {
        assert!(of.invalid(&[(key, value)]).contains(key));
    }
    of.impossible(&[("stickiness.type", "source_ip")]);
    of.set(&[("deregistration_delay.timeout_seconds", "0"), ("slow_start.duration_seconds", "900")]);
    assert_eq!(of.get()["slow_start.duration_seconds"], "900");
}

#[test]
fn stickiness() {
    let aws = aws();
    let of = Of { aws: &aws, kind: "TargetGroup", arn: aws.target_group("tg") };
    let (enabled, kind, name) =
        ("stickiness.enabled", "stickiness.type", "stickiness.app_cookie.cookie_name");
    let message = of.impossible(&[(enabled, "true"), (kind, "app_cookie")]);
    assert_eq!(message, "You must set an application cookie name to enable stickiness of type 'app_cookie'");
    for reserved in ["AWSALB", "AWSALBAPP-0", "AWSALBTG"] {
        of.impossible(&[(name, reserved)]);
    }
    for name_with in ["A B", "A;", "A=B", "A,B", "\u{e9}"] {
        let operation = format!("Modify{}Attributes", of.kind);
        aws.refused_on_a_guess("ValidationError", &operation, of.input(&[(name, name_with)]));
    }
    of.invalid(&[(name, "A\tB")]);
    of.set(&[(name, "")]);
    of.set(&[(kind, "app_cookie")]);
    of.set(&[(enabled, "true"), (name, "SID")]);
    of.impossible(&[(name, "")]);
    of.impossible(&[("load_balancing.cross_zone.enabled", "false")]);
    of.set(&[(enabled, "false"), ("load_balancing.cross_zone.enabled", "false")]);
    of.impossible(&[(enabled, "true")]);
}

#[test]
fn algorithms() {
    let aws = aws();
    let of = Of { aws: &aws, kind: "TargetGroup", arn: aws.target_group("tg") };
    let (algorithm, slow) = ("load_balancing.algorithm.type", "slow_start.duration_seconds");
    of.impossible(&[("load_balancing.algorithm.anomaly_mitigation", "on")]);
    of.set(&[(algorithm, "weighted_random"), ("load_balancing.algorithm.anomaly_mitigation", "on")]);
    of.impossible(&[(algorithm, "round_robin")]);
    of.impossible_by_guess(&[("stickiness.enabled", "true")]);
    of.set(&[
        (algorithm, "round_robin"),
        ("load_balancing.algorithm.anomaly_mitigation", "off"),
        ("stickiness.enabled", "false"),
    ]);
    of.set(&[(slow, "30")]);
    of.impossible(&[(algorithm, "least_outstanding_requests")]);
    of.set(&[(slow, "0"), (algorithm, "least_outstanding_requests")]);
    of.impossible(&[(slow, "30")]);
}

#[test]
fn thresholds() {
    let aws = aws();
    let of = Of { aws: &aws, kind: "TargetGroup", arn: aws.target_group("tg") };
    let dns = "target_group_health.dns_failover.minimum_healthy_targets";
    let routing = "target_group_health.unhealthy_state_routing.minimum_healthy_targets";
    for (measure, low, high) in [("count", "2", "3"), ("percentage", "20", "30")] {
        let (dns, routing) = (format!("{dns}.{measure}"), format!("{routing}.{measure}"));
        of.impossible(&[(&dns, low), (&routing, high)]);
        of.set(&[(&dns, high), (&routing, low)]);
        of.set(&[(&dns, "off"), (&routing, high)]);
    }
}

#[test]
fn zones_of_targets_and_cross_zone() {
    let aws = aws();
    let of = Of { aws: &aws, kind: "TargetGroup", arn: aws.target_group("tg") };
    let target = json!({ "Id": "10.0.0.1", "AvailabilityZone": "all" });
    aws.ok("RegisterTargets", json!({ "TargetGroupArn": of.arn, "Targets": [target] }));
    of.impossible(&[("load_balancing.cross_zone.enabled", "false")]);
}

#[test]
fn a_new_resource_of_the_same_name_has_defaults() {
    let aws = aws();
    let of = Of { aws: &aws, kind: "LoadBalancer", arn: aws.load_balancer("lb") };
    of.set(&[("idle_timeout.timeout_seconds", "5")]);
    aws.ok("DeleteLoadBalancer", json!({ "LoadBalancerArn": of.arn }));
    let made = aws.ok("CreateLoadBalancer", with(load_balancer("lb"), json!({})));
    let arn = text(&made["LoadBalancers"][0]["LoadBalancerArn"]);
    assert_ne!(arn, of.arn);
    assert_eq!(Of { arn, ..of }.get()["idle_timeout.timeout_seconds"], "60");
}
