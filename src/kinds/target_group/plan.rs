//! From a change of a target group to calls.

use std::collections::BTreeMap;

use super::call::Call;
use super::model::{Stickiness, TargetGroup};
use super::permission;
use crate::base::Seconds;
use crate::kinds;
use crate::kinds::context::Context;
use crate::kinds::{Existing, tagging, targets};
use crate::model::field::{self, Carrier, Model};
use crate::model::{Change, Ref, ResourceId, StepId, StepVerb};

/// The step that lets load balancers invoke a function.
const PERMIT: &str = "permit";

/// What it is, in one line.
pub fn summary(model: &TargetGroup) -> String {
    let check = &model.health_check;
    let interval = Seconds(u64::from(check.interval));
    let what = match (model.protocol, model.port) {
        (Some(protocol), Some(port)) if model.protocol_version.is_default() => {
            format!("{} {protocol}:{port}", model.target_type)
        }
        (Some(protocol), Some(port)) => {
            format!("{} {protocol}:{port} {}", model.target_type, model.protocol_version)
        }
        (_, _) => format!("{} {}", model.target_type, model.function_name()),
    };
    let mut words = vec![what];
    if check.enabled {
        words.push(format!("health check {} every {interval}", check.path));
    }
    words.extend(attribute_words(model, |key| {
        field::notable(model).iter().any(|(notable, _)| *notable == key)
    }));
    words.join(", ")
}

/// The attributes among `keys`, in words.
fn attribute_words(model: &TargetGroup, keys: impl Fn(&str) -> bool) -> Vec<String> {
    TargetGroup::FIELDS
        .iter()
        .filter(|field| keys(field.key))
        .filter(|field| matches!(field.carrier, Carrier::Attribute(_) | Carrier::Attributes))
        .map(|field| format!("{} {}", field.key, field.show(&field.get(model))))
        .collect()
}

/// Creates the group and sets the attributes that are not at AWS's default.
pub fn create(cx: &mut Context<'_>, id: &ResourceId, model: &TargetGroup) {
    let TargetGroup {
        name,
        target_type,
        function: _,
        permission: _,
        protocol,
        protocol_version,
        port,
        vpc,
        health_check,
        stickiness: _,
        attributes: _,
        ecs: _,
        tags,
    } = model;
    let call = Call::CreateTargetGroup {
        name: name.clone(),
        target_type: *target_type,
        protocol: *protocol,
        protocol_version: *protocol_version,
        port: *port,
        vpc: vpc.clone(),
        health_check: health_check.clone(),
        tags: cx.tags(id, tags),
    };
    let created = cx.call(id, "create", StepVerb::Create, name, kinds::Call::TargetGroup(call), &[]);
    let notable: Vec<&str> = field::notable(model).into_iter().map(|(key, _)| key).collect();
    permit(cx, id, model, std::slice::from_ref(&created));
    attributes(cx, id, model, &notable, &[created]);
}

/// Lets load balancers invoke the group's function, if it has one.
fn permit(cx: &mut Context<'_>, id: &ResourceId, model: &TargetGroup, needs: &[StepId]) {
    let Some(permission) = permission::of(model, &cx.live.account) else { return };
    let summary = format!("load balancers may invoke {}", model.function_name());
    let call = kinds::Call::TargetGroup(Call::AddPermission { target_group: cx.arn(id), permission });
    cx.call(id, PERMIT, StepVerb::Change, summary, call, needs);
}

/// Takes the permission of a group that goes away, before the group goes: the function is found through the group.
/// Returns what the deletion of the group needs then.
pub fn revoke(
    cx: &mut Context<'_>,
    id: &ResourceId,
    what: &str,
    group: &Existing,
    needs: &[StepId],
) -> Vec<StepId> {
    let kinds::Resource::TargetGroup(model) = &group.resource else { return needs.to_vec() };
    let Some(permission) = permission::of(model, &cx.live.account).filter(|_| model.permission) else {
        return needs.to_vec();
    };
    let summary = format!("permission to invoke {}", model.function_name());
    let target_group = Ref::Known(group.arn.clone());
    let call = kinds::Call::TargetGroup(Call::RemovePermission { target_group, permission });
    let revoked = cx.call(id, what, StepVerb::Delete, summary, call, needs);
    needs.iter().cloned().chain([revoked]).collect()
}

/// Creates the group that takes the place of a live one, with the targets that the spec lists.
pub fn replace(cx: &mut Context<'_>, id: &ResourceId, model: &TargetGroup) {
    create(cx, id, model);
    let listed = cx.desired.resources.get(&targets::id(id.key())).map(|wanted| &wanted.resource);
    if let Some(kinds::Resource::Targets(listed)) = listed
        && !listed.targets.is_empty()
    {
        let (target_group, targets) = (cx.arn(id), listed.targets.clone());
        let permitted = permitted(cx, id);
        let summary = targets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let call = kinds::Call::Targets(targets::Call::RegisterTargets { target_group, targets });
        cx.call(id, "register", StepVerb::Register, summary, call, &permitted);
    }
}

/// The step that lets load balancers invoke the group's function, if this plan has one.
pub fn permitted(cx: &Context<'_>, group: &ResourceId) -> Vec<StepId> {
    let step = StepId::new(group, PERMIT);
    cx.steps_of(|one| one.id == step)
}

/// The calls that bring a live group to the wanted form.
pub fn update(cx: &mut Context<'_>, change: &Change, model: &TargetGroup) {
    let id = &change.id;
    let keys: Vec<&str> = change.fields.iter().map(|field| field.key.as_str()).collect();
    let checks: Vec<&str> = keys.iter().copied().filter(|key| key.starts_with("health_check.")).collect();
    if !checks.is_empty() {
        let call = Call::ModifyTargetGroup {
            target_group: cx.arn(id),
            protocol_version: model.protocol_version,
            health_check: model.health_check.clone(),
        };
        let summary = kinds::show::fields_summary(&change.fields, &checks);
        cx.call(id, "health_check", StepVerb::Change, summary, kinds::Call::TargetGroup(call), &[]);
    }
    if keys.contains(&"permission") {
        permit(cx, id, model, &[]);
    }
    attributes(cx, id, model, &keys, &[]);
    if keys.contains(&"tags") {
        tagging::plan::steps(cx, id, &model.tags);
    }
}

/// Deletes the group once nothing refers to it.
pub fn delete(cx: &mut Context<'_>, id: &ResourceId) {
    let detached = cx.steps_that_detach(id);
    let live = cx.live;
    let needs = match cx.existing(id) {
        Some(existing) => revoke(cx, id, "revoke", existing, &detached),
        None => detached.clone(),
    };
    let call = kinds::Call::TargetGroup(Call::DeleteTargetGroup { target_group: cx.arn(id) });
    let name = cx.existing(id).map(|existing| existing.resource.label()).unwrap_or_default();
    cx.call(id, "delete", StepVerb::Delete, name, call, &needs);
    for leftover in live.leftovers.get(id).into_iter().flatten() {
        let target_group = Ref::Known(leftover.arn.clone());
        let call = kinds::Call::TargetGroup(Call::DeleteTargetGroup { target_group });
        let name = leftover.resource.label();
        let needs = revoke(cx, id, &format!("revoke {name}"), leftover, &detached);
        cx.call(id, &format!("delete {name}"), StepVerb::Delete, name, call, &needs);
    }
}

/// One call for all attributes among `keys`: values that exclude each other must change together.
fn attributes(cx: &mut Context<'_>, id: &ResourceId, model: &TargetGroup, keys: &[&str], needs: &[StepId]) {
    let mut attributes = field::encode_attributes(model, |key| keys.contains(&key));
    if keys.contains(&"stickiness") {
        attributes.extend(encode_stickiness(&model.stickiness));
    }
    if attributes.is_empty() {
        return;
    }
    let summary = attribute_words(model, |key| keys.contains(&key)).join(", ");
    let call = Call::ModifyTargetGroupAttributes { target_group: cx.arn(id), attributes };
    cx.call(id, "attributes", StepVerb::Change, summary, kinds::Call::TargetGroup(call), needs);
}

/// AWS's keys and texts for stickiness; off leaves type and durations as they are.
pub fn encode_stickiness(stickiness: &Stickiness) -> BTreeMap<String, String> {
    let pairs = match stickiness {
        Stickiness::Off => vec![("enabled", "false".to_owned())],
        Stickiness::LbCookie { duration } => vec![
            ("enabled", "true".to_owned()),
            ("type", "lb_cookie".to_owned()),
            ("lb_cookie.duration_seconds", duration.to_string()),
        ],
        Stickiness::AppCookie { name, duration } => vec![
            ("enabled", "true".to_owned()),
            ("type", "app_cookie".to_owned()),
            ("app_cookie.cookie_name", name.clone()),
            ("app_cookie.duration_seconds", duration.to_string()),
        ],
    };
    pairs.into_iter().map(|(key, value)| (format!("stickiness.{key}"), value)).collect()
}
