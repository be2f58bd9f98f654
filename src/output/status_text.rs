//! A stack's status for people, on one screen.

mod groups;
mod listeners;

use super::status::{Balancer, Certificate, Record, Setting, Status, is_troubled};
use super::style::{Line, Look, Role};
use super::text::{count, cut, visible};

/// Columns of a certificate that no listener has.
const ROOM: usize = 70;

/// Behind it.
const IDLE: &str = ", on no listener";

/// All but the last line.
pub fn body(status: &Status, look: Look) -> String {
    let mut text = String::new();
    match &status.balancer {
        Some(one) => balancer(&mut text, one, status, look),
        None => text.push_str("the load balancer is not live\n"),
    }
    for one in &status.listeners {
        text.push('\n');
        listeners::listener(&mut text, one, status, look);
    }
    if !status.groups.is_empty() {
        groups::table(&mut text, &status.groups, look);
    }
    idle_certificates(&mut text, &status.certificates, look);
    records(&mut text, &status.records, look);
    let problems = status.problems();
    if !problems.is_empty() || !status.notes.is_empty() {
        text.push('\n');
    }
    // The notes say what could not be read: what needs to be mended comes after them.
    for note in &status.notes {
        attention(&mut text, "", note, look);
    }
    for problem in &problems {
        let (who, what) = problem.split_once("  ").unwrap_or(("", problem));
        attention(&mut text, who, what, look);
    }
    text.push('\n');
    text
}

/// The one thing to know.
pub fn line(status: &Status, look: Look) -> String {
    let problems = status.problems().len();
    match problems {
        0 => "Nothing needs attention.".to_owned(),
        some => {
            let words = if some == 1 { "1 thing needs".to_owned() } else { format!("{some} things need") };
            look.paint(Role::Attention, &format!("{words} attention."))
        }
    }
}

fn attention(text: &mut String, who: &str, what: &str, look: Look) {
    let line = Line::new(look).add(Role::Attention, "!").add(Role::Plain, " ");
    let line = match who {
        "" => line,
        who => line.add(Role::Identity, &visible(who)).add(Role::Plain, "  "),
    };
    push(text, line.add(Role::Plain, &visible(what)));
}

fn push(text: &mut String, line: Line) {
    text.push_str(&line.finish());
    text.push('\n');
}

fn whole(text: &str, width: usize, look: Look) -> String {
    if look.verbose { visible(text) } else { cut(&visible(text), width) }
}

fn balancer(text: &mut String, one: &Balancer, status: &Status, look: Look) {
    let role = if is_troubled(&one.state, one.serves) { Role::Attention } else { Role::Plain };
    let rest = format!(", {}, {}, {}", one.scheme, one.addresses, count(one.zones, "zone"));
    let line = Line::new(look).add(role, &visible(&one.state)).add(Role::Plain, &rest);
    let applied = status.applied.as_ref().map(|last| {
        let at = visible(&last.at).replacen('T', " ", 1);
        format!("    last apply {} {at} by {}", visible(&last.plan), visible(&last.by))
    });
    let applied = applied.unwrap_or_default();
    let line = line.flow(&[(Role::Margin, "", &applied)], 0, text);
    push(text, line);
    if let Some(name) = &one.dns_name {
        names(text, name, &status.names, look);
    }
    if look.verbose {
        arn(text, &one.arn);
        let vpc = one.vpc.iter().map(|vpc| format!("vpc {}", visible(vpc)));
        list(text, vpc.chain(settings(&one.settings)), look);
    }
}

/// The name that AWS gave, and those that lead to it.
fn names(text: &mut String, own: &str, others: &[String], look: Look) {
    const ARROW: &str = "  <-  ";
    let mut line = Line::new(look).add(Role::Plain, &visible(own));
    let first = others.first().map_or(0, |name| visible(name).chars().count());
    if line.room() < ARROW.len() + first {
        push(text, line);
        line = Line::new(look).add(Role::Plain, "  ");
    }
    let start = line.columns() + ARROW.len();
    for (index, name) in others.iter().map(|name| visible(name)).enumerate() {
        // A name is not cut: one that does not fit has the next line.
        line = match index {
            0 => line.add(Role::Margin, ARROW),
            _ if line.room() < name.chars().count() + ", ".len() => {
                push(text, line.add(Role::Plain, ","));
                Line::new(look).to(start)
            }
            _ => line.add(Role::Plain, ", "),
        };
        line = line.add(Role::Identity, &name);
    }
    push(text, line);
}

fn arn(text: &mut String, arn: &str) {
    text.push_str(&format!("    {}\n", visible(arn)));
}

fn settings(all: &[Setting]) -> impl Iterator<Item = String> {
    all.iter().map(|one| {
        let default = if one.default { " (default)" } else { "" };
        format!("{} {}{default}", one.key, visible(&one.value))
    })
}

/// Items beneath something, as many on a line as fit.
fn list(text: &mut String, items: impl Iterator<Item = String>, look: Look) {
    let mut line = Line::new(look).add(Role::Plain, "    ");
    for item in items {
        let first = line.columns() == 4;
        // With what parts it from the one before, and the comma that may follow.
        if !first && line.room() < item.chars().count() + 3 {
            push(text, line.add(Role::Plain, ","));
            line = Line::new(look).add(Role::Plain, "    ").add(Role::Plain, &item);
        } else {
            line = line.add(Role::Plain, if first { "" } else { ", " }).add(Role::Plain, &item);
        }
    }
    if line.columns() > 4 {
        push(text, line);
    }
}

/// The certificates of the stack that no listener has.
fn idle_certificates(text: &mut String, all: &[Certificate], look: Look) {
    let idle: Vec<&Certificate> = all.iter().filter(|one| one.ports.is_empty()).collect();
    if !idle.is_empty() {
        text.push('\n');
    }
    for one in idle {
        let role = if one.problem().is_some() { Role::Attention } else { Role::Plain };
        let line = Line::new(look).add(Role::Identity, &visible(&one.label()));
        let room = line.room().saturating_sub("  ".len() + IDLE.len()).min(ROOM);
        let line = line
            .add(Role::Plain, "  ")
            .add(role, &visible(&one.words(if look.verbose { usize::MAX } else { room })));
        push(text, line.add(Role::Margin, IDLE));
        if look.verbose {
            arn(text, &one.arn);
        }
    }
}

/// The wanted records that do not lead here; with `-v` all.
fn records(text: &mut String, all: &[Record], look: Look) {
    let all: Vec<&Record> = all.iter().filter(|one| look.verbose || one.problem.is_some()).collect();
    if all.is_empty() {
        return;
    }
    let wide = |texts: &mut dyn Iterator<Item = usize>, least: usize| texts.max().unwrap_or(0).max(least);
    let label = |one: &Record| visible(&one.label());
    let zone = |one: &Record| one.zone.as_deref().map_or_else(|| "-".to_owned(), visible);
    let first = wide(&mut all.iter().map(|one| label(one).chars().count()), 10).min(40) + 2;
    let second = first + wide(&mut all.iter().map(|one| zone(one).chars().count()), 4).min(30) + 2;
    let third = second + wide(&mut all.iter().map(|one| one.wanted.chars().count()), 6) + 2;
    /// A value is not cut to less.
    const ENOUGH: usize = 30;
    text.push('\n');
    let head = Line::new(look).add(Role::Margin, "dns record").to(first).add(Role::Margin, "zone");
    push(text, head.to(second).add(Role::Margin, "wanted").to(third).add(Role::Margin, "live"));
    for one in all {
        let (role, live) = match (&one.problem, &one.unknown) {
            (Some(problem), _) => (Role::Attention, problem.clone()),
            (None, Some(why)) => (Role::Plain, format!("not known: {why}")),
            (None, None) => (Role::Plain, "leads here".to_owned()),
        };
        let line = Line::new(look).add(Role::Identity, &whole(&one.label(), first - 2, look)).to(first);
        let line = line.add(Role::Plain, &whole(&zone(one), 30, look)).to(second);
        let line = line.add(Role::Plain, &visible(&one.wanted)).to(third);
        // What has no room behind the rest stands whole below it.
        let live = visible(&live);
        let room = line.room();
        let line = match room >= live.chars().count().min(ENOUGH) {
            true => line.add(role, &whole(&live, room, look)),
            false => line.flow(&[(role, "", &live)], 4, text),
        };
        push(text, line);
    }
}
