//! A region with load balancers that albctl did not make.

use std::collections::BTreeMap;

use albctl::kinds::action::{Action, Weighted};
use albctl::kinds::load_balancer::model::{IpAddressType, Scheme};
use albctl::kinds::{Call, listener, load_balancer};

use crate::by_hand;
use crate::support::Stage;

/// A certificate of the stage, in ACM.
pub const CERTIFICATE: &str = "arn:aws:acm:us-east-1:000000000000:certificate/1a";
/// Another one.
pub const OTHER: &str = "arn:aws:acm:us-east-1:000000000000:certificate/1b";

/// A load balancer.
pub fn balancer(stage: &Stage, name: &str, scheme: Scheme, tags: &[(&str, &str)]) -> String {
    let (of_aws, own): (Vec<_>, Vec<_>) = tags.iter().partition(|(key, _)| key.starts_with("aws:"));
    let arn = stage.stranger(&Call::LoadBalancer(load_balancer::Call::CreateLoadBalancer {
        name: name.to_owned(),
        scheme,
        ip_address_type: IpAddressType::Ipv4,
        subnets: ["subnet-0a", "subnet-0b"].map(str::to_owned).into(),
        security_groups: ["sg-0a".to_owned()].into(),
        tags: own.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
    }));
    // Only AWS itself writes these.
    stage.sandbox.edit(|state| {
        let balancers = &mut state.regions.get_mut("us-east-1").expect("a region").load_balancers;
        let tags = &mut balancers.get_mut(&arn).expect("the load balancer").tags.current;
        tags.extend(of_aws.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    });
    arn
}

/// A target group with these addresses in it.
pub fn group(stage: &Stage, name: &str, addresses: &[&str]) -> String {
    let arn = by_hand::Group::new(name, 80).make(stage);
    by_hand::register(stage, &arn, addresses, 80);
    arn
}

/// A listener that forwards to a group, with HTTPS where it has a certificate.
pub fn listener(stage: &Stage, balancer: &str, port: u16, certificates: &[&str], group: &str) -> String {
    let https = !certificates.is_empty();
    let weighted = Weighted { group: group.to_owned(), weight: 1 };
    let arn = stage.stranger(&Call::Listener(listener::Call::CreateListener {
        load_balancer: balancer.to_owned(),
        port,
        protocol: if https { listener::model::Protocol::Https } else { listener::model::Protocol::Http },
        ssl_policy: https.then(|| "ELBSecurityPolicy-TLS13-1-2-2021-06".to_owned()),
        certificate: certificates.first().map(|arn| (*arn).to_owned()),
        default: Action::Forward { groups: vec![weighted], stickiness: None },
        tags: BTreeMap::new(),
    }));
    for certificate in certificates.iter().skip(1) {
        let (listener, certificate) = (arn.clone(), (*certificate).to_owned());
        let call = listener::Call::AddListenerCertificates { listener, certificate };
        stage.stranger(&Call::Listener(call));
    }
    arn
}

/// Four load balancers of four owners, one of them without targets, and a group that is on none.
pub fn mixed() -> Stage {
    let stage = Stage::new();
    let web = [("aws:cloudformation:stack-name", "web"), ("team", "shop")];
    let web = balancer(&stage, "web", Scheme::InternetFacing, &web);
    let users = group(&stage, "users", &["10.0.0.1", "10.0.0.2"]);
    let orders = group(&stage, "orders", &["10.0.0.3"]);
    listener(&stage, &web, 80, &[], &users);
    listener(&stage, &web, 443, &[CERTIFICATE, OTHER], &orders);
    let tags = [("elbv2.k8s.aws/cluster", "prod"), ("ingress.k8s.aws/stack", "shop/api")];
    let cluster = balancer(&stage, "k8s-shop-api-0123456789", Scheme::InternetFacing, &tags);
    let api = group(&stage, "api", &["10.0.0.4"]);
    listener(&stage, &cluster, 443, &[CERTIFICATE], &api);
    let by_hand = balancer(&stage, "by-hand", Scheme::Internal, &[]);
    let empty = group(&stage, "empty", &[]);
    listener(&stage, &by_hand, 8080, &[], &empty);
    let stack = [("albctl:stack", "shop"), ("albctl:id", "load_balancer")];
    balancer(&stage, "shop", Scheme::Internal, &stack);
    group(&stage, "on-none", &["10.0.0.5"]);
    stage.sandbox.advance(std::time::Duration::from_secs(900));
    stage.sandbox.clear_calls();
    stage
}
