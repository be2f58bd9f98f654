//! Certificates that a spec names by domain or ARN and does not make itself: which one is meant, and what is refused.

use std::collections::BTreeMap;

use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::certificate::{self, CertificateKey};
use crate::kinds::{Desired, Live, Resource};
use crate::model::{FoundCertificate, ResourceId};

/// Names certificates that are found by their domain by their ARNs, and refuses those that are not there.
pub fn resolve(
    desired: &mut Desired,
    live: &Live,
    names: &BTreeMap<String, String>,
    problems: &mut Diagnostics,
) {
    let going = Going::of(desired, live, names);
    for wanted in desired.resources.values_mut() {
        let at = wanted.fields.get("certificates").copied().unwrap_or(wanted.place);
        let Resource::Listener(listener) = &mut wanted.resource else { continue };
        for key in &mut listener.certificates {
            if key.own().is_some() {
                continue;
            }
            match going.pick(live, key) {
                Pick::Going(id, verb) => problems.push(only_own(key, id, verb).at(at, "")),
                Pick::Known(Some(found)) if found.status == "ISSUED" => {
                    let own = names.get(&found.arn);
                    *key = CertificateKey(own.unwrap_or(&found.arn).clone());
                }
                Pick::Known(Some(found)) => {
                    let message = format!("the certificate {} is {}", found.arn, found.status);
                    problems.push(
                        Diagnostic::refused("certificate-not-issued", message)
                            .at(at, "")
                            .note("a listener takes only certificates that are issued"),
                    );
                }
                Pick::Known(None) => problems.push(missing(key).at(at, "")),
                // It could not be read: the call will tell.
                Pick::Unknown => {}
            }
        }
        *listener = listener.clone().canonical();
    }
}

fn missing(key: &CertificateKey) -> Diagnostic {
    match key.domain() {
        Some(domain) => {
            let message = format!("no issued certificate of ACM in this region is for `{domain}`");
            Diagnostic::refused("certificate-missing", message)
                .help(format!("request one: {{ acm: {{ domain: {domain} }} }}"))
        }
        None => Diagnostic::refused("certificate-missing", format!("there is no certificate {key}"))
            .help("a listener takes certificates of its own account and region"),
    }
}

/// The stack's own certificates that this plan takes away, by ARN, with their identities and what becomes of them.
struct Going(BTreeMap<String, (ResourceId, &'static str)>);

/// What is meant.
enum Pick<'a> {
    /// This one; none: there is none.
    Known(Option<&'a FoundCertificate>),
    /// Only one that goes.
    Going(&'a ResourceId, &'static str),
    /// It could not be read.
    Unknown,
}

impl Going {
    /// Those that are not in the spec, and those that cannot become what it wants; `names`: those that keep their key.
    fn of(desired: &Desired, live: &Live, names: &BTreeMap<String, String>) -> Self {
        let current = live.resources.iter();
        let others = live.leftovers.iter().flat_map(|(id, all)| all.iter().map(move |one| (id, one)));
        let certificates = current.chain(others).filter(|(id, _)| id.kind() == certificate::KIND);
        let going = certificates.filter_map(|(id, one)| {
            let wanted = desired.resources.contains_key(id);
            let stays = wanted && names.contains_key(&one.arn);
            let verb = if wanted { "replace" } else { "delete" };
            (!stays).then(|| (one.arn.clone(), (id.clone(), verb)))
        });
        Self(going.collect())
    }

    /// The certificate of a key. One that is found by its domain is none of those that go.
    fn pick<'a>(&'a self, live: &'a Live, key: &CertificateKey) -> Pick<'a> {
        let Some(first) = live.certificates.get(&key.0) else { return Pick::Unknown };
        let Some(first) = first else { return Pick::Known(None) };
        let Some((id, verb)) = self.0.get(&first.arn) else { return Pick::Known(Some(first)) };
        let others = live.alternatives.get(&key.0).into_iter().flatten();
        match others.into_iter().find(|one| !self.0.contains_key(&one.arn)) {
            Some(other) => Pick::Known(Some(other)),
            None => Pick::Going(id, verb),
        }
    }
}

fn only_own(key: &CertificateKey, id: &ResourceId, verb: &str) -> Diagnostic {
    let what = key.domain().unwrap_or(&key.0);
    let which = match key.domain() {
        Some(domain) => format!("the only certificate for {domain}"),
        None => format!("the certificate {}", key.0),
    };
    let message = format!("{which} is this stack's own {id}, which this plan would {verb}");
    let refusal = Diagnostic::refused("certificate-going", message);
    match verb {
        "replace" => {
            refusal.help(format!("name the stack's own: `{}` in the listener's certificates", id.key()))
        }
        _ => refusal.help(format!(
            "leave {id} in the spec as it is, or make another one for {what} outside this stack first"
        )),
    }
}
