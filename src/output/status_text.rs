//! A stack's status for people, on one screen.

use super::status::{Balancer, Group, Listener, Rule, Status, Target, name};
use super::style::{Line, Look, Role};
use super::text::{count, cut, visible};

/// Columns of a listener's rules.
const PRIORITY: usize = 10;
const NAME: usize = 14;
const WHEN: usize = 28;

/// All but the last line.
pub fn body(status: &Status, look: Look) -> String {
    let mut text = String::new();
    match &status.balancer {
        Some(one) => balancer(&mut text, one, status, look),
        None => text.push_str("the load balancer is not live\n"),
    }
    for one in &status.listeners {
        text.push('\n');
        listener(&mut text, one, look);
    }
    if !status.groups.is_empty() {
        groups(&mut text, &status.groups, look);
    }
    if !status.certificates.is_empty() {
        text.push('\n');
        for (key, summary) in &status.certificates {
            let line = Line::new(look).add(Role::Plain, "certificate ").add(Role::Identity, &visible(key));
            push(&mut text, line.add(Role::Plain, &format!("  {}", visible(summary))));
        }
    }
    let problems = status.problems();
    if !problems.is_empty() || !status.notes.is_empty() {
        text.push('\n');
    }
    for problem in problems.iter().chain(&status.notes) {
        let line = Line::new(look).add(Role::Attention, "!").add(Role::Plain, " ");
        push(&mut text, line.add(Role::Plain, &visible(problem)));
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

fn push(text: &mut String, line: Line) {
    text.push_str(&line.finish());
    text.push('\n');
}

fn balancer(text: &mut String, one: &Balancer, status: &Status, look: Look) {
    let role = if one.serves { Role::Plain } else { Role::Attention };
    let rest = format!(", {}, {}, {}", one.scheme, one.addresses, count(one.zones, "zone"));
    let line = Line::new(look).add(role, &visible(&one.state)).add(Role::Plain, &rest);
    let applied = status.applied.as_ref().map(|last| {
        let at = visible(&last.at).replacen('T', " ", 1);
        format!("    last apply {} {at} by {}", visible(&last.plan), visible(&last.by))
    });
    push(text, line.add(Role::Margin, &applied.unwrap_or_default()));
    if let Some(name) = &one.dns_name {
        text.push_str(&format!("{}\n", visible(name)));
    }
    if look.verbose {
        text.push_str(&format!("    {}\n", visible(&one.arn)));
    }
}

fn listener(text: &mut String, one: &Listener, look: Look) {
    let port = format!(":{}", one.port);
    let mut line = Line::new(look).add(Role::Identity, &port).to(6);
    if one.key.is_none() {
        line = line.add(Role::Stranger, "?").add(Role::Plain, &format!(" {}", visible(&one.protocol)));
        return push(text, line.right(Role::Margin, "not in the spec"));
    }
    line = line.add(Role::Plain, &one.protocol);
    if let Some(policy) = &one.policy {
        line = line.to(14).add(Role::Plain, &visible(policy.trim_start_matches("ELBSecurityPolicy-")));
        line = line.add(Role::Plain, &format!("  {}", count(one.certificates.len(), "certificate")));
    }
    let default = one.default.as_ref();
    match default.filter(|_| one.rules.is_empty() && one.policy.is_none()) {
        Some(only) => push(text, action(line.to(14), only)),
        None => {
            push(text, line);
            one.rules.iter().for_each(|one| rule(text, one, look));
            if let Some(default) = default {
                let line = Line::new(look).to(3).add(Role::Plain, "default");
                push(text, action(line.to(PRIORITY + 4 + NAME + 2 + WHEN + 2), default));
            }
        }
    }
    if look.verbose {
        one.certificates.iter().for_each(|one| text.push_str(&format!("      {}\n", visible(one))));
    }
}

fn rule(text: &mut String, one: &Rule, look: Look) {
    let troubled = one.then.as_ref().is_some_and(|then| then.problem.is_some());
    let (role, mark) = match (one.ours, troubled) {
        (false, _) => (Role::Stranger, "?"),
        (true, true) => (Role::Attention, "!"),
        (true, false) => (Role::Plain, " "),
    };
    let whole = |text: &str, width: usize| {
        if look.verbose { visible(text) } else { cut(&visible(text), width) }
    };
    let line = Line::new(look).add(Role::Plain, &format!("{:>PRIORITY$}  ", one.priority)).add(role, mark);
    let line = line.add(Role::Plain, " ").add(Role::Identity, &whole(&one.name, NAME));
    let line = line.to(PRIORITY + 4 + NAME + 2).add(Role::Plain, &whole(&one.when, WHEN));
    let line = line.to(PRIORITY + 4 + NAME + 2 + WHEN + 2);
    let line = match &one.then {
        Some(then) => action(line, then),
        None => line,
    };
    push(text, if one.ours { line } else { line.right(Role::Margin, "not in the spec") });
}

fn action(line: Line, then: &Target) -> Line {
    let line = line.add(Role::Plain, &visible(&then.words));
    match &then.problem {
        Some(why) if !why.is_empty() => line.add(Role::Plain, "  ").add(Role::Attention, why),
        Some(_) | None => line,
    }
}

fn groups(text: &mut String, groups: &[Group], look: Look) {
    let longest = groups.iter().map(|one| one.key.chars().count()).max().unwrap_or_default();
    let first = longest.clamp(12, 30) + 2;
    let columns = [first, first + 10, first + 16, first + 25, first + 41];
    let head = ["type", "port", "healthy", "sticky", "targets"];
    let mut line = Line::new(look).add(Role::Margin, "target group");
    for (column, word) in columns.iter().zip(head) {
        line = line.to(*column).add(Role::Margin, word);
    }
    text.push('\n');
    push(text, line.add(Role::Margin, "   not at its default"));
    for one in groups {
        let troubled = !one.problems().is_empty();
        let health = if one.targets.is_empty() && !one.used { "-".to_owned() } else { one.health() };
        let key = if look.verbose { visible(&one.key) } else { cut(&visible(&one.key), 30) };
        let values = [
            (Role::Plain, one.kind.clone()),
            (Role::Plain, one.port.map_or_else(|| "-".to_owned(), |port| port.to_string())),
            (if troubled { Role::Attention } else { Role::Plain }, health),
            (Role::Plain, one.sticky.clone().unwrap_or_else(|| "-".to_owned())),
            (Role::Plain, one.function.clone().unwrap_or_else(|| one.managed.to_owned())),
        ];
        let mut line = Line::new(look).add(Role::Identity, &key);
        for (column, (role, value)) in columns.iter().zip(values) {
            line = line.to(*column).add(role, &visible(&value));
        }
        if !one.attributes.is_empty() {
            line = line.to(first + 51).add(Role::Plain, &visible(&one.attributes.join(", ")));
        }
        push(text, line);
        if look.verbose {
            text.push_str(&format!("    {}\n", visible(&one.arn)));
            for target in &one.targets {
                text.push_str(&format!("    {} {}\n", visible(&name(target)), visible(&target.words)));
            }
        }
    }
}
