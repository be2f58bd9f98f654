//! Hosted zones.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{bare, changes, check_ready, error, invalid, no_such_zone, page_size, zone};
use crate::domain_name::{canonical, sort_key};
use crate::services::{Ctx, refuse};
use crate::state::ids::IdKind;
use crate::state::route53::{HostedZone, Vpc};
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Create {
    name: String,
    caller_reference: String,
    #[serde(rename = "VPC")]
    vpc: Option<VpcInput>,
    hosted_zone_config: Option<Config>,
    delegation_set_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Config {
    comment: Option<String>,
    private_zone: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VpcInput {
    #[serde(rename = "VPCId")]
    id: String,
    #[serde(rename = "VPCRegion")]
    region: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ById {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct List {
    marker: Option<String>,
    max_items: Option<usize>,
    delegation_set_id: Option<String>,
    hosted_zone_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListByName {
    #[serde(rename = "DNSName")]
    dns_name: Option<String>,
    hosted_zone_id: Option<String>,
    max_items: Option<usize>,
}

/// ListHostedZones and ListHostedZonesByName, `MaxItems`: at most 100.
const PAGE: usize = 100;

pub(super) fn create(ctx: &mut Ctx<'_>, input: Create) -> Result<Value, ApiError> {
    let name = check_name(&input.name)?;
    let vpc = input.vpc.map(|vpc| Vpc { id: vpc.id, region: vpc.region });
    check(ctx, &input.caller_reference, input.delegation_set_id.as_deref())?;
    let config = input.hosted_zone_config;
    refuse(vpc.is_none() && config.as_ref().is_some_and(|c| c.private_zone == Some(true)), || {
        invalid(
            "When you're creating a private hosted zone (when you specify true for PrivateZone), you must \
             also specify values for VPCId and VPCRegion.",
        )
    })?;
    if let Some(vpc) = &vpc {
        check_vpc(ctx, &name, vpc)?;
    }
    let comment = config.and_then(|config| config.comment);
    let id = ctx.state.new_zone(name, input.caller_reference, comment, vpc);
    let change = ctx.state.ids.next(IdKind::Change).to_uppercase();
    let change = ctx.state.route53.submit(format!("C{change}"), None, ctx.now);
    let zone = zone(ctx, &id)?;
    Ok(json!({
        "HostedZone": zone_json(&id, zone),
        "ChangeInfo": changes::change_json(&change, ctx.now),
        "DelegationSet": delegation_set(zone),
        "VPC": zone.vpcs.first().map(vpc_json),
        "Location": format!("https://route53.amazonaws.com/2013-04-01/hostedzone/{id}"),
    }))
}

/// CreateHostedZone, `Name`; InvalidDomainName. Developer guide, "Using an asterisk in the names of hosted
/// zones": not in the leftmost label.
fn check_name(name: &str) -> Result<String, ApiError> {
    let invalid_name = |why: &str| error(400, "InvalidDomainName", format!("{name} {why}"));
    let name = canonical(name).map_err(|_| invalid_name("is not a valid domain name"))?;
    refuse(name.split('.').next().is_some_and(|label| label.contains("\\052")), || {
        invalid_name("cannot have an asterisk in its leftmost label")
    })?;
    Ok(name)
}

/// CreateHostedZone: HostedZoneAlreadyExists, TooManyHostedZones, NoSuchDelegationSet.
fn check(ctx: &Ctx<'_>, reference: &str, delegation_set: Option<&str>) -> Result<(), ApiError> {
    let route53 = &ctx.state.route53;
    refuse(!(1..=128).contains(&reference.chars().count()), || {
        invalid("CallerReference must have 1 to 128 characters")
    })?;
    refuse(delegation_set.is_some(), || {
        error(400, "NoSuchDelegationSet", "The sandbox has no reusable delegation sets")
    })?;
    refuse(route53.zones.values().any(|zone| zone.caller_reference == reference), || {
        let text = "A hosted zone has already been created with the specified caller reference.";
        error(409, "HostedZoneAlreadyExists", text)
    })?;
    let most = route53.most_zones;
    refuse(route53.zones.len() >= most, || {
        error(400, "TooManyHostedZones", format!("The account can have at most {most} hosted zones"))
    })
}

/// CreateHostedZone: InvalidVPCId, ConflictingDomainExists.
fn check_vpc(ctx: &Ctx<'_>, name: &str, vpc: &Vpc) -> Result<(), ApiError> {
    let Vpc { id, region } = vpc;
    refuse(!id.starts_with("vpc-") || ctx.state.missing.contains(id), || {
        error(400, "InvalidVPCId", format!("The VPC: {id} in region {region} does not exist"))
    })?;
    let twin = ctx.state.route53.zones.iter().find(|(_, zone)| zone.name == name && zone.vpcs.contains(vpc));
    match twin {
        None => Ok(()),
        Some((twin, _)) => Err(error(
            400,
            "ConflictingDomainExists",
            format!(
                "The VPC {id} in region {region} has already been associated with the hosted zone {twin} \
                 with the same domain name."
            ),
        )),
    }
}

pub(super) fn get(ctx: &Ctx<'_>, input: ById) -> Result<Value, ApiError> {
    let id = bare(&input.id);
    let zone = zone(ctx, id)?;
    let vpcs: Vec<Value> = zone.vpcs.iter().map(vpc_json).collect();
    Ok(json!({
        "HostedZone": zone_json(id, zone),
        "DelegationSet": delegation_set(zone),
        "VPCs": zone.is_private().then_some(vpcs),
    }))
}

/// DeleteHostedZone: HostedZoneNotEmpty unless only the NS and SOA records are left.
pub(super) fn delete(ctx: &mut Ctx<'_>, input: ById) -> Result<Value, ApiError> {
    let id = bare(&input.id);
    check_ready(ctx, zone(ctx, id)?)?;
    refuse(!zone(ctx, id)?.is_empty(), || {
        let text =
            "The specified hosted zone contains non-required resource record sets and so cannot be deleted.";
        error(400, "HostedZoneNotEmpty", text)
    })?;
    ctx.state.route53.zones.remove(id);
    let change = ctx.state.ids.next(IdKind::Change).to_uppercase();
    let change = ctx.state.route53.submit(format!("C{change}"), None, ctx.now);
    Ok(json!({ "ChangeInfo": changes::change_json(&change, ctx.now) }))
}

/// ListHostedZones, in the order of ids. `Marker` is the first zone of the page.
pub(super) fn list(ctx: &Ctx<'_>, input: List) -> Result<Value, ApiError> {
    refuse(input.delegation_set_id.is_some_and(|id| !id.is_empty()), || {
        error(400, "NoSuchDelegationSet", "The sandbox has no reusable delegation sets")
    })?;
    let kind = input.hosted_zone_type.as_deref();
    refuse(kind.is_some_and(|kind| kind != "PrivateHostedZone"), || {
        invalid("HostedZoneType: Member must satisfy enum value set: [PrivateHostedZone]")
    })?;
    let zones = ctx.state.route53.zones.iter().filter(|(_, zone)| kind.is_none() || zone.is_private());
    let zones: Vec<(&String, &HostedZone)> = zones.collect();
    let marker = input.marker.filter(|marker| !marker.is_empty());
    let start = match &marker {
        None => 0,
        Some(marker) => {
            zones.iter().position(|(id, _)| *id == bare(marker)).ok_or_else(|| no_such_zone(marker))?
        }
    };
    let size = page_size(input.max_items, PAGE)?;
    let next = zones.get(start.saturating_add(size)).map(|(id, _)| *id);
    let page: Vec<Value> =
        zones.iter().skip(start).take(size).map(|(id, zone)| zone_json(id, zone)).collect();
    Ok(json!({
        "HostedZones": page,
        "Marker": marker,
        "IsTruncated": next.is_some(),
        "NextMarker": next,
        "MaxItems": size,
    }))
}

/// ListHostedZonesByName: by name with the labels reversed, then by id, from the given name (and id) on.
pub(super) fn list_by_name(ctx: &Ctx<'_>, input: ListByName) -> Result<Value, ApiError> {
    let from = input.dns_name.filter(|name| !name.is_empty());
    let from_id = input.hosted_zone_id.filter(|id| !id.is_empty());
    refuse(from_id.is_some() && from.is_none(), || {
        invalid("If you specify HostedZoneId, you must also specify DNSName")
    })?;
    let start = match &from {
        None => None,
        Some(name) => {
            let name = canonical(name)
                .map_err(|_| error(400, "InvalidDomainName", format!("{name} is not a valid domain name")))?;
            Some((sort_key(&name), from_id.as_deref().map(bare).unwrap_or_default().to_owned()))
        }
    };
    let place = |(id, zone): &(&String, &HostedZone)| (sort_key(&zone.name), (*id).clone());
    let mut zones: Vec<(&String, &HostedZone)> = ctx.state.route53.zones.iter().collect();
    zones.sort_by_key(place);
    zones.retain(|zone| start.as_ref().is_none_or(|start| place(zone) >= *start));
    let size = page_size(input.max_items, PAGE)?;
    let next = zones.get(size);
    let page: Vec<Value> = zones.iter().take(size).map(|(id, zone)| zone_json(id, zone)).collect();
    Ok(json!({
        "HostedZones": page,
        "DNSName": from,
        "HostedZoneId": from_id,
        "IsTruncated": next.is_some(),
        "NextDNSName": next.map(|(_, zone)| &zone.name),
        "NextHostedZoneId": next.map(|(id, _)| *id),
        "MaxItems": size,
    }))
}

fn zone_json(id: &str, zone: &HostedZone) -> Value {
    json!({
        "Id": format!("/hostedzone/{id}"),
        "Name": zone.name,
        "CallerReference": zone.caller_reference,
        "Config": { "Comment": zone.comment, "PrivateZone": zone.is_private() },
        "ResourceRecordSetCount": zone.records.len(),
    })
}

/// Only public zones have one.
fn delegation_set(zone: &HostedZone) -> Value {
    if zone.is_private() { Value::Null } else { json!({ "NameServers": zone.name_servers }) }
}

fn vpc_json(vpc: &Vpc) -> Value {
    json!({ "VPCId": vpc.id, "VPCRegion": vpc.region })
}
