//! From a change of a listener to calls.

use super::call::Call;
use super::model::{Listener, Protocol};
use super::ports;
use crate::kinds;
use crate::kinds::certificate::CertificateKey;
use crate::kinds::context::Context;
use crate::kinds::tagging;
use crate::model::field::{self, Carrier, Field, Model};
use crate::model::{Action, Change, FieldChange, Ref, ResourceId, StepId, StepVerb};

/// What it is, in one line.
pub fn summary(model: &Listener) -> String {
    let mut words = vec![format!("{}:{}", model.protocol, model.port)];
    words.extend(
        model.ssl_policy.iter().map(|policy| policy.trim_start_matches("ELBSecurityPolicy-").to_owned()),
    );
    if model.certificates.len() > 1 {
        words.push(format!("{} certificates", model.certificates.len()));
    }
    words.push(format!("default {}", model.default.describe()));
    words.join(", ")
}

/// Takes out what follows from another change: where the certificates change, so may the place of the default one.
pub fn without_consequences(changes: &mut Vec<FieldChange>) {
    if changes.iter().any(|change| change.key == "certificates") {
        changes.retain(|change| change.key != "certificates.default_in_sni");
    }
}

/// Creates the listener with its default certificate, then adds the others.
pub fn create(cx: &mut Context<'_>, id: &ResourceId, model: &Listener) {
    let Listener {
        protocol,
        port,
        ssl_policy,
        certificates,
        default_in_sni: _,
        sni: _,
        default,
        attributes: given,
        tags,
    } = model;
    let call = Call::CreateListener {
        load_balancer: cx.load_balancer(),
        port: *port,
        protocol: *protocol,
        ssl_policy: ssl_policy.clone(),
        certificate: certificates.first().map(|one| cx.certificate(one)),
        default: cx.action(default),
        tags: cx.tags(id, tags),
    };
    let summary = format!(":{port}");
    let mut before = ports::needs(cx, id);
    // Whoever comes to the port finds all certificates there, not only the default one.
    before.extend(cx.steps_that_ready(certificates));
    let created = cx.call(id, "create", StepVerb::Create, summary, kinds::Call::Listener(call), &before);
    for certificate in listed(model) {
        add_certificate(cx, id, certificate, std::slice::from_ref(&created));
    }
    let differs =
        |row: &&Field<Listener>| given.contains_key(row.key) && row.get(model) != (row.default)(model);
    let keys: Vec<&str> = Listener::FIELDS.iter().filter(differs).map(|row| row.key).collect();
    set_attributes(cx, id, model, &keys, keys.join(", "), &[created]);
}

/// The calls that bring a live listener to the wanted form: certificates are added before the change that may
/// need them, the one that was the default among them, and removed after it.
pub fn update(cx: &mut Context<'_>, change: &Change, live: &Listener, model: &Listener) {
    let id = &change.id;
    let missing: Vec<&CertificateKey> = listed(model).filter(|one| !live.sni.contains(*one)).collect();
    // An HTTP listener takes certificates only after it has become an HTTPS one.
    let late = live.protocol == Protocol::Http;
    let mut added = Vec::new();
    if !late {
        added.extend(missing.iter().map(|one| add_certificate(cx, id, one, &[])));
    }
    let mut before = ports::needs(cx, id);
    before.extend(added.iter().cloned());
    let moves = ["port", "protocol"].iter().any(|key| change.fields.iter().any(|field| field.key == *key));
    if moves {
        // What it serves now goes with this call: none of what takes its place may be missing for long.
        before.extend(cx.steps_that_ready(&model.certificates));
    }
    let changed = modify(cx, change, live, model, &before);
    let needs: Vec<StepId> = changed.into_iter().chain(added).collect();
    if late {
        for one in &missing {
            add_certificate(cx, id, one, &needs);
        }
    }
    if model.protocol == Protocol::Https {
        for one in live.sni.iter().filter(|one| !model.certificates.contains(one)) {
            remove_certificate(cx, id, one, &needs);
        }
    }
    attributes(cx, change, model, &needs);
    if change.fields.iter().any(|field| field.key == "tags") {
        tagging::plan::steps(cx, id, &model.tags);
    }
}

/// One call for all attributes that change.
fn attributes(cx: &mut Context<'_>, change: &Change, model: &Listener, needs: &[StepId]) {
    let keys: Vec<&str> = Listener::FIELDS
        .iter()
        .filter(|row| matches!(row.carrier, Carrier::Attribute(_)))
        .map(|row| row.key)
        .collect();
    let summary = kinds::show::fields_summary(&change.fields, &keys);
    let changed: Vec<&str> = change.fields.iter().map(|field| field.key.as_str()).collect();
    set_attributes(cx, &change.id, model, &changed, summary, needs);
}

/// Those of the keys that are attributes.
fn set_attributes(
    cx: &mut Context<'_>,
    id: &ResourceId,
    model: &Listener,
    keys: &[&str],
    summary: String,
    needs: &[StepId],
) {
    let attributes = field::encode_attributes(model, |key| keys.contains(&key));
    if attributes.is_empty() {
        return;
    }
    let call = Call::ModifyListenerAttributes { listener: cx.arn(id), attributes };
    cx.call(id, "attributes", StepVerb::Change, summary, kinds::Call::Listener(call), needs);
}

/// The steps that add certificates to a listener's list.
pub fn lists_certificates(cx: &Context<'_>, id: &ResourceId) -> Vec<StepId> {
    cx.steps_of(|step| {
        let adds =
            matches!(&step.action, Action::Call(kinds::Call::Listener(Call::AddListenerCertificates { .. })));
        adds && step.subject == *id
    })
}

/// Deletes the listener; its rules go with it. One that has stepped aside goes after the one that took its port, and
/// all go after those that are new, which may wait long for their certificates.
pub fn delete(cx: &mut Context<'_>, id: &ResourceId) {
    let label = cx.existing(id).map(|existing| existing.resource.label()).unwrap_or_default();
    let call = kinds::Call::Listener(Call::DeleteListener { listener: cx.arn(id) });
    let aside = cx.steps_of(|step| step.subject == *id);
    let is_new = |step: &kinds::Step| step.subject.kind() == super::KIND && step.verb == StepVerb::Create;
    let needs = cx.steps_of(|step| {
        step.subject == *id || is_new(step) || step.needs.iter().any(|need| aside.contains(need))
    });
    cx.call(id, "delete", StepVerb::Delete, label, call, &needs);
}

fn modify(
    cx: &mut Context<'_>,
    change: &Change,
    live: &Listener,
    model: &Listener,
    needs: &[StepId],
) -> Option<StepId> {
    let to_https = live.protocol == Protocol::Http && model.protocol == Protocol::Https;
    let default_certificate = (model.certificates.first() != live.certificates.first())
        .then(|| model.certificates.first().cloned())
        .flatten();
    let changed = |key: &str| change.fields.iter().any(|field| field.key == key);
    let call: Call<Ref> = Call::ModifyListener {
        listener: cx.arn(&change.id),
        port: changed("port").then_some(model.port),
        protocol: changed("protocol").then_some(model.protocol),
        ssl_policy: (changed("ssl_policy") || to_https).then(|| model.ssl_policy.clone()).flatten(),
        certificate: default_certificate.as_ref().map(|one| cx.certificate(one)),
        default: changed("default").then(|| cx.action(&model.default)),
    };
    let modified = ["port", "protocol", "ssl_policy", "default"].into_iter().any(changed);
    if !modified && default_certificate.is_none() {
        return None;
    }
    let keys = ["port", "protocol", "ssl_policy", "certificates", "default"];
    let summary = kinds::show::fields_summary(&change.fields, &keys);
    Some(cx.call(&change.id, "modify", StepVerb::Change, summary, kinds::Call::Listener(call), needs))
}

/// The certificates that are to be in the SNI list: with several all of them, the default too, which would else lose to
/// an older one for the same names. Only a fix leaves the default out, where it is out already.
fn listed(model: &Listener) -> impl Iterator<Item = &CertificateKey> {
    let several = model.certificates.len() > 1;
    let without = usize::from(several && !model.default_in_sni);
    model.certificates.iter().skip(without).filter(move |_| several)
}

fn add_certificate(
    cx: &mut Context<'_>,
    id: &ResourceId,
    certificate: &CertificateKey,
    needs: &[StepId],
) -> StepId {
    let call =
        Call::AddListenerCertificates { listener: cx.arn(id), certificate: cx.certificate(certificate) };
    let what = format!("add_certificate {certificate}");
    cx.call(id, &what, StepVerb::Change, "add certificate", kinds::Call::Listener(call), needs)
}

fn remove_certificate(cx: &mut Context<'_>, id: &ResourceId, certificate: &CertificateKey, needs: &[StepId]) {
    let call =
        Call::RemoveListenerCertificates { listener: cx.arn(id), certificate: cx.certificate(certificate) };
    let what = format!("remove_certificate {certificate}");
    cx.call(id, &what, StepVerb::Change, "remove certificate", kinds::Call::Listener(call), needs);
}
