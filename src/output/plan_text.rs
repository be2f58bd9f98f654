//! A plan for people: what differs and what will be done about it.

use std::collections::BTreeMap;

use super::apply_text;
use super::dns_text;
use super::style::{Line, Look, Role};
use super::text::{count, cut, cut_pair, visible};
use super::wrap;
use crate::kinds::{self, Live, Plan};
use crate::model::step::HasRefs;
use crate::model::world::Stranger;
use crate::model::{Action, Change, FieldChange, Ref, StepVerb, Unfinished, Verb};

/// Columns of the mark.
const MARK: usize = 4;
/// The column at which labels and values begin.
const VALUES: usize = 30;
/// Columns before a field.
const FIELDS: usize = 6;

/// What is rendered.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its id.
    pub id: &'a str,
    /// What it was made from.
    pub live: &'a Live,
    /// It removes the stack, so that nothing else is said of what is not ours.
    pub destroy: bool,
}

/// The text of a plan in its parts; with `-q` only the line is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanText {
    /// The changes, and what else there is to know before.
    pub body: String,
    /// The one thing to know.
    pub line: String,
    /// Remarks, when nothing changes.
    pub after: String,
}

impl PlanText {
    /// All of it.
    pub fn whole(&self) -> String {
        format!("{}{}\n{}", self.body, self.line, self.after)
    }
}

/// Renders a plan.
pub fn render(view: View<'_>, look: Look) -> PlanText {
    let remarks = remarks(view, look);
    if view.plan.is_empty() {
        return PlanText { body: String::new(), line: unchanged(view), after: remarks };
    }
    let mut body = String::from("\n");
    for one in &view.plan.changes {
        body.push_str(&change(one, view, look));
    }
    if !remarks.is_empty() {
        body.push('\n');
        body.push_str(&remarks);
    }
    if look.verbose {
        body.push('\n');
        body.push_str(&steps(view.plan));
    }
    body.push('\n');
    PlanText { body, line: totals(view), after: String::new() }
}

fn role(verb: Verb) -> Role {
    match verb {
        Verb::Create => Role::Create,
        Verb::Update => Role::Change,
        Verb::Replace => Role::Replace,
        Verb::Delete => Role::Delete,
        Verb::Rename => Role::Change,
        Verb::Adopt => Role::Adopt,
    }
}

pub(super) fn mark(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "+",
        Verb::Update => "~",
        Verb::Replace => "-/+",
        Verb::Delete => "-",
        Verb::Rename => "~",
        Verb::Adopt => "=",
    }
}

fn change(change: &Change, view: View<'_>, look: Look) -> String {
    let place = change.place.as_deref().map(visible).unwrap_or_default();
    let line = Line::new(look)
        .add(role(change.verb), mark(change.verb))
        .to(MARK)
        .add(Role::Identity, &visible(change.id.as_str()))
        .to(VALUES);
    // On a narrow screen the place gives way to the text.
    let place = if look.width < super::style::WIDTH && !look.verbose { String::new() } else { place };
    let room = line.room().saturating_sub(if place.is_empty() { 0 } else { place.chars().count() + 2 });
    let (head, below) = head_and_below(change, room);
    let mut text = line.add(Role::Plain, &fit(&head, room, look)).right(Role::Margin, &place).finish();
    text.push('\n');
    text.push_str(&list(&below, look));
    // Where there is little room, and in a fix, whose values are all that one looks at, nothing is cut out of what fits
    // on two lines.
    let two = look.width < super::style::WIDTH || view.id.is_empty();
    for field in &change.fields {
        text.push_str(&self::field(field, two, look));
    }
    if let Some(how) = &change.how {
        text.push_str(&self::how(how, look));
    }
    if let Some(note) = &change.note {
        text.push_str(&indented(&format!("note: {}", visible(note)), look));
    }
    if let (true, Some(existing)) = (look.verbose, view.live.resources.get(&change.id)) {
        text.push_str(&format!("      {}\n", visible(&existing.arn)));
    }
    text
}

/// What stands on the line of the identity, and what below it.
fn head_and_below(change: &Change, room: usize) -> (String, String) {
    let (label, summary) = (visible(&change.label), visible(&change.summary));
    // A listener is called by its port, which its summary says too.
    if label.starts_with(':') && summary.contains(&label) && summary.chars().count() <= room {
        return (summary, String::new());
    }
    if label.is_empty() || summary.is_empty() {
        return (label + &summary, String::new());
    }
    let is_rule = change.id.kind() == kinds::rule::KIND;
    let joined = format!("{label}{}{summary}", if is_rule { ": " } else { ", " });
    let together = match change.verb {
        Verb::Create | Verb::Update | Verb::Replace | Verb::Rename => is_rule,
        Verb::Adopt => false,
        Verb::Delete => true,
    };
    if together && joined.chars().count() <= room { (joined, String::new()) } else { (label, summary) }
}

/// A list, indented: over several lines where it is long, broken at its commas.
fn list(text: &str, look: Look) -> String {
    /// More lines than these are cut out of the middle.
    const MOST: usize = 4;
    let width = look.width.saturating_sub(FIELDS).max(MIN_VALUE);
    let text = fit(text, MOST * width, look);
    let (mut lines, mut line) = (String::new(), String::new());
    for item in text.split_inclusive(", ") {
        let length = item.trim_end().chars().count();
        if !line.is_empty() && line.chars().count() + length > width {
            lines.push_str(&format!("      {}\n", line.trim_end()));
            line.clear();
        }
        line.push_str(&if line.is_empty() { fit(item, width, look) } else { item.to_owned() });
    }
    if !line.is_empty() {
        lines.push_str(&format!("      {}\n", line.trim_end()));
    }
    lines
}

/// How a change is done, over as many lines as it takes, broken at commas.
fn how(text: &str, look: Look) -> String {
    let width = look.width.saturating_sub(FIELDS).max(MIN_VALUE);
    let (mut lines, mut label) = (String::new(), "how:");
    for text in text.lines().map(visible) {
        let mut line = format!("{label} ");
        label = "    ";
        for item in text.split_inclusive(", ") {
            if line.trim() != "how:" && line.chars().count() + item.trim_end().chars().count() > width {
                lines.push_str(&format!("      {}\n", line.trim_end()));
                line = "     ".to_owned();
            }
            line.push_str(item);
        }
        lines.push_str(&format!("      {}\n", line.trim_end()));
    }
    lines
}

fn indented(text: &str, look: Look) -> String {
    format!("      {}\n", fit(text, look.width.saturating_sub(FIELDS), look))
}

fn fit(text: &str, room: usize, look: Look) -> String {
    if look.verbose { text.to_owned() } else { cut(text, room.max(MIN_VALUE)) }
}

/// A value is not cut to less.
const MIN_VALUE: usize = 12;

fn field(field: &FieldChange, two: bool, look: Look) -> String {
    let after = match (field.default, field.replaces) {
        (_, true) => "   cannot change in place",
        (true, false) => " (default: not in the spec)",
        (false, false) => "",
    };
    let line = Line::new(look).add(Role::Plain, "      ").add(Role::Plain, &visible(&field.key)).to(VALUES);
    let (from, to) = (visible(&field.from_text), visible(&field.to_text));
    let room = line.room().saturating_sub(" -> ".len() + after.len());
    if two && from.chars().count() + to.chars().count() > room {
        let from = wrap::lines("", &from, line.room(), line.room());
        let room = line.room().saturating_sub("-> ".len());
        let to = wrap::lines("", &format!("{to}{after}"), room, room);
        let (old, new) = (" ".repeat(VALUES), " ".repeat(VALUES + "-> ".len()));
        let from = from.join(&format!("\n{old}"));
        let to = to.join(&format!("\n{new}"));
        return format!("{}\n{old}-> {to}\n", line.add(Role::Old, &from).finish());
    }
    let (from, to) = if look.verbose { (from, to) } else { cut_pair(&from, &to, room.max(2 * MIN_VALUE)) };
    let line = line.add(Role::Old, &from).add(Role::Plain, " -> ").add(Role::Plain, &to);
    line.add(Role::Margin, after).finish() + "\n"
}

/// What is not ours, and what could not be read.
fn remarks(view: View<'_>, look: Look) -> String {
    let mut text = String::new();
    for one in view.live.strangers.iter().filter(|one| !is_change(one, view.plan)) {
        text.push_str(&stranger(one, view, look));
        text.push('\n');
    }
    // What is begun is told with its change.
    let told = |one: &&Unfinished| view.plan.changes.iter().any(|change| change.id == one.id);
    for one in view.plan.unfinished.iter().filter(|one| !told(one)) {
        text.push_str(&unfinished(one, look));
    }
    text.push_str(&apply_text::left(&view.plan.left, look));
    text.push_str(&dns_text::strangers(view, look));
    for note in &view.live.notes {
        text.push_str(&format!("{} {}\n", look.paint(Role::Attention, "!"), visible(note)));
    }
    if !view.destroy {
        text.push_str(&dns_text::to_create(&view.live.dns, view.live.dns_name.as_deref(), look));
    }
    text
}

/// What another apply goes on with; the ARN of a group that is there, because others need it.
fn unfinished(one: &Unfinished, look: Look) -> String {
    let line = format!(
        "{} {}: {}\n",
        look.paint(Role::Attention, "!"),
        visible(one.id.as_str()),
        visible(&one.until)
    );
    match &one.arn {
        Ref::Known(arn) => format!("{line}      {}\n", visible(arn)),
        Ref::Output { .. } => line,
    }
}

fn stranger(stranger: &Stranger, view: View<'_>, look: Look) -> String {
    let mark = look.paint(Role::Stranger, "?");
    let name = match stranger.name.is_empty() {
        true => String::new(),
        false => format!(" \"{}\"", visible(&stranger.name)),
    };
    let (what, verbose) = match stranger.kind {
        "rule" => {
            let on =
                if view.destroy { String::new() } else { format!(" on {}", visible(stranger.parent.key())) };
            let comma = if view.destroy { "" } else { "," };
            (format!("rule{on}{comma} priority {}{name}", stranger.number), look.verbose)
        }
        kind => {
            let comma = if view.destroy { "" } else { "," };
            (format!("{kind}{comma} port {}{name}", stranger.number), look.verbose)
        }
    };
    let details = match verbose {
        true => format!("\n      {}\n      {}", visible(&stranger.summary), visible(&stranger.arn)),
        false => String::new(),
    };
    let with = if stranger.kind == "rule" { "its listener" } else { "the load balancer" };
    match (fate(stranger, view), view.destroy) {
        (Fate::Kept, false) => {
            format!("{mark} {what} is not in the spec; kept (remove it: --prune){details}")
        }
        (Fate::Kept, true) => format!("{mark} not ours, kept: {what}{details}"),
        (Fate::Removed, false) => format!("{mark} {what} is not in the spec; removed (--prune){details}"),
        (Fate::Removed, true) => format!("{mark} not ours, removed: {what}{details}"),
        (Fate::GoesAlong, _) => format!("{mark} not ours, goes with {with}: {what}{details}"),
    }
}

/// Whether the plan lists the removal of something that is not ours among its changes (`--prune`).
fn is_change(stranger: &Stranger, plan: &Plan) -> bool {
    let key = format!("{}/unmanaged-{}", stranger.parent.key(), stranger.number);
    plan.changes.iter().any(|change| change.id.kind() == stranger.kind && change.id.key() == key)
}

/// What a plan does with something that is not ours.
enum Fate {
    Kept,
    Removed,
    GoesAlong,
}

fn fate(stranger: &Stranger, view: View<'_>) -> Fate {
    let deletes = |id: &crate::model::ResourceId| {
        view.plan.changes.iter().any(|change| change.verb == Verb::Delete && change.id == *id)
    };
    let named = view.plan.steps.iter().any(|step| {
        let mut found = false;
        if let (StepVerb::Delete, Action::Call(call)) = (step.verb, &step.action) {
            call.each_ref(&mut |reference| {
                found |= matches!(reference, Ref::Known(arn) if *arn == stranger.arn);
            });
        }
        found
    });
    match (named, deletes(&stranger.parent) || deletes(&kinds::load_balancer::id())) {
        (true, _) => Fate::Removed,
        (false, true) => Fate::GoesAlong,
        (false, false) => Fate::Kept,
    }
}

/// Every call, in order: with `-v`.
fn steps(plan: &Plan) -> String {
    let mut text = String::from("Steps\n");
    for (index, step) in plan.steps.iter().enumerate() {
        let what = match &step.action {
            Action::Call(call) => call.operation().to_owned(),
            Action::Wait { limit_seconds, .. } => {
                format!("wait at most {}", crate::base::Seconds(*limit_seconds))
            }
        };
        let (subject, summary) = (visible(step.subject.as_str()), visible(&step.summary));
        let line = format!("{:>4}  {what:<29} {subject:<25} {summary}", index + 1);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// `2 to create, 1 to delete`, from the words for each verb; kinds of change that do not occur are left out.
pub fn tally(plan: &Plan, words: [&str; 6]) -> String {
    let verbs = [Verb::Create, Verb::Update, Verb::Replace, Verb::Delete, Verb::Rename, Verb::Adopt];
    let parts = verbs.iter().zip(words).filter_map(|(verb, word)| {
        let number = plan.changes.iter().filter(|change| change.verb == *verb).count();
        (number > 0).then(|| format!("{number} {word}"))
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// `, stage 1 of 2` for a plan that leaves something to another apply.
pub fn stage(plan: &Plan) -> &'static str {
    if plan.unfinished.is_empty() { "" } else { ", stage 1 of 2" }
}

fn totals(view: View<'_>) -> String {
    let tally =
        tally(view.plan, ["to create", "to change", "to replace", "to delete", "to rename", "to adopt"]);
    let tally = if tally.is_empty() { "nothing to change".to_owned() } else { tally };
    format!("Plan {}{}: {tally}. {}.", view.id, stage(view.plan), count(view.plan.writes(), "write"))
}

fn unchanged(view: View<'_>) -> String {
    let counts = kind_counts(view.live.resources.keys());
    match (view.destroy, counts.is_empty()) {
        (true, _) if !view.plan.left.is_empty() => {
            format!("Nothing to destroy: what is left of {} is used by others.", visible(&view.plan.stack))
        }
        (true, _) => format!("Nothing to destroy: nothing of {} is live.", visible(&view.plan.stack)),
        (false, true) => "No changes: the spec wants nothing.".to_owned(),
        (false, false) => format!("No changes: {counts}."),
    }
}

/// `1 load balancer, 2 listeners, 5 rules, 4 target groups, 1 certificate, 1 record`.
pub fn kind_counts<'a>(ids: impl Iterator<Item = &'a crate::model::ResourceId>) -> String {
    const NOUNS: [(&str, &str); 6] = [
        (kinds::load_balancer::KIND, "load balancer"),
        (kinds::listener::KIND, "listener"),
        (kinds::rule::KIND, "rule"),
        (kinds::target_group::KIND, "target group"),
        (kinds::certificate::KIND, "certificate"),
        (kinds::dns_record::KIND, "record"),
    ];
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for id in ids {
        *numbers.entry(id.kind()).or_default() += 1;
    }
    let parts = NOUNS.iter().filter_map(|(kind, noun)| numbers.get(kind).map(|number| count(*number, noun)));
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
#[path = "plan_text_tests.rs"]
mod tests;
