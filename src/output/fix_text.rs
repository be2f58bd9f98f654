//! A fix for people: what changes, what that means, which calls it takes.

use std::collections::BTreeMap;
use std::time::Duration;

use super::plan_text::{self, View};
use super::style::{Line, Look, Role};
use super::text::{count, took, visible};
use super::wrap;
use crate::kinds::{Action, Live, Plan, target_group};
use crate::model::world::HealthState;
use crate::model::{Change, FieldChange, ResourceId, Verb};

/// The column at which labels and values begin, as in plans.
const VALUES: usize = 30;

/// What is shown of a fix.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// Its plan.
    pub plan: &'a Plan,
    /// What is live.
    pub live: &'a Live,
    /// What it means.
    pub effect: &'a [String],
    /// What sends requests to what changes.
    pub used_by: &'a [String],
}

/// The changes and what they mean.
pub fn body(shown: Shown<'_>, look: Look) -> String {
    let mut plan = shown.plan.clone();
    for change in &mut plan.changes {
        change.label = label(change, shown.live);
    }
    // Others on the load balancer are no matter of a fix.
    let live = Live { strangers: Vec::new(), notes: Vec::new(), ..shown.live.clone() };
    let view = View { plan: &plan, id: "", live: &live, destroy: false };
    format!("{}{}", plan_text::render(view, look).body, meaning(shown.effect, shown.used_by, look))
}

/// A plan whose changes are told as people tell them: ARNs by name, forwards by their shares.
pub fn for_people(plan: &Plan, names: &BTreeMap<String, String>) -> Plan {
    let mut plan = plan.clone();
    for field in plan.changes.iter_mut().flat_map(|change| &mut change.fields) {
        for text in [&mut field.from_text, &mut field.to_text] {
            for (arn, name) in names.iter().rev().filter(|(arn, _)| text.contains(*arn)).collect::<Vec<_>>() {
                *text = text.replace(arn.as_str(), name);
            }
        }
        shares(field);
        certificates(field);
    }
    plan
}

/// Of two lists of certificates how many there are, which come, which go, and whether the first is another.
fn certificates(field: &mut FieldChange) {
    if field.key != "certificates" {
        return;
    }
    let items = |text: &str| -> Vec<String> { text.split(", ").map(str::to_owned).collect() };
    let (from, to) = (items(&field.from_text), items(&field.to_text));
    let mut words = vec![to.len().to_string()];
    words.extend(to.first().filter(|one| from.first() != Some(one)).map(|one| format!("default {one}")));
    let new = to.iter().skip(1).filter(|one| !from.contains(one));
    words.extend(new.map(|one| format!("with {one}")));
    words.extend(from.iter().filter(|one| !to.contains(one)).map(|one| format!("without {one}")));
    (field.from_text, field.to_text) = (from.len().to_string(), words.join(", "));
}

/// Of two forwards only the shares are shown, and what else of them differs: `forward  users 100% -> users 95%, new 5%`.
fn shares(field: &mut FieldChange) {
    const FORWARD: &str = "forward ";
    const STICKY: &str = ", group sticky ";
    let (Some(from), Some(to)) = (field.from_text.strip_prefix(FORWARD), field.to_text.strip_prefix(FORWARD))
    else {
        return;
    };
    let sticky = |text: &str| text.rfind(STICKY).map_or(text.len(), |at| at);
    let (from_end, to_end) = (sticky(from), sticky(to));
    let same = from.get(from_end..) == to.get(to_end..);
    let kept = |text: &str, end: usize| text.get(..end).filter(|_| same).unwrap_or(text).to_owned();
    (field.from_text, field.to_text) = (kept(from, from_end), kept(to, to_end));
    field.key = FORWARD.trim_end().to_owned();
}

fn label(change: &Change, live: &Live) -> String {
    match health(&change.id, live) {
        Some(health) => format!("{}, {health}", change.label),
        None => change.label.clone(),
    }
}

/// `2 of 2 healthy`, of a group whose targets were read.
pub fn health(id: &ResourceId, live: &Live) -> Option<String> {
    if id.kind() != target_group::KIND {
        return None;
    }
    let targets = live.health.get(&live.resources.get(id)?.arn)?;
    let healthy = targets.iter().filter(|one| one.state == HealthState::Healthy).count();
    Some(match targets.len() {
        0 => "no targets".to_owned(),
        all => format!("{healthy} of {all} healthy"),
    })
}

/// One value of a resource that does not change.
pub fn fact(id: &ResourceId, live: &Live, field: &str, value: &str, look: Look) -> String {
    let name = live.resources.get(id).map(|one| one.resource.label()).unwrap_or_default();
    let label = match health(id, live) {
        Some(health) => format!("{name}, {health}"),
        None => name,
    };
    let head = Line::new(look)
        .add(Role::Plain, "    ")
        .add(Role::Identity, &visible(id.as_str()))
        .to(VALUES)
        .add(Role::Plain, &visible(&label));
    let line = Line::new(look).add(Role::Plain, &format!("      {field}")).to(VALUES);
    let line = line.add(Role::Plain, &visible(value));
    format!("\n{}\n{}\n\n", head.finish(), line.finish())
}

/// `Effect: ...` and `Used by: ...`, each of its lines wrapped and indented.
pub fn meaning(effect: &[String], used_by: &[String], look: Look) -> String {
    let mut text = String::new();
    for (label, lines) in [("Effect:", effect), ("Used by:", used_by)] {
        let blank = " ".repeat(label.len());
        for (index, line) in lines.iter().enumerate() {
            text.push_str(&paragraph(if index == 0 { label } else { &blank }, &visible(line), look.width));
        }
    }
    text
}

/// A text behind a label, broken at blanks.
fn paragraph(label: &str, text: &str, width: usize) -> String {
    let indent = label.len() + 1;
    let room = width.saturating_sub(indent);
    let lines = wrap::lines("", text, room, room);
    let text = lines.join(&format!("\n{}", " ".repeat(indent)));
    format!("{label} {text}").trim_end().to_owned() + "\n"
}

/// `1 write: ModifyTargetGroupAttributes.`
pub fn writes(plan: &Plan) -> String {
    let mut calls: Vec<(&str, usize)> = Vec::new();
    for step in &plan.steps {
        let Action::Call(call) = &step.action else { continue };
        match calls.iter_mut().find(|(name, _)| *name == call.operation()) {
            Some((_, times)) => *times += 1,
            None => calls.push((call.operation(), 1)),
        }
    }
    let one = |(name, times): &(&str, usize)| match times {
        1 => (*name).to_owned(),
        times => format!("{times} {name}"),
    };
    let names: Vec<String> = calls.iter().map(one).collect();
    format!("{}: {}.", count(plan.writes(), "write"), names.join(", "))
}

/// `Done in 0.3s; read back: stickiness lb_cookie 1h.`, with what takes it back behind it where that fits, else below:
/// the one line, and the other or nothing.
pub fn done(changes: &[Change], elapsed: Duration, undo: Option<&str>, look: Look) -> (String, String) {
    let mut told: Vec<String> = Vec::new();
    for change in changes {
        for field in &change.fields {
            let text = format!("{} {}", visible(&field.key), visible(&field.to_text));
            if !told.contains(&text) {
                told.push(text);
            }
        }
        if change.verb == Verb::Delete {
            told.push(format!("{} is gone", visible(change.id.as_str())));
        } else if change.fields.is_empty() {
            told.push(format!("{} {}", visible(change.id.as_str()), visible(&change.summary)));
        }
    }
    let line = Line::new(look)
        .add(Role::Done, &format!("Done in {}", took(elapsed)))
        .add(Role::Plain, &format!("; read back: {}.", told.join(", ")));
    let undo = undo.map(|undo| format!("Take back: {undo}")).unwrap_or_default();
    let gap = line.room().saturating_sub(undo.chars().count()).min(5);
    if gap >= 2 {
        let line = line.add(Role::Plain, &" ".repeat(gap)).add(Role::Margin, &undo);
        return (line.finish(), String::new());
    }
    let below = if undo.is_empty() { String::new() } else { format!("{undo}\n") };
    (line.finish(), below)
}
