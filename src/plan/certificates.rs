//! Certificates of the stack: which of several of one identity is the current one, what listeners call them, and what
//! becomes of those whose place another one takes.
//!
//! Nothing is remembered between applies. A certificate that cannot become the wanted one stays on its listeners, by its
//! ARN, until the new one is there and issued; what then carries the identity and is not the current one is deleted once
//! nothing uses it.

pub mod left;
mod named;

use std::collections::BTreeMap;

use super::Options;
use super::saved::place_text;
use super::validation::Records;
use crate::base::time::Utc;
use crate::base::{Diagnostic, Diagnostics, SourceMap};
use crate::kinds::certificate::model::{Origin, RENEWED_UNDER_DAYS, Store};
use crate::kinds::certificate::{self, Certificate, CertificateKey};
use crate::kinds::context::Context;
use crate::kinds::{Desired, Existing, Live, Resource, Wanted};
use crate::model::zone::Found;
use crate::model::{Change, ResourceId, Verb};

const DAY: u64 = 86_400;

/// Puts the current certificate of each identity into `resources` and the others into `leftovers`, and lets live
/// listeners call those that stay by their keys; in what is wanted, domains become ARNs.
pub fn settle(desired: &mut Desired, live: &Live, problems: &mut Diagnostics) -> Live {
    let mut settled = live.clone();
    place(desired, live);
    mark_renewals(desired, &mut settled);
    choose(desired, &mut settled);
    let names: BTreeMap<String, String> = settled
        .resources
        .iter()
        .filter(|(id, one)| id.kind() == certificate::KIND && stays(desired, id, one))
        .map(|(id, one)| (one.arn.clone(), id.key().to_owned()))
        .collect();
    for existing in settled.resources.values_mut() {
        if let Resource::Listener(listener) = &mut existing.resource {
            let named = |one: &CertificateKey| match names.get(&one.0) {
                Some(key) => CertificateKey(key.clone()),
                None => one.clone(),
            };
            listener.certificates = listener.certificates.iter().map(named).collect();
            listener.sni = listener.sni.iter().map(named).collect();
            *listener = listener.clone().canonical();
        }
    }
    named::resolve(desired, &settled, &names, problems);
    settled
}

/// Gives server certificates the paths at which they are wanted.
fn place(desired: &mut Desired, live: &Live) {
    for (id, wanted) in &mut desired.resources {
        if let Resource::Certificate(model) = &mut wanted.resource
            && model.store == Store::Iam
        {
            model.path = Some(certificate::plan::path(&live.region, &desired.stack, id.key()));
        }
    }
}

/// A self-signed certificate that ends soon is no longer the wanted one.
fn mark_renewals(desired: &Desired, live: &mut Live) {
    let now = live.now;
    let all = live.resources.iter_mut();
    let others = live.leftovers.iter_mut().flat_map(|(id, all)| all.iter_mut().map(move |one| (id, one)));
    for (id, existing) in all.chain(others) {
        let made = desired.resources.get(id).is_some_and(|wanted| {
            matches!(&wanted.resource, Resource::Certificate(model)
                if matches!(model.origin, Some(Origin::SelfSigned { .. })))
        });
        if let Resource::Certificate(model) = &mut existing.resource
            && let Some(end) = model.not_after.filter(|end| made && *end < now + RENEWED_UNDER_DAYS * DAY)
        {
            let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(end);
            let minute = Utc::from(time).minute();
            model.state = format!("ends {}", minute.split('T').next().unwrap_or_default());
        }
    }
}

/// Whether a live certificate is, or can become, what the spec wants under its identity; one that the spec does not have
/// keeps its name until it is gone.
fn stays(desired: &Desired, id: &ResourceId, existing: &Existing) -> bool {
    desired.resources.get(id).is_none_or(|wanted| differences(wanted, existing).is_some())
}

/// How many fields differ; none: one of them only a new certificate can have.
fn differences(wanted: &Wanted, existing: &Existing) -> Option<usize> {
    let fields = wanted.resource.changes_from(&existing.resource, |_| false);
    let counts = |key: &str| !wanted.ignore.iter().any(|ignored| ignored == key);
    let fields: Vec<_> = fields.iter().filter(|field| counts(&field.key)).collect();
    (!fields.iter().any(|field| field.replaces)).then_some(fields.len())
}

fn choose(desired: &Desired, live: &mut Live) {
    let used = |live: &Live, arn: &str| {
        live.resources.values().any(|one| match &one.resource {
            Resource::Listener(listener) => listener.certificates.iter().any(|one| one.0 == arn),
            Resource::Certificate(_)
            | Resource::DnsRecord(_)
            | Resource::LoadBalancer(_)
            | Resource::TargetGroup(_)
            | Resource::Targets(_)
            | Resource::Rule(_) => false,
        })
    };
    let ids: Vec<ResourceId> =
        live.leftovers.keys().filter(|id| id.kind() == certificate::KIND).cloned().collect();
    for id in ids {
        let rank = |one: &Existing| {
            let wanted = desired.resources.get(&id);
            let differ = wanted.and_then(|wanted| differences(wanted, one));
            (differ.unwrap_or(usize::MAX), !used(live, &one.arn), one.arn.clone())
        };
        let all = live.resources.get(&id).into_iter().chain(live.leftovers.get(&id).into_iter().flatten());
        let Some(best) = all.min_by_key(|one| rank(one)).map(|one| one.arn.clone()) else { continue };
        let (Some(current), Some(others)) = (live.resources.get_mut(&id), live.leftovers.get_mut(&id)) else {
            continue;
        };
        if let Some(other) = others.iter_mut().find(|one| one.arn == best) {
            std::mem::swap(current, other);
        }
    }
}

/// Refuses certificates of which it is not clear in which zone their records belong, and warns of hosts that no
/// certificate is for, as far as that is known only now.
pub fn check(desired: &Desired, live: &Live, changes: &[Change], problems: &mut Diagnostics) {
    for (wanted, model) in validated(desired, changes) {
        for name in certificate::plan::validated(model) {
            let Found::Several(zones) = certificate::plan::zone_of(model, &name, &live.zones) else {
                continue;
            };
            let message = format!("{} public zones are called `{}`", zones.len(), zones[0].name);
            let ids: Vec<&str> = zones.iter().map(|zone| zone.id.as_str()).collect();
            problems.push(
                Diagnostic::refused("ambiguous-zone", message)
                    .at(wanted.place, format!("the record that validates `{name}` belongs into one of them"))
                    .note(format!("their ids: {}", ids.join(", ")))
                    .help(format!("say which: acm: {{ domain: {}, zone: {} }}", model.domain, ids[0])),
            );
        }
    }
    for (id, listener) in certificate::coverage::encrypted(desired) {
        let own = |key: &CertificateKey| match &desired.resources.get(&certificate::id(key.own()?))?.resource
        {
            Resource::Certificate(model) => Some(model.names.iter().cloned().collect::<Vec<_>>()),
            Resource::Listener(_)
            | Resource::DnsRecord(_)
            | Resource::LoadBalancer(_)
            | Resource::TargetGroup(_)
            | Resource::Targets(_)
            | Resource::Rule(_) => None,
        };
        let found = |key: &CertificateKey| {
            live.certificates.values().flatten().find(|one| one.arn == key.0).map(|one| one.names.clone())
        };
        if listener.certificates.iter().all(|key| key.own().is_some()) {
            continue;
        }
        let names: Option<Vec<Vec<String>>> =
            listener.certificates.iter().map(|key| own(key).or_else(|| found(key))).collect();
        if let Some(names) = names {
            certificate::coverage::uncovered(desired, id, &names.concat(), problems);
        }
    }
}

/// The wanted certificates that ACM is to validate in this plan.
fn validated<'d>(
    desired: &'d Desired,
    changes: &[Change],
) -> impl Iterator<Item = (&'d Wanted, &'d Certificate)> {
    let ids: Vec<ResourceId> = changes
        .iter()
        .filter(|change| {
            matches!(change.verb, Verb::Create | Verb::Replace)
                || change.fields.iter().any(|field| field.key == certificate::fields::PENDING)
        })
        .map(|change| change.id.clone())
        .collect();
    desired.resources.iter().filter(move |(id, _)| ids.contains(id)).filter_map(|(_, wanted)| {
        let Resource::Certificate(model) = &wanted.resource else { return None };
        (model.store == Store::Acm).then_some((wanted, model))
    })
}

/// The certificates of an identity that go: those whose place another one takes, and that nobody else uses.
pub(super) fn olds<'l>(cx: &Context<'l>, id: &ResourceId) -> Vec<&'l Existing> {
    let replaced = cx.existing(id).filter(|_| cx.is_replaced(id) || cx.is_deleted(id));
    let all = replaced.into_iter().chain(cx.live.leftovers.get(id).into_iter().flatten());
    all.filter(|old| left::users(cx.live, old).is_empty()).collect()
}

/// Deletes what is no longer wanted, after all listeners have let go of it.
pub fn retire(cx: &mut Context<'_>, options: &Options) {
    let live = cx.live;
    let records = Records::of(cx, options);
    let ids = live.resources.keys().filter(|id| id.kind() == certificate::KIND);
    for id in ids {
        for old in olds(cx, id) {
            let what = if cx.is_deleted(id) && cx.existing(id).is_some_and(|one| one.arn == old.arn) {
                "delete".to_owned()
            } else {
                format!("delete {}", old.arn)
            };
            let label = if what == "delete" { old.resource.label() } else { "old certificate".to_owned() };
            let going = records.going(&old.arn);
            certificate::plan::delete(cx, id, &what, old, &label, going);
        }
    }
}

/// Says on the changes how certificates are replaced and validated, and shows those that an interrupted apply left.
pub fn present(desired: &Desired, live: &Live, changes: &mut Vec<Change>, sources: &SourceMap) {
    for (id, others) in live.leftovers.iter().filter(|(id, _)| id.kind() == certificate::KIND) {
        let shown = changes.iter().any(|change| change.id == *id);
        if shown || others.iter().all(|one| !left::users(live, one).is_empty()) {
            continue;
        }
        let Some(existing) = live.resources.get(id) else { continue };
        let wanted = desired.resources.get(id);
        changes.push(Change {
            id: id.clone(),
            verb: Verb::Update,
            label: existing.resource.label(),
            summary: String::new(),
            fields: Vec::new(),
            how: Some("an earlier replacement goes on: old one deleted when nothing uses it".to_owned()),
            note: wanted.and_then(|wanted| wanted.note.clone()),
            place: wanted.and_then(|wanted| place_text(wanted.place, sources)),
        });
    }
    for change in changes.iter_mut().filter(|change| change.id.kind() == certificate::KIND) {
        let Some(wanted) = desired.resources.get(&change.id) else { continue };
        let Resource::Certificate(model) = &wanted.resource else { continue };
        let mut lines: Vec<String> = change.how.take().into_iter().collect();
        if change.verb == Verb::Replace {
            let kept = live.resources.get(&change.id).is_some_and(|one| !left::users(live, one).is_empty());
            let old = if kept { "left: others use it" } else { "deleted when nothing uses it" };
            lines.push(format!("new certificate; listeners switch when it can be used; old one {old}"));
        }
        let pending = matches!(change.verb, Verb::Create | Verb::Replace)
            || change.fields.iter().any(|field| field.key == certificate::fields::PENDING);
        if model.store == Store::Acm && pending {
            lines.extend(records(model, live.resources.get(&change.id), live));
        }
        change.how = (!lines.is_empty()).then(|| lines.join("\n"));
    }
}

/// What there is to do by hand: records of names whose zone is not in Route 53.
fn records(model: &Certificate, existing: Option<&Existing>, live: &Live) -> Vec<String> {
    let elsewhere: Vec<String> = certificate::plan::validated(model)
        .into_iter()
        .filter(|name| certificate::plan::zone_of(model, name, &live.zones) == Found::None)
        .collect();
    if elsewhere.is_empty() {
        return Vec::new();
    }
    let known: Vec<String> = match existing.map(|one| &one.resource) {
        Some(Resource::Certificate(live)) if live.pending => live
            .records
            .iter()
            .filter(|record| elsewhere.contains(&record.domain))
            .map(|record| {
                format!("create where {} is kept: {} CNAME {}", record.domain, record.name, record.value)
            })
            .collect(),
        Some(_) | None => Vec::new(),
    };
    if known.is_empty() {
        let names = elsewhere.join(", ");
        return vec![format!(
            "no zone of Route 53 has {names}: apply says which record to create, and waits"
        )];
    }
    known
}
