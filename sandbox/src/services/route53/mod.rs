//! Route 53: hosted zones and their records. One for all regions.

mod alias;
mod batch;
mod changes;
mod input;
mod records;
mod routing;
mod tags;
mod values;
mod zones;

use super::{Ctx, Operation, refuse};
use crate::rates::Category;
use crate::state::route53::HostedZone;
use crate::wire::{ApiError, Route};

/// A row of the table of operations.
macro_rules! operation {
    ($name:literal, $mutating:literal, $function:path) => {
        Operation {
            name: $name,
            mutating: $mutating,
            category: Some(Category::Route53),
            run: |ctx, params| $function(ctx, params.decode()?),
        }
    };
}

pub(super) const OPERATIONS: &[Operation] = &[
    operation!("ChangeResourceRecordSets", true, changes::change),
    operation!("ChangeTagsForResource", true, tags::change),
    operation!("CreateHostedZone", true, zones::create),
    operation!("DeleteHostedZone", true, zones::delete),
    operation!("GetChange", false, changes::get),
    operation!("GetHostedZone", false, zones::get),
    operation!("ListHostedZones", false, zones::list),
    operation!("ListHostedZonesByName", false, zones::list_by_name),
    operation!("ListResourceRecordSets", false, records::list),
    operation!("ListTagsForResource", false, tags::list),
    operation!("ListTagsForResources", false, tags::list_several),
];

/// A row of the table of routes.
const fn route(
    operation: &'static str,
    method: &'static str,
    path: &'static str,
    query: &'static [(&'static str, &'static str)],
    status: u16,
) -> Route {
    Route { operation, method, path, query, status }
}

pub(super) const ROUTES: &[Route] = &[
    route("ChangeResourceRecordSets", "POST", "/2013-04-01/hostedzone/{HostedZoneId}/rrset", &[], 200),
    route("ChangeTagsForResource", "POST", "/2013-04-01/tags/{ResourceType}/{ResourceId}", &[], 200),
    route("CreateHostedZone", "POST", "/2013-04-01/hostedzone", &[], 201),
    route("DeleteHostedZone", "DELETE", "/2013-04-01/hostedzone/{Id}", &[], 200),
    route("GetChange", "GET", "/2013-04-01/change/{Id}", &[], 200),
    route("GetHostedZone", "GET", "/2013-04-01/hostedzone/{Id}", &[], 200),
    route(
        "ListHostedZones",
        "GET",
        "/2013-04-01/hostedzone",
        &[
            ("marker", "Marker"),
            ("maxitems", "MaxItems"),
            ("delegationsetid", "DelegationSetId"),
            ("hostedzonetype", "HostedZoneType"),
        ],
        200,
    ),
    route(
        "ListHostedZonesByName",
        "GET",
        "/2013-04-01/hostedzonesbyname",
        &[("dnsname", "DNSName"), ("hostedzoneid", "HostedZoneId"), ("maxitems", "MaxItems")],
        200,
    ),
    route(
        "ListResourceRecordSets",
        "GET",
        "/2013-04-01/hostedzone/{HostedZoneId}/rrset",
        &[
            ("name", "StartRecordName"),
            ("type", "StartRecordType"),
            ("identifier", "StartRecordIdentifier"),
            ("maxitems", "MaxItems"),
        ],
        200,
    ),
    route("ListTagsForResource", "GET", "/2013-04-01/tags/{ResourceType}/{ResourceId}", &[], 200),
    route("ListTagsForResources", "POST", "/2013-04-01/tags/{ResourceType}", &[], 200),
];

/// Route 53, common errors: `InvalidInput`, "The input is not valid".
fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidInput", message)
}

fn error(status: u16, code: &str, message: impl Into<String>) -> ApiError {
    ApiError { code: code.to_owned(), status, message: message.into() }
}

/// An id without what answers put before it (`/hostedzone/`, `/change/`); requests may have it or not.
fn bare(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(_, id)| id)
}

fn no_such_zone(id: &str) -> ApiError {
    error(404, "NoSuchHostedZone", format!("No hosted zone found with ID: {id}"))
}

/// The zone of an id; NoSuchHostedZone.
fn zone<'c>(ctx: &'c Ctx<'_>, id: &str) -> Result<&'c HostedZone, ApiError> {
    ctx.state.route53.zones.get(id).ok_or_else(|| no_such_zone(id))
}

fn zone_mut<'c>(ctx: &'c mut Ctx<'_>, id: &str) -> Result<&'c mut HostedZone, ApiError> {
    ctx.state.route53.zones.get_mut(id).ok_or_else(|| no_such_zone(id))
}

/// PriorRequestNotComplete: another change of the zone has not been accepted completely.
fn check_ready(ctx: &Ctx<'_>, zone: &HostedZone) -> Result<(), ApiError> {
    refuse(ctx.now < zone.busy_until, || {
        let text = "The request was rejected because Route 53 was still processing a prior request.";
        error(400, "PriorRequestNotComplete", text)
    })
}

/// How many items a page has: what is asked for, but not more than `most`.
fn page_size(asked: Option<usize>, most: usize) -> Result<usize, ApiError> {
    match asked {
        Some(0) => Err(invalid("Invalid value for 'maxitems': it must be greater than or equal to 1")),
        Some(asked) => Ok(asked.min(most)),
        None => Ok(most),
    }
}
