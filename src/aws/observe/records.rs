//! Hosted zones and their record sets. API: ListHostedZones, ListResourceRecordSets of Route 53.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;

use super::Scope;
use super::reader::Reader;
use super::rounds::read_inside;
use super::snapshot::Snapshot;
use crate::exec::{Clock, ErrorKind, ServiceError};
use crate::kinds::dns_record::aws::{page, through};
use crate::kinds::dns_record::memory;
use crate::model::zone::{self, Found};
use crate::model::{LiveRecord, Zone};

/// A name of which the records are read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    zone: String,
    name: String,
    role: Option<String>,
}

impl<C: Clock> Reader<'_, C> {
    /// All hosted zones that the spec's names may be in: of the account, and through roles.
    pub(super) async fn all_zones(&self, scope: &Scope) -> Result<Vec<Zone>, ServiceError> {
        let own = async { if scope.zones { self.zones(None).await } else { Ok(Vec::new()) } };
        let others = try_join_all(scope.dns.roles.iter().map(|role| self.zones(Some(role))));
        let (own, others) = tokio::try_join!(own, others)?;
        Ok(own.into_iter().chain(others.into_iter().flatten()).collect())
    }

    /// The records of the names that the spec has or the load balancer's tags remember, each zone and name once.
    pub(super) async fn records(
        &self,
        scope: &Scope,
        snapshot: &Snapshot,
    ) -> Result<Vec<LiveRecord>, ServiceError> {
        let spots = spots(scope, snapshot);
        let found = try_join_all(spots.iter().map(|spot| self.records_at(spot))).await?;
        let mut all: Vec<LiveRecord> = found.into_iter().flatten().collect();
        // A page may hold names that are asked for by themselves.
        let mut seen = BTreeSet::new();
        all.retain(|one| seen.insert((one.zone.clone(), one.set.clone())));
        Ok(all)
    }

    async fn records_at(&self, spot: &Spot) -> Result<Vec<LiveRecord>, ServiceError> {
        const OPERATION: &str = "ListResourceRecordSets";
        let client = self.clients.route53_as(spot.role.as_deref()).await;
        let (mut all, mut from) = (Vec::new(), None);
        loop {
            let read =
                self.read(OPERATION, async || page(&client, &spot.zone, &spot.name, from.clone()).await);
            let (sets, next) = match read.await {
                Ok(read) => read,
                // A zone that is gone has taken its records along.
                Err(gone) if gone.kind == ErrorKind::NotFound => return Ok(Vec::new()),
                Err(error) => return Err(through(error, spot.role.as_deref())),
            };
            all.extend(sets.into_iter().map(|set| LiveRecord {
                zone: spot.zone.clone(),
                role: spot.role.clone(),
                set,
            }));
            if next.is_none() {
                return Ok(all);
            }
            from = next;
        }
    }
}

fn spots(scope: &Scope, snapshot: &Snapshot) -> BTreeSet<Spot> {
    let mut spots = BTreeSet::new();
    for wanted in &scope.dns.names {
        let role = wanted.role.as_deref();
        let found = zone::choose(&wanted.name, &wanted.choice, wanted.private, role, &snapshot.zones);
        if let Found::One(zone) = found {
            let (zone, name, role) = (zone.id.clone(), wanted.name.clone(), wanted.role.clone());
            spots.insert(Spot { zone, name, role });
        }
    }
    for tags in read_inside(scope, snapshot).iter().filter_map(|arn| snapshot.tags.get(arn)) {
        for ((name, _), zones) in memory::read(tags) {
            for (zone, role) in zones {
                let wanted = spots.iter().any(|spot| spot.zone == zone && spot.name == name);
                if !wanted {
                    spots.insert(Spot { zone, name: name.clone(), role });
                }
            }
        }
    }
    spots
}
