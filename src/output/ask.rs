//! Questions before something is changed.

use super::header::Header;
use super::text::visible;
use crate::kinds::{self, Plan};
use crate::model::{Change, Verb};

/// What must be typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// `y` or `yes`.
    Yes,
    /// The stack's name: for what would take a service down.
    StackName,
}

/// What must be typed before a plan is applied.
pub fn wanted(plan: &Plan, destroy: bool) -> Answer {
    if destroy || plan.changes.iter().any(is_grave) { Answer::StackName } else { Answer::Yes }
}

fn is_grave(change: &Change) -> bool {
    let kind = change.id.kind();
    let goes = match change.verb {
        Verb::Replace | Verb::Delete => true,
        Verb::Create | Verb::Update | Verb::Rename | Verb::Adopt => false,
    };
    goes && (kind == kinds::load_balancer::KIND || kind == kinds::listener::KIND)
}

/// The question, without a line break.
pub fn question(plan: &Plan, id: &str, header: &Header, destroy: bool) -> String {
    let stack = visible(&plan.stack);
    let place = header.in_place();
    match (wanted(plan, destroy), destroy) {
        (Answer::Yes, _) => format!("Apply plan {id} to {stack} {place}? [y/N] "),
        (Answer::StackName, true) => {
            format!("This destroys {stack} {place}. Type the stack's name to go on: ")
        }
        (Answer::StackName, false) => {
            let grave: Vec<&str> = plan
                .changes
                .iter()
                .filter(|change| is_grave(change))
                .map(|change| change.id.as_str())
                .collect();
            let grave = visible(&grave.join(", "));
            format!("Plan {id} takes away {grave} of {stack} {place}. Type the stack's name to apply it: ")
        }
    }
}

/// Whether the reply agrees.
pub fn agrees(reply: &str, plan: &Plan, destroy: bool) -> bool {
    let reply = reply.trim();
    match wanted(plan, destroy) {
        Answer::Yes => reply.eq_ignore_ascii_case("y") || reply.eq_ignore_ascii_case("yes"),
        Answer::StackName => reply == plan.stack,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::fixtures::{change, example, header, plan};
    use crate::output::header::Where;

    #[test]
    fn a_plain_plan_asks_for_yes() {
        let plan = example();
        let question = question(&plan, "7c41e9", &header(Where::Aws), false);
        assert_eq!(question, "Apply plan 7c41e9 to shop-prod in account 123456789012? [y/N] ");
        assert!(agrees(" Y\n", &plan, false) && agrees("yes", &plan, false));
        assert!(!agrees("", &plan, false) && !agrees("shop-prod", &plan, false));
    }

    #[test]
    fn what_takes_a_service_down_asks_for_the_name() {
        let plan = plan(vec![change(Verb::Delete, "listener/http", ":80", "")], Vec::new());
        let asked = question(&plan, "7c41e9", &header(Where::Sandbox), false);
        assert!(
            asked.starts_with("Plan 7c41e9 takes away listener/http of shop-prod in the sandbox. "),
            "{asked}"
        );
        assert!(agrees("shop-prod\n", &plan, false) && !agrees("y", &plan, false));
        assert!(
            question(&example(), "7c41e9", &header(Where::Aws), true)
                .starts_with("This destroys shop-prod in ")
        );
        assert_eq!(wanted(&example(), true), Answer::StackName);
    }
}
