//! A new target group in the place of one that cannot become the wanted one: no request is lost on the way, and an
//! apply that was interrupted is continued by the next one, from what is live.
//!
//! The new group is attached beside the old one at weight 0, because AWS checks only the targets of groups that
//! something refers to; when its targets are healthy the weights are switched; when the old group had the time to
//! finish its requests, it is deleted. Nothing is remembered between two applies: the new group carries the same
//! identity, and what refers to which of them says how far it got.

pub(in crate::plan) mod routes;
mod settle;
mod weave;
mod words;

use std::collections::{BTreeMap, BTreeSet};

pub use routes::action_in;
pub use settle::{due, keep_names, settle};

use crate::kinds::action::{Action, GroupKey, MAX_GROUPS, behind};
use crate::kinds::context::{Context, Held};
use crate::kinds::target_group::TargetGroup;
use crate::kinds::target_group::model::Stickiness;
use crate::kinds::target_group::replace::{NAME, hashed_name};
use crate::kinds::targets::Target;
use crate::kinds::{Desired, Existing, Live, Resource, target_group, targets};
use crate::model::{Change, Health, ResourceId, Verb};

/// How far a replacement is, and so what this plan does of it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Mode {
    /// No request goes to an old group (any more): it is detached and deleted.
    Detach,
    /// The new group is attached at weight 0, gets healthy, and then all requests.
    Gated,
    /// The new group gets all requests at once.
    Direct(Why),
    /// The new group is attached at weight 0, and others register its targets before the next apply.
    Begin,
    /// The new group is there and has too few targets, `have` of at least `need`.
    Waiting { have: usize, need: usize },
    /// The new group has enough healthy targets, and gets all requests.
    Ready,
}

/// Why a new group cannot get healthy before it gets requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// The spec wants it to have no targets.
    NoTargets,
    /// AWS does not support a weighted forward to groups that are sticky by an application's cookie.
    AppCookie,
    /// The new group is of a function that is not checked: it is ready when it is registered.
    Function,
    /// Other actions come before the forward, and albctl does not write those.
    NotWritten,
    /// The forward has as many groups as it can have.
    NoRoom,
}

/// One of our live listeners and rules that forwards to an old group.
#[derive(Clone, Debug)]
struct Referrer {
    id: ResourceId,
    /// What it does now.
    action: Action<String>,
    /// The weight of the old groups together.
    old: u32,
    /// The weight of the new one; none: it is not attached.
    new: Option<u32>,
    /// Why the new one cannot be attached at weight 0; none: it can.
    full: Option<Why>,
    /// The spec lets it forward to the group.
    stays: bool,
}

impl Referrer {
    /// Whether requests go to an old group and none to the new one.
    fn serves_old(&self) -> bool {
        self.old > 0 && self.new.unwrap_or(0) == 0
    }
}

/// One replacement.
#[derive(Clone, Debug)]
struct Replacement {
    id: ResourceId,
    /// The wanted form, with the name that the new group gets or has.
    model: TargetGroup,
    /// The new group, where it is live already.
    new: Option<Existing>,
    /// What goes.
    olds: Vec<Existing>,
    /// What goes and is a group that gets requests now, or the first.
    serving: Existing,
    /// The targets of the new group; none: others register them, or some of them.
    targets: Option<BTreeSet<Target>>,
    referrers: Vec<Referrer>,
    mode: Mode,
}

/// All replacements of a plan.
#[derive(Clone, Debug, Default)]
pub struct Replacements {
    all: Vec<Replacement>,
    health: BTreeMap<String, Health>,
}

impl Replacements {
    /// Finds the replacements that the changes ask for and those that are under way, and gives new groups their
    /// names.
    pub fn find(desired: &mut Desired, live: &Live, changes: &[Change]) -> Self {
        let replaced =
            |id: &ResourceId| changes.iter().any(|change| change.verb == Verb::Replace && change.id == *id);
        let groups: Vec<ResourceId> =
            desired.resources.keys().filter(|id| id.kind() == target_group::KIND).cloned().collect();
        let due: Vec<ResourceId> = groups
            .into_iter()
            .filter(|id| replaced(id) || live.leftovers.get(id).is_some_and(|others| !others.is_empty()))
            .collect();
        for id in due.iter().filter(|id| replaced(id)) {
            name(desired, live, id);
        }
        let survey = Survey { desired, live, actions: routes::live_actions(live), due: &due };
        let all = due.iter().filter_map(|id| survey.replacement(id, replaced(id))).collect();
        Self { all, health: live.counts.clone() }
    }

    /// Lets the actions of the plan keep the old groups where the new ones have no targets yet.
    pub fn hold(&self, cx: &mut Context<'_>) {
        for one in self.all.iter().filter(|one| one.is_held()) {
            let beside = !one.has_app_cookie();
            cx.hold(one.id.key(), Held { old: one.serving.arn.clone(), beside });
        }
    }
}

/// Chooses the name of a new group: the wanted one unless a live group of ours holds it.
fn name(desired: &mut Desired, live: &Live, id: &ResourceId) {
    let Some(Resource::TargetGroup(model)) = desired.resources.get_mut(id).map(|wanted| &mut wanted.resource)
    else {
        return;
    };
    let groups = live.resources.iter();
    let others = live.leftovers.iter().flat_map(|(id, all)| all.iter().map(move |one| (id, one)));
    let held = |(id, one): (&ResourceId, &Existing)| {
        id.kind() == target_group::KIND && one.resource.label() == model.name
    };
    if groups.chain(others).any(held) {
        model.name = hashed_name(model);
    }
}

impl Replacement {
    /// Whether the old group keeps the requests in this plan.
    fn is_held(&self) -> bool {
        match self.mode {
            Mode::Begin | Mode::Waiting { .. } => true,
            Mode::Detach | Mode::Gated | Mode::Direct(_) | Mode::Ready => false,
        }
    }

    fn is_old(&self, arn: &str) -> bool {
        self.olds.iter().any(|one| one.arn == arn)
    }

    fn has_app_cookie(&self) -> bool {
        let old = self.olds.iter().any(|one| is_app_cookie(&one.resource));
        old || matches!(self.model.stickiness, Stickiness::AppCookie { .. })
    }

    /// The referrers whose requests must find the new group ready.
    fn pending(&self) -> impl Iterator<Item = &Referrer> {
        self.referrers.iter().filter(|one| one.serves_old())
    }

    /// Whether AWS checks the new group's targets before it gets requests: it is attached, or can be.
    fn is_checked(&self) -> bool {
        self.pending().any(|referrer| referrer.full.is_none())
    }

    /// The referrers to which the new group is attached at weight 0: those that go on forwarding to it, or, where
    /// that is possible for none of them, the others, so that it is attached anywhere.
    fn attached(&self) -> Vec<&Referrer> {
        let able = |stays: bool| {
            self.pending().filter(|one| one.full.is_none() && one.stays == stays).collect::<Vec<_>>()
        };
        let staying = able(true);
        if staying.is_empty() { able(false) } else { staying }
    }

    /// The delay that the old group's requests get to finish, in seconds.
    fn delay(old: &Existing) -> u64 {
        match &old.resource {
            // Nothing is drained for a function. API: TargetGroupAttribute.
            Resource::TargetGroup(model) if model.is_function() => 0,
            Resource::TargetGroup(model) => {
                model.attributes.get("deregistration_delay").and_then(serde_json::Value::as_u64).unwrap_or(0)
            }
            Resource::Certificate(_)
            | Resource::DnsRecord(_)
            | Resource::LoadBalancer(_)
            | Resource::Targets(_)
            | Resource::Listener(_)
            | Resource::Rule(_) => 0,
        }
    }
}

fn is_app_cookie(resource: &Resource) -> bool {
    matches!(resource, Resource::TargetGroup(group) if matches!(group.stickiness, Stickiness::AppCookie { .. }))
}

/// What is known before any mode is chosen.
struct Survey<'a> {
    desired: &'a Desired,
    live: &'a Live,
    actions: BTreeMap<ResourceId, Action<String>>,
    due: &'a [ResourceId],
}

impl Survey<'_> {
    fn replacement(&self, id: &ResourceId, is_new: bool) -> Option<Replacement> {
        let Some(Resource::TargetGroup(model)) =
            self.desired.resources.get(id).map(|wanted| &wanted.resource)
        else {
            return None;
        };
        let current = self.live.resources.get(id)?;
        let new = (!is_new).then(|| current.clone());
        let mut olds: Vec<Existing> = is_new.then(|| current.clone()).into_iter().collect();
        olds.extend(self.live.leftovers.get(id).into_iter().flatten().cloned());
        let mut one = Replacement {
            id: id.clone(),
            model: model.clone(),
            new,
            serving: self.serving(&olds)?.clone(),
            olds,
            targets: self.targets(id),
            referrers: Vec::new(),
            mode: Mode::Detach,
        };
        one.referrers = self.referrers(&one);
        one.mode = self.mode(&one);
        Some(one)
    }

    /// The old group that gets requests.
    fn serving<'o>(&self, olds: &'o [Existing]) -> Option<&'o Existing> {
        let weight = |one: &Existing| {
            self.actions.values().filter_map(|action| routes::weight(action, |arn| *arn == one.arn)).max()
        };
        olds.iter().rev().max_by_key(|one| weight(one))
    }

    /// The targets that the spec lists, if it lists all.
    fn targets(&self, id: &ResourceId) -> Option<BTreeSet<Target>> {
        match self.desired.resources.get(&targets::id(id.key())).map(|wanted| &wanted.resource) {
            Some(Resource::Targets(targets)) if !targets.additive => Some(targets.targets.clone()),
            Some(_) | None => None,
        }
    }

    fn referrers(&self, one: &Replacement) -> Vec<Referrer> {
        let referrer = |(id, action): (&ResourceId, &Action<String>)| {
            let new = one.new.as_ref().and_then(|new| routes::weight(action, |arn| *arn == new.arn));
            Some(Referrer {
                id: id.clone(),
                action: action.clone(),
                old: routes::weight(action, |arn| one.is_old(arn))?,
                new,
                full: if new.is_none() { self.full(one, action) } else { None },
                stays: routes::wants(self.desired, id, one.id.key()),
            })
        };
        self.actions.iter().filter_map(referrer).collect()
    }

    /// Why an action cannot name the new group at weight 0 beside what it has.
    fn full(&self, one: &Replacement, action: &Action<String>) -> Option<Why> {
        if behind::is(action) {
            return Some(Why::NotWritten);
        }
        let named = |arn: &str| action.groups().iter().any(|group| group.group == arn);
        let live = || self.live.resources.iter();
        let all =
            live().chain(self.live.leftovers.iter().flat_map(|(id, all)| all.iter().map(move |it| (id, it))));
        let groups: Vec<(&ResourceId, &Existing)> =
            all.filter(|(id, existing)| id.kind() == target_group::KIND && named(&existing.arn)).collect();
        if one.has_app_cookie() || groups.iter().any(|(_, existing)| is_app_cookie(&existing.resource)) {
            return Some(Why::AppCookie);
        }
        // Each of the groups that are replaced here may have to find room.
        let coming: BTreeSet<&ResourceId> =
            groups.iter().map(|(id, _)| *id).filter(|id| self.due.contains(id)).collect();
        (action.groups().len() + coming.len() > MAX_GROUPS).then_some(Why::NoRoom)
    }

    /// Whether any listener or rule of the spec forwards to the group.
    fn is_wanted(&self, id: &ResourceId) -> bool {
        let key = GroupKey(id.key().to_owned());
        let names = |action: &Action<GroupKey>| action.groups().iter().any(|one| one.group == key);
        self.desired.resources.values().filter_map(|wanted| routes::action_of(&wanted.resource)).any(names)
    }

    fn health(&self, arn: &str) -> Health {
        self.live.counts.get(arn).copied().unwrap_or_default()
    }

    fn mode(&self, one: &Replacement) -> Mode {
        let mut pending = one.pending().peekable();
        let Some(first) = pending.peek().filter(|_| self.is_wanted(&one.id)) else { return Mode::Detach };
        let why = first.full.unwrap_or(Why::NoRoom);
        let checked = one.is_checked();
        if !one.model.health_check.enabled {
            return Mode::Direct(Why::Function);
        }
        match &one.targets {
            Some(targets) if targets.is_empty() => return Mode::Direct(Why::NoTargets),
            Some(_) => return if checked { Mode::Gated } else { Mode::Direct(why) },
            None => {}
        }
        let Some(new) = &one.new else { return Mode::Begin };
        // What is not checked has no health: then it is enough that targets are registered.
        let count = |health: Health| if checked { health.healthy } else { health.registered };
        let have = count(self.health(&new.arn));
        let need = count(self.health(&one.serving.arn)).max(1);
        let unattached = one.attached().iter().any(|referrer| referrer.new.is_none() && referrer.stays);
        match (have >= need, checked) {
            (true, true) => Mode::Ready,
            (true, false) => Mode::Direct(why),
            (false, _) if unattached => Mode::Begin,
            (false, _) => Mode::Waiting { have, need },
        }
    }
}

/// Whether a field of a replaced group is shown: its name only where nothing else forces the replacement.
fn is_telling(change: &Change, key: &str) -> bool {
    key != NAME || !change.fields.iter().any(|field| field.replaces && field.key != NAME)
}
