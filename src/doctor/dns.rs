//! Where the name of a host leads.

use super::facts::{Dns, Facts, Leads};
use super::finding::{Finding, Link};

/// What is wrong with the name that was asked about.
pub fn find(facts: &Facts) -> Option<Finding> {
    let dns = facts.dns.as_ref()?;
    let (host, balancer) = (&dns.host, &facts.balancer);
    let here = format!("{} is {}", balancer.name, balancer.dns_name);
    let found = |code: &'static str, likelihood: u8, sentence: String| {
        Finding::new(code, Link::Dns, likelihood, host, sentence).all_seen(records(dns)).seen(here.clone())
    };
    let advice = match &dns.zone {
        Some(zone) => {
            format!("with a record for {host} in the zone {} ({}) that is an alias of it", zone.name, zone.id)
        }
        None => format!("make a record for {host} where its zone is kept: a CNAME to {}", balancer.dns_name),
    };
    let mended = |finding: Finding| match &dns.zone {
        Some(_) => finding.mend("apply SPEC").advise(advice.clone()),
        None => finding.advise(advice.clone()),
    };
    match &dns.leads {
        Leads::Here | Leads::Unknown(_) => None,
        Leads::Nowhere => {
            Some(mended(found("dns-missing", 99, format!("{host} leads nowhere: DNS has no address for it"))))
        }
        Leads::Other(other) => Some(mended(found(
            "dns-other-balancer",
            99,
            format!("{host} leads to another load balancer, {other}, and not to {}", balancer.name),
        ))),
        Leads::Elsewhere(target) => {
            let target = target.as_ref().map(|target| format!(", {target}")).unwrap_or_default();
            let sentence =
                format!("{host} leads somewhere else{target}, and not straight to {}", balancer.name);
            let found = found("dns-elsewhere", 72, sentence);
            Some(mended(found.seen("that is right where a CDN or proxy stands before the load balancer")))
        }
    }
}

fn records(dns: &Dns) -> Vec<String> {
    match &dns.zone {
        Some(zone) if dns.records.is_empty() => {
            vec![format!("the zone {} ({}) has no record for {}", zone.name, zone.id, dns.host)]
        }
        Some(zone) => {
            dns.records.iter().map(|one| format!("the zone {} ({}) has: {one}", zone.name, zone.id)).collect()
        }
        None => vec![format!("no hosted zone that can be reached is for {}; a lookup was made", dns.host)],
    }
}

/// Where the name leads, in words.
pub(super) fn words(facts: &Facts, dns: &Dns) -> String {
    match &dns.leads {
        Leads::Here => format!("{} leads to {}", dns.host, facts.balancer.name),
        Leads::Nowhere => format!("{} leads nowhere", dns.host),
        Leads::Other(other) => format!("{} leads to {other}", dns.host),
        Leads::Elsewhere(Some(target)) => format!("{} leads to {target}", dns.host),
        Leads::Elsewhere(None) => format!("{} leads somewhere else", dns.host),
        Leads::Unknown(why) => format!("where {} leads is not known: {why}", dns.host),
    }
}
