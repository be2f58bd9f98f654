//! A replacement for people: what changes, how it is done, what is left for another apply.

use super::{Mode, Referrer, Replacement, Replacements, Why, is_telling};
use crate::base::{Diagnostic, Diagnostics, Seconds};
use crate::kinds::action::behind;
use crate::kinds::context::Context;
use crate::kinds::{Desired, Existing, Live, Wanted, targets};
use crate::model::{Change, Unfinished, Verb};
use crate::plan::{Options, strangers};

/// More names than these are counted.
const MOST_NAMES: usize = 3;

impl Replacements {
    /// Refuses to replace a group that something refers to which is not ours to change, unless that goes too.
    pub fn check(&self, desired: &Desired, live: &Live, options: &Options, problems: &mut Diagnostics) {
        for one in &self.all {
            for (old, user) in one
                .olds
                .iter()
                .filter_map(|old| Some((old, strangers::users(desired, live, options, &old.arn).next()?)))
            {
                let message = format!(
                    "{} cannot be replaced: {} forwards to it and is not in the spec",
                    one.id, user.what
                );
                let diagnostic = Diagnostic::refused("group-in-use", message);
                let diagnostic = match desired.resources.get(&one.id) {
                    Some(wanted) => diagnostic.at(wanted.place, ""),
                    None => diagnostic,
                };
                problems.push(
                    diagnostic
                        .note(format!("the group that would go is {}", old.resource.label()))
                        .help(strangers::release(live, user)),
                );
            }
            // It would go on naming the old group, or lose what comes before its forward.
            let stays = |referrer: &&Referrer| desired.resources.contains_key(&referrer.id);
            for referrer in one.referrers.iter().filter(stays).filter(|one| behind::is(&one.action)) {
                let first = referrer.action.first();
                let message = format!(
                    "{} cannot be replaced: {} forwards to it after {}",
                    one.id,
                    referrer.id,
                    first.join(", ")
                );
                let diagnostic = Diagnostic::refused("group-in-use", message).note(behind::why(first));
                let arn = live.resources.get(&referrer.id).map_or("", |one| one.arn.as_str());
                let help = behind::instead(&referrer.id, arn, first);
                problems.push(help.into_iter().fold(diagnostic, Diagnostic::help));
            }
        }
    }

    /// Shows the changes of groups as what they are: one replacement each, with how it is done. `place` names a
    /// position in the spec.
    pub fn present(
        &self,
        desired: &Desired,
        changes: &mut Vec<Change>,
        place: impl Fn(&Wanted) -> Option<String>,
    ) {
        for one in &self.all {
            if matches!(one.mode, Mode::Waiting { .. }) && !changes.iter().any(|change| change.id == one.id) {
                continue;
            }
            let Some(wanted) = desired.resources.get(&one.id) else { continue };
            if !changes.iter().any(|change| change.id == one.id) {
                changes.insert(position(desired, changes, wanted.order), fresh(one, wanted, place(wanted)));
            }
            for change in changes.iter_mut().filter(|change| change.id == one.id) {
                one.present(wanted, change);
            }
            changes.retain(|change| change.id != targets::id(one.id.key()) || !one.brings(change));
        }
    }

    /// What is left for another apply.
    pub fn unfinished(&self, cx: &Context<'_>) -> Vec<Unfinished> {
        let held = self.all.iter().filter(|one| one.is_held());
        held.map(|one| Unfinished {
            id: one.id.clone(),
            arn: cx.arn(&one.id),
            // Functions are never left to others to register.
            port: one.model.port.unwrap_or_default(),
            until: one.until(),
        })
        .collect()
    }
}

/// Where a change of this place in the spec belongs among the others.
fn position(desired: &Desired, changes: &[Change], order: usize) -> usize {
    let after = |change: &Change| match desired.resources.get(&change.id) {
        Some(wanted) => wanted.order > order,
        None => true,
    };
    changes.iter().position(after).unwrap_or(changes.len())
}

fn fresh(one: &Replacement, wanted: &Wanted, place: Option<String>) -> Change {
    Change {
        id: one.id.clone(),
        verb: Verb::Update,
        label: one.model.name.clone(),
        summary: String::new(),
        fields: Vec::new(),
        how: None,
        note: wanted.note.clone(),
        place,
    }
}

impl Replacement {
    fn present(&self, wanted: &Wanted, change: &mut Change) {
        let replaces = self.new.is_none() || self.pending().next().is_some();
        if replaces && !matches!(self.mode, Mode::Waiting { .. }) {
            let explicit = |key: &str| wanted.fields.contains_key(key);
            change.verb = Verb::Replace;
            // That it had another key before stays said.
            change.fields.retain(|field| crate::diff::is_identity(&field.key));
            change.fields.extend(wanted.resource.changes_from(&self.serving.resource, explicit));
            change.label = format!("{} -> {}", self.serving.resource.label(), self.model.name);
            let shown: Vec<bool> = change.fields.iter().map(|field| is_telling(change, &field.key)).collect();
            let mut shown = shown.into_iter();
            change.fields.retain(|_| shown.next().unwrap_or(true));
        }
        change.how = self.how();
    }

    /// Whether a change of the group's targets is only that the same targets get the new port or the new group,
    /// or the group's own function.
    fn brings(&self, change: &Change) -> bool {
        let ids = |value: &serde_json::Value| -> Vec<String> {
            let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
            all.iter().filter_map(|one| Some(one.get("id")?.as_str()?.to_owned())).collect()
        };
        // Another function is what the replacement is for.
        let same = |field: &crate::model::FieldChange| {
            self.model.is_function() || ids(&field.from) == ids(&field.to)
        };
        change.verb == Verb::Update && self.new.is_none() && change.fields.iter().all(same)
    }

    fn how(&self) -> Option<String> {
        let new = if self.new.is_some() { "the new group is there" } else { "new group" };
        let healthy = self.targets.as_ref().filter(|_| self.model.health_check.enabled);
        let healthy = healthy.map(|targets| format!("{} healthy", count(targets.len(), "target")));
        let switches = self.switches();
        let rest = self.rest();
        Some(match &self.mode {
            Mode::Detach if self.new.is_some() => {
                let names: Vec<String> = self.olds.iter().map(|old| old.resource.label()).collect();
                format!("an earlier replacement goes on: {}{}", rest, of(&names))
            }
            Mode::Detach => format!("{new}, nothing refers to the old one: {rest}"),
            Mode::Gated => join(&[Some(new.to_owned()), healthy, switches, Some(rest)]),
            Mode::Ready => {
                let ready = format!("{new} and has healthy targets");
                join(&[Some(ready), switches, Some(rest)])
            }
            Mode::Direct(why) => {
                let at_once = switches.map(|text| format!("{text} at once ({})", why.words()));
                let text = join(&[Some(new.to_owned()), at_once, healthy, Some(rest)]);
                match why {
                    Why::NoTargets | Why::Function => text,
                    Why::AppCookie | Why::NoRoom | Why::NotWritten => {
                        format!(
                            "{text}\nuntil its targets are healthy, requests may be answered 502, 503 or 504"
                        )
                    }
                }
            }
            Mode::Begin => self.two_applies(),
            Mode::Waiting { .. } => return None,
        })
    }

    fn two_applies(&self) -> String {
        let attached: Vec<&Referrer> = self.attached();
        let this = match names(&attached) {
            Some(names) => format!("the new group, attached to {names} at weight 0; then it stops"),
            None => "the new group; then it stops".to_owned(),
        };
        let switch = self.switches().unwrap_or_else(|| "it is referred to".to_owned());
        let next = match attached.is_empty() {
            false => format!("when the new group has healthy targets, {switch}, the old one goes"),
            true => format!("when targets are registered with the new group, {switch}, the old one goes"),
        };
        format!(
            "two applies. Its targets are registered by others, who must learn the new ARN.\n\
             this apply: {this}\n\
             next apply: {next}"
        )
    }

    /// `rule/https/orders switches`.
    fn switches(&self) -> Option<String> {
        let staying: Vec<&Referrer> = self.pending().filter(|one| one.stays).collect();
        let verb = if staying.len() == 1 { "switches" } else { "switch" };
        names(&staying).map(|names| format!("{names} {verb}"))
    }

    /// `30s drain, old one deleted`.
    fn rest(&self) -> String {
        let goes = |old: &Existing| {
            self.referrers
                .iter()
                .any(|one| super::routes::weight(&one.action, |arn| *arn == old.arn) > Some(0))
        };
        let longest =
            self.olds.iter().filter(|old| goes(old)).map(Self::delay).max().filter(|&delay| delay > 0);
        let deleted = if self.olds.len() == 1 { "old one deleted" } else { "old ones deleted" };
        match longest {
            Some(delay) => format!("{} drain, {deleted}", Seconds(delay)),
            None => deleted.to_owned(),
        }
    }

    fn until(&self) -> String {
        match &self.mode {
            Mode::Waiting { have, need } => {
                let state = if self.is_checked() { "healthy" } else { "registered" };
                format!(
                    "its new group has {have} of at least {need} targets {state}; the old one still serves"
                )
            }
            Mode::Begin | Mode::Detach | Mode::Gated | Mode::Direct(_) | Mode::Ready => {
                "its new group has no targets yet; the old one still serves".to_owned()
            }
        }
    }
}

impl Why {
    fn words(self) -> &'static str {
        match self {
            Why::NoTargets => "the spec wants it to have no targets",
            Why::Function => "a function is ready as soon as it is registered",
            Why::AppCookie => "app_cookie does not go with a weight of 0",
            Why::NotWritten => "albctl does not write what comes before its forward",
            Why::NoRoom => "its forward has no room for one more group",
        }
    }
}

fn names(referrers: &[&Referrer]) -> Option<String> {
    let ids: Vec<&str> = referrers.iter().map(|one| one.id.as_str()).collect();
    match ids.len() {
        0 => None,
        few if few <= MOST_NAMES => Some(ids.join(", ")),
        many => Some(format!("{many} listeners and rules")),
    }
}

fn of(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
}

fn join(parts: &[Option<String>]) -> String {
    parts.iter().flatten().cloned().collect::<Vec<_>>().join(", ")
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
