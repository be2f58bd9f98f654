//! A diagnosis for people: the way of the request, then each cause with its evidence and what mends it.

use super::style::{Line, Look, Role};
use super::text::{count, visible};
use super::wrap;
use crate::doctor::Diagnosis;
use crate::doctor::finding::{Finding, HINT, Link, WRONG};

/// What stands before everything but the sentences.
const INDENT: usize = 5;

/// What no control plane shows, or this command does not read.
pub fn not_looked_at(diagnosis: &Diagnosis) -> String {
    let groups = if diagnosis.reached { "" } else { "the targets' security groups, " };
    format!("Not looked at: {groups}network ACLs and routes, WAF, what the applications do.")
}

/// The same for programs.
pub fn not_looked_at_list(diagnosis: &Diagnosis) -> Vec<&'static str> {
    let all = ["security groups of targets", "network ACLs", "routes", "WAF", "applications"];
    all[usize::from(diagnosis.reached)..].to_vec()
}

/// The link's name, as programs call it.
fn link(link: Link) -> &'static str {
    match link {
        Link::Dns => "dns",
        Link::LoadBalancer => "load balancer",
        Link::Listener => "listener",
        Link::Certificate => "certificate",
        Link::Rule => "rule",
        Link::TargetGroup => "target group",
        Link::Targets => "targets",
        Link::Application => "application",
    }
}

/// The way and the findings.
pub fn body(diagnosis: &Diagnosis, status: Option<u16>, notes: &[String], look: Look) -> String {
    let mut text = String::new();
    if let Some(chosen) = &diagnosis.chosen {
        text.push('\n');
        text.push_str(&wrapped(Line::new(look), Role::Plain, &chosen.words(), 0, look));
    }
    if !diagnosis.walk.is_empty() {
        text.push('\n');
    }
    for stop in &diagnosis.walk {
        let (mark, role) = if stop.good { (" ", Role::Plain) } else { ("!", Role::Attention) };
        let line = Line::new(look).add(role, mark).to(3).add(Role::Identity, link(stop.link)).to(18);
        text.push_str(&wrapped(line, role, &stop.words, 18, look));
    }
    let explains = |one: &Finding| status.is_none_or(|status| one.explains.contains(&status));
    let mut told = Section::First;
    for (index, one) in diagnosis.findings.iter().enumerate() {
        let section = match (one.counts(), explains(one)) {
            (true, true) => Section::First,
            (true, false) => Section::Other,
            (false, _) => Section::Hints,
        };
        if section != told {
            text.push_str(&heading(section, status));
            told = section;
        }
        text.push_str(&finding(index + 1, one, look));
    }
    for note in notes {
        let line = Line::new(look).add(Role::Margin, "note: ");
        text.push('\n');
        text.push_str(&wrapped(line, Role::Margin, note, 6, look));
    }
    text.push('\n');
    text
}

/// What a part of the list is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    First,
    Other,
    Hints,
}

fn heading(section: Section, status: Option<u16>) -> String {
    match (section, status) {
        (Section::Other, Some(status)) => {
            format!("\nAlso wrong, though not what makes a {status} as a rule:\n")
        }
        (Section::First | Section::Other, _) => String::new(),
        (Section::Hints, _) => "\nHints, which nothing here proves:\n".to_owned(),
    }
}

fn finding(number: usize, one: &Finding, look: Look) -> String {
    let role = match one.likelihood {
        WRONG.. => Role::Error,
        HINT.. => Role::Attention,
        _ => Role::Identity,
    };
    let head = Line::new(look).add(Role::Identity, &format!("{number:>2}.")).to(INDENT - 1);
    let mut text = format!("\n{}", wrapped(head, role, &one.sentence, INDENT - 1, look));
    let pad = " ".repeat(INDENT + 1);
    for line in &one.evidence {
        text.push_str(&wrapped(Line::new(look).add(Role::Plain, &pad), Role::Plain, line, INDENT + 3, look));
    }
    if !one.explains.is_empty() {
        let codes: Vec<String> = one.explains.iter().map(u16::to_string).collect();
        let line = Line::new(look).add(Role::Plain, &pad).add(Role::Margin, "explains ");
        text.push_str(&format!("{}\n", line.add(Role::Margin, &codes.join(", ")).finish()));
    }
    if let Some(command) = &one.mend {
        let line =
            Line::new(look).add(Role::Done, "  =>").to(INDENT + 1).add(Role::Identity, &visible(command));
        text.push_str(&format!("{}\n", line.finish()));
    }
    if let Some(advice) = &one.advice {
        let start = if one.mend.is_some() { pad.clone() } else { "  =>".to_owned() };
        let line = Line::new(look).add(Role::Done, &start);
        let line = if one.mend.is_some() { line } else { line.to(INDENT + 1) };
        text.push_str(&behind("=>", line, Role::Plain, advice, INDENT + 1, look));
    }
    text
}

/// A text behind what a line begins with, broken at blanks; further lines begin at a column.
fn wrapped(line: Line, role: Role, text: &str, column: usize, look: Look) -> String {
    behind("", line, role, text, column, look)
}

/// The same behind a mark, after which a command begins.
fn behind(mark: &str, line: Line, role: Role, text: &str, column: usize, look: Look) -> String {
    let lines = wrap::lines(mark, &visible(text), line.room(), look.width.saturating_sub(column));
    let mut line = Some(line);
    let margin = " ".repeat(column);
    let begin = || Line::new(look).add(Role::Plain, &margin);
    let lines = lines.iter().map(|text| line.take().unwrap_or_else(begin).add(role, text).finish());
    lines.map(|line| format!("{line}\n")).collect()
}

/// The last line.
pub fn verdict(diagnosis: &Diagnosis) -> String {
    let wrong: Vec<&Finding> = diagnosis.findings.iter().filter(|one| one.counts()).collect();
    match wrong.len() {
        0 => "Nothing is wrong that can be seen from here.".to_owned(),
        1 => "1 thing is wrong.".to_owned(),
        some => format!("{} are wrong; the likeliest comes first.", count(some, "thing")),
    }
}
