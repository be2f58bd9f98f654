//! The DNS names that lead to the load balancer, and those that should and do not.

use std::collections::BTreeSet;

use crate::kinds::dns_record::DnsRecord;
use crate::kinds::dns_record::model::Provider;
use crate::kinds::load_balancer::{self, model::IpAddressType};
use crate::kinds::{Desired, Live, Resource};
use crate::model::zone::{self, Found};
use crate::model::{LiveRecord, Lookup};

/// A record that the spec wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its name.
    pub name: String,
    /// Tells several records of one name apart.
    pub set: Option<String>,
    /// Its zone; none: another provider keeps it, or the zone was not found.
    pub zone: Option<String>,
    /// What it is to be: `alias A`.
    pub wanted: String,
    /// What is wrong with it; none: it leads here, or that is not known.
    pub problem: Option<String>,
    /// Why nothing is known of it.
    pub unknown: Option<String>,
}

impl Record {
    /// What people call it.
    pub fn label(&self) -> String {
        match &self.set {
            Some(set) => format!("{} ({set})", self.name),
            None => self.name.clone(),
        }
    }
}

/// The names that lead to the load balancer, as far as the records are known.
pub(super) fn names(live: &Live) -> Vec<String> {
    let Some(target) = live.dns_name.as_deref() else { return Vec::new() };
    let records = live.dns.records.iter().filter(|one| one.set.leads_to(target));
    let mut all: BTreeSet<&str> = records.map(|one| one.set.name.as_str()).collect();
    let led = live.dns.lookups.iter().filter(|(_, lookup)| **lookup == Lookup::Leads);
    all.extend(led.map(|(name, _)| name.as_str()));
    all.into_iter().map(str::to_owned).collect()
}

/// What became of the wanted records, in the order of the spec.
pub(super) fn of(desired: &Desired, live: &Live) -> Vec<Record> {
    let mut all: Vec<(usize, &DnsRecord)> = desired
        .resources
        .values()
        .filter_map(|wanted| match &wanted.resource {
            Resource::DnsRecord(model) => Some((wanted.order, model)),
            Resource::LoadBalancer(_)
            | Resource::TargetGroup(_)
            | Resource::Targets(_)
            | Resource::Listener(_)
            | Resource::Rule(_)
            | Resource::Certificate(_) => None,
        })
        .collect();
    all.sort_by_key(|(order, _)| *order);
    all.into_iter().map(|(_, model)| record(model, live)).collect()
}

fn record(wanted: &DnsRecord, live: &Live) -> Record {
    match wanted.provider {
        Provider::Other => outside(wanted, live),
        Provider::Route53 => in_zone(wanted, live),
    }
}

fn blank(wanted: &DnsRecord, words: String) -> Record {
    let (name, set) = (wanted.name.clone(), wanted.set.clone());
    Record { name, set, zone: None, wanted: words, problem: None, unknown: None }
}

/// A record that others keep, as lookups see it.
fn outside(wanted: &DnsRecord, live: &Live) -> Record {
    let mut record = blank(wanted, "CNAME".to_owned());
    match live.dns.lookups.get(&wanted.name) {
        Some(Lookup::Leads) => {}
        Some(Lookup::Missing) => record.problem = Some("missing".to_owned()),
        Some(Lookup::Elsewhere) => record.problem = Some("leads elsewhere".to_owned()),
        Some(Lookup::Unknown(why)) => record.unknown = Some(why.clone()),
        None => record.unknown = Some("there is no load balancer".to_owned()),
    }
    record
}

/// A record of Route 53.
fn in_zone(wanted: &DnsRecord, live: &Live) -> Record {
    let mut types = wanted.types.clone();
    if wanted.alias && has_ipv6(live) {
        types.insert("AAAA".to_owned());
    }
    let mut record = blank(wanted, DnsRecord { types: types.clone(), ..wanted.clone() }.type_words());
    let place = &wanted.zone;
    match zone::choose(&wanted.name, &place.choice, place.private, place.role.as_deref(), &live.zones) {
        Found::One(zone) => {
            record.zone = Some(zone.name.clone());
            let here = |one: &&LiveRecord| {
                (one.zone.as_str(), one.set.name.as_str()) == (zone.id.as_str(), wanted.name.as_str())
            };
            let here: Vec<&LiveRecord> = live.dns.records.iter().filter(here).collect();
            record.problem = compared(wanted, &types, &here, live.dns_name.as_deref());
        }
        Found::None => record.problem = Some("without a hosted zone".to_owned()),
        Found::Several(zones) => {
            record.problem = Some(format!("without a zone: {} hosted zones have its name", zones.len()));
        }
    }
    record
}

/// What is wrong with the record sets of a name.
fn compared(
    wanted: &DnsRecord,
    types: &BTreeSet<String>,
    here: &[&LiveRecord],
    target: Option<&str>,
) -> Option<String> {
    let of_kind = |kind: &str| here.iter().find(|one| one.set.kind == kind && one.set.set == wanted.set);
    let address = |one: &&&LiveRecord| ["A", "AAAA", "CNAME"].contains(&one.set.kind.as_str());
    let mut missing = Vec::new();
    for kind in types {
        match of_kind(kind) {
            Some(one) if target.is_some_and(|target| one.set.leads_to(target)) => {}
            Some(one) => return Some(format!("leads elsewhere: {}", one.set.describe())),
            None => missing.push(kind.as_str()),
        }
    }
    match (missing.as_slice(), here.iter().find(address)) {
        ([], _) => None,
        // Another record of the name, such as a CNAME in place of the alias.
        (missing, Some(other)) if missing.len() == types.len() => {
            Some(format!("missing; there is {}", other.set.describe()))
        }
        (missing, _) if missing.len() == types.len() => Some("missing".to_owned()),
        (missing, _) => Some(format!("incomplete: {} is missing", missing.join(", "))),
    }
}

fn has_ipv6(live: &Live) -> bool {
    let Some(existing) = live.resources.get(&load_balancer::id()) else { return false };
    let Resource::LoadBalancer(model) = &existing.resource else { return false };
    match model.ip_address_type {
        IpAddressType::Ipv4 => false,
        IpAddressType::Dualstack | IpAddressType::DualstackWithoutPublicIpv4 => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::dns_record::model::{InZone, TARGET};
    use crate::model::zone::Choice;
    use crate::model::{Answer, RecordSet, Routing, Zone};
    use crate::output::fixtures;

    const NAME: &str = "api.example.com";
    const ELB: &str = "shop-1.us-east-1.elb.amazonaws.com";

    fn wanted(types: &[&str]) -> DnsRecord {
        let (choice, private, role) = (Choice::Longest, false, None);
        DnsRecord {
            name: NAME.to_owned(),
            set: None,
            zone: InZone { choice, private, role, id: String::new(), name: String::new() },
            provider: Provider::Route53,
            alias: !types.contains(&"CNAME"),
            types: types.iter().map(|one| (*one).to_owned()).collect(),
            target: TARGET.to_owned(),
            ttl: None,
            evaluate_target_health: None,
            weight: None,
            region: None,
            failover: None,
        }
    }

    fn live(kind: &str, target: &str) -> LiveRecord {
        let answer = Answer::Alias {
            zone: "Z9".to_owned(),
            dns_name: target.to_owned(),
            evaluate_target_health: true,
        };
        let (name, kind, routing) = (NAME.to_owned(), kind.to_owned(), Routing::Simple);
        let set = RecordSet { name, kind, set: None, routing, answer, health_check: None };
        LiveRecord { zone: "Z1".to_owned(), role: None, set }
    }

    fn problem(wanted: &DnsRecord, zones: &[&str], records: Vec<LiveRecord>) -> Option<String> {
        let zone = |id: &&str| Zone {
            id: (*id).to_owned(),
            name: "example.com".to_owned(),
            private: false,
            role: None,
        };
        let mut all = fixtures::live();
        all.dns_name = Some(ELB.to_owned());
        all.zones = zones.iter().map(zone).collect();
        all.dns.records = records;
        record(wanted, &all).problem
    }

    #[test]
    fn a_record_leads_here_only_with_all_its_types() {
        let both = wanted(&["A", "AAAA"]);
        let told = |records: Vec<LiveRecord>| problem(&both, &["Z1"], records).unwrap_or_default();
        assert_eq!(told(vec![live("A", ELB), live("AAAA", ELB)]), "");
        assert_eq!(told(vec![live("A", ELB)]), "incomplete: AAAA is missing");
        assert_eq!(told(vec![live("TXT", ELB)]), "missing");
        assert_eq!(told(vec![live("CNAME", "x.example.org")]), "missing; there is CNAME alias x.example.org");
        let other = vec![live("A", ELB), live("AAAA", "x.example.org")];
        assert_eq!(told(other), "leads elsewhere: AAAA alias x.example.org");
    }

    #[test]
    fn a_record_needs_one_zone() {
        let one = wanted(&["A"]);
        assert_eq!(problem(&one, &[], Vec::new()).as_deref(), Some("without a hosted zone"));
        let two = problem(&one, &["Z1", "Z2"], Vec::new());
        assert_eq!(two.as_deref(), Some("without a zone: 2 hosted zones have its name"));
    }
}
