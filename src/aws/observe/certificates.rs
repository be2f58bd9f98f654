//! The certificates of the stack, and those of others that its listeners are to have.
//!
//! API: ListCertificates, DescribeCertificate, ListTagsForCertificate and GetCertificate of ACM; ListServerCertificates
//! and GetServerCertificate of IAM. None of these calls is made for a stack that has no certificates of the sort.

mod facts;

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
use crate::kinds::{Existing, Resource};
use crate::model::world::Tags;
use crate::model::{FoundCertificate, ResourceId};

pub use facts::{certificates, certificates_for, server_certificate};

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
}

/// What used certificates are, by what was asked for.
type Used = BTreeMap<String, Option<FoundCertificate>>;

/// What can be asked at once.
pub(super) async fn first<C: Clock>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<(Listed, Used), ServiceError> {
    let domains: Vec<&str> = scope.used_certificates.iter().filter_map(CertificateKey::domain).collect();
    let lists = !scope.acm_domains.is_empty() || !domains.is_empty();
    let acm = async { if lists { reader.acm_certificates().await } else { Ok(Vec::new()) } };
    let iam = async {
        if !scope.iam {
            return Ok(Vec::new());
        }
        let stacks = [&scope.stack].into_iter().chain(&scope.former_stack);
        let prefixes = stacks.map(|stack| format!("/albctl/{}/{stack}/", reader.clients.region));
        let all = try_join_all(prefixes.map(|prefix| reader.server_certificates(prefix))).await?;
        Ok(all.concat())
    };
    let arns: Vec<&str> = scope.used_certificates.iter().filter_map(CertificateKey::foreign_arn).collect();
    let used = try_join_all(arns.iter().map(|arn| used(reader, arn)));
    let (acm, iam, used) = tokio::try_join!(acm, iam, used)?;
    let known = arns.into_iter().zip(used).filter_map(|(arn, one)| Some((arn.to_owned(), one?)));
    let mut found: Used = known.collect();
    for domain in domains {
        found.insert(CertificateKey::by_domain(domain).0, newest(domain, &acm));
    }
    Ok((Listed { acm, iam }, found))
}

/// What a certificate is that a listener is to have; the outer none where that may not be asked.
async fn used<C: Clock>(
    reader: &Reader<'_, C>,
    arn: &str,
) -> Result<Option<Option<FoundCertificate>>, ServiceError> {
    let found = |names: Vec<String>, status: &str| {
        Some(FoundCertificate { arn: arn.to_owned(), names, status: status.to_owned() })
    };
    let answer = if certificate::is_server_certificate(arn) {
        let answer = reader.server_certificate(certificate::aws::name(arn)).await;
        answer.map(|one| {
            let same = one.filter(|one| one.server_certificate_metadata().is_some_and(|it| it.arn() == arn));
            let model = same.as_ref().and_then(certificate::aws::iam);
            model.and_then(|model| found(model.names.into_iter().collect(), "ISSUED"))
        })
    } else {
        let answer = reader.describe_certificate(arn).await;
        answer.map(|detail| {
            let detail = detail?;
            let names = detail.subject_alternative_names().iter().map(|name| name.to_ascii_lowercase());
            found(names.collect(), detail.status().map_or("", api::CertificateStatus::as_str))
        })
    };
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind == ErrorKind::Denied => Ok(None),
        Err(error) => Err(error),
    }
}

/// Of the issued certificates that are for a domain the one that was issued or imported last; of two at the same time
/// that of the lower ARN.
fn newest(domain: &str, all: &[api::CertificateSummary]) -> Option<FoundCertificate> {
    let names = |one: &api::CertificateSummary| -> Vec<String> {
        let own = one.domain_name().into_iter();
        own.chain(one.subject_alternative_name_summaries().iter().map(String::as_str))
            .map(str::to_ascii_lowercase)
            .collect()
    };
    let time = |one: &api::CertificateSummary| {
        one.issued_at().or(one.imported_at()).or(one.created_at()).map_or(0, |time| time.secs())
    };
    let fits = |one: &&api::CertificateSummary| {
        one.status() == Some(&api::CertificateStatus::Issued)
            && names(one).iter().any(|name| certificate::key::covers(name, domain))
    };
    let best =
        all.iter().filter(fits).min_by_key(|one| (-time(one), one.certificate_arn().map(str::to_owned)))?;
    let arn = best.certificate_arn()?.to_owned();
    Some(FoundCertificate { arn, names: names(best), status: "ISSUED".to_owned() })
}

/// The certificates of the stack: of ACM those that are nominated or have a wanted name, if their tags say so; of IAM
/// those under the stack's path.
pub(super) async fn own<C: Clock>(
    reader: &Reader<'_, C>,
    scope: &Scope,
    nominated: &BTreeSet<String>,
    listed: Listed,
) -> Result<Vec<Own>, ServiceError> {
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
    Ok(of_acm.into_iter().chain(of_iam).flatten().collect())
}

async fn of_acm<C: Clock>(
    reader: &Reader<'_, C>,
    scope: &Scope,
    arn: &str,
) -> Result<Option<Own>, ServiceError> {
    let (detail, tags) = tokio::try_join!(reader.describe_certificate(arn), reader.certificate_tags(arn))?;
    let (Some(detail), Some(tags)) = (detail, tags) else { return Ok(None) };
    let Some(id) = owned(Some(&tags), scope, certificate::KIND) else { return Ok(None) };
    let imported = detail.r#type() == Some(&api::CertificateType::Imported);
    let text = if imported { reader.certificate_text(arn).await? } else { None };
    let (body, chain) = text.unzip();
    let model = certificate::aws::acm(&detail, body.as_deref(), chain.flatten().as_deref());
    Ok(model.map(|model| Own { id, arn: arn.to_owned(), model, tags }))
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
    async fn acm_certificates(&self) -> Result<Vec<api::CertificateSummary>, ServiceError> {
        const OPERATION: &str = "ListCertificates";
        self.pages(OPERATION, async |marker| {
            let request = self.clients.acm.list_certificates().includes(certificate::aws::all_keys());
            let answer = request.max_items(1000).set_next_token(marker).send().await;
            let answer = answer.map_err(|error| classify(OPERATION, error))?;
            Ok((answer.certificate_summary_list.unwrap_or_default(), answer.next_token))
        })
        .await
    }

    async fn describe_certificate(&self, arn: &str) -> Result<Option<api::CertificateDetail>, ServiceError> {
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

    async fn server_certificates(&self, prefix: String) -> Result<Vec<(String, String)>, ServiceError> {
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

    async fn server_certificate(&self, name: &str) -> Result<Option<ServerCertificate>, ServiceError> {
        const OPERATION: &str = "GetServerCertificate";
        let answer = self.read(OPERATION, async || {
            let request = self.clients.iam.get_server_certificate().server_certificate_name(name);
            request.send().await.map_err(|error| classify(OPERATION, error))
        });
        Ok(existing(answer.await)?.and_then(|answer| answer.server_certificate))
    }
}
