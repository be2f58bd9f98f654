//! Waiting for targets: until they are healthy, or until they are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::desk::Desk;
use super::look::{self, EVERY};
use crate::base::Seconds;
use crate::cli::context::App;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupts;
use crate::exec::Clock;
use crate::fix::health::GroupHealth;
use crate::fix::targets;
use crate::kinds::targets::reason;
use crate::output::text::{stopwatch, took};
use crate::output::{apply_text, health_json, health_text};

/// A group whose state stays the same is told again this often.
const REPORT_EVERY: Duration = Duration::from_secs(120);

/// Off a terminal, a countdown is told this often.
const COUNT_EVERY: Duration = Duration::from_secs(30);

/// So much longer than its delay a target may take to go.
const GRACE: Duration = Duration::from_secs(60);

/// How a wait for healthy targets ended.
pub struct Waited {
    /// The groups as they were seen last.
    pub groups: Vec<GroupHealth>,
    /// How long it took.
    pub after: Duration,
    /// Someone stopped it.
    pub interrupted: bool,
}

/// A condition on a group.
pub type Fine<'a> = &'a dyn Fn(&GroupHealth) -> bool;

/// Looks at groups until all of their targets are healthy or the limit has passed, and tells what changes. `fine`: a group
/// that may be empty; `only` leaves out targets that are no matter.
///
/// # Errors
/// A call fails; a group is deleted meanwhile.
pub async fn until_healthy(
    app: &mut App,
    desk: &Desk<'_>,
    mut groups: Vec<GroupHealth>,
    limit: Duration,
    fine: Fine<'_>,
    only: &dyn Fn(&mut GroupHealth),
    interrupts: &Interrupts,
) -> Result<Waited, Failure> {
    let clock = &desk.session.clock;
    let start = clock.now();
    let mut told: BTreeMap<String, (String, Duration)> = BTreeMap::new();
    loop {
        look::again(desk, &mut groups).await?;
        groups.iter_mut().for_each(only);
        let after = clock.now().duration_since(start).unwrap_or_default();
        tell(app, &groups, fine, after, &mut told);
        let over = after >= limit || groups.iter().all(|one| is_good(one, fine));
        if over {
            return Ok(Waited { groups, after, interrupted: false });
        }
        if interrupts.unless(clock.sleep(EVERY.min(limit - after))).await.is_none() {
            return Ok(Waited { groups, after, interrupted: true });
        }
    }
}

fn is_good(one: &GroupHealth, fine: Fine<'_>) -> bool {
    one.is_healthy() || (one.targets.is_empty() && fine(one))
}

/// Tells of each group what is new; of one that waits for long that nothing is.
pub fn tell(
    app: &mut App,
    groups: &[GroupHealth],
    fine: Fine<'_>,
    at: Duration,
    told: &mut BTreeMap<String, (String, Duration)>,
) {
    let width = groups.iter().map(|one| one.key.chars().count()).max().unwrap_or_default().max(12);
    for one in groups.iter().filter(|one| !(one.targets.is_empty() && fine(one))) {
        let words = health_text::state(one);
        let state = format!("{} {words}", one.count());
        let said = match told.get(&one.key) {
            Some((before, _)) if *before != state => words,
            Some((_, when)) if !is_good(one, fine) && at >= *when + REPORT_EVERY => "as before".to_owned(),
            Some(_) => continue,
            None => words,
        };
        app.ui.answer(&health_text::moment(at, one, &said, width, app.ui.out_look()));
        told.insert(one.key.clone(), (state, at));
    }
}

/// Tells how a wait ended: the last line, and all there is for programs.
pub fn told(app: &mut App, waited: &Waited, fine: Fine<'_>, otherwise: Exit, answer: &mut Value) -> Exit {
    let groups = &waited.groups;
    let good = groups.iter().all(|one| is_good(one, fine));
    let exit = match (good, waited.interrupted) {
        (true, _) => Exit::Done,
        (false, true) => Exit::Interrupted,
        (false, false) => otherwise,
    };
    answer["target_groups"] = groups.iter().map(health_json::group).collect();
    answer["waited_seconds"] = json!(waited.after.as_secs());
    answer["is_healthy"] = json!(good);
    answer["exit_code"] = json!(exit.code());
    let line = health_text::line(groups, fine);
    let look = app.ui.out_look();
    if good {
        let line = match line.strip_suffix('.') {
            Some(line) if line != "No targets" => format!("{line} after {}.", took(waited.after)),
            Some(_) | None => line,
        };
        app.ui.answer_line(&apply_text::last_line(&line, exit.code(), look));
        return exit;
    }
    let (word, after) = match waited.interrupted {
        true => ("interrupted", Seconds(waited.after.as_secs())),
        false => ("not-healthy", Seconds(waited.after.as_secs())),
    };
    answer["error"] = json!({ "code": word, "message": line });
    let look = app.ui.err_look();
    let line = line.trim_end_matches('.');
    let text = format!(
        "\nerror[{word}]: {line} after {after}\n{}{}\n",
        health_text::trouble(groups, fine, look),
        apply_text::last_line("", exit.code(), look)
    );
    if !app.ui.is_json() {
        app.ui.problem(&text);
    }
    exit
}

/// How a wait for targets that leave ended.
pub enum Left {
    /// They are gone.
    Gone { names: Vec<String>, after: Duration },
    /// They are not.
    Still { names: Vec<String>, after: Duration, interrupted: bool },
}

/// Waits until targets are gone, which takes as long as the deregistration delay of their group.
///
/// # Errors
/// A call fails; the group is deleted meanwhile.
pub async fn until_gone(
    app: &mut App,
    desk: &Desk<'_>,
    mut groups: Vec<GroupHealth>,
    leaving: &BTreeSet<(String, Option<u16>)>,
    interrupts: &Interrupts,
) -> Result<Left, Failure> {
    let clock = &desk.session.clock;
    let start = clock.now();
    let delay = groups.iter().filter_map(|one| one.model.as_ref()).map(|one| reason::delay(one).0).max();
    let delay = Duration::from_secs(delay.unwrap_or_default());
    let all: Vec<String> = leaving.iter().map(|(id, port)| targets::name(id, *port)).collect();
    let mut countdown = Countdown { redraws: app.ui.redraws(), told: None };
    let pause = if countdown.redraws { Duration::from_secs(1) } else { EVERY };
    let mut looked: Option<Duration> = None;
    let mut names = all.clone();
    loop {
        let after = clock.now().duration_since(start).unwrap_or_default();
        // A countdown moves every second; AWS is asked less often, and at its end.
        if looked.is_none_or(|at| after >= at + EVERY || after >= delay) {
            look::again(desk, &mut groups).await?;
            names = still(&groups, leaving);
            looked = Some(after);
        }
        if names.is_empty() {
            countdown.end(app);
            return Ok(Left::Gone { names: all, after });
        }
        if after >= delay + GRACE {
            countdown.end(app);
            return Ok(Left::Still { names, after, interrupted: false });
        }
        countdown.tell(app, &names, after, delay);
        if interrupts.unless(clock.sleep(pause)).await.is_none() {
            countdown.end(app);
            return Ok(Left::Still { names, after, interrupted: true });
        }
    }
}

/// Those that are still seen in the groups.
fn still(groups: &[GroupHealth], leaving: &BTreeSet<(String, Option<u16>)>) -> Vec<String> {
    let all = groups.iter().flat_map(|one| one.targets.iter().chain(&one.draining));
    let seen: BTreeSet<(String, Option<u16>)> = all.map(|one| (one.id.clone(), one.port)).collect();
    leaving.intersection(&seen).map(|(id, port)| targets::name(id, *port)).collect()
}

/// What is left of a delay: one line in place on a terminal, a line now and then off it.
struct Countdown {
    redraws: bool,
    told: Option<Duration>,
}

impl Countdown {
    fn tell(&mut self, app: &mut App, names: &[String], after: Duration, delay: Duration) {
        let left = delay.saturating_sub(after);
        let words = match left.is_zero() {
            true => "any moment now".to_owned(),
            false => format!("at most {} left", stopwatch(left)),
        };
        let text = format!("{}  draining  {}  {words}", stopwatch(after), names.join(", "));
        if self.redraws {
            let text = crate::output::text::cut(&text, app.ui.err_look().width.saturating_sub(1));
            app.ui.status(&format!("\r{text}\u{1b}[K"));
        } else if self.told.is_none_or(|at| after >= at + COUNT_EVERY) {
            app.ui.status(&format!("{text}\n"));
            self.told = Some(after);
        }
    }

    fn end(&self, app: &mut App) {
        if self.redraws {
            app.ui.status("\r\u{1b}[K");
        }
    }
}

/// Tells how the targets left.
pub fn told_gone(app: &mut App, left: &Left, answer: &mut Value) -> Exit {
    let (exit, line, after) = match left {
        Left::Gone { names, after } => {
            let is = if names.len() == 1 { "is" } else { "are" };
            (Exit::Done, format!("{} {is} gone after {}.", names.join(", "), took(*after)), after)
        }
        Left::Still { names, after, interrupted } => {
            let leave = if names.len() == 1 { "still leaves" } else { "still leave" };
            let exit = if *interrupted { Exit::Interrupted } else { Exit::Incomplete };
            let line =
                format!("{} {leave} after {}; it goes on without albctl.", names.join(", "), took(*after));
            (exit, line, after)
        }
    };
    answer["waited_seconds"] = json!(after.as_secs());
    answer["exit_code"] = json!(exit.code());
    match exit {
        Exit::Done => app.ui.answer_line(&line),
        _ => {
            answer["error"] = json!({ "code": "still-draining", "message": line });
            let text = apply_text::last_line(&line, exit.code(), app.ui.err_look());
            if !app.ui.is_json() {
                app.ui.problem(&format!("{text}\n"));
            }
        }
    }
    exit
}
