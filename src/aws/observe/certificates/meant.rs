//! Which certificates a spec means that names them by its own keys and by domains.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;

use super::{Reader, newest};
use crate::exec::{Clock, ErrorKind, ServiceError};
use crate::fix::certs::Meant;
use crate::kinds::certificate;
use crate::kinds::tagging::ownership;
use crate::model::ResourceId;

/// What the keys of the stack mean of these certificates, and the domains of all there are, in one round. API:
/// ListTagsForCertificate, ListCertificates. What may not be read is told.
///
/// # Errors
/// The first call that fails for good, for another reason than that it is denied.
pub async fn meant<C: Clock>(
    reader: &Reader<'_, C>,
    stack: &str,
    own: &[String],
    domains: &BTreeSet<String>,
) -> Result<Meant, ServiceError> {
    let mut meant = Meant::default();
    let (of_iam, of_acm): (Vec<&String>, Vec<&String>) =
        own.iter().partition(|arn| certificate::is_server_certificate(arn));
    let path = format!(":server-certificate{}", certificate::plan::path(&reader.clients.region, stack, ""));
    let path = path.trim_end_matches('/');
    for arn in of_iam {
        // KEY/NAME is left.
        let tail = arn.split_once(path).and_then(|(_, tail)| tail.strip_prefix('/'));
        meant
            .own
            .extend(tail.and_then(|tail| tail.split_once('/')).map(|(key, _)| (arn.clone(), key.to_owned())));
    }
    if of_acm.is_empty() && domains.is_empty() {
        return Ok(meant);
    }
    reader.round();
    let tags = try_join_all(of_acm.iter().map(|arn| async { allowed(reader.certificate_tags(arn).await) }));
    let all = async {
        match domains.is_empty() {
            true => Ok(Ok(Vec::new())),
            false => allowed(reader.acm_certificates().await),
        }
    };
    let (tags, all) = tokio::try_join!(tags, all)?;
    for (arn, tags) in of_acm.into_iter().zip(tags) {
        match tags {
            Ok(tags) => {
                let tags = tags.unwrap_or_default();
                let ours = tags.get(ownership::STACK).is_some_and(|owner| owner == stack);
                let id = tags.get(ownership::ID).filter(|_| ours).map(|id| ResourceId::from_tag(id));
                let key = id.filter(|id| id.kind() == certificate::KIND).map(|id| id.key().to_owned());
                meant.own.extend(key.map(|key| (arn.clone(), key)));
            }
            Err(operation) => meant.denied.push(operation),
        }
    }
    match all {
        Ok(all) => {
            let found = |domain: &String| newest(domain, &all).into_iter().next().map(|one| one.arn);
            meant.newest = domains.iter().map(|domain| (domain.clone(), found(domain))).collect();
        }
        Err(operation) => meant.denied.push(operation),
    }
    meant.denied.sort();
    meant.denied.dedup();
    Ok(meant)
}

/// The answer, or the operation that is denied.
fn allowed<T>(answer: Result<T, ServiceError>) -> Result<Result<T, String>, ServiceError> {
    match answer {
        Ok(found) => Ok(Ok(found)),
        Err(error) if error.kind == ErrorKind::Denied => Ok(Err(format!("acm:{}", error.operation))),
        Err(error) => Err(error),
    }
}
