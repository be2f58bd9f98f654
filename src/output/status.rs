//! What is live of a stack, as `albctl status` tells it: the facts, for text and for JSON alike.

use crate::kinds::action::{Action, GroupKey};
use crate::kinds::tagging::applied::Applied;
use crate::kinds::target_group::TargetGroup;
use crate::kinds::targets::function::short;
use crate::kinds::{
    Desired, Live, Resource, certificate, listener, load_balancer, rule, target_group, targets,
};
use crate::model::ResourceId;
use crate::model::field::{Carrier, Model};
use crate::model::world::{HealthState, TargetHealth};

/// A whole stack.
#[derive(Clone, Debug)]
pub struct Status {
    /// The load balancer, if it is live.
    pub balancer: Option<Balancer>,
    /// When and by whom it was applied last.
    pub applied: Option<Applied>,
    /// By port.
    pub listeners: Vec<Listener>,
    /// In the order of the spec; those that it does not have come last.
    pub groups: Vec<Group>,
    /// The certificates that the stack manages.
    pub certificates: Vec<(String, String)>,
    /// What could not be read.
    pub notes: Vec<String>,
}

impl Status {
    /// What needs attention, a line each.
    pub fn problems(&self) -> Vec<String> {
        let balancer = self.balancer.iter().filter(|one| !one.serves);
        let balancer = balancer.map(|one| format!("load_balancer  {}", one.state));
        let of_group = |group: &Group| {
            let key = group.key.clone();
            group.problems().into_iter().map(move |problem| format!("{key}  {problem}"))
        };
        balancer.chain(self.groups.iter().flat_map(of_group)).collect()
    }
}

/// The load balancer.
#[derive(Clone, Debug)]
pub struct Balancer {
    /// Its ARN.
    pub arn: String,
    /// `active`, or the state and its reason.
    pub state: String,
    /// Whether it serves.
    pub serves: bool,
    /// `internet-facing` or `internal`.
    pub scheme: String,
    /// `ipv4`, `dualstack`.
    pub addresses: String,
    /// How many zones it is in.
    pub zones: usize,
    /// The name that AWS gave it.
    pub dns_name: Option<String>,
}

/// A listener.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Its key; none: it is not the stack's.
    pub key: Option<String>,
    /// Its port.
    pub port: u32,
    /// `HTTP`, `HTTPS`; of a stranger what it does.
    pub protocol: String,
    /// The TLS policy.
    pub policy: Option<String>,
    /// The certificates, the default first.
    pub certificates: Vec<String>,
    /// What happens to requests that no rule matches.
    pub default: Option<Target>,
    /// By priority, strangers among them.
    pub rules: Vec<Rule>,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its key under the listener, or a stranger's name; may be empty.
    pub name: String,
    /// Whether it is the stack's.
    pub ours: bool,
    /// Its priority.
    pub priority: u32,
    /// The conditions in words; of a stranger all that it does.
    pub when: String,
    /// What happens then.
    pub then: Option<Target>,
}

/// Where requests go.
#[derive(Clone, Debug)]
pub struct Target {
    /// `redirect https 301`, `users 95% 3/3, users-canary 5% 1/1`.
    pub words: String,
    /// Why no request is served, if so.
    pub problem: Option<String>,
}

/// A target group.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its key.
    pub key: String,
    /// Its ARN.
    pub arn: String,
    /// `ip`, `instance`, `lambda`.
    pub kind: String,
    /// The port; none for a function.
    pub port: Option<u16>,
    /// The function, `NAME:ALIAS`.
    pub function: Option<String>,
    /// Whether load balancers may invoke the function.
    pub permission: bool,
    /// `lb_cookie 1h`.
    pub sticky: Option<String>,
    /// `listed`, `external`, `function`.
    pub managed: &'static str,
    /// What is not at its default: `deregistration_delay 30s`.
    pub attributes: Vec<String>,
    /// The registered targets.
    pub targets: Vec<TargetHealth>,
    /// Whether any listener or rule forwards to it.
    pub used: bool,
}

impl Group {
    /// How many targets are healthy.
    pub fn healthy(&self) -> usize {
        self.targets.iter().filter(|one| one.state == HealthState::Healthy).count()
    }

    /// `1/2`.
    pub fn health(&self) -> String {
        format!("{}/{}", self.healthy(), self.targets.len())
    }

    /// What needs attention, a line each.
    pub fn problems(&self) -> Vec<String> {
        let bad = self.targets.iter().filter(|one| one.state == HealthState::Unhealthy);
        let mut all: Vec<String> = bad.map(|one| format!("{}: {}", name(one), one.words)).collect();
        if !self.permission {
            all.push("load balancers may not invoke its function".to_owned());
        }
        if self.targets.is_empty() && self.used {
            all.push(match self.managed {
                "external" => {
                    "has no targets; they are to be registered by others (targets: external)".to_owned()
                }
                _ => "has no targets".to_owned(),
            });
        }
        all
    }
}

/// What people call a target.
pub fn name(target: &TargetHealth) -> String {
    match target.port {
        Some(port) => format!("{}:{port}", target.id),
        None => short(&target.id),
    }
}

/// The facts of a stack whose groups' health was read.
pub fn of(desired: &Desired, live: &Live) -> Status {
    let groups = groups(desired, live);
    Status {
        balancer: balancer(live),
        applied: live.resources.get(&load_balancer::id()).and_then(|one| Applied::of(&one.tags)),
        listeners: listeners(live, &groups),
        groups,
        certificates: live
            .resources
            .iter()
            .filter(|(id, _)| id.kind() == certificate::KIND)
            .map(|(id, one)| (id.key().to_owned(), one.resource.summary()))
            .collect(),
        notes: live.notes.clone(),
    }
}

fn balancer(live: &Live) -> Option<Balancer> {
    let existing = live.resources.get(&load_balancer::id())?;
    let Resource::LoadBalancer(model) = &existing.resource else { return None };
    let front = live.front.clone().unwrap_or_default();
    Some(Balancer {
        arn: existing.arn.clone(),
        state: front.state,
        serves: front.serves,
        scheme: model.scheme.to_string(),
        addresses: model.ip_address_type.to_string(),
        zones: model.subnets.len(),
        dns_name: live.dns_name.clone(),
    })
}

fn groups(desired: &Desired, live: &Live) -> Vec<Group> {
    let place = |id: &ResourceId| desired.resources.get(id).map_or(usize::MAX, |wanted| wanted.order);
    let mut all: Vec<(usize, Group)> = live
        .resources
        .iter()
        .filter_map(|(id, existing)| match &existing.resource {
            Resource::TargetGroup(model) => Some((place(id), group(desired, live, id, model, &existing.arn))),
            Resource::LoadBalancer(_)
            | Resource::Targets(_)
            | Resource::Listener(_)
            | Resource::Rule(_)
            | Resource::Certificate(_)
            | Resource::DnsRecord(_) => None,
        })
        .collect();
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, group)| group).collect()
}

fn group(desired: &Desired, live: &Live, id: &ResourceId, model: &TargetGroup, arn: &str) -> Group {
    let listed = desired.resources.contains_key(&targets::id(id.key()));
    let attribute = |field: &&crate::model::Field<TargetGroup>| {
        let changed = field.get(model) != (field.default)(model);
        matches!(field.carrier, Carrier::Attribute(_)) && (field.applies)(model) && changed
    };
    let show =
        |field: &crate::model::Field<TargetGroup>| format!("{} {}", field.key, field.show(&field.get(model)));
    let mut attributes: Vec<String> = TargetGroup::FIELDS.iter().filter(attribute).map(show).collect();
    if model.is_function() && model.health_check.enabled {
        attributes.push("checked".to_owned());
    }
    let sticky = TargetGroup::FIELDS.iter().find(|field| field.key == "stickiness");
    let sticky = sticky.map(|field| field.show(&field.get(model))).filter(|words| words != "off");
    let key = GroupKey(id.key().to_owned());
    let names = |action: &Action<GroupKey>| action.groups().iter().any(|one| one.group == key);
    Group {
        key: id.key().to_owned(),
        arn: arn.to_owned(),
        kind: model.target_type.to_string(),
        port: model.port,
        function: model.function.as_deref().map(short),
        permission: model.permission,
        sticky,
        managed: match (model.is_function(), listed) {
            (true, _) => "function",
            (false, true) => "listed",
            (false, false) => "external",
        },
        attributes,
        targets: live.health.get(arn).cloned().unwrap_or_default(),
        used: live.resources.values().any(|one| match &one.resource {
            Resource::Listener(listener) => names(&listener.default),
            Resource::Rule(rule) => names(&rule.then),
            Resource::LoadBalancer(_)
            | Resource::TargetGroup(_)
            | Resource::Targets(_)
            | Resource::Certificate(_)
            | Resource::DnsRecord(_) => false,
        }),
    }
}

fn listeners(live: &Live, groups: &[Group]) -> Vec<Listener> {
    let mut all: Vec<Listener> = Vec::new();
    for (id, existing) in &live.resources {
        let Resource::Listener(model) = &existing.resource else { continue };
        all.push(Listener {
            key: Some(id.key().to_owned()),
            port: u32::from(model.port),
            protocol: model.protocol.to_string(),
            policy: model.ssl_policy.clone(),
            certificates: model.certificates.iter().map(ToString::to_string).collect(),
            default: Some(target(&model.default, groups)),
            rules: rules(live, id, groups),
        });
    }
    for stranger in live.strangers.iter().filter(|one| one.kind == listener::KIND) {
        all.push(Listener {
            key: None,
            port: stranger.number,
            protocol: stranger.summary.clone(),
            policy: None,
            certificates: Vec::new(),
            default: None,
            rules: Vec::new(),
        });
    }
    all.sort_by_key(|one| one.port);
    all
}

fn rules(live: &Live, listener: &ResourceId, groups: &[Group]) -> Vec<Rule> {
    let own = live.resources.iter().filter_map(|(id, existing)| match &existing.resource {
        Resource::Rule(model) if model.listener == listener.key() => {
            let name = id.key().split_once('/').map_or(id.key(), |(_, name)| name);
            Some(one_rule(name.to_owned(), true, model, groups))
        }
        Resource::Rule(_)
        | Resource::Listener(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Certificate(_)
        | Resource::DnsRecord(_) => None,
    });
    let strangers = live.strangers.iter().filter(|one| one.kind == rule::KIND && one.parent == *listener);
    let strangers = strangers.map(|one| match live.strange.get(&one.arn) {
        Some(Resource::Rule(model)) => one_rule(one.name.clone(), false, model, groups),
        Some(_) | None => Rule {
            name: one.name.clone(),
            ours: false,
            priority: one.number,
            when: one.summary.clone(),
            then: None,
        },
    });
    let mut all: Vec<Rule> = own.chain(strangers).collect();
    all.sort_by_key(|one| one.priority);
    all
}

fn one_rule(name: String, ours: bool, model: &rule::Rule, groups: &[Group]) -> Rule {
    let when = rule::condition::show(&model.when);
    Rule { name, ours, priority: model.priority, when, then: Some(target(&model.then, groups)) }
}

fn target(action: &Action<GroupKey>, groups: &[Group]) -> Target {
    let forwards = action.groups();
    if forwards.is_empty() {
        return Target { words: action.describe(), problem: None };
    }
    let total: u32 = forwards.iter().map(|one| one.weight).sum();
    let known = |key: &GroupKey| groups.iter().find(|group| group.key == key.0);
    let mut words = Vec::new();
    let mut problem = None;
    for one in forwards {
        let mut text = one.group.to_string();
        if forwards.len() > 1 {
            text.push_str(&format!(" {}%", (one.weight * 100).checked_div(total).unwrap_or_default()));
        }
        if let Some(group) = known(&one.group) {
            match &group.function {
                Some(function) => text.push_str(&format!("  function {function}")),
                None => text.push_str(&format!("  {}", group.health())),
            }
            if one.weight > 0 && group.targets.is_empty() {
                let all = one.weight == total;
                problem = Some(if all { "answers 503" } else { "answers 503 in part" }.to_owned());
            } else if one.weight > 0 && group.healthy() < group.targets.len() {
                problem.get_or_insert_with(String::new);
            }
        }
        words.push(text);
    }
    Target { words: words.join(", "), problem }
}

/// The ARNs of the groups whose health is to be read.
pub fn unread(live: &Live) -> std::collections::BTreeSet<String> {
    let groups = live.resources.iter().filter(|(id, _)| id.kind() == target_group::KIND);
    groups.map(|(_, one)| one.arn.clone()).filter(|arn| !live.health.contains_key(arn)).collect()
}
