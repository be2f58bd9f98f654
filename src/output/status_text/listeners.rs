//! The listeners with their certificates and rules.

use super::{arn, push, whole};
use crate::output::status::{Certificate, Listener, Rule, Status, Target};
use crate::output::style::{Line, Look, Role};
use crate::output::text::visible;

/// Columns of a listener's rules.
const PRIORITY: usize = 10;
const NAME: usize = 14;
const WHEN: usize = 28;
/// The column of a listener's policy, or of what it does.
const POLICY: usize = 14;
/// The column of its certificates.
const CERTIFICATES: usize = 40;
/// Less columns have no room for a certificate beside the policy.
const NARROW: usize = 90;
/// More certificates of a listener are counted.
const SHOWN: usize = 4;

/// A listener, its certificates, its rules and its default.
pub(super) fn listener(text: &mut String, one: &Listener, status: &Status, look: Look) {
    let port = format!(":{}", one.port);
    let mut line = Line::new(look).add(Role::Identity, &port).to(6);
    if one.key.is_none() {
        line = line.add(Role::Stranger, "?").add(Role::Plain, &format!(" {}", visible(&one.protocol)));
        push(text, line.right(Role::Margin, "not in the spec"));
        if look.verbose {
            arn(text, &one.arn);
        }
        return;
    }
    line = line.add(Role::Plain, &one.protocol);
    if let Some(policy) = &one.policy {
        line = line.to(POLICY).add(Role::Plain, &visible(policy.trim_start_matches("ELBSecurityPolicy-")));
    }
    let default = one.default.as_ref();
    let only = default.filter(|_| one.rules.is_empty() && one.policy.is_none());
    match only {
        Some(only) => push(text, action(marked(line, only).to(POLICY), only)),
        None => certificates(text, line, one, status, look),
    }
    if look.verbose {
        arn(text, &one.arn);
    }
    if only.is_some() {
        return;
    }
    one.rules.iter().for_each(|one| rule(text, one, look));
    if let Some(default) = default {
        let line = marked(Line::new(look).to(3).add(Role::Plain, "default"), default);
        push(text, action(line.to(PRIORITY + 4 + NAME + 2 + WHEN + 2), default));
    }
}

/// The default certificate on the listener's line, the others below; all that needs attention is among them.
fn certificates(text: &mut String, mut line: Line, one: &Listener, status: &Status, look: Look) {
    let all: Vec<&Certificate> = one.certificates.iter().filter_map(|arn| status.certificate(arn)).collect();
    let told =
        |(index, one): &(usize, &Certificate)| look.verbose || *index < SHOWN || one.problem().is_some();
    let shown: Vec<&Certificate> = all.iter().copied().enumerate().filter(told).map(|(_, one)| one).collect();
    for (index, one) in shown.iter().enumerate() {
        let narrow = if look.width < NARROW { POLICY } else { CERTIFICATES };
        let room = if look.verbose { usize::MAX } else { look.width.saturating_sub(narrow) };
        let words = visible(&one.words(room));
        let role = if one.problem().is_some() { Role::Attention } else { Role::Plain };
        let beside = line.columns() < CERTIFICATES && CERTIFICATES + words.chars().count() <= look.width;
        if index == 0 && !beside {
            push(text, line);
            line = Line::new(look);
        }
        push(text, line.to(if beside { CERTIFICATES } else { narrow }).add(role, &words));
        if look.verbose {
            arn(text, &one.arn);
        }
        line = Line::new(look);
    }
    if shown.is_empty() {
        push(text, line);
    } else if shown.len() < all.len() {
        let more = format!("and {} more: -v", all.len() - shown.len());
        push(text, Line::new(look).to(CERTIFICATES).add(Role::Margin, &more));
    }
}

fn rule(text: &mut String, one: &Rule, look: Look) {
    let troubled = one.then.as_ref().is_some_and(|then| then.problem.is_some());
    let (role, mark) = match (one.ours, troubled) {
        (false, _) => (Role::Stranger, "?"),
        (true, true) => (Role::Attention, "!"),
        (true, false) => (Role::Plain, " "),
    };
    let line = Line::new(look).add(Role::Plain, &format!("{:>PRIORITY$}  ", one.priority)).add(role, mark);
    let line = line.add(Role::Plain, " ").add(Role::Identity, &whole(&one.name, NAME, look));
    let line = line.to(PRIORITY + 4 + NAME + 2).add(Role::Plain, &whole(&one.when, WHEN, look));
    let line = line.to(PRIORITY + 4 + NAME + 2 + WHEN + 2);
    let line = match &one.then {
        Some(then) => action(line, then),
        None => line,
    };
    push(text, if one.ours { line } else { line.right(Role::Margin, "not in the spec") });
    if look.verbose {
        arn(text, &one.arn);
    }
}

/// With a mark in the column of marks, where not every request is served.
fn marked(line: Line, then: &Target) -> Line {
    if then.problem.is_some() { line.to(PRIORITY + 2).add(Role::Attention, "!") } else { line }
}

fn action(line: Line, then: &Target) -> Line {
    let line = line.add(Role::Plain, &visible(&then.words));
    match &then.problem {
        Some(why) if !why.is_empty() => line.add(Role::Plain, "  ").add(Role::Attention, why),
        Some(_) | None => line,
    }
}
