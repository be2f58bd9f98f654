//! The certificates of the stack, and those of others that its listeners are to have.
//!
//! API: ListCertificates, DescribeCertificate, ListTagsForCertificate and GetCertificate of ACM; ListServerCertificates
//! and GetServerCertificate of IAM. None of these calls is made for a stack that has no certificates of the sort.

pub(super) mod facts;
mod meant;
mod names;
mod users;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_acm::types as api;
use aws_sdk_iam::types::ServerCertificate;
use futures_util::future::try_join_all;

use super::Scope;
use super::reader::Reader;
use super::rounds::owned;
use crate::aws::error::classify;
use crate::exec::{Clock, ErrorKind, ServiceError};
use crate::kinds::certificate::{self, Certificate, CertificateKey};
use crate::kinds::tagging::ownership;
use crate::kinds::{Candidate, Existing, Resource};
use crate::model::world::Tags;
use crate::model::{FoundCertificate, ResourceId};

use names::{distinct, names};

pub(super) use facts::fitting;
pub use facts::{certificate_facts, certificates_for, server_certificate};
pub use meant::meant;
pub(super) use users::part as part_users;

/// A certificate of the stack.
#[derive(Clone, Debug)]
pub(super) struct Own {
    pub(super) id: ResourceId,
    pub(super) arn: String,
    pub(super) model: Certificate,
    pub(super) tags: Tags,
}

impl Own {
    /// The same, as it is compared with the spec.
    pub(super) fn existing(&self, scope: &Scope) -> Existing {
        let none = Tags::new();
        let tags = ownership::comparable(&self.tags, scope.tags.get(&self.id).unwrap_or(&none));
        let resource = Resource::Certificate(Certificate { tags, ..self.model.clone() });
        Existing { resource, arn: self.arn.clone(), tags: self.tags.clone() }
    }
}

/// What the lists of the first round show.
#[derive(Debug, Default)]
pub(super) struct Listed {
    acm: Vec<api::CertificateSummary>,
    /// Name and path of each server certificate under the paths of the stack.
    iam: Vec<(String, String)>,
    /// Further certificates for the domains by which one is looked for, the newest first.
    pub(super) alternatives: BTreeMap<String, Vec<FoundCertificate>>,
    /// What could not be read and what that means, in words for people.
    pub(super) notes: Vec<String>,
}

/// What used certificates are, by what was asked for.
type Used = BTreeMap<String, Option<FoundCertificate>>;

/// What can be asked at once.
pub(super) async fn first<C: Clock>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<(Listed, Used), ServiceError> {
    let domains: Vec<&str> = scope.used_certificates.iter().filter_map(CertificateKey::domain).collect();
    let lists = !scope.acm_domains.is_empty() || !domains.is_empty() || scope.validation_records;
    let acm = async { if lists { reader.acm_certificates().await } else { Ok(Vec::new()) } };
    let iam = async { if scope.iam { servers(reader, scope).await } else { Ok(Vec::new()) } };
    let arns: Vec<&str> = scope.used_certificates.iter().filter_map(CertificateKey::foreign_arn).collect();
    let used = try_join_all(arns.iter().map(|arn| used(reader, arn)));
    let (acm, iam, used) = tokio::try_join!(acm, iam, used)?;
    let (mut found, mut notes) = (Used::new(), Vec::new());
    for (arn, used) in arns.into_iter().zip(used) {
        match used {
            Asked::Answered(one) => drop(found.insert(arn.to_owned(), one)),
            Asked::Denied(operation) => notes.push(format!(
                "{operation} is denied: whether {arn} is there and issued, and for which hosts it is, is not checked"
            )),
        }
    }
    let mut alternatives = BTreeMap::new();
    for domain in domains {
        let key = CertificateKey::by_domain(domain).0;
        let mut fitting = newest(domain, &acm);
        alternatives.insert(key.clone(), fitting.split_off(fitting.len().min(1)));
        found.insert(key, fitting.pop());
    }
    if scope.validation_records {
        found.extend(acm.iter().filter_map(validated).map(|one| (one.arn.clone(), Some(one))));
    }
    Ok((Listed { acm, iam, alternatives, notes }, found))
}

/// Under which paths the stack's server certificates are.
pub(super) fn paths(region: &str, scope: &Scope) -> Vec<String> {
    let stacks = [&scope.stack].into_iter().chain(&scope.former_stack);
    stacks.map(|stack| format!("/albctl/{region}/{stack}/")).collect()
}

/// Name and path of each server certificate of the stack.
async fn servers<C: Clock>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<(String, String)>, ServiceError> {
    let paths = paths(&reader.clients.region, scope);
    let all = try_join_all(paths.into_iter().map(|path| reader.server_certificates(path))).await?;
    Ok(all.concat())
}

/// The server certificates of a stack whose spec has none, or none any more: none where they may not be listed, or, if
/// nothing hints at any, where whatever answers knows nothing of IAM.
pub(super) async fn left<C: Clock>(
    reader: &Reader<'_, C>,
    scope: &Scope,
    hint: bool,
) -> Result<Option<Vec<Own>>, ServiceError> {
    let listed = match servers(reader, scope).await {
        Err(error) if error.kind == ErrorKind::Denied => return Ok(None),
        Err(error) if error.kind == ErrorKind::Refused && !hint => return Ok(None),
        other => other?,
    };
    let found = listed.iter().map(|(name, path)| of_iam(reader, scope, name, path));
    Ok(Some(try_join_all(found).await?.into_iter().flatten().collect()))
}

/// A certificate, whoever's it is, that ACM issues or renews by its validation records.
fn validated(one: &api::CertificateSummary) -> Option<FoundCertificate> {
    let status = one.status().filter(|status| {
        [api::CertificateStatus::Issued, api::CertificateStatus::PendingValidation].contains(status)
    })?;
    let requested = one.r#type() != Some(&api::CertificateType::Imported);
    let arn = one.certificate_arn().filter(|_| requested)?.to_owned();
    let status = status.as_str().to_owned();
    let renews = one.renewal_eligibility() == Some(&api::RenewalEligibility::Eligible);
    Some(FoundCertificate { arn, names: names(one), status, not_after: end(one.not_after()), renews })
}

/// What is known of a certificate that a listener is to have.
pub(super) enum Asked {
    /// It is this; none: it is not there.
    Answered(Option<FoundCertificate>),
    /// The caller may not ask: the operation, as policies name it.
    Denied(String),
}

impl Asked {
    /// The answer; the outer none where there is none.
    pub(super) fn known(self) -> Option<Option<FoundCertificate>> {
        match self {
            Self::Answered(found) => Some(found),
            Self::Denied(_) => None,
        }
    }
}

/// What a certificate is that a listener has or is to have.
pub(super) async fn used<C: Clock>(reader: &Reader<'_, C>, arn: &str) -> Result<Asked, ServiceError> {
    let service = if certificate::is_server_certificate(arn) { "iam" } else { "acm" };
    let answer = if certificate::is_server_certificate(arn) {
        let answer = reader.server_certificate(certificate::aws::name(arn)).await;
        answer.map(|one| {
            let same = one.filter(|one| one.server_certificate_metadata().is_some_and(|it| it.arn() == arn));
            same.as_ref().and_then(certificate::aws::iam).map(|model| FoundCertificate {
                arn: arn.to_owned(),
                names: model.names.into_iter().collect(),
                status: "ISSUED".to_owned(),
                not_after: model.not_after,
                renews: false,
            })
        })
    } else {
        reader.describe_certificate(arn).await.map(|detail| detail.map(|detail| found(arn, &detail)))
    };
    match answer {
        Ok(found) => Ok(Asked::Answered(found)),
        Err(error) if error.kind == ErrorKind::Denied => {
            Ok(Asked::Denied(format!("{service}:{}", error.operation)))
        }
        Err(error) => Err(error),
    }
}

fn found(arn: &str, detail: &api::CertificateDetail) -> FoundCertificate {
    FoundCertificate {
        arn: arn.to_owned(),
        names: distinct(detail.domain_name(), detail.subject_alternative_names()),
        status: detail.status().map_or("", api::CertificateStatus::as_str).to_owned(),
        not_after: end(detail.not_after()),
        renews: detail.renewal_eligibility() == Some(&api::RenewalEligibility::Eligible),
    }
}

/// In seconds since 1970.
fn end(time: Option<&aws_sdk_acm::primitives::DateTime>) -> Option<u64> {
    time.and_then(|time| u64::try_from(time.secs()).ok())
}

/// The issued certificates that are for a domain, the one that was issued or imported last before the others; of two at
/// the same time that of the lower ARN.
fn newest(domain: &str, all: &[api::CertificateSummary]) -> Vec<FoundCertificate> {
    let time = |one: &api::CertificateSummary| {
        one.issued_at().or(one.imported_at()).or(one.created_at()).map_or(0, |time| time.secs())
    };
    let fits = |one: &&api::CertificateSummary| {
        one.status() == Some(&api::CertificateStatus::Issued)
            && names(one).iter().any(|name| certificate::key::covers(name, domain))
    };
    let mut fitting: Vec<&api::CertificateSummary> = all.iter().filter(fits).collect();
    fitting.sort_by_key(|one| (-time(one), one.certificate_arn().map(str::to_owned)));
    let found = |one: &&api::CertificateSummary| {
        Some(FoundCertificate {
            arn: one.certificate_arn()?.to_owned(),
            names: names(one),
            status: "ISSUED".to_owned(),
            not_after: end(one.not_after()),
            renews: one.renewal_eligibility() == Some(&api::RenewalEligibility::Eligible),
        })
    };
    fitting.iter().filter_map(found).collect()
}

/// The certificates of the stack: of ACM those that are nominated or have a wanted name, if their tags say so; of IAM
/// those under the stack's path. With them, of ACM, the issued ones that may be taken over.
pub(super) async fn own<C: Clock>(
    reader: &Reader<'_, C>,
    scope: &Scope,
    nominated: &BTreeSet<String>,
    listed: Listed,
) -> Result<(Vec<Own>, Vec<Candidate>), ServiceError> {
    let wanted = |one: &api::CertificateSummary| {
        let domain = one.domain_name().map(str::to_ascii_lowercase);
        let named = domain.is_some_and(|domain| scope.acm_domains.contains(&domain));
        one.certificate_arn().filter(|_| named).map(str::to_owned)
    };
    let mut arns: BTreeSet<String> = nominated.iter().filter(|arn| arn.contains(":acm:")).cloned().collect();
    arns.extend(listed.acm.iter().filter_map(wanted));
    let of_acm = try_join_all(arns.iter().map(|arn| of_acm(reader, scope, arn)));
    let of_iam = try_join_all(listed.iam.iter().map(|(name, path)| of_iam(reader, scope, name, path)));
    let (of_acm, of_iam) = tokio::try_join!(of_acm, of_iam)?;
    let (mut own, mut candidates) = (Vec::new(), Vec::new());
    for found in of_acm.into_iter().flatten() {
        match found {
            OfAcm::Own(one) => own.push(one),
            OfAcm::Candidate(one) => candidates.push(one),
        }
    }
    own.extend(of_iam.into_iter().flatten());
    Ok((own, candidates))
}

/// A certificate of ACM that has been read.
enum OfAcm {
    Own(Own),
    /// Not the stack's, and could be taken over.
    Candidate(Candidate),
}

async fn of_acm<C: Clock>(
    reader: &Reader<'_, C>,
    scope: &Scope,
    arn: &str,
) -> Result<Option<OfAcm>, ServiceError> {
    let (detail, tags) = tokio::try_join!(reader.describe_certificate(arn), reader.certificate_tags(arn))?;
    let (Some(detail), Some(tags)) = (detail, tags) else { return Ok(None) };
    let imported = detail.r#type() == Some(&api::CertificateType::Imported);
    let Some(id) = owned(Some(&tags), scope, certificate::KIND) else {
        let issued = detail.status() == Some(&api::CertificateStatus::Issued);
        let taken = scope.adopt && issued && !imported;
        let model = certificate::aws::acm(&detail, None, None).filter(|_| taken);
        return Ok(model.map(|model| {
            let (resource, arn) = (Resource::Certificate(model), arn.to_owned());
            OfAcm::Candidate(Candidate { resource, arn, tags, parent: None })
        }));
    };
    let text = if imported { reader.certificate_text(arn).await? } else { None };
    let (body, chain) = text.unzip();
    let model = certificate::aws::acm(&detail, body.as_deref(), chain.flatten().as_deref());
    Ok(model.map(|model| OfAcm::Own(Own { id, arn: arn.to_owned(), model, tags })))
}

async fn of_iam<C: Clock>(
    reader: &Reader<'_, C>,
    scope: &Scope,
    name: &str,
    path: &str,
) -> Result<Option<Own>, ServiceError> {
    let Some(found) = reader.server_certificate(name).await? else { return Ok(None) };
    let key = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let id = certificate::id(key);
    let arn = found.server_certificate_metadata().map(|it| it.arn().to_owned()).unwrap_or_default();
    let mut tags: Tags =
        found.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect();
    // The path says whose it is, whatever became of its tags.
    tags.insert(ownership::STACK.to_owned(), scope.stack.clone());
    tags.insert(ownership::ID.to_owned(), id.as_str().to_owned());
    Ok(certificate::aws::iam(&found).map(|model| Own { id, arn, model, tags }))
}

/// Turns "it does not exist" into `None`.
fn existing<T>(result: Result<T, ServiceError>) -> Result<Option<T>, ServiceError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl<C: Clock> Reader<'_, C> {
    pub(super) async fn acm_certificates(&self) -> Result<Vec<api::CertificateSummary>, ServiceError> {
        const OPERATION: &str = "ListCertificates";
        self.pages(OPERATION, async |marker| {
            let request = self.clients.acm.list_certificates().includes(certificate::aws::all_keys());
            let answer = request.max_items(1000).set_next_token(marker).send().await;
            let answer = answer.map_err(|error| classify(OPERATION, error))?;
            Ok((answer.certificate_summary_list.unwrap_or_default(), answer.next_token))
        })
        .await
    }

    pub(super) async fn describe_certificate(
        &self,
        arn: &str,
    ) -> Result<Option<api::CertificateDetail>, ServiceError> {
        const OPERATION: &str = "DescribeCertificate";
        let answer = self.read(OPERATION, async || {
            let request = self.clients.acm.describe_certificate().certificate_arn(arn);
            request.send().await.map_err(|error| classify(OPERATION, error))
        });
        Ok(existing(answer.await)?.and_then(|answer| answer.certificate))
    }

    async fn certificate_tags(&self, arn: &str) -> Result<Option<Tags>, ServiceError> {
        const OPERATION: &str = "ListTagsForCertificate";
        let answer = self.read(OPERATION, async || {
            let request = self.clients.acm.list_tags_for_certificate().certificate_arn(arn);
            request.send().await.map_err(|error| classify(OPERATION, error))
        });
        let one = |tag: &api::Tag| (tag.key().to_owned(), tag.value().unwrap_or_default().to_owned());
        Ok(existing(answer.await)?.map(|answer| answer.tags().iter().map(one).collect()))
    }

    async fn certificate_text(&self, arn: &str) -> Result<Option<(String, Option<String>)>, ServiceError> {
        const OPERATION: &str = "GetCertificate";
        let answer = self.read(OPERATION, async || {
            let request = self.clients.acm.get_certificate().certificate_arn(arn);
            request.send().await.map_err(|error| classify(OPERATION, error))
        });
        Ok(existing(answer.await)?.and_then(|answer| Some((answer.certificate?, answer.certificate_chain))))
    }

    pub(super) async fn server_certificates(
        &self,
        prefix: String,
    ) -> Result<Vec<(String, String)>, ServiceError> {
        const OPERATION: &str = "ListServerCertificates";
        self.pages(OPERATION, async |marker| {
            let request = self.clients.iam.list_server_certificates().path_prefix(&prefix);
            let answer = request.set_marker(marker).send().await;
            let answer = answer.map_err(|error| classify(OPERATION, error))?;
            let one = |it: &aws_sdk_iam::types::ServerCertificateMetadata| {
                (it.server_certificate_name().to_owned(), it.path().to_owned())
            };
            let found = answer.server_certificate_metadata_list().iter().map(one).collect();
            Ok((found, answer.marker))
        })
        .await
    }

    pub(super) async fn server_certificate(
        &self,
        name: &str,
    ) -> Result<Option<ServerCertificate>, ServiceError> {
        const OPERATION: &str = "GetServerCertificate";
        let answer = self.read(OPERATION, async || {
            let request = self.clients.iam.get_server_certificate().server_certificate_name(name);
            request.send().await.map_err(|error| classify(OPERATION, error))
        });
        Ok(existing(answer.await)?.and_then(|answer| answer.server_certificate))
    }
}
