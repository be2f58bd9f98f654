//! The load balancer's security groups: whether clients are let in, and requests and checks out to the targets.
//!
//! Security groups only allow: what no rule of any group allows does not pass (VPC guide, "Security group rules").

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::facts::{Facts, Group, IpRule, SecurityGroup, Target};
use super::finding::{Finding, HINT, Link};
use super::traffic::{Entry, largest_share, used_by};

/// So many rules are told one by one.
const SHOWN: usize = 5;

/// Ranges that are everybody.
const EVERYBODY: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// What the groups keep out, or in.
pub fn find(facts: &Facts, entries: &[Entry<'_>]) -> Vec<Finding> {
    let Some(groups) = facts.security_groups.as_deref().filter(|groups| !groups.is_empty()) else {
        return Vec::new();
    };
    let listeners = entries.iter().filter(|one| one.priority.is_none());
    let mut found: Vec<Finding> = listeners.filter_map(|one| ingress(facts, groups, one)).collect();
    for (key, group) in facts.groups.iter().filter(|(_, group)| !group.is_function()) {
        let share = largest_share(entries, key);
        if share > 0 {
            let used = used_by(entries, key);
            found.extend(egress(facts, groups, group, share).map(|one| one.all_seen(used)));
        }
    }
    found
}

/// Whom security groups let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// Everybody.
    Everybody,
    /// These ranges, prefix lists and groups.
    These(Vec<String>),
    /// Nobody.
    Nobody,
}

/// Whom the groups let in on a port, over TCP.
pub fn inbound(groups: &[SecurityGroup], port: u16) -> Inbound {
    let rules = groups.iter().flat_map(|one| &one.inbound).filter(|rule| rule.is_for(port));
    let sources: Vec<String> =
        rules.flat_map(|rule| rule.cidrs.iter().chain(&rule.others)).cloned().collect();
    match sources.as_slice() {
        [] => Inbound::Nobody,
        all if all.iter().any(|one| EVERYBODY.contains(&one.as_str())) => Inbound::Everybody,
        _ => Inbound::These(sources),
    }
}

/// The command that lets clients in on a port of a load balancer.
pub fn let_in(balancer: &str, internet_facing: bool, groups: &[SecurityGroup], port: u16) -> String {
    let (cidr, whose) = match internet_facing {
        true => ("0.0.0.0/0", ""),
        false => ("CIDR", ", with the range of the clients"),
    };
    format!(
        "aws ec2 authorize-security-group-ingress{} --group-id {} --protocol tcp --port {port} --cidr {cidr}{whose}",
        region_of(balancer),
        first(groups)
    )
}

/// Whom the groups let in to a listener.
fn ingress(facts: &Facts, groups: &[SecurityGroup], listener: &Entry<'_>) -> Option<Finding> {
    let balancer = &facts.balancer;
    let (name, port) = (&balancer.name, listener.port);
    let sources = match inbound(groups, port) {
        Inbound::Everybody => return None,
        Inbound::These(sources) => sources,
        Inbound::Nobody => Vec::new(),
    };
    let ids = ids(groups);
    let nobody =
        format!("no inbound rule of {ids} lets anybody in on port {port}: clients of {name} time out");
    let some = format!("the inbound rules of {ids} let only some clients in on port {port}");
    let (likelihood, sentence) = match (sources.is_empty(), balancer.internet_facing) {
        (true, true) => (98, nobody),
        (true, false) => (96, nobody),
        // For an internal load balancer that is as it should be.
        (false, true) => (HINT - 4, some),
        (false, false) => (HINT - 7, some),
    };
    let found =
        Finding::new("security-group-ingress", Link::Listener, likelihood, listener.id.as_str(), sentence);
    if !sources.is_empty() {
        return Some(found.seen(format!("from {}; others time out", shown(sources).join(", "))));
    }
    let found = found
        .all_seen(lines(groups, "inbound", |one| &one.inbound))
        .seen("what is not let in gets no answer at all: no status code, and nothing in the access log");
    Some(found.advise(let_in(&balancer.arn, balancer.internet_facing, groups, port)))
}

/// Whether requests and checks get out to the targets of a group.
fn egress(facts: &Facts, groups: &[SecurityGroup], group: &Group, share: u32) -> Option<Finding> {
    let rules: Vec<&IpRule> = groups.iter().flat_map(|one| &one.outbound).collect();
    let mut kept: BTreeMap<u16, Vec<&Target>> = BTreeMap::new();
    for target in group.registered() {
        for port in ports(group, target) {
            if !rules.iter().any(|rule| rule.is_for(port) && rule.is_to(target)) {
                kept.entry(port).or_default().push(target);
            }
        }
    }
    if kept.is_empty() {
        return None;
    }
    let is_kept = |one: &Target| kept.values().flatten().any(|other| *other == one);
    let silent = |one: &Target| one.reason.as_deref() == Some("Target.Timeout");
    // Connections that are open stay open: a healthy target says that the rules changed a short time ago, or that
    // only the port of the requests is closed. API: "Security group connection tracking".
    let base: u8 = if group.registered().any(|one| is_kept(one) && silent(one)) { 97 } else { 80 };
    let less = if share < 100 { 10 } else { 0 };
    let (name, ids, balancer) = (&group.name, ids(groups), &facts.balancer.name);
    let numbers: Vec<String> = kept.keys().map(u16::to_string).collect();
    let port = format!("port{} {}", if numbers.len() == 1 { "" } else { "s" }, numbers.join(", "));
    let all = group.registered().filter(|one| is_kept(one)).count();
    let whom = match (all, group.registered().count()) {
        (some, all) if some == all => format!("the targets of {name}"),
        (some, all) => format!("{some} of {all} targets of {name}"),
    };
    let closed = kept.iter().flat_map(|(port, targets)| targets.iter().map(|one| (*one, *port)));
    let (outcome, explained) = outcome(group, closed);
    let sentence = format!("no outbound rule of {ids} lets {balancer} reach {whom} on {port}: {outcome}");
    let targets: Vec<String> = group
        .registered()
        .filter(|one| is_kept(one))
        .map(|one| format!("{}  {}", one.place(), one.state))
        .collect();
    let permissions: Vec<String> = numbers
        .iter()
        .map(|port| format!("IpProtocol=tcp,FromPort={port},ToPort={port},IpRanges='[{{CidrIp=CIDR}}]'"))
        .collect();
    Some(
        Finding::new("security-group-egress", Link::Targets, base - less, name, sentence)
            .all_seen(lines(groups, "outbound", |one| &one.outbound))
            .all_seen(shown(targets))
            .explains(explained)
            .advise(format!(
                "aws ec2 authorize-security-group-egress{} --group-id {} --ip-permissions {}, with the range of the \
                 targets",
                region(facts),
                first(groups),
                permissions.join(" ")
            )),
    )
}

/// What comes of ports of targets that are closed, in words, and the status codes that it explains. Where only checks
/// do not get through requests still do: to the targets that are healthy, and to all where none is.
pub(super) fn outcome<'a>(
    group: &Group,
    mut closed: impl Iterator<Item = (&'a Target, u16)>,
) -> (&'static str, &'static [u16]) {
    match closed.any(|(target, port)| target.port.or(group.port) == Some(port)) {
        true => ("requests are answered 504", &[504]),
        false => ("their health checks fail, and they become unhealthy", &[]),
    }
}

/// The ports on which a target gets requests and checks.
pub(super) fn ports(group: &Group, target: &Target) -> Vec<u16> {
    let own = target.port.or(group.port);
    let check = group.check_port.filter(|_| group.check.as_ref().is_none_or(|check| check.enabled));
    let mut ports: Vec<u16> = own.into_iter().chain(check).collect();
    ports.dedup();
    ports
}

/// The rules of each group, a line each.
pub(super) fn lines(
    groups: &[SecurityGroup],
    way: &str,
    rules: impl Fn(&SecurityGroup) -> &Vec<IpRule>,
) -> Vec<String> {
    let of_group = |group: &SecurityGroup| match rules(group).as_slice() {
        [] => vec![format!("{} has no {way} rule", group.id)],
        some => some.iter().map(|rule| format!("{} {way}: {}", group.id, rule.words())).collect(),
    };
    shown(groups.iter().flat_map(of_group).collect())
}

/// The first few, and how many more there are.
pub(super) fn shown(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    lines.extend((more > 0).then(|| format!("and {more} more")));
    lines
}

/// `sg-0a, sg-0b`
pub fn ids(groups: &[SecurityGroup]) -> String {
    let all: Vec<&str> = groups.iter().map(|one| one.id.as_str()).collect();
    all.join(", ")
}

fn first(groups: &[SecurityGroup]) -> &str {
    groups.first().map_or("GROUP", |one| &one.id)
}

/// The option that names the region of the load balancer. API: "Amazon Resource Names (ARNs)".
pub(super) fn region(facts: &Facts) -> String {
    region_of(&facts.balancer.arn)
}

fn region_of(arn: &str) -> String {
    let region = arn.split(':').nth(3).filter(|region| !region.is_empty());
    region.map(|region| format!(" --region {region}")).unwrap_or_default()
}

impl IpRule {
    /// Whether it is about TCP on a port. API: `IpProtocol`: a name, a number, -1 for all.
    pub(super) fn is_for(&self, port: u16) -> bool {
        match self.protocol.as_str() {
            "-1" | "all" => true,
            "tcp" | "6" => (self.from.unwrap_or(0)..=self.to.unwrap_or(u16::MAX)).contains(&port),
            _ => false,
        }
    }

    /// Whether it may lead to a target. The address of an instance is not known, nor what a prefix list or a group
    /// holds: those count as matching.
    fn is_to(&self, target: &Target) -> bool {
        let Ok(address) = target.id.parse::<IpAddr>() else {
            return !(self.cidrs.is_empty() && self.others.is_empty());
        };
        !self.others.is_empty() || self.cidrs.iter().any(|cidr| holds(cidr, address))
    }

    /// `tcp 80-443, 10.0.0.0/8, sg-0b`
    fn words(&self) -> String {
        let protocol = match self.protocol.as_str() {
            "-1" | "all" => "everything".to_owned(),
            "6" => "tcp".to_owned(),
            other => other.to_owned(),
        };
        let ports = match (self.from, self.to) {
            (Some(from), Some(to)) if from == to => format!(" {from}"),
            (Some(from), Some(to)) => format!(" {from}-{to}"),
            (Some(_) | None, _) => String::new(),
        };
        let peers: Vec<String> = shown(self.cidrs.iter().chain(&self.others).cloned().collect());
        match peers.is_empty() {
            true => format!("{protocol}{ports}"),
            false => format!("{protocol}{ports}, {}", peers.join(", ")),
        }
    }
}

/// Whether a range holds an address; one that cannot be read may.
fn holds(cidr: &str, address: IpAddr) -> bool {
    let Some((base, bits)) = cidr.split_once('/') else { return true };
    let (Ok(base), Ok(bits)) = (base.parse::<IpAddr>(), bits.parse::<u32>()) else { return true };
    match (base, address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or(0);
            base.to_bits() & mask == address.to_bits() & mask
        }
        (IpAddr::V6(base), IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(bits)).unwrap_or(0);
            base.to_bits() & mask == address.to_bits() & mask
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(protocol: &str, from: Option<u16>, to: Option<u16>, cidrs: &[&str], others: &[&str]) -> IpRule {
        let own = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        IpRule { protocol: protocol.to_owned(), from, to, cidrs: own(cidrs), others: own(others) }
    }

    #[test]
    fn ranges_hold_addresses() {
        for (cidr, address, is) in [
            ("0.0.0.0/0", "10.0.0.1", true),
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.1/32", "10.0.0.1", true),
            ("10.0.0.1/32", "10.0.0.2", false),
            ("::/0", "10.0.0.1", false),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "2001:db8::1", true),
            ("what", "10.0.0.1", true),
        ] {
            assert_eq!(holds(cidr, address.parse().expect("an address")), is, "{cidr} {address}");
        }
    }

    #[test]
    fn rules_are_for_ports_of_tcp() {
        assert!(rule("-1", None, None, &[], &[]).is_for(443));
        assert!(rule("tcp", Some(80), Some(443), &[], &[]).is_for(443));
        assert!(rule("6", Some(0), Some(65535), &[], &[]).is_for(443));
        assert!(!rule("tcp", Some(80), Some(442), &[], &[]).is_for(443));
        assert!(!rule("udp", Some(0), Some(65535), &[], &[]).is_for(443));
        assert!(!rule("icmp", None, None, &[], &[]).is_for(443));
    }

    #[test]
    fn what_is_not_known_may_lead_to_a_target() {
        let target = |id: &str| Target {
            id: id.to_owned(),
            port: Some(80),
            zone: None,
            state: "healthy".to_owned(),
            reason: None,
            description: None,
        };
        let narrow = rule("tcp", None, None, &["10.1.0.0/16"], &[]);
        assert!(narrow.is_to(&target("i-0a")) && narrow.is_to(&target("10.1.2.3")));
        assert!(!narrow.is_to(&target("10.2.0.1")));
        assert!(rule("tcp", None, None, &[], &["sg-0b"]).is_to(&target("10.2.0.1")));
        assert!(!rule("tcp", None, None, &[], &[]).is_to(&target("i-0a")));
    }
}
