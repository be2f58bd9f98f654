//! Where the name of a host leads.

use serde_json::json;

use super::facts::{Balancer, Dns, Facts, Leads};
use super::finding::{Finding, HINT, Link};
use crate::base::shell::quoted;
use crate::model::{Answer, RecordSet, Routing};

/// The time to live of a record that is proposed: whoever mends something at night wants to see it soon.
const TTL: u32 = 60;

/// Below [`super::finding::WRONG`]: which of two load balancers is meant was not read.
const GUESS: u8 = 45;

/// What is wrong with the name that was asked about.
pub fn find(facts: &Facts) -> Option<Finding> {
    let dns = facts.dns.as_ref()?;
    let (host, balancer) = (&dns.host, &facts.balancer);
    match &dns.leads {
        Leads::Here | Leads::Unknown(_) => None,
        Leads::Nowhere => {
            let sentence = format!("{host} leads nowhere: DNS has no address for it");
            Some(mended(found(facts, dns, "dns-missing", 99, sentence), dns, balancer))
        }
        Leads::Unasked => Some(unasked(facts, dns, 85)),
        Leads::Other(other) => Some(led_away(facts, dns, other, GUESS)),
        Leads::Elsewhere(target) => {
            let target = target.as_ref().map(|target| format!(", {target}")).unwrap_or_default();
            let sentence =
                format!("{host} leads somewhere else{target}, and not straight to {}", balancer.name);
            let found = found(facts, dns, "dns-elsewhere", 72, sentence);
            let found = found.seen("that is right where a CDN or proxy stands before the load balancer");
            Some(mended(found, dns, balancer))
        }
    }
}

/// Of the hosts that rules name those whose requests arrive somewhere else. Without a host that is asked about a rule
/// may be one that is left over, or that is made before its name is moved.
pub fn hosts(facts: &Facts) -> Vec<Finding> {
    let one = |dns: &Dns| match &dns.leads {
        Leads::Unasked => Some(unasked(facts, dns, HINT - 2)),
        Leads::Other(other) => Some(led_away(facts, dns, other, HINT - 2)),
        Leads::Nowhere => {
            let sentence = format!("a rule names {}, and DNS has no address for it", dns.host);
            Some(mended(found(facts, dns, "dns-missing", 6, sentence), dns, &facts.balancer))
        }
        Leads::Here | Leads::Elsewhere(_) | Leads::Unknown(_) => None,
    };
    facts.hosts.iter().filter_map(one).collect()
}

fn found(facts: &Facts, dns: &Dns, code: &'static str, likelihood: u8, sentence: String) -> Finding {
    let balancer = &facts.balancer;
    Finding::new(code, Link::Dns, likelihood, &dns.host, sentence)
        .all_seen(records(dns))
        .seen(format!("{} is {}", balancer.name, balancer.dns_name))
}

/// The zone leads the name here, and nobody asks the zone. Not certain: a resolver keeps an answer that there is no such
/// name for some time. RFC 2308.
fn unasked(facts: &Facts, dns: &Dns, likelihood: u8) -> Finding {
    let zone = dns.zone.as_ref();
    let (name, id) = zone.map_or(("", ""), |zone| (&zone.name, &zone.id));
    let sentence = format!(
        "the zone {name} ({id}) has a record for {} that leads to {}, and the name is not found in DNS: another zone is \
         asked",
        dns.host, facts.balancer.name
    );
    found(facts, dns, "dns-unasked-zone", likelihood, sentence)
        .seen(format!("a lookup of {} found no such name", dns.host))
        .seen("a record that is new may not be found for some minutes")
        .advise(format!(
            "compare its name servers (aws route53 get-hosted-zone --id {id}) with those that the registrar or the zone \
             above {name} names (dig NS {name})"
        ))
}

/// What the other one does with requests for the host was not read: it may serve it, and the rule here may be one for
/// later, or for clients of a private zone. So no command is proposed that takes the name away from there.
fn led_away(facts: &Facts, dns: &Dns, other: &str, likelihood: u8) -> Finding {
    let (host, name) = (&dns.host, &facts.balancer.name);
    let sentence = format!("{host} leads to another load balancer, {other}, and not to {name}");
    found(facts, dns, "dns-other-balancer", likelihood, sentence).advise(format!(
        "if {other} serves {host}, nothing: see albctl doctor {host}; else let {host} lead to {}",
        facts.balancer.dns_name
    ))
}

/// With what lets the name lead to a load balancer.
fn mended(finding: Finding, dns: &Dns, balancer: &Balancer) -> Finding {
    let host = &dns.host;
    let Some(zone) = &dns.zone else {
        let target = &balancer.dns_name;
        return finding
            .advise(format!("make a record for {host} where its zone is kept: a CNAME to {target}"));
    };
    let alias =
        || format!("a record for {host} in the zone {} ({}) that is an alias of it", zone.name, zone.id);
    let otherwise =
        point(dns, &balancer.dns_name, &balancer.zone).unwrap_or_else(|| format!("make {}", alias()));
    finding.change(format!("with {}", alias()), otherwise)
}

/// The command that lets a name lead to a load balancer; none: its records are too many for one. API:
/// ChangeResourceRecordSets.
pub(super) fn point(dns: &Dns, target: &str, target_zone: &str) -> Option<String> {
    let zone = dns.zone.as_ref()?;
    let own: Vec<&RecordSet<String>> =
        dns.records.as_ref()?.iter().filter(|one| one.name == dns.host).collect();
    let cname = |ttl: u32| json!({ "Name": dns.host, "Type": "CNAME", "TTL": ttl, "ResourceRecords": [{ "Value": target }] });
    let alias = |evaluate: bool| {
        let to = json!({ "HostedZoneId": target_zone, "DNSName": target, "EvaluateTargetHealth": evaluate });
        json!({ "Name": dns.host, "Type": "A", "AliasTarget": to })
    };
    let known = !target_zone.is_empty();
    let set = match own.as_slice() {
        // What is below is kept in another zone.
        [] if dns.host != zone.name && dns.others.contains("NS") => return None,
        // The name of a zone itself takes no CNAME, nor does one that has other records. RFC 1034, 3.6.2.
        [] if dns.host == zone.name || !dns.others.is_empty() => known.then(|| alias(false))?,
        [] => cname(TTL),
        [one] if one.routing == Routing::Simple => match (one.kind.as_str(), &one.answer) {
            ("CNAME", Answer::Values { ttl, .. }) => cname(*ttl),
            ("A", Answer::Alias { evaluate_target_health, .. }) if known => alias(*evaluate_target_health),
            ("A", Answer::Values { .. }) if known => alias(false),
            _ => return None,
        },
        _ => return None,
    };
    let batch = json!({ "Changes": [{ "Action": "UPSERT", "ResourceRecordSet": set }] });
    Some(format!(
        "aws route53 change-resource-record-sets --hosted-zone-id {} --change-batch {}",
        zone.id,
        quoted(&batch.to_string())
    ))
}

pub(super) fn records(dns: &Dns) -> Vec<String> {
    let Some(zone) = &dns.zone else {
        return vec![format!(
            "no hosted zone that can be reached is for {}, or more than one; a lookup was made",
            dns.host
        )];
    };
    let place = format!("the zone {} ({})", zone.name, zone.id);
    match dns.records.as_deref() {
        None => vec![format!("what {place} holds of {} could not be read; a lookup was made", dns.host)],
        Some([]) if dns.others.is_empty() => vec![format!("{place} has no record for {}", dns.host)],
        Some([]) => {
            let types = dns.others.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            vec![format!("{place} has no address for {}, only {types}", dns.host)]
        }
        Some(all) => all.iter().map(|one| format!("{place} has: {}", one.describe())).collect(),
    }
}

/// Where the name leads, in words.
pub(super) fn words(facts: &Facts, dns: &Dns) -> String {
    match &dns.leads {
        Leads::Here => format!("{} leads to {}", dns.host, facts.balancer.name),
        Leads::Unasked => {
            format!("{} is not found, though its zone leads it to {}", dns.host, facts.balancer.name)
        }
        Leads::Nowhere => format!("{} leads nowhere", dns.host),
        Leads::Other(other) => format!("{} leads to {other}", dns.host),
        Leads::Elsewhere(Some(target)) => format!("{} leads to {target}", dns.host),
        Leads::Elsewhere(None) => format!("{} leads somewhere else", dns.host),
        Leads::Unknown(why) => format!("where {} leads is not known: {why}", dns.host),
    }
}
