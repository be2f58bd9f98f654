//! The targets of groups for programs.

use serde_json::{Value, json};

use crate::fix::health::{GroupHealth, hints};
use crate::model::world::{HealthState, TargetHealth};

/// One group.
pub fn group(one: &GroupHealth) -> Value {
    let target = |target: &TargetHealth| self::target(one, target);
    let check = one.model.as_ref().map(|model| &model.health_check);
    json!({
        "target_group": one.key,
        "name": one.model.as_ref().map(|model| &model.name),
        "arn": one.arn,
        "used": one.used,
        "healthy": one.healthy(),
        "registered": one.targets.len(),
        "is_healthy": one.is_healthy(),
        "health_check": check,
        "deregistration_delay": one.model.as_ref().map(|model| crate::kinds::targets::reason::delay(model).0),
        "targets": one.targets.iter().map(target).collect::<Vec<_>>(),
        "draining": one.draining.iter().map(target).collect::<Vec<_>>(),
    })
}

fn target(group: &GroupHealth, target: &TargetHealth) -> Value {
    json!({
        "id": target.id,
        "port": target.port,
        "zone": target.zone,
        "state": target.status,
        "is_healthy": target.state == HealthState::Healthy,
        "reason": target.reason,
        "description": target.description,
        "words": group.reason(target),
        "hint": hints::of(group, target),
    })
}
