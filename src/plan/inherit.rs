//! What is not to be touched is copied from the live side into the wanted one, so that the diff needs no filters.

use crate::kinds::{Desired, Live, Resource, listener, load_balancer, target_group};

/// Copies ignored fields, deletion protection that the spec leaves out, and the extra targets of additive groups,
/// the attributes of listeners that the spec leaves out.
pub fn inherit(desired: &mut Desired, live: &Live) {
    let replaced = super::replace::due(desired, live);
    for (id, wanted) in &mut desired.resources {
        let Some(existing) = live.resources.get(id) else {
            if let Resource::Listener(wanted) = &mut wanted.resource {
                listener::attributes::inherit(wanted, None);
            }
            continue;
        };
        let ignored = &wanted.ignore;
        let left_out = |key: &str| {
            key == load_balancer::fields::UNTOUCHED_WHEN_LEFT_OUT && !wanted.fields.contains_key(key)
        };
        wanted.resource.keep_live(&existing.resource, |key| {
            ignored.iter().any(|ignored| key == ignored || key.starts_with(&format!("{ignored}.")))
                || left_out(key)
        });
        if let (Resource::Listener(wanted), Resource::Listener(live)) =
            (&mut wanted.resource, &existing.resource)
        {
            listener::attributes::inherit(wanted, Some(live));
        }
        if let (Resource::Targets(wanted), Resource::Targets(live)) =
            (&mut wanted.resource, &existing.resource)
            && wanted.additive
            && !replaced.contains(&target_group::id(&wanted.group))
        {
            wanted.targets.extend(live.targets.iter().cloned());
        }
    }
}
