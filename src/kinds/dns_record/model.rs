//! The canonical form of a DNS record.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::fields::FIELDS;
use crate::model::field::{Field, Model};
use crate::model::record_set::Failover;
use crate::model::zone::Choice;
use crate::model::{Answer, RecordSet, Ref, Routing};
use crate::word_enum;

word_enum! {
    /// How a record leads to the load balancer.
    RecordType {
        /// As an alias of Route 53: A, and AAAA where the load balancer has IPv6.
        Alias = "alias",
        /// As a CNAME with a TTL.
        Cname = "cname",
    }
}

word_enum! {
    /// Who keeps the record.
    Provider {
        /// Route 53.
        Route53 = "route53",
        /// Somebody else, who is told what to create.
        Other = "other",
    }
}

/// Where a record is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InZone {
    /// What the spec says.
    pub choice: Choice,
    /// In a zone that answers only inside of VPCs.
    pub private: bool,
    /// The role through which the zone is reached.
    pub role: Option<String>,
    /// The zone's id; empty until the zones are known.
    pub id: String,
    /// The zone's name; empty until it is known.
    pub name: String,
}

/// A record that leads to the load balancer: one name, and one set identifier where there are several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsRecord {
    /// In lower case and without the dot at its end.
    pub name: String,
    /// The set identifier.
    pub set: Option<String>,
    /// Where it is kept.
    pub zone: InZone,
    /// Who keeps it.
    pub provider: Provider,
    /// Whether it is an alias.
    pub alias: bool,
    /// `A`, `AAAA`, `CNAME`; live ones that are not ours may have others.
    pub types: BTreeSet<String>,
    /// What it leads to; [`TARGET`] for what is ours.
    pub target: String,
    /// Of a CNAME, in seconds.
    pub ttl: Option<u32>,
    /// Of an alias: an unhealthy load balancer is not answered.
    pub evaluate_target_health: Option<bool>,
    /// Of several sets by weight.
    pub weight: Option<u8>,
    /// Of several sets by latency: the AWS region; empty until it is known.
    pub region: Option<String>,
    /// Of two sets, which one.
    pub failover: Option<Failover>,
}

/// What our records lead to.
pub const TARGET: &str = "the load balancer";

impl DnsRecord {
    /// How it is chosen among others of its name.
    pub fn routing(&self) -> Routing {
        match (self.weight, &self.region, self.failover) {
            (Some(weight), _, _) => Routing::Weighted(weight),
            (None, Some(region), _) => Routing::Latency(region.clone()),
            (None, None, Some(failover)) => Routing::Failover(failover),
            (None, None, None) => Routing::Simple,
        }
    }

    /// The record sets that it consists of, leading to the load balancer of this name in this zone.
    pub fn sets(&self, dns_name: &Ref, zone: &Ref) -> Vec<RecordSet<Ref>> {
        let one = |kind: &String| RecordSet {
            name: self.name.clone(),
            kind: kind.clone(),
            set: self.set.clone(),
            routing: self.routing(),
            answer: match self.ttl.filter(|_| !self.alias) {
                Some(ttl) => Answer::Values { ttl, values: vec![dns_name.clone()] },
                None => Answer::Alias {
                    zone: zone.clone(),
                    dns_name: dns_name.clone(),
                    evaluate_target_health: self.evaluate_target_health.unwrap_or(true),
                },
            },
            health_check: None,
        };
        self.types.iter().map(one).collect()
    }

    /// `alias A, AAAA`, `CNAME`.
    pub fn type_words(&self) -> String {
        let types: Vec<&str> = self.types.iter().map(String::as_str).collect();
        format!("{}{}", if self.alias { "alias " } else { "" }, types.join(", "))
    }

    /// The zone in words: `example.com (Z0123)`.
    pub fn zone_words(&self) -> String {
        zone_words(&self.zone)
    }
}

/// A zone in words: `example.com (Z0123)`.
pub(super) fn zone_words(zone: &InZone) -> String {
    match (zone.name.is_empty(), zone.id.is_empty()) {
        (false, false) => format!("{} ({})", zone.name, zone.id),
        (true, _) => zone.id.clone(),
        (false, true) => zone.name.clone(),
    }
}

impl Model for DnsRecord {
    const FIELDS: &'static [Field<Self>] = FIELDS;
}
