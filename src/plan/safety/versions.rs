//! A listener that changes between HTTP and HTTPS while it forwards to groups of HTTP/2 or gRPC: of the calls that this
//! takes one would come too early, whatever their order. API: IncompatibleProtocols.

use std::collections::BTreeSet;

use super::{located, place};
use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::action::{Action, GroupKey};
use crate::kinds::listener::model::Protocol;
use crate::kinds::{Desired, Live, Resource, group_id, listener};
use crate::model::{Change, ResourceId};

/// Refuses the change of the listener until nothing of it forwards to such groups.
pub fn check(desired: &Desired, live: &Live, changes: &[Change], problems: &mut Diagnostics) {
    let wanted = |id: &ResourceId| desired.resources.get(id).map(|wanted| &wanted.resource);
    let existing = |id: &ResourceId| live.resources.get(id).map(|existing| &existing.resource);
    for id in changes.iter().map(|change| &change.id) {
        let (Some(Resource::Listener(after)), Some(Resource::Listener(before))) = (wanted(id), existing(id))
        else {
            continue;
        };
        let (groups, help) = match (before.protocol, after.protocol) {
            (Protocol::Http, Protocol::Https) => {
                let all = desired.resources.values().map(|wanted| &wanted.resource);
                let help = "first give the listener its certificates and apply, then forward to the group";
                (encrypted(id, &after.default, all, &wanted), help)
            }
            (Protocol::Https, Protocol::Http) => {
                let all = live.resources.values().map(|existing| &existing.resource);
                let help = "first forward to groups of HTTP1 and apply, then change the listener";
                (encrypted(id, &before.default, all, &existing), help)
            }
            (Protocol::Http, Protocol::Http) | (Protocol::Https, Protocol::Https) => continue,
        };
        if let Some(group) = groups.first() {
            let message = format!(
                "{id} would become {} in the same apply as what it forwards to {group}",
                after.protocol
            );
            let problem = Diagnostic::refused("needs-https", message)
                .note(format!("{group} takes HTTP/2 or gRPC, and only a listener of HTTPS may forward to it"))
                .help(help);
            problems.push(located(problem, place(desired, id, "protocol"), ""));
        }
    }
}

/// The groups of a listener and its rules that need HTTPS, with `find` to find them.
fn encrypted<'r>(
    id: &ResourceId,
    default: &'r Action<GroupKey>,
    all: impl Iterator<Item = &'r Resource>,
    find: &dyn Fn(&ResourceId) -> Option<&'r Resource>,
) -> BTreeSet<ResourceId> {
    let of_rules = all.filter_map(|one| match one {
        Resource::Rule(rule) => (listener::id(&rule.listener) == *id).then_some(&rule.then),
        Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Listener(_)
        | Resource::Certificate(_)
        | Resource::DnsRecord(_) => None,
    });
    let groups = of_rules.chain([default]).flat_map(|action| action.groups());
    let groups = groups.filter_map(|one| group_id(&one.group));
    let encrypted = |id: &ResourceId| matches!(find(id), Some(Resource::TargetGroup(group)) if group.protocol_version.needs_https());
    groups.filter(encrypted).collect()
}
