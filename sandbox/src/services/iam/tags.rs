//! Tags of server certificates.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, get, get_mut, limit};
use crate::services::refuse;
use crate::services::tag_lists::{self, MAX_TAGS, Tag};
use crate::state::TagMap;
use crate::wire::ApiError;

/// The tags of an upload, checked. API: InvalidInput.
pub(super) fn check_new(tags: Vec<Tag>) -> Result<TagMap, ApiError> {
    let tags = tag_lists::read(tags, invalid)?;
    check_count(&tags)?;
    Ok(tags)
}

fn invalid(message: String) -> ApiError {
    ApiError::new("InvalidInput", message)
}

/// API: LimitExceeded.
fn check_count(tags: &TagMap) -> Result<(), ApiError> {
    refuse(tags.len() > MAX_TAGS, || limit("TagsPerServerCertificate", MAX_TAGS))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TagServerCertificate {
    server_certificate_name: String,
    tags: Vec<Tag>,
}

/// TagServerCertificate.
pub(super) fn tag(ctx: &mut Ctx<'_>, input: TagServerCertificate) -> Result<Value, ApiError> {
    let tags = tag_lists::read(input.tags, invalid)?;
    let mut all = get(ctx, &input.server_certificate_name)?.tags.clone();
    all.extend(tags);
    check_count(&all)?;
    get_mut(ctx, &input.server_certificate_name)?.tags = all;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UntagServerCertificate {
    server_certificate_name: String,
    tag_keys: Vec<String>,
}

/// UntagServerCertificate.
pub(super) fn untag(ctx: &mut Ctx<'_>, input: UntagServerCertificate) -> Result<Value, ApiError> {
    input.tag_keys.iter().try_for_each(|key| tag_lists::check_key(key, invalid))?;
    let certificate = get_mut(ctx, &input.server_certificate_name)?;
    certificate.tags.retain(|key, _| !input.tag_keys.contains(key));
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListServerCertificateTags {
    server_certificate_name: String,
    #[serde(rename = "Marker")]
    _marker: Option<String>,
    #[serde(rename = "MaxItems")]
    _max_items: Option<u32>,
}

/// ListServerCertificateTags: a certificate's tags always fit one page.
pub(super) fn list(ctx: &Ctx<'_>, input: ListServerCertificateTags) -> Result<Value, ApiError> {
    let tags = &get(ctx, &input.server_certificate_name)?.tags;
    Ok(json!({ "Tags": tag_lists::list(tags), "IsTruncated": false }))
}
