//! The load balancer's security groups.

use albctl_sandbox::state::IpRule;
use albctl_sandbox::{Fault, FaultKind, Match};

use super::{Finding, healthy};
use crate::fixes::scene::Scene;

/// A scene whose load balancer's only group has these rules.
fn rules(inbound: Vec<IpRule>, outbound: Vec<IpRule>) -> Scene {
    let scene = healthy();
    scene.plant(|state| state.set_security_group("sg-0a", inbound, outbound));
    scene
}

fn codes(all: &[Finding]) -> Vec<String> {
    all.iter().map(|one| format!("{} {}", one.text("code"), one.text("subject"))).collect()
}

#[test]
fn nobody_is_let_in() {
    let scene = rules(vec![IpRule::tcp(80, "0.0.0.0/0"), IpRule::tcp(22, "0.0.0.0/0")], vec![IpRule::all()]);
    let evidence =
        ["no inbound rule of sg-0a", "port 443", "sg-0a inbound: tcp 80, 0.0.0.0/0", "no status code"];
    let found = scene.first("web", "security-group-ingress", &evidence);
    found.explains(&[]);
    assert_eq!(found.0["mend"], serde_json::Value::Null, "albctl changes no security groups");
    let command = "aws ec2 authorize-security-group-ingress --region us-east-1 --group-id sg-0a --protocol tcp --port \
                   443 --cidr 0.0.0.0/0";
    assert_eq!(found.text("advice"), command);
    assert_eq!(scene.findings("web").len(), 1, "port 80 is open, and nothing else is wrong");
}

#[test]
fn another_port_is_not_in_the_way() {
    // Only 443 is closed, and the request is one for 80.
    let scene = rules(vec![IpRule::tcp(80, "0.0.0.0/0")], vec![IpRule::all()]);
    scene.says("10.0.0.3", "unhealthy", "Target.Timeout", "Request timed out");
    let own = scene.stage.sandbox.edit(|state| {
        let all = &state.regions[super::REGION].load_balancers;
        all[&scene.balancer].dns_name.clone()
    });
    let all = scene.findings(&format!("http://{own}/"));
    let told: Vec<(String, bool)> =
        all.iter().map(|one| (one.text("code"), one.0["on_path"] == true)).collect();
    assert_eq!(told[0], ("check-timeout".to_owned(), true), "{told:?}");
    assert!(told.contains(&("security-group-ingress".to_owned(), false)), "{told:?}");
    let walk = scene.albctl(&format!("doctor http://{own}/ --output json")).json()["walk"].clone();
    let listener = walk.as_array().into_iter().flatten().find(|stop| stop["link"] == "listener");
    assert_eq!(listener.expect("a listener")["good"], true);
    // The same fault is in the way of one for 443.
    let all = scene.findings(&format!("https://{own}/"));
    assert_eq!(
        (all[0].text("code").as_str(), &all[0].0["on_path"]),
        ("security-group-ingress", &true.into())
    );
}

#[test]
fn a_group_without_rules() {
    let scene = rules(vec![], vec![IpRule::all()]);
    let all = scene.findings("web");
    assert_eq!(all.len(), 2, "both ports: {:?}", codes(&all));
    scene.first("web", "security-group-ingress", &["sg-0a has no inbound rule"]);
}

#[test]
fn only_some_are_let_in() {
    for source in ["cidr", "list", "group"] {
        let some = match source {
            "cidr" => IpRule { cidrs: vec!["203.0.113.0/24".into()], ipv6_cidrs: vec![], ..IpRule::all() },
            "list" => IpRule {
                cidrs: vec![],
                ipv6_cidrs: vec![],
                prefix_lists: vec!["pl-1".into()],
                ..IpRule::all()
            },
            _ => IpRule { cidrs: vec![], ipv6_cidrs: vec![], groups: vec!["sg-0b".into()], ..IpRule::all() },
        };
        let scene = rules(vec![some], vec![IpRule::all()]);
        let ran = scene.is_well("web");
        assert!(!ran.out.contains("only some clients"), "{ran:#?}");
        let ran = scene.is_well("web -v");
        assert!(ran.out.contains("inbound rules of sg-0a let only some clients in on port 443"), "{ran:#?}");
    }
}

#[test]
fn requests_do_not_get_out() {
    let scene = rules(vec![IpRule::all()], vec![IpRule::tcp(443, "0.0.0.0/0")]);
    for id in ["10.0.0.1", "10.0.0.2"] {
        scene.says(id, "unhealthy", "Target.Timeout", "Request timed out");
    }
    let evidence = [
        "no outbound rule of sg-0a lets web reach the targets of web-orders on port 8080",
        "sg-0a outbound: tcp 443, 0.0.0.0/0",
        "10.0.0.2:8080",
        "unhealthy",
        "rule/443/10",
    ];
    let found = scene.first("web", "security-group-egress", &evidence);
    found.explains(&[504]);
    let command = "aws ec2 authorize-security-group-egress --region us-east-1 --group-id sg-0a --ip-permissions \
                   IpProtocol=tcp,FromPort=8080,ToPort=8080,IpRanges='[{CidrIp=CIDR}]'";
    assert!(found.text("advice").starts_with(command), "{found:#?}");
    scene.first("web --status 504", "security-group-egress", &evidence);
    let all = codes(&scene.findings("web"));
    let at = |code: &str| all.iter().position(|one| one == code).unwrap_or_else(|| panic!("{code} {all:?}"));
    assert!(at("security-group-egress web-orders") < at("check-timeout web-orders"));
}

#[test]
fn only_some_targets_can_be_reached() {
    let narrow = IpRule { cidrs: vec!["10.0.0.1/32".into()], ipv6_cidrs: vec![], ..IpRule::all() };
    let scene = rules(vec![IpRule::all()], vec![narrow.clone()]);
    let all = scene.findings("web");
    let orders = all.iter().find(|one| one.text("subject") == "web-orders").expect("a finding");
    assert!(orders.text("sentence").contains("1 of 2 targets of web-orders on port 8080"), "{orders:#?}");
    // Whom a prefix list holds is not known.
    let list = IpRule { prefix_lists: vec!["pl-1".into()], ..narrow };
    rules(vec![IpRule::all()], vec![list]).is_well("web");
}

#[test]
fn checks_do_not_get_out() {
    let scene = rules(vec![IpRule::all()], vec![IpRule::tcp(8080, "10.0.0.0/8")]);
    scene.is_well("web");
    let arn = scene.groups["web-orders"].clone();
    scene.plant(|state| {
        let group = state.regions.get_mut(super::REGION).unwrap().target_groups.get_mut(&arn).unwrap();
        group.health_check.port = Some("9090".to_owned());
    });
    let checks = "web-orders on port 9090: their health checks fail, and they become unhealthy";
    scene.first("web", "security-group-egress", &[checks]).explains(&[]);
}

#[test]
fn what_may_not_be_read() {
    for (code, status, words) in [
        ("UnauthorizedOperation", 403, "note: ec2:DescribeSecurityGroups is denied"),
        ("InvalidAction", 400, "note: ec2:DescribeSecurityGroups failed (not today)"),
        ("NotImplemented", 501, "note: ec2:DescribeSecurityGroups failed (not today)"),
    ] {
        let scene = rules(vec![], vec![]);
        let kind = FaultKind::Fail { code: code.to_owned(), status, message: "not today".to_owned() };
        let matches = Match::Operation("DescribeSecurityGroups".to_owned());
        scene.stage.sandbox.inject(Fault { matches, nth: 1, count: 0, kind });
        let ran = scene.is_well("web");
        assert!(ran.out.contains(words), "{ran:#?}");
    }
    // A group that is gone.
    let scene = healthy();
    scene.plant(|state| assert!(state.missing.insert("sg-0a".to_owned())));
    assert!(scene.is_well("web").out.contains("note: ec2:DescribeSecurityGroups failed"));
}

#[test]
fn they_are_read_with_one_call() {
    let scene = healthy();
    scene.is_well("web");
    let calls = scene.stage.sandbox.calls();
    let asked: Vec<_> = calls.iter().filter(|call| call.service == "ec2").collect();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0].params["GroupId"], serde_json::json!(["sg-0a"]));
}
