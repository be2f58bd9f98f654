//! What the listeners serve: names, store, and how long it lasts.

use std::collections::{BTreeMap, BTreeSet};

use super::Listener;
use crate::base::time::{days_ago, days_until};
use crate::kinds::certificate::model::{Certificate as Model, GOOD, Store};
use crate::kinds::{Existing, Live, Resource, certificate};
use crate::model::{FoundCertificate, ResourceId};

/// A certificate with fewer days left needs attention: what renews itself would have been renewed before.
pub const SOON: i64 = 30;

/// A certificate of the stack, or of one of its listeners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its key; none: it is not the stack's.
    pub key: Option<String>,
    /// Its ARN.
    pub arn: String,
    /// Its names, the first first; empty where it could not be read.
    pub names: Vec<String>,
    /// `ACM`, `ACM, imported`, `IAM`.
    pub store: &'static str,
    /// `ISSUED`, or why listeners do not take it; none: it could not be read.
    pub state: Option<String>,
    /// Whole days until it ends, negative afterwards; none: it is not issued, or could not be read.
    pub days: Option<i64>,
    /// ACM renews it.
    pub renews: bool,
    /// It is signed by its own key.
    pub self_signed: bool,
    /// The ports of the listeners that have it.
    pub ports: BTreeSet<u32>,
    /// In a few words what it is.
    pub summary: String,
}

/// The days from now until a time, both in seconds since 1970.
pub fn days(now: u64, end: u64) -> i64 {
    days_until(now, end)
}

/// `143 days`, `1 day`, `expired 3 days ago`.
pub fn days_words(days: i64) -> String {
    let count = |days: i64| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    match days {
        ..0 => format!("expired {}", days_ago(days)),
        _ => count(days),
    }
}

impl Certificate {
    /// `api.example.com *.example.com +1, ACM, 143 days, renews itself`, with as many names as fit into `room` columns
    /// and one at least.
    pub fn words(&self, room: usize) -> String {
        let mut facts = vec![self.store.to_owned()];
        facts.extend(self.self_signed.then(|| "self-signed".to_owned()));
        match (&self.state, self.days) {
            (None, _) => facts.push("not known".to_owned()),
            (Some(state), _) if !self.was_issued() => facts.push(state.clone()),
            (Some(_), Some(days)) => facts.push(days_words(days)),
            (Some(_), None) => {}
        }
        let ended = self.days.is_some_and(|days| days < 0);
        facts.extend((self.renews && !ended).then(|| "renews itself".to_owned()));
        let facts = facts.join(", ");
        if self.names.is_empty() {
            return format!("{}, {facts}", certificate::aws::name(&self.arn));
        }
        let with = |shown: usize| {
            let names: Vec<&str> = self.names.iter().take(shown).map(String::as_str).collect();
            match self.names.len() - names.len() {
                0 => format!("{}, {facts}", names.join(" ")),
                more => format!("{} +{more}, {facts}", names.join(" ")),
            }
        };
        let fitting = (2..=self.names.len()).rev().map(with).find(|words| words.chars().count() <= room);
        fitting.unwrap_or_else(|| with(1))
    }

    /// What needs attention.
    pub fn problem(&self) -> Option<String> {
        let state = self.state.as_ref()?;
        if !self.was_issued() {
            return Some(format!("is not issued: {state}"));
        }
        let late = if self.renews { ", and ACM has not renewed it" } else { "" };
        match self.days? {
            days @ ..0 => Some(format!("{}{late}", days_words(days))),
            days @ 0..SOON => Some(format!("ends in {}{late}", days_words(days))),
            _ => None,
        }
    }

    /// Whether it is issued, or was until it ended. API: `CertificateStatus`.
    fn was_issued(&self) -> bool {
        match self.state.as_deref() {
            Some("EXPIRED") => self.days.is_some_and(|days| days < 0),
            state => state == Some(ISSUED),
        }
    }

    /// What people call it: its identity, its first name, or the end of its ARN.
    pub fn label(&self) -> String {
        match (&self.key, self.names.first()) {
            (Some(key), _) => certificate::id(key).as_str().to_owned(),
            (None, Some(name)) => name.clone(),
            (None, None) => certificate::aws::name(&self.arn).to_owned(),
        }
    }
}

const ISSUED: &str = "ISSUED";

/// The certificates of the listeners by port, the default of each first; then those of the stack that none has.
pub(super) fn of(live: &Live, listeners: &[Listener]) -> Vec<Certificate> {
    let all = live.resources.iter();
    let others = live.leftovers.iter().flat_map(|(id, all)| all.iter().map(move |one| (id, one)));
    let own: Vec<(&ResourceId, &Existing, &Model)> =
        all.chain(others).filter_map(|(id, one)| Some((id, one, model(&one.resource)?))).collect();
    let mut ports: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for listener in listeners {
        for arn in &listener.certificates {
            ports.entry(arn).or_default().insert(listener.port);
            if !order.contains(&arn.as_str()) {
                order.push(arn);
            }
        }
    }
    order.extend(own.iter().map(|(_, one, _)| one.arn.as_str()).filter(|arn| !ports.contains_key(arn)));
    let one = |arn: &str| {
        let ports = ports.get(arn).cloned().unwrap_or_default();
        match own.iter().find(|(_, one, _)| one.arn == arn) {
            Some((id, one, model)) => of_stack(live.now, id, &one.arn, model, ports),
            None => foreign(live.now, arn, found(live, arn), ports),
        }
    };
    order.into_iter().map(one).collect()
}

/// The certificates of listeners of which nothing is known yet, by ARN.
pub(super) fn unread(live: &Live) -> BTreeSet<String> {
    let own: BTreeSet<&str> = live
        .resources
        .values()
        .chain(live.leftovers.values().flatten())
        .map(|one| one.arn.as_str())
        .collect();
    let listed = live.resources.values().filter_map(|one| match &one.resource {
        Resource::Listener(listener) => Some(&listener.certificates),
        Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Rule(_)
        | Resource::Certificate(_)
        | Resource::DnsRecord(_) => None,
    });
    let arns = listed.flatten().filter_map(|one| one.foreign_arn());
    arns.filter(|arn| !own.contains(arn) && found(live, arn).is_none()).map(str::to_owned).collect()
}

fn model(resource: &Resource) -> Option<&Model> {
    match resource {
        Resource::Certificate(model) => Some(model),
        Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Listener(_)
        | Resource::Rule(_)
        | Resource::DnsRecord(_) => None,
    }
}

/// By its ARN, or by the domain that it was found by.
fn found<'l>(live: &'l Live, arn: &str) -> Option<&'l FoundCertificate> {
    live.certificates.values().flatten().find(|one| one.arn == arn)
}

fn of_stack(now: u64, id: &ResourceId, arn: &str, model: &Model, ports: BTreeSet<u32>) -> Certificate {
    let others = model.names.iter().filter(|name| **name != model.domain).cloned();
    let state = match (model.pending, model.state.as_str()) {
        (true, _) => "PENDING_VALIDATION".to_owned(),
        (false, GOOD) => ISSUED.to_owned(),
        (false, other) => other.to_owned(),
    };
    Certificate {
        key: Some(id.key().to_owned()),
        arn: arn.to_owned(),
        names: [model.domain.clone()].into_iter().chain(others).collect(),
        store: match model.store {
            Store::Acm => "ACM",
            Store::Import => "ACM, imported",
            Store::Iam => "IAM",
        },
        state: Some(state),
        days: model.not_after.map(|end| days(now, end)),
        // User guide, "Managed certificate renewal": what ACM issued and something uses.
        renews: model.store == Store::Acm && model.state == GOOD && !model.pending && !ports.is_empty(),
        self_signed: model.self_signed,
        ports,
        summary: Resource::Certificate(model.clone()).summary(),
    }
}

/// A certificate that is not the stack's; what is not found is not known.
pub fn foreign(now: u64, arn: &str, found: Option<&FoundCertificate>, ports: BTreeSet<u32>) -> Certificate {
    let mut one = Certificate {
        key: None,
        arn: arn.to_owned(),
        names: found.map(|one| one.names.clone()).unwrap_or_default(),
        store: if certificate::is_server_certificate(arn) { "IAM" } else { "ACM" },
        state: found.map(|one| one.status.clone()),
        days: found.and_then(|one| one.not_after).map(|end| days(now, end)),
        renews: found.is_some_and(|one| one.renews),
        self_signed: false,
        ports,
        summary: String::new(),
    };
    one.summary = one.words(usize::MAX);
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_ones_and_end_below_zero() {
        assert_eq!([days(0, 86_399), days(0, 86_400), days(86_400, 86_399)], [0, 1, -1]);
        assert_eq!([0, 1, 143, -1].map(days_words), ["0 days", "1 day", "143 days", "expired today"]);
    }

    #[test]
    fn a_certificate_in_words_and_what_is_wrong_with_it() {
        let arn = "arn:aws:acm:us-east-1:000000000000:certificate/abc-123";
        let found = |status: &str, days: u64, renews: bool| FoundCertificate {
            arn: arn.to_owned(),
            names: vec!["a.example.com".to_owned(), "b.example.com".to_owned(), "c.example.com".to_owned()],
            status: status.to_owned(),
            not_after: Some(days * 86_400),
            renews,
        };
        let one = |found: Option<&FoundCertificate>| foreign(5 * 86_400, arn, found, BTreeSet::from([443]));
        let good = one(Some(&found("ISSUED", 148, true)));
        assert_eq!(good.words(60), "a.example.com b.example.com +1, ACM, 143 days, renews itself");
        assert_eq!(good.words(20), "a.example.com +2, ACM, 143 days, renews itself");
        assert_eq!(
            good.words(usize::MAX),
            "a.example.com b.example.com c.example.com, ACM, 143 days, renews itself"
        );
        assert_eq!((good.problem(), good.label().as_str()), (None, "a.example.com"));
        let problem =
            |status: &str, days: u64, renews: bool| one(Some(&found(status, days, renews))).problem();
        assert_eq!(problem("ISSUED", 35, false), None);
        assert_eq!(problem("ISSUED", 34, false).as_deref(), Some("ends in 29 days"));
        assert_eq!(problem("ISSUED", 6, true).as_deref(), Some("ends in 1 day, and ACM has not renewed it"));
        assert_eq!(problem("ISSUED", 2, false).as_deref(), Some("expired 3 days ago"));
        assert_eq!(problem("EXPIRED", 2, false).as_deref(), Some("expired 3 days ago"));
        assert_eq!(problem("FAILED", 200, false).as_deref(), Some("is not issued: FAILED"));
        let unread = one(None);
        assert_eq!((unread.words(40).as_str(), unread.problem()), ("abc-123, ACM, not known", None));
    }
}
