//! Groups of functions: none registered, or one that load balancers may not invoke.

use super::facts::{Facts, Group};
use super::finding::{Finding, Link};
use super::traffic::{Entry, largest_share, used_by};
use crate::kinds::targets::function;

/// What is wrong with the functions of groups that get requests.
pub fn find(facts: &Facts, entries: &[Entry<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, group) in facts.groups.iter().filter(|(_, group)| group.is_function()) {
        if largest_share(entries, key) == 0 {
            continue;
        }
        let used = used_by(entries, key);
        found.extend(of_group(group).map(|one| one.all_seen(used)));
    }
    found
}

fn of_group(group: &Group) -> Option<Finding> {
    let name = &group.name;
    let Some(target) = group.registered().next() else {
        let sentence = format!("{name} has no function: its requests are answered 503");
        return Some(
            Finding::new("no-function", Link::Targets, 95, name, sentence)
                .seen("DescribeTargetHealth answers with an empty list")
                .explains(&[503])
                .change("with a function among its `targets`", register(name)),
        );
    };
    if group.permission != Some(false) {
        return None;
    }
    let function = function::short(&target.id);
    // API: AddPermission.
    let add = format!(
        "aws lambda add-permission --function-name {} --statement-id {name} --action lambda:InvokeFunction --principal \
         elasticloadbalancing.amazonaws.com --source-arn {}",
        target.id, group.arn
    );
    let sentence =
        format!("load balancers may not invoke {function} for {name}: its requests are answered 502");
    Some(
        Finding::new("function-permission", Link::Targets, 95, name, sentence)
            .seen(format!(
                "the policy of {function} has no statement that lets elasticloadbalancing.amazonaws.com invoke it for \
                 {}",
                group.arn
            ))
            .explains(&[502])
            .change(format!("or {add}"), add),
    )
}

/// Only an apply registers functions.
fn register(name: &str) -> String {
    format!(
        "register one: aws elbv2 register-targets, with the target group {name} and the ARN of the function"
    )
}
