//! How requests are shared, for people and programs.

use serde_json::{Value, json};

use super::fix_text::meaning;
use super::style::{Line, Look, Role};
use super::text::{cut, visible};
use crate::base::Seconds;
use crate::fix::weights::{Row, percent};

/// One forward.
pub struct Shown {
    /// The rule or listener, and which requests: `rule/443/30, priority 30: path /api/*`.
    pub place: String,
    /// Its groups.
    pub rows: Vec<Row>,
    /// For how many seconds a client keeps its group.
    pub group_stickiness: Option<u32>,
    /// What that means for clients, a line each.
    pub effect: Vec<String>,
}

/// What all weights 0 come to.
const WEIGHTLESS: &str = "all weights are 0: no group gets a request, each is answered 503";

impl Shown {
    /// Whether no group gets a request; the weight of a group alone has no meaning.
    pub fn is_weightless(&self) -> bool {
        self.rows.len() > 1 && self.rows.iter().all(|row| row.weight == 0)
    }

    /// What needs attention, a line each.
    pub fn problems(&self) -> Vec<String> {
        if self.is_weightless() {
            return vec![WEIGHTLESS.to_owned()];
        }
        let of = |row: &Row| Some(format!("{} {}: {}", row.key, row.share, problem(row)?));
        self.rows.iter().filter_map(of).collect()
    }
}

/// Widest column of names.
const NAMES: usize = 34;

/// All but the last line.
pub fn body(shown: &Shown, look: Look) -> String {
    let longest = shown.rows.iter().map(|row| row.key.chars().count()).max().unwrap_or_default();
    let first = longest.clamp(12, NAMES) + 4;
    let columns = [first, first + 8, first + 16, first + 25];
    let place = visible(&shown.place);
    let place = if look.verbose { place } else { cut(&place, look.width.saturating_sub(2)) };
    let mut text = format!("\n{}\n", Line::new(look).add(Role::Identity, &place).finish());
    let mut head = Line::new(look).add(Role::Margin, "  target group");
    for (column, word) in columns.iter().zip(["share", "weight", "healthy"]) {
        head = head.to(*column).add(Role::Margin, word);
    }
    text.push_str(&format!("{}\n", head.finish()));
    for row in &shown.rows {
        let troubled = problem(row).is_some() || shown.is_weightless();
        let (role, mark) = if troubled { (Role::Attention, "!") } else { (Role::Plain, " ") };
        let key = visible(&row.key);
        let key = if look.verbose { key } else { cut(&key, NAMES) };
        let health = row.health.map_or_else(|| "?".to_owned(), |(healthy, all)| format!("{healthy}/{all}"));
        let line = Line::new(look).add(role, mark).add(Role::Plain, " ").add(Role::Identity, &key);
        let line = line.to(columns[0]).add(Role::Plain, &row.share);
        let line = line.to(columns[1]).add(Role::Plain, &row.weight.to_string());
        let line = line.to(columns[2]).add(role, &health);
        let words = problem(row)
            .map(|words| (Role::Attention, words))
            .or_else(|| row.sticky.then_some((Role::Plain, "clients keep their target")));
        let line = match words {
            Some((role, words)) => line.to(columns[3]).flow(&[(role, "", words)], 4, &mut text),
            None => line,
        };
        text.push_str(&format!("{}\n", line.finish()));
    }
    text.push('\n');
    if let Some(seconds) = shown.group_stickiness {
        text.push_str(&format!("group stickiness {}\n", Seconds(u64::from(seconds))));
    }
    text + &meaning(&shown.effect, &[], look)
}

/// What is wrong with a group, where it gets requests.
fn problem(row: &Row) -> Option<&'static str> {
    match row.health {
        Some((0, 0)) if row.weight > 0 => Some("no targets: its requests are answered 503"),
        Some((0, _)) if row.weight > 0 => Some("no healthy target"),
        Some(_) | None => None,
    }
}

/// The one thing to know: `users 95%, users-canary 5%`.
pub fn line(shown: &Shown, look: Look) -> String {
    let shares: Vec<String> =
        shown.rows.iter().map(|row| format!("{} {}", visible(&row.key), row.share)).collect();
    let line = format!("{}.", shares.join(", "));
    let words = match shown.is_weightless() {
        true => "All weights are 0: no group gets a request, each is answered 503.".to_owned(),
        false => {
            let bad: Vec<&Row> = shown.rows.iter().filter(|row| problem(row).is_some()).collect();
            let names: Vec<String> = bad.iter().map(|row| visible(&row.key)).collect();
            let (lost, all) = (weight(bad.into_iter()), weight(shown.rows.iter()));
            match (names.is_empty(), lost == all) {
                (true, _) => return line,
                (false, true) => format!("Without a healthy target: {}.", names.join(", ")),
                (false, false) => {
                    format!(
                        "Without a healthy target: {}, {} of the requests.",
                        names.join(", "),
                        percent(lost, all)
                    )
                }
            }
        }
    };
    format!("{line} {}", look.paint(Role::Attention, &words))
}

fn weight<'r>(rows: impl Iterator<Item = &'r Row>) -> u32 {
    rows.map(|row| row.weight).sum()
}

/// The groups for programs.
pub fn json(shown: &Shown) -> Value {
    let one = |row: &Row| {
        json!({
            "target_group": row.key,
            "name": row.name,
            "weight": row.weight,
            "share": row.share,
            "healthy": row.health.map(|(healthy, _)| healthy),
            "targets": row.health.map(|(_, all)| all),
            "sticky": row.sticky,
        })
    };
    shown.rows.iter().map(one).collect()
}
