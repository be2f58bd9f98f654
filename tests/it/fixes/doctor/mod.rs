//! `doctor`: for each cause a fault is planted, and that cause is named first, with its evidence.

mod hosts;
mod looks;
mod network;
mod offers;
mod reach;
mod rivals;
mod routes;
mod targets;
mod zones;

use std::collections::BTreeMap;
use std::time::Duration;

use albctl::kinds::action::Action;
use albctl::kinds::rule::Condition;
use albctl::kinds::targets::Target;
use albctl::kinds::{Call, load_balancer, rule, target_group, targets as registrations};
use albctl::model::world::Tags;
use albctl_sandbox::state::{Health, State};
use serde_json::Value;

use super::scene::{Ran, Scene, register};

pub const REGION: &str = "us-east-1";

/// A scene in which nothing is wrong.
pub fn healthy() -> Scene {
    let scene = Scene::new();
    register(&scene.stage, &scene.groups["web-empty"], &["10.0.0.5"], 8080);
    scene.stage.sandbox.advance(Duration::from_secs(600));
    scene.stage.sandbox.clear_calls();
    scene
}

impl Scene {
    /// Changes AWS behind albctl's back.
    pub fn plant(&self, change: impl FnOnce(&mut State)) {
        self.stage.sandbox.edit(change);
    }

    /// What AWS says of a target.
    pub fn says(&self, id: &str, state: &str, reason: &str, description: &str) {
        let said = Health::Said {
            state: state.to_owned(),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
            description: (!description.is_empty()).then(|| description.to_owned()),
        };
        self.plant(|state| drop(state.target_health.insert(id.to_owned(), said)));
    }

    /// Sets attributes of a target group past albctl.
    pub fn group_attributes(&self, group: &str, attributes: &[(&str, &str)]) {
        let attributes: BTreeMap<String, String> =
            attributes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let target_group = self.groups[group].clone();
        let call = target_group::Call::ModifyTargetGroupAttributes { target_group, attributes };
        self.stage.stranger(&Call::TargetGroup(call));
    }

    /// Sets an attribute of the load balancer past albctl.
    pub fn attribute(&self, key: &str, value: &str) {
        let attributes = BTreeMap::from([(key.to_owned(), value.to_owned())]);
        let load_balancer = self.balancer.clone();
        let call = load_balancer::Call::ModifyLoadBalancerAttributes { load_balancer, attributes };
        self.stage.stranger(&Call::LoadBalancer(call));
    }

    /// Deregisters the addresses of a group, on its port 8080.
    pub fn deregister(&self, group: &str, addresses: &[&str]) {
        let target = |id: &&str| Target { id: (*id).to_owned(), port: Some(8080), zone: None };
        let (target_group, targets) = (self.groups[group].clone(), addresses.iter().map(target).collect());
        self.stage.stranger(&Call::Targets(registrations::Call::DeregisterTargets { target_group, targets }));
    }

    /// Makes a rule of the HTTPS listener.
    pub fn rule(&self, priority: u32, when: Vec<Condition>, then: Action<String>) -> String {
        let (listener, tags) = (self.https.clone(), Tags::new());
        self.stage.stranger(&Call::Rule(rule::Call::CreateRule { listener, priority, when, then, tags }))
    }

    /// The findings of a command that says that something is wrong.
    #[track_caller]
    pub fn findings(&self, line: &str) -> Vec<Finding> {
        let ran = self.albctl(&format!("doctor {line} --output json"));
        assert_eq!(ran.code, 1, "{ran:#?}");
        let answer = ran.json();
        assert_eq!(answer["wrong"], true);
        let all = answer["findings"].as_array().cloned().expect("a list");
        // No command is proposed that cannot be run: there is a spec only where the line names one.
        let has_spec = |one: &Value| one["mend"].as_str().is_some_and(|mend| mend.contains(" apply SPEC"));
        assert!(!all.iter().any(has_spec), "{all:#?}");
        let helps = |one: &Value| !one["mend"].is_null() || !one["advice"].is_null();
        assert_eq!(all.iter().find(|one| !helps(one) && one["code"] != "not-healthy"), None);
        all.into_iter().map(Finding).collect()
    }

    /// The first finding: it has this code, and its evidence holds these texts.
    #[track_caller]
    pub fn first(&self, line: &str, code: &str, evidence: &[&str]) -> Finding {
        let all = self.findings(line);
        let first = all.first().cloned().expect("a finding");
        assert_eq!(first.text("code"), code, "{all:#?}");
        let told = first.0["evidence"].to_string() + &first.text("sentence");
        for text in evidence {
            assert!(told.contains(text), "`{text}` is not in {:#}", first.0);
        }
        // What programs are told people are told, too.
        let ran = self.albctl(&format!("doctor {line}"));
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let at = flat(&ran.out).find(&flat(&first.text("sentence")));
        assert!(at.is_some(), "{ran:#?}");
        for line in first.0["evidence"].as_array().into_iter().flatten() {
            assert!(flat(&ran.out).contains(&flat(line.as_str().unwrap_or_default())), "{line} {ran:#?}");
        }
        first
    }

    /// Nothing is wrong.
    #[track_caller]
    pub fn is_well(&self, line: &str) -> Ran {
        let ran = self.albctl(&format!("doctor {line}"));
        assert!(ran.out.contains("Nothing is wrong that can be seen from here."), "{ran:#?}");
        assert_eq!(ran.code, 0, "{ran:#?}");
        ran
    }
}

/// A finding as programs get it.
#[derive(Clone, Debug)]
pub struct Finding(pub Value);

impl Finding {
    pub fn text(&self, key: &str) -> String {
        self.0[key].as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub fn mends(&self, command: &str) {
        assert_eq!(self.text("mend"), command);
    }

    #[track_caller]
    pub fn explains(&self, codes: &[u16]) {
        assert_eq!(self.0["explains"], serde_json::json!(codes));
    }
}

pub fn path(pattern: &str) -> Condition {
    Condition::Path([pattern.to_owned()].into())
}

pub fn host(pattern: &str) -> Condition {
    Condition::Host([pattern.to_owned()].into())
}
