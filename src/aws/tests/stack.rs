//! A stack that tests make through the executor's door, and the models that must be read back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use albctl_sandbox::Sandbox;

use crate::aws::{AnyClock, AwsService, Clients, Reads, Scope, observe, sandboxed};
use crate::exec::limits::Limiter;
use crate::exec::{Service, ServiceError};
use crate::kinds::action::{Action, GroupKey, Redirect, Weighted};
use crate::kinds::certificate::CertificateKey;
use crate::kinds::listener::model::Protocol;
use crate::kinds::load_balancer::LoadBalancer;
use crate::kinds::load_balancer::model::{IpAddressType, Scheme};
use crate::kinds::rule::Condition;
use crate::kinds::tagging::ownership;
use crate::kinds::target_group::model::{self as group, HealthCheck, Stickiness, TargetGroup, TargetType};
use crate::kinds::targets::{Target, Targets};
use crate::kinds::{Call, Live, Resource, listener, load_balancer, rule, target_group, targets};
use crate::model::field::{Access, Attributes, Model, fill_defaults};
use crate::model::world::Tags;
use crate::model::{OutputKey, ResourceId};

pub const STACK: &str = "shop";
pub const CERTIFICATE: &str = "arn:aws:acm:us-east-1:000000000000:certificate/abc-123";
pub const OTHER_CERTIFICATE: &str = "arn:aws:acm:us-east-1:000000000000:certificate/def-456";

/// The sandbox, the clients in front of it, and what was made through them.
pub struct Stack {
    pub sandbox: Arc<Sandbox>,
    pub clients: Clients,
    pub scope: Scope,
    pub expected: BTreeMap<ResourceId, Resource>,
    pub arns: BTreeMap<ResourceId, String>,
}

pub fn team() -> Tags {
    Tags::from([("team".to_owned(), "platform".to_owned())])
}

pub fn full(id: &ResourceId) -> Tags {
    ownership::full(STACK, id, &team())
}

fn set(items: &[&str]) -> BTreeSet<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

pub fn fixed(status: u16) -> Action<GroupKey> {
    Action::FixedResponse { status, content_type: Some("text/plain".to_owned()), body: Some("no".to_owned()) }
}

pub fn forward(groups: &[(&str, u32)], stickiness: Option<u32>) -> Action<GroupKey> {
    let one = |(key, weight): &(&str, u32)| Weighted { group: GroupKey((*key).to_owned()), weight: *weight };
    Action::Forward { groups: groups.iter().map(one).collect(), stickiness }
}

/// Gives every scalar attribute its default.
fn with_defaults<M: Model>(mut model: M) -> M {
    let typed = |key: &str| {
        M::FIELDS.iter().any(|field| field.key == key && matches!(field.access, Access::Typed { .. }))
    };
    fill_defaults(&mut model, typed);
    model
}

pub fn balancer() -> LoadBalancer {
    with_defaults(LoadBalancer {
        name: "shop-alb".to_owned(),
        scheme: Scheme::Internal,
        ip_address_type: IpAddressType::Ipv4,
        subnets: set(&["subnet-0aaa1111", "subnet-0bbb2222"]),
        security_groups: set(&["sg-0a1b2c3d"]),
        access_logs: None,
        connection_logs: None,
        health_check_logs: None,
        attributes: Attributes::new(),
        tags: team(),
    })
}

pub fn target_group(name: &str) -> TargetGroup {
    with_defaults(TargetGroup {
        name: name.to_owned(),
        target_type: TargetType::Ip,
        function: None,
        permission: true,
        protocol: Some(group::Protocol::Http),
        protocol_version: group::ProtocolVersion::DEFAULT,
        port: Some(3000),
        vpc: Some("vpc-0a1b2c3d".to_owned()),
        health_check: HealthCheck {
            enabled: true,
            protocol: Some(group::Protocol::Http),
            port: Some("traffic-port".to_owned()),
            path: "/health".to_owned(),
            interval: 15,
            timeout: 4,
            healthy_threshold: 2,
            unhealthy_threshold: 3,
            success_codes: "200-299".to_owned(),
        },
        stickiness: Stickiness::Off,
        ecs: None,
        attributes: Attributes::new(),
        tags: team(),
    })
}

impl Stack {
    pub fn new() -> Self {
        let sandbox = Arc::new(Sandbox::in_memory());
        sandbox.edit(|state| {
            for arn in [CERTIFICATE, OTHER_CERTIFICATE] {
                state.add_issued_certificate("us-east-1", arn, &["example.com"]);
            }
        });
        let scope = Scope {
            stack: STACK.to_owned(),
            load_balancer_name: Some("shop-alb".to_owned()),
            ..Scope::default()
        };
        let clients = sandboxed(sandbox.clone(), None);
        Self { sandbox, clients, scope, expected: BTreeMap::new(), arns: BTreeMap::new() }
    }

    pub fn service(&self) -> AwsService<'_> {
        AwsService::new(&self.clients)
    }

    pub async fn perform(&self, call: &Call<String>) -> Result<String, ServiceError> {
        let outputs = self.service().perform(call).await?;
        Ok(outputs.get(&OutputKey::Arn).cloned().unwrap_or_default())
    }

    pub fn arn(&self, id: &ResourceId) -> String {
        self.arns[id].clone()
    }

    /// An action as calls hold it.
    pub fn by_arn(&self, action: &Action<GroupKey>) -> Action<String> {
        let Ok(action) =
            action.map::<_, std::convert::Infallible>(&mut |key| Ok(self.arn(&target_group::id(&key.0))));
        action
    }

    async fn make(&mut self, id: ResourceId, call: Call<String>, resource: Resource) {
        let arn = self.perform(&call).await.unwrap();
        self.scope.tags.insert(id.clone(), team());
        self.arns.insert(id.clone(), arn);
        self.expected.insert(id, resource);
    }

    pub fn create_load_balancer(&self) -> Call<String> {
        let LoadBalancer { name, scheme, ip_address_type, subnets, security_groups, .. } = balancer();
        let tags = full(&load_balancer::id());
        Call::LoadBalancer(load_balancer::Call::CreateLoadBalancer {
            name,
            scheme,
            ip_address_type,
            subnets,
            security_groups,
            tags,
        })
    }

    pub async fn load_balancer(&mut self) {
        let call = self.create_load_balancer();
        self.make(load_balancer::id(), call, Resource::LoadBalancer(balancer())).await;
    }

    pub fn create_group(&self, key: &str) -> Call<String> {
        let TargetGroup { name, target_type, protocol, protocol_version, port, vpc, health_check, .. } =
            target_group(&format!("shop-{key}"));
        let tags = full(&target_group::id(key));
        Call::TargetGroup(target_group::Call::CreateTargetGroup {
            name,
            target_type,
            protocol,
            protocol_version,
            port,
            vpc,
            health_check,
            tags,
        })
    }

    pub async fn group(&mut self, key: &str) {
        let name = format!("shop-{key}");
        let call = self.create_group(key);
        self.make(target_group::id(key), call, Resource::TargetGroup(target_group(&name))).await;
        self.scope.target_groups.insert(key.to_owned(), name);
    }

    pub async fn targets(&mut self, key: &str, ids: &[&str]) {
        let one = |id: &&str| Target { id: (*id).to_owned(), port: Some(3000), zone: None };
        let targets: BTreeSet<Target> = ids.iter().map(one).collect();
        let target_group = self.arn(&target_group::id(key));
        if !targets.is_empty() {
            let call = targets::Call::RegisterTargets { target_group, targets: targets.clone() };
            self.perform(&Call::Targets(call)).await.unwrap();
        }
        let resource = Resource::Targets(Targets { group: key.to_owned(), targets, additive: false });
        self.expected.insert(targets::id(key), resource);
        self.scope.managed_targets.insert(key.to_owned());
    }

    pub fn create_listener(&self, model: &listener::Listener, key: &str) -> Call<String> {
        Call::Listener(listener::Call::CreateListener {
            load_balancer: self.arn(&load_balancer::id()),
            port: model.port,
            protocol: model.protocol,
            ssl_policy: model.ssl_policy.clone(),
            certificate: model.certificates.first().map(|one| one.0.clone()),
            default: self.by_arn(&model.default),
            tags: full(&listener::id(key)),
        })
    }

    pub async fn listener(&mut self, key: &str, port: u16, protocol: Protocol, default: Action<GroupKey>) {
        let (ssl_policy, certificates) = match protocol {
            Protocol::Http => (None, Vec::new()),
            Protocol::Https => {
                let policy = listener::fields::DEFAULT_SSL_POLICY.to_owned();
                (Some(policy), vec![CERTIFICATE.to_owned()])
            }
        };
        let certificates: Vec<_> = certificates.into_iter().map(CertificateKey).collect();
        let sni = certificates.iter().skip(1).cloned().collect();
        let model = listener::Listener {
            protocol,
            port,
            ssl_policy,
            certificates,
            default_in_sni: true,
            sni,
            default,
            attributes: Attributes::new(),
            tags: team(),
        };
        let call = self.create_listener(&model, key);
        self.make(listener::id(key), call, Resource::Listener(model.canonical())).await;
    }

    pub fn create_rule(&self, listener: &str, name: &str, priority: u32, when: &[Condition]) -> Call<String> {
        Call::Rule(rule::Call::CreateRule {
            listener: self.arn(&listener::id(listener)),
            priority,
            when: when.to_vec(),
            then: self.by_arn(&fixed(503)),
            tags: full(&rule::id(listener, name)),
        })
    }

    pub async fn rule(
        &mut self,
        listener: &str,
        name: &str,
        priority: u32,
        when: Vec<Condition>,
        then: Action<GroupKey>,
    ) {
        let call = Call::Rule(rule::Call::CreateRule {
            listener: self.arn(&listener::id(listener)),
            priority,
            when: when.clone(),
            then: self.by_arn(&then),
            tags: full(&rule::id(listener, name)),
        });
        let model = rule::Rule {
            listener: listener.to_owned(),
            priority,
            explicit_priority: false,
            when,
            then,
            transforms: Vec::new(),
            tags: team(),
        };
        self.make(rule::id(listener, name), call, Resource::Rule(model.canonical())).await;
    }

    pub async fn observe(&self) -> (Live, Reads) {
        self.try_observe().await.unwrap()
    }

    pub async fn try_observe(&self) -> Result<(Live, Reads), ServiceError> {
        let clock = AnyClock::Sandbox(self.sandbox.clone());
        observe(&self.clients, &self.scope, &clock, &Limiter::off(), 20).await
    }

    /// Observes, and asserts that exactly what was made is read back.
    pub async fn observe_equal(&self) -> (Live, Reads) {
        let (live, reads) = self.observe().await;
        let resources: BTreeMap<&ResourceId, &Resource> =
            live.resources.iter().map(|(id, existing)| (id, &existing.resource)).collect();
        let expected: BTreeMap<&ResourceId, &Resource> = self.expected.iter().collect();
        assert_eq!(resources, expected);
        assert!(
            live.ambiguous.is_empty() && live.strangers.is_empty() && live.holders.is_empty(),
            "{live:?}"
        );
        (live, reads)
    }
}

pub fn paths(patterns: &[&str]) -> Condition {
    Condition::Path(set(patterns))
}

pub fn https_redirect() -> Action<GroupKey> {
    let (protocol, port) = ("HTTPS".to_owned(), "443".to_owned());
    Action::Redirect(Redirect { protocol, port, ..Redirect::identity(301) })
}
