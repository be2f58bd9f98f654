//! No listener gets a certificate that may not be issued yet, none turns to HTTPS or to another port before all that it
//! is to have are issued, and no certificate is deleted that a live listener may
//! still have. API: CreateListener; DeleteCertificate, `ResourceInUseException`.

use super::before::Before;
use super::deleted;
use crate::kinds::certificate::{self, CertificateKey};
use crate::kinds::listener::model::Protocol;
use crate::kinds::{Call, Condition, Live, Resource, Step, listener, load_balancer};
use crate::model::{Action, Ref, ResourceId};

/// Reports what breaks these two.
pub fn check(before: &Before<'_>, live: &Live, report: &mut dyn FnMut(String)) {
    for (place, step) in before.steps() {
        let given = given(step).filter(|given| is_pending(before, live, given));
        if given.is_some_and(|given| !before.any(place, |one| waits(one, given))) {
            report(format!("step `{}` gives a listener a certificate that may not be issued", step.id));
        }
        for (late, certificate) in turned(step).into_iter().flat_map(|_| rest(before, live, step)) {
            if !before.any(place, |one| waits(one, certificate)) {
                report(format!(
                    "step `{}` turns a listener to HTTPS before the certificate of `{}` is issued",
                    step.id, late.id
                ));
            }
        }
        let Some(arn) = deleted(step).filter(|_| step.subject.kind() == certificate::KIND) else { continue };
        for (id, uses) in users(live, arn) {
            for wanted in uses {
                if !before.any(place, |one| lets_go(one, live, id, arn, wanted)) {
                    report(format!("step `{}` deletes a certificate that {id} may still have", step.id));
                }
            }
        }
    }
}

/// The certificate that a call gives a listener.
fn given(step: &Step) -> Option<&Ref> {
    let Action::Call(Call::Listener(call)) = &step.action else { return None };
    match call {
        listener::Call::CreateListener { certificate, .. }
        | listener::Call::ModifyListener { certificate, .. } => certificate.as_ref(),
        listener::Call::AddListenerCertificates { certificate, .. } => Some(certificate),
        listener::Call::RemoveListenerCertificates { .. }
        | listener::Call::ModifyListenerAttributes { .. }
        | listener::Call::DeleteListener { .. } => None,
    }
}

/// The listener that a step opens to TLS: a new one, or a live one that leaves a port or protocol that it serves.
fn turned(step: &Step) -> Option<&ResourceId> {
    let Action::Call(Call::Listener(call)) = &step.action else { return None };
    let turns = match call {
        listener::Call::CreateListener { protocol, .. } => *protocol == Protocol::Https,
        listener::Call::ModifyListener { port, protocol, .. } => port.is_some() || protocol.is_some(),
        listener::Call::AddListenerCertificates { .. }
        | listener::Call::RemoveListenerCertificates { .. }
        | listener::Call::ModifyListenerAttributes { .. }
        | listener::Call::DeleteListener { .. } => false,
    };
    turns.then_some(&step.subject)
}

/// The certificates that may not be issued and that other steps give the listener of this one.
fn rest<'p>(before: &Before<'p>, live: &Live, step: &'p Step) -> Vec<(&'p Step, &'p Ref)> {
    let of = |(_, one): (usize, &'p Step)| Some((one, given(one).filter(|_| one.subject == step.subject)?));
    before
        .steps()
        .filter_map(of)
        .filter(|(one, given)| one.id != step.id && is_pending(before, live, given))
        .collect()
}

/// Whether ACM has yet to issue it.
fn is_pending(before: &Before<'_>, live: &Live, certificate: &Ref) -> bool {
    match certificate {
        Ref::Output { step, .. } => before.steps().any(|(_, one)| {
            let request =
                |call: &certificate::Call<Ref>| matches!(call, certificate::Call::RequestCertificate { .. });
            one.id == *step && matches!(&one.action, Action::Call(Call::Certificate(call)) if request(call))
        }),
        Ref::Known(arn) => live.resources.values().any(|one| {
            one.arn == *arn && matches!(&one.resource, Resource::Certificate(model) if model.pending)
        }),
    }
}

fn waits(step: &Step, certificate: &Ref) -> bool {
    let Action::Wait { condition: Condition::CertificateIssued(condition), .. } = &step.action else {
        return false;
    };
    condition.certificate == *certificate
}

/// How a listener has a certificate.
#[derive(Clone, Copy)]
enum Use {
    Default,
    Listed,
}

/// The live listeners that have a certificate.
fn users<'l>(live: &'l Live, arn: &'l str) -> impl Iterator<Item = (&'l ResourceId, Vec<Use>)> {
    let key = live.resources.iter().find(|(_, one)| one.arn == arn).map(|(id, _)| id.key());
    let is_it = move |one: &CertificateKey| one.0 == arn || (one.own().is_some() && one.own() == key);
    live.resources.iter().filter_map(move |(id, one)| {
        let Resource::Listener(listener) = &one.resource else { return None };
        let default = listener.certificates.first().is_some_and(is_it).then_some(Use::Default);
        let listed = listener.sni.iter().any(is_it).then_some(Use::Listed);
        Some((id, default.into_iter().chain(listed).collect()))
    })
}

/// Whether after this step the listener no longer has the certificate in this way.
fn lets_go(step: &Step, live: &Live, id: &ResourceId, arn: &str, how: Use) -> bool {
    let arn_of = |id: &ResourceId| live.resources.get(id).map(|one| one.arn.as_str());
    let holders = [arn_of(id), arn_of(&load_balancer::id())];
    if let Some(gone) = deleted(step) {
        return holders.contains(&Some(gone));
    }
    let Action::Call(Call::Listener(call)) = &step.action else { return false };
    if step.subject != *id {
        return false;
    }
    let other = |one: &Ref| !super::is_known(one, arn);
    match (call, how) {
        (listener::Call::ModifyListener { certificate, protocol, .. }, how) => match how {
            Use::Default => protocol.is_some() || certificate.as_ref().is_some_and(other),
            // A listener that becomes HTTP has no certificates.
            Use::Listed => protocol.is_some(),
        },
        (listener::Call::RemoveListenerCertificates { certificate, .. }, Use::Listed) => !other(certificate),
        (
            listener::Call::RemoveListenerCertificates { .. }
            | listener::Call::CreateListener { .. }
            | listener::Call::AddListenerCertificates { .. }
            | listener::Call::ModifyListenerAttributes { .. }
            | listener::Call::DeleteListener { .. },
            Use::Default | Use::Listed,
        ) => false,
    }
}
