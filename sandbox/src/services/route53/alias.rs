//! What an alias can target (AliasTarget, `HostedZoneId` and `DNSName`).

use super::bare;
use super::batch::Records;
use crate::domain_name::is_within;
use crate::services::{Ctx, elbv2};
use crate::state::route53::{Data, RecordSet, RecordType};

/// What CloudFront distributions have (AliasTarget, `HostedZoneId`).
const CLOUDFRONT: &str = "Z2FDTNDATAQYW2";

/// A message of InvalidChangeBatch, if the record is an alias that cannot be.
pub(super) fn check(ctx: &Ctx<'_>, id: &str, records: &Records, record: &RecordSet) -> Option<String> {
    let Data::Alias { zone, dns_name, .. } = &record.data else { return None };
    let kind = record.record_type;
    let tried = format!("Tried to create an alias that targets {dns_name}, type {kind} in zone {zone}, but");
    let outside = format!("{tried} the alias target name does not lie within the target zone");
    if bare(zone) == id {
        return own_zone(ctx, id, records, record, dns_name, &tried, &outside);
    }
    // A load balancer's name is not looked up: any name of the region's form is accepted.
    let fits = if zone == CLOUDFRONT {
        is_within(dns_name, "cloudfront.net.")
    } else {
        elb_region(dns_name).is_some_and(|region| elbv2::hosted_zone(region) == *zone)
    };
    if !fits && ctx.state.strict_guesses {
        return Some(outside);
    }
    // AWS resources have addresses and nothing else.
    let address = matches!(kind, RecordType::A | RecordType::Aaaa | RecordType::Https | RecordType::Svcb);
    (!address).then(|| format!("{tried} that target was not found"))
}

/// A record set of the same zone must be there, and of the same type.
fn own_zone(
    ctx: &Ctx<'_>,
    id: &str,
    records: &Records,
    record: &RecordSet,
    target: &str,
    tried: &str,
    outside: &str,
) -> Option<String> {
    let within = ctx.state.route53.zones.get(id).is_some_and(|zone| is_within(target, &zone.name));
    if !within {
        return Some(outside.to_owned());
    }
    let found = records.values().any(|r| r.name == target && r.record_type == record.record_type);
    let itself = record.name == target;
    (!found || itself).then(|| format!("{tried} that target was not found"))
}

/// The region of a load balancer's name: `[dualstack.]NAME.REGION.elb.amazonaws.com.`.
fn elb_region(dns_name: &str) -> Option<&str> {
    let (name, region) = dns_name.strip_suffix(".elb.amazonaws.com.")?.rsplit_once('.')?;
    (!name.is_empty()).then_some(region)
}
