//! GetCertificate, DeleteCertificate, UpdateCertificateOptions.

use serde::Deserialize;
use serde_json::{Value, json};

use super::describe::OneCertificate;
use super::request::Options;
use super::{Ctx, forget, get, get_mut, invalid};
use crate::pki;
use crate::services::refuse;
use crate::state::CertificateStatus;
use crate::state::acm::Origin;
use crate::wire::ApiError;

/// GetCertificate, API: RequestInProgressException as long as it is not issued.
fn get_one(ctx: &Ctx<'_>, arn: &str) -> Result<(String, Option<String>), ApiError> {
    let certificate = get(ctx, arn)?;
    match (&certificate.origin, certificate.status(ctx.now)) {
        (Origin::Imported(imported), _) => Ok((imported.body.clone(), imported.chain.clone())),
        (Origin::Requested(requested), CertificateStatus::Issued | CertificateStatus::Expired) => {
            let seed = arn.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
            let validity = requested.validity().unwrap_or_default();
            let made = pki::make(&requested.names, requested.key_algorithm, seed ^ validity.0, validity);
            let (body, chain) =
                made.ok_or_else(|| invalid("The sandbox makes no certificate of this kind"))?;
            Ok((body, Some(chain)))
        }
        (Origin::Requested(_), status) => Err(ApiError::new(
            "RequestInProgressException",
            format!("Certificate {arn} is in status {status}; it has not been issued yet"),
        )),
    }
}

pub(super) fn get_certificate(ctx: &Ctx<'_>, input: OneCertificate) -> Result<Value, ApiError> {
    let (body, chain) = get_one(ctx, &input.certificate_arn)?;
    let mut answer = json!({ "Certificate": body });
    if let Some(chain) = chain {
        answer["CertificateChain"] = json!(chain);
    }
    Ok(answer)
}

/// DeleteCertificate, API: ResourceInUseException "if the certificate is being used by another AWS service". The
/// association ends some time after the load balancer let go of it.
pub(super) fn delete(ctx: &mut Ctx<'_>, input: OneCertificate) -> Result<Value, ApiError> {
    let arn = input.certificate_arn;
    get(ctx, &arn)?;
    let users = ctx.resources().certificate_users(&arn, ctx.now);
    refuse(!users.is_empty(), || {
        ApiError::new(
            "ResourceInUseException",
            format!("Certificate {arn} in account {} is in use.", crate::ACCOUNT),
        )
    })?;
    forget(ctx, &arn);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UpdateCertificateOptions {
    certificate_arn: String,
    options: Options,
}

/// UpdateCertificateOptions. API: InvalidStateException for certificates that ACM did not issue.
pub(super) fn update_options(ctx: &mut Ctx<'_>, input: UpdateCertificateOptions) -> Result<Value, ApiError> {
    let wanted = input.options;
    match &mut get_mut(ctx, &input.certificate_arn)?.origin {
        Origin::Imported(_) => Err(ApiError::new(
            "InvalidStateException",
            "The options of imported certificates cannot be changed",
        )),
        Origin::Requested(requested) => {
            // CertificateOptions, `Export`: "You cannot update the value of Export after the certificate is created."
            refuse(wanted.export.is_some_and(|export| export != requested.export), || {
                ApiError::new("InvalidStateException", "The export option cannot be changed")
            })?;
            if let Some(logging) = wanted.certificate_transparency_logging_preference {
                requested.transparency_logging = logging;
            }
            Ok(json!({}))
        }
    }
}
