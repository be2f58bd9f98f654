//! The targets of groups for people: who answers, who does not and why, where to look.

use std::time::Duration;

use super::style::{Line, Look, Role};
use super::text::{count, stopwatch, visible};
use super::wrap;
use crate::fix::health::{GroupHealth, hints};
use crate::kinds::targets::function::short;
use crate::model::world::{HealthState, TargetHealth};

/// How much is said of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Who is registered.
    Members,
    /// And where to look.
    Hints,
}

/// One group: a line for itself, one for each target, and what there is to say.
pub fn group(one: &GroupHealth, detail: Detail, look: Look) -> String {
    let mut text = head(one, look);
    let all: Vec<&TargetHealth> = one.targets.iter().chain(&one.draining).collect();
    let columns = Columns::of(&all);
    if !all.is_empty() {
        let line = Line::new(look).add(Role::Plain, "  ").add(Role::Margin, "target");
        let line = line.to(columns.port).add(Role::Margin, "port").to(columns.zone).add(Role::Margin, "zone");
        let line = line.to(columns.state).add(Role::Margin, "state");
        push(&mut text, line);
    }
    for target in &all {
        text.push_str(&row(one, target, columns, look));
        let hint =
            hints::of(one, target).filter(|_| detail == Detail::Hints && leaves(one, target).is_none());
        if let Some(hint) = hint {
            text.push_str(&wrapped("      -> ", &visible(&hint), look, Role::Margin));
        }
        if look.verbose
            && let Some(code) = &target.reason
        {
            let words = target.description.as_deref().map(|text| format!(": {text}")).unwrap_or_default();
            text.push_str(&wrapped("      ", &visible(&format!("{code}{words}")), look, Role::Margin));
        }
    }
    text
}

fn push(text: &mut String, line: Line) {
    text.push_str(&line.finish());
    text.push('\n');
}

fn head(one: &GroupHealth, look: Look) -> String {
    let role = if one.is_healthy() { Role::Done } else { Role::Attention };
    let (health, words) = match (&one.model, one.targets.len()) {
        (None, _) => {
            ("-".to_owned(), "is not live: the spec has it, and AWS has no group of its name".to_owned())
        }
        (Some(_), 0) => (one.count(), format!("no targets   {}", one.check())),
        (Some(_), _) => (one.count(), one.check()),
    };
    let line = Line::new(look).add(Role::Identity, &visible(&one.key)).to(22).add(role, &health).to(28);
    let mut text = String::from("\n");
    push(&mut text, line.add(Role::Plain, &visible(&words)));
    if let (Some(arn), true) = (&one.arn, look.verbose) {
        text.push_str(&format!("    {}\n", visible(arn)));
    }
    if one.model.is_some() && !one.used {
        push(
            &mut text,
            Line::new(look).add(Role::Attention, "  ! ").add(Role::Plain, "nothing forwards to it"),
        );
    }
    text
}

/// Where the columns of a table of targets begin.
#[derive(Clone, Copy)]
struct Columns {
    port: usize,
    zone: usize,
    state: usize,
    why: usize,
}

impl Columns {
    fn of(targets: &[&TargetHealth]) -> Self {
        let widest = |text: &dyn Fn(&TargetHealth) -> usize, least: usize| {
            targets.iter().map(|one| text(one)).max().unwrap_or_default().max(least)
        };
        let port = 2 + widest(&|one| short(&one.id).chars().count(), 12) + 2;
        let zone = port + 7;
        let state = zone + widest(&|one| one.zone.as_ref().map_or(1, |zone| zone.chars().count()), 4) + 2;
        Self { port, zone, state, why: state + widest(&|one| one.status.chars().count(), 9) + 2 }
    }
}

fn role(target: &TargetHealth) -> Role {
    match (target.state, target.status.as_str()) {
        (_, "draining") => Role::Wait,
        (HealthState::Healthy, _) => Role::Done,
        (HealthState::Unchecked, _) => Role::Wait,
        (HealthState::Unhealthy, _) => Role::Error,
    }
}

/// What is said of a target that leaves.
fn leaves(one: &GroupHealth, target: &TargetHealth) -> Option<String> {
    let leaves = one.draining.contains(target);
    leaves.then(|| one.reason(target).unwrap_or_else(|| "is leaving".to_owned()))
}

fn row(one: &GroupHealth, target: &TargetHealth, columns: Columns, look: Look) -> String {
    let port = target.port.map_or_else(|| "-".to_owned(), |port| port.to_string());
    let line = Line::new(look).add(Role::Plain, "  ").add(Role::Plain, &visible(&short(&target.id)));
    let line = line.to(columns.port).add(Role::Plain, &port).to(columns.zone);
    let line = line.add(Role::Plain, &visible(target.zone.as_deref().unwrap_or("-"))).to(columns.state);
    let line = line.add(role(target), &visible(&target.status));
    let why = leaves(one, target).or_else(|| one.reason(target)).map(|why| visible(&why)).unwrap_or_default();
    let mut text = String::new();
    if why.is_empty() {
        push(&mut text, line);
    } else if columns.why + why.chars().count() <= look.width {
        push(&mut text, line.to(columns.why).add(Role::Plain, &why));
    } else {
        push(&mut text, line);
        text.push_str(&wrapped("      ", &why, look, Role::Plain));
    }
    text
}

/// Text broken at blanks, indented.
fn wrapped(begin: &str, text: &str, look: Look, role: Role) -> String {
    let indent = begin.chars().count();
    let room = look.width.saturating_sub(indent);
    let lines = wrap::lines("", text, room, room);
    let lines: Vec<String> = lines.iter().map(|line| look.paint(role, line)).collect();
    format!("{begin}{}\n", lines.join(&format!("\n{}", " ".repeat(indent))))
}

/// The last line: how many of all are healthy.
pub fn line(groups: &[GroupHealth], empty_is_fine: &dyn Fn(&GroupHealth) -> bool) -> String {
    let all: usize = groups.iter().map(|one| one.targets.len()).sum();
    let bad = all - groups.iter().map(GroupHealth::healthy).sum::<usize>();
    let empty: Vec<&str> = groups
        .iter()
        .filter(|one| one.targets.is_empty() && !empty_is_fine(one))
        .map(|one| one.key.as_str())
        .collect();
    let mut parts = Vec::new();
    if bad > 0 {
        parts.push(not_healthy(bad, all));
    }
    if !empty.is_empty() {
        let has = if empty.len() == 1 { "has" } else { "have" };
        parts.push(format!("{} {has} no targets", visible(&empty.join(", "))));
    }
    match (parts.is_empty(), all) {
        (true, 0) => "No targets.".to_owned(),
        (true, 1) => "The 1 target is healthy.".to_owned(),
        (true, all) => format!("All {all} targets{} are healthy.", of_groups(groups)),
        (false, _) => format!("{}.", parts.join("; ")),
    }
}

/// ` of 3 groups`
pub fn of_groups(groups: &[GroupHealth]) -> String {
    let filled = groups.iter().filter(|one| !one.targets.is_empty()).count();
    if filled < 2 { String::new() } else { format!(" of {}", count(filled, "group")) }
}

/// `1 of 6 targets is not healthy`
pub fn not_healthy(bad: usize, all: usize) -> String {
    let is = if bad == 1 { "is" } else { "are" };
    format!("{bad} of {} {is} not healthy", count(all, "target"))
}

/// What is told of a group while one waits: its targets that are not healthy.
pub fn state(one: &GroupHealth) -> String {
    if one.model.is_none() {
        return "is not live".to_owned();
    }
    if one.targets.is_empty() {
        return "no targets".to_owned();
    }
    let bad = one.targets.iter().filter(|target| target.state != HealthState::Healthy);
    let told: Vec<String> = bad
        .map(|target| {
            let why = match target.state {
                HealthState::Unhealthy => one.reason(target),
                HealthState::Unchecked if target.status == "unused" => one.reason(target),
                HealthState::Unchecked | HealthState::Healthy => None,
            };
            let why = why.map(|why| format!(": {why}")).unwrap_or_default();
            format!("{} {}{why}", one.short_name(target), target.status)
        })
        .collect();
    if told.is_empty() { "healthy".to_owned() } else { told.join(", ") }
}

/// `0:31  orders        1/2   i-0b2c3d4e5f6071829 initial`
pub fn moment(at: Duration, one: &GroupHealth, words: &str, width: usize, look: Look) -> String {
    let role = match words {
        "healthy" => Role::Done,
        "as before" => Role::Margin,
        _ => Role::Plain,
    };
    let line =
        Line::new(look).add(Role::Margin, &stopwatch(at)).to(6).add(Role::Identity, &visible(&one.key));
    let line = line.to(6 + width + 2).add(Role::Plain, &one.count()).to(6 + width + 8);
    format!("{}\n", line.add(role, &visible(words)).finish())
}

/// The targets that are not healthy at the end of a wait, each with the check and where to look.
pub fn trouble(groups: &[GroupHealth], fine: &dyn Fn(&GroupHealth) -> bool, look: Look) -> String {
    let width = groups.iter().map(|one| one.key.chars().count()).max().unwrap_or_default().max(6);
    let mut text = String::new();
    for one in groups.iter().filter(|one| !one.is_healthy() && !fine(one)) {
        if one.targets.is_empty() {
            text.push_str(&format!("    {:width$}  {}\n", visible(&one.key), state(one)));
        }
        for target in one.targets.iter().filter(|target| target.state != HealthState::Healthy) {
            let zone = target.zone.as_ref().map(|zone| format!(" ({zone})")).unwrap_or_default();
            let why = ending(one, target);
            let words = format!("{}{zone}  {}: {why}", one.short_name(target), target.status);
            let begin = format!("    {:width$}  ", visible(&one.key));
            text.push_str(&wrapped(&begin, &visible(&words), look, Role::Plain));
            if let Some(hint) = hints::of(one, target) {
                let begin = " ".repeat(begin.chars().count());
                text.push_str(&wrapped(&begin, &visible(&hint), look, Role::Margin));
            }
        }
    }
    text
}

/// `GET /health on 8080, no answer in 5s`
fn ending(one: &GroupHealth, target: &TargetHealth) -> String {
    let why = one.reason(target).unwrap_or_default();
    let Some(model) = &one.model else { return why };
    let request = crate::fix::health::request(model, target.port);
    match target.reason.as_deref() {
        Some("Target.Timeout") => format!("{request}, no answer in {}s", model.health_check.timeout),
        Some("Target.ResponseCodeMismatch" | "Target.FailedHealthChecks") if !model.is_function() => {
            format!("{request}, {why}")
        }
        Some(_) | None => why,
    }
}
