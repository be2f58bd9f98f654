//! `health`: who of the targets answers, and why the others do not.

pub mod hints;
pub mod set;

use std::collections::BTreeMap;

use crate::base::Seconds;
use crate::fix::uses;
use crate::kinds::target_group::TargetGroup;
use crate::kinds::target_group::model::Protocol;
use crate::kinds::targets::function::short;
use crate::kinds::targets::reason;
use crate::kinds::{Live, Resource};
use crate::model::world::{HealthState, TargetHealth};

/// A target group and what AWS says of its targets.
#[derive(Clone, Debug)]
pub struct GroupHealth {
    /// The key of the spec, else of its tags, else its name.
    pub key: String,
    /// Its ARN; none: a spec wants it, and it is not there.
    pub arn: Option<String>,
    /// The group; none: it is not there.
    pub model: Option<TargetGroup>,
    /// Whether a listener or rule forwards to it.
    pub used: bool,
    /// The registered targets.
    pub targets: Vec<TargetHealth>,
    /// Those that leave.
    pub draining: Vec<TargetHealth>,
    /// How many registered targets are no matter and left out of `targets`, and how many of them are healthy.
    pub left_out: (usize, usize),
}

impl GroupHealth {
    /// A group that a spec wants and that is not live.
    pub fn missing(key: &str) -> Self {
        let (arn, model, targets, draining) = (None, None, Vec::new(), Vec::new());
        Self { key: key.to_owned(), arn, model, used: false, targets, draining, left_out: (0, 0) }
    }

    /// How many registered targets are healthy.
    pub fn healthy(&self) -> usize {
        self.targets.iter().filter(|one| one.state == HealthState::Healthy).count()
    }

    /// `1/2`
    pub fn count(&self) -> String {
        format!("{}/{}", self.healthy(), self.targets.len())
    }

    /// Whether it has targets and all of them are healthy.
    pub fn is_healthy(&self) -> bool {
        !self.targets.is_empty() && self.healthy() == self.targets.len()
    }

    /// Why a target is not healthy, in words.
    pub fn reason(&self, target: &TargetHealth) -> Option<String> {
        let model = self.model.as_ref()?;
        reason::words(model, target, self.used)
    }

    /// A target as people call it: with its port only where several registrations of one id have to be told apart.
    pub fn short_name(&self, target: &TargetHealth) -> String {
        let twin = self.targets.iter().filter(|one| one.id == target.id).count() > 1;
        let port = target.port.filter(|_| twin);
        super::targets::name(&short(&target.id), port)
    }

    /// What is checked: `GET /health on 8080 every 30s, expects 200`.
    pub fn check(&self) -> String {
        self.model.as_ref().map(|model| check(model, self.port())).unwrap_or_default()
    }

    /// The port of all targets, if it is the same.
    fn port(&self) -> Option<u16> {
        let mut ports = self.targets.iter().map(|one| one.port);
        let first = ports.next()?;
        ports.all(|port| port == first).then_some(first).flatten()
    }
}

/// `GET /health on 8080 every 30s, expects 200`; `port`: that of the targets, if they have one.
pub fn check(model: &TargetGroup, port: Option<u16>) -> String {
    let check = &model.health_check;
    if !check.enabled {
        return "no health check: requests are sent all the same".to_owned();
    }
    let every = Seconds(u64::from(check.interval));
    if model.is_function() {
        return format!("invoked for {} every {every}, expects {}", check.path, check.success_codes);
    }
    format!("{} every {every}, expects {}", request(model, port), check.success_codes)
}

/// `GET /health on 8080`, `GET https /health on the traffic port`, `gRPC /AWS.ALB/healthcheck on 8080`
pub fn request(model: &TargetGroup, port: Option<u16>) -> String {
    let check = &model.health_check;
    let method = if model.is_grpc() { "gRPC" } else { "GET" };
    let over = if check.protocol == Some(Protocol::Https) { "https " } else { "" };
    let on = match (check.port.as_deref(), port) {
        (None | Some("traffic-port"), Some(port)) => port.to_string(),
        (None | Some("traffic-port"), None) => "the traffic port".to_owned(),
        (Some(port), _) => port.to_owned(),
    };
    format!("{method} {over}{} on {on}", check.path)
}

/// The groups that were read, those of `arns`, as `keys` call them: names by key.
pub fn groups(live: &Live, arns: &[String], keys: &BTreeMap<String, String>) -> Vec<GroupHealth> {
    let one = |arn: &String| {
        let (id, existing) = live
            .resources
            .iter()
            .find(|(_, one)| one.arn == *arn && matches!(one.resource, Resource::TargetGroup(_)))?;
        let Resource::TargetGroup(model) = &existing.resource else { return None };
        let key = keys.iter().find(|(_, name)| **name == model.name).map(|(key, _)| key.as_str());
        Some(GroupHealth {
            key: key.unwrap_or(id.key()).to_owned(),
            arn: Some(arn.clone()),
            model: Some(model.clone()),
            used: !uses::of(live, id.key()).is_empty(),
            targets: sorted(live.health.get(arn)),
            draining: sorted(live.draining.get(arn)),
            left_out: (0, 0),
        })
    };
    arns.iter().filter_map(one).collect()
}

/// The same order every time.
pub fn sorted(targets: Option<&Vec<TargetHealth>>) -> Vec<TargetHealth> {
    let mut all = targets.cloned().unwrap_or_default();
    all.sort_by(|a, b| (&a.id, a.port, &a.zone).cmp(&(&b.id, b.port, &b.zone)));
    all
}
