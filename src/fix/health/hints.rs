//! Where to look when a target is not healthy: what the other targets of its group say about it.

use super::{GroupHealth, request};
use crate::kinds::target_group::model::TargetType;
use crate::model::world::{HealthState, TargetHealth};

/// One line on a target that is not healthy; none: there is nothing to say beyond its reason.
pub fn of(group: &GroupHealth, target: &TargetHealth) -> Option<String> {
    let model = group.model.as_ref()?;
    let name = &model.name;
    let what = match model.target_type {
        TargetType::Instance => "instance",
        TargetType::Ip => "address",
        TargetType::Lambda => "function",
    };
    let code = target.reason.as_deref()?;
    let checked = ["Target.ResponseCodeMismatch", "Target.Timeout", "Target.FailedHealthChecks"];
    if checked.contains(&code) {
        return Some(match others(group) {
            Others::Answer(1) => {
                format!("the other target of the group answers: look at this {what}, not at the check")
            }
            Others::Answer(_) => {
                format!("the other targets of the group answer: look at this {what}, not at the check")
            }
            Others::SomeAnswer => format!("some targets of the group answer: look at this {what} first"),
            Others::None | Others::Silent => alone(group, target, code)?,
        });
    }
    match code {
        "Target.NotInUse" if !group.used => {
            Some("forward to the group (weight 0 is enough), and AWS begins to check it".to_owned())
        }
        "Target.NotInUse" => {
            Some("enable that zone on the load balancer, or use targets of its zones".to_owned())
        }
        "Target.InvalidState" => Some(format!(
            "start the instance, or take it out: albctl targets remove {name} {}",
            super::super::targets::name(&target.id, target.port)
        )),
        "Target.IpUnusable" => Some("register the addresses of the application itself".to_owned()),
        // It passes by itself, or nothing is to be done about it.
        _ => None,
    }
}

/// What the other targets of the group say about a check that fails.
enum Others {
    /// There are none.
    None,
    /// All of them answer.
    Answer(usize),
    /// Some do.
    SomeAnswer,
    /// None does.
    Silent,
}

fn others(group: &GroupHealth) -> Others {
    let (left_out, left_out_healthy) = group.left_out;
    let healthy = group.healthy() + left_out_healthy;
    let unhealthy = group.targets.iter().filter(|one| one.state == HealthState::Unhealthy).count();
    let bad = unhealthy + left_out - left_out_healthy;
    match (healthy, bad) {
        (0, 0 | 1) => Others::None,
        (0, _) => Others::Silent,
        (healthy, 1) => Others::Answer(healthy),
        (_, _) => Others::SomeAnswer,
    }
}

/// Where no target answers, the check is as likely to be wrong as the targets.
fn alone(group: &GroupHealth, target: &TargetHealth, code: &str) -> Option<String> {
    let model = group.model.as_ref()?;
    let (name, check) = (&model.name, &model.health_check);
    if model.is_function() {
        return Some("look at what the function answers to a check".to_owned());
    }
    let all = if group.targets.len() + group.left_out.0 > 1 {
        "no target of the group passes"
    } else {
        "it is the only target"
    };
    Some(match code {
        "Target.ResponseCodeMismatch" => format!(
            "{all}: is {} the right path, and {} what it answers? albctl health set {name} --path PATH --codes CODES",
            check.path, check.success_codes
        ),
        "Target.Timeout" => format!(
            "{all}: may the load balancer reach it ({}; security groups, network ACLs), and is it in time?",
            request(model, target.port)
        ),
        _ => format!("{all}: does it listen, and speak that protocol ({})?", request(model, target.port)),
    })
}
