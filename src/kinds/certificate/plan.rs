//! From a change of a certificate to calls.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::call::{Call, Condition, Placed, ZoneRef};
use super::model::{Certificate, Material, Origin, Store};
use crate::kinds;
use crate::kinds::context::Context;
use crate::kinds::tagging::{self, ownership};
use crate::kinds::{Existing, Resource};
use crate::model::zone::{self, Choice, Found};
use crate::model::{Change, Ref, ResourceId, StepId, StepVerb, Zone};

/// A certificate is to be issued within this time: most take minutes, once the records are there.
pub const ISSUED_LIMIT_SECONDS: u64 = 30 * 60;

/// What it is, in one line.
pub fn summary(model: &Certificate) -> String {
    let others: Vec<&str> =
        model.names.iter().filter(|name| **name != model.domain).map(String::as_str).collect();
    let store = match (model.store, &model.origin) {
        (Store::Acm, _) => "ACM",
        (Store::Import, Some(Origin::SelfSigned { .. })) => "self-signed, in ACM",
        (Store::Import, _) => "imported into ACM",
        (Store::Iam, Some(Origin::SelfSigned { .. })) => "self-signed, in IAM",
        (Store::Iam, _) => "IAM",
    };
    let mut words = vec![store.to_owned(), model.domain.clone()];
    words.extend(others.into_iter().map(str::to_owned));
    words.push(model.key.clone());
    words.join(", ")
}

/// Makes the certificate; one that ACM requests is validated and issued before anything uses it.
pub fn create(cx: &mut Context<'_>, id: &ResourceId, model: &Certificate) {
    let tags = cx.tags(id, &model.tags);
    let others = model.names.iter().filter(|name| **name != model.domain).cloned().collect();
    let label = model.domain.clone();
    match (model.store, model.material()) {
        (Store::Acm, _) | (_, None) => {
            let call = Call::RequestCertificate {
                domain: model.domain.clone(),
                alternative_names: others,
                key: model.key.clone(),
                token: token(cx, id, model),
                tags,
            };
            let call = kinds::Call::Certificate(call);
            let made = cx.call(id, "create", StepVerb::Request, label, call, &[]);
            validate(cx, id, model, &[made]);
        }
        (Store::Import, Some(material)) => {
            let mut tags = tags;
            tags.insert(ownership::MADE_BY.to_owned(), token(cx, id, model));
            let call = Call::ImportCertificate { certificate: None, material, tags };
            cx.call(id, "create", StepVerb::Import, label, kinds::Call::Certificate(call), &[]);
        }
        (Store::Iam, Some(material)) => {
            let name = server_name(cx, id, &material);
            let path = path(&cx.live.region, &cx.desired.stack, id.key());
            let call = Call::UploadServerCertificate { name: name.clone(), path, material, tags };
            cx.call(id, "create", StepVerb::Upload, name, kinds::Call::Certificate(call), &[]);
        }
    }
}

/// The calls that bring a live certificate to the wanted form: what is imported changes, what is pending is validated.
pub fn update(cx: &mut Context<'_>, change: &Change, model: &Certificate) {
    let id = &change.id;
    let changed = |key: &str| change.fields.iter().any(|field| field.key == key);
    if changed("import.certificate")
        && let Some(material) = model.material()
    {
        let certificate = Some(cx.arn(id));
        let call = Call::ImportCertificate { certificate, material, tags: BTreeMap::new() };
        let label = model.domain.clone();
        cx.call(id, "import", StepVerb::Import, label, kinds::Call::Certificate(call), &[]);
    }
    if changed(super::fields::PENDING) {
        validate(cx, id, model, &[]);
    }
    if changed("tags") {
        tagging::plan::steps(cx, id, &model.tags);
    }
}

/// Deletes a certificate once nothing uses it, and before it, while it still tells of them, the validation records that
/// go with it.
pub fn delete(
    cx: &mut Context<'_>,
    id: &ResourceId,
    what: &str,
    old: &Existing,
    label: &str,
    records: Vec<Placed>,
) {
    let arn = old.arn.as_str();
    let certificate = Ref::Known(arn.to_owned());
    let mut ours: Vec<String> =
        cx.existing(&kinds::load_balancer::id()).into_iter().map(|one| one.arn.clone()).collect();
    if let Resource::Certificate(model) = &old.resource {
        ours.extend(model.freed_by.iter().cloned());
    }
    let call = match super::is_server_certificate(arn) {
        true => Call::DeleteServerCertificate { certificate },
        false => Call::DeleteCertificate { certificate, ours: ours.clone() },
    };
    let mut needs = cx.steps_that_let_go(arn);
    // A new one takes its place first.
    needs.extend(cx.steps_of(|step| step.subject == *id && step.verb != StepVerb::Delete));
    if !records.is_empty() {
        let names: BTreeSet<&str> = records.iter().map(|one| one.record.name.as_str()).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let summary = format!("validation record {}", names.join(", "));
        let certificate = Ref::Known(arn.to_owned());
        let call = kinds::Call::Certificate(Call::DeleteValidationRecords { certificate, records, ours });
        let what = format!("records of {what}");
        needs.push(cx.call(id, &what, StepVerb::Delete, summary, call, &needs));
    }
    cx.call(id, what, StepVerb::Delete, label, kinds::Call::Certificate(call), &needs);
}

/// Puts the validation records where they belong, as far as that is in Route 53, and waits until ACM has seen them.
fn validate(cx: &mut Context<'_>, id: &ResourceId, model: &Certificate, needs: &[StepId]) {
    let certificate = cx.arn(id);
    let mut needs = needs.to_vec();
    let zones = zones(model, &cx.live.zones);
    let elsewhere = validated(model).into_iter().filter(|name| !zones.contains_key(name)).collect();
    if !zones.is_empty() {
        let named =
            |zone: &ZoneRef| cx.live.zones.iter().find(|one| one.id == zone.id).map(|it| it.name.clone());
        let mut names: Vec<String> = zones.values().filter_map(named).collect();
        names.sort();
        names.dedup();
        let summary = format!("validation records in {}", names.join(", "));
        let call = Call::ChangeResourceRecordSets { certificate: certificate.clone(), zones };
        let call = kinds::Call::Certificate(call);
        needs.push(cx.call(id, "validate", StepVerb::Validate, summary, call, &needs));
    }
    let condition = kinds::Condition::CertificateIssued(Condition { certificate, elsewhere });
    cx.wait(id, StepVerb::Issued, condition, ISSUED_LIMIT_SECONDS, &needs);
}

/// The names of which each needs a validation record: a name and its wildcard share one.
pub fn validated(model: &Certificate) -> Vec<String> {
    let mut names: Vec<String> = model.names.iter().map(|name| based(name)).collect();
    names.sort();
    names.dedup();
    names
}

/// A name in lower case without `*.`.
pub fn based(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    name.strip_prefix("*.").map(str::to_owned).unwrap_or(name)
}

/// The zone for the record of a name: the one that the spec chooses where the name is in that, else the public one with
/// the longest name.
pub fn zone_of<'z>(model: &Certificate, name: &str, zones: &'z [Zone]) -> Found<'z> {
    let Some(Origin::Request { zone: choice, role }) = &model.origin else {
        return zone::choose(name, &Choice::Longest, false, None, zones);
    };
    let role = role.as_deref();
    let inside = |zone: &Zone| zone::is_within(name, &zone.name);
    match zone::choose(name, choice, false, role, zones) {
        Found::One(zone) if inside(zone) => Found::One(zone),
        Found::Several(several) if several.iter().any(|zone| inside(zone)) => Found::Several(several),
        Found::One(_) | Found::Several(_) | Found::None => {
            zone::choose(name, &Choice::Longest, false, role, zones)
        }
    }
}

fn zones(model: &Certificate, zones: &[Zone]) -> BTreeMap<String, ZoneRef> {
    let one = |name: String| match zone_of(model, &name, zones) {
        Found::One(zone) => Some((name, ZoneRef { id: zone.id.clone(), role: zone.role.clone() })),
        Found::None | Found::Several(_) => None,
    };
    validated(model).into_iter().filter_map(one).collect()
}

/// Where server certificates of a stack are: their only sign of ownership that lists show.
pub fn path(region: &str, stack: &str, key: &str) -> String {
    format!("/albctl/{region}/{stack}/{key}/")
}

/// A name of IAM: unique in the account, another one for each content. API: `ServerCertificateName`, 128 at most.
fn server_name(cx: &Context<'_>, id: &ResourceId, material: &Material) -> String {
    let content = match material {
        Material::Files(files) => files.fingerprint.clone(),
        Material::SelfSigned(made) => format!("{made:?}{:?}", cx.live_arns(id)),
    };
    let stem: String = format!("{}-{}", cx.desired.stack, id.key()).chars().take(121).collect();
    format!("{stem}-{}", hash(&[&cx.live.region, &content], 6))
}

/// Another one for every certificate: of one that failed the same names are requested again.
fn token(cx: &Context<'_>, id: &ResourceId, model: &Certificate) -> String {
    let names: Vec<&str> = model.names.iter().map(String::as_str).collect();
    let live = cx.live_arns(id).join(" ");
    hash(&[&cx.desired.stack, id.as_str(), &model.domain, &names.join(" "), &model.key, &live], 32)
}

fn hash(parts: &[&str], digits: usize) -> String {
    let digest = Sha256::digest(parts.join("\n").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().chars().take(digits).collect()
}
