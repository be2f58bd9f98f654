//! From a change of a DNS record to calls.

use super::call::{Call, Condition};
use super::model::{DnsRecord, TARGET};
use crate::kinds;
use crate::kinds::context::Context;
use crate::model::record_set::target_name;
use crate::model::{Answer, LiveRecord, OutputKey, RecordSet, Ref, ResourceId, StepId, StepVerb};

/// A change is in sync with all name servers within 60 seconds in general.
const SYNC_LIMIT_SECONDS: u64 = 120;

/// What it is, in one line.
pub fn summary(model: &DnsRecord) -> String {
    let mut words = format!("{} -> {}", model.type_words(), model.target);
    if let Some(ttl) = model.ttl.filter(|_| !model.alias) {
        words.push_str(&format!(", ttl {}", crate::base::Seconds(ttl.into())));
    }
    if model.evaluate_target_health == Some(false) && model.alias {
        words.push_str(", evaluate_target_health off");
    }
    match (model.weight, &model.region, model.failover) {
        (Some(weight), _, _) => words.push_str(&format!(", weight {weight}")),
        (None, Some(region), _) => words.push_str(&format!(", latency from {region}")),
        (None, None, Some(failover)) => words.push_str(&format!(", failover {failover}")),
        (None, None, None) => {}
    }
    let private = if model.zone.private { "private " } else { "" };
    let zone = if model.zone.name.is_empty() { &model.zone.id } else { &model.zone.name };
    format!("{words}, in {private}{zone}")
}

/// What a batch does to its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// There is none yet.
    Create,
    /// It becomes another one.
    Change,
    /// It goes from a zone, since it is in another one now.
    Leave,
    /// It goes.
    Delete,
}

impl What {
    fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Change => "change",
            Self::Leave => "leave",
            Self::Delete => "delete",
        }
    }

    fn verb(self) -> StepVerb {
        match self {
            Self::Create => StepVerb::Create,
            Self::Change => StepVerb::Change,
            Self::Leave | Self::Delete => StepVerb::Delete,
        }
    }
}

/// What goes from and comes into one zone.
pub struct Batch {
    /// The zone's id.
    pub zone: String,
    /// The role through which it is reached.
    pub role: Option<String>,
    /// What goes.
    pub delete: Vec<RecordSet<String>>,
    /// What comes.
    pub create: Vec<RecordSet<Ref>>,
}

impl Batch {
    /// From what is there to what is wanted; what is the same stays. Health checks that others gave are kept.
    pub fn between(
        zone: &str,
        role: Option<&str>,
        old: &[&LiveRecord],
        mut new: Vec<RecordSet<Ref>>,
    ) -> Self {
        for set in &mut new {
            let twin = old.iter().find(|one| one.set.kind == set.kind && one.set.set == set.set);
            set.health_check = twin.and_then(|one| one.set.health_check.clone());
        }
        let stays = |live: &LiveRecord| new.iter().any(|set| same(&live.set, set));
        let is_there = |set: &RecordSet<Ref>| old.iter().any(|live| same(&live.set, set));
        let delete = old.iter().filter(|live| !stays(live)).map(|live| live.set.clone()).collect();
        let create = new.iter().filter(|set| !is_there(set)).cloned().collect();
        Self { zone: zone.to_owned(), role: role.map(str::to_owned), delete, create }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.delete.is_empty() && self.create.is_empty()
    }

    fn summary(&self) -> String {
        let types = |kinds: Vec<&str>| kinds.join(", ");
        let old = types(self.delete.iter().map(|set| set.kind.as_str()).collect());
        let new = types(self.create.iter().map(|set| set.kind.as_str()).collect());
        match (old.is_empty(), new.is_empty()) {
            (true, _) => format!("{new} -> {TARGET}"),
            (false, true) => old,
            (false, false) if old == new => new,
            (false, false) => format!("{old} -> {new}"),
        }
    }
}

/// Whether a live record set is the wanted one.
fn same(live: &RecordSet<String>, wanted: &RecordSet<Ref>) -> bool {
    let name = |live: &String, wanted: &Ref| match wanted {
        Ref::Known(wanted) => target_name(live) == target_name(wanted),
        Ref::Output { .. } => false,
    };
    let answer = match (&live.answer, &wanted.answer) {
        (
            Answer::Alias { zone, dns_name, evaluate_target_health },
            Answer::Alias { zone: wanted_zone, dns_name: wanted_name, evaluate_target_health: wanted_health },
        ) => {
            matches!(wanted_zone, Ref::Known(wanted) if wanted == zone)
                && name(dns_name, wanted_name)
                && evaluate_target_health == wanted_health
        }
        (Answer::Values { ttl, values }, Answer::Values { ttl: wanted_ttl, values: wanted }) => {
            ttl == wanted_ttl
                && values.len() == wanted.len()
                && values.iter().zip(wanted).all(|(live, wanted)| name(live, wanted))
        }
        (Answer::Alias { .. } | Answer::Values { .. }, _) => false,
    };
    live.key() == wanted.key() && live.routing == wanted.routing && answer
}

/// Adds a batch and, with `wait`, the wait until all name servers answer with it: the call and the last of both.
pub fn change(
    cx: &mut Context<'_>,
    id: &ResourceId,
    what: What,
    batch: Batch,
    needs: &[StepId],
    wait: bool,
) -> (StepId, StepId) {
    let summary = batch.summary();
    let Batch { zone, role, delete, create } = batch;
    let call = Call::ChangeResourceRecordSets { zone, role: role.clone(), delete, create };
    let step = cx.call(id, what.word(), what.verb(), summary, kinds::Call::DnsRecord(call), needs);
    if !wait {
        return (step.clone(), step);
    }
    let change = Ref::Output { step: step.clone(), key: OutputKey::Change };
    let condition = kinds::Condition::RecordsInSync(Condition { change, role });
    let name = format!("{}-sync", what.word());
    let wait =
        cx.wait_as(id, &name, StepVerb::Sync, condition, SYNC_LIMIT_SECONDS, std::slice::from_ref(&step));
    (step, wait)
}
