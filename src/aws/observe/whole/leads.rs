//! Where the name of a host leads: by the hosted zones that can be reached, and by a lookup.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use crate::aws::observe::reader::Reader;
use crate::aws::outside;
use crate::doctor::facts::{Balancer, Dns, Leads};
use crate::exec::{Clock, ErrorKind, ServiceError};
use crate::fix::find::{self, Inventory};
use crate::kinds::dns_record::aws::page;
use crate::model::record_set::target_name;
use crate::model::zone::{Found, of_name};
use crate::model::{Answer, Lookup, RecordSet, Zone};

/// Where a host's name leads, and a note where the hosted zones may not be read.
pub(super) async fn dns<C: Clock>(
    reader: &Reader<'_, C>,
    inventory: &Inventory,
    balancer: &Balancer,
    host: Option<&str>,
) -> Result<(Option<Dns>, Option<String>), ServiceError> {
    let Some(host) = host else { return Ok((None, None)) };
    let (zones, note) = match reader.zones(None).await {
        Ok(zones) => (zones, None),
        Err(error) if error.kind == ErrorKind::Credentials => return Err(error),
        Err(_) => {
            (Vec::new(), Some("route53:ListHostedZones failed: only a lookup says where it leads".to_owned()))
        }
    };
    let zone = zone_of(host, &zones);
    let records = match &zone {
        Some(zone) => records(reader, zone, host).await?,
        None => Vec::new(),
    };
    let lookup = look(reader, host, &balancer.dns_name).await;
    let mut leads = judge(inventory, balancer, zone.as_ref(), &records, lookup);
    if leads == Leads::Elsewhere(None) {
        leads = other(reader, inventory, balancer, host).await;
    }
    let records = records.iter().map(RecordSet::describe).collect();
    Ok((Some(Dns { host: host.to_owned(), zone, records, leads }), note))
}

fn zone_of(host: &str, zones: &[Zone]) -> Option<Zone> {
    let of = |private: bool| match of_name(host, zones, private) {
        Found::One(zone) => Some(zone.clone()),
        // Which of several is the one that is asked is known to the registrar only.
        Found::None | Found::Several(_) => None,
    };
    of(false).or_else(|| of(true))
}

/// The addresses of a name in its zone: its own, else those of the wildcard above it.
async fn records<C: Clock>(
    reader: &Reader<'_, C>,
    zone: &Zone,
    host: &str,
) -> Result<Vec<RecordSet<String>>, ServiceError> {
    const OPERATION: &str = "ListResourceRecordSets";
    let wildcard = host.split_once('.').map(|(_, rest)| format!("*.{rest}"));
    for name in [Some(host.to_owned()), wildcard].into_iter().flatten() {
        let client = &reader.clients.route53;
        let read = reader.read(OPERATION, async || page(client, &zone.id, &name, None).await).await;
        let sets = match read {
            Ok((sets, _)) => sets,
            // What may not be read is left to the lookup.
            Err(error) if error.kind == ErrorKind::Credentials => return Err(error),
            Err(_) => return Ok(Vec::new()),
        };
        let leads = |one: &RecordSet<String>| ["A", "AAAA", "CNAME"].contains(&one.kind.as_str());
        let found: Vec<RecordSet<String>> =
            sets.into_iter().filter(|one| one.name == name && leads(one)).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

async fn look<C: Clock>(reader: &Reader<'_, C>, host: &str, target: &str) -> Lookup {
    let mut found = outside::look(reader.clients, &BTreeSet::from([host.to_owned()]), Some(target)).await;
    found.remove(host).unwrap_or_else(|| Lookup::Unknown("it was not looked up".to_owned()))
}

/// What a lookup finds is what clients find; where none is possible, the zone says it.
fn judge(
    inventory: &Inventory,
    balancer: &Balancer,
    zone: Option<&Zone>,
    records: &[RecordSet<String>],
    lookup: Lookup,
) -> Leads {
    if lookup == Lookup::Leads || records.iter().any(|one| one.leads_to(&balancer.dns_name)) {
        return Leads::Here;
    }
    let other =
        inventory.balancers.iter().find(|other| records.iter().any(|one| one.leads_to(&other.dns_name)));
    if let Some(other) = other {
        return Leads::Other(other.name.clone());
    }
    if let Some(first) = records.first() {
        return Leads::Elsewhere(Some(target(first)));
    }
    match lookup {
        Lookup::Missing => Leads::Nowhere,
        Lookup::Elsewhere => Leads::Elsewhere(None),
        Lookup::Unknown(_) if zone.is_some_and(|zone| !zone.private) => Leads::Nowhere,
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

/// The load balancer of the region that a host's name leads to, by its ARN.
pub(super) async fn leads_to<C: Clock>(
    reader: &Reader<'_, C>,
    inventory: &Inventory,
    host: &str,
) -> Result<Option<String>, ServiceError> {
    let zones = match reader.zones(None).await {
        Ok(zones) => zones,
        Err(error) if error.kind == ErrorKind::Credentials => return Err(error),
        Err(_) => Vec::new(),
    };
    if let Some(zone) = zone_of(host, &zones) {
        let records = records(reader, &zone, host).await?;
        let leads = |dns_name: &str| records.iter().any(|one| one.leads_to(dns_name));
        if let Some(one) = inventory.balancers.iter().find(|one| leads(&one.dns_name)) {
            return Ok(Some(one.arn.clone()));
        }
    }
    let all: Vec<&find::Balancer> = inventory.balancers.iter().collect();
    Ok(first_that_leads(reader, &all, host).await.map(|one| one.arn.clone()))
}
