//! Tags of hosted zones.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{bare, error, invalid, zone, zone_mut};
use crate::services::{Ctx, refuse};
use crate::state::TagMap;
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Change {
    resource_type: String,
    resource_id: String,
    #[serde(default)]
    add_tags: Vec<Tag>,
    #[serde(default)]
    remove_tag_keys: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct List {
    resource_type: String,
    resource_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListSeveral {
    resource_type: String,
    resource_ids: Vec<String>,
}

/// ChangeTagsForResource: at most 10 tags and 10 keys in a call, 10 tags on a resource.
const MOST: usize = 10;

/// TagResourceType; the sandbox has no health checks, so none has this id.
fn check_type(kind: &str, id: &str) -> Result<(), ApiError> {
    match kind {
        "hostedzone" => Ok(()),
        "healthcheck" => {
            Err(error(404, "NoSuchHealthCheck", format!("A health check with id {id} does not exist.")))
        }
        _ => Err(invalid(format!(
            "Value '{kind}' at 'resourceType' failed to satisfy constraint: Member must satisfy enum value \
             set: [healthcheck, hostedzone]"
        ))),
    }
}

pub(super) fn change(ctx: &mut Ctx<'_>, input: Change) -> Result<Value, ApiError> {
    let id = bare(&input.resource_id);
    check_type(&input.resource_type, id)?;
    let (add, remove) = (input.add_tags, input.remove_tag_keys);
    refuse(add.is_empty() && remove.is_empty(), || invalid("AddTags or RemoveTagKeys must be given"))?;
    refuse(add.len() > MOST || remove.len() > MOST, || {
        invalid(format!("AddTags and RemoveTagKeys can have at most {MOST} members"))
    })?;
    let bad = |tag: &Tag| !(1..=128).contains(&tag.key.chars().count()) || tag.value.chars().count() > 256;
    refuse(add.iter().any(bad), || invalid("A tag key has 1 to 128 characters, a value at most 256"))?;
    let mut tags = zone(ctx, id)?.tags.clone();
    tags.retain(|key, _| !remove.contains(key));
    tags.extend(add.into_iter().map(|tag| (tag.key, tag.value)));
    refuse(tags.len() > MOST, || invalid(format!("A resource can have at most {MOST} tags")))?;
    zone_mut(ctx, id)?.tags = tags;
    Ok(json!({}))
}

pub(super) fn list(ctx: &Ctx<'_>, input: List) -> Result<Value, ApiError> {
    let id = bare(&input.resource_id);
    check_type(&input.resource_type, id)?;
    Ok(json!({ "ResourceTagSet": tag_set(id, &zone(ctx, id)?.tags) }))
}

pub(super) fn list_several(ctx: &Ctx<'_>, input: ListSeveral) -> Result<Value, ApiError> {
    refuse(!(1..=MOST).contains(&input.resource_ids.len()), || {
        invalid(format!("ResourceIds must have 1 to {MOST} members"))
    })?;
    let mut sets = Vec::new();
    for id in &input.resource_ids {
        let id = bare(id);
        check_type(&input.resource_type, id)?;
        sets.push(tag_set(id, &zone(ctx, id)?.tags));
    }
    Ok(json!({ "ResourceTagSets": sets }))
}

fn tag_set(id: &str, tags: &TagMap) -> Value {
    let tags: Vec<Value> = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    json!({ "ResourceType": "hostedzone", "ResourceId": id, "Tags": tags })
}
