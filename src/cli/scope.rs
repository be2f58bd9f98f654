//! What of the account concerns a spec.

use crate::aws::Scope;
use crate::aws::observe::WantedName;
use crate::kinds::certificate::model::{Origin, Store};
use crate::kinds::dns_record::DnsRecord;
use crate::kinds::dns_record::model::Provider;
use crate::kinds::{Desired, Resource, target_group};
use crate::plan::Options;

/// What must be read to plan with these options.
pub fn planning(desired: &Desired, options: &Options) -> Scope {
    let mut scope = Scope { adopt: options.adopt, ..of(desired) };
    if options.delete_validation_records {
        scope.validation_records = true;
        match &desired.dns_role {
            Some(role) => drop(scope.dns.roles.insert(role.clone())),
            None => scope.zones = true,
        }
    }
    scope
}

/// What must be read to remove all of the stack. What had another name before is not destroyed under this one.
pub fn destroying(desired: &Desired, options: &Options) -> Scope {
    Scope { former_stack: None, destroys: true, ..planning(desired, options) }
}

/// What must be read to compare a spec with what is live.
pub fn of(desired: &Desired) -> Scope {
    let mut scope = Scope {
        stack: desired.stack.clone(),
        former_stack: desired.former_stack.as_ref().map(|stack| stack.value.clone()),
        ..Scope::default()
    };
    for moved in desired.moved.iter().filter(|moved| moved.to.kind() == target_group::KIND) {
        scope.moved_groups.insert(moved.from.key().to_owned(), moved.to.key().to_owned());
    }
    for (id, wanted) in &desired.resources {
        match &wanted.resource {
            Resource::LoadBalancer(model) => scope.load_balancer_name = Some(model.name.clone()),
            Resource::TargetGroup(model) => {
                scope.target_groups.insert(id.key().to_owned(), model.name.clone());
                let hashed = target_group::replace::hashed_name(model);
                scope.replacement_names.insert(id.key().to_owned(), hashed);
            }
            Resource::Targets(model) => {
                scope.managed_targets.insert(model.group.clone());
                scope.wanted_targets.insert(model.group.clone(), model.targets.clone());
            }
            Resource::Certificate(model) if model.store == Store::Iam => scope.iam = true,
            Resource::Certificate(model) => {
                scope.acm_domains.insert(model.domain.clone());
                match &model.origin {
                    Some(Origin::Request { role: Some(role), .. }) => {
                        scope.dns.roles.insert(role.clone());
                    }
                    Some(Origin::Request { role: None, .. }) => scope.zones = true,
                    Some(Origin::Files(_) | Origin::SelfSigned { .. }) | None => {}
                }
            }
            Resource::Listener(model) => {
                let others = model.certificates.iter().filter(|one| one.own().is_none());
                scope.used_certificates.extend(others.cloned());
                scope.listener_attributes |= !model.attributes.is_empty();
            }
            Resource::DnsRecord(model) => dns(&mut scope, model),
            Resource::Rule(_) => {}
        }
        if let Some(tags) = wanted.resource.tags() {
            scope.tags.insert(id.clone(), tags.clone());
        }
    }
    scope
}

/// The zones and names that a record needs.
fn dns(scope: &mut Scope, model: &DnsRecord) {
    if model.provider == Provider::Other {
        scope.dns.outside.insert(model.name.clone());
        return;
    }
    let zone = &model.zone;
    match &zone.role {
        Some(role) => drop(scope.dns.roles.insert(role.clone())),
        None => scope.zones = true,
    }
    let (name, choice, role) = (model.name.clone(), zone.choice.clone(), zone.role.clone());
    scope.dns.names.push(WantedName { name, choice, private: zone.private, role });
}
