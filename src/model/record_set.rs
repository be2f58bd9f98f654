//! Record sets of hosted zones. API: `ResourceRecordSet` of Route 53.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ResourceId;
use super::zone::normal;
use crate::word_enum;

word_enum! {
    /// Which of two records answers. API: `Failover`.
    Failover {
        /// While its target is healthy.
        Primary = "primary",
        /// Else.
        Secondary = "secondary",
    }
}

/// How one of several record sets of a name and type is chosen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Routing {
    /// It is the only one.
    Simple,
    /// By weight. API: `Weight`.
    Weighted(u8),
    /// By latency to an AWS region. API: `Region`.
    Latency(String),
    /// API: `Failover`.
    Failover(Failover),
    /// A policy that albctl does not know; in a word.
    Other(String),
}

impl Routing {
    /// What AWS calls the policy.
    pub fn policy(&self) -> &str {
        match self {
            Self::Simple => "simple",
            Self::Weighted(_) => "weighted",
            Self::Latency(_) => "latency",
            Self::Failover(_) => "failover",
            Self::Other(word) => word,
        }
    }
}

/// What a record set answers. `R` is how values that may not be known yet are named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer<R> {
    /// API: `AliasTarget`.
    Alias {
        /// The hosted zone of the target: a load balancer's `CanonicalHostedZoneId`.
        zone: R,
        /// The target's DNS name.
        dns_name: R,
        /// Whether an unhealthy target is not answered.
        evaluate_target_health: bool,
    },
    /// API: `TTL` and `ResourceRecords`.
    Values {
        /// In seconds.
        ttl: u32,
        /// Each in the form of its type.
        values: Vec<R>,
    },
}

/// A record set: what a name answers for one type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordSet<R> {
    /// In lower case and without the dot at its end; `*` as such.
    pub name: String,
    /// `A`, `AAAA`, `CNAME`, or another type. API: `Type`.
    pub kind: String,
    /// Tells several record sets of a name and type apart. API: `SetIdentifier`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub set: Option<String>,
    /// How it is chosen among them.
    pub routing: Routing,
    /// What it answers.
    pub answer: Answer<R>,
    /// The health check that it depends on: kept, never given. API: `HealthCheckId`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub health_check: Option<String>,
}

impl<R> RecordSet<R> {
    /// The same with every reference replaced by what `f` makes of it.
    ///
    /// # Errors
    /// The first error of `f`.
    pub fn map<S, E>(&self, f: &mut dyn FnMut(&R) -> Result<S, E>) -> Result<RecordSet<S>, E> {
        let answer = match &self.answer {
            Answer::Alias { zone, dns_name, evaluate_target_health } => Answer::Alias {
                zone: f(zone)?,
                dns_name: f(dns_name)?,
                evaluate_target_health: *evaluate_target_health,
            },
            Answer::Values { ttl, values } => {
                Answer::Values { ttl: *ttl, values: values.iter().map(f).collect::<Result<_, _>>()? }
            }
        };
        Ok(RecordSet {
            name: self.name.clone(),
            kind: self.kind.clone(),
            set: self.set.clone(),
            routing: self.routing.clone(),
            answer,
            health_check: self.health_check.clone(),
        })
    }

    /// Name, type and set identifier, by which Route 53 tells record sets of a zone apart.
    pub fn key(&self) -> (&str, &str, Option<&str>) {
        (&self.name, &self.kind, self.set.as_deref())
    }
}

impl RecordSet<String> {
    /// Whether it leads to the load balancer of this DNS name, as an alias or as a CNAME.
    pub fn leads_to(&self, dns_name: &str) -> bool {
        match &self.answer {
            Answer::Alias { dns_name: target, .. } => target_name(target) == target_name(dns_name),
            Answer::Values { values, .. } => {
                self.kind == "CNAME"
                    && values.iter().all(|value| target_name(value) == target_name(dns_name))
                    && !values.is_empty()
            }
        }
    }

    /// What it answers, in a few words: `alias x.elb.amazonaws.com`, `192.0.2.1`.
    pub fn target(&self) -> String {
        match &self.answer {
            Answer::Alias { dns_name, .. } => format!("alias {}", normal(dns_name)),
            Answer::Values { values, .. } => values.join(", "),
        }
    }

    /// What it is, in a few words: `A 192.0.2.1, TTL 300`.
    pub fn describe(&self) -> String {
        let mut text = format!("{} {}", self.kind, self.target());
        if let Answer::Values { ttl, .. } = &self.answer {
            text.push_str(&format!(", TTL {ttl}"));
        }
        if let Some(set) = &self.set {
            text.push_str(&format!(", {} set `{set}`", self.routing.policy()));
        }
        text
    }
}

/// The name of a target as it is compared: the console writes `dualstack.` before a load balancer's name, which means
/// the same.
pub fn target_name(name: &str) -> String {
    let name = normal(name);
    name.strip_prefix("dualstack.").map(str::to_owned).unwrap_or(name)
}

/// A record set that is live, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LiveRecord {
    /// The id of its zone.
    pub zone: String,
    /// The role through which the zone is reached, where it is in another account.
    pub role: Option<String>,
    /// The record set.
    pub set: RecordSet<String>,
}

/// What a DNS lookup says of a name that is kept outside of Route 53.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// It leads to the load balancer.
    Leads,
    /// It leads nowhere.
    Missing,
    /// It leads elsewhere.
    Elsewhere,
    /// It was not looked up, or the lookup failed: why.
    Unknown(String),
}

/// A record that somebody else is to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The name.
    pub name: String,
    /// Whether it is there.
    pub lookup: Lookup,
}

/// All that is live of DNS.
#[derive(Clone, Debug, Default)]
pub struct LiveDns {
    /// The zone of the load balancer's own name. API: `CanonicalHostedZoneId`.
    pub target_zone: Option<String>,
    /// The record sets of the names that the spec or the tags have.
    pub records: Vec<LiveRecord>,
    /// What lookups found, by name.
    pub lookups: BTreeMap<String, Lookup>,
    /// The live record sets that each record of the stack consists of; known once both sides have been paired.
    pub claimed: BTreeMap<ResourceId, Vec<LiveRecord>>,
    /// The records that the tags remember and that are no longer there, or no longer ours.
    pub forgotten: Vec<String>,
    /// The records that others are to make.
    pub outside: Vec<Outside>,
    /// What leads to the load balancer and is not ours.
    pub strangers: Vec<LiveRecord>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_the_load_balancer_is_told_by_its_name() {
        let set = |kind: &str, answer: Answer<String>| RecordSet {
            name: "api.example.com".to_owned(),
            kind: kind.to_owned(),
            set: None,
            routing: Routing::Simple,
            answer,
            health_check: None,
        };
        let alias = |name: &str| {
            let (zone, dns_name) = ("Z1".to_owned(), name.to_owned());
            set("A", Answer::Alias { zone, dns_name, evaluate_target_health: true })
        };
        let values =
            |kind: &str, value: &str| set(kind, Answer::Values { ttl: 60, values: vec![value.to_owned()] });
        let name = "Shop-1.us-east-1.elb.amazonaws.com";
        assert!(alias("dualstack.shop-1.us-east-1.elb.amazonaws.com.").leads_to(name));
        assert!(alias("shop-1.us-east-1.elb.amazonaws.com.").leads_to(name));
        assert!(values("CNAME", "SHOP-1.us-east-1.elb.amazonaws.com").leads_to(name));
        assert!(!values("TXT", "shop-1.us-east-1.elb.amazonaws.com").leads_to(name));
        assert!(!alias("shop-2.us-east-1.elb.amazonaws.com.").leads_to(name));
        assert_eq!(values("A", "192.0.2.1").describe(), "A 192.0.2.1, TTL 60");
    }
}
