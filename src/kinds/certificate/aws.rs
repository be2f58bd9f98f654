//! Certificates on the wire.

mod gone;
mod make;
mod read;
mod records;

pub use make::Secrets;
pub use read::{acm, algorithm, all_keys, iam, records};

use std::time::SystemTime;

use aws_sdk_acm as sdk;
use sdk::types as api;

use super::model::Material;
use super::{Call, Condition};
use crate::aws::Clients;
use crate::aws::error::{classify, incomplete};
use crate::exec::{Outputs, Probe, ServiceError};
use crate::model::OutputKey;
use crate::model::world::Tags;

/// What making a certificate needs beside the call: the files' contents, and the time for those that are made here.
#[derive(Clone, Copy, Debug)]
pub struct Furnished<'a> {
    /// The files that the calls name.
    pub secrets: &'a Secrets,
    /// When a certificate that is made now begins.
    pub now: SystemTime,
}

/// Makes one attempt at a call.
///
/// # Errors
/// AWS refuses, or does not answer.
pub async fn perform(
    clients: &Clients,
    call: &Call<String>,
    furnished: Furnished<'_>,
) -> Result<Outputs, ServiceError> {
    let operation = call.operation();
    match call {
        Call::RequestCertificate { domain, alternative_names, key, token, tags } => {
            let others: Vec<String> = alternative_names.iter().cloned().collect();
            let request = clients
                .acm
                .request_certificate()
                .domain_name(domain)
                .set_subject_alternative_names((!others.is_empty()).then_some(others))
                .validation_method(api::ValidationMethod::Dns)
                .key_algorithm(key.as_str().into())
                .idempotency_token(token)
                .set_tags(Some(acm_tags(tags)));
            let answer = request.send().await.map_err(|error| classify(operation, error))?;
            made(operation, answer.certificate_arn)
        }
        Call::ChangeResourceRecordSets { certificate, zones } => {
            records::write(clients, certificate, zones).await
        }
        Call::DeleteValidationRecords { certificate, records, ours } => {
            gone::delete_records(clients, certificate, records, ours).await
        }
        Call::ImportCertificate { certificate, material, tags } => {
            let pem = pem(material, furnished)?;
            let request = clients
                .acm
                .import_certificate()
                .set_certificate_arn(certificate.clone())
                .certificate(sdk::primitives::Blob::new(pem.certificate))
                .private_key(sdk::primitives::Blob::new(pem.private_key))
                .set_certificate_chain(pem.chain.map(sdk::primitives::Blob::new))
                .set_tags(certificate.is_none().then(|| acm_tags(tags)));
            let answer = request.send().await.map_err(|error| classify(operation, error))?;
            made(operation, answer.certificate_arn)
        }
        Call::UploadServerCertificate { name, path, material, tags } => {
            let pem = pem(material, furnished)?;
            let request = clients
                .iam
                .upload_server_certificate()
                .server_certificate_name(name)
                .path(path)
                .certificate_body(pem.certificate)
                .private_key(pem.private_key)
                .set_certificate_chain(pem.chain)
                .set_tags(iam_tags(operation, tags)?);
            let answer = request.send().await.map_err(|error| classify(operation, error))?;
            made(operation, answer.server_certificate_metadata.map(|about| about.arn))
        }
        Call::DeleteCertificate { certificate, ours } => gone::delete(clients, certificate, ours).await,
        Call::DeleteServerCertificate { certificate } => {
            let request = clients.iam.delete_server_certificate().server_certificate_name(name(certificate));
            request.send().await.map_err(|error| classify(operation, error))?;
            Ok(Outputs::new())
        }
    }
}

/// What a call would have made whose answer was lost, if it is there: a server certificate of the call's own name.
///
/// # Errors
/// AWS does not answer.
pub async fn find_result(clients: &Clients, call: &Call<String>) -> Result<Option<Outputs>, ServiceError> {
    match call {
        Call::UploadServerCertificate { name, path, .. } => {
            let answer = clients.iam.get_server_certificate().server_certificate_name(name).send().await;
            let Ok(answer) = answer else { return Ok(None) };
            let about = answer.server_certificate.and_then(|one| one.server_certificate_metadata);
            let own = about.filter(|about| about.path == *path);
            Ok(own.map(|about| Outputs::from([(OutputKey::Arn, about.arn)])))
        }
        Call::ImportCertificate { certificate: None, tags, .. } => read::imported(clients, tags).await,
        // Made twice, these do what they do made once.
        Call::RequestCertificate { .. }
        | Call::ImportCertificate { .. }
        | Call::ChangeResourceRecordSets { .. }
        | Call::DeleteValidationRecords { .. }
        | Call::DeleteCertificate { .. }
        | Call::DeleteServerCertificate { .. } => Ok(None),
    }
}

/// Looks whether a certificate is issued. API: DescribeCertificate.
///
/// # Errors
/// AWS does not answer.
pub async fn issued(clients: &Clients, condition: &Condition<String>) -> Result<Probe, ServiceError> {
    records::issued(clients, condition).await
}

fn pem(material: &Material, furnished: Furnished<'_>) -> Result<make::Pem, ServiceError> {
    match material {
        Material::Files(files) => furnished.secrets.get(files),
        Material::SelfSigned(wanted) => make::self_signed(wanted, furnished.now),
    }
}

fn made(operation: &str, arn: Option<String>) -> Result<Outputs, ServiceError> {
    let arn = arn.ok_or_else(|| incomplete(operation, "certificate"))?;
    Ok(Outputs::from([(OutputKey::Arn, arn)]))
}

/// The last part of an ARN.
pub fn name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Tags of a certificate of ACM.
pub fn acm_tags(tags: &Tags) -> Vec<api::Tag> {
    let one = |(key, value): (&String, &String)| api::Tag::builder().key(key).value(value).build().ok();
    tags.iter().filter_map(one).collect()
}

/// Tags of a server certificate; an error where one cannot be built.
///
/// # Errors
/// Never for tags of a spec, which have keys.
pub fn iam_tags(operation: &str, tags: &Tags) -> Result<Option<Vec<aws_sdk_iam::types::Tag>>, ServiceError> {
    let one = |(key, value): (&String, &String)| {
        let tag = aws_sdk_iam::types::Tag::builder().key(key).value(value).build();
        tag.map_err(|error| crate::aws::error::refused(operation, error.to_string()))
    };
    tags.iter().map(one).collect::<Result<Vec<_>, _>>().map(Some)
}
