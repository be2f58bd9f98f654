//! CreateLoadBalancer, DescribeLoadBalancers, DeleteLoadBalancer.

use serde::Deserialize;
use serde_json::{Value, json};

use super::network::{self, SubnetMapping};
use super::tags::{self, Tag};
use super::{Ctx, Kind, arn, load_balancer_attributes, names, paging};
use crate::clock::{iso8601, millis};
use crate::services::refuse;
use crate::state::elbv2::{Attributes, IpAddressType, LoadBalancerStateCode, LoadBalancerType, Scheme};
use crate::state::ids::{IdKind, scatter};
use crate::state::{LoadBalancer, Tags, quota};
use crate::wire::ApiError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateLoadBalancer {
    name: String,
    subnets: Option<Vec<String>>,
    subnet_mappings: Option<Vec<SubnetMapping>>,
    security_groups: Option<Vec<String>>,
    scheme: Option<Scheme>,
    tags: Option<Vec<Tag>>,
    #[serde(rename = "Type")]
    kind: Option<LoadBalancerType>,
    ip_address_type: Option<IpAddressType>,
    customer_owned_ipv4_pool: Option<String>,
    enable_prefix_for_ipv6_source_nat: Option<String>,
    ipam_pools: Option<IpamPools>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct IpamPools {
    ipv4_ipam_pool_id: Option<String>,
}

pub(super) fn create(ctx: &mut Ctx<'_>, input: CreateLoadBalancer) -> Result<Value, ApiError> {
    names::check_load_balancer(&input.name)?;
    check_kind(&input)?;
    let scheme = input.scheme.unwrap_or(Scheme::InternetFacing);
    let ip_address_type = input.ip_address_type.unwrap_or(IpAddressType::Ipv4);
    network::check_ip_address_type(scheme, ip_address_type)?;
    let subnets = network::check_subnets(ctx, input.subnets, input.subnet_mappings)?;
    let given = input.security_groups.filter(|groups| !groups.is_empty());
    // A guess: without security groups it gets the default one of its VPC.
    let groups = given.unwrap_or_else(|| vec![ctx.state.default_security_group.clone()]);
    let security_groups = network::check_security_groups(ctx, groups)?;
    let tags = tags::check_new(ctx, input.tags)?;
    let wanted = LoadBalancer {
        name: input.name,
        dns_name: String::new(),
        scheme,
        ip_address_type,
        created: ctx.now,
        vpc: ctx.state.vpc.clone(),
        subnets: subnets.by_zone.clone(),
        security_groups,
        ipam_pool: input.ipam_pools.and_then(|p| p.ipv4_ipam_pool_id),
        attributes: Attributes::new(),
        forced_state: None,
        tags: Tags::new(tags, ctx.now),
    };
    if let Some((arn, existing)) = by_name(ctx, &wanted.name) {
        // CreateLoadBalancer: idempotent; other settings under the same name are DuplicateLoadBalancerName.
        refuse(!same_settings(existing, &wanted), || duplicate(&wanted.name))?;
        return Ok(json!({ "LoadBalancers": [describe_one(ctx, arn, existing)] }));
    }
    refuse(ctx.resources().load_balancers.len() >= ctx.state.quota(quota::LOAD_BALANCERS), || {
        ApiError::new("TooManyLoadBalancers", "The maximum number of load balancers has been reached")
    })?;
    subnets.remember(ctx);
    let arn = insert(ctx, wanted);
    Ok(json!({ "LoadBalancers": [describe_one(ctx, &arn, ctx.get(&arn)?)] }))
}

/// The sandbox has Application Load Balancers in a region: no Network or Gateway Load Balancers, no Outposts.
fn check_kind(input: &CreateLoadBalancer) -> Result<(), ApiError> {
    let kind = input.kind.unwrap_or(LoadBalancerType::Application);
    refuse(kind != LoadBalancerType::Application, || {
        ApiError::configuration(format!("The sandbox has no load balancers of type '{kind}'"))
    })?;
    refuse(input.customer_owned_ipv4_pool.is_some(), || {
        ApiError::configuration("Customer-owned address pools are for load balancers on Outposts")
    })?;
    network::check_source_nat(input.enable_prefix_for_ipv6_source_nat.as_deref())
}

fn by_name<'c>(ctx: &'c Ctx<'_>, name: &str) -> Option<(&'c String, &'c LoadBalancer)> {
    ctx.resources().load_balancers.iter().find(|(_, lb)| lb.name == name)
}

fn same_settings(a: &LoadBalancer, b: &LoadBalancer) -> bool {
    a.scheme == b.scheme
        && a.ip_address_type == b.ip_address_type
        && a.subnets == b.subnets
        && a.security_groups == b.security_groups
        && a.ipam_pool == b.ipam_pool
}

fn duplicate(name: &str) -> ApiError {
    let message = format!("A load balancer with the same name '{name}' exists, but with different settings");
    ApiError::new("DuplicateLoadBalancerName", message)
}

fn insert(ctx: &mut Ctx<'_>, mut load_balancer: LoadBalancer) -> String {
    let id = ctx.state.ids.next(IdKind::LoadBalancer);
    let digits = ctx.state.ids.next_ten_digits(IdKind::LoadBalancerDns);
    let internal = if load_balancer.scheme == Scheme::Internal { "internal-" } else { "" };
    let name = &load_balancer.name;
    let arn = arn::load_balancer(ctx.region, name, &id);
    load_balancer.dns_name = format!("{internal}{name}-{digits}.{}.elb.amazonaws.com", ctx.region);
    ctx.resources_mut().load_balancers.insert(arn.clone(), load_balancer);
    arn
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeLoadBalancers {
    load_balancer_arns: Option<Vec<String>>,
    names: Option<Vec<String>>,
    marker: Option<String>,
    page_size: Option<u32>,
}

pub(super) fn describe(ctx: &Ctx<'_>, input: DescribeLoadBalancers) -> Result<Value, ApiError> {
    let arns = input.load_balancer_arns.unwrap_or_default();
    let names = input.names.unwrap_or_default();
    refuse(!arns.is_empty() && !names.is_empty(), || {
        ApiError::validation(
            "Load balancer names and load balancer ARNs cannot be specified at the same time",
        )
    })?;
    // DescribeLoadBalancers, `LoadBalancerArns`: up to 20 in a call.
    refuse(arns.len() > 20, || {
        ApiError::validation("Up to 20 load balancers can be described in a single call")
    })?;
    // The same for names is a guess.
    ctx.guess(names.len() > 20, || {
        ApiError::validation("Up to 20 load balancers can be described in a single call")
    })?;
    let found: Vec<Value> = if !arns.is_empty() {
        let one = |arn: &String| ctx.see(arn).map(|lb| describe_one(ctx, arn, lb));
        arns.iter().map(one).collect::<Result<_, _>>()?
    } else if !names.is_empty() {
        named(ctx, &names)?
    } else {
        ctx.see_all::<LoadBalancer>().map(|(arn, lb)| describe_one(ctx, arn, lb)).collect()
    };
    paging::page("LoadBalancers", found, input.marker.as_deref(), input.page_size)
}

/// DescribeLoadBalancers: one unknown name fails the whole call.
fn named(ctx: &Ctx<'_>, names: &[String]) -> Result<Vec<Value>, ApiError> {
    let one = |name: &String| {
        let found = by_name(ctx, name).filter(|(_, lb)| ctx.sees(lb.created));
        let (arn, lb) = found.ok_or_else(|| {
            ApiError::new("LoadBalancerNotFound", format!("Load balancers '[{name}]' not found"))
        })?;
        Ok(describe_one(ctx, arn, lb))
    };
    names.iter().map(one).collect()
}

fn describe_one(ctx: &Ctx<'_>, arn: &str, lb: &LoadBalancer) -> Value {
    json!({
        "LoadBalancerArn": arn,
        "DNSName": lb.dns_name,
        "CanonicalHostedZoneId": hosted_zone(ctx.region),
        "CreatedTime": iso8601(lb.created),
        "LoadBalancerName": lb.name,
        "Scheme": lb.scheme,
        "VpcId": lb.vpc,
        "State": { "Code": state_of(ctx, lb) },
        "Type": LoadBalancerType::Application,
        "AvailabilityZones": network::zones_json(&lb.subnets),
        "SecurityGroups": lb.security_groups,
        "IpAddressType": lb.ip_address_type,
        "IpamPools": lb.ipam_pool.as_ref().map(|pool| json!({ "Ipv4IpamPoolId": pool })),
    })
}

fn state_of(ctx: &Ctx<'_>, lb: &LoadBalancer) -> LoadBalancerStateCode {
    let active = ctx.now >= lb.created.saturating_add(millis(ctx.state.provisioning));
    lb.forced_state.unwrap_or(match active {
        true => LoadBalancerStateCode::Active,
        false => LoadBalancerStateCode::Provisioning,
    })
}

/// The Route 53 zone of the load balancers of a region (AWS General Reference, "Elastic Load Balancing endpoints
/// and quotas"); for a region that is not listed here a made-up one that does not change.
pub(in crate::services) fn hosted_zone(region: &str) -> String {
    let known = match region {
        "af-south-1" => "Z268VQBMOI5EKX",
        "ap-east-1" => "Z3DQVH9N71FHZ0",
        "ap-northeast-1" => "Z14GRHDCWA56QT",
        "ap-northeast-2" => "ZWKZPGTI48KDX",
        "ap-northeast-3" => "Z5LXEXXYW11ES",
        "ap-south-1" => "ZP97RAFLXTNZK",
        "ap-southeast-1" => "Z1LMS91P8CMLE5",
        "ap-southeast-2" => "Z1GM3OXH4ZPM65",
        "ap-southeast-3" => "Z08888821HLRG5A9ZRTER",
        "ca-central-1" => "ZQSVJUPU6J1EY",
        "eu-central-1" => "Z215JYRZR1TBD5",
        "eu-north-1" => "Z23TAZ6LKFMNIO",
        "eu-south-1" => "Z3ULH7SSC9OV64",
        "eu-west-1" => "Z32O12XQLNTSW2",
        "eu-west-2" => "ZHURV8PSTC4K8",
        "eu-west-3" => "Z3Q77PNBQS71R4",
        "me-south-1" => "ZS929ML54UICD",
        "sa-east-1" => "Z2P70J7HTTTPLU",
        "us-east-1" => "Z35SXDOTRQ7X7K",
        "us-east-2" => "Z3AADJGX6KTTL2",
        "us-west-1" => "Z368ELLRRE2KJ0",
        "us-west-2" => "Z1H1FL5HABSF5",
        _ => {
            let seed = region.bytes().fold(0, |hash, byte| scatter(hash ^ u64::from(byte)));
            return format!("Z{seed:016X}");
        }
    };
    known.to_owned()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct OneLoadBalancer {
    load_balancer_arn: String,
}

pub(super) fn delete(ctx: &mut Ctx<'_>, input: OneLoadBalancer) -> Result<Value, ApiError> {
    let arn = input.load_balancer_arn;
    Kind::LoadBalancer.check(&arn)?;
    // DeleteLoadBalancer: "If the load balancer does not exist or has already been deleted, the call succeeds."
    let Some(load_balancer) = ctx.resources().load_balancers.get(&arn) else { return Ok(json!({})) };
    // DeleteLoadBalancer, API: OperationNotPermitted.
    refuse(load_balancer_attributes::is_protected(load_balancer), || {
        let message =
            format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled");
        ApiError::new("OperationNotPermitted", message)
    })?;
    let resources = ctx.resources();
    let listeners: Vec<String> = resources.listeners_of(&arn).map(|(arn, _)| arn.clone()).collect();
    let rules: Vec<String> = resources.rules_of_load_balancer(&arn).map(|(arn, _)| arn.clone()).collect();
    rules.iter().for_each(|rule| ctx.forget(rule));
    listeners.iter().for_each(|listener| ctx.forget(listener));
    ctx.forget(&arn);
    let now = ctx.now;
    ctx.resources_mut().note_attachments(now);
    Ok(json!({}))
}

/// DescribeCapacityReservation: nothing is reserved, ever.
pub(super) fn describe_capacity(ctx: &Ctx<'_>, input: OneLoadBalancer) -> Result<Value, ApiError> {
    ctx.see::<LoadBalancer>(&input.load_balancer_arn)?;
    Ok(json!({}))
}
