//! A shop that somebody made by hand: a load balancer without a tag of albctl, with groups of all sorts.

use std::collections::BTreeMap;

use albctl_sandbox::state::acm::{Origin, Requested};
use albctl_sandbox::state::{Health, KeyAlgorithm};
use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types as api;
use serde_json::Value;

use crate::cli::{Ran, Shell};
use crate::pki;
use crate::support::Stage;

/// The stage that it stands on, and a shell whose `--sandbox` is that stage.
pub struct Shop {
    pub stage: Stage,
    pub shell: Shell,
    /// ARNs by name: `shop`, `users`, `http`, `https`, `rule 10`.
    pub arns: BTreeMap<String, String>,
}

impl Shop {
    /// `shop` with an HTTP listener that forwards to `users`; groups `users` (2 healthy targets), `users-canary` (1),
    /// `empty` (none) and `orders` (1, sticky); `other` with a group `billing`.
    pub fn open() -> Self {
        let stage = Stage::new();
        let mut shop = Self { stage, shell: Shell::new(), arns: BTreeMap::new() };
        for name in ["shop", "other"] {
            shop.balancer(name);
        }
        for (name, targets) in
            [("users", 2), ("users-canary", 1), ("empty", 0), ("orders", 1), ("billing", 1)]
        {
            shop.group(name, targets);
        }
        shop.listener("http", "shop", 80, &[("users", 1)], None);
        shop.listener("elsewhere", "other", 80, &[("billing", 1)], None);
        shop.stage.sandbox.clear_calls();
        shop
    }

    pub fn elb(&self) -> &Client {
        &self.stage.clients.elb
    }

    pub fn arn(&self, name: &str) -> String {
        self.arns.get(name).unwrap_or_else(|| panic!("there is no {name}")).clone()
    }

    /// Waits for a call.
    pub fn on<T>(&self, call: impl Future<Output = T>) -> T {
        self.stage.runtime.block_on(call)
    }

    pub fn balancer(&mut self, name: &str) {
        let request = self.elb().create_load_balancer().name(name).subnets("subnet-0a").subnets("subnet-0b");
        let answer = self.on(request.send()).expect("a load balancer");
        let arn = answer.load_balancers()[0].load_balancer_arn().expect("an ARN").to_owned();
        self.arns.insert(name.to_owned(), arn);
    }

    /// A group of addresses, all healthy once something forwards to it.
    pub fn group(&mut self, name: &str, targets: usize) {
        let request = self.elb().create_target_group().name(name).protocol(api::ProtocolEnum::Http).port(80);
        let request = request.vpc_id("vpc-0a1b2c3d").target_type(api::TargetTypeEnum::Ip);
        let answer = self.on(request.send()).expect("a target group");
        let arn = answer.target_groups()[0].target_group_arn().expect("an ARN").to_owned();
        let number = self.arns.len();
        for target in 0..targets {
            let target =
                api::TargetDescription::builder().id(format!("10.0.{number}.{}", target + 1)).build();
            let request = self.elb().register_targets().target_group_arn(&arn).targets(target);
            self.on(request.send()).expect("registered");
        }
        self.arns.insert(name.to_owned(), arn);
    }

    /// What a forward sends.
    pub fn forward(&self, groups: &[(&str, i32)], sticky: Option<i32>) -> api::Action {
        let tuple = |(name, weight): &(&str, i32)| {
            api::TargetGroupTuple::builder().target_group_arn(self.arn(name)).weight(*weight).build()
        };
        let sticky = sticky.map(|seconds| {
            api::TargetGroupStickinessConfig::builder().enabled(true).duration_seconds(seconds).build()
        });
        let config = api::ForwardActionConfig::builder()
            .set_target_groups(Some(groups.iter().map(tuple).collect()))
            .set_target_group_stickiness_config(sticky);
        api::Action::builder().r#type(api::ActionTypeEnum::Forward).forward_config(config.build()).build()
    }

    pub fn listener(
        &mut self,
        name: &str,
        balancer: &str,
        port: i32,
        groups: &[(&str, i32)],
        certificate: Option<&str>,
    ) {
        let protocol = if certificate.is_some() { api::ProtocolEnum::Https } else { api::ProtocolEnum::Http };
        let certificate = certificate.map(|arn| api::Certificate::builder().certificate_arn(arn).build());
        let request = self.elb().create_listener().load_balancer_arn(self.arn(balancer)).port(port);
        let request = request.protocol(protocol).set_certificates(certificate.map(|one| vec![one]));
        let answer = self.on(request.default_actions(self.forward(groups, None)).send()).expect("a listener");
        let arn = answer.listeners()[0].listener_arn().expect("an ARN").to_owned();
        self.arns.insert(name.to_owned(), arn);
    }

    /// A rule on a listener; called `rule PRIORITY`.
    pub fn rule(&mut self, listener: &str, priority: i32, when: (&str, &str), then: api::Action) {
        let (field, value) = when;
        let condition = api::RuleCondition::builder().field(field).values(value).build();
        let request = self.elb().create_rule().listener_arn(self.arn(listener)).priority(priority);
        let answer = self.on(request.conditions(condition).actions(then).send()).expect("a rule");
        let arn = answer.rules()[0].rule_arn().expect("an ARN").to_owned();
        self.arns.insert(format!("rule {priority}"), arn);
    }

    /// Targets of a group fail their checks.
    pub fn fails(&self, group: &str) {
        let request = self.elb().describe_target_health().target_group_arn(self.arn(group));
        let answer = self.on(request.send()).expect("health");
        let ids = answer.target_health_descriptions().iter().filter_map(|one| one.target()?.id());
        self.stage.sandbox.edit(|state| {
            for id in ids {
                let health = Health::Unhealthy { reason: "Target.Timeout".to_owned() };
                state.target_health.insert(id.to_owned(), health);
            }
        });
    }

    /// Runs the binary on this stage.
    pub fn run(&self, line: &str) -> Ran {
        self.stage.sandbox.advance(std::time::Duration::from_secs(300));
        self.shell.edit(|state| *state = self.stage.sandbox.snapshot());
        let ran = self.shell.run(&format!("--sandbox {line}"));
        let state: Value = self.shell.state();
        self.stage.sandbox.restore(state).expect("the state is one of a sandbox");
        ran
    }

    /// The groups of a rule or listener with their weights, by name.
    pub fn weights(&self, rule: &str) -> Vec<(String, i32)> {
        let config = match rule.starts_with("rule") {
            true => {
                let request = self.elb().describe_rules().rule_arns(self.arn(rule));
                let answer = self.on(request.send()).expect("the rule");
                answer.rules()[0].actions()[0].forward_config().cloned()
            }
            false => {
                let request = self.elb().describe_listeners().listener_arns(self.arn(rule));
                let answer = self.on(request.send()).expect("the listener");
                answer.listeners()[0].default_actions()[0].forward_config().cloned()
            }
        };
        let config = config.expect("it forwards");
        let name = |arn: &str| arn.split('/').nth(1).unwrap_or_default().to_owned();
        let one = |one: &api::TargetGroupTuple| {
            (name(one.target_group_arn().unwrap_or_default()), one.weight().unwrap_or_default())
        };
        let mut all: Vec<(String, i32)> = config.target_groups().iter().map(one).collect();
        all.sort();
        all
    }
}

impl Shop {
    /// An issued certificate of ACM whose ARN ends with this name.
    pub fn certificate(&mut self, name: &str, names: &[&str]) -> String {
        let arn = format!("arn:aws:acm:us-east-1:000000000000:certificate/{name}");
        self.stage.sandbox.edit(|state| state.add_issued_certificate("us-east-1", &arn, names));
        self.arns.insert(name.to_owned(), arn.clone());
        arn
    }

    /// The same with a key on an elliptic curve.
    pub fn on_a_curve(&mut self, name: &str, names: &[&str]) -> String {
        let arn = self.certificate(name, names);
        self.requested(name, |requested| requested.key_algorithm = KeyAlgorithm::EcPrime256v1);
        arn
    }

    /// Changes a certificate that ACM issues.
    pub fn requested(&self, name: &str, change: impl FnOnce(&mut Requested)) {
        self.stage.sandbox.edit(|state| {
            let region = state.regions.get_mut("us-east-1").expect("a region");
            let one = region.certificates.get_mut(&self.arn(name)).expect("a certificate");
            let Origin::Requested(requested) = &mut one.origin else { panic!("{name} is imported") };
            change(requested);
        });
    }

    /// One that somebody imported, valid for so many days.
    pub fn imported(&mut self, name: &str, names: &[&str], days: u64) -> String {
        let pair = pki::pair(names, days);
        let blob = |text: &str| aws_sdk_acm::primitives::Blob::new(text.as_bytes());
        let request = self.stage.clients.acm.import_certificate().certificate(blob(&pair.certificate));
        let request = request.private_key(blob(&pair.key)).certificate_chain(blob(&pair.chain));
        let answer = self.on(request.send()).expect("imported");
        let arn = answer.certificate_arn().expect("an ARN").to_owned();
        self.arns.insert(name.to_owned(), arn.clone());
        arn
    }

    /// A server certificate of IAM.
    pub fn server_certificate(&mut self, name: &str, names: &[&str]) -> String {
        let made = self.stage.sandbox.edit(|state| state.add_server_certificate("/", name, names));
        let arn = made.expect("a certificate");
        self.arns.insert(name.to_owned(), arn.clone());
        arn
    }

    /// Adds certificates to the list of a listener.
    pub fn attach(&self, listener: &str, names: &[&str]) {
        for name in names {
            let one = api::Certificate::builder().certificate_arn(self.arn(name)).build();
            let request = self.elb().add_listener_certificates().listener_arn(self.arn(listener));
            self.on(request.certificates(one).send()).expect("attached");
        }
    }

    /// The certificates of a listener by name, the default and the list.
    pub fn served(&self, listener: &str) -> (String, Vec<String>) {
        let request = self.elb().describe_listener_certificates().listener_arn(self.arn(listener));
        let answer = self.on(request.send()).expect("the listener");
        let name = |arn: Option<&str>| {
            let found = self.arns.iter().find(|(_, one)| Some(one.as_str()) == arn);
            found.map(|(name, _)| name.clone()).unwrap_or_default()
        };
        let all = answer.certificates();
        let default = all.iter().find(|one| one.is_default() == Some(true));
        let mut list: Vec<String> = all
            .iter()
            .filter(|one| one.is_default() != Some(true))
            .map(|one| name(one.certificate_arn()))
            .collect();
        list.sort();
        (name(default.and_then(api::Certificate::certificate_arn)), list)
    }
}
