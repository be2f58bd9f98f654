//! Tags of load balancers, target groups, listeners and rules, and what becomes of a deleted resource's.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, Kind};
use crate::clock::millis;
use crate::services::refuse;
use crate::state::{Listener, LoadBalancer, Region, Rule, TagMap, Tags, TargetGroup};
use crate::wire::ApiError;

/// A resource has at most this many tags. The number is documented for other services; here it is a guess.
const MAX_TAGS: usize = 50;

/// Tag. `Value` is optional in the API model.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Tag {
    key: String,
    value: Option<String>,
}

/// The tags of a create call, checked.
pub(super) fn check_new(ctx: &Ctx<'_>, tags: Option<Vec<Tag>>) -> Result<TagMap, ApiError> {
    let Some(tags) = tags else { return Ok(TagMap::new()) };
    let tags = check(tags)?;
    check_count(ctx, &tags)?;
    Ok(tags)
}

fn check(tags: Vec<Tag>) -> Result<TagMap, ApiError> {
    // API model, TagList: at least one.
    refuse(tags.is_empty(), || {
        ApiError::constraint("[]", "tags", "Member must have length greater than or equal to 1")
    })?;
    let mut map = TagMap::new();
    for Tag { key, value } in tags {
        let value = value.unwrap_or_default();
        check_key(&key)?;
        refuse(value.chars().count() > 256 || !value.chars().all(is_tag_char), || {
            ApiError::constraint(
                &value,
                "tags.member.value",
                "Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$ and have length less than or equal to 256",
            )
        })?;
        // AddTags, API: DuplicateTagKeys.
        refuse(map.contains_key(&key), || {
            ApiError::new("DuplicateTagKeys", format!("The tag key '{key}' was specified more than once"))
        })?;
        map.insert(key, value);
    }
    Ok(map)
}

/// API model, TagKey; the prefix `aws:` is reserved (user guide, "Tags").
fn check_key(key: &str) -> Result<(), ApiError> {
    let length = key.chars().count();
    refuse(!(1..=128).contains(&length) || !key.chars().all(is_tag_char), || {
        ApiError::constraint(
            key,
            "tags.member.key",
            "Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$ and have length between 1 and 128",
        )
    })?;
    refuse(key.to_lowercase().starts_with("aws:"), || {
        ApiError::validation("aws: prefixed tag key names are not allowed for external use")
    })
}

/// Letters, numbers, separators (but no tabs or newlines, which are controls), and `_.:/=+-@`.
pub(in crate::services) fn is_tag_char(c: char) -> bool {
    c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}

/// AddTags, API: TooManyTags.
fn check_count(ctx: &Ctx<'_>, tags: &TagMap) -> Result<(), ApiError> {
    ctx.guess(tags.len() > MAX_TAGS, || {
        ApiError::new("TooManyTags", format!("The maximum number of tags per resource is {MAX_TAGS}"))
    })
}

/// DescribeTags, `ResourceArns`: up to 20; for AddTags and RemoveTags that is a guess.
fn check_arns(ctx: &Ctx<'_>, arns: &[String], documented: bool) -> Result<(), ApiError> {
    refuse(arns.is_empty(), || ApiError::validation("At least one resource ARN must be specified"))?;
    let error = || ApiError::validation("Up to 20 resources can be specified in a single call");
    let refused = arns.len() > 20;
    if documented { refuse(refused, error) } else { ctx.guess(refused, error) }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AddTags {
    resource_arns: Vec<String>,
    tags: Vec<Tag>,
}

pub(super) fn add(ctx: &mut Ctx<'_>, input: AddTags) -> Result<Value, ApiError> {
    check_arns(ctx, &input.resource_arns, false)?;
    let tags = check(input.tags)?;
    for arn in &input.resource_arns {
        let mut all = find(ctx.resources(), arn)?.current.clone();
        all.extend(tags.clone());
        check_count(ctx, &all)?;
    }
    change(ctx, &input.resource_arns, |current| current.extend(tags.clone()));
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RemoveTags {
    resource_arns: Vec<String>,
    tag_keys: Vec<String>,
}

/// RemoveTags: keys that are not there are ignored.
pub(super) fn remove(ctx: &mut Ctx<'_>, input: RemoveTags) -> Result<Value, ApiError> {
    check_arns(ctx, &input.resource_arns, false)?;
    input.tag_keys.iter().try_for_each(|key| check_key(key))?;
    for arn in &input.resource_arns {
        find(ctx.resources(), arn)?;
    }
    change(ctx, &input.resource_arns, |current| current.retain(|key, _| !input.tag_keys.contains(key)));
    Ok(json!({}))
}

fn change(ctx: &mut Ctx<'_>, arns: &[String], edit: impl Fn(&mut TagMap)) {
    let (now, lag) = (ctx.now, millis(ctx.state.tagging_lag));
    let arns: BTreeSet<&String> = arns.iter().collect();
    for arn in arns {
        if let Some(tags) = find_mut(ctx.resources_mut(), arn) {
            tags.change(now, lag, &edit);
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeTags {
    resource_arns: Vec<String>,
}

/// DescribeTags: one missing resource fails the whole call.
pub(super) fn describe(ctx: &Ctx<'_>, input: DescribeTags) -> Result<Value, ApiError> {
    check_arns(ctx, &input.resource_arns, true)?;
    let one = |arn: &String| -> Result<Value, ApiError> {
        let tags = see(ctx, arn)?;
        let tags: Vec<Value> = tags.current.iter().map(|(k, v)| json!({ "Key": k, "Value": v })).collect();
        Ok(json!({ "ResourceArn": arn, "Tags": tags }))
    };
    let mut seen = BTreeSet::new();
    let arns = input.resource_arns.iter().filter(|arn| seen.insert(*arn));
    let descriptions = arns.map(one).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "TagDescriptions": descriptions }))
}

fn kind_of(arn: &str) -> Result<Kind, ApiError> {
    Kind::of(arn).ok_or_else(|| ApiError::validation(format!("'{arn}' is not a valid resource ARN")))
}

fn see<'c>(ctx: &'c Ctx<'_>, arn: &str) -> Result<&'c Tags, ApiError> {
    Ok(match kind_of(arn)? {
        Kind::LoadBalancer => &ctx.see::<LoadBalancer>(arn)?.tags,
        Kind::TargetGroup => &ctx.see::<TargetGroup>(arn)?.tags,
        Kind::Listener => &ctx.see::<Listener>(arn)?.tags,
        Kind::Rule => &ctx.see::<Rule>(arn)?.tags,
    })
}

fn find<'r>(region: &'r Region, arn: &str) -> Result<&'r Tags, ApiError> {
    let kind = kind_of(arn)?;
    let tags = match kind {
        Kind::LoadBalancer => region.load_balancers.get(arn).map(|r| &r.tags),
        Kind::TargetGroup => region.target_groups.get(arn).map(|r| &r.tags),
        Kind::Listener => region.listeners.get(arn).map(|r| &r.tags),
        Kind::Rule => region.rules.get(arn).map(|r| &r.tags),
    };
    tags.ok_or_else(|| kind.not_found())
}

fn find_mut<'r>(region: &'r mut Region, arn: &str) -> Option<&'r mut Tags> {
    match Kind::of(arn)? {
        Kind::LoadBalancer => region.load_balancers.get_mut(arn).map(|r| &mut r.tags),
        Kind::TargetGroup => region.target_groups.get_mut(arn).map(|r| &mut r.tags),
        Kind::Listener => region.listeners.get_mut(arn).map(|r| &mut r.tags),
        Kind::Rule => region.rules.get_mut(arn).map(|r| &mut r.tags),
    }
}

/// All resources with their tags, for the tagging API.
pub(in crate::services) fn all(region: &Region) -> BTreeMap<&str, (&Tags, crate::clock::Millis)> {
    let mut all = BTreeMap::new();
    all.extend(region.load_balancers.iter().map(|(arn, r)| (arn.as_str(), (&r.tags, r.created))));
    all.extend(region.target_groups.iter().map(|(arn, r)| (arn.as_str(), (&r.tags, r.created))));
    all.extend(region.listeners.iter().map(|(arn, r)| (arn.as_str(), (&r.tags, r.created))));
    all.extend(region.rules.iter().map(|(arn, r)| (arn.as_str(), (&r.tags, r.created))));
    all
}
