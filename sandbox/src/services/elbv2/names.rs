//! Names of load balancers and target groups, ids of the network, and other text with a form.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::services::refuse;
use crate::wire::ApiError;

/// CreateLoadBalancer, `Name`: at most 32 letters, digits and hyphens, no hyphen at the ends, not `internal-...`.
pub(super) fn check_load_balancer(name: &str) -> Result<(), ApiError> {
    let invalid = |what: &str| ApiError::validation(format!("Load balancer name '{name}' {what}"));
    refuse(name.is_empty(), || invalid("must not be empty"))?;
    refuse(name.chars().count() > 32, || invalid("cannot be longer than '32' characters"))?;
    refuse(!is_name(name), || {
        invalid("can only contain characters that are alphanumeric characters and hyphens(-)")
    })?;
    refuse(hyphen_at_end(name), || invalid("must not begin or end with a hyphen"))?;
    refuse(name.starts_with("internal-"), || invalid("must not begin with 'internal-'"))
}

/// CreateTargetGroup, `Name`: at most 32 letters, digits and hyphens, no hyphen at the ends.
pub(super) fn check_target_group(name: &str) -> Result<(), ApiError> {
    const PATTERN: &str = "(?!.*--)(?!^-)(?!.*-$)^[A-Za-z0-9-]+$";
    refuse(name.chars().count() > 32, || {
        ApiError::validation(format!("Target group name '{name}' cannot be longer than '32' characters"))
    })?;
    // No two hyphens in a row: not in the API's documentation, but in the pattern that AWS's message shows.
    refuse(name.is_empty() || !is_name(name) || hyphen_at_end(name) || name.contains("--"), || {
        let constraint = format!("Member must satisfy regular expression pattern: {PATTERN}");
        ApiError::constraint(name, "targetGroup.targetGroupName", &constraint)
    })
}

fn is_name(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn hyphen_at_end(name: &str) -> bool {
    name.starts_with('-') || name.ends_with('-')
}

/// Whether it is an EC2 id such as `subnet-0a1b2c3d`: the prefix, a hyphen, hex digits.
pub(in crate::services) fn is_id(prefix: &str, id: &str) -> bool {
    let digits = id.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
    digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}

/// Refuses what is no EC2 id of this prefix.
pub(super) fn check_id(prefix: &str, id: &str) -> Result<(), ApiError> {
    refuse(!is_id(prefix, id), || ApiError::validation(format!("'{id}' is not a valid {prefix} ID")))
}

/// Whether targets may have this IPv4 address without being in the VPC's own range: RFC 1918 and RFC 6598
/// (RegisterTargets, `Id`: "You can't specify publicly routable IP addresses").
pub(super) fn is_private(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    ip.is_private() || (a == 100 && (64..128).contains(&b))
}

/// Whether it is a CIDR block, IPv4 or IPv6.
pub(super) fn is_cidr(text: &str) -> bool {
    let Some((address, prefix)) = text.split_once('/') else { return false };
    let prefix = if prefix.bytes().all(|b| b.is_ascii_digit()) { prefix.parse::<u8>().ok() } else { None };
    let max = match (address.parse::<Ipv4Addr>(), address.parse::<Ipv6Addr>()) {
        (Ok(_), _) => 32,
        (_, Ok(_)) => 128,
        _ => return false,
    };
    prefix.is_some_and(|p| p <= max)
}

/// Whether it is a full URL of HTTPS: protocol and domain (AuthenticateOidcActionConfig, `Issuer`).
pub(super) fn is_https_url(url: &str) -> bool {
    url.strip_prefix("https://").is_some_and(|rest| {
        rest.split('/').next().is_some_and(|host| !host.is_empty())
            && url.chars().all(|c| c.is_ascii_graphic())
    })
}

/// Whether it is an HTTP token (RFC 7230), which header and cookie names are.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cidr_blocks() {
        assert!(["10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/128"].into_iter().all(is_cidr));
        assert!(
            ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/+8", "x/8"]
                .into_iter()
                .all(|c| !is_cidr(c))
        );
    }

    #[test]
    fn private_addresses() {
        assert!(
            ["10.1.2.3", "172.31.0.1", "192.168.5.5", "100.64.0.1"]
                .iter()
                .all(|a| is_private(a.parse().unwrap()))
        );
        assert!(["8.8.8.8", "100.128.0.1", "172.32.0.1"].iter().all(|a| !is_private(a.parse().unwrap())));
    }

    #[test]
    fn ids() {
        assert!(is_id("subnet", "subnet-0aaa") && is_id("sg", "sg-0123456789abcdef0"));
        assert!(!is_id("subnet", "subnet-") && !is_id("subnet", "subnet-xyz") && !is_id("sg", "subnet-0aaa"));
    }
}
