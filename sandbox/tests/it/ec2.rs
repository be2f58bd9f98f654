//! Security groups.

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
    assert!(snapshot.as_object_mut().unwrap().remove("security_groups").is_some());
    aws.sandbox.restore(snapshot).unwrap();
    assert_eq!(aws.ec2("DescribeSecurityGroups", named("sg-0a")).0, 200);
}
