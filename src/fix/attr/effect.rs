//! What an attribute means for those who send requests, where that is worth a line.

use serde_json::Value;

use super::{Fact, settings};
use crate::kinds::{Resource, listener, load_balancer, target_group};
use crate::model::ResourceId;

/// What a new value means.
pub(super) fn of(resource: &Resource, id: &ResourceId, one: &Fact) -> Option<String> {
    let on = one.value == Value::Bool(true);
    let text = &one.text;
    let words = match (id.kind(), one.key) {
        (load_balancer::KIND, "idle_timeout") => format!(
            "a connection on which nothing is sent for {text} is closed; a target that has not begun its answer by then \
             costs the client a 504. Targets should keep connections open for longer than {text}."
        ),
        (load_balancer::KIND, "client_keep_alive") => {
            format!("a client's connection is closed after {text}, however busy it is; the client opens a new one.")
        }
        (load_balancer::KIND, "deletion_protection") if on => {
            "AWS refuses to delete the load balancer, whoever asks.".to_owned()
        }
        (load_balancer::KIND, "deletion_protection") => {
            "anybody with the permission can delete the load balancer from now on.".to_owned()
        }
        (load_balancer::KIND, "http2") if !on => "clients speak HTTP/1.1 only; gRPC does not work.".to_owned(),
        (load_balancer::KIND, "drop_invalid_header_fields") if on => {
            "headers with other characters in their names than letters, digits and `-` do not reach targets: one with \
             `_` is lost."
                .to_owned()
        }
        (load_balancer::KIND, "desync_mitigation_mode") if text == "strictest" => {
            "requests that are not well formed are answered 400.".to_owned()
        }
        (load_balancer::KIND, "preserve_host_header") => match on {
            true => "targets get the Host header as the client sent it.".to_owned(),
            false => "targets get a Host header that may have the listener's port added.".to_owned(),
        },
        (load_balancer::KIND, "xff_header_processing") if text != "append" => {
            "X-Forwarded-For no longer gets the client's address: targets that log or limit by it see another one."
                .to_owned()
        }
        (load_balancer::KIND, "waf_fail_open") if on => {
            "when AWS WAF cannot be reached, requests pass unchecked.".to_owned()
        }
        (target_group::KIND, "deregistration_delay") => format!(
            "a target that is deregistered may finish its requests for {text}; deployments wait for that."
        ),
        (target_group::KIND, "slow_start") if one.value == 0 => "a new target gets its full share at once.".to_owned(),
        (target_group::KIND, "slow_start") => {
            format!("the share of a new target grows over {text}; those that are healthy now are not slowed.")
        }
        (target_group::KIND, "algorithm") => {
            "it counts for new requests at once; clients with a sticky cookie stay where they are.".to_owned()
        }
        (target_group::KIND, "cross_zone") if text == "false" => {
            "requests stay in the zone in which they arrive: a zone without healthy targets answers 503, and zones with \
             few targets get as much as those with many."
                .to_owned()
        }
        (target_group::KIND, key) if key.starts_with("target_group_health.") => return group_health(key, text),
        (load_balancer::KIND, settings::IP_ADDRESS_TYPE) => addresses(text).to_owned(),
        (listener::KIND, settings::SSL_POLICY) => {
            "clients that speak none of its TLS versions and ciphers cannot connect any more; the others notice nothing."
                .to_owned()
        }
        (listener::KIND, "response_headers.strict_transport_security") if text != "none" && is_plain(resource) => {
            "browsers ignore this header where they ask in HTTP: set it on the HTTPS listener.".to_owned()
        }
        (listener::KIND, "response_headers.strict_transport_security") if text != "none" => {
            "browsers ask this host in HTTPS only, for as long as max-age says, also after it is taken back.".to_owned()
        }
        (listener::KIND, key) if key.starts_with("response_headers.") => match (key, on) {
            ("response_headers.server", true) => "clients get the header Server.".to_owned(),
            ("response_headers.server", false) => "clients do not get the header Server.".to_owned(),
            _ if text == "none" => "clients get this header only if the target sends it.".to_owned(),
            _ => "clients get this header with every answer, in place of the target's.".to_owned(),
        },
        (listener::KIND, _) => {
            format!("targets get this under the name {text}; under the old name they get it no more.")
        }
        _ => return None,
    };
    Some(words)
}

/// Whether clients ask in HTTP. RFC 6797, 8.1: the header counts over secure transport only.
fn is_plain(resource: &Resource) -> bool {
    match resource {
        Resource::Listener(model) => model.protocol == listener::model::Protocol::Http,
        Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::Rule(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_) => false,
    }
}

/// What a threshold of healthy targets does. Elastic Load Balancing user guide, "Target group health".
fn group_health(key: &str, text: &str) -> Option<String> {
    let (action, measure) = key.trim_start_matches("target_group_health.").split_once('.')?;
    let few = match measure {
        "percentage" => format!("fewer than {text}% of the targets are healthy"),
        _ if text == "1" => "no target is healthy".to_owned(),
        _ => format!("fewer than {text} targets are healthy"),
    };
    Some(match (action, text) {
        ("dns_failover", "off") => format!("this {measure} takes no zone out of the DNS any more."),
        ("dns_failover", _) => format!(
            "while {few}, the DNS name does not lead to the zone: clients go to the others, for all groups of the load \
             balancer."
        ),
        (_, "off") => format!("this {measure} sends nothing to unhealthy targets any more."),
        (_, _) => format!("while {few}, requests go to all targets, the unhealthy ones too."),
    })
}

/// Who can connect. API: SetIpAddressType.
fn addresses(text: &str) -> &'static str {
    match text {
        "ipv4" => {
            "clients that have IPv6 only cannot connect any more; AAAA records that lead here lead nowhere."
        }
        "dualstack" => {
            "clients may connect by IPv6, too, once a name has an AAAA record; the subnets need IPv6 ranges, and the \
             security groups rules for ::/0. A spec's `dns` gets its AAAA with the next apply."
        }
        _ => {
            "the nodes lose their public IPv4 addresses: clients must have IPv6; the subnets need IPv6 ranges."
        }
    }
}
