//! The targets' own security groups.

use albctl::kinds::target_group::model::{HealthCheck, Protocol, ProtocolVersion, TargetType};
use albctl::kinds::targets::Target;
use albctl::kinds::{Call, target_group, targets};
use albctl::model::world::Tags;
use albctl_sandbox::state::IpRule;
use albctl_sandbox::{Fault, FaultKind, Match};

use super::{REGION, healthy, path};
use crate::fixes::scene::{Scene, forward};

/// A port for the members of other groups.
fn from_groups(port: u16, groups: &[&str]) -> IpRule {
    let groups = groups.iter().map(|id| (*id).to_owned()).collect();
    IpRule { protocol: "tcp".into(), ports: Some((port, port)), groups, ..IpRule::default() }
}

/// The targets of `web-orders` do not answer, and have a group with these rules.
fn silent(inbound: Vec<IpRule>) -> Scene {
    let scene = healthy();
    scene.plant(|state| {
        for address in ["10.0.0.1", "10.0.0.2"] {
            state.set_address_groups(address, &["sg-0b"]);
        }
        state.set_security_group("sg-0b", inbound, vec![IpRule::all()]);
    });
    for id in ["10.0.0.1", "10.0.0.2"] {
        scene.says(id, "unhealthy", "Target.Timeout", "Request timed out");
    }
    scene.stage.sandbox.clear_calls();
    scene
}

#[test]
fn the_load_balancer_is_not_let_in() {
    let scene = silent(vec![from_groups(8080, &["sg-0ther"]), from_groups(22, &["sg-0a"])]);
    let evidence = [
        "no inbound rule of sg-0b lets web in to the targets of web-orders on port 8080",
        "web has sg-0a",
        "sg-0b inbound: tcp 8080, sg-0ther",
        "10.0.0.2:8080  unhealthy, has sg-0b",
        "rule/443/10",
    ];
    let found = scene.first("web", "target-security-group", &evidence);
    found.explains(&[504]);
    let command = "aws ec2 authorize-security-group-ingress --region us-east-1 --group-id sg-0b --protocol tcp --port \
                   8080 --source-group sg-0a";
    assert_eq!(found.text("advice"), command);
    scene.first("web --status 504", "target-security-group", &[]);
    let ran = scene.albctl("doctor web");
    assert!(ran.out.contains("Not looked at: network ACLs and routes"), "{ran:#?}");
    // What the command does mends it, as far as can be seen.
    scene.plant(|state| {
        let group = state.security_groups.get_mut("sg-0b").unwrap();
        group.inbound.push(from_groups(8080, &["sg-0a"]));
    });
    scene.first("web", "check-timeout", &[]);
}

#[test]
fn a_rule_that_may_be_for_it_is_no_fault() {
    let list = IpRule { prefix_lists: vec!["pl-1".into()], ..from_groups(8080, &[]) };
    for rule in
        [list, IpRule::tcp(8080, "10.0.0.0/8"), from_groups(8080, &["sg-0ther", "sg-0a"]), IpRule::all()]
    {
        let scene = silent(vec![rule.clone()]);
        let all = scene.findings("web");
        assert_eq!(all.len(), 1, "{rule:?} {all:#?}");
        assert_eq!(all[0].text("code"), "check-timeout", "{rule:?}");
    }
}

#[test]
fn one_of_several_groups_is_enough_and_the_check_has_its_port() {
    let scene = silent(vec![from_groups(8080, &["sg-0a"])]);
    let arn = scene.groups["web-orders"].clone();
    scene.plant(|state| {
        let group = state.regions.get_mut(REGION).unwrap().target_groups.get_mut(&arn).unwrap();
        group.health_check.port = Some("9090".to_owned());
    });
    // Requests get through: only the checks do not.
    let checks = "web-orders on port 9090: their health checks fail, and they become unhealthy";
    let found = scene.first("web", "target-security-group", &[checks]);
    found.explains(&[]);
    scene.plant(|state| {
        state.set_security_group("sg-0c", vec![from_groups(9090, &["sg-0a"])], vec![]);
        state.set_address_groups("10.0.0.1", &["sg-0b", "sg-0c"]);
    });
    scene.first(
        "web",
        "target-security-group",
        &["1 of 2 targets of web-orders on port 9090", "10.0.0.2:8080"],
    );
}

#[test]
fn instances_have_their_primary_interface() {
    let scene = silent(vec![from_groups(8080, &["sg-0a"])]);
    let arn = scene.stage.stranger(&Call::TargetGroup(target_group::Call::CreateTargetGroup {
        name: "web-old".to_owned(),
        target_type: TargetType::Instance,
        protocol: Some(Protocol::Http),
        protocol_version: ProtocolVersion::DEFAULT,
        port: Some(80),
        vpc: Some("vpc-0a".to_owned()),
        health_check: HealthCheck {
            enabled: true,
            protocol: Some(Protocol::Http),
            port: Some("traffic-port".to_owned()),
            path: "/".to_owned(),
            interval: 30,
            timeout: 5,
            healthy_threshold: 2,
            unhealthy_threshold: 2,
            success_codes: "200".to_owned(),
        },
        tags: Tags::new(),
    }));
    let targets = [Target { id: "i-0a1b2c3d".to_owned(), port: Some(80), zone: None }].into();
    scene
        .stage
        .stranger(&Call::Targets(targets::Call::RegisterTargets { target_group: arn.clone(), targets }));
    scene.rule(5, vec![path("/old")], forward(&[(&arn, 1)], None));
    scene.says("i-0a1b2c3d", "unhealthy", "Target.Timeout", "Request timed out");
    scene.plant(|state| {
        state.set_instance_groups("i-0a1b2c3d", &["sg-0d"]);
        state.set_security_group("sg-0d", vec![], vec![]);
    });
    let evidence = ["web-old on port 80", "sg-0d has no inbound rule", "i-0a1b2c3d:80"];
    let found = scene.first("web", "target-security-group", &evidence);
    assert!(found.text("advice").contains("--group-id sg-0d --protocol tcp --port 80 --source-group sg-0a"));
}

#[test]
fn they_are_read_only_where_targets_do_not_answer() {
    let asked = |scene: &Scene| -> Vec<String> {
        let calls = scene.stage.sandbox.calls().into_iter().filter(|call| call.service == "ec2");
        let all = calls.map(|call| call.operation).collect();
        scene.stage.sandbox.clear_calls();
        all
    };
    let scene = healthy();
    scene.is_well("web");
    assert_eq!(asked(&scene), ["DescribeSecurityGroups"]);
    let scene = silent(vec![]);
    scene.albctl("doctor web");
    let all = asked(&scene);
    assert_eq!(all, ["DescribeSecurityGroups", "DescribeNetworkInterfaces", "DescribeSecurityGroups"]);
}

#[test]
fn what_may_not_be_read_is_a_note() {
    for operation in ["DescribeNetworkInterfaces", "DescribeSecurityGroups"] {
        let scene = silent(vec![]);
        let code = "UnauthorizedOperation".to_owned();
        let kind = FaultKind::Fail { code, status: 403, message: "not today".to_owned() };
        let matches = Match::Operation(operation.to_owned());
        scene.stage.sandbox.inject(Fault { matches, nth: 1, count: 0, kind });
        let found = scene.first("web", "check-timeout", &[]);
        assert!(found.text("advice").contains("sg-0a"), "whom the targets have to let in");
        let notes = scene.albctl("doctor web --output json").json()["notes"].to_string();
        assert!(notes.contains(&format!("ec2:{operation} is denied")), "{notes}");
        assert!(notes.contains("whether the targets' security groups let the load balancer in"), "{notes}");
        let ran = scene.albctl("doctor web");
        assert!(ran.out.contains("Not looked at: the targets' security groups"), "{ran:#?}");
    }
}

#[test]
fn ports_of_checks_and_of_requests() {
    let scene = silent(vec![]);
    let arn = scene.groups["web-orders"].clone();
    scene.plant(|state| {
        let group = state.regions.get_mut(REGION).unwrap().target_groups.get_mut(&arn).unwrap();
        group.health_check.port = Some("9090".to_owned());
    });
    let evidence = ["web-orders on ports 8080, 9090: requests are answered 504"];
    scene.first("web", "target-security-group", &evidence).explains(&[504]);
}

#[test]
fn groups_that_are_not_all_known() {
    let told = |scene: &Scene| {
        let answer = scene.albctl("doctor web --output json").json();
        let left = answer["not_looked_at"].to_string().contains("security groups of targets");
        (left, answer["notes"].to_string())
    };
    let scene = silent(vec![]);
    assert_eq!(told(&scene), (false, "[]".to_owned()));
    // One of several interfaces is not told of.
    scene.plant(|state| {
        state.network_interfaces.retain(|_, one| one.addresses != ["10.0.0.2"]);
        state.set_address_groups("10.0.0.2", &[]);
    });
    assert_eq!(told(&scene), (true, "[]".to_owned()));
    // More targets than are looked into.
    let scene = silent(vec![]);
    let more: Vec<String> = (1..=99).map(|number| format!("10.0.7.{number}")).collect();
    let addresses: Vec<&str> = more.iter().map(String::as_str).collect();
    crate::fixes::scene::register(&scene.stage, &scene.groups["web-orders"], &addresses, 8080);
    scene.plant(|state| addresses.iter().for_each(|one| state.set_address_groups(one, &["sg-0b"])));
    for one in &addresses {
        scene.says(one, "unhealthy", "Target.Timeout", "Request timed out");
    }
    let note = "the security groups of only 100 of 101 targets that do not answer were looked at";
    assert_eq!(told(&scene), (true, serde_json::json!([note]).to_string()));
}
