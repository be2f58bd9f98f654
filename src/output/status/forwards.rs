//! Where the requests of a listener or rule go, and which of them no target answers.

use super::groups::Group;
use super::{Listener, Target};
use crate::fix::weights::percent;
use crate::kinds::action::{Action, GroupKey, Weighted};
use crate::model::world::HealthState;

/// What an action does, with the health of the groups that it forwards to.
pub(super) fn target(action: &Action<GroupKey>, groups: &[Group]) -> Target {
    let forwards = action.groups();
    if forwards.is_empty() {
        return Target { words: action.describe(), problem: None, weightless: false };
    }
    let total: u32 = forwards.iter().map(|one| one.weight).sum();
    let known = |key: &GroupKey| groups.iter().find(|group| group.key == key.0);
    let one = |one: &Weighted<GroupKey>| {
        let mut text = one.group.to_string();
        if forwards.len() > 1 {
            text.push_str(&format!(" {}", percent(one.weight, total)));
        }
        match known(&one.group) {
            Some(Group { function: Some(function), .. }) => text.push_str(&format!("  function {function}")),
            Some(group) => text.push_str(&format!("  {}", group.health())),
            None => {}
        }
        text
    };
    let words: Vec<String> = forwards.iter().map(one).collect();
    let weightless = total == 0;
    let problem = match weightless {
        true => Some("all weights 0, answers 503".to_owned()),
        false => lost(forwards, total, &known),
    };
    let mut words = words.join(", ");
    if !action.first().is_empty() {
        words = format!("{}, then {} {words}", action.first().join(", "), action.routed().kind());
    }
    Target { words, problem, weightless }
}

/// Which part of the requests goes where no healthy target is; empty where some targets of a group are healthy. A group
/// keeps its share whatever becomes of its targets. ELB guide: Target group weights.
fn lost<'g>(
    forwards: &[Weighted<GroupKey>],
    total: u32,
    known: &dyn Fn(&GroupKey) -> Option<&'g Group>,
) -> Option<String> {
    let (mut unanswered, mut unhealthy, mut partly) = (0, 0, false);
    for one in forwards.iter().filter(|one| one.weight > 0) {
        let Some(group) = known(&one.group) else { continue };
        // Of functions that are not checked nothing is known.
        let unknown = group.function.is_some() && !group.targets.iter().any(is_bad);
        match (group.targets.len(), group.healthy()) {
            (0, _) => unanswered += one.weight,
            (_, 0) if !unknown => unhealthy += one.weight,
            (all, healthy) => partly |= healthy < all,
        }
    }
    let share = |weight: u32, words: &str, link: &str| match weight {
        0 => None,
        all if all == total => Some(words.to_owned()),
        some => Some(format!("{words} {link} {}", percent(some, total))),
    };
    let told = [share(unanswered, "answers 503", "to"), share(unhealthy, "no healthy target", "for")];
    let told: Vec<String> = told.into_iter().flatten().collect();
    match told.is_empty() {
        true => partly.then(String::new),
        false => Some(told.join(", ")),
    }
}

fn is_bad(target: &crate::model::world::TargetHealth) -> bool {
    target.state == HealthState::Unhealthy
}

/// The forwards of a listener that send no request anywhere, a line each.
pub(super) fn weightless(listener: &Listener) -> Vec<String> {
    const MEANING: &str = "are 0: no group gets a request, each is answered 503";
    let key = listener.key.as_deref().unwrap_or_default();
    let mut all = Vec::new();
    if listener.default.as_ref().is_some_and(|then| then.weightless) {
        all.push(format!("listener/{key}  all weights of its default {MEANING}"));
    }
    for rule in listener.rules.iter().filter(|rule| rule.then.as_ref().is_some_and(|then| then.weightless)) {
        let who = match rule.ours {
            true => format!("rule/{key}/{}", rule.name),
            false => format!("listener/{key} priority {}", rule.priority),
        };
        all.push(format!("{who}  all its weights {MEANING}"));
    }
    all
}
