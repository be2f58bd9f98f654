//! Where the name of a host leads: by the hosted zones that can be reached, and by a lookup.

use std::collections::BTreeSet;

use futures_util::future::{join_all, try_join_all};

use super::further::note;
use crate::aws::observe::reader::Reader;
use crate::aws::outside;
use crate::doctor::facts::{Balancer, Dns, Leads};
use crate::exec::{Clock, ErrorKind, ServiceError};
use crate::fix::find::{self, Inventory};
use crate::kinds::dns_record::aws::page;
use crate::model::record_set::target_name;
use crate::model::zone::{Found, of_name};
use crate::model::{Answer, Lookup, RecordSet, Zone};

/// So many hosts of rules are looked up: each may take two calls of Route 53, which lets an account make five a second.
const MOST_HOSTS: usize = 8;

const UNREAD: &str = "route53:ListHostedZones failed: only a lookup says where it leads";

/// Where a host's name leads, and a note where the hosted zones may not be read.
pub(super) async fn dns<C: Clock>(
    reader: &Reader<'_, C>,
    inventory: &Inventory,
    balancer: &Balancer,
    host: Option<&str>,
) -> Result<(Option<Dns>, Option<String>), ServiceError> {
    // Its own name leads nowhere else.
    let host = host.filter(|host| target_name(host) != target_name(&balancer.dns_name));
    let Some(host) = host else { return Ok((None, None)) };
    let zones = zones(reader).await?;
    let note = zones.is_none().then(|| UNREAD.to_owned());
    let (found, unread) = of_host(reader, inventory, balancer, host, &zones.unwrap_or_default()).await?;
    Ok((Some(found), note.or(unread)))
}

/// The zones; none: they may not be read.
async fn zones<C: Clock>(reader: &Reader<'_, C>) -> Result<Option<Vec<Zone>>, ServiceError> {
    match reader.zones(None).await {
        Ok(zones) => Ok(Some(zones)),
        Err(error) if error.kind == ErrorKind::Credentials => Err(error),
        Err(_) => Ok(None),
    }
}

/// Of hosts those whose names do not lead here, and what could not be found out, each once. A lookup that leads here is
/// enough: only of others the zones are read.
pub(super) async fn astray<C: Clock>(
    reader: &Reader<'_, C>,
    inventory: &Inventory,
    balancer: &Balancer,
    hosts: &BTreeSet<String>,
) -> Result<(Vec<Dns>, BTreeSet<String>), ServiceError> {
    let all = hosts.len();
    let mut notes: BTreeSet<String> = (all > MOST_HOSTS)
        .then(|| format!("only {MOST_HOSTS} of {all} hosts that rules name were looked up"))
        .into_iter()
        .collect();
    let hosts: Vec<&String> = hosts.iter().take(MOST_HOSTS).collect();
    let lookups = join_all(hosts.iter().map(|host| look(reader, host, &balancer.dns_name))).await;
    let away: Vec<&String> = hosts
        .iter()
        .zip(lookups)
        .filter(|(_, lookup)| *lookup != Lookup::Leads)
        .map(|(host, _)| *host)
        .collect();
    if away.is_empty() {
        return Ok((Vec::new(), notes));
    }
    let zones = zones(reader).await?;
    notes.extend(zones.is_none().then(|| UNREAD.to_owned()));
    let zones = zones.unwrap_or_default();
    let found =
        try_join_all(away.iter().map(|host| of_host(reader, inventory, balancer, host, &zones))).await?;
    let (found, unread): (Vec<Dns>, Vec<Option<String>>) = found.into_iter().unzip();
    notes.extend(unread.into_iter().flatten());
    Ok((found.into_iter().filter(|one| one.leads != Leads::Here).collect(), notes))
}

/// Where a host's name leads, and a note where the records of its zone may not be read.
async fn of_host<C: Clock>(
    reader: &Reader<'_, C>,
    inventory: &Inventory,
    balancer: &Balancer,
    host: &str,
    zones: &[Zone],
) -> Result<(Dns, Option<String>), ServiceError> {
    let zone = zone_of(host, zones);
    let (held, note) = match &zone {
        Some(zone) => match held(reader, zone, host).await {
            Ok(held) => (Some(held), None),
            Err(error) => {
                (None, Some(note(error, "route53", "what zones hold of names that were looked up")?))
            }
        },
        None => (Some(Held::default()), None),
    };
    let lookup = look(reader, host, &balancer.dns_name).await;
    let (records, others) = match held {
        Some(Held { records, others }) => (Some(records), others),
        None => (None, BTreeSet::new()),
    };
    let mut leads = judge(inventory, balancer, zone.as_ref(), records.as_deref(), lookup);
    if leads == Leads::Elsewhere(None) {
        leads = other(reader, inventory, balancer, host).await;
    }
    Ok((Dns { host: host.to_owned(), zone, records, others, leads }, note))
}

fn zone_of(host: &str, zones: &[Zone]) -> Option<Zone> {
    let of = |private: bool| match of_name(host, zones, private) {
        Found::One(zone) => Some(zone.clone()),
        // Which of several is the one that is asked is known to the registrar only.
        Found::None | Found::Several(_) => None,
    };
    of(false).or_else(|| of(true))
}

/// What a zone holds of a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Held {
    /// Its addresses: its own, else those of the wildcard above it.
    records: Vec<RecordSet<String>>,
    /// The types of its other records.
    others: BTreeSet<String>,
}

/// What a zone holds of a name. API: ListResourceRecordSets.
async fn held<C: Clock>(reader: &Reader<'_, C>, zone: &Zone, host: &str) -> Result<Held, ServiceError> {
    const OPERATION: &str = "ListResourceRecordSets";
    let of = async |name: &str| -> Result<Vec<RecordSet<String>>, ServiceError> {
        let client = &reader.clients.route53;
        let (sets, _) = reader.read(OPERATION, async || page(client, &zone.id, name, None).await).await?;
        Ok(sets.into_iter().filter(|one| one.name == name).collect())
    };
    let leads = |one: &RecordSet<String>| ["A", "AAAA", "CNAME"].contains(&one.kind.as_str());
    let (records, others): (Vec<_>, Vec<_>) = of(host).await?.into_iter().partition(leads);
    let others: BTreeSet<String> = others.into_iter().map(|one| one.kind).collect();
    let wildcard = host.split_once('.').map(|(_, rest)| format!("*.{rest}"));
    // A name that has records of any type gets nothing from a wildcard. RFC 4592, 3.3.1.
    let wildcard = wildcard.filter(|_| records.is_empty() && others.is_empty());
    Ok(match wildcard {
        Some(name) => Held { records: of(&name).await?.into_iter().filter(leads).collect(), others },
        None => Held { records, others },
    })
}

async fn look<C: Clock>(reader: &Reader<'_, C>, host: &str, target: &str) -> Lookup {
    let mut found = outside::look(reader.clients, &BTreeSet::from([host.to_owned()]), Some(target)).await;
    found.remove(host).unwrap_or_else(|| Lookup::Unknown("it was not looked up".to_owned()))
}

/// Where records and a lookup say that a name leads. A zone may hold records, and a lookup may find other addresses of
/// what they lead to: so a record says where, as long as the name is found at all. A public zone whose name nobody
/// finds is not the one that is asked: it is one of two of its name, or its domain is not delegated to it. Where no
/// lookup is possible the zone says it; where the zone may not be read, the lookup. `records`: none is unread.
fn judge(
    inventory: &Inventory,
    balancer: &Balancer,
    zone: Option<&Zone>,
    records: Option<&[RecordSet<String>]>,
    lookup: Lookup,
) -> Leads {
    let public = zone.is_some_and(|zone| !zone.private);
    let (read, records) = (records.is_some(), records.unwrap_or_default());
    let leads_to = |dns_name: &str| records.iter().any(|one| one.leads_to(dns_name));
    if lookup == Lookup::Leads || leads_to(&balancer.dns_name) {
        return if public && lookup == Lookup::Missing { Leads::Unasked } else { Leads::Here };
    }
    if let Some(other) = inventory.balancers.iter().find(|other| leads_to(&other.dns_name)) {
        return Leads::Other(other.name.clone());
    }
    if let Some(first) = records.first() {
        return Leads::Elsewhere(Some(target(first)));
    }
    // What a private zone holds no lookup from outside finds.
    let hidden = zone.is_some_and(|zone| zone.private) && !read;
    match lookup {
        Lookup::Missing if hidden => {
            Leads::Unknown("the records of its private zone were not read".to_owned())
        }
        Lookup::Missing => Leads::Nowhere,
        Lookup::Elsewhere => Leads::Elsewhere(None),
        Lookup::Unknown(_) if public && read => Leads::Nowhere,
        Lookup::Unknown(why) => Leads::Unknown(why),
        Lookup::Leads => Leads::Here,
    }
}

fn target(record: &RecordSet<String>) -> String {
    match &record.answer {
        Answer::Alias { dns_name, .. } => target_name(dns_name),
        Answer::Values { .. } => record.target(),
    }
}

/// Which other load balancer a lookup finds.
async fn other<C: Clock>(
    reader: &Reader<'_, C>,
    inventory: &Inventory,
    balancer: &Balancer,
    host: &str,
) -> Leads {
    let others: Vec<&find::Balancer> =
        inventory.balancers.iter().filter(|one| one.arn != balancer.arn).collect();
    match first_that_leads(reader, &others, host).await {
        Some(one) => Leads::Other(one.name.clone()),
        None => Leads::Elsewhere(None),
    }
}

/// Of several load balancers the first that a lookup of a host finds; all are looked up at once.
async fn first_that_leads<'a, C: Clock>(
    reader: &Reader<'_, C>,
    all: &[&'a find::Balancer],
    host: &str,
) -> Option<&'a find::Balancer> {
    let found = join_all(all.iter().map(|one| look(reader, host, &one.dns_name))).await;
    let mut pairs = all.iter().zip(found);
    pairs.find(|(_, lookup)| *lookup == Lookup::Leads).map(|(one, _)| *one)
}

/// The load balancers of the region that a host's name leads to, by their ARNs.
pub(super) async fn leads_to<C: Clock>(
    reader: &Reader<'_, C>,
    inventory: &Inventory,
    host: &str,
) -> Result<Vec<String>, ServiceError> {
    let zones = zones(reader).await?.unwrap_or_default();
    if let Some(zone) = zone_of(host, &zones) {
        let records = match held(reader, &zone, host).await {
            Ok(held) => held.records,
            Err(error) if error.kind == ErrorKind::Credentials => return Err(error),
            // What may not be read is left to the lookup; that is noted where the host is looked at.
            Err(_) => Vec::new(),
        };
        let leads = |one: &&find::Balancer| records.iter().any(|record| record.leads_to(&one.dns_name));
        let found: Vec<String> =
            inventory.balancers.iter().filter(leads).map(|one| one.arn.clone()).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let all: Vec<&find::Balancer> = inventory.balancers.iter().collect();
    Ok(first_that_leads(reader, &all, host).await.map(|one| one.arn.clone()).into_iter().collect())
}
