//! Who forwards to which live target group, and the calls that change it.

use std::collections::BTreeMap;

use crate::kinds::action::{Action, GroupKey};
use crate::kinds::context::Context;
use crate::kinds::{Call, Desired, Live, Resource, Step, listener, rule, target_group};
use crate::model::{Action as StepAction, Ref, ResourceId};

/// The actions of our live listeners and rules, every group by its ARN.
pub fn live_actions(live: &Live) -> BTreeMap<ResourceId, Action<String>> {
    let one = |(id, existing): (&ResourceId, &crate::kinds::Existing)| {
        let resource = live.apart.get(id).unwrap_or(&existing.resource);
        Some((id.clone(), by_arn(action_of(resource)?, live)))
    };
    live.resources.iter().filter_map(one).collect()
}

fn by_arn(action: &Action<GroupKey>, live: &Live) -> Action<String> {
    let Ok(action) = action.map::<_, std::convert::Infallible>(&mut |key| {
        let group = live.resources.get(&target_group::id(&key.0));
        Ok(group.map_or_else(|| key.0.clone(), |group| group.arn.clone()))
    });
    action
}

/// The action of a listener or rule.
pub fn action_of(resource: &Resource) -> Option<&Action<GroupKey>> {
    match resource {
        Resource::Listener(listener) => Some(&listener.default),
        Resource::Rule(rule) => Some(&rule.then),
        Resource::Certificate(_)
        | Resource::DnsRecord(_)
        | Resource::LoadBalancer(_)
        | Resource::TargetGroup(_)
        | Resource::Targets(_) => None,
    }
}

/// Whether the spec lets a listener or rule forward to the group of this key.
pub fn wants(desired: &Desired, referrer: &ResourceId, key: &str) -> bool {
    let wanted = desired.resources.get(referrer).and_then(|wanted| action_of(&wanted.resource));
    wanted.is_some_and(|action| action.groups().iter().any(|one| one.group.0 == key))
}

/// The weight that an action gives to the groups for which `which` holds; none: it names none of them.
pub fn weight<G>(action: &Action<G>, which: impl Fn(&G) -> bool) -> Option<u32> {
    let mut weights = action.groups().iter().filter(|one| which(&one.group)).map(|one| one.weight).peekable();
    weights.peek()?;
    Some(weights.sum())
}

/// The call that gives a live listener or rule another action and nothing else.
pub fn modify(cx: &Context<'_>, referrer: &ResourceId, action: Action<Ref>) -> Call<Ref> {
    // A rule that is made anew is meant as it stands: the new one has its action from the start.
    let live = cx.existing(referrer).map(|existing| Ref::Known(existing.arn.clone()));
    let arn = live.unwrap_or_else(|| cx.arn(referrer));
    if referrer.kind() == rule::KIND {
        return Call::Rule(rule::Call::ModifyRule {
            rule: arn,
            when: None,
            then: Some(action),
            reset_transforms: false,
        });
    }
    Call::Listener(listener::Call::ModifyListener {
        listener: arn,
        port: None,
        protocol: None,
        ssl_policy: None,
        certificate: None,
        default: Some(action),
    })
}

/// The action that a step gives to its listener or rule.
pub fn action_in(step: &Step) -> Option<&Action<Ref>> {
    let StepAction::Call(call) = &step.action else { return None };
    match call {
        Call::Listener(listener::Call::CreateListener { default, .. }) => Some(default),
        Call::Listener(listener::Call::ModifyListener { default, .. }) => default.as_ref(),
        Call::Rule(rule::Call::CreateRule { then, .. }) => Some(then),
        Call::Rule(rule::Call::ModifyRule { then, .. }) => then.as_ref(),
        Call::Listener(
            listener::Call::AddListenerCertificates { .. }
            | listener::Call::RemoveListenerCertificates { .. }
            | listener::Call::ModifyListenerAttributes { .. }
            | listener::Call::DeleteListener { .. },
        )
        | Call::Rule(rule::Call::SetRulePriorities { .. } | rule::Call::DeleteRule { .. })
        | Call::LoadBalancer(_)
        | Call::TargetGroup(_)
        | Call::Targets(_)
        | Call::Certificate(_)
        | Call::DnsRecord(_)
        | Call::Tagging(_) => None,
    }
}
