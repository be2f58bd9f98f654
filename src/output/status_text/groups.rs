//! The table of target groups.

use super::{arn, list, push, settings, whole};
use crate::output::status::{Group, name};
use crate::output::style::{Line, Look, Role};
use crate::output::text::visible;

/// All groups, each with its targets and settings where all is shown.
pub(super) fn table(text: &mut String, groups: &[Group], look: Look) {
    let longest = groups.iter().map(|one| one.key.chars().count()).max().unwrap_or_default();
    let first = longest.clamp(12, 30) + 2;
    let columns = [first, first + 10, first + 16, first + 25, first + 41];
    let head = ["type", "port", "healthy", "sticky", "targets"];
    let mut line = Line::new(look).add(Role::Margin, "target group");
    for (column, word) in columns.iter().zip(head) {
        line = line.to(*column).add(Role::Margin, word);
    }
    text.push('\n');
    const DEFAULTS: &str = "not at its default";
    // What has no room behind its group stands below it, and needs no heading.
    let fits = line.columns() + 3 + DEFAULTS.len() <= look.width;
    push(text, if fits { line.add(Role::Margin, "   ").add(Role::Margin, DEFAULTS) } else { line });
    for one in groups {
        let line = row(text, one, &columns, look);
        push(text, line);
        if look.verbose {
            arn(text, &one.arn);
            list(text, settings(&one.settings), look);
            for target in &one.targets {
                text.push_str(&format!("    {} {}\n", visible(&name(target)), visible(&target.words)));
            }
        }
    }
}

fn row(text: &mut String, one: &Group, columns: &[usize; 5], look: Look) -> Line {
    let troubled = !one.problems().is_empty();
    let health = if one.targets.is_empty() && !one.used { "-".to_owned() } else { one.health() };
    let values = [
        (Role::Plain, one.kind.clone()),
        (Role::Plain, one.port.map_or_else(|| "-".to_owned(), |port| port.to_string())),
        (if troubled { Role::Attention } else { Role::Plain }, health),
        (Role::Plain, one.sticky.clone().unwrap_or_else(|| "-".to_owned())),
        (Role::Plain, one.function.clone().unwrap_or_else(|| one.managed.to_owned())),
    ];
    let mut line = Line::new(look).add(Role::Identity, &whole(&one.key, 30, look));
    for (column, (role, value)) in columns.iter().zip(values) {
        line = line.to(*column).add(role, &visible(&value));
    }
    if one.attributes.is_empty() {
        return line;
    }
    let words: Vec<String> = one.attributes.iter().map(|one| visible(one)).collect();
    let pieces: Vec<_> = words.iter().map(|one| (Role::Plain, ", ", one.as_str())).collect();
    line.to(columns[4] + 10).flow(&pieces, 4, text)
}
