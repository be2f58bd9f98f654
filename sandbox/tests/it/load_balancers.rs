use serde_json::{Value, json};

use crate::harness::{Aws, aws, https, load_balancer, text, with};

fn create(changes: Value) -> Value {
    with(load_balancer("lb"), changes)
}

fn describe(aws: &Aws, arn: &str) -> Value {
    aws.ok("DescribeLoadBalancers", json!({ "LoadBalancerArns": [arn] }))["LoadBalancers"][0].clone()
}

#[test]
fn a_new_load_balancer() {
    let aws = aws();
    let made = aws.ok("CreateLoadBalancer", load_balancer("my-lb"))["LoadBalancers"][0].clone();
    let arn = text(&made["LoadBalancerArn"]);
    let id = arn
        .strip_prefix("arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/my-lb/")
        .unwrap();
    assert!(id.len() == 16 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{id}");
    let digits = text(&made["DNSName"]);
    let digits =
        digits.strip_prefix("my-lb-").and_then(|d| d.strip_suffix(".us-east-1.elb.amazonaws.com")).unwrap();
    assert!(digits.len() == 10 && digits.bytes().all(|b| b.is_ascii_digit()));
    assert_eq!(made["CanonicalHostedZoneId"], "Z35SXDOTRQ7X7K");
    assert_eq!(made["Scheme"], "internet-facing");
    assert_eq!(made["Type"], "application");
    assert_eq!(made["IpAddressType"], "ipv4");
    assert_eq!(made["VpcId"], "vpc-0a1b2c3d");
    assert_eq!(made["State"]["Code"], "provisioning");
    assert_eq!(made["SecurityGroups"], json!(["sg-0aaa"]));
    assert!(text(&made["CreatedTime"]).starts_with("2026-01-01T00:00:00"));
    let zones = made["AvailabilityZones"].as_array().unwrap();
    assert_eq!(zones.len(), 2);
    assert_ne!(zones[0]["ZoneName"], zones[1]["ZoneName"]);
    assert_eq!(describe(&aws, &arn), made);
    aws.wait(120);
    assert_eq!(describe(&aws, &arn)["State"]["Code"], "active");
}

#[test]
fn internal() {
    let aws = aws();
    let made =
        aws.ok("CreateLoadBalancer", create(json!({ "Scheme": "internal" })))["LoadBalancers"][0].clone();
    assert!(text(&made["DNSName"]).starts_with("internal-lb-"));
    let arn = text(&made["LoadBalancerArn"]);
    let attributes = aws.attributes("DescribeLoadBalancerAttributes", "LoadBalancerArn", &arn);
    assert_eq!(attributes["ipv6.deny_all_igw_traffic"], "true");
    let set = json!({ "LoadBalancerArn": arn, "IpAddressType": "dualstack-without-public-ipv4" });
    aws.refused("InvalidConfigurationRequest", "SetIpAddressType", set);
    aws.refused(
        "InvalidConfigurationRequest",
        "CreateLoadBalancer",
        json!({ "Name": "x", "Subnets": ["subnet-0aaa", "subnet-0bbb"], "Scheme": "internal", "IpAddressType": "dualstack-without-public-ipv4" }),
    );
}

#[test]
fn the_zone_id_of_other_regions() {
    let zone = |region| {
        let aws = Aws { region, ..aws() };
        text(&aws.ok("CreateLoadBalancer", load_balancer("lb"))["LoadBalancers"][0]["CanonicalHostedZoneId"])
    };
    assert_eq!(zone("eu-west-1"), "Z32O12XQLNTSW2");
    assert_eq!(zone("xx-made-1"), zone("xx-made-1"));
    assert_ne!(zone("xx-made-1"), zone("xx-made-2"));
}

#[test]
fn names() {
    let aws = aws();
    for name in ["", "under_score", "-a", "a-", "internal-a", "é", &"x".repeat(33)] {
        let message = aws.invalid("CreateLoadBalancer", create(json!({ "Name": name })));
        assert!(message.contains(name), "{message}");
    }
    aws.ok("CreateLoadBalancer", create(json!({ "Name": "x".repeat(32) })));
    aws.ok("CreateLoadBalancer", create(json!({ "Name": "a--b" })));
}

#[test]
fn subnets() {
    let aws = aws();
    aws.invalid("CreateLoadBalancer", create(json!({ "Subnets": ["subnet-0aaa"] })));
    aws.invalid("CreateLoadBalancer", create(json!({ "Subnets": null })));
    aws.invalid("CreateLoadBalancer", create(json!({ "Subnets": ["subnet-0aaa", "subnet-oops"] })));
    let placeholders = json!({ "Subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"] });
    aws.refused("SubnetNotFound", "CreateLoadBalancer", create(placeholders));
    let twice = json!({ "Subnets": ["subnet-0aaa", "subnet-0aaa"] });
    aws.refused("InvalidConfigurationRequest", "CreateLoadBalancer", create(twice));
    let mappings = json!([{ "SubnetId": "subnet-0aaa" }, { "SubnetId": "subnet-0bbb" }]);
    aws.invalid("CreateLoadBalancer", create(json!({ "SubnetMappings": mappings })));
    let elastic =
        json!([{ "SubnetId": "subnet-0aaa", "AllocationId": "eipalloc-1" }, { "SubnetId": "subnet-0bbb" }]);
    let elastic = create(json!({ "Subnets": null, "SubnetMappings": elastic }));
    aws.refused("InvalidConfigurationRequest", "CreateLoadBalancer", elastic);
    aws.ok("CreateLoadBalancer", create(json!({ "Subnets": null, "SubnetMappings": mappings })));
}

#[test]
fn two_subnets_of_one_zone() {
    let aws = aws();
    aws.edit(|state| {
        let zones = &mut state.regions.entry("us-east-1".into()).or_default().subnet_zones;
        zones.insert("subnet-0aaa".into(), "us-east-1a".into());
        zones.insert("subnet-0bbb".into(), "us-east-1a".into());
    });
    aws.refused("InvalidConfigurationRequest", "CreateLoadBalancer", load_balancer("lb"));
}

#[test]
fn subnets_spread_over_zones() {
    let aws = aws();
    for i in 0..3 {
        let subnets = json!([format!("subnet-{i}a"), format!("subnet-{i}b")]);
        aws.ok("CreateLoadBalancer", create(json!({ "Name": format!("lb{i}"), "Subnets": subnets })));
    }
    let six: Vec<String> = (0..3).flat_map(|i| [format!("subnet-{i}a"), format!("subnet-{i}b")]).collect();
    let made = aws.ok("CreateLoadBalancer", create(json!({ "Subnets": six })));
    assert_eq!(made["LoadBalancers"][0]["AvailabilityZones"].as_array().unwrap().len(), 6);
}

#[test]
fn security_groups() {
    let aws = aws();
    let made = aws.ok("CreateLoadBalancer", create(json!({ "SecurityGroups": null })));
    assert_eq!(made["LoadBalancers"][0]["SecurityGroups"].as_array().unwrap().len(), 1, "the default group");
    let missing = json!({ "Name": "x", "SecurityGroups": ["sg-0123456789abcdef0"] });
    aws.refused("InvalidSecurityGroup", "CreateLoadBalancer", create(missing));
    aws.invalid("CreateLoadBalancer", create(json!({ "Name": "x", "SecurityGroups": ["default"] })));
    let six: Vec<String> = (0..6).map(|i| format!("sg-{i}")).collect();
    let six = create(json!({ "Name": "x", "SecurityGroups": six }));
    aws.refused_on_a_guess("InvalidConfigurationRequest", "CreateLoadBalancer", six);
}

#[test]
fn other_kinds() {
    let aws = aws();
    for change in [
        json!({ "Type": "network" }),
        json!({ "CustomerOwnedIpv4Pool": "pool" }),
        json!({ "EnablePrefixForIpv6SourceNat": "on" }),
    ] {
        aws.refused("InvalidConfigurationRequest", "CreateLoadBalancer", create(change));
    }
    aws.invalid("CreateLoadBalancer", create(json!({ "Type": "classic" })));
    let pool = create(json!({ "IpamPools": { "Ipv4IpamPoolId": "ipam-pool-1" } }));
    let made = aws.ok("CreateLoadBalancer", pool);
    assert_eq!(made["LoadBalancers"][0]["IpamPools"]["Ipv4IpamPoolId"], "ipam-pool-1");
}

#[test]
fn creating_is_idempotent() {
    let aws = aws();
    let first = aws.ok("CreateLoadBalancer", load_balancer("lb"));
    let again = create(json!({ "Subnets": ["subnet-0bbb", "subnet-0aaa"] }));
    assert_eq!(aws.ok("CreateLoadBalancer", again), first);
    for change in [
        json!({ "Scheme": "internal" }),
        json!({ "Subnets": ["subnet-0aaa", "subnet-0ccc"] }),
        json!({ "SecurityGroups": ["sg-0bbb"] }),
        json!({ "IpAddressType": "dualstack" }),
    ] {
        aws.refused("DuplicateLoadBalancerName", "CreateLoadBalancer", create(change));
    }
    let elsewhere = Aws { region: "eu-west-1", ..aws };
    let other = elsewhere.ok("CreateLoadBalancer", create(json!({ "Scheme": "internal" })));
    assert!(
        text(&other["LoadBalancers"][0]["LoadBalancerArn"]).contains(":eu-west-1:"),
        "each region has its own"
    );
}

#[test]
fn the_quota() {
    let aws = aws();
    aws.quota("application-load-balancers", 1);
    aws.load_balancer("a");
    aws.refused("TooManyLoadBalancers", "CreateLoadBalancer", load_balancer("b"));
}

#[test]
fn describing() {
    let aws = aws();
    let arns: Vec<String> = ["a", "b", "c"].iter().map(|name| aws.load_balancer(name)).collect();
    let named = aws.ok("DescribeLoadBalancers", json!({ "Names": ["c", "a"] }));
    assert_eq!(named["LoadBalancers"][0]["LoadBalancerName"], "c");
    aws.refused("LoadBalancerNotFound", "DescribeLoadBalancers", json!({ "Names": ["a", "nope"] }));
    let gone = arns[0].replace("/a/", "/z/");
    aws.refused("LoadBalancerNotFound", "DescribeLoadBalancers", json!({ "LoadBalancerArns": [gone] }));
    aws.invalid("DescribeLoadBalancers", json!({ "LoadBalancerArns": ["lb"] }));
    aws.invalid("DescribeLoadBalancers", json!({ "LoadBalancerArns": [arns[0]], "Names": ["a"] }));
    aws.invalid("DescribeLoadBalancers", json!({ "LoadBalancerArns": vec![&arns[0]; 21] }));
    aws.refused_on_a_guess("ValidationError", "DescribeLoadBalancers", json!({ "Names": vec!["a"; 21] }));
}

#[test]
fn paging() {
    let aws = aws();
    ["a", "b", "c"].iter().for_each(|name| drop(aws.load_balancer(name)));
    let first = aws.ok("DescribeLoadBalancers", json!({ "PageSize": 2 }));
    assert_eq!(first["LoadBalancers"].as_array().unwrap().len(), 2);
    let second = aws.ok("DescribeLoadBalancers", json!({ "PageSize": 2, "Marker": first["NextMarker"] }));
    assert_eq!(second["LoadBalancers"].as_array().unwrap().len(), 1);
    assert_eq!(second["NextMarker"], Value::Null);
    assert!(!first["LoadBalancers"].as_array().unwrap().contains(&second["LoadBalancers"][0]));
    for bad in [json!({ "PageSize": 0 }), json!({ "PageSize": 401 }), json!({ "Marker": "x" })] {
        aws.invalid("DescribeLoadBalancers", bad);
    }
}

#[test]
fn deleting() {
    let aws = aws();
    let (lb, group) = (aws.load_balancer("lb"), aws.target_group("tg"));
    let listener = aws.https(&lb, 443);
    let rule = aws.rule(&listener, 1);
    let action = crate::harness::forward(&group);
    aws.ok("ModifyRule", json!({ "RuleArn": rule, "Actions": [action] }));
    assert_eq!(aws.describe_group(&group)["LoadBalancerArns"], json!([lb]));
    let protect = |value| json!({ "LoadBalancerArn": lb, "Attributes": [{ "Key": "deletion_protection.enabled", "Value": value }] });
    aws.ok("ModifyLoadBalancerAttributes", protect("true"));
    let message =
        aws.refused("OperationNotPermitted", "DeleteLoadBalancer", json!({ "LoadBalancerArn": lb }));
    assert!(message.contains("deletion protection"));
    aws.ok("ModifyLoadBalancerAttributes", protect("false"));
    aws.ok("DeleteLoadBalancer", json!({ "LoadBalancerArn": lb }));
    aws.ok("DeleteLoadBalancer", json!({ "LoadBalancerArn": lb }));
    aws.refused("ListenerNotFound", "DescribeListeners", json!({ "ListenerArns": [listener] }));
    aws.refused("RuleNotFound", "DescribeRules", json!({ "RuleArns": [rule] }));
    assert_eq!(aws.describe_group(&group)["LoadBalancerArns"], "");
    aws.ok("DeleteTargetGroup", json!({ "TargetGroupArn": group }));
    aws.invalid("DeleteLoadBalancer", json!({ "LoadBalancerArn": "lb" }));
    aws.refused("LoadBalancerNotFound", "CreateListener", https(&lb, 443));
}

#[test]
fn setting_the_network() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let three = json!(["subnet-0aaa", "subnet-0bbb", "subnet-0ccc"]);
    let set = aws
        .ok("SetSubnets", json!({ "LoadBalancerArn": lb, "Subnets": three, "IpAddressType": "dualstack" }));
    assert_eq!(set["AvailabilityZones"].as_array().unwrap().len(), 3);
    assert_eq!(set["IpAddressType"], "dualstack");
    assert_eq!(describe(&aws, &lb)["AvailabilityZones"].as_array().unwrap().len(), 3);
    aws.invalid("SetSubnets", json!({ "LoadBalancerArn": lb, "Subnets": ["subnet-0aaa"] }));
    let nat = json!({ "LoadBalancerArn": lb, "Subnets": three, "EnablePrefixForIpv6SourceNat": "on" });
    aws.refused("InvalidConfigurationRequest", "SetSubnets", nat);

    let set = aws
        .ok("SetSecurityGroups", json!({ "LoadBalancerArn": lb, "SecurityGroups": ["sg-0ccc", "sg-0bbb"] }));
    assert_eq!(set["SecurityGroupIds"], json!(["sg-0bbb", "sg-0ccc"]));
    aws.invalid("SetSecurityGroups", json!({ "LoadBalancerArn": lb, "SecurityGroups": [] }));
    let missing = json!({ "LoadBalancerArn": lb, "SecurityGroups": ["sg-0123456789abcdef0"] });
    aws.refused("InvalidSecurityGroup", "SetSecurityGroups", missing);
    let private_link = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
    let enforce = json!({ "LoadBalancerArn": lb, "SecurityGroups": ["sg-0bbb"], private_link: "on" });
    aws.refused("InvalidConfigurationRequest", "SetSecurityGroups", enforce);

    aws.ok("SetIpAddressType", json!({ "LoadBalancerArn": lb, "IpAddressType": "ipv4" }));
    assert_eq!(describe(&aws, &lb)["IpAddressType"], "ipv4");
    aws.invalid("SetIpAddressType", json!({ "LoadBalancerArn": lb, "IpAddressType": "ipv6" }));
    let gone = lb.replace("/lb/", "/zz/");
    let gone = json!({ "LoadBalancerArn": gone, "IpAddressType": "ipv4" });
    aws.refused("LoadBalancerNotFound", "SetIpAddressType", gone);
}

#[test]
fn ipv6_groups_need_dualstack() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    let group = aws.target_group_with("tg", json!({ "IpAddressType": "ipv6" }));
    let create = with(
        crate::harness::listener(&lb, 80),
        json!({ "DefaultActions": [crate::harness::forward(&group)] }),
    );
    aws.refused("InvalidConfigurationRequest", "CreateListener", create.clone());
    aws.ok("SetIpAddressType", json!({ "LoadBalancerArn": lb, "IpAddressType": "dualstack" }));
    aws.ok("CreateListener", create);
    let back = json!({ "LoadBalancerArn": lb, "IpAddressType": "ipv4" });
    aws.refused_on_a_guess("InvalidConfigurationRequest", "SetIpAddressType", back);
}

#[test]
fn capacity_is_empty() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    assert_eq!(aws.ok("DescribeCapacityReservation", json!({ "LoadBalancerArn": lb })), "");
}

#[test]
fn a_forced_state() {
    let aws = aws();
    let lb = aws.load_balancer("lb");
    aws.edit(|state| {
        let load_balancers = &mut state.regions.get_mut("us-east-1").unwrap().load_balancers;
        let failed = albctl_sandbox::state::elbv2::LoadBalancerStateCode::Failed;
        load_balancers.get_mut(&lb).unwrap().forced_state = Some(failed);
    });
    assert_eq!(describe(&aws, &lb)["State"]["Code"], "failed");
}
