//! Target groups on the wire. API: CreateTargetGroup, ModifyTargetGroup, ModifyTargetGroupAttributes,
//! DeleteTargetGroup, `TargetGroup`.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::operation::create_target_group::builders::CreateTargetGroupFluentBuilder as CreateTargetGroup;
use aws_sdk_elasticloadbalancingv2::types as api;

use super::model::{HealthCheck, Protocol, ProtocolVersion, Stickiness, TargetType};
use super::{Call, TargetGroup};
use crate::aws::Clients;
use crate::aws::error::{classify, incomplete};
use crate::exec::{Outputs, ServiceError};
use crate::kinds::tagging::{self, ownership};
use crate::model::OutputKey;
use crate::model::field::{Attributes, decode_attributes};
use crate::model::world::Tags;

/// AWS's own duration of a cookie. API: `TargetGroupAttribute`.
const COOKIE_SECONDS: u32 = 86_400;

/// Makes one attempt at a call. Deleting what is gone already is done.
///
/// # Errors
/// AWS refuses, or does not answer.
pub async fn perform(clients: &Clients, call: &Call<String>) -> Result<Outputs, ServiceError> {
    let (client, operation) = (&clients.elb, call.operation());
    match call {
        Call::CreateTargetGroup {
            name,
            target_type,
            protocol,
            protocol_version,
            port,
            vpc,
            health_check,
            tags,
        } => {
            let version = Some(*protocol_version).filter(|version| !version.is_default());
            let request = client
                .create_target_group()
                .name(name)
                .target_type(target_type.as_str().into())
                .set_protocol(protocol.map(|protocol| protocol.as_str().into()))
                .set_protocol_version(version.map(|version| version.as_str().to_owned()))
                .set_port(port.map(i32::from))
                .set_vpc_id(vpc.clone())
                .set_tags(tagging::aws::to_api(tags));
            let request = with_health_check(request, *protocol_version, health_check);
            let answer = request.send().await.map_err(|error| classify(operation, error))?;
            let arn = answer.target_groups().first().and_then(api::TargetGroup::target_group_arn);
            let arn = arn.ok_or_else(|| incomplete(operation, "target group"))?;
            return Ok(Outputs::from([(OutputKey::Arn, arn.to_owned())]));
        }
        Call::ModifyTargetGroup { target_group, protocol_version, health_check } => {
            let HealthCheck {
                enabled,
                protocol,
                port,
                path,
                interval,
                timeout,
                healthy_threshold,
                unhealthy_threshold,
                success_codes,
            } = health_check;
            let mut request = client
                .modify_target_group()
                .target_group_arn(target_group)
                .set_health_check_protocol(protocol.map(|protocol| protocol.as_str().into()))
                .set_health_check_port(port.clone());
            // What instances and addresses cannot switch off is not sent for them.
            if protocol.is_none() {
                request = request.health_check_enabled(*enabled);
            }
            if *enabled {
                request = request
                    .health_check_path(path)
                    .health_check_interval_seconds(number(*interval))
                    .health_check_timeout_seconds(number(*timeout))
                    .healthy_threshold_count(number(*healthy_threshold))
                    .unhealthy_threshold_count(number(*unhealthy_threshold))
                    .matcher(matcher(*protocol_version, success_codes));
            }
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::ModifyTargetGroupAttributes { target_group, attributes } => {
            let one = |(key, value): (&String, &String)| {
                api::TargetGroupAttribute::builder().key(key).value(value).build()
            };
            let request = client
                .modify_target_group_attributes()
                .target_group_arn(target_group)
                .set_attributes(Some(attributes.iter().map(one).collect()));
            request.send().await.map_err(|error| classify(operation, error))?;
        }
        Call::AddPermission { target_group, permission } => {
            clients.lambda.add_permission(permission, target_group).await?;
        }
        Call::RemovePermission { target_group: _, permission } => {
            clients.lambda.remove_permission(permission).await?;
        }
        Call::DeleteTargetGroup { target_group } => {
            let request = client.delete_target_group().target_group_arn(target_group);
            match request.send().await.map_err(|error| classify(operation, error)) {
                Ok(_) => {}
                Err(gone) if gone.is(&["TargetGroupNotFound"]) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(Outputs::new())
}

fn with_health_check(
    request: CreateTargetGroup,
    version: ProtocolVersion,
    health_check: &HealthCheck,
) -> CreateTargetGroup {
    let HealthCheck {
        enabled,
        protocol,
        port,
        path,
        interval,
        timeout,
        healthy_threshold,
        unhealthy_threshold,
        success_codes,
    } = health_check;
    let request = request
        .set_health_check_protocol(protocol.map(|protocol| protocol.as_str().into()))
        .set_health_check_port(port.clone());
    let request = if protocol.is_none() { request.health_check_enabled(*enabled) } else { request };
    if !enabled {
        return request;
    }
    request
        .health_check_path(path)
        .health_check_interval_seconds(number(*interval))
        .health_check_timeout_seconds(number(*timeout))
        .healthy_threshold_count(number(*healthy_threshold))
        .unhealthy_threshold_count(number(*unhealthy_threshold))
        .matcher(matcher(version, success_codes))
}

/// API: `Matcher`, of which only the one member may be sent that fits the version.
fn matcher(version: ProtocolVersion, codes: &str) -> api::Matcher {
    let matcher = api::Matcher::builder();
    match version {
        ProtocolVersion::Http1 | ProtocolVersion::Http2 => matcher.http_code(codes),
        ProtocolVersion::Grpc => matcher.grpc_code(codes),
    }
    .build()
}

fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// The canonical form of a target group; `None` for one that albctl does not know: of a load balancer of another
/// type. Its function, if it has one, is found elsewhere: [`function`]. `attributes` is AWS's list, `tags` are those
/// to compare.
pub fn from_api(
    group: &api::TargetGroup,
    attributes: &BTreeMap<String, String>,
    tags: Tags,
) -> Option<TargetGroup> {
    let version = version(group)?;
    let mut model = TargetGroup {
        name: group.target_group_name()?.to_owned(),
        target_type: TargetType::from_word(
            group.target_type().map_or("instance", api::TargetTypeEnum::as_str),
        )?,
        function: None,
        permission: true,
        protocol: None,
        protocol_version: version,
        port: None,
        vpc: None,
        health_check: health_check(group, version)?,
        stickiness: decode_stickiness(attributes),
        attributes: Attributes::new(),
        ecs: None,
        tags,
    };
    if !model.is_function() {
        model.protocol = Some(Protocol::from_word(group.protocol()?.as_str())?);
        model.port = Some(u16::try_from(group.port()?).ok()?);
        model.vpc = Some(group.vpc_id()?.to_owned());
    }
    decode_attributes(&mut model, attributes);
    Some(model)
}

/// Whether a group is of a kind that albctl knows.
pub fn is_known(group: &api::TargetGroup) -> bool {
    from_api(group, &BTreeMap::new(), Tags::new()).is_some()
}

/// The function of a live group of type lambda: what we made it for, else what is registered.
pub fn function(tags: Option<&Tags>, health: &[api::TargetHealthDescription]) -> Option<String> {
    let made_for = tags.and_then(|tags| tags.get(ownership::FUNCTION)).cloned();
    made_for.or_else(|| health.iter().find_map(|one| one.target()?.id()).map(str::to_owned))
}

/// None: one that albctl does not know.
fn version(group: &api::TargetGroup) -> Option<ProtocolVersion> {
    group.protocol_version().map_or(Some(ProtocolVersion::DEFAULT), ProtocolVersion::from_word)
}

/// What an answer leaves out is at the ALB guide's default.
fn health_check(group: &api::TargetGroup, version: ProtocolVersion) -> Option<HealthCheck> {
    let number = |given: Option<i32>, default: u32| {
        given.and_then(|number| u32::try_from(number).ok()).unwrap_or(default)
    };
    let text = |given: Option<&str>, default: &str| given.unwrap_or(default).to_owned();
    let function = group.target_type() == Some(&api::TargetTypeEnum::Lambda);
    if !group.health_check_enabled().unwrap_or(!function) {
        return Some(HealthCheck::off());
    }
    let codes = group.matcher().and_then(|matcher| match version {
        ProtocolVersion::Http1 | ProtocolVersion::Http2 => matcher.http_code(),
        ProtocolVersion::Grpc => matcher.grpc_code(),
    });
    let protocol = group.health_check_protocol().map_or("HTTP", api::ProtocolEnum::as_str);
    Some(HealthCheck {
        enabled: true,
        protocol: if function { None } else { Some(Protocol::from_word(protocol)?) },
        port: (!function).then(|| text(group.health_check_port(), "traffic-port")),
        path: text(group.health_check_path(), HealthCheck::default_path(version)),
        interval: number(group.health_check_interval_seconds(), 30),
        timeout: number(group.health_check_timeout_seconds(), 5),
        healthy_threshold: number(group.healthy_threshold_count(), 5),
        unhealthy_threshold: number(group.unhealthy_threshold_count(), 2),
        success_codes: text(codes, HealthCheck::default_codes(version)),
    })
}

/// AWS's list of attributes as a map.
pub fn attributes_from(list: &[api::TargetGroupAttribute]) -> BTreeMap<String, String> {
    list.iter()
        .filter_map(|one| Some((one.key()?.to_owned(), one.value().unwrap_or_default().to_owned())))
        .collect()
}

/// The stickiness that the attributes `stickiness.*` say; one that AWS does not list is at its default.
pub fn decode_stickiness(attributes: &BTreeMap<String, String>) -> Stickiness {
    let get = |key: &str| attributes.get(key).map(String::as_str);
    if get("stickiness.enabled") != Some("true") {
        return Stickiness::Off;
    }
    let seconds = |key: &str| get(key).and_then(|text| text.parse().ok()).unwrap_or(COOKIE_SECONDS);
    match get("stickiness.type") {
        Some("app_cookie") => Stickiness::AppCookie {
            name: get("stickiness.app_cookie.cookie_name").unwrap_or_default().to_owned(),
            duration: seconds("stickiness.app_cookie.duration_seconds"),
        },
        _ => Stickiness::LbCookie { duration: seconds("stickiness.lb_cookie.duration_seconds") },
    }
}

/// What a live group is, in a few words: `instance HTTP:3000, vpc-0a1b, on no load balancer`.
pub fn summary(group: &api::TargetGroup) -> String {
    let kind = group.target_type().map_or("instance", api::TargetTypeEnum::as_str);
    let mut text = kind.to_owned();
    if let (Some(protocol), Some(port)) = (group.protocol(), group.port()) {
        text.push_str(&format!(" {}:{port}", protocol.as_str()));
    }
    if let Some(version) =
        group.protocol_version().filter(|version| *version != ProtocolVersion::DEFAULT.as_str())
    {
        text.push_str(&format!(" {version}"));
    }
    if let Some(vpc) = group.vpc_id() {
        text.push_str(&format!(", {vpc}"));
    }
    let name = |arn: &String| arn.split('/').nth(2).unwrap_or(arn).to_owned();
    let mut users: Vec<String> = group.load_balancer_arns().iter().map(name).collect();
    users.sort();
    users.dedup();
    match users.is_empty() {
        true => text.push_str(", on no load balancer"),
        false => text.push_str(&format!(", on load balancer {}", users.join(", "))),
    }
    text
}

/// Whether a live group has the settings that a create call gives; its tags are not looked at.
pub fn made_by(group: &api::TargetGroup, call: &Call<String>) -> bool {
    match call {
        Call::CreateTargetGroup {
            name,
            target_type,
            protocol,
            protocol_version,
            port,
            vpc,
            health_check,
            tags: _,
        } => from_api(group, &BTreeMap::new(), Tags::new()).is_some_and(|live| {
            live.name == *name
                && live.target_type == *target_type
                && live.protocol == *protocol
                && live.protocol_version == *protocol_version
                && live.port == *port
                && live.vpc == *vpc
                && live.health_check == *health_check
        }),
        Call::ModifyTargetGroup { .. }
        | Call::ModifyTargetGroupAttributes { .. }
        | Call::AddPermission { .. }
        | Call::RemovePermission { .. }
        | Call::DeleteTargetGroup { .. } => false,
    }
}

#[cfg(test)]
mod tests;
