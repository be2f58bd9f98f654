//! What single certificates are, outside of any spec: by ARN, by domain, by the name that IAM knows.

use std::collections::BTreeMap;

use aws_sdk_acm::types as api;
use aws_sdk_iam::types::ServerCertificate;
use futures_util::future::try_join_all;

use super::Reader;
use crate::exec::{Clock, ErrorKind, ServiceError};
use crate::fix::certs::{Facts, ISSUED, Known, Renewal};
use crate::kinds::certificate::model::Store;
use crate::kinds::certificate::{self, pem};

/// Reads certificates in one round. What these credentials may not ask is [`Known::Denied`]. API: DescribeCertificate of
/// ACM, GetServerCertificate of IAM.
///
/// # Errors
/// The first call that fails for good, for another reason than that it is denied.
pub async fn certificate_facts<C: Clock>(
    reader: &Reader<'_, C>,
    arns: &[String],
) -> Result<BTreeMap<String, Known>, ServiceError> {
    if arns.is_empty() {
        return Ok(BTreeMap::new());
    }
    reader.round();
    let known = try_join_all(arns.iter().map(|arn| one(reader, arn))).await?;
    Ok(arns.iter().cloned().zip(known).collect())
}

/// The ARNs of the issued certificates of ACM that are for a domain; none where that may not be asked. API:
/// ListCertificates.
///
/// # Errors
/// The call fails, for another reason than that it is denied.
pub async fn certificates_for<C: Clock>(
    reader: &Reader<'_, C>,
    domain: &str,
) -> Result<Vec<String>, ServiceError> {
    reader.round();
    let all = reader.acm_certificates().await?;
    let found = fitting(&all, domain).into_iter();
    Ok(found.filter_map(|one| one.certificate_arn().map(str::to_owned)).collect())
}

/// Those of a list that are issued and for a domain.
pub(in crate::aws::observe) fn fitting<'a>(
    all: &'a [api::CertificateSummary],
    domain: &str,
) -> Vec<&'a api::CertificateSummary> {
    let names = |one: &api::CertificateSummary| -> Vec<String> {
        let more = one.subject_alternative_name_summaries().iter();
        one.domain_name().into_iter().chain(more.map(String::as_str)).map(str::to_owned).collect()
    };
    let fits = |one: &&api::CertificateSummary| {
        one.status() == Some(&api::CertificateStatus::Issued)
            && names(one).iter().any(|name| certificate::key::covers(name, domain))
    };
    all.iter().filter(fits).collect()
}

/// The server certificate of a name. API: GetServerCertificate.
///
/// # Errors
/// The call fails, for another reason than that it is denied.
pub async fn server_certificate<C: Clock>(reader: &Reader<'_, C>, name: &str) -> Result<Known, ServiceError> {
    reader.round();
    known(reader.server_certificate(name).await, |found| server(&found))
}

/// What one certificate is. API: DescribeCertificate of ACM, GetServerCertificate of IAM.
///
/// # Errors
/// The call fails, for another reason than that it is denied.
pub(in crate::aws::observe) async fn one<C: Clock>(
    reader: &Reader<'_, C>,
    arn: &str,
) -> Result<Known, ServiceError> {
    if certificate::is_server_certificate(arn) {
        let answer = reader.server_certificate(certificate::aws::name(arn)).await;
        let same =
            |found: &ServerCertificate| found.server_certificate_metadata().is_some_and(|it| it.arn() == arn);
        return known(answer.map(|found| found.filter(same)), |found| server(&found));
    }
    known(reader.describe_certificate(arn).await, |detail| acm(arn, &detail))
}

fn known<T>(
    answer: Result<Option<T>, ServiceError>,
    facts: impl FnOnce(T) -> Option<Facts>,
) -> Result<Known, ServiceError> {
    match answer {
        Ok(found) => Ok(found.and_then(facts).map_or(Known::Gone, |facts| Known::Found(Box::new(facts)))),
        Err(error) if error.kind == ErrorKind::Denied => Ok(Known::Denied),
        Err(error) => Err(error),
    }
}

fn acm(arn: &str, detail: &api::CertificateDetail) -> Option<Facts> {
    let domain = detail.domain_name().unwrap_or_default().to_ascii_lowercase();
    let imported = detail.r#type() == Some(&api::CertificateType::Imported);
    let own = Some(domain.clone()).filter(|domain| !domain.is_empty());
    let names = detail.subject_alternative_names().iter().map(|name| name.to_ascii_lowercase());
    let seconds = |time: Option<&aws_sdk_acm::primitives::DateTime>| u64::try_from(time?.secs()).ok();
    let stuck = detail.renewal_summary().map(api::RenewalSummary::renewal_status).filter(|status| {
        [api::RenewalStatus::Failed, api::RenewalStatus::PendingValidation].contains(status)
    });
    let pending = detail.status() == Some(&api::CertificateStatus::PendingValidation);
    let eligible = detail.renewal_eligibility() == Some(&api::RenewalEligibility::Eligible);
    let renewal = match (imported, stuck, eligible) {
        (true, _, _) => Renewal::Nobody,
        (false, Some(status), _) => Renewal::Stuck(status.as_str().to_owned()),
        (false, None, true) => Renewal::Itself,
        (false, None, false) => Renewal::Ineligible,
    };
    Some(Facts {
        arn: arn.to_owned(),
        store: if imported { Store::Import } else { Store::Acm },
        names: names.chain(own).collect(),
        domain,
        key: detail.key_algorithm().map_or_else(|| "unknown".to_owned(), certificate::aws::algorithm),
        signature: detail.signature_algorithm().map(str::to_owned),
        not_before: seconds(detail.not_before()),
        not_after: seconds(detail.not_after()),
        status: detail.status().map_or("", api::CertificateStatus::as_str).to_owned(),
        failure: detail.failure_reason().map(|reason| reason.as_str().to_owned()),
        renewal,
        used_by: detail.in_use_by().to_vec(),
        records: if pending { certificate::aws::records(detail) } else { Vec::new() },
    })
}

fn server(found: &ServerCertificate) -> Option<Facts> {
    let leaf = pem::first_leaf(found.certificate_body())?;
    Some(Facts {
        arn: found.server_certificate_metadata()?.arn().to_owned(),
        store: Store::Iam,
        domain: leaf.domain,
        names: leaf.names,
        key: leaf.key,
        signature: pem::signature(found.certificate_body()),
        not_before: Some(leaf.not_before),
        not_after: Some(leaf.not_after),
        status: ISSUED.to_owned(),
        failure: None,
        renewal: Renewal::Nobody,
        used_by: Vec::new(),
        records: Vec::new(),
    })
}
