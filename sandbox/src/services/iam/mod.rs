//! Identity and Access Management: server certificates, and nothing else of it. They are global.

mod change;
mod read;
mod tags;
mod upload;

use super::{Ctx, Operation, refuse};
use crate::clock::iso8601;
use crate::state::ServerCertificate;
use crate::wire::ApiError;

/// A row of the table. IAM's rates are not published, so it has no buckets.
macro_rules! operation {
    (read $name:literal $function:path) => {
        operation!($name, false, $function)
    };
    (write $name:literal $function:path) => {
        operation!($name, true, $function)
    };
    ($name:literal, $mutating:literal, $function:path) => {
        Operation {
            name: $name,
            mutating: $mutating,
            category: None,
            run: |ctx, params| $function(ctx, params.decode()?),
        }
    };
}

pub(super) const OPERATIONS: &[Operation] = &[
    operation!(write "DeleteServerCertificate" change::delete),
    operation!(read "GetServerCertificate" read::get_certificate),
    operation!(read "ListServerCertificateTags" tags::list),
    operation!(read "ListServerCertificates" read::list),
    operation!(write "TagServerCertificate" tags::tag),
    operation!(write "UntagServerCertificate" tags::untag),
    operation!(write "UpdateServerCertificate" change::update),
    operation!(write "UploadServerCertificate" upload::upload),
];

/// Input that is a name and nothing else.
#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct OneCertificate {
    server_certificate_name: String,
}

/// An error whose HTTP status is not 400, as the API reference lists it.
fn error(code: &str, status: u16, message: String) -> ApiError {
    ApiError { code: code.to_owned(), status, message }
}

/// API: NoSuchEntity.
fn not_found(name: &str) -> ApiError {
    error("NoSuchEntity", 404, format!("The Server Certificate with name {name} cannot be found."))
}

/// API: EntityAlreadyExists.
fn exists(name: &str) -> ApiError {
    error("EntityAlreadyExists", 409, format!("The Server Certificate with name {name} already exists."))
}

/// API: LimitExceeded.
fn limit(what: &str, most: usize) -> ApiError {
    error("LimitExceeded", 409, format!("Cannot exceed quota for {what}: {most}"))
}

fn get<'c>(ctx: &'c Ctx<'_>, name: &str) -> Result<&'c ServerCertificate, ApiError> {
    ctx.state.iam.server_certificates.get(name).ok_or_else(|| not_found(name))
}

fn get_mut<'c>(ctx: &'c mut Ctx<'_>, name: &str) -> Result<&'c mut ServerCertificate, ApiError> {
    ctx.state.iam.server_certificates.get_mut(name).ok_or_else(|| not_found(name))
}

/// API model, serverCertificateNameType: `[\w+=,.@-]+`, 1 to 128.
fn check_name(name: &str, member: &str) -> Result<(), ApiError> {
    let good = (1..=128).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b));
    refuse(!good, || {
        ApiError::constraint(name, member, "Member must satisfy regular expression pattern: [\\w+=,.@-]+")
    })
}

/// API model, pathType: `/`, or visible ASCII between two slashes, 1 to 512.
fn check_path(path: &str, member: &str) -> Result<(), ApiError> {
    let good = (1..=512).contains(&path.len())
        && path.starts_with('/')
        && path.ends_with('/')
        && path.bytes().all(|b| b.is_ascii_graphic());
    refuse(!good, || {
        ApiError::constraint(
            path,
            member,
            "Member must satisfy regular expression pattern: (\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)",
        )
    })
}

/// Whether the name is taken. Names that differ in case only collide too: a guess that follows IAM's other names.
fn check_free(ctx: &Ctx<'_>, name: &str, except: Option<&str>) -> Result<(), ApiError> {
    let taken = |other: &String| other == name && except != Some(other.as_str());
    let similar = |other: &String| other.eq_ignore_ascii_case(name) && except != Some(other.as_str());
    refuse(ctx.state.iam.server_certificates.keys().any(taken), || exists(name))?;
    ctx.guess(ctx.state.iam.server_certificates.keys().any(similar), || exists(name))
}

/// ServerCertificateMetadata.
fn metadata(name: &str, certificate: &ServerCertificate) -> serde_json::Value {
    serde_json::json!({
        "Path": certificate.path,
        "ServerCertificateName": name,
        "ServerCertificateId": certificate.id,
        "Arn": certificate.arn(name),
        "UploadDate": iso8601(certificate.uploaded),
        "Expiration": iso8601(certificate.leaf.not_after),
    })
}
