//! How an apply ended, for people.

use super::header::{Header, Where};
use super::plan_text::{stage, tally};
use super::result::{self, End, Written};
use super::style::{Line, Look, Role};
use super::text::{count, took, visible};
use crate::exec::Summary;
use crate::kinds::Plan;
use crate::model::{Change, Left, OutputKey, Ref, Unfinished};

/// A run that came to an end.
#[derive(Clone, Copy)]
pub struct Ended<'a> {
    /// What was run.
    pub plan: &'a Plan,
    /// Its id.
    pub id: &'a str,
    /// Where.
    pub header: &'a Header,
    /// What became of it.
    pub summary: &'a Summary,
    /// Calls that read before the run began.
    pub reads: usize,
    /// It removed the stack.
    pub destroy: bool,
    /// Where the load balancer can be reached, if it is known.
    pub dns_name: Option<&'a str>,
}

/// The text of a completed run; with `-q` only the line is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplyText {
    /// What was done.
    pub line: String,
    /// What else there is to know.
    pub after: String,
}

/// A run that did all it was to do.
pub fn completed(ended: Ended<'_>) -> ApplyText {
    let sandbox = ended.header.place == Where::Sandbox;
    let plan = ended.plan;
    // What is only begun is not replaced.
    let begun = |change: &Change| plan.unfinished.iter().any(|one| one.id == change.id);
    let ends = result::ends(plan, ended.summary).into_iter();
    let (left, made): (Vec<_>, Vec<_>) = ends.partition(|(_, end)| *end == End::Left);
    let (begun, rest): (Vec<Change>, Vec<Change>) =
        made.into_iter().map(|(one, _)| one.clone()).partition(begun);
    let mut tally = tally(
        &Plan { changes: rest, ..plan.clone() },
        ["created", "changed", "replaced", "deleted", "renamed", "adopted"],
    );
    if !begun.is_empty() {
        let comma = if tally.is_empty() { "" } else { ", " };
        tally.push_str(&format!("{comma}{} begun", count(begun.len(), "replacement")));
    }
    if !left.is_empty() {
        let comma = if tally.is_empty() { "" } else { ", " };
        tally.push_str(&format!("{comma}{} left", left.len()));
    }
    let tally = if tally.is_empty() { "nothing to change".to_owned() } else { tally };
    let place = if sandbox { " in the sandbox" } else { "" };
    let what = match ended.destroy {
        true => format!("Destroyed {}{place}, plan {}", visible(&ended.plan.stack), ended.id),
        false => format!("Applied plan {}{place}{}", ended.id, stage(plan)),
    };
    let clock = if sandbox { " of sandbox time" } else { "" };
    let line = format!(
        "{what}: {tally}. {}, {}, {}{clock}.",
        count(ended.summary.writes, "write"),
        count(ended.reads + ended.summary.reads, "read"),
        took(ended.summary.elapsed),
    );
    let mut after = if sandbox { "No AWS account was touched.\n".to_owned() } else { String::new() };
    if let Some(name) = ended.dns_name.filter(|_| !ended.destroy) {
        after.push_str(&format!("{}\n", visible(name)));
    }
    ApplyText { line, after }
}

/// The ARN of a new group that others are to register targets with: known before, or made by the run.
pub fn arn_of<'a>(one: &'a Unfinished, summary: &'a Summary) -> Option<&'a str> {
    match &one.arn {
        Ref::Known(arn) => Some(arn),
        Ref::Output { step, key: _ } => {
            summary.outputs.get(step).and_then(|outputs| outputs.get(&OutputKey::Arn)).map(String::as_str)
        }
    }
}

/// What is left because something uses it: each ARN stands in full at the end of its line.
pub fn left(all: &[Left], look: Look) -> String {
    let one = |one: &Left| {
        let mark = look.paint(Role::Attention, "!");
        let (id, arn) = (visible(one.id.as_str()), visible(&one.arn));
        let user = |user: &String| format!("      still used by {}\n", visible(user));
        let users: String = one.used_by.iter().map(user).collect();
        format!("{mark} {id}: left, and no longer part of the stack\n      {arn}\n{users}")
    };
    all.iter().map(one).collect()
}

/// What others have to do before the next apply; each ARN stands alone on its line.
pub fn unfinished(ended: Ended<'_>) -> String {
    let one = |one: &Unfinished| {
        let arn = arn_of(one, ended.summary).unwrap_or("(its ARN is not known)");
        format!(
            "Register targets with the new group of {}, port {} (ECS, Auto Scaling):\n    {}\n",
            visible(one.id.as_str()),
            one.port,
            visible(arn)
        )
    };
    ended.plan.unfinished.iter().map(one).collect()
}

/// What is done, half way and not done after a run that did not complete; ends with a line break.
pub fn remains(ended: Ended<'_>, interrupted: bool, look: Look) -> String {
    let ends = result::ends(ended.plan, ended.summary);
    let done = ends.iter().filter(|(_, end)| *end == End::Done).count();
    let mut text = match interrupted {
        true => format!(
            "Stopped plan {} after {} of {}.\n",
            ended.id,
            result::steps_done(ended.plan, ended.summary),
            count(ended.plan.steps.len(), "step")
        ),
        false => format!("Applied {done} of {} of plan {}.\n", count(ends.len(), "change"), ended.id),
    };
    for wanted in [End::Done, End::Left, End::HalfWay, End::InDoubt, End::NotDone] {
        let names: Vec<String> = ends
            .iter()
            .filter(|(_, end)| *end == wanted)
            .map(|(change, _)| visible(change.id.as_str()))
            .collect();
        if !names.is_empty() {
            text.push_str(&wrapped(wanted.as_str(), &names, look));
        }
    }
    text
}

/// A word and a list, broken between items, never inside one.
fn wrapped(word: &str, items: &[String], look: Look) -> String {
    const COLUMN: usize = 13;
    let mut text = String::new();
    let mut line = format!("    {word:<8} ");
    for (index, item) in items.iter().enumerate() {
        let comma = if index + 1 == items.len() { "" } else { "," };
        let begun = line.chars().count() > COLUMN;
        if begun && line.chars().count() + 1 + item.chars().count() + comma.len() > look.width {
            text.push_str(&line);
            text.push('\n');
            line = " ".repeat(COLUMN);
        } else if begun {
            line.push(' ');
        }
        line.push_str(item);
        line.push_str(comma);
    }
    text + &line + "\n"
}

/// Whether a run that did not complete changed anything, when nothing else says so.
pub fn untouched(ended: Ended<'_>) -> Option<&'static str> {
    match result::written(ended.plan, ended.summary) {
        Written::Nothing => Some("Nothing was changed."),
        Written::Perhaps | Written::Something => None,
    }
}

/// The last line of a command that failed: what is to be known, and the exit code on the right.
pub fn last_line(text: &str, exit: u8, look: Look) -> String {
    Line::new(look).add(Role::Plain, text).right(Role::Margin, &format!("exit {exit}")).finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::StepState;
    use crate::model::{StepVerb, Verb};
    use crate::output::fixtures::{example, failed, header, summary};

    fn ended<'a>(plan: &'a Plan, header: &'a Header, summary: &'a Summary) -> Ended<'a> {
        Ended {
            plan,
            id: "7c41e9",
            header,
            summary,
            reads: 12,
            destroy: false,
            dns_name: Some("shop.example.com"),
        }
    }

    #[test]
    fn a_completed_run_is_one_line_and_the_name() {
        let plan = example();
        let summary = summary(&plan, vec![StepState::Done; 7]);
        let header = header(Where::Aws);
        let text = completed(ended(&plan, &header, &summary));
        assert_eq!(
            text.line,
            "Applied plan 7c41e9: 2 created, 1 changed, 1 replaced, 2 deleted. 6 writes, 15 reads, 1m 31s."
        );
        assert_eq!(text.after, "shop.example.com\n");
        let destroyed = completed(Ended { destroy: true, ..ended(&plan, &header, &summary) });
        assert!(destroyed.line.starts_with("Destroyed shop-prod, plan 7c41e9: 2 created"));
        assert_eq!(destroyed.after, "");
    }

    #[test]
    fn a_replacement_that_is_only_begun_is_not_called_done() {
        let mut plan = example();
        let created = plan.steps[1].id.clone();
        plan.unfinished.push(Unfinished {
            id: plan.changes[1].id.clone(),
            arn: Ref::Output { step: created.clone(), key: OutputKey::Arn },
            port: 8080,
            until: String::new(),
        });
        let mut summary = summary(&plan, vec![StepState::Done; 7]);
        summary.outputs.insert(created, [(OutputKey::Arn, "arn:new".to_owned())].into());
        let header = header(Where::Aws);
        let ended = ended(&plan, &header, &summary);
        let text = completed(ended);
        assert!(
            text.line.starts_with(
                "Applied plan 7c41e9, stage 1 of 2: 2 created, 1 changed, 2 deleted, 1 replacement begun. "
            ),
            "{}",
            text.line
        );
        assert_eq!(
            unfinished(ended),
            "Register targets with the new group of target_group/orders, port 8080 (ECS, Auto Scaling):\n    arn:new\n"
        );
    }

    #[test]
    fn what_is_left_is_not_called_deleted() {
        let plan = example();
        let mut summary = summary(&plan, vec![StepState::Done; 7]);
        let gone = plan.changes.iter().find(|one| one.verb == Verb::Delete).expect("a deletion");
        let step = plan.steps.iter().find(|step| step.subject == gone.id && step.verb == StepVerb::Delete);
        summary.left.insert(step.expect("its step").id.clone(), "arn:user".to_owned());
        let header = header(Where::Aws);
        let text = completed(ended(&plan, &header, &summary));
        assert!(text.line.contains("1 replaced, 1 deleted, 1 left. "), "{}", text.line);
        let one =
            Left { id: gone.id.clone(), arn: "arn:it".to_owned(), used_by: vec!["arn:user".to_owned()] };
        assert_eq!(
            left(&[one], Look::PLAIN),
            format!(
                "! {}: left, and no longer part of the stack\n      arn:it\n      still used by arn:user\n",
                gone.id
            )
        );
    }

    #[test]
    fn the_sandbox_says_that_nothing_real_was_touched() {
        let plan = example();
        let summary = summary(&plan, vec![StepState::Done; 7]);
        let text = completed(ended(&plan, &header(Where::Sandbox), &summary));
        assert!(text.line.starts_with("Applied plan 7c41e9 in the sandbox: "));
        assert!(text.line.ends_with(" 1m 31s of sandbox time."));
        assert_eq!(text.after, "No AWS account was touched.\nshop.example.com\n");
    }

    #[test]
    fn what_remains_is_grouped_and_wrapped() {
        let plan = example();
        let mut states = vec![StepState::Done; 7];
        states[1] = failed();
        states[4] = StepState::NotBegun;
        let summary = summary(&plan, states);
        let header = header(Where::Aws);
        let text = remains(ended(&plan, &header, &summary), false, Look { width: 60, ..Look::PLAIN });
        assert_eq!(
            text,
            "Applied 5 of 6 changes of plan 7c41e9.\n    \
             done     load_balancer, target_group/search,\n             \
             rule/https/search, rule/https/legacy,\n             \
             target_group/legacy\n    \
             not done target_group/orders\n"
        );
        let stopped = remains(ended(&plan, &header, &summary), true, Look::PLAIN);
        assert!(stopped.starts_with("Stopped plan 7c41e9 after 5 of 7 steps.\n    done     load_balancer, "));
    }

    #[test]
    fn the_last_line_ends_with_the_exit_code() {
        let line = last_line("Nothing was changed.", 6, Look::PLAIN);
        assert_eq!(line.len(), 100);
        assert!(line.starts_with("Nothing was changed.   ") && line.ends_with("   exit 6"));
        assert_eq!(last_line("abc", 1, Look { width: 5, ..Look::PLAIN }), "abc  exit 1");
    }
}
