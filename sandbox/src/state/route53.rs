//! Route 53: hosted zones, their records, and changes on their way to the name servers.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ids::{IdKind, scatter};
use super::tags::TagMap;
use super::wire_enum::wire_enum;
use super::{Millis, State, duration_millis};
use crate::clock::millis;
use crate::domain_name::{self, NameError};

wire_enum! {
    /// RRType.
    RecordType {
        A = "A", Aaaa = "AAAA", Caa = "CAA", Cname = "CNAME", Ds = "DS", Https = "HTTPS", Mx = "MX",
        Naptr = "NAPTR", Ns = "NS", Ptr = "PTR", Soa = "SOA", Spf = "SPF", Srv = "SRV", Sshfp = "SSHFP",
        Svcb = "SVCB", Tlsa = "TLSA", Txt = "TXT",
    }
}

wire_enum! {
    /// ResourceRecordSetFailover.
    Failover { Primary = "PRIMARY", Secondary = "SECONDARY" }
}

/// All of Route 53.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route53 {
    /// How long a change is `PENDING` before it is `INSYNC`. 2 seconds by default; AWS takes up to 60.
    #[serde(with = "duration_millis")]
    pub sync_delay: Duration,
    /// How long after a change its zone refuses another one with `PriorRequestNotComplete`. None by default.
    #[serde(with = "duration_millis")]
    pub busy_after_change: Duration,
    /// How many zones the account can have: 500 by default.
    pub most_zones: usize,
    /// Zones by id, such as `Z0123456789ABCDEF`.
    pub zones: BTreeMap<String, HostedZone>,
    /// The last changes, oldest first.
    pub changes: Vec<Change>,
}

/// A hosted zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostedZone {
    /// In canonical form, such as `example.com.`.
    pub name: String,
    /// What made its creation unique.
    pub caller_reference: String,
    /// HostedZoneConfig, `Comment`.
    pub comment: Option<String>,
    /// The VPCs of a private zone, each with its region; a public zone has none.
    pub vpcs: Vec<Vpc>,
    /// The name servers of a public zone, without a dot at the end.
    pub name_servers: Vec<String>,
    /// When it was created.
    pub created: Millis,
    /// Until when it refuses changes.
    pub busy_until: Millis,
    /// Its record sets, NS and SOA included, in no order.
    pub records: Vec<RecordSet>,
    /// Its tags.
    pub tags: TagMap,
}

/// VPC: one that sees a private zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vpc {
    /// Such as `vpc-0a1b2c3d`.
    pub id: String,
    /// Its region.
    pub region: String,
}

/// ResourceRecordSet. Name, type and set identifier together are unique in a zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordSet {
    /// In canonical form, such as `\052.example.com.`.
    pub name: String,
    /// The type.
    pub record_type: RecordType,
    /// Tells record sets of one name and type apart; a simple one has none.
    pub set_identifier: Option<String>,
    /// How Route 53 chooses among record sets of one name and type.
    pub routing: Routing,
    /// What it answers.
    pub data: Data,
    /// The health check that it depends on.
    pub health_check: Option<String>,
    /// From when on the name servers answer with it.
    pub in_sync: Millis,
}

/// What identifies a record set in its zone.
pub type RecordKey = (String, RecordType, Option<String>);

/// The routing policy of a record set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Routing {
    /// The only one of its name and type.
    Simple,
    /// By weight, 0 to 255.
    Weighted(u8),
    /// By latency to an AWS region.
    Latency(String),
    /// The primary one, or the secondary one when the primary is unhealthy.
    Failover(Failover),
    /// By the client's place: members of GeoLocation.
    Geolocation(BTreeMap<String, String>),
    /// All healthy ones, up to eight.
    Multivalue,
}

/// What a record set answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Data {
    /// Records.
    Values {
        /// Seconds that resolvers keep the answer.
        ttl: u32,
        /// As they were sent.
        values: Vec<String>,
    },
    /// An AWS resource, or another record set of the zone.
    Alias {
        /// The target's zone: the load balancer's canonical one, or the zone itself.
        zone: String,
        /// The target in canonical form.
        dns_name: String,
        /// Whether an unhealthy target is not answered.
        evaluate_target_health: bool,
    },
}

/// ChangeInfo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Such as `C0123456789ABCDEF`.
    pub id: String,
    /// ChangeBatch, `Comment`.
    pub comment: Option<String>,
    /// When it was sent.
    pub submitted: Millis,
    /// When it is `INSYNC`.
    pub in_sync: Millis,
}

/// A sandbox that is served for days must not grow for ever.
const MOST_CHANGES: usize = 1000;

impl Default for Route53 {
    fn default() -> Self {
        Route53 {
            sync_delay: Duration::from_secs(2),
            busy_after_change: Duration::ZERO,
            most_zones: 500,
            zones: BTreeMap::new(),
            changes: Vec::new(),
        }
    }
}

impl Route53 {
    /// The value of the CNAME of this name in a public zone, once it is `INSYNC`; None without one. As
    /// resolvers do, only the zone with the longest name that the name is in is asked; there may be several
    /// of that name.
    pub fn public_cname(&self, name: &str, now: Millis) -> Option<String> {
        let name = domain_name::canonical(name).ok()?;
        let is_it = |r: &&RecordSet| r.name == name && r.record_type == RecordType::Cname && r.in_sync <= now;
        self.asked(&name)?.find(is_it)?.target()
    }

    /// The same of an address: of a CNAME, or an alias or an address of type A or AAAA; the name's own, else, where it
    /// has no records at all, those of the wildcard above it.
    pub fn public_address(&self, name: &str, now: Millis) -> Option<String> {
        const ADDRESSES: [RecordType; 3] = [RecordType::Cname, RecordType::A, RecordType::Aaaa];
        let own = domain_name::canonical(name).ok()?;
        let (_, above) = own.split_once('.')?;
        let wildcard = format!("\\052.{above}");
        let exists = self.asked(&own)?.any(|r| r.name == own && r.in_sync <= now);
        let name = if exists { &own } else { &wildcard };
        let is_it =
            |r: &&RecordSet| r.name == *name && ADDRESSES.contains(&r.record_type) && r.in_sync <= now;
        self.asked(&own)?.find(is_it)?.target()
    }

    /// The records of the public zones that resolvers ask for a name: those with the longest name that it is in.
    fn asked(&self, name: &str) -> Option<impl Iterator<Item = &RecordSet>> {
        let public = self.zones.values().filter(|zone| !zone.is_private());
        let around: Vec<&HostedZone> = public.filter(|z| domain_name::is_within(name, &z.name)).collect();
        let longest = around.iter().map(|zone| zone.name.len()).max()?;
        let asked = around.into_iter().filter(move |zone| zone.name.len() == longest);
        Some(asked.flat_map(|zone| &zone.records))
    }

    /// Notes a change that is sent now.
    pub(crate) fn submit(&mut self, id: String, comment: Option<String>, now: Millis) -> Change {
        let change = Change { id, comment, submitted: now, in_sync: self.in_sync_at(now) };
        if self.changes.len() >= MOST_CHANGES {
            self.changes.remove(0);
        }
        self.changes.push(change.clone());
        change
    }

    /// When a change that is sent now is `INSYNC`.
    pub(crate) fn in_sync_at(&self, now: Millis) -> Millis {
        now.saturating_add(millis(self.sync_delay))
    }
}

impl HostedZone {
    /// Private zones have VPCs, public ones none.
    pub fn is_private(&self) -> bool {
        !self.vpcs.is_empty()
    }

    /// Whether it has no other records than the NS and SOA that Route 53 made.
    pub(crate) fn is_empty(&self) -> bool {
        self.records.iter().all(|record| record.is_required(&self.name))
    }
}

impl RecordSet {
    /// The first of its values, or what it is an alias of.
    fn target(&self) -> Option<String> {
        match &self.data {
            Data::Values { values, .. } => values.first().cloned(),
            Data::Alias { dns_name, .. } => Some(dns_name.clone()),
        }
    }

    /// What identifies it in its zone.
    pub fn key(&self) -> RecordKey {
        (self.name.clone(), self.record_type, self.set_identifier.clone())
    }

    /// Whether its zone cannot be without it: NS and SOA of the zone's own name.
    pub(crate) fn is_required(&self, zone: &str) -> bool {
        self.name == zone && matches!(self.record_type, RecordType::Ns | RecordType::Soa)
    }
}

impl State {
    /// Makes a zone as CreateHostedZone does: public without a VPC, private with one. Its id.
    ///
    /// # Errors
    /// The text says why the name is none.
    pub fn create_zone(&mut self, name: &str, vpc: Option<Vpc>) -> Result<String, String> {
        let canonical = domain_name::canonical(name).map_err(NameError::words)?;
        let reference = format!("sandbox-{}", self.ids.next(IdKind::Change));
        Ok(self.new_zone(canonical, reference, None, vpc))
    }

    /// The ids of the zones of this id or name.
    pub fn zones_named(&self, id_or_name: &str) -> Vec<String> {
        let name = domain_name::canonical(id_or_name).ok();
        let zones = self.route53.zones.iter();
        let found = zones.filter(|(id, zone)| *id == id_or_name || Some(&zone.name) == name.as_ref());
        found.map(|(id, _)| id.clone()).collect()
    }

    /// Adds a zone with its NS and SOA records; its id.
    pub(crate) fn new_zone(
        &mut self,
        name: String,
        caller_reference: String,
        comment: Option<String>,
        vpc: Option<Vpc>,
    ) -> String {
        let id = format!("Z{}", self.ids.next(IdKind::HostedZone).to_uppercase());
        let servers = name_servers(&id);
        let in_sync = self.route53.in_sync_at(self.now);
        let required = |record_type, ttl, values| RecordSet {
            name: name.clone(),
            record_type,
            set_identifier: None,
            routing: Routing::Simple,
            data: Data::Values { ttl, values },
            health_check: None,
            in_sync,
        };
        let first = servers.first().cloned().unwrap_or_default();
        // Developer guide, "NS and SOA records that Amazon Route 53 creates for a public hosted zone".
        let soa = format!("{first}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400");
        let records = vec![
            required(RecordType::Ns, 172_800, servers.iter().map(|server| format!("{server}.")).collect()),
            required(RecordType::Soa, 900, vec![soa]),
        ];
        let zone = HostedZone {
            name,
            caller_reference,
            comment,
            vpcs: vpc.into_iter().collect(),
            name_servers: servers,
            created: self.now,
            busy_until: 0,
            records,
            tags: TagMap::new(),
        };
        self.route53.zones.insert(id.clone(), zone);
        id
    }
}

/// Four name servers, one of each top-level domain, as Route 53 assigns them.
fn name_servers(zone: &str) -> Vec<String> {
    let seed = zone.bytes().fold(0, |hash, byte| scatter(hash ^ u64::from(byte)));
    let domains = ["com", "net", "org", "co.uk"];
    let server = |(i, domain): (usize, &str)| {
        let number = scatter(seed ^ i as u64);
        format!("ns-{}.awsdns-{:02}.{domain}", number % 512 + 512 * i as u64, (number >> 32) % 64)
    };
    domains.into_iter().enumerate().map(server).collect()
}
