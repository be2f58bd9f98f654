//! Resource Groups Tagging API: finding resources by their tags. It lags behind the services and, for a while,
//! returns what is gone ([`State::tagging_lag`](crate::State), `tagging_keeps_deleted`).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ctx, Operation, elbv2, refuse};
use crate::clock::millis;
use crate::state::TagMap;
use crate::wire::ApiError;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "GetResources",
    mutating: false,
    category: None,
    run: |ctx, params| get_resources(ctx, params.decode()?),
}];

/// GetResources, `ResourcesPerPage`: 1 to 100; 50 if it is not given.
const PAGE: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct GetResources {
    pagination_token: Option<String>,
    tag_filters: Option<Vec<TagFilter>>,
    resources_per_page: Option<usize>,
    tags_per_page: Option<usize>,
    resource_type_filters: Option<Vec<String>>,
    include_compliance_details: Option<bool>,
    exclude_compliant_resources: Option<bool>,
    #[serde(rename = "ResourceARNList")]
    resource_arn_list: Option<Vec<String>>,
}

/// TagFilter: the key, and one of the values if there are some.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TagFilter {
    key: Option<String>,
    values: Option<Vec<String>>,
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterException", message)
}

fn get_resources(ctx: &Ctx<'_>, input: GetResources) -> Result<Value, ApiError> {
    check(&input)?;
    let filters = input.tag_filters.unwrap_or_default();
    let types = input.resource_type_filters.unwrap_or_default();
    let arns = input.resource_arn_list.unwrap_or_default();
    let wanted = |arn: &str, tags: &TagMap| {
        filters.iter().all(|filter| filter.matches(tags))
            && (types.is_empty() || types.iter().any(|t| is_of_type(arn, t)))
            && (arns.is_empty() || arns.iter().any(|a| a == arn))
    };
    let found = known(ctx).into_iter().filter(|(arn, tags)| wanted(arn, tags)).collect::<Vec<_>>();
    let size = input.resources_per_page.unwrap_or(PAGE);
    let token = input.pagination_token.filter(|t| !t.is_empty());
    let start = token.map_or(Some(0), |t| t.strip_prefix(TOKEN)?.parse::<usize>().ok());
    let start =
        start.ok_or_else(|| ApiError::new("PaginationTokenExpiredException", "The token is not valid"))?;
    let page: Vec<Value> =
        found.iter().skip(start).take(size).map(|(arn, tags)| mapping(arn, tags)).collect();
    let next = start.saturating_add(size);
    let token = if next < found.len() { format!("{TOKEN}{next}") } else { String::new() };
    Ok(json!({ "PaginationToken": token, "ResourceTagMappingList": page }))
}

/// What pagination tokens begin with.
const TOKEN: &str = "next-";

/// GetResources: the ranges of the API model, and what cannot be combined.
fn check(input: &GetResources) -> Result<(), ApiError> {
    refuse(input.resources_per_page.is_some_and(|n| !(1..=100).contains(&n)), || {
        invalid("ResourcesPerPage must be between 1 and 100")
    })?;
    // `TagsPerPage` is deprecated and cannot be smaller than what fits a resource.
    refuse(input.tags_per_page.is_some_and(|n| !(100..=500).contains(&n)), || {
        invalid("TagsPerPage must be between 100 and 500")
    })?;
    let filters = input.tag_filters.as_deref().unwrap_or_default();
    refuse(filters.len() > 50, || invalid("Up to 50 tag filters can be specified"))?;
    refuse(filters.iter().any(|f| f.key.as_deref().unwrap_or_default().is_empty()), || {
        invalid("A tag filter must have a key")
    })?;
    refuse(filters.iter().any(|f| f.values.as_ref().is_some_and(|v| v.len() > 20)), || {
        invalid("A tag filter can have up to 20 values")
    })?;
    let arns = input.resource_arn_list.as_deref();
    refuse(arns.is_some_and(|a| a.is_empty() || a.len() > 100), || {
        invalid("ResourceARNList must have 1 to 100 ARNs")
    })?;
    let filtered = !filters.is_empty() || input.resource_type_filters.as_ref().is_some_and(|t| !t.is_empty());
    refuse(arns.is_some() && (filtered || input.resources_per_page.is_some()), || {
        invalid("ResourceARNList cannot be combined with filters or a page size")
    })?;
    // Tag policies are a matter of AWS Organizations, which the sandbox does not have.
    let compliance = [input.include_compliance_details, input.exclude_compliant_resources];
    refuse(compliance.contains(&Some(true)), || invalid("The sandbox has no tag policies"))
}

impl TagFilter {
    fn matches(&self, tags: &TagMap) -> bool {
        let value = self.key.as_ref().and_then(|key| tags.get(key));
        let values = self.values.as_deref().unwrap_or_default();
        value.is_some_and(|value| values.is_empty() || values.contains(value))
    }
}

/// `elasticloadbalancing`, `elasticloadbalancing:loadbalancer`, `elasticloadbalancing:loadbalancer/app` ...
fn is_of_type(arn: &str, filter: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let (service, resource) = (parts.nth(2).unwrap_or_default(), parts.nth(2).unwrap_or_default());
    match filter.split_once(':') {
        None => service == filter,
        Some((wanted, kind)) => {
            service == wanted && resource.strip_prefix(kind).is_some_and(|rest| rest.starts_with('/'))
        }
    }
}

/// What the tagging API knows: resources that are or were tagged, by ARN, as it saw them last.
fn known<'c>(ctx: &'c Ctx<'_>) -> Vec<(&'c str, &'c TagMap)> {
    let (lag, kept) = (millis(ctx.state.tagging_lag), millis(ctx.state.tagging_keeps_deleted));
    let certificates = ctx.resources().certificates.iter();
    let certificates = certificates.map(|(arn, c)| (arn.as_str(), (&c.tags, c.created)));
    let live = elbv2::tagged(ctx.resources()).into_iter().chain(certificates);
    let live = live.filter(|(_, (_, created))| ctx.sees(*created));
    let live = live.filter_map(|(arn, (tags, _))| Some((arn, tags.seen(ctx.now, lag)?)));
    let gone = ctx.resources().deleted.iter().filter(|d| ctx.now < d.at.saturating_add(kept));
    let mut all: Vec<_> = live.chain(gone.map(|d| (d.arn.as_str(), &d.tags))).collect();
    all.sort_by_key(|(arn, _)| *arn);
    all
}

fn mapping(arn: &str, tags: &TagMap) -> Value {
    let tags: Vec<Value> = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    json!({ "ResourceARN": arn, "Tags": tags })
}

#[cfg(test)]
mod tests {
    use super::is_of_type;

    #[test]
    fn type_filters() {
        let arn = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/n/1/2";
        for yes in
            ["elasticloadbalancing", "elasticloadbalancing:listener", "elasticloadbalancing:listener/app"]
        {
            assert!(is_of_type(arn, yes), "{yes}");
        }
        for no in ["ec2", "elasticloadbalancing:listener-rule", "elasticloadbalancing:list", "ec2:listener"] {
            assert!(!is_of_type(arn, no), "{no}");
        }
    }
}
