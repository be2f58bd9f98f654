//! A target group that goes while something still forwards to it: AWS would refuse the call, after all others.

use super::located;
use crate::base::{Diagnostic, Diagnostics};
use crate::kinds::{Desired, Live, Resource, Wanted, group_id, load_balancer, target_group};
use crate::model::world::User;
use crate::model::{Change, ResourceId, Verb};
use crate::plan::{Options, strangers};

/// Refuses to delete a group that is used by something that is not ours, or by a listener or rule of ours that keeps
/// its action because the spec ignores it. API: DeleteTargetGroup, `ResourceInUse`.
pub fn in_use(
    desired: &Desired,
    live: &Live,
    id: &ResourceId,
    changes: &[Change],
    options: &Options,
    problems: &mut Diagnostics,
) {
    if id.kind() != target_group::KIND {
        return;
    }
    let refused = |why: String| {
        Diagnostic::refused("group-in-use", format!("{id} is not in the spec and cannot be deleted: {why}"))
    };
    let leftovers = live.leftovers.get(id).into_iter().flatten();
    for existing in live.resources.get(id).into_iter().chain(leftovers) {
        let users = strangers::users(desired, live, options, &existing.arn);
        for user in users.filter(|user| !goes_along(live, user, changes)) {
            problems.push(
                refused(format!("{} forwards to it", user.what))
                    .note(format!("the group that would go is {}", existing.resource.label()))
                    .help(strangers::release(live, user))
                    .help("or write the group back into the spec"),
            );
        }
    }
    for (referrer, wanted) in desired.resources.iter().filter(|(_, wanted)| forwards_to(wanted, id)) {
        let field = if matches!(wanted.resource, Resource::Listener(_)) { "default" } else { "then" };
        problems.push(
            located(
                refused(format!("{referrer} keeps forwarding to it")),
                wanted.fields.get(field).copied().or(Some(wanted.place)),
                format!("`ignore: [{field}]` keeps what is live"),
            )
            .help(format!("do not ignore `{field}`, or write the group back into the spec")),
        );
    }
}

/// Whether what holds the user is deleted too, which is refused in its own words.
fn goes_along(live: &Live, user: &User, changes: &[Change]) -> bool {
    let deleted =
        |id: &ResourceId| changes.iter().any(|change| change.verb == Verb::Delete && change.id == *id);
    let stranger = live.strangers.iter().find(|stranger| stranger.arn == user.arn);
    stranger.is_some_and(|stranger| deleted(&stranger.parent) || deleted(&load_balancer::id()))
}

fn forwards_to(wanted: &Wanted, group: &ResourceId) -> bool {
    let action = match &wanted.resource {
        Resource::Listener(listener) => &listener.default,
        Resource::Rule(rule) => &rule.then,
        Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_)
        | Resource::Certificate(_)
        | Resource::DnsRecord(_) => return false,
    };
    action.groups().iter().any(|one| group_id(&one.group).as_ref() == Some(group))
}
