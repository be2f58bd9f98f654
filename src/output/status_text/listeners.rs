//! The listeners with their certificates and rules.

use super::{arn, push, whole};
use crate::output::status::{Certificate, Listener, Rule, Status, Target};
use crate::output::style::{Line, Look, Role};
use crate::output::text::visible;

/// Columns of a listener's rules.
const PRIORITY: usize = 10;
const NAME: usize = 14;
const WHEN: usize = 28;

/// Where the columns of a listener's rules begin.
#[derive(Clone, Copy)]
struct Columns {
    when: usize,
    then: usize,
}

impl Columns {
    /// The same for all listeners where all fits, else no wider than what stands in them.
    fn of(one: &Listener, look: Look) -> Self {
        let columns = |name: usize, when: usize| {
            let first = PRIORITY + 4 + name + 2;
            Self { when: first, then: first + when + 2 }
        };
        let usual = columns(NAME, WHEN);
        let actions = one.rules.iter().filter_map(|rule| rule.then.as_ref());
        let fits =
            |then: &Target| usual.then + visible(&then.words).chars().count() + after(then) <= look.width;
        if actions.chain(&one.default).all(fits) {
            return usual;
        }
        let widest = |text: &dyn Fn(&Rule) -> usize, least: usize, most: usize| {
            one.rules.iter().map(text).max().unwrap_or_default().clamp(least, most)
        };
        let name = widest(&|rule| visible(&rule.name).chars().count(), 2, NAME);
        columns(name, widest(&|rule| visible(&rule.when).chars().count(), 8, WHEN))
    }
}

/// Columns of what is not right about an action.
fn after(then: &Target) -> usize {
    then.problem.as_deref().filter(|why| !why.is_empty()).map_or(0, |why| 2 + why.len())
}
/// The column of a listener's policy, or of what it does.
const POLICY: usize = 14;
/// The column of its certificates.
const CERTIFICATES: usize = 40;
/// Less columns have no room for a certificate beside the policy.
const NARROW: usize = 90;
/// The column of what has no room behind a rule.
const BELOW: usize = 18;
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
        Some(only) => {
            let line = action(text, marked(line, only).to(POLICY), only);
            push(text, line);
        }
        None => certificates(text, line, one, status, look),
    }
    if look.verbose {
        arn(text, &one.arn);
    }
    if only.is_some() {
        return;
    }
    let columns = Columns::of(one, look);
    one.rules.iter().for_each(|one| rule(text, one, columns, look));
    if let Some(default) = default {
        let line = marked(Line::new(look).to(3).add(Role::Plain, "default"), default);
        let line = action(text, line.to(columns.then), default);
        push(text, line);
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
        let fits = narrow + words.chars().count() <= look.width;
        let below = if fits { narrow } else { POLICY };
        push(text, line.to(if beside { CERTIFICATES } else { below }).add(role, &words));
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

fn rule(text: &mut String, one: &Rule, columns: Columns, look: Look) {
    let troubled = one.then.as_ref().is_some_and(|then| then.problem.is_some());
    let (role, mark) = match (one.ours, troubled) {
        (false, _) => (Role::Stranger, "?"),
        (true, true) => (Role::Attention, "!"),
        (true, false) => (Role::Plain, " "),
    };
    let line = Line::new(look).add(Role::Plain, &format!("{:>PRIORITY$}  ", one.priority)).add(role, mark);
    let line = line.add(Role::Plain, " ").add(Role::Identity, &whole(&one.name, NAME, look));
    let line = line.to(columns.when).add(Role::Plain, &whole(&one.when, WHEN, look));
    let line = match &one.then {
        Some(then) => action(text, line.to(columns.then), then),
        None => line,
    };
    let stranger = if one.ours { "" } else { "not in the spec" };
    let fits = line.room() > stranger.len() + 1;
    push(text, if fits { line.right(Role::Margin, stranger) } else { line });
    if !fits && !stranger.is_empty() {
        push(text, Line::new(look).to(BELOW).add(Role::Margin, stranger));
    }
    if look.verbose {
        arn(text, &one.arn);
    }
}

/// With a mark in the column of marks, where not every request is served.
fn marked(line: Line, then: &Target) -> Line {
    if then.problem.is_some() { line.to(PRIORITY + 2).add(Role::Attention, "!") } else { line }
}

/// What is done, and what is not right about it: behind the line where all of it fits, else below.
fn action(text: &mut String, line: Line, then: &Target) -> Line {
    let words = visible(&then.words);
    let parts = words.split(", ").map(|part| (Role::Plain, ", ", part));
    let why = then.problem.as_deref().filter(|why| !why.is_empty());
    let pieces: Vec<(Role, &str, &str)> = parts.chain(why.map(|why| (Role::Attention, "  ", why))).collect();
    line.flow(&pieces, BELOW, text)
}
