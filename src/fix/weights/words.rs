//! Shares in words: today, after, and what that means for clients.

use super::{group, health};
use crate::base::Seconds;
use crate::fix::{place, uses};
use crate::kinds::Live;
use crate::kinds::action::{GroupKey, Weighted};
use crate::kinds::target_group::model::Stickiness;
use crate::model::ResourceId;

/// A forward, today and after.
pub(super) struct Change<'a> {
    pub(super) live: &'a Live,
    pub(super) id: &'a ResourceId,
    pub(super) before: &'a [Weighted<GroupKey>],
    pub(super) after: &'a [Weighted<GroupKey>],
    /// For so many seconds a client keeps its group.
    pub(super) stickiness: Option<u32>,
}

/// One group of a forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is called.
    pub key: String,
    /// Its name in AWS.
    pub name: String,
    /// Its weight.
    pub weight: u32,
    /// Its share: `95%`, `33.3%`.
    pub share: String,
    /// Healthy targets and all of them; none where that could not be read.
    pub health: Option<(usize, usize)>,
    /// Whether clients keep their target in it.
    pub sticky: bool,
}

/// The groups of a forward, as `weights show` shows them.
pub fn rows(live: &Live, groups: &[Weighted<GroupKey>]) -> Vec<Row> {
    let all = total(groups);
    let one = |one: &Weighted<GroupKey>| Row {
        key: one.group.to_string(),
        name: name(live, &one.group),
        weight: one.weight,
        share: percent(one.weight, all),
        health: health(live, &one.group),
        sticky: group(live, &one.group).is_some_and(|group| group.stickiness != Stickiness::Off),
    };
    groups.iter().map(one).collect()
}

/// What happens to clients of a forward: a line each.
pub fn clients(groups: &[Weighted<GroupKey>], stickiness: Option<u32>) -> Vec<String> {
    if sharing(groups) < 2 {
        return Vec::new();
    }
    vec![match stickiness {
        Some(seconds) => format!(
            "A client keeps its group (cookie AWSALBTG) for up to {}: new shares are those of clients without one.",
            Seconds(u64::from(seconds))
        ),
        None => "Each request is drawn anew: a client may be answered by one group now and by another next."
            .to_owned(),
    }]
}

/// The sum of the weights.
pub(super) fn total(groups: &[Weighted<GroupKey>]) -> u32 {
    groups.iter().map(|one| one.weight).sum()
}

/// How many groups get requests.
pub(super) fn sharing(groups: &[Weighted<GroupKey>]) -> usize {
    groups.iter().filter(|one| one.weight > 0).count()
}

/// The weight of a group; none that is not there.
pub(super) fn weight_of(groups: &[Weighted<GroupKey>], key: &GroupKey) -> Option<u32> {
    groups.iter().find(|one| one.group == *key).map(|one| one.weight)
}

/// Whether the share of a weight in one forward is more than that of a weight in another.
pub(super) fn exceeds(
    weight: u32,
    of: &[Weighted<GroupKey>],
    before: Option<u32>,
    was: &[Weighted<GroupKey>],
) -> bool {
    weight * total(was).max(1) > before.unwrap_or(0) * total(of)
}

/// A share in per cent, with one decimal where it is no whole one; of nothing it is none.
pub fn percent(weight: u32, total: u32) -> String {
    let tenths = (weight * 1000 + total / 2).checked_div(total).unwrap_or(0);
    match (weight * 100).checked_rem(total) {
        Some(0) | None => format!("{}%", tenths / 10),
        Some(_) if tenths == 0 => "<0.1%".to_owned(),
        Some(_) => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

/// `users 95%, users-canary 5%`
pub(super) fn told(groups: &[Weighted<GroupKey>]) -> String {
    let all = total(groups);
    let one = |one: &Weighted<GroupKey>| format!("{} {}", one.group, percent(one.weight, all));
    groups.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What a group is called in AWS, which means it on any command line.
pub(super) fn name(live: &Live, key: &GroupKey) -> String {
    group(live, key).map_or_else(|| key.to_string(), |group| group.name.clone())
}

/// `shop-users=95 shop-users-canary=5`; a group alone has all.
pub(super) fn arguments(live: &Live, groups: &[Weighted<GroupKey>]) -> String {
    let one = |one: &Weighted<GroupKey>| {
        let weight = if groups.len() == 1 { super::amount::WHOLE } else { one.weight };
        format!("{}={weight}", name(live, &one.group))
    };
    groups.iter().map(one).collect::<Vec<_>>().join(" ")
}

impl Change<'_> {
    /// What the change means, a line each.
    pub(super) fn effect(&self) -> Vec<String> {
        let (all, were) = (total(self.after), total(self.before));
        let mut lines = Vec::new();
        let share = |one: &Weighted<GroupKey>| {
            let after = percent(one.weight, all);
            match weight_of(self.before, &one.group).map(|weight| percent(weight, were)) {
                Some(before) if before == after => format!("{} stays at {after}", one.group),
                Some(before) => format!("{} {before} -> {after}", one.group),
                None => format!("{} (new) -> {after}", one.group),
            }
        };
        let shares: Vec<String> = self.after.iter().map(share).collect();
        lines.push(format!("of the requests: {}.", shares.join(", ")));
        lines.extend(self.before.iter().filter_map(|one| self.leaves(one)));
        lines.extend(self.after.iter().filter_map(|one| self.rests(one)));
        lines.extend(clients(self.after, self.stickiness));
        if let (Some(seconds), true) = (self.stickiness, sharing(self.after) < 2 && sharing(self.before) > 1)
        {
            lines.push(format!(
                "Clients that had another group hold its cookie AWSALBTG for up to {}.",
                Seconds(u64::from(seconds))
            ));
        }
        lines
    }

    /// A group that is not in the forward any more.
    fn leaves(&self, one: &Weighted<GroupKey>) -> Option<String> {
        if weight_of(self.after, &one.group).is_some() {
            return None;
        }
        let share = percent(one.weight, total(self.before));
        let others = uses::of(self.live, &one.group.0).iter().any(|other| other.id != *self.id);
        let checks = match others {
            true => "another rule or listener still forwards to it.",
            false => {
                "nothing forwards to it then, so that AWS checks its targets no more (0 would keep it attached)."
            }
        };
        Some(format!("{} leaves the forward (today {share}): {checks}", one.group))
    }

    /// A group that is there and gets nothing.
    fn rests(&self, one: &Weighted<GroupKey>) -> Option<String> {
        let before = weight_of(self.before, &one.group);
        let how = if before.is_some() { "stays" } else { "is" };
        (one.weight == 0 && before != Some(0)).then(|| {
            format!("{} {how} attached with weight 0: no requests, but AWS checks its targets.", one.group)
        })
    }

    /// The command that attaches a group with weight 0 beside what is there; none where there is no room.
    pub(super) fn with_zero(&self, key: &GroupKey) -> Option<String> {
        let word = place::word(self.live, self.id)?;
        let room = self.before.len() < crate::kinds::action::MAX_GROUPS;
        (weight_of(self.before, key).is_none() && room).then(|| {
            let before = arguments(self.live, self.before);
            format!("weights set {word} {before} {}=0", name(self.live, key))
        })
    }
}
