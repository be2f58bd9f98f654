//! Lists of tags in calls of services that share the rules but not the error codes.

use serde::Deserialize;

use super::{elbv2, refuse};
use crate::state::TagMap;
use crate::wire::ApiError;

/// A resource has at most this many tags (ACM and IAM: `TooManyTagsException`, `LimitExceeded`).
pub(super) const MAX_TAGS: usize = 50;

/// Tag. `Value` is optional in ACM's API model.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Tag {
    pub(super) key: String,
    pub(super) value: Option<String>,
}

/// The tags as a map: the last one of a key counts. `invalid` makes the error.
pub(super) fn read(tags: Vec<Tag>, invalid: fn(String) -> ApiError) -> Result<TagMap, ApiError> {
    let mut map = TagMap::new();
    for Tag { key, value } in tags {
        let value = value.unwrap_or_default();
        check_key(&key, invalid)?;
        // API models: tagValueType, TagValue.
        refuse(value.chars().count() > 256 || !value.chars().all(elbv2::is_tag_char), || {
            invalid(format!("The value of the tag '{key}' is not valid"))
        })?;
        map.insert(key, value);
    }
    Ok(map)
}

/// API models, TagKey and tagKeyType; the prefix `aws:` is reserved.
pub(super) fn check_key(key: &str, invalid: fn(String) -> ApiError) -> Result<(), ApiError> {
    let length = key.chars().count();
    refuse(!(1..=128).contains(&length) || !key.chars().all(elbv2::is_tag_char), || {
        invalid(format!("The tag key '{key}' is not valid"))
    })?;
    refuse(key.to_lowercase().starts_with("aws:"), || {
        invalid("aws: prefixed tag key names are not allowed for external use".to_owned())
    })
}

/// The tags as a list, by key.
pub(super) fn list(tags: &TagMap) -> Vec<serde_json::Value> {
    tags.iter().map(|(key, value)| serde_json::json!({ "Key": key, "Value": value })).collect()
}
