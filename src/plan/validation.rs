//! The validation records of certificates that go: with `--delete-validation-records` they go, too.
//!
//! All certificates of a name in an account share one record, so it stays as long as any of them that is seen needs it.

use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use super::certificates::olds;
use crate::kinds::certificate::call::{Placed, ZoneRef};
use crate::kinds::certificate::model::{Cname, Store};
use crate::kinds::certificate::{self, plan};
use crate::kinds::context::Context;
use crate::kinds::{Existing, Resource};
use crate::model::zone;
use crate::model::{Change, ResourceId};

/// What becomes of the validation records of all certificates that go.
pub struct Records {
    /// By identity, then by the certificate's ARN.
    fates: BTreeMap<ResourceId, BTreeMap<String, Vec<(Cname, Fate)>>>,
}

/// What becomes of a record.
enum Fate {
    /// It goes from these zones, where it is in them.
    Goes(Vec<ZoneRef>),
    /// A certificate that stays needs it.
    Needed(String),
    /// No zone that can be reached may hold it.
    OutOfReach,
}

impl Records {
    /// What becomes of them in this plan; nothing, where nobody asked for it.
    pub fn of(cx: &Context<'_>, options: &Options) -> Self {
        let mut fates = BTreeMap::new();
        if options.delete_validation_records {
            let ids = cx.live.resources.keys().filter(|id| id.kind() == certificate::KIND);
            let going: Vec<(&ResourceId, Vec<&Existing>)> = ids.map(|id| (id, olds(cx, id))).collect();
            let retired: BTreeSet<&str> =
                going.iter().flat_map(|(_, olds)| olds.iter().map(|old| old.arn.as_str())).collect();
            for (id, olds) in going {
                let of = |old: &Existing| (old.arn.clone(), fates_of(cx, old, &retired));
                fates.insert(id.clone(), olds.into_iter().map(of).collect());
            }
        }
        Self { fates }
    }

    /// The records that go with the certificate of this ARN.
    pub fn going(&self, arn: &str) -> Vec<Placed> {
        let own = self.fates.values().find_map(|certificates| certificates.get(arn));
        let placed = |(record, fate): &(Cname, Fate)| match fate {
            Fate::Goes(zones) => {
                let one = |zone: &ZoneRef| Placed { zone: zone.clone(), record: record.clone() };
                zones.iter().map(one).collect()
            }
            Fate::Needed(_) | Fate::OutOfReach => Vec::new(),
        };
        own.into_iter().flatten().flat_map(placed).collect()
    }

    /// Says on the changes what becomes of them.
    pub fn present(&self, changes: &mut [Change]) {
        for change in changes {
            let Some(certificates) = self.fates.get(&change.id) else { continue };
            let told: BTreeSet<String> = certificates.values().flatten().map(words).collect();
            let lines: Vec<String> = change.how.take().into_iter().chain(told).collect();
            change.how = (!lines.is_empty()).then(|| lines.join("\n"));
        }
    }
}

fn words((record, fate): &(Cname, Fate)) -> String {
    let Cname { domain: _, name, value } = record;
    match fate {
        Fate::Goes(_) => format!("validation record goes: {name} CNAME {value}"),
        Fate::Needed(by) => format!("validation record stays: {name}, {by} needs it"),
        Fate::OutOfReach => format!("validation record stays: {name}, in no zone that can be reached"),
    }
}

fn fates_of(cx: &Context<'_>, old: &Existing, retired: &BTreeSet<&str>) -> Vec<(Cname, Fate)> {
    let Resource::Certificate(model) = &old.resource else { return Vec::new() };
    let fate = |record: &Cname| match needed(cx, &record.domain, retired) {
        Some(by) => Fate::Needed(by),
        None => match zones(cx, record) {
            zones if zones.is_empty() => Fate::OutOfReach,
            zones => Fate::Goes(zones),
        },
    };
    model.records.iter().map(|record| (record.clone(), fate(record))).collect()
}

/// A certificate that is to be validated by the record of a name, now or when ACM renews it.
fn needed(cx: &Context<'_>, domain: &str, retired: &BTreeSet<&str>) -> Option<String> {
    let wanted = cx.desired.resources.iter().find(|(_, wanted)| match &wanted.resource {
        Resource::Certificate(model) => {
            model.store == Store::Acm && plan::validated(model).iter().any(|name| name == domain)
        }
        Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Listener(_)
        | Resource::Rule(_) => false,
    });
    let found = cx.live.certificates.values().flatten().find(|one| {
        !retired.contains(one.arn.as_str()) && one.names.iter().any(|name| plan::based(name) == domain)
    });
    wanted.map(|(id, _)| id.to_string()).or_else(|| found.map(|one| one.arn.clone()))
}

/// The public zones that may hold a record, each once: through a role where that is one way.
fn zones(cx: &Context<'_>, record: &Cname) -> Vec<ZoneRef> {
    let mut seen = BTreeSet::new();
    let (roles, own): (Vec<_>, Vec<_>) = cx.live.zones.iter().partition(|one| one.role.is_some());
    let holds = |one: &&crate::model::Zone| !one.private && zone::is_within(&record.name, &one.name);
    let zones = roles.into_iter().chain(own).filter(holds).filter(|one| seen.insert(one.id.as_str()));
    zones.map(|one| ZoneRef { id: one.id.clone(), role: one.role.clone() }).collect()
}
