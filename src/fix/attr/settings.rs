//! What AWS does not call attributes, and people do: a call of its own changes each. API: SetIpAddressType,
//! ModifyListener.

use crate::base::Diagnostic;
use crate::kinds::listener::Listener;
use crate::kinds::listener::check::unknown_ssl_policy;
use crate::kinds::listener::spec::full_policy_name;
use crate::kinds::load_balancer::LoadBalancer;
use crate::kinds::load_balancer::model::{IpAddressType, Scheme};

/// The row of a load balancer's addresses.
pub(super) const IP_ADDRESS_TYPE: &str = "ip_address_type";

/// The row of a listener's TLS policy.
pub(super) const SSL_POLICY: &str = "ssl_policy";

/// Whether `attr` knows a row that is no attribute of AWS.
pub(super) fn is_setting(key: &str) -> bool {
    [IP_ADDRESS_TYPE, SSL_POLICY].contains(&key)
}

/// The command for a row that `attr` does not change.
pub(super) fn way(key: &str) -> &'static str {
    match key {
        "certificates" => "albctl cert attach|detach|rotate",
        "default" => {
            "albctl redirect enable|disable, albctl weights set; else change it in a spec: albctl apply"
        }
        _ => "change it in a spec: albctl apply",
    }
}

/// The name of a TLS policy in full.
///
/// # Errors
/// It is none.
pub(super) fn policy(text: &str) -> Result<String, Diagnostic> {
    let fine = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    if text.is_empty() || text == "none" || !text.chars().all(fine) {
        let message = format!("`{text}` is no name of a TLS policy");
        let help = "write one such as TLS13-1-2-Res-PQ-2025-09, with or without ELBSecurityPolicy- before it";
        return Err(Diagnostic::error("bad-value", message).help(help));
    }
    Ok(full_policy_name(text.to_owned()))
}

/// A policy that is new or misspelt.
pub(super) fn unknown_policy(listener: &Listener) -> Option<Diagnostic> {
    let (problem, near) = unknown_ssl_policy(listener.ssl_policy.as_deref()?)?;
    let help = near.map(|near| format!("did you mean `{near}`?"));
    Some(help.into_iter().fold(problem, Diagnostic::help))
}

/// Elastic Load Balancing user guide, "IP address type".
pub(super) fn misfit(balancer: &LoadBalancer) -> Option<Diagnostic> {
    let without = balancer.ip_address_type == IpAddressType::DualstackWithoutPublicIpv4;
    let message = "`ip_address_type: dualstack-without-public-ipv4` is for internet-facing load balancers";
    let help = "an internal one takes `ipv4` or `dualstack`";
    (without && balancer.scheme == Scheme::Internal)
        .then(|| Diagnostic::error("conflicting-keys", message).help(help))
}
