//! UpdateServerCertificate, DeleteServerCertificate.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, OneCertificate, check_free, check_name, check_path, error, get, not_found};
use crate::services::refuse;
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UpdateServerCertificate {
    server_certificate_name: String,
    new_path: Option<String>,
    new_server_certificate_name: Option<String>,
}

/// UpdateServerCertificate: name and path, and with them the ARN. Whoever refers to the old ARN is not told.
pub(super) fn update(ctx: &mut Ctx<'_>, input: UpdateServerCertificate) -> Result<Value, ApiError> {
    let old = input.server_certificate_name;
    get(ctx, &old)?;
    let new = input.new_server_certificate_name.unwrap_or_else(|| old.clone());
    check_name(&new, "newServerCertificateName")?;
    if let Some(path) = &input.new_path {
        check_path(path, "newPath")?;
    }
    check_free(ctx, &new, Some(&old))?;
    let now = ctx.now;
    let all = &mut ctx.state.iam.server_certificates;
    let mut certificate = all.remove(&old).ok_or_else(|| not_found(&old))?;
    let arn = certificate.arn(&old);
    if let Some(path) = input.new_path {
        certificate.path = path;
    }
    if certificate.arn(&new) != arn {
        certificate.named = now;
    }
    all.insert(new, certificate);
    Ok(json!({}))
}

/// DeleteServerCertificate, API: DeleteConflict. AWS warns that it may not notice every use; this one does.
pub(super) fn delete(ctx: &mut Ctx<'_>, input: OneCertificate) -> Result<Value, ApiError> {
    let name = input.server_certificate_name;
    let arn = get(ctx, &name)?.arn(&name);
    refuse(ctx.state.regions.values().any(|region| region.is_certificate_used(&arn)), || {
        let message = format!("Certificate: {} is currently in use by {arn}.", name);
        error("DeleteConflict", 409, message)
    })?;
    ctx.state.iam.server_certificates.remove(&name);
    Ok(json!({}))
}
