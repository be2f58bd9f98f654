//! GetServerCertificate, ListServerCertificates.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, OneCertificate, get, metadata};
use crate::services::refuse;
use crate::services::tag_lists;
use crate::wire::ApiError;

/// GetServerCertificate. The private key is never returned: nobody has it.
fn get_one(ctx: &Ctx<'_>, name: &str) -> Result<Value, ApiError> {
    let certificate = get(ctx, name)?;
    Ok(json!({
        "ServerCertificateMetadata": metadata(name, certificate),
        "CertificateBody": certificate.body,
        "CertificateChain": certificate.chain,
        "Tags": tag_lists::list(&certificate.tags),
    }))
}

pub(super) fn get_certificate(ctx: &Ctx<'_>, input: OneCertificate) -> Result<Value, ApiError> {
    Ok(json!({ "ServerCertificate": get_one(ctx, &input.server_certificate_name)? }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListServerCertificates {
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

/// ListServerCertificates, `MaxItems`: 1 to 1000, 100 by default.
pub(super) fn list(ctx: &Ctx<'_>, input: ListServerCertificates) -> Result<Value, ApiError> {
    let size = input.max_items.unwrap_or(100);
    refuse(!(1..=1000).contains(&size), || {
        ApiError::constraint(&size.to_string(), "maxItems", "Member must have value between 1 and 1000")
    })?;
    let prefix = input.path_prefix.unwrap_or_else(|| "/".to_owned());
    // API model, pathPrefixType: begins with a slash, visible ASCII, 1 to 512.
    let good = prefix.starts_with('/') && prefix.len() <= 512 && prefix.bytes().all(|b| b.is_ascii_graphic());
    refuse(!good, || {
        let constraint = "Member must satisfy regular expression pattern: \\u002F[\\u0021-\\u007F]*";
        ApiError::constraint(&prefix, "pathPrefix", constraint)
    })?;
    let all = ctx.state.iam.server_certificates.iter();
    let found: Vec<_> = all.filter(|(_, certificate)| certificate.path.starts_with(&prefix)).collect();
    let start = input.marker.map_or(Some(0), |m| m.strip_prefix(MARKER)?.parse::<usize>().ok());
    let start = start.ok_or_else(|| ApiError::validation("Invalid marker"))?;
    let next = start.saturating_add(size);
    let page: Vec<Value> = found.iter().skip(start).take(size).map(|(name, c)| metadata(name, c)).collect();
    let more = next < found.len();
    Ok(json!({
        "ServerCertificateMetadataList": page,
        "IsTruncated": more,
        "Marker": more.then(|| format!("{MARKER}{next}")),
    }))
}

const MARKER: &str = "from-";
