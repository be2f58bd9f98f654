//! Security groups, and the network interfaces of targets.

use albctl_sandbox::state::IpRule;
use serde_json::{Value, json};

use crate::harness::aws;

/// EC2's variant of the query protocol has lists without `member`.
fn named(id: &str) -> Value {
    json!({ "GroupId.1": id })
}

fn describe(params: Value) -> (u16, String) {
    aws().ec2("DescribeSecurityGroups", params)
}

#[test]
fn every_group_exists_and_lets_everything_through() {
    let (status, body) = describe(named("sg-0a1b2c3d"));
    assert_eq!(status, 200, "{body}");
    let start =
        "<DescribeSecurityGroupsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>";
    assert!(body.starts_with(start), "{body}");
    assert!(!body.contains("Port>"), "-1 has no ports: {body}");
    let ranges = "<ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges>";
    assert_eq!(body.matches(ranges).count(), 2, "in and out: {body}");
    assert_eq!(body.matches("<ipProtocol>-1</ipProtocol>").count(), 2, "{body}");
    assert!(body.contains("<groupId>sg-0a1b2c3d</groupId>"), "{body}");
}

#[test]
fn rules_that_the_state_says() {
    let aws = aws();
    aws.edit(|state| {
        let inbound = IpRule {
            protocol: "tcp".into(),
            ports: Some((80, 443)),
            prefix_lists: vec!["pl-1".into()],
            groups: vec!["sg-0b".into()],
            ..IpRule::default()
        };
        state.set_security_group("sg-0a", vec![inbound], vec![]);
    });
    let (status, body) = aws.ec2("DescribeSecurityGroups", named("sg-0a"));
    assert_eq!(status, 200, "{body}");
    for part in [
        "<fromPort>80</fromPort>",
        "<toPort>443</toPort>",
        "<groupId>sg-0b</groupId>",
        "<prefixListIds><item><prefixListId>pl-1</prefixListId></item></prefixListIds>",
        "<ipRanges></ipRanges>",
        "<ipPermissionsEgress></ipPermissionsEgress>",
    ] {
        assert!(body.contains(part), "{part} is not in {body}");
    }
    // Without ids: those that are known.
    let (_, body) = aws.ec2("DescribeSecurityGroups", json!({}));
    assert!(body.contains("sg-0a</groupId>") && body.contains("<groupName>default</groupName>"), "{body}");
    let calls = aws.sandbox.calls();
    assert!(calls.iter().all(|call| call.service == "ec2" && !call.mutating), "{calls:?}");
}

#[test]
fn refusals_are_those_of_ec2() {
    let refused = |params: Value, code: &str| {
        let (status, body) = describe(params);
        assert_eq!(status, 400, "{body}");
        let start = format!("<Response><Errors><Error><Code>{code}</Code><Message>");
        assert!(body.starts_with(&start), "{body}");
        body
    };
    let body = refused(named("web"), "InvalidGroupId.Malformed");
    assert!(body.contains("Invalid id: \"web\" (expecting \"sg-...\")"), "{body}");
    // The placeholder of AWS's documentation.
    refused(named("sg-0123456789abcdef0"), "InvalidGroup.NotFound");
    refused(json!({ "MaxResults": "5" }), "UnknownParameter");
    let (status, body) = aws().ec2("DescribeVpcs", json!({}));
    assert!(status == 400 && body.contains("<Code>InvalidAction</Code>"), "{body}");
}

/// A state file of before there were rules of groups is read.
#[test]
fn older_states_have_none() {
    let aws = aws();
    let mut snapshot = aws.sandbox.snapshot();
    for key in ["security_groups", "network_interfaces"] {
        assert!(snapshot.as_object_mut().unwrap().remove(key).is_some());
    }
    aws.sandbox.restore(snapshot).unwrap();
    assert_eq!(aws.ec2("DescribeSecurityGroups", named("sg-0a")).0, 200);
}

fn filter(name: &str, values: &[&str]) -> Value {
    let mut params = json!({ "Filter.1.Name": name });
    for (index, value) in values.iter().enumerate() {
        params[format!("Filter.1.Value.{}", index + 1)] = (*value).into();
    }
    params
}

#[test]
fn interfaces_are_those_that_the_state_says() {
    let aws = aws();
    aws.edit(|state| {
        state.set_address_groups("10.0.0.7", &["sg-0b", "sg-0c"]);
        state.set_instance_groups("i-0a1b2c3d", &["sg-0d"]);
    });
    let (status, body) = aws
        .ec2("DescribeNetworkInterfaces", filter("addresses.private-ip-address", &["10.0.0.7", "10.0.0.8"]));
    assert_eq!(status, 200, "{body}");
    let start =
        "<DescribeNetworkInterfacesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>";
    assert!(body.starts_with(start), "{body}");
    for part in ["<groupId>sg-0b</groupId>", "<groupId>sg-0c</groupId>", "<privateIpAddress>10.0.0.7<"] {
        assert!(body.contains(part), "{part} is not in {body}");
    }
    assert_eq!(body.matches("<networkInterfaceId>eni-0").count(), 1, "{body}");
    assert!(!body.contains("nextToken") && !body.contains("attachment"), "{body}");
    let mut both = filter("attachment.instance-id", &["i-0a1b2c3d"]);
    let (_, body) = aws.ec2("DescribeNetworkInterfaces", both.clone());
    let attached = "<attachment><deviceIndex>0</deviceIndex><instanceId>i-0a1b2c3d</instanceId>";
    assert!(body.contains(attached) && body.contains("sg-0d"), "{body}");
    // All filters must hold.
    both["Filter.2.Name"] = "vpc-id".into();
    both["Filter.2.Value.1"] = "vpc-0ther".into();
    let (_, body) = aws.ec2("DescribeNetworkInterfaces", both);
    assert!(body.contains("<networkInterfaceSet></networkInterfaceSet>"), "{body}");
}

#[test]
fn interfaces_come_in_pages() {
    let aws = aws();
    aws.edit(|state| (1..=12).for_each(|at| state.set_address_groups(&format!("10.0.0.{at}"), &["sg-0b"])));
    let (mut seen, mut token, mut pages) = (0, None, 0);
    loop {
        let mut params = json!({ "MaxResults": "5" });
        if let Some(token) = token {
            params["NextToken"] = Value::String(token);
        }
        let (status, body) = aws.ec2("DescribeNetworkInterfaces", params);
        assert_eq!(status, 200, "{body}");
        (seen, pages) = (seen + body.matches("<networkInterfaceId>").count(), pages + 1);
        let next = body.split_once("<nextToken>").and_then(|(_, rest)| rest.split_once("</nextToken>"));
        match next {
            Some((next, _)) => token = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!((seen, pages), (12, 3));
}

#[test]
fn interfaces_that_cannot_be_asked_for() {
    for (params, code) in [
        (filter("colour", &["red"]), "InvalidParameterValue"),
        (json!({ "MaxResults": "4" }), "InvalidParameterValue"),
        (json!({ "NextToken": "x" }), "InvalidParameterValue"),
        (json!({ "Colour": "red" }), "UnknownParameter"),
        (filter("vpc-id", &["vpc-0a"; 201]), "FilterLimitExceeded"),
    ] {
        let (status, body) = aws().ec2("DescribeNetworkInterfaces", params);
        assert!(status == 400 && body.contains(&format!("<Code>{code}</Code>")), "{code} {body}");
    }
}
