//! Tags on the wire. API: AddTags, RemoveTags, `Tag`.

use aws_sdk_elasticloadbalancingv2::types::Tag;

use super::Call;
use crate::aws::Clients;
use crate::aws::error::classify;
use crate::exec::{Outputs, ServiceError};
use crate::kinds::certificate;
use crate::model::world::Tags;

/// Makes one attempt at a call.
///
/// # Errors
/// AWS refuses, or does not answer.
pub async fn perform(clients: &Clients, call: &Call<String>) -> Result<Outputs, ServiceError> {
    let operation = call.operation();
    let resource = match call {
        Call::AddTags { resource, .. } | Call::RemoveTags { resource, .. } => resource,
    };
    if resource.contains(":acm:") {
        return of_acm(clients, resource, call).await;
    }
    if certificate::is_server_certificate(resource) {
        return of_iam(clients, resource, call).await;
    }
    let client = &clients.elb;
    match call {
        Call::AddTags { resource, tags } => {
            let request = client.add_tags().resource_arns(resource).set_tags(to_api(tags));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::RemoveTags { resource, keys } => {
            let keys = keys.iter().cloned().collect();
            let request = client.remove_tags().resource_arns(resource).set_tag_keys(Some(keys));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
    }
    Ok(Outputs::new())
}

/// The same of a certificate of ACM. API: AddTagsToCertificate, RemoveTagsFromCertificate.
async fn of_acm(clients: &Clients, arn: &str, call: &Call<String>) -> Result<Outputs, ServiceError> {
    match call {
        Call::AddTags { tags, .. } => {
            let tags = certificate::aws::acm_tags(tags);
            let request = clients.acm.add_tags_to_certificate().certificate_arn(arn).set_tags(Some(tags));
            request.send().await.map_err(|error| classify("AddTagsToCertificate", error))?;
        }
        Call::RemoveTags { keys, .. } => {
            let tags = keys.iter().filter_map(|key| aws_sdk_acm::types::Tag::builder().key(key).build().ok());
            let request = clients.acm.remove_tags_from_certificate().certificate_arn(arn);
            let request = request.set_tags(Some(tags.collect()));
            request.send().await.map_err(|error| classify("RemoveTagsFromCertificate", error))?;
        }
    }
    Ok(Outputs::new())
}

/// The same of a server certificate. API: TagServerCertificate, UntagServerCertificate.
async fn of_iam(clients: &Clients, arn: &str, call: &Call<String>) -> Result<Outputs, ServiceError> {
    let name = certificate::aws::name(arn);
    match call {
        Call::AddTags { tags, .. } => {
            let operation = "TagServerCertificate";
            let tags = certificate::aws::iam_tags(operation, tags)?;
            let request = clients.iam.tag_server_certificate().server_certificate_name(name).set_tags(tags);
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::RemoveTags { keys, .. } => {
            let keys = keys.iter().cloned().collect();
            let request = clients.iam.untag_server_certificate().server_certificate_name(name);
            let request = request.set_tag_keys(Some(keys));
            request.send().await.map_err(|error| classify("UntagServerCertificate", error))?;
        }
    }
    Ok(Outputs::new())
}

/// Tags for a request; none for no tags, since an empty list is not the same as none.
pub fn to_api(tags: &Tags) -> Option<Vec<Tag>> {
    let one = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    (!tags.is_empty()).then(|| tags.iter().map(one).collect())
}

/// Tags of an answer; a tag without a value has an empty one.
pub fn from_api(tags: &[Tag]) -> Tags {
    tags.iter()
        .filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_survive_the_round_trip() {
        let tags = Tags::from([("a".to_owned(), "1".to_owned()), ("b".to_owned(), String::new())]);
        assert_eq!(from_api(&to_api(&tags).unwrap()), tags);
        assert_eq!(to_api(&Tags::new()), None);
        assert_eq!(
            from_api(&[Tag::builder().key("c").build()]),
            Tags::from([("c".to_owned(), String::new())])
        );
    }
}
