//! Functions get their full names: where they are is known once it is known where the load balancer is.
//!
//! API: RegisterTargets; a function is in the account and region of its target group.

use crate::base::{Diagnostic, Diagnostics, Place};
use crate::kinds::target_group::TargetGroup;
use crate::kinds::targets::function::{Function, Home};
use crate::kinds::{Desired, Live, Resource, targets};
use crate::model::ResourceId;

/// Turns the names of functions into ARNs, and refuses functions of another account or region.
pub fn resolve(desired: &mut Desired, live: &Live, problems: &mut Diagnostics) {
    let home = Home::new(&live.region, &live.account);
    for (id, wanted) in &mut desired.resources {
        let place = wanted.fields.get("function").copied().unwrap_or(wanted.place);
        match &mut wanted.resource {
            Resource::TargetGroup(group) => group_of(group, id, &home, place, problems),
            Resource::Targets(model) => {
                model.targets = model.targets.iter().cloned().map(|target| of(target, &home)).collect();
            }
            Resource::LoadBalancer(_)
            | Resource::Listener(_)
            | Resource::Rule(_)
            | Resource::Certificate(_)
            | Resource::DnsRecord(_) => {}
        }
    }
}

fn of(mut target: targets::Target, home: &Home) -> targets::Target {
    if let Some(function) = Function::parse(&target.id).filter(|_| target.is_function()) {
        target.id = function.arn(home);
    }
    target
}

fn group_of(group: &mut TargetGroup, id: &ResourceId, home: &Home, place: Place, problems: &mut Diagnostics) {
    let Some(function) = group.function.as_deref().and_then(Function::parse) else { return };
    if let Some(there) = function.home.as_ref().filter(|there| *there != home) {
        let message = format!("the function of {id} is not where the load balancer is");
        let note = format!(
            "it is in account {}, {}; the load balancer in account {}, {}",
            there.account, there.region, home.account, home.region
        );
        let help = "AWS registers only functions of the same account and region";
        problems.push(Diagnostic::refused("function-elsewhere", message).at(place, "").note(note).help(help));
    }
    group.function = Some(function.arn(home));
}
