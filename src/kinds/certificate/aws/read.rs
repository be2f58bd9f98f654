//! From what ACM and IAM say of a certificate to its canonical form.

use std::collections::BTreeSet;

use aws_sdk_acm::types as api;
use aws_sdk_iam::types::ServerCertificate;

use crate::aws::Clients;
use crate::aws::error::classify;
use crate::exec::{Outputs, ServiceError};
use crate::kinds::certificate::model::{Certificate, Cname, GOOD, Store};
use crate::kinds::certificate::pem::{self, Leaf};
use crate::kinds::tagging::ownership;
use crate::model::OutputKey;
use crate::model::world::Tags;
use crate::model::zone;

/// The canonical form of a certificate of ACM; `body` and `chain` are PEM, of an imported one. None: it is not of a
/// sort that albctl makes.
pub fn acm(detail: &api::CertificateDetail, body: Option<&str>, chain: Option<&str>) -> Option<Certificate> {
    if detail.r#type() == Some(&api::CertificateType::Imported) {
        let body = body?;
        let model = from_pem(Store::Import, &pem::first_leaf(body)?, body, chain)?;
        return Some(Certificate { used_by: detail.in_use_by().to_vec(), ..model });
    }
    let domain = detail.domain_name()?.to_ascii_lowercase();
    let mut names: BTreeSet<String> =
        detail.subject_alternative_names().iter().map(|name| name.to_ascii_lowercase()).collect();
    names.insert(domain.clone());
    let pending = detail.status() == Some(&api::CertificateStatus::PendingValidation);
    Some(Certificate {
        store: Store::Acm,
        domain,
        names,
        key: algorithm(detail.key_algorithm()?),
        self_signed: false,
        state: state(detail),
        pending,
        fingerprint: None,
        origin: None,
        path: None,
        not_after: detail.not_after().and_then(|time| u64::try_from(time.secs()).ok()),
        records: records(detail),
        used_by: detail.in_use_by().to_vec(),
        freed_by: Vec::new(),
        tags: Tags::new(),
    })
}

/// Requests write `RSA_2048`, answers `RSA-2048`.
pub fn algorithm(key: &api::KeyAlgorithm) -> String {
    key.as_str().replace("RSA-", "RSA_").replace("EC-", "EC_")
}

fn state(detail: &api::CertificateDetail) -> String {
    match detail.status().map(api::CertificateStatus::as_str) {
        None | Some("ISSUED" | "PENDING_VALIDATION") => GOOD.to_owned(),
        Some(status) => match detail.failure_reason() {
            Some(reason) => format!("{status} ({})", reason.as_str()),
            None => status.to_owned(),
        },
    }
}

/// The records that ACM looks for, as far as it has said so: a name and its wildcard share one.
pub fn records(detail: &api::CertificateDetail) -> Vec<Cname> {
    let one = |option: &api::DomainValidation| {
        let record = option.resource_record()?;
        let domain = option.domain_name.trim_start_matches("*.").to_ascii_lowercase();
        Some(Cname { domain, name: zone::normal(&record.name), value: zone::normal(&record.value) })
    };
    let found: BTreeSet<Cname> = detail.domain_validation_options().iter().filter_map(one).collect();
    found.into_iter().collect()
}

/// The canonical form of a server certificate; none where its text cannot be read.
pub fn iam(found: &ServerCertificate) -> Option<Certificate> {
    let body = found.certificate_body();
    let model = from_pem(Store::Iam, &pem::first_leaf(body)?, body, found.certificate_chain())?;
    let path = found.server_certificate_metadata().map(|about| about.path().to_owned());
    Some(Certificate { path, ..model })
}

fn from_pem(store: Store, leaf: &Leaf, body: &str, chain: Option<&str>) -> Option<Certificate> {
    Some(Certificate {
        store,
        domain: leaf.domain.clone(),
        names: leaf.names.clone(),
        key: leaf.key.clone(),
        self_signed: leaf.self_signed,
        state: GOOD.to_owned(),
        pending: false,
        fingerprint: pem::fingerprint(body, chain),
        origin: None,
        path: None,
        not_after: Some(leaf.not_after),
        records: Vec::new(),
        used_by: Vec::new(),
        freed_by: Vec::new(),
        tags: Tags::new(),
    })
}

/// A certificate that was imported with these tags: one of them names the import.
pub async fn imported(clients: &Clients, tags: &Tags) -> Result<Option<Outputs>, ServiceError> {
    let Some(wanted) = tags.get(ownership::MADE_BY) else { return Ok(None) };
    let mut pages = clients.acm.list_certificates().includes(all_keys()).into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| classify("ListCertificates", error))?;
        for one in page.certificate_summary_list() {
            let imported = one.r#type() == Some(&api::CertificateType::Imported);
            let Some(arn) = one.certificate_arn().filter(|_| imported) else { continue };
            let answer = clients.acm.list_tags_for_certificate().certificate_arn(arn).send().await;
            let answer = answer.map_err(|error| classify("ListTagsForCertificate", error))?;
            let has = |tag: &api::Tag| tag.key() == ownership::MADE_BY && tag.value() == Some(wanted);
            if answer.tags().iter().any(has) {
                return Ok(Some(Outputs::from([(OutputKey::Arn, arn.to_owned())])));
            }
        }
    }
    Ok(None)
}

/// Without them ListCertificates shows RSA keys of 1024 and 2048 bits only. API: `Filters`, `keyTypes`.
pub fn all_keys() -> api::Filters {
    let types = [
        api::KeyAlgorithm::Rsa1024,
        api::KeyAlgorithm::Rsa2048,
        api::KeyAlgorithm::Rsa3072,
        api::KeyAlgorithm::Rsa4096,
        api::KeyAlgorithm::EcPrime256v1,
        api::KeyAlgorithm::EcSecp384r1,
        api::KeyAlgorithm::EcSecp521r1,
    ];
    api::Filters::builder().set_key_types(Some(types.to_vec())).build()
}
