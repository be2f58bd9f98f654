//! What is live of a stack, as `albctl status` tells it: the facts, for text and for JSON alike.

pub mod certificates;
mod forwards;
pub mod groups;
pub mod records;
pub mod settings;

use std::collections::BTreeSet;

pub use certificates::Certificate;
use forwards::target;
pub use groups::{Group, name};
pub use records::Record;
pub use settings::Setting;

use crate::kinds::tagging::applied::Applied;
use crate::kinds::{Desired, Live, Resource, certificate, listener, load_balancer, rule, target_group};
use crate::model::ResourceId;

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
    /// Those of the listeners by port, then those of the stack that no listener has.
    pub certificates: Vec<Certificate>,
    /// The DNS names that lead here.
    pub names: Vec<String>,
    /// The records that the spec wants; none without a spec.
    pub records: Vec<Record>,
    /// What could not be read.
    pub notes: Vec<String>,
}

impl Status {
    /// What needs attention, a line each.
    pub fn problems(&self) -> Vec<String> {
        let balancer = self.balancer.iter().filter(|one| is_troubled(&one.state, one.serves));
        let balancer = balancer.map(|one| format!("load_balancer  {}", one.state));
        let certificates =
            self.certificates.iter().filter_map(|one| Some(format!("{}  {}", one.label(), one.problem()?)));
        let records = self.records.iter().filter_map(|one| {
            let problem = one.problem.as_ref()?;
            Some(format!("{}  record {problem}", one.label()))
        });
        let of_group = |group: &Group| {
            let key = group.key.clone();
            group.problems().into_iter().map(move |problem| format!("{key}  {problem}"))
        };
        let groups = self.groups.iter().flat_map(of_group);
        let forwards = self.listeners.iter().flat_map(forwards::weightless);
        balancer.chain(certificates).chain(records).chain(forwards).chain(groups).collect()
    }

    /// The certificate of this ARN.
    pub fn certificate(&self, arn: &str) -> Option<&Certificate> {
        self.certificates.iter().find(|one| one.arn == arn)
    }
}

/// Whether the state of a load balancer needs attention: one that is impaired serves all the same. API:
/// `LoadBalancerStateEnum`.
pub fn is_troubled(state: &str, serves: bool) -> bool {
    !serves || state.starts_with("active_impaired")
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
    /// Its VPC.
    pub vpc: Option<String>,
    /// All its settings, subnets and security groups among them.
    pub settings: Vec<Setting>,
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
    /// Its ARN.
    pub arn: String,
    /// The TLS policy.
    pub policy: Option<String>,
    /// The ARNs of its certificates, the default first.
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
    /// Its ARN.
    pub arn: String,
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
    /// Why not every request is served, if so; empty where only some targets of a group are not healthy.
    pub problem: Option<String>,
    /// Whether it forwards with all weights 0, so that no group gets a request.
    pub weightless: bool,
}

/// The facts of a stack whose groups' health was read. Without a spec, nothing is known of what should be.
pub fn of(desired: Option<&Desired>, live: &Live) -> Status {
    let groups = groups::of(desired, live);
    let listeners = listeners(live, &groups);
    let certificates = certificates::of(live, &listeners);
    let unknown: Vec<&Certificate> = certificates.iter().filter(|one| one.state.is_none()).collect();
    let mut notes = live.notes.clone();
    if !unknown.is_empty() {
        let names: Vec<&str> = unknown.iter().map(|one| certificate::aws::name(&one.arn)).collect();
        notes.push(format!(
            "not known, because they could not be read: the certificates {}",
            names.join(", ")
        ));
    }
    Status {
        balancer: balancer(live),
        applied: live.resources.get(&load_balancer::id()).and_then(|one| Applied::of(&one.tags)),
        listeners,
        groups,
        certificates,
        names: records::names(live),
        records: desired.map(|desired| records::of(desired, live)).unwrap_or_default(),
        notes,
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
        vpc: front.vpc,
        settings: settings::of(model),
        dns_name: live.dns_name.clone(),
    })
}

fn listeners(live: &Live, groups: &[Group]) -> Vec<Listener> {
    let mut all: Vec<Listener> = Vec::new();
    for (id, existing) in &live.resources {
        let Resource::Listener(model) = &existing.resource else { continue };
        all.push(Listener {
            key: Some(id.key().to_owned()),
            port: u32::from(model.port),
            protocol: model.protocol.to_string(),
            arn: existing.arn.clone(),
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
            arn: stranger.arn.clone(),
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
            Some(one_rule(name.to_owned(), &existing.arn, true, model, groups))
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
        Some(Resource::Rule(model)) => one_rule(one.name.clone(), &one.arn, false, model, groups),
        Some(_) | None => Rule {
            name: one.name.clone(),
            ours: false,
            arn: one.arn.clone(),
            priority: one.number,
            when: one.summary.clone(),
            then: None,
        },
    });
    let mut all: Vec<Rule> = own.chain(strangers).collect();
    all.sort_by_key(|one| one.priority);
    all
}

fn one_rule(name: String, arn: &str, ours: bool, model: &rule::Rule, groups: &[Group]) -> Rule {
    let when = rule::condition::show(&model.when);
    Rule {
        name,
        ours,
        arn: arn.to_owned(),
        priority: model.priority,
        when,
        then: Some(target(&model.then, groups)),
    }
}

/// What is still to be read for a status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// The ARNs of the groups whose health is not known.
    pub groups: BTreeSet<String>,
    /// The ARNs of the certificates of listeners of which nothing is known.
    pub certificates: BTreeSet<String>,
}

/// What is still to be read for a status.
pub fn unread(live: &Live) -> Unread {
    let groups = live.resources.iter().filter(|(id, _)| id.kind() == target_group::KIND);
    let groups = groups.map(|(_, one)| one.arn.clone()).filter(|arn| !live.health.contains_key(arn));
    Unread { groups: groups.collect(), certificates: certificates::unread(live) }
}
