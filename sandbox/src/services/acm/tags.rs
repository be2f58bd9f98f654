//! Tags of certificates.

use serde::Deserialize;
use serde_json::{Value, json};

use super::describe::OneCertificate;
use super::{Ctx, get, get_mut};
use crate::clock::millis;
use crate::services::refuse;
use crate::services::tag_lists::{self, MAX_TAGS, Tag};
use crate::state::TagMap;
use crate::wire::ApiError;

/// The tags of a create call, checked.
pub(super) fn check_new(tags: Option<Vec<Tag>>) -> Result<TagMap, ApiError> {
    let Some(tags) = tags else { return Ok(TagMap::new()) };
    let tags = check(tags)?;
    check_count(&tags)?;
    Ok(tags)
}

/// API: InvalidTagException; API model, TagList: at least one.
fn check(tags: Vec<Tag>) -> Result<TagMap, ApiError> {
    refuse(tags.is_empty(), || {
        super::invalid("Member must have length greater than or equal to 1 at 'tags'")
    })?;
    tag_lists::read(tags, invalid_tag)
}

fn invalid_tag(message: String) -> ApiError {
    ApiError::new("InvalidTagException", message)
}

/// API: TooManyTagsException.
fn check_count(tags: &TagMap) -> Result<(), ApiError> {
    refuse(tags.len() > MAX_TAGS, || {
        ApiError::new("TooManyTagsException", format!("A certificate can have at most {MAX_TAGS} tags"))
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TagsOfCertificate {
    certificate_arn: String,
    tags: Vec<Tag>,
}

/// AddTagsToCertificate.
pub(super) fn add(ctx: &mut Ctx<'_>, input: TagsOfCertificate) -> Result<Value, ApiError> {
    let tags = check(input.tags)?;
    let mut all = get(ctx, &input.certificate_arn)?.tags.current.clone();
    all.extend(tags);
    check_count(&all)?;
    set(ctx, &input.certificate_arn, all)
}

/// RemoveTagsFromCertificate: "If you do not specify the value portion of the tag when calling this function, the
/// tag will be removed regardless of value. If you specify a value, the tag is removed only if it is associated
/// with the specified value."
pub(super) fn remove(ctx: &mut Ctx<'_>, input: TagsOfCertificate) -> Result<Value, ApiError> {
    refuse(input.tags.is_empty(), || {
        super::invalid("Member must have length greater than or equal to 1 at 'tags'")
    })?;
    let mut all = get(ctx, &input.certificate_arn)?.tags.current.clone();
    for Tag { key, value } in input.tags {
        if value.is_none_or(|value| all.get(&key) == Some(&value)) {
            all.remove(&key);
        }
    }
    set(ctx, &input.certificate_arn, all)
}

fn set(ctx: &mut Ctx<'_>, arn: &str, tags: TagMap) -> Result<Value, ApiError> {
    let (now, lag) = (ctx.now, millis(ctx.state.tagging_lag));
    get_mut(ctx, arn)?.tags.change(now, lag, |current| *current = tags);
    Ok(json!({}))
}

/// ListTagsForCertificate.
pub(super) fn list(ctx: &Ctx<'_>, input: OneCertificate) -> Result<Value, ApiError> {
    let tags = &get(ctx, &input.certificate_arn)?.tags.current;
    Ok(json!({ "Tags": tag_lists::list(tags) }))
}
