//! In what two plans of one stack differ, line by line.

use super::plan_text::mark;
use super::text::visible;
use crate::kinds::Plan;
use crate::model::{Change, ResourceId};

/// More lines would not be read.
const MOST: usize = 20;

/// What was planned before and is not any more, what is new, and what is planned otherwise. Never empty for plans that
/// differ in anything that is run.
pub fn lines(old: &Plan, new: &Plan) -> Vec<String> {
    let find = |plan: &'_ Plan, id: &ResourceId| plan.changes.iter().find(|one| one.id == *id).map(describe);
    let mut lines = Vec::new();
    for change in &old.changes {
        let then = describe(change);
        match find(new, &change.id) {
            None => lines.push(format!("not any more: {then}")),
            Some(now) if now != then => {
                lines.push(format!("planned then: {then}"));
                lines.push(format!("planned now:  {now}"));
            }
            Some(_) => {}
        }
    }
    let added = new.changes.iter().filter(|change| find(old, &change.id).is_none());
    lines.extend(added.map(|change| format!("new:          {}", describe(change))));
    if lines.is_empty() {
        lines.extend(below(old, new));
    }
    let more = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

/// A change in one line: `~ rule/https/users: forward users -> orders`.
fn describe(change: &Change) -> String {
    let fields: Vec<String> = change
        .fields
        .iter()
        .map(|field| format!("{} {} -> {}", field.key, field.from_text, field.to_text))
        .collect();
    let words = [change.label.as_str(), change.summary.as_str()];
    let what = match fields.is_empty() {
        true => words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", "),
        false => fields.join(", "),
    };
    let colon = if what.is_empty() { "" } else { ": " };
    visible(&format!("{} {}{colon}{what}", mark(change.verb), change.id))
}

/// The same changes by other calls, or from other rules.
fn below(old: &Plan, new: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    if (&old.stack, &old.account, &old.region) != (&new.stack, &new.account, &new.region) {
        lines.push(format!("planned for {} in {}, {}", old.stack, old.account, old.region));
    }
    let steps = |plan: &Plan, other: &Plan, word: &str| -> Vec<String> {
        let differs = plan.steps.iter().filter(|step| !other.steps.contains(step));
        differs.map(|step| format!("{word} {}: {}", step.id, visible(&step.summary))).collect()
    };
    lines.extend(steps(old, new, "step then:"));
    lines.extend(steps(new, old, "step now: "));
    if lines.is_empty() && old.steps != new.steps {
        lines.push("the same steps in another order".to_owned());
    }
    if old.basis != new.basis {
        lines.push("the rules of a listener, or their priorities, were changed by someone else".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::Verb;
    use crate::output::fixtures::{change, example, field, plan};

    #[test]
    fn changes_come_go_and_differ() {
        let mut moved = change(Verb::Update, "rule/https/a", "", "");
        moved.fields.push(field("priority", "10", "20"));
        let mut other = moved.clone();
        other.fields = vec![field("priority", "10", "30")];
        let old = plan(vec![moved, change(Verb::Delete, "target_group/b", "shop-b", "")], Vec::new());
        let new =
            plan(vec![other, change(Verb::Create, "target_group/c", "shop-c", "ip HTTP:80")], Vec::new());
        assert_eq!(
            lines(&old, &new),
            [
                "planned then: ~ rule/https/a: priority 10 -> 20",
                "planned now:  ~ rule/https/a: priority 10 -> 30",
                "not any more: - target_group/b: shop-b",
                "new:          + target_group/c: shop-c, ip HTTP:80",
            ]
        );
    }

    #[test]
    fn equal_changes_show_the_steps_or_the_rules_that_differ() {
        let old = example();
        assert!(lines(&old, &old).is_empty());
        let mut new = example();
        new.steps[0].summary = "otherwise".to_owned();
        assert_eq!(lines(&old, &new).len(), 2, "{:?}", lines(&old, &new));
        let mut new = example();
        new.basis = BTreeMap::from([("arn".to_owned(), vec![("rule".to_owned(), 1)])]);
        assert_eq!(
            lines(&old, &new),
            ["the rules of a listener, or their priorities, were changed by someone else"]
        );
        let mut new = example();
        new.steps.swap(0, 1);
        assert_eq!(lines(&old, &new), ["the same steps in another order"]);
    }
}
