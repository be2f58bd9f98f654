//! DescribeNetworkInterfaces.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{Ctx, refuse};
use crate::ACCOUNT;
use crate::state::NetworkInterface;
use crate::wire::ApiError;

/// As many as one filter may hold. API: DescribeNetworkInterfaces, `Filters`; EC2, "List and filter your resources".
const MOST_VALUES: usize = 200;

/// As many as one answer holds where nothing is said.
const PAGE: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeNetworkInterfaces {
    filter: Option<Vec<Filter>>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Filter {
    name: String,
    value: Option<Vec<String>>,
}

/// DescribeNetworkInterfaces: those that all filters take, by id and in pages.
pub(super) fn describe(ctx: &Ctx<'_>, input: DescribeNetworkInterfaces) -> Result<Value, ApiError> {
    let invalid = |message: String| ApiError::new("InvalidParameterValue", message);
    let page = match input.max_results {
        None => PAGE,
        Some(size) => {
            let fits = usize::try_from(size).ok().filter(|size| (5..=PAGE).contains(size));
            fits.ok_or_else(|| {
                invalid(format!(
                    "Value ( {size} ) for parameter maxResults is invalid. Expecting a value from 5 to {PAGE}."
                ))
            })?
        }
    };
    let filters = input.filter.unwrap_or_default();
    for filter in &filters {
        let count = filter.value.as_ref().map_or(0, Vec::len);
        refuse(count > MOST_VALUES, || {
            ApiError::new("FilterLimitExceeded", "The maximum number of filter values is 200".to_owned())
        })?;
        refuse(values(ctx, "", &NetworkInterface::default(), &filter.name).is_none(), || {
            invalid(format!("The filter '{}' is invalid", filter.name))
        })?;
    }
    let takes = |id: &str, one: &NetworkInterface| {
        filters.iter().all(|filter| {
            let own = values(ctx, id, one, &filter.name).unwrap_or_default();
            filter.value.iter().flatten().any(|value| own.contains(value))
        })
    };
    let all = ctx.state.interfaces(ctx.resources());
    let found: Vec<Value> =
        all.iter().filter(|(id, one)| takes(id, one)).map(|(id, one)| interface(ctx, id, one)).collect();
    let start = match &input.next_token {
        None => 0,
        Some(token) => {
            let number = token.strip_prefix("page+").and_then(|rest| rest.strip_suffix('='));
            let start = number.and_then(|text| text.parse::<usize>().ok()).filter(|at| *at < found.len());
            start.ok_or_else(|| invalid(format!("Invalid value '{token}' for nextToken")))?
        }
    };
    let end = (start + page).min(found.len());
    let next = (end < found.len()).then(|| format!("page+{end}="));
    Ok(json!({ "networkInterfaceSet": found[start..end], "nextToken": next }))
}

/// What a filter looks at; none: there is no such filter here.
fn values(ctx: &Ctx<'_>, id: &str, one: &NetworkInterface, filter: &str) -> Option<Vec<String>> {
    Some(match filter {
        "addresses.private-ip-address" => one.addresses.clone(),
        "private-ip-address" => one.addresses.first().cloned().into_iter().collect(),
        "attachment.instance-id" => one.instance.iter().map(|(id, _)| id.clone()).collect(),
        "attachment.device-index" => one.instance.iter().map(|(_, index)| index.to_string()).collect(),
        "group-id" => one.security_groups.clone(),
        "network-interface-id" => vec![id.to_owned()],
        "vpc-id" => vec![ctx.state.vpc.clone()],
        _ => return None,
    })
}

/// `NetworkInterface`
fn interface(ctx: &Ctx<'_>, id: &str, one: &NetworkInterface) -> Value {
    let groups: Value = one
        .security_groups
        .iter()
        .map(|group| json!({ "groupId": group, "groupName": group.trim_start_matches("sg-") }))
        .collect();
    let addresses: Value = one
        .addresses
        .iter()
        .enumerate()
        .map(|(at, address)| json!({ "privateIpAddress": address, "primary": at == 0 }))
        .collect();
    let attachment = one.instance.as_ref().map(|(instance, index)| {
        json!({ "instanceId": instance, "deviceIndex": index, "status": "attached", "instanceOwnerId": ACCOUNT })
    });
    json!({
        "networkInterfaceId": id,
        "vpcId": ctx.state.vpc,
        "ownerId": ACCOUNT,
        "status": if attachment.is_some() { "in-use" } else { "available" },
        "privateIpAddress": one.addresses.first(),
        "groupSet": groups,
        "attachment": attachment,
        "privateIpAddressesSet": addresses,
    })
}
