use super::*;

fn live() -> api::builders::TargetGroupBuilder {
    api::TargetGroup::builder()
        .target_group_name("users")
        .target_type(api::TargetTypeEnum::Ip)
        .protocol(api::ProtocolEnum::Http)
        .protocol_version("HTTP1")
        .port(3000)
        .vpc_id("vpc-1")
        .health_check_protocol(api::ProtocolEnum::Https)
        .health_check_path("/health")
        .health_check_timeout_seconds(7)
        .load_balancer_arns("arn:aws:elasticloadbalancing:r:1:loadbalancer/app/shop/1")
}

fn listed(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let one =
        |(key, value): &(&str, &str)| api::TargetGroupAttribute::builder().key(*key).value(*value).build();
    attributes_from(&pairs.iter().map(one).collect::<Vec<_>>())
}

#[test]
fn what_aws_does_not_list_is_at_its_default() {
    let attributes = listed(&[("deregistration_delay.timeout_seconds", "30")]);
    let model = from_api(&live().build(), &attributes, Tags::new()).unwrap();
    assert_eq!(model.attributes["deregistration_delay"], 30);
    assert_eq!(model.attributes["slow_start"], 0);
    assert_eq!(model.attributes["target_group_health.dns_failover.count"], 1);
    assert_eq!(model.attributes["target_group_health.dns_failover.percentage"], "off");
    assert_eq!(model.attributes["target_group_health.unhealthy_state_routing.count"], 1);
    assert_eq!(model.stickiness, Stickiness::Off);
    assert_eq!(model.health_check.protocol, Some(Protocol::Https));
    assert_eq!((model.health_check.timeout, model.health_check.interval), (7, 30));
}

#[test]
fn stickiness_is_read_from_its_attributes() {
    let off = listed(&[("stickiness.enabled", "false"), ("stickiness.type", "app_cookie")]);
    assert_eq!(decode_stickiness(&off), Stickiness::Off);
    let cookie = listed(&[
        ("stickiness.enabled", "true"),
        ("stickiness.type", "lb_cookie"),
        ("stickiness.lb_cookie.duration_seconds", "60"),
    ]);
    assert_eq!(decode_stickiness(&cookie), Stickiness::LbCookie { duration: 60 });
    let named = listed(&[
        ("stickiness.enabled", "true"),
        ("stickiness.type", "app_cookie"),
        ("stickiness.app_cookie.cookie_name", "SESSIONID"),
    ]);
    let expected = Stickiness::AppCookie { name: "SESSIONID".to_owned(), duration: 86_400 };
    assert_eq!(decode_stickiness(&named), expected);
}

#[test]
fn groups_of_other_kinds_are_not_read() {
    let none = BTreeMap::new();
    assert_eq!(from_api(&live().protocol_version("QUIC").build(), &none, Tags::new()), None);
    assert_eq!(from_api(&live().protocol(api::ProtocolEnum::Tcp).build(), &none, Tags::new()), None);
}

#[test]
fn a_group_of_grpc_has_codes_of_grpc() {
    let none = BTreeMap::new();
    let grpc = || live().protocol_version("GRPC").set_health_check_path(None);
    let model = from_api(&grpc().build(), &none, Tags::new()).unwrap();
    assert_eq!(model.protocol_version, ProtocolVersion::Grpc);
    assert_eq!(model.health_check.path, "/AWS.ALB/healthcheck");
    assert_eq!(model.health_check.success_codes, "12");
    let told = grpc().matcher(matcher(ProtocolVersion::Grpc, "0-5")).build();
    assert_eq!(from_api(&told, &none, Tags::new()).unwrap().health_check.success_codes, "0-5");
    assert_eq!(summary(&told), "ip HTTP:3000 GRPC, vpc-1, on load balancer shop");
}

#[test]
fn a_group_of_a_function_has_no_network() {
    let group =
        || api::TargetGroup::builder().target_group_name("f").target_type(api::TargetTypeEnum::Lambda);
    let model = from_api(&group().build(), &BTreeMap::new(), Tags::new()).unwrap();
    assert_eq!((model.protocol, model.port, model.vpc), (None, None, None));
    assert_eq!(model.health_check, HealthCheck::off(), "off is off, whatever the rest says");
    let checked = group().health_check_enabled(true).health_check_interval_seconds(60).build();
    let check = from_api(&checked, &BTreeMap::new(), Tags::new()).unwrap().health_check;
    assert_eq!((check.enabled, check.interval, check.protocol), (true, 60, None));
}

#[test]
fn a_group_is_told_in_words() {
    assert_eq!(summary(&live().build()), "ip HTTP:3000, vpc-1, on load balancer shop");
    let lone = live().set_load_balancer_arns(None).build();
    assert_eq!(summary(&lone), "ip HTTP:3000, vpc-1, on no load balancer");
}
