//! Attributes: key, value, default or not, AWS's key.

use serde_json::{Value, json};

use super::style::{Line, Look, Role};
use super::text::visible;
use crate::fix::attr::Fact;
use crate::model::ResourceId;

/// Columns before a key.
const MARK: usize = 2;

/// Values that are no wider have AWS's keys in one column behind them.
const USUAL: usize = 12;

/// A table of attributes, `~` before those that are not at their default. AWS's key stands behind, or, where that does
/// not fit for most, below.
pub fn table(id: &ResourceId, label: &str, facts: &[Fact], look: Look) -> String {
    let keys = usual_width(facts);
    let wide = |one: &Fact| visible(&one.text).chars().count();
    let values = facts.iter().map(wide).filter(|wide| *wide <= USUAL).max().unwrap_or(0);
    let value = MARK + keys.max(id.as_str().chars().count()) + 2;
    let aws = value + values + 2;
    let at = |one: &Fact| value.max(MARK + one.key.len() + 2);
    let fits = |one: &Fact| at(one) + wide(one) + 2 <= aws && aws + one.aws.map_or(0, str::len) <= look.width;
    let usual: Vec<&Fact> = facts.iter().filter(|one| one.key.len() <= keys).collect();
    let all_below = usual.iter().filter(|one| fits(one)).count() * 3 < usual.len() * 2;
    let head = Line::new(look).add(Role::Plain, "  ").add(Role::Identity, &visible(id.as_str()));
    let mut text = format!("\n{}\n", head.to(value).add(Role::Plain, &visible(label)).finish());
    for one in facts {
        let (mark, role) = if one.is_default() { ("  ", Role::Plain) } else { ("~ ", Role::Change) };
        let line = Line::new(look).add(role, mark).add(Role::Plain, one.key).to(at(one));
        let line = line.add(role, &visible(&one.text));
        let behind = !all_below && fits(one);
        match one.aws {
            Some(key) if behind => text.push_str(&line.to(aws).add(Role::Margin, key).finish()),
            Some(key) => {
                let below = Line::new(look).add(Role::Margin, &format!("    {key}"));
                text.push_str(&format!("{}\n{}", line.finish(), below.finish()));
            }
            None => text.push_str(&line.finish()),
        }
        text.push('\n');
    }
    text.push('\n');
    text
}

/// The width of the column of keys: a few that are much longer than the others go past it.
fn usual_width(facts: &[Fact]) -> usize {
    let mut widths: Vec<usize> = facts.iter().map(|one| one.key.len()).collect();
    widths.sort_unstable();
    let usual = widths.get(widths.len().saturating_sub(1) / 2).map_or(0, |middle| middle * 2);
    widths.into_iter().filter(|wide| *wide <= usual).max().unwrap_or(0)
}

/// The last line for one attribute: with `--quiet` it is all.
pub fn line(one: &Fact) -> String {
    visible(&one.text)
}

/// The last line for several.
pub fn counted(facts: &[Fact]) -> String {
    let other = facts.iter().filter(|one| !one.is_default());
    let other: Vec<String> =
        other.map(|one| format!("{} (default: {})", one.key, one.default_text)).collect();
    match other.len() {
        0 => format!("{} attributes, all at their defaults.", facts.len()),
        some => format!("{} attributes, {some} not at their defaults: {}.", facts.len(), other.join(", ")),
    }
}

/// For programs: durations in seconds.
pub fn to_json(facts: &[Fact]) -> Value {
    let one = |one: &Fact| {
        json!({
            "key": one.key,
            "aws_key": one.aws,
            "value": one.value,
            "text": one.text,
            "default": one.default,
            "is_default": one.is_default(),
        })
    };
    facts.iter().map(one).collect()
}
