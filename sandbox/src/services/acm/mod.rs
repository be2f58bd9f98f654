//! AWS Certificate Manager: public certificates validated by DNS, and imported ones. A certificate is issued some
//! time after its CNAME records are in the public DNS ([`State::public_cname`](crate::State::public_cname)).

mod describe;
mod import;
mod list;
mod manage;
mod request;
mod tags;

use super::{Ctx, Operation, refuse};
use crate::rates::Category;
use crate::state::{Certificate, Deleted};
use crate::wire::{ApiError, Params};

/// A row of the table.
macro_rules! operation {
    (read $name:literal $category:ident $function:path) => {
        operation!($name, false, $category, $function)
    };
    (write $name:literal $category:ident $function:path) => {
        operation!($name, true, $category, $function)
    };
    ($name:literal, $mutating:literal, $category:ident, $function:path) => {
        Operation {
            name: $name,
            mutating: $mutating,
            category: Some(Category::$category),
            run: |ctx, params| $function(ctx, decode(params)?),
        }
    };
}

pub(super) const OPERATIONS: &[Operation] = &[
    operation!(write "AddTagsToCertificate" AcmTags tags::add),
    operation!(write "DeleteCertificate" AcmDelete manage::delete),
    operation!(read "DescribeCertificate" AcmDescribe describe::describe),
    operation!(read "GetCertificate" AcmGet manage::get_certificate),
    operation!(write "ImportCertificate" AcmImport import::import),
    operation!(read "ListCertificates" AcmList list::list),
    operation!(read "ListTagsForCertificate" AcmListTags tags::list),
    operation!(write "RemoveTagsFromCertificate" AcmTags tags::remove),
    operation!(write "RequestCertificate" AcmRequest request::request),
    operation!(write "UpdateCertificateOptions" AcmUpdate manage::update_options),
];

/// The input; ACM answers `ValidationException` to what does not fit the API model.
fn decode<T: serde::de::DeserializeOwned>(params: &Params) -> Result<T, ApiError> {
    params.decode().map_err(|error| ApiError { code: "ValidationException".to_owned(), ..error })
}

/// `ValidationException`: input that the API model or ACM's checks refuse.
fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", message)
}

/// The answer `{ "CertificateArn": ... }` of RequestCertificate and ImportCertificate.
fn arn_of(ctx: &mut Ctx<'_>) -> String {
    let id = ctx.state.ids.next_uuid(crate::state::ids::IdKind::Certificate);
    format!("arn:aws:acm:{}:{}:certificate/{id}", ctx.region, crate::ACCOUNT)
}

/// API: InvalidArnException, for what is no ARN of a certificate.
fn check_arn(arn: &str) -> Result<(), ApiError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let is_arn =
        matches!(parts[..], ["arn", _, "acm", _, _, resource] if resource.starts_with("certificate/"));
    refuse(!is_arn, || {
        ApiError::new("InvalidArnException", format!("'{arn}' is not a valid certificate ARN"))
    })
}

/// API: ResourceNotFoundException.
fn not_found(arn: &str) -> ApiError {
    ApiError::new("ResourceNotFoundException", format!("Could not find certificate {arn}."))
}

/// The certificate that an operation works on.
fn get<'c>(ctx: &'c Ctx<'_>, arn: &str) -> Result<&'c Certificate, ApiError> {
    check_arn(arn)?;
    ctx.resources().certificates.get(arn).ok_or_else(|| not_found(arn))
}

/// The same, for changing it after all checks.
fn get_mut<'c>(ctx: &'c mut Ctx<'_>, arn: &str) -> Result<&'c mut Certificate, ApiError> {
    check_arn(arn)?;
    ctx.resources_mut().certificates.get_mut(arn).ok_or_else(|| not_found(arn))
}

/// Deletes a certificate; the tagging API may know it for a while yet.
fn forget(ctx: &mut Ctx<'_>, arn: &str) {
    let (now, lag) = (ctx.now, crate::clock::millis(ctx.state.tagging_lag));
    let region = ctx.resources_mut();
    let Some(certificate) = region.certificates.remove(arn) else { return };
    if let Some(tags) = certificate.tags.seen(now, lag) {
        region.deleted.push(Deleted { arn: arn.to_owned(), at: now, tags: tags.clone() });
    }
}

/// Timestamps of awsJson: seconds since the epoch.
fn seconds(at: crate::clock::Millis) -> f64 {
    at as f64 / 1000.0
}

/// How answers write a key algorithm: `RSA-2048`, though requests and filters write `RSA_2048`.
fn key_text(algorithm: crate::state::KeyAlgorithm) -> String {
    algorithm.as_str().replace('_', "-")
}
