//! A load balancer that somebody made by hand, with a group of instances, one of addresses, one of a function, and one
//! that nothing forwards to.

use std::collections::BTreeMap;
use std::time::Duration;

use albctl::kinds::action::{Action, Weighted};
use albctl::kinds::target_group::model::{HealthCheck, ProtocolVersion, TargetType};
use albctl::kinds::{Call, listener, load_balancer, rule, target_group, targets};
use albctl_sandbox::State;
use albctl_sandbox::state::Health;
use serde_json::Value;

use crate::by_hand;
use crate::cli::Shell;
use crate::cli::serve::Endpoint;
use crate::support::Stage;

/// The first instance of `legacy-orders`; both are on 8080.
pub const FIRST: &str = "i-0a1b2c3d4e5f60718";
/// The second one.
pub const SECOND: &str = "i-0b2c3d4e5f6071829";

/// What stands on the stage.
pub struct Crew {
    pub stage: Stage,
    /// Of `legacy-orders`: instances on 8080, for /orders.
    pub orders: String,
    /// Of `legacy-users`: addresses on 3000, for everything else.
    pub users: String,
    /// Of `legacy-idle`: addresses, and nothing forwards to it.
    pub idle: String,
}

impl Crew {
    /// All targets are healthy.
    pub fn new() -> Self {
        let crew = Self::fresh();
        crew.stage.sandbox.advance(Duration::from_secs(600));
        crew.stage.sandbox.clear_calls();
        crew
    }

    /// No target was checked yet.
    pub fn fresh() -> Self {
        let stage = Stage::new();
        let balancer = stage.stranger(&Call::LoadBalancer(load_balancer::Call::CreateLoadBalancer {
            name: "legacy".to_owned(),
            scheme: load_balancer::model::Scheme::InternetFacing,
            ip_address_type: load_balancer::model::IpAddressType::Ipv4,
            subnets: ["subnet-0aaa1111", "subnet-0bbb2222"].map(str::to_owned).into(),
            security_groups: ["sg-0ccc3333".to_owned()].into(),
            tags: BTreeMap::new(),
        }));
        let orders = group(&stage, "legacy-orders", TargetType::Instance, 8080);
        let users = group(&stage, "legacy-users", TargetType::Ip, 3000);
        let idle = group(&stage, "legacy-idle", TargetType::Ip, 3000);
        let crew = Self { stage, orders, users, idle };
        crew.register(&crew.orders, &[(FIRST, 8080, None), (SECOND, 8080, None)]);
        crew.register(
            &crew.users,
            &[("10.0.1.7", 3000, Some("us-east-1a")), ("192.168.4.20", 3000, Some("all"))],
        );
        let http = crew.stage.stranger(&Call::Listener(listener::Call::CreateListener {
            load_balancer: balancer,
            port: 80,
            protocol: listener::model::Protocol::Http,
            ssl_policy: None,
            certificate: None,
            default: forward(&crew.users),
            tags: BTreeMap::new(),
        }));
        crew.stage.stranger(&Call::Rule(rule::Call::CreateRule {
            listener: http,
            priority: 10,
            when: vec![rule::Condition::Path(["/orders*".to_owned()].into())],
            then: forward(&crew.orders),
            tags: BTreeMap::new(),
        }));
        crew
    }

    pub fn register(&self, group: &str, targets: &[(&str, u16, Option<&str>)]) {
        let one = |(id, port, zone): &(&str, u16, Option<&str>)| targets::Target {
            id: (*id).to_owned(),
            port: Some(*port),
            zone: zone.map(str::to_owned),
        };
        self.stage.stranger(&Call::Targets(targets::Call::RegisterTargets {
            target_group: group.to_owned(),
            targets: targets.iter().map(one).collect(),
        }));
    }

    /// A group of a function, which nothing forwards to.
    pub fn function(&self) {
        let check = HealthCheck::off();
        self.stage.stranger(&Call::TargetGroup(target_group::Call::CreateTargetGroup {
            name: "legacy-warm".to_owned(),
            target_type: TargetType::Lambda,
            protocol: None,
            protocol_version: ProtocolVersion::DEFAULT,
            port: None,
            vpc: None,
            health_check: check,
            tags: BTreeMap::new(),
        }));
    }

    /// From now on AWS says this of a target: `ID` or `ID:PORT`.
    pub fn says(&self, target: &str, state: &str, reason: &str, description: &str) {
        let said = Health::Said {
            state: state.to_owned(),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
            description: (!description.is_empty()).then(|| description.to_owned()),
        };
        self.edit(|state| drop(state.target_health.insert(target.to_owned(), said)));
    }

    pub fn edit(&self, change: impl FnOnce(&mut State)) {
        self.stage.sandbox.edit(change);
    }

    /// A user's machine with this load balancer in its sandbox.
    pub fn shell(&self) -> Shell {
        let shell = Shell::with(&[]);
        self.into(&shell);
        shell
    }

    /// Puts this load balancer into the sandbox of a user's machine.
    pub fn into(&self, shell: &Shell) {
        shell.edit(|state| *state = self.stage.sandbox.snapshot());
    }

    /// The same behind HTTP, where calls are counted and can fail.
    pub fn endpoint(&self) -> Endpoint {
        let endpoint = Endpoint::start();
        endpoint.sandbox.restore(self.stage.sandbox.snapshot()).expect("a state of this version");
        endpoint
    }
}

fn forward(group: &str) -> Action<String> {
    Action::Forward { groups: vec![Weighted { group: group.to_owned(), weight: 1 }], stickiness: None }
}

fn group(stage: &Stage, name: &str, target_type: TargetType, port: u16) -> String {
    by_hand::Group { target_type, ..by_hand::Group::quick(name, port) }.make(stage)
}

/// The group of a state of the sandbox.
pub fn group_in<'a>(state: &'a Value, name: &str) -> &'a Value {
    let groups = state["regions"]["us-east-1"]["target_groups"].as_object().expect("groups");
    let (_, group) = groups.iter().find(|(arn, _)| arn.contains(&format!("/{name}/"))).expect("the group");
    group
}

/// `ID:PORT`, of those that are registered in a state of the sandbox; `!` before those that leave.
pub fn targets_in(state: &Value, name: &str) -> Vec<String> {
    let targets = group_in(state, name)["targets"].as_array().expect("targets");
    let one = |target: &Value| {
        let leaves = if target["drains_until"].is_null() { "" } else { "!" };
        let zone = target["zone"].as_str().map(|zone| format!("@{zone}")).unwrap_or_default();
        format!("{leaves}{}:{}{zone}", target["id"].as_str().unwrap_or_default(), target["port"])
    };
    targets.iter().map(one).collect()
}
